"""An explanation is what the ensemble did: its menus, chances, choices, and sums that add up."""

from functools import cache
from itertools import pairwise
from math import inf, isnan

import numpy as np
import pytest
from model.worlds import random_world

import hedgerow
from hedgerow.explanation.forbidden import ITSELF, NOTHING_THERE
from hedgerow.explanation.reasons import RUNGS, explain
from hedgerow.model import scheduled
from hedgerow.model.choice import probabilities
from hedgerow.model.decompose import deserved_by_part, moves_by_term, options_by_term, rungs_by_part
from hedgerow.model.parameters import INSTRUMENTS
from hedgerow.model.scheduled import option_changes, option_values
from hedgerow.model.simulate import Block
from hedgerow.model.strategies import minds
from hedgerow.model.terms import TERMS
from hedgerow.model.tiers import deserved_rung, rung_values
from hedgerow.scenario.compile import world

RUNS = 4
YEARS = (1996, 2016, 2022)


@cache
def vietnam(*overrides):
    return hedgerow.load("vietnam", overrides=dict(overrides))


@cache
def told(year, replicate, quarter=1):
    return explain(vietnam(), "VNM", year, replicate, quarter, tiers=("USA",))


# Parts add up


def sums(split):
    return sum(split.values())


def check_sums(block):
    """All three decompositions against what the kernel prices, in the round at hand."""
    structure, q, s = block.world.structure, block.frame, block.state
    values, feasible, _ = block.menu()
    split = moves_by_term(structure, q, s)
    np.testing.assert_allclose(sums(split)[feasible], values[feasible], atol=1e-9)
    mind = minds(structure, q, s, block.form)
    for choice in structure.choices:
        changes = option_changes(structure, q, s, block.most, choice)
        priced = option_values(structure, q, s, mind, choice, changes)
        parts = options_by_term(structure, q, s, block.most, choice)
        np.testing.assert_allclose(sums(parts), priced, atol=1e-9)
    deserved = deserved_rung(q, s)
    for p in range(len(structure.partners)):
        all_of = np.arange(q.n * q.r)
        at = (np.full(all_of.size, p), all_of)
        rungs, _ = rung_values(structure, q, s, deserved, at)
        np.testing.assert_allclose(sums(rungs_by_part(structure, q, s, p)), rungs, atol=1e-9)
        np.testing.assert_allclose(sums(deserved_by_part(q, s, p)), deserved[p], atol=1e-12)


def play(block, look):
    """One round, with a look before the moves."""
    block.shocks()
    incident = block.incidents()
    visited = block.visits()
    block.scheduled_choices()
    look(block)
    block.moves()
    block.powers()
    block.designations()
    block.stocks()
    block.record_quarter(incident, visited)
    block.round += 1


@pytest.mark.parametrize("seed", range(6))
def test_parts_add_up_in_random_worlds(seed):
    block = Block(random_world(seed, n=3, p=5, level=1 + seed % 2))
    for _ in range(6):
        play(block, check_sums)


def test_parts_add_up_in_vietnam():
    block = Block(world(vietnam(), np.arange(3, dtype=np.uint64), 1))
    for round_ in range(11):
        play(block, check_sums if round_ % 5 == 0 else lambda block: None)


def test_a_term_is_worth_what_the_payoff_loses_without_it():
    """Not only the sum: each term alone is the difference that switching it off makes."""
    whole, name = random_world(1, level=1, dated=False), "cross_pressure"
    without = random_world(1, level=1, dated=False, terms=set(TERMS) - {name})
    found = []
    for given in (whole, without):
        block = Block(given)
        block.shocks()
        block.incidents()
        found.append(block)
    part = moves_by_term(whole.structure, found[0].frame, found[0].state)[name]
    gap = found[0].menu()[0] - found[1].menu()[0]
    assert np.abs(gap).max() > 0.01
    np.testing.assert_allclose(part, gap, atol=1e-9)


# What the ensemble did


