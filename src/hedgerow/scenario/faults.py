"""Finds what is wrong with a quantity as it is written in a file."""

import sys
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from .problems import closest, listed
from .quantity import NOTES, PRIORS, Quantity, quantity

LARGEST = sys.float_info.max
"""Largest number of the model; whole numbers of TOML and Python can be larger."""

_WIDEST = 20.0
_POSITIVE = ("sd", "sigma", "a", "b")


@dataclass(frozen=True)
class Fault:
    """One fault of a quantity, at the key `where` inside it (empty for the whole quantity)."""

    where: tuple[str, ...]
    message: str
    expected: str = ""
    suggestion: str = ""
    at_key: bool = False


def faults(
    value: Any, low: float = -inf, high: float = inf, fixed: bool = False, whole: bool = False
) -> list[Fault]:
    """Return all that is wrong with a quantity as written.

    Args:
        value: the value in the file.
        low, high: closed range in which the number, or every draw, must lie.
        fixed: whether a prior is not allowed.
        whole: whether only whole numbers are allowed.
    """
    if not isinstance(value, dict):
        return _number_faults((), value, low, high, whole)
    if "dist" in value:
        if fixed:
            return [Fault(("dist",), "this number cannot have a prior", _range(low, high))]
        return _prior_faults(value, low, high)
    found = _unknown(value, ("value", "low", "high"))
    found += _texts(value)
    if "value" not in value:
        return [*found, _no_value(value)]
    for name in ("value", "low", "high"):
        if name in value:
            found += _number_faults((name,), value[name], low, high, whole)
    if not found:
        bottom, top = value.get("low", -inf), value.get("high", inf)
        if not bottom <= value["value"] <= top:
            found.append(Fault(("value",), "the value lies outside its own low and high"))
    return found


def _no_value(value: dict[str, Any]) -> Fault:
    if {"low", "high"} <= set(value):
        return Fault(
            (),
            "a range without a value or a prior",
            suggestion='add value = …, or dist = "uniform" to draw from the range',
        )
    return Fault((), "a quantity needs a value or a dist", "a number, { value = … } or a prior")


def _prior_faults(value: dict[str, Any], low: float, high: float) -> list[Fault]:
    dist = value["dist"]
    if not isinstance(dist, str) or dist not in PRIORS:
        hint = closest(dist, PRIORS) if isinstance(dist, str) else ""
        text = f"unknown prior '{dist}'" if isinstance(dist, str) else f"found {kind_of(dist)}"
        return [Fault(("dist",), text, listed(list(PRIORS)), hint)]
    required, optional = PRIORS[dist]
    found = _unknown(value, ("dist", *required, *optional))
    found += _texts(value)
    missing = [name for name in required if name not in value]
    if missing:
        needs = f"{dist} needs {' and '.join(required)}"
        found.append(Fault((), f"prior {dist} without {' and '.join(missing)}", needs))
    for name in (*required, *optional):
        if name in value:
            found += _number_faults((name,), value[name])
    if found:
        return found
    for name in _POSITIVE:
        if name in value and value[name] <= 0:
            found.append(Fault((name,), f"{name} must be positive", "a number above 0"))
    if value.get("sigma", 0.0) > _WIDEST:
        text = "a lognormal of this width leaves the real numbers"
        found.append(Fault(("sigma",), text, f"at most {_WIDEST:g}, the sd of the logarithm"))
    if dist == "lognormal" and value["value"] <= 0:
        found.append(Fault(("value",), "the median of a lognormal must be positive"))
    bottom, top = value.get("low", -inf), value.get("high", inf)
    if dist == "beta":
        bottom, top = value.get("low", 0.0), value.get("high", 1.0)
    if bottom >= top:
        found.append(Fault(("low",) if "low" in value else (), "low must be below high"))
    elif dist in ("triangular", "normal") and not bottom <= value["value"] <= top:
        found.append(Fault(("value",), "the value lies outside low and high"))
    if not found:
        found = _support_faults(quantity(value), low, high)
    return found


def _support_faults(drawn: Quantity, low: float, high: float) -> list[Fault]:
    bottom, top = drawn.support()
    found = []
    for name, bound, outside in (("low", low, bottom < low), ("high", high, top > high)):
        if not outside:
            continue
        given = getattr(drawn, name) is not None
        optional = name in PRIORS[drawn.dist][1]
        hint = f"truncate it: {name} = {bound:g}" if optional and not given else ""
        if not optional and not given:
            hint = "use a uniform, triangular, beta or truncated normal prior"
        found.append(
            Fault(
                (name,) if given else (),
                f"the prior reaches {'below' if name == 'low' else 'above'} {bound:g}",
                _range(low, high),
                hint,
            )
        )
    return found


def _number_faults(
    where: tuple[str, ...],
    value: Any,
    low: float = -inf,
    high: float = inf,
    whole: bool = False,
) -> list[Fault]:
    expected = _range(low, high, whole)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [Fault(where, f"found {kind_of(value)} where a number belongs", expected)]
    if isinstance(value, int) and abs(value) > LARGEST:
        return [Fault(where, "too large a number", expected)]
    if not isfinite(value):
        return [Fault(where, f"{value} is not a finite number", expected)]
    if not low <= value <= high:
        return [Fault(where, f"{value:g} is out of range", expected)]
    if whole and value != int(value):
        return [Fault(where, f"{value:g} is not a whole number", expected)]
    return []


def _unknown(value: dict[str, Any], known: tuple[str, ...]) -> list[Fault]:
    names = (*known, *NOTES)
    return [
        Fault(
            (key,), f"unknown key '{key}' in a quantity", listed(names), closest(key, names), True
        )
        for key in value
        if key not in names
    ]


def _texts(value: dict[str, Any]) -> list[Fault]:
    return [
        Fault((name,), f"found {kind_of(value[name])} where text belongs", "text in quotes")
        for name in NOTES
        if name in value and not isinstance(value[name], str)
    ]


def kind_of(value: Any) -> str:
    """Return the type of a TOML value, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:39] + "…"
        return f'the text "{shown}"'
    if isinstance(value, int) and abs(value) > LARGEST:
        return "too large a number"
    if isinstance(value, int | float):
        return f"the number {value:g}"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return f"a {type(value).__name__}"


def _range(low: float, high: float, whole: bool = False) -> str:
    noun = "a whole number" if whole else "a number"
    if isfinite(low) and isfinite(high):
        return f"{noun} from {low:g} to {high:g}"
    if isfinite(low):
        return f"{noun} of at least {low:g}"
    if isfinite(high):
        return f"{noun} of at most {high:g}"
    return noun
