"""The work of one worker of a sweep: simulate some units, or summarise a point.

A worker writes files only into the staging folder of its session. It returns their names and
checksums, and digests, which are small. The parent process then moves the files to their places.
"""

import secrets
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..errors import Unseen
from ..model.record import Record
from ..results import records
from ..results.checksums import checksum
from ..results.digest import digests_by_run, leaf_digest
from ..results.layout import SCRATCH, TABLES
from ..results.parts import part_path, write_part
from ..results.summary import KEYS as SUMMARY_KEYS
from ..results.summary import Leaf, PointSummary, reduce_leaf
from ..results.tables import KEPT, KEYS, runs_table, tables
from ..scenario.compile import sampled
from . import scratch
from .chunks import reason_of
from .own import NONE, Own
from .spec import Setting, setting
from .variants import Runs

BLOCK = 512
"""Number of runs that one call of the model holds by default."""

MOST_REASONS = 3
"""Most reasons of failed runs that a task returns; the table ``runs`` holds all of them."""


@dataclass(frozen=True)
class Task:
    """Some units to simulate, or a point to summarise.

    Attributes:
        folder: the folder of the sweep.
        stage: the staging folder of this session, in which workers write.
        first, last: the units `first` to `last` − 1; for a summary, all units of the point.
        block: number of runs that one call of the model holds.
        summary: True to summarise, False to simulate.
        own: countries and measures of the user's own.
    """

    folder: str
    stage: str
    first: int
    last: int
    block: int
    summary: bool = False
    own: Own = NONE


@dataclass
class Part:
    """One file of a result.

    Attributes:
        path: path relative to the folder of the sweep, with ``/``.
        size: number of bytes.
        sha256: checksum of its content.
        rows: number of rows, if it is part of a table.
    """

    path: str
    size: int
    sha256: str
    rows: int = 0


@dataclass
class Done:
    """The outcome of a task.

    Attributes:
        first, last, summary: as in the task.
        place: folder of the files within that of the session. It is a new one each time, since a
            task may be done twice if a worker is taken for dead.
        runs, failed: number of runs, and of those that failed.
        reasons: why a few of them failed, by run number.
        digests: digest of each unit that has rows, by table and unit; that of a summary is
            under the first unit of its point.
        parts: the files: those that stay, and those needed until the point is summarised.
        seconds: time that the task took, without reading the scenario.
    """

    first: int
    last: int
    summary: bool = False
    place: str = ""
    runs: int = 0
    failed: int = 0
    reasons: dict[str, str] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    seconds: float = 0.0


def work(task: Task) -> Done:
    """Do a task.

    A run fails if it raises an error or yields numbers that are not finite. It is then a row of
    ``runs`` with the reason, has no rows in other tables, and does not affect other runs.

    Raises:
        OSError: a part cannot be written.
        ResultError: the folder holds no sweep that can be read.
        Unseen: the staging folder is not there: the worker does not share the file system.
    """
    if not Path(task.stage).is_dir():
        raise Unseen(
            f"{task.folder}: a worker on {socket.gethostname()} does not see this folder as it is "
            "here; all workers need the same file system, or it was removed"
        )
    here = setting(task.folder)
    clock = time.monotonic()
    done = Done(task.first, task.last, task.summary, secrets.token_hex(6))
    if task.summary:
        _summarise(here, task, done)
    else:
        _simulate(here, task, done)
    done.seconds = time.monotonic() - clock
    return done


def _simulate(here: Setting, task: Task, done: Done) -> None:
    spec = here.spec
    runs = spec.runs_in(task.first, task.last)
    record, healthy, reasons, columns = simulate(here, runs, task.block, task.own)
    place = _place(task, done)
    numbers = runs.points * spec.replicates + runs.replicates.astype(np.int64)
    done.runs, done.failed = numbers.size, len(reasons)
    done.reasons = {str(numbers[i]): reasons[i] for i in sorted(reasons)[:MOST_REASONS]}
    found = {"runs": [runs_table(numbers, runs.points, runs.replicates, reasons, columns)]}
    if record is not None:
        rows = tables(record, here.axes, numbers[healthy], KEPT[spec.keep])
        found |= {name: [table] for name, table in rows.items()}
    units = range(task.first, task.last)
    firsts = [spec.first_run(unit) for unit in (*units, task.last)]
    for name, (table,) in found.items():
        digests = digests_by_run(table, KEYS[name], firsts)
        hexes = {str(u): d.hex() for u, d in zip(units, digests, strict=True) if d}
        if hexes:
            done.digests[name] = hexes
    for unit, own in zip(units, records.cut(record, numbers[healthy], firsts), strict=True):
        point, leaf = divmod(unit, spec.leaves)
        reduced = reduce_leaf(own, here.axes, point, leaf, spec.replicates, None, spec.kernel)
        if spec.leaves > 1:
            done.parts += [_part(place, path) for path in scratch.write(reduced, place)]
            continue
        table = summary_of(here, point, [reduced])
        found.setdefault("summary", []).append(table)
        if table.num_rows:
            digest = leaf_digest(table, SUMMARY_KEYS).hex()
            done.digests.setdefault("summary", {})[str(unit)] = digest
    notes, number = task.own.notes(), int(numbers[0])
    done.parts += [_write(place, name, group, number, notes) for name, group in found.items()]


