"""What a sweep has: a line a finished task, added when its parts have their names.

Each line carries its own checksum. A line that was cut off by a crash is not there, and is cut away
before another is added. Who adds lines holds the lock of the file, and nobody else may.
"""

import json
import os
import zlib
from collections.abc import Container, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from ..files import opened
from ..results.folder import JOURNAL, cannot_write
from .errors import Refused
from .work import Done, Part

try:
    import fcntl
except ImportError:  # a system without POSIX locks
    fcntl = None  # type: ignore[assignment]


def lines(path: Path) -> tuple[dict[int, Done], int, int]:
    """Read a journal.

    Returns:
        The tasks that are done and were not dropped, by number, without their digests, which would
        need memory with every unit; the next number; and the length of the file up to the end of
        its last whole line.

    Raises:
        OSError: it cannot be read.
    """
    done: dict[int, Done] = {}
    following, length, place = 0, 0, 0
    with opened(path) as file:
        for raw in file:
            place += len(raw)
            entry = _entry(raw)
            if entry is None:
                continue
            length = place
            if "drop" in entry:
                done.pop(entry["drop"], None)
            else:
                number = entry.pop("number")
                entry["parts"] = [Part(**part) for part in entry["parts"]]
                done[number] = Done(**entry | {"digests": {}})
                following = max(following, number + 1)
    return done, following, length


def digests(path: Path, tasks: Container[int]) -> Iterator[dict[str, dict[str, str]]]:
    """Yield the digests of some tasks of a journal.

    Args:
        path: of the journal.
        tasks: their numbers.

    Raises:
        OSError: it cannot be read.
    """
    with opened(path) as file:
        for raw in file:
            entry = _entry(raw)
            if entry is not None and entry.get("number") in tasks:
                yield entry["digests"]


def _entry(raw: bytes) -> dict[str, Any] | None:
    check, _, text = raw.partition(b" ")
    if not raw.endswith(b"\n") or check != _check(text):
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


def _check(text: bytes) -> bytes:
    return f"{zlib.crc32(text):08x}".encode()


def is_held(folder: Path) -> bool:
    """Tell whether some process works on a sweep."""
    try:
        with opened(folder / JOURNAL) as file:
            return not _lock(file, shared=True)
    except OSError:
        return False


def _lock(file: BinaryIO, shared: bool = False) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Journal:
    """The journal of a sweep, open and locked.

    Attributes:
        done: the tasks that are done, by number, without their digests.

    Raises:
        Refused: another process works on the sweep.
        OutputError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        path = folder / JOURNAL
        try:
            self._file = path.open("ab")
        except OSError as error:
            raise cannot_write(folder, error) from error
        try:
            if not _lock(self._file):
                raise Refused(
                    f"{folder}: another process works on this sweep; wait for it, or stop it first"
                )
            self.done, self._next, length = lines(path)
            if path.stat().st_size > length:
                os.ftruncate(self._file.fileno(), length)
        except OSError as error:
            self._file.close()
            raise cannot_write(folder, error) from error
        except BaseException:
            self._file.close()
            raise

    def add(self, done: Done) -> None:
        """Note a task whose parts have their names.

        Raises:
            OSError: the disk is full.
        """
        entry = {"number": self._next, **asdict(done)}
        del entry["place"]
        self._write(entry)
        self.done[self._next] = replace(done, digests={})
        self._next += 1

    def drop(self, number: int) -> None:
        """Note that a task is no longer done.

        Raises:
            OSError: the disk is full.
        """
        self._write({"drop": number})
        del self.done[number]

    def _write(self, entry: dict[str, Any]) -> None:
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._file.write(_check(text) + b" " + text)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file, which gives the lock back."""
        self._file.close()
