"""Three readings of one country: where they lead, and which measures would tell them apart."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hedgerow.figures import style

READINGS = {
    "toward-russia": "toward Russia",
    "drifting-away": "drifting away",
    "loyal": "loyal",
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
    "drifting-away - toward-russia": "drifting away less toward Russia",
    "loyal - toward-russia": "loyal less toward Russia",
    "loyal - drifting-away": "loyal less drifting away",
}


CAPTION = (
    "Three readings of Vietnam, each a scenario with a few numbers set as an article has it: "
    "toward Russia for fear of China (“Vietnam’s Growing Alliance with Russia: 5 Geopolitical "
    "Effects You Need to Know”, KJ Reports, 2019), drifting away (“Russia-Vietnam: How to Retain a "
    "Strategic Advantage?”, Valdai Discussion Club, 2018), and loyal (“Russia And Vietnam: "
    "Reaffirmed Ties In Turbulent Times”, Eurasia Review, 2024). Lines are means and bands hold "
    "half of the runs. Alignment with Russia is the sum of ties with it, weighted by how much each "
    "counts; the alignment index goes from 0 (all China) to 100 (all United States), and the grey "
    "band from 45 to 55 is the hedger's; a rung is a label of partnership, from 0 (none) to 4 "
    "(alliance). Differences between two readings are in standard deviations over runs of the one "
    "that is subtracted, hollow in 2024 and full in 2035. Last: the probability of the answers "
    "that Hanoi gave in 2022 to two resolutions of the United Nations. Bars are 95 % intervals."
)


def draw(table) -> Figure:
    figure = style.paper(
        "Three rival readings, and where they part", table.attrs["about"], 6.8, CAPTION
    )
    if style.across(3, 1.7, 3) == 3:
        grid = figure.add_gridspec(2, 1, height_ratios=(1.0, 1.15))
        panels = grid[0].subgridspec(1, 3).subplots()
        parting, votes = grid[1].subgridspec(1, 2, width_ratios=(1.6, 1.0)).subplots()
    else:
        figure.heighten(2.0)
        *panels, parting, votes = figure.subplots(5, 1, height_ratios=(1, 1, 1, 2.2, 1))
    for axes, (measure, title) in zip(panels, PATHS.items(), strict=True):
        _paths(axes, table[(table.part == "paths") & (table.measure == measure)])
        axes.set_title(title, loc="left", fontsize=style.points(9))
        axes.set_xlabel("year")
        style.years(axes, 2000, 2035)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    band = panels[1].axhspan(45, 55, color=style.FAINT, zorder=0)
    _parting(parting, table[(table.part == "parting") & (table.statistic == "effect")])
    _votes(votes, table[table.part == "votes"])
    handles, labels = panels[0].get_legend_handles_labels()
    labels[-1] += "; lines: means, bands: half of runs"
    style.legend(figure, [*handles, band], [*labels, "hedger's band, 45–55"], columns=3)
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
    style.key(axes, "where they part", 1)
    axes.set_xlim(-2.6, 2.6)


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
        axes.annotate(name, (0.02, line - 0.4), fontsize=style.points(8))
    axes.set_yticks([])
    axes.set_ylim(1.6, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability of the answer given")
    axes.set_title("what Hanoi did in 2022", loc="left", fontsize=style.points(9))
