"""Compiled functions, and where they are kept: on disk, so that each is compiled once."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numba import config, njit
from numba.core import event
from numba.core.errors import NumbaError


def compiled(function: Callable[..., Any], signature: Any) -> Any:
    """Return a function compiled, read from disk where it is kept there.

    What is kept but damaged is compiled anew and takes its place. Where nothing can be written, it
    is compiled for this process alone.

    Raises:
        NumbaError: it cannot be compiled.
    """
    for again in (False, True):
        try:
            kept = _dispatcher(function, cache=True)
            if again:
                kept._cache.flush()  # forgets all that its index names, readable or not
        except (OSError, RuntimeError):  # there is no folder
            break
        try:
            return _compile(kept, signature)
        except NumbaError:
            raise
        except Exception:  # of reading what is damaged, or of writing what is compiled
            if kept.signatures:
                kept.disable_compile()
                return kept
    return _compile(_dispatcher(function, cache=False), signature)


def _dispatcher(function: Callable[..., Any], cache: bool) -> Any:
    return njit(error_model="numpy", nogil=True, cache=cache)(function)


def _compile(dispatcher: Any, signature: Any) -> Any:
    dispatcher.compile(signature)
    dispatcher.disable_compile()
    return dispatcher


@contextmanager
def compiling(say: Callable[[], object]) -> Iterator[None]:
    """Call `say` when, within the block, something is compiled rather than read from disk: once."""

    class Listener(event.Listener):
        told = False

        def on_start(self, event: Any) -> None:
            if not self.told:
                self.told = True
                say()

        def on_end(self, event: Any) -> None:
            pass

    with event.install_listener("numba:compile", Listener()):
        yield


def ensure_folder() -> bool:
    """Tell whether there is a folder that lasts; else make one for this process and its workers.

    A package that cannot be written, of a user without a folder for caches, would leave each worker
    to compile for itself.
    """
    try:
        _dispatcher(_example, cache=True)
        return True
    except (OSError, RuntimeError):
        pass
    try:
        folder = tempfile.mkdtemp(prefix="hedgerow-")
    except OSError:
        return False
    atexit.register(_remove, folder, os.getpid())
    config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"] = folder
    return False


def _example() -> int:
    return 0


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # and not a fork of it
        shutil.rmtree(folder, ignore_errors=True)
