"""The scenarios that the points of a sweep stand for.

If points differ only in numbers that fill arrays of the model, one block holds runs of many points,
each run with its own numbers. Anything else that a point may change (switches, rules, strategies,
dates, whole priors) needs a scenario of its own, here called a *variant*. Points with the same
variant share it.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..scenario import Scenario
from ..scenario.compile import replaceable, sampled
from ..scenario.keys import split
from ..scenario.write import value_text
from .design import Points

Floats = NDArray[np.float64]
_KEPT = 16
"""Most variants that a process keeps in memory."""

NUMBER, SWITCH, TEXT = "number", "switch", "text"
"""The kinds of columns of parameters in the table ``runs``."""


class Runs(NamedTuple):
    """Some runs of a sweep, of any points; all arrays are (R,).

    Attributes:
        points: number of the point of each run.
        replicates: number of each run within its point.
        streams: number of the random streams of each run.
    """

    points: NDArray[np.int64]
    replicates: NDArray[np.uint64]
    streams: NDArray[np.uint64]

    def pick(self, places: NDArray[np.int64]) -> "Runs":
        """Return the runs at some places (indices)."""
        return Runs(self.points[places], self.replicates[places], self.streams[places])


class Variants:
    """The scenarios of the points of a sweep.

    Args:
        base: the scenario without the sweep.
        points: the points of the sweep.
    """

    def __init__(self, base: Scenario, points: Points) -> None:
        self.base = base
        self.points = points
        self._live = [replaceable(base, path) for path in points.paths]
        self._known: OrderedDict[str, Scenario] = OrderedDict()
        self._lock = Lock()  # workers of other executors may be threads

    def given(self, point: int) -> dict[str, float]:
        """Return the numbers of a point that fill arrays of the model, by path."""
        return {
            path: float(value)
            for path, value, live in zip(
                self.points.paths, self.points.rows[point], self._live, strict=True
            )
            if live and _is_number(value)
        }

    def changes(self, point: int) -> dict[str, Any]:
        """Return the changes, by path, that make the variant of a point."""
        return {
            path: value
            for path, value, live in zip(
                self.points.paths, self.points.rows[point], self._live, strict=True
            )
            if value is not None and not (live and _is_number(value))
        }

    def scenario(self, point: int) -> Scenario:
        """Return the variant of a point: its scenario without the numbers that fill arrays.

        Raises:
            ScenarioError: there can be no such scenario.
        """
        changes = self.changes(point)
        if not changes:
            return self.base
        key = _key(changes)
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self.base.replace(changes)
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            else:
                self._known.move_to_end(key)
        return known

    def whole(self, point: int) -> Scenario:
        """Return the scenario of a point with all that it changes.

        Raises:
            ScenarioError: there can be no such scenario.
        """
        return self.base.replace(self.points.values(point))

    def groups(self, points: NDArray[np.int64]) -> Iterator[tuple[Scenario, NDArray[np.int64]]]:
        """Yield each variant of some runs with the places of its runs.

        Args:
            points: (R,) number of the point of each run.
        """
        found: dict[str, tuple[int, list[int]]] = {}
        for place, point in enumerate(points.tolist()):
            found.setdefault(_key(self.changes(point)), (point, []))[1].append(place)
        for point, places in found.values():
            yield self.scenario(point), np.array(places, dtype=np.int64)

    def numbers(self, points: NDArray[np.int64], scenario: Scenario, runs: Runs, seed: int) -> Any:
        """Return the numbers that fill arrays for runs of one variant: (R,) by path.

        If a point leaves a number as it is, its runs get that of the scenario.
        """
        each = {int(point): self.given(int(point)) for point in np.unique(points)}
        paths = dict.fromkeys(path for given in each.values() for path in given)
        own: dict[str, Floats] = {}
        if any(len(given) < len(paths) for given in each.values()):
            own = sampled(scenario, runs.streams, seed)
        result = {}
        for path in paths:
            values = np.array([each[int(point)].get(path, np.nan) for point in points])
            absent = np.isnan(values)
            if absent.any():
                values[absent] = own[path][absent] if path in own else _stands(scenario, path)
            result[path] = values
        return result

    def columns(self) -> dict[str, str]:
        """Return the kind of each column of parameters in ``runs``, by path, in order.

        Raises:
            ScenarioError: there can be no such point.
        """
        kinds = {path: self._kind(i) for i, path in enumerate(self.points.paths)}
        seen: dict[str, None] = {}
        paths: dict[str, None] = {}
        for point in range(len(self.points)):
            key = _key(self.changes(point))
            if key not in seen:
                seen[key] = None
                paths |= dict.fromkeys(self.scenario(point).sampled_paths)
        rest = {path: NUMBER for path in paths if path not in kinds}
        return kinds | rest

    def _kind(self, path: int) -> str:
        values = [row[path] for row in self.points.rows]
        absent = any(value is None for value in values)
        if absent:
            values.append(_stands(self.base, self.points.paths[path]))
        values = [value for value in values if value is not None]
        if all(isinstance(value, bool) for value in values):
            return SWITCH
        if all(_is_number(value) or isinstance(value, dict) for value in values):
            return NUMBER
        return TEXT

    def column(
        self,
        path: str,
        kind: str,
        points: Sequence[int],
        where: NDArray[np.int64],
        draws: dict[str, Floats],
    ) -> NDArray[Any]:
        """Return a column of ``runs`` for runs of one variant.

        Args:
            path: the path of the parameter.
            kind: the kind of the column.
            points: numbers of the points of the variant.
            where: (R,) index in `points` of the point of each run.
            draws: the numbers that the variant draws from priors, (R,) by path.
        """
        if path in self.points.paths:
            cells = [self._cell(path, point) for point in points]
        else:  # all runs have the value of their variant
            cells = [self._cell(path, points[0])] * len(points)
        if kind == SWITCH:
            return np.array([bool(cell) for cell in cells])[where]
        if kind == TEXT:
            return np.array([_text(cell) for cell in cells], dtype=object)[where]
        values = np.array([cell if _is_number(cell) else np.nan for cell in cells], dtype=float)
        if path not in draws:
            return values[where]
        if np.isnan(values).all():
            return draws[path]
        return np.where(np.isnan(values)[where], draws[path], values[where])

    def _cell(self, path: str, point: int) -> Any:
        value = self.points.values(point).get(path)
        if isinstance(value, dict):
            return value.get("value") if "dist" not in value else None
        return _stands(self.scenario(point), path) if value is None else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(changes: dict[str, Any]) -> str:
    return json.dumps(changes, sort_keys=True) if changes else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else value_text(value)


def _stands(scenario: Scenario, path: str) -> Any:
    """Return the value of a scenario at a path; None for a prior, or if there is no value."""
    number = scenario.quantities.get(path)
    if number is not None:
        return None if number.is_prior else number.value
    node: Any = scenario.resolved
    for part in split(path):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node
