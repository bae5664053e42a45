"""Parts that a scenario includes: what lies over what, and what is told of a wrong one."""

import pytest
from scenario.conftest import SMALL

from hedgerow.files import folder
from hedgerow.scenario import load
from hedgerow.scenario.library import part_names

HEAD = f'schema = 2\ntitle = "mine"\nextends = "{SMALL}"\n'


@pytest.fixture
def including(write):
    """Write a what-if that includes files beside it; return its path."""

    def writer(parts, text="", **files):
        for name, content in files.items():
            write(content + "\n", f"{name}.toml")
        return write(f"{HEAD}include = {parts}\n{text}\n")

    return writer


def test_a_part_lies_over_the_parent_and_under_the_file_that_includes_it(including):
    part = "partners.RUS.trust = 0.1\npartners.RUS.will = 0.2\nsource = 'convention: a part'"
    path = including("['one.toml']", "partners.RUS.will = 0.3", one=part)
    scenario = load(path)
    assert scenario["partners.RUS.trust"] == 0.1 and scenario["partners.RUS.will"] == 0.3
    assert scenario.quantities["partners.RUS.trust"].source == "convention: a part"
    assert (scenario.title, scenario.parent) == ("mine", str(SMALL))
    assert load(SMALL).description == scenario.description


def test_a_part_includes_parts_of_its_own_and_each_is_read_once(including):
    one = "include = ['three.toml']\npartners.RUS.trust = 0.1"
    two = "include = ['three.toml']\npartners.CHN.trust = 0.2"
    three = "".join(f"partners.{code}.trust = 0.4\n" for code in ("RUS", "CHN", "USA"))
    for order in ("['one.toml', 'two.toml']", "['two.toml', 'one.toml', 'three.toml']"):
        scenario = load(including(order, one=one, two=two, three=three))
        trust = [scenario[f"partners.{code}.trust"] for code in ("RUS", "CHN", "USA")]
        assert trust == [0.1, 0.2, 0.4]
    labels = [layer.label.rpartition("/")[2] for layer in scenario.merged.layers if layer.part]
    assert labels == ["three.toml", "two.toml", "one.toml"]


def test_entries_of_parts_come_first_unless_one_says_before_which_it_stands(including):
    def shock(label, more=""):
        return (
            f"[[shocks]]\nlabel = '{label}'\nat = 2005\npath = 'partners.RUS.trust'\n"
            f"op = 'multiply'\nvalue = 0.5\n{more}"
        )

    path = including("['one.toml']", shock("a") + shock("b", "before = 'c'"), one=shock("c"))
    scenario = load(path)
    assert list(scenario.resolved["shocks"])[-3:] == ["b", "c", "a"]
    assert load_again(scenario, path).sha256 == scenario.sha256


def load_again(scenario, path):
    again = path.with_name("again.toml")
    again.write_text(scenario.to_toml(), encoding="utf-8")
    return load(again)


def test_an_unknown_entry_to_stand_before_is_told(only, child):
    text = (
        "[[shocks]]\nlabel = 'x'\nbefore = 'wra'\nat = 2005\npath = 'threat'\nop = 'set'\nvalue = 1"
    )
    told = only(child(text))
    assert "no label 'wra' to stand before" in told and "did you mean 'war'?" in told


def test_parts_that_set_a_key_differently_are_told_once_unless_the_file_decides(only, including):
    one = "partners.RUS.trust = 0.1\nrelations.rivalry.USA.CHN = 0.5\npartners.RUS.will = 0.5"
    two = "partners.RUS.trust = 0.2\nrelations.rivalry.CHN.USA = 0.6\npartners.RUS.will = 0.5"
    path = including("['one.toml', 'two.toml']", one=one, two=two)
    told = only(path)
    assert told.startswith(f"{path}:4:24: two parts set ")
    assert "one.toml:1" in told and "two.toml:1" in told and "and 1 more" in told
    decided = "partners.RUS.trust = 0.3\nrelations.rivalry.USA.CHN = 0.7"
    scenario = load(including("['one.toml', 'two.toml']", decided, one=one, two=two))
    assert scenario["partners.RUS.trust"] == 0.3


