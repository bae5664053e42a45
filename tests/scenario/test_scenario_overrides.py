"""``--set path=value``."""

import pytest

from hedgerow.scenario import ScenarioError
from hedgerow.scenario.keys import join, split
from hedgerow.scenario.overrides import parse_set

SMALL = __file__.replace("test_scenario_overrides.py", "small.toml")


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a.b=1", "a.b", 1),
        (" a.b = 0.5 ", "a.b", 0.5),
        ("a=false", "a", False),
        ("a=word", "a", "word"),
        ('a="two words"', "a", "two words"),
        ('a=["x", "y"]', "a", ["x", "y"]),
        ('a={ dist = "half_normal", sd = 1 }', "a", {"dist": "half_normal", "sd": 1}),
        ("a=x=y", "a", "x=y"),
    ],
)
def test_parse(text, path, value):
    assert parse_set(text) == (path, value)


@pytest.mark.parametrize("text", ["a.b", "=1", "a=", ""])
def test_parse_nonsense(text):
    with pytest.raises(ScenarioError, match="this is not path=value"):
        parse_set(text)


def test_dotted_keys():
    for parts in (("a", "b"), ("shocks", "war in Ukraine", "value"), ('q"\\', "é"), ("a.b",)):
        assert split(join(parts)) == parts
    assert split("a . 'b.c'.\"d\"") == ("a", "b.c", "d")
    for wrong in ("", "a..b", ".a", "a.", '"open', "a b"):
        with pytest.raises(ValueError, match="is not a dotted path"):
            split(wrong)


def test_everything_that_can_be_set(small):
    changed = small.replace(
        {
            "partners.RUS.trust": 0.1,
            "partners.RUS.tolerance": 0.2,  # a default
            "relations.rivalry.CHN.RUS": 0.3,
            "relations.rivalry.USA.RUS": 0.4,  # in the other order of the file
            "countries.VNM.behaviour.norm": {"dist": "half_normal", "sd": 1.0},
            "behaviour.peers": 0.5,
            "countries.VNM.rules": ["no_force"],
            "countries.VNM.strategy": "quantal",
            "countries.VNM.threat.source": "none",
            "terms.loyalty": False,
            "processes.visits": False,
            "time.end": 2010,
            "ensemble.level": 1,
            "ensemble.poles": ["RUS", "USA"],
            "rules.no_alliance.tier_max": 4,
            "rules.no_alliance.tie_max.arms": 1.0,
            "futures.coercion.multiply.threat": 3.0,
            'futures.russia_sides.set."partners.RUS.trust"': 0.1,
            "sanctions.USA.RUS.shield": 0.25,
            "politics.arms": False,
            "habit.arms": "flat",
            "knowledge.until": 2009,
            "labels.names": ["a", "b", "c", "d", "e"],
            "instruments.energy.roles": ["denies"],
            "events.incident.rate": 0.7,
            "events.exploration.offers.energy.RUS": 2,
            "countries.VNM.records.ukraine": "for",
            "countries.VNM.records.class.territorial": -0.5,
            "countries.VNM.returns.energy.RUS": 20.0,
            "behaviour.protection.energy": 0.6,
            "paths.RUS.market": {"2000": 0.01, "2009": 0.02},
            "paths.CHN.market": {"2000": 0.01, "2009": 0.02},
            "shocks.war.value": 0.3,
            "shocks.war.at": 2004.5,
            "shocks.relations-rivalry-CHN-USA-2007.probability": 0.5,
            'choices."ES-11/1".at': 2006,
            'choices."ES-11/1".votes.CHN': "against",
            'choices."ES-11/1".sponsors': ["USA", "CHN"],
            "choices.port.options.open.energy.RUS": 1,
            "choices.port.options.open.cover.CHN": -0.5,
            "choices.port.options.open.risk": 0.1,
            "embargoes.USA-arms.until": 2005,
        }
    )
    numbers, resolved = changed.quantities, changed.resolved
    assert numbers["partners.RUS.trust"].value == 0.1
    assert numbers["partners.RUS.trust"].source == "assumption: set by hand"
    assert numbers["relations.rivalry.RUS.USA"].value == 0.4
    assert numbers["countries.VNM.behaviour.norm"].is_prior
    assert numbers["futures.coercion.multiply.threat"].value == 3.0
    assert numbers['futures.russia_sides.set."partners.RUS.trust"'].value == 0.1
    assert numbers["shocks.war.value"].source == "assumption: set by hand"
    assert numbers["shocks.war.at"].value == 2004.5
    assert numbers["shocks.war.until"].value == 2009.5
    assert resolved["countries"]["VNM"]["rules"] == ["no_force"]
    assert resolved["terms"]["loyalty"] is False and changed.level == 1
    assert changed.poles == ("RUS", "USA")
    assert resolved["choices"]["ES-11/1"]["votes"]["CHN"] == "against"
    assert resolved["choices"]["ES-11/1"]["sponsors"] == ["CHN", "USA"]
    option = resolved["choices"]["port"]["options"]["open"]
    assert option["energy"] == {"RUS": 1} and option["risk"] == 0.1
    assert option["cover"] == {"RUS": 1.0, "CHN": -0.5}
    assert numbers["politics.arms"].value == 0.0 and resolved["habit"]["arms"] == "flat"
    assert numbers["behaviour.protection.energy"].value == 0.6
    assert numbers["countries.VNM.returns.energy.RUS"].value == 20.0
    assert resolved["countries"]["VNM"]["records"]["ukraine"] == "for"
    assert resolved["countries"]["VNM"]["records"]["class"] == {"territorial": -0.5}
    assert resolved["events"]["exploration"]["offers"] == {"energy": {"RUS": 2}}
    assert changed.until == 2009 and changed.rungs == ("a", "b", "c", "d", "e")
    assert resolved["rules"]["no_alliance"]["tie_max"] == {"defence": 0.5, "arms": 1.0}
    assert resolved["embargoes"]["USA-arms"]["until"] == 2005
    assert small.quantities["partners.RUS.trust"].value == 0.8  # the old one is as it was


