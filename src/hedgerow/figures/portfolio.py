"""The portfolio: ties by instrument and partner, at several dates."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ..model.parameters import Kind
from . import style
from .series import (
    country_of,
    instruments_of,
    name_of,
    partners_of,
    programmes_of,
    series,
    window_of,
)

if TYPE_CHECKING:
    from .drawable import Drawable

_ROWS = {
    Kind.PROGRAMMES: {"{}_orders": "{} (orders)", "{}_stock": "{} (arsenal)"},
    Kind.FLOW: {"{}": "{} (√share)"},
    Kind.STEPS: {"{}": "{}"},
    Kind.POSITION: {"{}": "{} (nearness)"},
}
"""Columns of ties and what they are called, by the kind of the instrument."""
_DATES = 4
_CAPTION = (
    "Ties of the country by instrument and partner in the fourth quarter of the years above the "
    "panels: the large number is the mean of runs, the small one their standard deviation, which "
    "is left out where it is below 0.005.{orders} √share is the square root of the partner's "
    "share of all trade, nearness that of the ideal points of the two in votes; the other ties "
    "are depths, 0 for none. Partners: {partners}."
)
_ORDERS = (
    " Orders are shares of what was ordered in {window}, by volume, arsenal of what is held, other "
    "suppliers in the whole."
)


def rows_of(results: "Drawable") -> dict[str, str]:
    """Return the columns of ties that are drawn, and what they are called, in order."""
    forms = [
        (form.format(name), called.format(name))
        for kind, columns in _ROWS.items()
        for name, its in instruments_of(results).items()
        if its == kind
        for form, called in columns.items()
    ]
    return dict(forms)


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw mean ties (arms: shares) and their standard deviations at four dates."""
    country = country_of(results, country)
    partners = partners_of(results, country)
    start, end = results.manifest["start"], results.manifest["end"]
    dates = sorted({round(float(year)) for year in np.linspace(start, end, _DATES)})
    rows = rows_of(results)
    cells = {
        (column, partner): series(results, country, f"{column}:{partner}")
        for column in rows
        for partner in partners
    }
    across = min(2, len(dates)) if style.across(2, 0.42 * len(partners) + 1.0, 2) == 2 else 1
    down = -(-len(dates) // across)
    with style.looks():
        title = f"{name_of(results, country)}: portfolio of ties, {style.span(results)}"
        width, height = (
            0.52 * len(partners) * across + 2.6,
            (0.36 if across == 2 else 0.25) * len(rows) * down + 2.1,
        )
        names = ", ".join(f"{partner} {name_of(results, partner)}" for partner in partners)
        orders = _ORDERS.format(window=window_of(results)) if programmes_of(results) else ""
        caption = _CAPTION.format(partners=names, orders=orders)
        width = style.narrowed(max(width, 6.4))
        figure = style.canvas(width, height, title, results, caption=caption)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        image = None
        for axes, year in zip(grid.flat, dates, strict=False):
            values, spread = (
                np.array(
                    [
                        [found.at(year, what) if found is not None else np.nan for found in row]
                        for row in ([cells[column, p] for p in partners] for column in rows)
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
                        _number(
                            float(values[row, column]), float(spread[row, column]), across == 1
                        ),
                        ha="center",
                        va="center",
                        fontsize=style.points(6.0),
                        in_layout=False,
                        linespacing=0.95,
                        color="white" if values[row, column] > 0.55 else style.INK,
                    )
            axes.set_title(str(year), loc="left")
            axes.set_xticks(range(len(partners)), partners)
            axes.set_yticks(range(len(rows)), list(rows.values()))
            axes.grid(visible=False)
            axes.tick_params(length=0)
        for axes in list(grid.flat)[len(dates) :]:
            axes.set_axis_off()
        if image is not None:
            side = "right" if across == 2 else "bottom"
            bar = figure.colorbar(image, ax=grid, shrink=0.7, pad=0.02, location=side, aspect=30)
            bar.set_label(
                "tie (programmes: share), mean of runs\nsmall: ± standard deviation",
                fontsize=style.points(8.0),
            )
    return figure


def _number(mean: float, spread: float, short: bool) -> str:
    lines = [f"{mean:.2f}"]
    if np.isfinite(spread) and spread >= 0.005:
        lines.append(f"±{spread:.2f}")
    text = "\n".join(lines)
    return text.replace("0.", ".") if short else text
