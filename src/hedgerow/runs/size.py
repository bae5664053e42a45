"""How large a job is before it starts: a rough estimate, and a trial if the estimate is large."""

import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..compiled import kernels
from ..progress import note
from ..scenario import Scenario
from ..scenario.checks.sweep import count
from .design import Points
from .ensemble import rough_seconds
from .executor import cores
from .planning import Plan
from .settle import points
from .trial import trial

DAY = 86_400.0
"""Seconds from which on a job counts as large."""

RUNS = 10**12
"""Number of runs from which on a job counts as large, whatever it costs."""

SMALL = 1e8
"""Bytes up to which a job is started however full the disk is; a full disk raises an error."""

_TRIED = 0.1  # share of a limit from which on a trial is made, since estimates may be that wrong
_HOPELESS = 1000.0  # times a limit: too large for certain, without a trial
_POINTS = 2**17  # most points of a sweep for which a trial takes only seconds
_BYTES = {"summary": (0.0, 0.0), "countries": (150.0, 0.0), "ties": (150.0, 45.0)}
"""Bytes of a year of a run, for each country and for each of its ties, by what is kept."""


@dataclass(frozen=True)
class Size:
    """The size of a job.

    Attributes:
        runs: number of runs of all points.
        seconds: estimated time with its workers, on a machine that does nothing else.
        bytes: estimated space on disk at its highest.
        free: bytes that are free there.
    """

    runs: int
    seconds: float
    bytes: float
    free: float

    @property
    def is_large(self) -> bool:
        """True for a job of a day or more, of 10¹² runs, or of more bytes than are free."""
        return self.share >= 1.0

    @property
    def share(self) -> float:
        """Size relative to the nearest limit of `is_large`; 1 is at the limit."""
        disk = self.bytes / max(self.free, 1.0) if self.bytes > SMALL else 0.0
        return max(self.seconds / DAY, disk, self.runs / RUNS)


def size_of(
    scenario: Scenario,
    kernel: str,
    keep: str,
    out: "str | os.PathLike[str] | None",
    workers: int | None = None,
    sweep: bool = False,
) -> Size:
    """Return how large a job is.

    Args:
        scenario: the scenario, with runs, seed and last year filled in.
        kernel, keep, out, workers: as for a run.
        sweep: whether to run the sweep of the scenario instead of plain runs.

    Raises:
        ScenarioError, NoSweep: the sweep is not right.
    """
    many = count(scenario.resolved["sweep"]) if sweep else 1
    width = workers or cores()
    free = _free(Path("results") if out is None else Path(out))
    rough = _rough(scenario, many, kernel, keep, width, free)
    if not _TRIED < rough.share < _HOPELESS or many > _POINTS:
        return rough
    found = points(scenario) if sweep else Points((), ((),))
    kernels.prepare(kernel, note)
    cost = trial(scenario, found, kernel, keep)
    plan = Plan(scenario, found, keep, width, cost)
    return Size(plan.runs, plan.seconds, plan.bytes + plan.waiting, free)


def _rough(scenario: Scenario, many: int, kernel: str, keep: str, width: int, free: float) -> Size:
    runs = many * scenario.runs
    countries, partners = len(scenario.countries), len(scenario.partners)
    years = scenario.end - scenario.start + 1
    country, tie = _BYTES[keep]
    each = 8.0 * (len(scenario.sampled_paths) + 8)
    each += years * countries * (country + partners * tie)
    seconds = rough_seconds(kernel, years, countries) * runs / min(width, cores())
    return Size(runs, seconds, runs * each, free)


def _free(place: Path) -> float:
    """Return the bytes free at a place; infinite if it does not exist, which is reported later."""
    try:
        there = next((p for p in (place, *place.absolute().parents) if p.exists()), Path("/"))
        return float(shutil.disk_usage(there).free)
    except OSError:
        return math.inf
