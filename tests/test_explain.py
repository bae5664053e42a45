"""An explanation is what the ensemble did: its menus, chances, choices, and sums that add up."""

from functools import cache
from itertools import pairwise
from math import exp, inf
from pathlib import Path

import numpy as np
import pytest

import hedgerow
from hedgerow.explanation.forbidden import ITSELF, NOTHING_THERE
from hedgerow.explanation.reasons import explain
from hedgerow.explanation.text import text
from hedgerow.scenario.wording import event_words

RUNS = 3
SMALL = Path(__file__).parent / "scenario" / "small.toml"
POLITICS = ("steps", "arms", "labels", "votes", "offers", "powers")


@cache
def vietnam(*overrides):
    return hedgerow.load("vietnam", overrides={"time.end": 2022} | dict(overrides))


@cache
def small(*overrides):
    return hedgerow.load(SMALL, dict(overrides))


@cache
def told(year, run, quarter=1):
    return explain(vietnam(), "VNM", year, run, quarter, tiers=("USA",))


@cache
def told_of_small(year, run, quarter):
    return explain(small(), "VNM", year, run, quarter)


@cache
def ensemble(scenario):
    """The runs of what `scenario` returns."""
    return hedgerow.run(scenario(), runs=RUNS, workers=1, kernel="numpy")


def menus(explained):
    return [*explained.moves, *explained.orders, *explained.choices, *explained.tiers]


def desks(explained):
    """The options of all desks, by label."""
    return {option.label: option for menu in explained.moves for option in menu.options}


MOMENTS = [(1996, 0, 1), (2016, 1, 2), (2022, 2, 1)]


# What an option is worth, and how likely it is


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_each_term_adds_is_the_value(moment):
    seen = set()
    for menu in menus(told(*moment)):
        for option in menu.options:
            if option.value > -inf:
                assert option.payoff == pytest.approx(option.value, abs=1e-9), option
                seen |= set(option.parts)
    assert {"returns", "security", "autonomy"} <= seen


@pytest.mark.parametrize("moment", MOMENTS)
def test_politics_tilts_habit(moment):
    """P(o) ∝ h(o)·exp(ω·ΔU), of all that nothing forbids; with two or more, for any two of them."""
    explained = told(*moment)
    for menu in (*explained.moves, *explained.orders, *explained.choices):
        assert sum(option.probability for option in menu.options) == pytest.approx(1.0)
        assert sum(option.habit for option in menu.options) == pytest.approx(1.0)
        ranked = [option.probability for option in menu.options]
        assert ranked == sorted(ranked, reverse=True)
        first = menu.options[0]
        for option in menu.allowed:
            odds = option.habit / first.habit * exp(option.value - first.value)
            assert option.probability == pytest.approx(odds * first.probability, rel=1e-6)
        assert menu.chosen in menu.allowed
        for option in menu.options:
            if option.forbidden_by:
                assert (option.probability, option.habit) == (0.0, 0.0)


def test_without_politics_a_desk_does_what_it_is_used_to():
    """A step of each kind comes at half the rate of its desk, in a quarter of a year."""
    off = {f"politics.{kind}": False for kind in POLITICS}
    rate = {"instruments.energy.rate": 0.4}
    explained = explain(small(*(off | rate).items()), "VNM", 2006, 1, 2)
    for menu in (*explained.moves, *explained.orders, *explained.tiers):
        for option in menu.options:
            assert option.probability == pytest.approx(option.habit, abs=1e-12)
    (port,) = explained.choices
    assert set(port.named("open").parts) == {"worth of the offer"}, "which is no politics"
    energy = next(menu for menu in explained.moves if menu.title == "Energy")
    steps = len(energy.allowed) - 1
    assert steps > 2
    assert energy.named("hold").habit == pytest.approx(1.0 / (1.0 + 0.05 * steps))


def test_a_habit_that_is_flat_takes_all_options_alike():
    flat = small(("habit.steps", "flat"), ("politics.steps", False))
    for menu in explain(flat, "VNM", 2002).moves:
        for option in menu.allowed:
            assert option.probability == pytest.approx(1.0 / len(menu.allowed))


