"""Where a result goes: nothing is overwritten unasked, and nothing half done is left behind.

A result is written into a staging folder and gets its name in the end. A new folder is staged
beside its place and renamed; a folder that exists (and is empty, or may be replaced) is staged in.
Who writes holds the lock of the staging folder, and of a folder that exists: so a place is taken
once, and what a process that was killed left is known from what a living one works on.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..figures.names import NAMES
from ..files import DATA, read_json
from ..progress import note
from .errors import OutputError
from .lock import LOCK, Held, Lock, is_signed

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

_NAMES = ("runs", "countries", "ties", "choices", "events", "summary")
_FOLDERS = tuple(f"{TABLES}/{name}" for name in _NAMES)
_TEMPORARY = r"\.[^/]+\.\d+"  # of `hedgerow.results.parts.whole_file`
_OWN = re.compile(
    rf"(parameters-[0-9a-f]{{16}}\.parquet|{re.escape(LOCK)}|{_TEMPORARY})"
    rf"|({'|'.join(_FOLDERS)})/(part-\d{{12}}\.parquet|{_TEMPORARY})"
    rf"|{SCRATCH}/(\d+-\d+\.np[yz]|{_TEMPORARY})"
    rf"|{FIGURES}/([A-Z0-9_]+/)?({'|'.join(NAMES)})\.[a-z]+"
    rf"|{ANALYSIS}/(sensitivity|discover|map)[^/]*"
    r"/(sensitivity|responses|pairs|boxes|limits|trajectory|map-|box-\d)[^/]*\.(csv|svg|png)"
)
"""Files below a result folder that are hedgerow's by their names; `OURS` has those at its top."""

_STAGED = re.compile(r"\.hedgerow-[0-9a-f]{12}")
_STAGE = ".hedgerow-"
_REPLACED = "replaced"
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
_YOUNG = 60  # seconds in which a staging folder may lack its lock
_WHY = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "a file is larger than this system allows; keep less, or choose another folder",
    errno.EROFS: "the place is read-only; choose another folder",
    errno.EACCES: "permission denied; choose another folder or change the permissions",
    errno.EPERM: "not permitted; choose another folder or change the permissions",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "a part of the path is a link; name the folder itself",
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


def place_of(out: str | os.PathLike[str]) -> Path:
    """Return the place that a user named, with ``~`` as the home directory.

    Raises:
        OutputError: the name is empty or no text, or there is no such home directory.
        OSError: the current folder is gone.
    """
    text = os.fsdecode(out)
    if not text:
        raise OutputError("the name of a folder is empty; name one, or '.' for the current folder")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise OutputError(f"{text}: there is no such home directory; write it in full") from None
    whole = str(path.absolute())
    if "\0" in text or not _is_text(whole):
        shown = os.fsencode(whole).decode(errors="backslashreplace").replace("\0", "\\0")
        raise OutputError(f"{shown}: a name must be UTF-8, without NUL; choose another")
    return path


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_own(path: str) -> bool:
    """Tell whether a file is hedgerow's by its name.

    Args:
        path: relative to the result folder, with ``/``.
    """
    return path in _TOP or _OWN.fullmatch(path) is not None


_TOP = tuple(name for name in OURS if "." in name and name != STAGING)


def strange(folder: Path) -> Iterator[str]:
    """Yield what lies in a result folder and is not hedgerow's by its name, links among it.

    Raises:
        OSError: the folder cannot be read.
    """
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name != STAGING:
            yield from _strange(entry, entry.name)


def _strange(entry: os.DirEntry[str], name: str) -> Iterator[str]:
    if _is_stage(entry):
        return
    if not entry.is_dir(follow_symlinks=False):
        if entry.is_symlink() or not is_own(name):
            yield name
        return
    inside = sorted(os.scandir(entry.path), key=lambda entry: entry.name)
    if not inside and name.partition("/")[0] not in OURS:
        yield name
    for each in inside:
        yield from _strange(each, f"{name}/{each.name}")


def is_passing(name: str) -> bool:
    """Tell whether a name is one that commands give what is there only while they work."""
    return name == LOCK or _STAGED.fullmatch(name) is not None


def _is_stage(entry: os.DirEntry[str]) -> bool:
    return _STAGED.fullmatch(entry.name) is not None and entry.is_dir(follow_symlinks=False)


def require_no_links(folder: Path) -> None:
    """Refuse a result folder of which a part is a link: work in it would change another place.

    Raises:
        OutputError: naming the link.
    """
    for top in OURS:
        path = folder / top
        below = path.rglob("*") if top in (TABLES, SCRATCH) else ()
        for each in (path, *below):
            name = each.relative_to(folder).as_posix()
            if each.is_symlink() and (name == top or name in _FOLDERS or is_own(name)):
                raise _is_link(each)


