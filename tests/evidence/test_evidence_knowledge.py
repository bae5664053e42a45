"""Dates of knowledge: of every form of a source, and what is hindsight in a scenario."""

import pickle
import tomllib

import pytest
import tomli_w
from score.made import SCENARIO, target

from hedgerow.errors import HindsightError
from hedgerow.facts import classify, load_evidence
from hedgerow.files import folder
from hedgerow.scenario import load
from hedgerow.scenario.keys import split
from hedgerow.scenario.knowledge import as_of, hindsight, is_condition, refuse
from hedgerow.scenario.target_file import load_targets

RETURN = "countries.VNM.returns.diplomacy.CHN"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


@pytest.mark.parametrize(
    ("source", "year"),
    [
        ("S2-arms-share-2000", 2000),
        ("S4-trade-chn-2023", 2023),
        ("S2-arms-share-2000, S4-trade-chn-2023", 2023),
        ("S4-trade-chn-2023, S2-arms-share-2000", 2023),
        ("S3-never-invaded", 2022),  # undated: its article is of July 2022
        ("external: unctad-trade-2005, square root of the share", 2005),
        ("external: sipri-deliveries-windows, shares", 2014),
        ("external: my own survey, rounds of 1999 and 2011", 2011),
        ("external: my own survey, shares 2001–2009", 2009),
        ("external: UNCTAD, 1995-23", 2023),
        ("external: UNCTAD, 1995–99", 1999),
        ("external: UNCTAD, 1995/96", 1996),
        ("external: UNCTAD, read 2014-05, as of 2014-05-31", 2014),
        ("assumption, knowing S4-trade-chn-2023: a reason of 2030", 2023),
        ("external: my own survey, share 12345 of no year", None),
        ("external: a paper, 10.1234/1999.2019 of 2003", 2003),
        ("assumption", None),
        ("assumption: as if it were 2023", None),
        ("convention: since 1996", None),
        ("", None),
    ],
)
def test_every_source_has_the_last_year_that_it_tells_of(evidence, source, year):
    assert as_of(source, evidence) == year


def test_every_fact_has_a_date_of_knowledge(evidence):
    dated = {name: as_of(name, evidence) for name in evidence.facts}
    assert all(1700 < year <= 2024 for year in dated.values())
    raw = tomllib.loads((folder("seeds") / "S4.toml").read_text(encoding="utf-8"))
    for fact in raw["facts"]:
        if fact["date"] != "undated":
            assert dated[fact["id"]] == min(2024, int(fact["date"].rpartition("/")[2][:4]))


def found(changes, targets=(), cut=2014):
    return hindsight(load(SCENARIO, changes), targets, cut)


def test_a_later_source_of_a_static_number_is_hindsight():
    later = {RETURN: {"value": 36.0, "source": "S4-trade-chn-2023"}}
    (number,) = found(later).late
    assert (number.path, number.year) == (RETURN, 2023)
    assert not found(later, cut=2023) and found(later, cut=2022)
    assert not found({}), "assumptions have no date"


def test_an_outside_source_without_a_year_is_hindsight_until_it_names_one():
    for text, late in (("a guess of mine", True), ("a guess of 2010", False), ("of 2015", True)):
        source = f"external: somebody, {text}"
        assert bool(found({RETURN: {"value": 36.0, "source": source}}).late) == late


def test_dated_conditions_are_told_and_not_refused():
    changes = {"shocks.war.value": {"value": 0.3, "source": "S4-trade-chn-2023"}}
    told = found(changes)
    assert not told
    named = {each.path: each.year for each in told.conditions}
    assert named["shocks.war"] == 2023 and named["shocks.peace"] == 2018
    assert named["shocks.calm"] == 2016, "it ends after the cut"
    assert named["choices.ES-1"] == 2017
    assert "shocks.early" not in named and "embargoes.none-sold" not in named
    assert told.lines() == ["told as conditions, later than 2014: 5 shocks, 2 choices"]