# What the ensemble did


def test_the_steps_of_a_year_are_those_of_the_ensemble():
    ties = ensemble(small).ties(country="VNM").set_index(["run", "year", "partner"])
    for run in range(RUNS):
        for year in (2003, 2008):
            taken = {}
            parts = [told_of_small(year, run, quarter) for quarter in (1, 2, 3, 4)]
            for explained in parts:
                assert {menu.title for menu in explained.moves} == {"Energy", "Defence"}
                for menu in explained.moves:
                    verb, *words = menu.chosen.label.split()
                    if verb != "hold":
                        name, _, partner = words
                        by = 1 if verb == "deepen" else -1
                        taken[name, partner] = taken.get((name, partner), 0) + by
            given = {"exploration": ("energy", "RUS"), "base": ("defence", "USA")}
            for act in parts[0].acts:
                if act.event in given and act.value == 1.0:
                    taken[given[act.event]] = taken.get(given[act.event], 0) + 1
            for name in ("energy", "defence"):
                for partner in small().partners:
                    before, after = (ties.loc[(run, y, partner), name] for y in (year - 1, year))
                    assert (after - before) / 0.25 == taken.get((name, partner), 0)


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("year", [2016, 2022])
def test_answers_are_those_of_the_ensemble(year, run):
    answered = ensemble(vietnam).choices(run=run, year=year)
    found = {
        menu.title.removeprefix("Vote on "): menu.chosen.label
        for menu in told(year, run).choices
        if not menu.title.startswith("Offer of ")
    }
    assert found == dict(zip(answered["question"], answered["option"], strict=True)) and found


