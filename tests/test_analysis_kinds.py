"""Calibrations, scores, forecasts and discoveries: what Python has is what the command writes."""

import pandas as pd
import pytest
from calibrate import small as calibrated
from matplotlib.figure import Figure
from results.synthetic import SMALL
from score import made as scored

import hedgerow
from hedgerow.analysis.calibration import calibrate, prove, targets_of
from hedgerow.analysis.discovery import discover
from hedgerow.analysis.forecasts import forecast
from hedgerow.analysis.scoring import score_scenario
from hedgerow.errors import OutputError


def calibration(folder):
    scenario = hedgerow.load(calibrated.SCENARIO)
    record = targets_of(scenario, 2004, calibrated.TARGETS)
    sizes = {"sets": 100, "ess": 10, "draws": 20, "workers": 1, "kernel": "numpy"}
    return prove(calibrate(scenario, 2004, record, **sizes), 10)


def habits(folder):
    return hedgerow.estimate(["trade", "sizes"], draws=10)


def score(folder):
    scenario = hedgerow.load(scored.SCENARIO)
    more = {"targets": scored.TARGETS, "kernel": "numpy"}
    return score_scenario(scenario, None, 8, ablations=True, **more)


def dated(folder):
    return forecast(hedgerow.load("vietnam"), 4, until=2026, date="2025-01-01", kernel="numpy")


def region(folder):
    hedgerow.run(hedgerow.load(SMALL), runs=150, out=folder / "r")
    return discover(folder / "r", ["arms_stock:RUS < 0.92"], "VNM", density=0.5)


KINDS = {
    calibration: ("calibrate-small-2004", {"targets", "parameters", "sbc"}),
    habits: ("estimate", {"estimates", "fits", "tests"}),
    score: ("score-small", {"scores", "targets", "votes", "ablations"}),
    dated: ("forecast-vietnam", {"forecast"}),
    region: ("discover", {"boxes", "limits", "trajectory"}),
}


@pytest.mark.parametrize("make", KINDS, ids=[make.__name__ for make in KINDS])
def test_an_analysis_has_its_tables_words_figure_and_files(make, tmp_path):
    stem, names = KINDS[make]
    found = make(tmp_path)
    assert found.stem == stem
    tables = found.tables()
    assert tables.keys() == names
    assert len(str(found).splitlines()) > 2
    assert isinstance(found.plot(), Figure)
    folder = found.save(tmp_path / "saved")
    for name, table in tables.items():
        read = pd.read_csv(folder / f"{name}.csv", keep_default_na=False)
        assert list(read) == list(table) and len(read) == len(table) > 0
        numbers = table.select_dtypes("number").columns
        for column in numbers:
            kept = pd.to_numeric(read[column], errors="coerce")
            pd.testing.assert_series_equal(
                kept.astype(float), table[column].astype(float), check_index=False
            )
    assert list(folder.glob("*.svg")) and list(folder.glob("*.png"))
    before = sorted(folder.iterdir())
    with pytest.raises(OutputError):
        found.save(folder)
    assert sorted(folder.iterdir()) == before


def test_a_figure_that_is_not_there_is_refused_by_name(tmp_path):
    found = calibration(tmp_path)
    assert isinstance(found.plot("recovery"), Figure)
    with pytest.raises(ValueError, match="no figure 'ranks'; there is parameters, information"):
        found.plot("ranks")
    with pytest.raises(ValueError, match="no box 9"):
        region(tmp_path).plot(9)
