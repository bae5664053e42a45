"""Which code computes: the commit of a checkout of our own, and digests of the code."""

import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from hedgerow.files import folder
from hedgerow.results import identity

DATA = {name: folder(name) for name in ("scenarios", "seeds")}


def git(place, *arguments):
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    command = ["git", "-C", str(place), *name, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small repository that has hedgerow's shape; returns its package and its commit."""
    for variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    package = tmp_path / "checkout" / "src" / "hedgerow"
    for name in identity.MODEL:
        shutil.copytree(
            identity.PACKAGE / name, package / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    root = package.parents[1]
    (root / "pyproject.toml").write_text('[project]\nname = "hedgerow"\n', encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    return package, git(root, "rev-parse", "HEAD")


def test_it_names_version_code_python_and_libraries():
    found = identity.identity()
    assert all(isinstance(value, str) for value in found.values())
    assert found["version"] == version("hedgerow") and found["numpy"] == np.__version__
    assert re.fullmatch(r"3\.\d+\.\d+\S*", found["python"])
    assert re.fullmatch(r"[0-9a-f]{64}", found["model_digest"])
    commit = found.get("commit", "")
    assert re.fullmatch(r"([0-9a-f]{40}(-dirty)?)?", commit)
    clean = re.fullmatch(r"[0-9a-f]{40}", commit) is not None
    assert clean is ("code_digest" not in found)


def test_the_commit_is_that_of_the_checkout_and_tells_changes(checkout):
    package, commit = checkout
    assert identity.commit_of(package) == commit
    (package / "model" / "new.py").write_text("", encoding="utf-8")
    assert identity.commit_of(package) == f"{commit}-dirty"


def test_a_variable_of_another_repository_does_not_mislead_it(checkout, tmp_path, monkeypatch):
    package, commit = checkout
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "foreign")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert identity.commit_of(package) == commit


@pytest.mark.parametrize("what", ["environment", "vendored", "renamed"])
def test_a_repository_of_another_project_is_never_asked(checkout, what):
    package, _ = checkout
    root = package.parents[1]
    if what == "renamed":
        (root / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")
    else:
        inner = {
            "environment": root / "venv" / "site-packages" / "hedgerow",
            "vendored": root / "vendor" / "hedgerow" / "src" / "hedgerow",
        }[what]
        shutil.copytree(package, inner)
        package = inner
    assert identity.commit_of(package) == ""


def test_the_digest_of_the_model_sees_its_code_and_not_line_ends(checkout):
    package, _ = checkout
    before = identity.model_digest(package)
    assert before == identity.model_digest(identity.PACKAGE)
    path = package / "model" / "payoff.py"
    code = path.read_bytes()
    path.write_bytes(code.replace(b"\n", b"\r\n"))
    assert identity.model_digest(package) == before
    path.write_bytes(code + b"# more\n")
    assert identity.model_digest(package) != before
    path.write_bytes(code)
    for name in ("scenario/compile.py", "runs/chunks.py", "results/summary.py"):
        path = package / name
        code = path.read_bytes()
        path.write_bytes(code + b"# more\n")
        assert identity.model_digest(package) != before, name
        path.write_bytes(code)
    (package / "compiled" / "more.py").write_text("", encoding="utf-8")
    assert identity.model_digest(package) != before


def test_a_package_that_carries_its_data_has_the_digest_of_its_checkout(tmp_path):
    ours = identity.code_digest(identity.PACKAGE, DATA)
    package = tmp_path / "hedgerow"
    shutil.copytree(identity.PACKAGE, package)
    for name, place in DATA.items():
        shutil.copytree(place, package / name)
    inside = {name: package / name for name in DATA}
    assert identity.code_digest(package, inside) == ours
    changed = next(Path(inside["seeds"]).glob("*.toml"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert identity.code_digest(package, inside) != ours