def test_three_questions_of_one_quarter_see_each_others_answers():
    titles = [(menu.title, menu.quarter) for menu in told(2022, 2).choices]
    second = [title for title, quarter in titles if quarter == 2 and "Offer" not in title]
    assert second == ["Vote on ES-11/3", "aid-kyiv", "join-sanctions"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_acts_of_powers_are_the_events_of_the_ensemble(moment):
    year, run, _ = moment
    told_of = told(*moment)
    events = ensemble(vietnam).events(run=run, year=year)
    events = events[events["kind"].isin(["coercion", "offer", "visit"])]

    def row(*values):
        return tuple("rate" if value != value else value for value in values)

    keys = ["event", "kind", "partner", "quarter", "provoked_by", "value"]
    expected = sorted(row(*values) for values in events[keys].itertuples(index=False))
    found = [(a.event, a.kind, a.partner, a.quarter, a.provoked_by, a.value) for a in told_of.acts]
    assert sorted(found) == expected and found
    accepted = {
        (menu.title, menu.quarter): float(menu.chosen.label == "accept")
        for menu in told_of.choices
        if menu.title.startswith("Offer of ")
    }
    for act in told_of.acts:
        if act.kind == "offer":
            title = f"Offer of {act.partner}: {event_words(act.event, act.partner)}"
            assert accepted.pop((title, act.quarter)) == act.value
    assert not accepted


@pytest.mark.parametrize("moment", MOMENTS)
def test_visits_and_labels_are_those_of_the_ensemble(moment):
    year, run, _ = moment
    names = vietnam().resolved["labels"]["names"]
    results, explained = ensemble(vietnam), told(*moment)
    events = results.events(run=run, year=year)
    visits = events[events["event"] == "visit"]
    ends = results.ties(run=run, year=year).set_index("partner")["tier"]
    for partner in vietnam().partners:
        mine = [menu for menu in explained.tiers if menu.partner == partner]
        came = [menu.quarter for menu in mine if menu.came]
        assert came == visits.loc[visits["partner"] == partner, "quarter"].tolist()
        for menu in mine:
            for chance in ("probability", "habit"):
                assert sum(getattr(o, chance) for o in menu.options) == pytest.approx(1.0)
            assert 0.0 < menu.visit_chance < 1.0
        for before, after in pairwise(mine):
            assert after.now == before.chosen.label.removeprefix("rise to ")
        if mine:
            assert mine[-1].chosen.label.removeprefix("rise to ") == names[ends[partner]]
            if mine[-1].now != names[-1]:
                assert mine[-1].named("rise to alliance").forbidden_by == ("rule no_alliance",)


def test_when_a_label_last_changed():
    found = 0
    names = vietnam().resolved["labels"]["names"]
    for run in range(RUNS):
        events = ensemble(vietnam).events(run=run, partner="USA")
        rises = events[(events["event"] == "tier") & (events["year"] < 2022)]
        first = next(menu for menu in told(2022, run).tiers if menu.partner == "USA")
        assert (first.changed is None) == rises.empty
        if not rises.empty:
            found += 1
            last = rises.iloc[-1]
            assert first.changed[:2] == (last["year"], last["quarter"])
            assert first.now == names[int(last["value"])]
            assert first.changed[2] in names and first.changed[2] != first.now
    assert found


def test_a_label_that_was_asked_for_is_told_without_a_visit():
    quiet = small(("processes.visits", False))
    explained = explain(quiet, "VNM", 2000, tiers=("USA", "CHN", "USA"))
    assert explained.wanted == ("USA", "CHN")
    assert {menu.partner for menu in explained.tiers_to_tell()} == {"USA", "CHN"}
    for menu in explained.tiers:
        assert (menu.came, menu.visit_chance) == (False, 0.0)


def test_the_chance_of_a_visit_in_the_year():
    calm = small(("partners.USA.visits", 0.4), ("countries.VNM.attention.USA", 0.5))
    told_of = explain(calm, "VNM", 2000, tiers=("USA",))
    menu = next(menu for menu in told_of.tiers if menu.partner == "USA")
    assert menu.visit_chance == pytest.approx(1.0 - exp(-0.2))


# What is forbidden, and why

STILL = ("countries.VNM.strategy", "status_quo")


def test_an_embargo_is_named_while_it_lasts():
    def reasons(explained):
        return {o.named("order from USA").forbidden_by for o in explained.orders}

    many = ("countries.VNM.programmes.arms", 20.0)
    during, after = (explain(small(many), "VNM", year, 1) for year in (2004, 2007))
    (name,) = small().resolved["embargoes"]
    assert reasons(during) == {(f"embargo {name}",)}
    assert reasons(after) == {()}


def test_the_rule_that_binds_is_named_and_no_other():
    def deepened(depth):
        bound = vietnam(("countries.VNM.ties.defence.RUS", depth), STILL)
        return desks(explain(bound, "VNM", 1996))

    at_bound, beyond = deepened(0.5), deepened(0.75)
    option = at_bound["deepen defence with RUS"]
    assert option.forbidden_by == ("rule no_foreign_base",) and option.value > -inf
    both = ("rule no_alliance", "rule no_foreign_base")
    assert beyond["deepen defence with RUS"].forbidden_by == both
    assert beyond["loosen defence with RUS"].forbidden_by == ()


def test_a_cap_is_named():
    full = desks(explain(small(("countries.VNM.ties.energy.RUS", 1.0), STILL), "VNM", 2000))
    assert full["deepen energy with RUS"].forbidden_by == ("cap of energy",)
    assert full["loosen energy with RUS"].forbidden_by == ()


def test_the_bound_on_tilt_is_named_where_tilt_would_grow():
    toward_usa = ("countries.VNM.ties.defence.USA", 0.5), ("countries.VNM.ties.energy.CHN", 0.25)
    tight = desks(
        explain(small(("rules.no_siding.tilt_max", 0.0), *toward_usa, STILL), "VNM", 2000)
    )
    grow = {label for label, one in tight.items() if "rule no_siding" in one.forbidden_by}
    assert grow == {"deepen defence with USA", "deepen energy with USA", "loosen energy with CHN"}


def test_a_bundle_that_a_rule_forbids_is_named():
    full = small(("countries.VNM.ties.defence.RUS", 0.5), STILL)
    port = next(menu for menu in explain(full, "VNM", 2006).choices if menu.title == "port")
    assert port.named("open").forbidden_by == ("rule no_alliance",)
    assert port.chosen.label == "close"


def test_a_country_has_no_ties_with_itself():
    explained = explain(hedgerow.load("asean", {"time.end": 1996}), "IND", 1996)
    own = {label: one for label, one in desks(explained).items() if label.endswith("with IND")}
    assert len(own) == 2 * len(explained.moves)
    assert {one.forbidden_by for one in own.values()} == {(ITSELF,)}
    assert all(menu.partner != "IND" for menu in explained.tiers)
    with pytest.raises(ValueError, match=r"partner 'IND' of IND: expected one of"):
        explain(hedgerow.load("asean", {"time.end": 1996}), "IND", 1996, tiers=("IND",))


def test_what_cannot_be_loosened_has_no_value():
    empty = desks(explain(small(STILL), "VNM", 2000))["loosen energy with CHN"]
    assert (empty.forbidden_by, empty.value, empty.parts) == ((NOTHING_THERE,), -inf, {})


# Other strategies


def as_a(strategy):
    return explain(small(("countries.VNM.strategy", strategy)), "VNM", 2003).moves


def test_a_best_reply_takes_the_best_and_its_parts_add_up():
    for menu in as_a("best_reply"):
        best = max(menu.allowed, key=lambda option: option.value)
        assert menu.chosen is best is menu.options[0]
        assert best.payoff == pytest.approx(best.value, rel=1e-9) and menu.note == ""


def test_a_bandwagoner_wants_the_threat_and_its_parts_are_still_the_payoff():
    for menu in as_a("bandwagoner"):
        assert "bandwagoner wants" in menu.note
        best = menu.options[0]
        assert best.label.endswith("CHN") or best.label.startswith(("loosen", "hold"))
        assert any(abs(option.value - option.payoff) > 1.0 for option in menu.allowed)


def test_the_status_quo_holds_and_the_random_follow_habit():
    assert all(menu.chosen.label == "hold" for menu in as_a("status_quo"))
    for menu in as_a("random"):
        assert all(option.probability == pytest.approx(option.habit) for option in menu.options)


# The moment


def test_the_same_run_whatever_the_call():
    again = explain(small(), "VNM", 2006, 1, 2, seed=small().seed)
    assert again == told_of_small(2006, 1, 2)
    other = explain(small(), "VNM", 2006, 1, 2, seed=99)
    assert other.moves != again.moves and other.seed == 99


def test_beliefs_and_threat_of_the_quarter():
    explained = told(2022, 2)
    assert sum(explained.beliefs.values()) == pytest.approx(1.0)
    assert set(explained.beliefs) == set(vietnam().futures)
    share = f"{100 * explained.beliefs['us_retrenches']:.0f} %"
    assert f"The United States retrenches {share}" in " ".join(text(explained).split())
    assert explained.threat > 0.0 and explained.incidents >= 0.0
    end = ensemble(vietnam).countries(run=2, year=2022)
    last = explain(vietnam(), "VNM", 2022, 2, 4)
    np.testing.assert_allclose(last.threat, end["threat"])


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (("XYZ", 2000), "country 'XYZ': expected one of LAO, VNM"),
        (("VNM", 1999), "year 1999: expected 2000 to 2011"),
        (("VNM", 2012), "year 2012"),
        (("VNM", 2000, -1), "replicate -1: expected 0 to"),
        (("VNM", 2000, 0, 0), "quarter 0: expected 1 to 4"),
        (("VNM", 2000, 0, 5), "quarter 5"),
        (("VNM", 2000, 0, 1, ("XYZ",)), "partner 'XYZ' of VNM: expected one of CHN, RUS, USA"),
    ],
)
def test_a_moment_that_is_not_there(arguments, telling):
    with pytest.raises(ValueError, match=telling):
        explain(small(), *arguments)
