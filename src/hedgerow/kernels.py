"""Which implementation of the model computes the rounds.

``numpy`` is the model as it is written down in `hedgerow.model`; ``compiled`` is the same in
compiled code (`hedgerow.compiled`), for which numba must be installed. Their choices are the same,
their numbers agree to rounding. The compiled one can calculate in single precision too, faster and
not so exactly (docs/precision.md). What plays round by round, such as agents and explanations,
always uses the first.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from threading import Timer
from typing import TYPE_CHECKING

from .extras import how

if TYPE_CHECKING:
    from .model.parameters import World
    from .model.record import Record


_MOMENT = 3.0  # seconds
_COMPILING = "compiling the model: half a minute or so, once on this machine"


class KernelMissing(ValueError):
    """A kernel that cannot be used here; the message says why, and what to do."""


class NotSoPrecise(ValueError):
    """A precision that a kernel does not calculate in; the message says what to do."""


def _numpy(world: "World") -> "Record":
    from .model.simulate import simulate

    return simulate(world)


def _compiled(world: "World", precision: str = "double") -> "Record":
    from .compiled.simulate import simulate

    return simulate(world, precision)


KERNELS: dict[str, Callable[..., "Record"]] = {"numpy": _numpy, "compiled": _compiled}
"""Implementations of the model by name: from a `World` to its `Record`."""
PRECISIONS = ("double", "single")
"""How exactly to calculate, the default first; the other is of the compiled kernel alone."""


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


def chosen(name: str | None = None, precision: str = "double") -> str:
    """Return the name of the kernel to use: the one asked for, or the fastest that works here.

    Raises:
        KernelMissing: the one asked for does not work here.
        NotSoPrecise: it does not calculate in the precision asked for.
        ValueError: there is none of that name, or no such precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"no precision {precision!r}; there is {', '.join(PRECISIONS)}")
    if name is None:
        name = "numpy" if _why_not() and precision == "double" else "compiled"
    if name not in KERNELS:
        raise ValueError(f"no kernel {name!r}; there is {', '.join(KERNELS)}")
    if name == "numpy" and precision != "double":
        raise NotSoPrecise(
            f"the numpy kernel calculates in double precision only; for {precision} take the "
            "compiled kernel"
        )
    if name == "compiled" and _why_not():
        raise KernelMissing(
            f"the compiled kernel is not installed ({_why_not()}); {how('compiled')}"
        )
    return name


def simulate(world: "World", name: str | None = None, precision: str = "double") -> "Record":
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
        KernelMissing, NotSoPrecise, ValueError: as of `chosen`.
    """
    kernel = KERNELS[chosen(name, precision)]
    return kernel(world) if precision == "double" else kernel(world, precision)


def prepare(
    name: str, say: Callable[[str], object] | None = None, precision: str = "double"
) -> None:
    """Do what a kernel does once on a machine: compile, where nothing is kept from before.

    What is compiled is kept on disk, so that workers that start later find it there. Where it takes
    more than a moment, `say` is called with a line about it.
    """
    if name != "compiled":
        return
    from .compiled import reduction
    from .compiled.block import compiled
    from .compiled.lanes import PRECISIONS

    notice = Timer(_MOMENT, say or (lambda text: None), [_COMPILING])
    notice.daemon = True
    notice.start()
    try:
        compiled(PRECISIONS[precision])
        for function in reduction.FUNCTIONS:
            reduction.compiled(function)
    finally:
        notice.cancel()
