"""Sums over a portfolio of ties: `hedgerow.model.portfolio`, one country and a row of lanes.

`x` is (K, P), row k·P + p. Sums are added in the order of NumPy's.
"""

from .books import Opened, Rows
from .lanes import Lanes, jit, splat


@jit
def weighted_at(w: Opened, weights: Rows, x: Rows, p: int) -> Lanes:
    """Σ_k weights[k] x[k, p]."""
    total = weights[0] * x[p]
    for k in range(1, w.k):
        total = total + weights[k] * x[k * w.p + p]
    return total


@jit
def weighted(w: Opened, weights: Rows, x: Rows, result: Rows) -> None:
    """Mirror `portfolio.weighted`, which is also `alignment` and `exposure`: result (P,)."""
    for p in range(w.p):
        result[p] = weighted_at(w, weights, x, p)


@jit
def times_at(w: Opened, matrix: Rows, vector: Rows, p: int) -> Lanes:
    """Σ_q matrix[p, q] vector[q]."""
    total = matrix[p * w.p] * vector[0]
    for q in range(1, w.p):
        total = total + matrix[p * w.p + q] * vector[q]
    return total


@jit
def linked_at(w: Opened, f: Opened, matrix: Rows, vector: Rows, p: int) -> Lanes:
    """Σ_q matrix[p, q] vector[q] of a matrix that is zero but among rivals and at p itself."""
    total = splat(0.0, w)
    for at in range(f.links[p], f.links[p + 1]):
        q = f.link[at]
        total = total + matrix[p * w.p + q] * vector[q]
    return total


@jit
def inner(w: Opened, left: Rows, right: Rows) -> Lanes:
    """Σ_p Σ_k left[k, p] right[k, p]."""
    total = weighted_pair(w, left, right, 0)
    for p in range(1, w.p):
        total = total + weighted_pair(w, left, right, p)
    return total


@jit
def weighted_pair(w: Opened, left: Rows, right: Rows, p: int) -> Lanes:
    """Σ_k left[k, p] right[k, p]."""
    total = left[p] * right[p]
    for k in range(1, w.k):
        total = total + left[k * w.p + p] * right[k * w.p + p]
    return total


@jit
def row_sum(w: Opened, x: Rows, k: int) -> Lanes:
    """Σ_p x[k, p]."""
    total = x[k * w.p]
    for p in range(1, w.p):
        total = total + x[k * w.p + p]
    return total


@jit
def row_squares(w: Opened, x: Rows, k: int) -> Lanes:
    """Σ_p x[k, p]²."""
    total = x[k * w.p] * x[k * w.p]
    for p in range(1, w.p):
        total = total + x[k * w.p + p] * x[k * w.p + p]
    return total


@jit
def fill(rows: Rows, count: int, value: float) -> None:
    """Set the first rows to one number."""
    number = splat(value, rows)
    for i in range(count):
        rows[i] = number


@jit
def hold(w: Opened, q: Opened, s: Opened, t: Opened) -> None:
    """Work out the ties ``t.x`` that counts of steps are, and their alignments ``t.a``."""
    for k in range(w.k):
        for p in range(w.p):
            t.x[k * w.p + p] = s.counts[k * w.p + p] * w.step[k]
    weighted(w, q.salience, t.x, t.a)
