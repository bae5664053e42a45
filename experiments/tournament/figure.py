"""Every strategy in the same worlds, against the hedger, and over rivalry."""

from matplotlib.figure import Figure

from hedgerow.figures import style

HEDGER = style.INK
NAMES = {
    "quantal": "hedger",
    "best_reply": "best reply",
    "status_quo": "stands still",
    "diversifier": "diversifier",
    "neutral": "neutral",
    "balancer": "balancer",
    "bandwagoner": "bandwagoner",
    "tit_for_tat": "tit for tat",
    "random": "habit alone",
}


CAPTION = (
    "Every strategy in the same worlds, as means of runs with 95 % intervals, by the hedger's own "
    "measure. Payoff is of the portfolio in a year, in log-odds of a step, less that of the "
    "hedger, run by run; over rivalry, the axis is a multiple of all rivalry between powers. Years "
    "of hedging are those within the hedger's band, from 45 to 55 of the alignment index. Autonomy "
    "is 1 less the largest share of one partner in what the loss of partners would cost. "
    "Strategies: the hedger chooses by payoff, with errors; best reply is the hedger without "
    "errors; the next stand still, spread their ties evenly, keep to the middle, join the weaker "
    "side, join the stronger side, answer like with like, and follow habit alone."
)


def draw(table) -> Figure:
    figure = style.paper("Is bending better?", table.attrs["about"], 6.8, CAPTION)
    payoff, survival, rivalry, votes = figure.panels(4, 2.4, 2)
    plain = table[table.x.isna()]
    _bars(payoff, plain, "against", "payoff less the hedger's, log-odds", reference=True)
    payoff.set_title("payoff at today's rivalry", loc="left")
    _bars(survival, plain, "survival", "years of hedging, of 40 at most")
    survival.set_title("how long hedging lasts", loc="left")
    _rivalry(rivalry, table[table.x.notna()])
    _bars(votes, plain, "autonomy", "autonomy, 0 to 1")
    votes.set_title("autonomy", loc="left")
    handles, labels = rivalry.get_legend_handles_labels()
    style.legend(figure, handles, labels)
    return figure


def _bars(axes, rows, measure: str, title: str, reference: bool = False) -> None:
    rows = rows[rows.measure == measure].set_index("variant")
    for line, strategy in enumerate(NAMES):
        row = rows.loc[strategy]
        if reference and strategy == "quantal":
            continue
        axes.errorbar(
            row.value,
            line,
            xerr=1.96 * row.se,
            fmt="o",
            color=style.OKABE_ITO[1],
            markersize=4.5,
            capsize=2,
        )
    axes.axvline(rows.loc["quantal"].value, color=HEDGER, linewidth=2.2)
    axes.set_yticks(range(len(NAMES)), list(NAMES.values()))
    axes.set_ylim(len(NAMES) - 0.5, -0.5)
    axes.set_xlabel(title)


def _rivalry(axes, rows) -> None:
    shown = ("best_reply", "status_quo", "diversifier", "neutral", "balancer", "bandwagoner")
    for number, strategy in enumerate(shown):
        own = rows[rows.variant == strategy]
        look = style.look(number)
        axes.errorbar(
            own.x,
            own.value,
            yerr=1.96 * own.se,
            color=look.colour,
            linestyle=look.dash,
            marker=look.marker,
            markersize=3.5,
            linewidth=1.3,
            label=NAMES[strategy],
        )
    axes.axhline(0.0, color=HEDGER, linewidth=2.2, label="the hedger")
    axes.set_xlabel("multiple of all rivalry")
    axes.set_ylabel("payoff less the hedger's")
    axes.set_title("payoff over rivalry", loc="left")
