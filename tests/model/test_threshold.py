"""The rivalry at which balance between rivals loses its footing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.model import payoff
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import form_of
from hedgerow.model.threshold import critical_rivalry, hessian
from model.hand import random_world, start
from model.worlds import (
    CHN,
    DEFENCE,
    DIPLOMACY,
    ENERGY,
    STEPS,
    USA,
    structure,
    with_numbers,
    world,
)

BARE = frozenset({"returns", "autonomy", "cross_pressure"})
KAPPA, CHI, THETA = 2.0, 1.5, 0.25  # R* = 2/(1.5 − 0.5) = 2
INF = float("inf")


def spread(used, values):
    """Numbers by instrument, 0 for those that are not used."""
    result = np.zeros(7)
    result[list(used)] = values
    return result


def rivals(
    used=(DIPLOMACY,),
    gamma=1.0,
    kappa=KAPPA,
    chi=CHI,
    theta=THETA,
    feud=1.0,
    cap=4.0,
    numbers=None,
    replicates=1,
    **changes,
):
    """China and the United States as symmetric rivals, and the instruments at hand."""
    rivalry = np.zeros((4, 4))
    rivalry[CHN, USA] = rivalry[USA, CHN] = feud
    bounds = np.zeros(7)
    bounds[list(used)] = cap
    countries = changes.get("countries", ("VNM",))
    given = {
        "terms": BARE,
        "cap": bounds,
        "rules": replace(structure(countries).rules, tie_max=np.full((7, len(countries)), INF)),
    }
    return world(
        replicates,
        numbers={
            "salience": spread(used, gamma),
            "curvature": spread(used, kappa),
            "critical_rivalry": 0.0,
            "cross_pressure": chi,
            "autonomy": theta,
            "rivalry": rivalry,
        }
        | (numbers or {}),
        reveal=False,
        **(given | changes),
    )


def critical(w):
    found = critical_rivalry(w)
    assert found.shape == (len(w.structure.countries), len(w.replicates))
    return float(found[0, 0])


def hotter(w, multiple):
    return with_numbers(w, rivalry=lambda r: r * multiple)


# closed forms ----------------------------------------------------------------------------------
def test_one_instrument_by_hand():
    """κ/(χ₀ − 2θ), as a multiple of the rivalry that there is."""
    assert critical(rivals()) == pytest.approx(2.0)
    assert critical(rivals(kappa=3.0)) == pytest.approx(3.0)
    assert critical(rivals(theta=0.5)) == pytest.approx(4.0)
    assert critical(rivals(theta=0.0)) == pytest.approx(4 / 3)
    assert critical(rivals(feud=0.5)) == pytest.approx(4.0)
    assert critical(rivals(feud=0.5, numbers={"intensity": 4.0})) == pytest.approx(1.0)


@pytest.mark.parametrize("theta", [0.75, 0.8, 5.0])
def test_none_where_autonomy_outweighs(theta):
    """χ₀ ≤ 2θ: rivalry alone never breaks the balance."""
    assert critical(rivals(theta=theta)) == INF


def test_none_without_rivalry():
    assert critical(rivals(feud=0.0)) == INF


def test_many_instruments_by_hand():
    """γ = 1, ½, 2 with κ = 2, 1, 8: Σ γ²/κ = ½ + ¼ + ½ = 1.25; net 1."""
    w = rivals((DEFENCE, DIPLOMACY, ENERGY), (1.0, 0.5, 2.0), (2.0, 1.0, 8.0))
    assert critical(w) == pytest.approx(0.8)


@settings(max_examples=25, deadline=None)
@given(
    each=st.lists(st.tuples(st.floats(0.05, 3), st.floats(0.1, 10)), min_size=1, max_size=4),
    chi=st.floats(1.1, 5),
    theta=st.floats(0.0, 0.5),
    feud=st.floats(0.1, 3),
)
def test_many_instruments(each, chi, theta, feud):
    gamma, kappa = map(np.array, zip(*each, strict=True))
    found = critical(rivals(STEPS[: len(each)], gamma, kappa, chi, theta, feud))
    expected = 1.0 / ((chi - 2 * theta) * (gamma**2 / kappa).sum()) / feud
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_given_critical_rivalry_is_met():
    """Where R* is given, χ₀ follows from it, whatever χ₀ the scenario names."""
    w = rivals(
        (DEFENCE, DIPLOMACY, ENERGY),
        (1.0, 0.5, 2.0),
        (2.0, 1.0, 8.0),
        numbers={"critical_rivalry": 0.65},
    )
    assert critical(w) == pytest.approx(0.65)


def test_risk_holds_the_balance():
    """Exposure m = 2 to failures of sd ½ that correlate by 0.2: ρ m² v² (1 − 0.2) = 1.6 on κ."""
    correlation = np.eye(4)
    correlation[CHN, USA] = correlation[USA, CHN] = 0.2
    w = rivals(
        numbers={
            "exposure": 2.0,
            "volatility": 0.5,
            "dependence": 2.0,
            "correlation": correlation,
        },
        terms=BARE | {"dependence"},
    )
    assert critical(w) == pytest.approx(3.6)


def test_a_portfolio_that_is_unstable_without_any_rivalry():
    assert critical(rivals(kappa=0.0)) == 0.0


def test_programmes_and_flows_do_not_count():
    """Nobody moves them by steps, whatever their weight in alignment."""
    w = rivals(numbers={"salience": np.array([5.0, 0.0, 1.0, 0.0, 0.0, 5.0, 5.0])})
    assert critical(w) == pytest.approx(2.0)


# which ties are free ---------------------------------------------------------------------------
def test_ties_that_rules_forbid_do_not_count():
    """Diplomacy and defence are alike, R* = 1; with one of them forbidden, 2 as for one alone."""
    both = (DEFENCE, DIPLOMACY)
    assert critical(rivals(both)) == pytest.approx(1.0)
    shut = np.full((7, 1), INF)
    shut[DEFENCE] = 0.0
    assert critical(rivals(both, rules=replace(structure().rules, tie_max=shut))) == pytest.approx(
        2.0
    )


def test_without_any_free_tie_there_is_none():
    assert critical(rivals(cap=0.0)) == INF


def test_a_power_has_no_balance_to_break_with_itself():
    assert critical(rivals(countries=("CHN",))) == INF


def test_each_country_and_run_has_its_own():
    w = rivals(countries=("IDN", "VNM"), replicates=3)
    w.values["curvature"][DIPLOMACY] = [1.0, 2.0, 4.0]
    w.values["cross_pressure"][:] = [[1.0, 1.0, 1.0], [2.0, 2.0, 0.1]]
    w.values["autonomy"][:] = [[0.0] * 3, [0.1] * 3]
    expected = [[1.0, 2.0, 4.0], [1 / 1.8, 2 / 1.8, INF]]
    np.testing.assert_allclose(critical_rivalry(w), expected)


# the matrix ------------------------------------------------------------------------------------
def test_hessian_by_hand():
    """κ + θR on the diagonal, (χ₀ − θ)R beside it, at R = 1."""
    w = rivals()
    q = hessian(w.structure, start(w)[3], 0).reshape(4, 4, 4, 4)
    place = STEPS.index(DIPLOMACY)
    found = q[place][:, place][np.ix_([CHN, USA], [CHN, USA])]
    assert found == pytest.approx(np.array([[2.25, 1.25], [1.25, 2.25]]))


@pytest.mark.parametrize("seed", range(3))
def test_hessian_is_the_second_difference_of_the_utility(seed):
    """Without the hinge, U is quadratic: eᵀQf = −(U(x+e+f) − U(x+e) − U(x+f) + U(x))."""
    w = random_world(seed, replicates=1)
    q, s, *_ = start(w)
    form = form_of(w.structure, q, s, w.structure.terms - {"security"})
    x = np.random.default_rng(seed).uniform(0, 1, (7, 4, 2))

    def utility(*moved):
        y = x.copy()
        for j in moved:
            y[STEPS[j // 4], j % 4] += 1.0
        return payoff.utility(form, y)

    here, once = utility(), [utility(e) for e in range(16)]
    whole = [hessian(w.structure, form, d) for d in range(2)]
    for e in range(16):
        for f in range(16):
            bend = once[e] + once[f] - utility(e, f) - here
            for d in range(2):
                assert whole[d][e, f] == pytest.approx(bend[d], abs=1e-9)


def lowest(w, d=0):
    """Smallest eigenvalue of Q on ties that are not the country's own."""
    q, _, _, form, _ = start(w)
    free = np.tile(q.not_self[:, d] > 0, 4) & np.repeat(w.structure.cap[list(STEPS)] > 0, 4)
    matrix = hessian(w.structure, form, d)
    return float(np.linalg.eigvalsh(matrix[np.ix_(free, free)])[0])


