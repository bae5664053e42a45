"""Reading seeds: each kind of bad file is refused with its name and entry."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.facts import EvidenceError, load_evidence
from hedgerow.facts.entries import read_fact

FACT_ID = "S0-arms-share-2022"


def spoil(seeds: Path, file: str, old: str, new: str) -> None:
    path = seeds / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_good_folder_is_read(seeds: Path) -> None:
    evidence = load_evidence(seeds)
    fact = evidence.facts[FACT_ID]
    assert (fact.article, fact.value, fact.low, fact.high) == ("S0", 0.8, 0.77, 0.83)
    assert fact.mechanisms == ("arms-supply",)
    assert fact.years == (2022, 2022)
    assert evidence.conflicts[0].facts == (FACT_ID,)
    assert evidence.articles[0].author == ""


def test_records_are_frozen(seeds: Path) -> None:
    fact = load_evidence(seeds).facts[FACT_ID]
    with pytest.raises(dataclasses.FrozenInstanceError):
        fact.value = 1.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('domain = "arms"', 'domain = "weather"', "unknown domain 'weather'"),
        ('coded = "words"', 'coded = "guessed"', "unknown coding 'guessed'"),
        ('["arms-supply"]', '["magic"]', "unknown mechanism 'magic'"),
        ('["arms-supply"]', "[]", "mechanisms must be"),
        ('["arms-supply"]', '"arms-supply"', "mechanisms must be"),
        ('unit = "share of arsenal"\n', "", "missing key 'unit'"),
        ("line = 9", "line = 9\ncolour = 1", "unknown key 'colour'"),
        ("value = 0.8", "value = 0.9", "value 0.9 lies outside 0.77 to 0.83"),
        ("value = 0.8", "value = true", "must be numbers"),
        ("value = 0.8", "value = nan", "must be numbers"),
        ("value = 0.8", 'value = "most"', "low and high need a number"),
        ("high = 0.83", 'high = "more"', "must be numbers"),
        ("line = 9", "line = 0", "line must be"),
        ("line = 9", "line = 9.5", "line must be"),
        ('date = "2022"', 'date = "2022-13"', "date '2022-13'"),
        ('date = "2022"', 'date = "2023/2022"', "date '2023/2022'"),
        ('date = "2022"', 'date = "2022-02-30"', "date '2022-02-30'"),
        ('date = "2022"', "date = 2022", "date must be a non-empty string"),
        ('actor = "VNM"', 'actor = "Vietnam"', "actor 'Vietnam'"),
        ("About eight tenths.", " ", "note must be a non-empty string"),
    ],
)
def test_a_bad_fact_is_named(seeds: Path, old: str, new: str, problem: str) -> None:
    spoil(seeds, "S0.toml", old, new)
    with pytest.raises(EvidenceError) as caught:
        load_evidence(seeds)
    assert str(caught.value).startswith(f"S0.toml: {FACT_ID}: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("name", ["S1-arms-share-2022", "S0-Arms", "S0", "S0-", "S0-arms--x"])
def test_a_bad_fact_id_is_refused(seeds: Path, name: str) -> None:
    spoil(seeds, "S0.toml", FACT_ID, name)
    with pytest.raises(EvidenceError, match="kebab case"):
        load_evidence(seeds)


def test_a_fact_without_id_is_named_by_its_place(seeds: Path) -> None:
    spoil(seeds, "S0.toml", f'id = "{FACT_ID}"\n', "")
    with pytest.raises(EvidenceError, match=r"S0\.toml: facts 1: missing key 'id'"):
        load_evidence(seeds)


@pytest.mark.parametrize(
    ("file", "table"),
    [("S0.toml", "facts"), ("mechanisms.toml", "mechanisms"), ("conflicts.toml", "conflicts")],
)
def test_a_duplicate_id_is_refused(seeds: Path, file: str, table: str) -> None:
    path = seeds / file
    text = path.read_text()
    path.write_text(text + text[text.index(f"[[{table}]]") :])
    with pytest.raises(EvidenceError, match=rf"{file}: \S+: this id is used twice"):
        load_evidence(seeds)


def test_two_files_of_one_article_are_refused(seeds: Path) -> None:
    (seeds / "S1.toml").write_text((seeds / "S0.toml").read_text())
    with pytest.raises(EvidenceError, match=r"S1\.toml: S0: this article id is used twice"):
        load_evidence(seeds)


def test_a_conflict_of_unknown_facts_is_refused(seeds: Path) -> None:
    spoil(seeds, "conflicts.toml", FACT_ID, "S0-nothing")
    with pytest.raises(
        EvidenceError, match=r"conflicts\.toml: a-conflict: unknown fact 'S0-nothing'"
    ):
        load_evidence(seeds)


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("S0.toml", "[article", "not TOML"),
        ("S0.toml", "article = 1\nfacts = []", "must be a table"),
        ("S0.toml", "facts = []", "missing key 'article'"),
        ("mechanisms.toml", "mechanisms = [1]", "must be tables"),
        ("mechanisms.toml", '[[mechanisms]]\nid = "x"', "missing key 'title'"),
        ("conflicts.toml", "extra = 1\nconflicts = []", "unknown key 'extra'"),
    ],
)
def test_a_bad_file_is_named(seeds: Path, file: str, text: str, problem: str) -> None:
    (seeds / file).write_text(text)
    with pytest.raises(EvidenceError, match=problem) as caught:
        load_evidence(seeds)
    assert caught.value.file == file


@pytest.mark.parametrize("file", ["S0.toml", "mechanisms.toml", "conflicts.toml"])
def test_a_missing_file_is_refused(seeds: Path, file: str) -> None:
    (seeds / file).unlink()
    with pytest.raises(EvidenceError, match=r"no such file|no article file"):
        load_evidence(seeds)


@given(
    value=st.floats(-10, 10),
    low=st.none() | st.floats(-10, 10),
    high=st.none() | st.floats(-10, 10),
)
def test_a_value_is_accepted_just_when_it_lies_in_its_range(
    value: float, low: float | None, high: float | None
) -> None:
    entry = {
        "id": "S0-x",
        "domain": "arms",
        "actor": "VNM",
        "partner": "RUS",
        "date": "undated",
        "value": value,
        "unit": "share",
        "line": 1,
        "coded": "words",
        "note": "A note.",
        "mechanisms": ["m"],
    }
    entry |= {key: x for key, x in (("low", low), ("high", high)) if x is not None}
    inside = (low is None or low <= value) and (high is None or value <= high)
    if inside:
        assert read_fact("S0.toml", "facts 1", "S0", entry, {"m"}).value == value
    else:
        with pytest.raises(EvidenceError, match="lies outside"):
            read_fact("S0.toml", "facts 1", "S0", entry, {"m"})
