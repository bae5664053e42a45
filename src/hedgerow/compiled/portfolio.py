"""Sums over a portfolio of ties: `hedgerow.model.portfolio`, one country and a row of lanes.

`x` is (K, P), row k·P + p. Sums are added in the order of NumPy's.
"""

from .books import Opened, Rows, cells
from .lanes import Lanes, Mask, fused, jit, splat, where, width


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
        total = fused(matrix[p * w.p + q], vector[q], total)
    return total


@jit
def linked_at(w: Opened, f: Opened, matrix: Rows, vector: Rows, p: int) -> Lanes:
    """Σ_q matrix[p, q] vector[q] of a matrix that is zero but among rivals and at p itself."""
    total = splat(0.0, w)
    for at in range(f.links[p], f.links[p + 1]):
        q = f.link[at]
        total = fused(matrix[p * w.p + q], vector[q], total)
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
def ties(w: Opened, s: Opened, x: Rows) -> None:
    """Write the ties x (K, P) that counts of steps are."""
    for k in range(w.k):
        for p in range(w.p):
            x[k * w.p + p] = s.counts[k * w.p + p] * w.step[k]


@jit
def hold(w: Opened, q: Opened, f: Opened, s: Opened, changed: Mask) -> None:
    """Work out what follows from the counts; `changed` tells where they, or what protects, did.

    Protection stays as it is elsewhere: added up anew its last bits could differ, and companions
    in a tile would matter.
    """
    for p in range(w.p):
        a, y = splat(0.0, w), splat(0.0, w)
        for k in range(w.k):
            x = s.counts[k * w.p + p] * w.step[k]
            a = a + q.salience[k] * x
            y = y + q.exposure[k] * x
        s.alignment[p] = a
        s.exposed[p] = y
    for k in range(w.k):
        s.whole[k] = row_sum(w, s.counts, k)
    for v in range(w.futures):
        guard = splat(0.0, w)
        for j in range(f.gains[0]):
            at = f.gain_at[j]
            guard = guard + f.stride[v * w.kp + at] * s.counts[at]
        s.guard[v] = where(changed, guard, s.guard[v])


@jit
def take(w: Opened, q: Opened, f: Opened, s: Opened, j: int, at: int, sign: float) -> None:
    """Let one replicate take a step up or down, and keep up to date what follows from it."""
    n, k = width(s.whole[0]), at // w.p
    p = at - k * w.p
    counts, salience, exposure = cells(s.counts), cells(q.salience), cells(q.exposure)
    whole, guard, stride = cells(s.whole), cells(s.guard), cells(f.stride)
    counts[n * at + j] = counts[n * at + j] + sign
    whole[n * k + j] = whole[n * k + j] + sign
    # Added up anew, as `hold` does: what is zero must be zero.
    x = counts[n * p + j] * w.step[0]
    a, y = salience[j] * x, exposure[j] * x
    for i in range(1, w.k):
        x = counts[n * (i * w.p + p) + j] * w.step[i]
        a = a + salience[n * i + j] * x
        y = y + exposure[n * i + j] * x
    cells(s.alignment)[n * p + j] = a
    cells(s.exposed)[n * p + j] = y
    for v in range(w.futures):
        guard[n * v + j] = guard[n * v + j] + sign * stride[n * (v * f.apart[at] + at) + j]
