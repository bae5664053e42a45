"""Alignment index by year, with the hedger's band."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .series import Series, country_of, name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable

HEDGING = (45.0, 55.0)
CAPTION = (
    "The alignment index is 50 (1 + (a − b) / (a + b)), where a and b are what the country's ties "
    "with the two poles add up to: 0 is all {away}, 100 all {towards}, 50 the middle between them. "
    "From 45 to 55 lies the hedger's band. Values are of the fourth quarter of each year. The line "
    "is the median of runs, the dark band holds 50 % and the light one 90 % of them."
)


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw the median alignment index of a country with its bands."""
    country = country_of(results, country)
    towards, away = (name_of(results, pole) for pole in results.manifest["poles"])
    with style.looks():
        title = f"{name_of(results, country)} between {away} and {towards}, {style.span(results)}"
        caption = CAPTION.format(away=away, towards=towards)
        figure = style.canvas(7.2, 4.3, title, results, caption=caption)
        axes = figure.add_subplot()
        panel(axes, results, series(results, country, "alignment_index"))
        axes.set_ylabel(f"alignment index\n(0 = all {away}, 100 = all {towards})")
        axes.set_xlabel(f"year ({style.BANDS})")
        style.legend(figure, *axes.get_legend_handles_labels())
    return figure


def panel(axes: Axes, results: "Drawable", index: Series | None) -> None:
    """Draw one index into axes."""
    axes.axhspan(
        *HEDGING,
        facecolor="#F0F0F0",
        edgecolor="#BBBBBB",
        hatch="////",
        linewidth=0,
        label="hedger's band, 45–55",
    )
    if index is not None:
        style.fan(axes, index, style.OKABE_ITO[1], "median of runs")
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 45, 55, 75, 100])
    style.years(axes, results.manifest["start"], results.manifest["end"])
