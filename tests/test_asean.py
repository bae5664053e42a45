"""The shipped scenario ``asean``: its sources, its structure, and how its countries differ."""

import csv
import tomllib
from functools import cache
from math import sqrt

import numpy as np
import pytest

import hedgerow
from hedgerow.files import folder
from hedgerow.runs.pairs import Difference, Measure, Sample
from hedgerow.scenario.compile import compiled_of
from hedgerow.scenario.scenario import Scenario

ASEAN = ("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM")
PARTNERS = ("AUS", "CHN", "EU", "IND", "JPN", "KOR", "RUS", "USA")
START = 1996
WINDOWS = (2004, 2009, 2014)
"""Years at the end of five in which deliveries are counted."""


@cache
def scenario(name: str = "asean") -> Scenario:
    return hedgerow.load(name)


@cache
def past(name: str = "asean") -> Sample:
    """64 runs up to 2014."""
    return Sample(scenario(name), 64, 1, until=2014)


def of(name: str, code: str, year: int) -> np.ndarray:
    """A measure over the runs up to 2014."""
    return past().values(Measure(name, code, year))


def alignment(code: str, year: int) -> float:
    """Median alignment index: 100 is the United States, 0 is China."""
    return float(np.nanmedian(of("alignment_index", code, year)))


def test_it_adds_ten_countries_to_vietnam_and_its_eight_partners():
    assert scenario().parent == "vietnam"
    assert scenario().countries == tuple(sorted((*ASEAN, "IND")))
    assert scenario().partners == PARTNERS
    assert (scenario().start, scenario().end) == (START, 2035)


def test_its_only_warning_is_of_an_offer_that_rules_forbid():
    (warning,) = scenario().warnings
    assert warning.message.startswith("events.base_USA.offers is forbidden from the start: ")


def test_every_number_has_a_source_of_an_allowed_kind():
    assert [row for row in scenario().provenance() if row.kind == "missing"] == []


def test_every_assumption_has_a_range():
    """Step ties need none: a tie is known to a step, and runs draw within it."""
    kinds = {row.path: row.kind for row in scenario().provenance()}
    steps = tuple(
        f".ties.{name}."
        for name, entry in scenario().resolved["instruments"].items()
        if entry["kind"] == "steps"
    )
    bare = [
        path
        for path, number in scenario().quantities.items()
        if kinds[path] == "assumption"
        and not path.endswith((".at", ".until"))
        and ".set." not in path  # what a future sets says what the future is
        and not any(step in path for step in steps)
        and not number.is_prior
        and (number.low is None or number.high is None)
    ]
    assert bare == []


def test_rules_embargoes_and_the_dates_of_choices_name_facts_or_conventions():
    """A date that no fact gives is an assumption or external, and names what it knows."""
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


def test_trade_ties_are_roots_of_the_shares_of_the_panel():
    with (folder("seeds") / "panel" / "trade_shares.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        shares = {
            (row["country"], row["partner"]): float(row["share"] or 0.0)
            for row in csv.DictReader(file)
            if row["year"] == "1995"
        }
    ties = {path: n for path, n in scenario().quantities.items() if ".ties.trade." in path}
    assert len(ties) > 70
    for path, tie in ties.items():
        _, country, _, _, partner = path.split(".")
        low, high = (tie.value, tie.value) if tie.low is None else (tie.low, tie.high)
        assert low - 0.0006 < sqrt(shares[country, partner]) < high + 0.0006, path


def test_india_has_no_ties_with_itself():
    compiled = compiled_of(scenario())
    india, own = scenario().countries.index("IND"), PARTNERS.index("IND")
    expected = [own if code == "IND" else -1 for code in scenario().countries]
    assert compiled.structure.self_partner.tolist() == expected
    for name in ("returns", "ties", "stocks"):
        assert not compiled.base[name][:, own, india].any()
    assert compiled.base["ties"][:, own, scenario().countries.index("SGP")].any()


def test_only_the_treaty_allies_start_allied():
    structure, codes = compiled_of(scenario()).structure, scenario().countries
    allied = {(PARTNERS[p], codes[i]) for p, i in np.argwhere(structure.tiers == 4)}
    assert allied == {("USA", "PHL"), ("USA", "THA")}
    may_ally = [c for c, most in zip(codes, structure.rules.tier_max, strict=True) if most == 4]
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
    choices = scenario().resolved["choices"]
    votes = {q: entry for q, entry in choices.items() if entry["kind"] == "vote"}
    assert sorted(votes) == ["68/262", *(f"ES-11/{n}" for n in range(1, 7))]
    for entry in votes.values():
        assert sorted(entry["countries"]) == list(ASEAN)
        assert not entry.get("options")
        assert set(entry["votes"]) == {"RUS", "CHN", "USA", "EU"}  # powers' own, which are given
        assert entry["source"].startswith("external: un-")
    assert [row for row in scenario().provenance() if "-vote-" in row.source] == []
    tables = scenario().resolved["countries"]
    assert [code for code in tables if tables[code].get("records")] == []


