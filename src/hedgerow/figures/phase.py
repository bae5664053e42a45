"""A phase diagram: a measure over two swept numbers, with the edge of hedging and where it breaks.

Cells have the colour of their design point, and only lines are interpolated between points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from ..progress import counted
from . import style
from .series import band_of

if TYPE_CHECKING:
    from matplotlib.cm import ScalarMappable

    from ..analysis.phase import Panel, Phase
    from ..analysis.phase.axes import Axis
    from ..analysis.phase.critical import Curve

Floats = NDArray[np.float64]

COLUMNS = 3
"""Panels beside each other."""

_TOGETHER = 3  # slices up to which values and spread share a page
_SLIM = 3.0  # inches of a page on which bars of colours stand below the panels
_FEW = 6  # values that are all written at an axis
_MEANS, _SPREAD, _CHANGES = "cividis", "Greys", "PuOr"
_EDGE, _BREAK = "#000000", style.OKABE_ITO[0]
_HEDGING = ("alignment_index", "hedging_index")
_HATCH = "///"


def pages(phase: "Phase", terms: str = "") -> dict[str, Figure]:
    """Return the figures by the end of their name: values with their spread, or two pages."""
    if len(phase.panels) <= _TOGETHER:
        return {"": draw(phase, ("value", "spread"), terms)}
    return {"": draw(phase, ("value",), terms), "-spread": draw(phase, ("spread",), terms)}


def draw(phase: "Phase", blocks: Sequence[str] = ("value", "spread"), terms: str = "") -> Figure:
    """Draw all slices, a block of panels for each of ``"value"`` and ``"spread"``.

    One slice has its blocks beside each other, several have them below each other.

    Args:
        phase: the map.
        blocks: to draw.
        terms: what the measure is, for the caption.
    """
    sheet = _sheet(phase, blocks)
    with style.looks(), rc_context({"hatch.linewidth": 0.5}):
        text = caption(phase, blocks, terms)
        figure = style.canvas(sheet.across, sheet.up, _title(phase), _footer(phase), caption=text)
        grid = figure.subplots(sheet.rows, sheet.columns, squeeze=False, sharex=True, sharey=True)
        for axes, block in zip(np.split(grid.ravel(), len(blocks)), blocks, strict=True):
            _block(figure, list(axes), phase, block, sheet)
        if sheet.narrow and sheet.columns > 1:  # one label for all: none has room for its own
            size = style.points(9.0)
            label = _names(phase.x, 0.8 * sheet.across)
            figure.supxlabel(label, y=0.0, fontsize=size, color=style.INK)
            figure.supylabel(_names(phase.y, sheet.up - 1.9), fontsize=size, color=style.INK)
        else:
            for axes in grid[:, 0]:
                axes.set_ylabel(_names(phase.y, sheet.tall))
            for axes in grid[-1]:
                axes.set_xlabel(_names(phase.x, sheet.wide))
        style.legend(figure, *_key(phase, blocks))
    return figure


@dataclass(frozen=True)
class _Sheet:
    """How panels stand: inches of one and of the figure, and whether the page is a narrow one."""

    rows: int
    columns: int
    wide: float
    tall: float
    across: float
    up: float
    narrow: bool


def _sheet(phase: "Phase", blocks: Sequence[str]) -> _Sheet:
    """Return the layout: as wide as it likes to be, or for the width of the page."""
    count = len(phase.panels)
    columns = len(blocks) if count == 1 else min(count, COLUMNS)
    wide, tall = (4.4, 3.5) if count == 1 else (3.1, 2.5)
    own = columns * wide + 1.6
    page = style.page_now().width or inf
    narrow = page < own
    if narrow:
        fitting = max(1, int((page - 0.9) / (2.6 if count == 1 else 1.15)))
        columns = min(columns, fitting)
        beside = (columns == 1 or count == 1) and page >= _SLIM
        wide = (page - (1.4 if beside else 0.9)) / columns
        tall = min(tall, 1.1 * wide + (0.0 if count == 1 else 0.5))
    rows = ceil(len(blocks) / columns) if count == 1 else ceil(count / columns) * len(blocks)
    return _Sheet(rows, columns, wide, tall, min(own, page), rows * tall + 1.9, narrow)


def _block(figure: Figure, axes: list[Axes], phase: "Phase", block: str, sheet: _Sheet) -> None:
    """Draw a panel a slice, with one scale of colours for all."""
    count = len(phase.panels)
    for empty in axes[count:]:
        empty.set_visible(False)
    drawn = [
        _panel(one, phase, panel, block, sheet)
        for one, panel in zip(axes[:count], phase.panels, strict=True)
    ]
    for place in range(max(0, count - sheet.columns), count):
        axes[place].tick_params(labelbottom=True)
    below = sheet.narrow and ((sheet.columns > 1 and count > 1) or sheet.across < _SLIM)
    bar = figure.colorbar(
        drawn[0],
        ax=axes[:count],
        shrink=0.95 if below or ceil(count / sheet.columns) == 1 else 0.6,
        aspect=24,
        pad=0.02,
        location="bottom" if below else "right",
    )
    bar.locator = MaxNLocator(5)
    bar.update_ticks()
    room = 0.6 * sheet.across if below else 0.9 * sheet.tall if sheet.narrow else 3.0
    bar.set_label("\n".join(_lines(line, room) for line in _quantity(phase, block)))
    bar.outline.set_visible(False)


def _lines(text: str, room: float) -> str:
    """Break what is said at an axis into lines of so many inches."""
    return style.folded(text, room, style.points(9.0))


_BAND = "In the hedger's band the alignment index is {:g} to {:g}."
_CRITICAL = (
    " Critical rivalry is where balance between rivals breaks: the smallest rivalry at which the "
    "payoff has no best portfolio between them any more, so that a country does better by taking a "
    "side. It is computed from the numbers of the scenario, without chance."
)


def caption(phase: "Phase", blocks: Sequence[str], terms: str = "") -> str:
    """Return what explains a map: its colours, axes, marks and lines."""
    sentences = [f"{line[0].upper()}{line[1:]}." for line in _colours(phase, blocks)]
    for name, axis in (("Across", phase.x), ("Up", phase.y)):
        path = "" if axis.path == axis.words else f" ({axis.path})"
        sentences.append(f"{name}: {axis.words}{path}.")
    if len(phase.panels) > 1:
        sentences.append("Each panel has the values of other swept paths that stand above it.")
    if phase.grid:
        sentences.append(
            "A cell has the colour of its design point, and lines alone are interpolated."
        )
        sentences.append("A cross is a design point of which nothing is known.")
    lines = _key(phase, blocks)[1]
    sentences += [f"{line[0].upper()}{line[1:]}." for line in lines if line != "design point"]
    if any("hedger's band" in line for line in lines):
        sentences.append(_BAND.format(*band_of(phase.manifest)))
    if phase.along:
        sentences.append(_CRITICAL.strip())
    return f"{' '.join(sentences)}\n{terms}".rstrip()


def _colours(phase: "Phase", blocks: Sequence[str]) -> list[str]:
    """Return a sentence on the colours of each block."""
    return [f"colours: {', '.join(_quantity(phase, block))}" for block in blocks]


def _footer(phase: "Phase") -> str:
    about = phase.manifest
    failed = f" ({about['runs_failed']} failed)" if about["runs_failed"] else ""
    return (
        f"{about['title']} · {about['points']} points, "
        f"{counted(about['replicates'], 'run')} each{failed}, seed {about['seed']} · "
        f"{style.made_by(about)}"
    )


def _title(phase: "Phase") -> str:
    place = phase.manifest["countries"].get(phase.country, phase.country)
    title = f"{place}, {phase.year}: {phase.words}"
    if phase.against is not None:
        title = f"{place}, {phase.year}: change of {phase.words}"
    return title


def _names(axis: "Axis", room: float) -> str:
    words = _lines(axis.words, max(room, 1.2))
    return words if axis.path == axis.words else f"{words}\n{_lines(f'({axis.path})', room)}"


def _quantity(phase: "Phase", block: str) -> list[str]:
    """Return what the colours of a block stand for, in lines."""
    unit = "" if phase.unit in phase.words else f", {phase.unit}"
    if phase.against is not None:
        start = f"from where {phase.x.path} = {_shown(phase.against)}"
        whole = [f"change of {phase.words}{unit}", start]
        return whole if block == "value" else [f"half-width of its 95 % interval{unit}"]
    if block == "spread":
        return [f"sd across runs{unit}"]
    if phase.measure == "alignment_index":
        names = phase.manifest["partners"]
        first, second = (names.get(pole, pole) for pole in phase.manifest["poles"])
        return [f"{phase.words}, mean of runs", f"(0 = all {second}, 100 = all {first})"]
    return [f"{phase.words}, mean of runs{unit}"]


# panels ----------------------------------------------------------------------------------------
def _panel(
    axes: Axes, phase: "Phase", panel: "Panel", block: str, sheet: _Sheet
) -> "ScalarMappable":
    axes.grid(visible=False)
    at = {**phase.at, **panel.at}
    heads = [f"{path} = {_shown(value)}" for path, value in at.items()]
    if sheet.narrow:
        size = style.points(9.5)  # a value stays with its sign
        heads = [style.folded(h.replace(" = ", "\u00a0=\u00a0"), sheet.wide, size) for h in heads]
    axes.set_title("\n".join(heads), loc="left")
    values, norm, colours = _coloured(phase, block)
    drawn: ScalarMappable
    if phase.grid:
        edges = _edges(phase.x), _edges(phase.y)
        cells = np.ma.masked_invalid(phase.cells(panel, values))
        drawn = axes.pcolormesh(*edges, cells, cmap=colours, norm=norm, rasterized=False)
        _scales(axes, phase, edges, sheet)
        if block == "value":
            if _is_hatched(phase):
                _hatch(axes, phase, panel, edges, np.asarray(norm(cells)))
            _marks(axes, phase, panel)
        if phase.against is None:
            _edge_of_hedging(axes, phase, panel, edges)
    else:
        drawn = _scatter(axes, phase, panel, values, norm, colours, block, sheet)
    _curve(axes, phase, panel)
    return drawn


def _coloured(phase: "Phase", block: str) -> tuple[Floats, Normalize, str]:
    """Return the values of a block, row by row, with the scale that all its panels share."""
    table = phase.table
    if phase.against is not None and block == "value":
        values = table["change"].to_numpy()
        reach = _largest(np.abs(values))
        return values, Normalize(-reach, reach), _CHANGES
    if block == "value":
        values = table["mean"].to_numpy()
        low, high = (_largest(values, -1), _largest(values)) if len(values) else (0.0, 1.0)
        if not high > low:
            low, high = low - 0.5, high + 0.5
        return values, Normalize(low, high), _MEANS
    if phase.against is not None:
        values = (table["change_high"] - table["change"]).to_numpy()
    else:
        values = table["sd"].to_numpy()
    return values, Normalize(0.0, _largest(values) or 1.0), _SPREAD


def _largest(values: Floats, sign: int = 1) -> float:
    there = values[np.isfinite(values)]
    return float(sign * (sign * there).max()) if there.size else 0.0


def _edges(axis: "Axis") -> Floats:
    """Return the edges of cells: midway between values, as far beyond the last as within."""
    places = axis.places(axis.values)
    if axis.log:
        places = np.log(places)
    middle = 0.5 * (places[1:] + places[:-1])
    edges = np.concatenate([[2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]])
    return np.asarray(np.exp(edges) if axis.log else edges)


def _scales(axes: Axes, phase: "Phase", edges: tuple[Floats, Floats] | None, sheet: _Sheet) -> None:
    """Set scales, ends and ticks of both axes."""
    for name, one, ends in (
        ("x", phase.x, None if edges is None else edges[0]),
        ("y", phase.y, None if edges is None else edges[1]),
    ):
        along = getattr(axes, f"{name}axis")
        if one.log:
            getattr(axes, f"set_{name}scale")("log")
            along.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            along.set_major_formatter(FuncFormatter(lambda value, _: _shown(value)))
            along.set_minor_locator(NullLocator())
        elif one.numeric and phase.grid and len(one.values) <= _FEW:
            along.set_major_locator(FixedLocator(list(one.values)))
            along.set_major_formatter(FuncFormatter(lambda value, _: _shown(value)))
        elif not one.numeric:
            size = style.points(9.0)
            names = [style.folded(_shown(value), 1.3, size) for value in one.values]
            getattr(axes, f"set_{name}ticks")(range(len(names)), names)
            if name == "x" and len(names) * max(style.wide(n, size) for n in names) > sheet.wide:
                axes.tick_params(axis="x", labelrotation=90)
        if ends is not None:
            getattr(axes, f"set_{name}lim")(ends[0], ends[-1])


def _places(phase: "Phase", panel: "Panel") -> tuple[Floats, Floats]:
    rows = phase.table.iloc[panel.rows]
    return (
        phase.x.places(rows[phase.x.path].tolist()),
        phase.y.places(rows[phase.y.path].tolist()),
    )


def _is_hatched(phase: "Phase") -> bool:
    """Tell whether cells say how sure it is that they are in the band: in maps of hedging."""
    return bool(phase.band) and phase.against is None and phase.measure in _HEDGING


def _hatch(
    axes: Axes, phase: "Phase", panel: "Panel", edges: tuple[Floats, Floats], light: Floats
) -> None:
    """Hatch the cells of which chance leaves open on which side of the edge of hedging they lie."""
    open_ = phase.cells(panel, phase.undecided().astype(np.float64)) > 0
    for i, j in zip(*np.nonzero(open_), strict=True):
        axes.add_patch(
            Rectangle(
                (edges[0][j], edges[1][i]),
                edges[0][j + 1] - edges[0][j],
                edges[1][i + 1] - edges[1][i],
                fill=False,
                hatch=_HATCH,
                edgecolor=style.INK if light[i, j] > 0.6 else "white",
                linewidth=0.0,
            )
        )


def _marks(axes: Axes, phase: "Phase", panel: "Panel") -> None:
    """Mark the design points; of changes, their sign; where nothing is known, a cross."""
    x, y = _places(phase, panel)
    known = np.isfinite(phase.table["mean"].to_numpy()[panel.rows])
    axes.plot(x[~known], y[~known], "x", color=style.INK, markersize=5)
    if phase.against is None:
        _dots(axes, x[known], y[known])
        return
    sign = phase.sign()[panel.rows]
    _dots(axes, x[known & (sign == 0)], y[known & (sign == 0)])
    for which, marker in ((1, "^"), (-1, "v")):
        there = known & (sign == which)
        axes.plot(
            x[there], y[there], marker, color=style.INK, markersize=4.5, markeredgecolor="white"
        )


def _dots(axes: Axes, x: Floats, y: Floats) -> None:
    axes.plot(
        *(x, y, "o"),
        markersize=2.2,
        markerfacecolor="white",
        markeredgecolor=style.INK,
        markeredgewidth=0.4,
    )


def _edge_of_hedging(
    axes: Axes, phase: "Phase", panel: "Panel", edges: tuple[Floats, Floats]
) -> None:
    """Draw the line along which half of the runs are in the hedger's band."""
    if not _has_edge(phase, panel):
        return
    share = phase.cells(panel, "in_band")
    if phase.x.numeric and phase.y.numeric:
        drawn = axes.contour(
            phase.x.places(phase.x.values),
            phase.y.places(phase.y.values),
            np.ma.masked_invalid(share),
            levels=[0.5],
            colors=[_EDGE],
            linewidths=1.6,
        )
        drawn.set_path_effects(_halo(1.6))
        return
    lines = LineCollection(_stairs(share >= 0.5, edges), colors=[_EDGE], linewidths=1.6)
    lines.set_path_effects(_halo(1.6))
    axes.add_collection(lines, autolim=False)


