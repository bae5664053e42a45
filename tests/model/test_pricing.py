"""Property 1: a price equals the difference of two utilities, for every move and option."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.reference import Country
from model.worlds import random_world

from hedgerow.model import payoff, rules, scheduled, shocks
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


def ties(s, structure, d):
    return [
        [s.counts[k, p, d] * structure.step[k] for p in range(s.counts.shape[1])] for k in range(7)
    ]


def _check_moment(world, t, q, s):
    structure = world.structure
    values = shocks.in_force(world.values, world.shocks, shocks.active(world.shocks, t))
    form = form_of(structure, q, s)
    most = rules.most_steps(structure, q, t)
    mind = minds(structure, q, s, form)
    priced, feasible = menu(structure, q, s, mind, most, payoff.curvature(form))
    x_all = s.counts * structure.step[:, None, None]
    total = payoff.utility(form, x_all)
    runs = len(world.replicates)
    choice = structure.choices[0]
    options = scheduled.option_changes(structure, q, s, most, choice)
    option_values = scheduled.option_values(structure, q, s, mind, choice, options)
    for i in range(len(structure.countries)):
        for r in range(runs):
            d = i * runs + r
            me = Country(world, values, s, i, r)
            x = ties(s, structure, d)
            assert total[d] == pytest.approx(me.utility(x), abs=ROUNDING, rel=ROUNDING)
            split = me.terms(x)
            for name, expected in split.items():
                alone = payoff.utility(form_of(structure, q, s, frozenset({name})), x_all)[d]
                assert alone == pytest.approx(expected, abs=ROUNDING, rel=ROUNDING), name
            size = 7 * len(structure.partners)
            for m in range(1, 2 * size + 1):
                k, p = divmod((m - 1) % size, len(structure.partners))
                after = [row[:] for row in x]
                after[k][p] += structure.step[k] if m <= size else -structure.step[k]
                cost = values["move_cost"][k, r] if "move_cost" in structure.terms else 0.0
                expected = me.value(x, after) - cost
                assert priced[m, d] == pytest.approx(expected, abs=ROUNDING, rel=1e-8), (m, k, p)
            assert priced[0, d] == 0.0 and feasible[0, d]
            for o in range(len(choice.options)):
                after = [
                    [x[k][p] + options[o][k, p, d] * structure.step[k] for p in range(len(x[k]))]
                    for k in range(7)
                ]
                expected = me.value(x, after, list(choice.rewards[o])) - choice.costs[o]
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
    from hedgerow.model.parameters import PROCESSES

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
