"""Clocks, races between contestants, child processes, and what machine this is."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("hedgerow", "numpy", "numba", "mesa", "pyarrow", "pandas", "matplotlib")


@dataclass
class Lap:
    """What a contestant has done: processor seconds of every repeat, and its last result."""

    seconds: list[float] = field(default_factory=list)
    result: Any = None

    @property
    def best(self) -> float:
        """The least time, which other processes disturbed the least."""
        return min(self.seconds)


@dataclass(frozen=True)
class Timed:
    """A result that tells itself how many seconds of it count."""

    seconds: float
    result: Any


Start = Callable[[], Callable[[], Any]]
"""Sets a contestant up and returns what is to be timed."""


def race(
    starts: Mapping[str, Start],
    repeats: int,
    clock: Callable[[], float] = time.thread_time,
) -> dict[str, Lap]:
    """Time contestants in turn, `repeats` times around, so that all see the same weather.

    Setting up is not timed. The clock counts the processor time of this thread, by default.
    """
    laps = {name: Lap() for name in starts}
    for _ in range(repeats):
        for name, start in starts.items():
            play = start()
            began = clock()
            result = play()
            seconds = clock() - began
            if isinstance(result, Timed):
                seconds, result = result.seconds, result.result
            laps[name].seconds.append(seconds)
            laps[name].result = result
            del play
    return laps


def load() -> float:
    """Load of the machine over the last minute; NaN where the system does not tell."""
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return float("nan")


def machine() -> dict[str, Any]:
    """Tell what the numbers were measured on: processor, cores, system, versions."""
    from .native import compiler_version

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "compiler": compiler_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


@dataclass(frozen=True)
class Child:
    """A process that has ended, with those that it started.

    Attributes:
        seconds: of the clock on the wall.
        processor: seconds of all cores.
        peak: memory of the largest process, in bytes.
        output: what it printed.
    """

    seconds: float
    processor: float
    peak: int
    output: str


def environment() -> dict[str, str]:
    """Variables of a child: those of this process, with byte code allowed to be kept."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)  # of the process and its finished children
seconds = time.perf_counter() - began
processor = usage.ru_utime + usage.ru_stime
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, processor, peak]))
"""
"""Starts a process and tells of it. Itself it is small: a new process counts the memory of the one
that started it."""


def child(*arguments: str) -> Child:
    """Run ``python`` with `arguments` to its end.

    Raises:
        RuntimeError: it failed.
    """
    command = [sys.executable, "-I", "-S", "-c", LAUNCHER, sys.executable, *arguments]
    ended = subprocess.run(
        command, stdout=subprocess.PIPE, env=environment(), text=True, check=True
    )
    output, _, last = ended.stdout.rstrip("\n").rpartition("\n")
    code, seconds, processor, peak = json.loads(last)
    if code:
        raise RuntimeError(f"python {' '.join(arguments)} failed with {code}")
    return Child(seconds, processor, peak, output)


def hedgerow(*arguments: str) -> Child:
    """Run ``hedgerow`` with `arguments` to its end."""
    return child("-m", "hedgerow", *arguments)
