"""Jobs of days, or of more than the disk holds: asked about, or refused, before anything runs."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from hedgerow.runs import size
from hedgerow.runs.size import Size, size_of
from hedgerow.scenario import load

SWEEP = """schema = 2
title = "Large"
extends = "vietnam"
[sweep]
replicates = 4000000000
[sweep.over]
"partners.RUS.trust" = { low = 0.0, high = 1.0, points = 10000 }
"""


@pytest.mark.parametrize(
    "words",
    [
        ("run", "vietnam", "--runs", "4294967295"),
        ("run", "vietnam", "--runs", "4294967295", "--keep", "summary"),
        ("sweep", "large.toml"),
    ],
)
def test_a_large_job_is_refused_where_nobody_can_be_asked(refused, here, words):
    (here / "large.toml").write_text(SWEEP, encoding="utf-8")
    refused(*words, telling=["runs would take about", "that are free", "--yes"])


@pytest.mark.parametrize("command", ["run", "sweep", "plan", "compare", "tournament"])
def test_more_runs_than_have_numbers_are_refused_at_once(refused, command):
    others = ("vietnam",) if command != "compare" else ("vietnam", "no-war")
    refused(command, *others, "--runs", "9" * 20, telling=["--runs", "is not in the range"])


def test_on_a_terminal_it_is_asked(here):
    for answer in ("n", "", "y"):
        parent, child = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", ASKED], stdin=child, stdout=child, stderr=child, cwd=here
        )
        os.close(child)
        os.write(parent, f"{answer}\n".encode())
        told = b""
        while b"agreed" not in told and b"error: nothing was done" not in told:
            told += os.read(parent, 4096)
        process.wait(60)
        os.close(parent)
        assert b"30 runs would take about 3 days and 2 GB of the 1 GB that are free. Go on?" in told
        assert (b"agreed" in told) == (answer == "y")
        assert process.returncode == (0 if answer == "y" else 2)


ASKED = """
import sys
from hedgerow.cli import consent, main
from hedgerow.runs.size import Size

def command():
    consent.agree(Size(30, 3 * 86400.0, 2e9, 1e9))
    print("agreed")

try:
    command()
except Exception as error:
    sys.exit(main.report(error, False))
"""


def test_the_arithmetic_is_that_of_the_plan(here):
    scenario = load("vietnam", {"ensemble.runs": 100_000_000})
    guessed = size._rough(scenario, 1, "numpy", "ties", 1, 1e12)
    tried = size_of(scenario, "numpy", "ties", here / "out", 1)
    assert tried.runs == 100_000_000 and tried.is_large
    # The guess only tells whether a trial is worth while.
    assert 0.1 < guessed.bytes / tried.bytes < 10
    assert list(Path(here).iterdir()) == []


def test_a_small_job_is_not_tried(monkeypatch, here):
    monkeypatch.setattr(size, "trial", None)
    small = size_of(load("vietnam"), "numpy", "ties", here / "out", 1)
    assert small.runs == 200 and not small.is_large


def test_what_is_large():
    assert not Size(10**11, 86_000.0, 1e9, 2e9).is_large
    assert Size(10**12, 1.0, 1.0, 2e9).is_large
    assert Size(1, 87_000.0, 1.0, 2e9).is_large
    assert Size(1, 1.0, 2.1e9, 2e9).is_large
    assert not Size(1, 1.0, 1e4, 0.0).is_large
