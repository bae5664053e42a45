"""Figures of analyses for print: at the width of a column nothing is cut, overlaps or is small."""

from dataclasses import replace

import pytest
from calibrate import small as calibrated
from discover.test_discover_figures import STRATEGY, WILL
from discover.test_discover_figures import figure as region
from figures import test_figures_phase as maps
from figures.extents import wrong_with
from figures.test_figures_compare import comparison, course
from score import made as scored
from sensitivity.test_sensitivity_figures import made as sensitivity

import hedgerow
from hedgerow.analysis.calibration import calibrate, pictures, prove, targets_of
from hedgerow.analysis.phase import phase
from hedgerow.analysis.scoring import pictures as scores
from hedgerow.analysis.scoring import score_scenario
from hedgerow.figures import phase as drawing
from hedgerow.figures import sensitivities

LONG = "What if something with a very long title were to happen in the years to come? " * 2
AUTONOMY = replace(WILL, path="behaviour.autonomy")
AT = {maps.STRATEGY: "quantal"}


@pytest.mark.parametrize("count", [1, 2, 6])
def test_comparisons(count):
    courses = [course(f"India · change of label: United States {i}") for i in range(count)]
    whole = comparison(*courses, titles=(LONG, f"{LONG}!"))
    assert wrong_with(whole.plot) == []


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return maps.run(tmp_path_factory.mktemp("grid"), maps.GRID)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return maps.run(tmp_path_factory.mktemp("sample"), maps.SOBOL)


@pytest.mark.parametrize("kind", ["one", "several", "three", "sample", "change"])
def test_maps(kind, grid, sample):
    x, y, names = maps.INTENSITY, maps.AUTONOMY, maps.STRATEGY
    found = {
        "one": lambda: phase(grid, x, y, "alignment_index", at=AT),
        "several": lambda: phase(grid, x, y, "hedging_index"),
        "three": lambda: phase(grid, names, x, "diplomacy:USA"),
        "sample": lambda: phase(sample, x, y, "diplomacy:USA"),
        "change": lambda: phase(grid, x, names, "hedging_index", against=0.5),
    }[kind]()
    assert wrong_with(lambda: drawing.pages(found)) == []


@pytest.mark.parametrize("kind", ["saltelli", "morris", "latin"])
def test_sensitivities(kind):
    assert wrong_with(lambda: sensitivities.pages(sensitivity(kind))) == []


@pytest.mark.parametrize("limits", [(WILL,), (STRATEGY,), (WILL, STRATEGY, AUTONOMY)])
def test_discoveries(limits):
    assert wrong_with(lambda: region(*limits)) == []


@pytest.mark.parametrize("large", [False, True])
def test_calibrations(large):
    scenario = hedgerow.load("vietnam" if large else calibrated.SCENARIO)
    until = 2014 if large else 2004
    record = targets_of(scenario, until, None if large else calibrated.TARGETS)
    sizes = {"ess": 10, "draws": 20, "seed": 1, "workers": 1, "allow_hindsight": True}
    found = prove(calibrate(scenario, until, record, 150, **sizes), 10)
    assert wrong_with(lambda: pictures.pictures(found)) == []


@pytest.mark.parametrize("large", [False, True])
def test_scores(large):
    scenario = hedgerow.load("vietnam" if large else scored.SCENARIO)
    targets = None if large else scored.TARGETS
    how = {"seed": 1, "targets": targets, "allow_hindsight": True, "ablations": True}
    found = score_scenario(scenario, None, 8, **how)
    assert wrong_with(lambda: scores.pictures(found)) == []


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_forecasts(name):
    how = {"runs": 8, "until": 2035, "date": "2025-01-01", "allow_hindsight": True}
    assert wrong_with(hedgerow.forecast(name, **how).plot) == []


@pytest.mark.parametrize("year", [1997, 2023])
def test_explanations(year):
    assert wrong_with(hedgerow.explain("vietnam", year=year, tiers=["USA"]).plot) == []


@pytest.mark.parametrize("rivalry", [(), (0.0, 1.0, 2.0)])
def test_tournaments(rivalry):
    scenario = hedgerow.load("vietnam", {"time.end": 2000})
    found = hedgerow.tournament(scenario, runs=4, seed=1, rivalry=rivalry)
    assert wrong_with(found.plot) == []
    alone = replace(
        found, rows=tuple(r for r in found.rows if r.strategy in ("quantal", "neutral"))
    )
    assert wrong_with(alone.plot) == []


def test_captions_tell_what_measures_and_strategies_are():
    told = comparison(course()).plot().caption
    assert "Arms orders: share in the orders of the last five years" in told
    found = hedgerow.explain("vietnam", year=1997).plot().caption
    assert "returns: what step ties yield" in found
