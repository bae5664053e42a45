"""Years out of quarters: means, fourth quarters, shares, events, and how long hedging lasts."""

import numpy as np
import pytest
from model.hand import K, at, hand_world, start
from model.worlds import random_world

from hedgerow.model.measures import of_countries
from hedgerow.model.parameters import Choice, Shock
from hedgerow.model.portfolio import alignment, exposure
from hedgerow.model.recorder import Recorder
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import form_of

ARMS, TRADE, DIPLOMACY = 0, 1, 3


class Desk:
    """A recorder, and a state that the test writes before each quarter."""

    def __init__(self, world):
        self.world = world
        self.q, self.s, self.form = start(world)
        self.recorder = Recorder(world.structure, self.q)
        self.t = 0

    def quarter(self, incident=0.0, visited=None):
        p, d = self.s.tiers.shape
        came = np.zeros((p, d), dtype=bool) if visited is None else np.array(visited)
        self.form = form_of(self.world.structure, self.q, self.s)
        self.recorder.quarter(
            self.t, self.q, self.s, self.form, np.broadcast_to(float(incident), d), came
        )
        self.t += 1

    @property
    def record(self):
        return self.recorder.record

    def tie(self, name):
        """One column of the first country in the first run: (years, partners)."""
        return self.record.ties[name][:, 0, :, 0].tolist()

    def events(self, name):
        return [
            (e.year, e.country, e.partner, e.value.tolist())
            for e in self.record.events
            if e.event == name
        ]


# years out of quarters -------------------------------------------------------------------------
def test_orders_and_deliveries_are_means_of_the_year():
    """Orders 1, 2, 3, 6 of the first and 1 of the second, others 0.1: 0.3, 0.1 and 0.1 of 0.5."""
    desk = Desk(hand_world(p=2, others=at((7, 1), {(ARMS, 0): 0.1})))
    for first in (1, 2, 3, 6):
        desk.s.counts[ARMS, :, 0] = first, 1
        desk.s.deliveries[ARMS, :, 0] = first, 3.0
        desk.quarter()
    assert desk.tie("arms_orders") == [pytest.approx([0.6, 0.2])]
    assert desk.tie("arms_deliveries") == [pytest.approx([3 / 6.1, 3 / 6.1])]


def test_pressure_and_inducement_are_means_of_the_year():
    desk = Desk(hand_world(p=2, years=2))
    for t in range(8):
        desk.s.pressure[:, 0] = t, 0.0
        desk.s.inducement[:, 0] = 1.0, t * t
        desk.quarter()
    assert desk.tie("pressure") == [[1.5, 0.0], [5.5, 0.0]]
    assert desk.tie("inducement") == [[1.0, 3.5], [1.0, 31.5]]


def test_everything_else_is_of_the_fourth_quarter():
    world = hand_world(
        p=2,
        years=2,
        salience=at(7, {TRADE: 0.5, DIPLOMACY: 1.0}),
        exposure=at(7, {TRADE: 2.0}),
        others=at((7, 1), {(ARMS, 0): 0.5}),
    )
    desk = Desk(world)
    for t in range(8):
        desk.s.counts[TRADE, 0] = t
        desk.s.counts[DIPLOMACY, 1] = 8 - t
        desk.s.stocks[ARMS, :, 0] = 0.5, t
        desk.s.tiers[:, 0] = t % 5, 1
        desk.s.threat[:] = t
        desk.quarter()
    assert desk.tie("trade") == [pytest.approx([0.3, 0.0]), pytest.approx([0.7, 0.0])]
    assert desk.tie("diplomacy") == [pytest.approx([0.0, 0.5]), pytest.approx([0.0, 0.1])]
    assert desk.tie("tier") == [[3, 1], [2, 1]]
    assert desk.tie("alignment") == [pytest.approx([0.15, 0.5]), pytest.approx([0.35, 0.1])]
    assert desk.tie("exposure") == [pytest.approx([0.6, 0.0]), pytest.approx([1.4, 0.0])]
    assert desk.tie("arms_stock") == [pytest.approx([0.125, 0.75]), pytest.approx([0.0625, 0.875])]
    assert desk.record.countries["threat"][:, 0, 0].tolist() == [3, 7]


def test_shares_are_null_for_nothing_out_of_nothing():
    desk = Desk(hand_world(p=2, years=2))
    for t in range(8):
        if t == 4:
            desk.s.stocks[ARMS, 0] = desk.s.deliveries[ARMS, 0] = 0.3
            desk.s.counts[ARMS, 0] = 3
        desk.quarter()
    for name in ("arms_stock", "arms_deliveries", "arms_orders"):
        first, second = desk.tie(name)
        assert np.isnan(first).all()
        assert second == pytest.approx([1.0, 0.0])


