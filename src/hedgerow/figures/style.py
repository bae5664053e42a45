"""How every figure looks: colours that all can tell apart and that differ in grey, texts, files."""

import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..errors import OutputError
from ..facts.records import MARK
from ..files import read_bytes
from .shown import Shown

if TYPE_CHECKING:
    from .drawable import Drawable
    from .series import Series

OKABE_ITO = (
    "#D55E00",  # vermilion
    "#0072B2",  # blue
    "#009E73",  # green
    "#CC79A7",  # purple
    "#E69F00",  # orange
    "#56B4E9",  # sky
    "#000000",  # black
    "#F0E442",  # yellow
)
"""Okabe and Ito (2008), told apart by the colour-blind; strongest contrasts first."""

DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
INK = "#222222"
MUTED = "#666666"
FAINT = "#DDDDDD"

_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control, format and spaces, of Unicode
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_FOOT = 0.22  # inches at the bottom for the footer

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hedgerow",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
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
    "legend.fontsize": 8.0,
    "figure.dpi": 100,
    "text.parse_math": False,
}


FONT = "DejaVu Sans"
SCRIPTS = (
    *("Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Myanmar", "Noto Sans Lao"),
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans SC", "Noto Sans JP"),
    *("Noto Sans KR", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil"),
    *("Noto Sans Sinhala", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Ethiopic"),
    *("Leelawadee UI", "Khmer UI", "Myanmar Text", "Microsoft YaHei", "Yu Gothic"),
    *("Malgun Gothic", "Nirmala UI", "Segoe UI"),  # Windows
    *("Thonburi", "Khmer Sangam MN", "Myanmar Sangam MN", "Lao Sangam MN", "PingFang SC"),
    *("Hiragino Sans", "Hiragino Sans GB", "Apple SD Gothic Neo", "Kohinoor Devanagari"),  # macOS
    *("Garuda", "Loma", "Khmer OS", "Padauk", "Phetsarath OT", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Droid Sans Fallback", "Source Han Sans SC", "Lohit Devanagari"),
    *("Arial Unicode MS", "Unifont"),
)
"""Fonts for letters that DejaVu Sans lacks, where a machine has them."""


class MissingLetters(UserWarning):
    """A figure has letters that no font of this machine shows; they are drawn as boxes."""


@contextmanager
def looks() -> Iterator[None]:
    """Draw in the style of the house, whatever the user's matplotlib settings."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from")  # `save` sees to them
        yield


def canvas(
    width: float, height: float, title: str, about: "Drawable | str", small: float = 7.0
) -> Figure:
    """Return an empty figure of inches, with its title and a line on where it comes from.

    Args:
        width, height: in inches.
        title: what it shows.
        about: the result that is drawn, or the line itself, of parts between dots.
        small: points of the letters of that line.
    """
    line = about if isinstance(about, str) else footer(about)
    heading = "\n".join(_fitted(part, _room(width, 11.5)) for part in title.split("\n"))
    foot = _FOOT / height
    figure = Shown(figsize=(width, height))
    figure.set_layout_engine("constrained", rect=(0.0, foot, 1.0, 1.0 - foot))
    FigureCanvasAgg(figure)
    figure.suptitle(heading, x=0.012, ha="left", fontsize=11.5, fontweight="bold", color=INK)
    note = _with_its_end(line, _room(width, small, bold=False))
    figure.text(0.012, 0.25 * foot, note, ha="left", fontsize=small, color=MUTED)
    return figure


def _room(width: float, size: float, bold: bool = True) -> int:
    """Return how many letters of DejaVu Sans of `size` points a line of `width` inches holds."""
    return int(width * 72.0 / ((0.64 if bold else 0.53) * size))


def _cells(text: str) -> int:
    """Return how many letters a text is as wide as: Chinese letters are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _fitted(text: str, room: int) -> str:
    """Break a text into three lines of `room` letters at most; what is cut leaves an ellipsis."""
    if _cells(text) <= room:
        return text
    room = max(room * len(text) // _cells(text), 12)
    return "\n".join(wrap(text, room, max_lines=3, placeholder=" …"))


def _with_its_end(line: str, room: int) -> str:
    """Shorten the first part of a line of parts, so that what marks a figure in the end stays."""
    head, dot, rest = line.partition(" · ")
    room = max(room - _cells(dot + rest), 12)
    if _cells(head) > room:
        head = head[: room * len(head) // _cells(head) - 1].rstrip() + "…"
    return head + dot + rest


def legend(
    figure: Figure, handles: Sequence[Any], labels: Sequence[str], columns: int | None = None
) -> None:
    """Explain lines and points below all axes and above the footer of a `canvas`.

    Args:
        figure: made by `canvas` or `paper`.
        handles, labels: as matplotlib has them.
        columns: of the legend; by default four at most, one where a label is long.
    """
    if not labels:
        return
    foot = _FOOT / figure.get_figheight()
    short = max(map(len, labels)) < 60
    made = figure.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.0, foot),
        ncols=columns or (min(4, len(labels)) if short else 1),
    )
    # Matplotlib keeps room for a legend at the very edge, but not for one above a footer.
    box = made.get_window_extent()
    bottom = foot + (box.height / figure.dpi + 0.1) / figure.get_figheight()
    figure.set_layout_engine("constrained", rect=(0.0, bottom, 1.0, 1.0 - bottom))
    made.set_in_layout(False)


def footer(results: "Drawable") -> str:
    """Return scenario, runs, seed and version in one line."""
    about = results.manifest
    failed = about.get("runs_failed", 0)
    runs = f"{about['runs_stored'] - failed} runs" + (f" ({failed} failed)" if failed else "")
    return f"{about['title']} · {runs}, seed {about['seed']} · {made_by(about)}"


def made_by(manifest: Mapping[str, Any]) -> str:
    """Return the end of a foot: the version, and the mark of a result with hindsight."""
    return f"hedgerow {manifest['version']}" + f" · {MARK}" * bool(manifest.get(MARK))


def fan(
    axes: Axes, series: "Series", colour: str, label: str, dash: Any = "-", marker: str = ""
) -> None:
    """Draw the 90 % and 50 % bands of a series and its median."""
    for low, high, alpha in (("q05", "q95", 0.15), ("q25", "q75", 0.30)):
        axes.fill_between(
            series.years, series[low], series[high], color=colour, alpha=alpha, linewidth=0
        )
    axes.plot(
        series.years,
        series["q50"],
        color=colour,
        linestyle=dash,
        linewidth=1.8,
        marker=marker,
        markersize=4,
        markevery=max(1, len(series.years) // 8),
        label=label,
    )


BANDS = "bands: 50 % and 90 % of runs"


def years(axes: Axes, first: int, last: int) -> None:
    """Set the axis of years: whole years, a margin of half a year."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(first - 0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=2))


def span(results: "Drawable") -> str:
    """Return ``1996–2035``."""
    return f"{results.manifest['start']}–{results.manifest['end']}"


@dataclass(frozen=True)
class Look:
    """How one line among several is told from the others."""

    colour: str
    dash: Any
    marker: str


def look(position: int) -> Look:
    """Return the look of the line at a position."""
    return Look(
        OKABE_ITO[position % len(OKABE_ITO)],
        DASHES[position % len(DASHES)],
        MARKERS[position % len(MARKERS)],
    )


_OURS = "hedgerow"
_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": _OURS},
    "png": {"Software": _OURS},
    **{ending: {"Creator": _OURS} for ending in ("pdf", "ps", "eps")},
}
_MARKS = {".svg": b"<dc:title>hedgerow</dc:title>", ".png": b"Software\x00hedgerow"}


def require_ours(path: Path) -> None:
    """Refuse the place of a figure where a file is that `save` did not write.

    Raises:
        OutputError: there is one.
    """
    try:
        content = read_bytes(path)
    except FileNotFoundError:
        return
    except OSError:
        content = b""
    if path.is_symlink() or _MARKS.get(path.suffix.lower(), _OURS.encode()) not in content:
        raise OutputError(
            f"{path}: is there already, and no figure that hedgerow drew; move it away, or choose "
            "another place"
        )


def save(figure: Figure, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write a figure in each format; equal figures give equal bytes on one machine.

    Warns:
        MissingLetters: no font of this machine has some letter of the figure.

    Raises:
        OSError: the place cannot be written.
    """
    paths = []
    with looks():
        missing = _choose_fonts(figure)
        if missing:
            _find_new_fonts()
            missing = _choose_fonts(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out; the formats need not do it again
        for ending in formats:
            path = folder / f"{name}.{ending}"
            figure.savefig(path, format=ending, dpi=150, metadata=_METADATA.get(ending))
            paths.append(path)
    if missing:
        told = " ".join(sorted(missing)[:6]) + (" …" if len(missing) > 6 else "")
        warnings.warn(
            f"no font of this machine has {told}: boxes stand in their place in figures; install "
            "one that has, such as Noto Sans for the script, and draw them again",
            MissingLetters,
            stacklevel=2,
        )
    return paths


@cache
def _letters(font: str) -> frozenset[str]:
    """Return the letters that a font has; none where this machine lacks the font."""
    try:
        path = font_manager.findfont(font, fallback_to_default=False)
    except ValueError:
        return frozenset()
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))


def _choose_fonts(figure: Figure) -> set[str]:
    """Let each text name the fonts its letters need; return the letters that no font has.

    What XML cannot hold leaves the texts, so that every SVG can be read.
    """
    plain = _letters(FONT)
    without: set[str] = set()
    for text in figure.findobj(Text):
        if _NOT_XML.search(text.get_text()):
            text.set_text(_NOT_XML.sub("", text.get_text()))
        lacking = {x for x in text.get_text() if unicodedata.category(x) not in _UNSEEN} - plain
        fonts = [FONT]
        for font in SCRIPTS if lacking else ():
            found = lacking & _letters(font)
            if found:
                fonts.append(font)
                lacking -= found
        if len(fonts) > 1:
            text.set_fontfamily(fonts)
        without |= lacking
    return without


def _find_new_fonts() -> None:
    """Take up fonts that were installed since matplotlib last looked."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            with suppress(Exception):  # a file that matplotlib cannot read as a font
                font_manager.fontManager.addfont(path)
                _letters.cache_clear()


PAPER = 6.3
"""Inches: 160 mm, what a page of A4 takes between its margins."""


def paper(title: str, about: str, height: float) -> Figure:
    """Return an empty figure as wide as a page, with texts of 8 points or more.

    Args:
        title: what it shows; broken into lines where it is long.
        about: the line on where it comes from.
        height: in inches.
    """
    figure = canvas(PAPER, height, "\n".join(wrap(title, 62)), about, 8.0)
    for text in figure.texts:
        text.set_fontsize(min(max(8.0, text.get_fontsize()), 11.0))
    return figure
