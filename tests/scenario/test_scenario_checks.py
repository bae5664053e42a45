"""What a scenario names must be there, and its numbers must hold together."""

import random
import tomllib
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from hedgerow.model.streams import code_of
from hedgerow.scenario import ScenarioError, load
from hedgerow.scenario.checks import codes, covariance
from hedgerow.scenario.checks.report import Report
from hedgerow.scenario.checks.shocks import Dated
from hedgerow.scenario.compile import world
from hedgerow.scenario.quantity import quantity
from hedgerow.scenario.resolve import quantities
from hedgerow.scenario.write import to_toml

SHOCK = '[[shocks]]\nlabel = "{}"\nat = {}\npath = "{}"\nop = "{}"\nvalue = {}\n{}\n'

REFERENCES = [
    ('countries.VNM.rules = ["no_aliance"]', "unknown rule 'no_aliance'", "'no_alliance'?"),
    ('countries.VNM.threat.source = "CHM"', "unknown partner 'CHM'", "'CHN'?"),
    ("countries.VNM.ties.arms.RSU = 0.1", "unknown partner 'RSU'", "'RUS'?"),
    ("countries.VNM.peers.LOA = 0.1", "unknown country 'LOA'", "'LAO'?"),
    ("countries.VNM.peers.VNM = 0.1", "VNM with itself", "another country"),
    ("relations.rivalry.USA.CHM = 1", "unknown partner 'CHM'", "'CHN'?"),
    ("relations.rivalry.USA.USA = 1", "USA with itself", "another partner"),
    ("sanctions.USA.RSU.shield = 1", "unknown partner 'RSU'", "'RUS'?"),
    ("sanctions.USA.USA.shield = 1", "USA cannot sanction the friends of USA", ""),
    ('ensemble.poles = ["USA", "CHM"]', "unknown partner 'CHM'", "'CHN'?"),
    ('ensemble.poles = ["USA", "USA"]', "the two poles are the same", ""),
    ('[partners."A B"]\nname = "x"', "'A B' is not a code", "letters"),
    ("[countries.none]\nname = 'x'", "'none' is not a code", "letters"),
    ('futures.coercion.set = { "partners.RUS.trsut" = 1 }', "not the path of a number", "trust'?"),
    ('futures.coercion.set = { "partners.RUS.need" = 1 }', "a future cannot change", "threat"),
    ("futures.coercion.set = { threat = 1 }", "threat is both set and multiplied", ""),
    ('futures.coercion.set = { "partners.RUS.trust" = 2 }', "out of its range", "0 to 1"),
    (
        "[[embargoes]]\npartner = 'RSU'\ncountries = ['VNM']",
        "unknown partner 'RSU'",
        "'RUS'?",
    ),
    ("[[embargoes]]\npartner = 'RUS'\ncountries = ['VMN']", "unknown country 'VMN'", "'VNM'?"),
    (
        "[[embargoes]]\npartner = 'RUS'\ncountries = ['VNM']\ninstrument = 'armz'",
        "unknown instrument of programmes 'armz'",
        "'arms'?",
    ),
    (SHOCK.format("a", 2005, "partners.RUS.trsut", "set", 1, ""), "not the path", "trust'?"),
    (SHOCK.format("a", 2005, "partners.RSU.trust", "set", 1, ""), "unknown partner", "'RUS'?"),
    (SHOCK.format("a", 2005, "terms.loyalty", "set", 1, ""), "not the path of a number", ""),
    (SHOCK.format("a", 2005, "a..b", "set", 1, ""), "'a..b' is not a path", ""),
    (
        SHOCK.format("a", 2005, "countries.VNM.ties.arms.RUS", "set", 1, ""),
        "no shock can change it",
        "",
    ),
    (SHOCK.format("a", 2005, "instruments.arms.step", "set", 1, ""), "no shock can change", ""),
    (SHOCK.format("a", 2005, "relations.rivalry.USA.USA", "set", 1, ""), "with itself", ""),
    (SHOCK.format("a", 2005, "sanctions.CHN.RUS.shield", "set", 1, ""), "no such sanctions", ""),
    (
        '[expect]\nmeasure = "arms_order:RUS"\ncountry = "VNM"\nyear = 2005\ndirection = "up"',
        "unknown measure 'arms_order'",
        "'arms_orders'?",
    ),
    (
        '[expect]\nmeasure = "arms_orders:RSU"\ncountry = "VNM"\nyear = 2005\ndirection = "up"',
        "unknown partner 'RSU'",
        "'RUS'?",
    ),
    (
        '[expect]\nmeasure = "threat"\ncountry = "VMN"\nyear = 2005\ndirection = "up"',
        "unknown country 'VMN'",
        "'VNM'?",
    ),
    (
        '[expect]\nmeasure = "threat"\ncountry = "VNM"\nyear = 2050\ndirection = "up"',
        "this year lies outside",
        "from 2000 to the end of 2011",
    ),
    ('[sweep.over]\n"partners.RUS.trsut" = [1]', "this path does not exist", "trust'?"),
    (
        'partners.RUS.trust = { value = 1, source = "S9-nothing" }',
        "unknown source 'S9-nothing'",
        "",
    ),
    (
        'partners.RUS.trust = { value = 1, source = "guess" }',
        "unknown source 'guess'",
        "a source is",
    ),
    (
        'countries.VNM.source = "S2-arms-share-2001"\ncountries.VNM.loyalty.USA = 1',
        "unknown source",
        "S2-arms-share-2000",
    ),
    ('events.incident.power = "CHM"', "unknown partner 'CHM'", "'CHN'?"),
    ('events.x = { power = "CHN" }', "the event x has no effect", "incident"),
    ('events.x.effect = "visit"', "the event x has no power", "a partner"),
    ('events.designation.target = "CHN"', "USA has no sanctions against", "[sanctions.USA.CHN]"),
    ('events.incident.target = "RUS"', "an incident has no 'target'", "designation"),
    ("events.incident.pledge = true", "an incident pledges nothing", "an offer"),
    ('events.x = { power = "USA", effect = "offer" }', "an offer without 'offers'", "offers ="),
    (
        'events.x = { power = "USA", effect = "designation" }',
        "a designation without 'target'",
        "target =",
    ),
    ("events.exploration.offers.energie.RUS = 1", "unknown instrument 'energie'", "'energy'?"),
    ("events.exploration.offers.voice.RUS = 1", "nothing moves a position", ""),
    ("partners.CHN.attention = 0", "CHN has events, and no attention", "partners.CHN.attention"),
    ("events.base.offers.defence.USA = 5", "events.base.offers can never be had", "its cap of 1"),
    ('instruments.trade.roles = ["settles"]', "cannot have the role 'settles'", "kind 'steps'"),
    ("instruments.trade.curvature = 3", "trade is of kind 'flow'", "kind 'steps'"),
    ("habits.arms.gravity = 3", "arms is of kind 'programmes'", "kind 'flow'"),
    ('[instruments.cover]\nkind = "steps"', "no instrument can be called 'cover'", "another"),
    ("countries.VNM.records.syria = 'for'", "unknown issue 'syria'", "rights in Syria"),
    ("countries.VNM.records.class.war = 1", "unknown class 'war'", "territorial"),
    ("paths.RSU.market = { 2000 = 0.1 }", "unknown partner 'RSU'", "'RUS'?"),
    (
        "paths.RUS.market = { 1999 = 0.1, 2003 = 0.1 }",
        "the path of RUS ends in 2003, before 2005",
        "every year from 2000 to 2005",
    ),
    (
        "paths.RUS.market = { 2001 = 0.1, 2005 = 0.1 }",
        "the path of RUS begins in 2001, after the start in 2000",
        "every year from 2000 to 2005",
    ),
    (
        "paths.RUS.market = { 2000 = 0.1, 2006 = 0.1 }",
        "the path of RUS reaches to 2006, and the run knows 2005",
        "no share after 2005",
    ),
    (
        'partners.RUS.trust = { value = 1, source = "S0-trust-2019" }',
        "known in 2019, and the run knows 2005",
        "a source of 2005 or before",
    ),
    ('habits = "habits-2041"', "no file of habits is called 'habits-2041'", "habits-2014"),
    (
        "paths.RUS.market = { 2000 = 0.1, 2005 = -0.25 }",
        "-0.25 is out of range",
        "a number from 1e-09 to 1",
    ),
    (
        'partners.RUS.trust = { value = 1, source = "assumption, knowing S2-arms-share-2000" }',
        "incomplete source",
        "the why is missing; write 'assumption, knowing S2-arms-share-2000: why'",
    ),
    ("politics.labels = true", "found true where a number belongs", "of at least 0, or false"),
    ('remove.shocks = ["wra"]', "no label 'wra' to remove", "'war'?"),
    ('remove.choices = ["ES-11"]', "no question 'ES-11' to remove", "'ES-11/1'?"),
]


