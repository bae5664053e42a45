"""A region: its limits, how it was come by, and its cases over the two clearest paths."""

from math import isnan
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from . import style

if TYPE_CHECKING:
    from ..analysis.discovery import Box, Cases, Limit
    from ..analysis.sensitivities.design import Axis

_HIT, _BOX, _OTHER = style.OKABE_ITO[0], style.OKABE_ITO[1], "#9A9A9A"
_SHOWN = 3000  # cases of a scatter
_ROW = 0.6  # inches a limit
_BINS = 12
_ROOM = 0.08  # of an axis, for a number
_WIDE = 105  # letters of a line
_OWN = 9.6  # inches
_CAPTION = (
    "PRIM (patient rule induction): a box is a range of a few parameters (paths) that holds many "
    "of the cases looked for and few others. Above: each path with a limit, from its least to its "
    "largest value among all cases; coloured is what is in the box. The quasi-p is the probability "
    "that a limit would gain as much by chance; a low one is a clear limit. Coverage: share of the "
    "cases looked for that the box holds. Density: share of the cases in the box that are as "
    "looked for; dotted, that of all cases. The way there: each point is a box on the way, from "
    "all cases (right) to smaller boxes; the number beside it is how many paths it limits, the "
    "square is the box that was taken. {last}"
)
_OVER_TWO = "Cases over the two clearest paths: those as looked for, and the others."
_OVER_ONE = "The last panel has the share of cases as looked for over the one path with a limit."
_SEED = 1


def draw(cases: "Cases", found: "list[Box]", number: int, terms: str = "") -> Figure:
    """Draw one of the boxes.

    Args:
        cases: that were searched.
        found: all boxes.
        number: place of the one to draw.
        terms: what its paths are, for the caption.
    """
    box, about = found[number], cases.manifest
    which = f" (box {number + 1} of {len(found)})" if len(found) > 1 else ""
    title = f"{about['countries'][cases.country]}: in which region?{which}"
    width = style.narrowed(_OWN)
    narrow = width < _OWN
    size = style.points(9.5)
    question = wrap(cases.question, _WIDE)
    headings = [*(question if not narrow else [cases.question]), _found(box)]
    share = cases.interest.mean()
    footer = (
        f"{about['title']} · {cases.interest.size} {cases.kind}, {share:.0%} as looked for, seed "
        f"{about['seed']} · {style.made_by(about)}"
    )
    with style.looks():
        lines = sum(style.folded(line, width - 1.0, size).count("\n") + 1 for line in headings)
        first = 0.73 + _ROW * len(box.limits) + 0.017 * size * lines
        last = _OVER_TWO if len(box.limits) > 1 else _OVER_ONE
        caption = f"Looked for: {cases.question}. {_CAPTION.format(last=last)}\n{terms}".rstrip()
        if narrow:
            ratios = [first, 2.5, 2.5]
            figure = style.canvas(width, sum(ratios) + 1.0, title, footer, caption=caption)
            grid = figure.add_gridspec(3, 1, height_ratios=ratios)
            places = [grid[number, 0] for number in range(3)]
        else:
            figure = style.canvas(width, first + 4.6, title, footer, caption=caption)
            grid = figure.add_gridspec(2, 2, height_ratios=[first, 3.6])
            places = [grid[0, :], grid[1, 0], grid[1, 1]]
        _ranges(figure.add_subplot(places[0]), box, headings, width)
        _way(figure.add_subplot(places[1]), box, share)
        _cases(figure.add_subplot(places[2]), cases, found, number)
        handles = [
            Patch(facecolor="none", edgecolor=_BOX, linewidth=1.8),
            Line2D([], [], linestyle="none", marker="o", color=_HIT, markersize=4),
            Line2D([], [], linestyle="none", marker="x", color=_OTHER, markersize=4),
        ]
        handles.insert(1, Line2D([], [], color=style.MUTED, linestyle=":", linewidth=1.0))
        shown = 4 if len(box.limits) > 1 else 3
        labels = ["the box", "density of all cases", "as looked for", "not"]
        style.legend(figure, handles[:shown], labels[:shown])
    return figure


def _found(box: "Box") -> str:
    return (
        f"The box holds {box.final.coverage:.0%} of what is looked for (coverage); "
        f"{box.final.density:.0%} of its cases are as looked for (density)."
    )


