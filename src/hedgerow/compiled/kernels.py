"""Which implementation of the model computes the rounds.

``numpy`` is the model as it is written down in `hedgerow.model`; ``compiled`` is the same in
compiled code (`hedgerow.compiled`), for which numba must be installed. Their choices are the same,
their numbers agree to rounding. The compiled one can calculate in single precision too, faster and
not so exactly (docs/background/precision.md). What plays round by round, such as agents and
explanations, always uses the first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import Field, fields
from functools import cache
from importlib.util import find_spec
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any

from ..errors import KernelMissing, NotSoPrecise, how
from ..model import measures, parameters, strategies, terms, written
from ..progress import note
from . import known

if TYPE_CHECKING:
    from ..model.parameters import World
    from ..model.record import Record


_COMPILING = "compiling the model: half a minute or so, once on this machine"
_COMPILING_EACH_TIME = (
    "compiling the model: half a minute or so, every time, since neither hedgerow's folder nor the "
    "user's cache folder can be written; NUMBA_CACHE_DIR may name another"
)


def _numpy(world: "World") -> "Record":
    from ..model.simulate import simulate

    return simulate(world)


def _compiled(world: "World", precision: str = "double") -> "Record":
    from .simulate import simulate

    if precision not in _READY:
        prepare("compiled", note if parent_process() is None else None, precision)
    return simulate(world, precision)


KERNELS: dict[str, Callable[..., "Record"]] = {"numpy": _numpy, "compiled": _compiled}
"""Implementations of the model by name: from a `World` to its `Record`."""
_READY: set[str] = set()
"""Precisions that `prepare` has seen to."""

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


def _missing() -> str:
    """Return why the compiled kernel cannot be used and what to do; nothing where it can."""
    if why := _why_not():
        return f"not installed ({why}); {how('compiled')}"
    from numba import config

    return "switched off by NUMBA_DISABLE_JIT; unset that" if config.DISABLE_JIT else ""


def unknown() -> tuple[str, ...]:
    """Return in words where the model in this process differs from what compiled code knows.

    Terms, processes, strategies, rules and measures are compared by name with what is compiled, so
    that what was added is seen; functions, classes and constants of `hedgerow.model` with what its
    files say, so that what was changed from Python is seen too.
    """
    return (
        *_names("term", terms.ALL, known.TERMS),
        *_changed("term", terms.ALL, written.of_term, written.TERMS),
        *_names("process", parameters.PROCESSES, known.PROCESSES),
        *_names("strategy", strategies.STRATEGIES, known.STRATEGIES),
        *_changed("strategy", strategies.STRATEGIES, written.of_strategy, written.STRATEGIES),
        *_names("rule", map(_name, fields(parameters.Rules)), known.RULES),
        *_names("measure", (*measures.NAMES, *measures.OWN), known.MEASURES),
        *(f"the changed {name}" for name in written.changed()),
    )


def _name(field: "Field[Any]") -> str:
    return field.name


def _names(kind: str, now: Iterable[str], known: Collection[str]) -> Iterator[str]:
    there = dict.fromkeys(now)
    for name in there:
        if name not in known:
            yield f"the new {kind} {name!r}"
    for name in known:
        if name not in there:
            yield f"that the {kind} {name!r} is gone"


def _changed(
    kind: str,
    now: Mapping[str, Any],
    of: Callable[[Any], tuple[Any, ...]],
    written: Mapping[str, tuple[Any, ...]],
) -> Iterator[str]:
    for name, part in now.items():
        if name in written and of(part) != written[name]:
            yield f"the changed {kind} {name!r}"


def _unknown_of(world: "World") -> tuple[str, ...]:
    """Return in words what a world has that compiled code does not know."""
    s = world.structure
    return tuple(
        f"the new {kind} {name!r}"
        for kind, names, all_known in (
            ("term", sorted(s.terms), known.TERMS),
            ("process", sorted(s.processes), known.PROCESSES),
            ("strategy", sorted(set(s.strategies)), known.STRATEGIES),
            ("rule", map(_name, fields(s.rules)), known.RULES),
        )
        for name in names
        if name not in all_known
    )


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


def chosen(name: str | None = None, precision: str = "double", world: "World | None" = None) -> str:
    """Return the name of the kernel to use: the one asked for, or the fastest that works here.

    Where compiled code does not know all of the model, or of `world`, the default is NumPy, which
    standard error is told once.

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
        raise KernelMissing(f"the compiled kernel is {missing}")
    different = unknown() or (_unknown_of(world) if world is not None else ())
    if different:
        reason = f"the compiled kernel does not know {', '.join(different)}"
        if not free:
            raise KernelMissing(f"{reason}; take the numpy kernel")
        _say_once(f"note: {reason}: the numpy kernel plays instead, in one process")
        return "numpy"
    return "compiled"


def simulate(world: "World", name: str | None = None, precision: str = "double") -> "Record":
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
        KernelMissing, NotSoPrecise, ValueError: as of `chosen`.
    """
    kernel = KERNELS[chosen(name, precision, world)]
    return kernel(world) if precision == "double" else kernel(world, precision)


def prepare(
    name: str, say: Callable[[str], object] | None = note, precision: str = "double"
) -> None:
    """Do what a kernel does once on a machine: compile, where nothing is kept from before.

    What is compiled is kept on disk, so that workers that start later find it there. Where
    something is compiled, and only there, `say` is called with a line about it; by default it goes
    to standard error.
    """
    if name != "compiled":
        return
    from . import kept, reduction
    from .block import compiled
    from .lanes import PRECISIONS

    text = _COMPILING if kept.ensure_folder() else _COMPILING_EACH_TIME
    with kept.compiling(lambda: say(text) if say else None):
        compiled(PRECISIONS[precision])
        for function in reduction.FUNCTIONS:
            reduction.compiled(function)
    _READY.add(precision)
