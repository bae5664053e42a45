"""Votes: the options in `asean` are those of the page on votes, and nothing else."""

import re
from functools import cache
from pathlib import Path

from hedgerow.scenario import load
from hedgerow.scenario.votes import uncoded, votes

PAGE = Path(__file__).parents[1] / "docs" / "background" / "votes.md"
ROW = re.compile(
    r"\| `(ES-11/\d)` [^|]*\| [^|]*\| ([\d.]+) \| (yes|no)[^|]*\| (yes|no)[^|]*"
    r"\| (yes|no)[^|]*\| (yes|no)[^|]*\| ([012]) \|"
)


@cache
def rows():
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


@cache
def asean():
    return load("asean")


def options(scenario, question):
    return scenario.resolved["choices"][question]["options"]


def by_rubric(level):
    return {
        "for": {
            "voice": {"RUS": -0.25 * level, "USA": 0.25},
            "diplomacy": {"RUS": -0.25 * level},
        },
        "abstain": {"reward": {"RUS": 1.0 / level}},
        "against": {
            "voice": {"RUS": 0.25, "USA": -0.25},
            "reward": {"RUS": 1.5 * level},
        },
    }


def plain(option):
    """An option without the keys that are zero or empty."""
    found = {}
    for key, value in option.items():
        value = plain(value) if isinstance(value, dict) else value
        if value not in ({}, 0, 0.0):
            found[key] = value
    return found


def test_the_page_has_the_six_and_its_levels_follow_from_its_answers():
    assert [row[0] for row in rows()] == [f"ES-11/{n}" for n in range(1, 7)]
    for _, _, condemns, withdrawal, denies, punishes, level in rows():
        said = "yes" in (condemns, withdrawal, denies)
        assert int(level) == (2 if punishes == "yes" else int(said))


def test_the_scenario_asks_what_the_page_codes():
    assert votes(asean()) == tuple(row[0] for row in rows())
    for question, at, *_, level in rows():
        entry = asean().resolved["choices"][question]
        assert entry["at"] == float(at)
        found = {name: plain(option) for name, option in entry["options"].items()}
        assert found == by_rubric(int(level)), question


def test_vietnam_has_its_two_and_they_are_the_same():
    vietnam = load("vietnam")
    assert votes(vietnam) == ("ES-11/1", "ES-11/3")
    for question in votes(vietnam):
        here, there = options(vietnam, question), options(asean(), question)
        assert {n: plain(o) for n, o in here.items()} == {n: plain(o) for n, o in there.items()}


def test_without_the_coding_only_dates_differ():
    bare = uncoded(asean())
    first = options(asean(), "ES-11/1")
    assert all(options(bare, question) == first for question in votes(bare))
    assert [bare.resolved["choices"][q]["at"] for q in votes(bare)] == [float(r[1]) for r in rows()]
    others = {q for q in asean().resolved["choices"] if q not in votes(asean())}
    assert all(options(bare, q) == options(asean(), q) for q in others)


def test_a_scenario_without_votes_stays_as_it_is():
    scenario = load("threshold")
    assert uncoded(scenario) is scenario
