"""Draws of the critical rivalry of a scenario."""

import numpy as np

from ...analysis.phase.critical import critical_values
from ...errors import ExperimentError
from ..experiment import ThresholdStep
from ..samples import places, variants_of
from ..setting import Setting
from ..statistics import QUANTILES, of_sample, of_share
from ..table import Key, Rows

MEASURE = "critical_rivalry"
AXIS = "relations.intensity"
"""Path of the number that multiplies all rivalry."""


def planned(step: ThresholdStep, setting: Setting) -> int:
    """Return how many draws it takes."""
    return len(places(list(variants_of(step.variants)), step.over)) * setting.runs(step)


def compute(part: str, step: ThresholdStep, setting: Setting) -> Rows:
    """Return quantiles, the share of draws with a critical rivalry, and shares ``below`` levels.

    Levels are the key y. Quantiles are over the draws that have a critical rivalry; shares are of
    all draws.

    Raises:
        ScenarioError, ExperimentError: a scenario is not right, or has no such country or year.
    """
    variants = variants_of(step.variants)
    runs = setting.runs(step)
    rows: Rows = {}
    for point in places(list(variants), step.over):
        scenario = setting.scenario(step, variants[point.variant], dict(point.over))
        if step.country not in scenario.countries:
            known = ", ".join(scenario.countries)
            raise ExperimentError(f"no country {step.country!r}; there are {known}")
        if not scenario.start <= step.year <= scenario.end:
            years = f"{scenario.start} to {scenario.end}"
            raise ExperimentError(f"year {step.year} is not in {years}")
        draws = critical_values(scenario, AXIS, [{}], step.year, step.country, runs, setting.seed)[
            0
        ]
        setting.tick(runs)
        finite = np.where(np.isfinite(draws), draws, np.nan)
        key = Key(part, point.variant, step.country, MEASURE, None, point.x, None)
        for name, cell in of_sample(finite, list(QUANTILES)).items():
            rows[key._replace(statistic=name)] = cell
        rows[key._replace(statistic="finite")] = of_share(int(np.isfinite(draws).sum()), runs)
        for level in step.levels:
            below = int((draws <= level).sum())
            rows[key._replace(y=float(level), statistic="below")] = of_share(below, runs)
    return rows
