"""Sums over a portfolio of ties: alignment and exposure.

A sum must not depend on the width of the block. NumPy adds rows of a wide block in order, but
sums a single column pairwise; `summed` keeps the order in both cases. (``matmul``, ``einsum`` and
``mean`` give no such promise and are not used.)
"""

import numpy as np

from .parameters import Floats


def summed(x: Floats, axis: int = 0) -> Floats:
    """Return the sum over an axis other than the last, added in order."""
    if x.shape[-1] == 1 and x.shape[axis]:
        return np.take(np.add.accumulate(x, axis=axis), -1, axis=axis)
    return np.add.reduce(x, axis=axis)


def dot(a: Floats, b: Floats) -> Floats:
    """Return Σ_k a[k]·b[k] over the first axis, added in order.

    Row by row, so that what is being added stays near the processor.
    """
    total = a[0] * b[0]
    one = np.empty_like(total)
    for k in range(1, len(a)):
        total += np.multiply(a[k], b[k], out=one)
    return total


def times(matrix: Floats, vector: Floats) -> Floats:
    """Return Σ_q matrix[p, q] vector[q]: (P, P, D), (P, D) → (P, D)."""
    return dot(matrix.swapaxes(0, 1), vector)
