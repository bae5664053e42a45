"""Sobol' indices of twelve uncertain numbers, and what each term of the payoff does."""

import numpy as np
from matplotlib.figure import Figure

from hedgerow.figures import style

MEASURES = {
    "alignment_index": "alignment\nindex",
    "arms_stock:RUS": "arsenal,\nRussia",
    "tier:USA": "rung,\nUS",
    "hedging_index": "hedging\nindex",
    "payoff": "payoff",
}
PATHS = {
    "behaviour.autonomy": "autonomy θ",
    "behaviour.critical_rivalry": "critical rivalry R*",
    "behaviour.security": "security σ",
    "behaviour.dependence": "dependence ρ",
    "behaviour.entrapment": "entrapment ε",
    "politics.arms": "politics in arms ω",
    "habits.labels.hazard": "hazard of labels",
    "countries.VNM.threat.level": "threat",
    "partners.USA.need": "American need",
    "partners.RUS.trust": "trust in Russia",
    "shocks.caatsa.value": "enforcement",
    "instruments.arms.turnover": "arsenal's turnover",
}
ABLATED = {
    "alignment_index": "alignment\nindex",
    "arms_orders:RUS": "orders,\nRussia",
    "tier:USA": "rung,\nUS",
    "hedging_index": "hedging\nindex",
    "defence:USA": "defence,\nUS",
    "diplomacy:CHN": "diplomacy,\nChina",
    "trade:CHN": "trade,\nChina",
}


CAPTION = (
    "Above: the share of the variance of each measure in 2035, between points at which twelve "
    "numbers are drawn uniformly from the ranges of their priors, that goes with each number: the"
    " total index (Sobol'), with all that it does together with others, and in brackets the "
    "first-order index, of it alone. Chance is the share of that variance which is noise of the "
    "few runs at each point; where it is large, indices tell little. Below: what switching a term"
    " of the payoff off does, and politics in one kind of choice, in standard deviations over "
    "runs of the whole model, run by run; a dot where the 95 % interval holds zero. Numbers: "
    "autonomy, the wish not to hang on one partner; critical rivalry, at which hedging breaks; "
    "security and dependence, the weights of protection and of what a partner could withhold; "
    "entrapment, the threat that siding brings; politics in arms, how much payoff weighs beside "
    "habit in orders; hazard of labels, how often a label rises by habit alone; need, how much "
    "Washington cannot do without Vietnam; turnover, the share of the arsenal replaced in a year."
)


def draw(table) -> Figure:
    figure = style.paper("What matters for Vietnam in 2035", table.attrs["about"], 8.4, CAPTION)
    wide = style.across(2, 2.2, 2) == 2
    figure.heighten(1.0 if wide else 2.0)
    upper, lower = figure.subplots(2, 1, height_ratios=(1.0, 1.1))
    sobol = table[table.part == "sobol"]
    first = sobol[sobol.statistic == "first"].pivot(
        index="variant", columns="measure", values="value"
    )
    total = sobol[sobol.statistic == "total"].pivot(
        index="variant", columns="measure", values="value"
    )
    cells = total.loc[list(PATHS), list(MEASURES)].to_numpy()
    mesh = upper.imshow(cells, cmap="cividis_r", vmin=0, vmax=1, aspect="auto")
    for (line, column), value in np.ndenumerate(cells):
        own = first.loc[list(PATHS)[line], list(MEASURES)[column]]
        text = f"{value:.2f}{' ' if wide else chr(10)}({max(own, 0.0):.2f})"
        upper.text(column, line, text, ha="center", va="center", fontsize=style.points(8),
                   linespacing=1.0, color="white" if value > 0.5 else style.INK)  # fmt: skip
    bar = figure.colorbar(mesh, ax=upper, pad=0.01, location="right" if wide else "bottom")
    bar.set_label("total index")
    upper.set_title("share of variance: total index (first-order in brackets)", loc="left")
    chance = sobol[sobol.statistic == "chance"].set_index("measure").value
    columns = {m: f"{name}\nchance {chance[m]:.0%}" for m, name in MEASURES.items()}
    _names(upper, PATHS, columns)
    _ablations(
        figure, lower, table[(table.part == "ablations") & (table.statistic == "effect")], wide
    )
    return figure


def _ablations(figure, axes, rows, wide: bool) -> None:
    terms = list(dict.fromkeys(rows.variant))
    values = rows.pivot(index="variant", columns="measure", values="value")
    errors = rows.pivot(index="variant", columns="measure", values="se")
    cells = values.loc[terms, list(ABLATED)].to_numpy()
    widths = errors.loc[terms, list(ABLATED)].to_numpy()
    mesh = axes.imshow(cells, cmap="PuOr", vmin=-2, vmax=2, aspect="auto")
    for (line, column), value in np.ndenumerate(cells):
        clear = abs(value) > 1.96 * widths[line, column]
        text = f"{value:+.{2 if wide else 1}f}" if clear else "·"
        axes.text(column, line, text, ha="center", va="center", fontsize=style.points(8),
                  color="white" if abs(value) > 1.3 else style.INK)  # fmt: skip
    side = "right" if wide else "bottom"
    bar = figure.colorbar(mesh, ax=axes, pad=0.01, extend="both", location=side)
    bar.set_label("effect, sd")
    axes.set_title("without a part: effect in sd of the base (· not off zero at 95 %)", loc="left")
    _names(axes, {term: term.replace("_", " ") for term in terms}, ABLATED)


def _names(axes, lines, columns) -> None:
    axes.set_yticks(range(len(lines)), list(lines.values()))
    turn = 0 if style.across(2, 2.2, 2) == 2 else 90
    names = [
        name if turn == 0 else name.replace("\nchance", ", chance").replace("\n", " ")
        for name in columns.values()
    ]
    axes.set_xticks(range(len(columns)), names, fontsize=style.points(8), rotation=turn)
    axes.grid(False)
    axes.tick_params(length=0)