def test_a_code_with_a_line_break_is_no_code(problems, child):
    found = [problem.message for problem in problems(child('[partners."CHN\\n"]\nname = "x"'))]
    assert "'CHN\n' is not a code" in found


@pytest.mark.parametrize(("text", "told", "expected"), REFERENCES)
def test_references(only, child, text, told, expected):
    found = only(child(text))
    assert told in found and expected in found


SELF = "partners.VNM.name = 'Vietnam'\n"
WITH_ITSELF = (
    "countries.VNM.returns.energy.VNM",
    "countries.VNM.loyalty.VNM",
    "countries.VNM.attention.VNM",
    "countries.VNM.ties.arms.VNM",
    "countries.VNM.stocks.arms.VNM",
    "countries.VNM.tiers.VNM",
    "countries.VNM.peers.VNM",
    "relations.rivalry.VNM.VNM",
)


@pytest.mark.parametrize("path", WITH_ITSELF)
def test_no_path_leads_from_a_country_to_itself(only, child, path):
    for text, place in (
        (SELF + SHOCK.format("a", 2005, path, "set", 1, ""), ":8:8: "),
        (SELF + f'futures.coercion.set = {{ "{path}" = 1 }}', ":5:26: "),
        (SELF + f'[sweep.over]\n"{path}" = [1]', ":6:1: "),
    ):
        told = only(child(text))
        assert f"VNM with itself in '{path}'" in told or f"VNM with itself: '{path}'" in told
        assert place in told
    told = only(child(SELF), {path: 1})
    assert "a number of VNM with itself" in told and f"change {path}=1" in told
    noun = {"peers": "country"}.get(path.split(".")[2], "partner")
    assert f"expected: another {noun}" in told


