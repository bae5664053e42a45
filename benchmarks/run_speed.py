"""Speed and memory of the command line: see README.md in this folder."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

JOBS = (("vietnam", 1000), ("asean", 200))
HELP_CALLS = 5


def hedgerow(*arguments: str) -> tuple[float, float]:
    """Run ``hedgerow`` with `arguments`; return its seconds and its peak memory in MB.

    The peak is that of the largest process: the command itself or one of its workers.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "hedgerow", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    _, status, usage = os.wait4(process.pid, 0)  # of the process and its finished children
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"hedgerow {' '.join(arguments)} failed with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 1e6


def measure(scenario: str, runs: int, workers: int | None, kernel: str | None) -> dict[str, object]:
    """Run one scenario and return a row of the table."""
    extra = [] if workers is None else ["--workers", str(workers)]
    extra += [] if kernel is None else ["--kernel", kernel]
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        options = ["--runs", str(runs), "--out", str(out), "--quiet", *extra]
        seconds, peak = hedgerow("run", scenario, *options)
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        settings = tomllib.loads((out / "scenario.toml").read_text(encoding="utf-8"))
    quarters = 4 * (settings["time"]["end"] - settings["time"]["start"] + 1)
    decisions = len(settings["countries"]) * quarters * manifest["runs_stored"]
    return {
        "command": f"hedgerow run {scenario} --runs {runs}",
        "kernel": manifest["kernel"],
        "runs": manifest["runs_stored"],
        "decisions": decisions,
        "seconds": round(seconds, 2),
        "simulating": round(manifest["seconds"], 2),
        "decisions_per_second": round(decisions / manifest["seconds"]),
        "peak_mb": round(peak),
    }


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the runs")
    parser.add_argument("--workers", type=int, help="passed on to hedgerow run")
    parser.add_argument("--kernel", help="passed on to hedgerow run")
    chosen = parser.parse_args()
    hedgerow("--help")  # compiles byte code
    measure("threshold", 1, 1, chosen.kernel)  # compiles the kernel, if need be
    help_seconds = min(hedgerow("--help")[0] for _ in range(HELP_CALLS))
    share = 20 if chosen.quick else 1
    rows = [measure(name, runs // share, chosen.workers, chosen.kernel) for name, runs in JOBS]
    if chosen.json:
        about = {"python": platform.python_version(), "cores": os.cpu_count()}
        print(json.dumps({"jobs": rows, "help_seconds": round(help_seconds, 3)} | about, indent=2))
        return
    print(f"{'command':34}{'seconds':>9}{'simulating':>12}{'decisions/s':>13}{'peak MB':>9}")
    for row in rows:
        print(
            f"{row['command']:34}{row['seconds']:>9}{row['simulating']:>12}"
            f"{row['decisions_per_second']:>13,}{row['peak_mb']:>9}"
        )
    print(f"{'hedgerow --help':34}{help_seconds:>9.2f}")


if __name__ == "__main__":
    main()
