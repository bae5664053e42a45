"""Sources in files of one's own: what does not bear on a number is told, with its line."""

from collections import Counter

import numpy as np
import pytest

import hedgerow
from hedgerow.cli.main import main
from hedgerow.scenario import load
from hedgerow.scenario.draws import to_bytes

KAZAKH = """schema = 2
title = "One country between two powers"
[time]
start = 2000
end = 2002
[ensemble]
poles = ["USA", "CHN"]
[instruments]
trade = { kind = "flow", step = 0.05, salience = 0.5, source = "convention" }
arms.kind = "programmes"
[partners]
USA.name = "United States"
CHN.name = "China"
RUS.trust = { value = 0.8, source = "S3-eurasian-pivot-2022" }
[countries.KAZ.loyalty]
CHN = { value = 1.0, source = "assumption" }
USA = { value = 1.0, source = "assumption" }
RUS = { value = 2.0, source = "S1-trade-2017" }
"""


def kinds(path):
    return {row.path: row.kind for row in load(path).provenance()}


def line_of(path, text):
    """The first line of a file that has a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if text in line)


def source_warnings(path):
    return [str(each) for each in load(path).warnings if "assumption" in str(each)]


def test_a_fact_about_vietnam_supports_no_number_of_kazakhstan(write, capsys):
    path = write(KAZAKH)
    (text,) = source_warnings(path)
    assert text.startswith(f"{path}:{line_of(path, 'S1-trade-2017')}:")
    assert "S1-trade-2017 speaks of RUS and VNM, not of KAZ" in text
    assert "cite a fact" in text
    found = kinds(path)
    assert found["countries.KAZ.loyalty.RUS"] == "assumption"
    assert found["partners.RUS.trust"] == "sign from fact"  # of Russia and all
    assert main(["check", str(path)]) == 0
    capsys.readouterr()
    assert main(["check", "--strict", str(path)]) == 2
    assert "1 warning" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "cited", "told"),
    [
        ("[behaviour]\nnorm = { value = 3, source = 'S3-risk-2022' }", "S3-risk", "not of KAZ"),
        ("[rules.r]\nsource = 'S3-four-nos-2022'\ntier_max = 3", "S3-four-nos", "not of KAZ"),
        (
            "[[embargoes]]\npartner = 'USA'\ncountries = ['KAZ']\nuntil = 2001\n"
            "source = 'S3-embargo-lifted-2016'",
            "S3-embargo",
            "not of KAZ and USA",
        ),
        (
            "[[choices]]\nquestion = 'q'\nat = 2001\ncountries = ['KAZ']\n"
            "source = 'S2-vote-war-2022'\noptions.a = { }\noptions.b = { }",
            "S2-vote-war",
            "not of KAZ",
        ),
        (
            "[[shocks]]\nat = 2001\npath = 'countries.KAZ.loyalty.RUS'\nop = 'set'\n"
            "value = { value = 1, source = 'S1-trade-2017' }\nsource = 'assumption'",
            "S1-trade-2017",
            "not of KAZ and RUS",
        ),
        (
            "[[shocks]]\nat = 2001\npath = 'partners.RUS.trust'\nop = 'set'\n"
            "value = { value = 1, source = 'S3-eurasian-pivot-2022' }",
            "value = 1, source = 'S3-eurasian-pivot-2022'",
            "2001 is no date of its source: S3-eurasian-pivot-2022 is of 2022",
        ),
    ],
)
def test_wherever_the_number_stands(write, text, cited, told):
    good = KAZAKH.replace("S1-trade-2017", "assumption")
    if "[rules.r]" in text:
        text += "\n[countries.KAZ]\nrules = ['r']\n"
    path = write(good + text)
    (found,) = source_warnings(path)
    assert found.startswith(f"{path}:{line_of(path, cited)}:") and told in found


def test_a_rule_that_does_not_hold_is_an_error_with_its_line(write, only):
    path = write(
        KAZAKH.replace("KAZ", "VNM")
        .replace("0.8", "0.96")
        .replace("S3-eurasian-pivot-2022", "from fact: S2-arms-share-2000; value")
    )
    text = only(path)
    assert text.startswith(f"{path}:{line_of(path, 'from fact')}:")
    assert "the rule 'value' gives 0.97, not 0.96" in text


def test_a_fact_of_one_country_supports_no_number_that_powers_have_for_all(write):
    for table in ("RUS.trust", "RUS.visits", "RUS.need"):
        text = KAZAKH.replace("RUS.trust", table).replace("S1-trade-2017", "assumption")
        path = write(text.replace("S3-eurasian-pivot-2022", "S0-trust-2019"))
        (told,) = source_warnings(path)
        assert "S0-trust-2019 speaks of VNM and RUS, not of KAZ and RUS" in told
    both = KAZAKH.replace("S1-trade-2017", "assumption").replace(
        "S3-eurasian-pivot-2022", "S0-trust-2019"
    )
    both += "[countries.VNM.loyalty]\nRUS = { value = 9.0, source = 'assumption' }\n"
    (told,) = source_warnings(write(both))
    assert "no fact here speaks of KAZ and RUS" in told
    sanctions = "[sanctions.USA.RUS]\nshield = { value = 0.1, source = '%s' }\n"
    good = KAZAKH.replace("S1-trade-2017", "assumption")
    (told,) = source_warnings(write(good + sanctions % "S3-caatsa-remote-2022"))
    assert "not of KAZ and RUS and USA" in told
    assert not source_warnings(write(good + sanctions % "S3-caatsa-2017"))  # of both powers


def test_an_option_has_no_source_of_its_own(child, problems):
    """It was taken for an option, and ended in a fault."""
    text = (
        "[[choices]]\nquestion = 'q'\nat = 2001\ncountries = ['VNM']\n"
        "options.source = 'assumption'\n"
        "options.a = { energy.RUS = 1, energy.source = 'assumption' }\noptions.b = { }"
    )
    found = [str(problem) for problem in problems(child(text))]
    assert len(found) == 2 and all("assumption" in each for each in found)


def test_single_numbers_of_an_entry_have_their_own_source(child, only):
    text = (
        "[[choices]]\nquestion = 'q'\nat = 2001\ncountries = ['VNM']\nsource = 'convention'\n"
        "sources.options = 'assumption: ours'\noptions.a = { energy.RUS = 1 }\noptions.b = { }"
    )
    rows = {row.path: row for row in load(child(text)).provenance()}
    assert rows["choices.q.at"].source == "convention"
    assert rows["choices.q.options.a.energy.RUS"].source == "assumption: ours"
    assert "unknown source 'asumption'" in only(
        child(text.replace("assumption: ours", "asumption"))
    )
    assert "unknown key 'cost'" in only(child(text.replace("sources.options", "sources.cost")))


def test_what_a_child_writes_of_an_entry_is_told_where_the_child_has_it(write, only):
    shock = (
        "[[shocks]]\nlabel = 's'\nat = 2001\npath = 'partners.RUS.trust'\nop = 'set'\nvalue = 1\n"
    )
    parent = write("source = 'assumption: all of it'\n" + KAZAKH + shock, "parent.toml")
    text = f"schema = 2\ntitle = 'C'\nextends = '{parent}'\n{shock}source = 'asumption'\n"
    path = write(text, "child.toml")
    assert only(path).startswith(f"{path}:{line_of(path, 'asumption')}:")


def test_what_a_child_writes_of_a_rule_does_not_take_the_parents_source(write):
    parent = (
        KAZAKH + "[countries.KAZ]\nrules = ['r']\n[rules.r]\nsource = 'convention: a parent'\n"
        "tier_max = 3\ntilt_max = 1.0\n"
    )
    write(parent, "parent.toml")
    head = "schema = 2\ntitle = 'x'\nextends = 'parent.toml'\n[rules.r]\ntier_max = 4\n"
    bare = {row.path: row for row in load(write(head)).provenance()}
    assert bare["rules.r.tier_max"].kind == "missing"
    assert bare["rules.r.tilt_max"].source == "convention: a parent"
    own = {row.path: row for row in load(write(head + "source = 'assumption'")).provenance()}
    assert own["rules.r.tier_max"].source == "assumption"
    assert own["rules.r.tilt_max"].source == "convention: a parent"


def test_what_is_set_by_hand_does_not_keep_its_fact():
    changes = {
        "rules.no_alliance.tier_max": 4,
        "choices.cyber.at": 2019.5,
        "choices.cyber.options.sign.defence.RUS": 2,
        "embargoes.us-arms.until": 2010,
        "shocks.standoff.at": 2018.0,
    }
    before = {row.path: row for row in load("vietnam").provenance()}
    after = {row.path: row for row in load("vietnam", changes).provenance()}
    assert {after[path].source for path in changes} == {"assumption: set by hand"}
    assert {after[path].kind for path in changes} == {"assumption"}
    for warnings in (load("vietnam", changes).warnings, load("vietnam").warnings):
        assert {warning.severity for warning in warnings} <= {"note"}
    kept = ("rules.no_alliance.tie_max.defence", "choices.s-400.at", "shocks.standoff.until")
    assert all(after[path] == before[path] for path in kept)


def test_sources_of_single_numbers_survive_resolution(write):
    scenario = load("vietnam")
    again = load(write(scenario.to_toml()))
    assert again.provenance() == scenario.provenance() and again.sha256 == scenario.sha256


def test_what_a_file_of_draws_gives_is_estimated(tmp_path):
    numbers = load("vietnam").quantities
    drawn = ("partners.RUS.trust", "behaviour.security")
    columns = {path: np.full(3, numbers[path].value) for path in drawn}
    file = tmp_path / "draws.parquet"
    file.write_bytes(to_bytes(columns, numbers))
    before = Counter(row.kind for row in load("vietnam").provenance())
    rows = load("vietnam", {"parameters": str(file)}).provenance()
    mine = [row.path for row in rows if row.source.startswith("estimated: draws of")]
    assert sorted(mine) == sorted(drawn)
    assert "S0-trust-2019" in next(row.source for row in rows if row.path == drawn[0])
    assert Counter(row.kind for row in rows)["sign from fact"] == before["sign from fact"] - 2


def test_a_probability_of_one_is_a_default(child):
    text = (
        "[[shocks]]\nlabel = 'a'\nat = 2005\npath = 'partners.RUS.will'\nop = 'set'\n"
        "value = 0.5\nsource = 'convention'"
    )
    assert kinds(child(text))["shocks.a.probability"] == "default"
    rare = kinds(child(text + "\nprobability = 0.5"))
    assert rare["shocks.a.probability"] == "convention"


def test_the_public_function_says_which_numbers_draws_replace(tmp_path):
    vietnam = hedgerow.load("vietnam")
    paths = ("behaviour.security", "partners.RUS.trust")
    file = tmp_path / "drawn.parquet"
    values = {path: np.full(4, vietnam.quantities[path].value) for path in paths}
    file.write_bytes(to_bytes(values, vietnam.quantities))
    scenario = vietnam.replace({"parameters": str(file)})
    estimated = [row for row in scenario.provenance() if row.source.startswith("estimated: draws")]
    assert sorted(row.path for row in estimated) == sorted(paths)
    assert all(row.source.startswith("estimated: draws of") for row in estimated)
