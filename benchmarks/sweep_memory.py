"""Memory and pace of many runs: does the parent's or a worker's memory grow with their number?

``python benchmarks/sweep_memory.py`` runs ``vietnam`` with ``--keep summary`` for 10,000 and for
100,000 runs, once as a run and once as a sweep of points with 1000 runs each. Peaks are what the
system counted for each process (``VmHWM`` of Linux).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = (10_000, 100_000)
EACH = 1000
LOOK = 0.05  # seconds from one look to the next
SWEEP = """schema = 2
title = "Many points"
extends = "{scenario}"
[sweep]
design = "latin"
points = {points}
replicates = {each}
measures = ["alignment_index"]
[sweep.over]
"behaviour.autonomy" = {{ low = 0.0, high = 1.0 }}
"partners.USA.will" = {{ low = 0.1, high = 1.0 }}
"""


@dataclass
class Row:
    """What one command took.

    Attributes:
        command: as one would type it.
        runs: that it stored.
        seconds: from start to end. pace: runs a second.
        parent, worker: peak of resident memory in MB, of the largest worker.
        disk, waiting: MB of the result, and the most that it took while at work.
    """

    command: str
    runs: int
    seconds: float
    pace: float
    parent: float
    worker: float
    disk: float
    waiting: float


class Peaks:
    """The peak memory of a process and of its workers, looked up while they run."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._bytes: dict[int, int] = {}

    def look(self) -> None:
        """Look at all of them."""
        for process in (self._parent, *_workers(self._parent)):
            self._bytes[process] = max(_peak(process), self._bytes.get(process, 0))

    @property
    def parent(self) -> float:
        """MB of the parent."""
        return self._bytes.get(self._parent, 0) / 1e6

    @property
    def worker(self) -> float:
        """MB of the largest worker; 0 without any."""
        workers = {
            process: size for process, size in self._bytes.items() if process != self._parent
        }
        return max(workers.values(), default=0) / 1e6


def _peak(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:  # it is gone
        return 0
    found = text.partition("VmHWM:")[2].split()
    return 1024 * int(found[0]) if found else 0


def _workers(parent: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
            found += [int(child) for child in children if _is_worker(child)]
        except OSError:
            continue
    return found


def _is_worker(process: str) -> bool:
    """Whether a child computes; another one only looks after what processes share."""
    return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()


def size(folder: Path) -> float:
    """Return the MB of all files under a folder."""
    total = 0
    for place, _, names in folder.walk():
        for name in names:
            try:
                total += (place / name).stat().st_size
            except OSError:  # it has got its name, or is no longer needed
                continue
    return total / 1e6


def measure(arguments: list[str], runs: int, workers: int) -> Row:
    """Run a command of hedgerow, and look at it while it runs."""
    options = ["--keep", "summary", "--workers", str(workers), "--seed", "1"]
    shown = " ".join(["hedgerow", arguments[0], Path(arguments[1]).name, *arguments[2:]])
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch, "place")
        place.mkdir()
        command = [sys.executable, "-m", "hedgerow", *arguments, *options]
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--quiet", "--out", str(place / "out")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        peaks, waiting, next_size = Peaks(process.pid), 0.0, 0.0
        while process.poll() is None:
            peaks.look()
            if time.perf_counter() > next_size:
                waiting = max(waiting, size(place))
                next_size = time.perf_counter() + 20 * LOOK
            time.sleep(LOOK)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise SystemExit(f"{shown} failed with {process.returncode}")
        about = json.loads((place / "out" / "manifest.json").read_text(encoding="utf-8"))
        if about["runs_stored"] != runs or about["runs_failed"]:
            raise SystemExit(f"{shown} stored {about['runs_stored']} runs of {runs}")
        disk = size(place)
    return Row(
        command=shown,
        runs=runs,
        seconds=round(seconds, 1),
        pace=round(runs / seconds, 1),
        parent=round(peaks.parent),
        worker=round(peaks.worker),
        disk=round(disk, 1),
        waiting=round(max(waiting, disk), 1),
    )


def as_run(scenario: str, runs: int, workers: int) -> Row:
    """Measure so many runs of one point."""
    return measure(["run", scenario, "--runs", str(runs)], runs, workers)


def as_sweep(scenario: str, runs: int, workers: int) -> Row:
    """Measure so many runs of points with `EACH`, or of two points where that is more."""
    points = max(2, runs // EACH)
    text = SWEEP.format(scenario=scenario, points=points, each=runs // points)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{points}-points.toml")
        path.write_text(text, encoding="utf-8")
        return measure(["sweep", str(path)], runs // points * points, workers)


FORMS = {"run": as_run, "sweep": as_sweep}


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=RUNS, help="numbers of runs")
    parser.add_argument("--form", choices=[*FORMS, "both"], default="both", help="what to run")
    parser.add_argument("--scenario", default="vietnam", help="shipped scenario")
    parser.add_argument("--workers", type=int, default=2, help="processes, two or more")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    if not Path("/proc/self/status").exists():
        raise SystemExit("this needs /proc, which only Linux has")
    forms = [*FORMS] if chosen.form == "both" else [chosen.form]
    rows = {
        form: [FORMS[form](chosen.scenario, runs, chosen.workers) for runs in sorted(chosen.runs)]
        for form in forms
    }
    ratios = {
        form: {
            who: round(getattr(found[-1], who) / max(getattr(found[0], who), 1), 2)
            for who in ("parent", "worker")
        }
        for form, found in rows.items()
    }
    if chosen.json:
        about = {"python": platform.python_version(), "cores": os.cpu_count()}
        listed = {form: [asdict(row) for row in found] for form, found in rows.items()}
        print(json.dumps({"rows": listed, "ratios": ratios} | about, indent=2))
        return
    heads = ("command", "seconds", "runs/s", "parent MB", "worker MB", "disk MB", "at most")
    print(f"{heads[0]:36}" + "".join(f"{head:>11}" for head in heads[1:]))
    for form, found in rows.items():
        for row in found:
            values = (row.seconds, row.pace, row.parent, row.worker, row.disk, row.waiting)
            print(f"{row.command:36}" + "".join(f"{value:>11,}" for value in values))
        print(
            f"  {found[-1].runs / found[0].runs:g} times the runs: "
            f"{ratios[form]['parent']} times the memory of the parent, "
            f"{ratios[form]['worker']} times that of a worker"
        )


if __name__ == "__main__":
    main()
