"""Votes: resolutions are coded in the scenarios as the page on votes says, and nothing else."""

from functools import cache
from pathlib import Path

import pytest

from hedgerow.scenario import load
from hedgerow.scenario.votes import uncoded, votes

PAGE = Path(__file__).parents[1] / "docs" / "background" / "votes.md"
POWERS = ("RUS", "CHN", "USA", "EU")
SIGN = {"for": 1, "abstain": 0, "against": -1}


@cache
def rows():
    """The rows of the page's table, as lists of cells."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith(("| `68/", "| `ES-"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def question_of(row):
    return row[0].split("`")[1]


@cache
def asean():
    return load("asean")


def test_the_page_has_the_seven_and_its_divisions_follow_from_the_powers_votes():
    assert [question_of(row) for row in rows()] == ["68/262", *(f"ES-11/{n}" for n in range(1, 7))]
    for *_, russia, china, usa, eu, division in rows():
        west, east = SIGN[usa] + SIGN[eu], SIGN[russia] + SIGN[china]
        assert float(division) == (west - east) / 4


@pytest.mark.parametrize("row", rows(), ids=question_of)
def test_the_scenario_asks_what_the_page_codes(row):
    entry = asean().resolved["choices"][question_of(row)]
    assert (entry["kind"], entry["issue"], entry["subject"]) == ("vote", "ukraine", "RUS")
    assert entry["at"] == float(row[2])
    assert entry["class"].replace("_", " ") == row[4]
    assert set(entry["sponsors"]) == set(row[5].split(", "))
    assert entry["votes"] == dict(zip(POWERS, row[6:10], strict=True))


def test_vietnam_has_its_three_and_they_are_the_same():
    vietnam = load("vietnam")
    assert votes(vietnam) == ("68/262", "ES-11/1", "ES-11/3")
    for question in votes(vietnam):
        here, there = (one.resolved["choices"][question] for one in (vietnam, asean()))
        assert here | {"countries": []} == there | {"countries": []}
    assert sorted(votes(asean())) == sorted(map(question_of, rows()))
    assert "68/262" not in votes(load("vietnam-2014")), "which knows the answer"


def test_without_the_coding_only_dates_differ():
    bare = uncoded(asean())
    assert votes(bare) == votes(asean())

    first = asean().resolved["choices"]["68/262"]
    for row in rows():
        entry = bare.resolved["choices"][question_of(row)]
        assert entry["at"] == float(row[2])
        for key in ("countries", "class", "issue", "subject", "sponsors", "votes"):
            assert entry[key] == first[key], key
    for question, entry in asean().resolved["choices"].items():
        if question not in votes(asean()):
            assert bare.resolved["choices"][question] == entry


def test_a_scenario_without_votes_stays_as_it_is():
    scenario = load("threshold")
    assert uncoded(scenario) is scenario
