"""``hedgerow score`` and hindsight: what it refuses, and how it marks what was allowed."""

import csv
import json

import numpy as np
import pytest
from score.made import SCENARIO, TARGETS

from hedgerow.analysis.scoring import ablate, score_scenario
from hedgerow.cli.main import main
from hedgerow.errors import HindsightError
from hedgerow.scenario import load, posteriors
from hedgerow.scenario.draws import Knowledge, parse, to_bytes
from hedgerow.scenario.posteriors import TO_FORECAST, shipped, too_much

TRADE = "countries.VNM.returns.diplomacy.CHN"
LATER = ["--set", TRADE + ' = { value = 36.0, source = "S4-trade-chn-2023" }']
COMMAND = ["score", str(SCENARIO), "--targets", str(TARGETS), "--runs", "8", "--kernel", "numpy"]
CAPACITY = "partners.RUS.capacity.arms"


def draws(folder, knowledge):
    file = folder / "drawn.parquet"
    prior = load(SCENARIO).quantities[CAPACITY]
    file.write_bytes(to_bytes({CAPACITY: np.full(4, 1.1)}, {CAPACITY: prior}, knowledge))
    return file


def test_a_later_source_is_refused_with_path_source_and_year(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, *LATER]) == 2
    captured = capfd.readouterr()
    for part in (TRADE, "2023  S4-trade-chn-2023", "--allow-hindsight"):
        assert part in captured.err
    assert "Traceback" not in captured.err
    assert not captured.out and not list(tmp_path.iterdir())


def test_a_target_on_the_fact_of_a_number_is_refused(tmp_path, capfd):
    text = TARGETS.read_text(encoding="utf-8").replace('id = "arsenal-2018"', 'id = "mine"', 1)
    head, entry = text.split('id = "mine"')
    entry = entry.replace('"external: a test, made up"', '"S2-arms-share-2000"', 1)
    file = tmp_path / "targets.toml"
    file.write_text(f'{head}id = "mine"{entry}', encoding="utf-8")
    fact = ["--set", 'countries.VNM.ties.arms.RUS = { value = 0.9, source = "S2-arms-share-2000" }']
    assert main([*COMMAND, "--targets", str(file), *fact, "--out", str(tmp_path / "x")]) == 2
    told = capfd.readouterr().err
    assert "mine: S2-arms-share-2000" in told and "countries.VNM.ties.arms.RUS" in told
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("knowledge", "told"),
    [
        (None, "drawn.parquet does not say what it knows"),
        (Knowledge(2014, hindsight=True), "drawn.parquet was made with hindsight"),
        (Knowledge(2016, hindsight=False), "draws of the record to 2016, which is later than 2014"),
        (Knowledge(2012, hindsight=False), ""),
    ],
)
def test_draws_that_know_too_much_are_refused(tmp_path, knowledge, told):
    arguments = (load(SCENARIO), draws(tmp_path, knowledge), 4, 1, TARGETS, "numpy")
    if not told:
        assert not score_scenario(*arguments).hindsight
        return
    for function in (score_scenario, ablate):
        with pytest.raises(HindsightError, match=told):
            function(*arguments)
    assert told in score_scenario(*arguments, allow_hindsight=True).hindsight.draws


def test_what_draws_know_is_read_back_or_told_as_wrong():
    prior = load(SCENARIO).quantities[CAPACITY]
    columns = {CAPACITY: np.full(4, 1.1)}
    known = Knowledge(2010, hindsight=True)
    assert parse(to_bytes(columns, {CAPACITY: prior}, known)).knowledge == known
    wrong = to_bytes(columns, {CAPACITY: prior}, Knowledge("2010", hindsight=True))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not until"):
        parse(wrong)


@pytest.mark.parametrize(("year", "why"), [(2014, "was made with hindsight"), (2024, "to 2024")])
def test_shipped_draws_that_do_not_say_count_as_made_with_hindsight(
    year, why, tmp_path, monkeypatch
):
    (tmp_path / "posterior").mkdir()
    draws(tmp_path, None).rename(tmp_path / "posterior" / f"small-{year}.parquet")
    monkeypatch.setattr(posteriors, "folder", lambda name: tmp_path)
    small = load(SCENARIO)
    scenario = small.replace({"parameters": str(shipped(small, year))})
    told = too_much(scenario, 2014)
    assert told.startswith(f"posterior/small-{year}.parquet") and why in told
    assert "was made with hindsight" in too_much(scenario, TO_FORECAST)


@pytest.fixture(scope="module")
def allowed(tmp_path_factory):
    """A folder of a score that was allowed hindsight, and what was printed."""
    import contextlib
    import io

    out = tmp_path_factory.mktemp("score") / "made"
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        more = ["--allow-hindsight", "--ablations", "--out", str(out)]
        assert main([*COMMAND, *LATER, *more]) == 0
    return out, text.getvalue()


def test_tables_manifest_figures_and_text_bear_the_mark(allowed):
    out, text = allowed
    assert "hindsight: 1 number with sources later than 2014" in text
    assert "told as conditions, later than 2014: 5 shocks, 2 choices" in text
    manifest = json.loads((out / "score.json").read_text(encoding="utf-8"))
    assert manifest["hindsight"] is True
    late = {"path": TRADE, "source": "S4-trade-chn-2023", "year": 2023}
    assert manifest["knowledge"]["late"] == [late] and manifest["knowledge"]["cut"] == 2014
    assert len(manifest["knowledge"]["conditions"]) == 7
    tables = sorted(out.glob("*.csv"))
    assert [file.name for file in tables] == [
        f"{name}.csv" for name in ("ablations", "scores", "targets", "votes")
    ]
    for file in tables:
        with file.open(encoding="utf-8") as lines:
            assert {row["hindsight"] for row in csv.DictReader(lines)} == {"1"}
    figures = sorted(out.glob("*.svg"))
    assert len(figures) == 3
    for file in figures:
        assert "· hindsight" in file.read_text(encoding="utf-8"), file.name


def test_what_knows_nothing_later_bears_no_mark(tmp_path, capfd):
    out = tmp_path / "made"
    assert main([*COMMAND, "--out", str(out)]) == 0
    assert "hindsight" not in capfd.readouterr().out
    assert json.loads((out / "score.json").read_text(encoding="utf-8"))["hindsight"] is False
    with (out / "scores.csv").open(encoding="utf-8") as lines:
        assert {row["hindsight"] for row in csv.DictReader(lines)} == {"0"}
    for file in out.glob("*.svg"):
        assert "hindsight" not in file.read_text(encoding="utf-8")
