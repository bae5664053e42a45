"""What users and functions are given: whole numbers, codes, and libraries that may be missing."""

import operator
from collections.abc import Iterable
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


def as_written(code: str, known: Iterable[str]) -> str:
    """Return the code among `known` that is meant: just this, or the only one but for its case.

    No scenario has two codes that differ in case alone. An unknown code is returned as it is.
    """
    codes = list(known)
    if code in codes:
        return code
    alike = [one for one in codes if one.casefold() == code.casefold()]
    return alike[0] if len(alike) == 1 else code


def how(*extras: str) -> str:
    """Return how to install the libraries of some extras of ``pyproject.toml``.

    Hedgerow is on no package index, so the command names a clone.
    """
    return f'in a clone of hedgerow: python3 -m pip install ".[{",".join(extras)}]"'
