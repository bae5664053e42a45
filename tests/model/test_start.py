"""Returns are revealed by the ties of the start, at which a country then rests."""

from dataclasses import replace

import numpy as np
import pytest

import hedgerow
from hedgerow.model import payoff
from hedgerow.model.frame import build
from hedgerow.model.parameters import Shock
from hedgerow.model.rules import most_steps
from hedgerow.model.simulate import Block
from hedgerow.model.start import held, revealed
from hedgerow.model.streams import Purpose, codes_of
from hedgerow.scenario.compile import world as compile_world
from model.hand import random_world, start
from model.worlds import (
    ARMS,
    CHN,
    DEFENCE,
    DIPLOMACY,
    PARTNERS,
    RUS,
    STEPS,
    TIES,
    USA,
    with_numbers,
    world,
)

RESTING = {
    "votes": (),
    "processes": frozenset({"futures", "desks"}),  # beliefs stay where no incident moves them
}


@pytest.mark.parametrize("seed", range(3))
def test_the_marginal_payoff_is_zero_at_the_revealed_portfolio(seed):
    """All terms on: with the other ties as they are nothing pulls at x̄ + ε.

    ε is within half a step, and beyond it at a bound. The marginal payoff falls by the bend of the
    quadratic part, hinges apart.
    """
    w = random_world(seed, replicates=50)
    w.values["returns"] = revealed(w)
    q, s, streams, form, point = start(w)
    most = most_steps(w.structure, q)
    wanted = point.x.copy()
    for k, name in zip(STEPS, ("defence", "diplomacy", "energy", "settlement"), strict=True):
        codes = codes_of([[f"{i}|{name}|{p}" for i in ("IDN", "VNM")] for p in PARTNERS])
        u, v = streams.by_country(Purpose.START, 0, codes)
        beyond = 0.125 * np.abs(np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v))
        least, top = s.counts[k] == 0, s.counts[k] == most[k]
        wanted[k] += np.select([least, top], [-beyond, beyond], 0.25 * u - 0.125)
    calm = replace(form, security=np.zeros_like(form.security))
    here = payoff.marginal(calm, point)
    for k in STEPS:
        for p in range(len(PARTNERS)):
            x = point.x.copy()
            x[k, p] = wanted[k, p]
            fall = payoff.marginal(calm, payoff.at(calm, x))[k, p] - here[k, p]
            slope = payoff.marginal(form, point)[k, p] + fall
            np.testing.assert_allclose(slope * q.not_self[p], 0.0, atol=1e-9)


def test_returns_solve_the_marginal_payoff_by_hand():
    """One tie at a time free of others: b = κ(x̄ + ε), with ε uniform in ± half a step."""
    bare = {"terms": frozenset({"returns"})}
    w = world(20_000, **bare)
    found = w.values["returns"][DIPLOMACY][:, 0] / 40.0
    for p, tie in ((CHN, 0.5), (USA, 0.25)):
        off = found[p] - tie
        assert np.abs(off).max() <= 0.125
        assert off.std() == pytest.approx(0.25 / np.sqrt(12), rel=0.02)
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(20_000)
    none = w.values["returns"][DEFENCE, CHN, 0] / 45.0
    assert none.max() <= 0.0
    assert none.mean() == pytest.approx(-0.125 * np.sqrt(2 / np.pi), rel=0.03)
    assert not w.values["returns"][ARMS].any()


def test_at_its_cap_a_tie_may_be_wanted_more():
    tie_max = np.full((7, 1), 1.0)
    tie_max[DEFENCE] = 0.25
    w = world(2000, reveal=False, terms=frozenset({"returns"}))
    w = replace(
        w, structure=replace(w.structure, rules=replace(w.structure.rules, tie_max=tie_max))
    )
    beyond = revealed(w)[DEFENCE, USA, 0] / 45.0 - 0.25
    assert beyond.min() >= 0.0
    assert beyond.mean() == pytest.approx(0.125 * np.sqrt(2 / np.pi), rel=0.1)


def pressed(w):
    """χ₀ in force: (N, R)."""
    frame = build(w.structure, w.values, w.overrides)
    return frame["cross_pressure"].reshape(w.values["cross_pressure"].shape)


def test_cross_pressure_is_held_where_another_number_changes():
    """Dearer autonomy alone brings no cross-pressure with it; another R* does, and so may a shock.

    Where χ₀ is given it is what it is given as.
    """
    first = world(3, reveal=False)
    dearer = with_numbers(first, autonomy=lambda theta: 3.0 * theta)
    assert (pressed(dearer) > pressed(first) + 1.0).all()
    np.testing.assert_allclose(pressed(with_numbers(dearer, **held(dearer, first))), pressed(first))
    half = with_numbers(dearer, critical_rivalry=lambda r: np.where(np.arange(3) > 0, r, 0.5 * r))
    found = pressed(with_numbers(half, **held(half, first)))
    np.testing.assert_allclose(found[:, 1:], pressed(first)[:, 1:])
    np.testing.assert_allclose(found[:, 0], pressed(half)[:, 0])
    one = np.ones(3)
    later = Shock("critical_rivalry", (0,), "multiply", one, one, 9 * one, one > 0)
    shocked = replace(dearer, shocks=(later,))
    np.testing.assert_array_equal(
        pressed(with_numbers(shocked, **held(shocked, first))), pressed(dearer)
    )
    given = world(3, numbers={"critical_rivalry": 0.0, "cross_pressure": 7.0}, reveal=False)
    more = with_numbers(given, cross_pressure=lambda chi: chi + 1.0)
    np.testing.assert_array_equal(pressed(with_numbers(more, **held(more, given))), 8.0)


