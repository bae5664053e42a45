"""What a sweep yields: the runs of its points, whoever worked on them and in what pieces."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sweep.small import GRID, write

import hedgerow
from hedgerow.errors import Failed
from hedgerow.runs import SweepRefused, Workers, prepare, resume, sweep
from hedgerow.runs.inspection import status
from hedgerow.runs.spec import streams
from hedgerow.scenario import load
from hedgerow.scenario.compile import replaceable, world

SERIAL = Workers(processes=1, progress=False)
LIST = """
[sweep]
design = "list"
replicates = 4
[[sweep.over]]
"relations.rivalry.USA.CHN" = 0.5
[[sweep.over]]
"relations.rivalry.USA.CHN" = { dist = "uniform", low = 0.0, high = 2.0 }
"countries.VNM.strategy" = "balancer"
[[sweep.over]]
"countries.VNM.behaviour.autonomy" = 2.0
"countries.VNM.stocks.arms.USA" = 0.3
"ensemble.level" = 2
[[sweep.over]]
"partners.USA.will" = 0.4
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="module")
def grid(folder):
    """A sweep of a grid, done in one process, with all tables."""
    return sweep(write(folder), keep="ties", out=folder / "grid", team=SERIAL)


def assert_same_runs(results, point, alone):
    """Compare the runs of a point with those of a result without a sweep, value by value."""
    size = results.manifest["replicates"]
    for table in ("countries", "ties", "choices", "events"):
        runs = list(range(point * size, (point + 1) * size))
        mine = getattr(results, table)(run=runs)
        mine["run"] -= point * size
        pd.testing.assert_frame_equal(plain(mine), plain(getattr(alone, table)()), check_exact=True)


def plain(frame):
    """Return a frame with text for categories, whose order tells how parts were cut."""
    kinds = frame.dtypes
    return frame.astype({name: str for name in frame if kinds[name] == "category"})


def test_every_point_is_the_scenario_with_its_changes(grid, folder):
    scenario = load(write(folder))
    for point in range(12):
        row = grid.runs(point=point).iloc[0]
        changes = {
            "partners.USA.will": row["partners.USA.will"],
            "behaviour.autonomy": row["behaviour.autonomy"],
            "terms.security": bool(row["terms.security"]),
        }
        alone = hedgerow.run(
            scenario.replace(changes), runs=3, out=folder / f"alone-{point}", progress=False
        )
        assert_same_runs(grid, point, alone)
        summary = grid.summary(point=point).drop(columns="point")
        pd.testing.assert_frame_equal(
            summary, alone.summary().drop(columns="point"), check_exact=True
        )
    assert grid.verify() == []


def test_what_a_point_leaves_out_stays_as_the_scenario_has_it(folder):
    path = write(folder, LIST, "list.toml")
    together = Workers(processes=1, chunk=4, progress=False)
    results = sweep(path, keep="ties", out=folder / "list", team=together)
    base = load(path)
    points = [
        {"relations.rivalry.USA.CHN": 0.5},
        {
            "relations.rivalry.USA.CHN": {"dist": "uniform", "low": 0.0, "high": 2.0},
            "countries.VNM.strategy": "balancer",
        },
        {
            "countries.VNM.behaviour.autonomy": 2.0,
            "countries.VNM.stocks.arms.USA": 0.3,
            "ensemble.level": 2,
        },
        {"partners.USA.will": 0.4},  # in one block with the first, which gives another number
    ]
    for point, changes in enumerate(points):
        place = folder / f"list-{point}"
        alone = hedgerow.run(base.replace(changes), runs=4, out=place, progress=False)
        assert_same_runs(results, point, alone)
        drawn = alone.runs()["relations.rivalry.USA.CHN"] if point else 0.5
        mine = results.runs(point=point)
        assert np.all(mine["relations.rivalry.USA.CHN"].to_numpy() == np.asarray(drawn))
    runs = results.runs()
    strategies = ("quantal", "balancer", "quantal", "quantal")
    assert list(runs["countries.VNM.strategy"]) == [name for name in strategies for _ in range(4)]
    assert list(runs["ensemble.level"]) == [1.0] * 8 + [2.0] * 4 + [1.0] * 4
    assert np.isnan(runs["countries.VNM.stocks.arms.USA"][0])  # it follows the tie there
    assert results.verify() == []


PATHS = [
    ("behaviour.autonomy", 1.5),
    ("countries.VNM.behaviour.autonomy", 1.5),
    ("countries.VNM.ties.arms.USA", 0.05),
    ("countries.VNM.stocks.arms.RUS", 0.4),
    ("relations.rivalry.USA.CHN", 0.7),
    ("instruments.arms.turnover", 0.3),
    ("politics.steps", 2.0),
    ("futures.coercion.prior", 0.9),
    ("countries.VNM.threat.level", 1.0),
    ("countries.IND.peers.VNM", 0.5),
]


