"""Runs as a whole: real worker processes, real files, and what they may not depend on."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from results.synthetic import SMALL

import hedgerow
from hedgerow.compiled import kernels
from hedgerow.errors import WorkerLost
from hedgerow.progress import Progress, clock
from hedgerow.results import ResultError
from hedgerow.results.digest import LEAF
from hedgerow.results.summary import PointSummary
from hedgerow.results.tables import KEPT
from hedgerow.runs.chunks import Job, chunks, work
from hedgerow.runs.ensemble import axes_of, cut, settle
from hedgerow.runs.executor import parallel, serial

RUNS = 136  # two leaves, the second a small one
QUIET = {"progress": False, "until": 2001}
KERNELS = list(dict.fromkeys(["numpy", kernels.chosen()]))
"""Those that play here."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A result of one process with everything at its default."""
    return hedgerow.run(
        SMALL, runs=RUNS, workers=1, out=tmp_path_factory.mktemp("b") / "r", **QUIET
    )


def digest(result):
    assert result.verify() == []
    return result.manifest["tables_digest"]


# what a result does not depend on --------------------------------------------------------------
@pytest.mark.parametrize(("workers", "block"), [(2, 128), (2, 300), (1, 50), (1, 136)])
def test_workers_and_blocks_do_not_show(here, base, workers, block):
    result = hedgerow.run(SMALL, runs=RUNS, workers=workers, block=block, out="out", **QUIET)
    assert digest(result) == digest(base)
    for file in ("summary.csv", "scenario.toml"):
        assert (result.path / file).read_bytes() == (base.path / file).read_bytes()


def test_blocks_of_seven_do_not_show(here):
    one, other = (
        hedgerow.run(SMALL, runs=17, block=block, out=f"out-{block}", **QUIET) for block in (7, 128)
    )
    assert digest(one) == digest(other)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("keep", ["summary", "ties"])
def test_chunks_do_not_show(tmp_path, monkeypatch, kernel, keep):
    """A chunk of four leaves hands back what its leaves would alone, whatever the block."""
    scenario = settle(SMALL, 400, 3, 2001)
    monkeypatch.setattr("hedgerow.results.quantiles.EXACT_UP_TO", 200)
    fields = {
        "scenario": scenario,
        "axes": axes_of(scenario),
        "seed": 3,
        "kernel": kernel,
        "keep": keep,
        "point": 0,
        "replicates": 400,
        "scratch": None,
    }
    found = {}
    for block in (LEAF, 2 * LEAF, 100):
        for step in (1, 4):
            tables = tmp_path / f"{block}-{step}"
            job = Job(block=block, tables=tables, **fields)
            outcomes = [work(job, chunk) for chunk in chunks(400, step)]
            digests, summary = {}, PointSummary(job.axes, 0, 400, kernel)
            for outcome in outcomes:
                for name, leaves in outcome.digests.items():
                    digests.setdefault(name, {}).update(leaves)
                for leaf in outcome.leaves:
                    summary.add(leaf)
            parts = [path for outcome in outcomes for path in outcome.parts]
            assert sorted(tables.rglob("*.parquet")) == sorted(parts)
            found[block, step] = digests, summary.table().to_pylist()
    first = found[LEAF, 1]
    assert len(first[0]["runs"]) == len(first[0]["events"]) == 4
    assert all(other == first for other in found.values())


@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("leaves", [1, 7, 40, 100])
def test_chunks_hold_every_leaf_once_and_leave_each_worker_several(tmp_path, keep, leaves):
    scenario = settle(SMALL, leaves * LEAF - 1, 3, 2001)
    job = Job(
        scenario=scenario,
        axes=axes_of(scenario),
        seed=3,
        kernel="numpy",
        keep=keep,
        block=LEAF,
        point=0,
        replicates=scenario.runs,
        tables=tmp_path,
        scratch=None,
    )
    for workers in (1, 4):
        settled, plan = cut(job, workers)
        assert [a for c in plan for a in range(c.first, c.last)] == list(range(leaves))
        assert all((c.last - c.first) * LEAF >= settled.block for c in plan[:-1])
        assert workers == 1 or len(plan) >= min(leaves, 4 * workers)


