"""How every figure looks: colours that all can tell apart and that differ in grey, texts, files."""

import re
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from ..errors import OutputError
from ..facts.records import MARK
from ..files import read_bytes
from ..progress import counted
from .page import FORMATS as FORMATS
from .page import INK, MUTED, SIGNED, Page, kept_of, looks, put_legend
from .page import Picture as Picture
from .page import across as across
from .page import current as page_now
from .page import folded as folded
from .page import narrowed as narrowed
from .page import page as page
from .page import points as points
from .page import wide as wide

if TYPE_CHECKING:
    from .drawable import Drawable
    from .series import Series

FACT: dict[str, Any] = {
    "linestyle": "none",
    "marker": "D",
    "color": INK,
    "markerfacecolor": "white",
    "markersize": 5.5,
    "zorder": 5,
}
"""How a mark looks that stands for what articles say."""

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
FAINT = "#DDDDDD"

_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control, format and spaces, of Unicode
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")

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


def canvas(
    width: float,
    height: float,
    title: str,
    about: "Drawable | str",
    small: float = 7.0,
    caption: str = "",
) -> Picture:
    """Return an empty figure with its title and a line on where it comes from.

    Both are left away on a bare `page`, but for the mark of hindsight.

    Args:
        width, height: in inches; on a `page` of another width the height follows.
        title: what it shows.
        about: the result that is drawn, or the line itself, of parts between dots.
        small: points of the letters of that line.
        caption: what explains its terms and names its sources, in paragraphs.
    """
    line = about if isinstance(about, str) else footer(about)
    figure = Picture(width, height, title, line, caption)
    if not figure.page.bare:
        large = points(11.5)
        figure.suptitle(title, x=0.0, ha="left", fontsize=large, fontweight="bold", color=INK)
    foot = kept_of(line) if figure.page.bare else line
    if foot:
        size = points(small)
        look: dict[str, Any] = {"fontsize": size, "color": MUTED}
        figure.foot = figure.text(0.0, 0.0, foot, ha="left", va="bottom", **look)
    return figure


def legend(
    figure: Figure, handles: Sequence[Any], labels: Sequence[str], columns: int | None = None
) -> None:
    """Explain lines and points below all axes and above the foot of a `canvas`.

    Args:
        figure: made by `canvas` or `paper`.
        handles, labels: as matplotlib has them.
        columns: of the legend at most; by default four, one where a label is long.
    """
    if labels:
        short = max(map(len, labels)) < 60
        put_legend(figure, handles, labels, columns or (4 if short else 1))


def key(axes: Axes, title: str, columns: int) -> None:
    """Head a panel with its title and, below it, what explains its own lines and points."""
    axes.legend(
        title=title,
        title_fontsize=points(9.5),
        alignment="left",
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        labelspacing=0.2,
        borderpad=0.0,
        handlelength=1.6,
        columnspacing=1.0,
        ncols=columns,
    )


def footer(results: "Drawable") -> str:
    """Return scenario, runs, seed and version in one line."""
    about = results.manifest
    failed = about.get("runs_failed", 0)
    runs = counted(about["runs_stored"] - failed, "run") + (f" ({failed} failed)" if failed else "")
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


def names(labels: Sequence[str], size: float = 7.5, share: float = 0.42) -> list[str]:
    """Return the labels of rows as they fit beside panels: in lines on a narrow page.

    Args:
        labels: of the rows.
        size: points of their letters on a page of full width.
        share: of the page's width that they may take.
    """
    width = page_now().width
    if width is None:
        return list(labels)
    return [folded(label, share * width, points(size)) for label in labels]


def deep(labels: Sequence[str], size: float = 7.5) -> float:
    """Return the inches of a row that holds the highest of some labels."""
    return points(size) / 72.0 * (1.2 * max(label.count("\n") + 1 for label in labels) + 0.3)


