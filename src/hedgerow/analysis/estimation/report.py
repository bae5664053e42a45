"""Rows of the table: linear combinations of the parameters, in the units of the model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Row:
    """One number that is told.

    Attributes:
        name: path in a scenario, or words where it is no number of one.
        weights: (p,) of the parameters.
        form: ``""`` for the combination itself, ``"exp"`` for its exponential.
        group: name of the pooled effects of which it is the standard deviation, else empty.
    """

    name: str
    weights: NDArray[np.float64]
    form: str = ""
    group: str = ""


def linear(size: int, weights: Mapping[int, float]) -> NDArray[np.float64]:
    """Return weights (size,) that are 0 but at some places."""
    result = np.zeros(size)
    result[list(weights)] = list(weights.values())
    return result
