"""Orders, deliveries, arsenal: Russia's share of each, and the articles on the arsenal."""

from matplotlib.figure import Figure

from hedgerow.figures import style

FLOWS = {
    "arms_orders:RUS": "orders",
    "arms_deliveries:RUS": "deliveries",
    "arms_stock:RUS": "arsenal",
}
RECORD = {
    "arsenal-rus-2000": ("almost 100 %, drawn at 97", (2004.0, 102.0)),
    "arsenal-rus-before-2016": ("over 90 %, undated", (1997.5, 56.0)),
    "arsenal-rus-2022": ("80 %", (2025.5, 95.0)),
    "arsenal-rus-2023": ("70 %", (2009.0, 40.0)),
}
CAPTION = (
    "Russia's share of what Vietnam ordered and of what was delivered to it in five years up to "
    "the year, and of its arsenal at the end of the year. Lines are medians and bands hold 90 % of "
    "runs: on the left of a scenario that knows the articles to 2024, on the right of one that "
    "starts in 1996 and knows no more than that year, but for dated shocks, which are conditions. "
    "Points are what articles say of the arsenal, with 95 % of the error of "
    "measurement and of a bias of the source: almost 100 % at the turn of the century and 70 % in "
    "2023 (“Russia And Vietnam: Reaffirmed Ties In Turbulent Times”, Eurasia Review, 2024), 80 % "
    "in 2022 (“Why Vietnam can’t and won’t leave Russia’s side”, Asia Times, 2022), and over 90 % "
    "at no date that is told."
)
"""Targets of the record: what is written beside them, and where."""


def draw(table) -> Figure:
    figure = style.paper("Russia's share of Vietnam's arms", table.attrs["about"], 5.4, CAPTION)
    left, right = figure.panels(2, 2.2, 2, sharey=True)
    for axes, variant, title in (
        (left, "vietnam", "knowing 2024"),
        (right, "from-1996", "knowing 1996"),
    ):
        _shares(axes, table[(table.part == "shares") & (table.variant == variant)])
        _record(axes, table[table.part == "record"])
        axes.set_title(title, loc="left")
        axes.set_ylabel("share of the country's total, %")
        axes.set_xlabel("year (lines: medians; bands: 90 % of runs)")
        style.years(axes, 1996, 2035)
    left.set_ylim(0, 107)
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
            fontsize=style.points(8),
            color=style.INK,
            va="center",
            arrowprops={"arrowstyle": "-", "color": style.MUTED, "linewidth": 0.7},
        )
