"""Dated forecasts: how likely it is that something has happened by the end of a year."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from . import style

TITLES = {
    "next_tier": "A higher rung of partnership",
    "brics": "Joins BRICS when asked",
    "reversal": "Arms orders turn back to the main supplier",
    "designation": "Sanctions fall on the country",
    "break": "Hedging breaks (four quarters outside the band)",
}
_COLUMNS = 3


class Told(Protocol):
    """One probability; `hedgerow.analysis.forecasts.Row` is one."""

    @property
    def event(self) -> tuple[str, str, str]: ...
    @property
    def year(self) -> int: ...
    @property
    def probability(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def runs(self) -> int: ...


def draw(rows: Sequence[Told], title: str, about: str) -> Figure:
    """Draw probabilities by year, and rungs as a table where there is more than one country.

    Args:
        rows: of a forecast.
        title, about: of the figure, and the line at its foot.
    """
    countries = list(dict.fromkeys(row.event[1] for row in rows))
    rungs = [row for row in rows if row.event[0] == "next_tier"]
    groups = _panels(rows)
    if len(countries) == 1:
        groups.insert(0, (f"{countries[0]}: a higher rung with …", _series(rungs, 2)))
    known = dict.fromkeys(label for _, series in groups for label in series)
    looks = {label: style.look(place) for place, label in enumerate(known)}
    columns = min(_COLUMNS, len(groups))
    lines = -(-len(groups) // columns)
    table = 0.0 if len(countries) == 1 else 0.32 * len(countries) + 0.9
    with style.looks():
        figure = style.canvas(4.3 * columns, 3.0 * lines + table + 0.7, title, about)
        place: Figure | SubFigure = figure
        if table:
            parts = figure.subfigures(2, 1, squeeze=False, height_ratios=[table, 3.0 * lines])
            _table(parts[0, 0].subplots(), rungs, countries)
            place = parts[1, 0]
        grid = place.subplots(lines, columns, squeeze=False)
        for axes, (heading, series) in zip(grid.flat, groups, strict=False):
            _panel(axes, heading, series, looks)
        for axes in grid.flat[len(groups) :]:
            axes.set_axis_off()
        for axes in grid[:, 0]:
            axes.set_ylabel("share of runs")
    return figure


def _panels(rows: Sequence[Told]) -> list[tuple[str, dict[str, list[Told]]]]:
    panels = []
    for name in TITLES:
        found = [row for row in rows if row.event[0] == name and row.runs]
        if found and name != "next_tier":
            panels.append((TITLES[name], _series(found, 1)))
    return panels


def _series(rows: Iterable[Told], key: int) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for row in rows:
        label = row.event[key]
        if key == 1 and row.event[2]:
            label += f" ({row.event[2]})"
        found.setdefault(label, []).append(row)
    return found


def _table(axes: Axes, rows: Sequence[Told], countries: Sequence[str]) -> None:
    """Write the probability of a higher rung by the last year, country by partner."""
    last = max(row.year for row in rows)
    partners = list(dict.fromkeys(row.event[2] for row in rows))
    values = np.full((len(countries), len(partners)), np.nan)
    for row in rows:
        if row.year == last:
            values[countries.index(row.event[1]), partners.index(row.event[2])] = row.probability
    top = max(0.01, float(np.nanmax(values)))
    axes.imshow(values, cmap="Blues", vmin=0.0, vmax=1.3 * top, aspect="auto")
    for (i, p), value in np.ndenumerate(values):
        if not np.isnan(value):
            ink = "white" if value > 0.9 * top else style.INK
            axes.text(p, i, f"{value:.2f}", ha="center", va="center", fontsize=8, color=ink)
    axes.set_xticks(range(len(partners)), partners)
    axes.set_yticks(range(len(countries)), countries)
    axes.tick_params(length=0)
    axes.grid(False)
    axes.set_title(f"A higher rung of partnership by the end of {last}: share of runs", loc="left")


def _panel(
    axes: Axes, heading: str, series: dict[str, list[Told]], looks: dict[str, style.Look]
) -> None:
    axes.set_title(heading, loc="left")
    last = max(rows[-1].year for rows in series.values())
    ends = []
    for place, (label, rows) in enumerate(series.items()):
        look = looks[label]
        years, shares = [row.year for row in rows], [row.probability for row in rows]
        axes.plot(years, shares, color=look.colour, linestyle=look.dash, linewidth=1.5)
        # Bands of many lines would only blur: the interval stands at the end of each.
        end = rows[-1]
        at = last + 0.35 + 0.16 * place
        axes.plot([at, at], [end.low, end.high], color=look.colour, linewidth=1.2)
        axes.plot([at], [end.probability], ".", color=look.colour, markersize=4)
        ends.append((end.probability, label))
    first = min(row.year for rows in series.values() for row in rows)
    top = max(rows[-1].high for rows in series.values())
    right = last + 0.5 + 0.16 * len(series)
    axes.set_ylim(0.0, min(1.0, 1.08 * top))
    _name_ends(axes, ends, right, looks)
    style.years(axes, first, last)
    axes.set_xlim(first - 0.5, right)


def _name_ends(
    axes: Axes, ends: list[tuple[float, str]], right: float, looks: dict[str, style.Look]
) -> None:
    """Write each line's name beside its end with a piece of the line, no two over one another."""
    room = 0.08 * (axes.get_ylim()[1] - axes.get_ylim()[0])
    at = -1e9
    for height, label in sorted(ends):
        at = max(height, at + room)
        look = looks[label]
        piece = [right + 0.2, right + 1.4]
        axes.plot(piece, [at, at], color=look.colour, linestyle=look.dash, clip_on=False)
        axes.text(right + 1.6, at, label, va="center", fontsize=7.5, color=style.INK)