def _ranges(axes: Axes, box: "Box", headings: list[str], across: float) -> None:
    """Draw each limited path from its least to its largest value, and what of it is in the box."""
    size = style.points(7.5)
    letters = max(8.0, (across - 0.4) / (0.0095 * size))
    for row, limit in enumerate(box.limits):
        axes.barh(row, 1.0, height=0.36, color=style.FAINT, linewidth=0)
        if limit.labels:
            width = 1.0 / len(limit.labels)
            for number, label in enumerate(_ordered(limit)):
                inside = label in limit.kept
                if inside:
                    axes.barh(row, width, left=number * width, height=0.36, color=_BOX, linewidth=0)
                axes.text(
                    (number + 0.5) * width,
                    row,
                    _short(label, int(letters / len(limit.labels))),
                    ha="center",
                    va="center",
                    fontsize=size,
                    color="white" if inside else style.INK,
                )
            continue
        span = limit.largest - limit.least
        low, high = (limit.low - limit.least) / span, (limit.high - limit.least) / span
        axes.barh(row, high - low, left=low, height=0.36, color=_BOX, linewidth=0)
        for place, text, side, colour in _numbers(limit, low, high, max(_ROOM, 0.45 / across)):
            axes.text(place, row + 0.2, text, ha=side, va="top", fontsize=size, color=colour)
    for row, limit in enumerate(box.limits):
        axes.text(
            0.0,
            row - 0.22,
            f"{limit.path}   ({_clear(limit)})",
            va="bottom",
            fontsize=style.points(8.0),
            color=style.INK,
        )
    axes.set_yticks([])
    axes.set_ylim(len(box.limits) - 0.5, -0.6)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 1.0], ["least of all cases", "largest"])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_title("\n".join(headings), loc="left")


def _numbers(
    limit: "Limit", low: float, high: float, room: float = _ROOM
) -> list[tuple[float, str, Literal["left", "center", "right"], str]]:
    """Return what to write below a bar: place, number, side of the place, and colour.

    Limits come first; the least and largest of all cases only where there is room.
    """
    texts = [f"{value:.3g}" for value in (limit.low, limit.high, limit.least, limit.largest)]
    has_low, has_high = not isnan(limit.p_low), not isnan(limit.p_high)
    found: list[tuple[float, str, Literal["left", "center", "right"], str]] = []
    if has_low and has_high and high - low < 2.0 * room:
        middle = min(max((low + high) / 2.0, room), 1.0 - room)
        found.append((middle, f"{texts[0]} to {texts[1]}", "center", style.INK))
    else:
        if has_low:
            found.append((low, texts[0], "left" if low < 1.0 - room else "right", style.INK))
        if has_high:
            found.append((high, texts[1], "right" if high > room else "left", style.INK))
    if all(place >= 2.0 * room for place, *_ in found):
        found.append((0.0, texts[2], "left", style.MUTED))
    if all(place <= 1.0 - 2.0 * room for place, *_ in found):
        found.append((1.0, texts[3], "right", style.MUTED))
    return found


def _ordered(limit: "Limit") -> list[str]:
    """Return the labels, those in the box first, so that it can be drawn as a whole."""
    return [*limit.kept, *(label for label in limit.labels if label not in limit.kept)]


def _short(label: str, most: int) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _clear(limit: "Limit") -> str:
    return "quasi-p < 0.001" if limit.p < 0.001 else f"quasi-p {limit.p:.2g}"


def _way(axes: Axes, box: "Box", share: float) -> None:
    """Draw coverage and density of the boxes on the way."""
    coverage = [step.coverage for step in box.steps]
    density = [step.density for step in box.steps]
    axes.plot(coverage, density, color=style.MUTED, linewidth=0.8, marker=".", markersize=5)
    changes = [
        i
        for i, step in enumerate(box.steps)
        if i == 0 or step.restricted != box.steps[i - 1].restricted
    ]
    labelled: list[tuple[float, float]] = []
    for i in changes:
        here = (coverage[i], density[i])
        if any(abs(here[0] - x) < 0.06 and abs(here[1] - y) < 0.06 for x, y in labelled):
            continue
        labelled.append(here)
        axes.annotate(
            str(box.steps[i].restricted),
            here,
            (6, 5),
            textcoords="offset points",
            fontsize=style.points(7.0),
            color=style.MUTED,
        )
    axes.plot(
        box.final.coverage,
        box.final.density,
        marker="s",
        markersize=9,
        markerfacecolor="none",
        markeredgewidth=1.8,
        color=_BOX,
        linestyle="none",
    )
    axes.axhline(share, color=style.MUTED, linestyle=":", linewidth=1.0)
    axes.set_xlim(0.0, 1.05)
    axes.set_ylim(0.0, 1.05)
    axes.set_xlabel("coverage: share of what is looked for")
    axes.set_ylabel("density: share of the box as looked for")
    axes.set_title("the way there (numbers: paths with a limit)", loc="left")


