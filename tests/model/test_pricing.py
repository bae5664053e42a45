"""Property 1: a price equals the difference of two utilities, for every move and option."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.worlds import random_world
from reference.arrays import countries
from reference.payoff import LEVELS, move_cost, utility

from hedgerow.model import payoff, rules, scheduled
from hedgerow.model.parameters import INSTRUMENTS, PROCESSES
from hedgerow.model.simulate import menu, simulate
from hedgerow.model.strategies import minds
from hedgerow.model.terms import TERMS, form_of

ROUNDING = 1e-10


def check_round(world, at):
    """Check every price in round `at` of a real run."""
    seen = []

    def watch(t, q, s, form):
        if t == at:
            seen.append(t)
            fresh = form_of(world.structure, q, s)
            np.testing.assert_array_equal(form.linear, fresh.linear)
            np.testing.assert_array_equal(form.diagonal, fresh.diagonal)
            _check_moment(world, t, q, s)

    simulate(world, watch)
    assert seen


def _check_moment(world, t, q, s):
    structure = world.structure
    form = form_of(structure, q, s)
    most = rules.most_steps(structure, q, t)
    mind = minds(structure, q, s, form)
    priced, feasible = menu(structure, q, s, mind, most, payoff.curvature(form))
    x_all = s.counts * structure.step[:, None, None]
    total = payoff.utility(form, x_all)
    alone = {
        name: payoff.utility(form_of(structure, q, s, frozenset({name})), x_all) for name in LEVELS
    }
    choice = structure.choices[0]
    options = scheduled.option_changes(structure, q, s, most, choice)
    option_values = scheduled.option_values(structure, q, s, mind, choice, options)
    moves = [
        (k, p, direction) for direction in (1, -1) for k in INSTRUMENTS for p in structure.partners
    ]
    for d, me in countries(world, s, t):
        at = me.prospect(me.ties)
        assert total[d] == pytest.approx(utility(me, at), abs=ROUNDING, rel=ROUNDING)
        for name, term in LEVELS.items():
            expected = term(me, at)
            assert alone[name][d] == pytest.approx(expected, abs=ROUNDING, rel=ROUNDING), name
        before, open_ = me.worth(me.steps), me.feasible_moves()
        assert priced[0, d] == 0.0 and feasible[0, d]
        for m, move in enumerate(moves, start=1):
            assert feasible[m, d] == (move in open_), move
            if move[1] != me.code:
                expected = me.worth(me.after(move)) - before - move_cost(me, move[0])
                assert priced[m, d] == pytest.approx(expected, abs=ROUNDING, rel=1e-8), move
        question = me.model.document["choices"][choice.question]
        for o, option in enumerate(question["options"].values()):
            after = me.clipped(option)
            changes = [
                [after[k].get(p, 0) - me.steps[k].get(p, 0) for p in structure.partners]
                for k in INSTRUMENTS
            ]
            assert options[o][:, :, d].tolist() == changes
            expected = me.worth(after, option["reward"]) - before - option["cost"]
            assert option_values[o, d] == pytest.approx(expected, abs=ROUNDING, rel=1e-8)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 3),
    p=st.integers(3, 6),
    level=st.sampled_from([1, 2]),
    at=st.integers(0, 7),
)
def test_every_price_is_the_difference_of_two_utilities(seed, n, p, level, at):
    check_round(random_world(seed, n=n, p=p, r=2, level=level), at)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_that_is_off_leaves_utility_and_prices(term):
    kept = tuple(name for name in TERMS if name != term)
    check_round(random_world(3, n=2, p=4, r=1, terms=kept), 4)


@pytest.mark.parametrize("process", ["courting", "pressing", "futures", "pipeline", "stocks"])
def test_prices_hold_without_a_process(process):
    kept = tuple(name for name in PROCESSES if name != process)
    check_round(random_world(5, n=2, p=4, r=1, processes=kept), 5)


def test_by_future_averages_to_the_utility():
    world = random_world(11, n=2, p=5, r=3)

    def watch(t, q, s, form):
        if t == 6:
            x = s.counts * world.structure.step[:, None, None]
            each = payoff.by_future(form, x)
            mean = (form.beliefs * each).sum(axis=0)
            np.testing.assert_allclose(mean, payoff.utility(form, x), rtol=1e-10, atol=1e-10)

    simulate(world, watch)
