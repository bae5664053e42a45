"""One experiment from end to end: its steps, its table, and what the reference says of it."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis import saving
from ..analysis.calibration import CalibrationError
from ..analysis.latex import to_latex
from ..analysis.sensitivities import NoIndices
from ..compiled import kernels
from ..errors import ExperimentError
from ..figures.page import current as page_now
from ..figures.page import page
from ..results import ResultError
from ..results.folder import Added
from ..runs import NoSweep
from ..scenario import ScenarioError
from ..scenario.problems import closest, listed
from . import drawing, reference
from .experiment import FILE, FULL, QUICK, Experiment, Plain, find, read
from .setting import Setting
from .steps import COMPUTE, PLANNED
from .table import Rows, frame, merged, to_csv, to_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Outcome(saving.Analysis):
    """What an experiment gave.

    Attributes:
        experiment: which.
        rows: its table.
        manifest: how it came about.
        inputs: numbers and switches of each scenario that it depends on, by name.
        verdict: against the reference; None where there is none.
    """

    experiment: Experiment
    rows: Rows
    manifest: dict[str, Any]
    inputs: dict[str, Plain]
    verdict: reference.Verdict | None

    @property
    def stem(self) -> str:
        """Name of its folder where none is asked for."""
        return f"reproduce-{self.experiment.name}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``table``: a row a number, with what it is of and its standard error."""
        return {"table": frame(self.rows)}

    def text(self, width: int = 100) -> str:
        """Return the verdict, what was made with hindsight, and what is false of the claim."""
        verdict = self.verdict or f"{len(self.rows)} numbers, and no reference to compare with"
        return "\n".join(f"{self.experiment.name}: {line}" for line in (str(verdict), *self.notes))

    @property
    def notes(self) -> list[str]:
        """What was made with hindsight, and what is false of the claim, a sentence each."""
        lines = []
        if self.manifest["hindsight"]:
            lines.append(f"hindsight in steps.{', steps.'.join(self.manifest['hindsight'])}")
        return lines + drawing.contradictions(self.experiment)

    def plot(self) -> "Figure":
        """Return the figure of the experiment.

        Raises:
            ExperimentError: its ``figure.py`` fails.
        """
        return drawing.draw(self.experiment, self.rows, self.manifest)

    def write(self, folder: Path) -> None:
        """Write the table, how it came about, and the figure into a folder that is there."""
        figure = self.plot()
        (folder / "table.csv").write_text(to_csv(self.rows), encoding="utf-8")
        if "tex" in page_now().formats:
            text = to_latex(to_rows(self.rows), drawing.about(self.manifest))
            (folder / "table.tex").write_text(text, encoding="utf-8")
        saving.write_manifest(folder / "reproduce.json", self.manifest)
        saving.write_figures(folder, {"figure": figure})

    def keep(self) -> None:
        """Make the numbers the reference; in the full size also keep the figure."""
        reference.store(self.experiment, self.rows, self.manifest, self.inputs)
        if self.experiment.size == FULL:
            with Added(self.experiment.folder) as stage, page():
                saving.write_figures(stage, {"figure": self.plot()})


def reproduce(
    experiment: Experiment | str,
    kernel: str | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    against: reference.Reference | None = None,
    quick: bool = False,
    folder: str | os.PathLike[str] | None = None,
) -> Outcome:
    """Compute the numbers of a published figure anew and hold them against its reference.

    Args:
        experiment: its name, or the experiment as it was read. Of a name the stored reference is
            taken where `against` gives none.
        kernel: as of `hedgerow.run`.
        workers: processes; the numbers do not depend on it.
        progress: called with (done, planned) runs.
        against: the reference to compare with.
        quick: of a name, compute the quick size, which has a reference of its own.
        folder: of a name, the folder of experiments; ``experiments`` here by default.

    Returns:
        The table of numbers, how they came about, and the verdict against the reference, which is
        None where there is none.

    Raises:
        ExperimentError: there is no such experiment, it cannot be read, or a step cannot be
            computed; the message names it.
        KernelMissing: the kernel does not work here.

    >>> import hedgerow
    >>> found = hedgerow.reproduce("tier-ladder", quick=True)  # doctest: +SKIP
    >>> found.verdict.failed  # doctest: +SKIP
    False
    """
    if isinstance(experiment, str):
        known = find(None if folder is None else Path(folder))
        if experiment not in known:
            hint = closest(experiment, known) or f"there are {listed(list(known))}"
            raise ExperimentError(f"no experiment {experiment!r}; {hint}")
        experiment = read(known[experiment], QUICK if quick else FULL)
        against = against or reference.load(experiment)
    setting = Setting(experiment, kernels.chosen(kernel), workers)
    kernels.prepare(setting.kernel)
    steps = experiment.content.steps
    planned = sum(_guarded(name, setting, PLANNED) for name in steps)
    done = 0

    def tick(runs: int) -> None:
        nonlocal done
        done += runs
        if progress is not None:
            progress(done, planned)

    setting.tick = tick
    if planned:
        tick(0)  # the clock starts now
    start = time.monotonic()
    rows = merged(_guarded(name, setting, COMPUTE) for name in steps)
    about = reference.manifest_of(experiment, setting, rows, time.monotonic() - start)
    inputs = setting.inputs
    verdict = None
    if against is not None:
        verdict = reference.compare(experiment, rows, about, against, inputs)
    return Outcome(experiment, rows, about, inputs, verdict)


_FORESEEN = (CalibrationError, NoIndices, NoSweep, ResultError, ScenarioError, ValueError)


def _guarded(name: str, setting: Setting, table: dict[str, Callable[..., Any]]) -> Any:
    """Do something with a step; what is wrong with it is told with its place."""
    step = setting.experiment.content.steps[name]
    try:
        if table is PLANNED:
            return table[step.kind](step, setting)
        return table[step.kind](name, step, setting)
    except _FORESEEN as error:
        place = f"{setting.experiment.folder / FILE}: steps.{name}"
        problems = getattr(error, "problems", None) or (error,)
        raise ExperimentError("\n".join(f"{place}: {problem}" for problem in problems)) from error
