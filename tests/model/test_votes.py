"""Votes: habit by the fitted form, politics by the powers' foreseen answer and the norm."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from hedgerow.model import votes
from hedgerow.model.simulate import Block
from model.hand import assert_mean, assert_shares, moment, start
from model.worlds import ARMS, RUS, TRADE, USA, vote, world

RUNS = 20_000
EFFECTS = tuple(
    f"{name}_sd"
    for name in (
        "issue",
        "roll_call",
        "state",
        "state_divided",
        "state_subject",
        "state_class",
        "issue_abstain",
        "roll_call_abstain",
        "state_abstain",
        "class_abstain",
    )
)
SURE = dict.fromkeys(EFFECTS, 0.0)


def eta_by_hand(z=0.0, own=0.0, alike=0.0, peers=0.0, arms_rus=0.97, pact=0.0):
    """Territorial, on Russia: Japan and the United States for, Russia against, China abstains.

    d = (1 + 0 + 1 − 0)/4: no EU in this world.
    """
    d, powers = 0.5, np.array([0.0, 1.0, -1.0, 1.0])
    trade = np.array([0.16, 0.1225, 0.0225, 0.16])
    arms = np.array([0.0, 0.0, arms_rus, 0.0])
    eta = 1.87 - 1.0 + (0.07 + 1.48 * z) * d - 0.36 * z
    eta += (powers * (0.17 * arms + 0.5 * trade)).sum() + 0.54 * pact - 1.13 * arms_rus
    return eta + 2.16 * own + 0.69 * alike + 0.68 * peers


def test_habit_by_hand():
    w = world(1)
    q, s, _, _, point = start(w)
    ballot = w.structure.votes[0]
    eta, a = votes.habit(w.structure, q, s, ballot, point.x)
    assert eta == pytest.approx([eta_by_hand()])
    assert a == pytest.approx([1.45])
    s.position[:] = -0.3  # a standard deviation above
    w.values["pact"][USA] = 1.0
    q, *_ = start(w)
    eta, _ = votes.habit(w.structure, q, s, ballot, point.x)
    assert eta == pytest.approx([eta_by_hand(z=1.0, pact=1.0)])


def test_a_record_counts():
    """The own last vote on the issue; without one the class; peers' last votes on the issue."""
    records = {"ukraine": np.array([0.0, np.nan, -1.0])}
    classes = np.array([[np.nan] * 3, [1.0, 0.5, 1.0]])
    w = world(1, countries=("IDN", "PHL", "VNM"), records=records, class_records=classes)
    w.values["peer_weight"][0, 2] = 0.6
    w.values["peer_weight"][1, 0], w.values["peer_weight"][1, 2] = 0.2, 0.6
    q, s, _, _, point = start(w)
    eta, a = votes.habit(w.structure, q, s, w.structure.votes[0], point.x)
    expected = [eta_by_hand(peers=-1.0), eta_by_hand(alike=0.5, peers=-0.75), eta_by_hand(own=-1.0)]
    assert eta == pytest.approx(expected)
    assert a == pytest.approx([1.45 + 1.72, 1.45, 1.45])


def test_the_country_itself_is_the_subject():
    w = world(1, countries=("RUS",), numbers=SURE)
    q, s, _, _, point = start(w)
    s.arsenal[ARMS] = 0.0
    eta, _ = votes.habit(w.structure, q, s, w.structure.votes[0], point.x)
    trade = 0.5 * (0.1225 + 0.16)  # none with itself
    assert eta == pytest.approx([1.87 - 1.0 + 0.07 * 0.5 + trade - 3.61])


def test_shares_without_politics_or_effects():
    """exp(−η) : exp(a) : exp(η)."""
    w = world(RUNS, numbers=SURE | {"vote_constant": -0.2})
    q, s, streams, _, point = start(w)
    ballot = w.structure.votes[0]
    eta, a = eta_by_hand() - 2.07, 1.45
    now = moment(w, q, s, point, 0.0, goodwill=np.ones((4, RUNS)))
    chosen = votes.cast(now, ballot, streams)
    odds = np.array([exp(eta), exp(a), exp(-eta)])
    assert_shares([(chosen == o).mean() for o in range(3)], odds / odds.sum(), RUNS)


def test_politics_by_hand():
    """Goodwill lost with Russia and won with its accuser; the norm for a violator."""
    w = world(1, numbers={"norm": 2.0, "violation": np.array([0.0, 0.0, 0.5, 0.0])})
    q, *_ = start(w)
    goodwill = np.array([9.0, 9.0, 0.3, 0.4])[:, None]
    found = votes.politics(w.structure, q, w.structure.votes[0], goodwill)[:, 0]
    assert found == pytest.approx([0.3 - 0.4 - 2.0 * 0.5, 0.0, -0.3 + 0.4])


