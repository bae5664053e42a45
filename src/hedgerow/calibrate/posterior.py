"""Draws from the posterior: weighed sets of the table, moved along slopes on the record.

With errors widened by h, a run's made-up record lies within h of the record, not on it. Beaumont,
Zhang and Balding (2002) take out the part of that which is linear: parameters are regressed on the
made-up records, and each draw is moved to where its made-up record is the true one. Here all is
done in the normal scores of the priors, so no draw can leave its prior (Blum and François 2010);
slopes come from a wider neighbourhood than the draws, and shrink to nothing for a parameter that
follows the record no more than chance would have it (James and Stein).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood, effective, widen
from .reference import Table

Floats = NDArray[np.float64]

ESS = 200.0
"""Effective number of parameter sets at which the widening stops."""

WIDER = 10.0
"""How many times as many sets the slopes rest on."""

A_SLOPE = 10.0
"""Sets for each number on record, below which slopes would be noise and are left out."""

LEVEL = 0.05
"""Chance that a calibration tells of any parameter at all, where nothing is to be told."""

_ROWS = 4000  # runs that slopes and moments rest on: no more is known of some hundred sets
_MOST = 0.5  # of the sets of a table, that slopes may rest on


@dataclass(frozen=True)
class Posterior:
    """What a record leaves of the priors.

    Attributes:
        widening: factor by which errors were widened; 1 where the table is good enough as it is.
        ess: effective number of parameter sets.
        weights: (S, J) of the runs of the table.
        draw: returns normal scores (n, P) of n draws.
        mean, sd: (P,) of the scores; 0 and 1 in the prior.
    """

    widening: float
    ess: float
    weights: Floats
    draw: Callable[[int], Floats]
    mean: Floats
    sd: Floats


def posterior(
    table: Table,
    likelihood: Likelihood,
    record: Floats,
    rng: np.random.Generator,
    wanted: float = ESS,
    adjust: bool = True,
    without: int | None = None,
) -> Posterior:
    """Return the posterior of a record.

    Args:
        table: of parameter sets.
        likelihood: of records, given the table's runs.
        record: (T,).
        rng: for resampling.
        wanted: effective number of sets.
        adjust: whether to move draws along slopes.
        without: a set that must not count.
    """
    widening, weights = widen(likelihood, record, wanted, without)
    slopes = None
    more = min(WIDER * wanted, _MOST * len(table.scores))
    if adjust and widening > 1.0 and more >= A_SLOPE * likelihood.numbers.size > 0:
        slopes = _slopes(table, likelihood, record, rng, more, without)

    def some(n: int) -> Floats:
        runs = resample(weights, n, rng)
        scores = table.scores[runs[0]]
        if slopes is None:
            return scores
        return scores - _away(likelihood, record, runs, widening, rng) @ slopes

    rows = some(_ROWS)
    mean, sd = rows.mean(axis=0), rows.std(axis=0)
    return Posterior(widening, effective(weights), weights, some, mean, sd)


def resample(weights: Floats, n: int, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Return set and replicate of n runs, each drawn for itself by the weights (S, J)."""
    ends = np.cumsum(weights.ravel())
    chosen = np.searchsorted(ends, rng.random(n) * ends[-1], side="right")
    sets, replicates = np.unravel_index(np.minimum(chosen, ends.size - 1), weights.shape)
    return sets, replicates


def _slopes(
    table: Table,
    likelihood: Likelihood,
    record: Floats,
    rng: np.random.Generator,
    wanted: float,
    without: int | None,
) -> Floats:
    """Regress scores on made-up records, in units of their errors: (N, P)."""
    widening, weights = widen(likelihood, record, wanted, without)
    if widening == 1.0:  # made-up records are all alike: nothing to regress on
        return np.zeros((likelihood.numbers.size, table.scores.shape[1]))
    runs = resample(weights, _ROWS, rng)
    away = _away(likelihood, record, runs, widening, rng)
    away = away - away.mean(axis=0)
    scores = table.scores[runs[0]]
    scores = scores - scores.mean(axis=0)
    slopes = np.linalg.lstsq(away, scores, rcond=None)[0]
    explained = np.square(away @ slopes).mean(axis=0) / np.square(scores).mean(axis=0)
    explained = np.clip(explained, 1e-12, 1.0 - 1e-12)
    n, p = effective(weights), away.shape[1]
    by_chance = p / max(n - p, 1.0) * (1.0 - explained) / explained
    return slopes * np.maximum(0.0, 1.0 - by_chance)


def _away(
    likelihood: Likelihood,
    record: Floats,
    runs: tuple[NDArray, NDArray],
    widening: float,
    rng: np.random.Generator,
) -> Floats:
    """Return how far the made-up records of some runs lie from the record: (n, N).

    Of the widened error one part is that of the measurement; given both ends, it is normal with
    mean gap / h² and variance 1 − 1 / h².
    """
    gap = likelihood.whitened[runs] - likelihood.whiten(record)
    own = 1.0 - 1.0 / widening**2
    return own * gap + np.sqrt(own) * rng.standard_normal(gap.shape)


def chances(mean: Floats, sd: Floats, weights: Floats) -> Floats:
    """Return how likely chance alone moves a parameter as far: (P,).

    Were its scores N(0, 1) whatever the weights, their weighed mean would be normal, and their
    weighed square a sum of chi-squares: of large ones the chance is that of Pearson's type III with
    the same three moments, of small ones that of Satterthwaite's chi-square with the same two. The
    less likely of shift and spread counts, doubled for having looked at both.

    Args:
        mean, sd: (P,) of the scores; 0 and 1 in the prior.
        weights: (S, J) of the runs.
    """
    from scipy.stats import chi2, norm

    second, third = _moments(weights)
    shift = 2.0 * norm.sf(np.abs(mean) / np.sqrt(second))
    k, square = second**3 / third**2, sd**2 + mean**2
    large = chi2.sf(k + (square - 1.0) * np.sqrt(k / second), k)
    spread = 2.0 * np.minimum(large, chi2.cdf(square / second, 1.0 / second))
    return np.minimum(1.0, 2.0 * np.minimum(shift, spread))


def limits(weights: Floats, parameters: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Return how far chance alone moves any parameter: of |mean|, and the least and largest sd."""
    from scipy.stats import chi2, norm

    each = level / parameters / 4.0
    second, third = _moments(weights)
    k = second**3 / third**2
    low = second * chi2.ppf(each, 1.0 / second)
    high = 1.0 + (chi2.isf(each, k) - k) * np.sqrt(second / k)
    return float(norm.isf(each) * np.sqrt(second)), float(np.sqrt(low)), float(np.sqrt(high))


def _moments(weights: Floats) -> tuple[float, float]:
    """Return the sums of squares and cubes of the weights of sets, as resampled."""
    of_sets = weights.sum(axis=1)
    second, third = float(np.square(of_sets).sum()), float((of_sets**3).sum())
    return second + 1.0 / _ROWS, third + 3.0 * second / _ROWS


def information(mean: Floats, sd: Floats) -> Floats:
    """Return the information gained, in bits: Kullback and Leibler's, as of normal scores."""
    sd = np.maximum(sd, 1e-9)
    return (0.5 * (mean**2 + sd**2 - 1.0) - np.log(sd)) / np.log(2.0)
