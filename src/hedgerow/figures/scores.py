"""Scores: targets with what was said of them, where the record lies in it, and ablations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from . import style

Floats = NDArray[np.float64]

_ROW = 0.34  # inches
_EDGE = 8.0  # errors: what lies farther is drawn at the edge
_MODEL, _PRIOR = style.OKABE_ITO[1], "#9A9A9A"
_BASELINES = (  # colours of those that are no model, after its own
    *(style.OKABE_ITO[0], style.OKABE_ITO[2], style.OKABE_ITO[3], style.OKABE_ITO[4]),
    *(style.OKABE_ITO[5], style.OKABE_ITO[6], "#8C510A", "#5E3C99", "#01665E"),
)
_MARKS = ("D", "v", "^", "s", "P", "X", "<", ">", "*")


_WIDE = 10.0  # inches
_TARGETS = (
    "Each row is a number on record (target), with its years: what the model says of it (median, "
    "thick 50 % and thin 90 % bands, with the error of measurement in them), less the record, in "
    "standard deviations of the measurement; what lies farther than 8 is drawn at 8. Of what came "
    "or did not come, the probability that was given to it. Posterior: the model with draws of the "
    "record to 2014; prior: the model before. The others are baselines that know no model: {names}."
)
_CALIBRATION = (
    "First: the probability integral transform of a number is the share of what was said that lies "
    "below the record; if what is said is right, it is even between 0 and 1, and the steps stay in "
    "the grey band (95 %) around the diagonal. Then: how many numbers the 50 % (squares) and 90 % "
    "(circles) bands hold, with dashed lines where these should lie, and how wide the bands are. "
    "Shocks listed: dated shocks as they came; shocks drawn: by chance, as they were not known. "
    "Posterior: the model with draws of the record to 2014; prior: the model before."
)
_ABLATIONS = (
    "What happens to each target (column: measure and year) when one part of the model is taken "
    "away (row): mean of runs without the part less the mean with it, in standard deviations over "
    "runs; colours end at {most:g}. A sign stands where its 95 % interval is off zero and it is "
    "{small:g} or more. Grey: the target does not vary. Lines part the kinds of parts: terms of "
    "the payoff, processes and others."
)


@dataclass(frozen=True)
class Number:
    """One number on record and what was said of it.

    Attributes:
        label: of the number.
        observed: on record.
        error: of the measurement.
        bands: 5, 25, 50, 75 and 95 % quantiles by forecaster of the model's own.
        middles: medians by baseline.
    """

    label: str
    observed: float
    error: float
    bands: Mapping[str, Floats]
    middles: Mapping[str, float]


@dataclass(frozen=True)
class Outcome:
    """Something that came, and the share that each forecaster gave to it."""

    label: str
    shares: Mapping[str, float]


def targets(
    numbers: Sequence[Number],
    outcomes: Sequence[Outcome],
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw the model's bands against the record, and where baselines stand.

    Args:
        numbers, outcomes: targets of either kind; the first forecaster of each is the model.
        title, about: of the figure, and the line at its foot.
        terms: what the measures are and where the record comes from, for the caption.
    """
    own = list(dict.fromkeys(name for n in numbers for name in n.bands))
    said = [
        *(name for o in outcomes for name in o.shares),
        *(m for n in numbers for m in n.middles),
    ]
    others = [name for name in dict.fromkeys(said) if name not in own]
    sizes = [max(len(part), 2) for part in (numbers, outcomes) if part]
    with style.looks():
        labels = [n.label for n in numbers] + [o.label for o in outcomes]
        row = max(0.24, style.deep(style.names(labels)))
        width = style.narrowed(_WIDE)
        height = (_ROW if width == _WIDE else row) * sum(sizes) + 0.8 * len(sizes) + 1.5
        caption = f"{_TARGETS.format(names=', '.join(others))}\n{terms}".rstrip()
        figure = style.canvas(width, height, title, about, caption=caption)
        figure.set_dpi(150)
        panels = figure.subplots(len(sizes), 1, squeeze=False, height_ratios=sizes)[:, 0].tolist()
        if numbers:
            _bands(panels.pop(0), numbers, own, others)
        if outcomes:
            _shares(panels.pop(0), outcomes, own, others)
        marks = [_handle(name, own, others) for name in (*own, *others)]
        style.legend(figure, marks, [*own, *others])
    return figure


def _look(name: str, own: Sequence[str], others: Sequence[str]) -> tuple[str, str, float]:
    """Return colour, marker and size of a forecaster."""
    if name in own:
        place = own.index(name)
        return (_MODEL, _PRIOR, style.OKABE_ITO[5])[place % 3], ("o", "s", "o")[place % 3], 6.0
    place = others.index(name)
    return _BASELINES[place % len(_BASELINES)], _MARKS[place % len(_MARKS)], 4.5


