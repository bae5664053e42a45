"""The model as it is written: what its modules held before anyone could change it from Python.

The package imports this module first of all, so what stands here is what the files say.
"""

from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

import numpy as np

from . import strategies, terms

_PARTS = (
    "aims",
    "answers",
    "beliefs",
    "choice",
    "desks",
    "events",
    "flows",
    "frame",
    "insurance",
    "labels",
    "measures",
    "moment",
    "numbers",
    "parameters",
    "part",
    "payoff",
    "philox",
    "portfolio",
    "programmes",
    "record",
    "recorder",
    "rules",
    "shocks",
    "simulate",
    "start",
    "state",
    "strategies",
    "streams",
    "terms",
    "votes",
)
"""Modules that play; `decompose` and `threshold` look at what is played."""

_LISTS = frozenset(
    {
        "measures.OWN",
        "parameters.PROCESSES",
        "parameters.Rules",
        "strategies.STRATEGIES",
        "terms.ALL",
    }
)
"""What lists parts by name; whoever asks compares those himself."""


def of_term(function: terms.Term) -> tuple[Any, ...]:
    """Return what tells a term's function from any other."""
    return function, *_inside(function)


def of_strategy(strategy: strategies.Strategy) -> tuple[Any, ...]:
    """Return what a strategy does, and what tells its function from any other."""
    inside = _inside(strategy.want)
    return strategy.want, strategy.weight, strategy.foresees, *inside


def changed() -> Iterator[str]:
    """Yield the names of functions, classes, methods and constants that are not as written.

    A name is that of a module, and what it holds: ``measures.autonomy``, ``simulate.Block.moves``.
    Terms and strategies are left to those who compare `TERMS` and `STRATEGIES` with what is listed
    now: their own names in a module are looked at by nobody else.
    """
    for name, holder, attribute, value, inside in _WRITTEN:
        now = holder.__dict__.get(attribute, _GONE)
        if now is not value or _inside(now) != inside:
            yield name


def _inside(value: object) -> tuple[Any, ...]:
    """Return what may change in a value that stays the same object."""
    if isinstance(value, FunctionType):
        return value.__code__, value.__defaults__, value.__kwdefaults__
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.tobytes()
    return ()


def _held(holder: Any, name: str) -> Iterator[tuple[str, Any, str, Any, tuple[Any, ...]]]:
    """Yield what a module, or a class of it, holds: name, holder, attribute, value and inside."""
    for attribute, value in vars(holder).items():
        full = f"{name}.{attribute}"
        if (attribute.startswith("__") and not isinstance(value, FunctionType)) or full in _LISTS:
            continue
        if isinstance(value, FunctionType) and value in _LISTED:
            continue
        yield full, holder, attribute, value, _inside(value)
        if isinstance(value, type) and value.__module__ == f"{__package__}.{name}":
            yield from _held(value, full)


TERMS = {name: of_term(term) for name, term in terms.ALL.items()}
"""`of_term` of each term as it is written."""
STRATEGIES = {name: of_strategy(strategy) for name, strategy in strategies.STRATEGIES.items()}
"""`of_strategy` of each strategy as it is written."""

_GONE = object()
_LISTED = {*terms.ALL.values(), *(strategy.want for strategy in strategies.STRATEGIES.values())}
_WRITTEN = tuple(
    held for name in _PARTS for held in _held(import_module(f"{__package__}.{name}"), name)
)
