"""The section ``interactive``: answers while somebody waits, with everything warm."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import hedgerow
from hedgerow.model.parameters import World
from hedgerow.model.record import Record
from hedgerow.results.records import pick
from hedgerow.results.summary import PointSummary, reduce_leaf
from hedgerow.runs.chunks import LEAF
from hedgerow.runs.ensemble import axes_of, suited
from hedgerow.scenario import load as load_scenario
from hedgerow.scenario.compile import world

from .cases import cut
from .contestants import kernel, kernels
from .measure import load, race

RUNS = (128, 1000)


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Time vietnam to 2035 with its summary in memory, in this process: wall-clock seconds.

    The scenario is loaded and compiled; priors are drawn, rounds played, the summary made.
    """
    scenario = cut(load_scenario("vietnam"), 8 if quick else None)
    before = load()
    starts: dict[str, Any] = {}
    for name in kernels():
        function = kernel(name)
        assert function is not None
        for runs in RUNS:
            starts[f"{name} {runs}"] = _start(scenario, name, function, runs)
            answer(scenario, name, function, 1)
    laps = race(starts, repeats + 2, clock=time.perf_counter)
    rows = [
        {"kernel": name, "runs": runs, "seconds": laps[f"{name} {runs}"].best}
        for name in kernels()
        for runs in RUNS
    ]
    return {"load": [before, load()], "years": scenario.end - scenario.start + 1, "rows": rows}


def _start(
    scenario: hedgerow.Scenario, name: str, function: Callable[[World], Record], runs: int
) -> Callable[[], Callable[[], int]]:
    return lambda: lambda: answer(scenario, name, function, runs)


def answer(
    scenario: hedgerow.Scenario, name: str, function: Callable[[World], Record], runs: int
) -> int:
    """Play some runs and summarise them; return the rows of the summary."""
    axes = axes_of(scenario)
    summary = PointSummary(axes, 0, runs, name)
    block = LEAF * suited(len(axes.countries))
    for first in range(0, runs, block):
        replicates = np.arange(first, min(first + block, runs), dtype=np.uint64)
        record = function(world(scenario, replicates, scenario.seed or 0))
        for low in range(0, replicates.size, LEAF):
            leaf = pick(record, slice(low, low + LEAF))
            number = (first + low) // LEAF
            summary.add(reduce_leaf(leaf, axes, 0, number, runs, None, name))
    return int(summary.table().num_rows)


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    title = f"vietnam, {result['years']} years, summary in memory (load {before} to {after})"
    lines = ["", title, f"  {'kernel':10}{'runs':>7}{'milliseconds':>14}"]
    for row in result["rows"]:
        lines.append(f"  {row['kernel']:10}{row['runs']:>7,}{1000 * row['seconds']:>14,.0f}")
    return lines
