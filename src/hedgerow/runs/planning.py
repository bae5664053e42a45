"""The plan of a sweep: its points, runs and rounds, and estimates of time and disk space."""

import os
from dataclasses import dataclass
from typing import Any, ClassVar

from ..arguments import checked
from ..compiled import kernels
from ..model.parameters import ROUNDS_A_YEAR
from ..progress import amount, counted, duration
from ..results.digest import LEAF
from ..scenario import Scenario
from ..scenario.checks.sweep import small
from ..scenario.notebook import html_facts
from ..scenario.quantity import quantity
from ..scenario.write import value_text
from .design import Points
from .ensemble import check_options
from .executor import AHEAD, cores
from .settle import points, settled
from .trial import Cost, trial


@dataclass(frozen=True, repr=False)
class Plan:
    """A sweep that can be run; ``print`` shows it.

    Attributes:
        scenario: the scenario with seed and last year filled in; its ``ensemble.runs`` is the
            number of replicates of a point.
        points: the points of the sweep.
        keep: which tables it writes.
        workers: number of processes.
        cost: estimates from a trial.
        warnings: why the design is too small for the analysis that it is for, in a line each.
    """

    # Speed of each of several processes, relative to one that runs alone: they share the machine.
    _TOGETHER: ClassVar[float] = 0.88
    # Seconds until a process has read its libraries and the scenario.
    _START: ClassVar[float] = 2.0

    scenario: Scenario
    points: Points
    keep: str
    workers: int
    cost: Cost
    warnings: tuple[str, ...] = ()

    @property
    def replicates(self) -> int:
        """Number of runs of each point."""
        return self.scenario.runs

    @property
    def runs(self) -> int:
        """Number of runs of all points."""
        return len(self.points) * self.replicates

    @property
    def rounds(self) -> int:
        """Number of rounds (quarters) of a run."""
        return ROUNDS_A_YEAR * (self.scenario.end - self.scenario.start + 1)

    @property
    def seconds(self) -> float:
        """Estimated seconds, on a machine that does nothing else."""
        cost, units = self.cost, self.cost.spec.units
        width = min(self.workers, cores(), units)
        small = min(AHEAD * width, units)  # units of the first, small tasks
        work = (self._tasks + small) * cost.seconds.task + units * cost.seconds.unit
        work += len(self.points) * cost.point
        together = width * (self._TOGETHER if width > 1 else 1.0)
        return self._START + work / together + len(self.points) * cost.last

    @property
    def _tasks(self) -> float:
        units = self.cost.spec.units
        return -(-units // self.cost.units(min(self.workers, units)))

    @property
    def bytes(self) -> float:
        """Estimated bytes of the folder when all is done."""
        cost = self.cost
        parts = self._tasks * cost.bytes.task + cost.spec.units * cost.bytes.unit
        return parts + len(self.points) * cost.summary

    @property
    def waiting(self) -> float:
        """Estimated bytes that the folder needs in addition while the sweep runs."""
        if self.replicates <= LEAF:
            return 0.0
        leaves = self.cost.spec.leaves * min(len(self.points), 1 + self.workers)
        return self.cost.waiting * leaves

    def text(self) -> str:
        """Return the plan as lines for a terminal."""
        lines = [self._heading, "", f"design      {self._table.get('design', 'grid')}"]
        axes = self._axes()
        width = max(map(len, axes))
        lines += [f"  {path:{width}}  {values}".rstrip() for path, values in axes.items()]
        return "\n".join([*lines, *(f"{name:12}{value}" for name, value in self._facts())])

    def __str__(self) -> str:
        return "\n".join([self.text(), *(f"warning: {text}" for text in self.warnings)])

    def __repr__(self) -> str:
        return (
            f"<Plan {self.scenario.name} · {counted(len(self.points), 'point')} × "
            f"{counted(self.replicates, 'run')} · "
            f"about {duration(self.seconds)} · about {amount(self.bytes)}: print shows it>"
        )

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows."""
        rows = [("design", self._table.get("design", "grid")), *self._axes().items()]
        rows += [*self._facts(), *(("warning", text) for text in self.warnings)]
        return html_facts(self._heading, rows, f"plan of the sweep {self.scenario.name}")

    @property
    def _heading(self) -> str:
        return self.scenario.question or self.scenario.title

    @property
    def _table(self) -> dict[str, Any]:
        table: dict[str, Any] = self.scenario.resolved["sweep"]
        return table

    def _axes(self) -> dict[str, str]:
        """Return the swept paths with their values in words, which a list of points has not."""
        over = self._table["over"]
        if isinstance(over, dict):
            return {path: described(axis) for path, axis in over.items()}
        return dict.fromkeys(self.points.paths, "")

    def _facts(self) -> list[tuple[str, str]]:
        """Return sizes and estimates in words, by name."""
        common = self.scenario.resolved["ensemble"]["common_random_numbers"]
        waiting = f", {amount(self.waiting)} more while it runs" if self.waiting else ""
        numbers = "common random numbers" if common else "numbers of its own at each point"
        runs = f"{self.runs} ({self.replicates} a point, seed {self.scenario.seed}, {numbers})"
        workers = counted(self.workers, "worker")
        time = f"about {duration(self.seconds)} with {workers}, on a machine"
        return [
            ("points", str(len(self.points))),
            ("runs", runs),
            ("rounds", f"{self.runs * self.rounds} ({self.rounds} a run)"),
            ("time", f"{time} that does nothing else"),
            ("disk", f"about {amount(self.bytes)} (keep {self.keep}){waiting}"),
        ]


@checked
def plan(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    keep: str = "summary",
    kernel: str | None = None,
) -> Plan:
    """Tell what a sweep would take: its points, runs, time and disk.

    Args:
        scenario: a scenario with a ``[sweep]``, its file, or the name of a shipped one.
        runs: number of replicates of each point; by default that of the sweep, else of the
            scenario.
        seed, until, keep, kernel: as for a run.
        workers: number of processes; by default one for each core.

    Returns:
        Its points, runs and rounds (quarters), the `seconds` that it would take on a machine that
        does nothing else, and the `bytes` on disk, both estimated from a trial of some seconds.

    Raises:
        ScenarioError: the scenario has no sweep, or is not right at some point.
        NoSweep: the design has too many points, or needs a library that is missing.

    >>> import hedgerow
    >>> planned = hedgerow.plan("sweep-rivalry", runs=2, until=1997)
    >>> planned.runs == 2 * len(planned.points)
    True
    """
    name = check_options(runs, workers, kernel, keep, None)
    whole = settled(scenario, runs, seed, until)
    found = points(whole)
    kernels.prepare(name)
    cost = trial(whole, found, name, keep)
    few = small(whole.resolved["sweep"], whole.runs)
    warnings = tuple(f"{text}; {hint}" for _, text, hint in few)
    return Plan(whole, found, keep, workers or cores(), cost, warnings)


def described(axis: Any) -> str:
    """Return an axis of a sweep as one short line of text."""
    if isinstance(axis, list):
        shown = [_short(value) for value in axis]
        if len(shown) > 6:
            shown = [*shown[:3], "…", *shown[-2:]]
        return ", ".join(shown)
    if "dist" in axis:
        return quantity(axis).text()
    text = f"{axis['low']:g} to {axis['high']:g}"
    if axis.get("scale") == "log":
        text += ", logarithmic"
    return text + (f", {axis['points']} values" if "points" in axis else "")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else value_text(value)
