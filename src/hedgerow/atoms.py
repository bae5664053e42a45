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

from . import kernels
from .model.record import Record
from .results import records
from .results.digest import ATOM
from .results.summary import Atom
from .results.tables import KEPT, KEYS, Axes, runs_table, tables

if TYPE_CHECKING:
    import pyarrow as pa

    from .results.digest import AtomKey
    from .scenario import Scenario

Replicates = NDArray[np.uint64]
Parameters = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Job:
    """What all chunks of a point share.

    Attributes:
        scenario: of the point.
        axes: what the axes of its records mean.
        seed: of all streams.
        kernel, precision: what computes the rounds, and how exactly (`hedgerow.kernels`).
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


def chunks(replicates: int, block: int) -> list[Chunk]:
    """Cut the atoms of a point into chunks that hold at least a block."""
    atoms = -(-replicates // ATOM)
    step = max(1, -(-block // ATOM))
    return [Chunk(first, min(first + step, atoms)) for first in range(0, atoms, step)]


def work(job: Job, chunk: Chunk) -> Outcome:
    """Simulate, write and reduce the atoms of a chunk.

    A run that raises an error or leaves the real numbers is a row of ``runs`` with its reason; it
    has no other rows and does not disturb its neighbours.

    Raises:
        OSError: a part cannot be written.
    """
    from .results.digest import atom_digest
    from .results.parts import part_path, write_part
    from .results.summary import reduce_atom

    first, stop = chunk.first * ATOM, min(chunk.last * ATOM, job.replicates)
    replicates = np.arange(first, stop, dtype=np.uint64)
    parameters = _parameters(job, replicates)
    record, healthy, reasons = _simulate_all(job, replicates, parameters)
    numbers = job.point * job.replicates + replicates.astype(np.int64)

    outcome = Outcome(runs=replicates.size)
    outcome.failed = {int(numbers[i]): reason for i, reason in reasons.items()}
    groups: dict[str, list[pa.Table]] = {}
    for atom in range(chunk.first, chunk.last):
        low, high = atom * ATOM - first, min((atom + 1) * ATOM - first, replicates.size)
        here = (healthy >= low) & (healthy < high)
        own = None
        found = {
            "runs": runs_table(
                numbers[low:high],
                job.point,
                replicates[low:high],
                {i - low: reason for i, reason in reasons.items() if low <= i < high},
                {path: values[low:high] for path, values in parameters.items()},
            )
        }
        if record is not None and here.any():
            own = record if here.all() else records.pick(record, np.flatnonzero(here))
            found |= tables(own, job.axes, numbers[healthy[here]], KEPT[job.keep])
        outcome.atoms.append(
            reduce_atom(own, job.axes, job.point, atom, job.replicates, job.scratch)
        )
        for name, table in found.items():
            groups.setdefault(name, []).append(table)
            if table.num_rows:
                digests = outcome.digests.setdefault(name, {})
                digests[job.point, atom] = atom_digest(table, KEYS[name])
    for name, group in groups.items():
        path = part_path(job.tables, name, int(numbers[0]))
        write_part(group, path)
        outcome.parts.append(path)
    return outcome


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
    from .scenario.compile import world

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
    from .scenario.compile import sampled

    return sampled(job.scenario, replicates, job.seed)