def _stairs(inside: NDArray[np.bool_], edges: tuple[Floats, Floats]) -> list[Any]:
    """Return the edges between cells that are in and cells that are out: there is no between."""
    x, y = edges
    upright = [
        ((x[j + 1], y[i]), (x[j + 1], y[i + 1]))
        for i, j in zip(*np.nonzero(inside[:, 1:] != inside[:, :-1]), strict=True)
    ]
    level = [
        ((x[j], y[i + 1]), (x[j + 1], y[i + 1]))
        for i, j in zip(*np.nonzero(inside[1:] != inside[:-1]), strict=True)
    ]
    return upright + level


def _halo(width: float) -> list[AbstractPathEffect]:
    """Set a line off from light and dark alike."""
    return [withStroke(linewidth=width + 1.4, foreground="white")]


def _has_edge(phase: "Phase", panel: "Panel") -> bool:
    """Tell whether some points are surely in the band and others surely out of it.

    Without either, a line along which half of the runs are in it would follow chance alone.
    """
    sure = ~phase.undecided()[panel.rows]
    share = phase.table["in_band"].to_numpy()[panel.rows][sure]
    return bool((share > 0.5).any() and (share < 0.5).any())


def _curve(axes: Axes, phase: "Phase", panel: "Panel") -> None:
    """Draw where the hedge breaks: its median over draws dashed, 5 and 95 % dotted."""
    curve = panel.curve
    if curve is None:
        return
    heat, other = (phase.x, phase.y) if phase.along == "x" else (phase.y, phase.x)
    far = 100.0 * max(heat.values[-1], 1e-9)
    at = other.places(curve.at)
    ends = [(curve.low, ":", 1.3), (curve.high, ":", 1.3)] if _spreads(curve) else []
    for values, dash, width in (*ends, (curve.median, "--", 1.9)):
        shown = np.where(np.isinf(values), np.nan, np.clip(values, None, far))
        places, across = shown, at
        if not other.numeric:  # a level for each name, and no line between them
            places = np.column_stack([shown, shown, np.full_like(shown, np.nan)]).ravel()
            across = np.column_stack([at - 0.5, at + 0.5, at]).ravel()
        pair = (places, across) if phase.along == "x" else (across, places)
        axes.plot(
            *pair,
            linestyle=dash,
            color=_BREAK,
            linewidth=width,
            path_effects=_halo(width),
            scalex=False,
            scaley=False,
        )