@pytest.mark.parametrize(("path", "value"), PATHS)
def test_a_number_given_to_a_block_makes_the_world_of_a_changed_scenario(folder, path, value):
    base = load(write(folder))
    assert replaceable(base, path)
    replicates = np.arange(5, dtype=np.uint64)
    given = world(base, replicates, 3, {path: np.full(5, value)})
    changed = world(base.replace({path: value}), replicates, 3)
    for name, array in changed.values.items():
        np.testing.assert_array_equal(given.values[name], array, err_msg=name)


@pytest.mark.parametrize("path", ["terms.security", "instruments.arms.step", "time.end"])
def test_what_is_no_mere_number_is_not_given_to_a_block(folder, path):
    assert not replaceable(load(write(folder)), path)


# what a result does not depend on --------------------------------------------------------------
WHOLE = 12
"""Units of the grid: one a point."""


@pytest.mark.parametrize(
    ("workers", "chunk", "block"),
    [
        (1, 1, 512),
        (1, 2, 1),
        (1, 5, 7),
        (1, WHOLE, 2),
        (2, None, 512),
        (2, 1, 512),
        (2, 5, 7),
        (2, WHOLE, 512),
    ],
)
def test_neither_workers_nor_chunks_nor_blocks_show(grid, folder, workers, chunk, block):
    # On a Dask cluster as well: test_sweep_dask.py.
    team = Workers(processes=workers, chunk=chunk, block=block, progress=False)
    place = folder / f"{workers}-{chunk}-{block}"
    results = sweep(write(folder), keep="ties", out=place, team=team)
    assert results.manifest["tables_digest"] == grid.manifest["tables_digest"]
    assert (results.path / "summary.csv").read_bytes() == (grid.path / "summary.csv").read_bytes()
    assert results.verify() == []
    parts = len(list((place / "tables" / "runs").iterdir()))
    assert chunk is None or parts == -(-WHOLE // chunk)


@pytest.mark.parametrize("chunk", [1, 5])
def test_points_of_several_leaves_are_summarised_as_by_a_run(folder, chunk):
    sweep_text = '[sweep]\n[sweep.over]\n"partners.USA.will" = [0.2, 0.9]'
    path = write(folder, sweep_text, "long.toml", end=2000)
    with ThreadPoolExecutor(2) as pool:
        team = Workers(executor=pool, chunk=chunk, progress=False)
        results = sweep(path, runs=300, out=folder / f"long-{chunk}", team=team)
    assert results.verify() == []
    assert not (results.path / "scratch").exists() and not (results.path / ".staging").exists()
    for point, will in enumerate((0.2, 0.9)):
        scenario = load(path).replace({"partners.USA.will": will})
        place = folder / f"long-{chunk}-{point}"
        alone = hedgerow.run(scenario, runs=300, keep="summary", out=place, progress=False)
        pd.testing.assert_frame_equal(
            results.summary(point=point).drop(columns="point"),
            alone.summary().drop(columns="point"),
            check_exact=True,
        )


def test_the_stored_scenario_sweeps_again_to_the_same_digest(grid, folder):
    again = sweep(grid.path / "scenario.toml", keep="ties", out=folder / "again", team=SERIAL)
    assert again.manifest["tables_digest"] == grid.manifest["tables_digest"]
    assert again.manifest["scenario_sha256"] == grid.manifest["scenario_sha256"]


def test_the_folder_holds_what_it_promises(grid):
    about = grid.manifest
    assert {path.name for path in grid.path.iterdir()} == {
        *("scenario.toml", "manifest.json", "log.txt", "summary.csv", "tables"),
        *("sweep.json", "journal.jsonl", "points.csv"),
    }
    assert not list(grid.path.rglob(".*"))
    assert (about["points"], about["replicates"], about["design"]) == (12, 3, "grid")
    assert (about["runs_planned"], about["runs_stored"], about["runs_failed"]) == (36, 36, 0)
    runs = grid.runs()
    assert np.all(runs["run"] == runs["point"] * 3 + runs["replicate"])
    assert list(runs["partners.USA.will"].unique()) == [0.2, 0.9]
    assert list(runs["terms.security"].unique()) == [1, 0]
    found = status(grid.path)
    assert found.good and (found.planned, found.stored, found.points) == (36, 36, 12)


def test_a_summary_can_be_of_some_measures_and_years(folder):
    text = GRID.replace(
        "replicates = 3", 'replicates = 3\nmeasures = ["arms_orders", "tier:USA"]\nyears = [2001]'
    )
    results = sweep(write(folder, text, "few.toml"), out=folder / "few", team=SERIAL)
    summary = results.summary()
    assert set(summary["year"]) == {2001}
    assert set(summary["measure"].str.partition(":")[0]) == {"arms_orders", "tier"}
    assert {m for m in summary["measure"] if m.startswith("tier")} == {"tier:USA"}
    assert results.verify() == []


# random numbers --------------------------------------------------------------------------------
def test_points_share_their_random_numbers_unless_they_are_told_not_to(grid, folder):
    drawn = "instruments.arms.turnover"
    runs = grid.runs()
    for _, rows in runs.groupby("replicate"):
        assert rows[drawn].nunique() == 1
    scenario = load(write(folder), {"ensemble.common_random_numbers": False})
    apart = sweep(scenario, keep="ties", out=folder / "apart", team=SERIAL)
    assert apart.runs()[drawn].nunique() == 36
    first = hedgerow.run(
        scenario.replace({"partners.USA.will": 0.2, "behaviour.autonomy": 0.0}),
        runs=3,
        out=folder / "apart-0",
        progress=False,
    )
    assert_same_runs(apart, 0, first)  # point 0 keeps the streams of a plain run


def test_streams_of_points_never_meet():
    points, replicates = np.meshgrid([0, 1, 2**24 - 1], [0, 1, 2**32 - 1])
    found = streams(points.ravel(), replicates.ravel().astype(np.uint64), common=False)
    assert len(set(found.tolist())) == 9
    assert max(found.tolist()) < 2**56
    assert streams(points.ravel(), replicates.ravel().astype(np.uint64), True).max() == 2**32 - 1


# runs that fail --------------------------------------------------------------------------------
BREAKS = """
[sweep]
replicates = 2
[sweep.over]
"countries.VNM.threat.level" = [0.5, 1e308, 1.0]
"""


@pytest.fixture(scope="module")
def broken(folder):
    """A sweep of which the runs of one point leave the real numbers."""
    return sweep(write(folder, BREAKS, "breaks.toml"), out=folder / "broken", team=SERIAL)


def test_a_failed_run_is_a_row_with_its_reason_and_the_sweep_goes_on(broken):
    runs = broken.runs()
    assert list(runs["status"]) == ["done", "done", "failed", "failed", "done", "done"]
    assert runs["reason"][2] and runs["reason"].notna().sum() == 2
    assert broken.manifest["runs_failed"] == 2
    assert set(broken.summary()["point"]) == {0, 2}
    assert broken.verify() == []
    assert status(broken.path).good


def test_a_sweep_may_stop_at_its_first_failure_and_go_on_later(broken, folder):
    place = prepare(write(folder, BREAKS, "breaks.toml"), out=folder / "fast")
    with pytest.raises(Failed, match=r"run 2 failed: .*\n.*4 of 6 runs stored.*hedgerow resume"):
        resume(place, Workers(processes=1, chunk=1, fail_fast=True, progress=False))
    results = resume(place, SERIAL)
    assert results.manifest["tables_digest"] == broken.manifest["tables_digest"]


def test_a_failure_among_the_last_runs_stops_nothing(folder):
    """There are none left to stop; the summaries come all the same, as do all runs."""
    text = """
[sweep]
design = "list"
replicates = 130
measures = ["alignment_index"]
[[sweep.over]]
"partners.USA.will" = 0.5
[[sweep.over]]
"countries.VNM.threat.level" = 1e308
"""
    place = prepare(write(folder, text, end=2000), out=folder / "last", kernel="numpy")
    results = resume(place, Workers(processes=1, chunk=4, fail_fast=True, progress=False))
    assert (results.manifest["runs_stored"], results.manifest["runs_failed"]) == (260, 130)
    assert set(results.summary()["point"]) == {0} and status(place).good


# one folder, one process -----------------------------------------------------------------------
def test_a_sweep_that_is_worked_on_is_refused_to_others(grid, folder):
    from hedgerow.runs.spec import read
    from hedgerow.runs.store import Store

    place = prepare(write(folder), out=folder / "held")
    store = Store(place, read(place))
    try:
        with pytest.raises(SweepRefused, match="another process works here"):
            resume(place, SERIAL)
        assert status(place).held and not status(place).good
        with pytest.raises(ValueError, match="another process"):
            prepare(write(folder), out=place, force=True)
    finally:
        store.close()
    assert not status(place).held
    assert resume(place, SERIAL).manifest["runs_stored"] == 36


def test_a_done_sweep_is_left_as_it_is(grid):
    before = {p: p.stat().st_mtime_ns for p in grid.path.rglob("*") if p.name != "log.txt"}
    assert resume(grid.path, SERIAL).manifest == grid.manifest
    after = {p: p.stat().st_mtime_ns for p in grid.path.rglob("*") if p.name != "log.txt"}
    assert after.keys() == before.keys()
    assert [p for p in before if p.is_file() and before[p] != after[p]] == []


def test_sweep_json_vouches_for_itself(grid, folder):
    place = prepare(write(folder), out=folder / "changed")
    about = json.loads((place / "sweep.json").read_text(encoding="utf-8"))
    about["seed"] += 1
    (place / "sweep.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(hedgerow.results.ResultError, match="was changed or damaged"):
        resume(place, SERIAL)
