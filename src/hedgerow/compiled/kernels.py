"""Which implementation of the model computes the rounds.

``numpy`` is the model as it is written down in `hedgerow.model`; ``compiled`` is the same in
compiled code (`hedgerow.compiled`), for which numba must be installed. Their choices are the same,
their numbers agree to rounding. What plays round by round, such as agents and explanations, always
uses the first.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from ..errors import KernelMissing, how
from ..progress import note
from .known import unknown

if TYPE_CHECKING:
    from ..model.parameters import World
    from ..model.record import Record

__all__ = ["KERNELS", "chosen", "prepare", "processes", "simulate", "unknown"]

_COMPILING = "compiling the model: a minute or so, once on this machine"
_COMPILING_EACH_TIME = (
    "compiling the model: a minute or so, every time, since neither hedgerow's folder nor the "
    "user's cache folder can be written; NUMBA_CACHE_DIR may name another"
)


def _numpy(world: "World") -> "Record":
    from ..model.simulate import simulate

    return simulate(world)


def _compiled(world: "World") -> "Record":
    from .simulate import simulate

    if "compiled" not in _READY:
        prepare("compiled", note if parent_process() is None else None)
    return simulate(world)


KERNELS: dict[str, Callable[["World"], "Record"]] = {"numpy": _numpy, "compiled": _compiled}
"""Implementations of the model by name: from a `World` to its `Record`."""
_READY: set[str] = set()
"""Kernels that `prepare` has seen to."""


@cache
def _why_not() -> str:
    """Return why there can be no compiled code here; nothing where there can."""
    if find_spec("numba") is None:
        return "numba is not installed"
    try:
        import numba  # noqa: F401
    except Exception as error:  # it refuses versions of NumPy that it does not know
        return " ".join(f"numba does not work here: {error}".split())
    return ""


def _missing() -> str:
    """Return why the compiled kernel cannot be used and what to do; nothing where it can."""
    if why := _why_not():
        return f"not installed ({why}); {how('compiled')}"
    from numba import config

    return "switched off by NUMBA_DISABLE_JIT; unset that" if config.DISABLE_JIT else ""


@cache
def _say_once(text: str) -> None:
    note(text)


def processes(workers: int, executor: Executor | None = None) -> int:
    """Return how many worker processes may play: one where this process has changed the model.

    Others start with the model as it is written and would play that.

    Raises:
        ValueError: `executor` may play elsewhere, and the model was changed.
    """
    different = unknown()
    if not different:
        return workers
    if executor is not None and not isinstance(executor, ThreadPoolExecutor):
        raise ValueError(
            f"the workers of an executor do not know {', '.join(different)}; leave the executor "
            "out, so that this process plays"
        )
    return 1


def chosen(name: str | None = None, world: "World | None" = None) -> str:
    """Return the name of the kernel to use: the one asked for, or the fastest that works here.

    Where compiled code does not know all of the model, or of `world`, the default is NumPy, which
    standard error is told once.

    Raises:
        KernelMissing: the one asked for does not work here, or does not know all of the model.
        ValueError: there is none of that name.
    """
    if name not in (None, *KERNELS):
        raise ValueError(f"no kernel {name!r}; there is {', '.join(KERNELS)}")
    if name == "numpy":
        return name
    if missing := _missing():
        if name is None:
            return "numpy"
        raise KernelMissing(f"the compiled kernel is {missing}")
    if different := unknown() or (unknown(world) if world is not None else ()):
        reason = f"the compiled kernel does not know {', '.join(different)}"
        if name is not None:
            raise KernelMissing(f"{reason}; take the numpy kernel")
        _say_once(f"note: {reason}: the numpy kernel plays instead, in one process")
        return "numpy"
    return "compiled"


def simulate(world: "World", name: str | None = None) -> "Record":
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
        KernelMissing, ValueError: as of `chosen`.
    """
    return KERNELS[chosen(name, world)](world)


def prepare(name: str, say: Callable[[str], object] | None = note) -> None:
    """Do what a kernel does once on a machine: compile, where nothing is kept from before.

    What is compiled is kept on disk, so that workers that start later find it there. Where
    something is compiled, and only there, `say` is called with a line about it; by default it goes
    to standard error.
    """
    if name != "compiled":
        return
    from . import kept, reduction
    from .block import compiled

    text = _COMPILING if kept.ensure_folder() else _COMPILING_EACH_TIME
    with kept.compiling(lambda: say(text) if say else None):
        compiled()
        for function in reduction.FUNCTIONS:
            reduction.compiled(function)
    _READY.add(name)
