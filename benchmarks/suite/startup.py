"""The section ``startup``: imports, help, the first result, the first figure."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .contestants import kernel
from .measure import child, environment, hedgerow, load

IMPORTS = ("numpy", "hedgerow", "hedgerow.runs.ensemble", "hedgerow.model.simulate", "mesa")
RUNS = 200
GLANCE = 0.005
"""Seconds between two looks for a figure."""

FIRST_CALL = """
import time
import numpy as np
from hedgerow.scenario import load
from hedgerow.scenario.compile import world
from suite.contestants import kernel
given = world(load("vietnam", {"time.end": 1996}), np.arange(1, dtype=np.uint64), 1)
began = time.perf_counter()
kernel("compiled")(given)
print(time.perf_counter() - began)
"""


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Take wall-clock seconds of fresh processes, byte code compiled; the least of some."""
    before = load()
    runs = 16 if quick else RUNS
    result: dict[str, Any] = {
        "runs": runs,
        "imports": {name: _import(name, repeats) for name in IMPORTS},
        "help": min(hedgerow("--help").seconds for _ in range(max(repeats, 3) + 1)),
        "help_processor": min(hedgerow("--help").processor for _ in range(repeats)),
        "first_call": first_call(repeats) if kernel("compiled") else None,
    }
    moments = [_moments(runs) for _ in range(repeats)]
    result |= {name: min(moment[name] for moment in moments) for name in moments[0]}
    return result | {"load": [before, load()]}


def _import(name: str, repeats: int) -> float:
    """Seconds of an import, less those of a Python that does nothing."""
    empty = min(child("-c", "pass").seconds for _ in range(repeats + 1))
    return min(child("-c", f"import {name}").seconds for _ in range(repeats + 1)) - empty


def first_call(repeats: int) -> float:
    """Seconds of the first call of the compiled kernel in a process, compiled code on disk.

    One run of one year, with the import of the compiler's library; all else is imported before.
    """
    folder = str(Path(__file__).resolve().parents[1])
    script = f"import sys; sys.path.insert(0, {folder!r})" + FIRST_CALL
    child("-c", script)  # compiles and keeps
    return min(float(child("-c", script).output) for _ in range(repeats))


def _moments(runs: int) -> dict[str, float]:
    """Seconds from the start of ``hedgerow run vietnam`` to tables, first figure and end."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        options = ["--runs", str(runs), "--out", str(out), "--quiet"]
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "hedgerow", "run", "vietnam", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment(),
        )
        tables = figure = None
        while process.poll() is None:
            now = time.perf_counter() - began
            if tables is None and (out / "manifest.json").exists():
                tables = now
            if figure is None and any(f.stat().st_size for f in (out / "figures").glob("*")):
                figure = now
            time.sleep(GLANCE)
        end = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"hedgerow run vietnam failed with {process.returncode}")
        return {"tables": tables or end, "first_figure": figure or end, "all_figures": end}


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    lines = ["", f"seconds until … (load {before} to {after})"]
    rows = [(f"import {name}", seconds) for name, seconds in result["imports"].items()]
    rows.append(("hedgerow --help", result["help"]))
    rows.append(("hedgerow --help, processor", result["help_processor"]))
    if result["first_call"] is not None:
        rows.append(("first call of the compiled kernel", result["first_call"]))
    run = f"hedgerow run vietnam --runs {result['runs']}"
    rows += [
        (f"{run}: tables", result["tables"]),
        (f"{run}: first figure", result["first_figure"]),
        (f"{run}: all figures", result["all_figures"]),
    ]
    return lines + [f"  {name:48}{seconds:>8.2f}" for name, seconds in rows]
