"""Estimates the cost of a sweep by doing its first units, whose results are thrown away."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..compiled import kernels
from ..results.layout import POINTS, SCRATCH, STAGING, SUMMARY, TABLES
from ..results.parts import part_path, write_part
from ..results.points import points_table, write_points
from ..results.summary import write_summary
from ..scenario import Scenario
from ..scenario.compile import world
from . import pace, scratch
from .design import Points
from .finish import Summaries
from .spec import Setting, Spec, setting
from .sweeping import made, spec_of
from .work import BLOCK, Done, Task, summary_of, work

_LEAVES = 8
"""Most leaves that are summarised to estimate the cost of the summary of a point."""


@dataclass(frozen=True)
class Share:
    """A cost in two parts: one for each task, one for each unit of the task."""

    task: float
    unit: float

    @staticmethod
    def of(small: int, less: float, large: int, more: float) -> "Share":
        """Return the two parts, from the costs of a task of `small` and one of `large` units."""
        if large == small:
            return Share(0.0, more / large)
        return Share(*pace.parts(small, less, large, more))


@dataclass(frozen=True)
class Cost:
    """Estimates for a machine that does nothing else.

    Attributes:
        spec: the description of the sweep.
        seconds: time of one core for tasks.
        bytes: size of the files of tasks.
        waiting: bytes of each unit that are kept until its point is summarised.
        point: seconds of one core for the summary of a point with several leaves.
        last: seconds for each point at the end, when one process writes text and others wait.
        summary: bytes for each point, of its lines of text and, with several leaves, of its file.
    """

    spec: Spec = field(repr=False)
    seconds: Share
    bytes: Share
    waiting: float
    point: float
    last: float
    summary: float

    def units(self, width: int) -> int:
        """Return the number of units of a task if there are `width` workers."""
        each = max(self.seconds.unit, 1e-6)
        wanted = round((pace.aim(self.seconds.task) - self.seconds.task) / each)
        most = min(BLOCK // self.spec.runs_of(0, 1), -(-self.spec.units // width))
        return max(1, min(wanted, most))


def trial(scenario: Scenario, points: Points, kernel: str, keep: str) -> Cost:
    """Do a small and a larger task of a sweep, which takes seconds, and estimate the whole cost.

    Processor time is measured, since other programs affect it little.

    Args:
        scenario: the scenario, with replicates, seed and last year filled in.
        points: the points of the sweep.
        kernel, keep: as for a run.

    Raises:
        OSError: there is no room for temporary files.
    """
    with TemporaryDirectory(prefix="hedgerow-") as name:
        spec = spec_of(scenario, points, kernel, keep, "a trial")
        folder = made(scenario, spec, Path(name, "sweep"))
        (folder / STAGING).mkdir()
        here = setting(str(folder))
        _warm(here)
        each = spec.runs_of(0, 1)
        small = max(1, min(pace.FIRST // each, spec.units // 2))
        first, less = _timed(folder, small)
        large = small * (2 if less > pace.SECOND else pace.GROWTH)
        if 2 * less > pace.LONGEST:  # a second task would take too long
            large = small
        large = max(small, min(large, spec.units, BLOCK // each))
        done, more = _timed(folder, large) if large > small else (first, less)
        place = folder / STAGING / done.place
        if spec.leaves == 1:
            point, part, summarised, at = 0.0, 0.0, large, place / TABLES / "summary"
        else:
            at = folder / STAGING / "summary"
            point, part, summarised = *_summarised(here, place, at), 1
        last, text = _last(here, summarised, at, Path(name))
        return Cost(
            spec=spec,
            seconds=Share.of(small, less, large, more),
            bytes=Share.of(small, _size(first, TABLES), large, _size(done, TABLES)),
            waiting=_size(done, SCRATCH) / large,
            point=point,
            last=last / summarised,
            summary=part + text / summarised,
        )


def _warm(here: Setting) -> None:
    """Do once what only the first task of a process has to do, such as compiling."""
    import pyarrow.parquet  # noqa: F401

    one = world(here.scenario, here.spec.runs_in(0, 1).streams[:1], here.spec.seed)
    short = replace(one, structure=replace(one.structure, years=1))
    kernels.simulate(short, here.spec.kernel)


def _timed(folder: Path, units: int) -> tuple[Done, float]:
    clock = time.process_time()
    done = work(Task(str(folder), str(folder / STAGING), 0, units, BLOCK))
    return done, time.process_time() - clock


def _size(done: Done, top: str) -> float:
    return float(sum(part.size for part in done.parts if part.path.startswith(f"{top}/")))


def _summarised(here: Setting, place: Path, out: Path) -> tuple[float, float]:
    """Summarise a point that is made of copies of its first leaf.

    Returns:
        The seconds and the bytes that it takes.
    """
    leaves = min(here.spec.leaves, _LEAVES)
    clock = time.process_time()
    first = (scratch.read(place / SCRATCH, 0, 0) for _ in range(leaves))
    table = summary_of(here, 0, (replace(leaf, number=i) for i, leaf in enumerate(first)))
    write_part([table], path := part_path(out.parent, out.name, 0))
    seconds = time.process_time() - clock
    return seconds * here.spec.leaves / leaves, float(path.stat().st_size)


def _last(here: Setting, points: int, folder: Path, out: Path) -> tuple[float, float]:
    """Write the first points of a sweep, and their summaries, as text.

    Returns:
        The seconds and the bytes that it takes.
    """
    files = out / POINTS, out / SUMMARY
    clock = time.process_time()
    rows = here.spec.rows[:points]
    table = points_table(here.spec.paths, rows, here.scenario)
    write_points(table, rows, files[0])
    write_summary(Summaries(folder), files[1], table)
    return time.process_time() - clock, float(sum(file.stat().st_size for file in files))
