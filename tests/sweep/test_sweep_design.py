"""Designs: which points a ``[sweep]`` stands for, and what is wrong with one."""

import numpy as np
import pytest
from sweep.small import GRID, write

from hedgerow.runs import NoSweep, plan
from hedgerow.runs.design import points_of
from hedgerow.runs.settle import points, settled
from hedgerow.scenario import ScenarioError, load

UNIT = {"a": {"low": 0.0, "high": 1.0}, "b": {"low": 1.0, "high": 100.0, "scale": "log"}}


def table(design, over=None, **more):
    return {"design": design, "over": over or UNIT, **more}


def columns(points):
    return [np.array(column) for column in zip(*points.rows, strict=True)]


def test_a_grid_has_every_combination_and_the_last_path_changes_fastest():
    over = {"x": [1, 2], "y": {"low": 0, "high": 1, "points": 3}, "z": [["r"], []]}
    found = points_of(table("grid", over), 0)
    assert found.paths == ("x", "y", "z")
    assert len(found) == 12
    assert found.rows[:4] == ((1, 0.0, ["r"]), (1, 0.0, []), (1, 0.5, ["r"]), (1, 0.5, []))
    assert found.rows[-1] == (2, 1.0, [])


def test_a_logarithmic_range_has_equal_ratios_and_exact_ends():
    axis = {"low": 1, "high": 1000, "points": 4, "scale": "log"}
    (values,) = columns(points_of(table("grid", {"x": axis}), 0))
    assert values[0] == 1.0 and values[-1] == 1000.0
    np.testing.assert_allclose(values, [1, 10, 100, 1000], rtol=1e-12)


def test_a_zip_goes_along_its_axes():
    over = {"x": [1, 2, 3], "y": {"low": 0, "high": 1, "points": 3}}
    assert points_of(table("zip", over), 0).rows == ((1, 0.0), (2, 0.5), (3, 1.0))


def test_a_list_leaves_out_what_a_point_does_not_say():
    found = points_of(table("list", [{"x": 1}, {"y": 2, "x": 3}, {"y": 0}]), 0)
    assert found.paths == ("x", "y")
    assert found.rows == ((1, None), (3, 2), (None, 0))
    assert found.values(2) == {"y": 0}


def test_a_latin_hypercube_has_one_point_in_every_slice_of_every_path():
    a, b = columns(points_of(table("latin", points=20), 3))
    assert sorted(np.floor(a * 20)) == list(range(20))
    assert sorted(np.floor(np.log(b) / np.log(100) * 20)) == list(range(20))


def test_a_sobol_sequence_fills_the_square_evenly():
    a, b = columns(points_of(table("sobol", points=64), 3))
    cells = np.floor(a * 8) * 8 + np.floor(np.log(b) / np.log(100) * 8)
    assert len(set(cells)) == 64  # a net: each of 64 squares holds one point


def test_saltelli_crosses_two_samples():
    first = columns(points_of(table("saltelli", points=8), 3))
    assert first[0].size == 8 * (2 + 2)
    a, cross, _, _ = (first[0][i::4] for i in range(4))
    assert np.all(a != cross)
    assert len(points_of(table("saltelli", points=8, second_order=True), 3)) == 8 * (2 * 2 + 2)


def test_morris_changes_one_path_a_step():
    a, b = columns(points_of(table("morris", points=5, levels=6), 3))
    assert a.size == 5 * 3
    for start in range(0, a.size, 3):
        steps = np.diff(a[start : start + 3]) != 0, np.diff(b[start : start + 3]) != 0
        assert np.all(steps[0] ^ steps[1])
    assert set(np.round(a * 5, 9)) <= set(range(6))


@pytest.mark.parametrize("design", ["latin", "sobol", "saltelli", "morris"])
def test_a_sample_depends_on_its_seed_alone(design):
    one = points_of(table(design, points=4), 1)
    assert one == points_of(table(design, points=4), 1)
    assert one != points_of(table(design, points=4), 2)
    assert one == points_of(table(design, points=4, seed=1), 2)


@pytest.mark.parametrize("design", ["latin", "sobol", "saltelli", "morris"])
def test_a_sample_takes_priors_and_lists(design):
    over = {"a": {"dist": "normal", "value": 0.0, "sd": 1.0}, "b": ["x", "y", "z"]}
    a, b = columns(points_of(table(design, over, points=32), 1))
    assert np.all(np.isfinite(a)) and abs(np.median(a)) < 0.7
    assert set(b) == {"x", "y", "z"}


def test_entries_of_a_list_come_equally_often():
    (found,) = columns(points_of(table("latin", {"b": ["x", "y", "z"]}, points=30), 1))
    assert sorted(found) == ["x"] * 10 + ["y"] * 10 + ["z"] * 10


def test_too_many_points_are_refused_before_they_are_made():
    over = {name: {"low": 0, "high": 1, "points": 10_000} for name in "ab"}
    with pytest.raises(NoSweep, match="100000000 points"):
        points_of(table("grid", over), 0)
    with pytest.raises(NoSweep, match="two or more"):
        points_of(table("morris", {"a": UNIT["a"]}, points=4), 0)