def require_no_link(folder: Path, place: Path) -> None:
    """Refuse a place in a result folder that lies behind a link.

    Raises:
        OutputError: naming the link.
    """
    for each in (place, *place.parents):
        if each == folder:
            return
        if each.is_symlink():
            raise _is_link(each)


def _is_link(path: Path) -> OutputError:
    return OutputError(
        f"{path}: is a link to {path.readlink()}; nothing is written through a link: put the "
        "folder or file itself in its place"
    )


def left_behind(folder: Path) -> None:
    """Remove what processes that were killed left in a folder; tell what may be another's.

    Raises:
        OSError: the folder cannot be read.
    """
    for entry in [entry for entry in os.scandir(folder) if _is_stage(entry)]:
        path = folder / entry.name
        try:
            if not is_signed(path) and not (path / _REPLACED).exists():
                if time.time() - entry.stat(follow_symlinks=False).st_mtime > _YOUNG:
                    _note(f"{path}: was left by a command that was killed; delete it")
                continue
            with Lock(path):
                if _is_half_replaced(path):
                    _note(f"{path}: a replacement was broken off; {_REPLACED} in it is the former")
                else:
                    shutil.rmtree(path)
        except (Held, OSError):  # at work, or gone meanwhile
            continue


def _is_half_replaced(stage: Path) -> bool:
    """Tell whether both what was to be replaced and what was to replace it lie in a folder."""
    old = stage / _REPLACED
    return old.is_dir() and any(old.iterdir()) and len(list(stage.iterdir())) > len({LOCK, old})


def _note(text: str) -> None:
    note(f"note: {text}")


