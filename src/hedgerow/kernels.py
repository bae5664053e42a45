"""Which implementation of the model computes the rounds.

``numpy`` is the model as it is written down in `hedgerow.model`; ``compiled`` is the same in
compiled code (`hedgerow.compiled`), for which numba must be installed. Their choices are the same,
their numbers agree to rounding. What plays round by round, such as agents and explanations, always
uses the first.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.parameters import World
    from .model.record import Record


_MOMENT = 3.0  # seconds
_COMPILING = "compiling the model: half a minute or so, once on this machine"


class KernelMissing(ValueError):
    """A kernel that cannot be used here; the message says why, and what to do."""


def _numpy(world: "World") -> "Record":
    from .model.simulate import simulate

    return simulate(world)


def _compiled(world: "World") -> "Record":
    from .compiled.simulate import simulate

    return simulate(world)


KERNELS: dict[str, Callable[["World"], "Record"]] = {"numpy": _numpy, "compiled": _compiled}
"""Implementations of the model by name."""


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


def chosen(name: str | None = None) -> str:
    """Return the name of the kernel to use: the one asked for, or the fastest that works here.

    Raises:
        KernelMissing: the one asked for does not work here.
        ValueError: there is none of that name.
    """
    if name is None:
        return "numpy" if _why_not() else "compiled"
    if name not in KERNELS:
        raise ValueError(f"no kernel {name!r}; there is {', '.join(KERNELS)}")
    if name == "compiled" and _why_not():
        raise KernelMissing(
            f"the compiled kernel is not installed ({_why_not()}); install hedgerow[compiled]"
        )
    return name


def simulate(world: "World", name: str | None = None) -> "Record":
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
        KernelMissing, ValueError: as of `chosen`.
    """
    return KERNELS[chosen(name)](world)


def prepare(name: str, say: Callable[[str], object] | None = None) -> None:
    """Do what a kernel does once on a machine: compile, where nothing is kept from before.

    What is compiled is kept on disk, so that workers that start later find it there. Where it takes
    more than a moment, `say` is called with a line about it.
    """
    if name != "compiled":
        return
    from .compiled.block import compiled

    notice = Timer(_MOMENT, say or (lambda text: None), [_COMPILING])
    notice.daemon = True
    notice.start()
    try:
        compiled()
    finally:
        notice.cancel()
