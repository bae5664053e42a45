"""The section ``scaling``: more runs, more countries, more partners."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import hedgerow
from hedgerow.model.parameters import Kind
from hedgerow.scenario import load as load_scenario
from hedgerow.scenario.compile import world

from .cases import cut, resized
from .contestants import kernel, kernels
from .measure import load, race

RUNS = (1, 10, 100, 1_000, 10_000, 100_000)
COUNTRIES = (1, 2, 5, 11, 20, 50, 100, 200)
PARTNERS = (4, 6, 8, 10, 12, 16, 20)
DECISIONS = 1408
"""Countries times runs in one block while countries and partners are varied: 11 × 128."""
PATIENCE = 1800.0
"""Seconds that one measurement of runs may be expected to take; longer ones are left out."""


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Measure all three.

    Quick means at most 100 runs, one year of countries and partners, and three sizes of each.
    """
    return {
        "load": load(),
        "runs": by_runs(RUNS[:3] if quick else RUNS, repeats),
        "countries": by_size("countries", COUNTRIES[::3] if quick else COUNTRIES, quick, repeats),
        "partners": by_size("partners", PARTNERS[::3] if quick else PARTNERS, quick, repeats),
    }


def by_runs(sizes: tuple[int, ...], repeats: int) -> list[dict[str, Any]]:
    """Time ``hedgerow.run("vietnam", runs, keep="summary", workers=1)``, its files included.

    Processor seconds of the process. From 10,000 runs on it is measured once.
    """
    scenario = load_scenario("vietnam")
    rows = []
    for name in kernels():
        once(scenario, 1, name)
        for runs in sizes:
            seconds = min(
                once(scenario, runs, name) for _ in range(repeats if runs < 10_000 else 1)
            )
            rows.append(
                {
                    "kernel": name,
                    "runs": runs,
                    "seconds": seconds,
                    "runs_per_second": runs / seconds,
                }
            )
            if seconds * 10 > PATIENCE:
                break
    return rows


def once(scenario: hedgerow.Scenario, runs: int, name: str, keep: str = "summary") -> float:
    """Run a scenario into a folder that is then removed; return processor seconds."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        hedgerow.run(
            scenario,
            runs=runs,
            seed=1,
            workers=1,
            kernel=name,
            keep=keep,
            out=Path(folder) / "out",
            progress=False,
        )
        return time.process_time() - began


def by_size(axis: str, sizes: tuple[int, ...], quick: bool, repeats: int) -> list[dict[str, Any]]:
    """Time the rounds of asean with more or fewer countries or partners, records included."""
    scenario = cut(load_scenario("asean"), 4 if quick else 20)
    n = len(scenario.countries)
    rows = []
    for size in sizes:
        count = size if axis == "countries" else n
        runs = max(1, (DECISIONS // 11 if quick else DECISIONS) // count)
        given = resized(
            world(scenario, np.arange(runs, dtype=np.uint64), 1),
            **{axis: size},
        )
        starts: dict[str, Any] = {}
        for name in kernels():
            function = kernel(name)
            assert function is not None
            function(given)  # compiles, where the size asks for it
            starts[name] = lambda function=function, given=given: lambda: function(given)
        rounds = given.structure.rounds
        structure = given.structure
        desks, options = len(structure.of(Kind.STEPS)), 2 * len(structure.partners)
        for name, lap in race(starts, repeats).items():
            speed = rounds * count * desks * runs / lap.best
            rows.append(
                {
                    "kernel": name,
                    axis: size,
                    "runs": runs,
                    "options": options,
                    "decisions_per_second": speed,
                    "options_per_second": speed * options,
                }
            )
    return rows


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    lines = ["", f"vietnam, summary only, one worker (load {result['load']})"]
    lines.append(f"  {'kernel':10}{'runs':>9}{'seconds':>10}{'runs/s':>10}")
    for row in result["runs"]:
        lines.append(
            f"  {row['kernel']:10}{row['runs']:>9,}{row['seconds']:>10.2f}"
            f"{row['runs_per_second']:>10,.0f}"
        )
    for axis in ("countries", "partners"):
        lines += ["", f"asean with more or fewer {axis}, one block"]
        lines.append(f"  {'kernel':10}{axis:>10}{'runs':>7}{'decisions/s':>13}{'options/s':>15}")
        for row in result[axis]:
            lines.append(
                f"  {row['kernel']:10}{row[axis]:>10}{row['runs']:>7}"
                f"{row['decisions_per_second']:>13,.0f}{row['options_per_second']:>15,.0f}"
            )
    return lines
