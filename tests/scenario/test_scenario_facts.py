"""Facts of one's own: cited like those of the articles, and kept with the scenario."""

import re
from pathlib import Path

import pytest

from hedgerow.scenario import load

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "scenario-format.md"
FACTS = next(
    text
    for text in re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    if "[article]" in text
)
"""The example of the docs."""

SCENARIO = """schema = 2
title = "One country between three powers"
facts = "facts.toml"
[time]
start = 2000
end = 2002
[ensemble]
poles = ["USA", "CHN"]
[instruments]
trade = { kind = "flow", step = 0.05, salience = 0.5, source = "convention" }
[partners]
USA.name = "United States"
CHN.name = "China"
RUS.name = "Russia"
[countries.KAZ]
loyalty = { CHN = 1.0, USA = 1.0 }
ties.trade.RUS = { value = 0.447, source = "from fact: KZ-trade-rus-2019; sqrt(value)" }
source = "assumption"
"""


@pytest.fixture
def scenario(write):
    write(FACTS, "facts.toml")
    return write(SCENARIO)


def label(path, number="countries.KAZ.ties.trade.RUS"):
    return next(row.kind for row in load(path).provenance() if row.path == number)


def test_a_number_follows_from_a_fact_of_ones_own(scenario):
    assert label(scenario) == "from fact"
    assert not [text for text in map(str, load(scenario).warnings) if "assumption" in text]


def test_the_resolved_scenario_holds_its_facts(scenario, tmp_path):
    whole = load(scenario)
    elsewhere = tmp_path / "elsewhere" / "scenario.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(whole.to_toml(), encoding="utf-8")
    again = load(elsewhere)
    assert again.sha256 == whole.sha256 and again.provenance() == whole.provenance()


def test_a_child_inherits_facts_and_adds_its_own(scenario, write):
    write(FACTS.replace("KZ", "UZ").replace("KAZ", "UZB"), "more.toml")
    child = write(
        f"schema = 2\ntitle = 'x'\nextends = '{scenario}'\nfacts = ['more.toml']\n"
        "[countries.KAZ.loyalty]\nRUS = { value = 5, source = 'UZ-trade-rus-2019' }",
        "child.toml",
    )
    assert label(child) == "from fact"
    assert label(child, "countries.KAZ.loyalty.RUS") == "assumption"  # it speaks of UZB
    (told,) = [text for text in map(str, load(child).warnings) if "UZB and RUS" in text]
    assert told.startswith(f"{child}:6:")


def test_external_sources_of_ones_own(scenario, write):
    entry = (
        "[[external]]\nid = 'my-register-2019'\nname = 'A register'\ntable = 'a table'\n"
        "vintage = 'July 2020'\nread = '2020-08'\nderivation = 'as it stands'\nas_of = 2019\n"
    )
    write(FACTS + entry, "facts.toml")
    text = SCENARIO.replace(
        "from fact: KZ-trade-rus-2019; sqrt(value)", "external: my-register-2019"
    )
    assert label(write(text)) == "external"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("facts.toml", "none.toml", "no such file"),
        ('id = "KZ"', 'id = "S1"', "S1"),
        ('coded = "stated"', 'coded = "sure"', "unknown coding 'sure'"),
        ("[[facts]]", "[[fact]]", "missing key 'facts'"),
        ("line = 12", "line = 0", "line must be a whole number"),
        ("[article]", "[article", "not TOML"),
    ],
)
def test_what_is_wrong_with_facts_is_told_where_they_are_named(write, problems, old, new, told):
    write(FACTS.replace(old, new), "facts.toml")
    path = write(SCENARIO.replace(old, new))
    texts = [str(problem) for problem in problems(path)]
    assert any(text.startswith(f"{path}:3:") and told in text for text in texts), texts
