"""Dates: the quarter that holds them, the time of a scenario, and the order of shocks."""

import numpy as np
import pytest

from hedgerow.model.shocks import active, in_force
from hedgerow.scenario import load
from hedgerow.scenario.compile import world
from hedgerow.scenario.quarters import opening, quarters
from hedgerow.scenario.structure import rounds_of

R = np.arange(16, dtype=np.uint64)
CHN, RUS, USA = range(3)
SHOCK = (
    '[[shocks]]\nlabel = "{}"\nat = {}\n{}\npath = "partners.USA.trust"\nop = "{}"\nvalue = {}\n'
)
CHOICE = (
    '[[choices]]\nquestion = "q"\nat = {}\ncountries = ["VNM"]\n'
    "options.a = {{ cover.CHN = 0.1 }}\noptions.b = {{ }}\n"
)
EMBARGO = '[[embargoes]]\nlabel = "e"\npartner = "CHN"\ncountries = ["LAO"]\n{}\n'


# quarters ------------------------------------------------------------------------------------


def test_a_date_belongs_to_the_quarter_that_holds_it(small):
    dates = [2000.0, 2000.24, 2000.25, 2000.49, 2001.75, 2001.9, 2001.999, 2011.99]
    assert rounds_of(small, dates).tolist() == [0, 0, 1, 1, 7, 7, 7, 47]
    assert rounds_of(small, [1.0, 1999.99, 2012.0, 9999.0]).tolist() == [0, 0, 48, 48]
    assert quarters([2001.9, 0.2]).tolist() == [8007, 0]
    assert opening(2001.9) == 2001.75


def test_no_date_of_the_last_year_is_lost(child):
    late = (CHOICE.format(2011.9) + SHOCK.format("late", 2011.99, "", "set", 0.1)) + EMBARGO.format(
        "from = 2011.9"
    )
    made = world(load(child(late)), R, 1)
    (choice,) = (c for c in made.structure.choices if c.question == "q")
    assert choice.round == 47
    (shock,) = (s for s in made.shocks if s.array == "trust")
    assert (shock.start == 47).all() and (shock.stop == 48).all()
    (ban,) = (e for e in made.structure.bans if e.partner == CHN)
    assert (ban.start, ban.stop) == (47, 48)


def test_an_end_lies_before_the_quarter_that_holds_it(child):
    text = SHOCK.format("a", 2004.13, "until = 2005.9", "set", 0.1)
    text += EMBARGO.format("from = 2004.2\nuntil = 2005.3")
    made = world(load(child(text)), R, 1)
    (shock,) = (s for s in made.shocks if s.array == "trust")
    assert (shock.start == 16).all() and (shock.stop == 23).all()
    (ban,) = (e for e in made.structure.bans if e.partner == CHN)
    assert (ban.start, ban.stop) == (16, 21)


@pytest.mark.parametrize(
    "text",
    [
        SHOCK.format("a", 2005.8, "until = 2005.9", "set", 0.1),
        SHOCK.format("a", "{ dist='uniform', low=2004, high=2005.1 }", "until = 2005.2", "add", 0),
        EMBARGO.format("from = 2005.0\nuntil = 2005.2"),
    ],
)
def test_what_ends_in_the_quarter_in_which_it_starts_is_never_in_force(only, child, text):
    told = only(child(text))
    assert "ends in the quarter in which it starts" in told
    assert "a date in a quarter after its start" in told


def test_two_that_meet_within_a_quarter_do_not_contradict(child):
    text = SHOCK.format("a", 2003, "until = 2005.1", "set", 0.5)
    assert load(child(text + SHOCK.format("b", 2005.05, "", "set", 0.6)))


# time ----------------------------------------------------------------------------------------


def test_a_later_start_drops_what_ended_before(small):
    late = small.replace({"time.start": 2010})
    assert list(late.resolved["embargoes"]) == []  # until 2006, without a start
    assert list(late.resolved["choices"]) == []  # 2005.25
    assert list(late.resolved["shocks"]) == ["crisis", "relations-rivalry-CHN-USA-2007"]
    made = world(late, R, 1)
    assert all((shock.start == 0).all() and (shock.stop == 8).all() for shock in made.shocks)
    in_2007 = small.replace({"time.start": 2007}).resolved
    assert "war" in in_2007["shocks"]  # until 2009.5
    assert list(small.replace({"time.start": 2005}).resolved["embargoes"]) == ["USA-arms"]


