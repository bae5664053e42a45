"""Premium and payout over the spread of the threat between futures, hedger and diversifier."""

from matplotlib.figure import Figure

from hedgerow.figures import style

PLAYERS = {"hedger": "hedger", "diversifier": "diversifier"}


def draw(table) -> Figure:
    figure = style.paper(
        "Premium and payout of hedging, as uncertainty rises", table.attrs["about"], 5.6
    )
    axes = figure.subplots(2, 2, sharex=True)
    spread = table[(table.part == "spread") & (table.statistic == "mean")]
    for place, measure, title in (
        (axes[0, 0], "premium", "premium: forgone in the calm future"),
        (axes[0, 1], "payout", "payout: loss avoided in the storm"),
        (axes[1, 0], "defence:USA", "defence ties with the United States"),
    ):
        for number, (variant, name) in enumerate(PLAYERS.items()):
            _line(place, spread[(spread.measure == measure) & (spread.variant == variant)],
                  number, name)  # fmt: skip
        place.set_title(title, loc="left", fontsize=9)
    axes[0, 0].axhline(0.0, color=style.MUTED, linewidth=1)
    axes[0, 0].set_ylim(-14, 2)
    axes[0, 1].set_ylim(0, 20)
    axes[1, 0].set_ylim(0, 0.4)
    axes[0, 0].set_ylabel("log-odds of a move")
    axes[1, 0].set_ylabel("depth, 0 to 1")
    gap = table[(table.part == "better") & (table.statistic == "difference")]
    for number, (measure, name) in enumerate(
        (("payout", "payout"), ("premium", "premium"), ("payoff", "payoff")), start=2
    ):
        _line(axes[1, 1], gap[gap.measure == measure], number, name)
    axes[1, 1].axhline(0.0, color=style.MUTED, linewidth=1)
    axes[1, 1].set_title("hedger less diversifier, run by run", loc="left", fontsize=9)
    axes[1, 1].set_ylabel("log-odds of a move")
    axes[1, 1].set_ylim(-8, 36)
    axes[1, 1].legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.6)
    for place in axes[1]:
        place.set_xlabel("sd of the threat between futures")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    style.legend(figure, handles, [f"{label} (bars: 95 %)" for label in labels])
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
