"""Who plays the rounds: from one agent at a time in plain Python to C++ by hand.

Each contestant is set up outside the clock and then plays all rounds of a case for some
replicates, numbered from 0. All draw the same random numbers and are to choose the same moves,
numbered as in a menu: 0 holds, then every deepening, then every loosening.
"""

import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedgerow.model import payoff, rules
from hedgerow.model.parameters import INSTRUMENTS, World
from hedgerow.model.record import Record
from hedgerow.model.simulate import Block
from hedgerow.scenario.compile import world

from .cases import Case
from .measure import Timed

TESTS = Path(__file__).resolve().parents[2] / "tests"

Moves = NDArray[np.integer]
"""Moves by round, country and replicate."""


@dataclass(frozen=True)
class Contestant:
    """One way to play.

    Attributes:
        name: for tables.
        start: sets up a case for a number of replicates and returns what plays its rounds; that
            returns moves (T, N, R), or a record.
        runs: replicates that it plays at a time.
        exact: False where its choices may differ by rounding.
        missing: tells why it cannot play here, or nothing where it can; it may compile for that.
    """

    name: str
    start: Callable[[Case, int], Callable[[], Moves | Record | Timed]]
    runs: int
    exact: bool = True
    missing: Callable[[], str] = str


def world_of(case: Case, runs: int) -> World:
    """Return the numbers of the first replicates of a case."""
    return world(case.scenario, np.arange(runs, dtype=np.uint64), case.scenario.seed or 0)


# (a) ----------------------------------------------------------------------------------------------


