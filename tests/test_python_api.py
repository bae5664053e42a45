"""The Python API: names that are there, imported on first use, and a round trip."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
import time
import tomllib
from keyword import iskeyword
from pathlib import Path

import pytest
from cli.folders import compiled

import hedgerow
from hedgerow.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]


def test_every_public_name_is_there_and_listed():
    for name in hedgerow.__all__:
        assert getattr(hedgerow, name) is not None
        assert name in dir(hedgerow)
    assert not {"Any", "TYPE_CHECKING", "import_module"} & {*dir(hedgerow)}


def test_the_version_is_the_one_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert hedgerow.__version__ == project["version"]


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'bamboo'"):
        _ = hedgerow.bamboo


def test_import_brings_nothing_else_along():
    code = (
        "import sys; before = set(sys.modules); import hedgerow; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "hedgerow" in loaded
    assert not {"numpy", "pandas", "pydantic", "matplotlib", "pyarrow", "click"} & set(loaded)
    assert len(loaded) < 40


def test_import_takes_less_than_50_milliseconds():
    def seconds(code):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=compiled())
        return time.perf_counter() - started

    seconds("import hedgerow")  # compiles byte code
    # The least of several pairs, since another process may take the core at any time.
    assert min(seconds("import hedgerow") - seconds("pass") for _ in range(9)) < 0.05


def test_a_scenario_goes_round_through_a_result_folder(tmp_path):
    scenario = hedgerow.load("vietnam", overrides={"terms.loyalty": False}, seed=3)
    assert isinstance(scenario, hedgerow.Scenario)
    results = hedgerow.run(scenario, runs=3, until=1997, out=tmp_path / "out", progress=False)
    again = hedgerow.open(tmp_path / "out")
    assert isinstance(again, hedgerow.Results)
    assert again.manifest == results.manifest
    assert again.manifest["seed"] == 3
    assert set(again.countries()["year"]) == {1996, 1997}
    assert len(again.runs()) == 3
    assert again.verify() == []
    index = again.summary(measure="alignment_index", country="VNM")
    assert list(index["year"]) == [1996, 1997]


def test_critical_rivalry_has_a_row_a_country_and_a_column_a_run():
    scenario = hedgerow.load("vietnam", runs=5, seed=1)
    found = hedgerow.critical_rivalry(scenario)
    assert found.shape == (1, 5)
    assert (hedgerow.critical_rivalry("vietnam", runs=5, seed=1) == found).all()
    with pytest.raises(ValueError, match="runs"):
        hedgerow.critical_rivalry(scenario, runs=0)


PUBLIC = [name for name in hedgerow.__all__ if name != "__version__"]
CLASSES = ["CountryAgent", "HedgingModel", "PowerAgent", "Results", "Scenario"]
NO_FUNCTION = {"play", "serve"}
"""Commands that talk with people, and are no functions."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the experiments, and nothing else that an example could need."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "experiments").symlink_to(ROOT / "experiments")
    return folder


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_of_every_public_name_run(place, monkeypatch, name):
    monkeypatch.chdir(place)
    found = doctest.DocTestFinder(exclude_empty=True).find(getattr(hedgerow, name), name, globs={})
    examples = [test for test in found if test.examples]
    assert examples, f"hedgerow.{name} has no example"
    assert not any(doctest.SKIP in one.options for test in examples for one in test.examples)
    for test in examples:
        runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
        told = []
        runner.run(test, out=told.append)
        assert runner.failures == 0, "".join(told)
    assert [path.name for path in place.iterdir()] == ["experiments"]  # nothing is left behind


def test_the_example_of_the_package_runs(place, monkeypatch):
    monkeypatch.chdir(place)
    assert doctest.testmod(hedgerow).failed == 0 and ">>> " in hedgerow.__doc__


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_told_in_full(name):
    """Each argument is in the docstring, and what a call gives and raises; all is annotated."""
    found = getattr(hedgerow, name)
    text = inspect.getdoc(found)
    assert text and len(text.splitlines()[0]) <= 100
    if name in CLASSES:
        return
    signature = inspect.signature(found)
    assert found.__name__ == name
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty
        assert parameter.name in text, f"{name} does not tell of {parameter.name}"
    assert "Returns:" in text or "Return " in text.splitlines()[0], name


def test_every_command_is_a_function():
    names = {f"{name}_data" if iskeyword(name) else name for name in COMMANDS}
    assert names - NO_FUNCTION <= set(hedgerow.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_signature_shows_what_only_the_package_can_give(name):
    """Its types are public names, those of Python, or of what a public function returns."""
    parameters = inspect.signature(getattr(hedgerow, name)).parameters
    assert "own" not in parameters and "Side" not in str(list(parameters.values()))


def test_type_checkers_see_the_names_where_they_are():
    """What stands under ``TYPE_CHECKING`` names the same module as what is imported in truth."""
    text = Path(hedgerow.__file__).read_text(encoding="utf-8")
    for name, home in hedgerow._HOME.items():
        assert f"from .{home} import {name} as {name}" in text
        assert getattr(importlib.import_module(f"hedgerow.{home}"), name) is getattr(hedgerow, name)
    assert set(hedgerow._HOME) == set(PUBLIC)


def test_no_module_hides_a_public_name():
    """After all modules are imported, each name is what it was."""
    code = """
import importlib, pkgutil, hedgerow
before = {name: getattr(hedgerow, name) for name in hedgerow.__all__}
seen = 0
found = list(pkgutil.walk_packages(hedgerow.__path__, "hedgerow."))
inner = {}
for module in found:
    if module.ispkg:
        package = importlib.import_module(module.name)
        inner[package] = dict(vars(package))
for module in found:
    if module.name.endswith("__main__"):
        continue
    importlib.import_module(module.name)
    seen += 1
for name, value in before.items():
    assert getattr(hedgerow, name) is value, name
    assert callable(value) or name == "__version__", name
for package, names in inner.items():
    for name, value in names.items():
        assert vars(package)[name] is value, f"{package.__name__}.{name}"
print(seen)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200
    modules = {module.name for module in pkgutil.iter_modules(hedgerow.__path__)}
    assert not modules & set(hedgerow.__all__)


def test_importing_a_module_first_hides_no_name():
    """A fresh process that only imported what a command imports finds the functions."""
    code = """
import hedgerow.cli.commands.compare, hedgerow.analysis.calls, hedgerow.runs.planning, hedgerow
print(*[name for name in hedgerow.__all__ if not callable(getattr(hedgerow, name))])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__version__"]
