"""What American sanctions do to Russian orders and American ties, India beside Vietnam."""

from matplotlib.figure import Figure

from hedgerow.figures import style

ROWS = (
    ("arms_orders:RUS", "Russian share of\narms orders", 100.0, "points"),
    ("trade:USA", "trade with the US,\n√share", 1.0, ""),
    ("alignment:USA", "alignment with\nthe US", 1.0, ""),
)
NEEDS = (0.0, 0.3, 0.6)
CAPTION = (
    "What American sanctions change for Vietnam and India in 2029, run by run against no "
    "enforcement at the same need, with 95 % intervals. Enforcement is the weight of sanctions in"
    " a buyer's payoff, the grey region its prior. Need, from 0 to 1, is how much Washington "
    "cannot do without the country, which shields it. Designation is that the United States "
    "sanction the country itself, which costs it American trade; the dotted line leaves that "
    "away. √share is the square root of the partner's share of trade; alignment is the sum of "
    "ties with the United States, weighted by how much each counts."
)
COUNTRIES = {"VNM": "Vietnam", "IND": "India"}


def draw(table) -> Figure:
    figure = style.paper(
        "Sanctions and need",
        table.attrs["about"],
        7.0,
        CAPTION,
    )
    figure.heighten(1.0 if style.across(2, 2.2, 2) == 2 else 1.3)
    axes = figure.subplots(len(ROWS), 2, sharex=True, sharey="row")
    rows = table[(table.part == "sanctions") & (table.statistic == "difference")]
    without = table[(table.part == "designations") & (table.statistic == "difference")]
    for line, (measure, name, scale, unit) in enumerate(ROWS):
        for column, (country, title) in enumerate(COUNTRIES.items()):
            place = axes[line, column]
            own = rows[(rows.measure == measure) & (rows.country == country)]
            for number, need in enumerate(NEEDS):
                _line(place, own[own.y == need], scale, style.look(number), f"need {need:g}")
            if measure != "arms_orders:RUS":
                never = without[(without.measure == measure) & (without.country == country)]
                _line(place, never, scale, style.Look(style.INK, ":", "x"),
                      "need 0, nobody designated")  # fmt: skip
            place.axhline(0.0, color=style.MUTED, linewidth=1)
            place.axvspan(2, 6, color=style.FAINT, alpha=0.6, zorder=0, label="prior")
            if line == 0:
                place.set_title(title, loc="left")
            if column == 0:
                place.set_ylabel(f"{name}{', ' + unit if unit else ''}")
    for place in axes[-1]:
        place.set_xlabel("enforcement, against none (2029)")
    handles, labels = axes[1, 0].get_legend_handles_labels()
    labels = ["prior of enforcement" if label == "prior" else label for label in labels]
    labels[-1] += "; bars: 95 %"
    style.legend(figure, handles, labels)
    return figure


def _line(axes, rows, scale: float, look, name: str) -> None:
    axes.errorbar(
        rows.x,
        scale * rows.value,
        yerr=1.96 * scale * rows.se,
        color=look.colour,
        linestyle=look.dash,
        marker=look.marker,
        markersize=3.5,
        capsize=1.5,
        linewidth=1.3,
        label=name,
    )
