"""What closeness between Moscow and Beijing takes from Hanoi, and what Hanoi does about it."""

from matplotlib.figure import Figure

from hedgerow.figures import style

PANELS = (
    ("payoff", "payoff", "log-odds of a move"),
    ("tail_loss", "payoff in the worst 5 %", "log-odds of a move"),
    ("alignment:RUS", "alignment with Russia", "weighted depth"),
    ("arms_orders:RUS", "Russian arms orders", "share of the total"),
    ("defence:USA", "defence ties with the US", "depth, 0 to 1"),
    ("tier:USA", "rung with the US", "rungs"),
)


def draw(table) -> Figure:
    figure = style.paper(
        "The price of “no limits”: Hanoi pays, and turns only a little",
        table.attrs["about"],
        5.6,
    )
    axes = figure.subplots(2, 3, sharex=True).ravel()
    rows = table[(table.part == "closeness") & (table.statistic == "difference")]
    whole = table[(table.part == "whole") & (table.statistic == "difference")]
    for place, (measure, title, unit) in zip(axes, PANELS, strict=True):
        own = rows[rows.measure == measure]
        place.axvspan(0.4, 0.7, color=style.FAINT, alpha=0.6, zorder=0, label="prior")
        place.errorbar(own.x, own.value, yerr=1.96 * own.se, color=style.OKABE_ITO[1], marker="o",
                       markersize=4, capsize=2, label="closeness alone, against none")  # fmt: skip
        one = whole[(whole.measure == measure)].iloc[0]
        place.errorbar(0.95, one.value, yerr=1.96 * one.se, color=style.OKABE_ITO[0],
                       marker="D", markersize=5, capsize=2, linestyle="none",
                       label="and supply, trust, risk")  # fmt: skip
        place.axhline(0.0, color=style.MUTED, linewidth=1)
        place.set_title(title, loc="left", fontsize=9)
        place.set_ylabel(unit)
    for place in axes[3:]:
        place.set_xlabel("closeness, 0 to 1")
    handles, labels = axes[0].get_legend_handles_labels()
    style.legend(figure, handles, [*labels[:-1], f"{labels[-1]}; bars: 95 %"])
    return figure
