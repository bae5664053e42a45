"""Targets: the shipped list is whole and honest about its years, and a wrong entry is named."""

import pickle

import pytest

from hedgerow.facts import TargetError, load_evidence
from hedgerow.facts.provenance import classify
from hedgerow.scenario import load
from hedgerow.scenario.target_file import load_targets

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


PROBLEMS = [
    # line changed, what it becomes, line and column of the problem, what is told, what is expected
    ("years = [2000, 2001]", "years = [2001, 2000]", 7, 9, "the first year is after the last", ""),
    ("years = [2000, 2001]", "years = [2013, 2015]", 7, 16, "ends by 2014", 'use = "check"'),
    ("years = [2000, 2001]", "years = 2000", 7, 9, "found the number 2000", "[FIRST, LAST]"),
    ("years = [2000, 2001]", "years = [2000.0, 2001]", 7, 10, "found the number 2000", "a year"),
    ("years = [2000, 2001]", "years = [true, 2001]", 7, 10, "found true", "a year"),
    ("years = [2000, 2001]", "years = [2000]", 7, 9, "found a list of 1 item", "[FIRST, LAST]"),
    ('use = "fit"', 'use = "hope"', 11, 7, "unknown use 'hope'", "fit, check or pattern"),
    ('use = "fit"', 'use = "chek"', 11, 7, "unknown use 'chek'", "did you mean 'check'?"),
    ('use = "fit"', "use = 3", 11, 7, "unknown use 3", "fit, check"),
    ('kind = "value"', 'kind = "guess"', 8, 8, "unknown kind 'guess'", "portfolio"),
    ('kind = "value"', 'kind = "rung"', 9, 9, "0.5 is no rung of a rung", "0, 1, 2, 3 or 4"),
    ('kind = "value"', 'kind = "tier"', 9, 9, "0.5 is no rung of a tier", "1, 2, 3 or 4"),
    ('kind = "value"', 'kind = "choice"', 9, 9, "found the number 0.5", "the name of the option"),
    (
        'kind = "value"',
        'kind = "choice"',
        6,
        13,
        "'arms_stock:RUS' is no choice",
        "choice:QUESTION",
    ),
    ('kind = "value"', 'kind = "choice"', 10, 1, "a choice has no error", "leave it out"),
    ('kind = "value"', 'kind = "never"', 6, 13, "'arms_stock:RUS' is no event", "event:NAME"),
    ('kind = "value"', 'kind = "portfolio"', 9, 9, "found the number 0.5", "a list of numbers"),
    ('kind = "value"', 'kind = "ratio"', 6, 12, "a ratio has 2 measures, and not 1", ""),
    ("value = 0.5", 'value = "half"', 9, 9, 'found the text "half"', "a number"),
    ("value = 0.5", "value = nan", 9, 9, "found the number nan", "a number"),
    ("value = 0.5", "value = 1" + 400 * "0", 9, 9, "too large a number", "a number"),
    ("error = 0.1", "error = 0", 10, 9, "found the number 0", "a number above 0"),
    ("error = 0.1", "error = inf", 10, 9, "found the number inf", "a number above 0"),
    ("error = 0.1", "", 2, 3, "missing key error: a value is known with an error", ""),
    ("error = 0.1", "error = 0.1\nbias = 0.1", 11, 1, "bias and bias_of go together", ""),
    (
        "error = 0.1",
        'error = 0.1\nbias = -1\nbias_of = "us"',
        11,
        8,
        "found the number -1",
        "above 0",
    ),
    ('source = "assumption"', 'source = "S9-nothing"', 12, 10, "unknown source", ""),
    ('source = "assumption"', 'source = ""', 12, 10, 'found the text ""', "text that is not empty"),
    ('["arms_stock:RUS"]', '["a", "b"]', 6, 12, "a value has 1 measure, and not 2", ""),
    (
        '["arms_stock:RUS"]',
        '"arms_stock:RUS"',
        6,
        12,
        'found the text "arms_stock:RUS"',
        "a list of names",
    ),
    ('["arms_stock:RUS"]', "[]", 6, 12, "found a list", "a list of names, one or more"),
    ('["arms_stock:RUS"]', '["choice:ES-1"]', 6, 13, "is no measure of a value", "COLUMN:PARTNER"),
    ('scenarios = ["vietnam"]', "scenarios = [3]", 4, 14, "found the number 3", "a name"),
    ('id = "some-share"', "", 2, 3, "missing key id", ""),
    ("reason =", "raison =", 13, 1, "unknown key 'raison'", "did you mean 'reason'?"),
    ("reason =", "raison =", 2, 3, "missing key reason", ""),
    ("[[targets]]", "targets = 3\n[other]", 2, 11, "found the number 3", "tables [[targets]]"),
    ("[[targets]]", "[[target]]", 2, 3, "unknown key 'target'", "did you mean 'targets'?"),
    ("[[targets]]", "[[targets", 2, 10, "not TOML", ""),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "told", "expected"), PROBLEMS)
