"""Pictures of results: one file a figure, each ``draw(results, country) -> Figure``.

Matplotlib is imported only here, and without pyplot: nothing is global, nothing opens a window.
A picture's module is imported when it is asked for, ``figures.alignment``, since that is slow.
"""

from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
