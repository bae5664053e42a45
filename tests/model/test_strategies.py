"""Strategies: other wants by the same rule, at the pace of the same habits."""

import numpy as np
import pytest

from hedgerow.model import answers
from hedgerow.model.payoff import price_steps
from hedgerow.model.simulate import Block, simulate
from hedgerow.model.strategies import STRATEGIES, depend_on, minds
from hedgerow.model.terms import form_of
from model.worlds import CHN, USA, bundle, world

RUNS = 60


def run(strategy, years=8, **changes):
    return simulate(
        world(RUNS, years=years, strategies=(strategy,), votes=(), **changes), insured=99
    )


def steps(record):
    return np.stack(
        [record.ties[name] for name in ("defence", "diplomacy", "energy", "settlement")]
    )


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_plays_a_run(name):
    record = run(name, years=2)
    assert np.isfinite(record.countries["payoff"]).all()


def test_random_is_habit_alone():
    """The strategy without politics, and ω = 0 of all that a country decides, are the same run."""
    nothing = {f"politics_{kind}": 0.0 for kind in ("steps", "arms", "labels", "votes", "offers")}
    a, b = run("random"), run("quantal", numbers=nothing)
    for name in ("defence", "arms_orders", "tier"):
        np.testing.assert_array_equal(a.ties[name], b.ties[name])


def test_the_status_quo_stands_still():
    """No desk moves a tie; only an offer that is accepted could."""
    record = run("status_quo", processes=frozenset({"desks", "futures"}))
    assert (steps(record) == steps(record)[:, :1]).all()


def test_sides_are_taken():
    """A bandwagoner ends with the threat and without its rivals, a balancer the other way round."""
    with_it, against = run("bandwagoner"), run("balancer")
    lean = [
        one.ties["diplomacy"][-1, 0, CHN] - one.ties["diplomacy"][-1, 0, USA]
        for one in (with_it, against)
    ]
    assert (lean[0] > 0).mean() > 0.95
    assert with_it.ties["defence"][-1, 0, CHN].mean() > against.ties["defence"][-1, 0, CHN].mean()
    assert against.ties["defence"][-1, 0, USA].mean() > with_it.ties["defence"][-1, 0, USA].mean()
    assert against.ties["diplomacy"][-1, 0, CHN].max() == 0.0


def test_a_neutral_country_is_as_near_to_one_as_to_the_other():
    a = run("neutral").ties["alignment"][-1, 0]
    assert np.abs(a[USA] - a[CHN]).mean() < 0.25


def test_a_best_reply_takes_what_is_best():
    block = Block(world(RUNS, strategies=("best_reply",), votes=()))
    seen = []

    def look(block, k, options):
        price = np.concatenate(price_steps(block.mind.form, block.point, k, 0.25))
        taken = np.flatnonzero(options >= 0)
        assert (price[options[taken], taken] > 0).all()
        seen.append(taken.size)

    block.override = look
    for _ in range(8):
        block.step()
    assert sum(seen) > 5


def test_each_country_has_its_own():
    w = world(
        RUNS,
        countries=("IDN", "VNM"),
        strategies=("status_quo", "quantal"),
        votes=(),
        processes=frozenset({"desks", "futures"}),
    )
    ties = steps(simulate(w, insured=99))
    assert (ties[:, :, 0] == ties[:, :1, 0]).all()
    assert (ties[:, -1, 1] != ties[:, 0, 1]).any()
    alone = world(RUNS, votes=(), processes=frozenset({"desks", "futures"}))
    np.testing.assert_array_equal(steps(simulate(alone, insured=99))[:, :, 0], ties[:, :, 1])


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_is_wanted_is_renewed_where_it_depends_on_what_was_accepted(name):
    """One more step, order or flow of each instrument: no form changes that is not built anew."""
    block = Block(world(3, strategies=(name,), votes=()), insured=99)
    for _ in range(4):
        block.step()
    structure, q, s = block.world.structure, block.frame, block.state
    renewed = set()
    for instrument in ("arms", "defence", "diplomacy", "energy", "settlement", "trade"):
        change = bundle(**{f"{instrument}_USA": 1})
        before = minds(structure, q, s, form_of(structure, q, s)).form
        offer = answers.Offer(change, USA, -1, np.zeros(len(structure.partners)), -1, 0.0)
        answers.take(structure, s, offer, np.arange(q.n * q.r))
        after = minds(structure, q, s, form_of(structure, q, s)).form
        if depend_on(structure, change):
            renewed.add(instrument)
            continue
        for array, known in vars(before).items():
            np.testing.assert_array_equal(vars(after)[array], known, err_msg=array)
    assert "settlement" in renewed and (len(renewed) == 6) == (name == "status_quo")
