"""Paired runs: what they compare, checked by hand and against the model itself."""

import math

import numpy as np
import pytest

from hedgerow.model.simulate import simulate
from hedgerow.runs.pairs import (
    BLOCK,
    Difference,
    Measure,
    Outcome,
    Sample,
    check_expectations,
    measure,
    paired,
    paired_many,
    parent_of,
)
from hedgerow.scenario import load
from hedgerow.scenario.compile import world

SMALL = """
schema = 2
title = "Two hedgers between two rivals"
source = "assumption: made up for tests"
time = { start = 2000, end = 2003 }
ensemble = { runs = 8, seed = 7, poles = ["USA", "CHN"] }
instruments.arms = { kind = "programmes", salience = 1.0, lag = 2.0 }
instruments.trade = { kind = "flow", cap = 0.9, salience = 0.1 }
instruments.diplomacy = { kind = "steps", salience = 0.5, curvature = 40.0, rate = 2.0 }
instruments.defence = { kind = "steps", roles = ["presence"], salience = 1.0, curvature = 40.0 }
habits.trade.noise = 0.02
habits.labels = { hazard = 0.3, visit = 1.0 }
partners.USA = { visits = 2.0, will = 0.8 }
partners.CHN = { visits = 1.0, attention = 2.0 }
relations.rivalry.USA.CHN = { dist = "half_normal", sd = 1.0 }
behaviour = { autonomy = 0.5, security = 1.0, protection.defence = 0.5 }
events.incident = { power = "CHN", effect = "incident", rate = 0.5 }

[countries.VNM]
threat.source = "CHN"
threat.level = 0.5
threat.incident_weight = 0.2
programmes.arms = 2.0
ties.arms.USA = 0.2
ties.trade = { USA = 0.4, CHN = 0.4 }
ties.diplomacy = { USA = 0.5, CHN = 0.5 }

[countries.LAO]
threat.level = 0.25

[[choices]]
at = 2002.25
question = "port:call"
kind = "offer"
countries = ["VNM"]
options.grant = { defence.USA = 1, offered = "USA" }
options.deny = {}
"""