@pytest.mark.parametrize(
    "w",
    [rivals(), rivals((DEFENCE, DIPLOMACY, ENERGY), (1.0, 0.5, 2.0), (2.0, 1.0, 8.0))],
    ids=["one", "three"],
)
def test_the_eigenvalue_changes_sign_at_the_threshold(w):
    multiple = critical(w)
    assert lowest(hotter(w, 0.99 * multiple)) > 1e-6
    assert abs(lowest(hotter(w, multiple))) < 1e-9
    assert lowest(hotter(w, 1.01 * multiple)) < -1e-6


@pytest.mark.parametrize("seed", range(4))
def test_random_worlds_break_where_they_are_told_to(seed):
    """Definite just below the multiple, indefinite just above, all terms on."""
    w = random_world(seed, replicates=2, countries=("JPN", "VNM"))
    w = replace(
        w,
        structure=replace(
            w.structure, rules=replace(w.structure.rules, tie_max=np.full((7, 2), INF))
        ),
    )
    found = critical_rivalry(w)
    assert np.isfinite(found).all()
    for i in range(2):
        for r in range(2):
            for factor, sign in ((0.98, 1), (1.02, -1)):
                assert sign * lowest(hotter(w, factor * found[i, r]), 2 * i + r) > 0


# what a country does ---------------------------------------------------------------------------
def flow(w, steps=2500, pace=0.1, uneven=1e-3):
    """Projected gradient flow of the model's own gradient from a slightly uneven start."""
    form = start(w)[3]
    cap = w.structure.cap[:, None, None]
    x = np.zeros((7, 4, 1))
    x[:, [CHN, USA]] = 1.0
    x[:, USA] *= 1.0 + uneven
    x *= cap > 0
    for _ in range(steps):
        x = np.clip(x + pace * payoff.gradient(form, payoff.at(form, x)), 0.0, cap)
    return x[:, :, 0]


