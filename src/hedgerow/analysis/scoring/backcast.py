"""Simulates a scenario, and turns its runs into forecasts of the targets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ...compiled.kernels import simulate
from ...facts.targets import Target
from ...model.parameters import World
from ...model.record import ChoiceRecord, Record
from ...model.streams import code_of
from ...runs.pairs import BLOCK
from ...scenario import Scenario
from ...scenario.compile import world
from ..calibration.statistics import statistics
from .predictive import RUNGS, SURE, Chances, Dates, Numbers, Predictive
from .shocks import HISTORY

Floats = NDArray[np.float64]
Change = Callable[[World], World]
Answers = dict[tuple[str, str], tuple[tuple[str, ...], NDArray[np.int64]]]


@dataclass(frozen=True)
class Runs:
    """The values that are kept of an ensemble of R runs.

    Attributes:
        scenario: the scenario.
        targets: the targets.
        last: last simulated year.
        values: for each target, (R, M) values as of `hedgerow.analysis.calibration.statistics`.
        answers: by country and question, the options and (R,) the index of the chosen one, −1 for
            none.
    """

    scenario: Scenario
    targets: tuple[Target, ...]
    last: int
    values: tuple[Floats, ...]
    answers: Answers


def backcast(
    scenario: Scenario,
    targets: Sequence[Target],
    runs: int,
    seed: int,
    last: int,
    change: Change | None = None,
    kernel: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Runs:
    """Simulate a scenario to the year of the last target.

    Args:
        scenario: a checked scenario that has what the targets ask for.
        targets: the targets.
        runs: number of replicates.
        seed: seed of all random streams.
        last: last year to simulate.
        change: a function that changes each block of runs before it is simulated.
        kernel: as of `hedgerow.run`.
        progress: a function that is called with the number of runs that were done.
    """
    blocks: list[tuple[list[Floats], Answers]] = []
    for first in range(0, runs, BLOCK):
        replicates = np.arange(first, min(first + BLOCK, runs), dtype=np.uint64)
        whole = world(scenario, replicates, seed)
        if change is not None:
            whole = change(whole)
        structure = replace(whole.structure, years=last - scenario.start + 1)
        record = simulate(replace(whole, structure=structure), kernel)
        blocks.append(
            ([statistics(record, scenario, [t]) for t in targets], _answers(record, scenario))
        )
        if progress is not None:
            progress(replicates.size)
    values = tuple(np.concatenate([found[i] for found, _ in blocks]) for i in range(len(targets)))
    answers = {
        key: (options, np.concatenate([said[key][1] for _, said in blocks]))
        for key, (options, _) in blocks[0][1].items()
    }
    return Runs(scenario, tuple(targets), last, values, answers)


def _answers(record: Record, scenario: Scenario) -> Answers:
    def key(choice: ChoiceRecord) -> tuple[str, str]:
        return scenario.countries[choice.country], choice.question

    return {key(choice): (choice.options, choice.chosen) for choice in record.choices}


def predictives(runs: Runs, seed: int) -> dict[str, Predictive]:
    """Return the forecast of each target by an ensemble, by the id of the target.

    As in a record, errors of measurement and biases of sources are added to numbers. These errors
    do not depend on the ensemble, so that two ensembles differ only by their runs.
    """
    pairs = zip(runs.targets, runs.values, strict=True)
    return {target.id: _said(runs, target, values, seed) for target, values in pairs}


def _said(runs: Runs, target: Target, values: Floats, seed: int) -> Predictive:
    match target.kind:
        case "choice":
            return _chosen(runs, target)
        case "rung":
            rungs = np.round(values[:, 0]).astype(np.int64)
            return Chances(RUNGS, np.bincount(rungs, minlength=len(RUNGS)) / rungs.size)
        case "tier":
            first, last = years_of(target, runs.scenario.start, runs.last)
            return Dates(first, dates(values[:, 0], first, last))
        case "never":
            sure = float(values.mean())
        case "at_least":
            sure = float(ndtr((values[:, 0] - target.values[0]) / target.error).mean())
        case _:
            return Numbers(values + errors(target, values.shape, seed))
    return Chances(SURE, np.array([1.0 - sure, sure]))


def years_of(target: Target, start: int, last: int) -> tuple[int, int]:
    """Return the first and last year of forecast dates: those after the record, or those to fit."""
    after = target.years[0] > HISTORY
    return (HISTORY + 1, last) if after else (start, min(last, HISTORY))


def dates(came: Floats, first: int, last: int) -> Floats:
    """Return shares of runs (Y + 2,): before the first year, in each year, and after the last."""
    place = np.clip(came - first + 1, 0, last - first + 2).astype(np.int64)
    return np.bincount(place, minlength=last - first + 3) / place.size


def errors(target: Target, shape: tuple[int, ...], seed: int) -> Floats:
    """Return normal errors of measurement; numbers of a target share the bias of their source."""
    rng = np.random.default_rng([seed, code_of("errors " + target.id)])
    own = target.error * rng.standard_normal(shape)
    return own + target.bias * rng.standard_normal((shape[0], 1))


def _chosen(runs: Runs, target: Target) -> Chances:
    question = target.measures[0].partition(":")[2]
    options, chosen = runs.answers[target.country, question]
    there = chosen[chosen >= 0]
    return Chances(options, np.bincount(there, minlength=len(options)) / there.size)
