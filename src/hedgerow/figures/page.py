"""The page that figures are drawn for: how wide they are, and what of their texts fits where."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import ceil
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from ..facts.records import MARK
from .shown import Shown

INK = "#222222"
MUTED = "#666666"

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.hashsalt": "hedgerow",
    "font.family": "DejaVu Sans",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.dpi": 100,
    "text.parse_math": False,
    "text.hinting": "no_hinting",  # as wide in every file
}
_SIZES = {
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "legend.fontsize": 8.0,
}
"""Points of letters on a page of full width."""

LEAST, MOST = 60.0 / 25.4, 1000.0 / 25.4
"""Inches: the narrowest and widest figure that can be asked for."""

_FULL, _SMALL = 6.3, 0.8  # inches of a page's width, and how much smaller letters are on less
_FEWEST = 6.0  # points of any letter
_EDGE = 4.0  # points kept free around titles, feet and legends
_SPARE = 0.75  # inches of title, foot and legend that the height of a figure allows for


@dataclass(frozen=True)
class Page:
    """What figures are drawn for.

    Attributes:
        width: in inches; None where each figure has a width of its own.
        bare: without the title above and the line below, for a text that has them in its caption.
        formats: kinds of files that figures are written as; ``tex`` is of tables.
    """

    width: float | None = None
    bare: bool = False
    formats: tuple[str, ...] = ("svg", "png")

    @property
    def scale(self) -> float:
        """Size of letters as a share of what they are on a page of full width."""
        return 1.0 if self.width is None else min(1.0, max(_SMALL, self.width / _FULL))


FORMATS = ("svg", "png", "pdf", "eps")
"""Kinds of files that figures are written as."""

_OWN = Page()
_PAGE: ContextVar[Page] = ContextVar("page", default=_OWN)


@contextmanager
def page(
    width: float | str | None = None, bare: bool = False, formats: Sequence[str] = _OWN.formats
) -> Iterator[None]:
    """Draw figures for a page of given width, and without titles where they are `bare`.

    Sizes of letters are points on paper: none is below 6 at any width.

    Args:
        width: of every figure, in inches or as ``"85mm"``; its own by default.
        bare: without title and foot, which the caption has.
        formats: that analyses write, of svg, png, pdf and eps; with ``tex``, tables for LaTeX too
            where there are any.

    Raises:
        ValueError: no figure can be that narrow or wide, or there is no such format.
    """
    if isinstance(width, str):
        width = inches(width)
    elif width is not None:
        _require_width(width)
    for name in formats:
        if name not in (*FORMATS, "tex"):
            raise ValueError(f"no format {name!r}; expected {', '.join(FORMATS)} or tex")
    token = _PAGE.set(Page(width, bare, tuple(formats)))
    try:
        yield
    finally:
        _PAGE.reset(token)


_UNITS = {"mm": 1.0 / 25.4, "cm": 1.0 / 2.54, "in": 1.0}


def inches(text: str) -> float:
    """Return the inches of a width as ``85mm``, ``8.5cm`` or ``3.3in``.

    Raises:
        ValueError: it is none, or no figure can be so wide or narrow.

    >>> inches("25.4cm")
    10.0
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)\s*", text)
    if found is None:
        raise ValueError(f"{text!r} is no width; write it with its unit: 85mm, 8.5cm, 3.3in")
    width = float(found[1]) * _UNITS[found[2]]
    _require_width(width)
    return width


def _require_width(width: float) -> None:
    if not LEAST - 1e-6 <= width <= MOST + 1e-6:
        raise ValueError(
            f"no figure can be {25.4 * width:.4g} mm wide; ask for {25.4 * LEAST:.0f}mm to "
            f"{25.4 * MOST:.0f}mm"
        )


def current() -> Page:
    """Return the page that is drawn for."""
    return _PAGE.get()


@contextmanager
def looks(sheet: Page | None = None) -> Iterator[None]:
    """Draw in the style of the house, whatever the user's matplotlib settings.

    Args:
        sheet: the page that is drawn for, by default the current one.
    """
    scale = (sheet or current()).scale
    sizes = {name: max(6.0, scale * points) for name, points in _SIZES.items()}
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC | sizes)
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from")  # saving sees to them
        yield


def points(size: float) -> float:
    """Return the points of letters that have `size` points on a page of full width."""
    return max(_FEWEST, size * current().scale)


def across(count: int, least: float, most: int) -> int:
    """Return how many panels stand beside each other.

    Args:
        count: of all panels.
        least: inches that a panel needs with its labels.
        most: where there is room enough.
    """
    width = current().width
    fitting = most if width is None else max(1, int(width / least))
    return max(1, min(count, most, fitting))


def narrowed(width: float) -> float:
    """Return inches, or the width of the page where that is less."""
    return min(width, current().width or width)