def test_others_alone_leave_shares_of_zero():
    desk = Desk(hand_world(p=2, others=0.4))
    for _ in range(4):
        desk.quarter()
    assert desk.tie("arms_stock") == desk.tie("arms_orders") == [[0.0, 0.0]]


def test_others_are_means_of_the_year_where_partners_are():
    """Others buy 0 in two quarters and 0.4 in two, the partner 0.2 in each: half of each year."""
    world = hand_world(
        p=1,
        ties=at((7, 1, 1), {(ARMS, 0, 0): 0.2}),
        move_cost=1.0,
        precision=1e9,
        terms=("move_cost",),
        processes=(),
        shocks=(
            Shock(
                "others",
                (ARMS, 0),
                "set",
                np.full(1, 0.4),
                np.array([2]),
                np.array([99]),
                np.array([True]),
            ),
        ),
    )
    record = simulate(world)
    assert record.ties["arms_orders"][0, 0, 0, 0] == pytest.approx(0.5)
    assert record.ties["arms_deliveries"][0, 0, 0, 0] == pytest.approx(0.5)


def test_years_to_come_are_null():
    desk = Desk(hand_world(years=3))
    for _ in range(7):
        desk.quarter()
    assert not np.isnan(desk.record.ties["trade"][0]).any()
    assert np.isnan(desk.record.ties["trade"][1:]).all()


def test_countries_and_runs_do_not_mix():
    """Decision d = country·R + run."""
    desk = Desk(hand_world(n=2, p=2, r=3))
    marks = np.arange(6)
    desk.s.counts[TRADE, 1] = marks
    desk.s.threat[:] = marks
    for _ in range(4):
        desk.quarter()
    assert desk.record.ties["trade"].shape == (1, 2, 2, 3)
    assert desk.record.ties["trade"][0, :, 1].ravel().tolist() == pytest.approx(list(marks / 10))
    assert desk.record.countries["threat"][0].ravel().tolist() == list(marks)


def test_recording_never_touches_the_state():
    desk = Desk(random_world(1, n=2, p=4, r=3))
    before = {name: np.copy(a) for name, a in vars(desk.s).items()}
    for _ in range(4):
        desk.quarter(1.0)
    for name, a in before.items():
        np.testing.assert_array_equal(getattr(desk.s, name), a, err_msg=name)


def test_a_recorded_year_does_not_follow_the_state():
    """What is stored is a copy."""
    desk = Desk(hand_world(p=2, years=2, threat_level=1.0))
    for _ in range(4):
        desk.quarter()
    desk.s.threat += 1.0
    desk.s.beliefs += 1.0
    desk.s.tiers += 1
    assert desk.record.countries["threat"][0, 0, 0] == 1.0
    assert desk.record.countries["belief_future0"][0, 0, 0] == 1.0
    assert desk.tie("tier")[0] == [0, 0]


def test_a_run_against_its_own_watch():
    """Fourth-quarter columns of a real run are those of its last state before step 5."""
    world = random_world(5, n=2, p=4, r=3, years=2)
    seen = {}

    def watch(t, q, s, form):
        if t % 4 == 3:
            x = s.counts * world.structure.step[:, None, None]
            seen[t // 4] = (
                alignment(q["salience"], x),
                exposure(q["exposure"], x),
                s.tiers.copy(),
                of_countries(world.structure, q, s, form)["threat"],
                s.designated_until.copy(),
            )

    record = simulate(world, watch)
    struck = {e.year - 2000 for e in record.events if e.event == "designation"}
    for year, (a, y, tiers, threat, _) in seen.items():
        if year not in struck:  # a designation of the fourth quarter cuts trade after the watch
            np.testing.assert_array_equal(by_partner(record.ties["alignment"][year]), a)
            np.testing.assert_array_equal(by_partner(record.ties["exposure"][year]), y)
        np.testing.assert_array_equal(by_partner(record.ties["tier"][year]), tiers)
        np.testing.assert_array_equal(record.countries["threat"][year].ravel(), threat)
    assert set(seen) == {0, 1}


def by_partner(table):
    """(N, P, R) → (P, N·R)."""
    return table.swapaxes(0, 1).reshape(table.shape[1], -1)


# events ----------------------------------------------------------------------------------------
def test_incidents_and_visits_are_counted_by_year():
    desk = Desk(hand_world(p=2, years=3))
    for t in range(12):
        desk.quarter(incident=t in (0, 3, 9), visited=[[t in (1, 2, 3)], [t == 10]])
    assert desk.events("incident") == [(2000, 0, -1, [2.0]), (2002, 0, -1, [1.0])]
    assert desk.events("visit") == [(2000, 0, 0, [3.0]), (2002, 0, 1, [1.0])]


