"""What variants differ in, run by run under common random numbers."""

from itertools import combinations
from math import nan

from ...paired import Difference
from ..experiment import CompareStep, Variant
from ..samples import Floats, Place, Values, measured, places, variants_of
from ..setting import Setting
from ..table import Cell, Key, Rows

Pair = tuple[Place, int, int]
"""Under which name two samples are compared, and their numbers: base and other."""


def planned(step: CompareStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    return _size(step) * setting.runs(step)


def _size(step: CompareStep) -> int:
    points = len(places(list(variants_of(step.variants)), step.over))
    if step.at is not None:
        return points + len(variants_of(step.variants))
    return points if step.pairs else points + 1


def compute(part: str, step: CompareStep, setting: Setting) -> Rows:
    """Return the rows ``difference``, and ``effect``, in standard deviations of the base.

    Raises:
        ScenarioError, ValueError: a scenario is not right, or lacks what is asked of it.
    """
    variants = variants_of(step.variants)
    points = places(list(variants), step.over)
    scenarios = [setting.scenario(step, variants[p.variant], dict(p.over)) for p in points]
    pairs: list[Pair] = []
    if step.pairs:
        for a, b in combinations(range(len(points)), 2):
            one, other = points[a], points[b]
            if one.over == other.over:
                pairs.append((one._replace(variant=f"{other.variant} - {one.variant}"), a, b))
    elif step.at is not None:
        for name, variant in variants.items():
            pairs += [
                (point, len(scenarios), i)
                for i, point in enumerate(points)
                if point.variant == name
            ]
            scenarios.append(setting.scenario(step, variant, step.at))
    else:
        pairs = [(point, len(scenarios), i) for i, point in enumerate(points)]
        scenarios.append(setting.scenario(step, step.base or Variant()))
    found = dict(measured(step, scenarios, setting))
    rows: Rows = {}
    for place, first, second in pairs:
        rows |= _rows(part, place, found[first], found[second])
    return rows


def _rows(part: str, point: Place, base: Values, other: Values) -> Rows:
    rows: Rows = {}
    for what, values in base.items():
        cell, sd = _difference(values, other[what])
        key = Key(part, point.variant, *what, point.x, point.y, "difference")
        rows[key] = cell
        effect = Cell(cell.value / sd, cell.se / sd) if sd > 0.0 else Cell(nan)
        rows[key._replace(statistic="effect")] = effect
    return rows


def _difference(base: Floats, other: Floats) -> tuple[Cell, float]:
    from scipy.special import stdtrit

    found = Difference.of(base, other)
    if found.n < 2:
        return Cell(found.mean), nan
    half = float(stdtrit(found.n - 1, 0.975))
    return Cell(found.mean, (found.high - found.low) / (2.0 * half)), found.sd
