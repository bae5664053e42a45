"""What powers did: how often each event happened, by five years."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ..scenario.wording import event_words
from . import style
from .series import country_of, name_of, series

if TYPE_CHECKING:
    from .drawable import Drawable

_SPAN = 5  # years of a column
_CAPTION = (
    "What powers did to the country, or put to it: the share of runs, in per cent, in which the "
    "event happened in a year, as a mean over the years of the column. Coercion stands above the "
    "line, what courts the country below it: offers, accepted or not, and visits of leaders. "
    "Behind the name of an event stands the power. A usual visit is any visit of a leader; one by "
    "another name is an event of the scenario, by which a power courts, and counts as both. "
    "Partners: {partners}."
)


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw a row for each event that happened in any run, a column for each five years."""
    country = country_of(results, country)
    start, end = results.manifest["start"], results.manifest["end"]
    firsts = list(range(start, end + 1, _SPAN))
    rows = _rows(results, country)
    shares = np.array([_shares(results, country, measure, firsts) for measure, *_ in rows])
    coercions = sum(kind == "coercion" for _, kind, *_ in rows)
    with style.looks():
        title = f"{name_of(results, country)}: what powers did, {style.span(results)}"
        codes = dict.fromkeys(power for *_, power in rows)
        caption = _CAPTION.format(partners=", ".join(f"{p} {name_of(results, p)}" for p in codes))
        width, height = style.narrowed(7.6), 1.5 + 0.19 * max(len(rows), 2)
        figure = style.canvas(width, height, title, results, caption=caption)
        axes = figure.add_subplot()
        if rows:
            most = max(float(np.nanmax(shares)), 1.0)
            axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=most, aspect="auto")
        else:
            axes.text(0.5, 0.5, "no power did anything", ha="center", transform=axes.transAxes)
        for row, column in np.ndindex(shares.shape if rows else (0, 0)):
            value = float(shares[row, column])
            axes.text(
                column,
                row,
                f"{value:.0f}" if value >= 1.0 else "<1" if value > 0.0 else "0",
                ha="center",
                va="center",
                fontsize=style.points(7.0),
                in_layout=False,
                color="white" if value > 0.55 * most else style.INK,
            )
        if 0 < coercions < len(rows):
            axes.axhline(coercions - 0.5, color=style.INK, linewidth=1.2)
        axes.set_yticks(range(len(rows)), [name for _, _, name, _ in rows])
        axes.set_xticks(range(len(firsts)), [str(first) for first in firsts] if rows else [])
        axes.set_xlabel("five years from … on: share of runs a year, per cent")
        axes.grid(visible=False)
        axes.tick_params(length=0)
    return figure


def _rows(results: "Drawable", country: str) -> list[tuple[str, str, str, str]]:
    """Return measure, kind, name and power of each event, coercion first, power by power."""
    kinds = results.manifest.get("events", {}) | {"visit": "visit"}
    names = results.manifest.get("event_names", {})
    found = []
    for measure in sorted(set(results.summary(country=country)["measure"])):
        what, _, rest = str(measure).partition(":")
        event, _, power = rest.partition(":")
        if what == "event" and power and event in kinds:
            name = f"{names.get(event) or event_words(event, power)} ({power})"
            found.append((str(measure), str(kinds[event]), name, power))
    return sorted(found, key=lambda row: (row[1] != "coercion", row[3], row[1], row[2]))


def _shares(results: "Drawable", country: str, measure: str, firsts: list[int]) -> list[float]:
    """Return the mean share of runs a year of each span, in per cent; 0 in years without any."""
    known = series(results, country, measure)
    assert known is not None
    by_year = dict(zip(known.years.tolist(), known["mean"].tolist(), strict=True))
    end = results.manifest["end"]
    spans = [range(first, min(first + _SPAN - 1, end) + 1) for first in firsts]
    return [100.0 * float(np.mean([by_year.get(year, 0.0) for year in span])) for span in spans]
