"""What the country fears: beliefs in what powers may turn out to do, and threat."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import style
from .series import country_of, name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable


CAPTION = (
    "Above: how likely the country holds each future to be, the futures of the scenario by name; "
    "they add up to 1. Below: the threat that it perceives, in units of the protection that ties "
    "give. Lines are medians of runs, dark bands hold 50 % and light ones 90 % of them."
)


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw beliefs by future above threat."""
    country = country_of(results, country)
    with style.looks():
        title = f"{name_of(results, country)}: beliefs and threat, {style.span(results)}"
        figure = style.canvas(7.6, 5.6, title, results, caption=CAPTION)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        for place, future in enumerate(results.manifest["futures"]):
            belief = series(results, country, f"belief_{future}")
            if belief is None:
                continue
            one = style.look(place)
            style.fan(above, belief, one.colour, name_of(results, future), one.dash, one.marker)
        above.set_ylim(0.0, 1.0)
        above.set_ylabel("belief (probability)")
        if above.lines:
            style.legend(figure, *above.get_legend_handles_labels())
        threat = series(results, country, "threat")
        if threat is not None:
            style.fan(below, threat, style.INK, "median of runs")
        below.set_ylim(bottom=0.0)
        below.set_ylabel("threat (index)")
        below.set_xlabel(f"year (lines: medians of runs; {style.BANDS})")
        style.years(below, results.manifest["start"], results.manifest["end"])
    return figure
