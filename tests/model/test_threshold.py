"""Property 2: the rivalry at which balance between rivals loses its footing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pair, start
from model.worlds import random_world
from reference.measures import critical_rivalry as critical_rivalry_of

from hedgerow.model import payoff
from hedgerow.model.parameters import Embargo, Rules
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import TERMS, form_of
from hedgerow.model.threshold import critical_rivalry, hessian

K, DIPLOMACY, DEFENCE, VOICE = 7, 3, 4, 5
BARE = ("returns", "autonomy", "cross_pressure")
KAPPA, CHI, THETA = 2.0, 1.5, 0.25  # R* = 2/(1.5 − 0.5) = 2
INF = float("inf")


def rivals(
    instruments=(DIPLOMACY,), gamma=1.0, kappa=KAPPA, chi=CHI, theta=THETA, feud=1.0, **others
):
    """Two symmetric rivals and the instruments at hand; numbers by instrument or for all."""
    used = list(instruments)

    def spread(a):
        return at(K, dict(zip(used, np.broadcast_to(a, len(used)), strict=True)))

    structure = {"cap": spread(4.0), "step": np.full(K, 0.01)} | others.pop("structure", {})
    return hand_world(
        p=2,
        salience=spread(gamma),
        curvature=spread(kappa),
        cross_pressure=chi,
        autonomy=theta,
        rivalry=pair(2, {(0, 1): feud}),
        structure=structure,
        **({"terms": BARE} | others),
    )


def critical(world, **how):
    found = critical_rivalry(world, **how)
    assert found.shape == (len(world.structure.countries), len(world.replicates))
    return float(found[0, 0])


def hotter(world, multiple):
    return replace(world, values=world.values | {"rivalry": world.values["rivalry"] * multiple})


# closed forms ----------------------------------------------------------------------------------
def test_one_instrument_by_hand():
    assert critical(rivals()) == pytest.approx(2.0)
    assert critical(rivals(kappa=3.0)) == pytest.approx(3.0)
    assert critical(rivals(theta=0.5)) == pytest.approx(4.0)
    assert critical(rivals(theta=0.0)) == pytest.approx(4 / 3)
    assert critical(rivals(feud=0.5)) == pytest.approx(4.0)  # a multiple of the rivalry there is
    assert critical(rivals(feud=0.5, intensity=4.0)) == pytest.approx(1.0)  # which is 2


@pytest.mark.parametrize("theta", [0.75, 0.8, 5.0])
def test_none_where_autonomy_outweighs(theta):
    """χ₀ ≤ 2θ: rivalry alone never breaks the balance."""
    assert critical(rivals(theta=theta)) == INF


def test_none_without_rivalry():
    assert critical(rivals(feud=0.0)) == INF


@settings(max_examples=25, deadline=None)
@given(
    kappa=st.floats(0.1, 10),
    chi=st.floats(0.0, 5),
    theta=st.floats(0.0, 2),
    gamma=st.floats(0.1, 3),
    feud=st.floats(0.1, 3),
)
def test_one_instrument(kappa, chi, theta, gamma, feud):
    net = chi - 2 * theta
    found = critical(rivals(kappa=kappa, chi=chi, theta=theta, gamma=gamma, feud=feud))
    if net > 1e-6:
        expected = critical_rivalry_of(chi, theta, [(gamma, kappa)]) / feud
        assert found == pytest.approx(expected, rel=1e-9)
    elif net <= 0:
        assert found > 1e9


@settings(max_examples=25, deadline=None)
@given(
    each=st.lists(st.tuples(st.floats(0.05, 3), st.floats(0.1, 10)), min_size=1, max_size=K),
    chi=st.floats(1.1, 5),
    theta=st.floats(0.0, 0.5),
)
def test_many_instruments(each, chi, theta):
    gamma, kappa = zip(*each, strict=True)
    world = rivals(range(len(each)), gamma, kappa, chi, theta)
    assert critical(world) == pytest.approx(critical_rivalry_of(chi, theta, each), rel=1e-9)


def test_many_instruments_by_hand():
    """γ = 1, ½, 2 with κ = 2, 1, 8: Σ γ²/κ = ½ + ¼ + ½ = 1.25; net 1."""
    world = rivals((DIPLOMACY, DEFENCE, VOICE), (1.0, 0.5, 2.0), (2.0, 1.0, 8.0))
    assert critical(world) == pytest.approx(0.8)


def test_interoperability_holds_the_balance_while_it_lasts():
    """Fast: κ + λ; slow, once stocks have followed the ties: κ."""
    world = rivals(inertia=3.0, terms=(*BARE, "interoperability"))
    assert critical(world) == pytest.approx(5.0)
    assert critical(world, slow=True) == pytest.approx(2.0)
    off = rivals(inertia=3.0)
    assert critical(off) == critical(off, slow=True) == pytest.approx(2.0)


def test_interoperability_of_many_instruments():
    """Σ γ²/(κ + λ) = 1/4 + 0.25/2 fast, 1/2 + 0.25/1 slow."""
    world = rivals(
        (DIPLOMACY, DEFENCE),
        (1.0, 0.5),
        (2.0, 1.0),
        inertia=at(K, {DIPLOMACY: 2.0, DEFENCE: 1.0}),
        terms=(*BARE, "interoperability"),
    )
    assert critical(world) == pytest.approx(1 / 0.375)
    assert critical(world, slow=True) == pytest.approx(1 / 0.75)


def test_demand_bears_on_the_sum_and_not_on_the_side():
    world = rivals(demand=5.0, needs=1.0, terms=(*BARE, "demand"))
    assert critical(world) == pytest.approx(2.0)


def test_risk_holds_the_balance():
    """Exposure m = 2 to failures of sd ½ that correlate by 0.2: ρ m² v² (1 − 0.2) = 1.6 on κ."""
    world = rivals(
        exposure=2.0,
        volatility=0.5,
        dependence=2.0,
        correlation=np.array([[1.0, 0.2], [0.2, 1.0]]),
        terms=(*BARE, "dependence"),
    )
    assert critical(world) == pytest.approx(3.6)


def test_a_portfolio_that_is_unstable_without_any_rivalry():
    assert critical(rivals(kappa=0.0)) == 0.0


# which ties are free ---------------------------------------------------------------------------
def test_ties_that_rules_forbid_do_not_count():
    """Diplomacy and defence are alike, R* = 1; with one of them forbidden, 2 as for one alone."""
    pair_of = (DIPLOMACY, DEFENCE)
    assert critical(rivals(pair_of)) == pytest.approx(1.0)
    shut = np.full((K, 1), np.inf)
    shut[DEFENCE] = 0.0
    bounds = Rules(np.array([4]), shut, np.array([np.inf]), np.array([False]))
    assert critical(rivals(pair_of, structure={"rules": bounds})) == pytest.approx(2.0)
    both = (Embargo(0, DEFENCE, 0, 0, 9), Embargo(0, DEFENCE, 1, -3, 1))
    assert critical(rivals(pair_of, structure={"embargoes": both})) == pytest.approx(2.0)
    later = tuple(replace(ban, start=1, stop=9) for ban in both)
    assert critical(rivals(pair_of, structure={"embargoes": later})) == pytest.approx(1.0)


def test_without_a_second_rival_to_hold_there_is_no_balance_to_break():
    banned = (Embargo(0, DIPLOMACY, 1, 0, 9),)
    assert critical(rivals(structure={"embargoes": banned})) == INF


def test_without_any_free_tie_there_is_none():
    assert critical(rivals(structure={"cap": np.zeros(K)})) == INF


def test_each_country_and_run_has_its_own():
    world = hand_world(
        n=2,
        p=2,
        r=3,
        salience=at(K, {DIPLOMACY: 1.0}),
        curvature=np.broadcast_to([1.0, 2.0, 4.0], (K, 3)),
        cross_pressure=np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 0.1]]),
        autonomy=np.array([0.0, 0.1]),
        rivalry=pair(2, {(0, 1): 1.0}),
        terms=BARE,
    )
    expected = [[1.0, 2.0, 4.0], [1 / 1.8, 2 / 1.8, INF]]
    np.testing.assert_allclose(critical_rivalry(world), expected)


def test_a_given_critical_rivalry_is_met():
    """Where R* is given, χ₀ follows from it, whatever χ₀ the scenario names."""
    world = rivals(
        (DIPLOMACY, DEFENCE, VOICE), (1.0, 0.5, 2.0), (2.0, 1.0, 8.0), critical_rivalry=0.65
    )
    assert critical(world) == pytest.approx(0.65)


# the matrix ------------------------------------------------------------------------------------
def test_hessian_by_hand():
    """κ + θR on the diagonal, (χ₀ − θ)R beside it, at R = 1."""
    _, _, form = start(rivals())
    q = hessian(form, 0).reshape(K, 2, K, 2)
    assert q[DIPLOMACY, :, DIPLOMACY] == pytest.approx(np.array([[2.25, 1.25], [1.25, 2.25]]))
    q[DIPLOMACY, :, DIPLOMACY] = 0.0
    assert not q.any()


@pytest.mark.parametrize("seed", range(2))
def test_hessian_is_the_second_difference_of_the_utility(seed):
    """Without the hinge, U is quadratic: eᵀQf = −(U(x+e+f) − U(x+e) − U(x+f) + U(x))."""
    world = random_world(seed, n=2, p=3, r=1)
    structure = world.structure
    q, s, _ = start(world)
    form = form_of(structure, q, s, frozenset(TERMS) - {"security"})
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (K, 3, 2))

    def utility(*moved):
        y = x.copy()
        for j in moved:
            y[j // 3, j % 3] += 1.0
        return payoff.utility(form, y)

    here, once = utility(), [utility(e) for e in range(3 * K)]
    whole = [hessian(form, d) for d in range(2)]
    for e in range(3 * K):
        for f in range(e, 3 * K):
            bend = once[e] + once[f] - utility(e, f) - here
            for d in range(2):
                assert whole[d][e, f] == pytest.approx(bend[d], abs=1e-9)
                assert whole[d][f, e] == pytest.approx(bend[d], abs=1e-9)


def smallest_eigenvalue(world, d=0):
    _, _, form = start(world)
    q = hessian(form, d)
    used = np.flatnonzero(np.repeat(world.structure.cap > 0, len(world.structure.partners)))
    return float(np.linalg.eigvalsh(q[np.ix_(used, used)])[0])


SHAPES = {
    "one instrument": lambda: rivals(),
    "three instruments": lambda: rivals(
        (DIPLOMACY, DEFENCE, VOICE), (1.0, 0.5, 2.0), (2.0, 1.0, 8.0)
    ),
    "demand and habit": lambda: rivals(
        (DIPLOMACY, VOICE),
        (1.0, 0.7),
        demand=1.0,
        needs=2.0,
        inertia=0.5,
        terms=(*BARE, "demand", "interoperability"),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_eigenvalue_changes_sign_at_the_threshold(shape):
    world = SHAPES[shape]()
    multiple = critical(world)
    assert 0 < multiple < INF
    assert smallest_eigenvalue(hotter(world, 0.99 * multiple)) > 1e-6
    assert abs(smallest_eigenvalue(hotter(world, multiple))) < 1e-9
    assert smallest_eigenvalue(hotter(world, 1.01 * multiple)) < -1e-6


@pytest.mark.parametrize("seed", range(4))
def test_random_worlds_break_where_they_are_told_to(seed):
    """Definite just below the multiple, indefinite just above, on the free ties."""
    world = random_world(seed, n=2, p=4, r=2, dated=False)
    world = replace(world, values=world.values | {"cross_pressure": np.full((2, 2), 6.0)})
    found = critical_rivalry(world)
    assert np.isfinite(found).all()
    for i in range(2):
        own = world.structure.self_partner[i]
        for r in range(2):
            free = np.ones((K, 4), dtype=bool)
            if own >= 0:
                free[:, own] = False
            used = np.flatnonzero(free)
            lowest = []
            for factor in (0.98, 1.02):
                _, _, form = start(hotter(world, factor * found[i, r]))
                q = hessian(form, 2 * i + r)[np.ix_(used, used)]
                lowest.append(np.linalg.eigvalsh(q)[0])
            assert lowest[0] > 0 > lowest[1]


# what a country does ---------------------------------------------------------------------------
def flow(world, steps=2500, pace=0.1, uneven=1e-3):
    """Projected gradient flow of the kernel's own gradient from a slightly uneven start."""
    _, _, form = start(world)
    cap = world.structure.cap[:, None, None]
    x = np.where(cap > 0, 1.0, 0.0) * np.ones((K, 2, 1))
    x[:, 0] *= 1.0 + uneven
    for _ in range(steps):
        x = np.clip(x + pace * payoff.gradient(form, x), 0.0, cap)
    return x[:, :, 0]


