"""Which implementation of the model computes the rounds.

``numpy`` is the model as it is written down in `hedgerow.model2`. ``compiled`` will be the same in
compiled code; it does not play the second design yet, and is refused. What plays round by round,
such as agents and explanations, always uses the first.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING

from ..errors import KernelMissing, NotSoPrecise
from ..model2 import measures
from ..progress import note

if TYPE_CHECKING:
    from ..model2.parameters import World
    from ..model2.record import Record


def _numpy(world: "World") -> "Record":
    from ..model2.simulate import simulate

    return simulate(world)


def _compiled(world: "World") -> "Record":
    raise KernelMissing(_missing())


def _missing() -> str:
    """Return why the compiled kernel cannot be used and what to do; nothing where it can."""
    return (
        "the compiled kernel does not play this design of the model yet; leave the kernel and the "
        "precision out, or take the numpy kernel"
    )


KERNELS: dict[str, Callable[..., "Record"]] = {"numpy": _numpy, "compiled": _compiled}
"""Implementations of the model by name: from a `World` to its `Record`."""

PRECISIONS = ("double", "single")
"""How exactly to calculate, the default first; the other is of the compiled kernel alone."""


def unknown() -> tuple[str, ...]:
    """Return in words what this process added to the model, which others would not know."""
    return tuple(f"the new measure {name!r}" for name in measures.OWN)


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


def chosen(name: str | None = None, precision: str = "double", world: "World | None" = None) -> str:
    """Return the name of the kernel to use: the one asked for, or the fastest that works here.

    Raises:
        KernelMissing: the one asked for does not work here, or does not know all of the model.
        NotSoPrecise: it does not calculate in the precision asked for.
        ValueError: there is none of that name, or no such precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"no precision {precision!r}; there is {', '.join(PRECISIONS)}")
    if name not in (None, *KERNELS):
        raise ValueError(f"no kernel {name!r}; there is {', '.join(KERNELS)}")
    if name == "numpy" and precision != "double":
        raise NotSoPrecise(
            f"the numpy kernel calculates in double precision only; for {precision} take the "
            "compiled kernel"
        )
    if name == "numpy":
        return name
    free = name is None and precision == "double"
    if missing := _missing():
        if free:
            return "numpy"
        raise KernelMissing(missing)
    return "compiled"


def simulate(world: "World", name: str | None = None, precision: str = "double") -> "Record":
    """Run all replicates of a block, as `hedgerow.model2.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
        KernelMissing, NotSoPrecise, ValueError: as of `chosen`.
    """
    kernel = KERNELS[chosen(name, precision, world)]
    return kernel(world) if precision == "double" else kernel(world, precision)


def prepare(
    name: str, say: Callable[[str], object] | None = note, precision: str = "double"
) -> None:
    """Do what a kernel does once on a machine; NumPy has nothing to do."""
