"""Where a result goes: nothing is overwritten unasked, and nothing half done is left behind.

A result is written into a staging folder and gets its name in the end. A new folder is staged
beside its place and renamed; a folder that exists (and is empty, or may be replaced) is staged in.
"""

import errno
import os
import secrets
import shutil
from pathlib import Path

from ..files import DATA, read_json
from .errors import OutputError

MANIFEST = "manifest.json"
SCENARIO = "scenario.toml"
LOG = "log.txt"
SUMMARY = "summary.csv"
TABLES = "tables"
FIGURES = "figures"
ANALYSIS = "analysis"
SWEEP = "sweep.json"
JOURNAL = "journal.jsonl"
STAGING = ".staging"
SCRATCH = "scratch"
OURS = (
    *(SCENARIO, LOG, SUMMARY, TABLES, FIGURES, ANALYSIS, SCRATCH, STAGING, JOURNAL),
    *(SWEEP, MANIFEST),
)
"""What hedgerow writes into a result folder; the manifest last, so that it vouches for the rest.

`ANALYSIS` is what commands make of a result. A sweep is `SWEEP`, what it is, `JOURNAL`, what it
has, and until it is done `STAGING` and `SCRATCH`.
"""

_STAGE = ".hedgerow-"
_WHY = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "a file is larger than this system allows; keep less, or choose another folder",
    errno.EROFS: "the place is read-only; choose another folder",
    errno.EACCES: "permission denied; choose another folder or change the permissions",
    errno.EPERM: "not permitted; choose another folder or change the permissions",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return the error that tells the user why nothing can be written to `path`."""
    why = _WHY.get(error.errno or 0) or error.strerror or str(error)
    return OutputError(f"{path}: cannot write results: {why}")


def is_result(path: Path) -> bool:
    """Whether a folder holds a result of hedgerow, or a sweep that is not done."""
    for name, key in ((MANIFEST, "tables_digest"), (SWEEP, "rows")):
        try:
            about = read_json(path / name, DATA)
        except (OSError, ValueError):
            continue
        if isinstance(about, dict) and {key, "scenario_sha256"} <= about.keys():
            return True
    return False


class Output:
    """The place of one result.

    Args:
        out: the folder the user asked for; None for ``results/STEM``, ``results/STEM-2``, …
        stem: NAME-HASH8.
        force: replace a result of hedgerow that is already there.

    Raises:
        OutputError: the place is taken or cannot be written.
    """

    def __init__(self, out: str | os.PathLike[str] | None, stem: str, force: bool = False) -> None:
        self._numbered = out is None
        self.target = Path("results") / stem if out is None else Path(out)
        self._made: list[Path] = []
        try:
            self._inside = not self._numbered and self.target.exists()
            if self._inside:
                self._require_free(force)
            self.folder = self._stage()
        except OSError as error:
            self._unmake()
            raise cannot_write(self.target, error) from error

    def _require_free(self, force: bool) -> None:
        target = self.target
        if not target.is_dir():
            raise OutputError(f"{target}: is a file; a result needs a folder")
        found = sorted(p.name for p in target.iterdir() if not p.name.startswith(_STAGE))
        if not found:
            return
        if not force:
            what = "holds a result already" if is_result(target) else "exists and is not empty"
            raise OutputError(
                f"{target}: {what}; choose another folder"
                + (", or force to replace it" if is_result(target) else "")
            )
        foreign = [name for name in found if name not in OURS]
        if not is_result(target) or foreign:
            what = f"holds {foreign[0]!r}" if foreign else f"has no {MANIFEST} of hedgerow"
            raise OutputError(
                f"{target}: will not be replaced, for it {what}, which is no part of a result; "
                "choose another folder"
            )

    def _stage(self) -> Path:
        name = f"{_STAGE}{secrets.token_hex(6)}"
        parent = self.target if self._inside else self.target.parent
        missing = [p for p in (parent, *parent.parents) if not p.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            self._made.append(folder)
        (parent / name).mkdir()
        return parent / name

    def finish(self) -> Path:
        """Give the result its name and return it.

        Raises:
            OutputError: somebody took the place meanwhile, or it cannot be written any more.
        """
        try:
            if self._inside:
                self._move_in()
            elif self._numbered:
                self.target = self._first_free()
            else:
                self.folder.rename(self.target)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise OutputError(f"{self.target}: was made by another program meanwhile") from None
            raise cannot_write(self.target, error) from error
        return self.target

    def _first_free(self) -> Path:
        number = 1
        while True:
            suffix = f"-{number}" if number > 1 else ""
            candidate = self.target.with_name(self.target.name + suffix)
            if not candidate.exists():
                try:
                    self.folder.rename(candidate)
                    return candidate
                except OSError as error:
                    if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                        raise
            number += 1

    def _move_in(self) -> None:
        for name in reversed(OURS):
            old = self.target / name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
        for name in OURS:
            if (self.folder / name).exists():
                (self.folder / name).rename(self.target / name)
        self.folder.rmdir()

    def discard(self) -> None:
        """Remove all that was written, and the folders that were made for it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._unmake()

    def _unmake(self) -> None:
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                return
