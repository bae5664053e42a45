"""Picking facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.facts import Evidence, load_evidence, select

FACTS = load_evidence().facts
CODES = sorted({code for fact in FACTS.values() for code in (fact.actor, fact.partner)})
DOMAINS = sorted({fact.domain for fact in FACTS.values()})
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(CODES),
        "partner": st.sampled_from(CODES),
        "domain": st.sampled_from(DOMAINS),
        "year": st.integers(1950, 2035),
        "text": st.sampled_from(["arms", "rung", "Hanoi", "the"]),
    },
)


def test_no_condition_keeps_everything_in_order(evidence: Evidence) -> None:
    assert select(evidence.facts) == list(evidence.facts.values())
    assert select(iter(evidence.facts.values())) == list(evidence.facts.values())


def test_country_is_either_side(evidence: Evidence) -> None:
    found = {fact.id for fact in select(evidence.facts, country="lao")}
    assert found == {"S3-vote-hrc-lao-2022", "S3-laos-influence-2022"}


def test_country_and_partner_pick_a_pair_in_either_order(evidence: Evidence) -> None:
    found = select(evidence.facts, country="VNM", partner="RUS")
    assert found == select(evidence.facts, country="RUS", partner="VNM")
    assert {fact.actor for fact in found} == {"VNM", "RUS"}


@pytest.mark.parametrize(("year", "there"), [(2003, False), (2004, True), (2014, True)])
def test_a_span_covers_its_years(evidence: Evidence, year: int, there: bool) -> None:
    found = {fact.id for fact in select(evidence.facts, year=year)}
    assert ("S2-arms-purchases-2024" in found) is there
    assert "S3-arms-share-undated" not in found


def test_a_day_matches_its_year(evidence: Evidence) -> None:
    found = {fact.id for fact in select(evidence.facts, year=2023)}
    assert "S2-meeting-beijing-2023" in found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ARMS-SHARE-2000", "S2-arms-share-2000"),
        ("sinopharm", "S2-vaccine-refusal-2021"),
        ("SHARE OF ARSENAL", "S2-arms-share-2023"),
        ("roughly seven", "S2-arms-share-2023"),
    ],
)
def test_text_searches_id_doubt_unit_and_note(evidence: Evidence, text: str, name: str) -> None:
    assert name in {fact.id for fact in select(evidence.facts, text=text)}


@given(first=CONDITIONS, second=CONDITIONS)
def test_conditions_only_narrow(first: dict, second: dict) -> None:
    both = select(FACTS, **{**second, **first})
    once = select(FACTS, **first)
    assert all(fact in once for fact in both)
    assert select(once, **first) == once
