"""The grammar of sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.evidence import Evidence, Provenance, UnknownSource, classify, load_evidence
from hedgerow.evidence.records import CODINGS

SHIPPED = load_evidence()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("S3-trade-2021", "inferred"),
        ("S4-trade-rus-2023", "stated"),
        ("S2-arms-share-2000", "words"),
        ("S4-tier-usa-2023", "external"),
        ("S4-trade-rus-2023, S2-arms-share-2000", "words"),
        ("S2-arms-share-2000,S4-tier-usa-2023 , S4-trade-rus-2023", "external"),
        ("assumption", "assumption"),
        ("assumption: no article says how fast", "assumption"),
        ("convention", "convention"),
        ("convention: the scale of the payoff", "convention"),
        ("external: UNCTAD, trade matrix of 1995", "external"),
    ],
)
def test_kinds(evidence: Evidence, source: str, kind: str) -> None:
    assert classify(source, evidence).kind == kind


def test_cited_facts_are_listed(evidence: Evidence) -> None:
    found = classify("S2-arms-share-2000, S3-arms-share-2022", evidence)
    assert found == Provenance("words", ("S2-arms-share-2000", "S3-arms-share-2022"))
    assert classify("assumption", evidence).facts == ()


def test_a_misspelt_fact_gets_suggestions(evidence: Evidence) -> None:
    with pytest.raises(UnknownSource, match="did you mean") as caught:
        classify("S3-arms-share-2022, S2-arm-share-2000", evidence)
    assert caught.value.source == "S2-arm-share-2000"
    assert "S2-arms-share-2000" in caught.value.matches


def test_a_fact_like_nothing_has_no_suggestions(evidence: Evidence) -> None:
    with pytest.raises(UnknownSource, match="no fact has this id"):
        classify("S9-zzzzzzzzzzzz", evidence)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "guess",
        "assumption:",
        "assumptions",
        "convention: ",
        "external",
        "external: SIPRI",
        "external: , what",
        "S2-arms-share-2000, assumption",
        "S2-arms-share-2000,",
        "s2-arms-share-2000",
    ],
)
def test_anything_else_is_refused(evidence: Evidence, source: str) -> None:
    with pytest.raises(UnknownSource):
        classify(source, evidence)


@given(st.lists(st.sampled_from(sorted(SHIPPED.facts)), min_size=1, max_size=6))
def test_a_list_is_as_strong_as_its_weakest_fact(names: list[str]) -> None:
    found = classify(", ".join(names), SHIPPED)
    strengths = [CODINGS.index(SHIPPED.facts[name].coded) for name in names]
    assert CODINGS.index(found.kind) == max(strengths)
    assert found.facts == tuple(names)


@given(st.text(max_size=40))
def test_a_source_is_classified_or_refused(source: str) -> None:
    try:
        found = classify(source, SHIPPED)
    except UnknownSource:
        return
    assert found.kind in {*CODINGS, "assumption", "convention"}