def _handle(name: str, own: Sequence[str], others: Sequence[str]) -> Line2D:
    colour, marker, size = _look(name, own, others)
    line = {"linewidth": 2.0} if name in own else {"linestyle": "none"}
    return Line2D([], [], color=colour, marker=marker, markersize=size, **line)


def _bands(axes: Axes, rows: Sequence[Number], own: Sequence[str], others: Sequence[str]) -> None:
    for place, row in enumerate(rows):

        def away(value: "float | Floats", row: Number = row) -> Floats:
            return np.clip((np.asarray(value) - row.observed) / row.error, -_EDGE, _EDGE)

        shifts = np.linspace(-0.24, 0.24, max(len(own), 2))
        for name, shift in zip(own, shifts, strict=False):
            if name not in row.bands:
                continue
            colour, marker, size = _look(name, own, others)
            low, left, middle, right, high = away(row.bands[name])
            y = place + shift
            axes.plot([low, high], [y, y], color=colour, linewidth=1.2)
            axes.plot([left, right], [y, y], color=colour, linewidth=3.6, solid_capstyle="butt")
            axes.plot(middle, y, marker, color=colour, markersize=size - 1.0, mec="white", mew=0.6)
        for name, value in row.middles.items():
            colour, marker, size = _look(name, own, others)
            axes.plot(away(value), place, marker, color=colour, markersize=size, clip_on=False)
    _names(axes, [row.label for row in rows])
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    axes.set_xlim(-_EDGE, _EDGE)
    axes.set_xlabel(
        f"said − record, in errors of measurement (bands: 50 and 90 %; edges: {_EDGE:g} or more)"
    )


def _shares(axes: Axes, rows: Sequence[Outcome], own: Sequence[str], others: Sequence[str]) -> None:
    for place, row in enumerate(rows):
        names = [name for name in (*own, *others) if name in row.shares]
        shifts = np.linspace(-0.3, 0.3, max(len(names), 2))
        for name, shift in zip(names, shifts, strict=False):
            colour, marker, size = _look(name, own, others)
            axes.plot(
                row.shares[name],
                place + shift,
                marker,
                color=colour,
                markersize=size,
                clip_on=False,
            )
    for place in range(len(rows) - 1):
        axes.axhline(place + 0.5, color=style.FAINT, linewidth=0.6)
    _names(axes, [row.label for row in rows])
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("probability that was given to what came")


