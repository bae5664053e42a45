"""The shipped scenario ``asean``: its sources, its structure, and how its countries differ."""

import tomllib
from functools import cache
from math import sqrt

import numpy as np
import pytest

import hedgerow
from hedgerow.files import folder
from hedgerow.model.parameters import INSTRUMENTS
from hedgerow.model.record import Record
from hedgerow.model.simulate import simulate
from hedgerow.scenario.compile import compiled_of, world
from hedgerow.scenario.scenario import Scenario

ASEAN = ("VNM", "BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA")
PARTNERS = ("RUS", "CHN", "USA", "JPN", "IND", "KOR", "EU", "AUS")
START = 1996


@cache
def scenario(name: str = "asean") -> Scenario:
    return hedgerow.load(name)


@cache
def past(name: str = "asean") -> Record:
    """32 runs up to 2014."""
    short = hedgerow.load(name, {"time.end": 2014})
    return simulate(world(short, np.arange(32, dtype=np.uint64), 1))


def index_of(code: str) -> int:
    return scenario().countries.index(code)


def alignment(code: str, year: int) -> float:
    """Median alignment index: 100 is the United States, 0 is China."""
    index = past().countries["alignment_index"][year - START, index_of(code)]
    return float(np.nanmedian(index))


def test_it_stands_on_its_own_with_eleven_countries_and_eight_partners():
    assert scenario().parent is None
    assert scenario().countries == (*ASEAN, "IND")
    assert scenario().partners == PARTNERS
    assert (scenario().start, scenario().end) == (START, 2035)


def test_warnings_are_of_rounding_alone():
    messages = [warning.message for warning in scenario().warnings]
    assert [text for text in messages if "rounded at the start" not in text] == []


def test_every_number_has_a_source_of_an_allowed_kind():
    assert [row for row in scenario().provenance() if row.kind == "missing"] == []


def test_every_assumption_has_a_range():
    kinds = {row.path: row.kind for row in scenario().provenance()}
    bare = [
        path
        for path, number in scenario().quantities.items()
        if kinds[path] == "assumption"
        and not path.endswith((".at", ".until"))
        and ".set." not in path  # what a future sets says what the future is
        and not number.is_prior
        and (number.low is None or number.high is None)
    ]
    assert bare == []


def test_rules_embargoes_and_the_dates_of_choices_name_facts_or_conventions():
    """A date that no fact gives is an assumption, and names the facts that it knows."""
    sections = ("rules.", "choices.", "embargoes.")
    rows = [row for row in scenario().provenance() if row.path.startswith(sections)]
    sizes = [row for row in rows if ".options." in row.path]
    assert sizes and {row.kind for row in sizes} == {"assumption"}
    rows = [row for row in rows if row not in sizes]
    assert rows
    guesses = [row for row in rows if row.kind in ("assumption", "missing", "default")]
    assert {row.kind for row in guesses} == {"assumption"}
    assert all(row.path.startswith("choices.") and row.path.endswith(".at") for row in guesses)
    assert all(row.source.startswith("assumption, knowing S") for row in guesses)


@pytest.mark.parametrize(
    ("country", "partner", "year", "share"),
    [
        ("PHL", "USA", 1995, 0.2429),
        ("SGP", "EU", 1995, 0.1356),
        ("MMR", "CHN", 1995, 0.2183),
        ("THA", "JPN", 1995, 0.2385),
        ("IND", "RUS", 1995, 0.0214),
        ("IDN", "JPN", 2005, 0.1639),
        ("VNM", "CHN", 1995, 0.0705),
        ("LAO", "RUS", 1995, 0.0),
    ],
)
def test_trade_ties_are_roots_of_the_shares_of_the_matrix(country, partner, year, share):
    tie = scenario().quantities[f"countries.{country}.ties.trade.{partner}"]
    assert tie.value == pytest.approx(sqrt(share), abs=0.0005)
    assert tie.source.startswith(f"external: unctad-trade-{year},")
    assert tie.low <= tie.value <= tie.high


