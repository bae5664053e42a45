"""``hedgerow score`` from end to end, on a small scenario: its files, and what its numbers are."""

import csv
import json

import numpy as np
import pytest
from scipy.stats import beta
from score.made import SCENARIO, TARGETS, small_targets

from hedgerow.analysis.scoring import ablate, score_scenario
from hedgerow.analysis.scoring.ablations import ablations_of
from hedgerow.analysis.scoring.backcast import backcast, predictives
from hedgerow.cli.main import main
from hedgerow.model.parameters import POLITICS, PROCESSES, TERMS
from hedgerow.runs.pairs import Measure, Sample
from hedgerow.scenario import load, posteriors
from hedgerow.scenario.draws import Knowledge, to_bytes
from hedgerow.scenario.posteriors import shipped, without_draws

RUNS = 60
COMMAND = ["score", str(SCENARIO), "--targets", str(TARGETS), "--runs", str(RUNS)]
NUMPY = ["--kernel", "numpy"]


@pytest.fixture(scope="module")
def draws(tmp_path_factory):
    """A file of draws in which arms are always plentiful."""
    scenario = load(SCENARIO)
    path = "partners.RUS.capacity.arms"
    file = tmp_path_factory.mktemp("draws") / "plenty.parquet"
    drawn, known = {path: np.full(10, 1.7)}, Knowledge(2014, hindsight=False)
    file.write_bytes(to_bytes(drawn, {path: scenario.quantities[path]}, known))
    return file


