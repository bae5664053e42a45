"""Penalised likelihood: variances, errors and tests beside what is known in closed form."""

import numpy as np
import pytest
from estimate.small import Groups, sample, shipped

from hedgerow.analysis.estimation.counts import Counts
from hedgerow.analysis.estimation.penalised import fit


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(3)
    return 1.0 + rng.normal(0.0, 0.7, (30, 1)) + rng.standard_normal((30, 8))


def test_variances_are_those_of_restricted_likelihood_in_a_balanced_design(groups):
    """Which has a closed form there: mean squares within and between (Searle 1971)."""
    each = groups.shape[1]
    found = fit(Groups(groups))
    within = groups.var(axis=1, ddof=1).mean()
    between = each * groups.mean(axis=1).var(ddof=1)
    assert np.exp(2.0 * found.theta[1]) == pytest.approx(within, rel=2e-3)
    assert found.sd["spread"] ** 2 == pytest.approx((between - within) / each, rel=2e-3)
    assert found.theta[0] == pytest.approx(groups.mean(), abs=1e-9)
    shrunk = (between - within) / between * (groups.mean(axis=1) - groups.mean())
    np.testing.assert_allclose(found.theta[2:], shrunk, rtol=5e-3)
    assert found.converged and found.gradient < 1e-6 and not found.at_edge


def test_the_error_of_a_mean_is_that_of_the_means_of_states(groups):
    """Corrected for leverage it is the jackknife's: s² / (G − 1)."""
    found = fit(Groups(groups))
    _, error, reach = found.told[:, 0]
    spread = groups.mean(axis=1).var(ddof=1)
    assert error == pytest.approx(np.sqrt(spread / (len(groups) - 1)), rel=1e-6)
    # As many rows for each state: as many degrees of freedom as states, and Student's quantile.
    assert found.degrees[0] == pytest.approx(len(groups), rel=1e-6)
    assert reach / error == pytest.approx(2.042, abs=1e-3)


def test_a_variance_of_nothing_goes_to_its_edge():
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((30, 8))
    alike = noise - noise.mean(axis=1, keepdims=True)
    found = fit(Groups(alike))
    assert found.at_edge == ("spread",) and found.converged


def test_a_term_that_was_left_out_is_found_where_it_is_and_not_where_it_is_not():
    model = Counts(sample())
    found = fit(model)
    theta = found.theta.copy()
    place = model.names.index("trend")
    theta[place] = 0.1
    with_trend = fit(model.redrawn(theta, np.random.default_rng(1)))
    test = with_trend.test(place)
    assert test.p < 1e-6 and test.step == pytest.approx(0.1, abs=3 * test.error)
    theta[place] = 0.0
    chances = [
        fit(model.redrawn(theta, np.random.default_rng([2, j]))).test(place).p for j in range(20)
    ]
    assert 0.2 < np.mean(chances) < 0.8


def test_the_states_are_those_of_the_panel():
    assert len(sample().states) == 49 == len(shipped().states("hedger"))
    left = sample(leave_out=("ASEAN",)).states
    assert len(left) == 39 and "VNM" not in left
