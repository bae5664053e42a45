"""Programmes: Poisson counts, lognormal sizes, an urn of suppliers, deliveries and arsenals."""

from math import exp, log, sqrt

import numpy as np
import pytest

from hedgerow.model import programmes
from hedgerow.model.choice import pick
from hedgerow.model.parameters import Ban, Effect, Event
from hedgerow.model.simulate import Block
from hedgerow.model.streams import Purpose, gumbel
from model.hand import assert_mean, assert_shares, moment, random_start, start
from model.worlds import ARMS, CHN, EVENTS, JPN, RUS, USA, world

OTHER = 4
RUNS = 20_000


def test_counts_by_hand():
    """Of mean 1: e⁻¹ = .368, cumulated .736, .920, .981."""
    u = np.array([0.0, 0.367, 0.369, 0.735, 0.737, 0.919, 0.921, 0.980, 0.982])
    count = programmes.counted(np.ones(9), u)
    np.testing.assert_array_equal(count, [0, 0, 1, 1, 2, 2, 3, 3, 4])
    assert programmes.counted(np.zeros(1), np.array([0.999]))[0] == 0
    assert programmes.counted(np.full(1, 40.0), np.array([0.999]))[0] == programmes.MOST


@pytest.mark.parametrize("mean", [0.1, 0.525, 3.0])
def test_counts_are_poisson(mean):
    count = programmes.counted(np.full(RUNS, mean), np.random.default_rng(1).random(RUNS))
    chance = exp(-mean)
    for number in range(6):
        assert_shares((count == number).mean(), chance, RUNS)
        chance *= mean / (number + 1)


def test_the_rate_follows_threat():
    """ν exp(ν_T (T − T̄)): 2.1 exp(.3 · .4) where threat is 1 and usual .6."""
    w = world(2, numbers={"threat_slope": 0.3})
    q, s, *_ = start(w)
    s.threat = np.array([1.0, 0.6])
    np.testing.assert_allclose(programmes.rate(q, s, ARMS), [2.1 * exp(0.12), 2.1])


def test_the_urn_by_hand():
    """cap (k softmax(a) + n^δ s) exp(β·f): China is the foe, and sells half of what it could."""
    w = world(
        1,
        numbers={
            "pact": np.array([0.0, 0.0, 0.0, 1.0])[:, None],
            "pact_weight": 0.37,
            "foe_share_weight": -0.26,
            "foe_arms": np.array([0.0, 0.0, 0.5, 0.0])[:, None],
            "urn": 2.0,
            "concentration": 0.5,
        },
    )
    w.values["capacity"][ARMS, CHN] = 0.5
    q, s, *_ = start(w)
    s.memory[ARMS] = np.array([[0.0], [0.0], [3.0], [0.5], [0.5]])
    found = programmes.urn(q, s, ARMS)[:, 0]
    a = np.exp([-0.52, -5.5, 0.32, 0.15, 0.0])
    drawn = 2.0 * a / a.sum() + sqrt(4.0) * np.array([0, 0, 0.75, 0.125, 0.125])
    drawn *= np.exp([-3.4, 0.0, -0.13, 0.37, 0.0]) * np.array([0.5, 1, 1, 1, 1])
    np.testing.assert_allclose(found, drawn, rtol=1e-12)


def test_an_empty_urn_is_its_base():
    w = world(1)
    q, s, *_ = start(w)
    s.memory[ARMS] = 0.0
    found = programmes.urn(q, s, ARMS)[:, 0]
    base = np.exp([-0.52, -5.5, 0.32, 0.15, 0.0])
    assert found[1:] == pytest.approx(1.7333 * (base / base.sum())[1:])


def test_orders_without_politics():
    """ω = 0: a Poisson count, suppliers by the urn, sizes lognormal with the supplier's own mean.

    One quarter of a run whose rate is small, so that hardly a run orders twice.
    """
    w = world(RUNS, numbers={"politics_arms": 0.0, "size_spread": 0.0})
    w.values["programmes"][ARMS] = 0.4
    q, s, streams, _, point = start(w)
    chance = programmes.urn(q, s, ARMS)[:, 0]
    chance = chance / chance.sum()
    now = moment(w, q, s, point, 0.0)
    ordered, *_ = programmes.order(now, ARMS, streams, programmes.codes(w.structure))
    placed = ordered > 0
    any_ = placed.any(axis=0)
    assert_shares(any_.mean(), 1 - exp(-0.1), RUNS)
    once = placed.sum(axis=0) == 1
    assert once.sum() > 0.98 * any_.sum()
    # A second order only adds suppliers, so that the first's shares are met by those ordered once
    # up to one in fifty.
    assert_shares(placed[:, any_][RUS].mean(), chance[RUS], any_.sum() / 2)
    assert_shares(placed[:, any_][USA].mean(), chance[USA], any_.sum() / 2)
    for p, own in ((RUS, 1.4), (OTHER, 0.0)):
        assert_mean(np.log(ordered[p, once & placed[p]]), 2.8 + own)
        spread = (np.log(ordered[p, once & placed[p]]) - 2.8 - own) ** 2
        assert spread.mean() == pytest.approx(1.6**2, rel=0.25)


