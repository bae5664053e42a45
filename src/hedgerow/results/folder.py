"""Writes result folders: nothing is overwritten unasked, and nothing unfinished is left behind.

A result is written into a staging folder and moved to its place at the end. If the place is new,
the staging folder lies beside it and is renamed. If the place exists (and is empty, or may be
replaced), the staging folder lies inside it. The writing process holds the lock of the staging
folder, and that of an existing folder. So no two processes write to one place, and what a killed
process left can be told from what a living one is working on.
"""

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import Held, OutputError, ResultError
from ..files import uninterrupted
from ..progress import note
from . import manifest
from .layout import (
    ANALYSIS,
    FIGURES,
    FOLDERS,
    MANIFEST,
    OURS,
    REPLACED,
    SCRATCH,
    STAGE,
    STAGING,
    TABLES,
    cannot_write,
    description_of,
    is_half_replaced,
    is_own,
    is_result,
    is_stage,
    is_stage_name,
    place_of,
)
from .lock import LOCK, Lock, is_held, is_signed
from .manifest import record

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
_YOUNG = 60  # seconds after its creation in which a staging folder may have no lock yet


def strange(folder: Path) -> Iterator[str]:
    """Yield the files of a result folder that hedgerow did not write; all links are among them.

    Figures and analyses are recognised by the list of the manifest, or by their names if the
    manifest has no list, or not one that is valid.

    Raises:
        OSError: the folder cannot be read.
    """
    listed = _listed(folder)
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name != STAGING and not is_stage(entry):
            yield from _strange(entry, entry.name, listed)


def _strange(entry: os.DirEntry[str], name: str, listed: Container[str] | None) -> Iterator[str]:
    if is_stage(entry) and is_held(Path(entry.path)):
        return
    if not entry.is_dir(follow_symlinks=False):
        made = name.partition("/")[0] in (FIGURES, ANALYSIS) and listed is not None
        if entry.is_symlink() or not (name in (listed or ()) if made else is_own(name)):
            yield name
        return
    inside = sorted(os.scandir(entry.path), key=lambda entry: entry.name)
    if not inside and name.partition("/")[0] not in OURS:
        yield name
    for each in inside:
        yield from _strange(each, f"{name}/{each.name}", listed)


def _listed(folder: Path) -> Container[str] | None:
    """Return the files that the manifest lists; None if it has no valid list."""
    try:
        about = manifest.read(folder)
    except (OSError, ResultError):
        return None
    sound = not manifest.is_old(about) and not manifest.wrong(about)
    return frozenset(about["files"]) if sound else None


def require_no_links(folder: Path) -> None:
    """Refuse a result folder with links in it: writing would change files in another place.

    Raises:
        OutputError: there is a link; the message names it.
    """
    for link in links(folder):
        raise OutputError(f"{folder / link}: {why_not_a_link(folder / link)}")


def links(folder: Path) -> Iterator[str]:
    """Yield the paths of links, with ``/``, where hedgerow has its own files and folders.

    What lies behind a link is not looked at.
    """
    for top in OURS:
        path = folder / top
        is_tree = top in (TABLES, SCRATCH) and not path.is_symlink()
        for each in (path, *(path.rglob("*") if is_tree else ())):
            name = each.relative_to(folder).as_posix()
            if each.is_symlink() and (name == top or name in FOLDERS or is_own(name)):
                yield name


def require_beside(folder: Path, place: Path) -> bool:
    """Refuse a place for figures or an analysis among the tables of a result, or behind a link.

    Args:
        folder: the result folder.
        place: the place for figures or an analysis; it need not exist.

    Returns:
        Whether the place lies in the result folder, in whatever way the two paths are written.

    Raises:
        OutputError: the place cannot be used; the message names the link or the folder.
    """
    whole = place.resolve()
    for name in (TABLES, SCRATCH, STAGING):
        if whole.is_relative_to((folder / name).resolve()):
            raise OutputError(
                f"{place}: lies in {folder / name}, where only what the result is made of may be; "
                "choose another folder"
            )
    here = place.absolute()
    above = [here, *here.parents]
    for number, each in enumerate(above):
        if _is_same(each, folder):
            for link in above[:number]:
                if link.is_symlink():
                    raise OutputError(f"{link}: {why_not_a_link(link)}")
            return True
    return whole.is_relative_to(folder.resolve())


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def why_not_a_link(path: Path) -> str:
    """Return in words that a path is a link, and what to do."""
    return (
        f"is a link to {path.readlink()}; nothing is written through a link: put the folder or "
        "file itself in its place"
    )


