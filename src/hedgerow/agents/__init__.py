"""Countries and powers as Mesa agents, and countries and measures that users write themselves.

The model is the same as in ensembles, with a single run. Only this package imports Mesa, which is
slow to load, so names are imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import NotInMenu, RunOver

if TYPE_CHECKING:
    from .country import CountryAgent as CountryAgent
    from .loading import load_country as load_country
    from .menu import Menu as Menu
    from .menu import Move as Move
    from .menus import Menus as Menus
    from .model import HedgingModel as HedgingModel
    from .model import Player as Player
    from .model import chooses_many as chooses_many
    from .model import players as players
    from .playing import play as play
    from .power import PowerAgent as PowerAgent
    from .registry import register as register
    from .registry import registered as registered

_HOME = {
    "CountryAgent": "country",
    "HedgingModel": "model",
    "Menu": "menu",
    "Menus": "menus",
    "Move": "menu",
    "Player": "model",
    "PowerAgent": "power",
    "chooses_many": "model",
    "load_country": "loading",
    "play": "playing",
    "players": "model",
    "register": "registry",
    "registered": "registry",
}
"""The module of this package that defines each public name."""

__all__ = [
    "CountryAgent",
    "HedgingModel",
    "Menu",
    "Menus",
    "Move",
    "NotInMenu",
    "Player",
    "PowerAgent",
    "RunOver",
    "chooses_many",
    "load_country",
    "play",
    "players",
    "register",
    "registered",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
