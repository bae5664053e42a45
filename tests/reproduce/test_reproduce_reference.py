"""New numbers against a reference: to the last bit, but for rounding, or drifted."""

import copy
import hashlib
import json
from math import nan, sqrt

import numpy as np
import pytest

from hedgerow.experiment import ExperimentError, read, reproduce
from hedgerow.experiment.drawing import about
from hedgerow.experiment.inputs import FOLDER
from hedgerow.experiment.reference import Reference, compare, load, store
from hedgerow.experiment.setting import Setting
from hedgerow.experiment.table import Cell
from hedgerow.scenario import load as load_scenario
from hedgerow.scenario.draws import Knowledge, to_bytes


@pytest.fixture
def made(toy):
    """The toy computed: experiment, table, manifest."""
    experiment = read(toy)
    outcome = reproduce(experiment, "numpy")
    return experiment, outcome.rows, outcome.manifest


@pytest.fixture
def held(toy):
    """Hold a table against a reference, the scenario being as it is now."""
    setting = Setting(read(toy), "numpy")
    setting.named("toy.toml")

    def holder(experiment, rows, manifest, reference):
        return compare(experiment, rows, manifest, reference, setting.inputs)

    return holder


def elsewhere(manifest, **changes):
    """The manifest of another machine."""
    return copy.deepcopy(manifest) | changes


def moved(rows, key, by):
    """The table with one number moved."""
    return rows | {key: Cell(rows[key].value + by, rows[key].se)}


def first(rows):
    """A number that chance has a part in."""
    return next(key for key, cell in rows.items() if cell.se > 0.0)


def test_what_is_stored_is_read_back(made, held, toy):
    experiment, rows, manifest = made
    assert load(experiment) is None
    setting = Setting(experiment, "numpy")
    setting.named("toy.toml")
    store(experiment, rows, manifest, setting.inputs)
    found = load(experiment)
    assert found.manifest == manifest
    verdict = held(experiment, rows, manifest, found)
    assert verdict.exact
    assert not verdict.drift
    assert "to the last bit" in str(verdict)


def test_on_the_same_machine_the_last_bit_is_drift(made, held):
    experiment, rows, manifest = made
    key = first(rows)
    nudged = rows | {key: Cell(float(np.nextafter(rows[key].value, np.inf)), rows[key].se)}
    verdict = held(experiment, nudged, manifest, Reference(rows, manifest))
    assert verdict.exact
    assert verdict.drift
    assert verdict.gaps[0].key == key
    assert "DRIFT: 1 of" in str(verdict)


@pytest.mark.parametrize(
    "changes",
    [
        {"platform": "other-cpu"},
        {"cpu_features": ["NEON"]},
        {"kernel": "compiled"},
        {"libraries": {"numpy": "1.0"}},
        {"libc": "musl-1.2"},
    ],
)
def test_elsewhere_one_run_of_each_sample_may_have_turned(made, held, changes):
    experiment, rows, manifest = made
    reference = Reference(rows, manifest)
    key = first(rows)
    spread = rows[key].se * sqrt(12)  # of one of twelve runs
    there = elsewhere(manifest, **changes)
    for deviations, drift in ((5.9, False), (6.1, True)):
        verdict = held(experiment, moved(rows, key, deviations * spread / 12), there, reference)
        assert not verdict.exact
        assert verdict.drift is drift
        assert "of its tolerance" in str(verdict)


def test_elsewhere_a_number_of_unknown_error_has_its_own_size_for_a_spread(made, held):
    experiment, rows, manifest = made
    key = first(rows)
    unknown = rows | {key: Cell(rows[key].value)}
    there = elsewhere(manifest, platform="x")
    for sizes, drift in ((5.5, False), (12.5, True)):  # of its own, larger once it is moved
        now = moved(unknown, key, sizes * abs(rows[key].value) / 12)
        assert held(experiment, now, there, Reference(unknown, manifest)).drift is drift


def test_elsewhere_a_number_without_chance_may_differ_by_rounding_alone(toy, held):
    step = 'kind = "facts"\ntargets = ["arsenal-rus-2022"]\n'
    path = toy / "experiment.toml"
    path.write_text(path.read_text() + f"\n[steps.record]\n{step}", encoding="utf-8")
    experiment = read(toy)
    outcome = reproduce(experiment, "numpy")
    key = next(key for key in outcome.rows if key.part == "record")
    there = elsewhere(outcome.manifest, platform="x")
    reference = Reference(outcome.rows, outcome.manifest)
    for by, drift in ((1e-12, False), (1e-6, True)):
        now = moved(outcome.rows, key, by)
        assert held(experiment, now, there, reference).drift is drift


def test_the_changed_seed_of_an_experiment_is_no_excuse(made, held):
    experiment, rows, manifest = made
    before = elsewhere(manifest, experiment=manifest["experiment"] | {"seed": 4})
    verdict = held(experiment, rows, manifest, Reference(rows, before))
    assert not verdict.drift
    assert verdict.failed
    assert "changed since the reference: experiment.toml: seed 4, now 3" in str(verdict)


