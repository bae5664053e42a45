"""The grammar of sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.facts import Evidence, Provenance, UnknownSource, classify, load_evidence

SHIPPED = load_evidence()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("S3-trade-2021", "fact"),
        ("S4-tier-usa-2023", "fact"),
        ("S2-arms-share-2000,S4-tier-usa-2023 , S4-trade-rus-2023", "fact"),
        ("from fact: S2-arms-share-2000; 1 - value", "from fact"),
        ("from fact: S4-trade-rus-2023, S4-trade-chn-2023; sqrt(value / value2)", "from fact"),
        ("estimated: the posterior of 2014", "estimated"),
        ("assumption", "assumption"),
        ("assumption: no article says how fast", "assumption"),
        ("assumption, knowing S2-vote-war-2022: coded by hand", "assumption"),
        ("convention", "convention"),
        ("convention: the scale of the payoff", "convention"),
        ("external: UNCTAD, trade matrix of 1995", "external"),
        ("external: UNCTAD 1995", "external"),
        ("external: UNCTAD 1995, trade matrix", "external"),
        ("external: unctad-trade-1995", "external"),
        ("external: unctad-trade-1995, square root of the share", "external"),
        ("doi:10.7910/DVN/LEJUQZ", "external"),
        ("doi:10.7910/DVN/LEJUQZ, points of 2014", "external"),
        ("Waltz 1979", "external"),
        ("Bailey, Strezhnev and Voeten 2017", "external"),
        ("Kuik Cheng-Chwee 2016a, table 2", "external"),
    ],
)
def test_kinds(evidence: Evidence, source: str, kind: str) -> None:
    assert classify(source, evidence).kind == kind


def test_cited_facts_are_listed(evidence: Evidence) -> None:
    found = classify("S2-arms-share-2000, S3-arms-share-2022", evidence)
    assert found == Provenance("fact", ("S2-arms-share-2000", "S3-arms-share-2022"))
    assert classify("assumption", evidence).facts == ()
    knowing = classify("assumption, knowing S2-vote-war-2022, S3-tier-2012: by hand", evidence)
    assert knowing == Provenance("assumption", ("S2-vote-war-2022", "S3-tier-2012"))
    for wrong in ("S2-vote-war-2022", ": by hand", "S2-vote-war-2022:", "S2-vote-wars-2022: x"):
        with pytest.raises(UnknownSource):
            classify(f"assumption, knowing {wrong}", evidence)
    ruled = classify("from fact: S2-arms-share-2000 ; 1 - value", evidence)
    assert ruled == Provenance("from fact", ("S2-arms-share-2000",), "1 - value")


def test_an_entry_of_external_sources_is_found_by_its_id(evidence: Evidence) -> None:
    assert (
        classify("external: unctad-trade-1995, a share", evidence).external == "unctad-trade-1995"
    )
    assert classify("external: UNCTAD 1995", evidence).external == ""
    with pytest.raises(UnknownSource, match=r"did you mean.*unctad-trade-1995"):
        classify("external: unctad-trade-1996, a share", evidence)


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
        "external: SIPRI,",
        "external: my-notes, what",
        "estimated",
        "estimated:",
        "from fact",
        "from fact: S2-arms-share-2000",
        "from fact: S2-arms-share-2000;",
        "from fact: ; value",
        "from fact: S2-arms-share-2000; about a fifth",
        "from fact: S2-arms-share-2000; value ** 2",
        "from fact: S2-arms-share-2000; value / value2",
        "from fact: S2-arms-share-2000; __import__('os')",
        "from fact: S2-arms-share-2000; sqrt(value, key=1)",
        "doi:abc",
        "guess of 1999",
        "waltz 1979",
        "S2-arms-share-2000, assumption",
        "S2-arms-share-2000,",
        "s2-arms-share-2000",
    ],
)
def test_anything_else_is_refused(evidence: Evidence, source: str) -> None:
    with pytest.raises(UnknownSource):
        classify(source, evidence)


@given(st.lists(st.sampled_from(sorted(SHIPPED.facts)), min_size=1, max_size=6))
def test_a_list_of_facts_is_told_in_its_order(names: list[str]) -> None:
    assert classify(", ".join(names), SHIPPED) == Provenance("fact", tuple(names))


@given(st.text(max_size=40))
def test_a_source_is_classified_or_refused(source: str) -> None:
    try:
        found = classify(source, SHIPPED)
    except UnknownSource:
        return
    assert found.kind in {"fact", "from fact", "estimated", "external", "assumption", "convention"}


@given(st.text("0123456789.+-*/() valueysqrt,2", max_size=40))
def test_a_rule_is_read_or_refused(rule: str) -> None:
    try:
        assert classify(f"from fact: S2-arms-share-2000; {rule}", SHIPPED).rule == rule.strip()
    except UnknownSource:
        return


@pytest.mark.parametrize("head", ["", "S1-", "external: a", "from fact: S1-a; ", "Waltz", "doi:"])
@pytest.mark.parametrize("filling", [" ", "a", " a", "-", ",", "(", "1", ";"])
def test_a_source_of_any_length_is_told_at_once(head: str, filling: str) -> None:
    """Two hundred thousand characters: what grows with the square of them would hang here."""
    try:
        classify(head + filling * 200_000 + "!", SHIPPED)
    except UnknownSource:
        return