def wide(text: str, size: float) -> float:
    """Return the inches of the widest line of a text in letters of `size` points."""
    font = FontProperties(family="DejaVu Sans", size=size)
    measure = TextToPath().get_text_width_height_descent
    return max(float(measure(line, font, False)[0]) for line in text.split("\n")) / 72.0


def folded(name: str, room: float, size: float) -> str:
    """Return a name in lines, none wider than `room` inches where its pieces allow.

    It is broken behind blanks, dots, colons, slashes and underlines.

    Args:
        name: a path, a measure or a label.
        room: in inches.
        size: points of its letters.
    """
    lines: list[str] = []
    for part in name.split("\n"):
        line = ""
        for piece in re.findall(r"[^ .:/_]*[ .:/_]+|[^ .:/_]+", part):
            if line and wide((line + piece).rstrip(), size) > room:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return "\n".join(lines)


class Picture(Shown):
    """A figure with what its caption says.

    Attributes:
        heading, about: title and line on where it comes from, also where neither is drawn.
        caption: what explains its terms, in paragraphs.
        page: that it was drawn for.
    """

    def __init__(self, width: float, height: float, heading: str, about: str, caption: str) -> None:
        self.page = current()
        own = self.page.width
        if own is not None and own < width:
            height *= (own / width) ** 0.7
        super().__init__(figsize=(own or width, height))
        FigureCanvasAgg(self)
        self.heading, self.about, self.caption = heading, about, caption
        self.foot: Text | None = None
        self.set_layout_engine(Layout(self.get_figheight()))

    def draw(self, renderer: RendererBase) -> None:
        with looks(self.page):
            super().draw(renderer)

    def heighten(self, factor: float) -> None:
        """Make the figure higher, as where panels stand below and not beside each other."""
        self.set_figheight(self.get_figheight() * factor)
        self.set_layout_engine(Layout(self.get_figheight()))

    def panels(self, count: int, least: float, most: int, **how: Any) -> NDArray[np.object_]:
        """Return axes in the order of reading, as many beside each other as there is room for.

        Args:
            count: of axes.
            least: inches that one needs with its labels.
            most: that stand beside each other where there is room enough.
            how: as for `matplotlib.figure.Figure.subplots`.
        """
        columns = across(count, least, most)
        rows = ceil(count / columns)
        self.heighten(rows / ceil(count / most))
        grid = self.subplots(rows, columns, squeeze=False, **how).ravel()
        for spare in grid[count:]:
            spare.set_axis_off()
        return np.asarray(grid[:count])

    def described(self) -> str:
        """Return the caption as text in lines: title, explanation, and where it comes from."""
        parts = [" ".join(self.heading.split()), *self.caption.split("\n"), self.about, SIGNED]
        return "\n\n".join(fill(part, 100) for part in parts if part.strip()) + "\n"


SIGNED = "The caption of a figure that hedgerow drew."
"""The last line of a caption, by which its file is known."""


class Layout(ConstrainedLayoutEngine):
    """Puts title, panels, legend and foot of a `Picture` below each other, whatever their size.

    Texts are broken where they would leave their place, by what they measure.
    """

    def __init__(self, height: float) -> None:
        super().__init__()
        self._height = self._made = height

    def execute(self, fig: Any) -> None:
        renderer = fig._get_renderer()
        edge = renderer.points_to_pixels(_EDGE)
        room = fig.bbox.width - 2 * edge
        title, foot = fig._suptitle, fig.foot
        above, below = 0.0, edge
        if title is not None:
            break_text(title, renderer, room, 3 if fig.page.scale == 1.0 else 6)
            above = title.get_window_extent(renderer).height
        if foot is not None:
            break_text(foot, renderer, room, 4)
            below += foot.get_window_extent(renderer).height + edge
        keys = [key.get_window_extent(renderer).height + edge for key in fig.legends]
        self._grow(fig, (above + below + sum(keys)) / fig.dpi)
        width, height = fig.bbox.size
        if title is not None:
            title.set_x(edge / width)
        if foot is not None:
            foot.set_position((edge / width, edge / height))
        for legend, high in zip(fig.legends, keys, strict=True):
            legend.set_in_layout(False)
            legend.set_bbox_to_anchor((0.0, below / height))
            below += high
        if fig._supxlabel is not None:
            fig._supxlabel.set_in_layout(False)
            fig._supxlabel.set_y(below / height)
            below += fig._supxlabel.get_window_extent(renderer).height + edge
        self.set(rect=(0.0, below / height, 1.0, 1.0 - below / height))
        super().execute(fig)
        shown = [axes for axes in fig.axes if axes.get_visible()]
        panels = Bbox([[0.0, below], [width, height - above]])
        broken = [_fit_labels(axes, shown, panels, renderer) for axes in shown]
        if any(broken):
            super().execute(fig)

    def _grow(self, fig: Any, taken: float) -> None:
        """Make a figure of a page higher, so that its panels keep their height."""
        if fig.page.width is not None and abs(fig.get_figheight() - self._made) < 1e-6:
            self._made = self._height + max(0.0, taken - _SPARE)
            fig.set_figheight(self._made)


