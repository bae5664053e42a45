"""Files that are wrong: every problem at once, where it is, and what would be right."""

import os
import pickle
import shutil
import subprocess
import sys

import pytest
from scenario.conftest import SMALL

from hedgerow.scenario import Problem, ScenarioError, load
from hedgerow.scenario.overrides import parse_set
from hedgerow.scenario.problems import closest, listed

HEAD = 'schema = 2\ntitle = "x"\n'


def test_a_problem_looks_like_a_compilers(child):
    path = child("partners.RUS.trsut = 0.5")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path}:4:14: unknown key 'trsut' in [partners.RUS]\n"
        "    partners.RUS.trsut = 0.5\n"
        "                 ^\n"
        "  expected: capacity, trust, will, moderation, volatility, isolation, tolerance, "
        "leniency, need, visits, violation, position, attention, name or source\n"
        "  did you mean 'trust'?"
    )


def test_tabs_keep_the_caret_in_place():
    shown = str(Problem("m", "f", 1, 3, "\t\tx = 1"))
    assert shown.splitlines()[2] == "    \t\t^"


def test_severity_and_places():
    assert str(Problem("m", severity="warning")) == "warning: m"
    assert str(Problem("m", "f")) == "f: m"
    assert str(Problem("m", "f", 2, 3, "   ")) == "f:2:3: m"


def test_errors_travel_between_processes(problems, write):
    error = ScenarioError(problems(write("")))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_words():
    assert closest("trsut", ["trust", "will"]) == "did you mean 'trust'?"
    assert closest("ES-11", ["trust", "will"]) == ""
    assert listed(["a"]) == "a" and listed(["a", "b", "c"]) == "a, b or c"
    assert listed([]).startswith("nothing")


def test_no_such_file(only, tmp_path):
    assert only(tmp_path / "none.toml") == f"{tmp_path / 'none.toml'}: no such file"


def test_no_such_name(only):
    told = only("vietnma")
    assert "no scenario is called 'vietnma'" in told
    assert "did you mean 'vietnam'?" in told


def test_a_folder(only, tmp_path):
    assert "this is a folder" in only(tmp_path)
    assert "this is a folder" in only(str(tmp_path))