def test_politics_tilts_the_supplier():
    """h exp(ω ΔU), of every run's own size: shares meet the mean of the closed form."""
    w = world(RUNS)
    q, s, streams, _, point = start(w)
    more = programmes.added(q, s, ARMS, np.full(RUNS, 20.0))
    for omega in (0.0, 1.0, 3.0):
        weight = programmes.log_weights_of(moment(w, q, s, point, omega), ARMS, more)
        odds = np.exp(weight)
        chance = odds / odds.sum(axis=0)
        known = programmes.codes(w.structure)
        g = gumbel(streams(Purpose.SUPPLIER, 0, known.supplier[ARMS, 0])[0].reshape(5, RUNS))
        chosen = pick(weight, np.isfinite(weight), g)
        for p in range(5):
            assert_mean((chosen == p) - chance[p], 0.0, sd=0.5)


def test_flat_habit_leaves_politics_alone():
    w = world(3, flat=frozenset({"arms"}))
    q, s, *_, point = start(w)
    more = programmes.added(q, s, ARMS, np.ones(3))
    weight = programmes.log_weights_of(moment(w, q, s, point, 0.0), ARMS, more)
    np.testing.assert_array_equal(weight, np.zeros((5, 3)))


def test_who_sells_nothing_is_not_chosen():
    """A ban at its dates, an embargo while in force, the country itself, and no capacity."""
    embargo = Event("embargo", USA, Effect.EMBARGO)
    w = world(2, countries=("CHN",), bans=(Ban(0, ARMS, RUS, 4, 8),), events=(*EVENTS, embargo))
    w.values["capacity"][ARMS, JPN] = 0.0
    q, s, *_, point = start(w)
    s.until[8] = [5, 0]

    def barred(round_):
        more = programmes.added(q, s, ARMS, np.ones(2))
        now = moment(w, q, s, point, 1.0, round_=round_)
        weight = programmes.log_weights_of(now, ARMS, more)
        return np.isneginf(weight).tolist()

    own, none = [True, True], [False, False]
    assert barred(3) == [own, own, none, [True, False], none]
    assert barred(4) == [own, own, own, [True, False], none]
    assert barred(7) == [own, own, own, none, none]
    assert barred(8) == [own, own, none, none, none]


def test_an_order_is_remembered_and_delivered():
    """√(z/32) in memory, z in the backlog; a quarter delivers 1 − exp(−¼/4.3) of it."""
    w = world(1, numbers={"size_spread": 0.0})
    q, s, *_, point = start(w)
    memory, backlog, arsenal = (a[ARMS].copy() for a in (s.memory, s.backlog, s.arsenal))
    tie = point.x[ARMS, RUS].copy()
    now = moment(w, q, s, point)
    programmes.add(now, ARMS, np.array([RUS]), np.array([0]), np.array([128.0]))
    assert s.memory[ARMS, RUS] - memory[RUS] == pytest.approx(2.0)
    assert s.backlog[ARMS, RUS] - backlog[RUS] == pytest.approx(128.0)
    assert point.x[ARMS, RUS] - tie == pytest.approx(2.0 / s.usual_memory[ARMS])
    programmes.add(now, ARMS, np.array([OTHER]), np.array([0]), np.array([32.0]))
    assert s.memory[ARMS, OTHER] - memory[OTHER] == pytest.approx(1.0)
    ordered = s.backlog[ARMS].copy()
    before = s.memory[ARMS].copy()
    delivered = programmes.settle(q, s, ARMS)
    np.testing.assert_allclose(delivered, ordered * (1 - exp(-0.25 / 4.3)))
    np.testing.assert_allclose(s.backlog[ARMS], ordered - delivered)
    np.testing.assert_allclose(s.memory[ARMS], before * exp(-0.025))
    np.testing.assert_allclose(s.arsenal[ARMS], arsenal * exp(-0.02) + delivered)


