"""``hedgerow check``, and every scenario file that must be refused, by ``check`` and by ``run``."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from hedgerow.files import folder

FILES = sorted(folder("scenarios").glob("*.toml"))

BAD = {
    "unknown key": ("[time]\nending = 2035", ["'ending'", "did you mean 'end'"]),
    "unknown section": ("[tiem]\nend = 2030", ["'tiem'", "did you mean 'time'"]),
    "wrong type": ('[partners.RUS]\ntrust = "high"', ['"high"', "a number from 0 to 1"]),
    "a text for a year": ('[time]\nend = "2030"', ['"2030"', "whole number"]),
    "out of range": ("[partners.RUS]\ntrust = 1.5", ["1.5", "from 0 to 1"]),
    "unknown country": (
        '[[embargoes]]\npartner = "USA"\ncountries = ["VNN"]',
        ["VNN", "did you mean 'VNM'"],
    ),
    "unknown instrument": ("[countries.VNM]\nties.arm.RUS = 0.5", ["arm", "did you mean 'arms'"]),
    "unknown partner": ("[countries.VNM]\nties.arms.RSU = 0.5", ["RSU", "did you mean 'RUS'"]),
    "a prior without its parameters": (
        '[partners.RUS]\ntrust = { dist = "uniform", low = 0.1 }',
        ["prior uniform without high"],
    ),
    "a prior that does not exist": ('[partners.RUS]\ntrust = { dist = "unifrom" }', ["unifrom"]),
    "contradictory shocks": (
        "\n".join(
            f'[[shocks]]\nlabel = "{label}"\nat = 2031.0\npath = "partners.RUS.trust"\n'
            f'op = "set"\nvalue = {value}'
            for label, value in (("one", 0.1), ("other", 0.9))
        ),
        ["contradicts", "'one'"],
    ),
    "rivalry that is not symmetric": (
        "[relations]\nrivalry.USA.CHN = 0.5\nrivalry.CHN.USA = 0.7",
        ["rivalry"],
    ),
    "correlations that cannot be": (
        "[relations]\ncorrelation.USA.CHN = -0.95\ncorrelation.USA.RUS = 0.95\n"
        "correlation.RUS.CHN = 0.95",
        ["correlation"],
    ),
    "NaN": ("[partners.RUS]\ntrust = nan", ["nan"]),
    "infinity": ("[partners.RUS]\ntrust = -inf", ["inf"]),
    "runs of zero": ("[ensemble]\nruns = 0", ["runs"]),
    "a fact that does not exist": (
        '[partners.RUS]\ntrust = { value = 0.5, source = "S2-arms-share-2001" }',
        ["S2-arms-share-2001", "S2-arms-share-2000"],
    ),
}
"""Name → (text of a what-if, what the message must hold)."""


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_line(refused, what_if, command, name):
    text, telling = BAD[name]
    path = what_if(text)
    done = refused(command, path, telling=telling)
    assert re.search(rf"^{re.escape(str(path))}:\d+:\d+: ", done.err, re.MULTILINE), done.err
    assert "    " in done.err and "^" in done.err


UNREADABLE = {
    "not TOML": (b"[time\nend = 2030\n", "not TOML"),
    "not UTF-8": (b'schema = 2\ntitle = "Vi\xeat Nam"\n', "not UTF-8"),
    "empty": (b"", "empty"),
    "only a comment": (b"# nothing yet\n", "empty"),
    "binary": (bytes(range(256)), "not UTF-8"),
}


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused(refused, here, command, name):
    content, telling = UNREADABLE[name]
    (here / "bad.toml").write_bytes(content)
    refused(command, "bad.toml", telling=["bad.toml", telling])


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_file_that_is_missing_or_a_folder_is_refused(refused, here, command):
    refused(command, "nowhere.toml", telling="nowhere.toml")
    refused(command, "vietnm", telling="did you mean 'vietnam'?")
    (here / "folder").mkdir()
    refused(command, "folder", telling="folder")


@pytest.mark.parametrize("command", ["check", "run"])
def test_extends_in_a_circle_or_missing_is_refused(refused, here, command):
    for name, parent in (("a", "b.toml"), ("b", "a.toml"), ("c", "c.toml"), ("d", "nowhere")):
        text = f'schema = 2\ntitle = "{name}"\nextends = "{parent}"\n'
        (here / f"{name}.toml").write_text(text, encoding="utf-8")
    refused(command, "a.toml", telling=["extends", "circle"])
    refused(command, "c.toml", telling=["c.toml:3:", "circle"])
    refused(command, "d.toml", telling=["d.toml:3:", "nowhere"])


def test_every_problem_is_reported_at_once(refused, what_if):
    path = what_if("[partners.RUS]\ntrust = 1.5\nwil = 0.2\n[time]\nend = 2030.5")
    done = refused("check", path, telling=["1.5", "'wil'", "2030.5", "error: 3 problems"])
    assert done.err.count(f"{path}:") == 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_scenario_is_good(call, path):
    done = call("check", path)
    assert done.code == 0, done.err
    assert done.out.startswith(f"{path}: good")


def test_a_good_file_gets_its_counts_and_the_share_of_each_label(call):
    done = call("check", "vietnam")
    rows = json.loads(call("evidence", "--scenario", "vietnam", "--format", "json").out)
    first, second = done.out.splitlines()
    assert first.startswith("vietnam: good")
    assert f"1 country, 8 partners, {len(rows)} numbers" in first
    dated = round(100 * sum(row["kind"] == "date from fact" for row in rows) / len(rows))
    assert dated > 0 and f"date from fact {dated} %" in second


SOUND = """
schema = 2
title = "Two powers and one country between them"
source = "assumption"
[time]
start = 2000
end = 2001
[instruments.diplomacy]
kind = "steps"
salience = 1.0
curvature = 40.0
rate = 0.3
[partners.USA]
trust = 0.5
[partners.CHN]
trust = { value = 0.5, low = 0.2, high = 0.8 }
[futures.status_quo]
prior = 1
[countries.VNM]
ties.diplomacy.USA = 0.25
"""
"""A scenario of which even ``--strict`` has nothing to say."""


@pytest.fixture
def sound(here):
    """Write `SOUND` with something replaced; return its path."""

    def writer(old="", new=""):
        assert old in SOUND
        (here / "sound.toml").write_text(SOUND.replace(old, new, 1), encoding="utf-8")
        return "sound.toml"

    return writer


def test_strict_accepts_a_sound_file(call, sound):
    done = call("check", sound(), "--strict")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("sound.toml: good: 1 country, 2 partners, ")


def test_strict_refuses_numbers_without_a_source(call, refused, sound):
    path = sound('source = "assumption"\n', "")
    assert call("check", path).code == 0
    refused("check", path, "--strict", telling=["6 numbers without a source", "--strict"])


def test_a_warning_is_told_and_strict_refuses_it(call, refused, sound):
    path = sound("curvature = 40.0\n", "")
    done = call("check", path)
    assert done.code == 0
    assert re.search(r"^sound.toml:\d+:\d+: warning: ", done.err, re.MULTILINE)
    assert "good, with 1 warning: " in done.out
    refused("check", path, "--strict", telling="sound.toml: 1 warning (with --strict)")


def test_a_tie_that_is_rounded_is_a_note_and_strict_accepts_it(call, sound):
    done = call("check", sound("USA = 0.25", "USA = 0.23"), "--strict")
    assert done.code == 0 and "good: " in done.out
    assert re.search(r"^sound.toml:\d+:\d+: note: .*USA 0.23 → 0.25", done.err, re.MULTILINE)


def test_strict_accepts_what_is_shipped_and_the_example_of_the_format(call, here):
    assert call("check", "vietnam", "--strict").code == 0
    page = (Path(__file__).parents[2] / "docs" / "reference" / "scenario-format.md").read_text(
        "utf-8"
    )
    example = re.search(r"<!-- example -->\n```toml\n(.*?)```", page, re.DOTALL)[1]
    (here / "example.toml").write_text(example, encoding="utf-8")
    done = call("check", "example.toml", "--strict")
    assert (done.code, done.err) == (0, "")


def test_check_writes_nothing_without_a_file(refused):
    refused("check", telling=["FILE", "--schema"])


def test_the_schema_accepts_the_shipped_scenarios_and_refuses_a_typing_error(call):
    done = call("check", "--schema")
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    validator = jsonschema.validators.validator_for(schema)(schema)
    validator.check_schema(schema)
    for path in FILES:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not list(validator.iter_errors(document)), path.name
        assert list(validator.iter_errors(document | {"tiem": {}}))
