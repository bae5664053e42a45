"""What the shipped scenarios promise: what they know, what they ask, and how they rest."""

import re
from pathlib import Path

import numpy as np
import pytest

import hedgerow
from hedgerow.files import folder
from hedgerow.model.parameters import Kind
from hedgerow.model.simulate import Block
from hedgerow.scenario.compile import world
from hedgerow.scenario.knowledge import hindsight

SHIPPED = sorted(path.stem for path in folder("scenarios").glob("*.toml"))
BLIND = ("vietnam-1996", "vietnam-2014", "asean-1996", "asean-2014")
DECISIONS = {
    "cyber": ("sign", "decline"),
    "rig-extension": ("extend", "withdraw"),
    "honour": ("award", "none"),
    "aid-kyiv": ("send", "none"),
    "nuclear-research": ("agree", "decline"),
    "s-400": ("buy", "wait"),
    "cam-ranh": ("grant", "deny"),
    "eaeu-fta": ("sign", "decline"),
    "drilling-2017": ("drill", "cancel"),
    "join-sanctions": ("join", "refuse"),
    "vaccines": ("russian", "chinese", "western"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_draws_no_warning(name: str) -> None:
    assert [str(p) for p in hedgerow.load(name).warnings if p.severity != "note"] == []


@pytest.mark.parametrize("name", BLIND)
def test_a_blind_scenario_knows_no_later_number(name: str) -> None:
    scenario = hedgerow.load(name)
    assert scenario.until == int(name[-4:])
    assert hindsight(scenario, (), scenario.until).late == ()


@pytest.mark.parametrize("name", ("vietnam", "asean", *BLIND))
def test_the_stated_decisions_are_asked_alike(name: str) -> None:
    choices = hedgerow.load(name).resolved["choices"]
    assert {question: tuple(choices[question]["options"]) for question in DECISIONS} == DECISIONS


def test_no_shock_changes_what_a_country_holds_at_its_start() -> None:
    for name in SHIPPED:
        for label, shock in hedgerow.load(name).resolved["shocks"].items():
            assert ".ties." not in shock["path"] and ".tiers." not in shock["path"], (name, label)


def test_resolutions_are_coded_as_their_page_says() -> None:
    page = (Path(folder("docs")) / "background" / "votes.md").read_text(encoding="utf-8")
    row = r"^\| `([^`]+)`.*?\| ([\d.]+) \|.*?\| ([a-z ]+) \| USA, EU \|(.*)$"
    rows = re.findall(row, page, re.M)
    assert len(rows) == 7
    choices = hedgerow.load("asean").resolved["choices"]
    for question, at, kind, votes in rows:
        entry = choices[question]
        told = [cell.strip() for cell in votes.strip(" |").split("|")]
        assert (entry["at"], entry["class"]) == (float(at), kind.replace(" ", "_")), question
        assert [entry["votes"][p] for p in ("RUS", "CHN", "USA", "EU")] == told[:4], question
        sides = {"for": 1, "abstain": 0, "against": -1}
        r, c, u, e = (sides[vote] for vote in told[:4])
        assert (u + e - r - c) / 4 == float(told[4]), question


def moved(threat: float) -> np.ndarray:
    """Steps by which ties change over ten years without events: (P, R) summed over instruments."""
    changes = {
        **dict.fromkeys(("processes.events", "processes.labels", "processes.visits"), False),
        "time.end": 2005,
        "politics.steps": 30.0,
        "countries.VNM.threat.level": threat,
    }
    scenario = hedgerow.load("vietnam", changes)
    block = Block(world(scenario, np.arange(24, dtype=np.uint64), 1))
    start = block.state.counts.copy()
    for _ in range(40):
        block.step()
    return (block.state.counts - start)[list(block.world.structure.of(Kind.STEPS))]


def test_vietnam_rests_at_its_stated_ties_and_half_a_unit_of_threat_moves_it() -> None:
    rest, threatened = moved(0.6), moved(1.1)
    assert np.abs(rest).max() <= 1
    more = (threatened - rest).sum((0, 1))
    assert more.mean() >= 1.0
