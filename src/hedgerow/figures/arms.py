"""Orders, deliveries and arsenal: the share of the main supplier, with the facts drawn on it."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .series import country_of, facts, main_supplier, moment, name_of, series

if TYPE_CHECKING:
    from ..facts import Fact
    from .drawable import Drawable

_PANELS = (
    ("arms_orders", "orders of the year"),
    ("arms_deliveries", "deliveries of the year"),
    ("arms_stock", "arsenal at year's end"),
)
UNDATED_UNTIL = 2016
"""An undated fact is drawn up to this year, in which the United States lifted its embargo."""


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the three shares of the supplier that leads the arsenal at the start."""
    country = country_of(results, country)
    supplier = main_supplier(results, country)
    with style.looks():
        who = name_of(results, supplier) if supplier else "no supplier"
        title = f"{name_of(results, country)}: share of {who} in arms, {style.span(results)}"
        figure = style.canvas(10.0, 4.4, title, results)
        panels = figure.subplots(1, len(_PANELS), sharey=True)
        for axes, (column, what) in zip(panels, _PANELS, strict=True):
            found = series(results, country, f"{column}:{supplier}") if supplier else None
            if found is not None:
                style.fan(axes, found, style.OKABE_ITO[0], "median of runs")
            axes.set_title(what, loc="left")
            axes.set_xlabel("year")
            axes.set_ylim(0.0, 1.04)
            style.years(axes, results.manifest["start"], results.manifest["end"])
        panels[0].set_ylabel("share, all suppliers = 1")
        if supplier:
            _facts(panels[-1], results, country, supplier)
        handles, labels = panels[-1].get_legend_handles_labels()
        labels = [f"{label}; {style.BANDS}" if "median" in label else label for label in labels]
        style.legend(figure, handles, labels)
    return figure


def _facts(axes: Axes, results: "Drawable", country: str, supplier: str) -> None:
    known = [f for f in facts("arms", "share of arsenal", country) if f.partner == supplier]
    start, end = results.manifest["start"], results.manifest["end"]
    for place, fact in enumerate(known):
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
                label=f"{fact.id} (no date: drawn to {until})",
            )
        elif start <= moment(fact) <= end:
            axes.errorbar(
                [moment(fact)],
                [value],
                yerr=[[value - low], [high - value]],
                fmt=style.MARKERS[place % len(style.MARKERS)],
                color=style.INK,
                markerfacecolor="white",
                markersize=6,
                capsize=3,
                zorder=5,
                label=fact.id,
            )


def _range(fact: "Fact") -> tuple[float, float, float]:
    value = float(fact.value)
    low = value if fact.low is None else fact.low
    high = value if fact.high is None else fact.high
    return low, value, high
