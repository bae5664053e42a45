"""Figures of the record, which are drawn beside runs."""

from difflib import get_close_matches

from ...errors import ExperimentError
from ...facts.targets import Target
from ...scenario.target_file import load_targets
from ..experiment import FactsStep
from ..setting import Setting
from ..table import Cell, Key, Rows


def planned(step: FactsStep, setting: Setting) -> int:
    """Return 0: nothing is run."""
    return 0


def compute(part: str, step: FactsStep, setting: Setting) -> Rows:
    """Return rows ``value``, ``error`` and ``bias`` for each target (the variant) and measure.

    The year of a row is the last year of the target; a row ``first`` holds its first year.

    Raises:
        ExperimentError: there is no such target, or it is no number.
    """
    known = {target.id: target for target in load_targets()}
    rows: Rows = {}
    for name in step.targets:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ExperimentError(f"no target {name!r} in targets.toml{hint}")
        setting.used([known[name]])
        rows |= _rows(part, known[name])
    return rows


def _rows(part: str, target: Target) -> Rows:
    rows: Rows = {}
    if isinstance(target.value, str):
        measure = f"{target.measures[0]}:{target.value}"
        key = Key(part, target.id, target.country, measure, target.years[1], statistic="value")
        return {key: Cell(1.0)}
    for measure, value in zip(target.measures, target.values, strict=False):
        key = Key(part, target.id, target.country, measure, target.years[1])
        numbers = {"value": value, "error": target.error, "bias": target.bias}
        numbers["first"] = float(target.years[0])
        rows |= {key._replace(statistic=name): Cell(float(n)) for name, n in numbers.items()}
    return rows
