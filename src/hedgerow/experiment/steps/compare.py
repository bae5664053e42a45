"""Paired differences between variants, under common random numbers."""

from itertools import combinations
from math import nan
from typing import Any

from ...runs.pairs import Difference
from ...scenario import Scenario
from ..experiment import CompareStep, Variant
from ..samples import Floats, Place, Values, measured, places, variants_of
from ..setting import Setting
from ..table import Cell, Key, Rows

Node = tuple[str, tuple[tuple[str, Any], ...]] | None
"""A variant at values of the swept paths, which is run; None for the base of the step."""

Pair = tuple[Place, Node, Node]
"""A comparison: its place in the table, the base and the other."""


def planned(step: CompareStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    return len(_nodes(_pairs(step))) * setting.runs(step)


def compute(part: str, step: CompareStep, setting: Setting) -> Rows:
    """Return the rows ``difference``, and ``effect``, in standard deviations of the base.

    Raises:
        ScenarioError, ValueError: a scenario is not right, or lacks what is asked of it.
    """
    pairs = _pairs(step)
    nodes = _nodes(pairs)
    found = dict(measured(step, [_scenario(step, node, setting) for node in nodes], setting))
    by_node = {node: found[number] for number, node in enumerate(nodes)}
    rows: Rows = {}
    for place, base, other in pairs:
        rows |= _rows(part, place, by_node[base], by_node[other])
    return rows


def _pairs(step: CompareStep) -> list[Pair]:
    points = places(list(variants_of(step.variants)), step.over, step.zip)
    if step.pairs:
        return [
            (other._replace(variant=f"{other.variant} - {one.variant}"), _node(one), _node(other))
            for one, other in combinations(points, 2)
            if one.over == other.over
        ]
    if step.at is None:
        return [(point, None, _node(point)) for point in points]
    there = step.at
    return [
        (point, (point.variant, tuple((p, there.get(p, v)) for p, v in point.over)), _node(point))
        for point in points
    ]


def _node(point: Place) -> Node:
    return point.variant, point.over


def _nodes(pairs: list[Pair]) -> list[Node]:
    """Return all nodes of some pairs, each once."""
    return list(dict.fromkeys(node for _, *both in pairs for node in both))


def _scenario(step: CompareStep, node: Node, setting: Setting) -> Scenario:
    if node is None:
        return setting.scenario(step, step.base or Variant())
    variant, over = node
    return setting.scenario(step, variants_of(step.variants)[variant], dict(over))


def _rows(part: str, place: Place, base: Values, other: Values) -> Rows:
    rows: Rows = {}
    for what, values in base.items():
        cell, sd = _difference(values, other[what])
        key = Key(part, place.variant, *what, place.x, place.y, "difference")
        rows[key] = cell
        effect = Cell(cell.value / sd, cell.se / sd) if sd > 0.0 else Cell(nan)
        rows[key._replace(statistic="effect")] = effect
    return rows


def _difference(base: Floats, other: Floats) -> tuple[Cell, float]:
    """Return the mean difference, and the standard deviation of the base."""
    from scipy.special import stdtrit

    found = Difference.of(base, other)
    if found.n < 2:
        return Cell(found.mean), nan
    half = float(stdtrit(found.n - 1, 0.975))
    return Cell(found.mean, (found.high - found.low) / (2.0 * half)), found.sd
