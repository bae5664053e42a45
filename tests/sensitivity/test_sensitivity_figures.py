"""The figures of indices: true to what they draw, and legible with many paths of long names."""

from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.text import Text
from sensitivity.functions import columns, design

from hedgerow.analysis.sensitivities import Finding, Sensitivity, indices
from hedgerow.analysis.sensitivities.noise import Noise
from hedgerow.figures import style
from hedgerow.figures.sensitivities import assigned, draw, pages, spread

LONG = tuple(f"countries.VNM.returns.diplomacy.P{i:02d}" for i in range(12))
ABOUT = {"countries": {"VNM": "Vietnam"}, "title": "A title", "seed": 3, "version": "0.1.0"}


@cache
def made(kind, measures=3):
    """Return the analysis of a sum with an interaction."""
    over = {path: {"low": 0.0, "high": 1.0} for path in LONG}
    points = {"saltelli": 32, "morris": 12, "latin": 120}[kind]
    plan = design(kind, over, points=points)
    x = np.stack(columns(plan), axis=1)
    findings = []
    for number in range(measures):
        weights = np.roll(np.linspace(0.0, 1.0, 12) ** 3, number)
        found = indices(plan, x @ weights + x[:, 0] * x[:, 1])
        noise = Noise(0.4, bound=number == 1)
        findings.append(Finding(f"measure_{number}", "VNM", 2035, found, 1.0, 0.1, noise, 0))
    return Sensitivity(ABOUT, plan, "mean", 4, True, tuple(findings), (), ())


def overlap(one, other):
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 and (
        min(one.y1, other.y1) - max(one.y0, other.y0) > 0.5
    )


@pytest.mark.parametrize("kind", ["saltelli", "morris", "latin"])
def test_nothing_lies_over_anything(kind):
    result = made(kind)
    figure = draw(result, result.findings)
    figure.draw_without_rendering()
    for panel in figure.axes:
        names = [text for text in panel.texts if text.get_text() in LONG]
        names += [label for label in panel.get_yticklabels() if label.get_text() in LONG]
        assert len(names) in (0, 12)
        boxes = [Text.get_window_extent(text) for text in names if text.get_visible()]
        assert not any(overlap(*pair) for pair in combinations(boxes, 2))
        assert all(box.x0 >= 0.0 and box.x1 <= figure.bbox.x1 for box in boxes)
    boxes = [panel.get_tightbbox() for panel in figure.axes]
    assert not any(overlap(*pair) for pair in combinations(boxes, 2))
    assert min(box.y0 for box in boxes) >= figure.legends[0].get_window_extent().y1 - 1


def test_marks_of_shares_are_the_indices():
    result = made("saltelli")
    figure = draw(result, result.findings)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    for panel, finding in zip(figure.axes, result.findings, strict=False):
        first, total = panel.containers
        for bars, name in ((first, "first"), (total, "total")):
            known = dict(zip(LONG, finding.indices.columns[name], strict=True))
            assert bars.lines[0].get_xdata() == pytest.approx([known[path] for path in names])
        low, high = panel.get_xlim()
        assert low < min(finding.indices.columns["first"])
        assert high > max(finding.indices.columns["total"])
        dotted = [line for line in panel.lines if line.get_linestyle() == ":"]
        assert len(dotted) == (0 if finding.noise.bound else 1)  # a bound is no share


def test_marks_of_distances_are_the_indices():
    result = made("latin")
    figure = draw(result, result.findings)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    for panel, finding in zip(figure.axes, result.findings, strict=False):
        known = dict(zip(LONG, finding.indices.columns["median"], strict=True))
        bars = panel.containers[0]
        assert bars.lines[0].get_xdata() == pytest.approx([known[path] for path in names])


def test_many_measures_take_several_pages():
    drawn = pages(made("saltelli", 7))
    assert list(drawn) == ["sensitivity-VNM-2035", "sensitivity-VNM-2035-2"]
    assert len(pages(made("morris", 7))) == 3


def test_equal_analyses_give_equal_bytes(tmp_path):
    result = made("morris", 1)
    for name in ("a", "b"):
        style.save(draw(result, result.findings), tmp_path, name, ["svg", "png"])
    for ending in ("svg", "png"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_places_are_moved_apart_no_more_than_needed():
    places = spread([0.01, 0.01, 0.02, 0.5, 0.98, 0.99], 0.1)
    assert min(b - a for a, b in pairwise(places)) > 0.0999
    assert places[0] > 0.0499 and places[-1] < 0.9501 and places[3] == 0.5


def test_lines_to_labels_do_not_cross():
    rng = np.random.default_rng(1)
    for _ in range(50):
        heights, across = rng.random(8).tolist(), rng.uniform(0.2, 5.0, 8).tolist()
        chosen = assigned(heights, across, (np.arange(8) / 8.0).tolist())
        assert len(set(chosen)) == 8
        for i, j in combinations(range(8), 2):
            far, near = (i, j) if across[i] > across[j] else (j, i)
            part = (across[far] - across[near]) / across[far]
            passing = heights[far] + part * (chosen[far] - heights[far])
            # where the longer line passes the nearer point, it is on the side of its own label
            assert (passing - heights[near]) * (chosen[far] - chosen[near]) >= -1e-9