def _fit_labels(axes: Axes, shown: Sequence[Axes], page: Bbox, renderer: RendererBase) -> bool:
    """Break titles and labels of axes that would leave the page or run into what is beside them."""
    own, edge = axes.bbox, renderer.points_to_pixels(3.0)
    others = [other.bbox for other in shown if other is not axes]
    row = [box for box in others if box.y0 < own.y1 and box.y1 > own.y0]
    column = [box for box in others if box.x0 < own.x1 and box.x1 > own.x0]
    left = max([box.x1 for box in row if box.x1 <= own.x0 + 1], default=page.x0)
    right = min([box.x0 for box in row if box.x0 >= own.x1 - 1], default=page.x1)
    low = max([box.y1 for box in column if box.y1 <= own.y0 + 1], default=page.y0)
    high = min([box.y0 for box in column if box.y0 >= own.y1 - 1], default=page.y1)
    rooms = [(title, right - own.x0 - edge) for title in (axes._left_title, axes.title)]  # type: ignore[attr-defined]
    for label, start, end, first, last, ends in (
        (axes.xaxis.label, own.x0, own.x1, left, right, page.intervalx),
        (axes.yaxis.label, own.y0, own.y1, low, high, page.intervaly),
    ):
        before = start - first if first == ends[0] else (start - first) / 2.0
        after = last - end if last == ends[1] else (last - end) / 2.0
        rooms.append((label, end - start + 2.0 * min(before, after) - edge))
    broken = [break_text(text, renderer, room) for text, room in rooms]
    return any(broken)


def break_text(text: Text, renderer: RendererBase, room: float, most: int = 0) -> bool:
    """Break a text into lines of `room` pixels, at most `most`; return whether it has changed.

    What is cut leaves an ellipsis, and what follows the last dot between parts stays.
    """
    said = text.get_text()
    font = text.get_fontproperties()

    def wide(line: str) -> float:
        return float(renderer.get_text_width_height_descent(line, font, False)[0])

    broken = "\n".join(broken_into(said, room, wide, most))
    text.set_text(broken)
    return broken != said


def broken_into(
    said: str, room: float, wide: Callable[[str], float], most: int = 0
) -> Sequence[str]:
    """Return the lines of a text, none wider than `room`; see `break_text`."""
    lines = []
    for part in said.split("\n"):
        line = ""
        words = part.split(" ")
        if " · " in part and all(wide(piece) <= room for piece in part.split(" · ")):
            words = part.replace(" · ", " ·\0").split("\0")  # whole pieces stay together
        for word in words:
            longer = f"{line} {word}" if line else word
            if not line or wide(longer) <= room:
                line = longer
            else:
                lines.append(line)
                line = word
            while len(line) > 1 and wide(line) > room:  # a word longer than a line, or Chinese
                cut = max(1, int(len(line) * room / wide(line)))
                while cut > 1 and wide(line[:cut]) > room:
                    cut -= 1
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    if not most or len(lines) <= most:
        return lines
    head, dot, rest = said.partition(" · ")
    if dot and len(broken_into(rest, room, wide)) < most:
        while head:  # shorten the first part, so that what marks a figure in the end stays
            head = head[: -max(1, len(head) // 40)].rstrip()
            lines = list(broken_into(f"{head}… · {rest}", room, wide))
            if len(lines) <= most:
                return lines
    lines = lines[:most]
    while wide(f"{lines[-1]} …") > room and lines[-1]:
        lines[-1] = lines[-1][:-1].rstrip()
    lines[-1] += " …"
    return lines


def kept_of(about: str) -> str:
    """Return what of the foot stays on a bare figure: the mark of hindsight."""
    return MARK if MARK in about.split(" · ") else ""


def put_legend(figure: Figure, handles: Sequence[Any], labels: Sequence[str], most: int) -> Legend:
    """Add a legend to the foot of a figure, in as many columns as fit, `most` at most."""
    renderer = figure._get_renderer()  # type: ignore[attr-defined]
    room = figure.bbox.width - 2 * _EDGE * figure.dpi / 72.0
    for columns in range(min(most, len(labels)), 0, -1):
        made = figure.legend(handles, labels, loc="lower left", ncols=columns, borderaxespad=0.4)
        if made.get_window_extent(renderer).width <= room:
            return made
        if columns > 1:
            made.remove()
    texts = made.get_texts()
    taken = made.get_window_extent(renderer).width - max(
        text.get_window_extent(renderer).width for text in texts
    )
    for text in texts:
        break_text(text, renderer, room - taken)
    return made
