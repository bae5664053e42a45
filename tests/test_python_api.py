"""The Python API: names that are there, imported on first use, and a round trip."""

import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from cli.folders import compiled

import hedgerow

ROOT = Path(__file__).resolve().parents[1]


def test_every_public_name_is_there_and_listed():
    for name in hedgerow.__all__:
        assert getattr(hedgerow, name) is not None
        assert name in dir(hedgerow)


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
    assert (hedgerow.critical_rivalry(scenario, slow=True) <= found).all()
    with pytest.raises(ValueError, match="runs"):
        hedgerow.critical_rivalry(scenario, runs=0)
