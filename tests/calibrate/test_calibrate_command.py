"""``hedgerow calibrate`` from end to end: its files, the use of its draws, and bad input."""

import csv
import json
import shutil
from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest
from calibrate.small import SCENARIO, TARGETS, small_targets

import hedgerow
from hedgerow.analysis.calibration import CalibrationError, calibrate, targets_of
from hedgerow.analysis.calibration.fitting import Calibration
from hedgerow.analysis.calibration.predictive import bands
from hedgerow.cli.main import main
from hedgerow.errors import HindsightError
from hedgerow.scenario import load
from hedgerow.scenario.compile import sampled
from hedgerow.scenario.draws import Knowledge, parse

SIZES = ("--sets", "120", "--ess", "30", "--draws", "40", "--workers", "1")
STRONG = "countries.VNM.returns.diplomacy.USA"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder that the command has written, with a proof on a few records."""
    out = tmp_path_factory.mktemp("calibrate") / "made"
    command = ["calibrate", str(SCENARIO), "--targets", str(TARGETS), "--until", "2004"]
    assert main([*command, *SIZES, "--sbc", "20", "--quiet", "--out", str(out)]) == 0
    return out


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_folder_holds_draws_tables_figures_and_a_manifest(made):
    figures = ("parameters", "information", "targets-VNM", "sbc", "recovery")
    files = {"posterior.parquet", "parameters.csv", "targets.csv", "sbc.csv", "calibration.json"}
    assert {path.name for path in made.iterdir()} == files | {
        f"{name}.{ending}" for name in figures for ending in ("svg", "png", "txt")
    }
    manifest = json.loads((made / "calibration.json").read_text(encoding="utf-8"))
    assert manifest["effective_sets"] >= 30.0 and manifest["widening"] >= 1.0
    assert manifest["targets"] == ["diplomacy", "arsenal", "leader", "rung", "vote"]
    assert manifest["parameters"] == 6 and STRONG in manifest["informed"]
    assert manifest["sbc"]["records"] == 20


def test_tables_tell_prior_and_posterior(made):
    scenario = load(SCENARIO)
    rows = {row["path"]: row for row in table(made / "parameters.csv")}
    assert set(rows) == set(scenario.sampled_paths)
    strong = rows[STRONG]
    assert float(strong["sd"]) < float(strong["prior_sd"])
    assert float(strong["prior_mean"]) == pytest.approx(20.0, abs=3.0)
    assert strong["informed"] == "1" and float(strong["p"]) < 0.01
    drawn = parse((made / "posterior.parquet").read_bytes()).columns[STRONG]
    assert float(strong["mean"]) == pytest.approx(drawn.mean())
    record = {row["measure"]: row for row in table(made / "targets.csv")}
    assert float(record["diplomacy:USA"]["observed"]) == 0.5
    assert record["choice:ES-1"]["observed"] == "for"
    before, after = (
        float(record["diplomacy:USA"][f"{of}_q95"]) - float(record["diplomacy:USA"][f"{of}_q05"])
        for of in ("prior", "posterior")
    )
    assert after < before, "draws of the posterior, simulated anew, must say more"


def test_bands_hold_ninety_percent_of_what_a_record_would_say():
    result = calibrate(
        load(SCENARIO), 2004, small_targets(), 200, 5, 200, 30.0, workers=1, kernel="numpy"
    )
    before, after = bands(result)
    rng = np.random.default_rng(0)
    for found, runs in ((before, result.table.simulated), (after, result.predicted)):
        said = result.likelihood.measured(runs.reshape(-1, runs.shape[-1]), rng)
        for place in result.likelihood.numbers:
            band, values = found[place], said[:, place]
            assert np.mean(values < band.low) == pytest.approx(0.05, abs=0.025)
            assert np.mean(values < band.middle) == pytest.approx(0.5, abs=0.08)
            assert np.mean(values > band.high) == pytest.approx(0.05, abs=0.025)


def test_many_parameters_must_each_be_less_likely_by_chance():
    class Told(Calibration):
        chances = np.array([0.004, 0.006, 0.04])

    given = dict.fromkeys(field.name for field in fields(Calibration))
    table = SimpleNamespace(paths=("a",) * 10)
    assert Told(**given | {"table": table}).informed.tolist() == [True, False, False]


def test_a_scenario_uses_the_draws(made, tmp_path):
    shutil.copy(SCENARIO, tmp_path / "small.toml")
    shutil.copy(made / "posterior.parquet", tmp_path / "draws.parquet")
    file = tmp_path / "mine.toml"
    file.write_text(
        'schema = 2\ntitle = "Mine"\nextends = "small.toml"\nparameters = "draws.parquet"\n',
        encoding="utf-8",
    )
    scenario = load(file)
    draws = parse((made / "posterior.parquet").read_bytes())
    rows = set(zip(*draws.columns.values(), strict=True))
    assert draws.rows == 40
    values = sampled(scenario, np.arange(30, dtype=np.uint64), 1)
    taken = zip(*(values[path].tolist() for path in draws.columns), strict=True)
    assert set(taken) <= {tuple(map(float, row)) for row in rows}
    results = hedgerow.run(scenario, runs=8, workers=1, out=tmp_path / "run")
    assert set(results.runs()[STRONG]) <= set(draws.columns[STRONG])
    with pytest.raises(CalibrationError, match="has draws for parameters already"):
        calibrate(scenario, 2004, targets_of(scenario, 2004, TARGETS), sets=100, ess=10)


def test_the_same_seed_gives_the_same_draws_for_any_workers(made):
    scenario = load(SCENARIO)
    record = targets_of(scenario, 2004, TARGETS)
    again = calibrate(scenario, 2004, record, sets=120, ess=30, draws=40, workers=2)
    assert again.parquet() == (made / "posterior.parquet").read_bytes()
    other = calibrate(scenario, 2004, record, sets=120, ess=30, draws=40, workers=1, seed=8)
    assert other.parquet() != again.parquet()


def test_draws_stay_within_their_priors(made):
    scenario = load(SCENARIO)
    for path, numbers in parse((made / "posterior.parquet").read_bytes()).columns.items():
        low, high = scenario.quantities[path].support()
        assert (low <= numbers).all() and (numbers <= high).all(), path


def test_targets_to_2014_are_those_to_fit_and_later_ones_all_but_patterns():
    vietnam = load("vietnam")
    early, late = targets_of(vietnam, 2014), targets_of(vietnam, 2024)
    assert {target.use for target in early} == {"fit"}
    assert not any(target.kind == "choice" for target in early)
    assert {target.use for target in late} == {"fit", "check"}
    assert {t.id for t in early} < {t.id for t in late}
    assert {"vote-es-11-1", "vote-es-11-3"} <= {t.id for t in late}
    asean = targets_of(load("asean"), 2014)
    assert {"VNM", "IND", "IDN", "THA"} <= {target.country for target in asean}
    assert targets_of(load("no-war"), 2014) == early, "a what-if has those of its parent"


def test_shipped_targets_before_the_start_are_left_out():
    vietnam = load("vietnam-2014")
    with pytest.raises(CalibrationError, match="has no targets for it up to 2014"):
        targets_of(vietnam, 2014)
    late = targets_of(vietnam, 2024)
    assert {target.use for target in late} == {"check"}
    assert late == tuple(t for t in targets_of(load("vietnam"), 2024) if t.use == "check")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--ess", "300"), "an effective number of 300 out of 120 parameter sets cannot be had"),
        (("--until", "1999"), "has no targets for it up to 1999"),
        (("--replicates", "9"), "10"),
        (("--sets", "20"), "20 parameter sets tell nothing; take 100 or more"),
        (("--set", "partners.RUS.capacity.arms=oops"), "partners.RUS.capacity.arms"),
    ],
)
def test_bad_input_is_told_and_nothing_written(arguments, told, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["calibrate", str(SCENARIO), "--targets", str(TARGETS), "--until", "2004"]
    assert main([*command, *SIZES, *arguments]) == 2
    captured = capfd.readouterr()
    assert told in captured.err and "Traceback" not in captured.err
    assert not captured.out and not list(tmp_path.iterdir())


def test_targets_that_a_scenario_cannot_yield(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "targets.toml"
    text = TARGETS.read_text(encoding="utf-8")
    file.write_text(text.replace('"diplomacy:CHN"', '"diplomacy:JPN"'), encoding="utf-8")
    assert main(["calibrate", str(SCENARIO), "--targets", str(file), "--until", "2004"]) == 2
    assert f"{file}:2:6: target diplomacy: small has no partner 'JPN'" in capfd.readouterr().err
    file.write_text(text.replace('kind = "value"', 'kind = "values"'), encoding="utf-8")
    assert main(["calibrate", str(SCENARIO), "--targets", str(file), "--until", "2004"]) == 2
    told = capfd.readouterr().err
    assert f"{file}:20:8: target arsenal: unknown kind 'values'" in told
    assert "error: 1 problem in the targets; nothing was done" in told
    assert main(["calibrate", str(SCENARIO)]) == 2
    assert "small: targets.toml has no targets for it up to 2014" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["targets.toml"]


TRADE = "countries.VNM.returns.diplomacy.CHN"
LATER = TRADE + ' = { value = 12.0, source = "S4-trade-chn-2023" }'


def test_hindsight_is_refused_with_the_list(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["calibrate", str(SCENARIO), "--targets", str(TARGETS), "--until", "2004", *SIZES]
    assert main([*command, "--set", LATER]) == 2
    captured = capfd.readouterr()
    for part in ("by the end of 2004", "2023  S4-trade-chn-2023", TRADE, "--allow-hindsight"):
        assert part in captured.err
    assert not captured.out and not list(tmp_path.iterdir())
    changed = load(SCENARIO, {TRADE: {"value": 12.0, "source": "S4-trade-chn-2023"}})
    with pytest.raises(HindsightError, match="S4-trade-chn-2023"):
        calibrate(changed, 2004, targets_of(changed, 2004, TARGETS), sets=100, ess=10)
    with pytest.raises(
        HindsightError, match="vietnam knows more than was known by the end of 2014"
    ):
        calibrate(load("vietnam"))


def test_hindsight_that_is_allowed_is_marked_everywhere(made, tmp_path, capsys):
    out = tmp_path / "made"
    command = ["calibrate", str(SCENARIO), "--targets", str(TARGETS), "--until", "2004", *SIZES]
    more = ["--set", LATER, "--allow-hindsight", "--out", str(out)]
    assert main([*command, *more]) == 0
    assert "hindsight: 1 number with sources later than 2004" in capsys.readouterr().out
    for folder, marked in ((out, True), (made, False)):
        manifest = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        assert manifest["hindsight"] is marked
        assert [late["path"] for late in manifest["knowledge"]["late"]] == [TRADE] * marked
        for file in folder.glob("*.csv"):
            assert {row["hindsight"] for row in table(file)} == {str(int(marked))}, file
        for file in folder.glob("*.svg"):
            assert ("· hindsight" in file.read_text(encoding="utf-8")) == marked, file
        drawn = parse((folder / "posterior.parquet").read_bytes())
        assert drawn.knowledge == Knowledge(2004, hindsight=marked)