def test_what_begins_after_the_cut_is_a_condition_and_so_is_a_later_end():
    vietnam = load("vietnam")

    def condition(path, cut):
        return is_condition(split(path), vietnam.resolved, vietnam.quantities, cut)

    for path, cut in (
        ("shocks.caatsa.value", 2016),
        ("shocks.caatsa.at", 2016),
        ('choices."ES-11/1".at', 2021),
        ("choices.s-400.options.buy.arms.RUS", 2017),
        ("shocks.closeness-2014.until", 2014),
        ("embargoes.us-arms.until", 2014),
    ):
        assert condition(path, cut), path
    for path, cut in (
        ("shocks.caatsa.value", 2017),
        ("shocks.tourism.value", 2014),
        ("shocks.closeness-2014.value", 2014),
        ("shocks.closeness-2014.at", 2014),
        ("shocks.closeness-2014.until", 2022),
        ("choices.s-400.options.buy.arms.RUS", 2018),
        (RETURN, 1990),
        ("futures.us_retrenches.prior", 1990),
    ):
        assert not condition(path, cut), path


def test_a_late_number_is_late_whether_static_or_the_value_of_an_early_shock(tmp_path):
    """The same number, written as a shock at the start, was known to nobody either."""
    entry = {"at": 2009.0, "path": RETURN, "op": "set", "source": "assumption: a round year"}
    entry |= {"label": "disguise", "value": {"value": 75.0, "source": "S4-trade-usa-2023"}}
    table = tomllib.loads(SCENARIO.read_text(encoding="utf-8"))
    table["shocks"].append(entry)
    file = tmp_path / "disguise.toml"

    def told():
        file.write_text(tomli_w.dumps(table), encoding="utf-8")
        return hindsight(load(file), (), 2014)

    (number,) = told().late
    assert (number.path, number.year) == ("shocks.disguise.value", 2023)
    entry["at"] = 2015.0
    assert not told() and "shocks.disguise" in {each.path for each in told().conditions}


def test_an_assumption_knows_the_facts_that_it_names():
    source = "assumption, knowing S2-arms-share-2000, S4-trade-chn-2023: coded by hand"
    changes = {RETURN: {"value": 36.0, "source": source}}
    (number,) = found(changes).late
    assert number.year == 2023 and not found(changes, cut=2023)
    ours = target("value", "trade:CHN", 0.3, source="S2-arms-share-2000")
    (shared,) = found(changes, [ours]).shared
    assert (shared.path, shared.source) == (RETURN, "S2-arms-share-2000")


def test_a_number_without_a_source_is_known_to_nobody(tmp_path):
    text = SCENARIO.read_text(encoding="utf-8")
    file = tmp_path / "bare.toml"
    file.write_text(text.replace('source = "assumption: made up for tests"\n', "", 1))
    told = hindsight(load(file), (), 2014)
    assert {(each.source, each.year) for each in told.late} == {("", None)}
    assert RETURN in {each.path for each in told.late}
    assert "no source" in told.text() and "of no known date" in told.lines()[0]


def test_a_fitted_target_has_no_later_source():
    """An undated fact is known since its article was published."""
    ours = target("at_least", "arms_stock:RUS", 0.9, (2001, 2012), source="S3-arms-share-undated")
    told = hindsight(load(SCENARIO), [ours], 2014, fitted=[ours])
    (late,) = told.fitted
    assert told and (late.path, late.year) == ("made-up", 2022)
    assert "made-up: 2022  S3-arms-share-undated" in told.text()
    assert "1 fitted target with sources later than 2014" in told.lines()[0]
    assert not hindsight(load(SCENARIO), [ours], 2014), "it is only scored"
    assert not hindsight(load(SCENARIO), [ours], 2022, fitted=[ours])
    bare = target("value", "trade:CHN", 0.3, (2015, 2015))
    assert hindsight(load(SCENARIO), [bare], 2014, fitted=[bare]).fitted[0].year == 2015


def test_a_target_that_shares_a_fact_with_a_number_is_hindsight():
    changes = {RETURN: {"value": 36.0, "source": "S2-arms-share-2000"}}
    ours = target("value", "trade:CHN", 0.3, source="S2-arms-share-2000, S4-trade-usa-2023")
    (shared,) = found(changes, [ours]).shared
    assert (shared.target, shared.path) == ("made-up", RETURN)
    assert shared.source == "S2-arms-share-2000"
    assert not found(changes, [target("value", "trade:CHN", 0.3, source="S4-trade-usa-2023")])


