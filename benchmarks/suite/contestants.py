"""Who plays: from one agent at a time in plain Python to C++ by hand.

Each contestant is set up outside the clock and then plays a case for some replicates, numbered from
0. All draw the same random numbers and are to choose the same: those of a whole scenario have the
same choices, events and yearly measures, those of its desks the same ties after every quarter.
"""

import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from hedgerow.compiled.kernels import KERNELS as SHIPPED
from hedgerow.compiled.kernels import prepare
from hedgerow.model.parameters import Kind, World
from hedgerow.model.record import Record
from hedgerow.scenario.compile import world

from .cases import Case
from .desks import FIRST, Compiled, Desks, Numpy

TESTS = Path(__file__).resolve().parents[2] / "tests"


@dataclass(frozen=True)
class Contestant:
    """One way to play.

    Attributes:
        name: for tables.
        start: sets up a world and returns what plays it: of a whole scenario a function without
            arguments that returns its result, of desks a `Desks`.
        runs: replicates that it plays at a time.
        missing: tells why it cannot play here, or nothing where it can; it may compile for that.
    """

    name: str
    start: Callable[[World], Any]
    runs: int
    missing: Callable[[], str] = str


def world_of(case: Case, runs: int) -> World:
    """Return the numbers of the first replicates of a case."""
    return world(case.scenario, np.arange(runs, dtype=np.uint64), case.scenario.seed or 0)


# whole scenarios ----------------------------------------------------------------------------------


def reference(module: str) -> Any:
    """Return a module of the reference of the tests."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return __import__(f"reference.{module}", fromlist=["reference"])


def plain(given: World) -> Callable[[], list[Any]]:
    """The reference of the tests: Mesa, one agent, one option and one term at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [reference("plain").Hedging(given, r) for r in range(given.replicates.size)]

    def play() -> list[Any]:
        for model in models:
            for _ in range(given.structure.rounds):
                model.step()
        return models

    return play


def shipped(name: str) -> Callable[[World], Callable[[], Record]]:
    """Return the start of a kernel as Hedgerow calls it: from the numbers to the record."""

    def start(given: World) -> Callable[[], Record]:
        function = kernel(name)
        assert function is not None
        prepare(name)
        return lambda: function(given)

    return start


def require_alike(given: World, models: list[Any], record: Record) -> None:
    """Raise unless a record has what models of the reference have: choices, events, measures.

    Raises:
        reference.oracle.Mismatch: it has something else; the message tells where.
    """
    oracle, structure = reference("oracle"), given.structure
    block = SimpleNamespace(world=given, record=record)
    for r, model in enumerate(models):
        oracle.equal(f"choices of replicate {r}:", oracle.choices_of(block, r), model.choices)
        oracle.equal(f"events of replicate {r}:", oracle.events_of(block, r), model.events)
        for year, measures in enumerate(model.years):
            for i, code in enumerate(structure.countries):
                where = f"year {year}, replicate {r}, {code}:"
                oracle.equal(where, oracle.year_of(block, i, r, year), measures[code])


KERNELS = ["numpy", "compiled"]
"""Kernels to measure, the fastest last; those that are not installed are passed over."""


def kernel(name: str) -> Callable[[World], Record] | None:
    """Return a kernel of Hedgerow by name; None where it is not installed or not to be measured."""
    if name not in KERNELS or (name == "compiled" and find_spec("numba") is None):
        return None
    return SHIPPED[name]


def kernels() -> list[str]:
    """Return the names of the kernels that can be measured."""
    return [name for name in KERNELS if kernel(name)]


# desks --------------------------------------------------------------------------------------------


def agents(given: World) -> Desks:
    """Mesa agents that price a desk's whole menu with NumPy, one agent after another."""
    from .vectorised import Agents

    return Agents(given)


def native(given: World) -> Desks:
    """C++ by hand."""
    from .native import Native

    return Native(given)


def _why_not(name: str) -> str:
    return "" if kernel(name) else "not installed"


def _why_not_native(case: Case) -> str:
    from .native import compiler, library

    if compiler() is None:
        return "no C++ compiler"
    structure = world_of(case, 1).structure
    try:
        library(len(structure.partners), len(structure.futures), len(structure.of(Kind.STEPS)))
    except subprocess.CalledProcessError:
        return "not compiled by this compiler"
    return ""


def contestants(case: Case, quick: bool) -> list[Contestant]:
    """Return who plays a case, each with as many replicates at a time as suits it."""
    width = 16 if quick else 512 if len(case.scenario.countries) == 1 else 128
    none = partial(_why_not, "compiled")
    if case.variant == "full":
        leaf = 16 if quick else 128
        return [
            Contestant("plain Mesa", plain, 1),
            Contestant("NumPy kernel", shipped("numpy"), leaf),
            Contestant("compiled kernel", shipped("compiled"), leaf, none),
        ]
    return [
        Contestant("agents with NumPy menus", agents, 1),
        Contestant("NumPy kernel", Numpy, width),
        Contestant("compiled kernel", Compiled, width, none),
        Contestant("C++ by hand", native, width, partial(_why_not_native, case)),
    ]


def rounds_of(case: Case) -> range:
    """The quarters that contestants of a case play."""
    return range(FIRST if case.variant == "desks" else 0, case.rounds)
