"""Maps of sweeps: the table, the slices, the edge of hedging, and where the hedge breaks."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sweep.small import write

import hedgerow
from hedgerow.analysis.phase import MOST, NoMap, phase
from hedgerow.analysis.phase.critical import critical_values, curve_of, is_rivalry
from hedgerow.analysis.phase.values import between, changed, wilson
from hedgerow.results import Results
from hedgerow.runs import Workers, sweep
from hedgerow.runs.settle import points, settled
from hedgerow.scenario.wording import shown, words

INTENSITY, AUTONOMY, STRAIN = (
    "relations.intensity",
    "behaviour.autonomy",
    "behaviour.cross_pressure",
)
PAIR = "relations.rivalry.USA.CHN"

HEAD = """
schema = 2
title = "A small map"
extends = "threshold"
[time]
end = 2002
"""

GRID = """
[sweep]
replicates = 8
measures = ["alignment_index", "diplomacy:USA", "event:hedging_broken"]
years = [2001, 2002]
[sweep.over]
"relations.intensity" = [0.5, 1.0, 2.0, 4.0]
"behaviour.autonomy" = [0.0, 5.0, 10.0]
"behaviour.cross_pressure" = [30.0, 40.0]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a sweep of a text, once."""
    known = {}

    def maker(text, keep="summary", runs=None):
        key = (text, keep, runs)
        if key not in known:
            folder = tmp_path_factory.mktemp("sweep")
            (folder / "small.toml").write_text(HEAD + text, encoding="utf-8")
            team = Workers(processes=1, progress=False)
            out = folder / "out"
            known[key] = sweep(folder / "small.toml", runs, keep=keep, out=out, team=team)
        return known[key]

    return maker


@pytest.fixture(scope="module")
def small(made):
    return made(GRID, "countries")


# the table -------------------------------------------------------------------------------------
def test_the_table_says_of_each_point_what_its_runs_did(small):
    """Against the runs themselves, in pandas."""
    found = phase(small, INTENSITY, AUTONOMY, "alignment_index", at={STRAIN: 40.0})
    runs = small.runs(columns=["run", INTENSITY, AUTONOMY, STRAIN])
    runs = runs.merge(small.countries(columns=["run", "alignment_index"], year=2002), on="run")
    rows = found.table
    assert len(rows) == 12 and found.year == 2002
    for row in rows.to_dict("records"):
        there = (runs[path] == row[path] for path in (INTENSITY, AUTONOMY, STRAIN))
        values = runs[np.logical_and.reduce(list(there))]["alignment_index"].dropna()
        assert len(values) == row["n"]
        assert row["mean"] == pytest.approx(values.mean())
        assert row["sd"] == pytest.approx(values.std())
        assert row["in_band"] == pytest.approx(((values >= 45) & (values <= 55)).mean())
        assert row["high"] - row["mean"] == pytest.approx(1.959964 * values.sem())
    assert set(rows[STRAIN]) == {40.0}


def test_slices_are_cut_out_of_the_grid(small):
    found = phase(small, "intensity", "autonomy", "diplomacy:USA")
    assert [panel.at for panel in found.panels] == [{STRAIN: 30.0}, {STRAIN: 40.0}]
    assert found.x.values == (0.5, 1.0, 2.0, 4.0) and found.y.values == (0.0, 5.0, 10.0)
    for panel in found.panels:
        cells = found.cells(panel, "mean")
        assert cells.shape == (3, 4)
        for i, theta in enumerate(found.y.values):
            for j, heat in enumerate(found.x.values):
                table = found.table
                row = table[
                    (table[INTENSITY] == heat)
                    & (table[AUTONOMY] == theta)
                    & (table[STRAIN] == panel.at[STRAIN])
                ]
                assert cells[i, j] == row["mean"].item()


def test_axes_may_be_turned(small):
    one = phase(small, INTENSITY, AUTONOMY, "diplomacy:USA", at={STRAIN: 40})
    other = phase(small, AUTONOMY, INTENSITY, "diplomacy:USA", at={"cross_pressure": 40})
    np.testing.assert_array_equal(
        one.cells(one.panels[0], "mean"), other.cells(other.panels[0], "mean").T
    )
    assert (one.along, other.along) == ("x", "y")
    np.testing.assert_allclose(one.panels[0].curve.median[[0, -1]], [1.5, 3.0])
    np.testing.assert_allclose(other.panels[0].curve.median[[0, -1]], [1.5, 3.0])


def test_an_event_that_never_happened_is_a_zero(small):
    found = phase(small, INTENSITY, AUTONOMY, "event:hedging_broken")
    events = small.events(year=2002, event="hedging_broken")
    runs = small.runs(columns=["run", "point"])
    count = runs[runs["run"].isin(events["run"])]["point"].value_counts()
    for row in found.table.to_dict("records"):
        assert row["mean"] == pytest.approx(count.get(row["point"], 0) / 8)
    assert (found.table["mean"] == 0.0).any()


BREAKS = """
[sweep]
replicates = 2
measures = ["alignment_index", "event:visit:USA"]
[sweep.over]
"countries.VNM.threat.level" = [0.5, 1e308]
"behaviour.autonomy" = [0.0, 1.0]
"""


def test_a_point_where_all_runs_failed_is_a_hole(tmp_path):
    team = Workers(processes=1, progress=False)
    result = sweep(write(tmp_path, BREAKS), out=tmp_path / "out", team=team)
    found = phase(result, "threat.level", AUTONOMY, "alignment_index")
    assert found.grid and found.table["n"].tolist() == [2, 2, 0, 0]
    cells = found.cells(found.panels[0], "mean")
    assert np.isfinite(cells[:, 0]).all() and np.isnan(cells[:, 1]).all()
    assert not found.undecided()[2:].any()
    visits = phase(result, "threat.level", AUTONOMY, "event:visit:USA").table
    assert visits["n"].tolist() == [2, 2, 0, 0] and visits["mean"].isna().tolist()[2:] == [True] * 2
    with pytest.raises(NoMap, match="all runs failed"):
        only = BREAKS.replace("[0.5, 1e308]", "[1e307, 1e308]")
        broken = sweep(write(tmp_path, only), out=tmp_path / "broken", team=team)
        phase(broken, "threat.level", AUTONOMY, "alignment_index")


# what is asked for -----------------------------------------------------------------------------
def test_what_the_sweep_does_not_have_is_told(small, made):
    def told(*words, **how):
        given = {"x": INTENSITY, "y": AUTONOMY, "measure": "alignment_index"} | how
        with pytest.raises(NoMap) as caught:
            phase(small, **given)
        for word in words:
            assert word in str(caught.value)

    told("x trust", INTENSITY, AUTONOMY, STRAIN, x="trust")
    told("both behaviour.autonomy", y="autonomy", x="autonomy")
    told("no measure 'alignment'", "did you mean", measure="alignment")
    told("has no alignment_index of 1999", "2001, 2002", year=1999)
    told("no country 'XYZ'", "VNM", country="XYZ")
    told("is not 35", "30, 40", at={STRAIN: 35})
    told("is an axis of the map already", at={AUTONOMY: 5.0})
    told("at nothing", at={"nothing": 5.0})
    told("is not 3 anywhere", "0.5, 1, 2, 4", against=3.0)
    one = '[sweep]\nreplicates = 1\n[sweep.over]\n"behaviour.autonomy" = [0.0, 1.0]\n'
    with pytest.raises(NoMap, match=r"swept behaviour\.autonomy alone"):
        phase(made(one), AUTONOMY, AUTONOMY, "alignment_index")


def test_a_run_is_no_sweep(tmp_path):
    run = hedgerow.run("threshold", runs=1, until=2000, out=tmp_path / "r", progress=False)
    with pytest.raises(NoMap, match="is a run and no sweep"):
        phase(run, "a", "b", "alignment_index")


def test_too_many_panels_name_the_values_to_choose_from(made):
    many = GRID.replace("[30.0, 40.0]", "{ low = 20.0, high = 40.0, points = 11 }")
    many = many.replace("replicates = 8", "replicates = 1")
    with pytest.raises(NoMap, match=rf"11 panels, and {MOST} are the most.*with at=.*20, 22, 24"):
        phase(made(many), INTENSITY, AUTONOMY, "diplomacy:USA")
    one = phase(made(many), INTENSITY, AUTONOMY, "diplomacy:USA", at={"cross_pressure": 22})
    assert len(one.panels) == 1 and one.at == {STRAIN: 22.0}


# points that are no grid -----------------------------------------------------------------------
SOBOL = """
[sweep]
design = "sobol"
points = 16
replicates = 2
measures = ["alignment_index"]
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0, scale = "log" }
"behaviour.autonomy" = { low = 0.0, high = 10.0 }
"""


def test_points_of_a_sample_stay_points(made):
    found = phase(made(SOBOL), INTENSITY, AUTONOMY, "alignment_index")
    assert not found.grid and found.varied == () and found.x.log and not found.y.log
    (panel,) = found.panels
    assert len(panel.rows) == 16 and panel.at == {}
    low, high = found.y.values[0], found.y.values[-1]
    ends = [60 / (40 - 2 * low), 60 / (40 - 2 * high)]
    np.testing.assert_allclose(panel.curve.median[[0, -1]], ends)
    with pytest.raises(NoMap, match="needs a grid"):
        phase(made(SOBOL), INTENSITY, AUTONOMY, "alignment_index", against=1.0)


def test_a_third_path_of_a_sample_varies_among_the_points(made):
    third = SOBOL + '"behaviour.cross_pressure" = { low = 30.0, high = 50.0 }\n'
    found = phase(made(third), INTENSITY, AUTONOMY, "alignment_index")
    assert found.varied == (STRAIN,) and not found.along
    assert found.panels[0].curve is None


def test_a_list_that_is_a_grid_is_drawn_as_one(made):
    rows = "".join(
        f'[[sweep.over]]\n"{INTENSITY}" = {heat}\n"{AUTONOMY}" = {theta}\n'
        for theta in (5.0, 0.0)
        for heat in (2.0, 1.0)
    )
    head = '[sweep]\ndesign = "list"\nreplicates = 1\nmeasures = ["alignment_index"]\n'
    found = phase(made(head + rows), INTENSITY, AUTONOMY, "alignment_index")
    assert found.grid and found.x.values == (1.0, 2.0) and found.y.values == (0.0, 5.0)
    ragged = f'{head}{rows}[[sweep.over]]\n"{INTENSITY}" = 3.0\n'
    found = phase(made(ragged), INTENSITY, AUTONOMY, "alignment_index")
    assert not found.grid
    # The last point leaves autonomy as the scenario has it, which is 5.
    assert found.table[AUTONOMY].tolist() == [5.0, 5.0, 0.0, 0.0, 5.0]


NAMED = """
[sweep]
replicates = 2
measures = ["alignment_index"]
[sweep.over]
"relations.intensity" = [0.1, 1.0, 10.0]
"countries.VNM.strategy" = ["quantal", "best_reply"]
"terms.autonomy" = [true, false]
"""


def test_names_and_switches_are_axes_in_the_order_of_the_sweep(made):
    found = phase(made(NAMED), INTENSITY, "strategy", "alignment_index")
    assert found.y.values == ("quantal", "best_reply") and not found.y.numeric
    assert found.x.log  # equal ratios
    assert [panel.at for panel in found.panels] == [
        {"terms.autonomy": True},
        {"terms.autonomy": False},
    ]
    np.testing.assert_allclose(found.panels[0].curve.median, [2.0, 2.0])  # 60/(40 − 10)
    np.testing.assert_allclose(found.panels[1].curve.median, [1.5, 1.5])  # 60/40
    chosen = phase(made(NAMED), INTENSITY, "strategy", "alignment_index", at={"autonomy": False})
    assert chosen.at == {"terms.autonomy": False} and len(chosen.table) == 6


# the band --------------------------------------------------------------------------------------
def test_shares_between_quantiles_by_hand():
    """Even between quantiles: below 45 lie 0.25 + 0.25 · 1/6, below 55 lie 0.5 + 0.25 · 5/6."""
    assert between(np.array([40.0, 44.0, 50.0, 56.0, 60.0]), 45, 55) == pytest.approx(5 / 12)
    assert between(np.array([5.0, 25.0, 50.0, 75.0, 95.0]), 45, 55) == pytest.approx(0.1)
    assert between(np.array([46.0, 48.0, 50.0, 52.0, 54.0]), 45, 55) == 1.0
    assert between(np.array([10.0, 20.0, 30.0, 40.0, 44.0]), 45, 55) == 0.0
    assert between(np.array([10.0, 10.0, 10.0, 90.0, 90.0]), 45, 55) < 0.05
    assert math.isnan(between(np.full(5, np.nan), 45, 55))


@given(st.lists(st.floats(0, 100), min_size=41, max_size=41, unique=True))
def test_shares_between_quantiles_are_near_the_share_of_runs(values):
    """Two ends, each at most a quarter off; in the order of the true share of even values."""
    levels = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    exact = np.mean([45 <= value <= 55 for value in values])
    assert abs(between(levels, 45.0, 55.0) - exact) <= 0.5
    assert 0.0 <= between(levels, 45.0, 55.0) <= 1.0


def test_the_summary_alone_gives_nearly_the_same_band(made, small):
    alone = phase(made(GRID), INTENSITY, AUTONOMY, "diplomacy:USA")
    exact = phase(small, INTENSITY, AUTONOMY, "diplomacy:USA")
    assert (alone.band, exact.band) == ("quantiles", "runs")
    assert (alone.table["in_band"] - exact.table["in_band"]).abs().max() < 0.3
    without = phase(
        made(GRID.replace('"alignment_index", ', "")), INTENSITY, AUTONOMY, "diplomacy:USA"
    )
    assert without.band == "" and without.table["in_band"].isna().all()
    assert not without.undecided().any()


@given(st.integers(1, 200), st.integers(0, 200))
def test_the_interval_of_a_share_is_wilsons(n, hits):
    assume(hits <= n)
    known = binomtest(hits, n).proportion_ci(method="wilson")
    low, high = wilson(np.array([hits / n]), np.array([n]))
    assert low[0] == pytest.approx(known.low, abs=1e-6)
    assert high[0] == pytest.approx(known.high, abs=1e-6)


def test_what_chance_leaves_open_is_where_the_interval_holds_a_half(made):
    found = phase(made(GRID), INTENSITY, AUTONOMY, "diplomacy:USA")
    table, open_ = found.table, found.undecided()
    assert open_.any() and not open_.all()
    for inside, is_open in zip(table["in_band"], open_, strict=True):
        # Of 8 runs, 2 to 6 leave it open: Wilson's interval of 1 in 8 ends at 0.47.
        if abs(inside - 0.5) < 0.2:
            assert is_open
        if abs(inside - 0.5) > 0.45:
            assert not is_open


# changes ---------------------------------------------------------------------------------------
def test_changes_by_hand():
    """sd 1 and 2 of 4 runs each: errors ½ and 1, together √1.25; n = 0 leaves a hole."""
    table = pd.DataFrame({"mean": [1.0, 4.0, 0.5], "sd": [1.0, 2.0, np.nan], "n": [4, 4, 0]})
    found = changed(table, [(np.array([0, 1, 2]), 0)])
    assert found["change"].tolist()[:2] == [0.0, 3.0]
    assert found["change_low"][1] == pytest.approx(3.0 - 1.959964 * math.sqrt(1.25))
    assert found["change_high"][1] == pytest.approx(3.0 + 1.959964 * math.sqrt(1.25))
    assert (found["change_low"][0], found["change_high"][0]) == (0.0, 0.0)
    assert np.isnan(found["change_high"][2])


def test_changes_are_counted_along_x_all_else_equal(small):
    found = phase(small, INTENSITY, AUTONOMY, "diplomacy:USA", against=1)
    table = found.table.set_index([STRAIN, AUTONOMY, INTENSITY])
    for (strain, theta, heat), row in table.iterrows():
        start = table.loc[(strain, theta, 1.0)]
        assert row["change"] == pytest.approx(row["mean"] - start["mean"])
        assert heat != 1.0 or row["change"] == 0.0
    sign = pd.Series(found.sign(), index=table.index)
    hot, ends = sign.xs(4.0, level=INTENSITY), table.xs(4.0, level=INTENSITY)["change_high"]
    assert ((hot == -1) == (ends < 0.0)).all()
    assert (hot <= 0).all() and (hot == -1).any()  # rivalry costs ties
    assert (sign.xs(1.0, level=INTENSITY) == 0).all()


# where the hedge breaks ------------------------------------------------------------------------
THETAS = [{AUTONOMY: theta} for theta in (0.0, 5.0, 10.0, 20.0)]
HAND = [1.5, 2.0, 3.0, math.inf]  # 60/(40 − 2θ)


def critical(scenario, path, at, year=2014, draws=1, **how):
    return critical_values(scenario, path, at, year, "VNM", draws, 1, **how)[:, 0]


def test_a_multiple_of_all_rivalry_by_hand():
    """With a rivalry of 1 the axis is the threshold itself; with 4, 1 on it is a rivalry of 4."""
    scenario = hedgerow.load("threshold")
    np.testing.assert_allclose(critical(scenario, INTENSITY, THETAS), HAND)
    hot = scenario.replace({PAIR: 4.0})
    np.testing.assert_allclose(critical(hot, INTENSITY, THETAS), np.array(HAND) / 4)
    # What the scenario itself multiplies rivalry by is what the axis replaces.
    np.testing.assert_allclose(
        critical(scenario.replace({INTENSITY: 3.0}), INTENSITY, THETAS), HAND
    )


def test_the_rivalry_of_a_pair_by_hand():
    """On its axis lies the rivalry itself, before it is multiplied."""
    scenario = hedgerow.load("threshold")
    np.testing.assert_allclose(critical(scenario, PAIR, THETAS), HAND)
    half = [at | {INTENSITY: 0.5} for at in THETAS]
    np.testing.assert_allclose(critical(scenario, PAIR, half), np.array(HAND) * 2)
    turned = "relations.rivalry.CHN.USA"
    np.testing.assert_allclose(critical(scenario, turned, THETAS), HAND)


SHOCK = """
schema = 2
title = "A shock"
extends = "threshold"
[[shocks]]
label = "hotter"
at = 2005.0
path = "relations.rivalry.USA.CHN"
op = "{op}"
value = {value}
until = 2010.0
source = "convention"
"""


def test_the_year_decides_which_shocks_are_in_force(tmp_path):
    file = tmp_path / "shock.toml"
    file.write_text(SHOCK.format(op="multiply", value=2.0), encoding="utf-8")
    scenario = hedgerow.load(str(file))
    for year, expected in ((2004, 2.0), (2005, 1.0), (2009, 1.0), (2010, 2.0)):
        assert critical(scenario, INTENSITY, [{}], year) == pytest.approx(expected)
        assert critical(scenario, PAIR, [{}], year) == pytest.approx(expected)
    file.write_text(SHOCK.format(op="set", value=1.6), encoding="utf-8")
    scenario = hedgerow.load(str(file))
    assert critical(scenario, PAIR, [{}], 2005) == math.inf  # the shock sets it, the axis does not
    assert critical(scenario, INTENSITY, [{}], 2005) == pytest.approx(1.25)
    value = "shocks.hotter.value"
    assert is_rivalry(scenario, value) and not is_rivalry(scenario, "shocks.hotter.probability")
    assert critical(scenario, value, [{}, {AUTONOMY: 10.0}], 2005) == pytest.approx([2.0, 3.0])
    assert critical(scenario, value, [{}], 2004) == math.inf
    file.write_text(SHOCK.format(op="set", value=2.5), encoding="utf-8")
    beyond = hedgerow.load(str(file))  # of which there is no balance, wherever on the axis
    assert critical(beyond, PAIR, [{}], 2005) == 0.0


def test_the_rivalry_that_a_scenario_gives_is_the_one_on_the_axis():
    """R* where it is given, whatever autonomy is."""
    at = [{"behaviour.critical_rivalry": r, AUTONOMY: t} for r in (0.7, 1.7) for t in (0.0, 30.0)]
    found = critical(hedgerow.load("threshold"), INTENSITY, at)
    np.testing.assert_allclose(found, [0.7, 0.7, 1.7, 1.7])


def test_before_any_shock_it_is_the_multiple_of_the_model():
    vietnam = hedgerow.load("vietnam")
    found = critical_values(vietnam, INTENSITY, [{}], 1996, "VNM", 6, 3)
    known = hedgerow.critical_rivalry(vietnam, runs=6, seed=3)
    np.testing.assert_allclose(found, known)
    assert known.std() > 0.1


def test_at_the_value_found_the_multiple_of_the_model_is_one():
    """All rivals of Vietnam, all terms: the axis of one pair, the others as they are."""
    vietnam = hedgerow.load("vietnam")
    at = {AUTONOMY: 4.0, "behaviour.critical_rivalry": 0.0, STRAIN: 16.0}
    (value,) = critical_values(vietnam, PAIR, [at], 1996, "VNM", 1, 3)[0]
    # Found with the other pairs as they are; scaling everything by 1 must be critical, too.
    there = vietnam.replace(at | {PAIR: float(value)})
    assert hedgerow.critical_rivalry(there, runs=1, seed=3)[0, 0] == pytest.approx(1.0)


def test_curves_are_quantiles_over_draws():
    values = np.arange(1.0, 101.0)[None, :].repeat(2, axis=0)
    values[1, 40:] = np.inf
    curve = curve_of(["a", "b"], values)
    assert (curve.low[0], curve.median[0], curve.high[0]) == (5.0, 50.0, 95.0)
    assert (curve.low[1], curve.median[1], curve.high[1]) == (5.0, np.inf, np.inf)
    assert curve.never.tolist() == [0.0, 0.6]


def test_no_curve_without_rivalry_on_an_axis(small):
    found = phase(small, AUTONOMY, STRAIN, "alignment_index", at={INTENSITY: 1.0})
    assert found.along == "" and found.panels[0].curve is None


# words -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (INTENSITY, "multiple of all rivalry"),
        (AUTONOMY, "cost of unequal alignment with rivals, log-odds"),
        (PAIR, "rivalry of two powers (United States, China)"),
        ("sanctions.USA.RUS.enforcement", "enforcement by United States against Russia's friends"),
        (
            "shocks.caatsa.value",
            "enforcement by United States against Russia's friends, from 2017.5",
        ),
        (
            "shocks.war-supply.value",
            "what it can supply (Russia, arms), multiple from 2022 to 2030",
        ),
        ("shocks.caatsa.probability", "probability that the shock caatsa comes"),
        ("terms.cross_pressure", "cross pressure switched on"),
        ("countries.VNM.rules", "rules of Vietnam"),
    ],
)
def test_axes_are_named_in_plain_words(path, expected):
    assert words(hedgerow.load("vietnam"), path) == expected


def test_values_are_shown_shortly():
    values = [0.1 + 0.2, -2.0, True, "quantal", ["no_alliance"]]
    told = ["0.3", "\N{MINUS SIGN}2", "true", "quantal", '["no_alliance"]']
    assert [shown(value) for value in values] == told


# the shipped sweeps ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["sweep-sanctions", "sweep-rivalry"])
def test_a_shipped_sweep_is_a_question_with_points_that_can_be(name, tmp_path):
    scenario = hedgerow.load(name)
    assert scenario.parent == "vietnam"
    assert scenario.title.endswith("?") and scenario.question.endswith("?")
    assert scenario.description.endswith(".")
    table = scenario.resolved["sweep"]
    assert table["design"] == "grid" and len(table["over"]) == 3
    for axis in table["over"].values():
        assert axis["source"] and axis["low"] < axis["high"]
    found = points(settled(scenario, None, None, None))  # looks at every corner
    assert 100 < len(found) < 500
    last = max(len(set(column)) for column in zip(*found.rows, strict=True))
    assert last <= 13
    # A run of it has the measures and years that the sweep keeps, so that a map can be drawn.
    run = hedgerow.run(scenario, runs=1, keep="summary", out=tmp_path / "r", progress=False)
    summary = run.summary(year=table["years"])
    assert set(table["measures"]) <= set(summary["measure"])
    assert set(table["years"]) == set(summary["year"])
    assert "alignment_index" in table["measures"]  # for the band


def test_the_axis_of_sanctions_is_the_enforcement_in_force():
    """Nothing else changes it: every date from 2017.5 on has the value of the axis."""
    from hedgerow.model.shocks import active, in_force
    from hedgerow.scenario.compile import world

    scenario = hedgerow.load("sweep-sanctions").replace({"shocks.caatsa.value": 33.0})
    whole = world(scenario, np.arange(4, dtype=np.uint64), 1)
    for quarter, expected in ((0, 0.0), (85, 0.0), (86, 33.0), (110, 33.0), (135, 33.0)):
        values = in_force(whole.values, whole.shocks, active(whole.shocks, quarter))
        assert (values["enforcement"] == expected).all(), quarter


def test_results_that_were_copied_can_be_mapped(small, tmp_path):
    import shutil

    copy = Results(shutil.copytree(small.path, tmp_path / "copy"))
    one, other = (phase(r, INTENSITY, AUTONOMY, "alignment_index") for r in (small, copy))
    pd.testing.assert_frame_equal(one.table, other.table)
