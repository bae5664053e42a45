"""``hedgerow sweep``, ``resume``, ``status`` and ``run --rerun``."""

import signal
import subprocess
import sys
import time

import pytest
from cli.folders import compiled
from sweep.small import GRID, write

BREAKS = """
[sweep]
replicates = 2
[sweep.over]
"countries.VNM.threat.level" = [0.5, 1e308]
"""


def test_a_sweep_runs_and_says_where_it_lies(call, here):
    done = call("sweep", write(here), "--workers", 1, "--runs", 2)
    assert done.code == 0
    folder = done.out.splitlines()[-1]
    assert folder.startswith("results/small-sweep-")
    assert "12 points, 2 runs each, seed 7: 24 runs stored" in done.out
    assert "100 % · 24 of 24 runs" in done.err
    status = call("status", folder)
    assert (status.code, status.err) == (0, "")
    assert "24 of 24 stored (100 %)" in status.out and "complete" in status.out
    again = call("resume", folder, "--quiet")
    assert (again.code, again.out, again.err) == (0, f"{folder}\n", "")
    assert call("sweep", write(here), "--runs", 2, "--quiet", "--workers", 1).out == f"{folder}-2\n"


def test_failed_runs_give_code_3_and_can_be_repeated(call, here):
    done = call("sweep", write(here, BREAKS), "--workers", 1, "--out", "out")
    assert done.code == 3
    assert "run 2 failed: " in done.err
    assert "hedgerow run --rerun out:2 --debug" in done.err
    assert "RuntimeWarning" not in done.err
    assert call("status", "out").code == 0
    good = call("run", "--rerun", "out:1")
    assert (good.code, good.err) == (0, "")
    assert "point 0, replicate 1" in good.out and "threat.level = 0.5" in good.out
    bad = call("run", "--rerun", "out:2")
    assert bad.code == 3 and "run 2 failed: " in bad.err
    for number in ("²", "１", "-1", ""):  # figures, but no numbers of runs
        told = call("run", "--rerun", f"out:{number}")
        assert told.code == 2 and "expected DIR:RUN" in told.err
    fast = call("sweep", write(here, BREAKS), "--workers", 1, "--out", "fast", "--fail-fast")
    assert fast.code == 3


def test_one_run_of_a_plain_result_is_repeated_too(call, here):
    assert call("run", write(here), "--runs", 2, "--out", "r", "--quiet", "--no-figures").code == 0
    done = call("run", "--rerun", "r:1")
    assert (done.code, done.err) == (0, "")
    assert "Vietnam: alignment index" in done.out
    assert call("status", "r").code == 0


def test_wrong_use_is_refused(refused, here, call):
    write(here)
    refused("sweep", "small-sweep.toml", "--scheduler", "tcp://x:1", telling="--on dask")
    refused("sweep", "vietnam", telling="no [sweep]")
    refused("sweep", "small-sweep.toml", "--runs", 0, telling="--runs")
    refused("resume", "nowhere", telling=["not the folder of a sweep", "hedgerow sweep"])
    refused("resume", "small-sweep.toml", telling="is a file")
    refused("status", "nowhere", telling="not a result folder")
    refused("run", telling="SCENARIO")
    refused("run", "--rerun", "nowhere", telling="DIR:RUN")
    refused("run", "vietnam", "--rerun", "a:1", telling="name no other")
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("keep", encoding="utf-8")
    refused("sweep", "small-sweep.toml", "--out", "full", telling="not empty")
    refused("sweep", "small-sweep.toml", "--out", "full", "--force", telling="mine.txt")


def test_an_unfinished_sweep_can_be_replaced_by_force(call, here):
    from hedgerow.runs import prepare

    prepare(write(here), out="out")
    unfinished = call("status", "out")
    assert unfinished.code == 1
    assert "0 of 36 stored" in unfinished.out and "hedgerow resume out" in unfinished.out
    refused = call("sweep", write(here), "--out", "out")
    assert refused.code == 2 and "force" in refused.err
    assert call("sweep", write(here), "--out", "out", "--force", "--workers", 1).code == 0
    assert call("status", "out").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_cleanly_and_says_how_to_go_on(here, call, number):
    many = GRID.replace("replicates = 3", "replicates = 100")
    write(here, many, end=2004)
    command = [sys.executable, "-m", "hedgerow", "sweep", "small-sweep.toml", "--out", "out"]
    child = subprocess.Popen(
        [*command, "--workers", "2"], cwd=here, env=compiled(), stderr=subprocess.PIPE, text=True
    )
    journal = here / "out" / "journal.jsonl"
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "Go on with: hedgerow resume out" in err
    assert "interrupted" in err and "Traceback" not in err
    status = call("status", "out")
    assert status.code == 1
    assert not (here / "out" / "manifest.json").exists()
    stored = int(status.out.split("runs ")[2].split(" of ")[0])
    assert 0 < stored < 1200
    assert call("resume", "out", "--quiet", "--workers", 1).code == 0
    assert call("status", "out").code == 0
