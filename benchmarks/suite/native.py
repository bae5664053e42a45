"""The hand-written C++ kernel: building it, and playing a block with it.

It is compiled when it is asked for, with the compiler that is there, for the processor that is
there, into a temporary folder. Nothing of it is shipped.
"""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedgerow.model.numbers import PER_COUNTRY
from hedgerow.model.parameters import DT, TRADE, VOICE, World
from hedgerow.model.simulate import Block
from hedgerow.model.streams import code_of
from hedgerow.model.terms import TERMS

SOURCE = Path(__file__).with_name("native.cpp")
FLAGS = (
    "-std=c++17",
    "-O3",
    "-march=native",
    "-ffinite-math-only",
    "-fno-signed-zeros",
    "-fno-trapping-math",
    "-fno-math-errno",
)
LIVE = frozenset({"futures", "incidents", "pipeline", "stocks"})
"""Processes of a round that the kernel plays; it knows no others."""


def members(struct: str) -> tuple[str, ...]:
    """Return the names of the members of a struct of native.cpp, in their order."""
    found = re.search(rf"struct {struct} {{(.*?)}};", SOURCE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return tuple(re.findall(r"(\w+)\s*(?=[,;])", re.sub("//.*", "", found[1])))


class _Sizes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_int64) for name in members("Sizes"))


class _Arrays(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_void_p) for name in members("Arrays"))


class _Places(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_void_p) for name in members("Places"))


def compiler() -> str | None:
    """Return the C++ compiler: that of ``CXX``, or the first there is; None without any."""
    named = os.environ.get("CXX")
    for name in (named,) if named else ("g++", "clang++", "c++"):
        found = shutil.which(name)
        if found:
            return found
    return None


def compiler_version() -> str:
    """Return the first line that the compiler says of itself, or that there is none."""
    program = compiler()
    if program is None:
        return "none"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return told.stdout.splitlines()[0]


@cache
def library(partners: int, futures: int) -> ctypes.CDLL:
    """Compile the kernel for a number of partners and futures, and load it.

    Raises:
        FileNotFoundError: there is no compiler.
        subprocess.CalledProcessError: it does not compile.
    """
    program = compiler()
    if program is None:
        raise FileNotFoundError("no C++ compiler")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "native.so"
        sizes = (f"-DPARTNERS={partners}", f"-DFUTURES={futures}")
        extra = ("-Wno-psabi", "-shared", "-fPIC")
        subprocess.run([program, *FLAGS, *sizes, *extra, "-o", built, SOURCE], check=True)
        return ctypes.CDLL(str(built))


class Kernel:
    """A block of replicates for the hand-written kernel; opened, played once and closed.

    Raises:
        ValueError: the world has something that the kernel does not play.
    """

    def __init__(self, world: World, single: bool = False) -> None:
        self._block = ctypes.c_void_p()
        _require(world)
        structure = world.structure
        self.rounds = structure.rounds
        self.library = library(len(structure.partners), len(structure.futures))
        lanes = self.library.lanes_of(4 if single else 8)
        if world.replicates.size % lanes:
            raise ValueError(f"replicates come in multiples of {lanes}")
        block = Block(world)
        self._type = "float" if single else "double"
        self._arrays = _arrays(block)
        self._places = _places(block, self._arrays["peer_weight"])
        q = block.frame
        self._sizes = _Sizes(
            partners=len(structure.partners),
            countries=q.n,
            replicates=q.r,
            futures=len(structure.futures),
            gains=len(q.gain_at),
            sanctions=len(structure.sanctions),
            rivals=len(q.rivals),
            deviations=len(q.deviations),
            peers=len(self._places["peers"]),
        )
        self._seed = ctypes.c_uint64(world.seed)
        self.shape = (structure.rounds, q.n, q.r)

    def state(self, name: str) -> NDArray[np.float64]:
        """Return an array of the state, to look at or to change before `play`."""
        return self._arrays[name]

    def open(self) -> None:
        """Lay the numbers out for the kernel; `play` follows."""
        arrays = _Arrays(**{name: array.ctypes.data for name, array in self._arrays.items()})
        places = _Places(**{name: array.ctypes.data for name, array in self._places.items()})
        function = self._function("open")
        function.restype = ctypes.c_void_p
        self._block = ctypes.c_void_p(
            function(
                ctypes.byref(self._sizes), ctypes.byref(arrays), ctypes.byref(places), self._seed
            )
        )
        if not self._block:
            raise ValueError("the kernel was compiled for another number of partners or futures")

    def play(self) -> NDArray[np.int32]:
        """Play all rounds once; return the moves (T, N, R), numbered as in a menu."""
        moves = np.empty(self.shape, dtype=np.int32)
        out = ctypes.c_void_p(moves.ctypes.data)
        self._function("play")(self._block, ctypes.c_uint32(self.rounds), out)
        return moves

    def close(self) -> None:
        """Write the state back, for `state` to return."""
        if self._block:
            self._function("close")(self._block)
        self._block = ctypes.c_void_p()

    def __del__(self) -> None:
        self.close()

    def _function(self, name: str) -> Any:
        return getattr(self.library, f"{name}_{self._type}")


