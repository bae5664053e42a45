"""Estimates how much of the variance between points is due to the limited number of replicates."""

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
"""Variance of a statistic of n replicates, times n / sd². It is exact for the mean; for others,
replicates are assumed to be normal."""

STATISTICS = tuple(_FACTOR)

MUCH = 0.2
"""Share of chance at which indices become unreliable."""

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
    """The share of the variance between points that is due to chance.

    Attributes:
        share: mean variance of a point due to chance, divided by the variance between points; NaN
            if unknown.
        bound: whether `share` is only an upper bound. With common random numbers, part of chance is
            the same at all points and adds nothing to their variance. A summary does not tell how
            much that is.
    """

    share: float
    bound: bool

    @property
    def much(self) -> bool:
        """Whether there is so much chance that indices are unreliable."""
        return not self.bound and self.share > MUCH

    @property
    def open(self) -> bool:
        """Whether the share is unknown: it may be nearly all of the variance, or almost none."""
        return self.bound and self.share > MUCH


def of_summary(
    statistic: str, values: Floats, sd: Floats, replicates: Floats, common: bool
) -> Noise:
    """Return the share of chance as far as it follows from the summary.

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
    """Return the share of chance in means over single runs, if points share their random numbers.

    By a two-way analysis of variance, it is the variance that remains after subtracting the mean of
    every point and of every replicate.

    Args:
        values: (P, n) value of each replicate at each point; replicates with a NaN are left out.

    Returns:
        The share; None if fewer than two replicates are complete.
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
    """Return how many replicates would reduce the share of chance to `aim`; None if too many.

    The variance due to chance falls as 1 / n, and the rest stays.
    """
    if isnan(share) or share >= _HOPELESS:
        return None
    return ceil(replicates * share / (1.0 - share) * (1.0 - aim) / aim - 1e-9)
