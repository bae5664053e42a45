"""Shocks drawn: as often as before, each event as one, the same in any block; no tie among them."""

from pathlib import Path

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.scoring.shocks import calendar, drawn, names_a_tie, without, worth_of_one_tie
from hedgerow.files import folder
from hedgerow.scenario.compile import world

SMALL = Path(__file__).parent / "small.toml"
N = 4000


@pytest.fixture(scope="module")
def small():
    return hedgerow.load(SMALL)


@pytest.fixture(scope="module")
def block(small):
    """Runs of the small scenario, as listed and drawn: shocks by label."""
    whole = world(small, np.arange(N, dtype=np.uint64), 5)
    when = calendar(small, 2020)
    after = drawn(whole, small, when)
    labels = small.resolved["shocks"]
    return (
        dict(zip(labels, whole.shocks, strict=True)),
        dict(zip(labels, after.shocks, strict=True)),
        when,
    )


def test_the_calendar_by_hand(block):
    """Of 2008 to 2020: two events in seven years before, three in six years after."""
    *_, when = block
    assert (when.before, when.years, len(when.after)) == (2, 7, 3)
    assert (when.first, when.stop) == (28, 52)
    assert set(when.after.values()) == {("crisis", "war"), ("peace",), ("visit",)}
    assert when.lasting == {"calm"}
    assert when.chance == pytest.approx(2 / 7 * 6 / 3)


def test_what_begins_after_the_last_year_is_not_drawn(small):
    """The first later event begins in the first quarter of 2016."""
    assert len(calendar(small, 2016).after) == 1
    none = calendar(small, 2015)
    assert not none.after and none.chance == 0.0


def test_what_came_before_stays_and_what_was_taken_over_lasts(block):
    listed, after, _ = block
    for label in ("early", "calm"):
        assert (after[label].start == listed[label].start).all()
        assert after[label].happens.all()
    assert (after["early"].stop == listed["early"].stop).all()
    assert (listed["calm"].stop == 32).all(), "2016, when the crisis came"
    assert (after["calm"].stop == 52).all(), "for the crisis may not come"


def test_events_come_as_often_and_as_late_as_told(block):
    listed, after, when = block
    spread = 4.0 * np.sqrt(when.chance * (1.0 - when.chance) / N)
    for label in ("crisis", "peace", "visit"):
        shock = after[label]
        assert shock.happens.mean() == pytest.approx(when.chance, abs=spread)
        counts = np.bincount(shock.start - 28, minlength=24)
        assert counts.size == 24 and counts.min() > N / 24 - 5 * np.sqrt(N / 24)
        assert (shock.value == listed[label].value).all(), "values are drawn as ever"
    assert abs(np.corrcoef(after["crisis"].start, after["peace"].start)[0, 1]) < 5 / np.sqrt(N)


def test_shocks_of_one_quarter_are_one_event(block):
    _, after, _ = block
    assert (after["war"].start == after["crisis"].start).all()
    assert (after["war"].happens <= after["crisis"].happens).all()
    mixed = after["war"].happens.sum() / after["crisis"].happens.sum()
    assert mixed == pytest.approx(0.5, abs=0.06), "its own probability counts on top"


def test_what_has_an_end_lasts_as_long_as_it_did(block):
    _, after, _ = block
    visit, peace = after["visit"], after["peace"]
    assert (visit.stop - visit.start == np.minimum(1, 52 - visit.start)).all()
    assert (peace.stop == 52).all()


def test_a_replicate_draws_the_same_in_any_block(small):
    when = calendar(small, 2020)
    some = np.array([17, 3, 1000], dtype=np.uint64)
    alone = drawn(world(small, some, 5), small, when)
    many = drawn(world(small, np.arange(1001, dtype=np.uint64), 5), small, when)
    for one, all_ in zip(alone.shocks, many.shocks, strict=True):
        for name in ("start", "stop", "happens", "value"):
            assert (getattr(one, name) == getattr(all_, name)[[17, 3, 1000]]).all()


def left_out(scenario):
    """Labels of the shocks that `without` leaves out."""
    whole = world(scenario, np.arange(8, dtype=np.uint64), 5)
    left = without(whole, scenario, calendar(scenario, scenario.end).first)
    pairs = zip(scenario.resolved["shocks"], whole.shocks, left.shocks, strict=True)
    return {label for label, a, b in pairs if (a.happens & ~b.happens).any()}


def test_without_shocks_to_the_worth_of_one_tie(small):
    assert left_out(small) == {"peace"}, "early is of a tie's worth too, but before 2015"


def test_what_agreements_add_to_trade_is_the_worth_of_one_tie():
    assert left_out(hedgerow.load("vietnam-2014")) == {"war-trade", "food-corridor"}


def test_years_that_do_not_fit_are_told(small):
    with pytest.raises(ValueError, match="shocks can be drawn only where there are years up to"):
        calendar(small, 2021)
    late = hedgerow.load(SMALL, {"time.start": 2015})
    with pytest.raises(ValueError, match="runs from 2015 to 2020"):
        calendar(late, 2020)


def test_paths():
    assert names_a_tie("countries.VNM.ties.arms.RUS") and names_a_tie("countries.VNM.tiers.USA")
    assert not names_a_tie("countries.VNM.returns.energy.RUS") and not names_a_tie("threat")
    for path in ("attention.USA", "access.trade.RUS", "returns.energy.RUS", "loyalty.RUS"):
        assert worth_of_one_tie(f"countries.VNM.{path}")
    for path in ("countries.VNM.threat.level", "countries.VNM.ties.arms.RUS", "threat"):
        assert not worth_of_one_tie(path)
    assert not worth_of_one_tie("partners.USA.visits")


@pytest.mark.parametrize("path", sorted(folder("scenarios").glob("*.toml")), ids=lambda p: p.stem)
def test_no_shock_of_a_shipped_scenario_names_a_hedgers_tie(path):
    """And none can: the format takes shocks to what starts a run for an error."""
    shocks = hedgerow.load(path).resolved["shocks"]
    assert not [label for label, entry in shocks.items() if names_a_tie(entry["path"])]
