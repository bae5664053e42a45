"""Scores of a scenario on the record that it was not fitted to, and of other forecasters."""

from math import nan

from ...analysis.scoring import score_scenario
from ...analysis.scoring.record import load_past
from ..experiment import ScoreStep
from ..setting import Setting
from ..table import Cell, Key, Rows

_WIDTH = 3.29
"""Width of a 90 % interval in standard errors."""


def planned(step: ScoreStep, setting: Setting) -> int:
    """Return roughly how many runs it takes: of posterior, prior and diversifier, and of votes."""
    return 8 * setting.runs(step)


def compute(part: str, step: ScoreStep, setting: Setting) -> Rows:
    """Return scores, skills against other forecasters, and ranks of the record, out of sample.

    Variants are ``FORECASTER:SHOCKS``. Rows are ``score`` of each ``FAMILY:RULE``; ``skill`` of the
    model against each other forecaster, with listed shocks (x is 1) and with drawn ones (x is 0);
    and ``pit``, ``inside50`` and ``inside90`` of each number on record.

    Raises:
        ScenarioError, CalibrationError, ValueError: there is nothing to score.
        HindsightError: there is hindsight, and the step does not allow it.
    """
    reported = 0

    def progress(done: int, total: int) -> None:
        nonlocal reported
        setting.tick(done - reported)
        reported = done

    scenario = setting.scenario(step)
    found = score_scenario(
        *(scenario, None, setting.runs(step), setting.seed, None, setting.kernel, progress),
        allow_hindsight=step.allow_hindsight,
    )
    setting.used(scored.target for scored in (*found.scored, *found.fitted))
    setting.past = load_past()
    if found.hindsight:
        setting.hindsight.add(part)
    setting.note(found.scenario, found.parameters)
    rows: Rows = {}
    for average in found.averages:
        key = Key(part, f"{average.forecaster}:{average.shocks}", statistic="score")
        rows[key._replace(measure=f"{average.family}:{average.rule}")] = Cell(average.mean)
    for skill in found.skills:
        x = float(skill.shocks == "listed")
        name = f"{skill.against}:{skill.against_shocks}"
        measure = f"{skill.family}:{skill.rule}" if skill.rule else skill.family
        se = (skill.high - skill.low) / _WIDTH
        for statistic in ("skill", "low", "high"):
            key = Key(part, name, "", measure, None, x, None, statistic)
            rows[key] = Cell(float(getattr(skill, statistic)), se)
    for scored in found.scored:
        name = f"{scored.forecaster}:{scored.shocks}"
        for mark in scored.marks:
            target = scored.target
            what = f"{target.id}/{mark.measure}"
            key = Key(part, name, target.country, what, target.years[1])
            known = mark.width(90) == mark.width(90)
            numbers = {
                "pit": mark.pit,
                "inside50": float(mark.inside(50)) if known else nan,
                "inside90": float(mark.inside(90)) if known else nan,
            }
            rows |= {key._replace(statistic=s): Cell(float(v)) for s, v in numbers.items()}
    return rows
