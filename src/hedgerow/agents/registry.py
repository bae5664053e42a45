"""Countries and measures of your own by name."""

import re
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from .. import agents
from ..errors import CountryFileError
from ..model.strategies import STRATEGIES

GROUP = "hedgerow"
"""Group of the entry points by which a package offers countries and measures."""

OWN: dict[str, Any] = {}
"""Registered classes of countries by name."""

MEASURES: dict[str, Callable[[Any], Any]] = {}
"""Registered measures by name."""

_LATER = ("term", "process")


def register[T](name: str, kind: str | None = None) -> Callable[[T], T]:
    """Give a country or a measure of your own a name: ``@register("cautious")`` above it.

    A class is a country: ``HedgingModel(…, countries={"VNM": "cautious"})``, ``run`` and the like
    then find it. A function is a measure: ``run(…, measures=["pull"])`` finds it. What is defined
    anew, as in a notebook, takes the place of its earlier self. A package offers either by an entry
    point of the group ``hedgerow``, without registering it.

    Args:
        name: of a measure a column of tables: small letters, digits and underscores.
        kind: ``"country"`` or ``"measure"``; by default what it is tells.

    Returns:
        What stands above it; the class or function stays as it is.

    Raises:
        ValueError: the name belongs to a built-in strategy or to another class or function, is no
            name, or nothing of this kind can be registered.
        TypeError: it is put above something else.

    >>> import hedgerow
    >>> @hedgerow.register("as-ever")
    ... class AsEver(hedgerow.CountryAgent):
    ...     pass
    >>> hedgerow.HedgingModel("vietnam", countries={"VNM": "as-ever"}).countries["VNM"]
    <AsEver VNM>
    """
    if kind in _LATER:
        raise ValueError(
            f"register({name!r}): a payoff term or a process of your own cannot be registered; a "
            "country (a subclass of CountryAgent) or a measure (a function of yearly arrays) can"
        )
    if kind not in (None, "country", "measure"):
        raise ValueError(f"register({name!r}): kind is 'country' or 'measure', not {kind!r}")
    if name in STRATEGIES:
        raise ValueError(f"{name!r} is a built-in strategy; choose another name")

    def note(what: T) -> T:
        known = _registry(name, what, kind)
        if name in known and _origin(known[name]) != _origin(what):
            other = known[name].__qualname__
            raise ValueError(f"{name!r} is registered already, for {other}")
        known[name] = what
        return what

    return note


def _registry(name: str, what: Any, kind: str | None) -> dict[str, Any]:
    is_class = isinstance(what, type)
    if is_class and kind != "measure" and issubclass(what, agents.CountryAgent):
        return OWN
    if is_class or not callable(what) or kind == "country":
        raise TypeError(
            f"@register({name!r}) belongs above a subclass of CountryAgent, or above a function "
            "that is a measure"
        )
    require_name(name)
    return MEASURES


def require_name(name: str) -> None:
    """Refuse what cannot be the name of a measure.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"measure {name!r}: a name has small letters, digits and underscores, and begins with "
            "a letter"
        )


def _origin(what: Any) -> tuple[str, str]:
    return what.__module__, what.__qualname__


def registered(name: str) -> Any:
    """Return the class of a registered name, or of an entry point.

    Raises:
        ValueError: there is none.
    """
    found = OWN.get(name) or _offered(name)
    if isinstance(found, type) and issubclass(found, agents.CountryAgent):
        return found
    own = ", ".join([*OWN, *_offers()]) or "none"
    raise ValueError(
        f"unknown country {name!r}; expected a built-in strategy ({', '.join(STRATEGIES)}), a "
        f"registered name ({own}) or a subclass of CountryAgent"
    )


def registered_measure(name: str) -> Callable[[Any], Any] | None:
    """Return the measure of a registered name, or of an entry point; None where there is none."""
    found = MEASURES.get(name) or _offered(name)
    return found if callable(found) and not isinstance(found, type) else None


def _offers() -> tuple[str, ...]:
    return tuple(sorted(entry_points(group=GROUP).names))


def _offered(name: str) -> Any:
    """Return what an installed package offers by a name; None where none does.

    Raises:
        CountryFileError: it cannot be loaded.
    """
    for point in entry_points(group=GROUP, name=name):
        try:
            return point.load()
        except Exception as error:
            told = " ".join(f"{type(error).__name__}: {error}".split())
            raise CountryFileError(
                f"entry point {name!r} of the group {GROUP!r} ({point.value}): {told}"
            ) from error
    return None
