"""Where the texts of a figure lie: what leaves it, what lies over what, what is too small."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from hedgerow.figures import style

COLUMN = 85 / 25.4
"""Inches: a column of a journal."""
WIDTHS = (COLUMN, None)
ARTICLE = re.compile(r"\bS[0-4]\b(?!-\d00)")
ALIKE = 1.0
"""Pixels that two texts may share: the boxes of letters hold some air."""


def texts(figure: Figure) -> Iterator[Text]:
    """Yield all texts that are drawn."""
    yield from (text for text in figure.texts if _shows(text))
    for part in figure.subfigs:
        yield from texts(part)
    for legend in _legends(figure):
        yield from legend.get_texts()
        yield legend.get_title()
    for axes in figure.axes if isinstance(figure, Figure) else ():
        if axes.get_visible():
            yield from filter(_shows, _of(axes))


def _of(axes: Axes) -> Iterator[Text]:
    yield from axes.texts
    yield from (axes.title, axes._left_title, axes._right_title)
    if not axes.axison:
        return
    for axis in (axes.xaxis, axes.yaxis):
        yield axis.label
        yield axis.get_offset_text()
        for tick in axis._update_ticks():
            yield from (tick.label1, tick.label2)


def _shows(text: Text) -> bool:
    return text.get_visible() and bool(text.get_text().strip())


def _legends(figure: Figure) -> list:
    own = [axes.get_legend() for axes in figure.axes]
    return [*figure.legends, *filter(None, own)]


def faults(figure: Figure) -> list[str]:
    """Return what is wrong with the texts and legends of a figure, a sentence each."""
    with style.looks(figure.page):  # in which letters are as wide as in files
        return _faults(figure)


def _faults(figure: Figure) -> list[str]:
    figure.draw_without_rendering()
    renderer = figure._get_renderer()
    whole = figure.bbox
    found = []
    boxes = []
    for text in texts(figure):
        if not _shows(text):
            continue
        box = Text.get_window_extent(text, renderer)  # without the arrow of an annotation
        said = text.get_text().replace("\n", " / ")
        boxes.append((said, box))
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > whole.x1 + 0.5 or box.y1 > whole.y1 + 0.5:
            found.append(f"leaves the figure: {said}")
        if text.get_fontsize() < 6.0 - 1e-9:
            found.append(f"has {text.get_fontsize():.2f} points: {said}")
    for (one, first), (other, second) in combinations(boxes, 2):
        if first.padded(-ALIKE).overlaps(second.padded(-ALIKE)):
            found.append(f"lie over one another: {one} | {other}")
    for legend in _legends(figure):
        box = legend.get_window_extent(renderer)
        if not Bbox([[0, 0], whole.max]).padded(0.5).contains(*box.min) or box.x1 > whole.x1 + 0.5:
            found.append("a legend leaves the figure")
        for axes in figure.axes:
            if axes.get_visible() and axes.axison and box.padded(-ALIKE).overlaps(axes.bbox):
                found.append(f"a legend lies over data: {axes.get_title(loc='left')}")
    for axes in figure.axes:
        if axes.get_visible() and min(axes.bbox.size) < 0.35 * figure.dpi and not _is_bar(axes):
            found.append(f"a panel is too small: {axes.get_title(loc='left')} {axes.bbox.size}")
    return found


def _is_bar(axes: Axes) -> bool:
    return axes.get_label() == "<colorbar>"


def wrong_with(make):
    """Return faults of the figures of a function at both widths, and ids of articles in them.

    Args:
        make: returns a figure, or several by name.
    """
    found = []
    for width in WIDTHS:
        with style.page(width):
            made = make()
            for name, figure in made.items() if isinstance(made, dict) else [("", made)]:
                found += [f"{name} {width}: {fault}" for fault in _wrong(figure, width)]
    return found


def _wrong(figure, width):
    found = faults(figure)
    said = [text.get_text() for text in texts(figure)]
    found += [f"names an article: {text}" for text in said if ARTICLE.search(text)]
    assert figure.caption and figure.about in figure.described().replace("\n", " ")
    if width is not None:
        assert figure.get_figwidth() == pytest.approx(width)
        assert figure.get_figheight() < 11.0
    return found
