"""Dated forecasts: how likely it is that something has happened by the end of a year."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from . import style
from .sensitivities import spread

TITLES = {
    "reversal": "Orders turn back to the main supplier",
    "designation": "Sanctions fall on the country",
    "break": "Hedging breaks (four quarters outside the band)",
}
"""Titles of events; one that is none of these is a membership, named by its question."""
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


_CAPTION = (
    "Share of runs in which an event has happened by the end of each year, from the first year of "
    "the forecast on. The bar behind the end of each line is the 90 % interval of the share in the "
    "last year, for finitely many runs alone. A higher rung: of the ladder none, comprehensive, "
    "strategic, comprehensive strategic partnership, alliance. Joins when asked: of the runs in "
    "which the country is asked. Hedging breaks: the alignment index leaves the band from 45 to "
    "55 for four quarters. Sanctions fall on the country by the partner named. What a rule "
    "forbids, or what stands on record already, is no question and is not drawn."
)


def draw(rows: Sequence[Told], title: str, about: str, terms: str = "") -> Figure:
    """Draw probabilities by year, and rungs as a table where there is more than one country.

    Args:
        rows: of a forecast.
        title, about: of the figure, and the line at its foot.
        terms: the names behind codes, for the caption.
    """
    countries = list(dict.fromkeys(row.event[1] for row in rows))
    rungs = [row for row in rows if row.event[0] == "next_tier"]
    groups = _panels(rows)
    if len(countries) == 1:
        groups.insert(
            0,
            (
                f"{countries[0]}: a higher rung with …",
                _series([row for row in rungs if row.runs], 2),
            ),
        )
    known = dict.fromkeys(label for _, series in groups for label in series)
    looks = {label: style.look(place) for place, label in enumerate(known)}
    most_across = 2 if len(groups) == 4 else _COLUMNS  # four stand two by two
    columns = style.across(len(groups), 2.8, most_across)
    lines = -(-len(groups) // columns)
    own = 4.3 * min(most_across, len(groups))
    width = style.narrowed(own)
    narrow = width < own
    most = max(len(series) for _, series in groups)
    high = max(1.7, 0.0165 * style.points(7.5) * most + 0.75) if narrow else 3.0
    table = 0.0
    if len(countries) > 1:
        table = (0.17 if narrow else 0.32) * len(countries) + 0.9
    with style.looks():
        caption = f"{_CAPTION}\n{terms}".rstrip()
        figure = style.canvas(width, high * lines + table + 0.7, title, about, caption=caption)
        heights = [table, *[high] * lines][0 if table else 1 :]
        grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
        if table:
            _table(figure.add_subplot(grid[0, :]), rungs, countries, narrow)
        for place, (heading, series) in enumerate(groups):
            row, column = divmod(place, columns)
            axes = figure.add_subplot(grid[row + bool(table), column])
            _panel(axes, heading, series, looks, high - 0.75)
            if column == 0:
                axes.set_ylabel("share of runs")
    return figure


def _panels(rows: Sequence[Told]) -> list[tuple[str, dict[str, list[Told]]]]:
    names = {row.event[0]: None for row in rows if row.runs and row.event[0] != "next_tier"}
    order = (*(name for name in names if name.partition(":")[0] not in TITLES), *TITLES)
    panels = []
    for name in sorted(names, key=lambda name: order.index(name.partition(":")[0])):
        found = [row for row in rows if row.event[0] == name and row.runs]
        panels.append((_title(name), _series(found, 1)))
    return panels


def _title(name: str) -> str:
    """Return the title of an event in words."""
    what, _, instrument = name.partition(":")
    title = TITLES.get(what, f"Joins when asked: {name.replace('_', ' ')}")
    return f"{title}: {instrument}" if instrument else title


def _series(rows: Iterable[Told], key: int) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for row in rows:
        label = row.event[key]
        if key == 1 and row.event[2]:
            label += f" ({row.event[2]})"
        found.setdefault(label, []).append(row)
    return found


def _table(axes: Axes, rows: Sequence[Told], countries: Sequence[str], narrow: bool) -> None:
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
            text = f"{value:.2f}".removeprefix("0" if narrow else "")
            size = style.points(7.5 if narrow else 8.0)
            axes.text(p, i, text, ha="center", va="center", fontsize=size, color=ink)
    axes.set_xticks(range(len(partners)), partners)
    axes.set_yticks(range(len(countries)), countries)
    axes.tick_params(length=0, labelsize=style.points(8.0 if narrow else 9.0))
    axes.grid(False)
    axes.set_title(f"A higher rung of partnership by the end of {last}: share of runs", loc="left")


def _panel(
    axes: Axes,
    heading: str,
    series: dict[str, list[Told]],
    looks: dict[str, style.Look],
    high: float,
) -> None:
    """Draw shares by year, of `high` inches or more."""
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
    top = min(1.02, 1.08 * top)
    axes.set_ylim(-0.02 * top, top)  # lines at 0 and 1 are whole
    _name_ends(axes, ends, looks, high)
    style.years(axes, first, last)
    axes.set_xlim(first - 0.5, right)
    whole = FuncFormatter(lambda year, _: f"{year:.0f}" if year <= last else "")
    axes.xaxis.set_major_formatter(whole)


def _name_ends(
    axes: Axes, ends: list[tuple[float, str]], looks: dict[str, style.Look], high: float
) -> None:
    """Write each line's name beside its end with a piece of the line, no two over one another."""
    size = style.points(7.5)
    ends = sorted(ends)
    top = axes.get_ylim()[1]
    beside = axes.get_yaxis_transform()
    places = spread([height / top for height, _ in ends], 1.5 * size / 72.0 / high)
    for place, (_, label) in zip(places, ends, strict=True):
        look = looks[label]
        piece = {"color": look.colour, "linestyle": look.dash, "clip_on": False}
        axes.plot([1.02, 1.1], [place * top] * 2, transform=beside, **piece)
        text = axes.text(1.12, place * top, label, transform=beside, va="center", color=style.INK)
        text.set_fontsize(size)