def _names(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), style.names(labels), fontsize=style.points(7.5))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def calibration(
    pits: Mapping[str, Sequence[float]],
    cover: Mapping[str, Mapping[int, tuple[int, int, float]]],
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw where the record lies in what was said, and how often and how wide bands are.

    Args:
        pits: probability integral transforms of all numbers, by forecaster.
        cover: by forecaster and band (50, 90): numbers inside, all numbers, mean width.
        title, about: of the figure, and the line at its foot.
        terms: where the record comes from, for the caption.
    """
    with style.looks():
        narrow = style.narrowed(_WIDE) < _WIDE
        caption = f"{_CALIBRATION}\n{terms}".rstrip()
        size = (style.narrowed(_WIDE), 6.6 if narrow else 4.4)
        figure = style.canvas(*size, title, about, caption=caption)
        figure.set_dpi(150)
        if narrow:
            left, middle, right = figure.subplots(3, 1, height_ratios=[2.2, 1.0, 1.0])
        else:
            left, middle, right = figure.subplots(1, 3, width_ratios=[1.2, 1.0, 1.0])
        n = max(map(len, pits.values()), default=1)
        left.plot([0, 1], [0, 1], color=style.INK, linewidth=0.9)
        half = 1.36 / np.sqrt(n)
        grid = np.linspace(0.0, 1.0, 101)
        left.fill_between(
            grid,
            np.clip(grid - half, 0, 1),
            np.clip(grid + half, 0, 1),
            color=style.FAINT,
            linewidth=0,
        )
        for place, (name, values) in enumerate(pits.items()):
            look = style.look(place)
            steps = np.sort(np.asarray(values))
            left.step(
                np.concatenate([[0.0], steps, [1.0]]),
                np.concatenate([np.arange(steps.size + 1), [steps.size]]) / steps.size,
                where="post",
                color=look.colour,
                linestyle=look.dash,
                linewidth=1.6,
                label=name,
            )
        left.set_xlim(0, 1)
        left.set_ylim(0, 1)
        left.set_xlabel("probability integral transform of the record")
        left.set_ylabel(f"share of the {n} numbers below it")
        left.set_title("Grey: 95 % if all is right", loc="left")
        names = list(cover)
        for place, name in enumerate(names):
            look = style.look(place)
            for band, shape in ((50, "s"), (90, "o")):
                inside, total, width = cover[name][band]
                kept = {"color": look.colour, "markersize": 6.5}
                middle.plot(inside / max(total, 1), place, shape, **kept, clip_on=False)
                right.plot(width, place, shape, **kept)
        for axes in (middle, right):
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.grid(axis="y", visible=False)
        labels = style.names(names)
        middle.set_yticks(range(len(names)), labels, fontsize=style.points(7.5))
        again = labels if narrow else [""] * len(names)
        right.set_yticks(range(len(names)), again, fontsize=style.points(7.5))
        for share in (0.5, 0.9):
            middle.axvline(share, color=style.INK, linewidth=0.9, linestyle="--")
        middle.set_xlim(0.0, 1.0)
        middle.set_xlabel("share of numbers inside")
        middle.set_title("Squares: 50 %, circles: 90 %", loc="left")
        right.set_xlim(0.0, None)
        right.set_xlabel("mean width, units of the measures")
        style.legend(figure, *left.get_legend_handles_labels())
    return figure


def ablations(
    parts: Sequence[str],
    groups: Sequence[str],
    numbers: Sequence[str],
    effects: Floats,
    clear: NDArray[np.bool_],
    title: str,
    about: str,
    terms: str = "",
) -> Figure:
    """Draw what taking away each part does to each number, in standard deviations over runs.

    Args:
        parts, groups: (A,) what is taken away, and of which kind it is.
        numbers: (T,) labels.
        effects: (A, T); nan where nothing varies.
        clear: (A, T) where the interval leaves zero out.
        title, about: of the figure, and the line at its foot.
        terms: what the measures are and where the record comes from, for the caption.
    """
    own = 0.42 * len(numbers) + 3.4
    width, size = style.narrowed(own), style.points(7.5)
    names = style.names(parts, share=0.4)
    aside = max(style.wide(name, size) for name in names) + 0.25
    count = 1  # of panels below each other, a share of the numbers each
    if width < own:
        count = ceil(len(numbers) / max(1.0, (width - aside) // (0.0165 * size)))
    across = ceil(len(numbers) / count)
    row = 0.21 if width == own else 0.9 * style.deep(names)
    deep = max(style.wide(name, size) for name in numbers)
    height = count * (row * len(parts) + deep + 0.3) + 1.6
    caption = f"{_ABLATIONS.format(most=_MOST, small=_SMALL)}\n{terms}".rstrip()
    with style.looks():
        figure = style.canvas(width, height, title, about, caption=caption)
        figure.set_dpi(150)
        panels = figure.subplots(count, 1, squeeze=False)[:, 0]
        for place, axes in enumerate(panels):
            here = slice(place * across, (place + 1) * across)
            image = _heat(axes, effects[:, here], clear[:, here])
            axes.set_xlim(-0.5, across - 0.5)
            axes.set_yticks(range(len(parts)), names, fontsize=size)
            axes.set_xticks(range(len(numbers[here])), numbers[here], rotation=90, fontsize=size)
            for at in range(1, len(groups)):
                if groups[at] != groups[at - 1]:
                    axes.axhline(at - 0.5, color=style.INK, linewidth=0.8)
        side = "right" if width == own else "bottom"
        bar = figure.colorbar(
            image, ax=panels, shrink=0.6, extend="both", pad=0.02, aspect=24, location=side
        )
        bar.set_label("without the part − with it, sd over runs", fontsize=style.points(8.0))
        panels[0].set_title(
            f"Signs: 95 % interval off zero, and {_SMALL:g} sd or more. Grey: does not vary.",
            loc="left",
            fontsize=style.points(8.5),
        )
    return figure


def _heat(axes: Axes, effects: Floats, clear: NDArray[np.bool_]) -> AxesImage:
    """Draw effects as colours, and a sign where one is clear."""
    image = axes.imshow(
        np.ma.masked_invalid(np.clip(effects, -_MOST, _MOST)),
        cmap="PuOr_r",
        vmin=-_MOST,
        vmax=_MOST,
        aspect="auto",
    )
    axes.set_facecolor("#BBBBBB")
    for (a, t), sure in np.ndenumerate(clear):
        if sure and abs(effects[a, t]) >= _SMALL:
            ink = "white" if abs(effects[a, t]) > 0.6 * _MOST else style.INK
            axes.plot(t, a, "+" if effects[a, t] > 0 else "_", color=ink, markersize=4.5)
    axes.grid(False)
    axes.tick_params(length=0)
    return image


_MOST = 1.5  # standard deviations at which colours end
_SMALL = 0.1