def test_thin_reporters_have_wider_ranges_than_others():
    def width(country):
        tie = scenario().quantities[f"countries.{country}.ties.trade.CHN"]
        return (tie.high - tie.low) / tie.value

    assert min(width("LAO"), width("MMR")) > 2 * max(width("SGP"), width("THA"))


def test_india_has_no_ties_with_itself():
    compiled = compiled_of(scenario())
    own = scenario().partners.index("IND")
    assert compiled.structure.self_partner.tolist() == [-1] * 10 + [own]
    for name in ("returns", "ties", "stocks"):
        assert not compiled.base[name][:, own, index_of("IND")].any()
    assert compiled.base["ties"][:, own, index_of("SGP")].any()


def test_no_country_starts_with_more_arms_than_it_needs():
    base = compiled_of(scenario()).base
    arms = INSTRUMENTS.index("arms")
    stocks = base["stocks"][arms].sum(axis=0)
    assert (stocks <= 1.001 * base["needs"][arms]).all()


def test_only_the_treaty_allies_start_allied():
    structure = compiled_of(scenario()).structure
    tiers, usa = structure.tiers, PARTNERS.index("USA")
    allied = [code for code in scenario().countries if tiers[usa, index_of(code)] == 4]
    assert allied == ["PHL", "THA"]
    assert np.argwhere(tiers == 4).tolist() == [[usa, index_of("PHL")], [usa, index_of("THA")]]
    may_ally = [
        code for code in scenario().countries if structure.rules.tier_max[index_of(code)] == 4
    ]
    assert may_ally == ["PHL", "THA"]


def test_vietnam_keeps_the_four_rules_of_bamboo():
    rules = scenario().resolved["countries"]["VNM"]["rules"]
    assert rules == ["no_alliance", "no_foreign_base", "no_siding", "no_force"]


def test_china_threatens_those_with_a_quarrel_alone():
    tables = scenario().resolved["countries"]
    sources = {code: tables[code]["threat"]["source"] for code in tables}
    threatened = {code for code, source in sources.items() if source == "CHN"}
    assert threatened == {"VNM", "PHL", "IND", "MYS", "IDN", "BRN"}
    assert set(sources.values()) == {"CHN", "none"}
    level = {c: scenario().quantities[f"countries.{c}.threat.level"].value for c in threatened}
    assert max(level[c] for c in ("BRN", "IDN", "MYS")) < min(
        level[c] for c in ("VNM", "PHL", "IND")
    )


def test_votes_are_put_to_the_ten_and_none_is_entered():
    resolved = scenario().resolved
    votes = {q: entry for q, entry in resolved["choices"].items() if entry["kind"] == "vote"}
    assert list(votes) == [f"ES-11/{n}" for n in range(1, 7)]
    for entry in votes.values():
        assert tuple(entry["countries"]) == ASEAN
        assert list(entry["options"]) == ["for", "abstain", "against"]
    # No number follows from a fact on a vote: options that were set knowing one say so. Nothing
    # dated moves a voice.
    known = [row for row in scenario().provenance() if "-vote-" in row.source]
    assert known and {row.kind for row in known} == {"assumption"}
    assert all(row.path.startswith('choices."ES-11/') for row in known)
    assert all(".options." in row.path for row in known)
    assert all(row.source.startswith("assumption, knowing S") for row in known)
    assert [row for row in scenario().provenance() if "abstain" in row.source] == []
    assert [s["path"] for s in resolved["shocks"].values() if ".voice." in s["path"]] == []


def test_brics_is_put_to_the_three_with_an_interest():
    entry = scenario().resolved["choices"]["brics"]
    assert (entry["at"], sorted(entry["countries"])) == (2024.75, ["MYS", "THA", "VNM"])
    others = {q for q, e in scenario().resolved["choices"].items() if e["countries"] != ["VNM"]}
    assert others == {*(f"ES-11/{n}" for n in range(1, 7)), "brics"}


