"""A number of a scenario that has changed is seen, and named, in the quick size of experiments."""

import copy
import shutil
from pathlib import Path

import pytest

import hedgerow
from hedgerow import files
from hedgerow.experiment import QUICK, read, reference, reproduce
from hedgerow.experiment.inputs import FOLDER, changes, differences, file_of, of_scenario
from hedgerow.scenario.document import listed_form
from hedgerow.scenario.write import to_toml

SWAPPED = "order x, y, now y, x"
EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"


def changed(name, path):
    """The document of a shipped scenario with one number a tenth larger; the old and new number."""
    document = copy.deepcopy(hedgerow.load(name).resolved)
    *parts, last = path.split(".")
    table = document
    for part in parts:
        table = table[part]
    if isinstance(table[last], dict):
        table, last = table[last], "value"
    old = table[last]
    table[last] = 1.1 * old
    return listed_form(document), old, table[last]


@pytest.mark.parametrize(
    ("experiment", "scenario", "path"),
    [
        ("premium-payout", "vietnam", "instruments.arms.turnover.high"),
        ("no-limits", "russia-china-closer", "countries.VNM.threat.level.value"),
        ("rival-readings", "loyal", "countries.VNM.threat.level.value"),
        ("bamboo-breaks", "threshold", "behaviour.autonomy"),
        ("arms-flows", "no-war", "instruments.arms.turnover.high"),
    ],
)
def test_a_tenth_more_of_one_number_is_seen_and_named(tmp_path, experiment, scenario, path):
    folder = tmp_path / experiment
    shutil.copytree(EXPERIMENTS / experiment, folder)
    shutil.copytree(EXPERIMENTS / FOLDER, tmp_path / FOLDER)
    document, old, new = changed(scenario, path)
    (folder / scenario).write_text(to_toml(document), encoding="utf-8")
    asked = read(folder, QUICK)
    verdict = reproduce(asked, against=reference.load(asked)).verdict
    assert verdict.failed
    assert [gap for gap in verdict.gaps if gap.used > 1.0]
    told = f"{old!r}, now {new!r}"
    assert f"changed since the reference: scenario {scenario}: {path} {told}" in str(verdict)


def test_texts_and_sources_are_no_inputs():
    scenario = hedgerow.load("vietnam")
    document = copy.deepcopy(scenario.resolved)
    document["title"] = "Another title"
    document["partners"]["RUS"]["name"] = "The Russian Federation"
    document["behaviour"]["shortfall"]["source"] = "S0-trust-2019"
    document["ensemble"] |= {"runs": 7, "seed": 3}
    other = copy.copy(scenario)
    object.__setattr__(other, "resolved", document)
    now, then = of_scenario(other), of_scenario(scenario)
    assert list(differences(then, now)) == []
    assert file_of("vietnam", now) == file_of("vietnam", then)


def test_files_that_differ_never_pass_in_silence():
    then, now = {"ties": {"a": 1, "b": 2}}, {"ties": {"b": 2, "a": 1}}
    assert file_of("x", then) != file_of("x", now)
    assert changes(then, now) == ["the order of keys, now another"]
    assert changes({"a": 1}, {"a": 2}) == ["a 1, now 2"]


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ({"a": {"low": 1.0}}, {"a": {"low": 1.5}}, ["a.low 1.0, now 1.5"]),
        ({"terms": {"loyalty": True}}, {"terms": {"loyalty": 1}}, ["terms.loyalty true, now 1"]),
        ({"a": {"b": 2}}, {}, ["a.b 2, now not there"]),
        ({}, {"rules": ["x"]}, ['rules not there, now ["x"]']),
        (
            {"shocks": {"a b": {"at": 1}}},
            {"shocks": {"a b": {"at": 2}}},
            ['shocks."a b".at 1, now 2'],
        ),
        (
            {"partners": {"RUS": {}, "CHN": {}}},
            {"partners": {"CHN": {}, "RUS": {}}},
            [],
        ),
        *(
            ({name: {"x": {}, "y": {}}}, {name: {"y": {}, "x": {}}}, [f"{name} in the {SWAPPED}"])
            for name in ("shocks", "futures", "options", "over")
        ),
        (
            {"shocks": dict.fromkeys("vwxyz", 1)},
            {"shocks": dict.fromkeys("vyxwz", 1)},
            ["shocks in the order w, x, y, now y, x, w"],
        ),
        ({"ties": {"a": 1, "b": 2}}, {"ties": {"b": 2, "a": 1}}, []),
    ],
)
def test_what_differs_is_told_with_its_path_and_both_values(then, now, told):
    assert list(differences(then, now)) == told


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    """A copy of the seeds that is read in place of the shipped ones; change a text of a file."""
    folder = tmp_path / "shipped" / "data"
    for name in ("seeds", "scenarios"):
        shutil.copytree(files.folder(name), folder / name)
    monkeypatch.setattr(files, "_PACKAGE", folder.parent)

    def changer(name, old, new):
        path = folder / "seeds" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    return changer


USA = [f'measures = ["tier:USA"]\nyears = [2023, 2023]\nkind = "tier"\nvalue = {n}' for n in (3, 2)]
STEPS = {
    "facts": 'targets = ["arsenal-rus-2023"]',
    "calibrate": "until = 2024\ndraws = 20\ness = 2.0\nrecords = 4\nruns = 100",
    "score": "runs = 2",
    "forecast": "date = 2026-11-22\nfirst = 2025\nuntil = 2026\nruns = 2",
}


@pytest.mark.parametrize(
    ("kind", "file", "old", "new", "told"),
    [
        *(
            (kind, "targets.toml", "value = 0.7\n", "value = 0.72\n", "value 0.7, now 0.72")
            for kind in ("facts", "calibrate", "score")
        ),
        ("forecast", "targets.toml", USA[0], USA[1], "tier-usa-2023.value 3.0, now 2.0"),
        ("score", "record-2014.toml", "VNM = -1.01", "VNM = -1.02", "ideal_points.VNM -1.01, now"),
    ],
)
def test_targets_and_the_record_are_inputs_of_the_steps_that_use_them(
    toy, seeds, kind, file, old, new, told
):
    text = f"""
schema = 1
title = "A step"
seed = 1
[runs]
quick = 2
full = 2
[steps.it]
kind = "{kind}"
{STEPS[kind]}
"""
    text += "" if kind == "facts" else 'scenario = "vietnam"\nallow_hindsight = true\n'
    (toy / "experiment.toml").write_text(text, encoding="utf-8")
    experiment = read(toy)
    first = reproduce(experiment)
    reference.store(experiment, first.rows, first.manifest, first.inputs)
    kept = reference.load(experiment)
    assert not reproduce(experiment, against=kept).verdict.failed
    seeds(file, old, new)
    verdict = reproduce(experiment, against=kept).verdict
    assert verdict.changed
    assert f"changed since the reference: seeds/{file}: " in str(verdict)
    assert told in str(verdict)
