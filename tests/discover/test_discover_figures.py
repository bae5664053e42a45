"""The figure of a region: true to its limits, whatever these are of."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from hedgerow.analysis.discovery import Box, Cases, Limit, Step, condition
from hedgerow.analysis.sensitivities.design import Axis
from hedgerow.figures import style
from hedgerow.figures.discovery import _numbers, draw

NAN = float("nan")
LABELS = ("quantal", "bandwagoner", "tit_for_tat")
RNG = np.random.default_rng(2)
INPUTS = (
    Axis("partners.USA.will", RNG.random(200)),
    Axis("countries.VNM.strategy", RNG.integers(0, 3, 200).astype(float), LABELS),
    Axis("behaviour.autonomy", RNG.random(200) * 4.0),
)
ABOUT = {"countries": {"VNM": "Vietnam"}, "title": "A title", "seed": 3, "version": "0.1.0"}
WILL = Limit(
    "partners.USA.will", 0.2, 0.6, INPUTS[0].values.min(), INPUTS[0].values.max(), 0.001, 0.01
)
STRATEGY = Limit(
    "countries.VNM.strategy", NAN, NAN, NAN, NAN, 0.03, NAN, ("quantal", "tit_for_tat"), LABELS
)
INSIDE = (INPUTS[0].values >= 0.2) & (INPUTS[0].values <= 0.6) & (INPUTS[1].values != 1.0)


def figure(*limits):
    """Draw a box of some limits."""
    steps = (Step(1.0, 0.3, 1.0, 0), Step(0.9, 0.6, 0.4, 1), Step(0.8, 0.9, 0.3, 2))
    box = Box(limits, steps[2], steps, 2, (), INSIDE, int(INSIDE.sum()), int(INSIDE.sum()))
    where = (condition("hedging_index@2035 < 0.2"), condition("not event:hedging_broken"))
    cases = Cases("runs", "VNM", where, INPUTS, INSIDE, 0, 0, ABOUT)
    made = draw(cases, [box], 0)
    made.draw_without_rendering()
    return made


def blue(panel):
    """Return (left, right) of what is drawn as the box, by row."""
    bars = [bar for bars in panel.containers for bar in bars]
    colour = to_rgb(style.OKABE_ITO[1])
    found = {}
    for bar in bars:
        if np.allclose(bar.get_facecolor()[:3], colour):
            row = round(bar.get_y() + bar.get_height() / 2)
            left, right = found.get(row, (9.0, -9.0))
            found[row] = min(left, bar.get_x()), max(right, bar.get_x() + bar.get_width())
    return found


def test_ranges_are_the_limits_and_labels_of_the_box_stand_together():
    panel = figure(WILL, STRATEGY).axes[0]
    spans = blue(panel)
    size = WILL.largest - WILL.least
    assert spans[0] == pytest.approx(((0.2 - WILL.least) / size, (0.6 - WILL.least) / size))
    assert spans[1] == pytest.approx((0.0, 2.0 / 3.0))
    said = [text.get_text() for text in panel.texts]
    assert [said.index(name) for name in ("quantal", "tit_for_tat", "bandwagoner")] == sorted(
        said.index(name) for name in LABELS
    )
    assert "partners.USA.will   (quasi-p 0.001)" in said and {"0.2", "0.6"} <= set(said)
    assert "80% of what is looked for" in panel.get_title("left")
    assert "hedging_index@2035 < 0.2 and not event:hedging_broken" in panel.get_title("left")


def test_the_box_holds_its_cases():
    panel = figure(WILL, STRATEGY).axes[2]
    (box,) = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
    others, hits = panel.collections
    assert len(hits.get_offsets()) == INSIDE.sum() and len(others.get_offsets()) == (~INSIDE).sum()
    (left, bottom), (right, top) = box.get_xy(), box.get_bbox().max
    x, y = hits.get_offsets().T
    assert np.all((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    x, y = others.get_offsets().T
    assert not np.any((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["quantal", "tit_for_tat", "bandwagoner"]


@pytest.mark.parametrize("limit", [WILL, STRATEGY, replace(WILL, p_low=NAN, low=WILL.least)])
def test_one_path_alone_shows_the_share_of_cases(limit):
    panel = figure(limit).axes[2]
    assert panel.get_xlabel() == limit.path
    (line,) = panel.lines
    share = line.get_ydata()
    assert np.all((share >= 0.0) & (share <= 1.0))
    if limit.labels:
        known = [INSIDE[INPUTS[1].values == i].mean() for i in (0, 2, 1)]
        assert share == pytest.approx(known)


def test_nothing_lies_over_anything():
    made = figure(WILL, STRATEGY, replace(WILL, path="behaviour.autonomy"))
    boxes = [panel.get_tightbbox() for panel in made.axes]
    for one, other in combinations(boxes, 2):
        apart = (
            min(one.x1, other.x1) - max(one.x0, other.x0),
            min(one.y1, other.y1) - max(one.y0, other.y0),
        )
        assert min(apart) < 1.0
    assert min(box.x0 for box in boxes) >= 0.0
    assert max(box.x1 for box in boxes) <= made.bbox.x1 + 1
    assert min(box.y0 for box in boxes) >= made.legends[0].get_window_extent().y1 - 1


@pytest.mark.parametrize("low", [0.0, 0.01, 0.3, 0.95])
@pytest.mark.parametrize("high", [0.02, 0.32, 0.97, 1.0])
def test_numbers_below_a_bar_do_not_meet(low, high):
    if low >= high:
        return
    limit = Limit("x", low, high, 0.0, 1.0, NAN if low == 0 else 0.01, NAN if high == 1 else 0.01)
    spans = []
    for place, text, side, _ in _numbers(limit, low, high):
        wide = 0.009 * len(text)
        left = {"left": place, "center": place - wide / 2, "right": place - wide}[side]
        spans.append((left, left + wide))
    spans.sort()
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert spans[0][0] >= 0.0 and spans[-1][1] <= 1.0