def remains(folder: Path) -> list[Path]:
    """Return the staging folders that killed commands left at a place.

    Args:
        folder: a result folder. If it does not exist, staging folders beside it are looked for.
    """
    try:
        if folder.is_dir():
            found = [folder / entry.name for entry in os.scandir(folder) if is_stage(entry)]
        else:
            stage = _stage_of(folder)
            found = [stage] if stage.is_dir() and not stage.is_symlink() else []
    except OSError:
        return []
    return sorted(path for path in found if not is_held(path))


def left_behind(folder: Path) -> None:
    """Remove what killed processes left in a folder; report what may belong to someone else.

    Raises:
        OSError: the folder cannot be read.
    """
    for entry in [entry for entry in os.scandir(folder) if is_stage(entry)]:
        path = folder / entry.name
        try:
            if not is_signed(path) and not (path / REPLACED).exists():
                if time.time() - entry.stat(follow_symlinks=False).st_mtime > _YOUNG:
                    _note(f"{path}: {description_of(path)}")
                continue
            with Lock(path):
                if is_half_replaced(path):
                    _note(f"{path}: {description_of(path)}")
                else:
                    shutil.rmtree(path)
        except Held as error:
            if error.unsure:
                _note(str(error))
        except OutputError as error:
            _note(str(error))
        except OSError:  # it was removed meanwhile
            continue


def _drop(stage: Path) -> None:
    """Remove a staging folder, unless it still holds the former content of the result folder."""
    if is_half_replaced(stage):
        _note(f"{stage}: {description_of(stage)}")
    else:
        shutil.rmtree(stage, ignore_errors=True)


def _stage_of(target: Path) -> Path:
    """Return the staging folder of a new folder; the same for all processes that want the place."""
    name = target.absolute().name
    return target.parent / f"{STAGE}{hashlib.sha256(os.fsencode(name)).hexdigest()[:12]}"


def _all_or_none(
    moves: Iterable[tuple[Path, Path]], then: Callable[[], object] = lambda: None
) -> None:
    """Rename files and folders, then call `then`; if any of it fails, undo all renaming.

    Interrupts are delayed until it is done.

    Args:
        moves: pairs of the old and the new path.
        then: a function that is called when everything is renamed.
    """
    with uninterrupted():
        begun: list[tuple[Path, Path]] = []
        try:
            for source, target in moves:
                begun.append((source, target))
                source.rename(target)
            then()
        except BaseException:
            for source, target in reversed(begun):
                if not os.path.lexists(source):
                    target.rename(source)
            raise


def _note(text: str) -> None:
    note(f"note: {text}")


