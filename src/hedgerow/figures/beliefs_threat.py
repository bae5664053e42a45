"""What the country fears: beliefs in what powers may turn out to do, and threat."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import style
from .series import country_of, name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw beliefs by future above threat."""
    country = country_of(results, country)
    with style.looks():
        title = f"{name_of(results, country)}: beliefs and threat, {style.span(results)}"
        figure = style.canvas(7.6, 5.6, title, results)
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
            above.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        threat = series(results, country, "threat")
        if threat is not None:
            style.fan(below, threat, style.INK, "median of runs")
        below.set_ylim(bottom=0.0)
        below.set_ylabel("threat (index)")
        below.set_xlabel(f"year (lines: medians of runs; {style.BANDS})")
        style.years(below, results.manifest["start"], results.manifest["end"])
    return figure
