"""Cases of real results, counted by hand from their tables."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sweep.small import write

import hedgerow
from hedgerow.analysis.discovery import NoBox, cases, condition
from hedgerow.results import ResultError
from hedgerow.runs import Workers, sweep

LATIN = """
[sweep]
design = "latin"
points = 60
replicates = 3
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"countries.VNM.strategy" = ["quantal", "bandwagoner"]
"""

of_vietnam = partial(cases, country="VNM")

LEVEL = 41
"""Met by some of the quantal and by none of the bandwagoners."""
HIGH = f"alignment_index@2001 > {LEVEL}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Sweep once a way of keeping, and run once; return the folder."""
    made = {}

    def maker(keep, swept=True):
        if (keep, swept) not in made:
            home = tmp_path_factory.mktemp("result")
            path = write(home, LATIN if swept else "")
            if swept:
                sweep(path, keep=keep, out=home / "o", team=Workers(processes=1, progress=False))
            else:
                hedgerow.run(path, runs=60, keep=keep, out=home / "o", progress=False)
            made[keep, swept] = home / "o"
        return made[keep, swept]

    return maker


def values(folder, measure, year=2001):
    rows = pd.read_parquet(folder / "tables" / "countries")
    rows = rows[(rows["country"] == "VNM") & (rows["year"] == year)].sort_values("run")
    return rows[measure].to_numpy(dtype=float)


def test_runs_of_a_sweep_are_cases_where_they_are_kept(folders):
    folder = folders("countries")
    found = of_vietnam(folder, [condition(HIGH)])
    index = values(folder, "alignment_index")
    assert found.kind == "runs" and found.interest.tolist() == (index > LEVEL).tolist()
    assert 0 < found.interest.sum() < 180
    trade, strategy = found.inputs
    runs = pd.read_parquet(folder / "tables" / "runs").sort_values("run")
    assert trade.values == pytest.approx(runs[trade.path].to_numpy())
    labels = np.array(strategy.labels)[strategy.values.astype(int)]
    assert labels.tolist() == runs[strategy.path].tolist()


def test_points_are_as_half_of_their_runs(folders):
    folder = folders("countries")
    found = of_vietnam(folder, [condition(HIGH)], kind="points")
    share = (values(folder, "alignment_index") > LEVEL).reshape(60, 3).mean(axis=1)
    assert found.kind == "points" and found.interest.tolist() == (share >= 0.5).tolist()


def test_half_of_the_runs_of_a_point_are_enough(tmp_path):
    path = write(tmp_path, LATIN.replace("replicates = 3", "replicates = 2"))
    sweep(path, keep="countries", out=tmp_path / "o", team=Workers(processes=1, progress=False))
    index = values(tmp_path / "o", "alignment_index").reshape(60, 2)
    between = index[0].mean()
    found = of_vietnam(
        tmp_path / "o", [condition(f"alignment_index@2001 > {between}")], kind="points"
    )
    assert index[0].min() < between < index[0].max() and found.interest[0]
    assert found.interest.tolist() == (index > between).any(axis=1).tolist()


def test_points_of_a_summary_are_as_their_median_run(folders):
    known = of_vietnam(folders("countries"), [condition(HIGH)], kind="points")
    found = of_vietnam(folders("summary"), [condition(HIGH)])
    assert found.kind == "points" and found.interest.tolist() == known.interest.tolist()


def test_conditions_on_runs_are_to_hold_in_the_same_half(folders):
    folder = folders("countries")
    both = [condition(HIGH), condition("not event:visit:USA@2001")]
    events = pd.read_parquet(folder / "tables" / "events")
    visits = events.query("event == 'visit' and partner == 'USA' and country == 'VNM'")
    visited = np.zeros(180, dtype=bool)
    visited[visits[visits["year"] == 2001]["run"]] = True
    each = (values(folder, "alignment_index") > LEVEL) & ~visited
    assert of_vietnam(folder, both).interest.tolist() == each.tolist()
    points = of_vietnam(folder, both, kind="points")
    assert points.interest.tolist() == (each.reshape(60, 3).mean(axis=1) >= 0.5).tolist()


def test_the_cases_of_a_plain_run_are_its_runs_over_what_is_drawn(folders):
    folder = folders("ties", swept=False)
    found = of_vietnam(folder, [condition("trade:USA > 0.2")])
    ties = pd.read_parquet(folder / "tables" / "ties")
    ties = ties.query("country == 'VNM' and partner == 'USA' and year == 2001").sort_values("run")
    assert found.interest.tolist() == (ties["trade"] > 0.2).tolist()
    runs = pd.read_parquet(folder / "tables" / "runs")
    drawn = set(runs.columns) - {"run", "point", "replicate", "status", "reason"}
    assert {axis.path for axis in found.inputs} == drawn
    assert "instruments.arms.turnover" in drawn
    one = of_vietnam(folder, [condition(HIGH)], paths=["instruments.arms.turnover"])
    assert [axis.path for axis in one.inputs] == ["instruments.arms.turnover"]


def test_what_happens_may_happen_in_any_year(folders):
    folder = folders("summary", swept=False)
    events = pd.read_parquet(folder / "tables" / "events")
    visits = events.query("event == 'visit' and partner == 'USA' and country == 'VNM'")
    ever = of_vietnam(folder, [condition("event:visit:USA")])
    assert set(np.flatnonzero(ever.interest)) == set(visits["run"])
    first = of_vietnam(folder, [condition("event:visit:USA@2000")])
    assert set(np.flatnonzero(first.interest)) == set(visits[visits["year"] == 2000]["run"])
    voted = of_vietnam(folder, [condition("choice:ES-11/1:abstain")])
    choices = pd.read_parquet(folder / "tables" / "choices").query("country == 'VNM'")
    abstained = choices[choices["option"] == "abstain"]["run"]
    assert set(np.flatnonzero(voted.interest)) == set(abstained)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alignment_indx < 1", "did you mean 'alignment_index'"),
        ("trade:XYZ > 0", "no partner 'XYZ'"),
        ("trade:USA > 0.2", "keeps no table 'ties'"),
        ("event:visits:USA", "came up in no run; did you mean 'event:visit:USA'"),
        ("choice:ES-11/1:abstein", "did you mean 'choice:ES-11/1:abstain'"),
        ("alignment_index@1999 < 1", "has no year 1999; it has 2000 to 2001"),
    ],
)
def test_what_a_result_does_not_have_is_told(folders, text, told):
    with pytest.raises(ResultError, match=told):
        of_vietnam(folders("countries"), [condition(text)], kind="runs")


def test_other_wrong_questions(folders):
    with pytest.raises(ResultError, match="the summary has no 'alignment_indx' of VNM in 2001"):
        of_vietnam(folders("summary"), [condition("alignment_indx < 1")])
    with pytest.raises(ResultError, match="no country 'LAO'; the result has IND, VNM"):
        of_vietnam(folders("summary"), [condition(HIGH)], country="LAO")
    with pytest.raises(NoBox, match="is not among what differs between cases; did you mean"):
        of_vietnam(folders("summary"), [condition(HIGH)], paths=["countries.VNM.strateg"])
    with pytest.raises(NoBox, match="a plain run is one point"):
        of_vietnam(folders("ties", swept=False), [condition(HIGH)], kind="points")
