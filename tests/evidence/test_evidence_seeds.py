"""What the shipped seeds promise."""

import re

from hedgerow.facts import Evidence


def test_there_are_five_articles_and_enough_facts(evidence: Evidence) -> None:
    assert [article.id for article in evidence.articles] == ["S0", "S1", "S2", "S3", "S4"]
    assert len(evidence.facts) >= 150
    assert {fact.article for fact in evidence.facts.values()} == {"S0", "S1", "S2", "S3", "S4"}


def test_ids_are_well_formed_and_short_enough_for_a_table(evidence: Evidence) -> None:
    for name, fact in evidence.facts.items():
        assert name == fact.id
        assert re.fullmatch(r"S[0-4](-[a-z0-9]+)+", name)
        assert len(name) <= 30


def test_every_mechanism_has_a_fact(evidence: Evidence) -> None:
    used = {name for fact in evidence.facts.values() for name in fact.mechanisms}
    assert used == {mechanism.id for mechanism in evidence.mechanisms}
    assert len(used) >= 46


def test_ids_that_scenarios_cite_exist(evidence: Evidence) -> None:
    cited = {"S2-arms-share-2000", "S3-arms-share-2022", "S1-arms-dominant", "S4-supply"}
    assert cited <= evidence.facts.keys()


def test_shares_are_fractions(evidence: Evidence) -> None:
    shares = [fact for fact in evidence.facts.values() if fact.unit.startswith("share of")]
    assert len(shares) >= 6
    for fact in shares:
        assert isinstance(fact.value, float)
        assert 0 <= fact.value <= 1


def test_rungs_lie_on_the_ladder_and_vietnam_has_no_alliance(evidence: Evidence) -> None:
    rungs = [fact for fact in evidence.facts.values() if fact.unit == "rung (0-4)"]
    assert len(rungs) >= 10
    for fact in rungs:
        assert fact.value in range(5)
        assert fact.actor != "VNM" or fact.value != 4


def test_known_errors_stay_visible(evidence: Evidence) -> None:
    for name in (
        "S0-alliance-word-2019",
        "S2-vaccine-refusal-2021",
        "S2-vaccine-source-2021",
        "S3-visit-obama-2016",
        "S3-arms-share-undated",
        "S4-abstain-2024",
        "S4-nuclear-2024",
        "S4-refinery-undated",
        "S4-tier-usa-2023",
    ):
        assert evidence.facts[name].doubt
    assert evidence.facts["S4-tier-usa-2023"].coded == "external"
    assert evidence.facts["S3-arms-share-undated"].years is None


def test_rival_arsenal_shares_are_a_conflict(evidence: Evidence) -> None:
    pairs = [set(conflict.facts) for conflict in evidence.conflicts]
    assert {"S3-arms-share-2022", "S2-arms-share-2023"} in pairs
    assert len(pairs) >= 12
