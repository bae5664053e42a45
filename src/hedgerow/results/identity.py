"""The identity of the code: its version, commit or digest, and those of Python and libraries."""

import hashlib
import os
import platform
import subprocess
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..files import folder

PACKAGE = Path(__file__).resolve().parents[1]
MODEL = ("model", "compiled", "scenario", "runs", "results")
"""Subpackages whose code decides what a run yields: the model in NumPy and compiled, the arrays
that scenarios become, and what is made of runs."""

LIBRARIES = ("numpy", "scipy", "pyarrow", "pydantic")
OPTIONAL = ("numba", "llvmlite")

_DATA = ("scenarios", "seeds")
_CHANGED = "-dirty"
_SECONDS = 10  # most seconds that git may take


def identity() -> dict[str, str]:
    """Return the identity of the code that is running, as texts by name.

    Returns:
        `version`, the version of hedgerow; `commit`, 40 hexadecimal digits, followed by ``-dirty``
        if the checkout has uncommitted changes; `code_digest`, if there is no clean commit, the
        SHA-256 of all code and shipped data; `model_digest`, the SHA-256 of the code of `MODEL`;
        `python`, its version; and the versions of `LIBRARIES` and, if installed, `OPTIONAL`.
        Digests do not depend on how lines end.
    """
    return {"version": _version("hedgerow"), **_code(), "python": platform.python_version()} | (
        libraries()
    )


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that results may depend on, by name."""
    return {name: _version(name) for name in LIBRARIES} | {
        name: found for name in OPTIONAL if (found := _version(name))
    }


@cache
def _code() -> dict[str, str]:
    commit = commit_of(PACKAGE)
    found = {"commit": commit} if commit else {}
    if not commit or commit.endswith(_CHANGED):
        found["code_digest"] = code_digest(PACKAGE, {name: folder(name) for name in _DATA})
    return found | {"model_digest": model_digest(PACKAGE)}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def commit_of(package: Path) -> str:
    """Return the commit of the checkout of hedgerow that a package lies in.

    Args:
        package: folder of the package ``hedgerow``.

    Returns:
        The commit, as in `identity`; empty if the package lies in no checkout of hedgerow, or if
        git fails. The repository of another project around it is never used.
    """
    root = package.parents[1]
    if package.parent.name != "src" or not (root / ".git").exists() or not _is_ours(root):
        return ""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", "src", *_DATA)
    if not commit or changes is None:
        return ""
    return commit + _CHANGED if changes else commit


def _is_ours(root: Path) -> bool:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return bool(project["name"] == "hedgerow")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints for the repository at `root`, and for no other; None if it fails."""
    quiet = ("--no-optional-locks", "-c", "core.fsmonitor=false")
    place = (f"--git-dir={root / '.git'}", f"--work-tree={root}")
    # In a hook of another repository, the environment would name that repository.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *quiet, *place, *arguments],
            cwd=root,
            env=own,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def model_digest(package: Path) -> str:
    """Return the SHA-256 of the code of the model in a package."""
    files = (file for name in MODEL for file in (package / name).rglob("*.py"))
    return _digest((file.relative_to(package).as_posix(), file) for file in files)


def code_digest(package: Path, data: dict[str, Path]) -> str:
    """Return the SHA-256 of all files of a package and of the data shipped with it.

    Args:
        package: folder of the package.
        data: folders of shipped data by name; they may lie in the package.

    A checkout and a wheel built from it have the same digest.
    """
    inside = {path.resolve() for path in data.values()}
    files = [
        (file.relative_to(package).as_posix(), file)
        for file in package.rglob("*")
        if not inside & {parent.resolve() for parent in file.parents}
    ]
    for name, place in data.items():
        files += [(f"{name}/{f.relative_to(place).as_posix()}", f) for f in place.rglob("*")]
    return _digest(files)


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    whole = hashlib.sha256()
    for name, path in sorted(files):
        if "__pycache__" in path.parts or not path.is_file():
            continue
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()
