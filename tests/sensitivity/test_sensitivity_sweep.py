"""Real sweeps, analysed: what is read from a folder is what its tables say."""

import json

import numpy as np
import pandas as pd
import pytest
from sweep.small import write

from hedgerow.analysis.sensitivities import NoIndices, analyse, indices
from hedgerow.analysis.sensitivities.analyse import open_sweep
from hedgerow.analysis.sensitivities.responses import named, read
from hedgerow.analysis.sensitivities.runs import per_run
from hedgerow.results import ResultError
from hedgerow.runs import Workers, prepare, sweep
from hedgerow.scenario import load

TEAM = Workers(processes=1, progress=False)

SALTELLI = """
[sweep]
design = "saltelli"
points = 16
replicates = 3
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"behaviour.autonomy" = { dist = "half_normal", sd = 2.0 }
"""

MORRIS = """
[sweep]
design = "morris"
points = 6
replicates = 2
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"terms.security" = [true, false]
"""

LATIN = """
[sweep]
design = "latin"
points = 64
replicates = 2
measures = ["alignment_index", "arms_orders", "event:visit:USA"]
years = [2000, 2001]
[sweep.over]
"relations.intensity" = { low = 0.25, high = 4.0, scale = "log" }
"countries.VNM.strategy" = ["quantal", "bandwagoner"]
"""

SOME_FAIL = """
[sweep]
design = "saltelli"
points = 32
replicates = 2
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"countries.VNM.threat.level" = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1e308]
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Make a sweep once and return its folder."""
    made = {}

    def maker(text, keep="summary", own_luck=False):
        key = (text, keep, own_luck)
        if key not in made:
            home = tmp_path_factory.mktemp("sweep")
            made[key] = home / "out"
            changes = {"ensemble.common_random_numbers": False} if own_luck else {}
            scenario = load(write(home, text), overrides=changes)
            sweep(scenario, keep=keep, out=made[key], team=TEAM)
        return made[key]

    return maker


def test_indices_are_those_of_the_summary(folders):
    folder = folders(SALTELLI)
    result = analyse(folder, ["alignment_index", "diplomacy:USA"], ["vnm"], [2001, 2000], "mean")
    told = [(f.measure, f.country, f.year) for f in result.findings]
    assert told == [("alignment_index", "VNM", 2001), ("alignment_index", "VNM", 2000)]
    assert [title for title, _ in result.left_out] == [
        f"diplomacy:USA of VNM in {year}" for year in (2001, 2000)
    ]
    table = pd.read_csv(folder / "summary.csv").set_index(["country", "year", "measure", "point"])
    table = table.sort_index()
    design = open_sweep(folder).design
    for finding in result.findings:
        rows = table.loc[finding.country, finding.year, finding.measure].sort_index()
        known = indices(design, rows["mean"].to_numpy())
        for name, column in known.columns.items():
            assert np.array_equal(finding.indices.columns[name], column)
        assert finding.mean == pytest.approx(rows["mean"].mean())
        assert finding.noise.bound  # keep = summary, common random numbers
        share = (rows["sd"] ** 2 / 3).mean() / rows["mean"].var()
        assert finding.noise.share == pytest.approx(share)
    assert any("16 base points are few" in warning for warning in result.warnings)


def test_single_runs_tell_how_much_is_chance(folders):
    folder = folders(SALTELLI, keep="ties")
    for measure, table, partner in (
        ("alignment_index", "countries", None),
        ("inducement:USA", "ties", "USA"),
    ):
        (finding,) = analyse(folder, [measure], ["VNM"], [2001]).findings
        rows = pd.read_parquet(folder / "tables" / table)
        rows = rows[(rows["year"] == 2001) & (rows["country"] == "VNM")]
        if partner:
            rows = rows[rows["partner"] == partner]
        column = measure.partition(":")[0]
        y = rows.sort_values("run")[column].to_numpy(dtype=float).reshape(64, 3)
        rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
        share = (rest**2).sum() / (63 * 2) / 3 / y.mean(axis=1).var(ddof=1)
        assert finding.noise.share == pytest.approx(share) and not finding.noise.bound