def _spreads(curve: "Curve") -> bool:
    """Tell whether draws differ in where the hedge breaks."""
    return not np.allclose(curve.low, curve.high)


def _scatter(
    axes: Axes,
    phase: "Phase",
    panel: "Panel",
    values: Floats,
    norm: Normalize,
    colours: str,
    block: str,
    sheet: _Sheet,
) -> "ScalarMappable":
    """Draw points that are no grid; a thick ring where half of the runs are in the band."""
    x, y = _places(phase, panel)
    inside = phase.table["in_band"].to_numpy()[panel.rows] >= 0.5
    _scales(axes, phase, None, sheet)
    return axes.scatter(
        x,
        y,
        c=values[panel.rows],
        cmap=colours,
        norm=norm,
        s=34,
        edgecolors=style.INK,
        linewidths=np.where(inside & (block == "value"), 1.8, 0.3).tolist(),
    )


# the key ---------------------------------------------------------------------------------------
def _key(phase: "Phase", blocks: Sequence[str]) -> tuple[list[Any], list[str]]:
    handles: list[Any] = []
    labels: list[str] = []

    def add(handle: Any, label: str) -> None:
        handles.append(handle)
        labels.append(label)

    value = "value" in blocks
    if phase.against is not None:
        for marker, word in (("^", "rose"), ("v", "fell")) if value else ():
            add(_mark(marker), f"{word}: its 95 % interval is off 0")
        if value:
            add(_dot(), "design point where that is open")
    elif phase.grid:
        _key_of_band(phase, value, add)
        if value:
            add(_dot(), "design point")
    else:
        if value and phase.band:
            ring = Line2D([], [], linestyle="none", marker="o", markersize=6, color=style.INK)
            ring.set_markerfacecolor("white")
            ring.set_markeredgewidth(1.8)
            add(ring, f"half of {_band(phase)}, or more")
        if phase.varied:
            add(_nothing(), f"varied among the points too: {', '.join(phase.varied)}")
    if phase.along:
        _key_of_curve(phase, add)
    return handles, labels


