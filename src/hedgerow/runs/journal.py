"""The journal of a sweep: a file with one line for each finished task.

A line is added once the files of the task have their final names. Each line carries its own
checksum. A line that a crash cut short is ignored, and removed before the next is added. Only the
process that holds the lock of the folder may add lines.
"""

import json
import os
import re
import zlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..errors import Damaged
from ..files import opened, shallow
from ..results.documents import (
    FLAG,
    HASH,
    NAMED,
    NUMBER,
    TEXT,
    Kind,
    fault,
    list_of,
    table_of,
    whole,
)
from ..results.layout import JOURNAL, SCRATCH, SWEEP, TABLES, cannot_write
from .spec import Spec
from .work import Done, Part


def _is_part(value: Any) -> bool:
    kinds = {"path": _PATH, "size": whole(0), "sha256": HASH, "rows": whole(0)}
    return isinstance(value, dict) and value.keys() == kinds.keys() and not fault(value, kinds)


_PATH = Kind(
    "the path of a part",
    lambda value: (
        isinstance(value, str)
        and re.fullmatch(
            rf"{TABLES}/[a-z]+/part-\d+\.parquet|{SCRATCH}/\d+-\d+\.np[yz]", value, re.ASCII
        )
        is not None
    ),
)
_LINE: dict[str, Kind] = {
    **dict.fromkeys(("number", "first", "last", "runs", "failed"), whole(0)),
    "summary": FLAG,
    "reasons": table_of(TEXT, "a table of reasons"),
    "digests": table_of(table_of(HASH, "checksums"), "tables of checksums"),
    "parts": list_of(Kind("a part", _is_part), "a list of parts"),
    "seconds": NUMBER,
}
"""The keys of a line of a task, and what each may hold."""


def lines(path: Path) -> tuple[dict[int, Done], int, int, list[dict[str, str]]]:
    """Read a journal.

    Returns:
        The finished tasks that were not dropped, by number, without their digests, which would
        take much memory; the next free number; the length in bytes of the file up to the end of
        its last complete line; and the versions of the code that resumed the sweep, if they were
        others than at its start.

    Raises:
        OSError: the file cannot be read.
        Damaged: a line is complete and yet not what it must be.
    """
    done: dict[int, Done] = {}
    codes: list[dict[str, str]] = []
    following, length, place = 0, 0, 0
    with opened(path) as file:
        for count, raw in enumerate(file, 1):
            place += len(raw)
            entry = _entry(raw)
            if entry is None:
                continue
            length = place
            if fault := _fault(entry):
                raise Damaged(
                    f"{path}: line {count} is damaged: {fault}; the sweep cannot go on; start anew"
                )
            if "drop" in entry:
                done.pop(entry["drop"], None)
            elif "code" in entry:
                codes.append(entry["code"])
            else:
                number = entry.pop("number")
                entry["parts"] = [Part(**part) for part in entry["parts"]]
                done[number] = Done(**entry | {"digests": {}})
                following = max(following, number + 1)
    return done, following, length, codes


def require_fit(folder: Path, done: Iterable[Done], spec: Spec) -> None:
    """Check that the tasks of a journal belong to a sweep.

    Args:
        folder: the folder of the sweep.
        done: the tasks of its journal.
        spec: the description of the sweep.

    Raises:
        Damaged: a task has units that the sweep does not have, or another number of runs.
    """
    if not all(
        task.last <= spec.units
        and task.runs == (0 if task.summary else spec.runs_of(task.first, task.last))
        for task in done
    ):
        raise Damaged(
            f"{folder / JOURNAL}: names work that is no part of the sweep in {SWEEP}; one of the "
            "two was changed, so the sweep cannot go on; start anew"
        )


def _fault(entry: Any) -> str:
    """Return what is wrong with a line, in words; empty if nothing is."""
    if not isinstance(entry, dict):
        return "holds no JSON object"
    if "drop" in entry:
        return fault(entry, {"drop": whole(0)})
    if "code" in entry:
        return fault(entry, {"code": NAMED})
    wrong = fault(entry, _LINE)
    if wrong:
        return wrong
    first, last, unknown = entry["first"], entry["last"], sorted(entry.keys() - _LINE.keys())
    if unknown:
        return f"{unknown[0]!r} is not known"
    if first >= last:
        return "'last' must be above 'first'"
    if entry["failed"] > entry["runs"] or bool(entry["failed"]) != bool(entry["reasons"]):
        return "'failed', 'runs' and 'reasons' do not go together"
    if not all(run.isdecimal() for run in entry["reasons"]):
        return "'reasons' must be by numbers of runs"
    units = {unit for digests in entry["digests"].values() for unit in digests}
    if not all(unit.isdecimal() and first <= int(unit) < last for unit in units):
        return "'digests' are of other units than the task"
    return ""


def digests(path: Path, tasks: Container[int]) -> Iterator[dict[str, dict[str, str]]]:
    """Yield the digests that some tasks of a journal returned, by table and unit.

    Args:
        path: path of the journal.
        tasks: numbers of the tasks.

    Raises:
        OSError: the journal cannot be read.
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
    try:
        entry: dict[str, Any] = shallow(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return entry


def _check(text: bytes) -> bytes:
    return f"{zlib.crc32(text):08x}".encode()


class Journal:
    """The journal of a sweep, open for writing. The process must hold the lock of the folder.

    Attributes:
        done: the finished tasks by number, without their digests.
        codes: the versions of the code that resumed the sweep, as of `hedgerow.results.identity`,
            without the first.

    Raises:
        OutputError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        path = folder / JOURNAL
        try:
            self._file = path.open("ab", buffering=0)  # unbuffered, else closing could write again
        except OSError as error:
            raise cannot_write(folder, error) from error
        try:
            self.done, self._next, length, self.codes = lines(path)
            if path.stat().st_size > length:
                os.ftruncate(self._file.fileno(), length)
        except OSError as error:
            self._file.close()
            raise cannot_write(folder, error) from error
        except BaseException:
            self._file.close()
            raise

    def add(self, done: Done) -> None:
        """Note a finished task, whose files have their final names.

        Raises:
            OSError: the disk is full.
        """
        entry = {"number": self._next, **asdict(done)}
        del entry["place"]
        self._write(entry)
        self.done[self._next] = replace(done, digests={})
        self._next += 1

    def change(self, code: dict[str, str]) -> None:
        """Note that another version of the code resumes the sweep.

        Raises:
            OSError: the disk is full.
        """
        self._write({"code": code})
        self.codes.append(code)

    def drop(self, number: int) -> None:
        """Note that a task must be done again.

        Raises:
            OSError: the disk is full.
        """
        self._write({"drop": number})
        del self.done[number]

    def _write(self, entry: dict[str, Any]) -> None:
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        line = memoryview(_check(text) + b" " + text)
        while line:
            line = line[self._file.write(line) :]
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
