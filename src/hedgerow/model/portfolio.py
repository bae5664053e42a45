"""Sums over a portfolio of ties: alignment and exposure.

A sum must not depend on the width of the block. NumPy adds rows of a wide block in order, but
sums a single column pairwise; `summed` keeps the order in both cases. (``matmul``, ``einsum`` and
``mean`` give no such promise and are not used.)
"""

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats


def depth(counts: NDArray[np.int64], step: Floats) -> Floats:
    """x = δ·steps: ties (K, P, D) of `counts` whole steps of δ (K,)."""
    x = counts.astype(np.float64)  # first, for NumPy is slow to multiply across types
    x *= step[:, None, None]
    return x


def summed(x: Floats, axis: int = 0) -> Floats:
    """Return the sum over an axis other than the last, added in order."""
    if x.shape[-1] == 1 and x.shape[axis]:
        return np.take(np.add.accumulate(x, axis=axis), -1, axis=axis)
    return np.add.reduce(x, axis=axis)


def weighted(weights: Floats, x: Floats) -> Floats:
    """Return Σ_k weights[k] x[k] over instruments: (K, D), (K, P, D) → (P, D)."""
    return summed(weights[:, None] * x)


def alignment(salience: Floats, x: Floats) -> Floats:
    """a_p = Σ_k γ_k x_kp, the weight of each partner in the portfolio: (P, D)."""
    return weighted(salience, x)


def exposure(weights: Floats, x: Floats) -> Floats:
    """y_p = Σ_k m_k x_kp, what would be lost if the partner failed: (P, D)."""
    return weighted(weights, x)


def times(matrix: Floats, vector: Floats) -> Floats:
    """Return Σ_q matrix[p, q] vector[q]: (P, P, D), (P, D) → (P, D)."""
    return summed(matrix * vector, axis=1)