@pytest.fixture(scope="module")
def made(draws, tmp_path_factory):
    """A folder that the command has written."""
    out = tmp_path_factory.mktemp("score") / "made"
    more = ["--parameters", str(draws), "--ablations", "--quiet", "--out", str(out)]
    assert main([*COMMAND, *NUMPY, *more]) == 0
    return out


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_folder_holds_tables_figures_and_a_manifest(made):
    files = {"scores.csv", "targets.csv", "votes.csv", "ablations.csv", "score.json"}
    figures = ("targets", "calibration", "ablations")
    assert {path.name for path in made.iterdir()} == files | {
        f"{name}.{ending}" for name in figures for ending in ("svg", "png", "txt")
    }
    manifest = json.loads((made / "score.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == "plenty.parquet" and manifest["runs"] == RUNS
    assert len(manifest["targets"]) == 7 and manifest["clusters"] == 6
    assert manifest["targets_in_sample"] == ["arsenal-fit", "rung-fit"]
    assert manifest["shock_chance"] == pytest.approx(2 / 7 * 6 / 3, abs=1e-4)


def test_every_target_has_a_row_for_every_ensemble(made):
    rows = table(made / "targets.csv")
    out = {(r["target"], r["forecaster"], r["shocks"]) for r in rows if r["sample"] == "out"}
    for target in small_targets().values():
        for who in ("posterior", "prior", "diversifier"):
            for shocks in ("listed", "drawn"):
                assert ((target.id, who, shocks) in out) == (target.use == "check")
    inside = {(r["target"], r["forecaster"]) for r in rows if r["sample"] == "in"}
    assert inside == {(t, w) for t in ("arsenal-fit", "rung-fit") for w in ("posterior", "prior")}
    vote = [r for r in rows if r["target"] == "vote"]
    assert {r["observed"] for r in vote} == {"abstain"}
    assert all(0.0 < float(r["share_of_what_came"]) < 1.0 for r in vote)
    assert {r["forecaster"] for r in vote} >= {"always abstain", "ordered logit", "base rates"}


def test_means_are_those_of_the_targets_and_skill_is_of_the_means(made):
    targets, scores = table(made / "targets.csv"), table(made / "scores.csv")
    costs = {
        (r["target"], r["forecaster"], r["shocks"], r["family"]): float(r["score"])
        for r in targets
        if r["sample"] == "out"
    }
    means = [r for r in scores if r["mean"] and r["rule"] in ("crps", "energy", "survival_log")]
    assert means
    for row in means:
        own = [
            c
            for (_, *key), c in costs.items()
            if key == [*(row["forecaster"], row["shocks"], row["family"])]
        ]
        assert float(row["mean"]) == pytest.approx(np.mean(own)) and len(own) == int(row["targets"])
    by = {(r["forecaster"], r["shocks"], r["rule"]): float(r["mean"]) for r in means}
    (skill,) = (
        r
        for r in scores
        if (r["forecaster"], r["shocks"], r["against"], r["rule"])
        == ("posterior", "listed", "persistence", "energy")
    )
    mine, other = by["posterior", "listed", "energy"], by["persistence", "", "energy"]
    assert float(skill["skill"]) == pytest.approx(1.0 - mine / other)
    assert skill["low"] == "", "one cluster has no interval"


def test_votes_add_up_and_the_first_question_is_the_same_without_coding(made):
    rows = table(made / "votes.csv")
    groups: dict = {}
    for r in rows:
        key = r["question"], r["coding"], r["shocks"]
        groups.setdefault(key, {})[r["option"]] = float(r["probability"])
        hits = round(float(r["probability"]) * int(r["runs"]))
        misses = int(r["runs"]) - hits
        low, high = beta.interval(0.9, hits + 0.5, misses + 0.5)
        assert float(r["low"]) == pytest.approx(low if hits else 0.0)
        assert float(r["high"]) == pytest.approx(high if misses else 1.0)
    assert len(groups) == 8
    assert all(sum(shares.values()) == pytest.approx(1.0) for shares in groups.values())
    for shocks in ("listed", "drawn"):
        assert groups["ES-1", "coded", shocks] == groups["ES-1", "uncoded", shocks]
        assert groups["ES-2", "coded", shocks] != groups["ES-2", "uncoded", shocks]


def test_the_posterior_is_used_and_the_prior_is_not_touched_by_it(made, draws):
    rows = {
        (r["target"], r["forecaster"]): r
        for r in table(made / "targets.csv")
        if (r["shocks"] == "listed" and r["measure"] == "arms_stock:RUS")
    }
    alone = score_scenario(load(SCENARIO), None, RUNS, targets=TARGETS, kernel="numpy")
    assert not alone.parameters and alone.model == "prior"
    (mark,) = next(s.marks for s in alone.scored if s.target.id == "arsenal-2018")
    assert float(rows["arsenal-2018", "prior"]["q50"]) == pytest.approx(mark.quantiles[2])
    assert float(rows["arsenal-2018", "posterior"]["q50"]) > mark.quantiles[2]
    used = load(SCENARIO, {"parameters": str(draws)})
    assert without_draws(used).draws is None and without_draws(used).sha256 != used.sha256


def test_the_backcast_reads_what_paired_runs_do(made):
    """An oracle: the same runs read by name, as ``compare`` reads them."""
    scenario, targets = load(SCENARIO), small_targets()
    some = [targets[name] for name in ("arsenal-2018", "rung-2019", "vote", "trade-ratio-2019")]
    found = backcast(scenario, some, 140, 7, 2020, kernel="numpy")
    sample = Sample(scenario, 140, 7, 2020, "numpy")

    def of(name, year):
        return sample.values(Measure(name, "VNM", year))

    assert (found.values[0][:, 0] == of("arms_stock:RUS", 2018)).all()
    ratio = of("trade:USA", 2019) / of("trade:CHN", 2019)
    assert found.values[3][:, 0] == pytest.approx(np.where(np.isfinite(ratio), ratio, 10.0))
    said = predictives(found, 7)
    rungs = of("tier:USA", 2019)
    assert said["rung-2019"].shares == pytest.approx([(rungs == k).mean() for k in range(5)])
    for option, share in zip(said["vote"].outcomes, said["vote"].shares, strict=True):
        assert share == pytest.approx(of(f"choice:ES-1:{option}", 2017).mean())


def test_ablations_are_paired_runs_without_each_part(made):
    rows = table(made / "ablations.csv")
    scenario = load(SCENARIO)
    parts = {part.name: part for part in ablations_of(scenario)}
    assert set(parts) == {
        *(*TERMS, *PROCESSES, *(f"politics of {kind}" for kind in POLITICS), "all politics"),
        *("no_alliance", "all rules", "embargoes", "level 2", "shocks to one tie's worth"),
    }
    assert {r["part"] for r in rows} == set(parts)
    effects = ablate(scenario, None, RUNS, targets=TARGETS, kernel="numpy")
    (effect,) = (e for e in effects if (e.name, e.target) == ("returns", "arsenal-2018"))
    whole, without = (
        Sample(s, RUNS, 7, 2020, "numpy").values(Measure("arms_stock:RUS", "VNM", 2018))
        for s in (scenario, scenario.replace({"terms.returns": False}))
    )
    assert effect.base == pytest.approx(whole.mean())
    assert effect.difference.mean == pytest.approx((without - whole).mean())
    allied = {e.name: e.difference.mean for e in effects if e.target == "no-alliance"}
    assert allied["returns"] >= 0.0 >= allied["no_alliance"] == allied["all rules"]


def test_the_summary_says_where_the_model_loses(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, *NUMPY, "--set", "terms.returns=false"]) == 0
    captured = capfd.readouterr()
    assert "where the model loses" in captured.out
    assert "7 targets of 2015 to 2024 on 6 questions of states" in captured.out
    assert "there is no posterior" in captured.out
    assert "warning: there is no posterior of the record to 2014 for small" in captured.err
    assert captured.out.splitlines()[-1] == "results/score-small"


def test_shipped_draws_are_found_by_name_of_scenario_or_parent(tmp_path, monkeypatch):
    (tmp_path / "posterior").mkdir()
    (tmp_path / "posterior" / "vietnam-2014.parquet").touch()
    monkeypatch.setattr(posteriors, "folder", lambda name: tmp_path)
    assert shipped(load("vietnam"), 2014).name == "vietnam-2014.parquet"
    assert shipped(load("no-war"), 2014).name == "vietnam-2014.parquet"
    assert shipped(load(SCENARIO), 2014) is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--runs", "1"), "1 is not in the range"),
        (("--parameters", "none.parquet"), "'none.parquet' does not exist"),
        (("--parameters", str(SCENARIO)), "cannot be read as draws"),
        (("--set", "time.start=2018"), "small has no years 2015 to 2017"),
        (("--set", "partners.RUS.trust=oops"), "partners.RUS.trust"),
    ],
)
def test_bad_input_is_told_and_nothing_written(arguments, told, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, *NUMPY, *arguments]) == 2
    captured = capfd.readouterr()
    assert told in captured.err and "Traceback" not in captured.err
    assert not captured.out and not list(tmp_path.iterdir())


