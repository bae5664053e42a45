"""Phase diagrams: a measure over two swept numbers, and the rivalry at which hedging breaks.

Everything except the curve of critical rivalry is read from a finished sweep. Nothing is run again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ... import figures
from ...arguments import as_written
from ...errors import NoMap, argument
from ...results import Results
from ...results.columns import explained
from ...results.naming import words
from ...runs.design import Points
from ...runs.spec import read
from ...scenario import Scenario
from ...scenario.compile import replaceable
from ...scenario.fields import find
from ...scenario.keys import split
from ..saving import ResultAnalysis, write_figures, write_tables
from .axes import Axis, axis, chosen, named, path_of
from .critical import Curve, critical_values, curve_of, is_rivalry
from .text import text
from .values import banded, changed, measured

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

MOST = 9
"""Most panels of a map."""

_DRAWS = 64  # number of draws of a curve
_FINE = 17  # number of values of the other axis at which a curve is computed


@dataclass(frozen=True)
class Panel:
    """One panel: a slice of the points.

    Attributes:
        at: the values of all other axes, by path.
        rows: indices of its points in the table.
        curve: the critical rivalry; None if no axis is a rivalry.
    """

    at: dict[str, Any]
    rows: NDArray[np.int64]
    curve: Curve | None = None


@dataclass(frozen=True, repr=False)
class Phase(ResultAnalysis):
    """A map.

    Attributes:
        folder: folder of the sweep.
        manifest: manifest of the sweep.
        measure, words, unit: the mapped measure, its name in words, and its unit.
        year, country: the year, and the code of the country.
        x, y: the axes.
        at: values of other paths that were asked for, by path.
        varied: paths other than x and y that vary among the points of a panel.
        table: a row for each point: ``point``, each swept path, ``mean``, ``sd``, ``n``, the 95 %
            interval ``low`` to ``high`` of the mean, ``in_band`` (share of runs whose alignment
            index lies in the hedger's band) with ``in_band_low`` and ``in_band_high``; with
            `against` also ``change``, ``change_low`` and ``change_high``.
        panels: slices that each contain every combination of x and y; or a single one, if points
            are not a grid.
        grid: whether points are a grid.
        band: how shares in the band are known, see `values.banded`.
        against: the value of x from which changes are counted; None if means are mapped.
        along: the axis of critical values, ``"x"`` or ``"y"``; empty if there is no curve.
        draws: number of draws of a curve.
    """

    folder: Path
    manifest: Mapping[str, Any]
    measure: str
    words: str
    unit: str
    year: int
    country: str
    x: Axis
    y: Axis
    at: Mapping[str, Any]
    varied: tuple[str, ...]
    table: "pd.DataFrame"
    panels: tuple[Panel, ...]
    grid: bool
    band: str = ""
    against: float | None = None
    along: str = ""
    draws: int = 0

    @property
    def stem(self) -> str:
        """``map-MEASURE-YEAR``, with the country if the scenario has several."""
        several = f"-{self.country}" if len(self.manifest["countries"]) > 1 else ""
        change = "-change" if self.against is not None else ""
        measure = re.sub(r"[^A-Za-z0-9._]+", "-", self.measure)
        return f"map-{measure}{several}-{self.year}{change}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return `table` and, if an axis is a rivalry, ``STEM-critical``.

        The latter has a row for each slice and value of the other axis: the rivalry at which
        hedging breaks (5, 50 and 95 % quantiles over draws; infinite if it never does), and
        ``never``, the share of draws in which it does not.
        """
        found = {self.stem: self.table}
        if self.along:
            found[f"{self.stem}-critical"] = self._curves()
        return found

    def _curves(self) -> "pd.DataFrame":
        import pandas as pd

        other = (self.y if self.along == "x" else self.x).path
        columns: dict[str, list[Any]] = {path: [] for path in (*self.panels[0].at, other)}
        numbers: dict[str, list[float]] = {name: [] for name in ("q05", "q50", "q95", "never")}
        for panel in self.panels:
            curve = panel.curve
            if curve is None:
                continue
            for path, value in panel.at.items():
                columns[path] += [value] * len(curve.at)
            columns[other] += curve.at
            for name, values in zip(
                numbers, (curve.low, curve.median, curve.high, curve.never), strict=True
            ):
                numbers[name] += values.tolist()
        kept = {path: pd.Series(values, dtype=object) for path, values in columns.items()}
        return pd.DataFrame(kept | numbers)

    def text(self, width: int = 100) -> str:
        """Return the range of the measure, the band, and the critical rivalry in a few lines."""
        return text(self)

    def plot(self) -> "Figure":
        """Draw the map; of many slices the values, without their spread."""
        return figures.phase.pages(self, explained([self.measure]))[""]

    def write(self, folder: Path) -> None:
        """Write its tables, and ``STEM.svg`` and ``.png``, into a folder.

        Raises:
            OSError: the disk is full.
        """
        write_tables(folder, self.tables())
        pages = figures.phase.pages(self, explained([self.measure]))
        write_figures(folder, {f"{self.stem}{end}": figure for end, figure in pages.items()})

    def cells(self, panel: Panel, column: "str | NDArray[Any]") -> Floats:
        """Return a column, or an array of that length, for a slice as (len(y), len(x))."""
        values = self.table[column].to_numpy() if isinstance(column, str) else column
        cells = np.full((len(self.y.values), len(self.x.values)), np.nan)
        rows = self.table.iloc[panel.rows]
        i = [self.y.values.index(value) for value in rows[self.y.path].tolist()]
        j = [self.x.values.index(value) for value in rows[self.x.path].tolist()]
        cells[i, j] = values[panel.rows]
        return cells

    def undecided(self) -> NDArray[np.bool_]:
        """Return for each row whether chance leaves open on which side of the band's edge it is.

        On the edge, half of the runs are in the band.
        """
        low, high = (self.table[f"in_band_{end}"].to_numpy() for end in ("low", "high"))
        return np.asarray((low < 0.5) & (high > 0.5))

    def sign(self) -> NDArray[np.int64]:
        """Return for each row 1 if the measure rose, −1 if it fell, 0 if that is not clear."""
        low, high = (self.table[f"change_{end}"].to_numpy() for end in ("low", "high"))
        return np.where(low > 0.0, 1, np.where(high < 0.0, -1, 0))


def phase(
    results: Results,
    x: str,
    y: str,
    measure: str,
    year: int | None = None,
    country: str | None = None,
    at: Mapping[str, Any] | None = None,
    against: float | None = None,
) -> Phase:
    """Return the map of a measure over two axes of a finished sweep.

    Args:
        results: results of the sweep.
        x, y: swept paths, or the ends of paths if only one path ends so.
        measure: name as in ``summary.csv``.
        year: the year; by default the last that the sweep kept of the measure.
        country: code of a country; the first of the scenario by default.
        at: values of other swept paths, by path; only points with these values are mapped.
        against: if given, the change from the points with this value of x, all else equal, is
            mapped.

    Raises:
        NoMap: it is no sweep; there is no such axis, value, year, country or measure; or the map
            would need more than `MOST` panels.
        ResultError: the folder cannot be read.
    """
    about = results.manifest
    swept = list(about.get("swept", ()))
    if len(swept) < 2:
        what = f"swept {swept[0]} alone" if swept else "is a run and no sweep"
        raise NoMap(f"{results.name}: {what}; a map needs a sweep of two paths or more")
    x, y = path_of(x, swept, argument("x")), path_of(y, swept, argument("y"))
    if x == y:
        raise NoMap(
            f"{argument('x')} and {argument('y')} are both {x}; choose two of {', '.join(swept)}"
        )
    asked = {path_of(path, swept, argument("at")): value for path, value in (at or {}).items()}
    for path in asked:
        if path in (x, y):
            raise NoMap(f"{argument('at')} {path}: is an axis of the map already")
    scenario = results.scenario()
    if country is not None:
        country = as_written(country, about["countries"])
    if country not in (None, *about["countries"]):
        raise NoMap(f"no country {country!r}; there is {', '.join(about['countries'])}")
    country = country or scenario.countries[0]

    points = results.points()
    for path in swept:
        points[path] = [named(value) for value in points[path].tolist()]
    axes = {path: axis(scenario, path, points[path].tolist()) for path in swept}
    points = points[chosen(points, axes, asked)].reset_index(drop=True)
    axes = {path: axis(scenario, path, points[path].tolist()) for path in swept}
    year, table = measured(results, points, measure, year, country)
    table, band = banded(results, table, year, country)
    free = [path for path in swept if path not in (x, y, *asked)]
    panels, grid = _panels(table, axes, (x, y), free)
    if against is not None:
        if not grid:
            raise NoMap("a change along an axis needs a grid, and these points are none")
        table = changed(table, _pairs(table, panels, axes[x].find(against), x, y))
    label, unit = words(measure, about["partners"] | about["futures"])
    drawn = Phase(
        folder=results.path,
        manifest=about,
        measure=measure,
        words=label,
        unit=unit,
        year=year,
        country=country,
        x=axes[x],
        y=axes[y],
        at={path: axes[path].values[0] for path in asked},
        varied=() if grid else tuple(path for path in free if len(axes[path].values) > 1),
        table=table,
        panels=tuple(panels),
        grid=grid,
        band=band,
        against=against,
    )
    return _with_curves(drawn, scenario, read(results.path).points, int(about["seed"]))


def _panels(
    table: "pd.DataFrame", axes: Mapping[str, Axis], plane: tuple[str, str], free: Sequence[str]
) -> tuple[list[Panel], bool]:
    """Return the slices of a grid, or one panel if the points are no grid; and whether they are."""
    every = set(product(*(axes[path].values for path in plane)))
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row, values in enumerate(zip(*(table[path].tolist() for path in free), strict=True)):
        groups.setdefault(values, []).append(row)
    if not free:
        groups = {(): list(range(len(table)))}
    places = list(zip(*(table[path].tolist() for path in plane), strict=True))
    whole = all(
        len(rows) == len(every) and {places[row] for row in rows} == every
        for rows in groups.values()
    )
    if not whole or min(len(axes[path].values) for path in plane) < 2:
        return [Panel({}, np.arange(len(table)))], False
    if len(groups) > MOST:
        choices = "; ".join(f"{path} is {axes[path].described()}" for path in free)
        raise NoMap(
            f"this map would have {len(groups)} panels, and {MOST} are the most; choose a slice "
            f"with {argument('at={PATH: VALUE}', '--at PATH=VALUE')}: {choices}"
        )
    order = sorted(
        groups, key=lambda v: [axes[p].values.index(one) for p, one in zip(free, v, strict=True)]
    )
    return [
        Panel(dict(zip(free, values, strict=True)), np.array(groups[values])) for values in order
    ], True


def _pairs(
    table: "pd.DataFrame", panels: Sequence[Panel], start: Any, x: str, y: str
) -> list[tuple[NDArray[np.int64], int]]:
    """Return the rows of each line along x, with the row to compare them with."""
    xs, ys = table[x].tolist(), table[y].tolist()
    pairs = []
    for panel in panels:
        for value in dict.fromkeys(ys[row] for row in panel.rows):
            line = np.array([row for row in panel.rows if ys[row] == value])
            (base,) = (row for row in line if xs[row] == start)
            pairs.append((line, int(base)))
    return pairs


# curves ----------------------------------------------------------------------------------------
def _with_curves(drawn: Phase, scenario: Scenario, points: Points, seed: int) -> Phase:
    """Add the critical rivalry to each slice, if one of the axes is a rivalry."""
    heats = [
        name
        for name, one in (("x", drawn.x), ("y", drawn.y))
        if one.numeric and is_rivalry(scenario, one.path)
    ]
    if not heats or drawn.varied:
        return drawn
    along = heats[0]
    heat, other = (drawn.x, drawn.y) if along == "x" else (drawn.y, drawn.x)
    draws = _DRAWS if scenario.sampled_paths else 1
    panels = []
    for panel in drawn.panels:
        numbers = drawn.table["point"].to_numpy()[panel.rows].tolist()
        at, changes = _along_other(scenario, points, numbers, drawn, panel, other)
        for change in changes:
            change.pop(heat.path, None)
        values = critical_values(
            scenario, heat.path, changes, drawn.year, drawn.country, draws, seed
        )
        panels.append(replace(panel, curve=curve_of(at, values)))
    return replace(drawn, panels=tuple(panels), along=along, draws=draws)


def _along_other(
    scenario: Scenario,
    points: Points,
    numbers: Sequence[int],
    drawn: Phase,
    panel: Panel,
    other: Axis,
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return values of the other axis, and the changes of a point with each of them."""
    if not _is_fine(scenario, other):
        first: dict[Any, int] = {}
        for row, number in zip(panel.rows.tolist(), numbers, strict=True):
            first.setdefault(drawn.table[other.path].tolist()[row], number)
        return list(other.values), [points.values(first[value]) for value in other.values]
    low, high = other.values[0], other.values[-1]
    spaced = np.geomspace(low, high, _FINE) if other.log else np.linspace(low, high, _FINE)
    base = points.values(numbers[0])
    return spaced.tolist(), [base | {other.path: value} for value in spaced.tolist()]


def _is_fine(scenario: Scenario, other: Axis) -> bool:
    """Whether an axis can take any number between its ends."""
    found = find(split(other.path))
    whole = found is not None and found[0].whole
    return (
        other.numeric and len(other.values) > 1 and not whole and replaceable(scenario, other.path)
    )


__all__ = ["MOST", "NoMap", "Panel", "Phase", "phase"]
