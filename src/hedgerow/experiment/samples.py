"""Measures of runs at the points of a step: variants of a scenario, and values of swept paths."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..compiled.kernels import processes
from ..runs.executor import parallel, serial
from ..runs.pairs import Measure, Sample
from ..scenario import Scenario
from .experiment import Plain, Variant, _Measured
from .setting import Setting

Floats = NDArray[np.float64]


class Place(NamedTuple):
    """A point of a step.

    Attributes:
        variant: name of the variant; empty for the scenario itself.
        x, y: values of the swept paths as numbers: a switch is 1 or 0, a text its index in the
            list. None if there is no such path.
        over: the values of the swept paths, with the paths.
    """

    variant: str
    x: float | None
    y: float | None
    over: tuple[tuple[str, Any], ...] = ()


class What(NamedTuple):
    """The key of a measured value; a year of None means the mean over all years."""

    country: str
    measure: str
    year: int | None


class Asked(NamedTuple):
    """The measures that a worker shall return."""

    countries: Sequence[str]
    measures: Sequence[str]
    years: Sequence[int]
    average: bool


Values = dict[What, Floats]


def places(variants: Sequence[str], over: Plain, together: bool = False) -> list[Place]:
    """Return the points of a step, variant by variant.

    Args:
        variants: names of the variants.
        over: the swept paths with their values.
        together: whether paths take their values in parallel, instead of all combinations.
    """
    axes = [list(enumerate(values)) for values in over.values()]
    rows = list(zip(*axes, strict=True) if together and axes else product(*axes))
    found = []
    for variant in variants:
        for row in rows:
            pairs = tuple(zip(over, (value for _, value in row), strict=True))
            swept = [float(v) if isinstance(v, int | float) else float(i) for i, v in row]
            x, y = (*swept, None, None)[:2]
            found.append(Place(variant, x, y, pairs))
    return found


def variants_of(variants: dict[str, Variant]) -> dict[str, Variant]:
    """Return the variants of a step by name; without any, the scenario itself under ``""``."""
    return variants or {"": Variant()}


def measured(
    step: _Measured, scenarios: Sequence[Scenario], setting: Setting
) -> Iterator[tuple[int, Values]]:
    """Yield the index of each scenario and its measures, as they are done, in any order.

    Raises:
        ValueError: a scenario has no such measure, country or year.
    """
    asked = Asked(step.countries, step.measures, step.when, step.average)
    runs = setting.runs(step)
    tasks = [(i, s, runs, setting.seed, setting.kernel, asked) for i, s in enumerate(scenarios)]
    workers = min(processes(setting.workers), len(tasks))
    done = parallel(_measure, tasks, workers) if workers > 1 else serial(_measure, tasks)
    for number, values in done:
        setting.tick(runs)
        yield number, values


def _measure(
    number: int, scenario: Scenario, runs: int, seed: int, kernel: str, asked: Asked
) -> tuple[int, Values]:
    sample = Sample(scenario, runs, seed, until=max(asked.years), kernel=kernel)
    found: Values = {}
    for country, measure in product(asked.countries, asked.measures):
        by_year = {year: _value(sample, measure, country, year) for year in asked.years}
        if asked.average:
            found[What(country, measure, None)] = _mean(np.array(list(by_year.values())))
        else:
            found |= {What(country, measure, year): v for year, v in by_year.items()}
    return number, found


def _value(sample: Sample, measure: str, country: str, year: int) -> Floats:
    """Return the values of a measure, or of a sum of several, for every run."""
    total = np.zeros(sample.runs)
    sign = 1.0
    for term in measure.split():
        if term in ("+", "-"):
            sign = 1.0 if term == "+" else -1.0
            continue
        since = sample.scenario.start if term.startswith("choice:") else None
        total = total + sign * sample.values(Measure(term, country, year, since))
    return total


def _mean(values: Floats) -> Floats:
    """Return the mean over the first axis, without NaN; NaN if nothing is defined."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