# what is wrong with a [sweep] ------------------------------------------------------------------
WRONG = [
    ('"partners.USA.wil" = [1]', "this path does not exist", "partners.USA.will"),
    ('"partners.USA.will" = []', "this axis has no values", "a list of values"),
    ('"partners.USA.will" = [0.5, 2.0]', "2 is out of range", "from 0 to 1"),
    ('"partners.USA.will" = 0.5', "found the number 0.5", "a list of values"),
    ('"partners.USA.will" = { low = 0, high = 1 }', "missing key 'points'", "from 2"),
    ('"partners.USA.will" = { low = 1, high = 0, points = 2 }', "low must be below high", ""),
    ('"partners.USA.will" = { low = 0, high = 3, points = 2 }', "3 is out of range", "0 to 1"),
    ('"partners.USA.will" = { low = 0, high = 1, poins = 2 }', "unknown key 'poins'", "points"),
    ('"partners.USA.will" = { dist = "uniform", low = 0, high = 1 }', "a prior has no", "list"),
    ('"terms.security" = [1]', "found the number 1", "true or false"),
    ('"countries.VNM.rules" = ["none"]', "found the text", "a list of rules"),
    ('"countries.VNM.strategy" = ["quantum"]', "quantum", "bandwagoner"),
    ('"time.end" = [2003]', "'time.end' cannot be swept", "a number, switch"),
    ('"ensemble.seed" = [1, 2]', "'ensemble.seed' cannot be swept", ""),
    ('"shocks.war.value" = [1]', "no entry of shocks is called 'war'", ""),
]


@pytest.mark.parametrize(("line", "told", "expected"), WRONG)
def test_a_wrong_axis_is_told_with_its_place(tmp_path, line, told, expected):
    path = write(tmp_path, f'[sweep]\ndesign = "grid"\n[sweep.over]\n{line}')
    with pytest.raises(ScenarioError) as error:
        load(path)
    (problem,) = error.value.problems
    assert told in str(problem) and expected in str(problem)
    last = len(path.read_text(encoding="utf-8").splitlines())
    assert (problem.file, problem.line) == (str(path), last)


EMPTY = [
    ("[sweep]\n[sweep.over]", "it is over nothing"),
    ('[sweep]\ndesign = "sobol"\n[sweep.over]\n"partners.USA.will" = [1]', "missing key 'points'"),
    ('[sweep]\npoints = 3\n[sweep.over]\n"partners.USA.will" = [1]', "'points' means nothing"),
    ('[sweep]\ndesign = "list"\n[sweep.over]\n"partners.USA.will" = [1]', "a list of points"),
    ('[sweep]\n[[sweep.over]]\n"partners.USA.will" = 1', "found a list of tables"),
    (
        '[sweep]\ndesign = "zip"\n[sweep.over]\n"partners.USA.will" = [1]\n'
        '"partners.USA.trust" = [0, 1]',
        "axes of different length",
    ),
    (
        '[sweep]\nmeasures = ["arms_order"]\n[sweep.over]\n"partners.USA.will" = [1]',
        "unknown measure",
    ),
    ('[sweep]\nyears = [1999]\n[sweep.over]\n"partners.USA.will" = [1]', "outside the scenario"),
]


@pytest.mark.parametrize(("sweep", "told"), EMPTY)
def test_a_wrong_sweep_is_told(tmp_path, sweep, told):
    with pytest.raises(ScenarioError, match=told):
        load(write(tmp_path, sweep))


def test_a_scenario_without_a_sweep_has_no_plan():
    with pytest.raises(ScenarioError, match=r"vietnam\.toml.*has no \[sweep\]"):
        plan("vietnam")


def test_a_corner_that_cannot_be_is_told_at_the_path(tmp_path):
    shock = (
        '[[shocks]]\nlabel = "more"\nat = 2000.5\npath = "partners.USA.will"\nop = "add"\n'
        'value = 0.1\nsource = "assumption"\n'
    )
    sweep = '[sweep]\n[sweep.over]\n"shocks.more.value" = { low = 0.1, high = 0.5, points = 3 }'
    path = write(tmp_path, sweep, more=shock)
    with pytest.raises(ScenarioError, match="no scenario at") as error:
        points(settled(path, None, None, None))
    assert "out of its range" in str(error.value)
    assert error.value.problems[0].line == len(path.read_text(encoding="utf-8").splitlines())


def test_replicates_come_from_the_call_or_the_sweep_or_the_scenario(tmp_path):
    path = write(tmp_path)
    assert settled(path, None, None, None).runs == 3
    assert settled(path, 5, None, None).runs == 5
    assert settled(path, 5, None, None).resolved["sweep"]["replicates"] == 5
    bare = write(tmp_path, GRID.replace("replicates = 3", ""), "bare.toml")
    assert settled(bare, None, None, None).runs == 200


def test_a_sweep_survives_its_resolved_form(tmp_path):
    whole = settled(write(tmp_path), None, None, None)
    again = tmp_path / "again.toml"
    again.write_text(whole.to_toml(), encoding="utf-8")
    assert settled(again, None, None, None).sha256 == whole.sha256
    assert points(settled(again, None, None, None)) == points(whole)


def test_a_shorter_run_drops_the_years_behind_it(tmp_path):
    sweep = '[sweep]\nyears = [2000, 2001]\n[sweep.over]\n"partners.USA.will" = [1]'
    short = settled(write(tmp_path, sweep), None, None, 2000)
    assert short.resolved["sweep"]["years"] == [2000]
    again = tmp_path / "again.toml"
    again.write_text(short.to_toml(), encoding="utf-8")
    assert load(again).sha256 == short.sha256
