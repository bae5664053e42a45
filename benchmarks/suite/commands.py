"""The section ``commands``: whole commands, as a user sees them."""

import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from .measure import hedgerow, load

JOBS = (("vietnam", 1000), ("asean", 200))


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Run each command once, figures included; quick means a twentieth of the runs."""
    before = load()
    rows = [_run(name, runs // (20 if quick else 1)) for name, runs in JOBS]
    return {"load": [before, load()], "rows": rows}


def _run(scenario: str, runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        options = ["--runs", str(runs), "--out", str(out), "--quiet"]
        ended = hedgerow("run", scenario, *options)
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        settings = tomllib.loads((out / "scenario.toml").read_text(encoding="utf-8"))
    quarters = 4 * (settings["time"]["end"] - settings["time"]["start"] + 1)
    desks = sum(one["kind"] == "steps" for one in settings["instruments"].values())
    decisions = len(settings["countries"]) * desks * quarters * manifest["runs_stored"]
    return {
        "command": f"hedgerow run {scenario} --runs {runs}",
        "runs": manifest["runs_stored"],
        "decisions": decisions,
        "seconds": ended.seconds,
        "processor": ended.processor,
        "simulating": manifest["seconds"],
        "decisions_per_second": decisions / manifest["seconds"],
        "peak": ended.peak,
    }


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    lines = ["", f"whole commands (load {before} to {after})"]
    lines.append(
        f"  {'command':34}{'seconds':>9}{'processor':>11}{'simulating':>12}"
        f"{'decisions/s':>13}{'peak MB':>9}"
    )
    for row in result["rows"]:
        lines.append(
            f"  {row['command']:34}{row['seconds']:>9.2f}{row['processor']:>11.2f}"
            f"{row['simulating']:>12.2f}{row['decisions_per_second']:>13,.0f}"
            f"{row['peak'] / 1e6:>9.0f}"
        )
    return lines