def test_entries_of_two_parts_of_one_label_contradict_each_other(only, including):
    shock = "[[shocks]]\nlabel = 'x'\nat = {}\npath = 'threat'\nop = 'set'\nvalue = 0.5"
    path = including("['a.toml', 'b.toml']", a=shock.format(2004), b=shock.format(2005))
    assert "two parts set shocks.x differently" in only(path)
    load(including("['a.toml', 'b.toml']", a=shock.format(2004), b=shock.format(2004)))


@pytest.mark.parametrize(
    ("parts", "told", "hint"),
    [
        ("['powesr']", "no part of the library is called 'powesr'", "did you mean 'powers'?"),
        ("['vietnam']", "'vietnam' is a scenario, and no part", 'write extends = "vietnam"'),
        ("['none.toml']", "includes 'none.toml', and there is no such file", ""),
        ("['../mine.toml']", "leads out of the folder of this file", "a folder below"),
        ("['a/../../mine.toml']", "leads out of the folder of this file", "a folder below"),
        (f"['{SMALL}']", "leads out of the folder of this file", "a folder below"),
        ("['mine.toml']", "includes 'mine.toml' in a circle", ""),
        ("['rules', 'rules']", "'rules' stands here twice", ""),
        ("['a\\u0000b']", "U+0000", ""),
        ("'powers'", "found the text", "a list"),
        ("[3]", "found the number 3", "text in quotes"),
        ("['whole.toml']", "no part that can be included, since it has 'time'", "is extended"),
        ("['habits.toml']", "since it has 'habits.file'", ""),
        ("['folder.toml']", "this is a folder", ""),
        ("['empty.toml']", "this file is empty", ""),
        ("['circle.toml']", "circle.toml in a circle", ""),
    ],
)
def test_what_cannot_be_included_is_told_at_its_place(only, including, tmp_path, parts, told, hint):
    (tmp_path / "folder.toml").mkdir()
    whole, habits = "partners.RUS.trust = 0.1\ntime.start = 2000", "habits = 'habits-2014'"
    circle = "include = ['circle.toml']"
    parts = parts.replace("'", '"')
    path = including(parts, whole=whole, habits=habits, empty="", circle=circle)
    text = only(path)
    if "circle.toml" not in parts:
        assert told in text and hint in text and text.startswith(f"{path}:4:")
        return
    beside = tmp_path / "circle.toml"
    assert text.startswith(f"{beside}:1:12: includes 'circle.toml' in a circle: {path} → ")


def test_a_problem_of_a_part_is_told_in_the_part(only, problems, including, tmp_path):
    told = only(including("['one.toml']", one="[partners.RUS]\ntrust = 2"))
    assert told.startswith(f"{tmp_path / 'one.toml'}:2:9: ")
    told = only(including("['one.toml']", one="habits = 3"))
    assert told.startswith(f"{tmp_path / 'one.toml'}:1:10: found the number 3")
    told = only(including("['one.toml']", one="a = ["))
    assert told.startswith(f"{tmp_path / 'one.toml'}:2:1: not TOML")
    found = problems(including("['one.toml']", one="[countries.VNM.loyalty]\nRSU = 1"))
    assert [(one.file, one.line) for one in found] == [(str(tmp_path / "one.toml"), 2)]


def test_only_scenarios_and_parts_include(only, write, problems):
    write("schema = 2\ntitle = 'x'\ninclude = ['powers']\n", "mine-habits.toml")
    found = problems(write(HEAD + "habits = 'mine-habits.toml'\n"))
    assert any("a file of habits has no 'include'" in str(problem) for problem in found)
    assert "this path does not exist" in only(SMALL, {"include": ["powers"]})
    told = only(write('schema = 2\ntitle = "x"\nextends = "powers"\n'))
    assert 'write include = ["powers"]' in told


def test_a_new_name_in_a_part_is_no_slip(including):
    scenario = load(including("['one.toml']", one="partners.RUT.name = 'Another'"))
    assert not [w for w in scenario.warnings if "is new here" in w.message]


def test_every_part_of_the_library_is_included_and_described():
    layers = [layer for name in ("asean", "KAZ") for layer in load(name).merged.layers]
    used = {layer.label for layer in layers if layer.part}
    assert used == {f"library/{name}.toml" for name in part_names()}
    page = folder("docs") / "reference" / "scenario-format.md"
    table = page.read_text(encoding="utf-8").split("| part | holds |")[1].split("\n\n")[0]
    assert all(f"`{name}`" in table for name in part_names())
