"""Checks of arguments: whole numbers, codes of countries, and libraries that may be missing."""

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np


def whole(name: str, value: Any) -> int:
    """Return an argument that must be a whole number, as an int; 3.0 counts as 3.

    Args:
        name: name of the argument, for the message.
        value: what was given.

    Raises:
        ValueError: it is no whole number; True, False and 2.5 are none.
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
    """Return an argument that must be a whole number from `low` to `high`, as an int.

    Raises:
        ValueError: it is no whole number, or lies outside this range.
    """
    try:
        number = whole(name, value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return number


def as_written(code: str, known: Iterable[str]) -> str:
    """Return a code as `known` writes it, whatever the case of its letters.

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
