"""Does trade follow security? Trade over its salience, and under a greater threat."""

from matplotlib.figure import Figure

from hedgerow.figures import style

SALIENCE = {
    "trade:CHN": "trade with China",
    "trade:USA": "trade with the US",
    "defence:USA": "defence with the US",
}
THREAT = {
    "trade:CHN": "trade with China",
    "trade:USA": "trade with the US",
    "arms_orders:RUS": "arms orders, Russia",
    "alignment:CHN": "alignment, China",
    "defence:USA": "defence with the US",
}


CAPTION = (
    "First row: what changes in 2035, run by run against trade that counts for nothing in "
    "alignment, as the salience of trade rises, how much of it counts; the grey region is its "
    "prior. No desk moves trade: it follows habit, and what powers and agreements add or cut. "
    "Second row, or last: what a threat of 1.2 in place of the prior's 0.4 to 0.8 does, in "
    "standard deviations over runs, and what one of 1.2 in place of 0.6 does over the salience of"
    " trade. Trade is the square root of a share, defence a depth from 0 (no ties) to 1; "
    "alignment is the sum of ties with a partner, weighted by how much each counts. Bars are 95 %"
    " intervals."
)


def draw(table) -> Figure:
    figure = style.paper("Trade apart from security?", table.attrs["about"], 6.0, CAPTION)
    salience, cost, threat, both = figure.panels(4, 2.4, 2)
    rows = table[(table.part == "salience") & (table.statistic == "difference")]
    own = rows[rows.year == 2035]
    for number, (measure, name) in enumerate(SALIENCE.items()):
        _line(salience, own[own.measure == measure], number, name)
    salience.set_ylabel("change, against trade apart")
    salience.set_title("2035: trade that counts", loc="left")
    for number, (measure, name) in enumerate((("payoff", "payoff, log-odds"),), start=3):
        _line(cost, own[own.measure == measure], number, name)
    cost.set_ylabel("payoff, log-odds of a step")
    cost.set_title("2035: what it costs", loc="left")
    for axes in (salience, cost):
        axes.axvspan(0.0, 0.1, color=style.FAINT, alpha=0.6, zorder=0)
        axes.axhline(0.0, color=style.MUTED, linewidth=1)
        axes.set_xlabel("salience of trade (shaded: prior)")
    _effects(threat, table[(table.part == "threat") & (table.statistic == "effect")])
    by = table[(table.part == "threat-by-salience") & (table.statistic == "difference")]
    by = by[by.year == 2035]
    for number, (measure, name) in enumerate(SALIENCE.items()):
        _line(both, by[by.measure == measure], number, name)
    both.axhline(0.0, color=style.MUTED, linewidth=1)
    both.set_xlabel("salience of trade")
    both.set_ylabel("change, against a threat of 0.6")
    both.set_title("2035: a threat of 1.2", loc="left")
    handles, labels = salience.get_legend_handles_labels()
    more, years = threat.get_legend_handles_labels()
    labels = [*labels, *(f"effect in {year}; bars: 95 %" for year in years)]
    style.legend(figure, [*handles, *more], labels, columns=3)
    return figure


def _line(axes, rows, number: int, name: str) -> None:
    look = style.look(number)
    axes.errorbar(rows.x, rows.value, yerr=1.96 * rows.se, color=look.colour, linestyle=look.dash,
                  marker=look.marker, markersize=4, capsize=2, label=name)  # fmt: skip


def _effects(axes, rows) -> None:
    for year, fill in ((2024, "white"), (2035, style.OKABE_ITO[1])):
        own = rows[rows.year == year].set_index("measure")
        axes.errorbar(
            [own.loc[measure].value for measure in THREAT],
            [i + (0.15 if year == 2035 else -0.15) for i in range(len(THREAT))],
            xerr=[1.96 * own.loc[measure].se for measure in THREAT],
            fmt="o",
            color=style.OKABE_ITO[1],
            markerfacecolor=fill,
            markersize=5,
            capsize=2,
            label=str(year),
        )
    axes.axvline(0.0, color=style.MUTED, linewidth=1)
    axes.set_yticks(range(len(THREAT)), list(THREAT.values()))
    axes.set_ylim(len(THREAT) - 0.5, -0.5)
    axes.set_title("a greater threat", loc="left")
    axes.set_xlabel("threat of 1.2 against the prior's, sd")
