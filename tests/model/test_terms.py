"""Each term of the payoff, by hand: what it adds to U of the starting portfolio."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.model import payoff
from hedgerow.model.frame import build, cross_pressure_of
from hedgerow.model.parameters import TERMS, Override
from hedgerow.model.state import stocks
from hedgerow.model.terms import ALL, daring, form_of
from model.hand import start
from model.worlds import ARMS, CHN, DEFENCE, DIPLOMACY, ENERGY, JPN, RUS, SETTLEMENT, USA, world


def worth(w, name, change=None, **state):
    """U of one term at the start, and the point."""
    q, s, *_, point = start(w)
    for key, value in state.items():
        getattr(s, key)[...] = value
    form = form_of(w.structure, q, s, frozenset({name}))
    return float(payoff.utility(form, point.x)[0]), point.x[..., 0], q, s


def test_all_terms_have_names():
    assert set(ALL) == set(TERMS)


def test_terms_add_up():
    w = world(3)
    q, s, _, form, point = start(w)
    parts = [payoff.utility(form_of(w.structure, q, s, frozenset({name})), point.x) for name in ALL]
    np.testing.assert_allclose(sum(parts), payoff.utility(form, point.x), rtol=1e-9)


def test_returns():
    """b x − ½κx² over step ties, b with the partner's market: + κ e ln G."""
    w = world(1, reveal=False, numbers={"elasticity": 0.1})
    w.values["returns"][DIPLOMACY, CHN] = 30.0
    x = {DEFENCE: (0, 0.25, 0.25, 0.25), DIPLOMACY: (0.5, 0.25, 0.5, 0.25)}
    x |= {ENERGY: (0, 0.25, 0.5, 0), SETTLEMENT: (0.25, 0, 0.25, 0)}
    kappa = {DEFENCE: 45.0, DIPLOMACY: 40.0, ENERGY: 40.0, SETTLEMENT: 40.0}
    expected = 30.0 * 0.5 - 0.5 * sum(kappa[k] * (np.array(x[k]) ** 2).sum() for k in x)
    assert worth(w, "returns")[0] == pytest.approx(expected)
    market = np.array([[0.3], [0.0], [0.0], [0.0]])
    grown = 0.1 * 0.3 * (40.0 * 0.5 + 40.0 * 0.25)
    assert worth(w, "returns", market=market)[0] == pytest.approx(expected + grown)


def test_loyalty():
    """ℓ of Russia 2; v .5, .8, .5 and .3 of defence, diplomacy, energy and settlement."""
    expected = 2.0 * (0.5 * 0.25 + 0.8 * 0.5 + 0.5 * 0.5 + 0.3 * 0.25)
    assert worth(world(1), "loyalty")[0] == pytest.approx(expected)


def test_dependence():
    """½ρ yᵀCy, C of volatilities and of the correlation that closeness gives."""
    value, x, q, _ = worth(world(1), "dependence")
    y = np.array([1.0, 0.5, 0.2, 0.5, 0.3, 1.0, 0.1]) @ x
    sd = np.array([0.35, 0.15, 0.25, 0.3])
    correlation = np.eye(4)
    correlation[RUS, CHN] = correlation[CHN, RUS] = 0.3
    expected = -0.5 * 6.0 * y @ (correlation * np.outer(sd, sd)) @ y
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(q["correlation"][..., 0], correlation)


def alignments(x):
    return np.array([0.5, 1.0, 0.8, 0.4, 0.2, 0.05, 0.6]) @ x


def test_autonomy_and_cross_pressure():
    """−½θ Σ R (a_p − a_q)² and −χ₀ Σ R a_p a_q over pairs."""
    w = world(1, numbers={"critical_rivalry": 0.0, "cross_pressure": 3.0})
    value, x, *_ = worth(w, "autonomy")
    a = alignments(x)
    pairs = {(USA, CHN): 0.8, (USA, RUS): 0.4, (CHN, JPN): 0.5}
    unequal = sum(r * (a[p] - a[q]) ** 2 for (p, q), r in pairs.items())
    assert value == pytest.approx(-0.5 * 2.0 * unequal)
    straddling = sum(r * a[p] * a[q] for (p, q), r in pairs.items())
    assert worth(w, "cross_pressure")[0] == pytest.approx(-3.0 * straddling)


