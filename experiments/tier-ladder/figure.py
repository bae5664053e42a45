"""Rungs of the ladder of partnerships over time, the record, and what moves them."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hedgerow.figures import style

POWERS = {"RUS": "Russia", "CHN": "China", "USA": "United States"}
SOURCES = {"vietnam": "knowing 2024", "from-1996": "knowing 1996", "from-2014": "knowing 2014"}
LINKS = {
    "no-shortfall": "no worth of a shortfall",
    "no-politics": "no politics in labels",
    "no-big-visits": "no great visits",
}
CAPTION = (
    "Rungs of the partnerships of Vietnam: none, comprehensive, strategic, comprehensive "
    "strategic, alliance. Above, or on the left: the mean rung of runs of three scenarios, which "
    "know 2024, 1996 and 2014 (the last starts in that year, from the rungs on record), the band "
    "with 90 % of the first; diamonds are dates and rungs that articles or the record tell. Below, "
    "or on the right: how the mean rung changes, run by run and with 95 % bands, without what a "
    "label is worth where protection falls short, with habit alone, and without the visits of "
    "heads of state that articles tell."
)
RUNGS = ("none", "compreh.", "strategic", "compr. str.", "alliance")


def draw(table) -> Figure:
    title = "The ladder" + "; false in part by a fact at hand" * bool(table.attrs["contradicted"])
    figure = style.paper(title, table.attrs["about"], 6.4, CAPTION)
    if wide := style.across(3, 1.7, 3) == 3:
        axes = figure.subplots(2, 3, sharex=True, sharey="row")
    else:  # a row a power
        figure.heighten(1.4)
        axes = figure.subplots(3, 2, sharex=True, sharey="col").T
    for column, (power, name) in enumerate(POWERS.items()):
        measure = f"tier:{power}"
        _ladder(
            axes[0, column],
            table[table.part.isin(("early", "ladder")) & (table.measure == measure)],
        )
        _record(axes[0, column], table[(table.part == "record") & (table.measure == measure)])
        links = table[(table.part == "links") & (table.statistic == "difference")]
        _links(axes[1, column], links[links.measure == measure])
        axes[0, column].set_title(name, loc="left")
        if wide or column == 2:
            axes[1, column].set_xlabel("year")
        style.years(axes[1, column], 1996, 2035)
        axes[1, column].xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
        if not wide:
            axes[1, column].set_title(f"{name}: what moves it", loc="left")
            axes[1, column].set_ylabel("difference of the mean rung")
    axes[0, 0].set_yticks(range(5), RUNGS)
    axes[0, 0].set_ylim(-0.2, 4.2)
    axes[0, 0].set_ylabel("rung" if wide else "")
    axes[1, 0].set_ylabel("difference of the mean rung")
    if not wide:
        axes[0, 2].set_xlabel("year")
    handles, labels = axes[0, 2].get_legend_handles_labels()
    more, names = axes[1, 0].get_legend_handles_labels()
    style.legend(figure, handles + more, labels + names, columns=3)
    return figure


def _ladder(axes, rows) -> None:
    for number, (variant, name) in enumerate(SOURCES.items()):
        own = rows[rows.variant == variant].sort_values("year", kind="stable")
        by = {s: own[own.statistic == s].value.to_numpy() for s in ("q05", "q95", "mean")}
        years = own[own.statistic == "mean"].year.to_numpy()
        look = style.look(number)
        if variant == "vietnam":
            axes.fill_between(years, by["q05"], by["q95"], step="mid", color=look.colour,
                              alpha=0.13, linewidth=0,
                              label="90 % of runs, knowing 2024")  # fmt: skip
        axes.plot(years, by["mean"], color=look.colour, linestyle=look.dash, label=f"mean, {name}")


def _record(axes, rows) -> None:
    """A date of a rung is drawn at its rung; a rung of a year likewise."""
    known = rows[rows.statistic == "value"]
    axes.plot(known.year, known.value, "D", color=style.INK, markersize=5,
              label="articles and record")  # fmt: skip


def _links(axes, rows) -> None:
    for number, (variant, name) in enumerate(LINKS.items(), start=3):
        own = rows[rows.variant == variant]
        look = style.look(number)
        axes.fill_between(own.year, own.value - 1.96 * own.se, own.value + 1.96 * own.se,
                          color=look.colour, alpha=0.2, linewidth=0)  # fmt: skip
        axes.plot(own.year, own.value, color=look.colour, linestyle=look.dash, marker=look.marker,
                  markevery=8, markersize=4, label=name)  # fmt: skip
    axes.axhline(0.0, color=style.MUTED, linewidth=1)
