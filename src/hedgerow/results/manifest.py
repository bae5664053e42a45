"""``manifest.json``: what a result folder is, and under what conditions it came about."""

import json
import platform
import shlex
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..files import plain_texts, read_json
from .errors import ResultError
from .folder import MANIFEST, SWEEP

_LIBRARIES = ("numpy", "scipy", "pyarrow", "pydantic")
_OPTIONAL = ("numba", "llvmlite")


def surroundings() -> dict[str, Any]:
    """Return the fields that describe software and machine."""
    return {
        "version": _version("hedgerow"),
        "libraries": {"python": platform.python_version()}
        | {name: _version(name) for name in _LIBRARIES}
        | {name: found for name in _OPTIONAL if (found := _version(name))},
        "platform": f"{sys.platform}-{platform.machine()}",
        "cpu_features": _cpu_features(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _cpu_features() -> list[str]:
    """Return the vector instructions that NumPy may use here: they decide last bits."""
    try:
        features = import_module("numpy._core._multiarray_umath").__cpu_features__
    except (ImportError, AttributeError):  # a private place, which may move
        return []
    return sorted(name for name, there in features.items() if there)


def write(manifest: dict[str, Any], folder: Path) -> None:
    """Write ``manifest.json``."""
    from .parts import write_text

    write_text(folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a result folder.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        manifest = plain_texts(read_json(path))
    except FileNotFoundError:
        if (folder / SWEEP).exists():
            place = shlex.quote(str(folder))
            raise ResultError(
                f"{folder}: this sweep is not finished; 'hedgerow status {place}' tells how far it "
                f"is, 'hedgerow resume {place}' goes on with it, and in Python "
                "hedgerow.open(…, partial=True) reads what is stored"
            ) from None
        what = f"has no {MANIFEST}" if folder.is_dir() else "is not there"
        raise ResultError(
            f"{folder}: not a result folder: it {what}; expected a folder that 'hedgerow run' wrote"
        ) from None
    except NotADirectoryError:
        raise ResultError(f"{folder}: is a file; expected a result folder") from None
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: cannot be read: {error}") from error
    if not isinstance(manifest, dict) or "tables_digest" not in manifest:
        raise ResultError(f"{path}: is not a manifest of hedgerow")
    return manifest
