"""Forecasts: what counts as an event, by hand, and a real ensemble through the command."""

import csv
import re

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import beta

from hedgerow.analysis.forecasts import PRIORS, Event, Known, forecast, outcomes
from hedgerow.cli.commands.forecast import command
from hedgerow.cli.state import State
from hedgerow.errors import HindsightError
from hedgerow.facts import load_evidence
from hedgerow.model.record import ChoiceRecord, EventRows, Record
from hedgerow.scenario import load
from hedgerow.scenario.draws import Knowledge, to_bytes

FIRST, LAST = 2025, 2028
YEARS = LAST - 1996 + 1
NAN = np.nan


@pytest.fixture(scope="module")
def vietnam():
    return load("vietnam")


def record(vietnam, **ties):
    """Two runs in which nothing happens but what is given, from 2020 on: by tie, (years, 2)."""
    shape = (YEARS, 1, len(vietnam.partners), 2)
    found = {name: np.zeros(shape) for name in ("tier", "arms_orders", "arms_stock")}
    russia = vietnam.partners.index("RUS")
    found["arms_stock"][:, 0, russia] = 0.9  # the main supplier
    for name, rows in ties.items():
        found[name][2020 - 1996 :, 0, russia] = rows
    return Record({"alignment_index": np.zeros((YEARS, 1, 2))}, found)


def began(event, kind, year, partner, *runs):
    """Rows of an event of Vietnam that began in the first quarter of a year, in some runs."""
    ones = np.zeros(len(runs), dtype=np.int64)
    numbers = {"value": ones + 2.0, "until": ones + NAN, "cause": ones - 1, "rival": ones - 1}
    where = {"country": ones, "replicate": np.array(runs)}
    return EventRows(event, kind, year, 1, partner, **where, **numbers)


NOTHING = Known({}, {})


def told(vietnam, given, known=NOTHING):
    return dict(outcomes(given, vietnam, FIRST, LAST, known))


def test_a_rung_above_that_of_the_year_before_counts_for_good(vietnam):
    # 2020 to 2028; the second run had the rung already and falls back.
    rows = [[1, 2]] * 6 + [[2, 2], [1, 1], [1, 2]]
    found = told(vietnam, record(vietnam, tier=rows))[Event("next_tier", "VNM", "RUS")]
    assert found.tolist() == [[0, 0], [1, 0], [1, 0], [1, 0]]


def test_a_rung_that_rules_forbid_is_no_possible_rise(vietnam):
    assert "no_alliance" in vietnam.resolved["countries"]["VNM"]["rules"]  # nothing above 3
    rows = [[2, 3]] * 5 + [[3, 3]] * 4
    found = told(vietnam, record(vietnam, tier=rows))[Event("next_tier", "VNM", "RUS")]
    assert found[:, 0].tolist() == [1, 1, 1, 1]
    assert np.isnan(found[:, 1]).all()
    free = vietnam.replace({"countries.VNM.rules": []})
    found = told(free, record(free, tier=rows))[Event("next_tier", "VNM", "RUS")]
    assert found[:, 1].tolist() == [0, 0, 0, 0]


def test_a_rung_on_record_is_no_rise_and_runs_below_it_are_left_out(vietnam):
    event = Event("next_tier", "VNM", "RUS")
    rows = [[1, 2]] * 5 + [[2, 3]] * 4  # the first run is below the record, the second on it
    found = told(vietnam, record(vietnam, tier=rows), Known({("VNM", "RUS"): 2}, {}))[event]
    assert np.isnan(found[:, 0]).all()
    assert found[:, 1].tolist() == [1, 1, 1, 1]
    found = told(vietnam, record(vietnam, tier=rows), Known({("VNM", "RUS"): 3}, {}))[event]
    assert np.isnan(found).all()


def test_a_designation_that_did_not_come_leaves_the_run_out(vietnam):
    given = record(vietnam)
    usa = vietnam.partners.index("USA")
    given.events += [
        began("designation", "coercion", 2020, usa, 0),
        began("designation", "coercion", 2026, usa, 0, 1),
    ]
    event = Event("designation", "VNM", "USA")
    known = Known({}, {("VNM", "USA"): (2017, 2022)})
    found = told(vietnam, given, known)[event]
    assert np.isnan(found[:, 0]).all()
    assert found[:, 1].tolist() == [0, 1, 1, 1]
    assert told(vietnam, given)[event][:, 0].tolist() == [0, 1, 1, 1]


