"""Countries and powers as Mesa agents, and countries of your own.

The model is the one that ensembles run, with one run in it. Only this package imports Mesa.
"""

from ..errors import NotInMenu, RunOver
from .country import CountryAgent
from .loading import load_country
from .menu import Menu, Move
from .model import HedgingModel
from .power import PowerAgent
from .registry import register

__all__ = [
    "CountryAgent",
    "HedgingModel",
    "Menu",
    "Move",
    "NotInMenu",
    "PowerAgent",
    "RunOver",
    "load_country",
    "register",
]