def test_brics_is_put_to_the_three_with_an_interest():
    choices = scenario().resolved["choices"]
    assert (choices["brics"]["at"], sorted(choices["brics"]["countries"])) == (
        2024.75,
        ["MYS", "THA", "VNM"],
    )
    others = {q for q, e in choices.items() if e["countries"] != ["VNM"] and e["kind"] != "vote"}
    assert others == {"brics"}


def test_vietnam_and_the_powers_are_those_of_its_own_scenario():
    """All numbers agree but those of dated visits, which count as attention where more are."""
    here, there = scenario().quantities, scenario("vietnam").quantities
    assert set(there) <= set(here)
    differ = {path for path in there if here[path].text() != there[path].text()}
    visits = ("putin-2001", "putin-2013", "putin-2017", "putin-2024", "obama-visit", "biden-visit")
    assert differ <= {f"shocks.{label}.value" for label in visits}


def test_vietnam_fares_as_in_its_own_scenario():
    for year in (2000, 2007, 2014):
        own = past("vietnam").values(Measure("alignment_index", "VNM", year))
        assert alignment("VNM", year) == pytest.approx(float(np.nanmedian(own)), abs=7)


@pytest.mark.parametrize("year", [2004, 2014])
def test_countries_lean_in_the_order_known_before_2015(year):
    leaning_us = [alignment(code, year) for code in ("PHL", "SGP", "THA")]
    between = [alignment(code, year) for code in ("VNM", "IDN", "MYS")]
    leaning_china = [alignment(code, year) for code in ("KHM", "LAO", "MMR")]
    assert min(leaning_us) > max(between)
    assert min(between) > max(leaning_china)


def test_treaty_allies_stay_allied():
    """No label falls."""
    for code in ("PHL", "THA"):
        assert (of("tier:USA", code, 2014) == 4).all()


@pytest.mark.parametrize(
    ("country", "suppliers", "low"),
    [
        ("IND", ("RUS",), 0.5),
        ("VNM", ("RUS",), 0.6),
        ("SGP", ("USA", "EU"), 0.5),
        ("MMR", ("CHN", "RUS"), 0.7),
        ("MYS", ("USA", "EU", "RUS"), 0.5),
    ],
)
def test_large_importers_buy_where_the_register_says(country, suppliers, low):
    shares = [of(f"arms_deliveries:{p}", country, year) for p in suppliers for year in WINDOWS]
    assert low < np.nansum(np.nanmean(shares, axis=1)) / len(WINDOWS) <= 1


def test_nothing_explodes():
    """Rates and values of ties are bounded by nothing, all else is."""
    for record in past().records:
        for name, column in {**record.countries, **record.ties}.items():
            assert not np.isinf(column).any(), name
            if name not in ("pressure", "inducement"):
                assert np.nanmax(np.abs(column), initial=0.0) < 1000, name


def against(**overrides) -> dict[str, np.ndarray]:
    """Votes against ``ES-11/3`` by country, 1 or 0 in each of 128 runs."""
    sample = Sample(scenario().replace(overrides), 128, 1, until=2022)
    return {code: sample.values(Measure("choice:ES-11/3:against", code, 2022)) for code in ASEAN}


NAY = {"countries.VNM.vote": -8.0}
"""Vietnam votes against whatever hits anybody."""


def test_laos_follows_the_votes_of_vietnam():
    loud = {"habits.votes.peers": 4.0}
    plain, louder = against(**loud), against(**loud, **NAY)
    change = {code: Difference.of(plain[code], louder[code]) for code in ASEAN}
    assert change["VNM"].clear("up")
    assert change["LAO"].clear("up")
    others = [change[code].mean for code in ASEAN if code not in ("LAO", "VNM")]
    assert change["LAO"].mean > max(others)


def test_without_peers_nobody_follows_vietnam():
    alone = {"habits.votes.peers": 0.0}
    plain, louder = against(**alone), against(**alone, **NAY)
    assert louder["VNM"].mean() > plain["VNM"].mean()
    for code in ASEAN[:-1]:
        np.testing.assert_array_equal(louder[code], plain[code])


def test_the_file_is_plain_toml_that_a_person_can_read():
    text = (folder("scenarios") / "asean.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["schema"] == 2
    heads = [line for line in text.splitlines() if line.startswith("[countries.")]
    assert len(heads) == len(set(heads))
