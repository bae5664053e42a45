"""Statistics of measures over runs."""

from ..experiment import RunsStep
from ..samples import measured, places, variants_of
from ..setting import Setting
from ..statistics import of_sample
from ..table import Key, Rows


def planned(step: RunsStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    return len(places(list(variants_of(step.variants)), step.over, step.zip)) * setting.runs(step)


def compute(part: str, step: RunsStep, setting: Setting) -> Rows:
    """Return a row for each point, country, measure, year and statistic.

    Raises:
        ScenarioError, ValueError: a scenario is not right, or lacks what is asked of it.
    """
    variants = variants_of(step.variants)
    points = places(list(variants), step.over, step.zip)
    scenarios = [setting.scenario(step, variants[p.variant], dict(p.over)) for p in points]
    found = dict(measured(step, scenarios, setting))
    rows: Rows = {}
    for number, point in enumerate(points):
        for what, values in found[number].items():
            for name, cell in of_sample(values, step.statistics).items():
                rows[Key(part, point.variant, *what, point.x, point.y, name)] = cell
    return rows
