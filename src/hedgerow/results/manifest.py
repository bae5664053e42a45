"""``manifest.json``: what a result folder holds, and which code and machine produced it."""

import json
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import Damaged, ResultError
from ..facts.records import MARK
from ..files import DATA, plain_texts, read_bytes
from . import documents
from .checksums import checksum
from .documents import HASH, HASHES, NAMED, NUMBER, SEAL, TEXT, TEXTS, Kind, list_of, one_of, whole
from .identity import LIBRARIES, OPTIONAL, identity
from .layout import MANIFEST, SCENARIO, SWEEP, TABLES
from .lock import MANIFEST_LOCK, Lock
from .parts import write_text
from .tables import KEPT

_YEAR = whole(-(2**15), 2**15 - 1)
_NEEDED: dict[str, Kind] = {
    **dict.fromkeys(("name", "title", "version", "platform", "started", "command"), TEXT),
    **dict.fromkeys(("countries", "partners", "futures"), NAMED),
    "libraries": NAMED,
    "cpu_features": TEXTS,
    "scenario_sha256": HASH,
    "seed": whole(0, 2**64 - 1),
    "kernel": one_of("numpy", "compiled"),
    "keep": one_of(*KEPT),
    **dict.fromkeys(("runs_planned", "replicates"), whole(1)),
    "points": whole(1, 2**24),
    **dict.fromkeys(("runs_stored", "runs_failed"), whole(0)),
    "tables_digest": HASH,
    "digests": HASHES,
    "start": _YEAR,
    "end": _YEAR,
    "poles": TEXTS,
    "seconds": NUMBER,
}
_OPTIONAL: dict[str, Kind] = {
    "precision": one_of("double", "single"),
    **dict.fromkeys(("instruments", "events", "event_names", "classes"), NAMED),
    "band": list_of(NUMBER, "a list of numbers"),
    **dict.fromkeys(("labels", "conditions"), TEXTS),
    "own": list_of(NAMED, "a list of countries and measures"),
    "design": TEXT,
    "swept": TEXTS,
    "failures": NAMED,
    "quantile_error": Kind("a text or null", lambda value: value is None or TEXT.fits(value)),
    "files": HASHES,
    **dict.fromkeys(("commit", "code_digest", MARK), TEXT),
}
_PATIENCE = 60.0  # seconds to wait for others that add to a manifest
_NEW: dict[str, Kind] = {"model_digest": HASH, "python": TEXT, "files": HASHES, SEAL: HASH}
"""Keys of manifests that list all files, which those of version 0.1 did not."""
_SINCE = (*(name for name in _NEW if name != "files"), "commit", "code_digest")
"""Keys that show that a manifest was written by a version after 0.1."""


def surroundings() -> dict[str, Any]:
    """Return the fields that describe software and machine."""
    found = identity()
    names = [name for name in (*LIBRARIES, *OPTIONAL) if name in found]
    return {
        **{key: value for key, value in found.items() if key not in names},
        "libraries": {name: found[name] for name in names},
        "platform": f"{sys.platform}-{platform.machine()}",
        "cpu_features": _cpu_features(),
    }


def _cpu_features() -> list[str]:
    """Return the vector instructions that NumPy may use here; the last bits depend on them."""
    try:
        features = import_module("numpy._core._multiarray_umath").__cpu_features__
    except (ImportError, AttributeError):  # a private module of NumPy, which may change
        return []
    return sorted(name for name, there in features.items() if there)