def test_hints_name_no_path_from_a_country_to_itself(only, child):
    told = only(child(SELF + SHOCK.format("a", 2005, "countries.VNM.loyalty.VMN", "set", 1, "")))
    assert "unknown partner 'VMN'" in told
    told = only(child(SELF + SHOCK.format("a", 2005, "countries.VNM.loyalti.VNM", "set", 1, "")))
    assert "did you mean" in told and "loyalty.VNM'" not in told


def test_a_table_source_that_is_wrong_is_told_once(only, child):
    told = only(child('[partners.RUS]\nsource = "S9-no"\ntrust = 0.5\nwill = 0.5'))
    assert ":5:10:" in told


def test_choices(problems, child):
    found = problems(
        child(
            """[[choices]]
at = 2005
question = "q"
countries = ["VNM", "VNM", "XXX"]
options.a = { energy.USA = 1, cover.US = 1 }

[[choices]]
at = 2005
question = "r"
countries = ["VNM"]
options.a = { energie.USA = 1, offered = "US" }
options.b = { voice.USA = 1, provokes = "storm", risk = 0.5 }
options.c = { provokes = "restriction_CHN" }
"""
        )
    )
    told = "\n".join(map(str, found))
    assert "unknown country 'XXX'" in told and "a country stands here twice" in told
    assert "a choice needs two options or more" in told and "unknown partner 'US'" in told
    assert ":14:15: unknown instrument 'energie'" in told
    assert ":14:42: unknown partner 'US'" in told
    assert "nothing moves a position, and voice is one" in told and "unknown event 'storm'" in told
    assert "an option that may provoke an event says which and how likely" in told


VOTES = [
    ('issue = "x"\nclass = "war"', "unknown class 'war'", "territorial"),
    ('class = "territorial"', "a vote needs an issue", 'issue = "…"'),
    ('issue = "x"', "a vote needs a class", 'class = "…"'),
    ('issue = "x"\nclass = "territorial"\nsubject = "RSU"', "unknown partner 'RSU'", "'RUS'?"),
    ('issue = "x"\nclass = "territorial"\nsponsors = ["US"]', "unknown partner 'US'", "'USA'?"),
    ('issue = "x"\nclass = "territorial"\nvotes.US = "for"', "unknown partner 'US'", "'USA'?"),
    ('issue = "x"\nclass = "territorial"\noptions.a = {}', "no table of options", ""),
]


@pytest.mark.parametrize(("text", "told", "expected"), VOTES)
def test_votes(only, child, text, told, expected):
    head = '[[choices]]\nat = 2005\nquestion = "q"\nkind = "vote"\ncountries = ["VNM"]\n'
    found = only(child(head + text))
    assert told in found and expected in found


