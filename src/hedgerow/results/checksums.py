"""Checksums (SHA-256) of the files of a folder, and which files were changed, lost or added."""

import hashlib
import os
import re
import stat
from collections.abc import Collection, Container, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ..files import opened, plain
from .layout import OURS, description_of, is_stage, is_stage_name
from .lock import LOCK, MANIFEST_LOCK, is_held

HARMLESS = frozenset({"Thumbs.db", "ehthumbs.db", "desktop.ini", ".DS_Store", ".directory"})
"""Files that file managers leave in folders."""

_BLOCK = 1 << 20  # bytes
_COPY = re.compile(
    r"(?P<stem>.+?)( \(\d+\)| - Copy( \(\d+\))?| copy( \d+)?|[ .]\(?[^(]*conflict.*)(?P<end>\.\w+)"
)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        OSError: it is not there, is no regular file, or cannot be read.
    """
    digest = hashlib.sha256()
    with opened(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def checksums(folder: Path, under: Container[str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of the files in a folder by their paths in it, with ``/``.

    Args:
        folder: the folder; links in it are left out.
        under: only files in these of its subfolders; all by default.

    Raises:
        OSError: the folder or a file cannot be read.
    """
    return {
        name: checksum(folder / name)
        for name in names(folder)
        if (under is None or name.partition("/")[0] in under)
        and stat.S_ISREG((folder / name).lstat().st_mode)
    }


def names(folder: Path) -> Iterator[str]:
    """Yield the paths of all files in a folder, in order, without following links.

    Empty folders, and staging folders that killed commands left, are named with ``/`` at the end.
    The lock and the staging folder of a command that is at work are left out.

    Raises:
        OSError: the folder cannot be read.
    """
    yield from (name for name in _names(folder, "") if name not in _PASSING)


_PASSING = (LOCK, MANIFEST_LOCK, *(f"{name}/" for name in OURS))


def _names(folder: Path, above: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    if not entries and above:
        yield above
    for entry in entries:
        name = above + entry.name
        if is_stage(entry):
            if not is_held(folder / entry.name):
                yield f"{name}/"
        elif entry.is_dir(follow_symlinks=False):
            yield from _names(folder / entry.name, f"{name}/")
        else:
            yield name


def shown(name: str) -> str:
    """Return the name of a file as a terminal can show it."""
    return plain(os.fsencode(name).decode(errors="replace")).replace("\n", "?")


def changed(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return which files of a list are missing or were changed, by path, with the reason.

    Args:
        folder: the folder of the files. Nothing outside it is read, and no link is followed.
        files: the SHA-256 of each file by path.
    """
    found = {}
    for name, digest in files.items():
        try:
            why = _unlike(folder, name)
            if not why and checksum(folder / name) != digest:
                why = "was changed"
        except FileNotFoundError:
            why = "is missing"
        except OSError as error:
            why = f"cannot be read: {error.strerror or error}"
        if why:
            found[name] = why
    return found


def _unlike(folder: Path, name: str) -> str:
    """Return why a path cannot be that of a file of the folder; empty if it can."""
    if not is_inside(name):
        return "is listed, but is no path within the folder"
    place = folder
    for part in name.split("/"):
        place /= part
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            return "is a link now, not what was written"
    return "" if stat.S_ISREG(mode) else "is no file now, as it was when it was written"


def is_inside(name: str) -> bool:
    """Whether a path, with ``/``, stays in its folder."""
    parts = name.replace(os.sep, "/").split("/")
    return not {"", ".", ".."} & set(parts) and not Path(name).drive and "\0" not in name


def added(folder: Path, known: Collection[str]) -> dict[str, str]:
    """Return the files of a folder that are not among the `known` paths, with likely reasons.

    Raises:
        OSError: the folder cannot be read.
    """
    found = {}
    emptied = {f"{above}/" for name in known for above in map(str, PurePosixPath(name).parents)}
    for name in names(folder):
        if name not in known and name not in emptied:
            left = name.endswith("/") and is_stage_name(name[:-1])
            found[name] = description_of(folder / name) if left else _newcomer(name, known)
    return found


def is_harmless(name: str) -> bool:
    """Whether a path is that of a file that file managers leave in folders."""
    last = PurePosixPath(name).name
    return last in HARMLESS or last.startswith("._")


def _newcomer(name: str, known: Collection[str]) -> str:
    path = PurePosixPath(name)
    if name.endswith("/"):
        return "was added: an empty folder; it is no part of the result"
    if is_harmless(name):
        return "was added by a file manager; it does no harm, and can be deleted"
    copy = _COPY.fullmatch(path.name)
    source = copy["stem"] + copy["end"] if copy else ""
    if source and path.with_name(source).as_posix() in known:
        return (
            f"was added: a copy of {shown(source)}, as programs that synchronise folders make; it "
            "is no part of the result, and can be deleted"
        )
    return "was added; it is no part of the result: move it to another folder"
