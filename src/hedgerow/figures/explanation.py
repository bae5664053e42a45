"""Why a country did that: the likeliest options, each as a stack of what its terms add."""

import re
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..model.terms import ALL
from . import style

if TYPE_CHECKING:
    from ..explanation.menus import Explanation, Menu, Option

_SHOWN = 4
_TERMS = 5  # terms that get a look of their own; the rest are added up
_REST = "other terms"
_LOOKS = (  # of the terms; hatches tell them apart in grey
    ("#0072B2", ""),
    ("#E69F00", "////"),
    ("#D55E00", "xxxx"),
    ("#56B4E9", "...."),
    ("#009E73", "\\\\\\\\"),
)
_LIKED = {"returns": 0, "cross_pressure": 1, "loyalty": 2, "foreseen": 4, "security": 3}
_REST_LOOK = ("#D0D0D0", "")
_PARTS = {  # of a label's value
    "shortfall": ("#CC79A7", ""),
    "pledge": ("#F0E442", "////"),
    "parity": ("#909090", "...."),
}
_ROW, _BETWEEN = 0.23, 0.62  # inches: a bar; title and axis of a panel
_ZERO = 1e-9
_WIDE = 9.0  # inches
_TALLEST = {True: 13.5, False: 10.5}  # inches, at its own width or at a narrower one
_NAMES = 0.5  # of the width of a page, for the names of options


_CAPTION = (
    "Options that the country had: its desks in the quarter, then the offers, votes, other dated "
    "choices and orders of the year{but}, and the labels that changed. Behind an option stands its "
    "probability and, in brackets, what it would have been from habit alone, were politics off; ▸ "
    "and bold letters mark what the run took. A bar is what a term adds to the worth of the option "
    "against doing nothing, in log-odds: an option of one more is 2.7 times as likely against "
    "another. ◆ is the sum of the terms. Orders are in million TIV, the volume of arms as SIPRI "
    "counts it. Of each desk the likeliest {shown} are drawn, and the one "
    "that was taken. At the foot: perceived threat, in units of protection, and beliefs, the "
    "probabilities that the country gives to possible futures. Countries and partners have their "
    "codes in the scenario."
)
_LABELS = (
    "Of a label (rung of partnership): parity is the cost of labels that differ among rivals, "
    "shortfall what a rise is worth while protection falls short, pledge what the top rung adds."
)


def draw(explanation: "Explanation", shown: int = _SHOWN) -> Figure:
    """Draw the menus of the desks, then answers and orders of the year, and labels worth telling.

    Labels are those asked for, else those that changed. Of each menu at most `shown` options, the
    likeliest, and the one that was taken. Answers and orders that politics moves least are left
    out where a page has no room for them.
    """
    e = explanation
    moved: list[Menu] = [*e.moves, *e.choices, *e.orders]
    menus: list[Menu] = [*moved, *e.tiers_to_tell()]
    looks = _looks_of(moved, shown)
    spare = sorted([*e.choices, *e.orders], key=_moved_by_politics)
    left = 0
    about = (
        f"{e.scenario} · run {e.replicate}, seed {e.seed} · "
        f"Q{e.quarter}: threat {e.threat:.2f}; {e.beliefs_in_words()}"
    )
    with style.looks():
        width = style.narrowed(_WIDE)
        height = _height(menus, shown, width)
        while height > _TALLEST[width == _WIDE] and len(spare) > left:
            menus.remove(spare[left])
            left += 1
            height = _height(menus, shown, width)
        rows = [len(menu.top(shown)) for menu in menus]
        title = f"Why did {e.country} do that in {e.year}?"
        figure = style.canvas(width, height, title, about, caption="")
        axes = figure.subplots(
            len(menus), 1, squeeze=False, height_ratios=[count + 0.3 for count in rows]
        )
        used: dict[str, tuple[str, str]] = {}
        for panel, menu in zip(axes[:, 0], menus, strict=True):
            used |= _stack(panel, menu, looks if menu in moved else _PARTS, menu.top(shown))
        side = "center" if width == _WIDE else "right"
        axes[-1, 0].set_xlabel("what each term adds to the payoff, log-odds; ◆ sum", loc=side)
        figure.caption = _caption(used, shown, left)
        order = [name for name in (*looks, _REST, *_PARTS) if name in used]
        handles = [Patch(facecolor=used[n][0], hatch=used[n][1], edgecolor="white") for n in order]
        style.legend(figure, handles, [name.replace("_", " ") for name in order])
    return figure


