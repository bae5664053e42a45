"""Orders, deliveries and arsenal: the pipeline, the slow trunk, and suppliers outside politics."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pick, start
from model.worlds import random_world
from reference.arrays import countries

from hedgerow.model.simulate import simulate
from hedgerow.model.stocks import settle

BOTH = ("pipeline", "stocks")
ARMS, TRADE, ENERGY = 0, 1, 2


def ordered(tie, **numbers):
    """A world of one partner with one arms order a year, and its start."""
    given = {"ties": at((7, 1, 1), {(ARMS, 0, 0): tie}), "processes": BOTH} | numbers
    world = hand_world(p=1, **given)
    q, s, _ = start(world)
    return world, q, s


def course(world, q, s, rounds):
    """Deliveries and arsenal after each round."""
    found = []
    for _ in range(rounds):
        settle(world.structure, q, s)
        found.append((float(s.deliveries[ARMS, 0, 0]), float(s.stocks[ARMS, 0, 0])))
    return found


# by hand ---------------------------------------------------------------------------------------
def test_pipeline_and_turnover_by_hand():
    """L = 2: an eighth of the gap a round; η = 0.4: a tenth, on what has just been delivered."""
    world, q, s = ordered(0.8, lag=at(7, {ARMS: 2.0}), turnover=0.4)
    s.deliveries[:] = 0.0
    found = course(world, q, s, 3)
    z1 = 0.1
    z2 = 0.1 + 0.7 / 8
    z3 = z2 + (0.8 - z2) / 8
    s1 = 0.01
    s2 = s1 + 0.1 * (z2 - s1)
    s3 = s2 + 0.1 * (z3 - s2)
    assert found == [pytest.approx(pair) for pair in ((z1, s1), (z2, s2), (z3, s3))]


def test_the_pipeline_starts_full_of_the_orders_of_the_day():
    world, q, s = ordered(0.5, lag=at(7, {ARMS: 4.0}), turnover=0.0)
    assert s.deliveries[ARMS, 0, 0] == pytest.approx(0.5)
    assert course(world, q, s, 2) == [pytest.approx((0.5, 0.0))] * 2


@pytest.mark.parametrize(("tie", "steps"), [(0.3, 3), (0.7, 7), (0.34, 3), (0.36, 4)])
def test_ties_begin_on_the_nearest_step(tie, steps):
    """0.3 / 0.1 is less than 3, and 0.7 / 0.1 less than 7."""
    _, _, s = ordered(tie, structure={"step": np.full(7, 0.1)})
    assert s.counts[ARMS, 0, 0] == steps


def test_without_a_lag_deliveries_are_orders():
    world, q, s = ordered(0.8, lag=0.0, turnover=0.4)
    s.deliveries[:] = 0.0
    assert course(world, q, s, 1) == [pytest.approx((0.8, 0.08))]


def test_a_lag_shorter_than_a_round_is_no_lag():
    world, q, s = ordered(0.8, lag=at(7, {ARMS: 0.1}), turnover=4.0)
    s.deliveries[:] = 0.0
    assert course(world, q, s, 1) == [pytest.approx((0.8, 0.8))]


@pytest.mark.parametrize(
    ("processes", "expected"),
    [
        (BOTH, (0.1, 0.01)),
        (("stocks",), (0.8, 0.08)),
        (("pipeline",), (0.1, 0.1)),
        ((), (0.8, 0.8)),
    ],
)
def test_switches_by_hand(processes, expected):
    world, q, s = ordered(0.8, lag=at(7, {ARMS: 2.0}), turnover=0.4, processes=processes)
    s.deliveries[:] = 0.0
    assert course(world, q, s, 1) == [pytest.approx(expected)]


@pytest.mark.parametrize(("capacity", "delivered"), [(0.25, 0.2), (1.0, 0.8), (3.0, 0.8), (0, 0)])
def test_what_a_supplier_cannot_make_is_not_delivered(capacity, delivered):
    """In the long run: capacity·orders, and never more than was ordered."""
    world, q, s = ordered(
        0.8, lag=at(7, {ARMS: 2.0}), turnover=4.0, capacity=at((7, 1), {(ARMS, 0): capacity})
    )
    found = course(world, q, s, 300)
    assert found[-1] == pytest.approx((delivered, delivered), abs=1e-9)
    assert found[0][0] == pytest.approx(0.8 + (delivered - 0.8) / 8)


def test_suppliers_outside_politics_deliver_likewise_and_without_limit():
    """Others jump from 0.1 to 0.9: an eighth of the gap a round, whatever capacity is."""
    world, q, s = ordered(
        0.0, lag=at(7, {ARMS: 2.0}), turnover=0.4, others=at((7, 1), {(ARMS, 0): 0.9}), capacity=0.0
    )
    assert s.others_deliveries[ARMS].tolist() == s.others_stocks[ARMS].tolist() == [0.9]
    s.others_deliveries[:] = s.others_stocks[:] = 0.1
    settle(world.structure, q, s)
    assert s.others_deliveries[ARMS, 0] == pytest.approx(0.2)
    assert s.others_stocks[ARMS, 0] == pytest.approx(0.1 + 0.1 * (0.2 - 0.1))


def test_a_lag_of_a_companion_changes_nothing():
    """Two runs settled together as each alone, though only the second has a pipeline."""
    world = hand_world(
        p=1,
        r=2,
        lag=np.array([[0.0, 2.0]] + 6 * [[0.0, 0.0]]),
        capacity=0.5,
        ties=at((7, 1, 1), {(ARMS, 0, 0): 0.8}),
        processes=BOTH,
    )
    q, s, _ = start(world)
    settle(world.structure, q, s)
    for r in range(2):
        alone = pick(world, [r])
        own_q, own_s, _ = start(alone)
        settle(alone.structure, own_q, own_s)
        assert s.deliveries[ARMS, 0, r] == own_s.deliveries[ARMS, 0, 0]
        assert s.stocks[ARMS, 0, r] == own_s.stocks[ARMS, 0, 0]


# properties ------------------------------------------------------------------------------------
@settings(max_examples=10, deadline=None)
@given(eta=st.floats(0.04, 0.12), years=st.integers(1, 20))
def test_an_arsenal_without_deliveries_turns_over(eta, years):
    world, q, s = ordered(0.0, turnover=eta)
    s.stocks[:] = 1.0
    for _ in range(4 * years):
        settle(world.structure, q, s)
    left = float(s.stocks[ARMS, 0, 0])
    assert left == pytest.approx((1 - eta / 4) ** (4 * years), rel=1e-9)
    assert left == pytest.approx(math.exp(-eta * years), rel=0.1)


@pytest.mark.parametrize("eta", [0.04, 0.07, 0.12])
def test_half_of_an_arsenal_is_gone_after_its_half_life(eta):
    """ln 2/η years: 17 at 0.04, 6 at 0.12; rounds of a quarter shift it by less than two."""
    world, q, s = ordered(0.0, turnover=eta)
    s.stocks[:] = 1.0
    rounds = 0
    while s.stocks[ARMS, 0, 0] > 0.5:
        settle(world.structure, q, s)
        rounds += 1
    assert abs(rounds / 4 - math.log(2) / eta) < 0.5


@settings(max_examples=25, deadline=None)
@given(
    tie=st.integers(0, 10),
    delivered=st.floats(0, 2),
    stock=st.floats(0, 2),
    lag=st.floats(0, 6),
    eta=st.floats(0, 4),
    capacity=st.floats(0, 2),
)
def test_nothing_overshoots(tie, delivered, stock, lag, eta, capacity):
    world, q, s = ordered(tie / 10, lag=lag, turnover=eta, capacity=capacity)
    s.deliveries[:], s.stocks[:] = delivered, stock
    filled = tie / 10 * (min(capacity, 1.0) if lag > 0 else 1.0)
    low, high = min(filled, delivered, stock), max(filled, delivered, stock)
    before = abs(delivered - filled)
    for z, trunk in course(world, q, s, 12):
        assert low - 1e-12 <= z <= high + 1e-12
        assert low - 1e-12 <= trunk <= high + 1e-12
        assert abs(z - filled) <= before + 1e-12
        before = abs(z - filled)


@pytest.mark.parametrize("seed", range(2))
def test_a_run_by_a_loop(seed):
    """Deliveries and stocks of every round from those of the round before (no designations)."""
    processes = ("incidents", "visits", "courting", "pressing", *BOTH)
    world = random_world(seed, n=2, p=3, r=2, years=3, processes=processes)
    held = {}

    def watch(t, q, s, form):
        for d, me in countries(world, s, t):
            for name, expected in held.get(d, {}).items():
                for k, row in getattr(me, name).items():
                    assert row == pytest.approx(expected[k], rel=1e-12), (name, k)
            me.settle()
            held[d] = {name: getattr(me, name) for name in ("deliveries", "stocks", "others")}

    simulate(world, watch)
    assert len(held) == 4