def years(axes: Axes, first: int, last: int) -> None:
    """Set the axis of years: whole years, as many as there is room for, a margin of half a year."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(first - 0.5, last + 0.5)
    locator = MaxNLocator(nbins="auto", steps=[1, 2, 5, 10], integer=True, min_n_ticks=2)
    axes.xaxis.set_major_locator(locator)


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
    "pdf": {"Creator": _OURS, "CreationDate": None},
    "eps": {"Creator": _OURS},
}
_MARKS = {
    ".svg": b"<dc:title>hedgerow</dc:title>",
    ".png": b"Software\x00hedgerow",
    ".pdf": b"/Creator (hedgerow)",
    ".eps": b"%%Creator: hedgerow",
    ".txt": SIGNED.encode(),
}
_DOTS = {False: 150, True: 300}  # an inch of a PNG, on the screen and on a page of given width


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


def save(
    figure: Figure, folder: Path, name: str, formats: Sequence[str] | None = None
) -> list[Path]:
    """Write a figure in each format; equal figures give equal bytes on one machine.

    What explains a figure, and the title and foot that a bare one lacks, go into ``NAME.txt``.

    Args:
        figure: to write.
        folder: where.
        name: of the files, without their endings.
        formats: of `FORMATS`; those of the `page` by default.

    Returns:
        The files, that of the caption last.

    Warns:
        MissingLetters: no font of this machine has some letter of the figure.

    Raises:
        OSError: the place cannot be written.
    """
    paths = []
    sheet = figure.page if isinstance(figure, Picture) else Page()
    with looks(sheet):
        missing = _choose_fonts(figure)
        if missing:
            _find_new_fonts()
            missing = _choose_fonts(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out; the formats need not do it again
        for axes in figure.axes:  # last bits of a layout vary, and names in an SVG follow them
            place = np.round(axes.get_position(original=True).extents, 9)
            axes.set_position(Bbox.from_extents(*place), which="original")
        wanted = page_now().formats if formats is None else formats
        for ending in [form for form in wanted if form in FORMATS]:
            path = folder / f"{name}.{ending}"
            if ending == "eps":
                path.write_bytes(_eps(figure))
            else:
                dots = _DOTS[sheet.width is not None]
                figure.savefig(path, format=ending, dpi=dots, metadata=_METADATA.get(ending))
            paths.append(path)
    if paths and isinstance(figure, Picture) and (figure.caption or sheet.bare):
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(figure.described(), encoding="utf-8")
    if missing:
        letters = " ".join(sorted(missing)[:6]) + (" …" if len(missing) > 6 else "")
        warnings.warn(
            f"no font of this machine has {letters}: boxes stand in their place in figures; "
            "install one that has, such as Noto Sans for the script, and draw them again",
            MissingLetters,
            stacklevel=2,
        )
    return paths


_BEHIND = 1.5  # zorder: bands and grids lie below it, lines and letters above


def _eps(figure: Figure) -> bytes:
    """Return a figure as EPS, which knows no transparency: bands become pictures of dots.

    Whatever else is transparent gets the colour that it has on white.
    """
    buffer = BytesIO()
    with ExitStack() as undo:
        for axes in figure.axes:
            if any(map(_is_clear, axes.get_children())):
                axes.set_rasterization_zorder(_BEHIND)
                undo.callback(axes.set_rasterization_zorder, None)
        above = [a for axes in figure.axes for a in axes.get_children() if a.zorder >= _BEHIND]
        keys = [a for key in figure.findobj(Legend) for a in key.legend_handles]
        for artist in (*above, *keys):
            if artist is not None and _is_clear(artist):
                _mix(artist, undo)
        figure.savefig(buffer, format="eps", dpi=_DOTS[True], metadata=_METADATA["eps"])
    lines = buffer.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"%%CreationDate"))


def _is_clear(artist: Artist) -> bool:
    return artist.get_alpha() not in (None, 1, 1.0)


def _mix(artist: Any, undo: ExitStack) -> None:
    """Give a transparent line or patch the colour that it has on white."""
    alpha = artist.get_alpha()
    undo.callback(artist.set_alpha, alpha)
    artist.set_alpha(None)
    for name in ("color", "facecolor"):
        if hasattr(artist, f"get_{name}"):
            before = getattr(artist, f"get_{name}")()
            put = getattr(artist, f"set_{name}")
            undo.callback(put, before)
            put(np.squeeze(1.0 - alpha * (1.0 - to_rgba_array(before)[..., :3])))


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


def paper(title: str, about: str, height: float, caption: str = "") -> Picture:
    """Return an empty figure as wide as a page, with texts of 8 points or more.

    Args:
        title: what it shows.
        about: the line on where it comes from.
        height: in inches.
        caption: what explains its terms and names its sources, in paragraphs.
    """
    return canvas(PAPER, height, title, about, 8.0, caption)
