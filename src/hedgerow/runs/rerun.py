"""Repeats one run of a result alone, to see what it does or why it fails."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Damaged, argument
from ..model.record import Record
from ..results import ResultError, Results, manifest, records
from ..results.layout import SCENARIO, SWEEP
from ..scenario import Scenario
from .ensemble import axes_of
from .own import NONE, Own
from .spec import Setting


@dataclass(frozen=True)
class Again:
    """A run that was repeated.

    Attributes:
        run, point, replicate: number of the run, of its point, and of the run within the point.
        changes: the values that its point changes in the scenario, by path.
        scenario: the scenario of its point.
        record: the record of this one run; None if some numbers are not finite.
        reason: why the run failed; empty if it did not.
    """

    run: int
    point: int
    replicate: int
    changes: dict[str, Any]
    scenario: Scenario
    record: Record | None
    reason: str

    def text(self) -> str:
        """Return the state of each country in the last year, in a line each; empty if it failed."""
        if self.record is None:
            return ""
        scenario, lines = self.scenario, [f"done; in {self.scenario.end}:"]
        for i, code in enumerate(scenario.countries):
            index = self.record.countries["alignment_index"][-1, i, 0]
            ties = self.record.ties["alignment"][-1, i, :, 0]
            near = ", ".join(
                f"{partner} {value:.2f}"
                for partner, value in zip(scenario.partners, ties, strict=True)
                if partner != code
            )
            title = scenario.title_of(code)
            lines.append(f"  {title}: alignment index {index:.1f}; with {near}")
        return "\n".join(lines)


def rerun(folder: Path, run: int, own: Own = NONE) -> Again:
    """Repeat one run of a sweep, finished or not, or of a plain run.

    Args:
        folder: the result folder.
        run: number of the run.
        own: the countries and measures of the user's own that it was run with.

    Raises:
        ResultError: the folder holds no such run.
        Damaged: the scenario in the folder is not that of the manifest, or the manifest was
            changed.
        Exception: whatever the run itself raises, unchanged.
    """
    if (folder / SWEEP).exists():
        here = Setting(folder)
        planned, seed, begun = here.spec.runs, here.spec.seed, list(here.spec.own)
        kernel = here.spec.kernel
    else:
        results = Results(folder)
        about = results.manifest
        if wrong := manifest.wrong(about):
            raise Damaged(
                f"{folder}: {wrong}, so its runs cannot be repeated as they were; 'hedgerow "
                f"status {shlex.quote(str(folder))}' tells what else was changed"
            )
        planned, seed, begun = about["runs_planned"], about["seed"], about.get("own", [])
        kernel = about["kernel"]
        here = None
    if not own.is_that_of(begun):
        names = ", ".join(f"{each['what']} of {each['file'] or 'no file'}" for each in begun)
        raise ResultError(
            f"{folder}: was run with {names or 'no country or measure of your own'}, so its runs "
            f"are repeated with just that: {argument('own=…', '--with FILE.py')}, unchanged"
        )
    if not 0 <= run < planned:
        raise ResultError(f"{folder}: has no run {run}; its runs are 0 to {planned - 1}")
    if here is not None:
        one = here.spec.runs_at(np.array([run]))
        point, replicate = int(one.points[0]), int(one.replicates[0])
        changes = here.points.values(point)
        scenario, streams = here.variants.whole(point), one.streams
    else:
        point, replicate, changes = 0, run, {}
        scenario, streams = _scenario(results), np.array([run], dtype=np.uint64)
    record = own.simulate(scenario, streams, seed, kernel)
    axes = axes_of(scenario)
    fault = records.faults(record, np.array(axes.self_partner), axes.instruments).get(0, "")
    return Again(run, point, replicate, changes, scenario, None if fault else record, fault)


def _scenario(results: Results) -> Scenario:
    """Return the scenario of a plain run.

    Raises:
        Damaged: it is not the one that was run.
    """
    scenario, about = results.scenario(), results.manifest
    here = (scenario.sha256, scenario.seed, scenario.runs)
    if here != (about["scenario_sha256"], about["seed"], about["replicates"]):
        raise Damaged(
            f"{results.path / SCENARIO}: is not the scenario of this run: it was changed, or "
            f"another version of hedgerow ({about['version']}) reads it otherwise. Take "
            "it back from a copy, or run it as a result of its own: hedgerow run "
            f"{shlex.quote(str(results.path / SCENARIO))}"
        )
    return scenario