def _cases(axes: Axes, cases: "Cases", found: "list[Box]", number: int) -> None:
    """Draw the cases over the two clearest paths; over one, the share of cases as looked for."""
    box = found[number]
    inputs = {axis.path: axis for axis in cases.inputs}
    limits = box.limits[:2]
    if len(limits) == 1:
        _one(axes, inputs[limits[0].path], limits[0], cases.interest)
        return
    earlier = np.zeros(cases.interest.size, dtype=bool)
    for other in found[:number]:
        earlier |= other.inside
    rng = np.random.default_rng(_SEED)
    shown = rng.permutation(np.flatnonzero(~earlier))[:_SHOWN]
    x, y = (_placed(inputs[limit.path], limit, rng)[shown] for limit in limits)
    hits = cases.interest[shown]
    for flags, marker, colour, size in ((~hits, "x", _OTHER, 9), (hits, "o", _HIT, 9)):
        axes.scatter(
            x[flags], y[flags], marker=marker, color=colour, s=size, linewidth=0.7, rasterized=True
        )
    (left, right), (bottom, top) = (_ends(limit) for limit in limits)
    axes.add_patch(
        Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            facecolor="none",
            edgecolor=_BOX,
            linewidth=1.8,
            zorder=5,
        )
    )
    axes.set_xlabel(limits[0].path)
    axes.set_ylabel(limits[1].path)
    for limit, place in ((limits[0], axes.xaxis), (limits[1], axes.yaxis)):
        if limit.labels:
            names = [_short(label, 16) for label in _ordered(limit)]
            place.set_ticks(range(len(names)), labels=names)
    axes.set_title(
        "cases over the two clearest paths" + (", less earlier boxes" if number else ""), loc="left"
    )


def _placed(axis: "Axis", limit: "Limit", rng: np.random.Generator) -> np.ndarray:
    """Return where to draw values: those of few places are spread a little."""
    values = _places(axis, limit)
    distinct = np.unique(values)
    if distinct.size > _BINS:
        return values
    gap = np.diff(distinct).min()
    return np.asarray(values + gap * rng.uniform(-0.3, 0.3, values.size))


def _places(axis: "Axis", limit: "Limit") -> np.ndarray:
    if not axis.labels:
        return axis.values
    order = _ordered(limit)
    place = np.array([order.index(label) for label in axis.labels], dtype=np.float64)
    return np.asarray(place[axis.values.astype(int)])


def _ends(limit: "Limit") -> tuple[float, float]:
    if limit.labels:
        return -0.5, len(limit.kept) - 0.5
    return limit.low, limit.high


def _one(axes: Axes, axis: "Axis", limit: "Limit", interest: np.ndarray) -> None:
    """Draw the share of cases as looked for over pieces of a path, or over its few values."""
    values = _places(axis, limit)
    distinct = np.unique(values)
    few = distinct.size <= _BINS
    levels = np.linspace(0.0, 1.0, _BINS + 1)
    edges = np.append(distinct, np.inf) if few else np.unique(np.quantile(values, levels))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, edges.size - 2)
    count = np.bincount(place, minlength=edges.size - 1)
    hits = np.bincount(place, interest, minlength=edges.size - 1)
    middle = distinct if few else (edges[1:] + edges[:-1]) / 2.0
    share = hits / np.maximum(count, 1)
    axes.plot(middle, share, color=_HIT, marker="o", linestyle="none" if few else "-")
    axes.axvspan(*_ends(limit), facecolor="none", edgecolor=_BOX, linewidth=1.8)
    axes.set_ylim(-0.04, 1.05)
    axes.set_xlabel(limit.path)
    axes.set_ylabel("share of cases as looked for")
    if axis.labels:
        names = [_short(label, 16) for label in _ordered(limit)]
        axes.set_xticks(range(len(names)), names)
    axes.set_title("cases over the only path with a limit", loc="left")
