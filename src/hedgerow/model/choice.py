"""Quantal response: P(m) ∝ exp(Λ ΔU(m)) over feasible moves (McKelvey and Palfrey 1995)."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats
from .portfolio import summed

_FEW = 16  # options


def weights(values: Floats, feasible: NDArray[np.bool_], precision: Floats) -> Floats:
    """Return unnormalised choice weights, the best feasible option having 1: (M, D).

    Args:
        values: (M, D) payoffs. feasible: (M, D), at least one True in each column.
        precision: (D,) Λ ≥ 0; 0 is uniform over the feasible, large is best reply.
    """
    masked = np.where(feasible, values, -np.inf)
    best = masked.max(axis=0)
    odds = np.where(feasible, values, best)
    odds -= best
    odds *= precision
    np.exp(odds, out=odds)
    odds *= feasible
    return odds


def probabilities(values: Floats, feasible: NDArray[np.bool_], precision: Floats) -> Floats:
    """Return choice probabilities (M, D); columns sum to 1."""
    w = weights(values, feasible, precision)
    return w / summed(w)


def choose(
    values: Floats, feasible: NDArray[np.bool_], precision: Floats, u: Floats
) -> NDArray[np.int64]:
    """Draw one option a column by inverse CDF from uniforms `u` (D,) in [0, 1): (D,).

    The first option whose cumulative weight exceeds u·total is taken; an option of weight zero
    never is, not even for u = 0 or where u·total rounds to the total.
    """
    w = weights(values, feasible, precision)
    m, d = w.shape
    if m <= _FEW:
        return _passed(w, u * summed(w))[0]
    # Two short running sums in place of a long one: to a bundle of about √M rows, then within it.
    size = isqrt(m - 1) + 1
    padded = np.zeros((size, size, d))
    rows = padded.reshape(-1, d)
    rows[:m] = w
    bundles = summed(padded, axis=1)
    bundle, left = _passed(bundles, u * summed(bundles))
    first = size * bundle
    inside = rows.reshape(-1).take((first + np.arange(size)[:, None]) * d + np.arange(d))
    return first + _passed(inside, left)[0]


def _passed(w: Floats, target: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return how many rows of w (M, D) the target (D,) passes, and what is left of it after them.

    Rows are passed while their running sum does not exceed the target, which is kept below the
    sum of all: so a row of weight 0 is never the one that it stops at.
    """
    m, d = w.shape
    running = np.zeros((m + 1, d))
    for row in range(m):  # faster than accumulate, which runs down the columns
        np.add(running[row], w[row], out=running[row + 1])
    target = np.minimum(target, np.nextafter(running[m], 0.0))
    passed = (running[1:] <= target).sum(axis=0)
    return passed, target - running.reshape(-1).take(passed * d + np.arange(d))
