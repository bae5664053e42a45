"""Orders, deliveries and arsenal: the share of the main supplier, with the facts drawn on it."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .series import (
    country_of,
    facts,
    main_supplier,
    moment,
    name_of,
    programmes_of,
    series,
    sources,
    window_of,
)

if TYPE_CHECKING:
    from ..facts import Fact
    from .drawable import Drawable

_PANELS = (
    ("orders", "orders of {}"),
    ("deliveries", "deliveries of {}"),
    ("stock", "arsenal at year's end"),
)
_CAPTION = (
    "Shares are by volume, of all that the country orders, gets or holds, so that all suppliers "
    "add up to 1. Orders and deliveries are those of {}, the arsenal is that of the fourth "
    "quarter. The line is the median of runs, the dark band holds 50 % and the light one 90 % of "
    "them. Points are what articles say of the arsenal, with the range that their words leave "
    "open; the dotted region is one that no date is given for."
)
UNDATED_UNTIL = 2016
"""An undated fact is drawn up to this year, in which the United States lifted its embargo."""


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the three shares of the supplier that leads each arsenal at the start.

    An instrument of programmes has a row of three panels.
    """
    country = country_of(results, country)
    bought = programmes_of(results) or ["arms"]
    leads = {name: main_supplier(results, country, name) for name in bought}
    with style.looks():
        shares = [
            f"share of {name_of(results, lead) if lead else 'no supplier'} in {name}"
            for name, lead in leads.items()
        ]
        title = f"{name_of(results, country)}: {', '.join(shares)}, {style.span(results)}"
        known = _known(country, leads.get("arms"))
        window = window_of(results)
        caption = f"{_CAPTION.format(window)}\n{sources(known)}"
        columns = 3 if style.across(3, 1.7, 3) == 3 else 1
        width, high = style.narrowed(10.0), 4.4 if columns == 3 else 5.6
        height = high + (high - 1.2) * (len(leads) - 1)
        figure = style.canvas(width, height, title, results, caption=caption)
        panels = figure.subplots(
            3 * len(leads) // columns, columns, sharex=True, sharey=True, squeeze=False
        )
        panels = panels.ravel()
        drawn = [(name, *panel) for name in leads for panel in _PANELS]
        for axes, (name, column, what) in zip(panels, drawn, strict=True):
            supplier = leads[name]
            measure = f"{name}_{column}:{supplier}"
            found = series(results, country, measure) if supplier else None
            if found is not None:
                style.fan(axes, found, style.OKABE_ITO[0], "median of runs")
            several = f"{name}: " if len(leads) > 1 else ""
            axes.set_title(several + what.format(window), loc="left")
            axes.set_ylim(0.0, 1.04)
            style.years(axes, results.manifest["start"], results.manifest["end"])
        for axes in panels[-columns:]:
            axes.set_xlabel("year")
        for axes in panels[::columns]:
            axes.set_ylabel("share, all suppliers = 1")
        arsenal = panels[3 * list(leads).index("arms") + 2] if "arms" in leads else panels[-1]
        _facts(arsenal, results, known)
        handles, labels = arsenal.get_legend_handles_labels()
        labels = [f"{label}; {style.BANDS}" if "median" in label else label for label in labels]
        style.legend(figure, handles, labels)
    return figure


def _known(country: str, supplier: str | None) -> "list[Fact]":
    return [f for f in facts("arms", "share of arsenal", country) if f.partner == supplier]


def _facts(axes: Axes, results: "Drawable", known: "list[Fact]") -> None:
    start, end = results.manifest["start"], results.manifest["end"]
    named = False
    for fact in known:
        low, value, high = _range(fact)
        if fact.years is None:
            until = min(UNDATED_UNTIL, end)
            axes.fill_between(
                [start, until],
                low,
                high,
                facecolor="none",
                edgecolor=style.MUTED,
                hatch="....",
                linewidth=0.8,
                linestyle=":",
                label=f"articles, without a date: drawn to {until}",
            )
        elif start <= moment(fact) <= end:
            axes.errorbar(
                [moment(fact)],
                [value],
                yerr=[[value - low], [high - value]],
                fmt="D",
                color=style.INK,
                markerfacecolor="white",
                markersize=5,
                capsize=3,
                zorder=5,
                label=None if named else "articles on the arsenal, with their range",
            )
            named = True


def _range(fact: "Fact") -> tuple[float, float, float]:
    value = float(fact.value)
    low = value if fact.low is None else fact.low
    high = value if fact.high is None else fact.high
    return low, value, high