class Output:
    """The place of one result.

    Args:
        out: the folder the user asked for; None for ``results/STEM``, ``results/STEM-2``, …
        stem: NAME-HASH8.
        force: replace a result of hedgerow that is already there.

    Raises:
        OutputError: the place is taken, another process works there, or it cannot be written.
    """

    def __init__(self, out: str | os.PathLike[str] | None, stem: str, force: bool = False) -> None:
        self._numbered = out is None
        self._force = force
        self._made: list[Path] = []
        self._locks: list[Lock] = []
        self.target = Path("results") / stem
        try:
            self.target = place_of(self.target)  # what is stored names the stem in any case
            if out is not None:
                self.target = place_of(out)
            self._inside = not self._numbered and self.target.exists()
            if self._inside:
                self._require_free(force)
                self._locks.append(Lock(self.target))
                self._require_free(force)  # or somebody was quicker
            self.folder = self._stage()
            if not self._inside:
                self._try_name()
        except BaseException as error:
            self.discard()
            if isinstance(error, OSError):
                raise cannot_write(self.target, error) from error
            raise

    def _require_free(self, force: bool) -> None:
        target = self.target
        if not target.is_dir():
            raise OutputError(f"{target}: is a file; a result needs a folder")
        found = [entry.name for entry in os.scandir(target) if not _is_stage(entry)]
        if not [name for name in found if name != LOCK]:
            return
        if not force:
            what = "holds a result already" if is_result(target) else "exists and is not empty"
            raise OutputError(
                f"{target}: {what}; choose another folder"
                + (", or force to replace it" if is_result(target) else "")
            )
        foreign = next(strange(target), None)
        if not is_result(target) or foreign:
            what = f"holds {foreign!r}" if foreign else f"has no {MANIFEST} of hedgerow"
            raise OutputError(
                f"{target}: will not be replaced, for it {what}, which is no part of a result; "
                "choose another folder"
            )

    def _stage(self) -> Path:
        """Make the staging folder and take its lock.

        That of a new folder is named after it, so that two who ask for one place meet there.
        """
        token = secrets.token_hex(6)
        if not self._inside and not self._numbered:
            name = self.target.absolute().name
            token = hashlib.sha256(name.encode()).hexdigest()[:12]
        parent = self.target if self._inside else self.target.parent
        missing = [p for p in (parent, *parent.parents) if not p.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            self._made.append(folder)
        left_behind(parent)
        stage = parent / f"{_STAGE}{token}"
        while True:
            stage.mkdir(exist_ok=True)
            if stage.is_symlink():
                raise OutputError(f"{stage}: is a link, where hedgerow works; delete it")
            try:
                self._locks.append(Lock(stage, what=self.target))
            except FileNotFoundError:  # removed by another that took it for left behind
                continue
            except OSError:
                with suppress(OSError):
                    stage.rmdir()
                raise
            return stage

    def _try_name(self) -> None:
        """Find out before any work whether the folder can get its name."""
        name = self.target.name
        place = self.target.with_name(f"{name}-9999") if self._numbered else self.target
        try:
            place.mkdir()
        except FileExistsError:
            if not self._numbered:
                raise OutputError(f"{place}: was made by another program meanwhile") from None
        else:
            place.rmdir()

    def finish(self) -> Path:
        """Give the result its name and return it.

        Raises:
            OutputError: it cannot be written any more, or somebody took the place meanwhile: then
                the message says under which name the result is kept.
        """
        try:
            if self._numbered:
                self.target = self._first_free()
            elif self._inside:
                self._require_free(self._force)
                self._move_in()
            else:
                self._rename(self.target)
        except OutputError as error:
            raise OutputError(f"{error}\nthe result is kept in {self._first_free()}") from None
        except OSError as error:
            if error.errno in _TAKEN and not self._inside:
                told = f"{self.target}: was made by another program meanwhile"
                raise OutputError(f"{told}; the result is kept in {self._first_free()}") from None
            raise cannot_write(self.target, error) from error
        self._release()
        return self.target

    def _rename(self, target: Path) -> None:
        self.folder.rename(target)
        self._locks[-1].moved(target)

    def _first_free(self) -> Path:
        number = 1
        while True:
            suffix = f"-{number}" if number > 1 else ""
            candidate = self.target.with_name(self.target.name + suffix)
            if not os.path.lexists(candidate):
                try:
                    self._rename(candidate)
                    return candidate
                except OSError as error:
                    if error.errno not in _TAKEN:
                        raise
            number += 1

    def _move_in(self) -> None:
        """Put what is staged in the place of what is there; where that fails, nothing is changed.

        The manifest comes last, since it vouches for the rest, and goes first.
        """
        stage, old = self.folder, self.folder / _REPLACED
        new = sorted((p.name for p in stage.iterdir() if p.name != LOCK), key=_late)
        there = [entry.name for entry in os.scandir(self.target) if not _is_stage(entry)]
        there = sorted((name for name in there if name != LOCK), key=_late, reverse=True)
        if there:
            old.mkdir()
        moves = [(self.target / name, old / name) for name in there]
        moves += [(stage / name, self.target / name) for name in new]
        for number, (source, target) in enumerate(moves):
            try:
                source.rename(target)
            except OSError:
                for source, target in reversed(moves[:number]):
                    target.rename(source)
                raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Remove all that was written, and the folders that were made for it."""
        for lock in self._locks:
            if _STAGED.fullmatch(lock.folder.name):
                shutil.rmtree(lock.folder, ignore_errors=True)
        self._release()
        self._unmake()

    def _release(self) -> None:
        """Give back what was locked, and remove the staging folder that was emptied."""
        for lock in reversed(self._locks):
            lock.release()
            if _STAGED.fullmatch(lock.folder.name):
                with suppress(OSError):
                    lock.folder.rmdir()
        self._locks.clear()

    def _unmake(self) -> None:
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                return


class Added:
    """Files for a folder that may hold others, all of them or none; one of the same name goes.

    As a context manager it gives the folder to write into.

    Args:
        folder: made if it is not there.
        result: a result folder; where `folder` lies in it, others may add to it at the same time,
            but nobody may replace it.

    Raises:
        OutputError: `folder` cannot be written, another process works there, or it lies in the
            result behind a link.
    """

    def __init__(self, folder: Path, result: Path) -> None:
        self.folder = folder
        self._result = result
        self._made: list[Path] = []
        self._locks: list[Lock] = []

    def __enter__(self) -> Path:
        inside = self.folder.is_relative_to(self._result)
        if inside:
            require_no_link(self._result, self.folder)
        try:
            missing = [p for p in (self.folder, *self.folder.parents) if not p.exists()]
            for each in reversed(missing):
                each.mkdir()
                self._made.append(each)
            stage = self.folder / f"{_STAGE}{secrets.token_hex(6)}"
            left_behind(self.folder)
            stage.mkdir()
            self._locks.append(Lock(stage))
            self._locks.append(Lock(self._result if inside else self.folder, shared=True))
        except BaseException as error:
            self._undo()
            if isinstance(error, OSError):
                raise cannot_write(self.folder, error) from error
            raise
        return stage

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        try:
            if error is not None:
                raise error
            stage = self._locks[0].folder
            new = [path for path in stage.iterdir() if path.name != LOCK]
            for path in new:
                if (self.folder / path.name).is_dir():
                    raise OutputError(f"{self.folder / path.name}: is a folder; move it away")
            for path in new:
                path.replace(self.folder / path.name)
            self._made.clear()
        except OSError as failed:
            raise cannot_write(self.folder, failed) from failed
        finally:
            self._undo()

    def _undo(self) -> None:
        for lock in reversed(self._locks):
            if _STAGED.fullmatch(lock.folder.name):
                shutil.rmtree(lock.folder, ignore_errors=True)
            lock.release()
        self._locks.clear()
        for each in reversed(self._made):
            with suppress(OSError):
                each.rmdir()


def _late(name: str) -> tuple[bool, str]:
    """Order names with the manifest last."""
    return name == MANIFEST, name
