"""Progress: a bar on a terminal, a line every ten percent elsewhere."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cli.folders import compiled
from sweep.small import write

from hedgerow.progress import Progress, clock, counting, note

LINE = re.compile(r"^ *(\d+) % · (\d+) of (\d+) runs · [\d.e+]+ runs/s · \d+:\d\d left$")
BAR = re.compile(r"(\d+)%\|.*\| (\d+)/(\d+) \[\d\d:\d\d<(\d\d:\d\d|\?), +[\d.?]+(run/s|s/run)")


def lines(total, steps, before=0):
    """Return the numbers of the lines that come of adding some runs after the other."""
    stream = io.StringIO()
    progress = Progress(total, True, stream, before)
    for runs in steps:
        progress.add(runs)
    progress.close()
    found = [LINE.match(line) for line in stream.getvalue().splitlines()]
    assert all(found), stream.getvalue()
    return [tuple(map(int, match.groups())) for match in found]


def test_a_line_every_ten_percent():
    assert lines(200, [1] * 200) == [(10 * i, 20 * i, 200) for i in range(1, 11)]
    assert lines(36, [3] * 12) == [
        (10, 6, 36), (20, 9, 36), (30, 12, 36), (40, 15, 36), (50, 18, 36),
        (60, 24, 36), (70, 27, 36), (80, 30, 36), (90, 33, 36), (100, 36, 36),
    ]  # fmt: skip
    assert lines(10, [1, 4, 5]) == [(10, 1, 10), (50, 5, 10), (100, 10, 10)]
    assert lines(100, [9]) == []
    assert lines(100, [4, 6, 50], before=40) == [(50, 50, 100), (100, 100, 100)]


def test_a_callback_and_silence():
    seen = []
    progress = Progress(5, lambda *numbers: seen.append(numbers))
    for runs in (2, 3):
        progress.add(runs)
    assert seen == [(2, 5), (5, 5)]
    stream = io.StringIO()
    Progress(5, False, stream).add(5)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3600, "1:00:00")]
)
def test_a_clock(seconds, text):
    assert clock(seconds) == text


def on_a_terminal(command, folder):
    """Return what a command writes to a terminal that is its standard error, and its output."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    child = subprocess.Popen(
        command, cwd=folder, env=compiled(), stdout=subprocess.PIPE, stderr=terminal, text=True
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # nobody writes there any more
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    out = child.communicate()[0]
    assert child.returncode == 0
    return shown.decode(), out


@pytest.mark.parametrize("what", ["sweep", "run"])
def test_a_bar_on_a_terminal(tmp_path, what):
    path = write(tmp_path)
    command = [sys.executable, "-m", "hedgerow", what, str(path), "--workers", "1"]
    total = 36
    if what == "run":
        command += ["--runs", "300", "--no-figures", "--until", "2000"]
        total = 300
    shown, out = on_a_terminal(command, tmp_path)
    bars = [match.groups() for match in BAR.finditer(shown)]
    assert bars, shown
    assert {int(bar[2]) for bar in bars} == {total}
    assert [int(bar[1]) for bar in bars] == sorted(int(bar[1]) for bar in bars)
    assert " % · " not in shown
    assert out.splitlines()[-1].startswith("results/")


def test_lines_elsewhere(tmp_path):
    path = write(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "hedgerow", "sweep", str(path), "--workers", "1"],
        cwd=tmp_path,
        env=compiled(),
        capture_output=True,
        text=True,
        check=True,
    )
    told = [LINE.match(line) for line in done.stderr.splitlines()]
    assert told and all(told), done.stderr
    assert told[-1].groups() == ("100", "36", "36")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_reports_that_cannot_be_written_are_left_out(monkeypatch):
    with suppress(OSError), Path("/dev/full").open("w", buffering=1) as stream:  # of closing it
        try:
            progress = Progress(10, True, stream)
            for _ in range(10):
                progress.add(1)
            progress.close()
            monkeypatch.setattr("sys.stderr", stream)
            note("compiling")
        except OSError as error:
            pytest.fail(f"a report was not left out: {error}")


def test_a_bar_on_a_terminal_that_was_closed_is_left_out():
    controller, terminal = os.openpty()
    with os.fdopen(terminal, "w", buffering=1) as stream:
        progress = Progress(10, True, stream)
        os.close(controller)
        for _ in range(10):
            progress.add(1)
        progress.close()


def test_the_clock_starts_where_counting_does(capsys):
    with counting("run", quiet=False) as report:
        time.sleep(0.25)
        report(10, 20)
    rate = float(capsys.readouterr().err.split(" · ")[2].split()[0])
    assert 0.0 < rate <= 40.0
