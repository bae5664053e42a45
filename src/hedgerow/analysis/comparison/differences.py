"""Differences of many cells: their intervals, and p-values adjusted for their number.

Of thousands of 95 % intervals, a few per cent exclude zero by chance alone. An adjusted p-value is
the smallest rate of false discoveries at which a difference would still be called significant
(Benjamini and Hochberg 1995).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...results.moments import Moments

Floats = NDArray[np.float64]

LEVEL = 0.05
"""One minus the level of intervals, and the accepted rate of false discoveries."""

_SAME = 1e-12  # relative to a mean; a smaller spread is due to rounding
_NONE = 1e-9  # relative to the size of a measure; a smaller difference is due to rounding


@dataclass(frozen=True)
class Differences:
    """Differences, other minus base; all arrays are (C,), NaN where undefined.

    Attributes:
        base, other: means of both sides.
        mean, low, high: mean difference and its 95 % interval.
        sd, other_sd: standard deviations across runs of the base and of the other.
        n: number of pairs or, if unpaired, of runs of the smaller side.
        p: two-sided p-value of the hypothesis that there is no difference.
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
        gap, base, other: moments over pairs in which both sides are defined: of the difference
            other minus base, of the base and of the other.
        spread, other_spread: moments over all runs of the pairs, for the standard deviations.
    """
    n = gap.count
    sd, other_sd = (_without_rounding(one.sd(), one.mean) for one in (spread, other_spread))
    none = _NONE * _size(base.mean, other.mean, sd, other_sd)
    mean, apart = (_without(one, none) for one in (_mean(gap), gap.sd()))
    with np.errstate(invalid="ignore", divide="ignore"):
        error = apart / np.sqrt(n)
    low, high, p = _student(mean, error, np.asarray(n - 1.0), n)
    return Differences(_mean(base), _mean(other), mean, low, high, sd, other_sd, n, p)


@dataclass(frozen=True)
class Mean:
    """Means over runs that are not known one by one; all arrays are (C,).

    Attributes:
        mean: mean of each cell.
        error: its standard error.
        sd: standard deviation across runs.
        n: number of runs.
    """

    mean: Floats
    error: Floats
    sd: Floats
    n: Floats


def welch(base: Mean, other: Mean) -> Differences:
    """Return the differences of means of independent runs, with Welch's interval (1947)."""
    sd, other_sd = (_without_rounding(one.sd, one.mean) for one in (base, other))
    none = _NONE * _size(base.mean, other.mean, sd, other_sd)
    mean = _without(other.mean - base.mean, none)
    n = np.where(np.isnan(mean), 0.0, np.minimum(base.n, other.n))
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = base.error**2, other.error**2
        error = np.sqrt(squares[0] + squares[1])
        parts = squares[0] ** 2 / (base.n - 1.0) + squares[1] ** 2 / (other.n - 1.0)
        freedom = np.where(parts > 0.0, (squares[0] + squares[1]) ** 2 / parts, n - 1.0)
    low, high, p = _student(mean, error, freedom, n)
    runs = n.astype(np.int64)
    return Differences(base.mean, other.mean, mean, low, high, sd, other_sd, runs, p)


def adjusted(chances: Floats) -> Floats:
    """Return p-values (C,) adjusted for their number; NaN stay and do not count."""
    from scipy.stats import false_discovery_control

    result = np.full(chances.shape, np.nan)
    there = ~np.isnan(chances)
    if there.any():
        result[there] = false_discovery_control(chances[there], method="bh")
    return result


def _mean(moments: Moments) -> Floats:
    return np.where(moments.count > 0, moments.mean, np.nan)


def _without_rounding(sd: Floats, mean: Floats) -> Floats:
    """Return standard deviations, with 0 in place of mere rounding errors."""
    with np.errstate(invalid="ignore"):
        return np.where(sd <= _SAME * np.abs(mean), 0.0, sd)


def _size(*parts: Floats) -> Floats:
    """Return the size of a measure: the largest of its means and standard deviations (C,)."""
    return np.nan_to_num(np.abs(np.stack(parts))).max(axis=0)


def _without(values: Floats, none: Floats) -> Floats:
    """Return differences or their spread, with 0 where they are mere rounding."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) <= none, 0.0, values)


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
    # If the difference is the same in every run there is no spread; use the sign test instead.
    same = enough & (error <= _SAME * np.abs(mean))
    p = np.where(same, 2.0 ** (1.0 - counts), p)
    p = np.where(enough & (mean == 0.0), 1.0, p)
    return mean - half, mean + half, np.where(enough, np.minimum(p, 1.0), np.nan)
