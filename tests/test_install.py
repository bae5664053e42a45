"""The install lines of README, docs and messages work as they stand, in an empty environment."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

from hedgerow.errors import how

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]
TEXTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "experiments").rglob("*.md")),
    *sorted((ROOT / "benchmarks").rglob("*.md")),
    *sorted((ROOT / "src").rglob("*.py")),
    *sorted((ROOT / "src").rglob("*.json")),
]
INSTALL = re.compile(r"pip install +(.+?) *(?=[`#&]|\n|$)")


def asked():
    """What is installed by lines of README and docs, as written: ``uv``, ``.``, ``".[serve]"``."""
    return sorted(
        {
            found
            for path in TEXTS
            if path.suffix == ".md"
            for found in INSTALL.findall(path.read_text(encoding="utf-8"))
        }
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Make an environment with nothing in it; return its Python and what installs into it."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    uv = os.environ.get("UV") or shutil.which("uv")
    venv.create(home, with_pip=uv is None, symlinks=True)
    scheme = {"base": str(home), "platbase": str(home)}
    python = Path(sysconfig.get_path("scripts", "venv", scheme)) / "python"
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]

    def install(*arguments):
        done = subprocess.run(
            [*pip, "--quiet", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return python, install


def test_every_line_installs_from_a_clone():
    lines = asked()
    assert "uv" in lines and "." in lines
    for line in lines:
        if line not in ("uv", "."):
            (names,) = re.fullmatch(r'"\.\[([a-z,]+)\]"', line).groups()
            assert set(names.split(",")) <= EXTRAS.keys()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_asks_an_index_for_hedgerow(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"hedgerow\[|pip install +[\"']?hedgerow", text)


def test_messages_name_extras_that_there_are():
    named = set()
    for path in (ROOT / "src").rglob("*.py"):
        for names in re.findall(r"\bhow\(([^)]*)\)", path.read_text(encoding="utf-8")):
            named |= set(re.findall(r"[\"']([a-z]+)[\"']", names))
    assert named == set(EXTRAS)
    assert how("serve", "compiled").endswith('python3 -m pip install ".[serve,compiled]"')


@pytest.mark.parametrize("line", asked())
def test_a_line_resolves_in_an_empty_environment(empty, line):
    _, install = empty
    install("--dry-run", line.strip('"'))


def test_all_extras_install_and_hedgerow_finds_them(empty, tmp_path):
    python, install = empty
    install(f".[{','.join(EXTRAS)}]")
    checks = (
        "import SALib, distributed, numba, segno, starlette, uvicorn, xarray, hedgerow\n"
        "from ema_workbench.analysis.prim import Prim\n"
        "from hedgerow.compiled import kernels\n"
        "print(hedgerow.__file__, kernels.chosen(None))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    for command in (
        [python, "-c", checks],
        [python.parent / "hedgerow", "run", "vietnam", "--runs", "2", "--until", "1997",
         "--kernel", "numpy", "--out", "made"],
    ):  # fmt: skip
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if command[1] == "-c":
            file, kernel = done.stdout.split()
            assert kernel == "compiled"
            assert Path(file).is_relative_to(python.parents[1])
    assert (tmp_path / "made" / "summary.csv").is_file()
    assert sys.prefix not in str(python)
