"""The points of a scenario with a ``[sweep]``, after checking that each of them is possible."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from ..scenario import Problem, Scenario, ScenarioError
from ..scenario.positions import KeyPath
from .design import Points, points_of
from .ensemble import settle
from .variants import Variants

_CORNERS = 6
"""Most paths of a design of which all corners are checked."""


def settled(scenario: Any, runs: int | None, seed: int | None, until: int | None) -> Scenario:
    """Return the scenario of a sweep with its replicates, seed and last year filled in.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        runs: replicates of each point; by default those of the sweep, else of the scenario.
        seed, until: as for a run.

    Raises:
        ScenarioError: it has no sweep, or is not right.
    """
    result = settle(scenario, None, seed, until)
    table = result.resolved.get("sweep")
    if not table:
        text = "this scenario has no [sweep], so there is nothing to sweep over"
        hint = "write one, or run the scenario with 'hedgerow run'"
        raise ScenarioError([result.merged.problem((), text, "", hint)])
    replicates = runs or table.get("replicates") or result.runs
    return result.replace({"ensemble.runs": replicates, "sweep.replicates": replicates})


def points(scenario: Scenario) -> Points:
    """Return the points of a scenario that `settled` returned, after checking them.

    To check every point would take too long. Checked are every variant (`Variants`), and of the
    swept numbers all points of a list, all corners of a design of few paths, and otherwise the
    lowest and highest value of each path.

    Raises:
        ScenarioError: a point gives the scenario a value that is not allowed.
        NoSweep: there are too many points, or a library is missing.
    """
    table = scenario.resolved["sweep"]
    found = points_of(table, scenario.seed or 0)
    variants = Variants(scenario, found)
    seen: set[str] = set()
    for where, changes in _tried(table, found, variants):
        key = repr(sorted(changes.items()))
        if key in seen:
            continue
        seen.add(key)
        try:
            scenario.replace(changes)
        except ScenarioError as error:
            raise ScenarioError(
                [_problem_at(scenario, where, changes, error.problems[0])]
            ) from None
    return found


def _tried(
    table: dict[str, Any], points: Points, variants: Variants
) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """Yield sets of changes to check, each with the key of the file that it comes from."""
    over: KeyPath = ("sweep", "over")
    if table.get("design") in ("list", "zip"):
        is_list = table.get("design") == "list"
        for point in range(len(points)):
            yield (*over, point) if is_list else over, points.values(point)
        return
    for point in range(len(points)):
        changes = variants.changes(point)
        if changes:
            yield (*over, next(iter(changes))), changes
    ends: dict[str, list[float]] = {}
    for point in range(len(points)):
        for path, value in variants.given(point).items():
            span = ends.setdefault(path, [value, value])
            span[:] = min(span[0], value), max(span[1], value)
    for path, span in ends.items():
        for value in span:
            yield (*over, path), {path: value}
    if 1 < len(ends) <= _CORNERS:
        for corner in product(*ends.values()):
            yield over, dict(zip(ends, corner, strict=True))


def _problem_at(
    scenario: Scenario, where: KeyPath, changes: dict[str, Any], problem: Problem
) -> Problem:
    """Return the problem of a point, placed at the line of the sweep that causes it."""
    point = ", ".join(f"{path} = {value}" for path, value in changes.items())
    moved = scenario.merged.problem(
        where, f"no scenario at {point}: {problem.message}", problem.expected, problem.suggestion
    )
    if problem.line and not moved.suggestion:
        moved = replace(moved, suggestion=f"see {problem.file}:{problem.line}:{problem.column}")
    return moved