def test_what_started_before_without_an_end_holds_from_the_start(small):
    full, late = world(small, R, 5), world(small.replace({"time.start": 2010}), R, 5)
    then = in_force(full.values, full.shocks, active(full.shocks, 40))
    now = in_force(late.values, late.shocks, active(late.shocks, 0))
    for name in ("rivalry", "threat_level", "capacity"):
        np.testing.assert_array_equal(now[name], then[name])


def test_a_child_that_starts_later_drops_its_parents_past(child, write):
    late = load(child("time.start = 2010"))
    assert list(late.resolved["embargoes"]) == [] and list(late.resolved["choices"]) == []
    assert load(write(late.to_toml())).sha256 == late.sha256


def test_the_past_of_the_file_that_sets_the_time_is_an_error(problems, child):
    past = SHOCK.format("past", 2001, "until = 2003", "set", 0.1) + EMBARGO.format("until = 2004")
    told = [str(p) for p in problems(child("time.start = 2008\n" + CHOICE.format(2002) + past))]
    assert sum("this date lies outside the scenario" in text for text in told) == 3


def test_what_ends_in_the_first_quarter_is_over(small, problems):
    assert list(small.replace({"time.start": 2006}).resolved["embargoes"]) == []
    path = "embargoes.USA-arms.until"
    told = str(problems(__file__.replace("test_scenario_dates.py", "small.toml"), {path: 2000.2}))
    assert "this date lies outside the scenario" in told


@pytest.mark.parametrize("name", ["vietnam", "asean"])
@pytest.mark.parametrize("start", [2005, 2020, 2035])
def test_shipped_scenarios_may_start_later(name, start):
    scenario = load(name, {"time.start": start})
    assert scenario.start == start
    ends = [row for row in scenario.provenance() if row.path.endswith(".until")]
    assert all(float(row.value) > start for row in ends)
    assert all(entry["at"] >= start for entry in scenario.resolved["choices"].values())
    world(scenario, R[:2], 1)


# order ---------------------------------------------------------------------------------------


def trust_at(scenario, round_):
    made = world(scenario, R, 5)
    return in_force(made.values, made.shocks, active(made.shocks, round_))["trust"][USA]


def test_shocks_apply_in_the_order_of_the_file(child):
    later = SHOCK.format("later", 2006, "", "multiply", 0.5)
    sooner = SHOCK.format("sooner", 2003, "", "set", 0.4)
    assert (trust_at(load(child(later + sooner)), 30) == 0.4).all()
    assert (trust_at(load(child(sooner + later)), 30) == 0.2).all()


def test_the_order_is_one_in_all_replicates_whatever_dates_are_drawn(child):
    drawn = SHOCK.format("drawn", "{ dist='uniform', low=2002, high=2010 }", "", "multiply", 0.5)
    fixed = SHOCK.format("fixed", 2003, "", "add", -0.2)
    after = load(child(drawn + fixed))
    np.testing.assert_allclose(trust_at(after, 47), 0.5 * 0.7 - 0.2)
    np.testing.assert_allclose(trust_at(load(child(fixed + drawn)), 47), 0.5 * (0.7 - 0.2))


def test_a_childs_shocks_come_after_its_parents_and_a_new_date_moves_none(child, write):
    path = child(SHOCK.format("one", 2003, "", "set", 0.4))
    text = f'schema = 2\ntitle = "x"\nextends = "{path}"\n'
    grown = load(write(text + SHOCK.format("two", 2002, "", "multiply", 0.5), "grandchild.toml"))
    labels = list(grown.resolved["shocks"])
    assert labels[-2:] == ["one", "two"]
    assert (trust_at(grown, 30) == 0.2).all()
    moved = grown.replace({"shocks.one.at": 2001})
    assert list(moved.resolved["shocks"]) == labels


def test_ranges_follow_the_order_of_the_file(only, child):
    """A shock that is not yet, or no longer, in force does not keep another within the range."""
    up = SHOCK.format("up", 2003, "", "add", 0.4)
    told = only(child(SHOCK.format("down", 2006, "", "multiply", 0.5) + up))
    assert "takes partners.USA.trust out of its range, to 1.1" in told
    ended = SHOCK.format("down", 2002, "until = 2004", "multiply", 0.5)
    assert "to 1.1" in only(child(ended + up))
    assert load(child(SHOCK.format("down", 2002, "", "multiply", 0.5) + up))
