"""Runs one experiment: its steps, its table, and the comparison with its reference."""

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
from ..arguments import checked
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
from .prose import left_behind
from .setting import Setting
from .steps import COMPUTE, PLANNED
from .table import Rows, frame, merged, to_csv, to_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Outcome(saving.Analysis):
    """The outcome of an experiment.

    Attributes:
        experiment: the experiment.
        rows: its table of numbers.
        manifest: the code, machine and inputs that produced them.
        inputs: content of each input by name, as of `Setting.inputs`.
        verdict: the comparison with the reference; None if there is none.
    """

    experiment: Experiment
    rows: Rows
    manifest: dict[str, Any]
    inputs: dict[str, Plain]
    verdict: reference.Verdict | None

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return f"reproduce-{self.experiment.name}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``table``, with a row for each number: its key, value and standard error."""
        return {"table": frame(self.rows)}

    def text(self, width: int = 100) -> str:
        """Return the verdict, and notes on hindsight and on contradictions of the claim."""
        verdict = self.verdict or f"{len(self.rows)} numbers, and no reference to compare with"
        return "\n".join(f"{self.experiment.name}: {line}" for line in (str(verdict), *self.notes))

    @property
    def notes(self) -> list[str]:
        """Sentences on steps made with hindsight, and on parts of the claim that are false."""
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
        """Write the table, its manifest and the figure into an existing folder."""
        figure = self.plot()
        (folder / "table.csv").write_text(to_csv(self.rows), encoding="utf-8")
        if "tex" in page_now().formats:
            text = to_latex(to_rows(self.rows), drawing.about(self.manifest))
            (folder / "table.tex").write_text(text, encoding="utf-8")
        saving.write_manifest(folder / "reproduce.json", self.manifest)
        saving.write_figures(folder, {"figure": figure})

    def keep(self) -> list[str]:
        """Store the numbers as the reference; in the full size also the figure.

        Returns:
            In the full size, numbers that the README may quote of the old reference, a line each.
        """
        old = self._old()
        reference.store(self.experiment, self.rows, self.manifest, self.inputs)
        if self.experiment.size == FULL:
            with Added(self.experiment.folder) as stage, page():
                saving.write_figures(stage, {"figure": self.plot()})
        return list(left_behind(self.experiment.folder / "README.md", old, self.rows))

    def _old(self) -> Rows:
        """Return the numbers of the stored reference of the full size; none if it is damaged."""
        if self.experiment.size != FULL:
            return {}
        try:
            known = reference.load(self.experiment)
        except ExperimentError:
            return {}
        return known.rows if known else {}


@checked
def reproduce(
    experiment: Experiment | str,
    kernel: str | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    against: reference.Reference | None = None,
    quick: bool = False,
    folder: str | os.PathLike[str] | None = None,
) -> Outcome:
    """Compute the numbers of a published figure again, and compare them with its reference.

    Args:
        experiment: its name, or an experiment that was read. For a name, the stored reference is
            used unless `against` is given.
        kernel: as of `hedgerow.run`.
        workers: number of processes; the numbers do not depend on it.
        progress: a function that is called with (done, planned) runs.
        against: the reference to compare with.
        quick: for a name, whether to compute the quick size, which has its own reference.
        folder: for a name, the folder of experiments; by default ``experiments`` in the current
            folder.

    Returns:
        The table of numbers, its manifest, and the verdict of the comparison with the reference,
        which is None if there is no reference.

    Raises:
        ExperimentError: there is no such experiment, it cannot be read, or a step cannot be
            computed; the message names it.
        KernelMissing: the kernel does not work here.

    >>> import hedgerow
    >>> found = hedgerow.reproduce("tier-ladder", quick=True)  # in a clone
    >>> found.verdict.failed
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
        tick(0)  # starts the estimate of the remaining time
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
    """Apply the function of a step's kind to it; errors name the step."""
    step = setting.experiment.content.steps[name]
    try:
        if table is PLANNED:
            return table[step.kind](step, setting)
        return table[step.kind](name, step, setting)
    except _FORESEEN as error:
        place = f"{setting.experiment.folder / FILE}: steps.{name}"
        problems = getattr(error, "problems", None) or (error,)
        raise ExperimentError("\n".join(f"{place}: {problem}" for problem in problems)) from error
