"""New numbers against a reference: to the last bit, within tolerance, or drifted."""

import copy
import hashlib
from math import nan, sqrt

import numpy as np
import pytest

from hedgerow import resources
from hedgerow.reproduce import ExperimentError, read, reproduce
from hedgerow.reproduce.reference import Reference, compare, load, store
from hedgerow.reproduce.table import Cell


@pytest.fixture
def made(toy):
    """The toy computed: experiment, table, manifest."""
    experiment = read(toy)
    outcome = reproduce(experiment, "numpy")
    return experiment, outcome.rows, outcome.manifest


def elsewhere(manifest, **changes):
    """The manifest of another machine."""
    return copy.deepcopy(manifest) | changes


def moved(rows, key, by):
    """The table with one number moved."""
    return rows | {key: Cell(rows[key].value + by, rows[key].se)}


def first(rows):
    """A number that chance has a part in."""
    return next(key for key, cell in rows.items() if cell.se > 0.0)


def test_what_is_stored_is_read_back(made):
    experiment, rows, manifest = made
    assert load(experiment) is None
    store(experiment, rows, manifest)
    found = load(experiment)
    assert found.manifest == manifest
    verdict = compare(experiment, rows, manifest, found)
    assert verdict.exact
    assert not verdict.drift
    assert "to the last bit" in str(verdict)


def test_on_the_same_machine_the_last_bit_is_drift(made):
    experiment, rows, manifest = made
    key = first(rows)
    nudged = rows | {key: Cell(float(np.nextafter(rows[key].value, np.inf)), rows[key].se)}
    verdict = compare(experiment, nudged, manifest, Reference(rows, manifest))
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
    ],
)
def test_elsewhere_the_tolerance_counts(made, changes):
    experiment, rows, manifest = made
    reference = Reference(rows, manifest)
    key = first(rows)
    allowed = 4.0 * sqrt(2.0) * rows[key].se + 0.001
    for by, drift in ((0.9 * allowed, False), (1.1 * allowed, True)):
        verdict = compare(
            experiment, moved(rows, key, by), elsewhere(manifest, **changes), reference
        )
        assert not verdict.exact
        assert verdict.drift is drift
        assert verdict.gaps[0].used == pytest.approx(by / allowed)
        assert "of its tolerance" in str(verdict)


def test_the_version_of_hedgerow_alone_excuses_nothing(made):
    experiment, rows, manifest = made
    verdict = compare(
        experiment, rows, elsewhere(manifest, version="9.9"), Reference(rows, manifest)
    )
    assert verdict.exact
    assert not verdict.drift
    assert any("9.9" in text for text in verdict.changed)


def test_draws_that_have_changed_are_named(toy):
    name = "posterior/vietnam-2014.parquet"
    path = toy / "experiment.toml"
    text = path.read_text(encoding="utf-8").replace('"toy.toml"', '"vietnam"', 1)
    text = text.replace("[2001, 2002]", f'[1997]\nset = {{ parameters = "{name}" }}')
    path.write_text(text, encoding="utf-8")
    experiment = read(toy)
    outcome = reproduce(experiment, "numpy")
    content = (resources.folder("scenarios") / name).read_bytes()
    assert outcome.manifest["draws_sha256"] == {name: hashlib.sha256(content).hexdigest()}
    before = elsewhere(outcome.manifest, draws_sha256={name: "other"})
    moved_rows = moved(outcome.rows, first(outcome.rows), 1.0)
    verdict = compare(experiment, moved_rows, outcome.manifest, Reference(outcome.rows, before))
    assert verdict.drift
    assert f"changed since the reference: draws {name}" in str(verdict)


def test_the_worst_number_is_told_first(made):
    experiment, rows, manifest = made
    one, other = [key for key, cell in rows.items() if cell.se > 0.0][:2]
    wrong = moved(moved(rows, one, 0.5 * rows[one].se), other, 40.0 * rows[other].se)
    verdict = compare(experiment, wrong, elsewhere(manifest, platform="x"), Reference(rows, {}))
    assert verdict.gaps[0].key == other
    assert f"worst: {other}" in str(verdict)


def test_rows_that_are_gone_or_new_are_drift_everywhere(made):
    experiment, rows, manifest = made
    key = first(rows)
    less = {other: cell for other, cell in rows.items() if other != key}
    there = elsewhere(manifest, platform="x")
    gone = compare(experiment, less, there, Reference(rows, manifest))
    new = compare(experiment, rows, there, Reference(less, manifest))
    assert (gone.drift, gone.missing) == (True, (key,))
    assert (new.drift, new.extra) == (True, (key,))
    assert f"not computed any more: {key}" in str(gone)


def test_undefined_is_equal_to_undefined_alone(made):
    experiment, rows, manifest = made
    key = first(rows)
    undefined = rows | {key: Cell(nan)}
    there = elsewhere(manifest, platform="x")
    assert not compare(experiment, undefined, there, Reference(undefined, manifest)).drift
    verdict = compare(experiment, undefined, there, Reference(rows, manifest))
    assert verdict.drift
    assert "undefined, not" in str(verdict)


def test_a_reference_changed_by_hand_is_refused(made):
    experiment, rows, manifest = made
    table, about = store(experiment, rows, manifest)
    table.write_text(table.read_text().replace("paths", "ways"), encoding="utf-8")
    with pytest.raises(ExperimentError, match="--update-reference"):
        load(experiment)
    about.unlink()
    with pytest.raises(ExperimentError, match="cannot be read"):
        load(experiment)
