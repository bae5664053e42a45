"""Sums over a portfolio of ties: `hedgerow.model.portfolio`, one country and a row of lanes.

Sums are added in the order of NumPy's.
"""

from typing import Any

from .books import Rows
from .lanes import Lanes, jit, splat


@jit
def fill(rows: Rows, count: int, value: float) -> None:
    """Set the first rows to one number."""
    number = splat(value)
    for i in range(count):
        rows[i] = number


@jit
def copy(source: Rows, into: Rows, count: int) -> None:
    """Copy the first rows."""
    for i in range(count):
        into[i] = source[i]


@jit
def weighted_at(h: Any, weights: Rows, x: Rows, p: int) -> Lanes:
    """Σ_k weights[k] x[k, p]."""
    w = h.w
    total = weights[0] * x[p]
    for k in range(1, w.k):
        total = total + weights[k] * x[k * w.p + p]
    return total


@jit
def times_at(h: Any, matrix: Rows, vector: Rows, p: int) -> Lanes:
    """Σ_q matrix[p, q] vector[q]."""
    w = h.w
    total = matrix[p * w.p] * vector[0]
    for q in range(1, w.p):
        total = total + matrix[p * w.p + q] * vector[q]
    return total


@jit
def row_sum(rows: Rows, count: int) -> Lanes:
    """Σ of the first rows, of which there is at least one."""
    total = rows[0]
    for i in range(1, count):
        total = total + rows[i]
    return total


@jit
def row_squares(rows: Rows, count: int) -> Lanes:
    """Σ of the squares of the first rows."""
    total = rows[0] * rows[0]
    for i in range(1, count):
        total = total + rows[i] * rows[i]
    return total
