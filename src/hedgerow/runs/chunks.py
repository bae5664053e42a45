"""The work of one worker: simulate some replicates of a point, write them, and reduce them.

Replicates are grouped in three ways. The groups change time and memory, never a result:

* a *leaf* is 128 replicates of one point, always the same ones. Sums and digests are trees of
  which these are the leaves;
* a *chunk* is the leaves that a worker takes at a time;
* a *block* is the replicates that one call of the model holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..model.record import Record
from ..results import records
from ..results.digest import LEAF, digests_by_run
from ..results.parts import part_path, write_part
from ..results.summary import Leaf, reduce_leaf
from ..results.tables import KEPT, KEYS, Axes, runs_table, tables
from ..scenario.compile import sampled
from .own import NONE, Own

if TYPE_CHECKING:
    import pyarrow as pa

    from ..results.digest import LeafKey
    from ..scenario import Scenario

Replicates = NDArray[np.uint64]
Parameters = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Job:
    """The settings that all chunks of a point share.

    Attributes:
        scenario: the scenario of the point.
        axes: countries, partners and years of its records.
        seed: seed of all random streams.
        kernel: implementation of the model, as of `hedgerow.compiled.kernels`.
        keep: which tables to write, a key of `hedgerow.results.tables.KEPT`.
        block: number of replicates that one call of the model holds.
        point: number of the design point, from 0.
        replicates: number of replicates of the point.
        tables: folder of the tables' files; None keeps tables in memory.
        scratch: folder for values of which quantiles are taken later; None keeps them in memory.
        own: countries and measures of the user's own.
    """

    scenario: "Scenario"
    axes: Axes
    seed: int
    kernel: str
    keep: str
    block: int
    point: int
    replicates: int
    tables: Path | None
    scratch: Path | None
    own: Own = NONE

    @property
    def kept(self) -> tuple[str, ...]:
        """The tables to write."""
        return KEPT[self.keep]


@dataclass(frozen=True)
class Chunk:
    """Leaves `first` to `last` − 1 of a job."""

    first: int
    last: int


@dataclass(frozen=True)
class Group:
    """Some leaves of a chunk that were simulated together.

    Attributes:
        leaves: which leaves they are.
        numbers: (R,) numbers of the runs that `record` holds.
        record: record of the runs that did not fail; None if all did. Kept in memory, it may lack
            the columns of tables that are not kept.
        failed: why runs failed, by run number.
        reduced: the leaves reduced for the summary, if `record` lacks columns; else None.
    """

    leaves: Chunk
    numbers: NDArray[np.int64]
    record: Record | None
    failed: dict[int, str]
    reduced: list[Leaf] | None = None


@dataclass(frozen=True)
class Simulated:
    """A chunk of which nothing is stored yet.

    Attributes:
        chunk: which chunk it is.
        numbers, replicates: (R,) number of each run, and its number within the point.
        parameters: the numbers drawn from priors, (R,) by path.
        groups: its groups in order. Each is simulated when it is asked for, unless all are already
            in memory.
    """

    chunk: Chunk
    numbers: NDArray[np.int64]
    replicates: Replicates
    parameters: Parameters
    groups: Iterable[Group]

    @property
    def failed(self) -> dict[int, str]:
        """Why runs failed, by run number. To be asked only of chunks in memory."""
        return {number: why for group in self.groups for number, why in group.failed.items()}


@dataclass
class Outcome:
    """What a worker returns. The rows themselves are in the files that it wrote.

    Attributes:
        runs: number of rows of the table ``runs``.
        failed: why runs failed, by run number.
        digests: digest of each leaf, by table.
        leaves: the leaves reduced for the summary.
        parts: the files written.
        tables: the tables, if they are kept in memory.
    """

    runs: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    digests: dict[str, "dict[LeafKey, bytes]"] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    tables: "dict[str, list[pa.Table]]" = field(default_factory=dict)


def chunks(replicates: int, leaves: int) -> list[Chunk]:
    """Return the chunks of a point with so many replicates, each of `leaves` leaves at most."""
    total = -(-replicates // LEAF)
    return [Chunk(first, min(first + leaves, total)) for first in range(0, total, leaves)]


def work(job: Job, chunk: Chunk) -> Outcome:
    """Simulate, write and reduce the leaves of a chunk.

    A run fails if it raises an error or yields numbers that are not finite. It is then a row of
    ``runs`` with the reason, has no rows in other tables, and does not affect other runs.

    Raises:
        OSError: a part cannot be written.
    """
    return stored(job, simulated(job, chunk))


def held(job: Job, chunk: Chunk) -> Simulated:
    """Simulate a chunk now and keep in memory what the tables of the job need of it."""
    found = simulated(job, chunk)
    return replace(found, groups=[_kept(job, group) for group in found.groups])


def _kept(job: Job, group: Group) -> Group:
    if "ties" in job.kept or group.record is None:
        return group
    countries = group.record.countries
    if "countries" not in job.kept:
        countries = dict(list(countries.items())[:1])  # one column is kept, for the number of runs
    reduced = _reduce(job, group)
    return replace(
        group, reduced=reduced, record=replace(group.record, ties={}, countries=countries)
    )


def simulated(job: Job, chunk: Chunk) -> Simulated:
    """Return a chunk whose groups are simulated one by one as they are asked for."""
    first, stop = chunk.first * LEAF, min(chunk.last * LEAF, job.replicates)
    replicates = np.arange(first, stop, dtype=np.uint64)
    numbers = job.point * job.replicates + replicates.astype(np.int64)
    parameters = sampled(job.scenario, replicates, job.seed)
    groups = _groups(job, chunk, numbers, replicates, parameters)
    return Simulated(chunk, numbers, replicates, parameters, groups)


def _groups(
    job: Job,
    chunk: Chunk,
    numbers: NDArray[np.int64],
    replicates: Replicates,
    parameters: Parameters,
) -> Iterator[Group]:
    step = max(1, job.block // LEAF)
    for leaf in range(chunk.first, chunk.last, step):
        group = Chunk(leaf, min(leaf + step, chunk.last))
        first = chunk.first * LEAF
        here = slice(group.first * LEAF - first, min(group.last * LEAF - first, replicates.size))
        own = {path: values[here] for path, values in parameters.items()}
        record, healthy, failed = _simulate_all(job, replicates[here], own)
        reasons = {int(numbers[here][i]): reason for i, reason in failed.items()}
        yield Group(group, numbers[here][healthy], record, reasons)


def stored(job: Job, found: Simulated) -> Outcome:
    """Reduce a simulated chunk for the summary, and write its tables or keep them in memory.

    Raises:
        OSError: a part cannot be written.
    """
    outcome = Outcome(runs=found.replicates.size)
    made: dict[str, list[pa.Table]] = {}
    for group in found.groups:
        outcome.failed |= group.failed
        outcome.leaves += _reduce(job, group) if group.reduced is None else group.reduced
        if group.record is not None:
            for name, table in tables(group.record, job.axes, group.numbers, job.kept).items():
                made.setdefault(name, []).append(table)
                _digest(job, group.leaves, name, table, outcome)
    places = {int(number): i for i, number in enumerate(found.numbers)}
    reasons = {places[number]: reason for number, reason in outcome.failed.items()}
    runs = runs_table(found.numbers, job.point, found.replicates, reasons, found.parameters)
    _digest(job, found.chunk, "runs", runs, outcome)
    made = {"runs": [runs], **made}
    if job.tables is None:
        outcome.tables = made
        return outcome
    for name, parts in made.items():
        path = part_path(job.tables, name, int(found.numbers[0]))
        write_part(parts, path, job.own.notes())
        outcome.parts.append(path)
    return outcome


def _firsts(job: Job, chunk: Chunk) -> list[int]:
    """Return the first run of each leaf of a chunk, and the run after the last."""
    base = job.point * job.replicates
    return [base + leaf * LEAF for leaf in range(chunk.first, chunk.last + 1)]


def _reduce(job: Job, group: Group) -> list[Leaf]:
    """Reduce the leaves of a group."""
    cut = records.cut(group.record, group.numbers, _firsts(job, group.leaves))
    return [
        reduce_leaf(own, job.axes, job.point, leaf, job.replicates, job.scratch, job.kernel)
        for leaf, own in enumerate(cut, group.leaves.first)
    ]


def _digest(job: Job, chunk: Chunk, name: str, table: "pa.Table", outcome: Outcome) -> None:
    """Add the digests of the leaves of a chunk that have rows in a table."""
    digests = digests_by_run(table, KEYS[name], _firsts(job, chunk))
    known = outcome.digests.setdefault(name, {})
    known.update(
        ((job.point, leaf), digest) for leaf, digest in enumerate(digests, chunk.first) if digest
    )


def _simulate_all(
    job: Job, replicates: Replicates, parameters: Parameters
) -> tuple[Record | None, NDArray[np.int64], dict[int, str]]:
    """Return the record of the runs that did not fail, their places, and why others failed."""
    parts: list[Record] = []
    healthy: list[int] = []
    reasons: dict[int, str] = {}
    for start in range(0, replicates.size, job.block):
        block = replicates[start : start + job.block]
        _simulate(job, block, parameters, start, parts, healthy, reasons)
    record = records.join(parts) if parts else None
    return record, np.array(healthy, dtype=np.int64), reasons


def _simulate(
    job: Job,
    block: Replicates,
    parameters: Parameters,
    start: int,
    parts: list[Record],
    healthy: list[int],
    reasons: dict[int, str],
) -> None:
    """Simulate a block; if it fails, simulate its runs one by one, so that the others succeed."""
    try:
        drawn = {path: row[start : start + block.size] for path, row in parameters.items()}
        record = job.own.simulate(job.scenario, block, job.seed, job.kernel, drawn=drawn)
    except Exception as error:
        if block.size > 1:
            for i in range(block.size):
                _simulate(job, block[i : i + 1], parameters, start + i, parts, healthy, reasons)
        else:
            reasons[start] = reason_of(error)
        return
    faults = records.faults(record, np.array(job.axes.self_partner), job.axes.instruments)
    reasons.update({start + i: reason for i, reason in faults.items()})
    sound = np.array([i for i in range(block.size) if i not in faults], dtype=np.intp)
    if sound.size:
        parts.append(record if not faults else records.pick(record, sound))
        healthy.extend(start + int(i) for i in sound)


def reason_of(error: Exception) -> str:
    """Return in one line why a run failed."""
    return " ".join(f"{type(error).__name__}: {error}".split())
