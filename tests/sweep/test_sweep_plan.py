"""What a plan foretells, against the sweep that then runs."""

import tempfile

import pytest
from sweep import kills
from sweep.small import GRID, write

from hedgerow.runs import Workers, plan, sweep
from hedgerow.runs.inspection import status

SERIAL = Workers(processes=1, progress=False)
FAILS = """
[sweep]
replicates = 2
[sweep.over]
"countries.VNM.threat.level" = [1e308, 1.1e308]
"""


@pytest.mark.parametrize(
    ("design", "runs", "keep"),
    [(GRID, None, "ties"), (kills.POINTS, 1, "summary"), (kills.LONG, 130, "countries")],
)
def test_a_plan_agrees_with_what_is_then_stored(tmp_path, design, runs, keep):
    path = write(tmp_path, design, end=2000)
    planned = plan(path, runs=runs, workers=1, keep=keep)
    done = sweep(path, runs=runs, keep=keep, out=tmp_path / "out", team=SERIAL)
    assert planned.runs == done.manifest["runs_stored"]
    stored = status(done.path).bytes + (done.path / "summary.csv").stat().st_size
    assert 0.6 < planned.bytes / stored < 1.6


def test_a_trial_leaves_nothing_behind(tmp_path, monkeypatch):
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    plan(write(tmp_path))
    assert list(place.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path != place] == ["small-sweep.toml"]


def test_time_and_room_grow_with_what_is_asked_for(tmp_path):
    path = write(tmp_path, kills.LONG, end=2000)
    one, two = (plan(path, workers=workers) for workers in (1, 2))
    assert one.seconds > 0.0 and one.waiting > 0.0
    assert two.waiting > one.waiting  # more points are under way
    assert plan(path, runs=10_000, workers=1).seconds > 2 * one.seconds
    assert plan(path, runs=100, workers=1).waiting == 0.0


def test_a_sweep_of_failures_can_be_planned(tmp_path):
    planned = plan(write(tmp_path, FAILS))
    assert (planned.runs, len(planned.points)) == (4, 2)
    assert planned.bytes > 0.0
