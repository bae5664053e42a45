"""The design of a sweep for its analysis: values of all paths at all points, and the unit cube."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import NoIndices
from ...runs.design import LEVELS, Points, points_of
from ...scenario.write import value_text

Floats = NDArray[np.float64]

SOBOL, MORRIS, PAWN = "sobol", "morris", "pawn"
"""Methods of analysis."""

DRAWN = "drawn"
"""Name of the design of a plain run: a point for each run, given by the numbers that it drew."""

_METHODS = {"saltelli": SOBOL, "morris": MORRIS}
_AS_IS = "as in the scenario"


@dataclass(frozen=True)
class Axis:
    """One swept path.

    Attributes:
        path: the path.
        values: (P,) its number at each point, or the index of its label.
        labels: labels of its categories (texts, switches, lists, and one for points that do not
            change it), in order of appearance; empty for numbers.
    """

    path: str
    values: Floats
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    Attributes:
        name: name of the design, as in ``[sweep]``.
        axes: the swept paths.
        unit: (P, paths) positions in the unit cube, only for Morris' design, whose elementary
            effects are computed there, whatever the distribution or scale of an axis.
        second: whether a Saltelli design has the points for indices of second order.
        levels: number of levels of Morris' trajectories.
    """

    name: str
    axes: tuple[Axis, ...]
    unit: Floats | None = None
    second: bool = False
    levels: int = LEVELS

    @property
    def method(self) -> str:
        """The method of analysis that the design is made for, else PAWN."""
        return _METHODS.get(self.name, PAWN)

    @property
    def paths(self) -> tuple[str, ...]:
        """The swept paths."""
        return tuple(axis.path for axis in self.axes)

    @property
    def points(self) -> int:
        """Number of points, P."""
        return len(self.axes[0].values)

    @property
    def block(self) -> int:
        """Number of neighbouring points that can only be used together."""
        k = len(self.axes)
        if self.method == SOBOL:
            return 2 * k + 2 if self.second else k + 2
        return k + 1 if self.method == MORRIS else 1


def design_of(table: dict[str, Any], points: Points, seed: int) -> Design:
    """Return the design of a sweep.

    Args:
        table: the table ``[sweep]``.
        points: the points that were run.
        seed: seed of the design if the table names none.

    Raises:
        NoIndices: the points are not those of the design.
    """
    name = str(table.get("design", "grid"))
    columns = zip(*points.rows, strict=True)
    axes = tuple(axis_of(*pair) for pair in zip(points.paths, columns, strict=True))
    design = Design(
        name,
        axes,
        second=bool(table.get("second_order", False)),
        levels=int(table.get("levels", LEVELS)),
    )
    if len(points) % design.block:
        raise NoIndices(f"{len(points)} points are no {name} design of {len(axes)} paths")
    if design.method != MORRIS:
        return design
    return Design(name, axes, _unit(table, points, seed), levels=design.levels)


def _unit(table: dict[str, Any], points: Points, seed: int) -> Floats:
    """Return the positions of the points in the unit cube: (P, paths).

    They cannot always be computed from values, for example of a list. So the design is generated
    again over axes from 0 to 1.
    """
    if points_of(table, seed) != points:
        raise NoIndices(
            "the points are not those that this version of SALib draws; analyse the sweep with the "
            "version that it was started with"
        )
    cube = {f"x{i}": {"low": 0.0, "high": 1.0} for i in range(len(points.paths))}
    return np.array(points_of({**table, "over": cube}, seed).rows, dtype=np.float64)


def axis_of(path: str, column: Sequence[Any]) -> Axis:
    """Return an axis with these values at the points; None means the value of the scenario."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in column):
        return Axis(path, np.array(column, dtype=np.float64))
    texts = [_label(value) for value in column]
    labels = tuple(dict.fromkeys(texts))
    places = {label: place for place, label in enumerate(labels)}
    return Axis(path, np.array([places[text] for text in texts], dtype=np.float64), labels)


def _label(value: Any) -> str:
    if value is None:
        return _AS_IS
    return value if isinstance(value, str) else value_text(value)
