"""Means and variances that do not depend on the number of workers or the order of their work.

Floating-point sums depend on the order of addition. So replicates are added in fixed groups, the
leaves, and leaves in a fixed binary tree. The result is then the same to the last bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BUFFER = 1 << 17  # values reduced at a time, so that they stay in the cache


@dataclass(frozen=True)
class Moments:
    """Count, mean and sum of squared deviations of each cell, over values that are not NaN.

    All arrays are (C,). For a cell without values the mean is 0 here, and undefined in tables.
    """

    count: NDArray[np.int64]
    mean: Floats
    squares: Floats

    @staticmethod
    def of(values: Floats) -> "Moments":
        """Reduce the last axis of `values` (C, R)."""
        rows = max(1, _BUFFER // max(values.shape[-1], 1))
        parts = [_moments(values[i : i + rows]) for i in range(0, len(values), rows)]
        count, mean, squares = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return Moments(count, mean, squares)

    def __add__(self, other: "Moments") -> "Moments":
        """Chan, Golub and LeVeque (1979): the moments of both samples together."""
        count = self.count + other.count
        safe = np.maximum(count, 1)
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / safe)
        between = np.square(apart) * (self.count * (other.count / safe))
        # Joined with a side without values, the other must stay the same to the last bit.
        mean = np.where(other.count == 0, self.mean, np.where(self.count == 0, other.mean, mean))
        return Moments(count, mean, self.squares + other.squares + between)

    def sd(self) -> Floats:
        """Return the sample standard deviation, NaN for fewer than two values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(
                self.count > 1, np.sqrt(self.squares / np.maximum(self.count - 1, 1)), np.nan
            )


def _moments(values: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    there = ~np.isnan(values)
    count = there.sum(axis=-1)
    mean = np.where(there, values, 0.0).sum(axis=-1) / np.maximum(count, 1)
    apart = np.where(there, values - mean[..., None], 0.0)
    return count, mean, np.square(apart).sum(axis=-1)


class Tree:
    """Adds the moments of leaves pairwise in a fixed binary tree, in any order of arrival.

    Node (h, j) holds leaves j·2ʰ to (j + 1)·2ʰ − 1. Siblings are joined as soon as both are there.
    If leaves arrive nearly in order, memory grows only with the logarithm of their number.
    """

    def __init__(self) -> None:
        self._nodes: dict[tuple[int, int], Moments] = {}

    def add(self, leaf: int, moments: Moments) -> None:
        """Add the moments of a leaf."""
        height, place = 0, leaf
        while (height, place ^ 1) in self._nodes:
            sibling = self._nodes.pop((height, place ^ 1))
            moments = moments + sibling if place % 2 == 0 else sibling + moments
            height, place = height + 1, place // 2
        self._nodes[height, place] = moments

    def total(self) -> Moments | None:
        """Return the moments of all leaves added so far, None without any.

        A node without a sibling is passed up unchanged.
        """
        nodes = dict(self._nodes)
        while len(nodes) > 1:
            height, place = min(nodes)
            moments = nodes.pop((height, place))
            sibling = nodes.pop((height, place ^ 1), None)
            if sibling is not None:
                moments = moments + sibling if place % 2 == 0 else sibling + moments
            nodes[height + 1, place // 2] = moments
        return next(iter(nodes.values()), None)
