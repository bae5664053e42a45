"""The threshold of rivalry, through the shipped scenario and the shipped kernel.

One instrument of salience 1 and two symmetric rivals: R* = κ / (χ₀ − 2θ), none if χ₀ ≤ 2θ.
K instruments: R* = 1 / ((χ₀ − 2θ) Σ γ_k² / κ_k).
"""

import itertools
import math

import numpy as np
import pytest
from reference.measures import critical_rivalry
from reference.plain import Hedging

import hedgerow
from hedgerow.model import frame, payoff
from hedgerow.model import state as states
from hedgerow.model.parameters import DIPLOMACY, INSTRUMENTS
from hedgerow.model.terms import form_of
from hedgerow.model.threshold import hessian
from hedgerow.runs.pairs import Measure, Sample
from hedgerow.scenario.compile import sampled, world

KAPPA, THETA, CHI, RETURNS, STEP = 60.0, 5.0, 40.0, 60.0, 0.1
CRITICAL = critical_rivalry(CHI, THETA, [(1.0, KAPPA)])
RIVALRY = "relations.rivalry.USA.CHN"


@pytest.fixture(scope="module")
def scenario():
    return hedgerow.load("threshold")


def kernel(scenario, **overrides):
    """The payoff of the first quarter and the ties at its start: (form, x (K, P, 1))."""
    one = world(scenario.replace(overrides), np.arange(1, dtype=np.uint64), 1)
    q = frame.build(one.structure, one.values, one.overrides)
    s = states.initial(one.structure, q)
    form = form_of(one.structure, q, s)
    return form, s.counts * one.structure.step[:, None, None]


def least_eigenvalue(scenario, rivalry):
    form, _ = kernel(scenario, **{RIVALRY: rivalry})
    both = [DIPLOMACY * 2, DIPLOMACY * 2 + 1]
    return np.linalg.eigvalsh(hessian(form, 0)[np.ix_(both, both)])[0]


# --- the formula


def test_the_file_says_what_this_test_computes_with(scenario):
    assert scenario.quantities["instruments.diplomacy.curvature"].value == KAPPA
    assert scenario.quantities["behaviour.autonomy"].value == THETA
    assert scenario.quantities["behaviour.cross_pressure"].value == CHI
    assert scenario.level == 1
    on = {name for name, switch in scenario.resolved["terms"].items() if switch}
    assert on == {"returns", "autonomy", "cross_pressure"}
    assert not any(scenario.resolved["processes"].values())
    assert not scenario.warnings


def test_shipped_numbers_break_at_two(scenario):
    assert CRITICAL == 2.0
    assert hedgerow.critical_rivalry(scenario, runs=3) == pytest.approx(np.full((1, 3), 2.0))


@pytest.mark.parametrize(
    ("kappa", "chi", "theta"), [(60.0, 40.0, 0.0), (25.0, 40.0, 5.0), (90.0, 31.0, 12.5)]
)
def test_one_instrument(scenario, kappa, chi, theta):
    changed = scenario.replace(
        {
            "instruments.diplomacy.curvature": kappa,
            "behaviour.cross_pressure": chi,
            "behaviour.autonomy": theta,
        }
    )
    expected = critical_rivalry(chi, theta, [(1.0, kappa)])
    assert hedgerow.critical_rivalry(changed, runs=1) == pytest.approx(expected)


@pytest.mark.parametrize("theta", [20.0, 25.0])
def test_none_where_autonomy_outweighs_cross_pressure(scenario, theta):
    changed = scenario.replace({"behaviour.autonomy": theta})
    assert hedgerow.critical_rivalry(changed, runs=1)[0, 0] == math.inf


def test_it_is_a_multiple_of_the_rivalry_of_the_scenario(scenario):
    changed = scenario.replace({RIVALRY: 4.0})
    assert hedgerow.critical_rivalry(changed, runs=1) == pytest.approx(CRITICAL / 4.0)


def test_several_instruments(scenario):
    saliences = dict(zip(INSTRUMENTS, (1.0, 0.5, 0.25, 1.0, 0.8, 2.0, 0.0), strict=True))
    curvatures = dict(zip(INSTRUMENTS, (80.0, 30.0, 20.0, 60.0, 45.0, 90.0, 10.0), strict=True))
    changes = {f"instruments.{k}.salience": value for k, value in saliences.items()}
    changes |= {f"instruments.{k}.curvature": value for k, value in curvatures.items()}
    changes |= {f"instruments.{k}.cap": 1.0 for k in INSTRUMENTS}
    expected = critical_rivalry(CHI, THETA, [(saliences[k], curvatures[k]) for k in INSTRUMENTS])
    assert hedgerow.critical_rivalry(scenario.replace(changes), runs=1) == pytest.approx(expected)
    assert expected < CRITICAL


def test_ties_that_are_not_free_bear_nothing(scenario):
    changes = {"instruments.trade.salience": 1.0, "instruments.trade.curvature": 1.0}
    fixed = scenario.replace(changes)
    assert hedgerow.critical_rivalry(fixed, runs=1) == pytest.approx(CRITICAL)
    free = scenario.replace(changes | {"instruments.trade.cap": 1.0})
    assert hedgerow.critical_rivalry(free, runs=1)[0, 0] < 0.1 * CRITICAL


