"""Is bending better than choosing a side? Payoff of each strategy less the hedger's, by rivalry."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import style

if TYPE_CHECKING:
    from ..tournament import Tournament


def draw(result: "Tournament") -> Figure:
    """Draw payoffs at the scenario's rivalry beside their course over multiples of it."""
    others = [row for row in result.rows if row.strategy != "quantal"]
    with style.looks():
        title = f"{result.country}: is bending better than choosing a side?"
        about = f"{result.title} · {result.runs} runs a strategy, seed {result.seed}"
        figure = style.canvas(9.6, 4.6, title, about)
        bars, lines = figure.subplots(1, 2, width_ratios=[1.0, 1.25])
        looks = {row.strategy: style.look(place) for place, row in enumerate(others)}
        for place, row in enumerate(others):
            look = looks[row.strategy]
            gap = row.against
            bars.errorbar(
                gap.mean,
                place,
                xerr=[[gap.mean - gap.low], [gap.high - gap.mean]],
                color=look.colour,
                marker=look.marker,
                capsize=3,
            )
        bars.axvline(0.0, color=style.INK, linewidth=1.0)
        bars.set_yticks(range(len(others)), [row.strategy.replace("_", " ") for row in others])
        bars.set_ylim(len(others) - 0.5, -0.5)
        bars.set_xlabel("payoff less the hedger's, log-odds (95 % interval)")
        bars.set_title("At the scenario's own rivalry", loc="left")
        multiples = sorted(result.by_rivalry)
        for row in others:
            look = looks[row.strategy]
            estimates = [result.by_rivalry[multiple][row.strategy] for multiple in multiples]
            lines.fill_between(
                multiples,
                [e.low for e in estimates],
                [e.high for e in estimates],
                color=look.colour,
                alpha=0.15,
                linewidth=0,
            )
            lines.plot(
                multiples,
                [e.mean for e in estimates],
                color=look.colour,
                linestyle=look.dash,
                marker=look.marker,
                markersize=4,
                label=row.strategy.replace("_", " "),
            )
        lines.axhline(0.0, color=style.INK, linewidth=1.0)
        lines.set_xlabel("multiple of all rivalry")
        lines.set_ylabel("payoff less the hedger's, log-odds")
        lines.set_title("As rivalry grows (line at 0: the hedger)", loc="left")
        handles, labels = lines.get_legend_handles_labels()
        style.legend(figure, handles, labels)
    return figure