def test_what_is_on_record_is_the_latest_told_before_the_forecast(vietnam):
    by_fact = {"RUS": "S3-tier-2012", "CHN": "S3-tier-chn-2022", "IND": "S3-tier-ind-2022"}
    facts = load_evidence().facts
    now = Known.before(2025, vietnam)
    for partner, fact in by_fact.items():
        assert now.rungs["VNM", partner] == facts[fact].value == 3
    assert now.rungs["VNM", "USA"] == 3
    assert now.spared == {("VNM", "USA"): (2017, 2022), ("IND", "USA"): (2017, 2022)}
    assert Known.before(2023, vietnam).rungs["VNM", "USA"] == 1
    then = Known.before(2015, vietnam)
    assert (then.rungs["VNM", "RUS"], then.rungs["VNM", "USA"], then.spared) == (3, 1, {})


def test_treaties_that_stand_from_the_first_year_are_on_record():
    known = Known.before(2025, load("asean"))
    assert known.rungs["PHL", "USA"] == known.rungs["THA", "USA"] == 4
    assert ("MYS", "CHN") not in known.rungs or known.rungs["MYS", "CHN"] == 0


def test_labels_at_their_top_are_told_as_no_question(vietnam):
    found = {row.event: row.runs for row in forecast(vietnam, 4, 1, until=2025).rows}
    for partner in ("RUS", "CHN", "USA", "IND"):
        assert found[Event("next_tier", "VNM", partner)] == 0
    assert found[Event("next_tier", "VNM", "JPN")] > 0


def test_a_reversal_is_three_years_of_orders_above_those_before(vietnam):
    before = [[0.5, 0.5]] * 5
    rows = [*before, [0.5, 0.5], [0.5, 0.8], [0.7, 0.5], [0.5, 0.5]]
    found = told(vietnam, record(vietnam, arms_orders=rows))[Event("reversal", "VNM", "RUS")]
    # 0.5, 0.5, 0.7 average 0.567 in 2027; 0.5, 0.5, 0.8 average 0.6 in 2026.
    assert found.tolist() == [[0, 0], [0, 1], [1, 1], [1, 1]]


def test_a_reversal_without_orders_before_is_no_question(vietnam):
    rows = [[NAN, 0.5]] * 5 + [[0.5, 0.5]] * 4
    found = told(vietnam, record(vietnam, arms_orders=rows))[Event("reversal", "VNM", "RUS")]
    assert np.isnan(found[:, 0]).all() and not np.isnan(found[:, 1]).any()


def test_breaks_before_the_forecast_leave_nothing_to_break(vietnam):
    given = record(vietnam)
    given.events += [
        began("hedging_broken", "hedging", 2020, -1, 0),
        began("hedging_broken", "hedging", 2027, -1, 1),
        began("designation", "coercion", 2026, 2, 0),
    ]
    found = told(vietnam, given)
    broken = found[Event("break", "VNM")]
    assert np.isnan(broken[:, 0]).all() and broken[:, 1].tolist() == [0, 0, 1, 1]
    usa = Event("designation", "VNM", vietnam.partners[2])
    assert found[usa].tolist() == [[0, 0], [1, 0], [1, 0], [1, 0]]


def test_an_answer_of_2024_stands_in_the_forecast(vietnam):
    given = record(vietnam)
    options = ("stay_out", "join")
    given.choices.append(ChoiceRecord(2024, 0, "brics", options, np.array([1, 0])))
    found = told(vietnam, given)[Event("brics", "VNM")]
    assert found.tolist() == [[1, 0]] * 4


