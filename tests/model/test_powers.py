"""How powers court and press, and how a level-2 country foresees it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pair, start
from model.worlds import random_world
from reference.arrays import countries
from scipy.stats import chisquare

from hedgerow.model.foresight import price_reactions, reaction, rivals_alignment
from hedgerow.model.parameters import PROCESSES, Choice
from hedgerow.model.portfolio import alignment
from hedgerow.model.powers import courted, pressed, rival_lead, rival_tilt
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import TERMS, immunity_gap

RIVALRY = pair(3, {(0, 1): 1.0, (0, 2): 0.5})
ALIGNED = np.array([[0.2], [0.6], [0.1]])
BOTH = ("courting", "pressing")


def column(a):
    return np.asarray(a)[:, 0].tolist()


# by hand ---------------------------------------------------------------------------------------
def test_lead_and_tilt_by_hand():
    """a = (0.2, 0.6, 0.1); R01 = 1, R02 = 0.5, the second and third are no rivals."""
    q, _, _ = start(hand_world(rivalry=RIVALRY))
    # the first: 1·(0.6 − 0.2)₊ + 0.5·(0.1 − 0.2)₊; the second sees itself ahead; the third behind
    assert column(rival_lead(q, ALIGNED)) == pytest.approx([0.4, 0.0, 0.05])
    # without the positive part: 0.4 − 0.05, −0.4, 0.5·(0.2 − 0.1)
    assert column(rival_tilt(q, ALIGNED)) == pytest.approx([0.35, -0.4, 0.05])
    # Σ R a: 1·0.6 + 0.5·0.1, 0.2, 0.1
    assert column(rivals_alignment(q, ALIGNED)) == pytest.approx([0.65, 0.2, 0.1])


def test_courted_by_hand():
    """c + ¼ (attention (courting·lead + seeking·isolation) − leak·c) + reward·earned."""
    world = hand_world(
        rivalry=RIVALRY,
        courting=np.array([2.0, 2.0, 0.0]),
        seeking=np.array([1.0, 0.0, 4.0]),
        isolation=np.array([0.1, 1.0, 0.5]),
        attention=np.array([[0.5], [1.0], [2.0]]),
        reward=np.array([0.3, 0.7, 0.0]),
        inducement_leak=0.8,
        processes=BOTH,
    )
    q, _, _ = start(world)
    c = np.array([[1.0], [0.5], [0.0]])
    earned = np.array([[0.0], [2.0], [1.0]])
    # 1 + ¼ (0.5·(2·0.4 + 0.1) − 0.8) ; 0.5 + ¼ (0 − 0.4) + 1.4 ; ¼·2·(4·0.5)
    after = courted(world.structure, q, c, ALIGNED, earned)
    assert column(after) == pytest.approx([0.9125, 1.8, 1.0])


def test_pressed_by_hand():
    """χ + ¼ (attention·pressing·φ·(tilt − tolerance)₊ − leak·χ)."""
    world = hand_world(
        rivalry=RIVALRY,
        pressing=np.array([2.0, 2.0, 8.0]),
        tolerance=np.array([0.1, 0.0, 0.06]),
        attention=np.array([[0.5], [1.0], [1.0]]),
        pressure_leak=0.4,
        processes=BOTH,
    )
    q, _, _ = start(world)
    chi = np.array([[0.2], [0.3], [0.5]])
    daring = np.array([[0.8], [1.0], [1.0]])
    # 0.2 + ¼ (0.5·2·0.8·0.25 − 0.08) ; 0.3·0.9 ; 0.5·0.9 as 0.05 is tolerated
    after = pressed(world.structure, q, chi, ALIGNED, daring)
    assert column(after) == pytest.approx([0.23, 0.27, 0.45])


def test_immunity_by_hand():
    """φ = (1 − ι₀ − ι₁ R T)₊ for the rivals of the threat; those at peace with it dare all."""
    world = hand_world(
        n=2,
        rivalry=pair(3, {(0, 1): 0.5, (1, 2): 3.0}),
        leniency=np.array([0.1, 0.2, 0.0]),
        need=np.array([0.4, 0.9, 1.0]),
        structure={"threat_source": np.array([1, -1])},
    )
    q, _, _ = start(world)
    threat = np.array([2.0, 2.0])
    gap = immunity_gap(q, threat)
    assert column(gap) == pytest.approx([0.5, 0.8, 0.0])  # 1 − 0.1 − 0.4·0.5·2 ; itself ; floor
    assert gap[:, 1].tolist() == pytest.approx([0.9, 0.8, 1.0])  # without a threat


def test_a_lean_to_one_is_answered_by_the_other():
    """A country leans to the first: the second courts it and presses it, the first does neither."""
    ties = at((7, 2, 1), {(3, 0, 0): 1.0})
    world = hand_world(
        p=2,
        salience=1.0,
        ties=ties,
        rivalry=pair(2, {(0, 1): 1.0}),
        courting=1.0,
        pressing=1.0,
        processes=BOTH,
        precision=1e9,
        move_cost=1.0,  # so that it holds
        terms=("move_cost",),
        years=1,
    )
    inducement, pressure = [], []

    def watch(t, q, s, form):
        inducement.append(column(s.inducement))
        pressure.append(column(s.pressure))

    record = simulate(world, watch)
    assert inducement == pressure == [[0, 0], [0, 0.25], [0, 0.5], [0, 0.75]]
    assert record.ties["inducement"][0, 0, :, 0].tolist() == [0.0, 0.625]
    assert record.ties["pressure"][0, 0, :, 0].tolist() == [0.0, 0.625]


# leaks -----------------------------------------------------------------------------------------
@settings(max_examples=30, deadline=None)
@given(leak=st.floats(0.05, 4.0), begin=st.floats(0.0, 5.0))
def test_what_is_not_fed_leaks_to_zero(leak, begin):
    world = hand_world(p=1, inducement_leak=leak, pressure_leak=leak, processes=BOTH)
    q, _, _ = start(world)
    zero, one = np.zeros((1, 1)), np.ones((1, 1))
    c = chi = np.full((1, 1), begin)
    for n in range(1, 9):
        c = courted(world.structure, q, c, zero, zero)
        chi = pressed(world.structure, q, chi, zero, one)
        expected = begin * (1 - leak / 4) ** n
        assert c[0, 0] == pytest.approx(expected, abs=1e-12)
        assert chi[0, 0] == pytest.approx(expected, abs=1e-12)
        assert 0.0 <= c[0, 0] <= begin


def test_nothing_is_left_in_the_end():
    """5·0.9ⁿ falls below 10⁻⁶ after 147 rounds."""
    world = hand_world(p=1, inducement_leak=0.4, pressure_leak=0.4, processes=BOTH)
    q, _, _ = start(world)
    zero = np.zeros((1, 1))
    c = chi = np.full((1, 1), 5.0)
    for _ in range(147):
        c = courted(world.structure, q, c, zero, zero)
        chi = pressed(world.structure, q, chi, zero, zero)
    assert 0.0 < c[0, 0] < 1e-6
    assert 0.0 < chi[0, 0] < 1e-6


def test_a_steady_effort_settles_at_effort_over_leak():
    world = hand_world(p=1, seeking=0.6, isolation=0.5, inducement_leak=0.2, processes=BOTH)
    q, _, _ = start(world)
    zero = np.zeros((1, 1))
    c = zero
    for _ in range(600):
        c = courted(world.structure, q, c, zero, zero)
    assert c[0, 0] == pytest.approx(0.3 / 0.2)


def test_a_reward_is_paid_once():
    """Abstention earns 2 × 0.5; the power forgets at 0.4 a year."""
    vote = Choice(
        "vote",
        1,
        (0,),
        ("abstain",),
        np.zeros((1, 7, 1), dtype=np.int64),
        np.array([[2.0]]),
        np.zeros(1),
    )
    world = hand_world(
        p=1,
        reward=0.5,
        inducement_leak=0.4,
        processes=("courting",),
        structure={"choices": (vote,)},
    )
    seen = []
    record = simulate(world, lambda t, q, s, form: seen.append(float(s.inducement[0, 0])))
    assert seen == pytest.approx([0.0, 0.0, 1.0, 0.9])
    assert [(c.year, c.question, c.chosen.tolist()) for c in record.choices] == [
        (2000, "vote", [0])
    ]


# a loop over powers ----------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_reactions_of_a_run_equal_a_loop(seed):
    """Inducement and pressure of every round from those of the round before."""
    world = random_world(seed, n=2, p=5, r=2, years=2)
    told = {}

    def watch(t, q, s, form):
        for d, me in countries(world, s, t):
            if t:
                expected = told[d]
                np.testing.assert_allclose(s.inducement[:, d], expected[0], rtol=1e-12)
                np.testing.assert_allclose(s.pressure[:, d], expected[1], rtol=1e-12)
            for power in me.model.power_agents.values():
                power.react_to(me)
            told[d] = list(me.inducement.values()), list(me.pressure.values())

    simulate(world, watch)
    assert any(np.any(np.array(chi) > 0) for _, chi in told.values())


# level 2 ---------------------------------------------------------------------------------------
def test_a_reaction_by_hand():
    """Two rivals, R = 2, one instrument with γ = w = 1; x = (0.3, 0.1), nothing given yet.

    The second is behind by 0.2: Δc = ¼·1·2·0.2 = 0.1, worth 0.1·0.1. It presses as well:
    Δχ = ¼·3·(2·0.2 − 0.1) = 0.225, which bears on its rival's 2·0.3.
    """
    world = hand_world(
        p=2,
        salience=at(7, {3: 1.0}),
        reciprocity=at(7, {3: 1.0}),
        ties=at((7, 2, 1), {(3, 0, 0): 0.3, (3, 1, 0): 0.1}),
        rivalry=pair(2, {(0, 1): 2.0}),
        courting=1.0,
        pressing=3.0,
        tolerance=0.1,
        terms=TERMS,
        processes=PROCESSES,
        structure={"level": 2},
    )
    q, s, _ = start(world)
    x = s.counts * 0.1
    none = np.zeros((2, 1))
    assert reaction(world.structure, q, s, x, none)[0] == pytest.approx(0.01 - 0.225 * 0.6)
    up, down = price_reactions(world.structure, q, s, x)
    # loosening the first: lead 0.1, Δc = 0.05, worth 0.005; Δχ = ¼·3·0.1, bearing on 2·0.2
    assert down[3, 0, 0] == pytest.approx((0.005 - 0.075 * 0.4) - (0.01 - 0.135))
    # deepening the second closes the gap likewise: Δc = 0.05 on 0.2, Δχ = 0.075 on 2·0.3
    assert up[3, 1, 0] == pytest.approx((0.05 * 0.2 - 0.075 * 0.6) - (0.01 - 0.135))
    assert not up[[0, 1, 2, 4, 5, 6]].any()
    assert not down[[0, 1, 2, 4, 5, 6]].any()


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 2),
    p=st.integers(2, 6),
    missing=st.sampled_from(["", "courting", "pressing", "returns", "pressure", "all"]),
)
def test_priced_reactions_are_differences_of_reactions(seed, n, p, missing):
    gone = {missing} if missing != "all" else {"courting", "pressing", "returns", "pressure"}
    on = {
        "terms": [t for t in TERMS if t not in gone],
        "processes": [name for name in PROCESSES if name not in gone],
    }
    make = random_world if p > 2 else two_rivals
    world = make(seed, n=n, p=p, r=2, years=1, **on)
    structure = world.structure
    step = structure.step

    def watch(t, q, s, form):
        if t != 3:
            return
        x = s.counts * step[:, None, None]
        none = np.zeros_like(s.inducement)
        today = reaction(structure, q, s, x, none)
        priced = price_reactions(structure, q, s, x)
        for sign, prices in zip((1.0, -1.0), priced, strict=True):
            for k in range(7):
                for j in range(p):
                    moved = x.copy()
                    moved[k, j] += sign * step[k]
                    expected = reaction(structure, q, s, moved, none) - today
                    np.testing.assert_allclose(prices[k, j], expected, rtol=1e-9, atol=1e-12)

    simulate(world, watch)


def two_rivals(seed, n, p, r, **others):
    """A random world of two powers."""
    rng = np.random.default_rng(seed)

    def u(*shape):
        return rng.uniform(0.1, 1.0, (*shape, r))

    return hand_world(
        n=n,
        p=p,
        r=r,
        salience=u(7),
        reciprocity=u(7),
        rivalry=pair(2, {(0, 1): rng.uniform(0.5, 2.0)}),
        courting=u(2),
        seeking=u(2),
        isolation=u(2),
        pressing=u(2),
        tolerance=0.3 * u(2),
        attention=u(2, n),
        returns=u(7, 2, n),
        inducement_leak=0.5,
        pressure_leak=0.5,
        structure={"level": 2},
        **others,
    )


@pytest.mark.parametrize("level", [1, 2])
def test_a_country_that_foresees_pressure_sides_less(level):
    """Diplomacy alone, γ = R = 1; 0.3 with the first, which yields 10; the second presses.

    Worth of the moves: hold 0, deepen the first 1, loosen it −1, deepen the second 0. Foreseen is
    f = −¼·30·(a₁ − a₂)·a₁: −0.675 now, then −1.2, −0.3 and −7.5·0.2·0.3 = −0.45.
    """
    runs = 4000
    world = hand_world(
        p=2,
        r=runs,
        salience=at(7, {3: 1.0}),
        returns=at((7, 2, 1), {(3, 0, 0): 10.0}),
        ties=at((7, 2, 1), {(3, 0, 0): 0.3}),
        rivalry=pair(2, {(0, 1): 1.0}),
        pressing=30.0,
        terms=("returns", "pressure"),
        processes=("pressing",),
        structure={"level": level, "cap": at(7, {3: 1.0})},
    )
    first = []
    simulate(world, lambda t, q, s, form: first.append(s.counts[3].copy()) if t == 0 else None)
    seen = [
        int(((first[0][0] == a) & (first[0][1] == b)).sum())
        for a, b in ((3, 0), (4, 0), (2, 0), (3, 1))
    ]
    foreseen = np.array([0.0, -0.525, 0.375, 0.225]) * (level == 2)
    odds = np.exp(np.array([0.0, 1.0, -1.0, 0.0]) + foreseen)
    assert sum(seen) == runs
    assert chisquare(seen, runs * odds / odds.sum()).pvalue > 1e-3


def test_alignment_is_a_weighted_sum():
    salience = at(7, {1: 0.5, 5: 2.0})[:, None]
    x = at((7, 2, 1), {(1, 0, 0): 0.4, (5, 0, 0): 0.1, (6, 1, 0): 9.0})
    assert alignment(salience, x)[:, 0].tolist() == pytest.approx([0.4, 0.0])
