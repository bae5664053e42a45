"""Commands under streams, encodings and limits that are not the usual ones."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from cli.folders import compiled

SWEPT = """
schema = 2
title = "S"
extends = "vietnam"
[sweep.over]
"partners.RUS.trust" = { low = 0.1, high = 0.9, points = 12 }
"""
SWEEP_OPTIONS = "--runs 2 --until 1996 --kernel numpy --workers 1"
SMALL = "--runs 2 --until 1996 --kernel numpy --workers 1"


@pytest.fixture
def shell(here):
    """Call a line of the shell in which `hedgerow` is the command; return exit code and bytes."""

    def caller(line, **options):
        script = f'hedgerow() {{ {shlex.quote(sys.executable)} -m hedgerow "$@"; }}; {line}'
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            cwd=here,
            env=compiled(**options),
        )

    return caller


def test_closed_streams_are_empty_streams(shell, here):
    assert shell("hedgerow scenarios >&-").returncode == 0
    assert shell("hedgerow play vietnam --until 1997 <&-").returncode == 0
    done = shell(f"hedgerow run vietnam {SMALL} --no-figures --out a <&- 2>&-")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == b"a"
    done = shell(f"hedgerow run vietnam {SMALL} --no-figures --out b <&- >&- 2>&-")
    assert done.returncode == 0
    assert sorted(p.name for p in (here / "a").iterdir()) == sorted(
        p.name for p in (here / "b").iterdir()
    )
    assert shell("hedgerow run nowhere.toml 2>&-").returncode == 2


@pytest.mark.parametrize("command", ["evidence", "scenarios vietnam", "check --schema", "--help"])
def test_a_reader_that_goes_away_is_no_error(shell, command):
    done = shell(f"hedgerow {command} | head -c 10")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "options",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["cp1252", "C"],
)
def test_what_is_no_terminal_gets_utf8(shell, options):
    shipped = shell("hedgerow scenarios vietnam")
    assert "√" in shipped.stdout.decode("utf-8")
    for command in ("scenarios vietnam", "check --schema", "play vietnam --language vi"):
        done = shell(f"hedgerow {command}", **options)
        assert (done.returncode, done.stderr) == (0, b"")
        assert not done.stdout.isascii()
        done.stdout.decode("utf-8")
    assert shell("hedgerow scenarios vietnam", **options).stdout == shipped.stdout


def test_bytes_that_are_no_text_end_as_a_wrong_pick(shell):
    done = shell(r"printf '\xff\xfe\nq\n' | hedgerow play vietnam --until 1997")
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_figures_need_no_backend_of_the_user(shell, here):
    """The check of a backend's name is where matplotlib would fail."""
    line = f"hedgerow run vietnam {SMALL} --no-figures --out a && hedgerow plot a --figure arms"
    done = shell(line, MPLBACKEND="module://matplotlib_inline.backend_inline")
    assert done.returncode == 0, done.stderr.decode()
    assert (here / "a" / "figures" / "arms.png").exists()


def test_figures_without_memory_are_told_and_the_tables_kept(shell, here):
    """From limits of address space that draw down to such that hardly hold tables: never an abort.

    Below that, a library that is loaded may itself end the process before anything is written.
    """
    pytest.importorskip("resource")
    kept = []
    for limit in range(900_000, 400_000, -100_000):
        out = f"at-{limit}"
        done = shell(f"ulimit -v {limit}; hedgerow run vietnam {SMALL} --out {out}")
        if not (here / out).exists():
            assert done.returncode != 0
            break
        assert done.returncode in (0, 1), done.stderr.decode()
        for fault in (b"terminate", b"Traceback", b"a fault of hedgerow"):
            assert fault not in done.stderr, done.stderr.decode()
        if b"the figures could not be drawn: out of memory" in done.stderr:
            assert done.stdout.decode() == f"{out}\n"
            kept.append(out)
    assert kept
    assert shell(f"hedgerow status {kept[0]}").returncode == 0


def test_progress_writes_no_carriage_return_into_a_log(shell, here):
    (here / "s.toml").write_text(
        "schema = 2\ntitle = 'S'\nextends = 'vietnam'\n[time]\nend = 1998\n[sweep]\n"
        "design = 'saltelli'\npoints = 16\nreplicates = 2\n[sweep.over]\n"
        "'partners.RUS.trust' = { low = 0.1, high = 0.9 }\n"
        "'partners.CHN.trust' = { low = 0.1, high = 0.9 }\n"
    )
    done = shell("hedgerow sweep s.toml --out s --kernel numpy --workers 1")
    assert done.returncode == 0, done.stderr.decode()
    for line in (
        "hedgerow sensitivity s",
        "hedgerow tournament vietnam --runs 2 --set time.end=1996 --rivalry 1 --strategy balancer",
    ):
        done = shell(line)
        assert done.returncode == 0, done.stderr.decode()
        assert b"\r" not in done.stderr
        assert b"100 %" in done.stderr


