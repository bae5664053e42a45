"""A scenario before anybody believes it: its ties at the start, and ten years without shocks."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .series import Series

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = 2
_HOLLOW = {False: "white", True: "black"}
_TIES = (
    "A dot is a tie at the start, filled where it is data and hollow where it is a guess, with the "
    "range that its prior leaves; a tie of trade is the root of a share. Lines are runs without "
    "shocks, after one year and after the last: the thin part holds 90 % of them, the thick one "
    "50 %."
)
_BANDS = (
    "What the priors say of years without shocks: the line is the median of runs, the dark band "
    "holds 50 % and the light one 90 % of them."
)


class Start(NamedTuple):
    """A tie at the start.

    Attributes:
        partner: its code.
        measure: of the same tie in runs.
        value, low, high: its value, and the range of its prior.
        known: whether it is data, and no guess.
    """

    partner: str
    measure: str
    value: float
    low: float
    high: float
    known: bool


def draw_ties(
    frame: "pd.DataFrame", title: str, starts: Mapping[str, Sequence[Start]], about: str
) -> Figure:
    """Draw the ties of one country at the start against those that runs have later.

    Args:
        frame: the rows of the country in a summary.
        title: of the figure.
        starts: by what a panel shows, such as ``"trade"``.
        about: the line at its foot.
    """
    first, last = int(frame["year"].min()), int(frame["year"].max())
    bands = {
        (str(row["measure"]), int(row["year"])): row
        for row in frame.to_dict("records")
        if row["year"] in (first, last)
    }
    with style.looks():
        figure, panels = _grid(title, len(starts), about, _TIES)
        for axes, (name, ties) in zip(panels, starts.items(), strict=False):
            for place, tie in enumerate(ties):
                axes.plot([place - 0.25] * 2, [tie.low, tie.high], color="black", linewidth=0.8)
                axes.plot(
                    place - 0.25,
                    tie.value,
                    "o",
                    markersize=4,
                    color="black",
                    markerfacecolor=_HOLLOW[tie.known],
                    zorder=3,
                )
                for beside, (year, colour) in enumerate(
                    ((first, style.OKABE_ITO[1]), (last, style.OKABE_ITO[0]))
                ):
                    if (band := bands.get((tie.measure, year))) is None:
                        continue
                    x = [place + 0.25 * beside] * 2
                    for ends, width in ((("q05", "q95"), 1.2), (("q25", "q75"), 4.0)):
                        axes.plot(x, [band[end] for end in ends], color=colour, linewidth=width)
            axes.set_xticks(range(len(ties)), [tie.partner for tie in ties])
            axes.set_ylim(0.0, 1.02)
            axes.set_title(name, loc="left")
        dot = panels[0].plot([], [], "o", color="black", markersize=4)
        lines = [
            panels[0].plot([], [], color=style.OKABE_ITO[1 - n], linewidth=3.0)[0] for n in (0, 1)
        ]
        words = ["at the start", f"end of {first}", f"end of {last}"]
        style.legend(figure, [*dot, *lines], words)
    return figure


def draw_bands(
    frame: "pd.DataFrame",
    title: str,
    panels: Mapping[str, Mapping[str, str]],
    tops: Mapping[str, float],
    about: str,
) -> Figure:
    """Draw bands of measures of one country over the years.

    Args:
        frame: the rows of the country in a summary.
        title: of the figure.
        panels: by their titles, the name of each line by its measure.
        tops: the upper end of the axis of panels that are no shares, by their titles.
        about: the line at its foot.
    """
    first, last = int(frame["year"].min()), int(frame["year"].max())
    with style.looks():
        figure, grid = _grid(title, len(panels), about, _BANDS)
        named: dict[str, Artist] = {}
        codes = list(dict.fromkeys(label for lines in panels.values() for label in lines.values()))
        for axes, (name, lines) in zip(grid, panels.items(), strict=False):
            for measure, label in lines.items():
                rows = frame[frame["measure"] == measure].sort_values("year")
                columns = ("q05", "q25", "q50", "q75", "q95")
                series = Series(
                    rows["year"].to_numpy(dtype=np.int64),
                    {each: rows[each].to_numpy(dtype=np.float64) for each in columns},
                )
                look = style.look(codes.index(label))
                style.fan(axes, series, look.colour, label, look.dash)
            axes.set_title(name, loc="left")
            axes.set_ylim(0.0, 1.02 * tops.get(name, 1.0))
            style.years(axes, first, last)
            handles, labels = axes.get_legend_handles_labels()
            named |= dict(zip(labels, handles, strict=True))
        style.legend(figure, list(named.values()), list(named))
    return figure


def _grid(title: str, count: int, about: str, caption: str) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure, and its panels in order; those that are not needed are off."""
    columns = style.across(count, 2.2, _COLUMNS)
    rows = ceil(count / columns)
    figure = style.canvas(style.narrowed(9.5), 2.1 * rows + 1.0, title, about, caption=caption)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in panels[count:]:
        axes.set_axis_off()
    return figure, panels