def test_nothing_to_check_is_bad_input(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "targets.toml"
    text = TARGETS.read_text(encoding="utf-8").replace('use = "check"', 'use = "pattern"')
    file.write_text(text, encoding="utf-8")
    assert main(["score", str(SCENARIO), "--targets", str(file)]) == 2
    assert "none of its targets is to be checked after 2014" in capfd.readouterr().err
    assert main(["score", "threshold"]) == 2
    assert "threshold: targets.toml has no targets for it" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["targets.toml"]


OWN = """
[[targets]]
id = "vote"
country = "KAZ"
measures = ["choice:ES-1"]
years = [2017, 2017]
kind = "choice"
value = "abstain"
use = "check"
source = "external: minutes, 2017"
reason = "known"

[[targets]]
id = "rung"
country = "KAZ"
measures = ["tier:CHN"]
years = [2018, 2018]
kind = "rung"
value = 2
error = 0.5
use = "check"
source = "external: a statement, 2018"
reason = "known"
"""


def test_a_case_of_ones_own_is_scored_on_ones_own_targets(tmp_path, capfd, monkeypatch, recwarn):
    monkeypatch.chdir(tmp_path)
    scenario, targets = tmp_path / "mine.toml", tmp_path / "mine-targets.toml"
    text = (
        SCENARIO.read_text(encoding="utf-8").replace("VNM", "KAZ").replace("Vietnam", "Kazakhstan")
    )
    scenario.write_text(text, encoding="utf-8")
    targets.write_text(OWN, encoding="utf-8")
    words = ["score", str(scenario), "--targets", str(targets), "--runs", "16", *NUMPY]
    assert main([*words, "--out", "made"]) == 0
    told = capfd.readouterr()
    assert "no numbers among the targets" in told.out and "nan" not in told.out
    assert "Warning" not in told.err and not [w for w in recwarn if w.category is RuntimeWarning]
    rows = table(tmp_path / "made" / "targets.csv")
    assert {row["country"] for row in rows} == {"KAZ"}
    who = {row["forecaster"] for row in rows}
    assert {"prior", "diversifier", "base rates", "always abstain"} <= who
    assert "ASEAN majority" not in who, "it is no member"
    assert not list((tmp_path / "made").glob("calibration.*"))
