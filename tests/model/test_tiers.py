"""Visits and labels: what a rung is worth, how often it is chosen, what binds it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pair, start
from model.worlds import random_world
from reference.arrays import countries
from reference.plain import quantal
from scipy.stats import chisquare

from hedgerow.model.simulate import simulate
from hedgerow.model.streams import Purpose, draw
from hedgerow.model.terms import TERMS, form_of
from hedgerow.model.tiers import deserved_rung, rung_values, visit, visit_chance

ON = ("visits",)


def always(r=1, p=1, **numbers):
    """A world in which every power visits in every round."""
    return hand_world(p=p, r=r, visits=1e6, processes=ON, **numbers)


def values_of(world, deserved, partner=0):
    """Value and feasibility of the five rungs at a visit by `partner` in the first run."""
    q, s, _ = start(world)
    full = np.full(s.tiers.shape, float(deserved))
    where = (np.array([partner]), np.array([0]))
    values, feasible = rung_values(world.structure, q, s, full, where)
    return values[:, 0].tolist(), feasible[:, 0].tolist()


# by hand ---------------------------------------------------------------------------------------
def test_rungs_by_hand():
    """μ = 2, F = 3, downgrade 0.5, parity 0.1; now 1, due 1.4; rivals at 2 and 0, R 2 and 1."""
    world = hand_world(
        tier_weight=2.0,
        tier_cost=3.0,
        tier_downgrade_cost=0.5,
        tier_parity=0.1,
        rivalry=pair(3, {(0, 1): 2.0, (0, 2): 1.0, (1, 2): 5.0}),
        structure={"tiers": np.array([[1], [2], [0]])},
    )
    values, feasible = values_of(world, 1.4)
    # −(τ − 1.4)² − 3 [τ ≠ 1] − 0.5 [τ < 1] − 0.05 (2 (τ − 2)² + (τ − 0)²)
    assert values == pytest.approx([-5.86, -0.31, -3.56, -6.11, -10.96])
    assert feasible == [True] * 5


def test_deserved_rung_by_hand():
    """q = base + Σ t_k s_k + ζ φ shortfall = 0.3 + 2·0.5 + 1·0.25 + 0.8·0.5·1.5 = 2.15."""
    world = hand_world(
        p=2,
        tier_base=0.3,
        substance=at(7, {0: 2.0, 3: 1.0}),
        stocks=at((7, 2, 1), {(0, 0, 0): 0.5, (3, 0, 0): 0.25, (6, 0, 0): 9.0}),
        tier_shortfall=0.8,
        will=np.array([0.5, 0.0]),
    )
    q, s, _ = start(world)
    s.shortfall[:] = 1.5
    assert deserved_rung(q, s)[:, 0].tolist() == pytest.approx([2.15, 0.3])


def test_visits_by_hand():
    """Rate 0.5·1.2·(1 + 2·0.3) = 0.96 a year; nobody visits oneself."""
    world = hand_world(
        p=2,
        attention=0.5,
        visits=1.2,
        visit_busyness=2.0,
        ties=at((7, 2, 1), {(3, 0, 0): 0.3}),
        structure={"self_partner": np.array([1])},
    )
    q, s, _ = start(world)
    assert visit_chance(world.structure, q, s)[:, 0].tolist() == pytest.approx(
        [1 - math.exp(-0.24), 0.0]
    )


@pytest.mark.parametrize(("chance_off", "came"), [(-1e-9, True), (1e-9, False)])
def test_a_visit_comes_below_its_chance(chance_off, came):
    world = hand_world(p=1, visits=1.0, processes=ON)
    q, s, _ = start(world)
    u = np.full((1, 1), 1 - math.exp(-0.25) + chance_off)
    visited, _ = visit(world.structure, q, s, u, np.full((1, 1), 0.5))
    assert visited.tolist() == [[came]]


def test_without_a_visit_no_label_changes():
    world = hand_world(
        p=2,
        visits=np.array([1e6, 0.0]),
        tier_base=4.0,
        tier_weight=1.0,
        precision=1e9,
        processes=ON,
    )
    q, s, _ = start(world)
    half = np.full((2, 1), 0.5)
    visited, changed = visit(world.structure, q, s, half, half)
    assert visited.tolist() == changed.tolist() == [[True], [False]]
    assert s.tiers.tolist() == [[4], [0]]


# quantal frequencies ---------------------------------------------------------------------------
def frequencies(world, deserved_base, runs):
    """How often each rung is chosen at a first visit."""
    q, s, _ = start(world)
    replicates = np.arange(runs, dtype=np.uint64)
    first, second = draw(3, replicates, 0, 11, Purpose.VISIT)
    before = s.tiers[0].copy()
    visited, changed = visit(world.structure, q, s, first[None], second[None])
    assert visited.all()
    np.testing.assert_array_equal(changed[0], s.tiers[0] != before)
    assert deserved_rung(q, s)[0, 0] == pytest.approx(deserved_base)
    return np.bincount(s.tiers[0], minlength=5)


@pytest.mark.parametrize("precision", [0.0, 1.0, 2.5])
def test_rungs_are_chosen_by_quantal_response(precision):
    runs, now, base, weight, cost, down = 6000, 2, 2.6, 0.8, 0.7, 0.4
    world = always(
        runs,
        precision=precision,
        tier_base=base,
        tier_weight=weight,
        tier_cost=cost,
        tier_downgrade_cost=down,
        tier_max=3,
        structure={"tiers": np.array([[now]])},
    )
    seen = frequencies(world, base, runs)
    assert seen[4] == 0
    _, me = next(countries(world, start(world)[1]))
    odds = quantal({rung: me.worth_of_label("AAA", rung, me.rungs) for rung in range(4)}, precision)
    expected = runs * np.array(list(odds.values()))
    assert chisquare(seen[:4], expected).pvalue > 1e-3


def test_a_precise_country_gives_the_deserved_rung():
    for base, expected in ((0.2, 0), (1.4, 1), (1.6, 2), (3.9, 4), (-2.0, 0)):
        world = always(10, precision=1e6, tier_base=base, tier_weight=1.0)
        assert frequencies(world, base, 10)[expected] == 10


def test_the_cost_of_a_change_keeps_labels():
    """Deserved 1.9 against 1 now: the gain ½ (0.81 − 0.01) = 0.4 must outweigh F."""
    for cost, expected in ((0.39, 2), (0.41, 1)):
        world = always(
            5,
            precision=1e6,
            tier_base=1.9,
            tier_weight=1.0,
            tier_cost=cost,
            structure={"tiers": np.array([[1]])},
        )
        assert frequencies(world, 1.9, 5)[expected] == 5


# what binds and what pulls ---------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(
    now=st.integers(0, 4),
    extra=st.floats(0, 5),
    deserved=st.floats(-2, 6),
)
def test_a_downgrade_costs_extra_and_an_upgrade_does_not(now, extra, deserved):
    def rungs(cost):
        world = hand_world(
            tier_weight=1.5,
            tier_cost=2.0,
            tier_downgrade_cost=cost,
            structure={"tiers": np.array([[now], [0], [0]])},
        )
        return values_of(world, deserved)[0]

    dear, cheap = rungs(extra), rungs(0.0)
    for rung in range(5):
        price = extra if rung < now else 0.0
        assert cheap[rung] - dear[rung] == pytest.approx(price, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    tiers=st.lists(st.integers(0, 4), min_size=4, max_size=4),
    feuds=st.lists(st.floats(0, 3), min_size=3, max_size=3),
    weight=st.floats(0, 2),
)
def test_parity_by_a_loop(tiers, feuds, weight):
    world = hand_world(
        p=4,
        tier_parity=weight,
        rivalry=pair(4, {(2, other): f for other, f in zip((0, 1, 3), feuds, strict=True)}),
        structure={"tiers": np.array(tiers)[:, None]},
    )
    values, _ = values_of(world, 0.0, partner=2)
    ((_, me),) = countries(world, start(world)[1])
    expected = [me.worth_of_label("CCC", rung, me.rungs) for rung in range(5)]
    assert values == pytest.approx(expected, abs=1e-9)


def test_parity_pulls_a_label_to_those_of_rivals():
    runs = 20
    for parity, expected in ((0.0, 0), (50.0, 3)):
        world = hand_world(
            p=2,
            r=runs,
            visits=np.array([1e6, 0.0]),
            processes=ON,
            precision=1e3,
            tier_weight=1.0,
            tier_parity=parity,
            rivalry=pair(2, {(0, 1): 1.0}),
            structure={"tiers": np.array([[0], [3]])},
        )
        q, s, _ = start(world)
        visit(world.structure, q, s, np.full((2, runs), 0.5), np.full((2, runs), 0.5))
        assert (s.tiers[0] == expected).all()
        assert (s.tiers[1] == 3).all()


@settings(max_examples=25, deadline=None)
@given(now=st.integers(0, 4), most=st.integers(0, 4))
def test_rungs_beyond_the_rule_are_shut_but_for_the_present_one(now, most):
    world = hand_world(tier_max=most, structure={"tiers": np.array([[now], [0], [0]])})
    _, feasible = values_of(world, 2.0)
    assert feasible == [rung <= most or rung == now for rung in range(5)]


def test_no_alliance_however_much_it_is_deserved():
    world = always(8, precision=1e9, tier_base=4.0, tier_weight=100.0, tier_max=3, years=3)
    tops = []
    simulate(world, lambda t, q, s, form: tops.append(int(s.tiers.max())))
    assert set(tops) == {3}


def test_an_alliance_that_is_given_up_is_not_taken_back():
    """Rung 4 against the rule may be kept; once left it is out of reach."""
    world = hand_world(
        p=1,
        r=200,
        years=6,
        visits=4.0,
        tier_base=3.6,
        tier_weight=1.0,
        tier_max=3,
        processes=ON,
        structure={"tiers": np.array([[4]])},
    )
    courses = []
    simulate(world, lambda t, q, s, form: courses.append(s.tiers[0].copy()))
    path = np.array(courses)
    assert (path[0] == 4).any()
    assert (path[-1] == 3).any()
    left = np.maximum.accumulate(path != 4, axis=0)
    assert (path[left] <= 3).all()


# labels and substance --------------------------------------------------------------------------
def test_labels_carry_no_payoff_by_themselves():
    world = random_world(4, n=2, p=4, r=3)
    q, s, form = start(world)
    s.tiers = 4 - s.tiers
    other = form_of(world.structure, q, s, frozenset(TERMS))
    np.testing.assert_array_equal(form.linear, other.linear)
    np.testing.assert_array_equal(form.constant, other.constant)


def test_a_shortfall_of_protection_raises_the_helpers_label():
    """Threat 2 without protection and ζ = 1, φ = 1: the helper deserves rung 2 a round later."""
    world = hand_world(
        p=2,
        visits=1e6,
        precision=1e6,
        threat_level=2.0,
        security=1.0,
        tier_weight=1.0,
        tier_shortfall=1.0,
        will=np.array([1.0, 0.0]),
        terms=("security",),
        processes=ON,
        structure={"threat_source": np.array([1]), "cap": np.zeros(7)},
    )
    labels = []
    record = simulate(world, lambda t, q, s, form: labels.append(s.tiers[:, 0].tolist()))
    assert labels == [[0, 0], [2, 0], [2, 0], [2, 0]]
    changes = [(e.event, e.partner, e.value.tolist()) for e in record.events if e.event == "tier"]
    assert changes == [("tier", 0, [2.0])]


def test_busier_ties_see_more_visits():
    runs = 4000
    ties = at((7, 2, 1), {(3, 0, 0): 1.0})
    world = hand_world(
        p=2, r=runs, years=1, visits=0.4, visit_busyness=1.0, ties=ties, processes=ON
    )
    q, s, _ = start(world)
    chance = visit_chance(world.structure, q, s)
    assert chance[0, 0] == pytest.approx(1 - math.exp(-0.2))
    assert chance[1, 0] == pytest.approx(1 - math.exp(-0.1))
    replicates = np.arange(runs, dtype=np.uint64)
    u = draw(1, replicates, 0, np.array([[5], [6]]), Purpose.VISIT)
    visited, _ = visit(world.structure, q, s, *u)
    for p in range(2):
        expected = chance[p, 0]
        error = math.sqrt(expected * (1 - expected) / runs)
        assert abs(visited[p].mean() - expected) < 4 * error