def write(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write ``manifest.json``, sealed."""
    write_text(folder / MANIFEST, _text(documents.sealed(manifest)))


def _text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def record(folder: Path, paths: Iterable[Path]) -> None:
    """Enter files that a command added to a result, or replaced, into its manifest.

    Files outside the folder are left out. Nothing is written if the manifest has no list of files
    or was changed. The caller must share the lock of the folder; callers wait for each other.

    Args:
        folder: the result folder.
        paths: the files.

    Raises:
        OSError: the folder cannot be read or written.
        Held: another process has locked the manifest for more than a minute.
    """
    home = folder.resolve()
    made = [path.resolve() for path in paths]
    new = {p.relative_to(home).as_posix(): p for p in made if p.is_relative_to(home)}
    if not new or not (folder / MANIFEST).exists():  # an unfinished sweep has no manifest
        return
    with Lock(folder, name=MANIFEST_LOCK, patience=_PATIENCE):
        try:
            about = read(folder)
        except ResultError:
            return
        if is_old(about) or wrong(about, folder):
            return
        files = about["files"] | {name: checksum(path) for name, path in sorted(new.items())}
        write(about | {"files": files}, folder)


def own(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the listed files of the result itself, without figures and analyses."""
    listed: dict[str, str] = manifest.get("files", {})
    return {name: digest for name, digest in listed.items() if _is_own(name)}


def extra(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the listed figures and analyses, which later commands made of the result."""
    listed: dict[str, str] = manifest.get("files", {})
    return {name: digest for name, digest in listed.items() if not _is_own(name)}


def _is_own(name: str) -> bool:
    return "/" not in name or name.startswith(f"{TABLES}/")


def is_old(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest was written by version 0.1, without a list of files and a seal."""
    of_run = "design" not in manifest  # manifests of sweeps have always listed their files
    return not any(key in manifest for key in _SINCE) and not (of_run and "files" in manifest)


def wrong(manifest: Mapping[str, Any], folder: Path | None = None) -> str:
    """Return in words how a manifest was changed after it was written; empty if it was not.

    Args:
        manifest: what `read` returned.
        folder: its folder, to compare the file to the byte as well: white space and repeated keys
            change nothing of what is read.
    """
    if is_old(manifest):
        return ""
    if documents.seal(manifest) == manifest.get(SEAL) and (not folder or _is_as_written(folder)):
        return ""
    return f"{MANIFEST}: was changed"


def _is_as_written(folder: Path) -> bool:
    found = read_bytes(folder / MANIFEST, DATA)
    return found == _text(json.loads(found)).encode(errors="surrogatepass")


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a result folder.

    Raises:
        ResultError: there is none.
        Damaged: it cannot be read, or lacks a key.
    """
    path = folder / MANIFEST
    place = shlex.quote(str(folder))
    try:
        manifest = documents.read(path)
        fault = documents.fault(manifest, _NEEDED, _OPTIONAL) or _misfit(manifest)
        if fault:
            raise Damaged(f"{path}: is damaged: {fault}")
    except Damaged as error:
        if (folder / SWEEP).exists():
            how = f"'hedgerow resume {place}' writes it anew"
        else:
            how = (
                "take it back from a copy, or run the scenario again: "
                f"hedgerow run {shlex.quote(str(folder / SCENARIO))}"
            )
        raise Damaged(f"{error}; {how}") from error
    except NotADirectoryError:
        raise ResultError(f"{folder}: is a file; expected a result folder") from None
    except FileNotFoundError:
        if (folder / SWEEP).exists():
            raise ResultError(
                f"{folder}: this sweep is not finished; 'hedgerow status {place}' tells how far it "
                f"is, 'hedgerow resume {place}' goes on with it, and in Python "
                "hedgerow.open(…, partial=True) reads what is stored"
            ) from None
        what = f"has no {MANIFEST}" if folder.is_dir() else "is not there"
        raise ResultError(
            f"{folder}: not a result folder: it {what}; expected one that "
            "'hedgerow run' or 'hedgerow sweep' wrote"
        ) from None
    shown: dict[str, Any] = plain_texts(manifest)
    sound = shown != manifest and not wrong(manifest) and SEAL in manifest
    return documents.sealed(shown) if sound else shown


def _misfit(manifest: Mapping[str, Any]) -> str:
    """Return which keys of a manifest contradict each other, in words; empty if none do."""
    if manifest["start"] > manifest["end"]:
        return "'start' is after 'end'"
    if manifest["runs_failed"] > manifest["runs_stored"]:
        return "'runs_failed' is more than 'runs_stored'"
    if manifest["runs_failed"] and not manifest.get("failures", True):
        return "'failures' names no run"
    if not manifest["countries"] or len(manifest["poles"]) != 2:
        return "it must name a country and two poles"
    return "" if is_old(manifest) else documents.fault(manifest, _NEW)
