"""How much of the variance between points is chance, for replicates are finite."""

from dataclasses import dataclass
from math import ceil, exp, isnan, pi

import numpy as np

from .design import Floats

_Z95 = 1.6448536269514722


def _quantile(level: float, normal: float) -> float:
    """Return the variance of a sample quantile of a normal variable of variance 1, times n."""
    density = exp(-normal * normal / 2.0) / (2.0 * pi) ** 0.5
    return level * (1.0 - level) / density**2


_FACTOR = {
    "mean": 1.0,
    "sd": 0.5,
    "q50": _quantile(0.5, 0.0),
    "q05": _quantile(0.05, _Z95),
    "q95": _quantile(0.05, _Z95),
}
"""Variance of a statistic of n replicates, times n / sd²; of a mean exactly, of others as if
replicates were normal."""

STATISTICS = tuple(_FACTOR)

MUCH = 0.2
"""Share from which indices are much blurred."""

AIM = 0.1
_HOPELESS = 0.95


def noise(statistic: str, sd: Floats, replicates: Floats) -> Floats:
    """Return the variance of a statistic of replicates at each point, NaN for a single replicate.

    Args:
        statistic: one of `STATISTICS`.
        sd: (P,) standard deviation between replicates.
        replicates: (P,) how many there are.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _FACTOR[statistic] * sd**2 / replicates
    return np.asarray(np.where(replicates > 1, found, np.nan))


@dataclass(frozen=True)
class Noise:
    """What part of the variance between points is chance.

    Attributes:
        share: mean variance of a point by chance over the variance between points; NaN if unknown.
        bound: whether it is at most that. With common random numbers, what chance does to all
            points alike does not set them apart; a summary does not tell how much that is.
    """

    share: float
    bound: bool

    @property
    def much(self) -> bool:
        """Whether indices are blurred by it."""
        return not self.bound and self.share > MUCH

    @property
    def open(self) -> bool:
        """Whether nothing can be said: it may be nearly all, or next to nothing."""
        return self.bound and self.share > MUCH


def of_summary(
    statistic: str, values: Floats, sd: Floats, replicates: Floats, common: bool
) -> Noise:
    """Return what the summary tells.

    Args:
        statistic: one of `STATISTICS`.
        values: (P,) the statistic at each point.
        sd, replicates: (P,) standard deviation between replicates, and how many there are.
        common: whether points share their random numbers.
    """
    variance = noise(statistic, sd, replicates)
    known = variance[~np.isnan(variance)]
    between = float(np.var(values, ddof=1))
    share = float(known.mean()) / between if known.size and between > 0.0 else float("nan")
    return Noise(share, common)


def of_runs(values: Floats) -> Noise | None:
    """Return what single runs tell of the mean, where points share their random numbers.

    The variance that is left when every point and every replicate has its own level (analysis of
    variance in two ways) is what chance adds at one point and not at another.

    Args:
        values: (P, n) each replicate at each point; replicates with a NaN are left out.

    Returns:
        None where fewer than two replicates are whole.
    """
    whole = values[:, ~np.isnan(values).any(axis=0)]
    points, n = whole.shape
    if n < 2 or points < 2:
        return None
    level = whole.mean(axis=1)
    rest = whole - level[:, None] - whole.mean(axis=0) + whole.mean()
    between = float(np.var(level, ddof=1))
    if between == 0.0:
        return None
    return Noise(float((rest**2).sum()) / ((points - 1) * (n - 1)) / n / between, bound=False)


def replicates_for(share: float, replicates: int, aim: float = AIM) -> int | None:
    """Return how many replicates would bring the share of chance to `aim`; None if too many.

    The rest of the variance stays, and that of chance falls as 1 / n.
    """
    if isnan(share) or share >= _HOPELESS:
        return None
    return ceil(replicates * share / (1.0 - share) * (1.0 - aim) / aim - 1e-9)