class Output:
    """The place of one result.

    As a context manager, it gives the folder its name at the end of the block, or removes it where
    the block is broken off. In the block, files are written into `folder`; the name that it gets
    is `target`, after the block.

    Args:
        out: the folder that the user asked for; None for the first of ``results/STEM``,
            ``results/STEM-2``, … that is free.
        stem: the name of the scenario and the first 8 digits of its hash, ``NAME-HASH``.
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
            self.target = place_of(self.target)  # only the path changes: the stem is stored
            if out is not None:
                self.target = place_of(out)
            _require_outside(self.target)
            self._inside = not self._numbered and self.target.exists()
            if self._inside:
                if force:
                    _clean(self.target)
                self._require_free(force)
                self._locks.append(Lock(self.target))
                self._require_free(force)  # checked again under the lock
            self.folder = self._stage()
            if not self._inside:
                self._try_name()
        except BaseException as error:
            self.discard()
            if isinstance(error, OSError):
                raise cannot_write(self.target, error) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.finish()
                return
        except BaseException:
            self.discard()
            raise
        self.discard()
        if isinstance(error, OSError):
            raise cannot_write(self.target, error) from error

    def _require_free(self, force: bool) -> None:
        target = self.target
        if not target.is_dir():
            raise OutputError(f"{target}: is a file; a result needs a folder")
        found = [entry.name for entry in os.scandir(target) if not is_stage(entry)]
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
        """Create the staging folder and take its lock."""
        parent = self.target if self._inside else self.target.parent
        missing = [p for p in (parent, *parent.parents) if not p.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            self._made.append(folder)
        left_behind(parent)
        stage = parent / f"{STAGE}{secrets.token_hex(6)}"
        if not self._inside and not self._numbered:
            stage = _stage_of(self.target)
        while True:
            stage.mkdir(exist_ok=True)
            if stage.is_symlink():
                raise OutputError(f"{stage}: is a link, where hedgerow works; delete it")
            try:
                self._locks.append(Lock(stage, what=self.target))
            except FileNotFoundError:  # another process removed it as a remainder
                continue
            except OSError:
                with suppress(OSError):
                    stage.rmdir()
                raise
            return stage

    def _try_name(self) -> None:
        """Check, before any work is done, that the folder can be renamed to its place."""
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
        """Move the result to its place and return the place.

        Raises:
            OutputError: the place cannot be written any more, or was taken by another program
                meanwhile. In the second case the message says where the result is kept.
        """
        with uninterrupted():
            return self._finish()

    def _finish(self) -> Path:
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
                problem = f"{self.target}: was made by another program meanwhile"
                raise OutputError(
                    f"{problem}; the result is kept in {self._first_free()}"
                ) from None
            raise cannot_write(self.target, error) from error
        try:
            self._named()
        except OSError as error:
            raise cannot_write(self.target, error) from error
        self._release()
        return self.target

    def _named(self) -> None:
        """What subclasses do under the lock once the folder is at its place."""

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
        """Replace the content of the folder by the staged files; if that fails, change nothing.

        The old manifest is moved out first and the new one moved in last, since a manifest says
        that all the rest is there.
        """
        stage, old = self.folder, self.folder / REPLACED
        new = sorted((p.name for p in stage.iterdir() if p.name != LOCK), key=_late)
        there = [entry.name for entry in os.scandir(self.target) if not is_stage(entry)]
        there = sorted((name for name in there if name != LOCK), key=_late, reverse=True)
        if there:
            old.mkdir()
        moves = [(self.target / name, old / name) for name in there]
        moves += [(stage / name, self.target / name) for name in new]
        _all_or_none(moves)
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Remove all that was written, and the folders that were created for it."""
        for lock in self._locks:
            if is_stage_name(lock.folder.name):
                _drop(lock.folder)
        self._release()
        self._unmake()

    def _release(self) -> None:
        """Release the locks, and remove the empty staging folder."""
        for lock in reversed(self._locks):
            lock.release()
            if is_stage_name(lock.folder.name):
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
    """Adds files to a folder that may hold others: all of them or, on an error, none.

    It replaces files of the same names. As a context manager it gives a temporary folder to write
    into.

    Args:
        folder: the folder to add to; it is created if it does not exist.
        result: the result folder that the files are made of, if any. If `folder` lies in it, other
            processes may add to the result at the same time but not replace it, and the manifest
            will list the files.

    Raises:
        OutputError: `folder` cannot be written, another process works there, or it lies in the
            result behind a link or among the tables.
    """

    def __init__(self, folder: Path, result: Path | None = None) -> None:
        self.folder = folder
        self._result = result
        self._made: list[Path] = []
        self._locks: list[Lock] = []

    def __enter__(self) -> Path:
        if self._result is not None and not require_beside(self._result, self.folder):
            self._result = None
        held = self.folder if self._result is None else self._result
        try:
            missing = [p for p in (self.folder, *self.folder.parents) if not p.exists()]
            for each in reversed(missing):
                each.mkdir()
                self._made.append(each)
            stage = self.folder / f"{STAGE}{secrets.token_hex(6)}"
            for each in {self.folder, held}:
                left_behind(each)
            stage.mkdir()
            self._locks.append(Lock(stage))
            self._locks.append(Lock(held, shared=True))
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
            new = sorted(path.name for path in stage.iterdir() if path.name != LOCK)
            for name in new:
                if (self.folder / name).is_dir():
                    raise OutputError(f"{self.folder / name}: is a folder; move it away")
            old = stage / REPLACED
            old.mkdir()
            there = [name for name in new if os.path.lexists(self.folder / name)]
            moves = [(self.folder / name, old / name) for name in there]
            moves += [(stage / name, self.folder / name) for name in new]
            _all_or_none(moves, lambda: self._list(new))
            self._made.clear()
        except OSError as failed:
            raise cannot_write(self.folder, failed) from failed
        finally:
            self._undo()

    def _list(self, names: Iterable[str]) -> None:
        if self._result is not None:
            record(self._result, (self.folder / name for name in names))

    def _undo(self) -> None:
        for lock in reversed(self._locks):
            if is_stage_name(lock.folder.name):
                _drop(lock.folder)
            lock.release()
        self._locks.clear()
        for each in reversed(self._made):
            with suppress(OSError):
                each.rmdir()


def _require_outside(target: Path) -> None:
    """Refuse a place inside a result folder, except for the folders of figures and analyses.

    Raises:
        OutputError: the place lies in a result folder.
    """
    whole = target.resolve()
    for parent in whole.parents:
        if is_result(parent) and whole.relative_to(parent).parts[0] != ANALYSIS:
            raise OutputError(f"{target}: lies in the result {parent}; choose a folder outside it")


def _clean(result: Path) -> None:
    """Remove what killed commands left in a result folder, its figures and its analyses."""
    for top in (result, result / FIGURES, result / ANALYSIS):
        if top.is_dir() and not top.is_symlink():
            left_behind(top)
            for entry in os.scandir(top) if top != result else ():
                if entry.is_dir(follow_symlinks=False) and not is_stage(entry):
                    left_behind(Path(entry.path))


def _late(name: str) -> tuple[bool, str]:
    """Key to sort names so that the manifest is last."""
    return name == MANIFEST, name
