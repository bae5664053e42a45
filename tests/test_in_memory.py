"""Runs that are held in memory, and measures that are returned as arrays."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from results.synthetic import SMALL, axes, record

import hedgerow
from hedgerow.agents.registry import MEASURES
from hedgerow.analysis.comparison import compare
from hedgerow.errors import OutputError, ResultError
from hedgerow.model.record import ChoiceRecord
from hedgerow.results.yearly import Yearly

RUNS = 136  # two leaves, the second a small one
TABLES = ("runs", "countries", "ties", "choices", "events", "summary")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    out = tmp_path_factory.mktemp("stored") / "r"
    return hedgerow.run(SMALL, runs=RUNS, workers=1, out=out, progress=False)


@pytest.fixture(scope="module")
def held():
    return hedgerow.run(SMALL, runs=RUNS, workers=1, block=50)


# results ---------------------------------------------------------------------------------------
def test_nothing_is_written(here, capfd):
    results = hedgerow.run(SMALL, runs=3)
    assert len(results.runs()) == 3 and not results.summary().empty
    results.plot.alignment()
    assert list(here.iterdir()) == [] and capfd.readouterr() == ("", "")


@pytest.mark.parametrize("keep", ["ties", "countries", "summary"])
def test_what_is_held_is_what_a_folder_holds(stored, keep):
    held = hedgerow.run(SMALL, runs=RUNS, workers=1, keep=keep)
    for table in (name for name in TABLES if name in held.tables.names):
        one, other = (getattr(results, table)() for results in (held, stored))
        pd.testing.assert_frame_equal(one, other, check_categorical=False)
        assert held.manifest["digests"][table] == stored.manifest["digests"][table]
    if keep == "ties":
        assert held.digest == stored.digest
    else:
        with pytest.raises(ResultError, match=r"result in memory: keeps no table 'ties'"):
            held.ties()
    assert held.verify() == []


def test_it_has_the_face_of_a_folder(held, stored):
    mine, theirs = dict(held.manifest), dict(stored.manifest)
    only = {"files", "sha256", "started", "seconds", "command"}
    assert {k: v for k, v in mine.items() if k not in only} == {
        k: v for k, v in theirs.items() if k not in only
    }
    assert held.scenario().sha256 == stored.scenario().sha256
    assert held.scenario().runs == RUNS
    assert held.points().equals(stored.points())
    where = {"measure": "threat", "year": 2001}
    assert held.summary(**where).equals(stored.summary(**where))
    assert held.to_xarray("countries").equals(stored.to_xarray("countries"))
    assert sum(map(len, held.batches("ties", rows=1000))) == len(stored.ties())
    assert repr(held) == f"<Results in memory · small · {RUNS} runs>"
    with pytest.raises(ResultError, match=r"has no folder; write it .* results\.save\(FOLDER\)"):
        _ = held.path


def test_it_is_saved_as_it_would_have_been_written(here, held, stored):
    saved = held.save("kept")
    assert saved.path.name == "kept" and saved.verify() == []
    for file in ("summary.csv", "scenario.toml"):
        assert (saved.path / file).read_bytes() == (stored.path / file).read_bytes()
    assert {path.name for path in saved.path.iterdir()} == {
        path.name for path in stored.path.iterdir()
    }
    assert saved.digest == stored.digest
    with pytest.raises(OutputError, match="holds a result already"):
        held.save("kept")
    assert held.save("kept", force=True).digest == stored.digest


@pytest.mark.parametrize("keep", ["countries", "summary"])
def test_what_keeps_less_is_saved_with_less(here, stored, keep):
    saved = hedgerow.run(SMALL, runs=RUNS, workers=1, keep=keep).save("less")
    assert saved.verify() == []
    assert (saved.path / "summary.csv").read_bytes() == (stored.path / "summary.csv").read_bytes()


def test_workers_do_not_show(stored):
    held = hedgerow.run(SMALL, runs=RUNS, workers=2)
    assert held.digest == stored.digest


def test_figures_go_into_a_folder_that_is_named(here, held):
    with pytest.raises(ResultError, match="has no folder"):
        held.plot.all()
    assert held.plot.all("figures", ["svg"])[0].parent.name == "figures"


@pytest.mark.parametrize("unpaired", [True, False])
def test_it_is_compared_as_a_folder_is(held, stored, unpaired):
    found = compare(held, stored, unpaired=unpaired)
    assert (found.table["difference"] == 0.0).all() and found.base == "result in memory"


def test_more_than_the_memory_holds_is_refused(here):
    with pytest.raises(ValueError, match=r"of memory, and .* are free; write them into a folder"):
        hedgerow.run("asean", runs=10**9)
    assert list(here.iterdir()) == []


def test_force_is_for_a_folder():
    with pytest.raises(ValueError, match="name the folder: out="):
        hedgerow.run(SMALL, force=True)


# measures --------------------------------------------------------------------------------------
def as_array(frame, column, countries):
    """Return a column of the table of countries as (runs, years, countries)."""
    table = frame.pivot_table(column, ["run", "year"], "country", dropna=False, observed=False)
    shape = (frame["run"].nunique(), frame["year"].nunique(), len(countries))
    return table[list(countries)].to_numpy().reshape(shape)


def test_a_measure_is_returned_as_an_array(stored):
    countries = stored.scenario().countries
    found = hedgerow.run(SMALL, runs=RUNS, measure="threat")
    assert found.shape == (RUNS, 5, len(countries)) and found.dtype == np.float64
    assert np.array_equal(found, as_array(stored.countries(), "threat", countries))


def test_several_measures_are_returned_by_name(stored):
    def pull(yearly):
        return yearly["alignment:CHN"] - yearly["alignment:USA"]

    found = hedgerow.run(SMALL, runs=RUNS, measure=["arms_orders:RUS", pull, "event:incident:CHN"])
    assert list(found) == ["arms_orders:RUS", "pull", "event:incident:CHN"]
    countries = stored.scenario().countries
    ties = stored.ties(partner="RUS")
    assert np.array_equal(
        found["arms_orders:RUS"], as_array(ties, "arms_orders", countries), equal_nan=True
    )
    chn, usa = (as_array(stored.ties(partner=p), "alignment", countries) for p in ("CHN", "USA"))
    assert np.array_equal(found["pull"], chn - usa)
    shares = stored.summary(measure="event:incident:CHN").set_index(["year", "country"])["mean"]
    assert len(shares)
    for (year, country), share in shares.items():
        at = found["event:incident:CHN"][:, year - 2000, countries.index(country)]
        assert at.mean() == pytest.approx(share)


def test_choices_are_measured(stored):
    choices = stored.choices()
    question, option = choices[["question", "option"]].iloc[0]
    found = hedgerow.run(SMALL, runs=RUNS, measure=f"choice:{question}:{option}")
    asked = choices[choices["question"] == question]
    assert np.isfinite(found).sum() == len(asked)
    assert np.nansum(found) == (asked["option"] == option).sum()


def test_a_choice_is_undefined_where_it_was_not_made():
    """Another year, a country that is not asked, and a run in which it was not asked (-1)."""
    shape = axes()
    made = record(shape, runs=3)
    options = ("for", "against")
    choice = ChoiceRecord(shape.start + 1, 0, "vote", options, np.array([0, -1, 1]))
    scenario = SimpleNamespace(
        start=shape.start, countries=shape.countries, partners=shape.partners, events=()
    )
    found = Yearly(replace(made, choices=[choice]), scenario)["choice:vote:for"]
    wanted = np.full((3, shape.years, len(shape.countries)), np.nan)
    wanted[[0, 2], 1, 0] = [1.0, 0.0]
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    ("measure", "telling"),
    [
        ("thret", "no measure 'thret'; did you mean 'threat'"),
        ("arms_orders", "is of each partner; name one, as in arms_orders:"),
        ("arms_orders:XXX", "no partner 'XXX'"),
        ("event:flood", "no event 'flood'"),
        ("choice:none:for", "no choice 'none'"),
        ([], "an empty list"),
        (["threat", "threat"], "asked for twice"),
        (lambda yearly: yearly["threat"][0], r"returned an array \(5, .*expected \(runs, years"),
    ],
)
def test_measures_that_are_not_there(measure, telling):
    with pytest.raises(ValueError, match=telling):
        hedgerow.run(SMALL, runs=2, measure=measure)


def test_a_measure_is_of_no_folder(here):
    with pytest.raises(ValueError, match="leave out away"):
        hedgerow.run(SMALL, runs=2, measure="threat", out="out")
    assert list(here.iterdir()) == []


def test_yearly_arrays_have_their_names(held):
    seen = []
    hedgerow.run(SMALL, runs=3, measure=lambda y: seen.append(y) or y["threat"])
    (yearly,) = seen
    assert isinstance(yearly, Yearly) and yearly.runs == 3
    assert list(yearly.years) == [2000, 2001, 2002, 2003, 2004]
    columns = set(held.countries().columns) | set(held.ties().columns)
    assert set(yearly) == columns - {"run", "year", "country", "partner"}
    partners = len(yearly.partners)
    assert yearly["trade"].shape == (3, 5, len(yearly.countries), partners)


def test_a_notebook_shows_what_is_held(held, stored):
    page = held._repr_html_()
    assert "result in memory" in page and str(stored.path) in stored._repr_html_()


def test_a_measure_that_is_not_there_is_no_fault_of_a_file(held):
    for name, said in (("alignmnt_index", "did you mean"), ("arms_orders", "name one, as in")):
        with pytest.raises(ValueError, match=f"^(?:measure|no measure) '{name}'.*{said}") as caught:
            hedgerow.run(SMALL, runs=2, until=2001, measure=name)
        assert "ensemble.py" not in str(caught.value)


def test_no_measure_takes_the_place_of_a_shipped_one():
    @hedgerow.register("alignment_index")
    def nothing(yearly):
        return 0.0 * yearly["alignment_index"]

    try:
        found = hedgerow.run(SMALL, runs=2, measure="alignment_index")
    finally:
        del MEASURES["alignment_index"]
    assert np.nanmax(found) > 0.0


def test_a_tie_of_a_country_with_itself_is_undefined():
    scenario = hedgerow.load("asean")
    found = hedgerow.run(scenario, runs=1, until=1996, measure="trade:IND", kernel="numpy")
    undefined = np.isnan(found).all(axis=(0, 1))
    assert [code for code, none in zip(scenario.countries, undefined, strict=True) if none] == [
        "IND"
    ]


# analyses --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same runs in memory and in a folder."""
    how = {"runs": 80, "until": 1997, "seed": 3, "workers": 1}
    out = tmp_path_factory.mktemp("both") / "r"
    held = hedgerow.run("vietnam", **how)
    return held, hedgerow.run("vietnam", **how, out=out, progress=False)


def test_a_sensitivity_of_runs_in_memory_is_that_of_their_folder(both):
    held, stored = both
    found = [hedgerow.sensitivity(one, ["alignment_index", "trade"], ["VNM"]) for one in both]
    for name, table in found[1].tables().items():
        pd.testing.assert_frame_equal(found[0].tables()[name], table, check_dtype=False)
    assert found[0].folder is None and found[1].folder == stored.path
    with pytest.raises(ResultError, match="result in memory: the summary has no 'trad'"):
        hedgerow.sensitivity(held, ["trad"])


def test_a_region_of_runs_in_memory_is_that_of_their_folder(tmp_path):
    both = [hedgerow.run(SMALL, runs=150, out=out) for out in (None, tmp_path / "r")]
    found = [hedgerow.discover(one, "hedging_index > 0.15", "VNM", density=0.5) for one in both]
    for name, table in found[1].tables().items():
        pd.testing.assert_frame_equal(found[0].tables()[name], table, check_dtype=False)
    assert found[0].folder is None


def test_what_is_analysed_in_memory_is_saved_where_it_is_asked(both, here):
    found = hedgerow.sensitivity(both[0], ["alignment_index"])
    found.save("mine")
    assert (here / "mine" / "sensitivity.csv").is_file()
