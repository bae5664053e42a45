"""A leaf reduced for the summary: moments and bins of `hedgerow.results`, to rounding.

Other than the rest of this package it knows no model, only rows of numbers: `block` is
(A, B, C, R), of which all but the last axis are cells, and R is no more than `WIDEST`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from . import kept

Floats = NDArray[np.float64]

WIDEST = 128
"""Numbers up to which NumPy adds a row in one way: eight sums, and theirs by pairs."""

MISSING = 65535
"""The bin of NaN."""

_row = njit(error_model="numpy")


@_row
def _total(row: Floats) -> float:
    """Add numbers in NumPy's order."""
    whole = row.size - row.size % 8
    total = 0.0
    if whole:
        s0, s1, s2, s3 = row[0], row[1], row[2], row[3]
        s4, s5, s6, s7 = row[4], row[5], row[6], row[7]
        for i in range(8, whole, 8):
            s0 += row[i]
            s1 += row[i + 1]
            s2 += row[i + 2]
            s3 += row[i + 3]
            s4 += row[i + 4]
            s5 += row[i + 5]
            s6 += row[i + 6]
            s7 += row[i + 7]
        total = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
    for i in range(whole, row.size):
        total += row[i]
    return total


@_row
def _moments_of(row: Floats, room: Floats) -> tuple[int, float, float]:
    """Mirror `results.moments.Moments.of` for one cell."""
    count = 0
    for i in range(row.size):
        known = row[i] == row[i]
        count += known
        room[i] = row[i] + 0.0 if known else 0.0  # no -0.0
    mean = _total(room) / max(count, 1)
    for i in range(row.size):
        apart = row[i] - mean if row[i] == row[i] else 0.0
        room[i] = apart * apart
    return count, mean, _total(room)


@_row
def _linear(row: Floats, low: float, width: float, last: float, room: Floats, bins: Any) -> None:
    """Mirror `results.quantiles.Linear.index` for one cell."""
    for i in range(row.size):
        place = np.rint((row[i] - low) / width)
        place = 0.0 if place < 0.0 else place
        place = last if place > last else place
        room[i] = place if row[i] == row[i] else MISSING
    for i in range(row.size):
        bins[i] = np.int32(room[i])


@_row
def _doubling(
    row: Floats, small: float, most: float, shift: int, middle: int, room: Floats, bins: Any
) -> None:
    """Mirror `results.quantiles.Doubling.index` for one cell."""
    least = np.float64(1.0).view(np.int64) - (1 << (shift - 1))
    for i in range(row.size):
        y = abs(row[i]) / small + 1.0
        room[i] = most if y > most else y
    bits = room.view(np.int64)
    for i in range(row.size):
        bits[i] = np.uint64(bits[i] - least) >> np.uint64(shift)
    for i in range(row.size):
        place = np.int32(bits[i])
        signed = np.int32(middle) + (place if row[i] >= 0.0 else -place)
        bins[i] = signed if row[i] == row[i] else np.int32(MISSING)


def _moments(block: Floats, count: Any, mean: Floats, squares: Floats) -> None:
    """Write the moments of each cell."""
    row, room = np.empty(block.shape[3]), np.empty(block.shape[3])
    for cell, place in enumerate(np.ndindex(block.shape[:3])):
        row[:] = block[place]
        count[cell], mean[cell], squares[cell] = _moments_of(row, room)


def _linear_bins(
    block: Floats,
    low: float,
    width: float,
    last: float,
    count: Any,
    mean: Floats,
    squares: Floats,
    bins: Any,
) -> None:
    """Write the moments and, on a linear scale, the bins of each cell."""
    row, room = np.empty(block.shape[3]), np.empty(block.shape[3])
    for cell, place in enumerate(np.ndindex(block.shape[:3])):
        row[:] = block[place]
        count[cell], mean[cell], squares[cell] = _moments_of(row, room)
        _linear(row, low, width, last, room, bins[cell])


def _doubling_bins(
    block: Floats,
    small: float,
    most: float,
    shift: int,
    middle: int,
    count: Any,
    mean: Floats,
    squares: Floats,
    bins: Any,
) -> None:
    """Write the moments and, on a doubling scale, the bins of each cell."""
    row, room = np.empty(block.shape[3]), np.empty(block.shape[3])
    for cell, place in enumerate(np.ndindex(block.shape[:3])):
        row[:] = block[place]
        count[cell], mean[cell], squares[cell] = _moments_of(row, room)
        _doubling(row, small, most, shift, middle, room, bins[cell])


def _counts(bins: Any, counts: Any) -> None:
    """Add bins (C, R) to how many values of each cell each bin holds (C, bins)."""
    for cell in range(bins.shape[0]):
        for i in range(bins.shape[1]):
            place = bins[cell, i]
            if place != MISSING:
                counts[cell, place] += np.uint32(1)


_BLOCK = types.Array(types.float64, 4, "A")
_MOMENTS = (types.int64[::1], types.float64[::1], types.float64[::1])
_BINS = types.uint16[:, ::1]
_SIGNATURES: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
    "moments": (_moments, (_BLOCK, *_MOMENTS)),
    "linear": (_linear_bins, (_BLOCK, *[types.float64] * 3, *_MOMENTS, _BINS)),
    "doubling": (
        _doubling_bins,
        (_BLOCK, *[types.float64] * 2, *[types.int64] * 2, *_MOMENTS, _BINS),
    ),
    "counts": (_counts, (types.Array(types.uint16, 2, "C", readonly=True), types.uint32[:, ::1])),
}
FUNCTIONS = tuple(_SIGNATURES)


@cache
def compiled(name: str) -> Callable[..., None]:
    """Return a function of `FUNCTIONS` compiled, from the cache on disk where it is there."""
    function, arguments = _SIGNATURES[name]
    return kept.compiled(function, types.void(*arguments))