def test_politics_tilts_and_flat_habit_leaves_it_alone():
    w = world(RUNS, numbers=SURE, flat=frozenset({"votes"}))
    q, s, streams, _, point = start(w)
    goodwill = np.zeros((4, RUNS))
    goodwill[RUS], goodwill[USA] = 0.5, 0.2
    for omega in (1.0, 3.0):
        now = moment(w, q, s, point, omega, goodwill=goodwill)
        chosen = votes.cast(now, w.structure.votes[0], streams)
        odds = np.exp(omega * np.array([-0.3, 0.0, 0.3 - 0.5]))
        assert_shares([(chosen == o).mean() for o in range(3)], odds / odds.sum(), RUNS)


def test_effects_have_their_variance_and_are_shared():
    """The issue and the roll call are one draw for all states; the state's own are not."""
    w = world(RUNS, countries=("IDN", "VNM"))
    q, _, streams, *_ = start(w)
    eta, a = votes.effects(w.structure, q, w.structure.votes[0], streams)
    both = eta.reshape(2, RUNS)
    shared = 0.84**2 + 0.61**2
    own = 0.27**2 + (0.98 * 0.5) ** 2 + 0.34**2 + 0.46**2
    assert_mean(eta[:RUNS] ** 2, shared + own)
    assert_mean(both[0] * both[1], shared)
    abstain = 0.48**2 + 0.42**2 + 0.38**2 + 0.56**2
    assert_mean(a[:RUNS] ** 2, abstain)
    again, _ = votes.effects(w.structure, q, vote("ES-11/2", 12), streams)
    assert_mean(eta[:RUNS] * again[:RUNS], 0.84**2 + own)
    elsewhere, _ = votes.effects(w.structure, q, vote("ES-11/3", 12, issue="other"), streams)
    assert_mean(eta[:RUNS] * elsewhere[:RUNS], own)


def test_what_is_remembered_of_a_vote():
    """Goodwill falls with who is hit and rises with sponsors, each by the side that was taken."""
    w = world(3)
    _, s, *_ = start(w)
    ballot = w.structure.votes[0]
    votes.note(w.structure, s, ballot, np.array([0, 1, 2]))
    np.testing.assert_array_equal(s.last_votes["ukraine"], [1.0, 0.0, -1.0])
    np.testing.assert_array_equal(s.cover[RUS], [-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(s.cover[USA], [1.0, 0.0, -1.0])
    votes.note(w.structure, s, replace(ballot, round=21), np.array([-1, -1, 0]))
    np.testing.assert_array_equal(s.last_votes["ukraine"], [1.0, 0.0, 1.0])
    assert [round_ for round_, *_ in s.cast] == [21]  # the first is over three years old


def test_the_class_mean_is_of_three_years():
    w = world(1, class_records=np.array([[np.nan], [-1.0]]))
    q, s, *_ = start(w)
    new = vote("new", 30, issue="new")
    early = replace(new, round=11)
    assert votes.record(w.structure, q, s, early).own_class == pytest.approx([-1.0])
    assert np.isnan(votes.record(w.structure, q, s, replace(new, round=12)).own_class).all()
    for round_, chosen in ((17, 0), (18, 1), (29, 0)):
        s.cast.append((round_, 1, np.array([1.0 - chosen])))
    assert votes.record(w.structure, q, s, new).own_class == pytest.approx([0.5])


def test_goodwill_leaks_over_two_years():
    w = world(50, numbers=SURE | {"vote_constant": 9.0}, processes=frozenset())
    block = Block(w)
    for _ in range(9):
        block.step()
    np.testing.assert_allclose(block.state.cover[USA], exp(-0.125))
    for _ in range(7):
        block.step()
    np.testing.assert_allclose(block.state.cover[USA], exp(-1.0))


def test_shares_of_trade_are_squares_of_the_flow():
    """The vote reads shares, the flow holds roots: twice the root counts four times."""
    w = world(1)
    q, s, _, _, point = start(w)
    x = point.x.copy()
    eta, _ = votes.habit(w.structure, q, s, w.structure.votes[0], x)
    x[TRADE, USA] *= 2.0
    more, _ = votes.habit(w.structure, q, s, w.structure.votes[0], x)
    assert more - eta == pytest.approx([0.5 * 3 * 0.16])
