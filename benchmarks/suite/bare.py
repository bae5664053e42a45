"""The compiled kernel without step 8, to compare it with kernels that record nothing.

The shipped kernel always records. So its package is loaded a second time under another name, with
functions that do nothing in place of the recorder's, and compiled, which takes a minute or two and
is not kept.
"""

import importlib
import importlib.util
import sys
import time
from functools import cache
from types import ModuleType
from typing import Any

from hedgerow.model.parameters import World

from .measure import Timed

NAME = "hedgerow.compiled_without_records"


@cache
def copy() -> ModuleType:
    """Return the module ``simulate`` of a copy of `hedgerow.compiled` that records nothing.

    Raises:
        ImportError, AttributeError: the package is not there, or not as this function knows it.
    """
    import numba

    package = importlib.import_module("hedgerow.compiled")
    assert package.__file__ is not None
    spec = importlib.util.spec_from_file_location(
        NAME, package.__file__, submodule_search_locations=list(package.__path__)
    )
    assert spec is not None and spec.loader is not None
    twin = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = twin
    spec.loader.exec_module(twin)
    recorder = importlib.import_module(f"{NAME}.recorder")
    for function in _nothing(importlib.import_module(f"{NAME}.lanes").jit):
        name = function.py_func.__name__
        getattr(recorder, name)  # or it has another name now
        setattr(recorder, name, function)
    block: Any = importlib.import_module(f"{NAME}.block")
    block.njit = lambda **_: numba.njit(error_model="numpy")  # without the cache of the original
    return importlib.import_module(f"{NAME}.simulate")


def _nothing(jit: Any) -> list[Any]:
    """Return what stands in for the functions of the recorder."""

    @jit
    def add_quarter(w, o, s, t, incident):
        pass

    @jit
    def follow_band(w, s, t):
        never = s.threat[0] != s.threat[0]
        return never, never, s.threat[0]

    @jit
    def close_year(w, c, q, o, f, s, b, t, r, year, tile):
        pass

    @jit
    def note(w, c, log, round_, kind, which, happened, value):
        pass

    return [add_quarter, follow_band, close_year, note]


def play(world: World, precision: str = "double") -> Timed:
    """Play a world; the seconds are those of the compiled rounds alone."""
    module: Any = copy()
    spent = 0.0
    rounds = _player(module, precision)

    def timed(*arguments: Any) -> Any:
        nonlocal spent
        began = time.thread_time()
        result = rounds(*arguments)
        spent += time.thread_time() - began
        return result

    module.compiled = lambda _: timed
    module.simulate(world, precision)
    return Timed(spent, None)


@cache
def _player(module: ModuleType, precision: str) -> Any:
    return importlib.import_module(f"{NAME}.block").compiled(module.PRECISIONS[precision])


def fault(world: World) -> str:
    """Return why it cannot be had, empty where it can; compiles it."""
    try:
        play(world)
    except Exception as error:
        return f"not to be had: {type(error).__name__}"
    return ""
