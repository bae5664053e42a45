"""Runs a whole calibration, and holds its result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...compiled import kernels
from ...errors import CalibrationError
from ...facts.targets import Target
from ...progress import Callback, Progress, note
from ...runs.own import Countries
from ...runs.own import settle as settle_own
from ...scenario import Scenario
from ...scenario.draws import Knowledge, to_bytes
from ...scenario.knowledge import Hindsight, hindsight, refuse
from ...scenario.sources import evidence_of
from ...scenario.target_file import load_targets
from .. import saving
from . import pictures, tables
from .likelihood import WIDEST, Likelihood
from .posterior import ESS, LEVEL, Posterior, chances, posterior
from .predictive import Band, bands
from .reference import Table, job_of, prior_scores, simulate_all, values_of
from .sbc import Sbc, sbc
from .statistics import Column, check, columns_of
from .text import text, warnings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

POSTERIOR = "posterior.parquet"
SETS, REPLICATES, DRAWS = 3000, 10, 500
FIT_UNTIL = 2014
"""Last year of the targets that are fitted; later ones are used only for forecasts."""

_FEWEST = 100  # least sets


@dataclass(frozen=True, repr=False)
class Calibration(saving.Analysis):
    """The calibration of a scenario on a record.

    Attributes:
        scenario: the scenario.
        until: last year of the record.
        seed: seed of everything that is drawn.
        wanted: the effective number of parameter sets to reach.
        columns: (T,) columns of the record.
        table: parameter sets from the priors, with their runs.
        likelihood: the likelihood of records, given the runs of the table.
        posterior: the posterior of the record.
        scores: (draws, P) normal scores of its draws.
        predicted: (draws, J, T) values of the record in J runs of each draw.
        hindsight: what priors and targets know from after `until`; false if nothing.
        kernel: implementation of the model.
        seconds: time that it took.
        proof: the test of the method, if asked for.
    """

    scenario: Scenario
    until: int
    seed: int
    wanted: float
    columns: tuple[Column, ...]
    table: Table
    likelihood: Likelihood
    posterior: Posterior
    scores: Floats
    predicted: Floats
    hindsight: Hindsight
    kernel: str = ""
    seconds: float = 0.0
    proof: Sbc | None = None

    @property
    def informed(self) -> NDArray[np.bool_]:
        """(P,) parameters about which the record is informative beyond chance."""
        return self.chances < LEVEL / len(self.table.paths)

    @property
    def chances(self) -> Floats:
        """(P,) probability that chance alone changes a parameter as much."""
        return chances(self.posterior.mean, self.posterior.sd, self.posterior.weights)

    @property
    def values(self) -> dict[str, Floats]:
        """The draws: (draws,) by path."""
        return values_of(self.scenario, self.table.paths, self.scores)

    @property
    def enough(self) -> bool:
        """Whether the wanted effective number of sets was reached."""
        return self.posterior.widening < WIDEST

    @cached_property
    def bands(self) -> tuple[list[Band], list[Band]]:
        """The bands of each column of the record under the prior and under the posterior."""
        return bands(self)

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return f"calibrate-{self.scenario.name}-{self.until}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``targets``, ``parameters`` and, if the method was tested, ``sbc``."""
        return saving.frames(tables.tables(self))

    def text(self, width: int = 100) -> str:
        """Return a summary in some lines."""
        return text(self)

    @property
    def warnings(self) -> list[str]:
        """Warnings for readers of the result."""
        return warnings(self)

    def plot(self, name: str = "parameters") -> "Figure":
        """Return a figure: the parameters that moved most, or another one by its name.

        Args:
            name: ``parameters``, ``information``, ``targets-COUNTRY`` or, if the method was
                tested, ``sbc`` or ``recovery``.
        """
        return saving.named(pictures.pictures(self), name)

    def write(self, folder: Path) -> None:
        """Write draws, tables, a manifest and figures into an existing folder."""
        (folder / POSTERIOR).write_bytes(self.parquet())
        saving.write_rows(folder, tables.tables(self))
        saving.write_manifest(folder / "calibration.json", tables.manifest(self))
        saving.write_figures(folder, pictures.pictures(self))

    def parquet(self) -> bytes:
        """Return the draws as the bytes of a file for ``parameters = "…"`` of a scenario.

        The file says up to which year the record goes, and whether hindsight was used.
        """
        known = Knowledge(self.until, bool(self.hindsight))
        return to_bytes(self.values, self.scenario.quantities, known)


