"""Dates in years with a fraction: a date belongs to the quarter that contains it."""

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR


def quarters(dates: Any) -> NDArray[np.int64]:
    """Return the quarters that hold dates, counted from the year 0: 2001.9 lies in 2001 Q4."""
    return np.floor(np.asarray(dates, dtype=float) * ROUNDS_A_YEAR).astype(np.int64)


def opening(date: float) -> float:
    """Return the date, in years, on which the quarter of a date starts."""
    return floor(date * ROUNDS_A_YEAR) / ROUNDS_A_YEAR
