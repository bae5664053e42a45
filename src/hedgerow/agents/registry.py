"""Names for the user's own countries, measures and payoff terms."""

import inspect
import re
from collections.abc import Callable
from importlib.metadata import entry_points
from types import FunctionType, MethodType
from typing import Any

from .. import agents
from ..arguments import checked
from ..errors import CountryFileError, WrongType
from ..model.decompose import FORESEEN
from ..model.strategies import STRATEGIES
from ..model.terms import ALL as BUILT_IN

GROUP = "hedgerow"
"""Group of entry points with which packages offer countries, measures and terms."""

OWN: dict[str, Any] = {}
"""Registered classes of countries by name."""

MEASURES: dict[str, Callable[[Any], Any]] = {}
"""Registered measures by name."""

_ABOUT: dict[str, tuple[str, str]] = {}
"""Meaning and unit of registered measures by name; either may be empty."""

TERMS: dict[str, Callable[..., None]] = {}
"""Registered payoff terms by name."""

KINDS = ("country", "measure", "term")


@checked
def register[T](
    name: str, kind: str | None = None, meaning: str = "", unit: str = ""
) -> Callable[[T], T]:
    """Give a country, measure or payoff term of your own a name: ``@register("cautious")``.

    A class is a country, which ``HedgingModel(…, countries={"VNM": "cautious"})``, ``run`` and
    similar functions find by its name. A function is a measure, which ``run(…, measures=["pull"])``
    finds, or with ``kind="term"`` a payoff term, which ``run(…, terms=["wariness"])`` finds. If
    one is defined again, as in a notebook, the new definition replaces the old one. Packages can
    offer them by entry points of the group ``hedgerow``; of functions there, those that are
    registered as terms are terms, and all others are measures.

    Args:
        name: the name. That of a measure or term is a column of tables and must consist of small
            letters, digits and underscores.
        kind: ``"country"``, ``"measure"`` or ``"term"``; by default a class is a country, and a
            function a measure.
        meaning: what a measure holds, in a few words; by default the first line of its docstring.
        unit: unit of a measure. Meaning and unit stand in the Parquet files and in the manifest.

    Returns:
        A decorator that returns the class or function unchanged.

    Raises:
        ValueError: the name belongs to a built-in strategy or term, or to another class or
            function, or is no valid name, there is no such kind, or what is no measure is given a
            meaning or a unit.
        WrongType: what is decorated is neither a country nor a function, or `name` is no text.

    >>> import hedgerow
    >>> @hedgerow.register("as-ever")
    ... class AsEver(hedgerow.CountryAgent):
    ...     pass
    >>> hedgerow.HedgingModel("vietnam", countries={"VNM": "as-ever"}).countries["VNM"]
    <AsEver VNM>
    """
    if kind not in (None, *KINDS):
        raise ValueError(
            f"register({name!r}): kind is one of {', '.join(KINDS)}, not {kind!r}; a country is a "
            "subclass of CountryAgent, a measure a function of yearly arrays, a term a function "
            "that adds to the payoff"
        )
    if name in STRATEGIES:
        raise ValueError(f"{name!r} is a built-in strategy; choose another name")

    def note(what: T) -> T:
        known = _registry(name, what, kind)
        if known is not MEASURES and (meaning or unit):
            raise ValueError(f"register({name!r}): only a measure has a meaning and a unit")
        if name in known and _origin(known[name]) != _origin(what):
            other = known[name].__qualname__
            raise ValueError(f"{name!r} is registered already, for {other}")
        known[name] = what
        if known is MEASURES:
            _ABOUT[name] = meaning, unit
        return what

    return note


def _registry(name: str, what: Any, kind: str | None) -> dict[str, Any]:
    is_class = isinstance(what, type)
    if is_class and kind in (None, "country") and issubclass(what, agents.CountryAgent):
        return OWN
    if is_class or not callable(what) or kind == "country":
        raise WrongType(
            f"@register({name!r}) belongs above a subclass of CountryAgent, or above a function "
            f"that is a {kind or 'measure'}"
        )
    require_name(name, kind or "measure")
    if kind != "term":
        return MEASURES
    require_new_term(name)
    return TERMS


def require_new_term(name: str) -> None:
    """Check that no built-in term has a name.

    Raises:
        ValueError: one has.
    """
    if name in (*BUILT_IN, FORESEEN):
        raise ValueError(f"term {name!r}: is a built-in term; choose another name")


def require_name(name: str, kind: str = "measure") -> None:
    """Check that a text can be the name of a measure or term.

    Raises:
        ValueError: it cannot.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"{kind} {name!r}: a name has small letters, digits and underscores, and begins with "
            "a letter"
        )


def _origin(what: Any) -> tuple[str, str]:
    return what.__module__, what.__qualname__


def registered(name: str) -> Any:
    """Return the class of a registered name, or of an entry point.

    Raises:
        ValueError: there is no such name.
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
    """Return the measure of a registered name, or of an entry point; None if there is none."""
    found = MEASURES.get(name) or _offered(name)
    is_measure = callable(found) and not isinstance(found, type) and found not in TERMS.values()
    return found if is_measure else None


def registered_term(name: str) -> Callable[..., None] | None:
    """Return the payoff term of a registered name, or of an entry point; None if there is none."""
    found = TERMS.get(name) or _offered(name)
    return found if found in TERMS.values() else None


def described(name: str, measure: Callable[[Any], Any]) -> dict[str, str]:
    """Return the ``meaning`` and the ``unit`` of a measure of the user's own.

    They are those with which it was registered. Without a meaning it is the first line of the
    docstring, and without that the name.
    """
    names = [known for known, one in MEASURES.items() if one is measure]
    meaning, unit = _ABOUT[names[0]] if names else ("", "")
    if not meaning and isinstance(measure, FunctionType | MethodType):
        meaning = (inspect.getdoc(measure) or "").partition("\n")[0].rstrip(".")
    return {"meaning": meaning or name.replace("_", " "), "unit": unit}


def _offers() -> tuple[str, ...]:
    return tuple(sorted(entry_points(group=GROUP).names))


def _offered(name: str) -> Any:
    """Return what an installed package offers under a name; None if none does.

    Raises:
        CountryFileError: it cannot be loaded.
    """
    for point in entry_points(group=GROUP, name=name):
        try:
            return point.load()
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise CountryFileError(
                f"entry point {name!r} of the group {GROUP!r} ({point.value}): {reason}"
            ) from error
    return None