def test_a_critical_rivalry_sets_cross_pressure():
    """χ₀ = 2θ + 1/(R* Σ γ²/κ) over steps: 1/45 + .64/40 + .16/40 + .04/40."""
    w = world(1)
    q = build(w.structure, w.values, ())
    give = 1 / 45 + 0.64 / 40 + 0.16 / 40 + 0.04 / 40
    assert q["cross_pressure"] == pytest.approx([2 * 2.0 + 1 / (1.6 * give)])
    given = w.values | {
        "critical_rivalry": np.zeros((1, 1)),
        "cross_pressure": np.full((1, 1), 7.0),
    }
    assert build(w.structure, given, ())["cross_pressure"] == pytest.approx([7.0])
    assert cross_pressure_of(w.structure, q.values | {"critical_rivalry": np.ones(1)}) > 7.0


def security_by_hand(x, s, threat=0.6, will=(0.0, 0.7, 0.4, 0.9), us_leaves=False):
    """T − Π in one future; arms protect by 1 − e^−.4 of the tie and the rest of the arsenal."""
    trust = np.array([0.0, 0.6, 0.8 * 0.7, 0.55])
    will = np.array(will)
    if us_leaves:
        will[USA] = 0.0
    ahead = 1 - np.exp(-0.4)
    arms = ahead * x[ARMS] + (1 - ahead) * s
    a = alignments(x)
    return (
        threat
        - (trust * 0.3 * arms).sum()
        - (trust * will * (0.7 * x[DEFENCE] + 0.6 * x[ENERGY])).sum()
        - trust[RUS] * 0.15 * a[RUS]
    )


def test_security():
    """−½σ Σ μ (T_ω − Π_ω)₊²: siding entraps where China coerces, ties spare where the US leaves."""
    w = world(1, numbers={"threat_level": 1.4, "sparing": 0.2, "entrapment": 0.3})
    overrides = (
        Override(2, "will", (USA,), "set", np.zeros(1)),
        Override(1, "threat_level", (slice(None),), "multiply", np.full(1, 1.5)),
    )
    w = replace(w, overrides=overrides)
    value, x, q, s = worth(w, "security")
    a, held = alignments(x), stocks(w.structure, s)[ARMS, :, 0]
    tilt = 0.8 * a[USA] + 0.5 * a[JPN] - 1.3 * a[CHN]
    assert tilt < 0  # nobody is entrapped by a tilt to the threat
    short = [
        security_by_hand(x, held, 1.4),
        security_by_hand(x, held, 2.1) + 0.3 * max(tilt, 0),
        security_by_hand(x, held, 1.4, us_leaves=True) - 0.2 * a[CHN],
    ]
    assert min(short) > 0
    expected = -10.0 * (np.array([0.7, 0.2, 0.1]) * np.square(short)).sum()
    assert value == pytest.approx(expected)
    assert (q["entraps"][:, 0] == [0, 1, 0]).all()


def test_a_pledge_makes_good_a_share_of_the_missing_will():
    """φ → φ + (1 − φ)·½ of the United States, by an accepted base or by the top rung."""
    w = world(1, numbers={"threat_level": 1.4, "sparing": 0.0})
    value, x, _, s = worth(w, "security")
    held = stocks(w.structure, s)[ARMS, :, 0]
    pledged = np.zeros((4, 1))
    pledged[USA] = 1.0
    bound, *_ = worth(w, "security", pledged=pledged)
    top, *_ = worth(w, "security", tiers=4 * pledged.astype(int))
    assert bound == top > value
    short = security_by_hand(x, held, 1.4, will=(0.0, 0.7, 0.4, 0.95))
    assert bound == pytest.approx(-10.0 * short**2)


def test_enough_protection_costs_nothing():
    assert worth(world(1, numbers={"threat_level": 0.1}), "security")[0] == 0.0


def test_sanctions():
    """−ψ E φ: arms 1, energy and trade shielded by half the settlement; need looks away."""
    w = world(1)
    value, x, q, s = worth(w, "sanctions")
    dares = 1 - 0.25 - 0.3 * 0.8 * 0.6
    assert daring(q, s.threat)[USA, 0] == pytest.approx(dares)
    open_ = 1 - 0.5 * 0.25
    dealt = x[ARMS, RUS] + open_ * (0.5 + 0.3 * 0.15)
    assert value == pytest.approx(-3.0 * dares * dealt)
    assert daring(q, np.array([9.0]))[USA] == 0.0


def test_audience():
    """−α h Σ x with the threat over step ties: .75 · 2 · (.5 + .25)."""
    assert worth(world(1), "audience", fresh=2.0)[0] == pytest.approx(-0.75 * 2.0 * 0.75)
    assert worth(world(1), "audience")[0] == 0.0
