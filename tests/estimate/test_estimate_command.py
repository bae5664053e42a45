"""``hedgerow estimate``: what it says, writes and refuses; scenarios read what it writes."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

import hedgerow
from hedgerow.cli.main import main
from hedgerow.errors import EstimationError

FEW = ("trade", "position", "sizes", "labels", "suppliers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("estimate") / "out"
    assert main(["estimate", *FEW, "--draws", "50", "--quiet", "--out", str(place)]) == 0
    return place


def test_the_folder_holds_habits_draws_tables_and_a_figure(folder):
    names = {path.name for path in folder.iterdir()}
    assert names >= {"habits-2014.toml", "habits-2014.parquet", "estimate.json", "estimates.tex"}
    assert names >= {"estimates.csv", "fits.csv", "tests.csv", "estimates.svg"}
    about = json.loads((folder / "estimate.json").read_text(encoding="utf-8"))
    assert about["kinds"] == list(about["converged"]) and len(about["states"]) == 49
    marks = pq.read_schema(folder / "habits-2014.parquet").metadata
    assert json.loads(marks[b"hedgerow.estimate"]) == about


def test_a_scenario_reads_the_habits_and_the_draws(folder, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = 2\ntitle = "Own"\nextends = "vietnam-2014"\n'
        f'habits = "{folder}/habits-2014.toml"\nparameters = "{folder}/habits-2014.parquet"\n',
        encoding="utf-8",
    )
    scenario = hedgerow.load(own)
    held = scenario.draws.holding(scenario.quantities)
    assert {"habits.arms.urn", "habits.arms.base_other", "habits.trade.drift"} <= set(held)
    assert scenario.draws.knowledge == (2014, False)
    assert scenario.quantities["habits.position.spread"].value == pytest.approx(0.666, abs=0.02)
    # Suppliers that the scenario does not know are among the others.
    draws = scenario.draws.columns
    assert np.all(draws["habits.arms.base_other"] > draws["habits.arms.base.EU"])
    assert "habits.arms.base.TUR" not in draws
    found = hedgerow.run(scenario, runs=2, until=2014, progress=False)
    assert len(found.runs()) == 2


def test_it_is_the_same_to_the_bit_and_in_python(folder):
    found = hedgerow.estimate(FEW, draws=50)
    assert found.converged
    read = pq.read_table(folder / "habits-2014.parquet")
    assert read.column_names == list(found.draws)
    for name, values in found.draws.items():
        assert (read[name].to_numpy() == values).all()


def test_the_text_is_a_table(folder, capsys):
    assert main(["estimate", "trade", "--states", "ASEAN", "--until", "2012"]) == 0
    told = capsys.readouterr().out
    assert "Habits of 10 states, years to 2012" in told
    assert "habits.trade.gravity" in told and "converged" in told
    assert "[" in told and "(" in told


def test_a_cut_before_leaves_out_what_came_after():
    early, late = (hedgerow.estimate(["sizes"], until=year, draws=2) for year in (2009, 2014))
    known, all_ = (len(found.fits["sizes"].likelihood.cluster) for found in (early, late))
    assert known > 100 and known < all_
    orders = early.sample.orders
    assert (orders.year + orders.lag).max() <= 2009
    assert "to 2009" in early.document["habits"]["arms"]["size"]["source"]


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        (("prices",), "expected some of counts, sizes"),
        (("trade", "--states", "XYZ"), "'XYZ' is no state and no group of the panel"),
        (("trade", "--states", "VNM"), "two or more are needed"),
        (("trade", "--until", "1990"), "the panel can be cut after"),
        (("lags", "--until", "2003"), "nothing is left of the panel"),
        (("labels", "--leave-out", "ASEAN"), "nothing is left of the panel"),
        (("labels", "--until", "1999"), "nothing is left of the panel"),
        (("position", "--until", "1998"), "too little is left of the panel"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_nothing_written(words, telling, tmp_path, capsys):
    place = tmp_path / "out"
    assert main(["estimate", *words, "--out", str(place)]) == 2
    assert telling in capsys.readouterr().err and not place.exists()
    with pytest.raises(EstimationError):
        hedgerow.estimate(["prices"])


def test_a_folder_that_is_there_is_refused(folder, capsys):
    assert main(["estimate", "trade", "--out", str(folder)]) == 2
    assert "choose another folder" in capsys.readouterr().err
