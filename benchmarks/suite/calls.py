"""The section ``calls``: what a call of `hedgerow.run` adds to the kernel's own time."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import hedgerow
from hedgerow.compiled import kernels
from hedgerow.scenario import load as load_scenario
from hedgerow.scenario.compile import world

from .cases import cut
from .measure import load, race

RUNS = 128
KERNEL = "the kernel alone"


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Time calls for 128 runs of vietnam that write nothing, all warm: processor seconds."""
    scenario = cut(load_scenario("vietnam"), 8 if quick else None)
    kernel = kernels.chosen()
    kernels.prepare(kernel)
    numbers = world(scenario, np.arange(RUNS, dtype=np.uint64), 1)
    how = {"runs": RUNS, "seed": 1, "workers": 1, "kernel": kernel}
    calls: dict[str, Callable[[], object]] = {
        KERNEL: lambda: kernels.simulate(numbers, kernel),
        "run(measure=…)": lambda: hedgerow.run(scenario, measure="alignment_index", **how),
        "run()": lambda: hedgerow.run(scenario, **how),
        "run().summary()": lambda: hedgerow.run(scenario, **how).summary(),
    }
    for call in calls.values():
        call()
    before = load()
    starts: dict[str, Any] = {name: _start(call) for name, call in calls.items()}
    laps = race(starts, repeats + 4, clock=time.process_time)
    own = laps[KERNEL].best
    rows = [
        {"call": name, "seconds": lap.best, "times_kernel": lap.best / own}
        for name, lap in laps.items()
    ]
    return {"load": [before, load()], "kernel": kernel, "rows": rows}


def _start(call: Callable[[], object]) -> Callable[[], Callable[[], object]]:
    return lambda: call


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    title = f"vietnam, {RUNS} runs, {result['kernel']} kernel (load {before} to {after})"
    lines = ["", title, f"  {'call':18}{'milliseconds':>14}{'times the kernel':>18}"]
    for row in result["rows"]:
        milliseconds = 1000 * row["seconds"]
        lines.append(f"  {row['call']:18}{milliseconds:>14,.1f}{row['times_kernel']:>18.2f}")
    return lines
