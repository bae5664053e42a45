"""Kill sweeps at random moments and see that nothing is lost: ``python tests/sweep/kills.py 100``.

Each round kills the parent or one of its workers outright (SIGKILL) at a seeded moment of its work,
and goes on with the sweep until its kills are used up. In the end the digest must be that of a
sweep that was never disturbed, every planned run must be there once, and every part be whole.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cli.folders import compiled
from sweep.small import write

from hedgerow.results import Results
from hedgerow.runs import Workers, prepare, resume, sweep
from hedgerow.runs.inspection import status

POINTS = """
[sweep]
design = "latin"
points = 240
replicates = 2
measures = ["alignment_index"]
[sweep.over]
"partners.USA.will" = { low = 0.0, high = 1.0 }
"behaviour.autonomy" = { low = 0.0, high = 2.0 }
"""
LONG = """
[sweep]
replicates = 2000
measures = ["alignment_index"]
[sweep.over]
"partners.USA.will" = { low = 0.0, high = 1.0, points = 12 }
"""
"""Points of several leaves, which wait on disk for their summary."""

_CHILD = """
import sys
from pathlib import Path
from hedgerow.runs import Workers, resume
resume(sys.argv[1], Workers(processes=int(sys.argv[2]), chunk=int(sys.argv[3]), progress=False))
"""
_LAST = 0.6  # seconds after the start of work within which the blow falls


def undisturbed(folder, design):
    """Return the digest of the sweep when nothing happens to it."""
    team = Workers(processes=1, progress=False)
    whole = sweep(write(folder, design, end=2000), out=folder / "whole", team=team)
    return whole.manifest["tables_digest"]


def torture(folder, design, kills, seed, workers):
    """Kill a sweep again and again, let it end, and return its digest and what was hit."""
    chance = random.Random(seed)
    place = prepare(write(folder, design, end=2000), out=folder / f"killed-{seed}-{workers}")
    hit = []
    for _ in range(kills):
        child = start(place, workers, chance.choice([1, 2, 5]))
        time.sleep(chance.uniform(0.0, _LAST))
        own = children(child.pid) if workers > 1 and chance.random() < 0.4 else []
        if child.poll() is None and own:
            hit.append("worker")
            kill(chance.choice(own))
            time.sleep(chance.uniform(0.0, 0.3))
            # The parent has new workers by now, or will; then it dies as well.
        if child.poll() is None:
            hit.append("parent")
            child.kill()
        else:
            hit.append("nobody")
        child.communicate()
    resume(place, Workers(processes=1, progress=False))
    found = status(place)
    assert found.good, found.problems
    assert Results(place).verify() == []
    return Results(place).manifest["tables_digest"], hit


def start(place, workers, chunk):
    """Start a process that goes on with a sweep, and return it when it is at work."""
    before = (place / "log.txt").stat().st_size if (place / "log.txt").exists() else 0
    command = [sys.executable, "-c", _CHILD, str(place), str(workers), str(chunk)]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, env=compiled())
    deadline = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < deadline:
        if (place / "log.txt").exists() and (place / "log.txt").stat().st_size > before:
            break
        time.sleep(0.005)
    return child


def children(pid):
    """Return the worker processes of a process."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "stat").read_text(encoding="utf-8")
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid and b"spawn_main" in line:
            found.append(int(process.name))
    return found


def kill(pid):
    """Kill a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main():
    """Kill as often as the command line says, in rounds of ten blows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    done, seed, hits = 0, arguments.seed, []
    with tempfile.TemporaryDirectory() as name:
        folders = {design: Path(name, str(i)) for i, design in enumerate((POINTS, LONG))}
        digests = {}
        for design, folder in folders.items():
            folder.mkdir()
            digests[design] = undisturbed(folder, design)
        while done < arguments.kills:
            design = (POINTS, LONG)[seed // 2 % 2]
            digest, hit = torture(
                folders[design], design, min(10, arguments.kills - done), seed, 1 + seed % 2
            )
            good = digest == digests[design]
            print(
                f"seed {seed}: {', '.join(hit)}: {'good' if good else 'ANOTHER DIGEST'}", flush=True
            )
            if not good:
                return 1
            done, seed, hits = done + len(hit) - hit.count("nobody"), seed + 1, hits + hit
    print(
        f"{done} kills, all good: " + ", ".join(f"{hits.count(w)} {w}" for w in sorted(set(hits)))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
