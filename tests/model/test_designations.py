"""Sanctions that fall: their hazard, the trade they cut, and their end."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pair, start
from model.worlds import random_world
from reference.arrays import countries

from hedgerow.model.designations import designate, hazard
from hedgerow.model.parameters import Override, Shock
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import form_of

TRADE = 1
STRIKE, SPARE = 0.0, 1.0 - 2.0**-53


def sanctioned(r=1, pairs=((0, 1),), **numbers):
    """Partner 0 may designate for arms from partner 1, for a year; nine in ten rounds it does."""
    given = {
        "hazard": 50.0,
        "enforcement": 1.0,
        "duration": 1.0,
        "ties": at((7, 3, 1), {(0, 1, 0): 0.2, (TRADE, 0, 0): 0.9}),
        "processes": ("designations",),
    } | numbers
    structure = {"sanctions": pairs} | given.pop("structure", {})
    return hand_world(r=r, structure=structure, **given)


def strike(world, q, s, t=0, u=STRIKE):
    d = s.counts.shape[-1]
    draws = np.full((len(world.structure.sanctions), d), u)
    return designate(world.structure, q, s, t, draws)


def trade(s):
    return s.counts[TRADE, :, 0].tolist()


# hazard ----------------------------------------------------------------------------------------
def test_hazard_by_hand():
    """2·1.5·φ·E: φ = 1 − 0.1 − 0.4·0.5·1.5 = 0.6, E = 0.3 + (0.5·0.4 + 0.2·0.6)(1 − 0.5·0.8)."""
    world = sanctioned(
        hazard=2.0,
        enforcement=1.5,
        sanction_trade=0.5,
        sanction_energy=0.2,
        shield=0.5,
        ties=at((7, 3, 1), {(0, 1, 0): 0.3, (1, 1, 0): 0.4, (2, 1, 0): 0.6}),
        stocks=at((7, 3, 1), {(6, 1, 0): 0.8}),
        leniency=np.array([0.1, 0.0, 0.0]),
        need=np.array([0.4, 0.0, 0.0]),
        threat_level=1.5,
        rivalry=pair(3, {(0, 2): 0.5}),
        structure={"threat_source": np.array([2])},
    )
    q, s, _ = start(world)
    rate = 3.0 * 0.6 * (0.3 + 0.32 * 0.6)
    assert hazard(world.structure, q, s, 0).tolist() == pytest.approx([rate])
    chance = 1 - math.exp(-0.25 * rate)
    assert strike(world, q, s, u=chance + 1e-9) == []
    ((struck, hit),) = strike(world, q, s, u=chance - 1e-9)
    assert (struck, hit.tolist()) == (0, [True])


def test_no_hazard_without_dealings_or_enforcement():
    for numbers in ({"ties": 0.0}, {"enforcement": 0.0}, {"hazard": 0.0}, {"leniency": 1.0}):
        world = sanctioned(**numbers)
        q, s, _ = start(world)
        assert hazard(world.structure, q, s, 0).tolist() == [0.0]
        assert strike(world, q, s) == []


def test_a_full_shield_leaves_arms_in_the_open():
    """Settlement shields trade and energy only, and never turns a penalty into a prize."""
    world = sanctioned(
        hazard=1.0,
        sanction_trade=1.0,
        shield=1.0,
        ties=at((7, 3, 1), {(0, 1, 0): 0.2, (1, 1, 0): 0.7}),
        stocks=at((7, 3, 1), {(6, 1, 0): 1.7}),
    )
    q, s, _ = start(world)
    assert hazard(world.structure, q, s, 0).tolist() == pytest.approx([0.2])


@pytest.mark.parametrize("seed", range(3))
def test_hazard_by_a_loop(seed):
    world = random_world(seed, n=2, p=4, r=2, years=2)

    def watch(t, q, s, form):
        for d, me in countries(world, s, t):
            for pair_, (a, b) in enumerate(me.model.sanctions):
                found = hazard(world.structure, q, s, pair_)[d]
                assert found == pytest.approx(me.hazard(a, b), abs=1e-12)

    simulate(world, watch)


def test_frequency_of_designations():
    runs = 4000
    world = sanctioned(r=runs, hazard=5.0)
    hits = np.zeros(runs)
    for e in simulate(world).events:
        if e.event == "designation":
            hits += ~np.isnan(e.value)
    # Ties stand still only in the first round; at most one designation fits into the year.
    q, s, _ = start(world)
    chance = 1 - math.exp(-0.25 * 5.0 * 0.2)
    u = np.random.default_rng(0).random((1, runs))
    ((_, hit),) = designate(world.structure, q, s, 0, u)
    error = math.sqrt(chance * (1 - chance) / runs)
    assert abs(hit.mean() - chance) < 4 * error
    assert hits.max() == 1


# what it cuts ----------------------------------------------------------------------------------
def left_of(steps, cut):
    """What a designation leaves of so many steps of trade; nothing else may fall."""
    world = sanctioned(cut=cut, ties=at((7, 3, 1), {(0, 1, 0): 0.2, (TRADE, 0, 0): steps / 10}))
    q, s, _ = start(world)
    before = s.counts.copy()
    strike(world, q, s)
    left, *others = trade(s)
    assert others == [0, 0]
    s.counts[TRADE, 0] = before[TRADE, 0]
    np.testing.assert_array_equal(s.counts, before)
    return left


@pytest.mark.parametrize(
    ("steps", "cut", "left"),
    [(9, 0.5, 4), (10, 0.5, 5), (9, 0.0, 9), (9, 1.0, 0), (1, 0.1, 0), (0, 0.5, 0), (8, 0.25, 6)],
)
def test_trade_falls_at_once_to_whole_steps(steps, cut, left):
    """The share that is left, rounded down."""
    assert left_of(steps, cut) == left


@pytest.mark.parametrize(("steps", "cut", "left"), [(5, 0.8, 1), (10, 0.9, 1), (10, 0.6, 4)])
def test_a_whole_number_of_steps_that_is_left_is_left(steps, cut, left):
    """A fifth of five steps is one step: 5·(1 − 0.8) must not round down to nothing."""
    assert left_of(steps, cut) == left


def test_who_is_spared_keeps_everything():
    world = sanctioned(r=2, cut=0.5)
    q, s, _ = start(world)
    ((_, hit),) = designate(world.structure, q, s, 0, np.array([[STRIKE, SPARE]]))
    assert hit.tolist() == [True, False]
    assert s.counts[TRADE, 0].tolist() == [4, 9]
    assert s.trade_cut[0].tolist() == [0.5, 0.0]
    assert s.designated_until[0].tolist() == [4, 0]


def test_it_ends_after_its_duration():
    """1.5 years from round 10 are six rounds: the cut holds in 10–15 and is gone in 16."""
    world = sanctioned(cut=0.4, duration=1.5)
    q, s, _ = start(world)
    cuts, hits = [], []
    for t in range(9, 18):
        struck = strike(world, q, s, t, STRIKE if t == 10 else SPARE)
        cuts.append(float(s.trade_cut[0, 0]))
        hits.append(len(struck))
    assert cuts == [0.0] + 6 * [0.4] + 2 * [0.0]
    assert hits == [0, 1] + 7 * [0]


def test_no_second_one_while_it_lasts():
    world = sanctioned(cut=0.5, duration=0.5)
    q, s, _ = start(world)
    hits = [len(strike(world, q, s, t)) for t in range(7)]
    assert hits == [1, 0, 1, 0, 1, 0, 1]
    assert trade(s)[0] == 0  # 9 → 4 → 2 → 1 → 0


def test_two_pairs_of_one_sanctioner():
    """The larger cut counts while it lasts; each pair has its own term."""
    world = sanctioned(
        pairs=((0, 1), (0, 2)),
        cut=np.array([0.3, 0.6]),
        duration=np.array([1.0, 0.5]),
        ties=at((7, 3, 1), {(0, 1, 0): 0.2, (0, 2, 0): 0.2, (TRADE, 0, 0): 1.0}),
    )
    q, s, _ = start(world)
    cuts = []
    for t in range(5):
        struck = strike(world, q, s, t, STRIKE if t == 0 else SPARE)
        if t == 0:
            assert [pair_ for pair_, _ in struck] == [0, 1]
        cuts.append(float(s.trade_cut[0, 0]))
    assert cuts == [0.6, 0.6, 0.3, 0.3, 0.0]
    assert trade(s)[0] == 2  # 10 → 7 → 2


@settings(max_examples=20, deadline=None)
@given(duration=st.floats(0.25, 6.0), t=st.integers(0, 40))
def test_terms_are_whole_rounds(duration, t):
    world = sanctioned(duration=duration, cut=0.5)
    q, s, _ = start(world)
    strike(world, q, s, t)
    until = int(s.designated_until[0, 0])
    assert abs((until - t) / 4 - duration) <= 0.125 + 1e-12
    assert until > t


def test_a_full_cut_takes_what_trade_yields_and_no_more():
    """Trade is expected to yield 2·½, as a future in which it is nothing is as likely as not."""
    world = sanctioned(
        cut=1.0,
        w=2,
        prior=[0.5, 0.5],
        returns=at((7, 3, 1), {(TRADE, 0, 0): 2.0}),
        terms=("returns",),
        overrides=(Override(1, "capacity", (TRADE, 0), "set", np.zeros(1)),),
    )
    q, s, form = start(world)
    assert form.linear[TRADE, 0].tolist() == [1.0]
    strike(world, q, s)
    assert form_of(world.structure, q, s).linear[TRADE, 0].tolist() == [0.0]


# in a run --------------------------------------------------------------------------------------
def test_it_takes_returns_of_trade_for_a_year_and_is_recorded():
    """Struck in the first round, then the hazard is gone: rounds 1–4 yield 2·(1 − 0.5), 5 all 2."""
    world = sanctioned(
        hazard=1e6,
        cut=0.5,
        years=2,
        returns=at((7, 3, 1), {(TRADE, 0, 0): 2.0}),
        terms=("returns",),
        shocks=(
            Shock(
                "hazard",
                (0,),
                "set",
                np.zeros(1),
                np.array([1]),
                np.array([99]),
                np.array([True]),
            ),
        ),
    )
    yields = []
    record = simulate(world, lambda t, q, s, form: yields.append(form.linear[TRADE, :, 0].tolist()))
    assert [y[0] for y in yields] == [2.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
    assert all(y[1:] == [0.0, 0.0] for y in yields)
    told = [(e.event, e.year, e.country, e.partner, e.value.tolist()) for e in record.events]
    assert ("designation", 2000, 0, 0, [1.0]) in told
    assert sum(name == "designation" for name, *_ in told) == 1
