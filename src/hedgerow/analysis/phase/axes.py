"""The axes of a map: finds swept paths by name, orders their values, and selects points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import NoMap
from ...scenario import Scenario
from ...scenario.wording import shown, words

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

_MOST_NAMED = 40  # most values of an axis in a message


@dataclass(frozen=True)
class Axis:
    """A swept path as an axis.

    Attributes:
        path: the swept path.
        words: its name in words, with its unit.
        values: its distinct values. Numbers are in ascending order, others in that of the sweep.
        numeric: whether they are numbers.
        log: whether the axis is logarithmic.
    """

    path: str
    words: str
    values: tuple[Any, ...]
    numeric: bool
    log: bool

    def places(self, values: Sequence[Any]) -> Floats:
        """Return the positions of values on the axis: numbers at their values, others at 0, 1, …"""
        if self.numeric:
            return np.asarray(values, dtype=np.float64)
        return np.array([self.values.index(value) for value in values], dtype=np.float64)

    def described(self) -> str:
        """Return the values as text."""
        more = ", …" if len(self.values) > _MOST_NAMED else ""
        return ", ".join(map(shown, self.values[:_MOST_NAMED])) + more

    def find(self, value: Any) -> Any:
        """Return the value of the axis that equals `value`.

        Raises:
            NoMap: the axis has no such value.
        """
        for known in self.values:
            if _same(known, value):
                return known
        raise NoMap(f"{self.path} is not {shown(value)} anywhere; the sweep has {self.described()}")


def axis(scenario: Scenario, path: str, values: Sequence[Any]) -> Axis:
    """Return the axis of a path whose points have these values."""
    text = words(scenario, path)
    if not all(map(_is_number, values)):
        return Axis(path, text, tuple(dict.fromkeys(values)), False, False)
    there = tuple(sorted({float(value) for value in values}))
    return Axis(path, text, there, True, _logarithmic(scenario, path, there))


def named(value: Any) -> Any:
    """Return a value of a point, or words if the point leaves it as the scenario has it."""
    return "as the scenario has it" if value != value or value == "" else value


def path_of(asked: str, swept: Sequence[str], what: str) -> str:
    """Return the swept path that equals `asked`, or the only one that ends with it.

    Raises:
        NoMap: no path fits, or several do.
    """
    if asked in swept:
        return asked
    fitting = [path for path in swept if path.endswith(f".{asked}")]
    if len(fitting) == 1:
        return fitting[0]
    hint = f"fits {' and '.join(fitting)}" if fitting else f"the sweep is over {', '.join(swept)}"
    raise NoMap(f"{what} {asked}: {hint}")


def chosen(
    points: "pd.DataFrame", axes: Mapping[str, Axis], at: Mapping[str, Any]
) -> NDArray[np.bool_]:
    """Return which points have all the given values, by path: (points,) bool.

    Raises:
        NoMap: there is no such value, or no point with all of them.
    """
    kept = np.ones(len(points), dtype=bool)
    for path, value in at.items():
        there = axes[path].find(value)
        kept &= np.array([each == there for each in points[path].tolist()], dtype=bool)
    if not kept.any():
        values = ", ".join(f"{path}={shown(value)}" for path, value in at.items())
        raise NoMap(f"no point of the sweep has {values}")
    return kept


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(known: Any, asked: Any) -> bool:
    if _is_number(known) and _is_number(asked) and abs(known - asked) <= 1e-9 * max(abs(known), 1):
        return True
    return shown(known) == shown(asked)


def _logarithmic(scenario: Scenario, path: str, values: tuple[float, ...]) -> bool:
    """Whether an axis is logarithmic: its range says so, or its listed values have equal ratios."""
    over = scenario.resolved.get("sweep", {}).get("over", {})
    given = over.get(path) if isinstance(over, dict) else None
    if values[0] <= 0.0:
        return False
    if isinstance(given, dict):
        return given.get("scale") == "log"
    steps = [log(b / a) for a, b in pairwise(values)]
    return len(steps) > 1 and max(steps) - min(steps) < 0.02 * max(steps)
