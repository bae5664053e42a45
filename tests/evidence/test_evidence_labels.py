"""Labels are of numbers: what a source means depends on the number that cites it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.errors import RuleError
from hedgerow.facts import Evidence, Number, UnknownSource, Verdict, classify, label, load_evidence
from hedgerow.facts.labels import gives_date, speaks_of
from hedgerow.facts.records import Fact
from hedgerow.facts.rules import evaluate, follows

SHIPPED = load_evidence()
VNM_RUS = (frozenset({"VNM", "RUS"}),)


def judged(source: str, number: Number, evidence: Evidence = SHIPPED) -> Verdict:
    return label(classify(source, evidence), number, evidence)


@pytest.mark.parametrize(
    ("source", "number", "kind"),
    [
        ("S2-arms-share-2000", Number(24.0, VNM_RUS), "sign from fact"),
        ("S4-trade-rus-2023", Number(3.6, VNM_RUS), "sign from fact"),  # the figure, but unsaid
        ("from fact: S2-arms-share-2000; value", Number(0.97, VNM_RUS), "from fact"),
        ("from fact: S2-arms-share-2000; 1 - value", Number(0.03, VNM_RUS), "from fact"),
        ("S2-arms-share-2000", Number(2000.5, VNM_RUS, "start"), "date from fact"),
        ("from fact: S3-tier-anniversary-2022; year - value", Number(2012.0, date="start"), None),
        ("estimated: by hand", Number(0.3), "estimated"),
        ("external: unctad-trade-1995", Number(0.3), "external"),
        ("assumption", Number(0.3), "assumption"),
        ("convention", Number(0.3), "convention"),
    ],
)
def test_the_label_is_of_the_number(source: str, number: Number, kind: str | None) -> None:
    found = judged(source, number)
    assert (found.label, found.problem) == (kind or "date from fact", "")


def test_a_stated_figure_makes_no_weight_stated() -> None:
    """The fact is coded as stated; the weight beside it is still ours."""
    assert SHIPPED.facts["S3-caatsa-2017"].coded == "stated"
    assert judged("S3-caatsa-2017", Number(12.0)).label == "sign from fact"


def test_a_rule_that_gives_another_number_is_an_error() -> None:
    found = judged("from fact: S2-arms-share-2000; value", Number(0.9, VNM_RUS))
    assert (found.label, found.severity) == ("assumption", "error")
    assert found.problem == "the rule 'value' gives 0.97, not 0.9"
    words = judged("from fact: S1-arms-dominant; value", Number(1.0, VNM_RUS))
    assert words.severity == "error" and "S1-arms-dominant has no figure" in words.problem
    zero = judged("from fact: S3-never-invaded; 1 / value", Number(1.0, VNM_RUS))
    assert zero.severity == "error" and "gives no number" in zero.problem


def test_a_fact_about_others_does_not_support_a_number() -> None:
    kazakh = Number(0.5, (frozenset({"KAZ", "RUS"}),))
    for source in ("S2-arms-share-2000", "from fact: S2-arms-share-2000; value"):
        found = judged(source, kazakh)
        assert (found.label, found.severity) == ("assumption", "warning")
        assert "S2-arms-share-2000 speaks of VNM and RUS, not of KAZ and RUS" in found.problem
    both = Number(0.5, (frozenset({"VNM"}), frozenset({"LAO"})))
    found = judged("S2-arms-share-2000", both)
    assert found.label == "assumption" and "no fact here speaks of LAO" in found.problem
    assert judged("S2-arms-share-2000, S3-vote-hrc-lao-2022", both).label == "sign from fact"


def test_every_fact_that_is_cited_must_bear_on_the_number() -> None:
    found = judged("S2-arms-share-2000, S4-trade-chn-2023", Number(0.5, VNM_RUS))
    assert found.label == "assumption" and "S4-trade-chn-2023 speaks of CHN" in found.problem


def test_a_fact_may_speak_for_more_than_its_sides() -> None:
    fact = SHIPPED.facts["S2-soviet-aid-1985"]
    assert (fact.actor, fact.partner, fact.speaks_for) == ("SUN", "VNM", ("RUS",))
    assert speaks_of(fact, frozenset({"VNM", "RUS"}))
    assert not speaks_of(replace(fact, speaks_for=()), frozenset({"VNM", "RUS"}))


def test_all_stands_for_one_other_and_for_nobody_alone() -> None:
    fact = SHIPPED.facts["S4-no-sides-2024"]
    assert (fact.actor, fact.partner) == ("VNM", "ALL")
    assert speaks_of(fact, frozenset({"VNM"})) and speaks_of(fact, frozenset({"VNM", "RUS"}))
    assert not speaks_of(fact, frozenset({"RUS"}))
    assert not speaks_of(fact, frozenset({"MYS", "RUS"}))


@pytest.mark.parametrize(
    ("date", "number", "end", "good"),
    [
        ("2019", 2019.0, False, True),
        ("2019", 2019.75, False, True),
        ("2019", 2020.0, False, False),
        ("2019", 2020.0, True, True),  # in force up to the new year
        ("2019", 2018.75, True, False),
        ("2019-07", 2019.5, False, True),
        ("2019-07-12", 2019.25, False, False),
        ("2019-07/2019-12", 2019.75, False, True),
        ("2017/2018", 2016.75, False, False),
        ("undated", 2019.0, False, False),
    ],
)
def test_a_date_lies_in_the_time_of_the_fact(
    date: str, number: float, end: bool, good: bool
) -> None:
    fact = replace(SHIPPED.facts["S0-standoff-2019"], date=date, coded="stated")
    assert gives_date(fact, number, end) is good
    assert not gives_date(replace(fact, coded="inferred"), number, end)


def test_a_date_that_was_inferred_is_given_by_no_fact() -> None:
    """The note of the vaccines has no date, that of the drilling counts back from the article."""
    for source, date in (
        ("S2-vaccine-source-2021, S2-vaccine-refusal-2021", 2021.25),
        ("S0-drilling-cancelled-2018", 2017.5),
        ("from fact: S2-vote-war-2022; year", 2022.0),
    ):
        found = judged(source, Number(date, date="start"))
        assert (found.label, found.severity) == ("assumption", "warning"), source
        assert "inferred" in found.problem


def test_a_date_that_no_fact_gives_is_told() -> None:
    found = judged("S4-supply", Number(2022.0, VNM_RUS, "start"))
    assert (found.label, found.severity) == ("assumption", "warning")
    assert "2022 is no date of its source: S4-supply is of 2024" in found.problem


def fact(value: float | str, date: str = "2019") -> Fact:
    return replace(SHIPPED.facts["S4-trade-rus-2023"], value=value, date=date)


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        ("value", 4.0),
        ("1 - value", -3.0),
        ("sqrt(value)", 2.0),
        ("-value + +1", -3.0),
        ("max(value, value2) / min(value, 2)", 4.5),
        ("log(exp(value2)) * 0.5 * value", 18.0),
        ("year - value", 2015.0),
        ("year2 - year", 1.0),
    ],
)
def test_rules_are_arithmetic(rule: str, number: float) -> None:
    facts = [fact(4.0), fact(9.0, "2020-03/2021")][: 1 + ("2 " in rule or "2)" in rule)]
    assert evaluate(rule, facts) == pytest.approx(number)


@pytest.mark.parametrize(
    ("source", "number", "told"),
    [
        ("S1-meetings-2018; 0 * value + 24", 24.0, "does not change with S1-meetings-2018"),
        ("S2-arms-share-2000; max(value, 24)", 24.0, "does not change with S2-arms-share-2000"),
        ("S2-arms-share-2000; value - value + 3", 3.0, "does not change"),
        ("S2-arms-share-2000; year / 2000 * value", 0.97, "uses a year"),
        ("S1-meetings-2018; year - 2018", 0.0, "uses a year"),
        ("S2-arms-share-2000, S1-meetings-2018; value + 0 * value2", 0.97, "S1-meetings-2018"),
    ],
)
def test_a_rule_must_use_its_fact(source: str, number: float, told: str) -> None:
    found = judged(f"from fact: {source}", Number(number, VNM_RUS))
    assert (found.label, found.severity) == ("assumption", "error")
    assert told in found.problem


@pytest.mark.parametrize("rule", ["24", "0.8", "3 + 4", "sqrt(4)"])
def test_a_rule_without_a_fact_is_no_source(rule: str) -> None:
    with pytest.raises(UnknownSource, match="does not use value, the figure of a fact"):
        classify(f"from fact: S2-arms-share-2000; {rule}", SHIPPED)
    with pytest.raises(UnknownSource, match="does not use value2"):
        classify("from fact: S2-arms-share-2000, S1-meetings-2018; value", SHIPPED)


@pytest.mark.parametrize(
    ("rule", "told"),
    [("min(value)", "min takes two numbers or more"), ("log(value, 2)", "one num")],
)
def test_a_function_says_how_many_numbers_it_takes(rule: str, told: str) -> None:
    with pytest.raises(UnknownSource, match=told):
        classify(f"from fact: S2-arms-share-2000; {rule}", SHIPPED)


def test_a_number_of_powers_for_all_needs_a_fact_of_all_or_of_powers_alone() -> None:
    powers = frozenset({"RUS", "CHN", "USA", "EU"})
    pairs = tuple(frozenset({code, "RUS"}) for code in ("VNM", "LAO"))
    number = Number(0.5, pairs, own=frozenset({"RUS"}), powers=powers)
    assert judged("S0-trust-2019", number).label == "assumption"  # of Vietnam and Russia
    assert judged("S3-europe-fallout-2022", number).label == "sign from fact"  # Russia and the EU
    assert judged("S3-eurasian-pivot-2022", number).label == "sign from fact"  # Russia and all
    assert judged("S3-contain-shared-2022", number).label == "assumption"  # of other powers
    one = replace(number, about=(frozenset({"VNM", "RUS"}),))
    assert judged("S0-trust-2019", one).label == "sign from fact"
    assert judged("S4-pressure-phl-2024", one).label == "assumption"


@pytest.mark.parametrize("rule", ["value / 0", "log(0)", "sqrt(-1)", "min(1)", "sqrt", "exp(999)"])
def test_a_rule_without_a_number_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        evaluate(rule, [fact(1.0)])


@pytest.mark.parametrize(
    ("exact", "good", "bad"),
    [
        (0.97, (0.97,), (1.0, 0.9, 0.96)),
        (0.0867, (0.0867, 0.087), (0.09, 0.0866, 0.086)),
        (11.6, (11.6, 12.0), (10.0, 11.0, 11.7)),
        (0.0, (0.0,), (0.01, -1.0)),
        (-3.0, (-3.0,), (3.0, -2.9)),
        (1e-7, (1e-7,), (2e-7, 0.0)),
    ],
)
def test_a_number_follows_if_it_is_the_rounded_one(
    exact: float, good: tuple[float, ...], bad: tuple[float, ...]
) -> None:
    assert all(follows(number, "value", [fact(exact)]) for number in good)
    assert not any(follows(number, "value", [fact(exact)]) for number in bad)


@given(st.floats(-9.9, 9.9), st.integers(2, 6))
def test_a_number_may_be_rounded_to_three_digits_or_more(exact: float, digits: int) -> None:
    assert follows(float(f"{exact:.{digits}e}"), "value", [fact(exact)])
