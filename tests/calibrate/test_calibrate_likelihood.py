"""Likelihoods against SciPy's densities, and what widening does."""

import numpy as np
import pytest
from calibrate.small import target
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from hedgerow.analysis.calibration.likelihood import MISTAKE, Likelihood, effective, weigh, widen
from hedgerow.analysis.calibration.statistics import columns_of

TARGETS = (
    target("portfolio", ("diplomacy:RUS", "diplomacy:USA"), (0.3, 0.5), error=0.1),
    target("value", "arms_stock:RUS", 0.8, error=0.03, bias=0.05, bias_of="A"),
    target("value", "arms_stock:RUS", 0.7, error=0.02, bias=0.04, bias_of="A"),
    target("at_least", "arms_orders:RUS", 0.6, error=0.2),
    target("never", "event:alliance", 0.0, error=0.0),
)
COLUMNS = columns_of(TARGETS)
NUMBERS, BOUND, SURE = slice(0, 4), 4, 5
ERRORS = np.diag([0.01, 0.01, 0.03**2 + 0.05**2, 0.02**2 + 0.04**2])
ERRORS[2, 3] = ERRORS[3, 2] = 0.05 * 0.04


@pytest.fixture(scope="module")
def runs():
    """(40, 3, 6) runs near the record."""
    rng = np.random.default_rng(0)
    near = np.array([0.3, 0.5, 0.8, 0.7, 0.6, 0.0])
    found = near + 0.1 * rng.standard_normal((40, 3, 6))
    found[..., SURE] = rng.random((40, 3)) < 0.7
    return found


def by_scipy(runs, record, widening):
    """One set after the other, the noise pooled by hand."""
    sets, replicates, _ = runs.shape
    noise = np.zeros((4, 4))
    for these in runs[..., NUMBERS]:
        noise += (replicates - 1) * np.cov(these.T)
    noise /= sets * (replicates - 1)
    spread = ERRORS + (1 - 1 / replicates) * noise
    found = []
    for these in runs:
        mean = these[:, NUMBERS].mean(axis=0)
        normal = multivariate_normal(record[NUMBERS], spread).logpdf(mean)
        passes = norm.cdf((these[:, BOUND] - 0.6) / (0.2 * widening))
        said = np.mean(passes if record[BOUND] else 1 - passes)
        right = np.mean(np.where(these[:, SURE] == record[SURE], 1 - MISTAKE, MISTAKE))
        found.append((normal + np.log(right)) / widening**2 + np.log(said))
    return np.array(found)


@pytest.mark.parametrize("widening", [1.0, 1.7, 5.0])
@pytest.mark.parametrize("said", [(1.0, 1.0), (0.0, 1.0), (1.0, 0.0)])
def test_likelihoods_are_those_of_scipy_up_to_a_constant(runs, widening, said):
    likelihood = Likelihood(COLUMNS, runs)
    record = np.array([0.25, 0.6, 0.75, 0.72, *said])
    gap = likelihood.logs(record)(widening) - by_scipy(runs, record, widening)
    assert np.ptp(gap) < 1e-9


def test_spreads_tell_noise_from_parameters():
    rng = np.random.default_rng(3)
    truth = 0.2 * rng.standard_normal((4000, 1, 1))
    made = np.concatenate([truth, 0 * truth], axis=-1) + 0.1 * rng.standard_normal((4000, 5, 2))
    noise, between = Likelihood(COLUMNS[:2], made).spreads()
    assert noise == pytest.approx([0.1, 0.1], abs=0.005)
    assert between == pytest.approx([0.2, 0.0], abs=0.02)


def test_the_record_is_the_numbers_and_yes_to_all_else(runs):
    assert Likelihood(COLUMNS, runs).observed.tolist() == [0.3, 0.5, 0.8, 0.7, 1.0, 1.0]


def test_made_up_records_have_the_errors_that_are_declared(runs):
    likelihood = Likelihood(COLUMNS, runs)
    rng = np.random.default_rng(1)
    made = np.array([likelihood.made_up((3, 1), rng) for _ in range(6000)])
    away = made[:, NUMBERS] - runs[3, 1, NUMBERS]
    assert np.cov(away.T) == pytest.approx(ERRORS, abs=4e-4)
    assert away.mean(axis=0) == pytest.approx(np.zeros(4), abs=6e-3)
    passed = norm.cdf((runs[3, 1, BOUND] - 0.6) / 0.2)
    assert made[:, BOUND].mean() == pytest.approx(passed, abs=0.03)
    assert (made[:, SURE] != runs[3, 1, SURE]).mean() == pytest.approx(MISTAKE, abs=0.01)


def test_a_run_that_failed_counts_for_nothing_and_disturbs_no_other(runs):
    broken = runs.copy()
    broken[5, 2], broken[6] = np.nan, np.nan
    record = Likelihood(COLUMNS, runs).observed
    found = Likelihood(COLUMNS, broken)
    logs = found.logs(record)(1.0)
    assert logs[6] == -np.inf and np.isfinite(np.delete(logs, 6)).all()
    pooled = sum((n - 1) * np.cov(r.T) for r, n in by_set(broken)) / (38 * 2 + 1)
    assert found.noise == pytest.approx(pooled, rel=1e-9)


def by_set(runs):
    """Numbers of the sound runs of each set that has two or more, and how many."""
    for these in runs:
        sound = these[~np.isnan(these).any(axis=1)][:, NUMBERS]
        if len(sound) > 1:
            yield sound, len(sound)


def test_effective_numbers():
    even = weigh(np.zeros(8))
    assert even.sum() == pytest.approx(1.0) and effective(even) == pytest.approx(8.0)
    lucky = np.full(8, -np.inf)
    lucky[3] = 0.0
    assert effective(weigh(lucky)) == pytest.approx(1.0)


@given(st.floats(2.0, 38.0), st.integers(0, 39))
def test_errors_are_widened_just_enough(wanted, without):
    rng = np.random.default_rng(2)
    runs = np.array([0.3, 0.5, 0.8, 0.7, 0.6, 1.0]) + 0.3 * rng.standard_normal((40, 3, 6))
    likelihood = Likelihood(COLUMNS[:4], runs[..., :4])
    widening, weights = widen(likelihood, likelihood.observed, wanted, without)
    assert effective(weights) >= wanted and not weights[without].any()
    if widening > 1.0:
        logs = likelihood.logs(likelihood.observed)(0.99 * widening)
        logs[without] = -np.inf
        assert effective(weigh(logs)) < wanted
