"""Premium and payout over the spread of the threat between futures, hedger and diversifier."""

from matplotlib.figure import Figure

from hedgerow.figures import style

CAPTION = (
    "Two futures that differ in the threat alone, a calm one with a belief of 0.8 and a storm with "
    "0.2, the mean threat being 0.9 throughout; the axis is the standard deviation of the threat "
    "between them. Premium: payoff that hedging forgoes in the calm future against taking the "
    "better side. Payout: payoff that it saves in the storm. Both in log-odds of a move, means of "
    "runs and of 2006 to 2024. The diversifier spreads its ties and looks at no future. The last "
    "panel is the difference of the two, run by run. Bars are 95 % intervals."
)
PLAYERS = {"hedger": "hedger", "diversifier": "diversifier"}


def draw(table) -> Figure:
    figure = style.paper(
        "Premium and payout of hedging, as uncertainty rises", table.attrs["about"], 5.6, CAPTION
    )
    axes = figure.panels(4, 2.2, 2, sharex=True)
    spread = table[(table.part == "spread") & (table.statistic == "mean")]
    for place, measure, title in (
        (axes[0], "premium", "premium: forgone in the calm future"),
        (axes[1], "payout", "payout: loss avoided in the storm"),
        (axes[2], "defence:USA", "defence ties with the United States"),
    ):
        for number, (variant, name) in enumerate(PLAYERS.items()):
            _line(place, spread[(spread.measure == measure) & (spread.variant == variant)],
                  number, name)  # fmt: skip
        place.set_title(title, loc="left", fontsize=style.points(9))
    axes[0].axhline(0.0, color=style.MUTED, linewidth=1)
    axes[0].set_ylim(-14, 2)
    axes[1].set_ylim(0, 20)
    axes[2].set_ylim(0, 0.4)
    for place in axes[:2]:
        place.set_ylabel("log-odds of a move")
    axes[2].set_ylabel("depth, 0 to 1")
    gap = table[(table.part == "better") & (table.statistic == "difference")]
    for number, (measure, name) in enumerate(
        (("payout", "payout"), ("premium", "premium"), ("payoff", "payoff")), start=2
    ):
        _line(axes[3], gap[gap.measure == measure], number, name)
    axes[3].axhline(0.0, color=style.MUTED, linewidth=1)
    axes[3].set_title("hedger less diversifier, run by run", loc="left", fontsize=style.points(9))
    axes[3].set_ylabel("log-odds of a move")
    axes[3].set_ylim(-8, 36)
    for place in axes[-style.across(4, 2.2, 2) :]:
        place.set_xlabel("sd of the threat between futures")
    handles, labels = axes[0].get_legend_handles_labels()
    more, names = axes[3].get_legend_handles_labels()
    labels = [*labels, *(f"difference of {name}" for name in names)]
    style.legend(figure, [*handles, *more], labels, columns=3)
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