def plain(case: Case, runs: int) -> Callable[[], Moves]:
    """The reference of the tests: Mesa, one agent, one move and one term at a time."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from reference.plain import Hedging

        models = [Hedging(case.scenario, r, case.scenario.seed or 0) for r in range(runs)]

    def play() -> Moves:
        for model in models:
            for _ in range(case.rounds):
                model.step()
        return _numbered([model.history for model in models], case)

    return play


def _numbered(histories: list[Any], case: Case) -> Moves:
    """Number the moves in the logs of the reference."""
    partners = case.scenario.partners
    rows = [None, *((k, p, sign) for sign in (1, -1) for k in INSTRUMENTS for p in partners)]
    number = {row: at for at, row in enumerate(rows)}
    countries = case.scenario.countries
    return np.array(
        [[[number[h[t][i].move] for h in histories] for i in countries] for t in range(case.rounds)]
    )


# (b) ----------------------------------------------------------------------------------------------


def agents(case: Case, runs: int) -> Callable[[], Moves]:
    """Mesa agents that price their whole menu with NumPy, one agent after another."""
    from .vectorised import Hedging

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [Hedging(case.scenario, r) for r in range(runs)]

    def play() -> Moves:
        for model in models:
            for _ in range(case.rounds):
                model.step()
        return np.stack([np.array(model.moves) for model in models], axis=-1)

    return play


# (c), (d) -----------------------------------------------------------------------------------------


class Rounds(Block):
    """The NumPy kernel without step 8; it keeps the moves."""

    def __init__(self, given: World) -> None:
        super().__init__(given)
        self.moved: list[NDArray[np.int64]] = []
        self.override = self._keep

    def _keep(self, block: Block, values: Any, feasible: Any, chosen: NDArray[np.int64]) -> None:
        self.moved.append(chosen.copy())

    def record_quarter(self, incident: Any, visited: Any) -> None:
        """8: leave it out."""

    def play(self) -> Moves:
        """Play all rounds."""
        structure = self.world.structure
        for _ in range(structure.rounds):
            self.step()
        shape = (structure.rounds, len(structure.countries), self.world.replicates.size)
        return np.array(self.moved).reshape(shape)


class Reevaluated(Rounds):
    """NumPy over all decisions, with the utility of every portfolio of the menu worked out anew."""

    def menu(self) -> tuple[NDArray, NDArray[np.bool_], NDArray]:
        """Value and feasibility of every move, and precision."""
        structure, q, form = self.world.structure, self.frame, self.form
        x = self.ties
        held = payoff.utility(form, x)
        values = [np.zeros_like(held)]
        for sign in (1.0, -1.0):
            for k, step in enumerate(structure.step):
                for p in range(x.shape[1]):
                    before = x[k, p].copy()
                    x[k, p] += sign * step
                    values.append(payoff.utility(form, x) - held - form.move_cost[k])
                    x[k, p] = before
        possible = rules.feasible_moves(structure, q, self.state.counts, x, self.most)
        feasible = np.ones((len(values), x.shape[-1]), dtype=bool)
        feasible[1:] = np.concatenate(possible).reshape(len(values) - 1, -1)
        return np.array(values), feasible, q["precision"]


def block(kind: type[Rounds]) -> Callable[[Case, int], Callable[[], Moves]]:
    """Return the start of a contestant that is a block."""
    return lambda case, runs: kind(world_of(case, runs)).play


# (e) ----------------------------------------------------------------------------------------------


KERNELS = ["numpy", "compiled"]
"""Kernels to measure, the fastest last; those that are not installed are passed over."""


def kernel(name: str) -> Callable[[World], Record] | None:
    """Return a kernel of Hedgerow by name; None where it is not installed or not to be measured."""
    if name not in KERNELS or (name == "compiled" and find_spec("numba") is None):
        return None
    # of this version and of those before it, which are measured beside it
    homes = tuple(f"hedgerow.{name}" for name in ("compiled.kernels", "kernels", "atoms"))
    home = next(name for name in homes if find_spec(name))
    found: dict[str, Callable[[World], Record]] = import_module(home).KERNELS
    return found.get(name)


def kernels() -> list[str]:
    """Return the names of the kernels that can be measured."""
    return [name for name in KERNELS if kernel(name)]


def shipped(name: str, single: bool = False) -> Callable[[Case, int], Callable[[], Record]]:
    """Return the start of a kernel as Hedgerow calls it: from the numbers to the record."""

    def start(case: Case, runs: int) -> Callable[[], Record]:
        exact = kernel(name)
        assert exact is not None
        function = partial(exact, precision="single") if single else exact
        function(world_of(case, 1))  # compiles, or reads what was compiled
        given = world_of(case, runs)
        return lambda: function(given)

    return start


def bare(single: bool) -> Callable[[Case, int], Callable[[], Timed]]:
    """Return the start of the compiled kernel without step 8, its rounds alone."""

    def start(case: Case, runs: int) -> Callable[[], Timed]:
        from .bare import play

        given = world_of(case, runs)
        return lambda: play(given, "single" if single else "double")

    return start


def _why_not(name: str) -> str:
    return "" if kernel(name) else "not installed"


def _why_not_bare(case: Case, quick: bool) -> str:
    if kernel("compiled") is None:
        return "not installed"
    if quick:
        return "not compiled for a quick look"
    from .bare import fault

    return fault(world_of(case, 1))


# (f) ----------------------------------------------------------------------------------------------


def native(single: bool) -> Callable[[Case, int], Callable[[], Moves]]:
    """Return the start of the C++ kernel, in single or double precision."""

    def start(case: Case, runs: int) -> Callable[[], Moves]:
        from .native import Kernel

        there = Kernel(world_of(case, runs), single)
        there.open()
        return there.play

    return start


def _why_not_native(case: Case) -> str:
    from .native import compiler, library

    if compiler() is None:
        return "no C++ compiler"
    try:
        library(len(case.scenario.partners), len(case.scenario.futures))
    except subprocess.CalledProcessError:
        return "not compiled by this compiler"
    return ""


def contestants(case: Case, quick: bool) -> list[Contestant]:
    """Return who plays a case, each with as many replicates at a time as suits it."""
    shipped_width = 16 if quick else 128  # a leaf
    width = 16 if quick else 512 if len(case.scenario.countries) == 1 else 128
    no_bare = partial(_why_not_bare, case, quick)
    none = partial(_why_not, "compiled")
    found = [
        Contestant("plain Mesa", plain, 1),
        Contestant("NumPy kernel", block(Rounds), width),
        Contestant("NumPy kernel as shipped", shipped("numpy"), shipped_width),
        Contestant("compiled kernel", bare(False), width, missing=no_bare),
        Contestant("compiled kernel as shipped", shipped("compiled"), shipped_width, missing=none),
        Contestant("compiled kernel, single", bare(True), width, False, no_bare),
        Contestant(
            "compiled, single, as shipped", shipped("compiled", True), shipped_width, False, none
        ),
    ]
    if case.variant == "full":
        return found
    by_hand = partial(_why_not_native, case)
    return [
        found[0],
        Contestant("agents with NumPy menus", agents, 1),
        Contestant("NumPy, every move anew", block(Reevaluated), width),
        *found[1:],
        Contestant("C++ by hand", native(False), width, missing=by_hand),
        Contestant("C++ by hand, float32", native(True), width, False, by_hand),
    ]
