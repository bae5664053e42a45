"""Ctrl-C: a command ends at once, says how to go on, leaves no process, and loses nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.folders import compiled
from sweep import kills
from sweep.small import write

from hedgerow.results import Results
from hedgerow.runs import Workers, prepare, resume
from hedgerow.runs.inspection import status
from hedgerow.runs.journal import lines
from hedgerow.runs.spec import read
from hedgerow.runs.store import Store


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a design, and the digest of its sweep that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, kills.undisturbed(folder, kills.LONG)


@pytest.fixture
def start(tmp_path):
    """Start ``hedgerow`` as the leader of a group of its own, as a shell does."""
    started = []

    def starter(*arguments):
        started.append(_start(tmp_path, *arguments))
        return started[-1]

    yield starter
    for child in started:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()


def _start(here, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "hedgerow", *map(str, arguments)],
        cwd=here,
        env=compiled(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def members(session):
    """Return the processes of a session that still do something."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, *fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == session and state not in "ZX":
            found.append(int(process.name))
    return found


def busy(pid):
    """Tell whether a worker has got its first task, which needs what nothing before needed."""
    try:
        return "numpy" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


def interrupt(child, workers=0):
    """Interrupt a command and all its processes, its workers stopped so that they never finish.

    Returns:
        What it said.
    """
    deadline = time.monotonic() + 60
    while len(own := kills.children(child.pid)) < workers or (own and not any(map(busy, own))):
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    for pid in own:
        os.kill(pid, signal.SIGSTOP)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    while members(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert child.returncode == 130, err
    assert members(child.pid) == []
    assert out == ""
    assert "interrupted" in err
    for trouble in ("Traceback", "Error", "leaked", "Warning"):
        assert trouble not in err
    return err


def worked(child, folder):
    """Wait until a sweep has stored something."""
    while child.poll() is None:
        if (folder / "journal.jsonl").exists() and (folder / "journal.jsonl").stat().st_size:
            return
        time.sleep(0.01)
    raise AssertionError(child.communicate())


def test_a_sweep_and_then_its_resumption(start, whole, tmp_path):
    folder, digest = whole
    out = tmp_path / "out"
    child = start("sweep", write(folder, kills.LONG, end=2000), "--workers", 2, "--out", out)
    worked(child, out)
    assert f"Go on with: hedgerow resume {out}" in interrupt(child, 2)
    first = status(out)
    assert not first.problems and 0 < first.stored < first.planned
    assert not (out / ".staging").exists()

    child = start("resume", out, "--workers", 2)
    assert f"Go on with: hedgerow resume {out}" in interrupt(child, 2)
    second = status(out)
    assert not second.problems and first.stored <= second.stored < second.planned

    resume(out, Workers(processes=1, progress=False))
    assert status(out).good
    assert Results(out).manifest["tables_digest"] == digest


def test_a_sweep_without_workers(start, whole, tmp_path):
    folder, digest = whole
    place = prepare(write(folder, kills.LONG, end=2000), out=tmp_path / "out")
    child = start("resume", place, "--workers", 1, "--quiet")
    worked(child, place)
    assert f"Go on with: hedgerow resume {place}" in interrupt(child)
    resume(place, Workers(processes=1, progress=False))
    assert Results(place).manifest["tables_digest"] == digest


def test_what_waits_for_a_summary_is_kept_until_there_is_one(whole, tmp_path):
    """All runs are stored, not all summarised: what goes on simulates nothing again."""
    folder, digest = whole
    place = prepare(write(folder, kills.LONG, end=2000), out=tmp_path / "out")

    def stop(finished, planned):
        if finished == planned:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(place, Workers(processes=1, chunk=100, progress=stop))
    simulated = {
        number for number, task in lines(place / "journal.jsonl")[0].items() if not task.summary
    }
    store = Store(place, read(place))
    assert not store.gaps() and store.unsummarised()
    store.clean()
    store.close()
    results = resume(place, Workers(processes=1, progress=False))
    found = lines(place / "journal.jsonl")[0]
    assert {number for number, task in found.items() if not task.summary} == simulated
    assert results.manifest["tables_digest"] == digest and status(place).good
    assert not (place / "scratch").exists()


def test_a_run(start, tmp_path):
    child = start("run", "vietnam", "--runs", 1000, "--workers", 2)
    interrupt(child, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_tournament(start, tmp_path):
    child = start("tournament", "vietnam", "--runs", 128, "--out", "there")
    assert child.stderr.read(1)  # its bar
    interrupt(child)
    assert list(tmp_path.iterdir()) == []
