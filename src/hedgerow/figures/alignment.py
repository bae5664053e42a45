"""Alignment index by year, with the hedger's band."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .series import Series, band_of, country_of, name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable

CAPTION = (
    "The alignment index is 50 (1 + (a − b) / (a + b)), where a and b are what the country's ties "
    "with the two poles add up to: 0 is all {away}, 100 all {towards}, 50 the middle between them. "
    "From {low:g} to {high:g} lies the hedger's band. Values are of the fourth quarter of each "
    "year. The line is the median of runs, the dark band holds 50 % and the light one 90 % of "
    "them."
)


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the median alignment index of a country with its bands."""
    country = country_of(results, country)
    towards, away = (name_of(results, pole) for pole in results.manifest["poles"])
    with style.looks():
        title = f"{name_of(results, country)} between {away} and {towards}, {style.span(results)}"
        figure = style.canvas(7.2, 4.3, title, results, caption=caption(results))
        axes = figure.add_subplot()
        panel(axes, results, series(results, country, "alignment_index"))
        axes.set_ylabel(f"alignment index\n(0 = all {away}, 100 = all {towards})")
        axes.set_xlabel(f"year ({style.BANDS})")
        style.legend(figure, *axes.get_legend_handles_labels())
    return figure


def caption(results: "Drawable") -> str:
    """Return what the index and the band are."""
    towards, away = (name_of(results, pole) for pole in results.manifest["poles"])
    low, high = band_of(results.manifest)
    return CAPTION.format(away=away, towards=towards, low=low, high=high)


def panel(axes: Axes, results: "Drawable", index: Series | None) -> None:
    """Draw one index into axes."""
    low, high = band_of(results.manifest)
    axes.axhspan(
        low,
        high,
        facecolor="#F0F0F0",
        edgecolor="#BBBBBB",
        hatch="////",
        linewidth=0,
        label=f"hedger's band, {low:g}–{high:g}",
    )
    if index is not None:
        style.fan(axes, index, style.OKABE_ITO[1], "median of runs")
    axes.set_ylim(0, 100)
    axes.set_yticks(sorted({0, 25, low, high, 75, 100}))
    style.years(axes, results.manifest["start"], results.manifest["end"])