@pytest.mark.parametrize("line", ["run $'bad\\xff.toml'", "run vietnam --out $'bad\\xff'"])
def test_names_that_are_no_utf8_are_refused_before_anything_runs(shell, here, line):
    shell("printf 'schema = 2\ntitle = \"S\"\nextends = \"vietnam\"\n' > $'bad\\xff.toml'")
    before = sorted(here.iterdir())
    done = shell(f"hedgerow {line}")
    assert done.returncode == 2
    assert b"not UTF-8" in done.stderr and b"runs" not in done.stderr
    assert rb"bad\xff" in done.stderr
    assert sorted(here.iterdir()) == before


def test_a_working_folder_whose_name_is_no_utf8_is_named(shell, here):
    done = shell(f"mkdir $'bad\\xff'; cd $'bad\\xff'; hedgerow run vietnam {SMALL} --no-figures")
    assert done.returncode == 2
    place = os.fsencode(here) + rb"/bad\xff/results/vietnam-"
    assert done.stderr.startswith(b"error: " + place)


def test_names_with_spaces_quotes_and_letters_of_other_scripts(shell, here):
    folder = here / "a b'é" / "越 南"
    folder.mkdir(parents=True)
    (folder / 's "x".toml').write_text("schema = 2\ntitle = 'S'\nextends = 'vietnam'\n")
    place = shlex.quote(str(folder / 's "x".toml'))
    done = shell(
        f"hedgerow run {place} {SMALL} --no-figures --out {shlex.quote(str(folder / 'o'))}"
    )
    assert done.returncode == 0, done.stderr.decode()
    assert shell(f"hedgerow status {shlex.quote(str(folder / 'o'))}").returncode == 0


def test_a_working_folder_that_was_removed_is_told(shell):
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; hedgerow run vietnam {SMALL} --no-figures")
    assert done.returncode == 2
    assert b"cannot write results" in done.stderr


FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@full
def test_progress_that_cannot_be_written_costs_no_run(shell, here):
    done = shell(f"hedgerow run vietnam {SMALL} --no-figures --out a 2>/dev/full")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"a")
    (here / "s.toml").write_text(SWEPT, encoding="utf-8")
    done = shell(f"hedgerow sweep s.toml {SWEEP_OPTIONS} --out b 2>/dev/full")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"b")
    assert shell("hedgerow run nowhere.toml 2>/dev/full").returncode == 2


def test_a_reader_of_progress_that_goes_away_costs_no_run(shell, here):
    (here / "s.toml").write_text(SWEPT, encoding="utf-8")
    line = f"hedgerow sweep s.toml {SWEEP_OPTIONS} --out b 2>&1 | head -1"
    assert shell(line).returncode == 0
    line = f"hedgerow run vietnam {SMALL} --no-figures --out a 2> >(head -c 1 >&2)"
    assert shell(line).returncode == 0
    for folder in "ab":
        assert shell(f"hedgerow status {folder}").returncode == 0


@full
@pytest.mark.parametrize("command", ["check --schema", "scenarios", "evidence", "--help"])
def test_a_standard_output_that_is_full_is_told_as_such(shell, command):
    done = shell(f"hedgerow {command} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "error: standard output cannot be written: No space left on device\n"
    )


@full
def test_a_complete_result_is_named_where_standard_output_is_full(shell, here):
    (here / "s.toml").write_text(SWEPT, encoding="utf-8")
    for line in (
        f"run vietnam {SMALL} --no-figures --out a",
        f"sweep s.toml {SWEEP_OPTIONS} --out b",
        "compare a a --out c",
        "score vietnam --runs 4 --allow-hindsight --out d",
    ):
        done = shell(f"hedgerow {line} >/dev/full")
        assert done.returncode == 1
        out = line.split()[-1]
        assert done.stderr.decode().splitlines()[-1] == (
            "error: standard output cannot be written: No space left on device; "
            f"the result is complete in {out}"
        )
        assert any((here / out).iterdir())
    assert shell("hedgerow status a && hedgerow status b").returncode == 0


NO_ROOM = """
import resource, sys
from hedgerow.cli.errors import report
try:
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**16, used + 2**16))
    import _decimal
except Exception as error:
    sys.exit(report(error, False))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="told by Linux alone")
def test_a_library_for_which_there_is_no_room_is_no_fault_of_hedgerow():
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: out of memory")