@cache
def ensemble():
    """An ensemble with every menu and choice that the kernel saw: moves and questions."""
    scenario = vietnam()
    block = Block(world(scenario, np.arange(RUNS, dtype=np.uint64), scenario.seed))
    moves, asked = {}, []

    def note(block, values, feasible, chosen):
        _, _, precision = block.menu()
        chance = probabilities(values, feasible, precision)
        moves[block.round] = (chance, feasible.copy(), chosen.copy())

    def spy(values, feasible, precision, u):
        asked.append(probabilities(values, feasible, precision))
        return choose(values, feasible, precision, u)

    choose, scheduled.choose = scheduled.choose, spy
    try:
        block.override = note
        for _ in range((max(YEARS) + 1 - scenario.start) * 4):
            block.step()
    finally:
        scheduled.choose = choose
    return block, moves, asked


def move_label(m):
    partners = vietnam().partners
    if m == 0:
        return "hold"
    size = 7 * len(partners)
    verb, place = ("deepen", m - 1) if m <= size else ("loosen", m - 1 - size)
    return f"{verb} {INSTRUMENTS[place // len(partners)]} with {partners[place % len(partners)]}"


@pytest.mark.parametrize(
    ("year", "replicate", "quarter"), [(1996, 0, 1), (1996, 2, 4), (2016, 1, 2), (2022, 3, 1)]
)
def test_the_move_and_all_chances_are_those_of_the_ensemble(year, replicate, quarter):
    moves = told(year, replicate, quarter).moves
    chance, feasible, chosen = ensemble()[1][(year - 1996) * 4 + quarter - 1]
    assert moves.chosen.label == move_label(int(chosen[replicate]))
    by_label = {option.label: option for option in moves.options}
    assert len(by_label) == len(moves.options) == chance.shape[0]
    for m in range(chance.shape[0]):
        option = by_label[move_label(m)]
        assert option.probability == pytest.approx(chance[m, replicate], abs=1e-12)
        assert bool(option.forbidden_by) != feasible[m, replicate]
        if not option.forbidden_by:
            assert option.payoff == pytest.approx(option.value, abs=1e-9)
    assert sum(option.probability for option in moves.options) == pytest.approx(1.0)
    ranked = [option.probability for option in moves.options]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize("replicate", [0, 3])
@pytest.mark.parametrize("year", [2016, 2022])
def test_choices_are_those_of_the_ensemble(year, replicate):
    block, _, asked = ensemble()
    answered = [c for c in block.record.choices if c.year == year]
    menus = told(year, replicate).choices
    assert [menu.title for menu in menus] == [c.question for c in answered]
    for menu, choice in zip(menus, answered, strict=True):
        assert menu.chosen.label == choice.options[choice.chosen[replicate]]
        chance = asked[block.record.choices.index(choice)]
        for o, name in enumerate(choice.options):
            option = next(option for option in menu.options if option.label == name)
            assert option.probability == pytest.approx(chance[o, replicate], abs=1e-12)
            assert option.payoff == pytest.approx(option.value, abs=1e-9)


def test_three_questions_of_one_quarter_see_each_others_answers():
    titles = [(menu.title, menu.quarter) for menu in told(2022, 3).choices]
    assert [title for title, quarter in titles if quarter == 2] == [
        "ES-11/3",
        "aid-kyiv",
        "join-sanctions",
    ]


@pytest.mark.parametrize(("year", "replicate"), [(1996, 2), (2016, 1), (2022, 3), (2022, 0)])
def test_visits_and_labels_are_those_of_the_ensemble(year, replicate):
    record = ensemble()[0].record
    explained = told(year, replicate)
    for p, code in enumerate(vietnam().partners):
        menus = [menu for menu in explained.tiers if menu.partner == code and menu.came]
        visits = [
            e.value[replicate]
            for e in record.events
            if (e.event, e.year, e.partner) == ("visit", year, p)
        ]
        assert len(menus) == int(np.nansum(visits))
        end = RUNGS[int(record.ties["tier"][year - 1996, 0, p, replicate])]
        if menus:
            assert menus[-1].chosen.label == end
            assert all(after.now == before.chosen.label for before, after in pairwise(menus))
        if menus and year > 1996:
            assert menus[0].now == RUNGS[int(record.ties["tier"][year - 1997, 0, p, replicate])]
        for menu in menus:
            assert sum(option.probability for option in menu.options) == pytest.approx(1.0)
            assert sum(menu.deserved_parts.values()) == pytest.approx(menu.deserved)
            for option in menu.options:
                assert option.payoff == pytest.approx(option.value, abs=1e-9)
            assert menu.named("alliance").forbidden_by == ("rule no_alliance",)
            assert 0.0 < menu.visit_chance < 1.0


