"""Calibrations: what the record tells of the priors, what it is told by them, and the proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from . import style

Floats = NDArray[np.float64]

_COLUMNS = 4
_BINS = 24
_LISTED = 30  # parameters of the dot plot
_PRIOR, _POSTERIOR = "#9A9A9A", style.OKABE_ITO[1]
_ROW = 0.19  # inches
_EDGE = 6.0  # errors: what lies farther is cut off


@dataclass(frozen=True)
class Row:
    """One number on record, and what prior and posterior say of it.

    Attributes:
        label: of the number.
        observed: on record; nan for yes and no.
        error: of the measurement.
        prior, posterior: 5, 50 and 95 % quantiles; for yes and no the share of yes, thrice.
    """

    label: str
    observed: float
    error: float
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]


def _canvas(width: float, height: float, title: str, about: str) -> Figure:
    """Return a canvas laid out at the resolution of the files: hinted letters vary in width."""
    figure = style.canvas(width, height, title, about)
    figure.set_dpi(150)
    return figure


def marginals(
    prior: Mapping[str, Floats], posterior: Mapping[str, Floats], title: str, about: str
) -> Figure:
    """Draw prior and posterior of some parameters, each in its own units.

    Args:
        prior, posterior: draws by path, the same paths in both.
        title, about: of the figure, and the line at its foot.
    """
    columns = min(_COLUMNS, len(prior))
    lines = ceil(len(prior) / columns)
    with style.looks():
        figure = _canvas(3.0 * columns, 1.9 * lines + 0.9, title, about)
        grid = figure.subplots(lines, columns, squeeze=False)
        for axes, (path, before) in zip(grid.flat, prior.items(), strict=False):
            after = posterior[path]
            ends = np.quantile(np.concatenate([before, after]), [0.002, 0.998])
            edges = np.linspace(ends[0], ends[1], _BINS + 1)
            axes.hist(before, edges, density=True, color=_PRIOR, alpha=0.5)
            axes.hist(after, edges, density=True, histtype="step", color=_POSTERIOR, linewidth=1.6)
            axes.set_title(_wrapped(path), loc="left", fontsize=7.5)
            axes.set_yticks([])
            axes.grid(axis="y", visible=False)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.tick_params(labelsize=7.5)
        for axes in grid.flat[len(prior) :]:
            axes.set_axis_off()
        for axes in grid[-1]:
            axes.set_xlabel("value of the parameter", fontsize=8.0)
        for axes in grid[:, 0]:
            axes.set_ylabel("density", fontsize=8.0)
        marks = [Patch(color=_PRIOR, alpha=0.5), Line2D([], [], color=_POSTERIOR, linewidth=1.6)]
        style.legend(figure, marks, ["prior", "posterior"])
    return figure


def _wrapped(path: str) -> str:
    """Break a long path at a dot near its middle."""
    if len(path) < 34:
        return path
    dots = [i for i, letter in enumerate(path) if letter == "."]
    cut = min(dots, key=lambda i: abs(i - len(path) / 2)) + 1
    return path[:cut] + "\n" + path[cut:]


def information(
    paths: Sequence[str],
    mean: Floats,
    sd: Floats,
    informed: NDArray[np.bool_],
    draws: float,
    chance: tuple[float, float, float],
    title: str,
    about: str,
) -> Figure:
    """Draw what is known of every parameter, in standard deviations of its prior.

    Args:
        paths: (P,) of the parameters.
        mean, sd: (P,) of their normal scores: 0 and 1 in the prior.
        informed: (P,) whether they are surer than by chance.
        draws: effective number of draws behind the moments.
        chance: how far it moves any: of |mean|, and the least and largest sd.
        title, about: of the figure, and the line at its foot.
    """
    gain = 0.5 * (mean**2 + sd**2 - 1.0) - np.log(sd)
    order = np.argsort(-gain)[:_LISTED]
    with style.looks():
        height = max(4.6, 0.2 * len(order) + 1.6)
        figure = _canvas(11.5, height, title, about)
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.15])
        rows = np.arange(len(order))
        half = 1.96 / np.sqrt(draws)
        for known, face in ((True, _POSTERIOR), (False, "white")):
            here = informed[order] == known
            left.errorbar(
                mean[order][here],
                rows[here],
                xerr=sd[order][here],
                linestyle="none",
                marker="o",
                markersize=5,
                color=_POSTERIOR,
                markerfacecolor=face,
                linewidth=1.3,
            )
        left.axvspan(-half, half, color=style.FAINT, zorder=0)
        left.axvline(0.0, color=style.INK, linewidth=0.8)
        left.set_yticks(rows, [paths[i] for i in order], fontsize=7.5)
        left.set_ylim(len(order) - 0.4, -0.6)
        left.set_xlabel("posterior mean ± sd, in sd of the prior")
        left.set_title(f"The {len(order)} of {len(paths)} parameters that moved most", loc="left")
        _plane(right, paths, mean, sd, informed, chance)
        marks = [_dot(_POSTERIOR), _dot("white"), Patch(color=style.FAINT)]
        labels = ["informed", "not told from chance", "what chance alone does"]
        style.legend(figure, marks, labels)
    return figure


def _dot(face: str) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker="o", markersize=5, color=_POSTERIOR, markerfacecolor=face
    )


def _plane(
    axes: Axes,
    paths: Sequence[str],
    mean: Floats,
    sd: Floats,
    informed: NDArray[np.bool_],
    chance: tuple[float, float, float],
) -> None:
    """Draw all parameters by shift and spread, with the region where chance puts them."""
    across, low, high = chance
    region = Rectangle((-across, low), 2.0 * across, high - low, color=style.FAINT, zorder=0)
    axes.add_patch(region)
    for known, face in ((False, "white"), (True, _POSTERIOR)):
        here = informed == known
        axes.plot(
            mean[here],
            sd[here],
            linestyle="none",
            marker="o",
            markersize=4,
            color=_POSTERIOR,
            markerfacecolor=face,
            markeredgewidth=0.7,
        )
    axes.axhline(1.0, color=style.INK, linewidth=0.8)
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    reach = 1.15 * max(float(np.abs(mean).max()), across)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(0.96 * min(float(sd.min()), low), 1.04 * max(float(sd.max()), high))
    axes.set_xlabel("shift of the mean, in sd of the prior")
    axes.set_ylabel("sd of the posterior / sd of the prior")
    axes.set_title(f"All {len(paths)}: {int(informed.sum())} informed", loc="left")


def record(rows: Sequence[Row], title: str, about: str) -> Figure:
    """Draw what prior and posterior say of the record, in errors of its measurement.

    Args:
        rows: of one country.
        title, about: of the figure, and the line at its foot.
    """
    numbers = [row for row in rows if not np.isnan(row.observed)]
    yes = [row for row in rows if np.isnan(row.observed)]
    sizes = [max(len(part), 1) for part in (numbers, yes) if part]
    with style.looks():
        height = _ROW * sum(sizes) + 0.75 * len(sizes) + 1.0
        figure = _canvas(8.6, max(height, 3.2), title, about)
        panels = figure.subplots(len(sizes), 1, squeeze=False, height_ratios=sizes)[:, 0].tolist()
        if numbers:
            _away(panels.pop(0), numbers)
        if yes:
            _shares(panels.pop(0), yes)
        marks = [
            Line2D([], [], color=_PRIOR, linewidth=4.0, marker="|", mec=style.INK, mew=1.5),
            Line2D([], [], color=_POSTERIOR, marker="o", markersize=4.5, linewidth=1.4),
        ]
        style.legend(figure, marks, ["prior: median and 90 %", "posterior: median and 90 %"])
    return figure


def _names(axes: Axes, rows: Sequence[Row]) -> None:
    axes.set_yticks(range(len(rows)), [row.label for row in rows], fontsize=7.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def _away(axes: Axes, rows: Sequence[Row]) -> None:
    for place, row in enumerate(rows):
        for shift, values, colour, width in (
            (-0.17, row.prior, _PRIOR, 4.0),
            (0.17, row.posterior, _POSTERIOR, 1.4),
        ):
            away = np.clip((np.array(values) - row.observed) / row.error, -_EDGE, _EDGE)
            y = place + shift
            axes.plot(away[[0, 2]], [y, y], color=colour, linewidth=width, solid_capstyle="butt")
            if colour == _PRIOR:
                axes.plot(away[1], y, "|", color=style.INK, markersize=6, mew=1.5)
            else:
                axes.plot(away[1], y, "o", color=colour, markersize=4.5)
    _names(axes, rows)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    left, right = axes.get_xlim()
    axes.set_xlim(min(left, -2.2), max(right, 2.2))
    axes.set_xlabel("said − record, in errors of measurement (which the bands include)")


def _shares(axes: Axes, rows: Sequence[Row]) -> None:
    for place, row in enumerate(rows):
        axes.plot(row.prior[1], place, marker="s", color=_PRIOR, markersize=7, clip_on=False)
        axes.plot(row.posterior[1], place, "o", color=_POSTERIOR, markersize=4.5, clip_on=False)
    _names(axes, rows)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("share of runs that agree with the record")


def ranks(
    paths: Sequence[str], ranked: NDArray[np.int64], draws: int, title: str, about: str
) -> Figure:
    """Draw how ranks of truths depart from even ones; lines leave the band where they are not.

    Args:
        paths: (P,) of the parameters, the best recovered first.
        ranked: (records, P) from 0 to `draws`.
        draws: among which truths were ranked.
        title, about: of the figure, and the line at its foot.
    """
    records = len(ranked)
    even = np.arange(1, draws + 1) / (draws + 1)
    steps = np.arange(draws)
    share = (ranked[:, :, None] <= steps).mean(axis=0) - even  # (P, draws)
    half = 1.36 / np.sqrt(records)
    with style.looks():
        figure = _canvas(9.6, 4.2, title, about)
        left, right = figure.subplots(1, 2)
        left.axhspan(-half, half, color=style.FAINT, zorder=0)
        for line in share[_LOOKS:]:
            left.plot(even, line, color=style.MUTED, linewidth=0.4, alpha=0.35)
        for place, line in enumerate(share[:_LOOKS]):
            look = style.look(place)
            left.plot(
                even,
                line,
                color=look.colour,
                linestyle=look.dash,
                linewidth=1.5,
                label=paths[place],
            )
        left.axhline(0.0, color=style.INK, linewidth=0.8)
        left.set_xlabel("rank of the truth among draws, as a share")
        left.set_ylabel("share of truths below it − rank")
        left.set_title("Band: 95 % of lines if all is right", loc="left")
        wrong = ranked.shape[1]
        counts, edges = np.histogram(ranked, bins=10, range=(0, draws + 1))
        right.bar(
            edges[:-1] / (draws + 1),
            counts / (records * wrong),
            width=0.1,
            align="edge",
            color=_POSTERIOR,
            alpha=0.6,
            edgecolor="white",
        )
        right.axhline(0.1, color=style.INK, linewidth=0.8)
        right.set_xlabel("rank of the truth among draws, as a share")
        right.set_ylabel("share of truths")
        right.set_title(f"All {wrong} parameters together", loc="left")
        style.legend(figure, *left.get_legend_handles_labels())
    return figure


_LOOKS = 4  # lines that are told apart


def recovery(
    paths: Sequence[str], truths: Floats, means: Floats, sds: Floats, title: str, about: str
) -> Figure:
    """Draw what is made of known parameters, in standard deviations of their priors.

    Args:
        paths: (P,) of the parameters to draw.
        truths, means, sds: (records, P).
        title, about: of the figure, and the line at its foot.
    """
    columns = min(3, len(paths))
    lines = ceil(len(paths) / columns)
    with style.looks():
        figure = _canvas(3.4 * columns, 3.1 * lines + 0.7, title, about)
        grid = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
        for place, axes in enumerate(grid.flat):
            if place >= len(paths):
                axes.set_axis_off()
                continue
            axes.plot([-3, 3], [-3, 3], color=style.MUTED, linestyle="--", linewidth=1.0)
            axes.errorbar(
                truths[:, place],
                means[:, place],
                yerr=1.64 * sds[:, place],
                linestyle="none",
                marker="o",
                markersize=3,
                color=_POSTERIOR,
                ecolor="#B7CFE3",
                elinewidth=0.6,
            )
            r = np.corrcoef(truths[:, place], means[:, place])[0, 1]
            axes.set_title(f"{_wrapped(paths[place])}  (r = {r:.2f})", loc="left", fontsize=8)
            axes.set_xlim(-3, 3)
            axes.set_ylim(-3, 3)
        for axes in grid[-1]:
            axes.set_xlabel("truth, sd of the prior")
        for axes in grid[:, 0]:
            axes.set_ylabel("posterior mean, 90 %")
    return figure
