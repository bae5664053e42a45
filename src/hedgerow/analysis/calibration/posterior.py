"""Draws from the posterior: parameter sets of the table, chosen by their weights.

Parameters are expressed as normal scores of their priors, so that they can be compared with each
other and no draw can leave the range of its prior.
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
"""Probability that a calibration calls any parameter informed if the record says nothing."""


@dataclass(frozen=True)
class Posterior:
    """The posterior of a record.

    Attributes:
        widening: factor by which noise and errors were widened; 1 if that was not needed.
        weights: (S,) weights of the sets of the table.
        scores: (S, P) normal scores of these sets.
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
        """(P,) weighted mean of the scores; 0 in the prior."""
        return self.weights @ self.scores

    @cached_property
    def sd(self) -> Floats:
        """(P,) weighted standard deviation of the scores; 1 in the prior."""
        return np.sqrt(np.maximum(self.weights @ self.scores**2 - self.mean**2, 0.0))

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """Return the normal scores of `count` sets that are drawn by their weights: (count, P)."""
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
        table: the table of parameter sets.
        likelihood: the likelihood of records, given the runs of the table.
        record: (T,) the record.
        wanted: the effective number of sets to reach.
        without: index of a set to leave out.
    """
    widening, weights = widen(likelihood, record, wanted, without)
    return Posterior(widening, weights, table.scores)


def chances(mean: Floats, sd: Floats, weights: Floats) -> Floats:
    """Return the probability that chance alone changes a parameter as much: (P,).

    If scores were N(0, 1) independent of the weights, their weighted mean would be normal, and
    their weighted mean square a sum of chi-squares. The distribution of the latter is approximated
    by Pearson's type III with the same three moments for large values, and by Satterthwaite's
    chi-square with the same two moments for small ones. The smaller probability of the two, for
    mean and for spread, is returned, doubled since there are two.

    Args:
        mean, sd: (P,) weighted mean and standard deviation of scores; 0 and 1 in the prior.
        weights: (S,) weights of the sets.
    """
    from scipy.stats import chi2, norm

    second, third = _moments(weights)
    shift = 2.0 * norm.sf(np.abs(mean) / np.sqrt(second))
    k, square = second**3 / third**2, sd**2 + mean**2
    large = chi2.sf(k + (square - 1.0) * np.sqrt(k / second), k)
    spread = 2.0 * np.minimum(large, chi2.cdf(square / second, 1.0 / second))
    return np.minimum(1.0, 2.0 * np.minimum(shift, spread))


def limits(weights: Floats, parameters: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the largest |mean|, the least and the largest sd that chance gives any parameter.

    Args:
        weights: (S,) weights of the sets.
        parameters: number of parameters.
        level: probability that chance exceeds any of them for any parameter.
    """
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
    """Return the information gained in bits, (P,), Kullback and Leibler's for normal scores."""
    sd = np.maximum(sd, 1e-9)
    return (0.5 * (mean**2 + sd**2 - 1.0) - np.log(sd)) / np.log(2.0)