def test_points_of_their_own_luck_tell_it_from_the_summary(folders):
    folder = folders(SALTELLI, own_luck=True)
    result = analyse(folder, ["alignment_index"], ["VNM"])
    (finding,) = result.findings
    rows = pd.read_csv(folder / "summary.csv").query(
        "measure == 'alignment_index' and country == 'VNM' and year == 2001"
    )
    share = (rows["sd"] ** 2 / 3).mean() / rows["mean"].var()
    assert not result.common and not finding.noise.bound
    assert finding.noise.share == pytest.approx(share)


def test_the_default_is_two_indices_and_the_main_supplier_of_each_country(folders):
    result = analyse(folders(SALTELLI))
    told = {(f.country, f.measure) for f in result.findings} | {
        tuple(title.split(" in ")[0].split(" of ")[::-1]) for title, _ in result.left_out
    }
    usual = ("alignment_index", "hedging_index", "arms_stock:RUS")  # both hold arms of Russia most
    assert told == {(country, measure) for country in ("VNM", "IND") for measure in usual}
    assert {f.year for f in result.findings} == {2001}


def test_a_sweep_told_what_to_keep_is_asked_for_just_that(folders):
    result = analyse(folders(LATIN))
    kinds = {f.measure.partition(":")[0] for f in result.findings}
    assert (
        {"alignment_index", "arms_orders"} <= kinds <= {"alignment_index", "arms_orders", "event"}
    )
    assert {f.year for f in result.findings} == {2001}
    columns = result.findings[0].indices.columns
    assert set(columns) == {"median", "min", "max", "dummy"}
    with pytest.raises(ResultError, match="has no year 1999; it has 2000, 2001"):
        analyse(folders(LATIN), years=[1999])
    with pytest.raises(ResultError, match="no 'hedging_index' of IND, VNM in 2001"):
        analyse(folders(LATIN), ["hedging_index"])


def test_all_measures_are_all_there_are(folders):
    folder = folders(MORRIS)
    result = analyse(folder, ["all"], ["VNM"])
    table = pd.read_csv(folder / "summary.csv")
    known = table[(table["country"] == "VNM") & (table["year"] == 2001)]["measure"].unique()
    titles = [f.measure for f in result.findings]
    titles += [title.removesuffix(" of VNM in 2001") for title, _ in result.left_out]
    assert sorted(titles) == sorted(known)
    assert any("nothing depends on what is swept" in reason for _, reason in result.left_out)


def test_failed_runs_take_their_base_points_along(folders):
    folder = folders(SOME_FAIL)
    result = analyse(folder, ["alignment_index"], ["VNM"])
    (finding,) = result.findings
    spec = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
    broken = {number // 4 for number, row in enumerate(spec["rows"]) if row[1] == 1e308}
    assert finding.dropped == len(broken) > 0
    assert finding.indices.used.sum() == 4 * (32 - len(broken))
    assert f"{len(broken)} of 32 base points left out" in finding.warnings[0]
    assert any(
        "runs failed" in warning and "have no run left" in warning for warning in result.warnings
    )


def test_what_is_asked_for_must_be_there(folders):
    folder = folders(SALTELLI)
    with pytest.raises(ResultError, match="did you mean 'alignment_index'"):
        analyse(folder, ["alignment_indx"])
    with pytest.raises(ResultError, match="no country 'LAO'; the sweep has IND, VNM"):
        analyse(folder, countries=["LAO"])
    with pytest.raises(NoIndices, match="no statistic 'median'; there is mean"):
        analyse(folder, statistic="median")
    with pytest.raises(NoIndices, match=r"undefined at every point|shares of runs have no q50"):
        analyse(folder, ["choice"], ["VNM"], statistic="q50")


def test_a_folder_must_hold_a_finished_sound_sweep(folders, tmp_path):
    with pytest.raises(ResultError, match="not a result folder: it has no manifest"):
        analyse(tmp_path)
    begun = prepare(write(tmp_path, SALTELLI), out=tmp_path / "begun")
    with pytest.raises(ResultError, match=r"not finished\. .*hedgerow resume"):
        analyse(begun)
    done = sweep(write(tmp_path, MORRIS), out=tmp_path / "done", team=TEAM).path
    summary = done / "summary.csv"
    summary.write_text(summary.read_text(encoding="utf-8").replace("VNM", "VMN"), encoding="utf-8")
    with pytest.raises(ResultError, match=r"summary\.csv: is not as it was written"):
        analyse(done)


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ('"partners.USA.will" = [0.2, 0.9]', "2 points of a grid design are too few"),
        ('"partners.USA.will" = { low = 0.2, high = 0.9, points = 30 }', "30 points"),
    ],
)
def test_a_grid_too_small_says_which_design_would_do(folders, over, told):
    folder = folders(f"[sweep]\nreplicates = 1\n[sweep.over]\n{over}\n")
    with pytest.raises(NoIndices, match=rf'{told}.*design = "latin".*design = "saltelli"'):
        analyse(folder, ["alignment_index"], ["VNM"])


