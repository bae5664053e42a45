"""The section ``workers``: two worker processes against one."""

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import hedgerow
from hedgerow.runs.executor import processes
from hedgerow.scenario import load as load_scenario

from .contestants import kernels
from .measure import load, race

RUNS = {"numpy": 1024, "compiled": 8192}
"""Runs of asean that take several seconds, so that starting processes is a small part."""


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Time asean with one worker and with two, summary only: wall-clock seconds.

    Once with processes that have to start, as the command line does, and once with processes that
    are there already.
    """
    scenario = load_scenario("asean")
    if quick:
        scenario = scenario.replace({"time.end": scenario.start + 1})
    rows = []
    before = load()
    for name in kernels():
        runs = 512 if quick else RUNS[name]
        with processes(1) as one, processes(2) as two:
            for pool, size in ((one, 1), (two, 2)):
                _run(scenario, 128 * 2 * size, name, None, pool)
            laps = race(
                {
                    "one": _call(scenario, runs, name, 1, None),
                    "two": _call(scenario, runs, name, 2, None),
                    "one, warm": _call(scenario, runs, name, None, one),
                    "two, warm": _call(scenario, runs, name, None, two),
                },
                repeats,
                clock=time.perf_counter,
            )
        best = {who: lap.best for who, lap in laps.items()}
        rows.append(
            {
                "kernel": name,
                "runs": runs,
                "seconds": best,
                "speedup": best["one"] / best["two"],
                "speedup_warm": best["one, warm"] / best["two, warm"],
            }
        )
    return {"load": [before, load()], "cores": os.cpu_count(), "rows": rows}


def _call(
    scenario: hedgerow.Scenario, runs: int, name: str, workers: int | None, pool: Executor | None
) -> Callable[[], Callable[[], None]]:
    return lambda: lambda: _run(scenario, runs, name, workers, pool)


def _run(
    scenario: hedgerow.Scenario, runs: int, name: str, workers: int | None, pool: Executor | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hedgerow.run(
            scenario,
            runs=runs,
            seed=1,
            workers=workers,
            executor=pool,
            kernel=name,
            keep="summary",
            out=Path(folder) / "out",
            progress=False,
        )


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    lines = ["", f"asean, summary only, {result['cores']} cores (load {before} to {after})"]
    lines.append(
        f"  {'kernel':10}{'runs':>7}{'one':>9}{'two':>9}{'gain':>7}"
        f"{'one, warm':>12}{'two, warm':>12}{'gain':>7}"
    )
    for row in result["rows"]:
        s = row["seconds"]
        lines.append(
            f"  {row['kernel']:10}{row['runs']:>7,}{s['one']:>8.2f}s{s['two']:>8.2f}s"
            f"{row['speedup']:>7.2f}{s['one, warm']:>11.2f}s{s['two, warm']:>11.2f}s"
            f"{row['speedup_warm']:>7.2f}"
        )
    return lines