UNPRIVILEGED = """
import os
from hedgerow.scenario import ScenarioError, load
if os.geteuid() == 0:  # a superuser reads all; everything is imported, so rights can go
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    load("locked.toml")
except ScenarioError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="a file has other rights there")
def test_a_file_that_cannot_be_read(write):
    path = write(HEAD, "locked.toml")
    path.chmod(0)
    path.parent.chmod(0o755)  # the current folder of the child; those above it do not matter
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("locked.toml: cannot be read: Permission denied\n", "")


@pytest.mark.parametrize("text", ["", "\n \n# only a comment\n"])
def test_empty(only, write, text):
    assert "this file is empty" in only(write(text))


def test_not_utf8(only, tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'schema = 2\ntitle = "caf\xe9"\n')
    assert only(path).startswith(f"{path}:2:13: not UTF-8: byte 0xe9")


def test_the_lines_of_what_is_no_scenario_are_not_shown(write, tmp_path):
    """Who hands on a scenario chooses what it extends: no message tells what stands there."""
    for name, text in (
        ("passwd", "secret:x:0:0\n"),
        ("release", 'secret = "secret"\n'),
        ("numbers", f"secret = {'9' * 5000}\n"),
    ):
        (tmp_path / name).write_text(text)
        path = write(f'schema = 2\ntitle = "x"\nextends = "{tmp_path / name}"\n')
        with pytest.raises(ScenarioError) as caught:
            load(path)
        assert str(tmp_path / name) in str(caught.value)
        assert "    secret" not in str(caught.value) and '"secret"' not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('schema = 2\ntitle "x"\n', ":2:7: not TOML"),
        ("schema = 2\nschema = 2\n", ": not TOML: Cannot overwrite"),
        ('schema = 2\ntitle = "x', ": not TOML"),
        ("schema = [1", ": not TOML"),
        ("PK\x03\x04", ":1:"),
    ],
)
def test_not_toml(only, write, text, place):
    path = write(text)
    told = only(path)
    assert told.startswith(f"{path}:") and place in told and "not TOML" in told


def test_nested_beyond_reason(only, write):
    assert "nested too deeply" in only(write("a = " + "[" * 100000 + "]" * 100000))
    for depth in (150, 900, 3000):
        assert "nested too deeply" in only(write(f"{'.'.join('a' * depth)} = 1"))


@pytest.mark.parametrize("depth", [150, 3000])
def test_a_value_nested_beyond_reason(only, depth):
    deep, own = 1.0, []
    own.append(own)  # which holds itself
    for _ in range(depth):
        deep = {"a": deep}
    for value in (deep, own):
        assert "nested too deeply" in only(SMALL, {"partners.USA.will": value})
    with pytest.raises(ScenarioError, match="nested too deeply"):
        parse_set(f"partners.USA.will={{{'.'.join('a' * depth)} = 1}}")


BAD_VALUES = [
    ("partners.RUS.trust = 1.5", "1.5 is out of range", "a number from 0 to 1"),
    ("partners.RUS.trust = nan", "nan is not a finite number", "a number from 0 to 1"),
    ("partners.RUS.need = inf", "inf is not a finite number", "a number of at least 0"),
    ("partners.RUS.trust = true", "found true where a number belongs", "a number from 0 to 1"),
    ('partners.RUS.trust = "0.5"', 'the text "0.5" where a number belongs', "a number"),
    ("partners.RUS.trust = [0.5]", "found a list where a number belongs", "a number"),
    ("partners.RUS.trust = 2026-01-01", "found a date where a number belongs", "a number"),
    ("partners.RUS = 3", "found the number 3", "a table"),
    ("partners = [1]", "found a list", "a table"),
    ("terms.loyalty = 1", "found the number 1", "true or false"),
    ("terms.loyal = true", "unknown key 'loyal' in [terms]", "did you mean 'loyalty'?"),
    ("processes.visit = true", "unknown key 'visit'", "did you mean 'visits'?"),
    ("instruments.arm.step = 1", "the instrument arm has no kind", "did you mean 'arms'?"),
    ('instruments.arms.kind = "orders"', "is not allowed here", "programmes"),
    ('instruments.trade.roles = ["trade"]', "is not allowed here", "'trades'?"),
    ("politics.arms = -0.5", "-0.5 is out of range", "a number of at least 0"),
    ("politics.arms = true", "found true where a number belongs", "at least 0"),
    ('habit.votes = "off"', "is not allowed here", "flat"),
    ('habit.powers = "flat"', "unknown key 'powers' in [habit]", "votes"),
    ('events.storm.effect = "storm"', "is not allowed here", "incident"),
    ("events.exploration.offers.energy.RUS = 0.5", "0.5 is not a whole number", "-1000 to 1000"),
    ('labels.names = ["none", "ally"]', "found a list", "more entries"),
    ("knowledge.until = 2004.5", "found the number 2004.5", "a whole number"),
    ("paths.RUS.market = { 2000 = 1.5 }", "1.5 is out of range", "to 1"),
    ('recalibrate = "sometimes"', "sometimes", "always"),
    ('countries.VNM.records.ukraine = "yes"', "is not allowed here", "abstain"),
    ("countries.VNM.records.class.territorial = 2", "2 is out of range", "from -1 to 1"),
    ("behaviour.autonmy = 1", "unknown key 'autonmy'", "did you mean 'autonomy'?"),
    ("ensemble.runs = 0", "0 is out of range", "at least 1"),
    ("ensemble.runs = -3", "-3 is out of range", "at least 1"),
    ("ensemble.runs = 1.5", "found the number 1.5", "a whole number"),
    ("ensemble.seed = -1", "-1 is out of range", "at least 0"),
    ("ensemble.level = 3", "the number 3 is not allowed here", "1 or 2"),
    ('ensemble.poles = ["USA"]', "found a list", "more entries"),
    ('countries.VNM.strategy = "stubborn"', "is not allowed here", "quantal"),
    ("countries.VNM.tiers.RUS = 5", "5 is out of range", "a whole number from 0 to 4"),
    ("countries.VNM.tiers.RUS = 1.5", "1.5 is not a whole number", "from 0 to 4"),
    (
        'instruments.arms.step = { dist = "half_normal", sd = 1 }',
        "this number cannot have a prior",
        "",
    ),
    ('partners.RUS.will = { dist = "beta", a = 1 }', "prior beta without b", "beta needs a and b"),
    ('partners.RUS.will = { dist = "bta", a = 1, b = 1 }', "unknown prior 'bta'", "'beta'?"),
    ('partners.RUS.will = { dist = "half_normal", sd = 1 }', "reaches above 1", "uniform"),
    ("rules.no_force.forc = true", "unknown key 'forc' in [rules.no_force]", "'force'?"),
    ("rules.x.tier_max = 9", "9 is out of range", "at most 4"),
    ("rules.x.tie_max.arm = 1", "unknown instrument 'arm'", "'arms'?"),
    ("time.end = 2010.5", "found the number 2010.5", "a whole number"),
    ('[[shocks]]\npath = "threat"\nop = "set"\nvalue = 1', "missing key 'at'", ""),
    ('[[shocks]]\nat = 2005\npath = "threat"\nop = "sett"\nvalue = 1', "not allowed", "'set'?"),
    (
        '[[choices]]\nat = 2005\nquestion = "q"\ncountries = []\noptions.a = {}\noptions.b = {}',
        "found a list",
        "more entries",
    ),
    ('[[expect]]\nmeasure = "threat"', "missing key 'country'", ""),
    ('expect = { measure = 1, country = "VNM", year = 2005, direction = "up" }', "number 1", ""),
    ('sweep.design = "grd"', 'the text "grd" is not allowed here', "'grid'?"),
]


@pytest.mark.parametrize(("text", "told", "expected"), BAD_VALUES)
def test_bad_values(problems, child, text, told, expected):
    path = child(text)
    found = [problem for problem in problems(path) if told in problem.message]
    assert found, [str(problem) for problem in problems(path)]
    assert expected in str(found[0])
    assert str(found[0]).startswith(f"{path}:")
    assert found[0].line >= 4 and found[0].source_line in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('events.storm = { power = "CHN", effect = "incidnt" }', "did you mean 'incident'?"),
        ('[instruments.technology]\nkind = "stps"', "did you mean 'steps'?"),
    ],
)
def test_what_is_written_and_wrong_is_not_told_to_be_missing(only, child, text, told):
    assert told in only(child(text))


def test_schema_and_title(problems, write):
    told = [str(problem) for problem in problems(write("source = 'assumption'\n"))]
    assert any("missing key 'schema'" in text for text in told)
    assert any("missing key 'title'" in text for text in told)
    assert "expected: 2" in "".join(map(str, problems(write('schema = 3\ntitle = "x"\n'))))


def test_a_file_of_format_1_is_told_once_what_changed_and_where_it_is_explained(only, write):
    old = write('schema = 1\ntitle = "x"\npartners.RUS.pressing = 1\n[ensemble]\nprecision = 2\n')
    for path in (old, write('schema = 2\ntitle = "y"\nextends = "mine.toml"\n', "new.toml")):
        told = only(path)
        assert told.startswith(f"{old}:1:10: this scenario is of the format of version 0.1: ")
        assert "docs/reference/scenario-format.md" in told
        for word in ("kinds", "habits", "politics", "returns", "events", "votes"):
            assert word in told


def test_all_problems_at_once(problems, child):
    path = child(
        """
        titel = "x"
        partners.RUS.trust = 2
        partners.RUS.will = { dist = "uniform", low = 1, high = 0 }
        ensemble.runs = 0
        countries.VNM.rules = ["no_aliance"]
        countries.VNM.ties.arms.RSU = 0.1
        countries.VNM.loyalty.USA = { value = 1, source = "S2-arms-share-2001" }
        relations.correlation = { USA.CHN = 2 }
        [[shocks]]
        at = 2005
        path = "partners.RUS.trsut"
        op = "set"
        value = 0.5
        """
    )
    found = problems(path)
    assert [problem.line for problem in found] == [5, 6, 7, 8, 9, 10, 11, 12, 15]
    assert {problem.file for problem in found} == {str(path)}


def test_a_problem_of_the_parent_points_to_the_parent(problems, write, child):
    broken = child("partners.RUS.trust = 2", "parent.toml")
    path = write('schema = 2\ntitle = "c"\nextends = "parent.toml"\npartners.RUS.will = 2\n')
    found = problems(path)
    assert {(problem.file, problem.line) for problem in found} == {(str(broken), 4), (str(path), 4)}


def test_a_child_that_breaks_the_parents_entry_points_to_the_child(only, child):
    told = only(
        child("[relations.correlation]\nCHN.USA = 1\nRUS.USA = -1\n[partners.USA]\nvolatility = 1")
    )
    assert "not positive semi-definite" in told


def test_extends_nothing_there(only, write):
    path = write('schema = 2\ntitle = "x"\nextends = "nothing"\n')
    told = only(path)
    assert told.startswith(f"{path}:3:11: extends 'nothing', which does not exist")


def test_extends_in_a_circle(only, write):
    path = write('schema = 2\ntitle = "a"\nextends = "b.toml"\n', "a.toml")
    other = write('schema = 2\ntitle = "b"\nextends = "a.toml"\n', "b.toml")
    told = only(path)
    assert told.startswith(f"{other}:3:11: extends 'a.toml' in a circle")
    assert "extends 'self.toml' in a circle" in only(
        write('schema = 2\ntitle = "s"\nextends = "self.toml"\n', "self.toml")
    )


def test_extends_a_folder_or_a_broken_file(problems, write, tmp_path):
    assert "folder" in str(problems(write(f'schema = 2\ntitle = "x"\nextends = "{tmp_path}"\n'))[0])
    write("", "empty.toml")
    found = problems(write('schema = 2\ntitle = "x"\nextends = "empty.toml"\n'))
    assert "this file is empty" in str(found[0])


def test_a_removed_fact_is_missed(child, problems, tmp_path, monkeypatch):
    from hedgerow import files

    seeds = tmp_path / "seeds"
    shutil.copytree(files.folder("seeds"), seeds)
    path = child('partners.RUS.trust = { value = 0.5, source = "S2-arms-share-2000" }')
    load(path)
    known = files.folder
    monkeypatch.setattr(files, "folder", lambda name: seeds if name == "seeds" else known(name))
    text = (seeds / "S2.toml").read_text(encoding="utf-8")
    (seeds / "S2.toml").write_text(
        text.replace('"S2-arms-share-2000"', '"S2-arms-share-2999"'), encoding="utf-8"
    )
    conflicts = (seeds / "conflicts.toml").read_text(encoding="utf-8")
    (seeds / "conflicts.toml").write_text(
        conflicts.replace("S2-arms-share-2000", "S2-arms-share-2999"), encoding="utf-8"
    )
    told = str(problems(path)[0])
    assert "unknown source 'S2-arms-share-2000'" in told and "S2-arms-share-2999" in told
