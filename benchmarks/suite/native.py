"""The hand-written C++ desks: building them, and playing with them.

They are compiled when they are asked for, with the compiler that is there, for the processor that
is there, into a temporary folder. Nothing of it is shipped.
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

from hedgerow.model import desks as model
from hedgerow.model.parameters import DT, Kind, World
from hedgerow.model.payoff import bend
from hedgerow.model.rules import most_steps, range_steps
from hedgerow.model.simulate import Block

from .desks import Counts, at_rest, order

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
def library(partners: int, futures: int, desks: int) -> ctypes.CDLL:
    """Compile the desks for a number of partners, futures and step instruments, and load them.

    Raises:
        FileNotFoundError: there is no compiler.
        subprocess.CalledProcessError: it does not compile.
    """
    program = compiler()
    if program is None:
        raise FileNotFoundError("no C++ compiler")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "native.so"
        sizes = (f"-DPARTNERS={partners}", f"-DFUTURES={futures}", f"-DDESKS={desks}")
        extra = ("-Wno-psabi", "-shared", "-fPIC")
        subprocess.run([program, *FLAGS, *sizes, *extra, "-o", built, SOURCE], check=True)
        opened = ctypes.CDLL(str(built))
    opened.open_block.restype = ctypes.c_void_p
    return opened


class Native:
    """A block of replicates for the hand-written desks.

    Raises:
        ValueError: the replicates do not fill its vectors.
    """

    def __init__(self, world: World) -> None:
        self._block = ctypes.c_void_p()
        structure = world.structure
        steps = structure.of(Kind.STEPS)
        self._library = library(len(structure.partners), len(structure.futures), len(steps))
        lanes = self._library.lanes()
        if world.replicates.size % lanes:
            raise ValueError(f"replicates come in multiples of {lanes}")
        self._shape = len(steps), *(len(structure.partners), len(structure.countries))
        self._shape = (*self._shape, world.replicates.size)
        first, second = structure.poles
        sizes = _Sizes(
            partners=len(structure.partners),
            countries=len(structure.countries),
            replicates=world.replicates.size,
            futures=len(structure.futures),
            desks=len(steps),
            first=first,
            second=second,
        )
        arrays, places = arrays_of(at_rest(world)), _places(world)
        self._block = ctypes.c_void_p(
            self._library.open_block(
                ctypes.byref(sizes),
                ctypes.byref(_Arrays(**{n: array.ctypes.data for n, array in arrays.items()})),
                ctypes.byref(_Places(**{n: array.ctypes.data for n, array in places.items()})),
                ctypes.c_int64(structure.rounds),
                ctypes.c_uint64(world.seed),
            )
        )

    def play(self, first: int, last: int) -> None:
        """Play some quarters."""
        self._library.play_block(self._block, ctypes.c_int64(first), ctypes.c_int64(last))

    def counts(self) -> Counts:
        """Return the ties that are left."""
        found = np.empty(self._shape)
        self._library.counts_of(self._block, ctypes.c_void_p(found.ctypes.data))
        return found.astype(np.int64)

    def __del__(self) -> None:
        if self._block:
            self._library.close_block(self._block)


def arrays_of(block: Block) -> dict[str, NDArray[np.float64]]:
    """Return all arrays of the desks in their order, (…, N·R) but for ``step``."""
    world, q, s = block.world.structure, block.frame, block.state
    form, point = block.mind.form, block.point
    steps = list(world.of(Kind.STEPS))
    d = q.n * q.r
    kept = ("x", "a", "y", "pull", "risk", "safe", "tilt")
    found: dict[str, Any] = vars(form) | {name: getattr(point, name) for name in kept}
    of_steps = ("salience", "exposure", "curvature", "linear", "x")
    found |= {name: found[name][steps] for name in of_steps}
    found |= {
        "step": world.step[steps],
        "log_habit": np.log(0.5 * DT * q["rate"][steps]),
        "bend": np.stack([bend(form, k) for k in steps]),
        "most": most_steps(world, q)[steps],
        "reach": np.stack([range_steps(world, q, k) for k in steps]),
        "pressing": 0.5 * form.security * form.beliefs,
        "gain": form.gain[:, steps],
        "omega": block.omega("steps"),
        "tilt_max": np.minimum(np.repeat(world.rules.tilt_max, q.r), 1e30),
        "counts": s.counts[steps],
    }
    arrays = {n: np.array(found[n], dtype=np.float64, order="C") for n in members("Arrays")}
    assert all(name == "step" or array.shape[-1] == d for name, array in arrays.items())
    return arrays


def _places(world: World) -> dict[str, NDArray[np.uint64]]:
    """Return the order of the desks, the codes of random streams and the replicates."""
    steps, codes = list(world.structure.of(Kind.STEPS)), model.codes(world.structure)
    found = {
        "order": order(world),
        "desk": codes.desk[steps],
        "tie": codes.tie[steps],
        "replicates": world.replicates,
    }
    return {n: np.ascontiguousarray(found[n], dtype=np.uint64) for n in members("Places")}