def test_a_scenario_that_changes_autonomy_keeps_its_cross_pressure():
    two = np.arange(2, dtype=np.uint64)
    base, changed, sided = (
        compile_world(hedgerow.load("vietnam", overrides=how), two, 1)
        for how in ({}, {"behaviour.autonomy": 0.0}, {"behaviour.critical_rivalry": 1.0})
    )
    assert not changed.values["autonomy"].any()
    np.testing.assert_allclose(pressed(changed), pressed(base))
    assert (pressed(sided) > pressed(base)).all()


def rest(w):
    """Largest change of each run's ties from the start, in steps, over ten years; and the ends."""
    block = Block(w)
    begun = block.state.counts[list(STEPS)].copy()
    worst = np.zeros(begun.shape[-1])
    for _ in range(40):
        block.step()
        off = np.abs(block.state.counts[list(STEPS)] - begun).max(axis=(0, 1))
        worst = np.maximum(worst, off)
    return worst, block.state.counts[list(STEPS)].copy()


def test_a_country_rests_where_it_began():
    """Beliefs and threat held, no events, politics without bound: within a step in every draw."""
    w = world(150, numbers={"politics_steps": 1e6}, **RESTING)
    worst, _ = rest(w)
    assert (worst <= 1).all()


def test_more_threat_moves_it():
    """With security that weighs as much as returns, threat + .5 moves every draw by a step.

    A step of US defence needs σ·ΔT·G ≥ κδ: σ ≥ 45·¼/(½ · .55·.7·.9) = 65.
    """
    calm = world(150, numbers={"politics_steps": 1e6, "security": 120.0}, **RESTING)
    worst, at_rest = rest(calm)
    assert (worst <= 1).all()
    _, threatened = rest(with_numbers(calm, threat_level=lambda level: level + 0.5))
    moved = np.abs(threatened - at_rest).max(axis=(0, 1))
    assert (moved >= 1).all()
    usa = STEPS.index(DEFENCE)
    assert (threatened - at_rest)[usa, USA].mean() > 0.5


def test_vietnam_rests_until_it_is_threatened():
    """The shipped numbers: hinges press from the start where China coerces or Russia changes sides.

    So threat + .5 moves nearly every draw by a step or more, and none moves without it.
    """
    shipped = compile_world(hedgerow.load("vietnam"), np.arange(60, dtype=np.uint64), 1)
    bare = {"processes": RESTING["processes"], "votes": (), "choices": (), "years": 10}
    still = {"shocks": (), "market": np.zeros_like(shipped.market)}
    w = replace(shipped, structure=replace(shipped.structure, **bare), **still)
    w = with_numbers(w, politics_steps=np.full(60, 1e6))
    w.values["returns"] = revealed(w)
    block = Block(w)
    short = (payoff.shortfalls(block.form, block.point) > 0).mean(axis=1)
    assert dict(zip(w.structure.futures, short > 0.5, strict=True)) == {
        "status_quo": False,
        "china_coerces": True,
        "russia_sides_with_china": True,
        "us_retrenches": False,
    }
    ends = []
    for one in (w, with_numbers(w, threat_level=lambda level: level + 0.5)):
        block = Block(one)
        begun = block.state.counts.copy()
        for _ in range(40):
            block.step()
        ends.append(block.state.counts)
    assert (np.abs(ends[0] - begun) <= 1).all()
    assert (np.abs(ends[1] - ends[0]).max(axis=(0, 1)) >= 1).mean() > 0.9


def test_without_futures_a_country_rests_too():
    """Certainty holds from the start, so that returns are revealed under it."""
    w = world(
        60,
        numbers={"politics_steps": 1e6, "security": 120.0, "threat_level": 1.2},
        votes=(),
        processes=frozenset({"desks"}),
    )
    worst, _ = rest(w)
    assert (worst <= 1).all()


def test_ties_start_as_the_scenario_says():
    w = world(3)
    _, s, *_ = start(w)
    for k in STEPS:
        np.testing.assert_array_equal(s.counts[k] * 0.25, np.array(TIES[k])[:, None] * np.ones(3))
    share = s.memory[ARMS, RUS] / s.memory[ARMS].sum(axis=0)
    np.testing.assert_allclose(share, 0.97)