def test_what_only_a_vote_has(only, child):
    head = '[[choices]]\nat = 2005\nquestion = "q"\ncountries = ["VNM"]\n'
    told = only(child(head + 'options.a = {}\noptions.b = {}\nsponsors = ["USA"]'))
    assert "'sponsors' belongs to a vote" in told


def test_two_entries_of_one_name(only, child):
    twice = SHOCK.format("a", 2005, "partners.RUS.will", "add", 0.1, "") * 2
    assert "two entries in shocks are called 'a'" in only(child(twice))


def test_dates(problems, child):
    text = (
        SHOCK.format("late", 2030, "partners.RUS.will", "add", 0.1, "")
        + SHOCK.format("back", 2008, "partners.RUS.trust", "add", -0.1, "until = 2007")
        + "[[embargoes]]\npartner = 'CHN'\ncountries = ['VNM']\nfrom = 2020\n"
        + '[[choices]]\nat = 1990\nquestion = "q"\ncountries = ["VNM"]\n'
        + "options.a = {}\noptions.b = {}"
    )
    told = [str(problem) for problem in problems(child(text))]
    assert sum("this date lies outside the scenario" in text for text in told) == 3
    assert sum("ends before it starts" in text for text in told) == 1


def test_time(problems, child, write):
    assert "ends in 1999" in str(problems(child("time.end = 1999"))[0])
    told = "\n".join(map(str, problems(write('schema = 2\ntitle = "x"\n'))))
    assert "missing key 'start'" in told and "missing key 'end'" in told
    assert "a scenario needs a partner" in told and "a scenario needs a country" in told


def test_rivalry_given_both_ways(child, only):
    assert load(child("relations.closeness = { USA.CHN = 0.5, CHN.USA = 0.5 }"))
    told = only(child("relations.closeness = { USA.CHN = 0.5, CHN.USA = 0.4 }"))
    assert "closeness of USA and CHN is given both ways, and not the same" in told


CONTRADICTIONS = [
    (2006, "", 2006, "", "partners.USA.trust", "partners.USA.trust", 0.5, "from the same moment"),
    (2006, "", 2008, "", "partners.USA.trust", "partners.USA.trust", 0.6, "at the same time"),
    (
        2006,
        "until = 2009",
        2008,
        "",
        "partners.USA.trust",
        "partners.USA.trust",
        0.6,
        "at the same",
    ),
    (2006, "", 2008, "", "threat", "countries.VNM.threat.level", 0.6, "at the same time"),
    (2006, "", 2008, "", "behaviour.norm", "countries.LAO.behaviour.norm", 0.6, "at the same time"),
    (2006, "", 2008, "", "relations.closeness.USA.CHN", "relations.closeness.CHN.USA", 0.6, "same"),
]


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_contradictory_shocks(only, child, case):
    first, until, second, until2, path, path2, value, told = case
    text = SHOCK.format("a", first, path, "set", 0.5, until)
    text += SHOCK.format("b", second, path2, "set", value, until2)
    found = only(child(text))
    assert "contradicts the shock 'a'" in found and told in found


def test_shocks_that_agree(child):
    text = SHOCK.format("a", 2003, "partners.USA.trust", "set", 0.5, "until = 2005")
    text += SHOCK.format("b", 2005, "partners.USA.trust", "set", 0.6, "until = 2007")
    text += SHOCK.format("c", 2006, "partners.USA.will", "set", 0.6, "")
    text += SHOCK.format("d", 2007, "partners.USA.trust", "set", 0.1, "")
    text += SHOCK.format("e", 2008, "partners.USA.trust", "set", 0.1, "")
    assert len(load(child(text)).resolved["shocks"]) == 8


RANGES = [
    ("partners.USA.trust", "set", 1.5, "sets partners.USA.trust out of its range"),
    ("partners.USA.trust", "add", 0.4, "to 1.1"),
    ("partners.USA.trust", "multiply", 1.6, "to 1.12"),
    ("relations.rivalry.USA.CHN", "add", -3.5, "to -2.5"),
    ("relations.rivalry.USA.CHN", "multiply", -1, "to -1"),
    ("partners.USA.will", "multiply", "{ dist = 'half_normal', sd = 1 }", "to any height"),
]


@pytest.mark.parametrize(("path", "op", "value", "told"), RANGES)
def test_shocks_out_of_range(only, child, path, op, value, told):
    assert told in only(child(SHOCK.format("a", 2006, path, op, value, "")))


