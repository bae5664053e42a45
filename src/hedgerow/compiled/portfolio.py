"""Sums over a portfolio of ties: `hedgerow.model.portfolio`, one country and eight replicates.

`x` is (K, P), row k·P + p. Sums are added in the order of NumPy's.
"""

from ..model.parameters import INSTRUMENTS
from .books import Opened, Rows
from .lanes import Lanes, jit, splat

K = len(INSTRUMENTS)


@jit
def weighted_at(weights: Rows, x: Rows, p: int, partners: int) -> Lanes:
    """Σ_k weights[k] x[k, p]."""
    total = weights[0] * x[p]
    for k in range(1, K):
        total = total + weights[k] * x[k * partners + p]
    return total


@jit
def weighted(weights: Rows, x: Rows, partners: int, result: Rows) -> None:
    """Mirror `portfolio.weighted`, which is also `alignment` and `exposure`: result (P,)."""
    for p in range(partners):
        result[p] = weighted_at(weights, x, p, partners)


@jit
def times_at(matrix: Rows, vector: Rows, p: int, partners: int) -> Lanes:
    """Σ_q matrix[p, q] vector[q]."""
    total = matrix[p * partners] * vector[0]
    for q in range(1, partners):
        total = total + matrix[p * partners + q] * vector[q]
    return total


@jit
def inner(left: Rows, right: Rows, partners: int) -> Lanes:
    """Σ_p Σ_k left[k, p] right[k, p]."""
    total = weighted_pair(left, right, 0, partners)
    for p in range(1, partners):
        total = total + weighted_pair(left, right, p, partners)
    return total


@jit
def weighted_pair(left: Rows, right: Rows, p: int, partners: int) -> Lanes:
    """Σ_k left[k, p] right[k, p]."""
    total = left[p] * right[p]
    for k in range(1, K):
        total = total + left[k * partners + p] * right[k * partners + p]
    return total


@jit
def row_sum(x: Rows, k: int, partners: int) -> Lanes:
    """Σ_p x[k, p]."""
    total = x[k * partners]
    for p in range(1, partners):
        total = total + x[k * partners + p]
    return total


@jit
def row_squares(x: Rows, k: int, partners: int) -> Lanes:
    """Σ_p x[k, p]²."""
    total = x[k * partners] * x[k * partners]
    for p in range(1, partners):
        total = total + x[k * partners + p] * x[k * partners + p]
    return total


@jit
def fill(rows: Rows, count: int, value: float) -> None:
    """Set the first rows to one number."""
    number = splat(value)
    for i in range(count):
        rows[i] = number


@jit
def hold(w: Opened, q: Opened, s: Opened, t: Opened) -> None:
    """Work out the ties ``t.x`` that counts of steps are, and their alignments ``t.a``."""
    for k in range(K):
        for p in range(w.p):
            t.x[k * w.p + p] = s.counts[k * w.p + p] * w.step[k]
    weighted(q.salience, t.x, w.p, t.a)
