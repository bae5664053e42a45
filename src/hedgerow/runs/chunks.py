"""What a worker does: simulate some leaves of one point, write their parts, reduce them.

A leaf is 128 replicates of one point. Leaves are what summaries and digests are made of; a chunk
is the leaves that one worker takes at a time; a block is the replicates that one call of the model
holds. None of them can be seen in a result.
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
    """What all chunks of a point share.

    Attributes:
        scenario: of the point.
        axes: what the axes of its records mean.
        seed: of all streams.
        kernel, precision: what computes the rounds, and how exactly (`hedgerow.compiled.kernels`).
        keep: which tables to write (`hedgerow.results.tables.KEPT`).
        block: replicates that one call of the model holds.
        point: number of the design point.
        replicates: of the point; they are numbered from 0.
        tables: folder of the parts; None keeps tables in memory.
        scratch: folder for values that wait for quantiles; None keeps them in memory.
        own: countries and measures of one's own.
    """

    scenario: "Scenario"
    axes: Axes
    seed: int
    kernel: str
    precision: str
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
        leaves: which.
        numbers: of the runs that `record` holds.
        record: of the runs that did not fail; None where all did. Of what is in memory it may lack
            the columns of tables that are not kept.
        failed: reasons by run number.
        reduced: for the summary, where `record` lacks columns.
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
        chunk: which.
        numbers, replicates: of its runs.
        parameters: what its runs draw.
        groups: in order; each is simulated as it is asked for, or all lie in memory.
    """

    chunk: Chunk
    numbers: NDArray[np.int64]
    replicates: Replicates
    parameters: Parameters
    groups: Iterable[Group]

    @property
    def failed(self) -> dict[int, str]:
        """Reasons of the runs that failed, by run number; of chunks in memory."""
        return {number: why for group in self.groups for number, why in group.failed.items()}


@dataclass
class Outcome:
    """What a worker hands back; the rows themselves lie in the parts.

    Attributes:
        runs: how many rows ``runs`` has got.
        failed: reasons by run number.
        digests: of each leaf, by table.
        leaves: for the summary.
        parts: the files written.
        tables: what there is of each table, where it is kept in memory.
    """

    runs: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    digests: dict[str, "dict[LeafKey, bytes]"] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    tables: "dict[str, list[pa.Table]]" = field(default_factory=dict)


def chunks(replicates: int, leaves: int) -> list[Chunk]:
    """Cut the leaves of a point into chunks of some leaves."""
    total = -(-replicates // LEAF)
    return [Chunk(first, min(first + leaves, total)) for first in range(0, total, leaves)]


def work(job: Job, chunk: Chunk) -> Outcome:
    """Simulate, write and reduce the leaves of a chunk.

    A run that raises an error or leaves the real numbers is a row of ``runs`` with its reason; it
    has no other rows and does not disturb its neighbours.

    Raises:
        OSError: a part cannot be written.
    """
    return stored(job, simulated(job, chunk))


def held(job: Job, chunk: Chunk) -> Simulated:
    """Simulate the leaves of a chunk and hold them in memory, as far as the job keeps them."""
    found = simulated(job, chunk)
    return replace(found, groups=[_kept(job, group) for group in found.groups])


def _kept(job: Job, group: Group) -> Group:
    if "ties" in job.kept or group.record is None:
        return group
    countries = group.record.countries
    if "countries" not in job.kept:
        countries = dict(list(countries.items())[:1])  # they tell how many runs there are
    reduced = _reduce(job, group)
    return replace(
        group, reduced=reduced, record=replace(group.record, ties={}, countries=countries)
    )


def simulated(job: Job, chunk: Chunk) -> Simulated:
    """Return the leaves of a chunk, simulated group by group as they are asked for."""
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
    """Reduce what was simulated, and write its tables or keep them.

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
        write_part(parts, path)
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
    """Return the joint record of the healthy, their positions, and reasons of the others."""
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
    """Simulate a block; if it fails, run by run, so that only the guilty runs fail."""
    try:
        drawn = {path: row[start : start + block.size] for path, row in parameters.items()}
        record = job.own.simulate(
            job.scenario, block, job.seed, job.kernel, job.precision, drawn=drawn
        )
    except Exception as error:
        if block.size > 1:
            for i in range(block.size):
                _simulate(job, block[i : i + 1], parameters, start + i, parts, healthy, reasons)
        else:
            reasons[start] = reason_of(error)
        return
    faults = records.faults(record, np.array(job.axes.self_partner))
    reasons.update({start + i: reason for i, reason in faults.items()})
    sound = np.array([i for i in range(block.size) if i not in faults], dtype=np.intp)
    if sound.size:
        parts.append(record if not faults else records.pick(record, sound))
        healthy.extend(start + int(i) for i in sound)


def reason_of(error: Exception) -> str:
    """Return in one line why a run failed."""
    return " ".join(f"{type(error).__name__}: {error}".split())