def test_shocks_that_add_up_to_too_much(only, child):
    text = SHOCK.format("a", 2003, "partners.USA.trust", "add", 0.2, "until = 2006")
    apart = SHOCK.format("b", 2006, "partners.USA.trust", "add", 0.2, "")
    assert load(child(text + apart))
    together = SHOCK.format("b", 2005, "partners.USA.trust", "add", 0.2, "")
    assert "takes partners.USA.trust out of its range, to 1.1" in only(child(text + together))


CORRELATED = "[partners.USA]\nvolatility = 1\n[relations.correlation]\n"


def test_covariance(only, child):
    told = only(child(CORRELATED + "RUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = -0.9"))
    assert "not positive semi-definite" in told
    assert any(f":{line}:11: " in told for line in (7, 8, 9))
    # a partner that never fails does not matter
    assert load(child("[relations.correlation]\nRUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = -0.9"))


def test_covariance_at_the_ends_of_priors(only, child):
    wide = "{ dist = 'uniform', low = -0.9, high = 0.9 }"
    told = only(child(CORRELATED + f"RUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = {wide}"))
    assert "not positive semi-definite" in told
    narrow = "{ dist = 'uniform', low = 0.7, high = 0.9 }"
    assert load(child(CORRELATED + f"RUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = {narrow}"))


def test_covariance_after_shocks(only, child):
    calm = CORRELATED + "RUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = 0.9\n"
    flip = SHOCK.format("flip", 2005, "relations.correlation.CHN.USA", "multiply", -1, "")
    told = only(child(calm + flip))
    assert "after this shock the covariance" in told
    quiet = "[relations.correlation]\nRUS.CHN = 0.9\nRUS.USA = 0.9\nUSA.CHN = -0.9\n"
    wake = SHOCK.format("wake", 2005, "partners.USA.volatility", "set", 1, "")
    assert "after this shock the covariance" in only(child(quiet + wake))
    step = "[partners.USA]\nvolatility = 1\n[relations.correlation]\nRUS.CHN = 0.5\n"
    one = SHOCK.format("one", 2004, "relations.correlation.RUS.USA", "set", 0.8, "")
    two = SHOCK.format("two", 2006, "relations.correlation.CHN.USA", "set", -0.5, "")
    assert load(child(step + one)) and load(child(step + two))
    assert "after this shock" in only(child(step + one + two))


def test_smallest_eigenvalue_over_a_box():
    rng = np.random.default_rng(1)
    for _ in range(20):
        size = 6
        middle = np.corrcoef(rng.normal(size=(size, 9)))
        half = np.triu(rng.uniform(0, 0.2, (size, size)), 1)
        half += half.T
        low, high = middle - half, middle + half
        found, _ = covariance._smallest(low, high)
        inside = [np.linalg.eigvalsh(middle + half * symmetric(rng, size))[0] for _ in range(300)]
        assert found <= min(inside) + 1e-12


def symmetric(rng, size):
    upper = np.triu(rng.choice([-1.0, 1.0], (size, size)), 1)
    return upper + upper.T


def test_ties(only, child):
    assert "the tie (2.5) is above the cap of energy" in only(
        child("countries.VNM.ties.energy.USA = 2.5")
    )
    prior = "{ dist = 'uniform', low = 0, high = 3 }"
    told = only(child(f"countries.VNM.ties.energy.USA = {prior}"))
    assert "a prior up to 3" in told and "at most 1" in told
    told = only(child("countries.VNM.ties.arms = { USA = 0.2, RUS = 0.9 }"))
    assert "the shares of arms add up to 1.1, more than the whole" in told
    told = only(child("countries.VNM.ties.trade = { USA = 0.8, RUS = 0.7 }"))
    assert "the squares of ties of trade add up to 1.19" in told


def test_a_product_may_be_least_or_most_at_any_two_ends():
    value = quantity({"dist": "uniform", "low": -3.0, "high": 1.0})
    shock = Dated("a", "x", "multiply", value, (0.0, 0.0), (1.0, 1.0), comes=True)
    assert shock.apply((-1.0, 2.0)) == (-6.0, 3.0)
    assert shock.apply((1.0, 2.0)) == (-6.0, 2.0)
    assert shock.apply((0.5, 0.5), surely=False) == (-1.5, 0.5)


