"""Every shipped what-if keeps what it promises against its parent."""

import pytest

import hedgerow
from hedgerow.runs.pairs import Sample, check_expectations, parent_of
from hedgerow.scenario.document import names

RUNS = 128
WHAT_IFS = (
    *("no-war", "sanctions-enforced", "sanctions-waived", "russia-china-closer"),
    *("russia-recovers", "us-market-economy", "south-china-sea-escalates", "us-retreats"),
    *("rivalry-breaks", "four-nos-dropped", "arms-from-india-korea", "rouble-cut-off"),
)
READINGS = ("toward-russia", "drifting-away", "loyal")


@pytest.fixture(scope="module")
def parents():
    """Samples of parents, each simulated once."""
    return {}


def parent_sample(scenario, parents):
    parent = parent_of(scenario)
    if parent.sha256 not in parents:
        parents[parent.sha256] = Sample(parent, RUNS)
    return parents[parent.sha256]


def promising():
    return [name for name in names() if hedgerow.load(name).expect]


@pytest.mark.parametrize("name", promising())
def test_promises_hold(name, parents):
    scenario = hedgerow.load(name)
    outcomes = check_expectations(scenario, parent=parent_sample(scenario, parents))
    broken = [str(outcome) for outcome in outcomes if not outcome.holds]
    assert not broken, "; ".join(broken)


@pytest.mark.parametrize("name", [*WHAT_IFS, *READINGS])
def test_what_ifs_are_a_question_and_a_promise(name):
    scenario = hedgerow.load(name)
    assert scenario.parent == "vietnam"
    assert scenario.title.startswith("What if" if name in WHAT_IFS else "A rival reading: ")
    assert scenario.question.endswith("?") and scenario.description.endswith(".")
    assert scenario.expect and all(entry["minimum"] > 0 for entry in scenario.expect)


@pytest.mark.parametrize("name", [*WHAT_IFS, *READINGS])
def test_every_number_that_a_what_if_adds_has_a_source(name):
    known = set(hedgerow.load("vietnam").provenance())
    added = [entry for entry in hedgerow.load(name).provenance() if entry not in known]
    assert [entry.path for entry in added if entry.kind == "missing"] == []


@pytest.mark.parametrize("name", READINGS)
def test_a_rival_reading_cites_its_article(name):
    article = {"toward-russia": "S0-", "drifting-away": "S1-", "loyal": "S2-"}[name]
    known = set(hedgerow.load("vietnam").provenance())
    added = [entry for entry in hedgerow.load(name).provenance() if entry not in known]
    sources = {entry.source for entry in added if entry.kind != "default"}
    assert len(added) >= 4
    assert sum(article in source for source in sources) >= 3
    others = {"S0-", "S1-", "S2-", "S3-", "S4-"} - {article}
    assert not [source for source in sources if any(other in source for other in others)]
