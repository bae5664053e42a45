"""Reading a sweep that is not finished, and what else may lie in the folder of one."""

import shutil
import signal

import pandas as pd
import pytest
from sweep import kills
from sweep.small import GRID, write

import hedgerow
from hedgerow.cli.main import main
from hedgerow.results import ResultError
from hedgerow.runs import Workers, prepare, resume, sweep
from hedgerow.runs.inspection import status

TABLES = ("runs", "countries", "ties", "choices", "events")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("partial")


@pytest.fixture(scope="module")
def whole(folder):
    return sweep(
        write(folder), keep="ties", out=folder / "whole", team=Workers(processes=1, progress=False)
    )


def stopped(folder, name, runs, look=None):
    """Begin a sweep of 12 points of 3 runs, and interrupt it when so many runs are stored."""
    place = prepare(write(folder), keep="ties", out=folder / name)

    def progress(finished, planned):
        if finished >= runs:
            if look is not None:
                look(place)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(place, Workers(processes=1, chunk=1, progress=progress))
    return place


def assert_part_of(results, whole, points):
    """Compare what is there with the same points of the finished sweep."""
    for table in (*TABLES, "summary"):
        mine, all_ = getattr(results, table)(), getattr(whole, table)(point=points)
        pd.testing.assert_frame_equal(mine, all_, check_categorical=False, check_exact=True)
        assert results.dataset(table).count_rows() == len(mine)


def test_a_sweep_that_is_not_finished_is_refused_with_what_to_do(folder, capsys):
    place = stopped(folder, "refused", 6)
    with pytest.raises(ResultError) as caught:
        hedgerow.open(place)
    for part in ("not finished", f"hedgerow resume {place}", "hedgerow status", "partial=True"):
        assert part in str(caught.value)
    assert main(["plot", str(place)]) == 2
    assert "not finished" in capsys.readouterr().err
    assert not (place / "figures").exists()


def test_what_is_stored_can_be_read(folder, whole):
    place = stopped(folder, "read", 15)
    results = hedgerow.open(place, partial=True)
    assert not results.finished and "15 of 36 runs" in repr(results)
    assert (results.manifest["runs_stored"], results.manifest["runs_planned"]) == (15, 36)
    assert_part_of(results, whole, range(5))
    pd.testing.assert_frame_equal(results.points(), whole.points())
    assert results.verify() == ["the sweep is not finished: 15 of 36 runs are stored"]
    assert results.scenario().sha256 == whole.scenario().sha256
    arrays = results.to_xarray("ties", columns=["tier"])
    assert (arrays.status.sel(point=slice(5, None)) == "absent").all()
    assert (arrays.status.sel(point=slice(0, 4)) == "done").all()
    assert arrays.tier.sel(point=slice(5, None)).isnull().all()
    summary = results.to_xarray()
    assert summary.runs_done.values.tolist() == [3] * 5 + [0] * 7
    assert summary.events.sel(point=slice(5, None)).isnull().all()
    assert results.plot.alignment() is not None


def test_a_part_that_no_task_vouches_for_is_not_read(folder, whole):
    place = stopped(folder, "stray", 6)
    for part in (whole.path / "tables").rglob("*.parquet"):
        target = place / part.relative_to(whole.path).parent / "part-999999999999.parquet"
        shutil.copy(part, target)
    assert_part_of(hedgerow.open(place, partial=True), whole, range(2))


def test_reading_disturbs_nobody_and_shows_one_moment(folder, whole):
    seen = []

    def look(place):
        assert status(place).held
        seen.append(hedgerow.open(place, partial=True))
        assert_part_of(seen[0], whole, range(4))

    place = stopped(folder, "held", 12, look)
    results = resume(place, Workers(processes=1, progress=False))
    assert results.finished and results.verify() == [] and status(place).good
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
    assert_part_of(seen[0], whole, range(4))  # what came later does not show
    again = hedgerow.open(place, partial=True)
    assert again.finished and len(again.runs()) == 36


def test_what_a_kill_leaves_can_be_read(folder):
    path = write(folder, kills.LONG, "long.toml", end=2000)
    place = prepare(path, out=folder / "killed", keep="countries")
    child = kills.start(place, 1, 1)
    results = None
    while child.poll() is None:
        results = hedgerow.open(place, partial=True)
        if results.manifest["runs_stored"]:
            child.send_signal(signal.SIGKILL)
            break
    child.communicate()
    assert results is not None and not results.finished
    results = hedgerow.open(place, partial=True)
    runs, years = results.runs(), 1
    assert len(runs) == results.manifest["runs_stored"] > 0
    assert len(results.countries()) == (runs["status"] == "done").sum() * years * 2
    points = set(results.summary()["point"])
    size = results.manifest["replicates"]
    assert all((runs["point"] == point).sum() == size for point in points)


def test_nothing_at_all_stored_is_nothing_to_read(folder):
    place = prepare(write(folder), keep="ties", out=folder / "nothing")
    results = hedgerow.open(place, partial=True)
    assert results.runs().empty and results.summary().empty
    assert results.dataset("ties").count_rows() == 0
    assert list(results.batches("summary")) == []
    assert (results.to_xarray("countries").status == "absent").all()


@pytest.mark.parametrize("what", ["nowhere", "empty", "run", "damaged"])
def test_partial_is_only_for_sweeps(folder, what):
    place = folder / f"partial-{what}"
    if what == "run":
        out = hedgerow.run(write(folder), runs=2, until=2000, out=place, progress=False)
        assert hedgerow.open(place, partial=True).finished and out.finished
        return
    if what == "empty":
        place.mkdir()
    if what == "damaged":
        prepare(write(folder), out=place)
        text = (place / "sweep.json").read_text(encoding="utf-8")
        (place / "sweep.json").write_text(text.replace("0.9", "0.8"), encoding="utf-8")
    with pytest.raises(ResultError, match=what):
        hedgerow.open(place, partial=True)


# what commands make of a result ------------------------------------------------------------------
def test_what_commands_put_beside_a_result_disturbs_nothing(folder, whole, capsys):
    place = stopped(folder, "analysed", 6)
    name = "map-alignment_index-2001"
    extra = place / "analysis" / name
    extra.mkdir(parents=True)
    (extra / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    note = extra / "part-0.parquet"
    shutil.copy(next((whole.path / "tables" / "ties").iterdir()), note)
    assert status(place).problems == ()
    results = resume(place, Workers(processes=1, progress=False))
    assert (extra / f"{name}.svg").exists() and note.exists() and results.verify() == []
    (told,) = status(place).problems
    assert told.startswith(f"analysis/{name}/part-0.parquet: was added")
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
    with pytest.raises(ValueError, match="holds a result already"):
        prepare(write(folder), out=place)
    with pytest.raises(ValueError, match=f"holds 'analysis/{name}/part-0.parquet'"):
        prepare(write(folder, GRID), out=place, force=True)
    note.unlink()
    again = prepare(write(folder, GRID), out=place, force=True)
    assert not (again / "analysis").exists()  # it was of the result that is replaced