def test_the_version_of_hedgerow_alone_excuses_nothing(made, held):
    experiment, rows, manifest = made
    verdict = held(experiment, rows, elsewhere(manifest, version="9.9"), Reference(rows, manifest))
    assert verdict.exact
    assert not verdict.failed
    assert "changed since the reference: hedgerow 0.1.0, now 9.9" in str(verdict)


def test_draws_that_have_changed_are_named(toy):
    vietnam, name = load_scenario("vietnam"), "drawn.parquet"
    trust = {"partners.RUS.trust": np.full(4, 0.8)}
    content = to_bytes(trust, vietnam.quantities, Knowledge(2014, hindsight=True))
    (toy / name).write_bytes(content)
    path = toy / "experiment.toml"
    text = path.read_text(encoding="utf-8").replace('"toy.toml"', '"vietnam"', 1)
    text = text.replace("[2001, 2002]", f'[1997]\nset = {{ parameters = "{toy / name}" }}')
    path.write_text(text, encoding="utf-8")
    experiment = read(toy)
    outcome = reproduce(experiment, "numpy")
    named = str(toy / name)
    assert outcome.manifest["draws_sha256"] == {named: hashlib.sha256(content).hexdigest()}
    assert outcome.manifest["hindsight"] == ["paths"]  # as they were made with it
    assert about(outcome.manifest).endswith(" · hindsight")
    before = elsewhere(outcome.manifest, draws_sha256={named: "other"})
    moved_rows = moved(outcome.rows, first(outcome.rows), 1.0)
    reference = Reference(outcome.rows, before)
    verdict = compare(experiment, moved_rows, outcome.manifest, reference, outcome.inputs)
    assert verdict.drift
    assert f"changed since the reference: draws {named}" in str(verdict)


def test_the_worst_number_is_told_first(made, held):
    experiment, rows, manifest = made
    one, other = [key for key, cell in rows.items() if cell.se > 0.0][:2]
    wrong = moved(moved(rows, one, 0.5 * rows[one].se), other, 40.0 * rows[other].se)
    verdict = held(experiment, wrong, elsewhere(manifest, platform="x"), Reference(rows, manifest))
    assert verdict.gaps[0].key == other
    assert f"worst: {other}" in str(verdict)


def test_rows_that_are_gone_or_new_are_drift_everywhere(made, held):
    experiment, rows, manifest = made
    key = first(rows)
    less = {other: cell for other, cell in rows.items() if other != key}
    there = elsewhere(manifest, platform="x")
    gone = held(experiment, less, there, Reference(rows, manifest))
    new = held(experiment, rows, there, Reference(less, manifest))
    assert (gone.drift, gone.missing) == (True, (key,))
    assert (new.drift, new.extra) == (True, (key,))
    assert f"not computed any more: {key}" in str(gone)


def test_undefined_is_equal_to_undefined_alone(made, held):
    experiment, rows, manifest = made
    key = first(rows)
    undefined = rows | {key: Cell(nan)}
    there = elsewhere(manifest, platform="x")
    assert not held(experiment, undefined, there, Reference(undefined, manifest)).drift
    verdict = held(experiment, undefined, there, Reference(rows, manifest))
    assert verdict.drift
    assert "undefined, not" in str(verdict)


def test_a_reference_that_does_not_know_its_inputs_is_refused(made):
    experiment, rows, manifest = made
    old = {key: value for key, value in manifest.items() if key != "inputs"}
    store(experiment, rows, old | {"inputs": {}}, {})
    path = experiment.folder / "reference.json"
    path.write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"earlier version .* --update-reference"):
        load(experiment)


def test_inputs_that_no_reference_names_are_removed_and_nothing_else(made, toy):
    experiment, rows, manifest = made
    outcome = reproduce(experiment, "numpy")
    kept = toy.parent / FOLDER
    kept.mkdir()
    for name in ("toy-00000000.toml", "my-notes.toml", "toy-00000000.txt"):
        (kept / name).write_text("", encoding="utf-8")
    store(experiment, rows, manifest, outcome.inputs)
    (own,) = manifest["inputs"].values()
    assert {path.name for path in kept.iterdir()} == {own, "my-notes.toml", "toy-00000000.txt"}


def test_a_reference_changed_by_hand_is_refused(made):
    experiment, rows, manifest = made
    table, made_of = store(experiment, rows, manifest | {"inputs": {}}, {})
    table.write_text(table.read_text().replace("paths", "ways"), encoding="utf-8")
    with pytest.raises(ExperimentError, match="--update-reference"):
        load(experiment)
    made_of.unlink()
    with pytest.raises(ExperimentError, match="cannot be read"):
        load(experiment)
