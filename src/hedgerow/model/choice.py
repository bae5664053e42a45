"""Quantal response: P(m) ∝ exp(Λ ΔU(m)) over feasible options (McKelvey and Palfrey 1995)."""

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats


def weights(values: Floats, feasible: NDArray[np.bool_], precision: Floats) -> Floats:
    """Return unnormalised choice weights, the best feasible option having 1: (M, D).

    Args:
        values: (M, D) payoffs. feasible: (M, D), at least one True in each column.
        precision: (D,) Λ ≥ 0; 0 is uniform over the feasible, large is best reply.
    """
    masked = np.where(feasible, values, -np.inf)
    best = masked.max(axis=0)
    return np.exp(precision * (np.where(feasible, values, best) - best)) * feasible


def probabilities(values: Floats, feasible: NDArray[np.bool_], precision: Floats) -> Floats:
    """Return choice probabilities (M, D); columns sum to 1."""
    w = weights(values, feasible, precision)
    return w / np.cumsum(w, axis=0)[-1]


def choose(
    values: Floats, feasible: NDArray[np.bool_], precision: Floats, u: Floats
) -> NDArray[np.int64]:
    """Draw one option a column by inverse CDF from uniforms `u` (D,) in [0, 1): (D,).

    The first option whose cumulative weight exceeds u·total is taken; an option of weight zero
    never is, not even for u = 0 or where u·total rounds to the total.
    """
    cumulative = np.cumsum(weights(values, feasible, precision), axis=0)
    total = cumulative[-1]
    target = np.minimum(u * total, np.nextafter(total, 0.0))
    return (cumulative <= target).sum(axis=0)
