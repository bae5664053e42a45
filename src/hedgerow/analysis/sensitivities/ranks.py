"""Spearman's rank correlations of a response with each path, with intervals."""

import numpy as np
from numpy.typing import NDArray

from .design import Design, Floats

_95 = 1.959963984540054
_VARIANCE = 1.06  # variance of the z-transform, times n - 3 (Fieller, Hartley and Pearson 1957)


def rank_correlations(design: Design, values: Floats, used: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return the correlation of the response with each path, (k,) numbers by name.

    ``rank`` is the correlation, from -1 to 1. ``rank_low`` and ``rank_high`` are its 95 % interval
    by Fisher's z-transform with the variance of Fieller, Hartley and Pearson (1957,
    doi:10.1093/biomet/44.3-4.470). ``rank_chance`` is the smallest rate of false discoveries at
    which the correlation is significant (Benjamini and Hochberg 1995). All are NaN for a path of
    one value.

    Args:
        design: a design whose axes are numbers, not labels.
        values: (B,) responses, with B above 3.
        used: (P,) bool, which points these are.
    """
    from scipy.stats import false_discovery_control, norm, rankdata

    response = rankdata(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.array(
            [np.corrcoef(rankdata(axis.values[used]), response)[0, 1] for axis in design.axes]
        )
        error = np.sqrt(_VARIANCE / (values.size - 3))
        z = np.arctanh(found)
    chance = np.full(found.size, np.nan)
    there = ~np.isnan(z)
    chance[there] = false_discovery_control(2.0 * norm.sf(np.abs(z[there]) / error))
    low, high = np.tanh(z - _95 * error), np.tanh(z + _95 * error)
    return {"rank": found, "rank_low": low, "rank_high": high, "rank_chance": chance}
