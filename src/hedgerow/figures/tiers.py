"""The ladder of partnerships: where runs stand on it by year, with the dated facts."""

from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from ..scenario.schema import RUNGS
from . import style
from .series import country_of, facts, moment, name_of, partners_of, series, sources

if TYPE_CHECKING:
    from ..facts import Fact
    from .drawable import Drawable

_COLUMNS = 4
_LETTERS = 14  # of a line of a rung's name
_CAPTION = (
    "The label of each partnership at the end of the year, from {lowest} to {highest}. Colours are "
    "the share of runs on the rung, the line is the mean of runs. Points are what articles say."
)
_CAPTION_OF_MEANS = (
    "The label of each partnership at the end of the year, from {lowest} to {highest}: mean of "
    "runs, with one standard deviation on either side. Points are what articles say."
)
_UNIT = "rung (0-4)"


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the share of runs on each rung, by partner and year, and the mean rung.

    A result without the table of ties has the mean and its standard deviation instead.
    """
    country = country_of(results, country)
    partners = partners_of(results, country)
    first, last = results.manifest["start"], results.manifest["end"]
    known = [
        fact
        for fact in facts("tier", _UNIT, country)
        if fact.partner in partners and fact.years is not None and first <= moment(fact) <= last
    ]
    rungs = tuple(results.manifest.get("labels", RUNGS))
    shares = _shares(results, country, len(rungs)) if results.manifest["keep"] == "ties" else None
    columns = style.across(len(partners), 1.3, _COLUMNS)
    rows = ceil(len(partners) / columns)
    with style.looks():
        title = f"{name_of(results, country)}: rungs of partnership, {style.span(results)}"
        caption = (_CAPTION_OF_MEANS if shares is None else _CAPTION).format(
            lowest=rungs[0], highest=rungs[-1]
        )
        caption += f"\n{sources(known)}"
        width, height = style.narrowed(2.4 * columns + 1.4), (2.1 if rows < 4 else 1.6) * rows + 1.3
        figure = style.canvas(width, height, title, results, caption=caption)
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        image = None
        for place, axes in enumerate(grid.flat):
            if place >= len(partners):
                axes.set_axis_off()
                continue
            partner = partners[place]
            if shares is not None:
                image = axes.imshow(
                    shares[partner],
                    origin="lower",
                    extent=(first - 0.5, last + 0.5, -0.5, len(rungs) - 0.5),
                    cmap="Blues",
                    vmin=0.0,
                    vmax=1.0,
                    aspect="auto",
                    interpolation="nearest",
                )
                axes.grid(visible=False)
            _mean(axes, results, country, partner, spread=shares is None)
            _points(axes, [fact for fact in known if fact.partner == partner])
            axes.set_title(name_of(results, partner), loc="left")
            axes.set_ylim(-0.5, len(rungs) - 0.5)
            axes.set_yticks(range(len(rungs)), [fill(rung, _LETTERS) for rung in rungs])
            style.years(axes, first, last)
            axes.tick_params(labelbottom=place + columns >= len(partners))
            if place >= (rows - 1) * columns:
                axes.set_xlabel("year")
        if image is not None:
            side = "right" if rows < 4 else "bottom"
            bar = figure.colorbar(image, ax=grid, shrink=0.7, pad=0.02, location=side, aspect=30)
            bar.set_label("share of runs on the rung")
        handles, labels = grid[0, 0].get_legend_handles_labels()
        shown = len(labels) if known else len(labels) - 1
        style.legend(figure, handles[:shown], labels[:shown])
    return figure


def _shares(results: "Drawable", country: str, rungs: int) -> dict[str, NDArray[np.float64]]:
    """Return the share of runs on each of the rungs (rungs, years) by partner."""
    frame = results.ties(columns=["year", "partner", "tier"], country=country)
    first, last = results.manifest["start"], results.manifest["end"]
    found = {}
    for partner in partners_of(results, country):
        rows = frame[frame["partner"] == partner]
        counts = np.zeros((rungs, last - first + 1))
        np.add.at(counts, (rows["tier"].to_numpy(int), rows["year"].to_numpy(int) - first), 1.0)
        found[partner] = counts / np.maximum(counts.sum(axis=0), 1.0)
    return found


def _mean(axes: Axes, results: "Drawable", country: str, partner: str, spread: bool) -> None:
    rung = series(results, country, f"tier:{partner}")
    if rung is None:
        return
    label = "mean of runs"
    if spread:
        label += " ± standard deviation"
        low, high = rung["mean"] - rung["sd"], rung["mean"] + rung["sd"]
        axes.fill_between(rung.years, low, high, color=style.OKABE_ITO[0], alpha=0.2, linewidth=0)
    outline = [withStroke(linewidth=3.6, foreground="white")]
    axes.plot(
        rung.years,
        rung["mean"],
        color=style.OKABE_ITO[0],
        linewidth=1.8,
        path_effects=outline,
        label=label,
    )


def _points(axes: Axes, known: "list[Fact]") -> None:
    axes.plot(
        [moment(fact) for fact in known],
        [float(fact.value) for fact in known],
        label="articles on the rung",
        **style.FACT,
    )