def test_when_a_label_last_changed():
    record, found = ensemble()[0].record, 0
    for replicate in range(RUNS):
        events = [
            e.year
            for e in record.events
            if e.event == "tier"
            and e.partner == vietnam().partners.index("USA")
            and not isnan(e.value[replicate])
            and e.year < 2022
        ]
        first = next(menu for menu in told(2022, replicate).tiers if menu.partner == "USA")
        assert (first.changed is None) == (not events)
        if events:
            found += 1
            year, quarter, before = first.changed
            assert year == max(events) and 1 <= quarter <= 4
            assert before != first.now and before in RUNGS
    assert found


def test_a_label_that_was_asked_for_is_told_without_a_visit():
    quiet = vietnam(("processes.visits", False), ("time.end", 1997))
    explained = explain(quiet, "VNM", 1997, tiers=("USA", "JPN", "USA"))
    assert explained.wanted == ("USA", "JPN")
    assert [menu.partner for menu in explained.tiers_to_tell()] == ["USA", "JPN"]
    for menu in explained.tiers:
        assert (menu.came, menu.chosen, menu.visit_chance) == (False, None, 0.0)
        assert menu.quarter == 4
    assert explain(quiet, "VNM", 1997).tiers == ()


def test_the_chance_of_a_visit_in_the_year():
    """With busyness off, rates are numbers of the scenario: 1 − exp(−attention × visits)."""
    calm = vietnam(
        ("countries.VNM.behaviour.visit_busyness", 0.0),
        ("partners.USA.visits", 0.4),
        ("countries.VNM.attention.USA", 0.5),
        ("time.end", 1996),
    )
    told = explain(calm, "VNM", 1996, tiers=("USA",))
    menu = next(menu for menu in told.tiers if menu.partner == "USA")
    assert menu.visit_chance == pytest.approx(1.0 - np.exp(-0.2))


# What is forbidden, and why


def forbidden(explained, label):
    return next(o for o in explained.moves.options if o.label == label).forbidden_by


def test_an_embargo_is_named_while_it_lasts():
    before = explain(vietnam(), "VNM", 2010)
    assert forbidden(before, "deepen arms with USA") == ("embargo us-arms",)
    assert forbidden(told(2022, 0), "deepen arms with USA") == ()
    cap = vietnam().resolved["instruments"]["arms"]["cap"]
    full = ("countries.VNM.ties.arms.USA", cap["value"] if isinstance(cap, dict) else cap)
    still = (full, ("countries.VNM.strategy", "status_quo"), ("embargoes.us-arms.until", 1996.25))
    both, over = (explain(vietnam(*still), "VNM", 1996, quarter=quarter) for quarter in (1, 2))
    assert forbidden(both, "deepen arms with USA") == ("embargo us-arms", "cap of arms")
    assert forbidden(over, "deepen arms with USA") == ("cap of arms",)


def test_the_rule_that_binds_is_named_and_no_other():
    at_bound = explain(vietnam(("countries.VNM.ties.defence.RUS", 0.5)), "VNM", 1996)
    assert forbidden(at_bound, "deepen defence with RUS") == ("rule no_foreign_base",)
    beyond = explain(vietnam(("countries.VNM.ties.defence.RUS", 0.75)), "VNM", 1996)
    assert forbidden(beyond, "deepen defence with RUS") == (
        "rule no_alliance",
        "rule no_foreign_base",
    )
    assert forbidden(beyond, "loosen defence with RUS") == ()
    barred = next(o for o in at_bound.moves.options if o.label == "deepen defence with RUS")
    assert barred.probability == 0.0 and barred.payoff == pytest.approx(barred.value)


def test_a_cap_is_named():
    cap = vietnam().resolved["instruments"]["trade"]["cap"]
    cap = cap["value"] if isinstance(cap, dict) else cap
    full = explain(vietnam(("countries.VNM.ties.trade.CHN", cap)), "VNM", 1996)
    assert forbidden(full, "deepen trade with CHN") == ("cap of trade",)
    assert forbidden(full, "loosen trade with CHN") == ()


