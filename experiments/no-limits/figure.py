"""What closeness between Moscow and Beijing takes from Hanoi, and what Hanoi does about it."""

from matplotlib.figure import Figure

from hedgerow.figures import style

PANELS = (
    ("payoff", "payoff", "log-odds of a step"),
    ("tail_loss", "payoff in the worst 5\N{NO-BREAK SPACE}%", "log-odds of a step"),
    ("alignment:RUS", "alignment with Russia", "weighted depth"),
    ("arms_orders:RUS", "Russian arms orders", "share of the total"),
    ("defence:USA", "defence ties with the US", "depth, 0 to 1"),
    ("tier:USA", "rung with the US", "rungs"),
)


CAPTION = (
    "What closeness of Moscow and Beijing changes for Vietnam, run by run against none, with 95 % "
    "intervals: from 0, none, to 1, “no limits” to the letter; the grey region is the prior of the "
    "scenario. The diamond adds what came with closeness: less supply of Russian arms, less trust "
    "in Russia and a common risk. Payoff is what the country gets from its portfolio, in log-odds "
    "of a move; the worst 5 % are of futures, by its beliefs; alignment is the sum of ties with "
    "Russia, weighted by how much each counts; a rung is a label of partnership, from 0 (none) to "
    "4 (alliance)."
)


def draw(table) -> Figure:
    figure = style.paper(
        "The price of “no limits”",
        table.attrs["about"],
        5.6,
        CAPTION,
    )
    axes = figure.panels(len(PANELS), 1.6, 3, sharex=True)
    rows = table[(table.part == "closeness") & (table.statistic == "difference")]
    whole = table[(table.part == "whole") & (table.statistic == "difference")]
    for place, (measure, title, unit) in zip(axes, PANELS, strict=True):
        own = rows[rows.measure == measure]
        place.axvspan(0.4, 0.7, color=style.FAINT, alpha=0.6, zorder=0, label="prior of closeness")
        place.errorbar(own.x, own.value, yerr=1.96 * own.se, color=style.OKABE_ITO[1], marker="o",
                       markersize=4, capsize=2, label="closeness alone, against none")  # fmt: skip
        one = whole[(whole.measure == measure)].iloc[0]
        place.errorbar(0.95, one.value, yerr=1.96 * one.se, color=style.OKABE_ITO[0],
                       marker="D", markersize=5, capsize=2, linestyle="none",
                       label="with supply, trust and risk; bars: 95 %")  # fmt: skip
        place.axhline(0.0, color=style.MUTED, linewidth=1)
        place.set_title(title, loc="left", fontsize=style.points(9))
        place.set_ylabel(unit)
    for place in axes[-style.across(len(PANELS), 1.6, 3) :]:
        place.set_xlabel("closeness, 0 to 1")
    handles, labels = axes[0].get_legend_handles_labels()
    style.legend(figure, handles, labels)
    return figure
