"""What powers do: when events ring, who is attended to, what they put in force."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from hedgerow.model import aims, beliefs, events
from hedgerow.model.parameters import Effect, Event
from hedgerow.model.simulate import Block
from hedgerow.model.state import cut, held_by, pledges, ties
from model.hand import assert_mean, assert_shares, moment, start
from model.worlds import CHN, JPN, RUS, TRADE, USA, world

RUNS = 20_000
INCIDENT, RESTRICTION, SUSPENSION, DESIGNATION, EXPLORATION, EXERCISE, BASE, VISIT = range(8)


def of(w):
    q, s, streams, form, point = start(w)
    return q, s, streams, form, point, events.codes(w.structure)


def test_aims_by_hand():
    """R: United States with China .8 and Russia .4, China with Japan .5."""
    w = world(1)
    q, *_ = start(w)
    a = np.array([0.5, 1.0, 2.0, 0.9])[:, None]
    # China: .8·(.9 − .5) + .5·(1 − .5); the United States: .8·(.5 − .9) + .4·(2 − .9)
    tilt = [0.57, 0.5 * -0.5, 0.4 * -1.1, 0.12]
    assert aims.tilt(q, a)[:, 0] == pytest.approx(tilt)
    assert aims.excess(q, a)[:, 0] == pytest.approx([0.37, 0.0, 0.0, 0.0])
    assert aims.lead(q, a)[:, 0] == pytest.approx([0.57, 0.0, 0.0, 0.44])
    assert [aims.foremost(q, a, p)[0] for p in range(4)] == [USA, -1, -1, RUS]


def test_rates_by_hand():
    """λ⁰·attention·exp(ω V), V of tilt, lead, isolation, need and goodwill."""
    w = world(1, numbers={"politics_powers": 0.5, "threat_level": 1.0})
    w.values["attention"][USA] = 2.0
    q, s, _, _, point, _ = of(w)
    point.a[:] = np.array([0.5, 1.0, 2.0, 0.9])[:, None]
    s.cover[CHN], s.cover[USA] = -1.0, 0.5
    s.threat[:] = 1.0
    sight = events.seen(q, s, point.a)
    rate = events.rates(moment(w, q, s, point))
    needed = 0.3 * 0.8  # by the United States, against China at threat 1
    v = {
        INCIDENT: 1.0 * 0.37 + 0.3,
        RESTRICTION: 0.37 + 0.3,
        EXPLORATION: 0.5 * 0.0 + 1.0 * 0.3,
        EXERCISE: 0.5 * 0.44 + 0.5 * needed + 0.3 * 0.5,
        VISIT: 0.5 * 0.44 + 0.3 * 0.5,
    }
    base = {INCIDENT: 0.5, RESTRICTION: 0.1, EXPLORATION: 0.2, EXERCISE: 0.4, VISIT: 0.4}
    for e, value in v.items():
        event = w.structure.events[e]
        assert sum(events.parts(q, s, e, event, sight)) == pytest.approx(value)
        assert rate[e, 0] == pytest.approx(base[e] * exp(0.5 * value))
    # Designation: ψ φ E of arms .97·x, energy and trade, half shielded by the settlement of .25
    x = point.x[:, RUS, 0]
    open_ = 1 - 0.5 * 0.25
    dealt = x[0] + 0.5 * open_ + 0.3 * 0.15 * open_
    dares = 1 - 0.25 - 0.3 * 0.8
    coerced = 0.02 * 2.0 * exp(0.5 * (-0.5 * needed - 0.3 * 0.5))
    assert rate[DESIGNATION, 0] == pytest.approx(coerced * 3.0 * dares * dealt)


def test_only_the_threat_causes_incidents_and_nobody_acts_on_itself():
    w = world(1, countries=("USA", "VNM"), threat_source=np.array([-1, CHN]))
    q, s, _, _, point, _ = of(w)
    rate = events.rates(moment(w, q, s, point))
    assert rate[INCIDENT].tolist() == [0.0, pytest.approx(rate[INCIDENT, 1])]
    assert rate[INCIDENT, 1] > 0.0
    assert not rate[[DESIGNATION, EXERCISE, BASE, VISIT], 0].any()


def happen(w, round_=0):
    q, s, streams, _, point, known = of(w)
    return events.happen(moment(w, q, s, point, round_=round_), streams, known)


def test_an_event_rings_at_its_rate():
    """ω = 0 and attention for all: 1 − exp(−λ/4) a quarter."""
    w = world(RUNS, numbers={"politics_powers": 0.0, "acts": 9.0})
    found = happen(w)
    for e, rate in ((INCIDENT, 0.5), (RESTRICTION, 0.1), (EXERCISE, 0.2), (VISIT, 0.2)):
        assert_shares(found[e].mean(), 1 - exp(-0.25 * rate), RUNS)
    both = (found[INCIDENT] & found[EXERCISE]).mean()
    assert_shares(both, (1 - exp(-0.125)) * (1 - exp(-0.05)), RUNS)


def test_what_is_told_is_at_most_once_a_quarter():
    """Rates of .5, .1 and .05 of China are .4700, .0988 and .0497 a year; one of 400 is 4."""
    w = world(1)
    rate = np.array([0.5, 0.1, 0.05, 0.0, 9.0, 400.0, 0.0, 0.0])[:, None]
    once = events.often(rate)[:, 0]
    assert once == pytest.approx([4 * (1 - exp(-x / 4)) for x in rate[:, 0]])
    told = events.by_power(w.structure, rate, True)[:, 0]
    assert told == pytest.approx([0.6185, 0.0, 0.0, 0.0], abs=1e-4)
    told = events.by_power(w.structure, rate, False)[:, 0]
    assert told == pytest.approx([0.0, 0.0, 4 * (1 - exp(-2.25)), 4.0])


def test_attention_is_rationed_to_the_earliest():
    """Two events of equal rates, one act: each is the first in half of the runs, never both."""
    pair = (Event("a", CHN, Effect.VISIT), Event("b", CHN, Effect.VISIT))
    numbers = {"event_rate": 2.0, "acts": 1.0, "politics_powers": 0.0}
    found = happen(world(RUNS, events=pair, numbers=numbers))
    ring = 1 - exp(-1.0)  # that any rings: 2·2·¼
    assert not found.all(axis=0).any()
    assert_shares(found.mean(axis=1), [ring / 2, ring / 2], RUNS)


@pytest.mark.parametrize("acts", [0.0, 0.4, 1.5])
def test_a_broken_number_of_acts_is_right_on_average(acts):
    """Three events that ring in nearly every quarter."""
    trio = tuple(Event(name, CHN, Effect.VISIT) for name in "abc")
    numbers = {"event_rate": 400.0, "acts": acts, "politics_powers": 0.0}
    found = happen(world(RUNS, events=trio, numbers=numbers)).sum(axis=0)
    assert_mean(found, acts, sd=0.5)
    assert set(np.unique(found)) <= {int(acts), int(acts) + 1}


def test_acts_are_shared_among_countries():
    """Ten countries that all ring get one act a quarter together."""
    one = (Event("a", CHN, Effect.VISIT),)
    names = tuple(f"C{i}" for i in range(10))
    numbers = {"event_rate": 400.0, "acts": 1.0, "politics_powers": 0.0}
    found = happen(world(2000, countries=names, events=one, numbers=numbers))
    each = found.reshape(10, 2000)
    assert (each.sum(axis=0) == 1).all()
    for country in each:
        assert_shares(country.mean(), 0.1, 2000)


def test_an_event_in_force_does_not_ring_again_nor_an_offer_that_cannot_be_had():
    w = world(2, numbers={"event_rate": 400.0, "acts": 9.0})
    q, s, streams, _, point, known = of(w)
    s.until[RESTRICTION] = [6, 5]
    s.counts[1, USA] = [4, 3]  # defence: the range is four steps
    found = events.happen(moment(w, q, s, point, round_=5), streams, known)
    assert found[RESTRICTION].tolist() == [False, True]
    assert found[EXERCISE].tolist() == [False, True]
    assert found[BASE].tolist() == [False, False]


def test_what_is_put_in_force():
    """A restriction of a year cuts flows by its size until it ends; a suspension stops visits."""
    w = world(1)
    q, s, *_ = start(w)
    happened = np.zeros((8, 1), dtype=bool)
    happened[[INCIDENT, RESTRICTION, SUSPENSION, VISIT]] = True
    incident, visited = events.apply(w.structure, q, s, happened, 3)
    assert incident.tolist() == [1.0]
    assert visited[:, 0].tolist() == [False, False, False, True]
    assert s.fresh.tolist() == [1.0]
    assert s.until[:, 0].tolist() == [4, 7, 7, 0, 0, 0, 0, 4]
    for round_, share in ((6, 0.9), (7, 1.0)):
        assert ties(w.structure, q, s, round_)[TRADE, CHN] == pytest.approx(0.4 * share)
        assert ties(w.structure, q, s, round_)[TRADE, USA] == pytest.approx(0.4)
        closed = held_by(w.structure, s, frozenset({Effect.SUSPENSION}), round_)
        assert closed[:, 0].tolist() == [round_ < 7, False, False, False]


def test_the_largest_cut_holds_and_none_is_larger_than_the_flow():
    two = (Event("a", CHN, Effect.RESTRICTION), Event("b", CHN, Effect.DESIGNATION, pair=0))
    w = world(1, events=two, numbers={"event_size": np.array([0.3, 1.4])})
    q, s, *_ = start(w)
    s.until[:, 0] = [9, 5]
    assert cut(w.structure, q, s, 6, CHN) == pytest.approx(0.3)
    assert cut(w.structure, q, s, 4, CHN) == pytest.approx(1.0)


def test_who_may_use_force_pays_for_it():
    w = world(1)
    force = replace(w.structure.rules, force=np.array([True]))
    q, s, *_ = start(w)
    happened = np.zeros((8, 1), dtype=bool)
    happened[INCIDENT] = True
    events.apply(replace(w.structure, rules=force), q, s, happened, 0)
    assert s.fresh.tolist() == [1.5]


def test_causes():
    w = world(1)
    q, s, _, _, point, _ = of(w)
    point.a[:] = np.array([0.5, 1.0, 2.0, 0.9])[:, None]
    which, rival = events.cause(moment(w, q, s, point), INCIDENT)
    assert (events.CAUSES[which[0]], rival[0]) == ("tilt", USA)
    which, rival = events.cause(moment(w, q, s, point), EXPLORATION)
    assert (events.CAUSES[which[0]], rival[0]) == ("isolation", -1)
    which, rival = events.cause(moment(w, q, s, point), DESIGNATION)
    assert (events.CAUSES[which[0]], rival[0]) == ("rate", -1)


# threat and beliefs ----------------------------------------------------------------------------
def test_threat_is_incidents_and_what_encircles():
    ring = (Event("ring", CHN, Effect.ENCIRCLEMENT),)
    w = world(1, events=ring, numbers={"event_size": 0.4})
    q, s, *_ = start(w)
    s.fresh[:], s.until[:] = 2.0, 5
    beliefs.threaten(w.structure, q, s, 4)
    assert s.threat == pytest.approx([0.6 + 0.25 * 2 + 0.4])
    beliefs.threaten(w.structure, q, s, 5)
    assert s.threat == pytest.approx([1.1])


def test_an_incident_multiplies_the_odds():
    """.7 : .2 : .1 becomes .7 : .28 : .1, and relaxes by .3 a year."""
    w = world(1)
    q, s, *_ = start(w)
    beliefs.learn(w.structure, q, s, np.ones(1))
    beliefs.relax(w.structure, q, s)
    after = np.array([0.7, 0.28, 0.1]) / 1.08
    prior = np.array([0.7, 0.2, 0.1])
    assert s.beliefs[:, 0] == pytest.approx(after + 0.075 * (prior - after))
    assert s.beliefs.sum() == pytest.approx(1.0)


def test_a_peer_counts_by_its_weight():
    w = world(1, countries=("PHL", "VNM"), numbers={"warning": 0.5})
    w.values["peer_weight"][1, 0] = 0.4
    q, s, *_ = start(w)
    beliefs.learn(w.structure, q, s, np.array([1.0, 0.0]))
    beliefs.relax(w.structure, q, s)
    odds = np.array([0.7, 0.2 * 1.4**0.2, 0.1])
    expected = odds / odds.sum()
    assert s.beliefs[:, 1] == pytest.approx(
        expected + 0.075 * (np.array([0.7, 0.2, 0.1]) - expected)
    )
    assert s.beliefs[1, 0] > s.beliefs[1, 1]


def test_without_futures_today_is_certain():
    w = world(2, processes=frozenset())
    block = Block(w)
    np.testing.assert_array_equal(block.state.beliefs[0], 1.0)
    block.step()
    np.testing.assert_array_equal(block.state.beliefs[0], 1.0)


def test_without_events_nothing_happens_nor_is_foreseen():
    w = world(20, years=2, votes=(), processes=frozenset({"desks", "futures"}))
    block = Block(w)
    for _ in range(8):
        block.step()
    assert not [rows for rows in block.record.events if rows.kind in ("coercion", "offer")]
    assert not block.form.foreseen.any()
    assert not block.record.ties["pressure"].any()


def test_an_accepted_base_pledges():
    w = world(400, numbers={"event_rate": np.array([0, 0, 0, 0, 0, 0, 9.0, 0])}, years=1)
    free = replace(w.structure.rules, pledge=np.array([True]), tie_max=w.structure.cap[:, None])
    block = Block(replace(w, structure=replace(w.structure, rules=free)))
    for _ in range(4):
        block.step()
    accepted = np.zeros(400)
    for rows in block.record.events:
        if rows.event == "base":
            np.add.at(accepted, rows.replicate, rows.value)
    np.testing.assert_array_equal(pledges(block.state)[USA] > 0, accepted > 0)
    assert 0 < accepted.sum() < 400
    assert not pledges(block.state)[[CHN, JPN, RUS]].any()
