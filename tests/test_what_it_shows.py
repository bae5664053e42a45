"""What the model shows of Vietnam, in small: hindsight, rules, levers, what politics adds.

Nothing here is skill. Whoever wrote the model knew the answers, so that these are tests of
regression: the model does not say today what the record has always contradicted.
"""

from functools import cache
from math import log

import numpy as np
import pytest

import hedgerow
from hedgerow.classroom.serve.levers import LEVERS, allowed, moved
from hedgerow.runs.pairs import Difference, Measure, Sample
from hedgerow.scenario.target_file import load_targets

DECISIONS = {
    target.measures[0].removeprefix("choice:"): (target.years[0], target.value)
    for target in load_targets("vietnam", uses=["pattern"])
    if target.kind == "choice"
}
"""The eleven decisions that the articles state: in which year which option."""

ARSENAL = {2000: 0.97, 2022: 0.8, 2023: 0.7}
"""Russia's share of Vietnam's arsenal, as articles have it."""

RUNGS = {"CHN": 3, "IND": 3, "RUS": 3, "USA": 1}
"""Labels of 2022, as articles have them."""

WORTHS = (1.0, 2.0, 3.0)
"""Scales of an offer's own worth from which a decision's is chosen without that decision."""

RULES = ("no_alliance", "no_foreign_base", "no_siding", "no_force")
MAIN = (
    *("alignment_index", "hedging_index", "threat", "payoff"),
    *(f"alignment:{p}" for p in ("RUS", "CHN", "USA")),
    *("arms_orders:RUS", "arms_stock:RUS", "energy:RUS"),
    *("tier:RUS", "tier:USA", "diplomacy:RUS", "defence:USA", "trade:USA"),
)
"""Main measures."""


@cache
def runs(name, until, n=256, **changes):
    """Runs of a scenario in which numbers are changed, by path with two underscores for a dot."""
    changed = {path.replace("__", "."): value for path, value in changes.items()}
    return Sample(hedgerow.load(name).replace(changed), n, 1, until=until)


def of(sample, name, year):
    return sample.values(Measure(name, "VNM", year))


def effects(base, other, year):
    """Of each main measure that clearly differs, by how many standard deviations of both."""
    found = {}
    for name in MAIN:
        before, after = of(base, name, year), of(other, name, year)
        difference = Difference.of(before, after)
        sd = np.sqrt((np.nanvar(before) + np.nanvar(after)) / 2)
        if sd > 0 and (difference.clear("up") or difference.clear("down")):
            found[name] = difference.mean / sd
    return found


@pytest.mark.parametrize("year", ARSENAL)
def test_the_arsenal_of_the_articles_is_in_the_band_seen_from_1996(year):
    low, high = np.quantile(of(runs("vietnam-1996", 2024), "arms_stock:RUS", year), (0.05, 0.95))
    assert low <= ARSENAL[year] <= high


def loss(worth=None):
    """−ln of the share of runs that decide as was decided, by question."""
    changes = {} if worth is None else {"habits__offers__worth": worth}
    sample = runs("vietnam-1996", 2024, **changes)
    return {
        question: -log(np.nanmean(of(sample, f"choice:{question}:{option}", year)))
        for question, (year, option) in DECISIONS.items()
    }


def chance():
    """The mean loss of who takes every option to be as likely as the others."""
    choices = hedgerow.load("vietnam-1996").resolved["choices"]
    return np.mean([log(len(choices[question]["options"])) for question in DECISIONS])


def base_rate():
    """The mean loss of who goes by how often the other ten were taken up, with one added."""
    done = [option not in ("cancel", "wait", "refuse") for _, option in DECISIONS.values()]
    others = len(done) - 1
    rates = [done.count(one) / (others + 2) for one in done]
    return -np.mean(np.log(rates))


def test_there_are_eleven_decisions_of_the_articles():
    assert len(DECISIONS) == 11
    assert DECISIONS["rig-extension"] == (2019, "extend") and DECISIONS["s-400"] == (2018, "wait")


def test_decisions_of_the_articles_are_likelier_than_by_chance():
    assert np.mean(list(loss().values())) < chance() - 0.05
    assert np.mean(list(loss().values())) < base_rate() == pytest.approx(0.67, abs=0.005)


def test_so_is_each_when_it_is_left_out_of_choosing_what_offers_are_worth():
    by_worth = {worth: loss(worth) for worth in WORTHS}

    def without(question, worth):
        return np.mean([v for name, v in by_worth[worth].items() if name != question])

    left_out = [
        by_worth[min(WORTHS, key=lambda worth: without(question, worth))][question]
        for question in DECISIONS
    ]
    assert np.mean(left_out) < chance() - 0.05


def ranked(sample, partner):
    """Ranked probability score of a label of 2022, between 0 and 1."""
    rungs = of(sample, f"tier:{partner}", 2022)
    steps = np.arange(4)
    said = (rungs[:, None] <= steps).mean(axis=0)
    return ((said - (RUNGS[partner] <= steps)) ** 2).sum() / 4


def test_labels_seen_from_2014_are_little_worse_than_a_constant_hazard():
    """A hazard without politics is the best forecaster that was found; politics costs little."""
    full, habit = (
        [ranked(runs("vietnam-2014", 2022, **changes), partner) for partner in RUNGS]
        for changes in ({}, {"politics__labels": 0.0})
    )
    assert np.mean(full) < 0.09
    assert np.mean(full) < np.mean(habit) + 0.02


def bound(sample):
    """Share of all decisions in which a rule struck off what would have been taken."""
    return np.mean([np.nanmean(of(sample, "rules_bound", year)) for year in range(1996, 2036)])


@pytest.mark.parametrize("rule", RULES[:3])
def test_a_rule_binds_now_and_then(rule):
    """That on force strikes off nothing: force is no option, it answers incidents."""
    assert 0.001 < bound(runs("vietnam", 2035, 128, countries__VNM__rules=(rule,))) < 0.2


@pytest.mark.parametrize("rule", ["no_alliance", "no_siding", "no_force"])
def test_dropping_a_rule_moves_something(rule):
    """That on bases moves nothing by a tenth, for that on sides holds the same ties."""
    left = tuple(name for name in RULES if name != rule)
    base = runs("vietnam", 2035)
    found = effects(base, runs("vietnam", 2035, countries__VNM__rules=left), 2035)
    assert max(map(abs, found.values()), default=0.0) > 0.1, found


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.id)
def test_a_lever_of_the_page_moves_a_main_measure_over_its_range(lever):
    vietnam = hedgerow.load("vietnam")
    path = lever.path_in(vietnam)
    span = allowed(vietnam, path)
    ends = [
        Sample(
            vietnam.replace({path: moved(vietnam.quantities[path], to, *span)}), 128, 1, until=2030
        )
        for to in (lever.low, lever.high)
    ]
    found = effects(*ends, 2024) | effects(*ends, 2030)
    assert max(map(abs, found.values()), default=0.0) > 0.1, found


OFF = {
    "arms": ("arms_orders:RUS", {"politics__arms": 0.0}),
    "labels": ("tier:USA", {"politics__labels": 0.0}),
    "offers": ("diplomacy:RUS", {"politics__offers": 0.0}),
    "steps": ("alignment_index", {"politics__steps": 0.0}),
    "events": ("threat", {"processes__events": False}),
}


@pytest.mark.parametrize("kind", OFF)
def test_politics_and_events_move_what_they_are_about(kind):
    measure, changes = OFF[kind]
    found = effects(runs("vietnam", 2035), runs("vietnam", 2035, **changes), 2024)
    assert abs(found.get(measure, 0.0)) > 0.1, found