def test_vietnam_and_the_powers_are_those_of_its_own_scenario():
    """All numbers agree but the two supplies, and what stands in for them and for visits."""
    here, there = scenario().quantities, scenario("vietnam").quantities
    told = {
        "partners.CHN.capacity.arms",
        "partners.EU.capacity.arms",
        "countries.VNM.returns.arms.EU",
        "behaviour.peers",
        "shocks.european-arms.value",
        "shocks.obama-visit.value",
        "shocks.biden-visit.value",
        "shocks.putin-2001.value",
        "shocks.anniversary-2012.value",
        "shocks.putin-2024.value",
    }
    shared = set(here) & set(there)
    assert set(there) <= set(here)
    differ = {path for path in shared if here[path].text() != there[path].text()}
    assert differ <= told


def test_vietnam_fares_as_in_its_own_scenario():
    for year in (2000, 2007, 2014):
        own = past("vietnam").countries["alignment_index"][year - START, 0]
        assert alignment("VNM", year) == pytest.approx(float(np.nanmedian(own)), abs=7)


@pytest.mark.parametrize("year", [2004, 2014])
def test_countries_lean_in_the_order_known_before_2015(year):
    leaning_us = [alignment(code, year) for code in ("PHL", "SGP", "THA")]
    between = [alignment(code, year) for code in ("VNM", "IDN", "MYS")]
    leaning_china = [alignment(code, year) for code in ("KHM", "LAO", "MMR")]
    assert min(leaning_us) > max(between)
    assert min(between) > max(leaning_china)
    assert all(40 < index < 65 for index in between)


def test_treaty_allies_stay_allied_mostly():
    usa = PARTNERS.index("USA")
    for code in ("PHL", "THA"):
        rungs = past().ties["tier"][-1, index_of(code), usa]
        assert (rungs == 4).mean() > 0.8


@pytest.mark.parametrize(
    ("country", "suppliers", "low"),
    [
        ("IND", ("RUS",), 0.5),
        ("VNM", ("RUS",), 0.7),
        ("SGP", ("USA", "EU"), 0.7),
        ("MMR", ("CHN", "RUS"), 0.7),
        ("MYS", ("USA", "EU", "RUS"), 0.5),
    ],
)
def test_large_importers_buy_where_the_register_says(country, suppliers, low):
    shares = past().ties["arms_deliveries"][4:, index_of(country)]
    of_them = sum(np.nanmean(shares[:, PARTNERS.index(p)]) for p in suppliers)
    assert low < of_them <= 1


def test_nothing_explodes():
    for name, column in {**past().countries, **past().ties}.items():
        assert not np.isinf(column).any(), name
        assert np.nanmax(np.abs(column), initial=0.0) < 1000, name


def voices(runs: int, **overrides) -> np.ndarray:
    """Voice for Russia in 1999–2004, mean over years: (countries, runs)."""
    changed = hedgerow.load("asean", {"time.end": 2004, **overrides})
    record = simulate(world(changed, np.arange(runs, dtype=np.uint64), 1))
    return record.ties["voice"][3:, :, PARTNERS.index("RUS")].mean(axis=0)


def test_laos_follows_the_voice_of_vietnam():
    louder = {"countries.VNM.returns.voice.RUS": 30.0}
    change = voices(32, **louder) - voices(32)
    mean = change.mean(axis=1)
    error = change.std(axis=1, ddof=1) / sqrt(change.shape[1])
    lao = index_of("LAO")
    assert mean[index_of("VNM")] > 0.2
    assert mean[lao] - 2 * error[lao] > 0
    others = [index_of(code) for code in ASEAN if code not in ("LAO", "VNM")]
    assert mean[lao] > mean[others].max()
    assert not change[index_of("IND")].any()  # no peers


def test_without_peers_nobody_follows_vietnam():
    alone = {"terms.peers": False}
    louder = {**alone, "countries.VNM.returns.voice.RUS": 30.0}
    change = voices(8, **louder) - voices(8, **alone)
    assert change[index_of("VNM")].mean() > 0.2
    assert not np.delete(change, index_of("VNM"), axis=0).any()


def test_the_file_is_plain_toml_that_a_person_can_read():
    text = (folder("scenarios") / "asean.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["schema"] == 1
    heads = [line for line in text.splitlines() if line.startswith("[countries.")]
    assert len(heads) == len(set(heads))
