"""Posteriors against one in closed form: a normal prior, normal noise, normal errors."""

import numpy as np
import pytest
from calibrate.small import target

from hedgerow.analysis.calibration.likelihood import Likelihood
from hedgerow.analysis.calibration.posterior import chances, information, limits, posterior
from hedgerow.analysis.calibration.reference import Table
from hedgerow.analysis.calibration.statistics import columns_of

NOISE, ERROR, SEEN = 0.3, 0.4, 1.1
SPREAD = 1.0 + NOISE**2 + ERROR**2  # variance of the record before it is known
MEAN, SD = SEEN / SPREAD, np.sqrt(1.0 - 1.0 / SPREAD)


@pytest.fixture(scope="module")
def world():
    """Parameters a and b, both N(0, 1); a run is a + noise, whatever b."""
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((6000, 2))
    runs = scores[:, None, :1] + NOISE * rng.standard_normal((6000, 10, 1))
    columns = columns_of([target("value", "diplomacy:USA", SEEN, error=ERROR)])
    return Table(("a", "b"), scores, runs), Likelihood(columns, runs)


def found(world, wanted):
    table, likelihood = world
    return posterior(table, likelihood, likelihood.observed, wanted)


def test_without_widening_it_is_the_one_in_closed_form(world):
    made = found(world, 200.0)
    assert made.widening == 1.0 and made.ess > 2000
    assert made.mean == pytest.approx([MEAN, 0.0], abs=0.06)
    assert made.sd == pytest.approx([SD, 1.0], abs=0.05)
    assert (chances(made.mean, made.sd, made.weights) < 0.025).tolist() == [True, False]


def test_replicates_do_not_select_lucky_noise(world):
    """The posterior of one run's record has its noise in it, whatever the number of replicates."""
    table, likelihood = world
    few = Likelihood(likelihood.columns, table.simulated[:, :2])
    made = found((table, few), 200.0)
    assert made.mean[0] == pytest.approx(MEAN, abs=0.06)
    assert made.sd[0] == pytest.approx(SD, abs=0.05)


def test_widened_it_is_that_of_a_record_known_less_well(world):
    made = found(world, 5000.0)
    assert made.widening > 2.0 and made.ess == pytest.approx(5000.0, rel=0.01)
    # The mean of ten runs keeps a tenth of the noise, which is not widened.
    spread = made.widening**2 * (ERROR**2 + 0.9 * NOISE**2) + 0.1 * NOISE**2
    assert made.mean[0] == pytest.approx(SEEN / (1.0 + spread), abs=0.06)
    assert made.sd[0] == pytest.approx(np.sqrt(1.0 - 1.0 / (1.0 + spread)), abs=0.05)


def test_draws_are_of_the_moments_that_are_told(world):
    made = found(world, 3000.0)
    drawn = made.draw(5000, np.random.default_rng(3))
    assert drawn.shape == (5000, 2)
    assert drawn.mean(axis=0) == pytest.approx(made.mean, abs=0.05)
    assert drawn.std(axis=0) == pytest.approx(made.sd, abs=0.05)


def test_information_of_normals_in_closed_form():
    gained = information(np.array([0.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.5]))
    assert gained == pytest.approx([0.0, 0.5 / np.log(2.0), 1.0 - 0.375 / np.log(2.0)])


@pytest.mark.parametrize(("spread", "sets"), [(1.0, 1500), (1.6, 1500), (1.6, 200)])
def test_chance_alone_rarely_informs(spread, sets):
    """Of 300 calibrations that tell nothing of 40 parameters, some fifteen find something."""
    rng = np.random.default_rng(4)
    weights = np.exp(spread * rng.standard_normal(sets))
    weights /= weights.sum()
    across, low, high = limits(weights, 40)
    hits = out = 0
    for _ in range(300):
        scores = rng.standard_normal((sets, 40))
        mean = weights @ scores
        sd = np.sqrt(weights @ (scores - mean) ** 2)
        hits += bool((chances(mean, sd, weights) < 0.05 / 40).any())
        out += bool(((np.abs(mean) > across) | (sd < low) | (sd > high)).any())
    assert 2 <= hits <= 30
    assert abs(hits - out) <= 6, "the limits drawn must be those that are tested"