def test_the_command_writes_what_the_function_tells(vietnam, tmp_path):
    out = tmp_path / "told"
    words = [
        "vietnam",
        "--runs",
        "8",
        "--from",
        "2000",
        "--until",
        "2002",
        "--date",
        "2024-12-31",
        "--allow-hindsight",
        "--out",
    ]
    result = CliRunner().invoke(command, [*words, str(out)], obj=State([]))
    assert result.exit_code == 0, result.output
    assert result.output.rstrip().endswith(str(out))
    assert {path.name for path in out.iterdir()} == {
        "forecast.csv",
        "forecast.svg",
        "forecast.txt",
        "forecast.png",
    }
    with (out / "forecast.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    same = forecast(vietnam, 8, first=2000, until=2002, date="2024-12-31", allow_hindsight=True)
    assert [(r["country"], r["event"], r["partner"], int(r["year"])) for r in rows] == [
        (r.event.country, r.event.name, r.event.partner, r.year) for r in same.rows
    ]
    assert [float(r["probability"] or NAN) for r in rows] == pytest.approx(
        [r.probability for r in same.rows], nan_ok=True
    )
    ends = ("2024-12-31", vietnam.sha256, PRIORS, "1")
    named = ("date", "scenario_sha256", "parameters", "hindsight")
    assert {tuple(r[name] for name in named) for r in rows} == {ends}
    assert re.search(r"hindsight: \d+ numbers with sources later than 1999", result.output)
    assert "· hindsight" in (out / "forecast.svg").read_text(encoding="utf-8")
    for row in same.rows:
        if row.runs:
            hits = round(row.probability * row.runs)
            misses = row.runs - hits
            low, high = beta.interval(0.9, hits + 0.5, misses + 0.5)
            assert row.low == pytest.approx(low if hits else 0.0)
            assert row.high == pytest.approx(high if misses else 1.0)
    assert any(0.0 < row.probability < 1.0 for row in same.rows)


def test_a_forecast_without_a_place_lies_among_the_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = [
        "vietnam",
        "--runs",
        "4",
        "--from",
        "2000",
        "--until",
        "2000",
        "--allow-hindsight",
        "--quiet",
    ]
    result = CliRunner().invoke(command, words, obj=State([]))
    assert result.exit_code == 0, result.output
    assert result.output.strip() == "results/forecast-vietnam"
    assert (tmp_path / "results" / "forecast-vietnam" / "forecast.csv").is_file()


def test_hindsight_is_refused_with_the_list_and_nothing_written(vietnam, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["vietnam", "--runs", "4", "--from", "2015", "--until", "2016"]
    result = CliRunner().invoke(command, words, obj=State([]))
    assert isinstance(result.exception, HindsightError) and not list(tmp_path.iterdir())
    for part in ("2022  S3-moderation-2022", "partners.RUS.moderation", "allow_hindsight"):
        assert part in str(result.exception)
    with pytest.raises(HindsightError, match="by the end of 2014"):
        forecast(vietnam, 4, first=2015, until=2016)
    file = tmp_path / "drawn.parquet"
    trust = {"partners.RUS.trust": np.full(4, 0.8)}
    file.write_bytes(to_bytes(trust, vietnam.quantities, Knowledge(2024, hindsight=True)))
    drawn = vietnam.replace({"parameters": str(file)})
    with pytest.raises(HindsightError, match=r"\.parquet was made with hindsight"):
        forecast(drawn, 4, until=2025)


def test_a_forecast_from_the_priors_of_what_is_to_come_needs_no_hindsight(vietnam, tmp_path):
    found = forecast(vietnam, 24, until=2030)
    assert not found.hindsight
    assert "hindsight" not in found.text()
    found.save(tmp_path / "new")
    assert "hindsight" not in (tmp_path / "new" / "forecast.svg").read_text(encoding="utf-8")
    with (tmp_path / "new" / "forecast.csv").open(encoding="utf-8") as file:
        assert {row["hindsight"] for row in csv.DictReader(file)} == {"0"}


def test_memberships_and_orders_are_those_of_the_scenario(tmp_path):
    """A club of another name, whose joining has another name, and ships beside arms."""
    path = tmp_path / "other.toml"
    path.write_text(
        """
schema = 2
title = "x"
source = "assumption"
time = { start = 2020, end = 2028 }
ensemble.poles = ["A", "B"]
partners = { A = {}, B = {} }
countries.H.ties = { arms.A = 0.9, ships.B = 0.8 }
countries.H.programmes = { arms = 4.0, ships = 4.0 }
instruments.arms = { kind = "programmes" }
instruments.ships = { kind = "programmes" }
[[choices]]
question = "league"
at = 2026.0
kind = "membership"
countries = ["H"]
options.no = {}
options.enter = { offered = "A" }
""",
        encoding="utf-8",
    )
    found = forecast(load(path), 4, 1, kernel="numpy")
    assert {"reversal:arms", "reversal:ships"} < {row.event.name for row in found.rows}
    asked = {row.year: row for row in found.rows if row.event.name == "league"}
    assert asked[2025].probability == 0.0 and asked[2028].runs == 4
    titles = {axes.get_title(loc="left") for axes in found.plot().axes}
    assert "Joins when asked: league" in titles
    assert "Orders turn back to the main supplier: ships" in titles


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ({"until": 1990}, "until must be a year from 2025, the first that is forecast, to 2035"),
        ({"until": 2050}, "until must be a year from 2025"),
        ({"first": 2030, "until": 2027}, "a year from 2030"),
        ({"first": 1998}, "first must be a year from 1999 to 2035, not 1998: vietnam runs from"),
        ({"first": 2036}, "first must be a year from 1999 to 2035"),
    ],
)
def test_a_year_that_does_not_fit_is_named(vietnam, years, told):
    with pytest.raises(ValueError, match=told):
        forecast(vietnam, 1, **years)