def _require(world: World) -> None:
    structure = world.structure
    fit = {
        "level 1": structure.level == 1,
        "all terms": structure.terms == frozenset(TERMS),
        f"the processes {', '.join(sorted(LIVE))}": structure.processes == LIVE,
        "nothing dated": not (world.shocks or structure.choices or structure.embargoes),
        "quantal countries": set(structure.strategies) == {"quantal"},
    }
    missing = [name for name, there in fit.items() if not there]
    if missing:
        raise ValueError(f"the kernel plays only worlds with {', '.join(missing)}")


def _arrays(block: Block) -> dict[str, NDArray[np.float64]]:
    """Return all arrays of the kernel, in its order."""
    q, s, world = block.frame, block.state, block.world
    structure, values = world.structure, world.values
    n = q.n
    fixed = q["returns"] * q["capacity"] + q["memory"][:, None] * q["loyalty"]
    fixed[VOICE] -= q["norm"] * q["violation"]
    derived = {
        "rivalry": values["rivalry"] * values["intensity"],
        "peer_weight": values["peer_weight"] * q["peers"].reshape(n, 1, q.r),
        "fixed": fixed,
        "gap": q["needs"] - q["others"],
        "incident_decay": np.exp(-DT / q["incident_memory"]),
        "severity": 1.0 + np.repeat(structure.rules.force, q.r) * q["retaliation"],
        "prior": q.prior,
        "extra_threat": q.extra_threat,
        "gain": q.gain,
        "stock_gain": q.stock_gain,
        "threat_is": q.threat_is,
        "threat_rivalry": q.threat_rivalry,
        "trade_worth": q["returns"][TRADE] * q["capacity"][TRADE],
        "deviation": np.array(
            [q["returns"][d.instrument, d.partner] * d.value for d in q.deviations]
        ),
        "most": block.most,
        "tilt_max": structure.rules.tilt_max,
        "step": structure.step,
    }
    found = {}
    for name in members("Arrays"):
        if name in derived:
            array = derived[name]
        elif hasattr(s, name):
            array = getattr(s, name)
        else:
            array = q[name] if name in PER_COUNTRY else values[name]
        found[name] = np.array(array, dtype=np.float64, order="C")
    return found


def _places(block: Block, peer_weight: NDArray[np.float64]) -> dict[str, NDArray]:
    """Return where things are: coordinates, pairs, codes of random streams."""
    q, structure = block.frame, block.world.structure
    deviations = [(d.future, d.instrument, d.partner) for d in q.deviations]
    found: dict[str, Any] = {
        "gain_at": q.gain_at,
        "rivals": q.rivals,
        "sanctions": structure.sanctions,
        "deviation_at": deviations,
        "peers": np.argwhere(peer_weight.any(axis=-1)),
        "poles": structure.poles,
        "itself": structure.self_partner,
    }
    places = {
        name: np.ascontiguousarray(array, dtype=np.int64)
        if len(array)
        else np.zeros((0, 2), dtype=np.int64)
        for name, array in found.items()
    }
    codes = [code_of(country) for country in structure.countries]
    places["codes"] = np.array(codes, dtype=np.uint64)
    places["replicates"] = np.ascontiguousarray(block.world.replicates, dtype=np.uint64)
    return places
