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
_WIDE = 11.5  # inches of the figure of all parameters
_BINS = 24
_LISTED, _FEW = 30, 18  # parameters of the dot plot, on a wide page and on a narrow one
_PRIOR, _POSTERIOR = "#9A9A9A", style.OKABE_ITO[1]
_ROW = 0.19  # inches
_NAMES = 0.47  # of the width of a page, for names of numbers on record
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


_PRIORS = (
    "Prior (grey): what is assumed of a parameter before the record. Posterior (blue line): what "
    "is left of it where its draws are weighted by how likely their runs make the record. Shown "
    "are the parameters, by their paths in the scenario, of which the record tells most."
)
_TOLD = (
    "What the record tells of the parameters, each by its path in the scenario. Means and standard "
    "deviations (sd) are in those of the prior, so that 0 and 1 are the prior. First: mean and sd "
    "of the posterior, of the parameters that moved most; then those of all parameters. Filled: "
    "informed, farther from the prior than chance of finitely many draws takes any of them (95 %); "
    "white: not told from chance. Grey: where chance alone puts one."
)
_RECORD = (
    "Each row is a number on record (target), with its years: medians and 90 % intervals of what "
    "the model says of it, with the noise of runs and of measurement, less the record, in standard "
    "deviations of the measurement. Prior: before calibration, posterior: after it. What lies "
    "farther than 6 is drawn at 6. Rows of yes and no have the share of runs that agree with the "
    "record."
)
_RANKS = (
    "Simulation-based calibration: records are made up from known parameters (truths), and each is "
    "calibrated on as if it were the true one. If all is right, the rank of a truth among draws of "
    "its posterior is even between 0 and 1. First: share of truths below each rank, less the rank, "
    "a line a parameter; 95 % of the lines stay in the grey band. Named are the parameters that "
    "are best recovered. Then: ranks of all parameters together; the line is an even share."
)
_FOUND = (
    "What is found again of known parameters, in standard deviations of their priors: a point a "
    "made-up record, across the truth, up the posterior mean with its 90 % interval. On the dashed "
    "line they are equal; r is the correlation. Shown are the parameters with the largest r."
)


def _canvas(width: float, height: float, title: str, about: str, caption: str) -> style.Picture:
    """Return a canvas laid out at the resolution of the files: hinted letters vary in width."""
    figure = style.canvas(width, height, title, about, caption=caption)
    figure.set_dpi(150)
    return figure


