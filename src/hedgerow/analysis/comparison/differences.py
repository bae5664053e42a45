"""Differences of many cells at once: intervals, and what is left when one has looked at many.

Of thousands of 95 % intervals a few per cent leave zero out by luck alone. `adjusted` gives the
smallest share of false discoveries at which a difference would still be called one (Benjamini and
Hochberg 1995).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...results.moments import Moments

Floats = NDArray[np.float64]

LEVEL = 0.05
"""One less the level of the intervals, and the share of false discoveries that is accepted."""

_SAME = 1e-12  # of a mean: a spread below it is rounding


@dataclass(frozen=True)
class Differences:
    """Other minus base; all arrays are (C,), NaN where undefined.

    Attributes:
        base, other: means.
        mean, low, high: mean difference and its 95 % interval.
        sd, other_sd: standard deviations of the measure across runs, of the base and of the other.
        n: pairs behind the interval; unpaired, the runs of the smaller side.
        p: of the hypothesis that there is no difference, two-sided.
    """

    base: Floats
    other: Floats
    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    other_sd: Floats
    n: NDArray[np.int64]
    p: Floats


def paired(
    gap: Moments, base: Moments, other: Moments, spread: Moments, other_spread: Moments
) -> Differences:
    """Return the differences of pairs, with Student's interval.

    Args:
        gap, base, other: of the pairs: other minus base, and both sides where both are defined.
        spread, other_spread: of all runs of the pairs; they give the standard deviations.
    """
    n = gap.count
    mean, apart = _mean(gap), gap.sd()
    with np.errstate(invalid="ignore", divide="ignore"):
        error = apart / np.sqrt(n)
    low, high, p = _student(mean, error, np.asarray(n - 1.0), n)
    sd, other_sd = (_without_rounding(one.sd(), one.mean) for one in (spread, other_spread))
    return Differences(_mean(base), _mean(other), mean, low, high, sd, other_sd, n, p)


@dataclass(frozen=True)
class Mean:
    """A mean without its runs; all arrays are (C,).

    Attributes:
        mean: of the cells.
        error: its standard error.
        sd: standard deviation across runs.
        n: runs.
    """

    mean: Floats
    error: Floats
    sd: Floats
    n: Floats


def welch(base: Mean, other: Mean) -> Differences:
    """Return the differences of means of independent runs, with Welch's interval (1947)."""
    mean = other.mean - base.mean
    n = np.where(np.isnan(mean), 0.0, np.minimum(base.n, other.n))
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = base.error**2, other.error**2
        error = np.sqrt(squares[0] + squares[1])
        parts = squares[0] ** 2 / (base.n - 1.0) + squares[1] ** 2 / (other.n - 1.0)
        freedom = np.where(parts > 0.0, (squares[0] + squares[1]) ** 2 / parts, n - 1.0)
    low, high, p = _student(mean, error, freedom, n)
    sd, other_sd = (_without_rounding(one.sd, one.mean) for one in (base, other))
    runs = n.astype(np.int64)
    return Differences(base.mean, other.mean, mean, low, high, sd, other_sd, runs, p)


def adjusted(chances: Floats) -> Floats:
    """Return p-values (C,) adjusted for how many there are; NaN stays and does not count."""
    from scipy.stats import false_discovery_control

    result = np.full(chances.shape, np.nan)
    there = ~np.isnan(chances)
    if there.any():
        result[there] = false_discovery_control(chances[there], method="bh")
    return result


def _mean(moments: Moments) -> Floats:
    return np.where(moments.count > 0, moments.mean, np.nan)


def _without_rounding(sd: Floats, mean: Floats) -> Floats:
    """Return standard deviations, 0 where all runs have the same value."""
    with np.errstate(invalid="ignore"):
        return np.where(sd <= _SAME * np.abs(mean), 0.0, sd)


def _student(
    mean: Floats, error: Floats, freedom: Floats, counts: NDArray
) -> tuple[Floats, Floats, Floats]:
    """Return ends of the 95 % interval and p-value of a mean with its standard error."""
    from scipy.special import stdtr, stdtrit

    enough = (counts > 1) & ~np.isnan(error)
    freedom = np.where(enough, freedom, np.nan)
    half = stdtrit(freedom, 1.0 - LEVEL / 2.0) * error
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2.0 * stdtr(freedom, -np.abs(mean / error))
    # The same difference in every run has no spread to judge it by: the sign test can.
    same = enough & (error <= _SAME * np.abs(mean))
    p = np.where(same, 2.0 ** (1.0 - counts), p)
    p = np.where(enough & (mean == 0.0), 1.0, p)
    return mean - half, mean + half, np.where(enough, np.minimum(p, 1.0), np.nan)
