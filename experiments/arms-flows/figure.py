"""Orders, deliveries, arsenal: Russia's share of each, and the articles on the arsenal."""

from matplotlib.figure import Figure

from hedgerow.figures import style

FLOWS = {
    "arms_orders:RUS": "orders",
    "arms_deliveries:RUS": "deliveries",
    "arms_stock:RUS": "arsenal",
}
RECORD = {
    "arsenal-rus-2000": ("almost 100 % (S2), drawn at 97", (2004.0, 101.5)),
    "arsenal-rus-before-2016": ("over 90 %, undated", (1997.5, 56.0)),
    "arsenal-rus-2022": ("80 % (S3)", (2025.5, 95.0)),
    "arsenal-rus-2023": ("70 % (S2)", (2009.0, 47.0)),
}
"""Targets of the record: what is written beside them, and where."""


def draw(table) -> Figure:
    figure = style.paper("Russia's share of Vietnam's arms", table.attrs["about"], 5.4)
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, variant, title in (
        (left, "prior", "from the priors"),
        (right, "posterior", "from the record to 2024"),
    ):
        _shares(axes, table[(table.part == "shares") & (table.variant == variant)])
        _record(axes, table[table.part == "record"])
        axes.set_title(title, loc="left")
        axes.set_xlabel("year (lines: medians; bands: 90 % of runs)")
        style.years(axes, 1996, 2035)
    left.set_ylabel("share of the country's total, %")
    left.set_ylim(0, 105)
    handles, labels = left.get_legend_handles_labels()
    style.legend(figure, handles, labels)
    return figure


def _shares(axes, part) -> None:
    for number, (measure, name) in enumerate(FLOWS.items()):
        rows = part[part.measure == measure]
        by = {s: 100 * rows[rows.statistic == s].value.to_numpy() for s in ("q05", "q50", "q95")}
        years = rows[rows.statistic == "q50"].year.to_numpy()
        look = style.look(number)
        axes.fill_between(years, by["q05"], by["q95"], color=look.colour, alpha=0.15, linewidth=0)
        axes.plot(
            years,
            by["q50"],
            color=look.colour,
            linestyle=look.dash,
            marker=look.marker,
            markevery=8,
            markersize=4,
            label=name,
        )


def _record(axes, record) -> None:
    for target, (text, place) in RECORD.items():
        rows = record[record.variant == target]
        numbers = rows.set_index("statistic").value
        first, last = numbers["first"], rows.year.iloc[0]
        middle, value = (first + last) / 2, 100 * numbers["value"]
        sd = (numbers["error"] ** 2 + numbers["bias"] ** 2) ** 0.5
        axes.errorbar(
            middle,
            value,
            yerr=196 * sd,
            xerr=(last - first) / 2 or None,
            fmt="D",
            color=style.INK,
            markersize=4.5,
            capsize=2,
            linewidth=1,
            label="articles on the arsenal, 95 %" if target == "arsenal-rus-2000" else None,
        )
        axes.annotate(
            text,
            (middle, value),
            place,
            fontsize=8,
            color=style.INK,
            va="center",
            arrowprops={"arrowstyle": "-", "color": style.MUTED, "linewidth": 0.7},
        )