def simulate(
    here: Setting, runs: Runs, block: int, own: Own = NONE
) -> tuple[Record | None, NDArray[np.int64], dict[int, str], dict[str, Any]]:
    """Simulate some runs.

    Args:
        here: the sweep.
        runs: the runs, in any order.
        block: number of runs that one call of the model holds.
        own: countries and measures of the user's own.

    Returns:
        The record of the runs that did not fail (None if all did), their places in `runs`, why
        others failed by place, and the columns of parameters of all runs.
    """
    parts: list[Record] = []
    order: list[NDArray[np.int64]] = []
    reasons: dict[int, str] = {}
    columns: dict[str, Any] = {}
    for scenario, places in here.variants.groups(runs.points):
        _columns(here, scenario, runs, places, columns)
        for start in range(0, places.size, block):
            some = places[start : start + block]
            _block(here, scenario, runs, some, own, parts, order, reasons)
    if not parts:
        return None, np.zeros(0, dtype=np.int64), reasons, columns
    healthy = np.concatenate(order)
    joint, sorting = records.join(parts), np.argsort(healthy)
    if np.any(sorting != np.arange(sorting.size)):
        joint = records.pick(joint, sorting)
    return joint, healthy[sorting], reasons, columns


def _block(
    here: Setting,
    scenario: Any,
    runs: Runs,
    places: NDArray[np.int64],
    own: Own,
    parts: list[Record],
    order: list[NDArray[np.int64]],
    reasons: dict[int, str],
) -> None:
    """Simulate a block of one variant; if it fails, simulate halves of it, down to single runs."""
    some, seed = runs.pick(places), here.spec.seed
    try:
        given = here.variants.numbers(some.points, scenario, some, seed)
        with np.errstate(all="ignore"):  # numbers that are not finite are found below
            kernel = here.spec.kernel
            record = own.simulate(scenario, some.streams, seed, kernel, given=given)
    except Exception as error:
        if places.size > 1:
            for half in np.array_split(places, 2):
                _block(here, scenario, runs, half, own, parts, order, reasons)
        else:
            reasons[int(places[0])] = reason_of(error)
        return
    faults = records.faults(record, np.array(here.axes.self_partner), here.axes.instruments)
    reasons.update({int(places[i]): reason for i, reason in faults.items()})
    sound = np.array([i for i in range(places.size) if i not in faults], dtype=np.intp)
    if sound.size:
        parts.append(record if not faults else records.pick(record, sound))
        order.append(places[sound])


def _columns(
    here: Setting, scenario: Any, runs: Runs, places: NDArray[np.int64], columns: dict[str, Any]
) -> None:
    """Fill the columns of ``runs`` for the runs of one variant."""
    own = runs.pick(places)
    draws = sampled(scenario, own.streams, here.spec.seed)
    points, where = np.unique(own.points, return_inverse=True)
    for path, kind in here.spec.columns.items():
        values = here.variants.column(path, kind, points.tolist(), where, draws)
        if path not in columns:
            columns[path] = np.empty(runs.points.size, dtype=values.dtype)
        columns[path][places] = values


def summary_of(here: Setting, point: int, leaves: Iterable[Leaf]) -> "pa.Table":
    """Return the summary of a point, with only the measures and years that the sweep keeps."""
    whole = PointSummary(here.axes, point, here.spec.replicates, here.spec.kernel)
    for leaf in leaves:
        whole.add(leaf)
    return whole.table(here.spec.measures, here.spec.years)


def _summarise(here: Setting, task: Task, done: Done) -> None:
    point = task.first // here.spec.leaves
    folder = Path(task.folder) / SCRATCH
    leaves = (scratch.read(folder, point, leaf) for leaf in range(here.spec.leaves))
    table = summary_of(here, point, leaves)
    if table.num_rows:
        done.digests["summary"] = {str(task.first): leaf_digest(table, SUMMARY_KEYS).hex()}
    place = _place(task, done)
    done.parts.append(_write(place, "summary", [table], point * here.spec.replicates))


def _place(task: Task, done: Done) -> Path:
    """Create the folder for the files of a task in that of the session, which must exist."""
    place = Path(task.stage) / done.place
    place.mkdir()
    return place


def _write(
    place: Path,
    name: str,
    group: "list[pa.Table]",
    first_run: int,
    notes: Mapping[str, Mapping[str, str]] | None = None,
) -> Part:
    path = part_path(place / TABLES, name, first_run)
    write_part(_gathered(group), path, notes)
    return _part(place, path, sum(table.num_rows for table in group))


def _gathered(group: "list[pa.Table]") -> "list[pa.Table]":
    """Join small tables that follow each other, so that a file has few row groups."""
    result: list[pa.Table] = []
    waiting: list[pa.Table] = []
    for table in group:
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= 2**16:
            result.append(pa.concat_tables(waiting).unify_dictionaries())
            waiting = []
    if waiting or not result:
        result.append(pa.concat_tables(waiting).unify_dictionaries())
    return result


def _part(place: Path, path: Path, rows: int = 0) -> Part:
    relative = path.relative_to(place).as_posix()
    return Part(relative, path.stat().st_size, checksum(path), rows)