def test_an_event_is_null_where_it_did_not_happen():
    desk = Desk(hand_world(n=2, p=2, r=2, years=1))
    happened = np.array([False, True, False, False])  # first country, second run
    desk.recorder.event("designation", 2, 1, happened, np.array([9.0, 2.5, 9.0, 9.0]))
    ((year, country, partner, value),) = desk.events("designation")
    assert (year, country, partner) == (2000, 0, 1)
    np.testing.assert_array_equal(value, [np.nan, 2.5])
    desk.recorder.event("designation", 2, 1, np.zeros(4, dtype=bool), np.ones(4))
    assert len(desk.events("designation")) == 1


def test_choices_are_told_by_country():
    world = hand_world(n=3, p=2, r=2, years=2)
    desk = Desk(world)
    vote = Choice(
        "vote", 5, (0, 2), ("yes", "no"), np.zeros((2, K, 2), int), np.zeros((2, 2)), np.zeros(2)
    )
    desk.recorder.choice(5, vote, np.array([0, 1, -1, -1, 1, 1]))
    told = [
        (c.year, c.country, c.question, c.options, c.chosen.tolist()) for c in desk.record.choices
    ]
    assert told == [
        (2001, 0, "vote", ("yes", "no"), [0, 1]),
        (2001, 2, "vote", ("yes", "no"), [1, 1]),
    ]


# hedging survival ------------------------------------------------------------------------------
IN, OUT, NONE = (5, 5), (6, 2), (0, 0)  # alignment indices 50, 75 and undefined


def survival(path, years=8):
    """Events of entering and breaking, of a scripted path of diplomacy with the two poles."""
    desk = Desk(hand_world(p=2, years=years, salience=1.0))
    for steps in path:
        desk.s.counts[DIPLOMACY, :, 0] = steps
        desk.quarter()
    return [(e.event, e.year, e.value.tolist()) for e in desk.record.events if "hedging" in e.event]


def test_hedging_lasts_until_four_quarters_outside():
    """In from the third quarter for 3, out 3, in 1, out 4: it lasted 7 quarters."""
    path = 2 * [OUT] + 3 * [IN] + 3 * [OUT] + [IN] + 4 * [OUT] + 6 * [IN] + 5 * [OUT]
    assert survival(path) == [("hedging_entered", 2000, [0.0]), ("hedging_broken", 2003, [1.75])]


def test_three_quarters_outside_are_forgiven():
    path = [IN] + 6 * (3 * [OUT] + [IN])
    assert survival(path) == [("hedging_entered", 2000, [0.0])]


def test_who_never_enters_never_breaks():
    assert survival(12 * [OUT]) == []


def test_the_shortest_hedge_lasts_a_quarter():
    path = 4 * [OUT] + [IN] + 4 * [OUT]
    assert survival(path) == [("hedging_entered", 2001, [0.0]), ("hedging_broken", 2002, [0.25])]


def test_either_side_and_no_ties_at_all_are_outside():
    path = [IN, OUT, (2, 6), NONE, OUT, IN]
    assert survival(path)[1] == ("hedging_broken", 2001, [0.25])


@pytest.mark.parametrize("steps", [(11, 9), (9, 11), (5, 5), (21, 19)])
def test_the_ends_of_the_band_are_in_it(steps):
    """11 : 9 is an index of 55 to the letter."""
    assert survival([steps]) == [("hedging_entered", 2000, [0.0])]


@pytest.mark.parametrize("steps", [(6, 4), (23, 18), (18, 23)])
def test_just_outside_the_band(steps):
    """23 : 18 is 56.1."""
    assert survival([steps]) == []


def test_survival_is_of_each_run_alone():
    desk = Desk(hand_world(p=2, r=2, years=3, salience=1.0))
    for t in range(12):
        desk.s.counts[DIPLOMACY, :, 0] = IN if t < 4 else OUT
        desk.s.counts[DIPLOMACY, :, 1] = OUT if t < 6 else IN
        desk.quarter()
    entered, broken = desk.events("hedging_entered"), desk.events("hedging_broken")
    assert [year for year, *_ in entered] == [2000, 2001]
    np.testing.assert_array_equal([e[3] for e in entered], [[0, np.nan], [np.nan, 0]])
    ((year, _, partner, value),) = broken
    assert (year, partner) == (2001, -1)
    np.testing.assert_array_equal(value, [1.0, np.nan])