def test_what_is_wrong_is_told_with_its_place(tmp_path, old, new, line, column, told, expected):
    assert old in ENTRY
    with pytest.raises(TargetError) as caught:
        read(tmp_path, ENTRY.replace(old, new))
    found = [each for each in caught.value.problems if told in each.message]
    assert [(each.line, each.column) for each in found] == [(line, column)]
    (problem,) = found
    assert problem.file == str(tmp_path / "targets.toml")
    assert expected in f"{problem.expected} {problem.suggestion}"
    text = ENTRY.replace(old, new).split("\n")[line - 1]
    assert problem.source_line == text and f"\n    {' ' * (column - 1)}^" in str(problem)
    assert str(problem) in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            (
                ('kind = "value"', 'kind = "never"'),
                ('"arms_stock:RUS"', '"event:alliance"'),
                ("value = 0.5", "value = 7"),
            ),
            "7 of what never happened",
        ),
        (
            (
                ('kind = "value"', 'kind = "ratio"'),
                ('["arms_stock:RUS"]', '["trade:RUS", "trade:RUS"]'),
            ),
            "'trade:RUS' is named twice",
        ),
        (
            (
                ('kind = "value"', 'kind = "portfolio"'),
                ('["arms_stock:RUS"]', '["trade:RUS", "trade:RUS"]'),
                ("value = 0.5", "value = [0.1, 0.2]"),
            ),
            "'trade:RUS' is named twice",
        ),
        (
            (
                ('kind = "value"', 'kind = "portfolio"'),
                ('["arms_stock:RUS"]', '["trade:RUS", "trade:CHN"]'),
                ("value = 0.5", "value = [nan, 0.2]"),
            ),
            "found the number nan",
        ),
        (
            (
                ('kind = "value"', 'kind = "portfolio"'),
                ('["arms_stock:RUS"]', '["trade:RUS", "trade:CHN"]'),
                ("value = 0.5", "value = [0.1, inf]"),
            ),
            "found the number inf",
        ),
        ((("years = [2000, 2001]", "years = [true, 2001]"),), "found true"),
    ],
)
def test_what_makes_no_sense_together_is_told_at_its_item(tmp_path, changes, told):
    text = ENTRY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(TargetError) as caught:
        read(tmp_path, text)
    assert [told in each.message for each in caught.value.problems].count(True) == 1


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path):
    second = ENTRY.replace("0.5", '"half"').replace('"fit"', '"hope"').replace("VNM", "")
    with pytest.raises(TargetError) as caught:
        read(tmp_path, ENTRY + second.replace("reason", "raison"))
    lines = [each.line for each in caught.value.problems]
    assert lines == sorted(lines) == [15, 16, 18, 22, 24, 26]
    assert "is used twice, first on line 3" in caught.value.problems[1].message


def test_a_missing_and_an_empty_file_are_told(tmp_path):
    file = tmp_path / "none.toml"
    with pytest.raises(TargetError, match="no such file"):
        load_targets(file=file)
    with pytest.raises(TargetError, match=r"this file is empty\n.*tables \[\[targets\]\]"):
        read(tmp_path, "")
    with pytest.raises(TargetError, match="there are no targets"):
        read(tmp_path, "targets = []")


def test_scenarios_need_not_be_named(tmp_path):
    file = tmp_path / "targets.toml"
    file.write_text(ENTRY.replace('scenarios = ["vietnam"]\n', ""), encoding="utf-8")
    for name in (None, "vietnam", "mine"):
        assert [target.id for target in load_targets(name, file=file)] == ["some-share"]
    file.write_text(ENTRY, encoding="utf-8")
    assert not load_targets("mine", file=file)
    assert all(target.scenarios for target in load_targets()), "the shipped ones name theirs"


def test_a_target_remembers_its_line_and_goes_to_workers(tmp_path):
    (target,) = read(tmp_path, ENTRY)
    assert (target.origin.line, target.origin.source_line) == (3, 'id = "some-share"')
    assert pickle.loads(pickle.dumps(target)) == target
    with pytest.raises(TargetError) as caught:
        read(tmp_path, ENTRY + ENTRY)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_what_is_fitted_was_known_in_2014_and_nothing_is_later_than_2024():
    for target in load_targets():
        assert target.years[1] <= (2014 if target.use == "fit" else 2024), target.id


def test_later_than_2015_only_the_articles_are_sources_but_for_one_rung():
    evidence = load_evidence()
    late = [target for target in load_targets() if target.years[1] > 2015]
    outside = [t.id for t in late if not classify(t.source, evidence).facts]
    assert outside == ["tier-usa-2023"]


def test_only_the_votes_that_the_articles_tell_are_targets():
    scored = load_targets(uses=["fit", "check"])
    assert {(t.country, *t.measures) for t in scored if t.kind == "choice"} == {
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
