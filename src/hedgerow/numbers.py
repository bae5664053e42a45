"""Whole numbers that are arguments: Python's and NumPy's alike, and nothing is rounded."""

import operator
from typing import Any

import numpy as np


def whole(name: str, value: Any) -> int:
    """Return an argument that must be a whole number; a float that is whole says which one.

    Raises:
        ValueError: it is none; a truth value and a number with a fraction are none.
    """
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return int(value)
    try:
        if not isinstance(value, bool | np.bool_):
            return operator.index(value)
    except TypeError:
        pass
    raise ValueError(f"{name} must be a whole number, not {value!r}")


def whole_number(name: str, value: Any, low: int, high: int) -> int:
    """Return an argument that must be a whole number from `low` to `high`, as `whole` does.

    Raises:
        ValueError: it is none.
    """
    try:
        number = whole(name, value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return number
