"""A sweep, run as ``hedgerow sweep`` does, of which the points along one or two axes are used."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import nan, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ...errors import ExperimentError
from ...results import Results
from ...runs import Workers, sweep
from ...runs.settle import points, settled
from ...scenario import Scenario
from ..experiment import SensitivityStep, SweepStep
from ..setting import Setting
from ..table import Cell, Key, Rows

_WIDER = {"q05": 2.11, "q25": 1.36, "q50": 1.25, "q75": 1.36, "q95": 2.11}
"""Standard errors of quantiles of a normal distribution, relative to that of its mean."""


def planned(step: SweepStep | SensitivityStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    whole = settled(_swept(step, setting), setting.runs(step), setting.seed, None)
    return len(points(whole)) * whole.runs


def compute(part: str, step: SweepStep, setting: Setting) -> Rows:
    """Return a row for each point of the axes, measure, year and statistic.

    Raises:
        ScenarioError, NoSweep: there is no such sweep.
        ExperimentError: an axis is not swept, or another swept path has no value in `at`.
    """
    with swept(step, setting) as folder:
        results = Results(folder)
        points = results.points()
        paths = [name for name in points.columns if name != "point"]
        for path in (*step.axes, *step.at):
            if path not in paths:
                raise ExperimentError(f"{path!r} is not swept; there is {', '.join(paths)}")
        loose = [path for path in paths if path not in (*step.axes, *step.at)]
        if loose:
            raise ExperimentError(f"at must say which value of {loose[0]!r} is meant")
        for path, value in step.at.items():
            levels = np.unique(points[path])
            points = points[points[path] == levels[np.abs(levels - value).argmin()]]
        summary = results.summary(country=step.country, measure=step.measures, year=step.years)
        summary = summary.merge(points, on="point")
        lacking = set(step.measures) - set(summary["measure"])
        if lacking:
            raise ExperimentError(f"the sweep keeps no {', '.join(sorted(lacking))}")
    runs = setting.runs(step)
    rows: Rows = {}
    for entry in summary.to_dict("records"):
        x, y = (*(float(entry[axis]) for axis in step.axes), None)[:2]
        se = float(entry["sd"]) / sqrt(runs) if runs > 1 else nan
        for name in step.statistics:
            key = Key(part, "", step.country, entry["measure"], int(entry["year"]), x, y, name)
            wider = _WIDER.get(name, 1.0 if name == "mean" else sqrt(0.5))
            rows[key] = Cell(float(entry[name]), wider * se)
    return rows


@contextmanager
def swept(step: SweepStep | SensitivityStep, setting: Setting) -> Iterator[Path]:
    """Run a sweep in a temporary folder, and yield the folder."""
    reported = 0

    def progress(done: int, total: int) -> None:
        nonlocal reported
        setting.tick(done - reported)
        reported = done

    team = Workers(processes=setting.workers, progress=progress)
    with TemporaryDirectory(prefix="hedgerow-") as scratch:
        folder = Path(scratch) / "sweep"
        scenario = _swept(step, setting)
        sweep(scenario, setting.runs(step), setting.seed, None, setting.kernel, "summary", folder,
              team=team)  # fmt: skip
        yield folder


def _swept(step: SweepStep | SensitivityStep, setting: Setting) -> Scenario:
    return setting.scenario(step)
