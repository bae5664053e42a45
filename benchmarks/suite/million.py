"""The section ``million``: a million runs of vietnam on two cores. Only when it is asked for."""

import tempfile
import time
from pathlib import Path
from typing import Any

import hedgerow
from hedgerow.results.columns import instruments_of
from hedgerow.runs.chunks import LEAF
from hedgerow.scenario import load as load_scenario

from .cases import cut
from .contestants import kernels
from .measure import load
from .shares import chunk, output_of_compute

RUNS = 1_000_000


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Run them with the fastest kernel and two workers, summary only: wall-clock seconds.

    The share of output comes from some leaves of the same job in this process. Quick means 10,240
    runs of two years.
    """
    scenario = cut(load_scenario("vietnam"), 8 if quick else None)
    runs = 10_240 if quick else RUNS
    name = kernels()[-1]
    parts = chunk(scenario, name, "summary", 2 if quick else 16, runs)
    before = load()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        began = time.perf_counter()
        results = hedgerow.run(
            scenario,
            runs=runs,
            seed=1,
            workers=2,
            kernel=name,
            keep="summary",
            out=out,
            progress=False,
        )
        seconds = time.perf_counter() - began
        failed = results.manifest["runs_failed"]
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    years = scenario.end - scenario.start + 1
    desks = list(instruments_of(scenario).values()).count("steps")
    return {
        "load": [before, load()],
        "kernel": name,
        "runs": runs,
        "failed": failed,
        "years": years,
        "seconds": seconds,
        "decisions_per_second": runs * 4 * years * desks / seconds,
        "bytes": size,
        "leaf": LEAF,
        "shares": {part: s / sum(parts.values()) for part, s in parts.items()},
        "output_of_compute": output_of_compute(parts),
    }


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    return [
        "",
        f"{result['runs']:,} runs of vietnam, {result['years']} years, summary only, two workers, "
        f"{result['kernel']} kernel (load {before} to {after})",
        f"  {result['seconds']:,.0f} seconds, {result['runs'] / result['seconds']:,.0f} runs/s, "
        f"{result['decisions_per_second']:,.0f} decisions/s, {result['failed']} failed",
        f"  {result['bytes'] / 1e6:,.0f} MB stored; output takes "
        f"{result['output_of_compute']:.1%} of the time of all else",
    ]
