"""Quarters of dates, which are written in years with a fraction, such as 2022.25."""

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR


def quarters(dates: Any) -> NDArray[np.int64]:
    """Return the quarters in which dates lie, counted from the year 0; 2001.9 lies in 2001 Q4."""
    return np.floor(np.asarray(dates, dtype=float) * ROUNDS_A_YEAR).astype(np.int64)


def opening(date: float) -> float:
    """Return the start, in years, of the quarter in which a date lies."""
    return floor(date * ROUNDS_A_YEAR) / ROUNDS_A_YEAR