CHOICE = 'choices = [{ at = 2005, question = "q", countries = ["LAO"], '
WARNINGS = [
    ("countries.VNM.ties.energy.USA = 1.0", "cannot grow from the start: USA 1 (its cap of 1)"),
    ("countries.VNM.ties.defence.RUS = 0.5", "RUS 0.5 (the 0.5 that rule no_alliance allows)"),
    (
        "countries.VNM.ties.defence.RUS = 0.5\nrules.loose.tie_max.defence = 1.0\n"
        "countries.VNM.rules = ['no_alliance', 'loose']",
        "RUS 0.5 (the 0.5 that rule no_alliance allows)",
    ),
    ("instruments.defence.cap = 0.9", "the cap 0.9 is no multiple of the step 0.25"),
    ("instruments.defence.curvature = 0", "nothing holds ties of defence"),
    (
        "countries.LAO.ties.energy.RUS = 0.75\nevents.exploration.offers.energy.RUS = 2",
        "LAO: energy with RUS starts at 0.75, and 2 steps more pass its cap of 1",
    ),
    ("partners.RSU.trust = 0.5", "'RSU' is new here"),
    ("partners.RUS.capacity.arms = 1e300", "very large: 1e+300\n    partners.RUS.capacity.arms"),
    ("countries.VNM.returns.energy.RUS = -7000", "very large: 7000"),
    ("relations.rivalry.USA.CHN = { dist = 'half_normal', sd = 1e5 }", "the default is 0"),
    (
        "shocks = [{ at = 2005, path = 'partners.RUS.need', op = 'set', value = 1e6 }]",
        "large: 1e+06",
    ),
    (
        'events.strike = { power = "USA", effect = "incident", rate = 0.1 }',
        "the event strike never happens: USA is no country's threat",
    ),
    (
        CHOICE + 'kind = "offer", options = { a = { energy.USA = 1 }, b = {} } }]',
        "no option says by whom it is 'offered'",
    ),
    (
        CHOICE + 'options = { a = { energy.RUS = 1, offered = "USA" }, b = {} } }]',
        "USA offers 'a', and no tie with USA is deepened by it",
    ),
]


@pytest.mark.parametrize(("text", "told"), WARNINGS)
def test_warnings(child, text, told):
    path = child(text)
    (warning,) = (found for found in load(path).warnings if found.severity == "warning")
    assert told in str(warning) and str(warning).startswith((f"{path}:4:", f"{path}:5:"))


PROVOKED = """
events.strike = { power = "USA", effect = "incident", rate = 0.1 }
[[choices]]
at = 2005
question = "q"
countries = ["LAO"]
options.a = { provokes = "strike", risk = 0.5 }
options.b = {}
"""


def test_an_incident_that_an_option_provokes_can_happen(child):
    assert not [found for found in load(child(PROVOKED)).warnings if found.severity == "warning"]


def test_rounding_is_a_note(child):
    path = child("countries.VNM.ties.energy.USA = 0.3")
    (note,) = (found for found in load(path).warnings if found.file == str(path))
    assert note.severity == "note" and str(note).startswith(f"{path}:4:33: note: ")
    assert "USA 0.3 → 0.25: no multiples of the step 0.25" in str(note)


def test_codes_that_collide(small, monkeypatch):
    monkeypatch.setattr(codes, "code_of", lambda text: code_of(text) % 8)
    report = Report(small.merged)
    codes.check(report, small.resolved, quantities(small.resolved))
    assert "would draw the same random numbers" in str(report.problems[0])


JUNK = (
    *(-1, 1e9, "x", True, 0, 2005, float("nan"), "a.b"),
    *([], {}, [1], [{}], ["x"], {"a": 1}, {"value": 1}, {"value": {"x": 1}}),
    {"dist": "uniform", "low": 0, "high": 0.5},
)


def paths(node, path=()):
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


@pytest.mark.parametrize("seed", range(40))
def test_junk_anywhere_is_an_error_or_a_scenario(write, seed):
    chance = random.Random(seed)
    document = tomllib.loads((Path(__file__).parent / "small.toml").read_text(encoding="utf-8"))
    broken = deepcopy(document)
    node, path = broken, chance.choice(list(paths(document)))
    for part in path[:-1]:
        node = node[part]
    if chance.random() < 0.2:
        del node[path[-1]]
    else:
        node[path[-1]] = chance.choice(JUNK)
    file = write(to_toml(broken))
    try:
        scenario = load(file)
    except ScenarioError as error:
        assert all(problem.line and problem.file == str(file) for problem in error.problems)
    else:
        world(scenario, np.arange(2, dtype=np.uint64), 1)
