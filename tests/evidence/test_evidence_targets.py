"""Targets: the shipped list is whole and honest about its years, and a wrong entry is named."""

import re

import pytest

from hedgerow.evidence import EvidenceError, load_evidence, load_targets
from hedgerow.evidence.provenance import classify
from hedgerow.scenario import load

ENTRY = """
[[targets]]
id = "some-share"
scenarios = ["vietnam"]
country = "VNM"
measures = ["arms_stock:RUS"]
years = [2000, 2001]
kind = "value"
value = 0.5
error = 0.1
use = "fit"
source = "assumption"
reason = "an example"
"""


def read(tmp_path, text):
    file = tmp_path / "targets.toml"
    file.write_text(text, encoding="utf-8")
    return load_targets(file=file)


def test_an_entry_is_read(tmp_path):
    (target,) = read(tmp_path, ENTRY)
    assert (target.years, target.values, target.error) == ((2000, 2001), (0.5,), 0.1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[2000, 2001]", "[2001, 2000]", "years must be"),
        ("[2000, 2001]", "[2013, 2015]", "ends by 2014"),
        ('"fit"', '"hope"', "unknown use 'hope'"),
        ('"value"', '"guess"', "unknown kind 'guess'"),
        ("value = 0.5", 'value = "half"', "value must be a number"),
        ("error = 0.1", "error = 0", "error must be a number above 0"),
        ("error = 0.1\n", "", "a value has an error"),
        ("error = 0.1", "error = 0.1\nbias = 0.1", "bias and bias_of go together"),
        ('"assumption"', '"S9-nothing"', "unknown source"),
        ('["arms_stock:RUS"]', '["a", "b"]', "a value has 1 measure"),
        ('id = "some-share"\n', "", "targets 1: missing key 'id'"),
        ("reason", "raison", "missing key 'reason'"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, old, new, told):
    with pytest.raises(EvidenceError, match=re.escape(told)):
        read(tmp_path, ENTRY.replace(old, new))


def test_an_id_is_used_once(tmp_path):
    with pytest.raises(EvidenceError, match="used twice"):
        read(tmp_path, ENTRY + ENTRY)


def test_what_is_fitted_was_known_in_2014_and_nothing_is_later_than_2024():
    for target in load_targets():
        assert target.years[1] <= (2014 if target.use == "fit" else 2024), target.id


def test_later_than_2015_only_the_articles_are_sources_but_for_one_rung():
    evidence = load_evidence()
    late = [target for target in load_targets() if target.years[1] > 2015]
    outside = [t.id for t in late if not classify(t.source, evidence).facts]
    assert outside == ["tier-usa-2023"]


def test_only_the_votes_that_the_articles_tell_are_targets():
    votes = {(t.country, *t.measures) for t in load_targets() if t.kind == "choice"}
    assert votes == {
        ("VNM", "choice:ES-11/1"),
        ("VNM", "choice:ES-11/3"),
        ("LAO", "choice:ES-11/3"),
    }


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_targets_name_what_the_scenario_has(name):
    scenario = load(name)
    for target in load_targets(name):
        assert target.country in scenario.countries, target.id
        for measure in target.measures:
            column, _, partner = measure.partition(":")
            assert column in ("choice", "event") or partner in scenario.partners, target.id


def test_shares_of_deliveries_are_shares():
    for target in load_targets("asean"):
        if target.id.startswith("deliveries-"):
            assert all(0.0 <= share <= 1.0 for share in target.values), target.id
            assert sum(target.values) <= 1.01, target.id
