"""Premium and payout over the spread of the threat between futures, hedger and diversifier."""

from matplotlib.figure import Figure

from hedgerow.figures import style

CAPTION = (
    "Two futures that differ in the threat alone, a calm one with a belief of 0.8 and a storm with "
    "0.2, the mean threat being 0.9 throughout; the axis is the standard deviation of the threat "
    "between them. The best portfolio under uncertainty is held against the best were the calm "
    "certain. Premium: payoff that it forgoes in the calm. Payout: payoff that it saves in the "
    "storm. Those of the portfolio held are against the same best in the calm. A portfolio is "
    "insurance where it costs in the calm and by belief pays at least as much in the storm. All in "
    "log-odds of a step, means of runs and of every fifth year from 2000 to 2020. The diversifier "
    "spreads its ties and looks at no future. The last panel is the difference of the two, run by "
    "run. Bars are 95 % intervals."
)
PLAYERS = {"hedger": "hedger", "diversifier": "diversifier"}


def draw(table) -> Figure:
    figure = style.paper("Is hedging insurance?", table.attrs["about"], 5.8, CAPTION)
    best, held, insured, gaps = figure.panels(4, 2.2, 2, sharex=True)
    spread = table[(table.part == "spread") & (table.statistic == "mean")]
    for number, measure in enumerate(("premium", "payout")):
        rows = spread[(spread.measure == measure) & (spread.variant == "hedger")]
        _line(best, rows, number + 2, measure)
    best.set_title("the best portfolio of the hedger", loc="left", fontsize=style.points(9))
    for number, (variant, name) in enumerate(PLAYERS.items()):
        own = spread[spread.variant == variant]
        _line(held, own[own.measure == "payout_held"], number, name)
        _line(insured, own[own.measure == "insured"], number, name)
    held.set_title("payout of the portfolio held", loc="left", fontsize=style.points(9))
    insured.set_title("share of runs in which it is insurance", loc="left",
                      fontsize=style.points(9))  # fmt: skip
    insured.set_ylim(-0.03, 1.03)
    insured.set_ylabel("share")
    gap = table[(table.part == "better") & (table.statistic == "difference")]
    for number, (measure, name) in enumerate(
        (("premium_held", "premium held"), ("payout_held", "payout held"), ("payoff", "payoff")),
        start=2,
    ):
        _line(gaps, gap[gap.measure == measure], number, f"difference of {name}")
    gaps.set_title("hedger less diversifier, run by run", loc="left", fontsize=style.points(9))
    for place in (best, held, gaps):
        place.axhline(0.0, color=style.MUTED, linewidth=1)
        place.set_ylabel("log-odds of a step")
    for place in (best, held, insured, gaps)[-style.across(4, 2.2, 2) :]:
        place.set_xlabel("sd of the threat between futures")
    handles, labels = [], []
    for axes in (best, held, gaps):
        own, names = axes.get_legend_handles_labels()
        handles += own
        labels += names
    style.legend(figure, handles, labels, columns=3)
    return figure


def _line(axes, rows, number: int, name: str) -> None:
    """x is the storm in multiples of the calm, y the calm: odds of one in four, so sd = 0.4 gap."""
    look = style.look(number)
    axes.errorbar(
        0.4 * rows.y * (rows.x - 1.0),
        rows.value,
        yerr=1.96 * rows.se,
        color=look.colour,
        linestyle=look.dash,
        marker=look.marker,
        markersize=4,
        capsize=2,
        label=name,
    )