def test_any_executor_will_do(here, base):
    with ThreadPoolExecutor(2) as pool:
        result = hedgerow.run(SMALL, runs=RUNS, executor=pool, out="out", **QUIET)
    assert digest(result) == digest(base)


def test_the_stored_scenario_runs_again_to_the_same_digest(here, base):
    again = hedgerow.run(base.path / "scenario.toml", out="out", progress=False)
    assert digest(again) == digest(base)
    assert again.manifest["scenario_sha256"] == base.manifest["scenario_sha256"]
    assert base.scenario().end == 2001
    assert base.scenario().runs == RUNS


def test_a_run_does_not_depend_on_how_many_there_are(here, base):
    few = hedgerow.run(SMALL, runs=3, out="out", **QUIET)
    for table in ("countries", "ties", "choices", "events", "runs"):
        all_rows, rows = getattr(base, table)(run=[0, 1, 2]), getattr(few, table)()
        pd.testing.assert_frame_equal(all_rows, rows, check_categorical=False)
    assert digest(few) != digest(base)


# seeds -----------------------------------------------------------------------------------------
def test_another_seed_gives_another_digest(here):
    one, other, same = (
        hedgerow.run(SMALL, runs=2, seed=seed, out=f"{n}", **QUIET)
        for n, seed in enumerate((1, 2**64 - 1, 1))
    )
    assert digest(one) != digest(other)
    assert digest(one) == digest(same)
    assert other.manifest["seed"] == 2**64 - 1
    assert other.scenario().seed == 2**64 - 1


def test_a_seed_not_given_is_drawn_and_stored(here):
    text = SMALL.read_text(encoding="utf-8").replace("seed = 7\n", "")
    (here / "free.toml").write_text(text, encoding="utf-8")
    one, other = (hedgerow.run("free.toml", runs=2, out=f"{n}", **QUIET) for n in (1, 2))
    assert one.manifest["seed"] != other.manifest["seed"]
    assert one.scenario().seed == one.manifest["seed"]
    again = hedgerow.run("free.toml", runs=2, seed=one.manifest["seed"], out="3", **QUIET)
    assert digest(again) == digest(one)


# what is kept ----------------------------------------------------------------------------------
def test_keep_decides_what_is_written_but_not_what_it_says(here, base):
    for keep, tables in (
        ("summary", {"runs", "choices", "events"}),
        ("countries", {"runs", "choices", "events", "countries"}),
    ):
        result = hedgerow.run(SMALL, runs=RUNS, keep=keep, out=keep, **QUIET)
        assert {path.name for path in (result.path / "tables").iterdir()} == tables
        assert (result.path / "summary.csv").read_bytes() == (
            base.path / "summary.csv"
        ).read_bytes()
        for name in (*tables, "summary"):
            assert result.manifest["digests"][name] == base.manifest["digests"][name]
        assert digest(result) != digest(base)
        with pytest.raises(ResultError, match="keep='ties'"):
            result.ties()
    assert {path.name for path in (base.path / "tables").iterdir()} == tables | {"ties"}


def test_the_folder_holds_what_it_promises(base):
    assert {path.name for path in base.path.iterdir()} == {
        *("scenario.toml", "manifest.json", "log.txt", "summary.csv", "tables")
    }
    assert not list(base.path.rglob(".*"))
    assert "136 runs stored, 0 failed" in (base.path / "log.txt").read_text(encoding="utf-8")
    about = base.manifest
    for key in (
        *("version", "scenario_sha256", "seed", "kernel", "runs_planned", "runs_stored"),
        *("runs_failed", "tables_digest", "libraries", "platform", "cpu_features", "started"),
        *("seconds", "command", "keep", "quantile_error"),
    ):
        assert key in about
    assert (about["runs_planned"], about["runs_stored"], about["runs_failed"]) == (RUNS, RUNS, 0)
    assert about["command"] == "hedgerow.run('small', runs=136, seed=7, keep='ties')"
    assert about["libraries"]["numpy"] == np.__version__
    assert about["quantile_error"] is None


