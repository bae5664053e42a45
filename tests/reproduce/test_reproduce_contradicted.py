"""A claim that a fact at hand contradicts is marked false where it is made."""

from pathlib import Path

import pytest

from hedgerow.experiment import ExperimentError, find, read, reference
from hedgerow.experiment.drawing import contradictions
from hedgerow.facts import load_evidence

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
FACT = "S3-vote-hrc-sea-2022"
RUNG = "S3-tier-chn-2022"
ENTRY = '[[contradicted]]\nfact = "{}"\nwhat = "nobody did"\n\n[runs]\n'


def test_the_votes_of_southeast_asia_contradict_the_claim_on_myanmar():
    facts = load_evidence().facts
    named = {facts[f"S3-vote-hrc-{code}-2022"].value for code in ("vnm", "lao")}
    assert (facts[FACT].value, named) == (2, {-1})  # two votes against, and two states cast them
    experiment = read(EXPERIMENTS / "asean-votes")
    shares = {
        key.country: cell.value
        for key, cell in reference.load(experiment).rows.items()
        if (key.variant, key.measure) == ("coded", "choice:ES-11/3:against")
    }
    assert shares["MMR"] > max(shares["LAO"], shares["VNM"])
    assert sum(shares.values()) == pytest.approx(2.4, abs=0.05)  # as its README says
    (told,) = contradictions(experiment)
    assert "Myanmar" in told and FACT in told
    assert FACT in (EXPERIMENTS / "asean-votes" / "figure.txt").read_text(encoding="utf-8")


def test_the_rung_of_china_lies_in_a_band_that_any_rung_below_the_top_lies_in():
    """So that it contradicts nothing any more, and supports nothing, as the README says."""
    experiment = read(EXPERIMENTS / "tier-ladder")
    bands = {
        (key.variant, key.statistic): cell.value
        for key, cell in reference.load(experiment).rows.items()
        if (key.part, key.measure, key.year) == ("ladder", "tier:CHN", 2022)
    }
    for variant in ("vietnam", "from-1996"):
        assert (bands[variant, "q05"], bands[variant, "q95"]) == (0.0, 3.0)
    assert load_evidence().facts[RUNG].value == 3
    assert contradictions(experiment) == []


@pytest.mark.parametrize("name", find(EXPERIMENTS))
def test_readmes_mark_what_is_contradicted_and_only_that(name):
    experiment = read(EXPERIMENTS / name)
    text = (experiment.folder / "README.md").read_text(encoding="utf-8")
    facts = [entry.fact for entry in experiment.content.contradicted]
    assert ("**False in part, by a fact at hand.**" in text) is bool(facts)
    assert all(f"`{fact}`" in text for fact in facts)


def test_the_command_says_so(call, change):
    change("experiment.toml", "[runs]\n", ENTRY.format(FACT))
    done = call("toy", "--quick", "--out", "made")
    assert f"toy: Part of the claim is false: nobody did ({FACT})." in done.out
    change("experiment.toml", "nobody did", "few did")
    call("toy", "--quick", "--update-reference", "--out", "again")
    change("experiment.toml", "few did", "nobody did")
    assert call("toy", "--quick", "--check").code == 0  # a text moves nothing


def test_a_fact_that_is_not_there_is_an_error(toy, change):
    change("experiment.toml", "[runs]\n", ENTRY.format("S3-vote-hrc-2022"))
    with pytest.raises(ExperimentError, match="no fact 'S3-vote-hrc-2022'; did you mean 'S"):
        read(toy)
