"""Probabilities of events by the end of a year."""

from ...analysis.forecasts import Known, forecast
from ..experiment import ForecastStep
from ..samples import variants_of
from ..setting import Setting
from ..statistics import of_share
from ..table import Cell, Key, Rows


def planned(step: ForecastStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    return len(variants_of(step.variants)) * setting.runs(step)


def compute(part: str, step: ForecastStep, setting: Setting) -> Rows:
    """Return a row for each variant, country, event (``NAME:PARTNER``, the measure) and year.

    For each event also ``n``, without a year: the number of runs in which it could happen.

    Raises:
        ScenarioError, ValueError: a scenario is not right, or does not hold the years.
        HindsightError: there is hindsight, and the step does not allow it.
    """
    runs = setting.runs(step)
    rows: Rows = {}
    for name, variant in variants_of(step.variants).items():
        scenario = setting.scenario(step, variant)
        made = step.date.isoformat()
        found = forecast(
            *(scenario, runs, setting.seed, step.first, step.until, made, setting.kernel),
            allow_hindsight=step.allow_hindsight,
        )
        known = Known.targets(step.first, scenario)
        setting.used(target for target in known if target.country in scenario.countries)
        if found.hindsight:
            setting.hindsight.add(part)
        setting.tick(runs)
        for row in found.rows:
            event, country, partner = row.event
            measure = f"{event}:{partner}" if partner else event
            key = Key(part, name, country, measure, row.year, statistic="share")
            rows[key] = of_share(round(row.probability * row.runs) if row.runs else 0.0, row.runs)
            error = of_share(row.runs, runs).se * runs if row.runs < runs else 0.0
            rows[key._replace(year=None, statistic="n")] = Cell(float(row.runs), error)
    return rows