def test_runs_hold_every_sampled_number(base):
    runs = base.runs()
    assert list(runs["run"]) == list(range(RUNS))
    assert set(runs["status"]) == {"done"}
    turnover = runs["instruments.arms.turnover"]
    assert turnover.between(0.05, 0.2).all()
    assert turnover.nunique() == RUNS
    assert (runs["relations.rivalry.USA.CHN"] >= 0).all()


def test_until_is_inclusive(base):
    assert set(base.countries()["year"]) == {2000, 2001}
    assert base.manifest["end"] == 2001
    assert set(base.choices()["year"]) == set()  # the vote of 2002 lies beyond


# failing runs ----------------------------------------------------------------------------------
def failing(name, *, raising=(), broken=()):
    """Return a kernel that raises for some replicates and loses the numbers of others."""
    sound = kernels.KERNELS[name]

    def kernel(world):
        if np.isin(world.replicates, raising).any():
            raise ArithmeticError("no such\nworld")
        record = sound(world)
        record.ties["trade"][..., np.isin(world.replicates, broken)] = np.nan
        return record

    return kernel


@pytest.mark.parametrize("kernel", KERNELS)
def test_only_the_guilty_runs_fail(here, base, monkeypatch, kernel):
    sick = failing(kernel, raising=[3, 130], broken=[77])
    monkeypatch.setitem(kernels.KERNELS, kernel, sick)
    told = []
    result = hedgerow.run(
        SMALL,
        runs=RUNS,
        until=2001,
        workers=1,
        block=16,
        out="out",
        kernel=kernel,
        progress=lambda done, total: told.append((done, total)),
    )
    assert result.verify() == []
    assert told == [(128, RUNS), (RUNS, RUNS)]
    assert result.manifest["runs_stored"] == RUNS
    assert result.manifest["runs_failed"] == 3
    failed = result.runs(columns=["run", "reason"], status="failed")
    assert dict(zip(failed["run"], failed["reason"], strict=True)) == {
        3: "ArithmeticError: no such world",
        77: "trade is not finite",
        130: "ArithmeticError: no such world",
    }
    assert "run 77 failed: trade is not finite" in (result.path / "log.txt").read_text("utf-8")
    others = [run for run in range(RUNS) if run not in (3, 77, 130)]
    for table in ("countries", "ties", "events"):
        pd.testing.assert_frame_equal(
            getattr(result, table)(), getattr(base, table)(run=others), check_categorical=False
        )
    assert set(result.summary(measure="threat")["n"]) == {RUNS - 3}


def test_a_result_of_failures_is_still_a_result(here, monkeypatch):
    monkeypatch.setitem(kernels.KERNELS, "numpy", failing("numpy", raising=[0, 1, 2]))
    result = hedgerow.run(SMALL, runs=3, out="out", kernel="numpy", **QUIET)
    assert result.verify() == []
    assert result.manifest["runs_failed"] == 3
    assert len(result.runs()) == 3
    assert result.countries().empty
    assert result.summary().empty


def test_numbers_of_numpy_are_numbers(here):
    few = {
        "runs": np.int64(3),
        "seed": np.uint32(5),
        "until": np.int16(2001),
        "workers": np.int8(1),
    }
    result = hedgerow.run(SMALL, out="out", kernel="numpy", progress=False, **few)
    about = result.manifest
    assert (about["runs_planned"], about["seed"], about["end"]) == (3, 5, 2001)