def test_what_cannot_be_made_is_not_delivered():
    w = world(1)
    w.values["capacity"][ARMS, RUS] = 0.25
    w.values["capacity"][ARMS, USA] = 3.0  # nobody delivers what was not ordered
    q, s, *_ = start(w)
    s.backlog[ARMS] = 100.0
    delivered = programmes.settle(q, s, ARMS)[:, 0]
    whole = 100.0 * (1 - exp(-0.25 / 4.3))
    assert delivered == pytest.approx([whole, whole, 0.25 * whole, whole, whole])


def test_memory_and_arsenal_stay_at_what_is_usual():
    """At the usual rate S* and the usual arsenal are where orders balance what fades.

    A quarter forgets before it orders, which leaves (1 − e^−.025)/.025 of S*.
    """
    w = world(
        1500,
        years=12,
        numbers={"politics_arms": 0.0, "size_spread": 0.0, "threat_slope": 0.0, "size_of": 0.0},
        processes=frozenset({"programmes"}),
        reveal=False,
    )
    block = Block(w)
    start_memory = block.state.memory[ARMS].sum(axis=0)
    assert start_memory == pytest.approx(block.state.usual_memory[ARMS])
    root = exp(0.5 * (2.8 - log(32.0)) + 1.6**2 / 8)
    assert block.state.usual_memory[ARMS] == pytest.approx(2.1 * root / 0.1)
    assert block.state.usual_arsenal[ARMS] == pytest.approx(2.1 * exp(2.8 + 1.28) / 0.08)
    for _ in range(48):
        block.step()
    expected, mean_root = 2.1 * root / 0.1, 2.1 * 0.25 * root
    for _ in range(48):
        expected = (expected + mean_root) * exp(-0.025)
    # the start, forgotten for 12 years, and what was ordered since
    start_left = 2.1 * root / 0.1 * exp(-1.2)
    since = mean_root * sum(exp(-0.025 * age) for age in range(1, 49))
    assert start_left + since == pytest.approx(expected)
    assert_mean(block.state.memory[ARMS].sum(axis=0), expected)


def test_an_urn_without_forgetting_or_base_is_polyas():
    """With k = 0, equal sizes and no forgetting: mean and variance of a supplier's share."""
    w = world(
        6000,
        years=3,
        numbers={
            "politics_arms": 0.0,
            "size_spread": 0.0,
            "size_sd": 1e-9,
            "size_of": 0.0,
            "forgetting": 1e-9,
            "urn": 0.0,
            "foe_weight": 0.0,
            "experience": 1e-8,
        },
        processes=frozenset({"programmes"}),
        reveal=False,
    )
    w.values["ties"][ARMS] = np.array([0.0, 0.0, 0.6, 0.3])[:, None, None]
    w.values["others"][ARMS] = 0.1
    block = Block(w)
    start_share = (block.state.memory[ARMS] / block.state.memory[ARMS].sum(axis=0)).mean(axis=1)
    assert start_share == pytest.approx([0, 0, 0.6, 0.3, 0.1])
    for _ in range(12):
        block.step()
    share = block.state.memory[ARMS] / block.state.memory[ARMS].sum(axis=0)
    ball = exp(0.5 * (2.8 - log(32.0)))
    drawn = block.state.memory[ARMS].sum(axis=0) / ball - 21
    assert 5 < drawn.mean() < 8
    for p, mean in ((RUS, 0.6), (USA, 0.3), (OTHER, 0.1)):
        assert_mean(share[p], mean)
        # After n draws from N₀ = 21 balls the variance is p(1 − p) n/((N₀ + 1)(N₀ + n)).
        variance = mean * (1 - mean) * drawn / (22 * (21 + drawn))
        assert_mean((share[p] - mean) ** 2 - variance, 0.0)


def test_protection_comes_with_delivery_and_sanctions_with_the_order():
    w, q, s, _, form, point = random_start(2)
    held = s.arsenal.copy()
    tie = point.x[ARMS, RUS].copy()
    d = tie.size
    now = moment(w, q, s, point)
    programmes.add(now, ARMS, np.full(d, RUS), np.arange(d), np.full(d, 1000.0))
    np.testing.assert_array_equal(s.arsenal, held)
    assert (point.x[ARMS, RUS] > tie).all()
    programmes.settle(q, s, ARMS)
    assert (s.arsenal[ARMS, RUS] > held[ARMS, RUS] * exp(-0.08)).all()
    assert (form.linear[ARMS, RUS] < 0).any()
