"""What a change does: differences between pairs of runs over the years, measure by measure."""

from math import ceil
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..facts.records import MARK
from . import style

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison, Course

_COLUMNS, _LEAST = 3, 1.6  # panels beside each other, and inches that one needs
_COLOUR = style.OKABE_ITO[1]
_INTERVAL, _SPREAD = 0.45, 0.13  # opacities
_LETTERS, _LONGEST = 10.5, 150  # letters of the title in an inch, and in all


_CAPTION = (
    "B less A, year by year: what scenario B changes against scenario A. A is {base}, B is "
    "{other}. Shown are the measures that change most against the spread of runs, each on a scale "
    "of its own. The line is the mean difference; the dark band is its 95 % interval.{spread} 0 is "
    "no difference.{point}"
)
_PAIRS = (
    " Run r of both draws the same random numbers, so that two runs make a pair: the light band "
    "holds 90 % of the differences of single pairs."
)
_POINT = " A measure that is defined in one year alone is a point with its 95 % interval."


def draw(result: "Comparison", terms: str = "") -> Figure:
    """Draw the course of the measures that change most, each on a scale of its own.

    The line is the mean difference, the dark band its 95 % interval; the light band holds 90 % of
    the differences of single pairs.

    Args:
        result: the comparison.
        terms: what its measures are, for the caption.
    """
    courses = result.courses
    across = style.across(len(courses), _LEAST, _COLUMNS)
    most = min(_COLUMNS, len(courses))
    own = max(3.3 * most, 6.6)
    width = style.narrowed(own)
    with style.looks():
        title = _title(result, own)
        height = (2.1 if width == own else 1.5) * ceil(len(courses) / across) + 1.1
        height += 0.2 * title.count("\n") * (width == own)
        figure = style.canvas(width, height, title, _about(result), caption=_caption(result, terms))
        grid = figure.subplots(ceil(len(courses) / across), across, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(courses):
                axes.set_axis_off()
                continue
            _panel(axes, courses[place])
            style.years(axes, result.start, result.end)
            axes.set_ylabel(f"B − A, {courses[place].unit}")
            if place + across >= len(courses):
                axes.set_xlabel("year")
        style.legend(figure, *_key(result))
    return figure


def _title(result: "Comparison", width: float) -> str:
    """Return both titles, in as many lines as they need."""
    lines = []
    alike = result.titles[0] == result.titles[1]
    names = (result.base, result.other)
    for mark, title, name in zip("BA", result.titles[::-1], names[::-1], strict=True):
        name_and_title = f"{title} ({name})" if alike else title
        text = shorten(f"{mark}: {name_and_title}", _LONGEST, placeholder=" …")
        letters = int(width * _LETTERS) if style.narrowed(width) == width else _LONGEST
        lines += wrap(text, letters, subsequent_indent="    ")
    return "\n".join(lines)


def _caption(result: "Comparison", terms: str) -> str:
    base, other = (
        f"“{title}” ({name})"
        for title, name in zip(result.titles, (result.base, result.other), strict=True)
    )
    lone = any(map(_lone, result.courses))
    spread = _PAIRS if result.paired else " The runs of both are taken as independent."
    caption = _CAPTION.format(base=base, other=other, spread=spread, point=_POINT if lone else "")
    return f"{caption}\n{terms}".rstrip()


def _about(result: "Comparison") -> str:
    seeds = " and ".join(str(seed) for seed in dict.fromkeys(result.seeds))
    what = "pairs of runs" if result.paired else "runs of each side"
    points = f" at each of {result.points} points" if result.points > 1 else ""
    how = "" if result.paired else ", taken as independent"
    return (
        f"What changes most · {result.runs} {what}{points}{how}, seed {seeds} · every panel has a "
        f"scale of its own · {style.made_by({'version': result.version, MARK: result.hindsight})}"
    )


def _panel(axes: Axes, course: "Course") -> None:
    axes.set_title(course.label, loc="left")
    axes.axhline(0.0, color=style.INK, linewidth=1.0)
    if _lone(course):
        _point(axes, course)
        return
    for low, high, opacity in (
        (course.spread_low, course.spread_high, _SPREAD),
        (course.low, course.high, _INTERVAL),
    ):
        axes.fill_between(course.years, low, high, color=_COLOUR, alpha=opacity, linewidth=0)
    axes.plot(course.years, course.mean, color=_COLOUR, linewidth=1.8)
    ends = [course.mean, course.low, course.high, course.spread_low, course.spread_high]
    if not np.nan_to_num(np.concatenate(ends)).any():
        axes.set_ylim(-1.0, 1.0)  # nothing differs, and ticks of 1e-2 would look as if it did


def _lone(course: "Course") -> bool:
    """Whether a measure is defined in one year only, as a choice is."""
    return np.count_nonzero(~np.isnan(course.mean)) == 1


def _point(axes: Axes, course: "Course") -> None:
    (where,) = np.flatnonzero(~np.isnan(course.mean))
    year, mean = course.years[where], course.mean[where]
    reach: Any = [[mean - course.low[where]], [course.high[where] - mean]]
    axes.errorbar(
        year,
        mean,
        yerr=None if np.isnan(reach).any() else reach,
        color=_COLOUR,
        marker="o",
        markersize=5,
        capsize=3,
    )


def _key(result: "Comparison") -> tuple[list[Any], list[str]]:
    handles: list[Any] = []
    labels = []
    if any(_lone(course) for course in result.courses):
        handles.append(Line2D([], [], color=_COLOUR, marker="o", markersize=5, linestyle="none"))
        labels.append("mean difference in one year, with its 95 % interval")
    if not all(_lone(course) for course in result.courses):
        handles.append(Line2D([], [], color=_COLOUR, linewidth=1.8))
        handles.append(Patch(color=_COLOUR, alpha=_INTERVAL, linewidth=0))
        labels += ["mean difference", "its 95 % interval"]
    if any(not np.isnan(course.spread_low).all() for course in result.courses):
        handles.append(Patch(color=_COLOUR, alpha=_SPREAD, linewidth=0))
        labels.append("90 % of the pairs (5 % to 95 %)")
    return handles, labels