def test_a_condition_may_share_its_date_with_a_target_and_nothing_else():
    ours = target("value", "trade:CHN", 0.3, source="S2-arms-share-2000")
    date = {"shocks.war.at": {"value": 2016.0, "source": "S2-arms-share-2000"}}
    size = {"shocks.war.value": {"value": 0.3, "source": "S2-arms-share-2000"}}
    assert not found(date, [ours])
    (shared,) = found(size, [ours]).shared
    assert shared.path == "shocks.war.value"


@pytest.mark.parametrize(
    ("source", "country", "measure", "hit"),
    [
        ("external: sipri-deliveries-windows, shares", "VNM", "arms_deliveries:RUS", True),
        ("external: sipri-deliveries-2009, shares", "VNM", "arms_deliveries:RUS", True),
        ("external: sipri-deliveries-1999, shares", "VNM", "arms_deliveries:RUS", False),
        ("external: unctad-trade-2005, shares", "VNM", "arms_deliveries:RUS", False),
        ("external: sipri-deliveries-windows, shares", "VNM", "arms_deliveries:USA", False),
        ("external: sipri-deliveries-windows, shares", "IND", "arms_deliveries:RUS", False),
        ("external: Own register, 2001-2006", "VNM", "arms_deliveries:RUS", False),
    ],
)
@pytest.mark.parametrize("path", ["countries.VNM.ties.arms.RUS", "countries.VNM.others.arms"])
def test_a_series_is_shared_by_country_partner_and_years(path, source, country, measure, hit):
    hit = hit or ("others" in path and measure.endswith("USA"))
    changes = {path: {"value": 0.05, "source": source}}
    named = {"source": "external: sipri-deliveries-2009, shares", "country": country}
    ours = target("value", measure, 0.3, years=(2005, 2009), **named)
    assert bool(found(changes, [ours]).shared) == hit


def test_a_series_without_an_entry_is_known_by_its_name():
    changes = {RETURN: {"value": 36.0, "source": "external: My customs-office, 2001–2006"}}
    for source, hit in (
        ("external: my customs office, the mean of 2006 and 2008", True),
        ("external: my customs office, 2007", False),
        ("external: their customs office, 2006", False),
    ):
        assert bool(found(changes, [target("value", "trade:CHN", 0.3, source=source)])) == hit


def test_the_refusal_has_the_whole_list_and_survives_workers():
    changes = {
        RETURN: {"value": 36.0, "source": "S4-trade-chn-2023"},
        "behaviour.security": {"value": 1.0, "source": "S4-trade-chn-2023"},
    }
    told = found(changes, [target("value", "trade:CHN", 0.3, source="S4-trade-chn-2023")])
    with pytest.raises(HindsightError) as caught:
        refuse(told, allow=False)
    for part in ("2014", "2023  S4-trade-chn-2023", RETURN, "behaviour.security", "made-up"):
        assert part in str(caught.value)
    assert refuse(told, allow=True) is told
    both = {"countries.VNM.returns.diplomacy.USA": {"value": 9.0, "source": "S4-trade-chn-2023"}}
    assert "    countries.VNM.returns.diplomacy.{CHN, USA}\n" in found(changes | both).text()
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.hindsight == told


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_what_a_shipped_scenario_knows_of_later_years_is_told(name):
    scenario = load(name)
    years = {each.path: each.year for each in hindsight(scenario, (), 2014).late}
    assert years["events.incident.tilt"] == 2024
    assert years["partners.RUS.visits"] == 2018
    evidence = load_evidence()
    for path, _, source, _ in scenario.provenance():
        cited = classify(source, evidence).facts if source else ()
        later = [f for f in cited if (evidence.facts[f].years or (2099, 2099))[1] > 2014]
        conditional = is_condition(split(path), scenario.resolved, scenario.quantities, 2014)
        assert not later or path in years or conditional, path


@pytest.mark.parametrize(
    ("name", "cut"),
    [("vietnam-2014", 2014), ("asean-2014", 2014), ("vietnam-1996", 1996), ("asean-1996", 1996)],
)
def test_a_scenario_with_a_date_of_knowledge_knows_nothing_later(name, cut):
    told = hindsight(load(name), load_targets(name), cut)
    assert not told, told.text()
    assert {"shocks.caatsa", 'choices."ES-11/1"'} <= {each.path for each in told.conditions}
