"""Alignment index of every country, side by side."""

from math import ceil
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import style
from .alignment import caption, panel
from .series import name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable

_COLUMNS = 4


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the alignment index of all countries; `country` is not used."""
    countries = list(results.manifest["countries"])
    towards, away = (name_of(results, pole) for pole in results.manifest["poles"])
    columns = style.across(len(countries), 1.1, _COLUMNS)
    rows = ceil(len(countries) / columns)
    with style.looks():
        title = f"Alignment index, {style.span(results)}: 0 = all {away}, 100 = all {towards}"
        width, height = (
            style.narrowed(max(2.5 * columns, 6.6) + 0.8),
            (1.9 if columns == _COLUMNS else 1.4) * rows + 1.1,
        )
        figure = style.canvas(width, height, title, results, caption=caption(results))
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(countries):
                axes.set_axis_off()
                continue
            panel(axes, results, series(results, countries[place], "alignment_index"))
            if place % columns == 0:
                axes.set_ylabel("alignment index")
            axes.set_title(name_of(results, countries[place]), loc="left")
            # Where the row below is not full, this is the last panel of its column.
            axes.tick_params(labelbottom=place + columns >= len(countries))
            if place >= (rows - 1) * columns:
                axes.set_xlabel("year")
        handles, labels = grid[0, 0].get_legend_handles_labels()
        labels = [f"{label} ({style.BANDS})" if "median" in label else label for label in labels]
        style.legend(figure, handles, labels)
    return figure
