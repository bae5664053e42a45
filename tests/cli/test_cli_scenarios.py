"""``hedgerow scenarios``."""

import tomllib

import pytest

from hedgerow.files import folder

FILES = {path.stem: path for path in folder("scenarios").glob("*.toml")}


def test_the_list_has_every_scenario_with_its_title_and_question(call):
    done = call("scenarios")
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split())
    assert FILES
    for name, path in FILES.items():
        head = tomllib.loads(path.read_text(encoding="utf-8"))
        assert f"{name} {' '.join(head['title'].split())}" in text
        assert " ".join(head.get("question", "").split()) in text


def test_parts_are_printed_and_copied_and_not_listed(call, here):
    part = folder("scenarios") / "library" / "rivalries.toml"
    assert call("scenarios", "rivalries").out == part.read_text(encoding="utf-8")
    assert call("scenarios", "--copy", "rivalries").out == "rivalries.toml\n"
    assert not [line for line in call("scenarios").out.splitlines() if line.startswith("rivalries")]


@pytest.mark.parametrize("name", ["vietnam", "vietnam.toml"])
def test_a_scenario_is_printed_as_it_stands(call, name):
    assert call("scenarios", name).out == FILES["vietnam"].read_text(encoding="utf-8")


def test_a_copy_is_a_file_of_that_name_that_passes_the_check(call, here):
    done = call("scenarios", "--copy", "vietnam")
    assert (done.code, done.out) == (0, "vietnam.toml\n")
    assert (here / "vietnam.toml").read_bytes() == FILES["vietnam"].read_bytes()
    assert call("check", "vietnam.toml").code == 0


def test_a_copy_never_overwrites(refused, here):
    (here / "vietnam.toml").write_text("mine", encoding="utf-8")
    refused("scenarios", "--copy", "vietnam", telling="vietnam.toml exists")
    assert (here / "vietnam.toml").read_text(encoding="utf-8") == "mine"


def test_names_that_do_not_exist_get_a_suggestion(refused):
    refused("scenarios", "vietnm", telling="did you mean 'vietnam'?")
    refused("scenarios", "--copy", "xyzzy", telling=["'xyzzy'", "vietnam"])
    refused("scenarios", "vietnam", "--copy", "vietnam", telling="not both")