def test_paths_that_move_together_cannot_be_told_apart(folders):
    axis = "{ low = 0.2, high = 0.9, points = 60 }"
    text = (
        '[sweep]\ndesign = "zip"\nreplicates = 1\n[sweep.over]\n'
        f'"partners.USA.will" = {axis}\n"behaviour.autonomy" = {axis}\n'
    )
    with pytest.raises(NoIndices, match="move together in this zip"):
        analyse(folders(text), ["alignment_index"], ["VNM"])


# reading ----------------------------------------------------------------------------------------
HEAD = "point,year,country,measure,mean,sd,q05,q25,q50,q75,q95,n\n"


def test_an_event_that_never_happened_at_a_point_is_a_share_of_0(tmp_path):
    lines = [
        "0,2000,VNM,alignment_index,50,1,49,49.5,50,50.5,51,4",
        "0,2000,VNM,event:incident,0.25,0.5,,,,,,4",
        "1,2000,VNM,alignment_index,,,,,,,,0",
        "3,2000,IND,event:incident,1,0,,,,,,4",
        "3,2001,VNM,event:incident,1,0,,,,,,4",
    ]
    (tmp_path / "summary.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    done = np.array([4, 3, 0, 4])
    found, known = read(tmp_path, ["VNM"], [2000], lambda name: True, done)
    assert known == ["alignment_index", "event:incident"]
    index, event = found
    assert index.columns["mean"][0] == 50.0 and np.isnan(index.columns["mean"][1:]).all()
    assert event.columns["mean"][[0, 1, 3]].tolist() == [0.25, 0.0, 0.0]
    assert np.isnan(event.columns["mean"][2])  # no run is left
    assert event.columns["n"][[0, 1, 3]].tolist() == [4.0, 3.0, 4.0]
    assert np.isnan(event.columns["q50"]).all()


def test_a_name_without_its_partner_means_every_partner():
    assert named("arms_stock:RUS", ["arms_stock"]) and named("threat", ["threat"])
    assert named("choice:ES-11/1:for", ["choice"]) and not named("arms_stock:RUS", ["arms"])


def test_measures_of_runs_are_those_of_the_tables(folders):
    folder = folders(SALTELLI, keep="ties")
    results = open_sweep(folder).results
    events = pd.read_parquet(folder / "tables" / "events")
    visits = events[(events["event"] == "visit") & (events["country"] == "VNM")]
    for partner in ("USA", "CHN"):
        known = visits[visits["partner"] == partner]
        got = per_run(results, f"event:visit:{partner}", "VNM", [2000, 2001])
        assert set(np.flatnonzero(got)) == set(known["run"])
        one = per_run(results, f"event:visit:{partner}", "VNM", [2001])
        assert set(np.flatnonzero(one)) == set(known[known["year"] == 2001]["run"])
    choices = pd.read_parquet(folder / "tables" / "choices").set_index("run")
    choices = choices[choices["country"] == "VNM"].sort_index()
    got = per_run(results, "choice:ES-11/1:abstain", "VNM", [2000, 2001])
    assert np.array_equal(got == 1.0, (choices["option"] == "abstain").to_numpy())
    with pytest.raises(ResultError, match="no partner 'XYZ'"):
        per_run(results, "trade:XYZ", "VNM", [2001])