def test_replace_twice(small):
    twice = small.replace({"partners.RUS.trust": 0.1}).replace({"partners.RUS.will": 0.2})
    assert twice.quantities["partners.RUS.trust"].value == 0.1
    assert twice.quantities["partners.RUS.will"].value == 0.2


WRONG = [
    ({"partners.RUS.trsut": 1}, "this path does not exist", "'partners.RUS.trust'?"),
    ({"partners.RSU.trust": 1}, "unknown partner 'RSU'", "'RUS'?"),
    ({"partners.RUS": 1}, "this path does not exist", ""),
    ({"partners": 1}, "this path does not exist", ""),
    ({"countries.VMN.others.arms": 1}, "unknown country 'VMN'", "'VNM'?"),
    ({"countries.VNM.ties.armz.RUS": 1}, "unknown instrument 'armz'", "'arms'?"),
    ({"futures.coersion.prior": 1}, "unknown future 'coersion'", "'coercion'?"),
    ({"sanctions.CHN.RUS.shield": 1}, "no such sanctions", "sanctions.USA.RUS"),
    ({"relations.rivalry.USA.XXX": 1}, "unknown partner 'XXX'", ""),
    ({"relations.rivalry.USA.USA": 1}, "USA with itself", ""),
    ({"terms.loyal": False}, "this path does not exist", "'terms.loyalty'?"),
    ({"rules.no_war.tier_max": 1}, "this path does not exist", ""),
    ({"shocks.wra.value": 1}, "no entry of shocks is called 'wra'", "'war'?"),
    ({"shocks.war.vlaue": 1}, "shocks.war has no key 'vlaue'", "'value'?"),
    ({"shocks.war.label": "x"}, "shocks.war has no key 'label'", ""),
    ({"shocks.war": 1}, "has no key ''", ""),
    ({"shocks.war.value.low": 1}, "this path does not exist", "shocks.war.value"),
    ({"choices.port.options.opne.risk": 1}, "no option 'opne'", "'open'?"),
    ({"choices.port.options.open": 1}, "this is a table", ""),
    ({"choices.port.options.open.energie.RUS": 1}, "unknown instrument 'energie'", "'energy'?"),
    ({"choices.port.options.open.energy.RSU": 1}, "unknown partner 'RSU'", "'RUS'?"),
    ({"choices.port.options.open.energy.RUS": 0.5}, "0.5 is not a whole number", ""),
    ({'choices."ES-11/1".options.for.risk': 1}, "has no key 'options'", "votes"),
    ({'choices."ES-11/1".votes.RSU': "for"}, "unknown partner 'RSU'", "'RUS'?"),
    ({'choices."ES-11/1".votes.RUS': "maybe"}, "is not allowed here", "abstain"),
    ({"politics.arm": 1}, "this path does not exist", "'politics.arms'?"),
    ({"politics.arms": -1}, "-1 is out of range", "at least 0"),
    ({"events.incidnet.rate": 1}, "unknown event 'incidnet'", "'incident'?"),
    ({"habits.votes.class.war": 1}, "unknown class of resolutions 'war'", "territorial"),
    ({"countries.VNM.returns.trade.RUS": 1}, "trade is of kind 'flow'", ""),
    ({"a..b": 1}, "this is not a path", ""),
    ({"title": "x"}, "this path does not exist", ""),
    ({"ensemble.runs": 0}, "0 is out of range", "at least 1"),
    ({"ensemble.runs": -5}, "-5 is out of range", "at least 1"),
    ({"partners.RUS.trust": 2}, "2 is out of range", "a number from 0 to 1"),
    ({"partners.RUS.trust": "high"}, 'the text "high" where a number', "a number from 0 to 1"),
    ({"partners.RUS.trust": float("nan")}, "nan is not a finite number", ""),
    ({"partners.RUS.trust": float("inf")}, "inf is not a finite number", ""),
    ({"partners.RUS.trust": {"dist": "uniform", "low": 0}}, "prior uniform without high", ""),
    ({"partners.RUS.trust": True}, "found true where a number belongs", ""),
    ({"terms.loyalty": 1}, "found the number 1", "true or false"),
    ({"countries.VNM.rules": ["x"]}, "unknown rule 'x'", "no_alliance"),
    ({"countries.VNM.ties.energy.RUS": 3.0}, "above the cap", "at most 1"),
    ({"countries.VNM.ties.arms.RUS": 3.0}, "more than the whole", "at most 1 in all"),
    ({"shocks.war.at": 2050}, "this date lies outside the scenario", ""),
    ({"shocks.war.value": -1}, "out of its range", ""),
]


@pytest.mark.parametrize(("change", "told", "expected"), WRONG)
def test_wrong(only, change, told, expected):
    found = only(SMALL, change)
    assert told in found and expected in found
    assert found.startswith(f"change {next(iter(change))}=")


def test_all_at_once(problems):
    found = problems(SMALL, {"partners.RUS.trust": 2, "partners.RUS.trsut": 1, "shocks.w.at": 1})
    assert len(found) == 3