# --- the kernel turns at it


def test_eigenvalue_changes_its_sign(scenario):
    assert least_eigenvalue(scenario, 0.96 * CRITICAL) == pytest.approx(0.04 * KAPPA)
    assert least_eigenvalue(scenario, CRITICAL) == pytest.approx(0.0, abs=1e-9)
    assert least_eigenvalue(scenario, 1.04 * CRITICAL) == pytest.approx(-0.04 * KAPPA)


def flow(scenario, rivalry, nudge):
    """Where the projected gradient flow ends that starts nearly balanced: (USA, CHN)."""
    form, x = kernel(scenario, **{RIVALRY: rivalry})
    x = x.copy()
    x[DIPLOMACY, 0] += nudge
    for _ in range(4000):
        x[DIPLOMACY] = np.clip(x[DIPLOMACY] + 0.005 * payoff.gradient(form, x)[DIPLOMACY], 0.0, 1.0)
    return x[DIPLOMACY, :, 0]


def test_below_it_the_flow_finds_the_middle_again(scenario):
    usa, chn = flow(scenario, 0.96 * CRITICAL, 0.2)
    assert usa == pytest.approx(chn, abs=1e-6)
    assert usa == pytest.approx(RETURNS / (KAPPA + CHI * 0.96 * CRITICAL))


@pytest.mark.parametrize("nudge", [1e-3, -1e-3])
def test_beyond_it_the_flow_takes_a_side(scenario, nudge):
    ends = flow(scenario, 1.04 * CRITICAL, nudge)
    chosen, left = ends if nudge > 0 else ends[::-1]
    assert left == 0.0
    assert chosen == pytest.approx(RETURNS / (KAPPA + THETA * 1.04 * CRITICAL))


# --- the logit chain turns bimodal at it


def tilts(scenario, rivalry):
    """Tilts in steps after fifteen years, and their exact distribution over −10…10.

    A logit step over neighbours is reversible with π(x) ∝ exp(2 U(x)) Z(x), Z the sum of
    exp(ΔU) over the feasible moves, hold included.
    """
    changed = scenario.replace({RIVALRY: rivalry})
    sample = Sample(changed, scenario.runs)
    usa, chn = (sample.values(Measure(f"diplomacy:{p}", "VNM", 2014)) for p in ("USA", "CHN"))
    counts = np.bincount(np.rint((usa - chn) / STEP).astype(int) + 10, minlength=21)

    (me,) = Hedging(changed, 0).countries.values()
    me.believe(False)

    def utility(i, j):
        return me.worth({**me.steps, "diplomacy": {"USA": i, "CHN": j}})

    law = np.zeros(21)
    for i, j in itertools.product(range(11), range(11)):
        here = utility(i, j)
        around = [(i, j), (i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
        z = sum(math.exp(utility(*n) - here) for n in around if min(n) >= 0 and max(n) <= 10)
        law[i - j + 10] += math.exp(2.0 * here) * z
    return counts / counts.sum(), law / law.sum()


def test_half_of_it_leaves_one_mode_in_the_middle(scenario):
    shares, law = tilts(scenario, 0.5 * CRITICAL)
    assert abs(int(shares.argmax()) - 10) <= 1
    assert shares[8:13].sum() > 0.7  # at most two steps apart
    assert 0.5 * np.abs(shares - law).sum() < 0.12


def test_beyond_it_there_are_two_modes_and_nobody_in_the_middle(scenario):
    shares, law = tilts(scenario, 1.5 * CRITICAL)
    assert shares[8:13].sum() < 0.1
    assert shares[:5].sum() > 0.3 and shares[16:].sum() > 0.3
    assert 0.5 * np.abs(shares - law).sum() < 0.12


# --- a prior on R* itself


@pytest.mark.parametrize("theta", [0.0, 5.0, 30.0])
def test_critical_rivalry_given_is_critical_rivalry_found(scenario, theta):
    changed = scenario.replace({"behaviour.critical_rivalry": 1.7, "behaviour.autonomy": theta})
    assert hedgerow.critical_rivalry(changed, runs=1) == pytest.approx(1.7)


def test_the_prior_of_vietnam_is_a_prior_on_the_threshold():
    """With two rivals and nothing but the three terms, what is found is what was drawn."""
    vietnam = hedgerow.load("vietnam")
    pairs = [path for path in vietnam.quantities if path.startswith("relations.rivalry.")]
    changes = dict.fromkeys(pairs, 0.0) | {RIVALRY: 1.0}
    changes |= {f"terms.{name}": False for name in vietnam.resolved["terms"]}
    changes |= {f"terms.{name}": True for name in ("returns", "autonomy", "cross_pressure")}
    changes |= {"embargoes.us-arms.from": 2030.0, "embargoes.us-arms.until": 2031.0}
    bare = vietnam.replace(changes)
    drawn = sampled(bare, np.arange(32, dtype=np.uint64), 1)["behaviour.critical_rivalry"]
    assert hedgerow.critical_rivalry(bare, runs=32, seed=1)[0] == pytest.approx(drawn)
    assert drawn.std() > 0.2