# bad arguments, interrupts ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        ({"runs": 0}, "runs must be a whole number from 1 to 4294967295, not 0"),
        ({"runs": -5}, "not -5"),
        ({"runs": 2.5}, "not 2.5"),
        ({"runs": True}, "not True"),
        ({"runs": "3"}, "not '3'"),
        ({"runs": 10**20}, "not 1"),
        ({"seed": 1.5}, "seed must be a whole number .* not 1.5"),
        ({"seed": True}, "not True"),
        ({"until": 2002.7}, "until must be a whole number .* not 2002.7"),
        ({"workers": 0}, "workers"),
        ({"block": 0}, "block"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"keep": "all"}, "summary, countries, ties"),
        ({"kernel": "abacus"}, "numpy"),
        ({"until": 1999}, "2000 to 2004"),
        ({"until": 2005}, "2000 to 2004"),
    ],
    ids=str,
)
@pytest.mark.parametrize("out", ["out", None])
def test_bad_arguments_are_refused_before_anything_is_written(here, arguments, telling, out):
    with pytest.raises(ValueError, match=telling):
        hedgerow.run(SMALL, progress=False, out=out, **arguments)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("workers", "error", "out"),
    [
        (1, RuntimeError, "out"),
        (1, KeyboardInterrupt, None),
        (2, KeyboardInterrupt, "out"),
        (2, KeyboardInterrupt, None),
    ],
)
def test_what_is_interrupted_leaves_nothing_behind(here, workers, error, out):
    def stop(done, total):
        raise error

    with pytest.raises(error):
        hedgerow.run(SMALL, runs=300, until=2000, workers=workers, out=out, progress=stop)
    assert list(here.iterdir()) == []


# processes -------------------------------------------------------------------------------------
def test_a_plain_script_may_use_workers_and_needs_no_pandas(here):
    """Workers do not run the script again, and a run draws in neither pandas nor matplotlib."""
    (here / "script.py").write_text(
        "print('once')\n"
        "import sys, hedgerow, hedgerow.runs.ensemble\n"
        "heavy = {'pandas', 'matplotlib', 'pyarrow', 'mesa'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        f"result = hedgerow.run({str(SMALL)!r}, runs={RUNS}, until=2000, workers=2, out='r')\n"
        "print(result.manifest['runs_stored'], sorted(heavy & set(sys.modules)))\n"
        "print(__spec__, __file__)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done
    once, before, after, main = done.stdout.splitlines()
    assert once == "once"
    assert before == "['pyarrow']"
    assert after == f"{RUNS} ['pyarrow']"
    assert main.endswith("script.py")
    lines = done.stderr.splitlines()
    assert lines[-1].startswith("100 % · 136 of 136 runs")


def _die(number):
    import os

    os._exit(number)


def test_a_lost_worker_is_told():
    with pytest.raises(WorkerLost, match="memory"):
        list(parallel(_die, [(9,)], workers=1))


def test_every_task_is_done_once():
    tasks = [(n, 2) for n in range(20)]
    expected = sorted(pow(*task) for task in tasks)
    assert sorted(serial(pow, tasks)) == expected
    assert sorted(parallel(pow, tasks, workers=2)) == expected


# progress --------------------------------------------------------------------------------------
def test_progress_without_a_terminal_is_a_line_every_ten_percent():
    stream = io.StringIO()
    progress = Progress(1000, True, stream)
    for _ in range(200):
        progress.add(5)
    progress.close()
    lines = stream.getvalue().splitlines()
    assert [line.split(" · ")[0].strip() for line in lines] == [
        f"{n} %" for n in range(10, 101, 10)
    ]
    assert lines[4].startswith(" 50 % · 500 of 1000 runs · ")
    assert lines[-1].endswith(" 0:00 left")


def test_progress_on_a_terminal_shows_rate_and_time_left():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    progress = Progress(10, True, stream)
    progress.add(4)
    progress._bar.refresh()
    assert "4/10" in stream.getvalue()
    assert "run/s" in stream.getvalue() or "s/run" in stream.getvalue()
    progress.close()


def test_progress_can_be_silent():
    stream = io.StringIO()
    Progress(10, False, stream).add(10)
    assert stream.getvalue() == ""


def test_clock():
    assert [clock(s) for s in (0.4, 59.6, 3599, 3661)] == ["0:00", "1:00", "59:59", "1:01:01"]
