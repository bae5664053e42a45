"""Where balance breaks in the smallest world, and how much of Vietnam's draws lies beyond it."""

import numpy as np
from matplotlib.figure import Figure

from hedgerow.figures import style

CURVATURE, AUTONOMY = 60.0, 5.0
"""κ and θ of the scenario threshold, for the theorem's curve."""

CAPTION = (
    "First: the smallest world with the theorem, one hedger between two equal rivals with one "
    "instrument. Colours are how far runs end from one another over the rivalry of the two and "
    "the price of straddling, χ₀, which is what being tied to both costs; the curve is where "
    "hedging breaks by the theorem, R* = κ/(χ₀ − 2θ) with a curvature κ of 60 and a wish for "
    "autonomy θ of 5, and dots are R* as computed from the payoff (median of runs). Second: R* of"
    " Vietnam as a multiple of all rivalry, of draws of three scenarios that know 2024, 1996 and "
    "2014, with 95 % bands for the number of draws; the dotted line is the rivalry of 2025. "
    "Third: the same world as in the first at χ₀ = 40: lines are where 5 % and 95 % of runs lie "
    "below, the upright one is R*. Fourth: Vietnam's alignment index in 2035, from 0 (all China) "
    "to 100 (all United States): median and 90 % of runs. From 45 to 55 lies the hedger's band."
)
MASSES = {"vietnam": "knowing 2024", "from-1996": "knowing 1996", "from-2014": "knowing 2014"}


def draw(table) -> Figure:
    figure = style.paper("When does the bamboo break?", table.attrs["about"], 7.6, CAPTION)
    world, mass, fork, vietnam = figure.panels(4, 2.2, 2)
    _map(figure, world, table)
    _mass(mass, table[table.part == "mass"])
    _fork(fork, table[table.part == "map"])
    _vietnam(vietnam, table[table.part == "vietnam"])
    handles, labels = [], []
    for axes in (world, mass, vietnam):
        own, names = axes.get_legend_handles_labels()
        handles += own
        labels += names
    style.legend(figure, handles, labels, columns=3)
    return figure


def _map(figure, axes, table) -> None:
    rows = table[(table.part == "map") & (table.statistic == "sd")]
    grid = rows.pivot(index="x", columns="y", values="value")
    mesh = axes.pcolormesh(
        grid.columns, grid.index, grid.to_numpy(), cmap="cividis", shading="nearest", vmin=0
    )
    bar = figure.colorbar(mesh, ax=axes, location="top", aspect=30, pad=0.02)
    bar.set_label("sd of the alignment index across runs")
    price = np.linspace(2 * AUTONOMY + 0.5, 80, 200)
    axes.plot(price, CURVATURE / (price - 2 * AUTONOMY), color="white", linewidth=3.5)
    axes.plot(price, CURVATURE / (price - 2 * AUTONOMY), color=style.OKABE_ITO[0], linewidth=1.8,
              label="R* = κ/(χ₀ − 2θ)")  # fmt: skip
    line = table[(table.part == "line") & (table.statistic == "q50")]
    axes.plot(line.x, line.value, "o", color="white", markeredgecolor=style.INK, markersize=4,
              label="R* as computed")  # fmt: skip
    axes.set_xlim(18, 82.5)
    axes.set_ylim(0.25, 6.25)
    axes.set_xlabel("price of straddling, χ₀")
    axes.set_ylabel("rivalry of two equal powers")
    axes.grid(False)


def _mass(axes, rows) -> None:
    for number, (variant, name) in enumerate(MASSES.items()):
        below = rows[(rows.variant == variant) & (rows.statistic == "below")]
        look = style.look(number + 2)
        axes.plot(below.y, below.value, color=look.colour, linestyle=look.dash,
                  label=f"draws: {name}")  # fmt: skip
        axes.fill_between(
            below.y,
            below.value - 1.96 * below.se,
            below.value + 1.96 * below.se,
            color=look.colour,
            alpha=0.15,
            linewidth=0,
        )
    axes.axvline(1.0, color=style.MUTED, linewidth=1, linestyle=":")
    axes.annotate("rivalry\nof 2025", (1.0, 0.88), (-3, 0), textcoords="offset points",
                  fontsize=style.points(8), ha="right")  # fmt: skip
    axes.set_xlim(0, 4)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("multiple of all rivalry")
    axes.set_ylabel("share of draws with R* below")
    axes.set_title("Vietnam: mass of R* (95 %)", loc="left")


def _band(axes, x, rows, colour, label) -> None:
    by = {s: rows[rows.statistic == s].value.to_numpy() for s in ("q05", "q50", "q95")}
    axes.fill_between(x, by["q05"], by["q95"], color=colour, alpha=0.2, linewidth=0)
    axes.plot(x, by["q50"], color=colour, marker="o", markersize=3.5, label=label)


def _fork(axes, rows) -> None:
    rows = rows[rows.y == 40.0]
    x = rows[rows.statistic == "q50"].x.to_numpy()
    by = {name: rows[rows.statistic == name].value.to_numpy() for name in ("q05", "q95")}
    axes.fill_between(x, by["q05"], by["q95"], color=style.OKABE_ITO[1], alpha=0.2, linewidth=0)
    axes.plot(x, by["q05"], color=style.OKABE_ITO[1], marker="o", markersize=3.5)
    axes.plot(x, by["q95"], color=style.OKABE_ITO[1], marker="o", markersize=3.5)
    axes.set_title("the smallest world takes a side", loc="left")
    axes.annotate("5 % and 95 %\nof runs", (3.2, 46), fontsize=style.points(8))
    axes.axvline(CURVATURE / (40.0 - 2 * AUTONOMY), color=style.OKABE_ITO[0], linewidth=1.5)
    axes.annotate("R* = 2", (2.0, 80), (4, 0), textcoords="offset points", fontsize=style.points(8))
    axes.set_ylim(-4, 104)
    axes.set_xlabel("rivalry of two equal powers (χ₀ = 40)")
    axes.set_ylabel("alignment index, 0 to 100")


def _vietnam(axes, rows) -> None:
    rows = rows[rows.measure == "alignment_index"]
    x = rows[rows.statistic == "q50"].x.to_numpy()
    _band(axes, x, rows, style.OKABE_ITO[1], "median and 90 % of runs")
    axes.axhspan(45, 55, color=style.FAINT, zorder=0, label="hedger's band, 45–55")
    axes.axvline(1.0, color=style.MUTED, linewidth=1, linestyle=":")
    axes.set_ylim(-4, 104)
    axes.set_xlabel("multiple of all rivalry")
    axes.set_ylabel("alignment index in 2035")
    axes.set_title("Vietnam leans", loc="left")
