"""The reference table: parameter sets drawn from the priors, each simulated several times."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ...errors import CalibrationError
from ...facts.targets import Target
from ...model.streams import Purpose, Streams, code_of
from ...results.records import faults
from ...runs.ensemble import axes_of
from ...runs.executor import cores, parallel, serial
from ...runs.own import NONE, Own
from ...scenario import Scenario
from ...scenario.document import Merged
from .statistics import columns_of, statistics

Floats = NDArray[np.float64]

BLOCK = 640
"""Approximate number of runs that one call of the model holds."""

_EDGE = 2.0**-53  # least distance of a probability from 0 and 1, so that its score is finite


@dataclass(frozen=True)
class Job:
    """The settings that all blocks of a table share.

    Attributes:
        scenario: the scenario.
        paths: (P,) paths of the parameters.
        targets: the targets, whose columns are kept of each run.
        last: last year to simulate.
        replicates: number of runs of each set.
        seed: seed of all random streams.
        kernel: implementation of the model.
        own: countries of the user's own.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    targets: tuple[Target, ...]
    last: int
    replicates: int
    seed: int
    kernel: str
    own: Own = NONE


@dataclass(frozen=True)
class Table:
    """Parameter sets and the results of their runs.

    Attributes:
        paths: (P,) paths of the parameters.
        scores: (S, P) normal scores: the normal quantile of the probability that the prior gives
            to smaller values.
        simulated: (S, J, T) columns of `statistics` in J runs of each set; NaN in runs that failed.
    """

    paths: tuple[str, ...]
    scores: Floats
    simulated: Floats

    @property
    def failed(self) -> int:
        """Number of runs that failed."""
        return int(np.isnan(self.simulated).any(axis=-1).sum())


def job_of(
    scenario: Scenario,
    targets: Sequence[Target],
    replicates: int,
    seed: int,
    kernel: str,
    own: Own = NONE,
) -> Job:
    """Return the settings to simulate a scenario up to the last year of some targets.

    Raises:
        CalibrationError: the scenario has no priors, or has draws that replace them.
    """
    if scenario.draws is not None:
        raise CalibrationError(
            f"{scenario.name}: has draws for parameters already; a calibration starts from the "
            "priors, so leave 'parameters' out"
        )
    if not scenario.sampled_paths:
        raise CalibrationError(f"{scenario.name}: has no priors, so nothing can be calibrated")

    light = replace(scenario, merged=Merged(), warnings=(), document={})
    last = max(target.years[1] for target in targets)
    paths = scenario.sampled_paths
    return Job(light, paths, tuple(targets), last, replicates, seed, kernel, own)


def prior_scores(job: Job, sets: int) -> Floats:
    """Draw normal scores from the priors: (sets, P). The first sets do not depend on the number."""
    codes = np.array([code_of(path) for path in job.paths], dtype=np.uint64)[:, None]
    u = Streams(job.seed, np.arange(sets, dtype=np.uint64))(Purpose.PRIOR, 0, codes)[0]
    return np.ascontiguousarray(ndtri(np.clip(u, _EDGE, 1.0 - _EDGE)).T)


def values_of(scenario: Scenario, paths: Sequence[str], scores: Floats) -> dict[str, Floats]:
    """Return the values of parameters for normal scores (n, P): (n,) by path."""
    u = np.clip(ndtr(scores), _EDGE, 1.0 - _EDGE)
    return {path: scenario.quantities[path].sample(u[:, i]) for i, path in enumerate(paths)}


def simulate_all(
    job: Job,
    scores: Floats,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    first: int = 0,
) -> Floats:
    """Simulate parameter sets, and return (sets, replicates, columns), NaN in runs that failed.

    Every run has its own random numbers: run j of set s is replicate ``s * replicates + j``. The
    result does not depend on the number of workers.

    Args:
        job: the settings.
        scores: (sets, P) normal scores of the sets.
        workers: number of processes; by default one for each core.
        progress: a function that is called with the number of runs that were finished.
        first: number of the first set.

    Raises:
        CalibrationError: all runs failed; the message says why one did.
    """
    step = max(1, BLOCK // job.replicates)
    starts = range(0, len(scores), step)
    tasks = ((job, first, at, scores[at : at + step]) for at in starts)
    count = min(job.own.processes(workers or cores()), len(starts))
    blocks = parallel(work, tasks, count) if count > 1 else serial(work, tasks)
    result: Floats | None = None
    reasons: list[str] = []
    with closing(blocks):
        for at, block, reason in blocks:
            if result is None:
                result = np.full((len(scores), *block.shape[1:]), np.nan)
            result[at : at + len(block)] = block
            reasons += [reason] if reason else []
            if progress is not None:
                progress(block.shape[0] * block.shape[1])
    if result is None or np.isnan(result).all():
        raise CalibrationError(f"every run failed: {reasons[0] if reasons else 'there were none'}")
    return result


def work(job: Job, first: int, at: int, scores: Floats) -> tuple[int, Floats, str]:
    """Simulate a block of sets.

    Args:
        job: the settings.
        first: number of the first set of all blocks.
        at: index of the first set of this block among them.
        scores: (sets, P) normal scores of the block.

    Returns:
        `at`, the columns (sets, J, T), and why a run failed (empty if none did).
    """
    found = np.full((len(scores), job.replicates, len(columns_of(job.targets))), np.nan)
    reason = ""
    for place, rows, error in _attempts(job, first + at, scores):
        found[place : place + len(rows)] = rows
        reason = reason or error
    return at, found, reason


def _attempts(job: Job, first: int, scores: Floats) -> Iterator[tuple[int, Floats, str]]:
    """Simulate all sets at once or, if that fails, one by one, so that the others succeed."""
    try:
        yield 0, _simulate(job, first, scores), ""
    except Exception as error:
        if isinstance(error, CalibrationError):
            raise
        if len(scores) == 1:
            yield 0, np.empty((0, 0, 0)), f"{type(error).__name__}: {error}"
            return
        for i in range(len(scores)):
            for _, rows, reason in _attempts(job, first + i, scores[i : i + 1]):
                yield i, rows, reason


def _simulate(job: Job, first: int, scores: Floats) -> Floats:
    sets, noises = len(scores), job.replicates
    replicates = np.arange(first * noises, (first + sets) * noises, dtype=np.uint64)
    values = values_of(job.scenario, job.paths, scores)
    given = {path: np.repeat(value, noises) for path, value in values.items()}
    years = job.last - job.scenario.start + 1
    how = (job.seed, job.kernel, given)
    record = job.own.simulate(job.scenario, replicates, *how, years=years)
    found = statistics(record, job.scenario, job.targets)
    axes = axes_of(job.scenario)
    found[list(faults(record, np.array(axes.self_partner), axes.instruments))] = np.nan
    return found.reshape(sets, noises, -1)
