"""Which of the swept numbers matter: shares of the variance, elementary effects, or distances."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from ..progress import counted
from . import style

if TYPE_CHECKING:
    from ..analysis.sensitivities import Finding, Sensitivity

_COLUMNS, _PANELS = 3, 6  # of a page of bars
_EFFECTS = 3  # panels of a page of elementary effects
_ROW = 0.34  # inches a path
_HIGH = 8.5  # inches of all panels of a page
_FIRST, _TOTAL = style.OKABE_ITO[0], style.OKABE_ITO[1]
_ENDS = (-0.3, 1.5)  # of shares: the axis goes farther for a share, but not for its interval
_LETTER = 0.066  # inches of a letter of a label
_LINE = 0.14  # inches of a line of labels
_PLANE = 7.4  # inches: width of a plane of effects with its labels
_ONE_WAY = 0.8  # |μ| / μ* from which a path raises, or lowers


_SHARES = (
    "Sobol' indices: how much of the variance of a measure between design points goes with each "
    "swept number (path). First: the share that falls away with that number alone known. Total: "
    "the share that remains with all others known, so with what it does together with them. The "
    "lines are 95 % intervals of resampled points."
)
_MORRIS = (
    "Elementary effects: the change of a measure when one swept number (path) goes over its whole "
    "range, taken at many places. μ* is their mean size, σ their standard deviation; σ near or "
    "above μ* (dashed: σ = μ*) tells of interactions or bends. A triangle points up where nearly "
    "all effects raise the measure, down where they lower it; a white circle does either. Lines "
    "are 95 % intervals of μ*."
)
_PAWN = (
    "PAWN: the largest distance (Kolmogorov and Smirnov's) between the distribution of a measure "
    "over all points and that over a slice of the values of one number (path), 0 to 1. The point "
    "is the median over slices, the line goes from the least to the largest. Dashed: what a number "
    "that does nothing stays below, 19 times in 20."
)
_HEADS = (
    "Above each panel: mean and standard deviation (sd) of the measure over points, and the share "
    "of the variance that is chance, left by finitely many runs a point."
)


def pages(result: "Sensitivity", terms: str = "") -> dict[str, Figure]:
    """Return the figures by name: one a country and year, more where there are many measures.

    Args:
        result: the analysis.
        terms: what its measures and paths are, for the captions.
    """
    groups: dict[tuple[str, int], list[Finding]] = {}
    for finding in result.findings:
        groups.setdefault((finding.country, finding.year), []).append(finding)
    size = _EFFECTS if result.design.method == "morris" else _PANELS
    if style.page_now().width is not None:  # one below the other, on pages that are no higher
        size = min(size, max(1, int(_HIGH / (1.0 + 0.24 * len(result.findings[0].indices.paths)))))
    drawn = {}
    for (country, year), findings in groups.items():
        for page, first in enumerate(range(0, len(findings), size), 1):
            name = f"sensitivity-{country}-{year}" + (f"-{page}" if page > 1 else "")
            drawn[name] = draw(result, findings[first : first + size], terms)
    return drawn


def draw(result: "Sensitivity", findings: "Sequence[Finding]", terms: str = "") -> Figure:
    """Draw some findings of one country and year; see `pages`."""
    about, first = result.manifest, findings[0]
    place = about["countries"].get(first.country, first.country)
    title = f"{place}, {first.year}: what moves it?"
    statistic = "" if result.statistic == "mean" else f" ({result.statistic} over runs)"
    footer = (
        f"{about['title']} · {counted(result.design.points, 'point')} ({result.design.name}), "
        f"{counted(result.replicates, 'run')} each{statistic}, seed {about['seed']} · "
        f"{style.made_by(about)}"
    )
    method = result.design.method
    with style.looks():
        caption = {"morris": _MORRIS, "sobol": _SHARES}.get(method, _PAWN)
        if method == "sobol" and any(finding.noise.much for finding in findings):
            caption += " Dotted: the share that is chance, which totals may hold too."
        caption = f"{caption} {_HEADS}\n{terms}".rstrip()
        if method == "morris":
            return _effects(findings, title, footer, caption)
        if method == "sobol":
            return _bars(
                findings, title, footer, caption, _shares, "share of the variance of points"
            )
        return _bars(findings, title, footer, caption, _distances, "distance of distributions")


def _bars(
    findings: "Sequence[Finding]",
    title: str,
    footer: str,
    caption: str,
    panel: Callable[[Axes, "Finding", list[int]], None],
    label: str,
) -> Figure:
    """Draw a panel a measure; all have the paths in the same order."""
    order = _order(findings)
    paths = [findings[0].indices.paths[i] for i in order]
    own = 1.0 + _LETTER * max(map(len, paths)) + 2.7 * min(_COLUMNS, len(findings))
    width = style.narrowed(max(own, 6.4))
    names = paths
    if width < own:
        names = [style.folded(path, min(0.36 * width, 2.3), style.points(8.0)) for path in paths]
    aside = max(style.wide(name, style.points(9.0)) for name in names)
    columns = min(_COLUMNS, len(findings))
    if width < own:
        columns = max(1, min(columns, int((width - aside - 0.4) / 1.7)))
    rows = ceil(len(findings) / columns)
    row = max(_ROW if width >= own else 0.24, style.deep(names, 8.0))
    height = 1.2 + rows * (0.75 + row * max(len(names), 3))
    figure = style.canvas(width, height, title, footer, caption=caption)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, finding in zip(panels.flat, findings, strict=False):
        panel(axes, finding, order)
        _head(axes, finding, width < own)
        axes.set_yticks(
            range(len(order)), names, fontsize=style.points(9.0 if own <= width else 8.0)
        )
        axes.set_ylim(len(order) - 0.45, -0.55)
        axes.grid(axis="y", visible=False)
        for edge in range(1, len(order)):
            axes.axhline(edge - 0.5, color=style.FAINT, linewidth=0.5)
    for axes in panels.flat[len(findings) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(findings) - columns) : len(findings)]:
        axes.set_xlabel(label)
    style.legend(figure, *_key(findings))
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(wspace=0.06)
    return figure


def _order(findings: "Sequence[Finding]") -> list[int]:
    """Return the places of the paths, first the one that is weightiest in any panel."""
    name = "total" if findings[0].indices.method == "sobol" else "median"
    columns = np.stack([np.nan_to_num(f.indices.columns[name]) for f in findings])
    weight = columns.max(axis=0).tolist()
    return sorted(range(len(weight)), key=lambda i: -weight[i])


def _head(axes: Axes, finding: "Finding", narrow: bool) -> None:
    noise = finding.noise
    if noise.share != noise.share:
        chance = "chance unknown"
    elif noise.open:
        chance = "chance: cannot be told"
    else:
        share = "nearly all" if noise.share >= 0.95 else f"{noise.share:.0%}"
        chance = f"chance: {'up to ' if noise.bound else ''}{share}"
    gap = "\n" if narrow else " "
    axes.set_title(
        _measure(finding.measure), loc="left", pad=(3.4 if narrow else 2.2) * style.points(7.0)
    )
    axes.text(
        0.0,
        1.0,
        f"mean {finding.mean:.3g}, sd {finding.sd:.2g};{gap}{chance}",
        transform=axes.transAxes,
        fontsize=style.points(7.0),
        color=style.MUTED,
        va="bottom",
    )


def _measure(measure: str) -> str:
    kind, _, rest = measure.partition(":")
    return kind.replace("_", " ") + (f": {rest.replace('_', ' ')}" if rest else "")


def _shares(axes: Axes, finding: "Finding", order: list[int]) -> None:
    c = finding.indices.columns
    for name, marker, colour, face, shift in (
        ("first", "o", _FIRST, _FIRST, -0.17),
        ("total", "s", _TOTAL, "white", 0.17),
    ):
        value = c[name][order]
        axes.errorbar(
            value,
            np.arange(len(order)) + shift,
            xerr=[value - c[f"{name}_low"][order], c[f"{name}_high"][order] - value],
            linestyle="none",
            marker=marker,
            markersize=5,
            color=colour,
            markerfacecolor=face,
            capsize=2,
        )
    ends = []
    for side, part, bound, sign in (("low", "first", 0.0, -1.0), ("high", "total", 1.0, 1.0)):
        farthest = max(sign * bound, (sign * c[part]).max() + 0.05)
        reach = max(sign * bound, (sign * c[f"{part}_{side}"]).max() + 0.03)
        ends.append(sign * max(farthest, min(reach, sign * _ENDS[sign > 0.0])))
    axes.set_xlim(ends[0], ends[1])
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    if finding.noise.much:
        axes.axvline(min(finding.noise.share, 1.0), color=style.MUTED, linestyle=":", linewidth=1.4)


def _distances(axes: Axes, finding: "Finding", order: list[int]) -> None:
    c = finding.indices.columns
    rows = np.arange(len(order))
    median = c["median"][order]
    axes.errorbar(
        median,
        rows,
        xerr=[median - c["min"][order], c["max"][order] - median],
        linestyle="none",
        marker="o",
        markersize=6,
        color=_TOTAL,
        linewidth=1.4,
        capsize=0,
    )
    dummy = c["dummy"][order]
    axes.vlines(dummy, rows - 0.5, rows + 0.5, color=_FIRST, linestyle="--", linewidth=1.4)
    axes.set_xlim(0.0, 1.0)


def _key(findings: "Sequence[Finding]") -> tuple[list[Line2D], list[str]]:
    if findings[0].indices.method == "sobol":
        handles = [
            _mark("o", _FIRST, _FIRST),
            _mark("s", _TOTAL, "white"),
        ]
        labels = ["first: alone", "total: with others; lines: 95 % intervals"]
        if any(finding.noise.much for finding in findings):
            handles.append(Line2D([], [], color=style.MUTED, linestyle=":", linewidth=1.4))
            labels.append("share that is chance: totals may hold it too")
        return handles, labels
    handles = [
        _mark("o", _TOTAL, _TOTAL),
        Line2D([], [], color=_FIRST, linestyle="--", linewidth=1.4),
    ]
    return handles, [
        "median; line: least to largest over values of the path",
        "dummy: a path that does nothing has its median below, 19 times in 20",
    ]


def _mark(marker: str, colour: str, face: str) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker=marker, color=colour, markerfacecolor=face, markersize=5
    )


def _effects(findings: "Sequence[Finding]", title: str, footer: str, caption: str) -> Figure:
    """Draw the plane of μ* and σ, a panel a measure; labels stand in a column beside the points."""
    width = style.narrowed(8.4)
    plane, size = width - 8.4 + _PLANE, style.points(7.5)
    names = list(findings[0].indices.paths)
    if width < 8.4:
        names = [style.folded(name, 0.4 * plane, size) for name in names]
    line = _LINE if width == 8.4 else style.deep(names, 7.5)
    tall = max(2.0, line * len(names) + 0.4)
    height = 1.3 + len(findings) * (tall + 0.8)
    figure = style.canvas(width, height, title, footer, caption=caption)
    panels = figure.subplots(len(findings), 1, squeeze=False)[:, 0]
    aside = (0.5 if width == 8.4 else 0.2) + max(style.wide(name, size) for name in names)
    for axes, finding in zip(panels, findings, strict=True):
        _plane(axes, finding, names, min(0.6, aside / plane), line / tall, plane)
        _head(axes, finding, False)
    handles = [_mark(marker, _TOTAL, face) for marker, face in _WAYS]
    handles.append(Line2D([], [], color=style.MUTED, linestyle="--", linewidth=1.0))
    labels = ["raises it", "lowers it", "either; lines: 95 % intervals", "σ = μ*"]
    style.legend(figure, handles, labels)
    return figure


_WAYS = (("^", _TOTAL), ("v", _TOTAL), ("o", "white"))


def _plane(
    axes: Axes, finding: "Finding", paths: Sequence[str], aside: float, line: float, plane: float
) -> None:
    """Draw one plane.

    Args:
        axes: to draw into.
        finding: of the measure.
        paths: their names, in lines.
        aside: share of the width that the column of names takes.
        line: share of the height that a name takes.
        plane: inches of the whole width.
    """
    c = finding.indices.columns
    star, sigma, mu = c["mu_star"], c["sigma"], c["mu"]
    right = 1.04 * max(float(c["mu_star_high"].max()), 1e-12)
    top = 1.12 * max(float(sigma.max()), 1e-12)
    end = min(right, top)
    axes.plot([0.0, end], [0.0, end], color=style.MUTED, linestyle="--", linewidth=1.0)
    for i in range(len(paths)):
        one_way = abs(mu[i]) >= _ONE_WAY * star[i] > 0.0
        marker, face = _WAYS[(0 if mu[i] > 0.0 else 1) if one_way else 2]
        axes.errorbar(
            star[i],
            sigma[i],
            xerr=[[star[i] - max(c["mu_star_low"][i], 0.0)], [c["mu_star_high"][i] - star[i]]],
            marker=marker,
            markersize=6,
            color=_TOTAL,
            markerfacecolor=face,
            elinewidth=0.9,
            capsize=2,
        )
    axes.set_xlim(-0.02 * right, right / (1.0 - aside))
    axes.set_ylim(-0.03 * top, top)  # marks at 0 are whole
    ticks = [tick for tick in axes.get_xticks() if 0.0 <= tick <= right]
    axes.set_xticks(ticks)
    axes.spines["bottom"].set_bounds(0.0, right)
    axes.grid(visible=False)
    axes.set_xlabel("μ*: mean size of effects, in units of the measure per whole range", loc="left")
    axes.set_ylabel("σ of effects")
    start = right * 1.05
    places = spread(sorted((sigma / top).tolist()), line)
    across = (start - c["mu_star_high"]) / right * (1.0 - aside) * plane / _LINE * line
    for i, place in enumerate(assigned((sigma / top).tolist(), across.tolist(), places)):
        axes.annotate(
            paths[i],
            (float(c["mu_star_high"][i]), float(sigma[i])),
            (start, place * top),
            fontsize=style.points(7.5),
            color=style.INK,
            va="center",
            arrowprops={
                "arrowstyle": "-",
                "color": style.MUTED,
                "linewidth": 0.5,
                "zorder": 0.5,
                "shrinkA": 2,
                "shrinkB": 4,
                "relpos": (0.0, 0.5),
            },
        )


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return rising places moved apart until neighbours are `gap` apart, within 0 and 1."""
    found: list[float] = []
    for place in places:
        lowest = gap / 2.0 if not found else found[-1] + gap
        found.append(max(float(place), lowest))
    limit = 1.0 - gap / 2.0
    for number in range(len(found) - 1, -1, -1):
        found[number] = min(found[number], limit)
        limit = found[number] - gap
    return found


def assigned(
    heights: Sequence[float], across: Sequence[float], places: Sequence[float]
) -> list[float]:
    """Return a place for each point such that no two lines from points to places cross.

    That is so where the lines are shortest all together.

    Args:
        heights: of the points.
        across: how far each is from the column of places, in the same unit.
        places: as many as there are points.
    """
    from scipy.optimize import linear_sum_assignment

    up = np.subtract.outer(np.asarray(heights), np.asarray(places))
    _, chosen = linear_sum_assignment(np.hypot(up, np.asarray(across)[:, None]))
    return [float(places[number]) for number in chosen]
