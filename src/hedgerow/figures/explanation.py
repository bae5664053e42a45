"""Why a country did that: the likeliest options, each as a stack of what its terms add."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style

if TYPE_CHECKING:
    from ..explain import Explanation, Menu

_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "++", "oo")
_SHOWN = 10
_TERMS = 6  # terms that get a colour of their own; the rest are added up


def draw(explanation: "Explanation", shown: int = _SHOWN) -> Figure:
    """Draw the menu of the move, and those of choices and visits of the year beneath it."""
    menus = [explanation.moves, *explanation.choices, *explanation.tiers]
    menus = [menu for menu in menus if menu.allowed]
    rows = [min(len(menu.allowed), shown) for menu in menus]
    with style.looks():
        title = (
            f"Why did {explanation.country} do that? {explanation.year}, "
            f"run {explanation.replicate}"
        )
        height = 1.6 + sum(0.55 + 0.27 * count for count in rows)
        about = (
            f"{explanation.scenario} · run {explanation.replicate}, seed {explanation.seed} · "
            f"threat {explanation.threat:.2f} · beliefs "
            + ", ".join(f"{k.replace('_', ' ')} {v:.0%}" for k, v in explanation.beliefs.items())
        )
        figure = style.canvas(9.0, height, title, about)
        terms = _weightiest(menus, shown)
        axes = figure.subplots(len(menus), 1, squeeze=False, height_ratios=[c + 1 for c in rows])
        handles: dict[str, object] = {}
        for panel, menu in zip(axes[:, 0], menus, strict=True):
            handles |= _stack(panel, menu, terms, shown)
        style.legend(figure, list(handles.values()), list(handles))
    return figure


def _weightiest(menus: "list[Menu]", shown: int) -> list[str]:
    weight: dict[str, float] = {}
    for menu in menus:
        for option in menu.allowed[:shown]:
            for term, value in option.parts.items():
                weight[term] = weight.get(term, 0.0) + abs(value)
    return sorted(weight, key=lambda term: -weight[term])[:_TERMS]


def _stack(axes: Axes, menu: "Menu", terms: list[str], shown: int) -> dict[str, object]:
    """Draw one menu; return the handles of the terms that it shows."""
    options = menu.allowed[:shown]
    handles: dict[str, object] = {}
    for row, option in enumerate(options):
        rest = sum(value for term, value in option.parts.items() if term not in terms)
        pieces = [(term, option.parts.get(term, 0.0)) for term in terms] + [("other terms", rest)]
        ends = {1.0: 0.0, -1.0: 0.0}
        for place, (term, value) in enumerate(pieces):
            if value == 0.0:
                continue
            side = 1.0 if value > 0.0 else -1.0
            bar = axes.barh(
                row,
                value,
                left=ends[side],
                height=0.68,
                color="#BBBBBB" if term == "other terms" else style.OKABE_ITO[place],
                hatch=_HATCHES[place % len(_HATCHES)],
                edgecolor="white",
                linewidth=0.5,
            )
            ends[side] += value
            handles.setdefault(term.replace("_", " "), bar)
        axes.plot(option.value, row, marker="D", color=style.INK, markersize=4, linestyle="none")
    axes.axvline(0.0, color=style.MUTED, linewidth=0.8)
    labels = [
        f"{option.label.replace('_', ' ')}{' (taken)' if option.chosen else ''}  "
        f"{option.probability:.0%}"
        for option in options
    ]
    axes.set_yticks(range(len(options)), labels)
    axes.set_ylim(len(options) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    note = f" — {menu.note}" if menu.note else ""
    axes.set_title(f"{menu.title}, {menu.year} Q{menu.quarter}{note}", loc="left")
    axes.set_xlabel("value against holding still, log-odds; ◆ total")
    return handles