@pytest.mark.parametrize("gammas", [(1.0,), (1.0, 0.5, 2.0)])
def test_gradient_flow_keeps_or_breaks_the_balance(gammas):
    """0.96 R*: the unevenness fades. 1.04 R*: it grows until one rival has nothing left."""
    used = (DEFENCE, DIPLOMACY, ENERGY)[: len(gammas)]
    w = rivals(used, gammas, (2.0, 1.0, 8.0)[: len(gammas)])
    for k, gamma in zip(used, gammas, strict=True):
        w.values["returns"][k, [CHN, USA]] = 3.0 * gamma
    multiple, used = critical(w), list(used)
    calm = flow(hotter(w, 0.96 * multiple))[used]
    assert calm[:, USA] == pytest.approx(calm[:, CHN], rel=1e-6)
    assert (calm[:, USA] > 0.1).all()
    sided = flow(hotter(w, 1.04 * multiple))[used]
    assert (sided[:, CHN] == 0.0).all()
    assert (sided[:, USA] > 0.1).all()
    other = flow(hotter(w, 1.04 * multiple), uneven=-1e-3)[used]
    assert (other[:, USA] == 0.0).all()
    np.testing.assert_allclose(other[:, CHN], sided[:, USA], rtol=1e-9)


def test_the_desks_chain_turns_bimodal():
    """Far below R* most runs hold both rivals alike; far above it most hold one alone."""
    runs, shares = 200, {}
    for name, multiple in (("calm", 0.3), ("hot", 2.5)):
        w = rivals(
            feud=2.0 * multiple,
            cap=1.0,
            replicates=runs,
            years=15,
            processes=frozenset({"desks"}),
            step=np.full(7, 0.1),
            numbers={"politics_steps": 40.0, "rate": 1.0},
        )
        w.values["returns"][DIPLOMACY, [CHN, USA]] = 2.0
        w.values["ties"][DIPLOMACY] = 0.0
        w.values["ties"][DIPLOMACY, [CHN, USA]] = 0.3
        last = simulate(w, insured=99).ties["diplomacy"][-1, 0]
        shares[name] = last[USA] / (last[USA] + last[CHN])
    even, sided = np.abs(shares["calm"] - 0.5) < 0.2, np.abs(shares["hot"] - 0.5) > 0.3
    assert even.mean() > 0.9
    assert sided.mean() > 0.9
    assert 0.35 < (shares["hot"] > 0.5).mean() < 0.65  # to either side
