"""A run that is held in memory: nothing is written before `InMemory.save`."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import checked
from ..errors import ResultError
from ..progress import counted
from ..results.folder import Output
from ..results.held import WHERE, TablesInMemory
from ..results.layout import TABLES
from ..results.parts import write_scenario
from ..results.points import points
from ..results.records import join
from ..results.results import Results
from ..results.yearly import Yearly
from ..scenario import Scenario
from .chunks import Job, Outcome, Simulated, stored
from .storing import Collected, fields_of, finish

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Held:
    """A finished job that is held in memory.

    Attributes:
        job: the job.
        chunks: all its chunks, in order.
        started: when it was started.
        seconds: how long it took.
    """

    job: Job
    chunks: list[Simulated]
    started: datetime
    seconds: float

    @property
    def failed(self) -> dict[int, str]:
        """Why runs failed, by run number."""
        return {number: why for chunk in self.chunks for number, why in chunk.failed.items()}

    def outcomes(self, tables: Path | None = None) -> Iterator[Outcome]:
        """Yield the outcomes of the chunks, with tables in a folder or in memory.

        Raises:
            OSError: a part cannot be written.
        """
        job = replace(self.job, tables=tables)
        return (stored(job, chunk) for chunk in self.chunks)

    def yearly(self) -> tuple[Yearly, NDArray[np.int64]] | None:
        """Return the yearly arrays and the numbers of runs that did not fail; None if all did."""
        groups = [(g.record, g.numbers) for c in self.chunks for g in c.groups]
        there = [(record, numbers) for record, numbers in groups if record is not None]
        if not there:
            return None
        record = join([record for record, _ in there])
        return Yearly(record, self.job.scenario), np.concatenate([n for _, n in there])


class InMemory(Results):
    """Results of a run that are held in memory.

    They have the methods of results in a folder (`hedgerow.results.Results`) and the same digest.
    Tables, summary and manifest are made when they are first asked for. There is no `path`.

    Args:
        held: the finished job.
        scenario: a function that returns the scenario as it was run.
        command: the command or call that ran it, for the manifest.
    """

    in_memory = True

    def __init__(self, held: Held, scenario: Callable[[], Scenario], command: str) -> None:
        # Results.__init__ would read a folder.
        self.finished = True
        self._held, self._scenario, self._command = held, scenario, command
        job = held.job
        about = {
            "keep": job.keep,
            "replicates": job.replicates,
            "futures": job.scenario.futures,
            "instruments": job.axes.instruments,
        }
        self.tables = TablesInMemory(about, lambda: (self._all.tables, self._all.summary))

    def __repr__(self) -> str:
        return (
            f"<Results in memory · {self._held.job.scenario.name} · {counted(self._count, 'run')}>"
        )

    @property
    def name(self) -> str:
        """Name of the result in messages."""
        return WHERE

    @property
    def path(self) -> Path:  # type: ignore[override]
        """Results in memory have no folder.

        Raises:
            ResultError: always. The message says how to save them.
        """
        raise ResultError(
            f"{WHERE}: has no folder; write it into one with results.save(FOLDER), or run with "
            "out=FOLDER"
        )

    @cached_property
    def manifest(self) -> dict[str, Any]:  # type: ignore[override]
        """What ``manifest.json`` would hold, without files."""
        held = self._held
        return fields_of(self._all, self.scenario(), self._command, held.started, held.seconds)

    def scenario(self) -> Scenario:
        """Return the scenario as it was run, all numbers resolved."""
        return self._settled

    def points(self) -> "pd.DataFrame":
        """Return one row: a run without a sweep has one point, number 0."""
        return points(Path(), self.manifest)

    @checked
    def save(self, folder: str | os.PathLike[str], force: bool = False) -> Results:
        """Write the folder that ``run(…, out=folder)`` would have written, and open it.

        Args:
            folder: must be new or empty.
            force: replace a result that it holds already.

        Raises:
            OutputError: it cannot be written; nothing is left behind.
        """
        scenario, held = self.scenario(), self._held
        with Output(folder, f"{scenario.name}-{scenario.sha256[:8]}", force) as output:
            write_scenario(output.folder, scenario)
            tables = output.folder / TABLES
            tables.mkdir()
            collected = Collected(held.job, held.outcomes(tables))
            finish(output.folder, collected, scenario, self._command, held.started, held.seconds)
        return Results(output.target)

    @property
    def _count(self) -> int:
        return self._held.job.replicates

    @cached_property
    def _settled(self) -> Scenario:
        return self._scenario()

    @cached_property
    def _all(self) -> Collected:
        return Collected(self._held.job, self._held.outcomes())