CHILD = """
schema = 2
title = "More threat"
extends = "small.toml"
source = "assumption: made up for tests"
countries.LAO.threat.level = 0.75

[[expect]]
measure = "threat"
country = "LAO"
year = 2002
direction = "{direction}"
minimum = {minimum}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("paired")
    (path / "small.toml").write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="module")
def small(folder):
    return load(folder / "small.toml")


@pytest.fixture(scope="module")
def sample(small):
    return Sample(small, BLOCK + 3)


@pytest.fixture(scope="module")
def record(small):
    return simulate(world(small, np.arange(BLOCK + 3, dtype=np.uint64), 7))


def child(folder, direction, minimum):
    path = folder / f"child-{direction}-{minimum}.toml"
    path.write_text(CHILD.format(direction=direction, minimum=minimum), "utf-8")
    return load(path)


# --- the arithmetic of a difference


def test_difference_by_hand():
    base = np.array([1.0, 2.0, 3.0, np.nan, 9.0])
    other = np.array([2.0, 4.0, 3.0, 5.0, np.nan])
    found = Difference.of(base, other)
    # gaps 1, 2, 0: mean 1, sd 1; t(2, 0.975) = 4.302653; the base has 1, 2, 3: sd 1
    assert found.n == 3
    assert found.mean == pytest.approx(1.0)
    assert found.sd == pytest.approx(1.0)
    assert found.high - found.mean == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)
    assert found.effect == pytest.approx(1.0)
    assert not found.clear("up") and not found.clear("down")


def test_effect_is_in_standard_deviations_of_the_base():
    base, shift = np.array([0.0, 4.0, 8.0]), np.array([1.0, 3.0, 2.0])
    found = Difference.of(base, base + shift)
    assert (found.mean, found.sd, found.effect) == (2.0, 4.0, 0.5)
    assert Difference.of(base, base - shift).effect == -0.5


def test_a_base_that_does_not_vary():
    still = np.ones(4)
    assert Difference.of(still, still + 1.0).effect == math.inf
    assert Difference.of(still, still - 1.0).effect == -math.inf
    assert math.isnan(Difference.of(still, still).effect)
    assert Difference.of(still, still + 1.0).clear("up")


def test_without_pairs_there_is_no_interval():
    empty = Difference.of(np.array([np.nan, 1.0]), np.array([1.0, np.nan]))
    assert empty.n == 0 and math.isnan(empty.mean) and not empty.clear("up")
    single = Difference.of(np.array([1.0]), np.array([2.0]))
    assert single.mean == 1.0 and math.isnan(single.low) and not single.clear("up")


# --- measures are those of the model


def test_blocks_make_no_difference(small, sample, record):
    place = small.countries.index("VNM")
    ties = record.ties["trade"][2, place, small.partners.index("USA")]
    mine = sample.values(Measure("trade:USA", "VNM", 2002))
    np.testing.assert_allclose(mine, ties, rtol=1e-9, atol=1e-9)
    index = record.countries["alignment_index"][3, place]
    mine = sample.values(Measure("alignment_index", "VNM", 2003))
    np.testing.assert_allclose(mine, index, rtol=1e-9, atol=1e-9)
    assert ties.std() > 0


def test_the_past_does_not_depend_on_where_a_sample_ends(small, sample):
    early = measure(small, "trade:CHN", "VNM", 2001, BLOCK + 3)
    assert np.array_equal(early, sample.values(Measure("trade:CHN", "VNM", 2001)))


def test_choices_are_zero_or_one(sample, record):
    granted, denied = (
        sample.values(Measure(f"choice:port:call:{option}", "VNM", 2002))
        for option in ("grant", "deny")
    )
    assert np.array_equal(granted + denied, np.ones(BLOCK + 3))
    assert np.array_equal(granted, (record.choices[0].chosen == 0).astype(float))
    assert 0 < granted.mean() < 1
    since = Measure("choice:port:call:grant", "VNM", 2003, since=2000)
    assert np.array_equal(sample.values(since), granted)


def test_events_of_a_year_and_by_then(small, sample, record):
    by_year = [sample.values(Measure("event:tier:USA", "VNM", year)) for year in range(2000, 2004)]
    by_then = sample.values(Measure("event:tier:USA", "VNM", 2003, since=2000))
    assert np.array_equal(by_then, np.maximum.reduce(by_year))
    assert by_then.sum() > max(year.sum() for year in by_year) > 0
    place = small.countries.index("VNM")
    happened = np.zeros(BLOCK + 3)
    for e in record.events:
        if (e.event, e.year) == ("incident", 2001):
            happened[e.replicate[e.country == place]] = 1.0
    incidents = sample.values(Measure("event:incident:CHN", "VNM", 2001))
    assert np.array_equal(incidents, happened) and set(np.unique(incidents)) == {0.0, 1.0}
    assert not sample.values(Measure("event:incident:USA", "VNM", 2003)).any()


@pytest.mark.parametrize(
    ("name", "country", "year", "since", "said"),
    [
        ("trade:RUS", "VNM", 2001, None, "no partner 'RUS'"),
        ("alignment_index:USA", "VNM", 2001, None, "no measure 'alignment_index:USA'"),
        ("trade", "VNM", 2001, None, "no measure 'trade'"),
        ("trade:USA", "KHM", 2001, None, "no country 'KHM'"),
        ("trade:USA", "VNM", 2004, None, "year 2004"),
        ("trade:USA", "VNM", 2001, 2000, "since is for choices and events"),
        ("event:tier:USA", "VNM", 2001, 1999, "year 1999"),
        ("event:parade:USA", "VNM", 2001, None, "no event 'parade'"),
        ("choice:port:call:sell", "VNM", 2002, None, "no option 'sell'"),
        ("choice:port:call:grant", "VNM", 2001, None, "but in 2002"),
        ("choice:vote:for", "VNM", 2002, None, "no choice 'vote'"),
        ("choice:port:call:grant", "LAO", 2002, None, "for this country"),
    ],
)
def test_what_a_scenario_does_not_have(sample, name, country, year, since, said):
    with pytest.raises(ValueError, match=said):
        sample.values(Measure(name, country, year, since))


def test_samples_check_what_they_are_asked_for(small):
    with pytest.raises(ValueError, match="at least 1"):
        Sample(small, 0)
    with pytest.raises(ValueError, match="year 1999"):
        Sample(small, 1, until=1999)


# --- pairs


def test_a_scenario_does_not_differ_from_itself(small):
    for found in paired_many(
        small, small, [Measure("trade:USA", "VNM", 2001), Measure("tier:USA", "VNM", 2001)], 16
    ):
        assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
        assert found.n == 16


def test_common_random_numbers_leave_the_neighbour_alone(small):
    other = small.replace({"countries.LAO.threat.level": 0.75})
    here, there = paired_many(
        small, other, [Measure("threat", "LAO", 2001), Measure("trade:USA", "VNM", 2001)], 16
    )
    assert here.mean == pytest.approx(0.5) and here.low == pytest.approx(0.5)
    assert (there.mean, there.low, there.high) == (0.0, 0.0, 0.0) and there.sd > 0


def test_both_take_the_seed_of_the_base(small):
    reseeded = small.replace({"ensemble.seed": 8})
    assert paired(small, reseeded, "trade:USA", "VNM", 2001, 16).mean == 0.0
    assert measure(small, "trade:USA", "VNM", 2001, 16, seed=8).tolist() == (
        measure(reseeded, "trade:USA", "VNM", 2001, 16).tolist()
    )
    with pytest.raises(ValueError, match="different seeds"):
        paired(Sample(small, 4), Sample(reseeded, 4), "trade:USA", "VNM", 2001)


def test_samples_and_scenarios_pair_alike(small, sample):
    other = small.replace({"countries.VNM.access.trade.USA": 0.1})
    plain = paired(small, other, "trade:USA", "VNM", 2002, BLOCK + 3)
    assert plain == paired(sample, other, "trade:USA", "VNM", 2002)
    assert plain == paired(sample, Sample(other, BLOCK + 3), "trade:USA", "VNM", 2002)
    assert plain.n == BLOCK + 3 and plain.clear("up")


# --- promises


def test_a_promise_that_holds(folder):
    (outcome,) = check_expectations(child(folder, "up", 0.4), runs=8)
    assert outcome.holds and outcome.difference.mean == pytest.approx(0.5)
    assert "up by at least 0.4: holds (+0.5" in str(outcome)


@pytest.mark.parametrize(("direction", "minimum"), [("up", 0.6), ("down", 0.4), ("down", 0.0)])
def test_a_promise_that_does_not(folder, direction, minimum):
    (outcome,) = check_expectations(child(folder, direction, minimum), runs=8)
    assert not outcome.holds
    assert "does not hold" in str(outcome)


def test_a_promise_needs_an_interval_off_zero():
    entry = Measure("threat", "VNM", 2002)
    for low, holds in ((-0.1, False), (0.0, False), (0.1, True)):
        difference = Difference(mean=0.5, low=low, high=1.0, sd=1.0, n=8)
        assert Outcome(entry, "up", 0.4, difference).holds is holds


def test_parents(folder, small):
    what_if = child(folder, "up", 0.4)
    assert parent_of(what_if).sha256 == small.sha256
    assert check_expectations(small) == []
    with pytest.raises(ValueError, match="small extends nothing"):
        parent_of(small)
    again = check_expectations(what_if, parent=Sample(small, 8))
    assert again == check_expectations(what_if, runs=8)
