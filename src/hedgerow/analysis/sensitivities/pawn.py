"""PAWN: how much the distribution of the response changes if a path is (nearly) fixed.

Points are divided into slices by the value of the path. The index of a slice is the
Kolmogorov–Smirnov distance between its responses and all responses (Pianosi and Wagener 2018,
doi:10.1016/j.envsoft.2018.07.019). The method needs no special design, depends on more than the
variance, and works for categories. If a path has few values, each is a slice; else its range is
divided into slices with equal numbers of points. Only ranks matter, so that scales and priors make
no difference.

Slices of few points differ by chance alone. By how much is estimated with dummies, which are random
slices of the same sizes.
"""

import numpy as np
from numpy.typing import NDArray

from ...errors import NoIndices, argument
from .design import DRAWN, Axis, Design, Floats

FEWEST = 60
"""Least number of points."""

SLICE = 10
"""Least points of a slice; smaller slices are left out."""

_MOST = 10  # most slices of a path of many values
_EACH = 15  # wanted points of such a slice
_DUMMIES = 400
_SEED = 1
_LEVEL = 0.95

Ints = NDArray[np.int64]


def pawn(design: Design, values: Floats, used: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return the median, smallest and largest index of the slices, and that of dummies.

    They are NaN for a path that does not have two slices.

    Args:
        design: any design.
        values: (B,) responses.
        used: (P,) bool, which points these are.
    """
    slices = [sliced(axis, used) for axis in design.axes]
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # the last of equal responses
    columns: dict[str, list[float]] = {name: [] for name in ("median", "min", "max", "dummy")}
    dummies: dict[tuple[int, ...], float] = {}
    for found in slices:
        sizes = tuple(sorted(np.bincount(found[found >= 0]).tolist()))
        if len(sizes) < 2:
            for column in columns.values():
                column.append(np.nan)
            continue
        if sizes not in dummies:
            dummies[sizes] = _dummy(found, last)
        each = distances(found[order], last)
        columns["median"].append(float(np.median(each)))
        columns["min"].append(float(each.min()))
        columns["max"].append(float(each.max()))
        columns["dummy"].append(dummies[sizes])
    return {name: np.array(column) for name, column in columns.items()}


def sliced(axis: Axis, used: NDArray[np.bool_]) -> Ints:
    """Return the number of the slice of each used point (B,), −1 for none."""
    values = axis.values[used]
    distinct = np.unique(values)
    if axis.labels or distinct.size <= _MOST:
        found = np.searchsorted(distinct, values)
    else:
        count = max(1, min(_MOST, values.size // _EACH))
        rank = np.searchsorted(np.sort(values), values)  # equal values share a slice
        found = rank * count // values.size
    large = np.bincount(found) >= SLICE
    numbers = np.where(large, np.cumsum(large) - 1, -1)
    return np.asarray(numbers[found], dtype=np.int64)


def distances(slices: Ints, last: NDArray[np.bool_]) -> Floats:
    """Return the Kolmogorov–Smirnov distance of each slice from all points.

    Args:
        slices: (B,) number of the slice of each point, sorted by response; −1 for none.
        last: (B,) bool, whether the next response is a different one.
    """
    member = slices[:, None] == np.arange(slices.max() + 1)
    below = np.cumsum(member, axis=0)[last]
    whole = np.flatnonzero(last) + 1
    gaps = below / member.sum(axis=0) - (whole / slices.size)[:, None]
    return np.asarray(np.abs(gaps).max(axis=0))


def _dummy(slices: Ints, last: NDArray[np.bool_]) -> float:
    rng = np.random.default_rng(_SEED)
    medians = [np.median(distances(rng.permutation(slices), last)) for _ in range(_DUMMIES)]
    return float(np.quantile(medians, _LEVEL))


def require_slices(design: Design, used: NDArray[np.bool_]) -> None:
    """Check that a design has enough points to compare distributions.

    Args:
        design: the design.
        used: (P,) bool, which of its points have a value.

    Raises:
        NoIndices: there are too few points, or no path has two slices.
    """
    points, paths = int(used.sum()), len(design.axes)
    if points >= FEWEST and any(sliced(axis, used).max(initial=-1) >= 1 for axis in design.axes):
        return
    lost = "" if points == used.size else f" of {used.size}"
    if design.name == DRAWN:
        raise NoIndices(
            f"{points}{lost} runs are too few to compare distributions: that takes {FEWEST}, "
            f"better some hundreds; run again with more {argument('runs')}"
        )
    raise NoIndices(
        f"{points} points{lost} of a {design.name} design are too few to compare distributions: "
        f"that takes {FEWEST} points, and {SLICE} at each of two values of a path. Sweep with "
        'design = "latin", points = 200, or, for shares of variance, with design = "saltelli", '
        f"points = 128 ({128 * (paths + 2)} points)"
    )
