"""The recipes of CONTRIBUTING.md work word for word, in a copy of the source tree."""

import os
import subprocess
import sys

import places
import pytest
import recipes

BLOCKS = recipes.blocks()
TERM = [b for b in BLOCKS if b.recipe.startswith("A new term") and b.side != "new"]
RECIPES = ("term of the payoff", "measure", "strategy", "design of a sweep", "command")
NEAREST = (
    "tests/test_contributing.py::test_every_term_stands_in_all_its_places",
    "tests/test_docs_odd.py::test_every_parameter_has_its_row",
    "tests/test_docs_odd.py::test_every_term_process_strategy_and_measure_has_its_row",
    "tests/model/test_oracle.py::test_the_same_runs[three countries]",
    "tests/compiled/test_compiled_known.py::test_all_of_the_model_is_known_and_asked_for",
    "tests/scenario/test_scenario_docs.py",
    "tests/test_docs_reading.py::test_the_tables_of_columns_are_up_to_date",
    "tests/test_readme.py::test_there_are_commands_of_every_kind_in_the_everyday_tasks",
)
"""Tests that look at what the recipes add, besides those that the recipes bring along."""


def python(root, *arguments):
    """Run Python on a copy of the source tree, and return what it said and its exit code."""
    env = os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr, done.returncode


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy of the source tree in which all recipes have been followed."""
    root = recipes.copied(tmp_path_factory.mktemp("copy"))
    for block in BLOCKS:
        block.put(root)
    for module in ("hedgerow.scenario.reference", "hedgerow.results.reference"):
        said, code = python(root, "-m", module)
        assert code == 0, said
    return root


def test_there_is_a_recipe_for_each():
    assert {b.recipe for b in BLOCKS} == {f"A new {name}" for name in RECIPES}
    assert all(any(b.side == "new" for b in BLOCKS if name in b.recipe) for name in RECIPES)


def test_every_term_stands_in_all_its_places():
    assert places.missing() == []


def test_recipes_work(followed):
    tests = [b.file for b in BLOCKS if b.side == "new" and b.file.startswith("tests/")]
    options = ("-n", "0", "-q", "-p", "no:cacheprovider")
    said, code = python(followed, "-m", "pytest", *options, *tests, *NEAREST)
    assert code == 0, said
    for page in ("reference/scenario-format.md", "background/ODD.md"):
        assert "behaviour.wariness" in (followed / "docs" / page).read_text("utf-8")


@pytest.mark.parametrize("block", TERM, ids=lambda b: f"{b.file}:{b.line}")
def test_a_place_that_was_left_out_is_told_by_name(followed, block):
    path = followed / block.file
    whole = path.read_text(encoding="utf-8")
    block.take(followed)
    try:
        said, code = python(followed, "tests/places.py")
    finally:
        path.write_text(whole, encoding="utf-8")
    assert code == 1 and "wariness" in said and block.file in said, said
