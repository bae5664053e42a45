"""Differences between pairs of runs: run r of one result and run r of the other.

Runs are read a block at a time and added up in fixed leaves of 128 replicates, so that differences
do not depend on the size of blocks, to the last bit.

If there are several points, pairs of the same replicate at different points share their random
numbers and are not independent. So for the difference over all points, the mean over points of each
replicate counts as one observation.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...results import Results
from ...results.cells import Cells, Grid
from ...results.digest import LEAF
from ...results.means import Means, by_point
from ...results.moments import Moments, Tree
from ...results.naming import group_of
from .differences import Differences, Mean, paired, welch

Floats = NDArray[np.float64]

_VALUES = 1 << 23  # most numbers of one side that are held at a time, unless a leaf has more
_SPREAD = (0.05, 0.95)


class Found(NamedTuple):
    """Differences over all points, and those of each point if asked for."""

    over_all: Differences
    each: list[Differences]


class _Block(NamedTuple):
    """Some runs of both sides, arrays (points, cells, replicates).

    Attributes:
        leaf: number of the leaf of their replicates.
        first: number of the first of the points.
        base, other: values of both sides.
    """

    leaf: int
    first: int
    base: Floats
    other: Floats


class Pairs:
    """Pairs of runs of two results that share their points and random numbers.

    Args:
        base, other: the tables of both sides.
        grid: years and countries that both have.
        replicates: number of pairs of each point.
        progress: a function that is called with the number of pairs that were read.
    """

    def __init__(
        self,
        base: Cells,
        other: Cells,
        grid: Grid,
        replicates: int,
        progress: Callable[[int], None] = lambda pairs: None,
    ) -> None:
        self._base, self._other = base, other
        self._grid = grid
        self._points, self._replicates = base.points, replicates
        self._progress = progress

    def differences(self, group: str, measures: Sequence[str], each: bool) -> Found:
        """Return the differences of cells, (measures × years × countries,) in this order.

        Args:
            group: the table of the measures.
            measures: measures of the table.
            each: whether to return the differences of each point too.
        """
        over_all, spreads = _trees(3), _trees(2)
        alone = [_trees(3) for _ in range(self._points if each else 0)]
        sums = _Sums()
        for block in self._blocks(group, measures, self._grid):
            for point, sides in enumerate(zip(block.base, block.other, strict=True), block.first):
                values = _pairs(*sides)
                _add(spreads, block.leaf * self._points + point, values[1:])
                if each:
                    _add(alone[point], block.leaf, values)
                sums.add(values)
            self._progress(len(block.base) * block.base.shape[-1])
            if point == self._points - 1:
                _add(over_all, block.leaf, sums.means())
                sums = _Sums()
        gap, base, other = _totals(over_all)
        found = paired(gap, base, other, *_totals(spreads))
        return Found(found, [paired(*(one := _totals(trees)), *one[1:]) for trees in alone])

    def spread(self, measure: str, country: str, start: int, end: int) -> tuple[Floats, Floats]:
        """Return the 5 % and the 95 % quantile of the differences of single pairs.

        Args:
            measure, country: the measure, and the code of the country.
            start, end: first and last year.

        Returns:
            (years,) each, NaN if no pair is defined.
        """
        step = max(1, _VALUES // (self._points * self._replicates))
        ends = []
        for first in range(start, end + 1, step):
            part = Grid(first, min(first + step - 1, end), (country,))
            gaps = [
                (block.other - block.base).transpose(1, 0, 2).reshape(part.years, -1)
                for block in self._blocks(group_of(measure), [measure], part)
            ]
            for row in np.concatenate(gaps, axis=1):
                there = row[~np.isnan(row)]
                ends.append(np.quantile(there, _SPREAD) if there.size else (np.nan, np.nan))
        low, high = np.array(ends, dtype=np.float64).T
        return low, high

    def _blocks(self, group: str, measures: Sequence[str], grid: Grid) -> Iterator[_Block]:
        """Yield all runs, leaf by leaf, and of each leaf point by point."""
        for leaf, start in enumerate(range(0, self._replicates, LEAF)):
            replicates = range(start, min(start + LEAF, self._replicates))
            for points in self._portions(len(measures) * grid.years * len(grid.countries)):
                sides = [
                    side.read(group, measures, grid, points, replicates).reshape(
                        len(points), -1, len(replicates)
                    )
                    for side in (self._base, self._other)
                ]
                yield _Block(leaf, points.start, *sides)

    def _portions(self, cells: int) -> Iterator[range]:
        """Yield the points that are read together, several if points have few replicates."""
        most = max(self._base.replicates, self._other.replicates)
        step = max(1, _VALUES // max(cells * most, 1)) if most <= LEAF else 1
        for first in range(0, self._points, step):
            yield range(first, min(first + step, self._points))


def _pairs(base: Floats, other: Floats) -> list[Floats]:
    """Return differences and both sides, (cells, replicates) each, NaN if either side is."""
    gaps = other - base
    alone = np.isnan(gaps)
    return [gaps, np.where(alone, np.nan, base), np.where(alone, np.nan, other)]


def _trees(number: int) -> list[Tree]:
    return [Tree() for _ in range(number)]


def _totals(trees: Sequence[Tree]) -> list[Moments]:
    found = [tree.total() for tree in trees]
    return [moments for moments in found if moments is not None]  # all, since there are runs


def _add(trees: Sequence[Tree], place: int, values: Sequence[Floats]) -> None:
    for tree, array in zip(trees, values, strict=True):
        tree.add(place, Moments.of(array))


class _Sums:
    """Means over points of each replicate, computed in the order of points."""

    def __init__(self) -> None:
        self._count: Floats | None = None
        self._totals: list[Floats] = []

    def add(self, values: Sequence[Floats]) -> None:
        """Add the differences and both sides of a point, NaN in the same places."""
        there = (~np.isnan(values[0])).astype(np.float64)
        numbers = [np.nan_to_num(array) for array in values]
        if self._count is None:
            self._count, self._totals = there, numbers
            return
        self._count += there
        for total, array in zip(self._totals, numbers, strict=True):
            total += array

    def means(self) -> list[Floats]:
        """Return the means, NaN if no point has a value."""
        assert self._count is not None
        count = np.where(self._count > 0, self._count, np.nan)
        return [total / count for total in self._totals]


def independent(
    base: Results, other: Results, measures: Sequence[str], grid: Grid, each: bool
) -> Found:
    """Return the differences of cells as if all runs were independent, from summaries alone.

    The error of a mean over several points is taken as the mean of their errors. This is an upper
    bound, which is reached if points are perfectly correlated. Points with common random numbers
    nearly are.

    Args:
        base, other: results of the same points.
        measures, grid: measures, and years and countries, that both have.
        each: whether to return the differences of each point too.
    """
    alone: list[Differences] = []
    sides = [_Pool(), _Pool()]
    for pair in zip(by_point(base, measures, grid), by_point(other, measures, grid), strict=True):
        both = ~np.isnan(pair[0].mean + pair[1].mean).ravel()
        found = [_mean(means) for means in pair]
        if each:
            alone.append(welch(*found))
        for pool, one in zip(sides, found, strict=True):
            pool.add(one, both)
    return Found(welch(*(pool.mean() for pool in sides)), alone)


def _mean(means: Means) -> Mean:
    mean, sd, n = (array.ravel() for array in means)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Mean(mean, sd / np.sqrt(n), sd, n)


class _Pool:
    """The mean over points of one side."""

    def __init__(self) -> None:
        self._totals: list[Floats] = []
        self._fewest: Floats = np.zeros(0)

    def add(self, one: Mean, both: NDArray[np.bool_]) -> None:
        """Add a point; `both` (C,) says which cells the other side has too."""
        if not self._totals:
            self._totals = [np.zeros(both.size) for _ in range(5)]
            self._fewest = np.full(both.size, np.inf)
        parts = (np.ones(both.size), one.mean, one.error, one.sd**2, one.mean**2)
        for total, part in zip(self._totals, parts, strict=True):
            total += np.where(both, part, 0.0)
        self._fewest = np.where(both, np.minimum(self._fewest, one.n), self._fewest)

    def mean(self) -> Mean:
        """Return the mean, its error, and the standard deviation of the runs of all points."""
        count = self._totals[0]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, error, variance, square = (total / count for total in self._totals[1:])
            between = np.where(count > 1, np.maximum(square - mean**2, 0.0), 0.0)
        n = np.where(count > 0, self._fewest, 0.0)
        return Mean(mean, error, np.sqrt(variance + between), n)
