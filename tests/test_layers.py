"""No package imports one that stands above it, nothing goes round, and imports stand at the top."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import structure

ROOT = structure.SRC.parent
MOST_PACKAGES = 22
LIBRARIES = {
    "SALib": "an extra",
    "asyncio": "slow to load",
    "click": "only for completion of shells",
    "confusable_homoglyphs": "an extra",
    "difflib": "only for a hint",
    "distributed": "an extra",
    "ema_workbench": "an extra",
    "importlib": "only where a name is looked up",
    "llvmlite": "an extra",
    "matplotlib": "slow to load",
    "numba": "an extra",
    "pandas": "slow to load",
    "pyarrow": "slow to load",
    "pyreadr": "an extra",
    "pydantic": "slow to load",
    "resource": "not on every system",
    "scipy": "slow to load",
    "segno": "an extra",
    "tomllib": "slow to load",
    "tqdm": "slow to load",
    "uvicorn": "an extra",
    "xarray": "an extra",
}
"""Libraries that a function may import, and why."""
OWN = {
    "__init__.py",  # a public name is imported on first use
    "cli/main.py",  # a command is imported when it is called
    "cli/printing.py",  # figures need matplotlib
    "compiled/kernels.py",  # compiled code needs numba
    "results/quantiles.py",
    "results/reduction.py",
    "results/__init__.py",  # the class needs pandas
}
"""Files in which a function may import a module of this project, and why."""


def contract(root):
    """Check the contract of pyproject.toml on the sources in a folder; return what is said."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    command += ["--config", ROOT / "pyproject.toml"]
    done = subprocess.run(
        command, cwd=root / "src", capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout + done.stderr, done.returncode


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources, to plant imports in: add a line to a module."""
    shutil.copytree(structure.SRC / "hedgerow", tmp_path / "src" / "hedgerow", ignore=_not_sources)

    def plant(module, line):
        path = tmp_path / "src" / "hedgerow" / module
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n{line}\n", encoding="utf-8")
        return tmp_path

    return plant


def _not_sources(folder, names):
    return [name for name in names if Path(name).suffix not in ("", ".py") or name == "__pycache__"]


def circles_in(root):
    """Print the circles of modules of the sources in a folder."""
    code = "import structure; print(structure.circles(structure.modules()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{root / 'src'}:{ROOT / 'tests'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def test_the_contract_holds():
    said, code = contract(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("module", "line", "named"),
    [
        ("scenario/keys.py", "from ..runs import size", "hedgerow.scenario.keys -> hedgerow.runs"),
        ("model/labels.py", "from .. import errors", "hedgerow.model.labels -> hedgerow.errors"),
        ("agents/views.py", "from .. import results", "hedgerow.agents.views -> hedgerow.results"),
    ],
)
def test_an_import_of_what_stands_above_is_seen(copy, module, line, named):
    said, code = contract(copy(module, line))
    assert code == 1 and named in re.sub(r"\s+", " ", said), said


def test_the_command_line_writes_no_file():
    """Whatever is written is written by what can be called in Python, too."""
    writes = re.compile(
        r"\.(write_text|write_bytes|writelines|to_csv|to_parquet|savefig|mkdir|touch|unlink|rename)\("
        r"|\bopen\([^)]*['\"][wax]|\bshutil\.(copy|move|rmtree)|\b(Output|Added)\("
    )
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((structure.SRC / "hedgerow" / "cli").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if writes.search(line)
    ]
    assert found == []


def test_the_picture_shows_the_layers_of_the_contract():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^ *(\d+) │(.*)│$", text, re.MULTILINE)
    shown = [[cell.split()[0] for cell in line.split("│")] for _, line in drawn]
    assert [int(number) for number, _ in drawn] == list(range(len(layers), 0, -1))
    assert shown == [layer.split(" | ") for layer in layers]
    for name in structure.packages(structure.modules()):
        assert name == "__main__" or f"**{name}**" in text


def test_the_way_of_a_number_names_at_most_seven_packages():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    way = text.split("## The way of one number")[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. \*\*(\w+)\*\*:", way, re.MULTILINE)
    assert len(steps) == len(set(steps)) <= 7
    tops = structure.packages(structure.modules())
    assert set(steps) <= set(tops)
    for step, body in zip(steps, re.split(r"^\d+\. ", way, flags=re.M)[1:], strict=True):
        for module, name in re.findall(r"`(\w+)\.(\w+)`", body):
            there = import_module(f"hedgerow.{step}.{module}")
            assert hasattr(there, name), f"{step}/{module}.py has no {name}"


def test_nothing_goes_round():
    graph = structure.modules()
    assert structure.circles(graph) == []
    assert structure.circles(structure.packages(graph)) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("scenario/keys.py", "from . import quantity, write"),
        ("results/layout.py", "def late():\n    from .folder import anything"),
    ],
)
def test_a_circle_in_a_package_is_seen(copy, module, line):
    root = copy(module, line)
    said = circles_in(root)
    assert f"'hedgerow.{module.removesuffix('.py').replace('/', '.')}'" in said, said
    assert contract(root)[1] == 0  # which is why circles are looked for apart


def test_there_are_few_packages():
    assert len(structure.packages(structure.modules())) <= MOST_PACKAGES


def test_functions_import_only_what_has_a_reason():
    wrong = [
        f"{file}:{line} imports {name}"
        for file, line, name in structure.inner_imports()
        if not (file in OWN if name.startswith("hedgerow") else name.split(".")[0] in LIBRARIES)
    ]
    assert wrong == [], "put these at the top of the file"


def test_an_import_in_a_function_is_seen(copy):
    line = "def late():\n    import json\n    from . import quantity\n    from .. import errors"
    root = copy("scenario/keys.py", line)
    found = [name for file, _, name in structure.inner_imports(root / "src") if "keys" in file]
    assert sorted(found) == ["hedgerow.errors", "hedgerow.scenario.quantity", "json"]
