"""Three readings of one country: where they lead, and which measures would tell them apart."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hedgerow.figures import style

READINGS = {
    "toward-russia": "toward Russia (S0)",
    "drifting-away": "drifting away (S1)",
    "loyal": "loyal (S2)",
}
PATHS = {
    "alignment:RUS": "alignment with Russia",
    "alignment_index": "alignment index, 0 to 100",
    "tier:USA": "rung with the US, 0 to 4",
}
MEASURES = {
    "voice:RUS": "voice for Russia",
    "diplomacy:RUS": "diplomacy, Russia",
    "alignment:RUS": "alignment, Russia",
    "defence:RUS": "defence, Russia",
    "arms_orders:RUS": "arms orders, Russia",
    "arms_stock:RUS": "arsenal, Russia",
    "alignment:USA": "alignment, US",
    "tier:USA": "rung, US",
    "alignment_index": "alignment index",
}
PAIRS = {
    "drifting-away - toward-russia": "S1 less S0",
    "loyal - toward-russia": "S2 less S0",
    "loyal - drifting-away": "S2 less S1",
}


def draw(table) -> Figure:
    figure = style.paper("Three rival readings, and where they part", table.attrs["about"], 6.8)
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.0, 1.15))
    panels = upper.subplots(1, 3)
    for axes, (measure, title) in zip(panels, PATHS.items(), strict=True):
        _paths(axes, table[(table.part == "paths") & (table.measure == measure)])
        axes.set_title(title, loc="left", fontsize=9)
        axes.set_xlabel("year")
        style.years(axes, 2000, 2035)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    panels[1].axhspan(45, 55, color=style.FAINT, zorder=0)
    parting, votes = lower.subplots(1, 2, width_ratios=(1.6, 1.0))
    _parting(parting, table[(table.part == "parting") & (table.statistic == "effect")])
    _votes(votes, table[table.part == "votes"])
    handles, labels = panels[0].get_legend_handles_labels()
    style.legend(
        figure, handles, [*labels[:-1], f"{labels[-1]}; lines: means, bands: half of runs"]
    )
    return figure


def _paths(axes, rows) -> None:
    for number, (variant, name) in enumerate(READINGS.items()):
        own = rows[rows.variant == variant]
        by = {s: own[own.statistic == s].value.to_numpy() for s in ("q25", "q75", "mean")}
        years = own[own.statistic == "mean"].year.to_numpy()
        look = style.look(number)
        axes.fill_between(years, by["q25"], by["q75"], color=look.colour, alpha=0.15, linewidth=0)
        axes.plot(years, by["mean"], color=look.colour, linestyle=look.dash, marker=look.marker,
                  markevery=10, markersize=4, label=name)  # fmt: skip


def _parting(axes, rows) -> None:
    for number, (pair, name) in enumerate(PAIRS.items()):
        look = style.look(number + 3)
        for year, fill, size in ((2024, "white", 4), (2035, look.colour, 5)):
            own = rows[(rows.variant == pair) & (rows.year == year)].set_index("measure")
            lines = [i + 0.22 * (number - 1) for i in range(len(MEASURES))]
            values = [own.loc[measure].value for measure in MEASURES]
            errors = [1.96 * own.loc[measure].se for measure in MEASURES]
            axes.errorbar(values, lines, xerr=errors, fmt=look.marker, color=look.colour,
                          markerfacecolor=fill, markersize=size, capsize=0, linewidth=1,
                          label=name if year == 2035 else None)  # fmt: skip
    axes.axvline(0.0, color=style.MUTED, linewidth=1)
    axes.set_yticks(range(len(MEASURES)), list(MEASURES.values()))
    axes.set_ylim(len(MEASURES) - 0.4, -0.6)
    axes.set_xlabel("sd of the reading subtracted\n(hollow: 2024, full: 2035)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, handletextpad=0.2)
    axes.set_xlim(-2.3, 2.3)


def _votes(axes, rows) -> None:
    questions = {
        "choice:ES-11/1:abstain": "abstained, March 2022",
        "choice:ES-11/3:against": "against, April 2022",
    }
    for line, (measure, name) in enumerate(questions.items()):
        for number, variant in enumerate(READINGS):
            row = rows[(rows.measure == measure) & (rows.variant == variant)].iloc[0]
            look = style.look(number)
            axes.errorbar(row.value, line + 0.22 * (number - 1), xerr=1.96 * row.se,
                          fmt=look.marker, color=look.colour, markersize=5)  # fmt: skip
        axes.annotate(name, (0.02, line - 0.4), fontsize=8)
    axes.set_yticks([])
    axes.set_ylim(1.6, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability of the answer given")
    axes.set_title("what Hanoi did in 2022", loc="left", fontsize=9)
