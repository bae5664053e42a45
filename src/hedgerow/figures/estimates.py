"""Estimates: numbers with their 95 % intervals, a panel for each kind."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from matplotlib.figure import Figure

from . import style

_CAPTION = (
    "Each dot is an estimate, each line its 95 % interval, with errors clustered by state. Where "
    "the logarithm was fitted (log) it is drawn. Numbers of single countries are in the table."
)


class Told(Protocol):
    """One number; `hedgerow.analysis.estimation.estimate.Line` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def scale(self) -> str: ...
    @property
    def estimate(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def draw(rows: Sequence[Told], titles: Mapping[str, str], about: str) -> Figure:
    """Draw estimates.

    Args:
        rows: the numbers.
        titles: of kinds, by name.
        about: the line at the foot of the figure.
    """
    kinds = {kind: [row for row in rows if row.kind == kind] for kind in titles}
    kinds = {kind: found for kind, found in kinds.items() if found}
    heights = [0.55 + 0.2 * len(found) for found in kinds.values()]
    with style.looks():
        title = "Habits, estimated on many states"
        figure = style.canvas(
            style.narrowed(7.5), sum(heights) + 0.8, title, about, caption=_CAPTION
        )
        grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
        for place, (kind, found) in enumerate(kinds.items()):
            axes = figure.add_subplot(grid[place, 0])
            labels = []
            for row, each in enumerate(found):
                axes.plot([each.low, each.high], [row, row], color=style.INK, linewidth=1.2)
                axes.plot(each.estimate, row, "o", color=style.OKABE_ITO[0], markersize=4)
                last = ".".join(each.name.split(".")[2:]) or each.name
                labels.append(f"{last} (log)" if each.scale else last)
            axes.axvline(0.0, color=style.MUTED, linewidth=0.6)
            axes.set_yticks(range(len(found)), style.names(labels))
            axes.set_ylim(len(found) - 0.5, -0.5)
            axes.set_title(titles[kind], loc="left")
        axes.set_xlabel("estimate, in its own unit; log-odds but where told")
    return figure