def marginals(
    prior: Mapping[str, Floats],
    posterior: Mapping[str, Floats],
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw prior and posterior of some parameters, each in its own units.

    Args:
        prior, posterior: draws by path, the same paths in both.
        title, about: of the figure, and the line at its foot.
        terms: what the parameters are, for the caption.
    """
    columns = style.across(len(prior), 1.5, _COLUMNS)
    lines = ceil(len(prior) / columns)
    width = style.narrowed(3.0 * min(_COLUMNS, len(prior)))
    size, each = style.points(7.5), width / columns
    with style.looks():
        height = lines * min(1.9, 0.65 * each + 0.4) + 0.9
        figure = _canvas(width, height, title, about, f"{_PRIORS}\n{terms}".rstrip())
        grid = figure.subplots(lines, columns, squeeze=False)
        for axes, (path, before) in zip(grid.flat, prior.items(), strict=False):
            after = posterior[path]
            ends = np.quantile(np.concatenate([before, after]), [0.002, 0.998])
            edges = np.linspace(ends[0], ends[1], _BINS + 1)
            axes.hist(before, edges, density=True, color=_PRIOR, alpha=0.5)
            axes.hist(after, edges, density=True, histtype="step", color=_POSTERIOR, linewidth=1.6)
            axes.set_title(style.folded(path, each - 0.4, size), loc="left", fontsize=size)
            axes.set_yticks([])
            axes.grid(axis="y", visible=False)
            axes.xaxis.set_major_locator(MaxNLocator(4 if each > 2.0 else 2))
            axes.tick_params(labelsize=size)
        for axes in grid.flat[len(prior) :]:
            axes.set_axis_off()
        for axes in grid[-1]:
            axes.set_xlabel("value of the parameter", fontsize=style.points(8.0))
        for axes in grid[:, 0]:
            axes.set_ylabel("density", fontsize=style.points(8.0))
        marks = [Patch(color=_PRIOR, alpha=0.5), Line2D([], [], color=_POSTERIOR, linewidth=1.6)]
        style.legend(figure, marks, ["prior", "posterior"])
    return figure


def information(
    paths: Sequence[str],
    mean: Floats,
    sd: Floats,
    informed: NDArray[np.bool_],
    draws: float,
    chance: tuple[float, float, float],
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw what is known of every parameter, in standard deviations of its prior.

    Args:
        paths: (P,) of the parameters.
        mean, sd: (P,) of their normal scores: 0 and 1 in the prior.
        informed: (P,) whether they are surer than by chance.
        draws: effective number of draws behind the moments.
        chance: how far it moves any: of |mean|, and the least and largest sd.
        title, about: of the figure, and the line at its foot.
        terms: what the parameters are, for the caption.
    """
    gain = 0.5 * (mean**2 + sd**2 - 1.0) - np.log(sd)
    narrow = style.narrowed(_WIDE) < _WIDE
    order = np.argsort(-gain)[: _FEW if narrow else _LISTED]
    with style.looks():
        names = style.names([paths[i] for i in order])
        row = style.deep(names) if narrow else 0.2
        height = max(4.6, row * len(order) + 1.6) + 3.0 * narrow
        caption = f"{_TOLD}\n{terms}".rstrip()
        figure = _canvas(style.narrowed(_WIDE), height, title, about, caption)
        if narrow:
            left, right = figure.subplots(2, 1, height_ratios=[height - 3.8, 2.2])
        else:
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
        left.set_yticks(rows, names, fontsize=style.points(7.5))
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


def record(rows: Sequence[Row], title: str, about: str, terms: str = "") -> Figure:
    """Draw what prior and posterior say of the record, in errors of its measurement.

    Args:
        rows: of one country.
        title, about: of the figure, and the line at its foot.
        terms: what the measures are and where the record comes from, for the caption.
    """
    numbers = [row for row in rows if not np.isnan(row.observed)]
    yes = [row for row in rows if np.isnan(row.observed)]
    sizes = [max(len(part), 1) for part in (numbers, yes) if part]
    with style.looks():
        width = style.narrowed(8.6)
        row = max(_ROW, style.deep(style.names([row.label for row in rows], share=_NAMES)))
        height = (_ROW if width == 8.6 else row) * sum(sizes) + 0.75 * len(sizes) + 1.0
        figure = _canvas(width, max(height, 3.2), title, about, f"{_RECORD}\n{terms}".rstrip())
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
    labels = style.names([row.label for row in rows], share=_NAMES)
    axes.set_yticks(range(len(rows)), labels, fontsize=style.points(7.5))
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
    paths: Sequence[str],
    ranked: NDArray[np.int64],
    draws: int,
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw how ranks of truths depart from even ones; lines leave the band where they are not.

    Args:
        paths: (P,) of the parameters, the best recovered first.
        ranked: (records, P) from 0 to `draws`.
        draws: among which truths were ranked.
        title, about: of the figure, and the line at its foot.
        terms: what the parameters are, for the caption.
    """
    records = len(ranked)
    even = np.arange(1, draws + 1) / (draws + 1)
    steps = np.arange(draws)
    share = (ranked[:, :, None] <= steps).mean(axis=0) - even  # (P, draws)
    half = 1.36 / np.sqrt(records)
    with style.looks():
        narrow = style.narrowed(9.6) < 9.6
        size = (style.narrowed(9.6), 6.2 if narrow else 4.2)
        figure = _canvas(*size, title, about, f"{_RANKS}\n{terms}".rstrip())
        left, right = figure.subplots(*((2, 1) if narrow else (1, 2)))
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
    paths: Sequence[str],
    truths: Floats,
    means: Floats,
    sds: Floats,
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw what is made of known parameters, in standard deviations of their priors.

    Args:
        paths: (P,) of the parameters to draw.
        truths, means, sds: (records, P).
        title, about: of the figure, and the line at its foot.
        terms: what the parameters are, for the caption.
    """
    columns = style.across(len(paths), 1.6, 3)
    lines = ceil(len(paths) / columns)
    width, size = style.narrowed(3.4 * min(3, len(paths))), style.points(8.0)
    each = width / columns
    with style.looks():
        caption = f"{_FOUND}\n{terms}".rstrip()
        figure = _canvas(width, min(3.1, each) * lines + 0.7, title, about, caption)
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
            name = style.folded(f"{paths[place]} (r\u00a0=\u00a0{r:.2f})", each - 0.5, size)
            axes.set_title(name, loc="left", fontsize=size)
            axes.set_xlim(-3, 3)
            axes.set_ylim(-3, 3)
        for axes in grid[-1]:
            axes.set_xlabel("truth, sd of the prior")
        for axes in grid[:, 0]:
            axes.set_ylabel("posterior mean, 90 %")
    return figure
