"""Input that is no scenario, or more than one: told with its place, and never read for ever."""

import os
import tomllib

import numpy as np
import pytest
from scenario.conftest import SMALL

from hedgerow.runs.design import points_of
from hedgerow.scenario import ScenarioError, load
from hedgerow.scenario.checks.sweep import MOST_POINTS, count
from hedgerow.scenario.problems import Problem, lookalikes

HEAD = 'schema = 2\ntitle = "x"\n'


# documents that lost a part ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('remove.shocks = ["war", [], 5]', ["found a list", "found the number 5"]),
        ("shocks = [1, {}]", ["found the number 1", "missing key 'at'"]),
        ('partners.RUS.trust = { value = "a", low = "b" }', ['the text "a"', 'the text "b"']),
        ("choices = [{ at = 2001 }]\ncountries.VNM.rules = 3", ["missing key", "number 3"]),
        ('value = 1\npartners.RUS.trust = "a"', ["unknown key 'value'", 'the text "a"']),
        ("embargoes = [[]]\nexpect = [3]", ["found a list", "found the number 3"]),
    ],
)
def test_all_that_breaks_the_format_is_told_and_nothing_else(problems, child, text, told):
    found = problems(child(text))
    assert all(any(part in problem.message for problem in found) for part in told), found
    assert all(problem.line >= 4 and problem.file.endswith("child.toml") for problem in found)


def test_two_faults_of_one_number_leave_its_table_in_place(problems, child):
    found = problems(child('partners.RUS.trust = { value = "a", low = "b" }'))
    assert not [problem for problem in found if "unknown partner" in problem.message]


def test_a_swept_range_holds_bare_numbers(only, child):
    text = '[sweep.over]\n"partners.RUS.trust" = { low = 0.0, high = { value = 1 }, points = 3 }'
    assert "found a table" in only(child(text))


# files ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "parent",
    ["/dev/zero", "fifo", "~nobody-of-that-name/x.toml", ".", "", "x" * 5000, "y" * 5000 + ".toml"],
)
def test_what_extends_names_must_be_a_file(only, write, tmp_path, parent):
    os.mkfifo(tmp_path / "fifo")
    told = only(write(f'schema = 2\ntitle = "x"\nextends = "{parent}"\n'))
    assert ":3:11: " in told
    assert any(
        why in told
        for why in ("does not exist", "not a file", "is a folder", "is not empty", "too long")
    )


def test_a_parent_that_is_no_text_is_no_name(problems, write):
    found = problems(write('schema = 2\ntitle = "x"\nvalue = 1\nextends = [1]\n'))
    assert [(problem.line, problem.message) for problem in found] == [
        (3, "unknown key 'value'"),
        (4, "found a list"),
    ]


def test_a_nul_is_no_part_of_a_name(only, write):
    told = only(write('schema = 2\ntitle = "x"\nextends = "a\\u0000b.toml"\n'))
    assert ":3:11: this text has a control character (U+0000)" in told


def test_a_large_file_is_not_read(only, tmp_path):
    path = tmp_path / "large.toml"
    path.write_text(f'schema = 2\ntitle = "{"x" * 50_000_000}"\n', encoding="utf-8")
    assert "is too large" in only(path)


def test_a_long_text_is_told_with_its_length(only, child):
    told = only(child(f'question = "{"x" * 20_000}"'))
    assert "20000 characters; at most 10000 are read" in told and len(told) < 1000


# characters ----------------------------------------------------------------------------------
@pytest.mark.parametrize("escape", ["\\u001b]0;x\\u0007", "\\u0000", "\\u202e", "a\\nb", "\\u009b"])
@pytest.mark.parametrize("place", ["title = ", "partners.RUS.name = ", "question = "])
def test_a_text_that_steers_a_terminal_is_refused(only, write, place, escape):
    head = "" if place == "title = " else 'title = "x"\n'
    told = only(write(f'schema = 2\n{head}extends = "{SMALL}"\n{place}"{escape}"\n'))
    assert "this text has" in told and "U+" in told
    assert not set(told) & set("\x1b\x07\x00\u202e\x9b")


def test_a_key_that_steers_a_terminal_is_refused(problems, child):
    found = problems(child('[futures."\\u001b[2J"]\nprior = 0.1'))
    assert "this key has" in str(found[0]) and "\x1b" not in str(found)


def test_a_description_may_have_lines(child):
    assert load(child('description = "one\\ntwo"')).description == "one\ntwo"


def test_no_message_holds_a_control_character():
    problem = Problem("a\x1bb", "f", 1, 3, "\x1b[2J = 1", "c\x07", "d\x9b")
    assert str(problem) == "f:1:3: ab\n    �[2J = 1\n      ^\n  expected: c\n  d"


def test_characters_that_look_like_others_are_named(only, write, child):
    told = only(write(SMALL.read_text("utf-8").replace("trust = 0.7", "trust = −0.7")))
    assert "'−' is MINUS SIGN (U+2212)" in told
    told = only(child('countries.VNM.threat.source = "РUS"'))
    assert "unknown partner 'РUS'" in told and "CYRILLIC CAPITAL LETTER ER (U+0420)" in told
    told = only(SMALL, {"countries.VNM.threat.source": "RUS\u00a0"})
    assert "NO-BREAK SPACE (U+00A0)" in told
    told = only(SMALL, {"countries.VNM.threat.source": "RUS\u0332"})
    assert "COMBINING LOW LINE (U+0332)" in told
    assert lookalikes("Việt Nam is 1 → 2, θ and χ₀ in Владивосток…") == ""


# numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize("digits", [400, 5000])
def test_an_integer_beyond_all_numbers_is_too_large(only, child, digits):
    told = only(child(f"partners.RUS.moderation = 1{'0' * digits}"))
    assert ":4:27: too large a number" in told and len(told) < 1000
    for value in (10**digits, -(10**digits)):
        assert "too large a number" in only(SMALL, {"partners.RUS.moderation": value})


def test_scalars_of_numpy_are_those_of_python():
    path = "countries.VNM.threat.level"
    for value in (
        np.float32(0.5),
        np.float64(0.5),
        np.int64(1),
        np.uint8(1),
        np.array(0.5),
        np.longdouble(0.5),
    ):
        assert load(SMALL, {path: value}).quantities[path].value == float(value)
    prior = {"dist": "uniform", "low": np.float64(0.1), "high": np.int32(1)}
    assert load(SMALL, {path: prior}).quantities[path].high == 1.0
    assert load(SMALL, {"terms.loyalty": np.bool_(False)}).resolved["terms"]["loyalty"] is False
    assert load(SMALL, {"ensemble.poles": ("USA", "RUS")}).poles == ("USA", "RUS")
    for value in (
        True,
        np.bool_(True),
        np.array([0.5]),
        None,
        "0.5",
        0.5j,
        np.nan,
        np.clongdouble(1),
    ):
        with pytest.raises(ScenarioError):
            load(SMALL, {path: value})


@pytest.mark.parametrize("text", ["schema = true", "schema = 2.0", 'schema = "2"', "schema = 3"])
def test_the_format_is_version_2_and_no_truth_value(only, write, text):
    assert ":1:10: " in only(write(f'{text}\ntitle = "x"\nextends = "{SMALL}"\n'))


@pytest.mark.parametrize("level", ["true", "1.0", "3"])
def test_a_level_is_a_whole_number(only, child, level):
    assert ":4:18: " in only(child(f"ensemble.level = {level}"))


# sizes ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ensemble.runs = 1000000000000000", "at most 4294967295"),
        ("ensemble.runs = -1", "at least 1"),
        ("sweep.replicates = 1000000000000000", "at most 4294967295"),
        ("sweep.replicates = -5", "at least 1"),
        (
            '[sweep.over]\n"partners.RUS.trust" = { low = 0, high = 1, points = 10000000000 }',
            "from 2 to 16777216",
        ),
        (
            '[sweep.over]\n"partners.RUS.trust" = { low = 0, high = 1, points = 10000 }\n'
            '"partners.USA.trust" = { low = 0, high = 1, points = 10000 }',
            "this sweep has 100000000 points",
        ),
        (
            '[sweep]\ndesign = "morris"\npoints = 16777216\n[sweep.over]\n'
            '"partners.RUS.trust" = { low = 0, high = 1 }\n'
            '"partners.USA.trust" = { low = 0, high = 1 }',
            "this sweep has 50331648 points",
        ),
        (
            '[sweep]\ndesign = "morris"\npoints = 4\nlevels = 5\n[sweep.over]\n'
            '"partners.RUS.trust" = { low = 0, high = 1 }',
            "an even number",
        ),
    ],
)
def test_an_absurd_size_is_an_error(problems, child, text, told):
    assert any(told in str(problem) for problem in problems(child(text)))


AXES = '[sweep.over]\n"partners.RUS.trust" = { low = 0, high = 1%s }\n"behaviour.security" = %s\n'


@pytest.mark.parametrize(
    ("head", "axes"),
    [
        ("", (", points = 5", "[1, 2, 3]")),
        ('design = "zip"', (", points = 3", "[1, 2, 3]")),
        ('design = "latin"\npoints = 7', ("", "{ low = 0, high = 1 }")),
        ('design = "morris"\npoints = 6', ("", "{ low = 0, high = 1 }")),
        ('design = "saltelli"\npoints = 8', ("", "{ low = 0, high = 1 }")),
        ('design = "saltelli"\nsecond_order = true\npoints = 8', ("", "{ low = 0, high = 1 }")),
    ],
)
def test_points_are_counted_before_they_are_made(head, axes):
    table = tomllib.loads(f"[sweep]\n{head}\n{AXES % axes}")["sweep"]
    assert count(table) == len(points_of(table, 1)) < MOST_POINTS


def test_points_that_are_there_twice_are_told(child):
    enough = "[sweep]\nreplicates = 30\n"
    grid = load(child(f'{enough}[sweep.over]\n"partners.RUS.trust" = [0.1, 0.2, 0.1]'))
    (told,) = [str(w) for w in grid.warnings if w.severity == "warning"]
    assert "the same as number 1, so that its runs are done twice" in told and ":7:35: " in told
    row = '[[sweep.over]]\n"partners.RUS.trust" = 0.5\n'
    listed = load(child(f'{enough}design = "list"\n{row}{row}'))
    (told,) = [str(w) for w in listed.warnings if w.severity == "warning"]
    assert "the same as number 1" in told
    once = load(child(f'{enough}[sweep.over]\n"partners.RUS.trust" = [0.1, 0.2]'))
    assert not [w for w in once.warnings if w.severity == "warning"]


# codes ---------------------------------------------------------------------------------------
def test_codes_that_differ_in_case_only_are_refused(only, child):
    told = only(child('partners.rus.name = "x"'))
    assert "'rus' and 'RUS' differ in case only" in told and ":4:10: " in told
    told = only(child("countries.usa.loyalty = { USA = 1.0, CHN = 1.0, RUS = 1.0 }"))
    assert "'usa' and 'USA' differ in case only" in told


def test_a_number_is_no_code_and_the_message_says_what_one_is(only, child):
    assert "'816' is not a code" in (told := only(child("countries.816.name = 'x'")))
    assert "a letter, then letters" in told
