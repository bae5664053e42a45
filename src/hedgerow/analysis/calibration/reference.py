"""The reference table: parameter sets drawn from the priors, each simulated with several noises."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ...errors import CalibrationError
from ...facts.targets import Target
from ...model.streams import Purpose, code_of, draw
from ...results.records import faults
from ...runs.ensemble import axes_of
from ...runs.executor import cores, parallel, serial
from ...runs.own import NONE, Own
from ...scenario import Scenario
from ...scenario.document import Merged
from .statistics import columns_of, statistics

Floats = NDArray[np.float64]

BLOCK = 640
"""Runs that one call of the model holds, about."""

_EDGE = 2.0**-53  # a uniform keeps this distance from 0 and 1, so that its score is finite


@dataclass(frozen=True)
class Job:
    """What all blocks of a table share.

    Attributes:
        scenario: whose priors and rules.
        paths: of the parameters.
        targets: what is kept of a run.
        last: last year simulated.
        replicates: of each set.
        seed: of all streams.
        kernel, precision: implementation of the model, and how exactly it calculates.
        own: countries of one's own.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    targets: tuple[Target, ...]
    last: int
    replicates: int
    seed: int
    kernel: str
    precision: str = "double"
    own: Own = NONE


@dataclass(frozen=True)
class Table:
    """Parameter sets and what their runs came to.

    Attributes:
        paths: (P,) of the parameters.
        scores: (S, P) where each lies in its prior, as the normal quantile of its probability.
        simulated: (S, J, columns) of `statistics`; nan in a run that failed.
    """

    paths: tuple[str, ...]
    scores: Floats
    simulated: Floats

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return int(np.isnan(self.simulated).any(axis=-1).sum())


def job_of(
    scenario: Scenario,
    targets: Sequence[Target],
    replicates: int,
    seed: int,
    kernel: str,
    precision: str = "double",
    own: Own = NONE,
) -> Job:
    """Return what simulates a scenario to the last year of some targets.

    Raises:
        CalibrationError: the scenario has no priors, or others' draws in place of them.
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
    return Job(light, paths, tuple(targets), last, replicates, seed, kernel, precision, own)


def prior_scores(job: Job, sets: int) -> Floats:
    """Draw from the priors: (sets, P) normal scores, the first sets the same for any number."""
    codes = np.array([code_of(path) for path in job.paths], dtype=np.uint64)[:, None]
    replicates = np.arange(sets, dtype=np.uint64)[None, :]
    u = draw(job.seed, replicates, 0, codes, Purpose.PRIOR)[0]
    return np.ascontiguousarray(ndtri(np.clip(u, _EDGE, 1.0 - _EDGE)).T)


def values_of(scenario: Scenario, paths: Sequence[str], scores: Floats) -> dict[str, Floats]:
    """Return the parameters at some scores (n, P): (n,) by path."""
    u = np.clip(ndtr(scores), _EDGE, 1.0 - _EDGE)
    return {path: scenario.quantities[path].sample(u[:, i]) for i, path in enumerate(paths)}


def simulate_all(
    job: Job,
    scores: Floats,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    first: int = 0,
) -> Floats:
    """Simulate parameter sets: (sets, replicates, columns), nan where a run failed.

    Every run has noise of its own: run j of set s is replicate ``s * replicates + j``. The result
    does not depend on the number of workers.

    Args:
        job: what to simulate.
        scores: (sets, P).
        workers: processes; one a core by default.
        progress: told the number of runs that are finished anew.
        first: number of the first set.

    Raises:
        CalibrationError: all runs failed; the message tells the reason of one.
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
    """Simulate a block of sets; return its place, (sets, J, columns) and why a run failed.

    Args:
        job: what to simulate.
        first: number of the first set of all blocks.
        at: place of the block among them.
        scores: (sets, P) of the block.
    """
    found = np.full((len(scores), job.replicates, len(columns_of(job.targets))), np.nan)
    reason = ""
    for place, rows, error in _attempts(job, first + at, scores):
        found[place : place + len(rows)] = rows
        reason = reason or error
    return at, found, reason


def _attempts(job: Job, first: int, scores: Floats) -> Iterator[tuple[int, Floats, str]]:
    """Simulate all at once or, where that fails, set by set, so that only the guilty fail."""
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
    how = (job.kernel, job.precision, given)
    record = job.own.simulate(job.scenario, replicates, job.seed, *how, years=years)
    found = statistics(record, job.scenario, job.targets)
    found[list(faults(record, np.array(axes_of(job.scenario).self_partner)))] = np.nan
    return found.reshape(sets, noises, -1)