def _key_of_band(phase: "Phase", value: bool, add: Any) -> None:
    if not phase.band:
        add(_nothing(), "the sweep kept no alignment index, so the hedger's band is not drawn")
        return
    band = _band(phase)
    share = phase.table["in_band"].to_numpy()
    if any(_has_edge(phase, panel) for panel in phase.panels):
        add(Line2D([], [], color=_EDGE, linewidth=1.6), f"half of {band}")
    elif np.isfinite(share).any():
        low, high = 100 * np.nanmin(share), 100 * np.nanmax(share)
        add(_nothing(), f"{low:.0f} to {high:.0f} % of {band}: no edge at half that is sure")
    if value and _is_hatched(phase) and phase.undecided().any():
        hatch = Patch(facecolor="#8A8A8A", edgecolor="white", hatch=_HATCH, linewidth=0)
        add(hatch, "95 % interval of that share holds a half")


def _band(phase: "Phase") -> str:
    how = "" if phase.band == "runs" else ", by their quantiles"
    low, high = band_of(phase.manifest)
    return f"the runs in the hedger's band, {low:g}–{high:g}{how}"


def _key_of_curve(phase: "Phase", add: Any) -> None:
    curves = [panel.curve for panel in phase.panels if panel.curve is not None]
    heat = phase.x if phase.along == "x" else phase.y
    inside = any(np.any(curve.median <= heat.values[-1]) for curve in curves)
    if inside:
        line = Line2D([], [], color=_BREAK, linestyle="--", linewidth=1.9)
        draws = f", median of {phase.draws} draws; dotted: 5 and 95 %"
        add(line, "critical rivalry" + (draws if any(map(_spreads, curves)) else ""))
    else:
        add(_nothing(), "critical rivalry: beyond the axis in half of the draws or more")


def _mark(marker: str) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, color=style.INK, markersize=5)


def _dot() -> Line2D:
    return Line2D(
        *([], []),
        linestyle="none",
        marker="o",
        markersize=3,
        markerfacecolor="white",
        markeredgecolor=style.INK,
        markeredgewidth=0.5,
    )


def _nothing() -> Line2D:
    return Line2D([], [], linestyle="none")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
