"""Is bending better than choosing a side? Payoff of each strategy less the hedger's, by rivalry."""

from dataclasses import replace
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..model.strategies import STRATEGIES
from ..progress import counted
from . import style

if TYPE_CHECKING:
    from ..analysis.tournaments import Estimate, Tournament

_LINEAR = 0.6  # length of the linear part, in decades
_YELLOW, _BROWN = "#F0E442", "#7A5C00"  # a thin yellow line is lost on white


_CAPTION = (
    "Mean payoff of each strategy less that of the hedger (quantal response, McKelvey and Palfrey "
    "1995) in the same runs, in log-odds of the country's own payoff: right of 0, or above it, the "
    "strategy does better than hedging. Bars and bands are 95 % intervals over runs. The axis is "
    "linear within ±{near:g} and logarithmic beyond.{rivalry}"
)
_RIVALRY = " The second panel has the same where all rivalry between powers is multiplied."


def _caption(result: "Tournament", near: float, strategies: list[str]) -> str:
    """Return the caption, with a clause for each strategy that is drawn."""
    clauses = []
    for name in strategies:
        known = STRATEGIES.get(name)
        what = "a country of one's own" if known is None else _BY_NAME.get(name, "")
        if known is not None and known.want is not None:
            what = (known.want.__doc__ or "").split("\n")[0].rstrip(".")
            what = what.partition(": ")[2] if what.startswith("−") else what  # without a formula
        source = "" if known is None or known.source in what else f" ({known.source})"
        clauses.append(f"{name.replace('_', ' ')}: {what[0].lower()}{what[1:]}{source}")
    rivalry = _RIVALRY if result.by_rivalry else ""
    return f"{_CAPTION.format(near=near, rivalry=rivalry)}\nStrategies: {'; '.join(clauses)}."


_BY_NAME = {
    "best_reply": "always the option of the highest payoff",
    "random": "null model: habit alone",
}
"""What strategies do that want what the payoff has."""


def draw(result: "Tournament") -> Figure:
    """Draw payoffs at the scenario's rivalry beside their course over multiples of it.

    The axis of payoffs is linear near zero and logarithmic beyond, so that one strategy that
    fares very badly does not squash the others. The left panel is the key of the right one.
    """
    others = [row for row in result.rows if row.strategy != "quantal"]
    looks = _looks([row.strategy for row in others])
    multiples = sorted(result.by_rivalry)
    course = {
        row.strategy: [result.by_rivalry[multiple][row.strategy] for multiple in multiples]
        for row in others
    }
    near = _linear_to(
        [row.against for row in others] + [e for line in course.values() for e in line]
    )
    with style.looks():
        title = f"{result.country}: is bending better than choosing a side?"
        runs = f"{counted(result.runs, 'run')} a strategy"
        about = (
            f"{result.title} · {runs}, seed {result.seed} · bars and bands: 95 % intervals · axes "
            f"of payoff logarithmic beyond ±{near:g}"
        )
        height = max(2.4 + 0.3 * len(others), 4.4)
        own = 9.6 if multiples else 5.4
        width, shape = style.narrowed(own), (1, 2 if multiples else 1)
        if width < own:
            shape = shape[::-1]
            height = 1.4 + max(0.2 * len(others), 0.6) + (2.6 if multiples else 0.0)
        caption = _caption(result, near, [row.strategy for row in others])
        figure = style.canvas(width, height, title, about, caption=caption)
        ratios = [max(0.2 * len(others), 0.6) + 0.4, 2.2] if shape[0] == 2 else None
        panels = figure.subplots(*shape, squeeze=False, height_ratios=ratios).ravel()
        panels[0].set_title("At the scenario's own rivalry", loc="left")
        panels[0].set_xscale("symlog", linthresh=near, linscale=_LINEAR)
        panels[0].xaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value)))
        for place, row in enumerate(others):
            _point(panels[0], place, row.against, looks[row.strategy])
        panels[0].axvline(0.0, color=style.INK, linewidth=1.0)
        panels[0].set_yticks(
            range(len(others)),
            style.names([_said(row.strategy, row.against) for row in others], 9.0),
        )
        panels[0].set_ylim(len(others) - 0.5, -0.5)
        panels[0].grid(axis="y", visible=False)
        panels[0].set_xlabel("payoff less the hedger's, log-odds")
        if multiples:
            panels[1].set_title(
                f"As rivalry grows (marks as {'above' if width < own else 'on the left'})",
                loc="left",
            )
            panels[1].set_yscale("symlog", linthresh=near, linscale=_LINEAR)
            panels[1].yaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value)))
            for row in others:
                _line(panels[1], multiples, course[row.strategy], looks[row.strategy])
            panels[1].axhline(0.0, color=style.INK, linewidth=1.0)
            panels[1].set_xlabel("multiple of all rivalry; 0 on the other axis is the hedger")
            panels[1].set_ylabel("payoff less the hedger's, log-odds")
    return figure


def _looks(strategies: list[str]) -> dict[str, style.Look]:
    """A built-in strategy looks the same in every figure; others follow."""
    known = [name for name in STRATEGIES if name != "quantal"]
    places = [*known, *(name for name in strategies if name not in known)]
    looks = {name: style.look(places.index(name)) for name in strategies}
    return {
        name: replace(look, colour=_BROWN) if look.colour == _YELLOW else look
        for name, look in looks.items()
    }


def _said(strategy: str, gap: "Estimate") -> str:
    digits = 0 if abs(gap.mean) >= 10.0 else 1
    return f"{strategy.replace('_', ' ')}  {_signed(round(gap.mean, digits), '+')}"


def _signed(value: float, sign: str = "") -> str:
    return f"{value:{sign}g}".replace("-", "\N{MINUS SIGN}")


def _linear_to(gaps: "list[Estimate]") -> float:
    """Power of ten up to which the axis is linear: one or two decades below the largest gap."""
    sizes = [abs(gap.mean) for gap in gaps if isfinite(gap.mean) and gap.mean != 0.0]
    return 10.0 ** (floor(log10(max(sizes))) - 1) if sizes else 1.0


def _point(axes: Axes, place: int, gap: "Estimate", look: style.Look) -> None:
    reach = None if gap.low != gap.low else [[gap.mean - gap.low], [gap.high - gap.mean]]
    axes.errorbar(
        gap.mean,
        place,
        xerr=reach,
        color=look.colour,
        marker=look.marker,
        markersize=6,
        capsize=3,
    )


def _line(
    axes: Axes, multiples: list[float], estimates: "list[Estimate]", look: style.Look
) -> None:
    axes.fill_between(
        multiples,
        [e.low for e in estimates],
        [e.high for e in estimates],
        color=look.colour,
        alpha=0.15,
        linewidth=0,
    )
    axes.plot(
        multiples,
        [e.mean for e in estimates],
        color=look.colour,
        linestyle=look.dash,
        marker=look.marker,
        markersize=5,
    )