def targets_of(
    scenario: Scenario, until: int, file: Path | None = None, since: int | None = None
) -> tuple[Target, ...]:
    """Return the targets that a scenario is calibrated on.

    Up to `FIT_UNTIL` these are the targets to fit; up to later years also those to check. Targets
    that are only patterns are never among them. A scenario that is not shipped has the targets of
    the nearest shipped one that it extends.

    Args:
        scenario: a checked scenario.
        until: last year of a target.
        file: a file of targets, all of which are used whatever scenarios they name.
        since: first year of a target to fit; those before are left out. By default all of `file`
            are used, and of the shipped ones those from the start of the scenario on.

    Raises:
        CalibrationError: there are no targets, or the scenario lacks what they need.
        TargetError: the file is not right.
    """
    uses = ("fit",) if until <= FIT_UNTIL else ("fit", "check")
    since = scenario.start if file is None and since is None else since
    evidence = evidence_of(scenario.resolved)
    found: tuple[Target, ...] = ()
    for name in _lineage(scenario) if file is None else (None,):
        record = load_targets(name, uses, file, evidence)
        found = tuple(
            target
            for target in record
            if target.years[1] <= until
            and (since is None or target.use == "check" or target.years[0] >= since)
        )
        if found:
            break
    if not found:
        where = "targets.toml" if file is None else file
        raise CalibrationError(
            f"{scenario.name}: {where} has no targets for it up to {until}; name a file of targets"
        )
    check(scenario, found)
    return found


def _lineage(scenario: Scenario) -> list[str]:
    names = [scenario.name]
    for layer in reversed(scenario.merged.layers):
        if layer.positions is not None and "extends" in layer.document:
            names.append(Path(str(layer.document["extends"])).stem)
    return names


def calibrate(
    scenario: Scenario,
    until: int = FIT_UNTIL,
    targets: Sequence[Target] | None = None,
    sets: int = SETS,
    replicates: int = REPLICATES,
    draws: int = DRAWS,
    ess: float = ESS,
    seed: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    progress: "bool | Callback" = False,
    allow_hindsight: bool = False,
    countries: Countries | None = None,
) -> Calibration:
    """Calibrate a scenario: find draws of its parameters that reproduce the record.

    Args:
        scenario: a checked scenario.
        until: last year of the record.
        targets: the record; that of `targets_of` by default.
        sets: number of parameter sets drawn from the priors.
        replicates: number of runs of each set.
        draws: number of draws from the posterior.
        ess: effective number of sets to reach; noise and errors are widened as far as needed.
        seed: the seed; that of the scenario by default, else 0.
        workers: number of processes; the result does not depend on it.
        kernel: as of `hedgerow.run`.
        progress: as of `hedgerow.progress.Progress`, in runs.
        allow_hindsight: whether to go on if numbers know more than the record up to `until`, or
            rest on the same source as a target; the draws are then marked.
        countries: what plays a country, by its code, as of `hedgerow.run`.

    Raises:
        CalibrationError: scenario, targets and sizes do not fit.
        HindsightError: there is hindsight, and it is not allowed.
    """
    start = time.monotonic()
    if sets < _FEWEST:
        raise CalibrationError(f"{sets} parameter sets tell nothing; take {_FEWEST} or more")
    if not 1.0 <= ess <= sets / 2.0:
        raise CalibrationError(
            f"an effective number of {ess:g} out of {sets} parameter sets cannot be had; it lies "
            f"between 1 and {sets // 2}: take more sets, or a lower number"
        )
    record = targets_of(scenario, until) if targets is None else tuple(targets)
    check(scenario, record)
    known = refuse(hindsight(scenario, record, until, fitted=record), allow_hindsight)
    seed = seed if seed is not None else scenario.seed or 0
    scenario, own = settle_own(scenario, countries)
    name = own.kernel(kernel)
    own.require_sound(scenario, seed)
    if progress and (why := own.slow()):
        note(f"note: {why}")
    kernels.prepare(name, note if progress else None)
    job = job_of(scenario, record, replicates, seed, name, own)
    bar = Progress((sets + draws) * replicates, progress)
    try:
        scores = prior_scores(job, sets)
        table = Table(job.paths, scores, simulate_all(job, scores, workers, bar.add))
        columns = columns_of(record)
        likelihood = Likelihood(columns, table.simulated)
        rng = np.random.default_rng([seed, 0])
        found = posterior(table, likelihood, likelihood.observed, ess)
        chosen = found.draw(draws, rng)
        predicted = simulate_all(job, chosen, workers, bar.add, first=sets)
    finally:
        bar.close()
    return Calibration(
        *(scenario, until, seed, ess, columns, table, likelihood, found, chosen, predicted, known),
        kernel=name,
        seconds=time.monotonic() - start,
    )


def prove(
    result: Calibration, records: int, progress: Callable[[int], None] | None = None
) -> Calibration:
    """Return a calibration with a test of its method on made-up records.

    Args:
        result: the calibration.
        records: number of made-up records.
        progress: a function that is called with the number of records that were done.
    """
    start = time.monotonic()
    proof = sbc(
        result.table, result.likelihood, records, result.seed, result.wanted, progress=progress
    )
    return replace(result, proof=proof, seconds=result.seconds + time.monotonic() - start)
