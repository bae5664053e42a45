"""``hedgerow run``."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from cli.folders import compiled, listing

from hedgerow.files import folder

SMALL = ["--runs", "4", "--until", "1998", "--no-figures"]


DRAWN = SMALL[:-1]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A run by name in a process of its own, and the folder in which it was called."""
    here = tmp_path_factory.mktemp("run")
    command = [sys.executable, "-m", "hedgerow", "run", "vietnam", *DRAWN, "--seed", "7"]
    called = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=here, env=compiled()
    )
    assert called.returncode == 0, called.stderr
    return called, here


def manifest(path):
    return json.loads((Path(path) / "manifest.json").read_text(encoding="utf-8"))


def test_the_last_line_is_the_path_of_a_new_folder_named_after_scenario_and_hash(done):
    called, here = done
    path = Path(called.stdout.splitlines()[-1])
    about = manifest(here / path)
    assert path == Path("results") / f"vietnam-{about['scenario_sha256'][:8]}"
    assert next(iter(listing(here / "results"))) == path.name


def test_the_folder_is_complete(done):
    called, here = done
    path = here / called.stdout.splitlines()[-1]
    names = {each.name for each in path.iterdir()}
    expected = {"scenario.toml", "manifest.json", "log.txt", "summary.csv", "tables", "figures"}
    assert names == expected
    tables = {each.name for each in (path / "tables").iterdir()}
    assert tables == {"runs", "countries", "ties", "choices", "events"}
    drawn = {each.suffix for each in (path / "figures").iterdir()}
    assert drawn == {".svg", ".png", ".txt"}
    about = manifest(path)
    assert (about["runs_planned"], about["runs_stored"], about["runs_failed"]) == (4, 4, 0)
    assert (about["seed"], about["start"], about["end"]) == (7, 1996, 1998)
    assert about["command"] == "hedgerow run vietnam --runs 4 --until 1998 --seed 7"


def test_the_terminal_shows_a_short_summary_and_progress_goes_to_standard_error(done):
    called, _ = done
    lines = called.stdout.splitlines()
    assert 6 <= len(lines) <= 16
    assert max(map(len, lines)) <= 97
    assert lines[0].startswith("Vietnam, 1996 to 1998, 4 runs, seed 7")
    assert "1996" in lines[2] and "1998" in lines[2]
    assert any(line.startswith("arsenal: Russia") and "%" in line for line in lines)
    assert any(line.startswith("alignment") for line in lines)
    assert any(line.startswith("partnership rungs") for line in lines)
    assert "4 of 4 runs" in called.stderr
    assert "Traceback" not in called.stderr


def test_the_summary_shows_the_numbers_of_summary_csv(done):
    import pandas as pd

    called, here = done
    path = here / called.stdout.splitlines()[-1]
    frame = pd.read_csv(path / "summary.csv").query("country == 'VNM' and year == 1998")
    row = frame[frame["measure"] == "arms_stock:RUS"].iloc[0]
    shown = next(line for line in called.stdout.splitlines() if line.startswith("arsenal: Russia"))
    low, middle, high = (f"{100 * row[name]:.0f}" for name in ("q05", "q50", "q95"))
    assert shown.endswith(f"{middle} % ({low} to {high})")


def test_quiet_prints_the_path_alone(call, here):
    done = call("run", "vietnam", *SMALL, "--keep", "summary", "--quiet", "--out", "a/b")
    assert (done.code, done.out, done.err) == (0, "a/b\n", "")
    assert manifest(here / "a" / "b")["keep"] == "summary"


def test_keep_summary_stores_no_ties_and_still_draws(call, here):
    done = call("run", "vietnam", *DRAWN, "--keep", "summary", "--quiet", "--out", "out")
    assert done.code == 0
    assert not (here / "out" / "tables" / "ties").exists()
    assert not (here / "out" / "tables" / "countries").exists()
    assert list((here / "out" / "figures").glob("*.svg"))


def test_the_resolved_scenario_runs_again_to_the_same_digest(call, here):
    call("run", "vietnam", *SMALL, "--quiet", "--seed", "5", "--out", "first")
    again = ["--quiet", "--no-figures", "--workers", "2", "--out", "second"]
    call("run", "first/scenario.toml", *again)
    assert manifest("first")["tables_digest"] == manifest("second")["tables_digest"]
    assert manifest("first")["scenario_sha256"] == manifest("second")["scenario_sha256"]


def test_a_path_and_a_name_mean_the_same_scenario(call, here):
    path = folder("scenarios") / "vietnam.toml"
    call("run", path, *SMALL, "--quiet", "--out", "first")
    call("run", "vietnam", *SMALL, "--quiet", "--out", "second")
    assert manifest("first")["tables_digest"] == manifest("second")["tables_digest"]


def test_set_changes_a_number_a_switch_and_a_rule(call, here):
    changes = ["terms.loyalty=false", "partners.RUS.trust=0.25", 'countries.VNM.rules=["no_force"]']
    options = [word for change in changes for word in ("--set", change)]
    done = call("run", "vietnam", *SMALL, *options, "--quiet", "--out", "out")
    assert done.code == 0, done.err
    written = tomllib.loads((here / "out" / "scenario.toml").read_text(encoding="utf-8"))
    assert written["terms"]["loyalty"] is False
    assert written["partners"]["RUS"]["trust"]["value"] == 0.25
    assert written["countries"]["VNM"]["rules"] == ["no_force"]


