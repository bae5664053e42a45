"""Draws from the posterior: sets of the table, by their weights.

Parameters are told in the normal scores of their priors, so that they can be compared, and so that
no draw can leave its prior.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood, effective, widen
from .reference import Table

Floats = NDArray[np.float64]

ESS = 200.0
"""Effective number of parameter sets at which the widening stops."""

LEVEL = 0.05
"""Chance that a calibration tells of any parameter at all, where nothing is to be told."""


@dataclass(frozen=True)
class Posterior:
    """What a record leaves of the priors.

    Attributes:
        widening: factor by which noise and errors were widened; 1 where the table is good enough.
        weights: (S,) of the sets of the table.
        scores: (S, P) of these sets.
    """

    widening: float
    weights: Floats
    scores: Floats

    @property
    def ess(self) -> float:
        """The effective number of parameter sets."""
        return effective(self.weights)

    @cached_property
    def mean(self) -> Floats:
        """(P,) of the scores; 0 in the prior."""
        return self.weights @ self.scores

    @cached_property
    def sd(self) -> Floats:
        """(P,) of the scores; 1 in the prior."""
        return np.sqrt(np.maximum(self.weights @ self.scores**2 - self.mean**2, 0.0))

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """Return normal scores (n, P) of n sets, drawn by their weights."""
        return self.scores[rng.choice(self.weights.size, count, p=self.weights)]


def posterior(
    table: Table,
    likelihood: Likelihood,
    record: Floats,
    wanted: float = ESS,
    without: int | None = None,
) -> Posterior:
    """Return the posterior of a record.

    Args:
        table: of parameter sets.
        likelihood: of records, given the table's runs.
        record: (T,).
        wanted: effective number of sets.
        without: a set that must not count.
    """
    widening, weights = widen(likelihood, record, wanted, without)
    return Posterior(widening, weights, table.scores)


def chances(mean: Floats, sd: Floats, weights: Floats) -> Floats:
    """Return how likely chance alone moves a parameter as far: (P,).

    Were its scores N(0, 1) whatever the weights, their weighed mean would be normal, and their
    weighed square a sum of chi-squares: of large ones the chance is that of Pearson's type III with
    the same three moments, of small ones that of Satterthwaite's chi-square with the same two. The
    less likely of shift and spread counts, doubled for having looked at both.

    Args:
        mean, sd: (P,) of the scores; 0 and 1 in the prior.
        weights: (S,) of the sets.
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
    """Return the sums of squares and cubes of the weights of sets."""
    return float(np.square(weights).sum()), float((weights**3).sum())


def information(mean: Floats, sd: Floats) -> Floats:
    """Return the information gained, in bits: Kullback and Leibler's, as of normal scores."""
    sd = np.maximum(sd, 1e-9)
    return (0.5 * (mean**2 + sd**2 - 1.0) - np.log(sd)) / np.log(2.0)