@pytest.mark.parametrize("shape", ["one instrument", "three instruments"])
def test_gradient_flow_keeps_or_breaks_the_balance(shape):
    """0.96 R*: the unevenness fades. 1.04 R*: it grows until one rival has nothing left."""
    world = SHAPES[shape]()
    yields = np.zeros((K, 2, 1))
    used = world.structure.cap > 0
    yields[used] = 3.0 * world.values["salience"][used][:, None]
    world = replace(world, values=world.values | {"returns": yields[..., None]})
    multiple = critical(world)
    calm = flow(hotter(world, 0.96 * multiple))[used]
    assert calm[:, 0] == pytest.approx(calm[:, 1], rel=1e-6)
    assert (calm > 0.1).all()
    sided = flow(hotter(world, 1.04 * multiple))[used]
    assert (sided[:, 1] == 0.0).all()
    assert (sided[:, 0] > 0.1).all()
    other = flow(hotter(world, 1.04 * multiple), uneven=-1e-3)[used]
    assert (other[:, 0] == 0.0).all()
    np.testing.assert_allclose(other[:, 1], sided[:, 0], rtol=1e-9)


def test_the_logit_chain_turns_bimodal():
    """Far below R* most runs hold both rivals alike; far above it most hold one alone."""
    runs = 200
    shares = {}
    for name, multiple in (("calm", 0.3), ("hot", 2.5)):
        world = hand_world(
            p=2,
            r=runs,
            years=12,
            precision=40.0,
            salience=at(K, {DIPLOMACY: 1.0}),
            curvature=at(K, {DIPLOMACY: KAPPA}),
            cross_pressure=CHI,
            autonomy=THETA,
            returns=at((K, 2, 1), {(DIPLOMACY, 0, 0): 2.0, (DIPLOMACY, 1, 0): 2.0}),
            ties=at((K, 2, 1), {(DIPLOMACY, 0, 0): 0.3, (DIPLOMACY, 1, 0): 0.3}),
            rivalry=pair(2, {(0, 1): 2.0 * multiple}),
            terms=BARE,
            structure={"cap": at(K, {DIPLOMACY: 1.0})},
        )
        last = simulate(world).ties["diplomacy"][-1, 0]
        shares[name] = last[0] / last.sum(axis=0)
    even, sided = np.abs(shares["calm"] - 0.5) < 0.2, np.abs(shares["hot"] - 0.5) > 0.3
    assert even.mean() > 0.9
    assert sided.mean() > 0.9
    first = (shares["hot"] > 0.5).mean()
    assert 0.35 < first < 0.65  # to either side
