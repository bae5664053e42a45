"""Countries of your own by name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..model.strategies import STRATEGIES
from .country import CountryAgent

if TYPE_CHECKING:
    from .model import HedgingModel

Maker = Callable[["HedgingModel", str], CountryAgent]
"""Makes the agent of a country: a subclass of `CountryAgent`, or whatever calls one."""

OWN: dict[str, type[CountryAgent]] = {}
"""Registered classes by name."""


def register[C: type[CountryAgent]](name: str) -> Callable[[C], C]:
    """Give a country of your own a name: ``@register("cautious")`` above the class.

    ``HedgingModel(…, countries={"VNM": "cautious"})`` then finds it. A class that is defined anew,
    as in a notebook, takes the place of its earlier self.

    Args:
        name: any but that of a built-in strategy.

    Returns:
        What stands above the class; the class stays as it is.

    Raises:
        ValueError: the name belongs to a built-in strategy or to another class.
        TypeError: it is not put above a subclass of `CountryAgent`.

    >>> import hedgerow
    >>> @hedgerow.register("as-ever")
    ... class AsEver(hedgerow.CountryAgent):
    ...     pass
    >>> hedgerow.HedgingModel("vietnam", countries={"VNM": "as-ever"}).countries["VNM"]
    <AsEver VNM>
    """
    if name in STRATEGIES:
        raise ValueError(f"{name!r} is a built-in strategy; choose another name")

    def note(country: C) -> C:
        if not (isinstance(country, type) and issubclass(country, CountryAgent)):
            raise TypeError(f"@register({name!r}) belongs above a subclass of CountryAgent")
        known = OWN.get(name)
        if known is not None and _origin(known) != _origin(country):
            raise ValueError(f"{name!r} is registered already, for {known.__qualname__}")
        OWN[name] = country
        return country

    return note


def _origin(country: type) -> tuple[str, str]:
    return country.__module__, country.__qualname__


def registered(name: str) -> type[CountryAgent]:
    """Return the class of a registered name.

    Raises:
        ValueError: there is none.
    """
    if name not in OWN:
        own = ", ".join(OWN) or "none"
        raise ValueError(
            f"unknown country {name!r}; expected a built-in strategy ({', '.join(STRATEGIES)}), a "
            f"registered name ({own}) or a subclass of CountryAgent"
        )
    return OWN[name]
