"""What is said of chance, against worlds whose noise is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hedgerow.analysis.sensitivities.noise import (
    STATISTICS,
    noise,
    of_runs,
    of_summary,
    replicates_for,
)

POINTS, RUNS = 4000, 16


def worlds(level, luck, own, seed=1):
    """Return (P, n): levels of points, luck that all points share, and each point's own."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(scale=level, size=(POINTS, 1))
        + rng.normal(scale=luck, size=(1, RUNS))
        + rng.normal(scale=own, size=(POINTS, RUNS))
    )


def summary(values, common):
    """Return what the summary of a sweep tells."""
    n = np.full(len(values), float(values.shape[1]))
    return of_summary("mean", values.mean(axis=1), values.std(axis=1, ddof=1), n, common)


def test_independent_replicates_tell_their_share():
    found = summary(worlds(1.0, 0.0, 3.0), common=False)
    assert found.share == pytest.approx((9.0 / RUNS) / (1.0 + 9.0 / RUNS), rel=0.05)
    assert found.much and not found.bound
    assert replicates_for(0.36, RUNS) == pytest.approx(81, abs=2)  # 9 / n = 1 / 9
    assert replicates_for(0.1, 50) == 50 and replicates_for(0.99, 4) is None


def test_shared_luck_is_no_noise_between_points_but_a_summary_cannot_tell():
    values = worlds(1.0, 3.0, 1.0)
    told, bound = of_runs(values), summary(values, common=True)
    assert told.share == pytest.approx((1.0 / RUNS) / (1.0 + 1.0 / RUNS), rel=0.05)
    assert bound.bound and bound.share > 3.0 * told.share and bound.open


@given(
    arrays(np.float64, (6, 4), elements=st.floats(-10, 10)),
    arrays(np.float64, 4, elements=st.floats(-10, 10)),
)
def test_luck_that_all_points_share_changes_nothing(values, luck):
    one, other = of_runs(values), of_runs(values + luck)
    if one is None or other is None or np.var(values.mean(axis=1)) < 1e-6:
        return
    assert other.share == pytest.approx(one.share, rel=1e-6, abs=1e-9)


def test_replicates_that_some_point_lacks_do_not_count():
    values = worlds(1.0, 1.0, 1.0)[:50]
    holed = np.concatenate([values, np.full((50, 2), 7.0)], axis=1)
    holed[3, -2:] = np.nan
    assert of_runs(holed).share == pytest.approx(of_runs(values).share)
    assert of_runs(values[:, :1]) is None
    assert of_runs(np.where(np.arange(RUNS) < 15, np.nan, values)) is None


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_noise_of_a_statistic_is_that_of_normal_replicates(statistic):
    rng = np.random.default_rng(3)
    values = rng.normal(scale=2.0, size=(4000, 400))
    level = {"q05": 0.05, "q50": 0.5, "q95": 0.95}.get(statistic)
    if level is None:
        each = values.mean(axis=1) if statistic == "mean" else values.std(axis=1, ddof=1)
    else:
        each = np.quantile(values, level, axis=1)
    told = noise(statistic, np.array([2.0]), np.array([400.0]))
    assert told[0] == pytest.approx(each.var(), rel=0.1)


def test_one_run_a_point_tells_nothing():
    found = of_summary("mean", np.arange(5.0), np.full(5, np.nan), np.ones(5), common=False)
    assert np.isnan(found.share) and not found.much and not found.open