def test_a_second_run_gets_a_folder_of_its_own(call, here):
    paths = [call("run", "vietnam", *SMALL, "--quiet").out.strip() for _ in range(3)]
    assert [Path(path).name.removeprefix(Path(paths[0]).name) for path in paths] == ["", "-2", "-3"]


def test_force_replaces_a_result_and_nothing_else(call, refused, here):
    call("run", "vietnam", *SMALL, "--quiet", "--seed", "1", "--out", "out")
    before = manifest("out")["tables_digest"]
    refused("run", "vietnam", *SMALL, "--out", "out", telling="out: ")
    done = call("run", "vietnam", *SMALL, "--quiet", "--seed", "2", "--out", "out", "--force")
    assert (done.code, done.out) == (0, "out\n")
    assert manifest("out")["tables_digest"] != before
    (here / "mine").mkdir()
    (here / "mine" / "thesis.txt").write_text("mine", encoding="utf-8")
    refused("run", "vietnam", *SMALL, "--out", "mine", "--force", telling="mine")


@pytest.mark.parametrize(
    ("options", "telling"),
    [
        (["--runs", "0"], "--runs"),
        (["--runs", "-3"], "--runs"),
        (["--runs", "many"], "--runs"),
        (["--workers", "0"], "--workers"),
        (["--seed", "-1"], "--seed"),
        (["--seed", str(2**64)], "--seed"),
        (["--keep", "everything"], ["--keep", "summary"]),
        (["--kernel", "gpu"], ["--kernel", "numpy"]),
        (["--until", "1990"], ["1996", "1990"]),
        (["--until", "2300"], "2300"),
        (["--until", "soon"], "--until"),
        (["--set", "terms.loyalty"], "terms.loyalty"),
        (["--set", "terms.loyality=false"], ["terms.loyality", "did you mean 'terms.loyalty'?"]),
        (["--set", "terms.loyalty=3"], "terms.loyalty"),
        (["--set", "terms.loyalty=true", "--set", "terms.loyalty=false"], "given twice"),
        (["--set", "partners.XYZ.trust=0.5"], "partners.XYZ"),
        (["--set", "partners.RUS.trust=nan"], "nan"),
        (["--set", "partners.RUS.trust=inf"], "inf"),
        (["--set", "partners.RUS.trust=2.0"], ["partners.RUS.trust", "0 to 1"]),
        (["--set", "countries.VNM.ties.guns.RUS=0.5"], "guns"),
        (["--set", "partners.RUS.trust={ dist = 'uniform', low = 0.1 }"], "high"),
        (["--set", "partners.RUS.trust=0.5\nx = 1"], "one line"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options_are_refused_before_anything_is_written(refused, options, telling):
    refused("run", "vietnam", *options, telling=telling)


@pytest.mark.parametrize(
    ("out", "telling"),
    [
        ("full", "full"),
        ("file", "file"),
        ("file/below", "file"),
        ("/proc/hedgerow", "/proc/hedgerow"),
    ],
)
def test_an_output_folder_that_cannot_be_used_is_refused(refused, here, out, telling):
    (here / "full").mkdir()
    (here / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    (here / "file").write_text("mine", encoding="utf-8")
    refused("run", "vietnam", *SMALL, "--out", out, telling=telling)


def test_a_full_disk_leaves_nothing_behind(here):
    """A limit on the size of files stands in for the disk: the first table exceeds it."""
    before = listing(here)
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "from hedgerow.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["run", "vietnam", "--runs", "64", "--until", "2004", "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=compiled(),
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "error: results/vietnam-" in done.stderr
    assert "Traceback" not in done.stderr
    assert listing(here) == before


@pytest.mark.parametrize(
    ("workers", "number"), [("1", signal.SIGINT), ("2", signal.SIGINT), ("2", signal.SIGTERM)]
)
def test_an_interrupt_stops_the_run_with_130_and_leaves_nothing_behind(here, workers, number):
    command = [sys.executable, "-m", "hedgerow", "run", "vietnam", "--runs", "100000"]
    process = subprocess.Popen(
        [*command, "--workers", workers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=compiled(),
    )
    for _ in range(600):  # until the run is under way
        if any(path.is_dir() for path in here.glob("results/.hedgerow-*/tables")):
            break
        time.sleep(0.1)
    time.sleep(1.0)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as Ctrl-C does: the whole group hears it
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err
    assert listing(here) == {}


def test_failed_runs_are_counted_and_the_code_is_3(call, here, monkeypatch):
    """A kernel whose third replicate loses its state to NaN."""
    import numpy as np

    from hedgerow.compiled.kernels import KERNELS

    whole = KERNELS["numpy"]

    def sick(world):
        record = whole(world)
        for number in np.flatnonzero(world.replicates == 2):
            record.ties["trade"][..., number] = np.nan
        return record

    monkeypatch.setitem(KERNELS, "numpy", sick)
    options = (*SMALL, "--kernel", "numpy", "--workers", "1")
    done = call("run", "vietnam", *options, "--out", "out")
    assert done.code == 3
    assert done.out.splitlines()[-1] == "out"
    assert "1 of 4 runs failed" in done.out
    assert manifest("out")["runs_failed"] == 1


def test_figures_that_cannot_be_drawn_do_not_cost_the_tables(call, here, monkeypatch):
    import errno

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device", "figures/arms.png")

    monkeypatch.setattr("hedgerow.results.plots.Plots.all", full)
    done = call("run", "vietnam", *DRAWN, "--out", "out")
    assert done.code == 1
    assert done.out.splitlines()[-1] == "out"
    assert "the disk is full" in done.err
    assert "hedgerow plot out" in done.err
    assert (here / "out" / "manifest.json").is_file()
