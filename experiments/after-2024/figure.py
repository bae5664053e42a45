"""Dated probabilities: higher rungs as a table, four other events as points."""

import numpy as np
from matplotlib.figure import Figure

from hedgerow.figures import style

NAMES = {
    "VNM": "Vietnam",
    "LAO": "Laos",
    "KHM": "Cambodia",
    "MMR": "Myanmar",
    "THA": "Thailand",
    "MYS": "Malaysia",
    "SGP": "Singapore",
    "BRN": "Brunei",
    "IDN": "Indonesia",
    "PHL": "Philippines",
    "IND": "India",
}
PARTNERS = {
    "RUS": "Russia",
    "CHN": "China",
    "USA": "U.S.",
    "JPN": "Japan",
    "IND": "India",
    "KOR": "Korea",
    "AUS": "Australia",
    "EU": "EU",
}
EVENTS = {
    "reversal": "arms orders turn\nback to …",
    "designation": "designated by\nthe U.S.",
    "brics": "joined BRICS\nwhen asked",
    "break": "hedging breaks",
}
YEARS = (2030, 2035)
CAPTION = (
    "Above: the probability that a state has a higher rung of partnership with a partner by the "
    "end of 2035, of the runs in which one is possible by its rules and by the record; a dash "
    "where none is. Such shares are sure to ± {sure:.2f} at most (95 %). Below, by the end of two "
    "years, with 90 % intervals: orders of arms turn back to the main supplier, who is named at "
    "the right and whose share of orders over five years has risen by 0.05 from its lowest; the "
    "United States designates the state under its sanctions; it has joined BRICS when it was "
    "asked in 2024; and its index has been outside the hedger's band for four quarters. A cross: "
    "possible in fewer than 50 runs. A blank: in none, or nobody asked. From priors that know "
    "articles to 2024 and nothing later."
)
FEWEST = 50
"""Runs in which an event must be possible for its share to be drawn."""


def draw(table) -> Figure:
    columns = style.across(len(EVENTS), 1.4, len(EVENTS))
    lines = len(EVENTS) // columns
    rises = table[table.measure.str.startswith("next_tier") & (table.statistic == "share")]
    told = CAPTION.format(sure=1.96 * rises.se.max())
    title = "From 2024 to 2035: what would come"
    figure = style.paper(title, table.attrs["about"], 7.9, told)
    figure.heighten(1.0 if lines == 1 else 1.7)
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.0, 1.05 * (0.75 * lines + 0.25)))
    shares = table[table.statistic == "share"]
    events = shares.measure.str.partition(":")
    rows = shares.assign(event=events[0], partner=events[2])
    counts = table[table.statistic == "n"].set_index(["country", "measure"]).value
    _rungs(upper.subplots(), rows[(rows.event == "next_tier") & (rows.year == YEARS[-1])])
    panels = lower.subplots(lines, columns, sharey=True, squeeze=False).ravel()
    for axes, (event, title) in zip(panels, EVENTS.items(), strict=True):
        _event(axes, rows[rows.event == event], counts)
        axes.set_title(title, loc="left", fontsize=style.points(9))
        axes.set_xlim(-0.06, 1.06)
        axes.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
    for axes in panels[-columns:]:
        axes.set_xlabel("probability")
    panels[0].set_yticks(range(len(NAMES)), list(NAMES.values()))
    panels[0].set_ylim(len(NAMES) - 0.5, -0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    handles.append(panels[0].plot([], [], "x", color=style.MUTED, markersize=5)[0])
    labels.append(f"possible in fewer than {FEWEST} runs")
    style.legend(figure, handles, labels, columns=3)
    return figure


def _rungs(axes, rows) -> None:
    known = rows.set_index(["country", "partner"]).value
    grid = np.array([[known.get((i, p), np.nan) for p in PARTNERS] for i in NAMES])
    axes.imshow(grid, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for line, column in np.ndindex(grid.shape):
        value = grid[line, column]
        text = "–" if np.isnan(value) else f"{value:.2f}"
        shade = "white" if value > 0.6 else style.INK
        axes.text(column, line, text, ha="center", va="center", fontsize=style.points(8),
                  color=shade)  # fmt: skip
    axes.set_xticks(range(len(PARTNERS)), list(PARTNERS.values()),
                    rotation=0 if style.across(2, 2.5, 2) == 2 else 90)  # fmt: skip
    axes.set_yticks(range(len(NAMES)), list(NAMES.values()))
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    title = f"probability of a higher rung by the end of {YEARS[-1]} with … (–: none is possible)"
    axes.set_title(title, loc="left")


def _event(axes, rows, counts) -> None:
    for number, year in enumerate(YEARS):
        own = rows[rows.year == year]
        runs = [counts[row.country, row.measure] for row in own.itertuples()]
        look, full = style.look(number), own[np.array(runs) >= FEWEST]
        place = np.array([list(NAMES).index(i) for i in full.country]) + 0.32 * (number - 0.5)
        axes.errorbar(full.value, place, xerr=1.645 * full.se, fmt=look.marker, color=look.colour,
                      markersize=4, linewidth=1, label=f"by the end of {year}, 90 %")  # fmt: skip
    few = own[np.array(runs) < FEWEST]
    axes.plot(np.zeros(len(few)), [list(NAMES).index(i) for i in few.country], "x",
              color=style.MUTED, markersize=5)  # fmt: skip
    for row in own[own.event == "reversal"].itertuples():
        axes.text(1.09, list(NAMES).index(row.country), PARTNERS[row.partner], va="center",
                  fontsize=style.points(8), color=style.MUTED)  # fmt: skip