def _moved_by_politics(menu: "Menu") -> float:
    return max(abs(option.probability - option.habit) for option in menu.options)


def _height(menus: "list[Menu]", shown: int, width: float) -> float:
    """Return the height of a figure of these menus, in inches."""
    row = _ROW
    if width < _WIDE:
        every = [_label(option) for menu in menus for option in menu.top(shown)]
        row = max(0.17, style.deep(style.names(every, 8.0, _NAMES), 8.0))
    height = 1.35 + sum(_BETWEEN + row * len(menu.top(shown)) for menu in menus)
    if width < _WIDE:  # titles of panels take several lines
        room, size = 0.4 * width, style.points(9.5)
        lines = [style.folded(menu.heading, room, size).count("\n") for menu in menus]
        height += 0.016 * size * sum(lines)
    return height


def _caption(used: dict[str, tuple[str, str]], shown: int, left: int) -> str:
    """Return the caption, with a clause for each term that is drawn."""
    but = f", but for {left} that politics moves least" if left else ""
    terms = [f"{name.replace('_', ' ')}: {_said_of(name)}" for name in used if name in ALL]
    parts = [_CAPTION.format(shown=shown, but=but), f"Terms: {'; '.join(terms)}." if terms else ""]
    return "\n".join([*parts, _LABELS if set(used) & set(_PARTS) else ""]).strip()


def _said_of(term: str) -> str:
    """Return what the function of a term says behind its formula, without its sources."""
    meaning = (ALL[term].__doc__ or "").split("\n")[0].partition(": ")[2]
    return re.sub(r"\W+S\d:.*|\.$", "", meaning)


def _looks_of(menus: "list[Menu]", shown: int) -> dict[str, tuple[str, str]]:
    """Give the weightiest terms a look each, where it can be the one they have in all figures."""
    weight: dict[str, float] = {}
    for menu in menus:
        for option in menu.top(shown):
            for term, value in option.parts.items():
                weight[term] = weight.get(term, 0.0) + abs(value)
    ranked = sorted(weight, key=lambda term: -weight[term])[:_TERMS]
    free = list(range(len(_LOOKS)))
    looks = {}
    for term in sorted(ranked, key=lambda term: term not in _LIKED):
        place = _LIKED.get(term, free[-1])
        looks[term] = _LOOKS[free.pop(free.index(place) if place in free else -1)]
    return {term: looks[term] for term in ranked}


def _stack(
    axes: Axes,
    menu: "Menu",
    looks: dict[str, tuple[str, str]],
    options: "tuple[Option, ...]",
) -> dict[str, tuple[str, str]]:
    """Draw one menu; return the looks that it shows."""
    used: dict[str, tuple[str, str]] = {}
    for row, option in enumerate(options):
        pieces = {term: option.parts.get(term, 0.0) for term in looks}
        pieces[_REST] = sum(v for term, v in option.parts.items() if term not in looks)
        ends = {1.0: 0.0, -1.0: 0.0}
        for term, value in pieces.items():
            if abs(value) < _ZERO:
                continue
            look = used.setdefault(term, looks.get(term, _REST_LOOK))
            side = 1.0 if value > 0.0 else -1.0
            axes.barh(
                row,
                value,
                left=ends[side],
                height=0.72,
                color=look[0],
                hatch=look[1],
                edgecolor="white",
                linewidth=0.6,
            )
            ends[side] += value
        axes.plot(
            option.payoff,
            row,
            marker="D",
            color=style.INK,
            markeredgecolor="white",
            markersize=5,
            linestyle="none",
        )
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.use_sticky_edges = False
    axes.margins(x=0.03)
    low, high = axes.get_xlim()
    if high - low < 1.0:
        axes.set_xlim(-0.5, 0.5)
    labels = style.names([_label(option) for option in options], 8.0, _NAMES)
    size = style.points(9.0 if style.narrowed(_WIDE) == _WIDE else 8.0)
    axes.set_yticks(range(len(options)), labels, fontsize=size)
    for tick, option in zip(axes.get_yticklabels(), options, strict=True):
        if option.chosen:
            tick.set_fontweight("bold")
    axes.set_ylim(len(options) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.set_title(menu.heading, loc="left")
    return used


def _label(option: "Option") -> str:
    mark = "▸ " if option.chosen else ""
    return (
        f"{mark}{option.label.replace('_', ' ')}  "
        f"{_share(option.probability)} ({_share(option.habit)})"
    )


def _share(chance: float) -> str:
    return f"{chance:.0%}" if chance >= 0.005 or chance == 0.0 else "<1%"