def test_the_bound_on_tilt_is_named_where_tilt_would_grow():
    tight = explain(vietnam(("rules.no_siding.tilt_max", 0.0)), "VNM", 1996)
    ties = {o.label: o.forbidden_by for o in tight.moves.options}
    grow = {label for label, why in ties.items() if why == ("rule no_siding",)}
    toward = {True: "USA", False: "CHN"}
    assert grow, "a bound of 0 must bind"
    ups = {label.split()[-1] for label in grow if label.startswith("deepen")}
    downs = {label.split()[-1] for label in grow if label.startswith("loosen")}
    assert len(ups) == 1 and ups <= set(toward.values())
    assert downs <= set(toward.values()) - ups
    assert all(label.split()[-1] in ("USA", "CHN") for label in grow)


def test_a_country_has_no_ties_with_itself():
    asean = hedgerow.load("asean", overrides={"time.end": 1996})
    explained = explain(asean, "IND", 1996)
    for k in INSTRUMENTS:
        assert forbidden(explained, f"deepen {k} with IND") == (ITSELF,)
        assert forbidden(explained, f"loosen {k} with IND") == (ITSELF,)
    assert all(menu.partner != "IND" for menu in explained.tiers)
    with pytest.raises(ValueError, match=r"partner 'IND' of IND: expected one of"):
        explain(asean, "IND", 1996, tiers=("IND",))


def test_what_cannot_be_loosened_has_no_value():
    option = next(o for o in told(1996, 0).moves.options if o.forbidden_by == (NOTHING_THERE,))
    assert option.value == -inf and option.parts == {} and option.label.startswith("loosen")


def test_an_option_that_range_cuts_back_is_marked():
    exercise = next(menu for menu in told(2022, 3).choices if menu.title == "exercise")
    defence = {o.label: o for o in exercise.options}
    assert not defence["drop"].clipped
    full = forbidden(explain(vietnam(), "VNM", 2022, 3, 4), "deepen defence with RUS")
    assert defence["hold"].clipped == (full == ("rule no_foreign_base",))


# Other strategies


def as_a(strategy, year=1998):
    return explain(vietnam(("countries.VNM.strategy", strategy), ("time.end", 1999)), "VNM", year)


def test_a_best_reply_takes_the_best_and_its_parts_add_up():
    moves = as_a("best_reply").moves
    best = max(moves.allowed, key=lambda option: option.value)
    assert moves.chosen is best is moves.options[0]
    assert best.probability == pytest.approx(1.0)
    assert best.payoff == pytest.approx(best.value, abs=1e-9)
    assert moves.note == ""


def test_a_bandwagoner_wants_the_threat_and_its_parts_are_still_the_payoff():
    explained = as_a("bandwagoner")
    assert explained.strategy == "bandwagoner"
    assert "bandwagoner wants" in explained.moves.note
    best = explained.moves.options[0]
    assert best.label.endswith("CHN") or best.label.startswith("loosen")
    assert abs(best.value - best.payoff) > 1.0


def test_the_status_quo_holds_and_the_random_do_anything():
    assert as_a("status_quo").moves.chosen.label == "hold"
    chances = {round(o.probability, 12) for o in as_a("random").moves.allowed}
    assert len(chances) == 1


# The moment


def test_the_same_run_whatever_the_call():
    again = explain(vietnam(), "VNM", 2016, 1, 2, tiers=("USA",), seed=vietnam().seed)
    assert again == told(2016, 1, 2)
    other = explain(vietnam(), "VNM", 2016, 1, 2, tiers=("USA",), seed=99)
    assert other.moves != again.moves and other.seed == 99


def test_beliefs_and_threat_of_the_quarter():
    explained = told(2022, 3)
    assert sum(explained.beliefs.values()) == pytest.approx(1.0)
    assert list(explained.beliefs) == list(vietnam().futures)
    assert explained.threat > 0.0 and explained.incidents >= 0.0


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (("XYZ", 2000), "country 'XYZ': expected VNM"),
        (("VNM", 1995), "year 1995: expected 1996 to 2035"),
        (("VNM", 2036), "year 2036"),
        (("VNM", 2000, -1), "replicate -1: expected 0 to"),
        (("VNM", 2000, 0, 0), "quarter 0: expected 1 to 4"),
        (("VNM", 2000, 0, 5), "quarter 5"),
        (("VNM", 2000, 0, 1, ("XYZ",)), "partner 'XYZ' of VNM: expected one of RUS"),
    ],
)
def test_a_moment_that_is_not_there(arguments, telling):
    with pytest.raises(ValueError, match=telling):
        explain(vietnam(), *arguments)
