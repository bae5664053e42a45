"""The portfolio: ties by instrument and partner, at several dates."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from . import style
from .series import country_of, name_of, partners_of, series

if TYPE_CHECKING:
    from .drawable import Drawable

ROWS = {
    "arms_orders": "arms (orders)",
    "arms_stock": "arms (arsenal)",
    "trade": "trade",
    "energy": "energy",
    "diplomacy": "diplomacy",
    "defence": "defence",
    "voice": "voice",
    "settlement": "settlement",
}
_DATES = 4


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw mean ties (arms: shares) and their standard deviations at four dates."""
    country = country_of(results, country)
    partners = partners_of(results, country)
    start, end = results.manifest["start"], results.manifest["end"]
    dates = sorted({round(float(year)) for year in np.linspace(start, end, _DATES)})
    cells = {
        (column, partner): series(results, country, f"{column}:{partner}")
        for column in ROWS
        for partner in partners
    }
    across = min(2, len(dates))
    down = -(-len(dates) // across)
    with style.looks():
        title = f"{name_of(results, country)}: portfolio of ties, {style.span(results)}"
        width, height = 0.52 * len(partners) * across + 2.6, 0.36 * len(ROWS) * down + 2.1
        figure = style.canvas(max(width, 6.4), height, title, results)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        image = None
        for axes, year in zip(grid.flat, dates, strict=False):
            values, spread = (
                np.array(
                    [
                        [found.at(year, what) if found is not None else np.nan for found in row]
                        for row in ([cells[column, p] for p in partners] for column in ROWS)
                    ]
                )
                for what in ("mean", "sd")
            )
            image = axes.imshow(values, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
            for row, column in np.ndindex(values.shape):
                if np.isfinite(values[row, column]):
                    axes.text(
                        column,
                        row,
                        _number(float(values[row, column]), float(spread[row, column])),
                        ha="center",
                        va="center",
                        fontsize=6.0,
                        in_layout=False,
                        linespacing=0.95,
                        color="white" if values[row, column] > 0.55 else style.INK,
                    )
            axes.set_title(str(year), loc="left")
            axes.set_xticks(range(len(partners)), partners)
            axes.set_yticks(range(len(ROWS)), list(ROWS.values()))
            axes.grid(visible=False)
            axes.tick_params(length=0)
        for axes in list(grid.flat)[len(dates) :]:
            axes.set_axis_off()
        if image is not None:
            bar = figure.colorbar(image, ax=grid, shrink=0.7, pad=0.02)
            bar.set_label(
                "tie (arms: share), mean of runs\nsmall: ± standard deviation", fontsize=8
            )
    return figure


def _number(mean: float, spread: float) -> str:
    return (
        f"{mean:.2f}\n±{spread:.2f}" if np.isfinite(spread) and spread >= 0.005 else f"{mean:.2f}"
    )
