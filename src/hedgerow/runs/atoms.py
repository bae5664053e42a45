"""What a worker does: simulate some atoms of one point, write their parts, reduce them.

An atom is 128 replicates of one point. Atoms are what summaries and digests are made of; a chunk
is the atoms that one worker takes at a time; a block is the replicates that one call of the model
holds. None of them can be seen in a result.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..compiled import kernels
from ..model.record import Record
from ..results import records
from ..results.digest import ATOM, digests_by_run
from ..results.parts import part_path, write_part
from ..results.summary import Atom, reduce_atom
from ..results.tables import KEPT, KEYS, Axes, runs_table, tables
from ..scenario.compile import sampled, world

if TYPE_CHECKING:
    import pyarrow as pa

    from ..results.digest import AtomKey
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
        tables: folder of the parts.
        scratch: folder for values that wait for quantiles; None keeps them in memory.
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
    tables: Path
    scratch: Path | None

    @property
    def kept(self) -> tuple[str, ...]:
        """The tables to write."""
        return KEPT[self.keep]


@dataclass(frozen=True)
class Chunk:
    """Atoms `first` to `last` − 1 of a job."""

    first: int
    last: int


@dataclass
class Outcome:
    """What a worker hands back; the rows themselves lie in the parts.

    Attributes:
        runs: how many rows ``runs`` has got.
        failed: reasons by run number.
        digests: of each atom, by table.
        atoms: for the summary.
        parts: the files written.
    """

    runs: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    digests: dict[str, "dict[AtomKey, bytes]"] = field(default_factory=dict)
    atoms: list[Atom] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)


def chunks(replicates: int, atoms: int) -> list[Chunk]:
    """Cut the atoms of a point into chunks of some atoms."""
    total = -(-replicates // ATOM)
    return [Chunk(first, min(first + atoms, total)) for first in range(0, total, atoms)]


def work(job: Job, chunk: Chunk) -> Outcome:
    """Simulate, write and reduce the atoms of a chunk.

    A run that raises an error or leaves the real numbers is a row of ``runs`` with its reason; it
    has no other rows and does not disturb its neighbours.

    Raises:
        OSError: a part cannot be written.
    """
    first, stop = chunk.first * ATOM, min(chunk.last * ATOM, job.replicates)
    replicates = np.arange(first, stop, dtype=np.uint64)
    numbers = job.point * job.replicates + replicates.astype(np.int64)
    parameters = _parameters(job, replicates)
    outcome = Outcome(runs=replicates.size)
    groups: dict[str, list[pa.Table]] = {}
    reasons: dict[int, str] = {}
    step = max(1, job.block // ATOM)
    for atom in range(chunk.first, chunk.last, step):
        group = Chunk(atom, min(atom + step, chunk.last))
        here = slice(group.first * ATOM - first, min(group.last * ATOM - first, replicates.size))
        own = {path: values[here] for path, values in parameters.items()}
        record, healthy, failed = _simulate_all(job, replicates[here], own)
        reasons |= {here.start + i: reason for i, reason in failed.items()}
        outcome.atoms += _reduce(job, group, record, numbers[here][healthy])
        if record is not None:
            for name, table in tables(record, job.axes, numbers[here][healthy], job.kept).items():
                groups.setdefault(name, []).append(table)
                _digest(job, group, name, table, outcome)
    outcome.failed = {int(numbers[i]): reason for i, reason in reasons.items()}
    runs = runs_table(numbers, job.point, replicates, reasons, parameters)
    _digest(job, chunk, "runs", runs, outcome)
    for name, group_tables in {"runs": [runs], **groups}.items():
        path = part_path(job.tables, name, int(numbers[0]))
        write_part(group_tables, path)
        outcome.parts.append(path)
    return outcome


def _firsts(job: Job, chunk: Chunk) -> list[int]:
    """Return the first run of each atom of a chunk, and the run after the last."""
    base = job.point * job.replicates
    return [base + atom * ATOM for atom in range(chunk.first, chunk.last + 1)]


def _reduce(
    job: Job, chunk: Chunk, record: Record | None, numbers: NDArray[np.int64]
) -> list[Atom]:
    """Reduce the atoms of a chunk, of which `record` holds the healthy runs `numbers`."""
    cut = records.cut(record, numbers, _firsts(job, chunk))
    return [
        reduce_atom(own, job.axes, job.point, atom, job.replicates, job.scratch, job.kernel)
        for atom, own in enumerate(cut, chunk.first)
    ]


def _digest(job: Job, chunk: Chunk, name: str, table: "pa.Table", outcome: Outcome) -> None:
    """Add the digests of the atoms of a chunk that have rows in a table."""
    digests = digests_by_run(table, KEYS[name], _firsts(job, chunk))
    known = outcome.digests.setdefault(name, {})
    known.update(
        ((job.point, atom), digest) for atom, digest in enumerate(digests, chunk.first) if digest
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
        given = world(job.scenario, block, job.seed, drawn=drawn)
        record = kernels.simulate(given, job.kernel, job.precision)
    except Exception as error:
        if block.size > 1:
            for i in range(block.size):
                _simulate(job, block[i : i + 1], parameters, start + i, parts, healthy, reasons)
        else:
            reasons[start] = " ".join(f"{type(error).__name__}: {error}".split())
        return
    faults = records.faults(record, np.array(job.axes.self_partner))
    reasons.update({start + i: reason for i, reason in faults.items()})
    sound = np.array([i for i in range(block.size) if i not in faults], dtype=np.intp)
    if sound.size:
        parts.append(record if not faults else records.pick(record, sound))
        healthy.extend(start + int(i) for i in sound)


def _parameters(job: Job, replicates: Replicates) -> Parameters:
    return sampled(job.scenario, replicates, job.seed)
