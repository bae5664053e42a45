"""Flows and the position drift; nobody chooses them."""

from math import exp, sqrt

import numpy as np
import pytest

from hedgerow.model import flows
from hedgerow.model.simulate import simulate
from model.hand import assert_mean, start
from model.worlds import CHN, JPN, RUS, TRADE, USA, world

CALM = {"flow_noise": 0.0, "drift": 0.0, "gravity": 0.0}


def quarters(w, number):
    q, s, streams, *_ = start(w)
    known = flows.codes(w.structure)
    for t in range(number):
        flows.drift(w, q, s, TRADE, streams, known, t)
    return s.flows[TRADE]


def test_gravity_by_hand():
    """√share grows by half the elasticity of the market's growth: ½ · .76 · ln 1.5 in a year."""
    w = world(1, numbers=CALM)
    w.values["gravity"][TRADE] = 0.76
    w.market[1:, USA] = np.log(1.5)
    w.market[2:, USA] = np.log(1.5)
    found = quarters(w, 8)[:, 0]
    assert found == pytest.approx([0.4, 0.35, 0.15, 0.4 * 1.5**0.38])


def test_the_market_between_years():
    w = world(1)
    w.market[1:, CHN], w.market[2:, CHN] = 0.4, 0.6
    assert flows.market_now(w, 1, 0)[CHN] == 0.0
    assert flows.market_now(w, 1, 3)[CHN] == pytest.approx(0.3)
    assert flows.market_now(w, 1, 6)[CHN] == pytest.approx(0.5)
    assert flows.market_now(w, 2, 6).shape == (4, 2)
    assert flows.market_growth(w, 1, 6)[CHN] == pytest.approx(0.05)


def test_mean_and_variance_of_trade():
    """x ← φx + (1 − φ)x̄ + .0216 √¼ ε with φ = e^−¼·drift: sd² (1 − φ²ⁿ)/(1 − φ²) after n."""
    w = world(20_000, numbers=CALM)
    w.values["flow_noise"][TRADE] = 0.0216
    w.values["drift"][TRADE] = 0.4
    n, fade = 20, exp(-0.1)
    found = quarters(w, n)
    variance = (0.0216**2 * 0.25) * (1 - fade ** (2 * n)) / (1 - fade**2)
    for p, mean in ((CHN, 0.4), (JPN, 0.35), (USA, 0.4)):
        assert_mean(found[p], mean)
        assert_mean((found[p] - mean) ** 2, variance)
    assert abs(np.corrcoef(found[CHN], found[USA])[0, 1]) < 4 / sqrt(20_000)


def test_drift_returns_to_the_start():
    w = world(1, numbers=CALM)
    w.values["drift"][TRADE] = 0.2
    q, s, streams, *_ = start(w)
    s.flows[TRADE, CHN] = 0.8
    known = flows.codes(w.structure)
    for t in range(4):
        flows.drift(w, q, s, TRADE, streams, known, t)
    assert s.flows[TRADE, CHN] == pytest.approx(0.4 + 0.4 * exp(-0.2))


def test_a_flow_keeps_its_range_and_none_is_with_oneself():
    w = world(400, countries=("JPN",), numbers=CALM)
    w.values["flow_noise"][TRADE] = 2.0
    found = quarters(w, 3)
    assert found.min() == 0.0
    assert found.max() == pytest.approx(0.9)
    assert not found[JPN].any()
    assert found[RUS].any()


def test_trade_in_a_run_is_nearly_a_random_walk():
    """No choice, event or term moves it: at ω = 1 as at ω = 0, mean and variance as above."""
    w = world(3000, years=4, processes=frozenset({"flows", "desks", "programmes", "labels"}))
    found = simulate(w).ties["trade"][-1, 0]
    fade = exp(-0.25 * 0.018)
    variance = 0.25 * 0.0216**2 * (1 - fade**32) / (1 - fade**2)
    assert_mean(found[USA], 0.4)
    assert_mean((found[USA] - 0.4) ** 2, variance)


def test_the_position_is_a_random_walk():
    w = world(20_000, numbers={"position_noise": 0.13})
    q, s, streams, *_ = start(w)
    known = flows.codes(w.structure)
    for t in range(16):
        flows.walk(q, s, streams, known, t)
    assert_mean(s.position, -0.55)
    assert_mean((s.position + 0.55) ** 2, 4 * 0.13**2)
