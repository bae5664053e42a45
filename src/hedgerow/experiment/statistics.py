"""Statistics of a sample of runs, each with its standard error."""

from collections.abc import Sequence
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from .table import Cell

Floats = NDArray[np.float64]

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
NAMES = ("mean", "sd", *QUANTILES, "n")
"""Names of statistics; ``n`` is the number of runs in which the measure is defined."""


def of_sample(values: Floats, names: Sequence[str]) -> dict[str, Cell]:
    """Return statistics of a measure over runs, by name.

    Args:
        values: (R,) values; NaN are left out.
        names: some of `NAMES`.
    """
    known = values[~np.isnan(values)]
    return {name: _of(np.sort(known), name) for name in names}


def _of(known: Floats, name: str) -> Cell:
    n = known.size
    if name == "n":
        return Cell(float(n))
    if n == 0:
        return Cell(nan)
    if name in QUANTILES:
        return _quantile(known, QUANTILES[name])
    spread = float(known.std(ddof=1)) if n > 1 else nan
    if name == "mean":
        return Cell(float(known.mean()), spread / sqrt(n))
    return Cell(spread, spread / sqrt(2.0 * (n - 1)) if n > 1 else nan)


def _quantile(known: Floats, share: float) -> Cell:
    """Return a quantile with its standard error.

    With s the standard error of the share of runs below the quantile, the error is a quarter of the
    distance between the quantiles at 2s below and 2s above the share.
    """
    error = 2.0 * sqrt(share * (1.0 - share) / known.size)
    ends = [min(max(share + side * error, 0.0), 1.0) for side in (-1.0, 1.0)]
    low, middle, high = np.quantile(known, [ends[0], share, ends[1]])
    return Cell(float(middle), float(high - low) / 4.0)


def of_share(hits: float, runs: int) -> Cell:
    """Return a share of runs with its standard error.

    The error is computed as if half a run more had come out each way, so that it is never 0.

    Args:
        hits: number of runs in which it is so.
        runs: number of all runs.
    """
    if runs == 0:
        return Cell(nan)
    smoothed = (hits + 0.5) / (runs + 1.0)
    return Cell(hits / runs, sqrt(smoothed * (1.0 - smoothed) / runs))
