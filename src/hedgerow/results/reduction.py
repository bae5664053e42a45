"""Reduces the values of a leaf to moments and bins, by NumPy or compiled, equal up to rounding.

Columns are arrays (measures, years, countries, R) by name. Their cells are joined in this order.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .moments import Moments
from .quantiles import Linear, scale_of

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]


def cells_of(columns: Columns) -> Floats:
    """Return all values as (cells, R)."""
    values = np.concatenate([block.reshape(-1, block.shape[-1]) for block in columns.values()])
    values += 0.0  # turns -0.0 into 0.0
    return values


def moments_and_bins(columns: Columns) -> tuple[Moments, NDArray[np.uint16]]:
    """Return the moments of all cells, and the bins of all values (cells, R)."""
    rows = {name: block.reshape(-1, block.shape[-1]) for name, block in columns.items()}
    bins = np.concatenate([scale_of(name).index(values) for name, values in rows.items()])
    return Moments.of(cells_of(columns)), bins


def compiled_moments(values: Floats) -> Moments:
    """Return the moments of each row of `values` (cells, R), as `Moments.of` does."""
    from ..compiled import reduction

    result = _empty_moments(len(values))
    reduction.compiled("moments")(values[None, None], result.count, result.mean, result.squares)
    return result


def compiled_moments_and_bins(columns: Columns) -> tuple[Moments, NDArray[np.uint16]]:
    """Return what `moments_and_bins` does."""
    from ..compiled import reduction

    width = next(iter(columns.values())).shape[-1]
    size = sum(block.size // width for block in columns.values())
    whole, bins = _empty_moments(size), np.empty((size, width), np.uint16)
    first = 0
    for name, block in columns.items():
        scale = scale_of(name)
        cells = slice(first, first := first + block.size // width)
        into = whole.count[cells], whole.mean[cells], whole.squares[cells], bins[cells]
        if isinstance(scale, Linear):
            linear = reduction.compiled("linear")
            linear(block, scale.low, scale.width, scale.bins - 1.0, *into)
        else:
            doubling = reduction.compiled("doubling")
            doubling(block, scale.small, scale.most, scale.shift, scale.middle, *into)
    return whole, bins


def _empty_moments(cells: int) -> Moments:
    return Moments(np.empty(cells, np.int64), np.empty(cells), np.empty(cells))
