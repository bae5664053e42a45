"""Maps of sweeps: true to the table, legible, and the same in grey."""

from itertools import pairwise
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection, QuadMesh
from matplotlib.patches import Rectangle

from hedgerow.analysis.phase import phase
from hedgerow.figures import phase as drawing
from hedgerow.figures import style
from hedgerow.runs import Workers, sweep

SVG = "{http://www.w3.org/2000/svg}"
INTENSITY, AUTONOMY, STRATEGY = (
    "relations.intensity",
    "behaviour.autonomy",
    "countries.VNM.strategy",
)

HEAD = """
schema = 2
title = "A small map"
extends = "threshold"
[time]
end = 2004
[sweep]
replicates = 12
measures = ["alignment_index", "hedging_index", "diplomacy:USA"]
years = [2004]
"""
GRID = """
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0, points = 4, scale = "log" }
"behaviour.autonomy" = [0.0, 5.0, 10.0]
"countries.VNM.strategy" = ["quantal", "best_reply", "random", "neutral"]
"""
SOBOL = """
design = "sobol"
points = 8
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0, scale = "log" }
"behaviour.autonomy" = { low = 0.0, high = 10.0 }
"instruments.diplomacy.curvature" = { low = 50.0, high = 70.0 }
"""


def run(folder, text):
    (folder / "small.toml").write_text(HEAD + text, encoding="utf-8")
    team = Workers(processes=1, progress=False)
    return sweep(folder / "small.toml", out=folder / "out", team=team)


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return run(tmp_path_factory.mktemp("grid"), GRID)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return run(tmp_path_factory.mktemp("sample"), SOBOL)


@pytest.fixture(scope="module")
def one(grid):
    """One slice."""
    return phase(grid, INTENSITY, AUTONOMY, "alignment_index", at={STRATEGY: "quantal"})


def texts(figure, folder):
    path, _ = style.save(figure, folder, "figure", ["svg"])
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


def panels(figure):
    """Axes with a map in them, without the bars of colours."""
    return [axes for axes in figure.axes if axes.get_visible() and axes.get_label() != "<colorbar>"]


def mesh(axes):
    (found,) = (c for c in axes.collections if isinstance(c, QuadMesh))
    return found


def keyed(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


# true to the table -----------------------------------------------------------------------------
def test_cells_have_the_colour_of_their_design_point(one):
    figure = drawing.draw(one)
    left, right = panels(figure)
    for axes, column in ((left, "mean"), (right, "sd")):
        np.testing.assert_array_equal(mesh(axes).get_array(), one.cells(one.panels[0], column))
    # The cell of a point is around it, halfway to its neighbours: here in ratios.
    across = mesh(left).get_coordinates()[0, :, 0]
    np.testing.assert_allclose(across, 0.5 * 2.0 ** np.array([-0.5, 0.5, 1.5, 2.5, 3.5]))
    up = mesh(left).get_coordinates()[:, 0, 1]
    np.testing.assert_allclose(up, [-2.5, 2.5, 7.5, 12.5])
    dots = {
        (x, y)
        for line in left.lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }
    expected = {(x, y) for x in one.x.values for y in one.y.values}
    assert {(round(x, 9), y) for x, y in dots} == {(round(x, 9), y) for x, y in expected}


def test_all_slices_share_one_scale(grid):
    found = phase(grid, INTENSITY, AUTONOMY, "diplomacy:USA")
    assert len(found.panels) == 4
    pages = drawing.pages(found)
    assert set(pages) == {"", "-spread"}
    for page, column in (("", "mean"), ("-spread", "sd")):
        drawn = panels(pages[page])
        assert [axes.get_title(loc="left") for axes in drawn] == [
            f"{STRATEGY} = {name}" for name in ("quantal", "best_reply", "random", "neutral")
        ]
        limits = {mesh(axes).get_clim() for axes in drawn}
        assert len(limits) == 1
        low, high = next(iter(limits))
        assert high == pytest.approx(found.table[column].max())
        assert low == pytest.approx(found.table["mean"].min() if column == "mean" else 0.0)


def test_three_slices_come_with_their_spread_below(grid):
    found = phase(grid, STRATEGY, INTENSITY, "diplomacy:USA")
    (figure,) = drawing.pages(found).values()
    drawn = panels(figure)
    assert len(drawn) == 6
    tops = [axes.get_position().y0 for axes in drawn]
    assert min(tops[:3]) > max(tops[3:])


def test_the_curve_is_the_critical_rivalry(one):
    """60/(40 − 2θ): the three slices of autonomy break at 1.5, 2 and 3."""
    axes = panels(drawing.draw(one))[0]
    (line,) = (line for line in axes.lines if line.get_linestyle() == "--")
    for theta, expected in ((0.0, 1.5), (5.0, 2.0), (10.0, 3.0)):
        there = np.flatnonzero(np.isclose(line.get_ydata(), theta))
        assert line.get_xdata()[there] == pytest.approx(expected)
    assert not [line for line in axes.lines if line.get_linestyle() == ":"]  # nothing is drawn
    assert "critical rivalry" in keyed(drawing.draw(one))


def test_the_curve_stands_upright_where_rivalry_does(grid):
    found = phase(grid, AUTONOMY, INTENSITY, "alignment_index", at={STRATEGY: "quantal"})
    axes = panels(drawing.draw(found))[0]
    (line,) = (line for line in axes.lines if line.get_linestyle() == "--")
    assert line.get_ydata()[0] == pytest.approx(1.5) and line.get_xdata()[0] == 0.0
    assert axes.get_yscale() == "log" and axes.get_xscale() == "linear"


def test_hatched_are_the_cells_that_chance_leaves_open(one, grid):
    axes = panels(drawing.draw(one))[0]
    hatched = {
        (patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2)
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_hatch()
    }
    rows = one.table[one.undecided()]
    assert 0 < len(rows) < len(one.table)
    assert len(hatched) == len(rows)
    assert {y for _, y in hatched} == set(rows[AUTONOMY])
    other = phase(grid, INTENSITY, AUTONOMY, "diplomacy:USA", at={STRATEGY: "quantal"})
    assert not panels(drawing.draw(other))[0].patches  # says nothing about diplomacy


def test_the_edge_of_hedging_runs_between_in_and_out(grid):
    """Along it the share, interpolated between design points, is a half."""
    one = phase(grid, INTENSITY, AUTONOMY, "alignment_index", at={STRATEGY: "best_reply"})
    axes = panels(drawing.draw(one))[0]
    share = one.cells(one.panels[0], "in_band")
    assert share[0, 0] > 0.5 > share[0, -1]
    edges = [c for c in axes.collections if not isinstance(c, QuadMesh)]
    (line,) = edges
    points = np.concatenate([path.vertices for path in line.get_paths()])
    crossed = np.abs(np.diff(share > 0.5, axis=1)).sum(axis=1)
    assert len(points) >= crossed.sum() > 0
    x = np.array(one.x.values)
    low = points[np.isclose(points[:, 1], 0.0)]
    for place in low[:, 0]:
        assert np.interp(place, x, share[0]) == pytest.approx(0.5)
    assert any(
        text.startswith("half of the runs in the hedger's band") for text in keyed(axes.figure)
    )


def test_between_names_the_edge_runs_along_cells(grid):
    found = phase(grid, INTENSITY, STRATEGY, "diplomacy:USA", at={AUTONOMY: 5.0})
    axes = panels(drawing.draw(found))[0]
    (line,) = (c for c in axes.collections if isinstance(c, LineCollection))
    inside = found.cells(found.panels[0], "in_band") >= 0.5
    count = (inside[1:] != inside[:-1]).sum() + (inside[:, 1:] != inside[:, :-1]).sum()
    assert len(line.get_segments()) == count > 0
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["quantal", "best_reply", "random", "neutral"]


def test_without_a_sure_edge_none_is_drawn(grid):
    """A country that moves at random is nowhere for sure."""
    found = phase(grid, INTENSITY, AUTONOMY, "diplomacy:USA", at={STRATEGY: "random"})
    figure = drawing.draw(found)
    assert not [c for c in panels(figure)[0].collections if not isinstance(c, QuadMesh)]
    assert any("no edge at half that is sure" in text for text in keyed(figure))


def test_changes_are_marked_with_their_sign(grid):
    at = {STRATEGY: "quantal"}
    found = phase(grid, INTENSITY, AUTONOMY, "diplomacy:USA", at=at, against=0.5)
    figure = drawing.draw(found)
    left, right = panels(figure)
    low, high = mesh(left).get_clim()
    assert low == -high and high == pytest.approx(found.table["change"].abs().max())
    marked = {
        marker: sum(len(line.get_xdata()) for line in left.lines if line.get_marker() == marker)
        for marker in ("^", "v", "o")
    }
    sign = found.sign()
    assert marked == {m: (sign == s).sum() for m, s in (("^", 1), ("v", -1), ("o", 0))}
    assert marked["v"] > 0
    half = found.table["change_high"] - found.table["change"]
    np.testing.assert_allclose(np.sort(mesh(right).get_array().ravel()), np.sort(half))


def test_a_sample_is_drawn_as_points(sample):
    found = phase(sample, INTENSITY, AUTONOMY, "diplomacy:USA")
    figure = drawing.draw(found)
    left, _ = panels(figure)
    (points,) = (c for c in left.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(points.get_offsets(), found.table[[INTENSITY, AUTONOMY]])
    np.testing.assert_allclose(points.get_array(), found.table["mean"])
    thick = np.array(points.get_linewidths()) > 1.0
    np.testing.assert_array_equal(thick, found.table["in_band"] >= 0.5)
    assert left.get_xscale() == "log"
    assert any("instruments.diplomacy.curvature" in text for text in keyed(figure))


# legible ---------------------------------------------------------------------------------------
def test_it_says_what_it_shows_and_where_it_comes_from(one, tmp_path):
    said = texts(drawing.draw(one), tmp_path)
    for text in (
        "Vietnam, 2004: alignment index",
        "multiple of all rivalry",
        f"({INTENSITY})",
        "cost of unequal alignment with rivals, log-odds",
        f"({AUTONOMY})",
        "(0 = all China, 100 = all United States)",
        f"{STRATEGY} = quantal",
        "design point",
    ):
        assert text in said, text
    assert any(
        text.startswith("A small map · 48 points, 12 runs each, seed 1 · hedgerow") for text in said
    )
    assert any("sd across runs" in text for text in said)
    ticks = {text for text in said if text in ("0.5", "1", "2")}
    assert ticks == {"0.5", "1", "2"}  # a logarithmic axis in plain numbers


@pytest.mark.parametrize("kind", ["one", "several", "sample", "change"])
def test_nothing_lies_over_anything_and_it_fits_a_page(kind, one, grid, sample):
    found = {
        "one": lambda: one,
        "several": lambda: phase(grid, INTENSITY, AUTONOMY, "hedging_index"),
        "sample": lambda: phase(sample, INTENSITY, AUTONOMY, "alignment_index"),
        "change": lambda: phase(grid, INTENSITY, STRATEGY, "hedging_index", against=0.5),
    }[kind]()
    for figure in drawing.pages(found).values():
        figure.draw_without_rendering()
        boxes = [axes.get_tightbbox() for axes in figure.axes if axes.get_visible()]
        for place, box in enumerate(boxes):
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1
            assert box.y0 >= figure.legends[0].get_window_extent().y1 - 1
            for other in boxes[place + 1 :]:
                assert not box.padded(-1.5).overlaps(other.padded(-1.5))
        width, height = figure.get_size_inches()
        assert width <= 12.0 and height <= 13.0


def test_colours_rise_in_grey():
    """The lightness of both scales of a map never turns."""
    for name in (drawing._MEANS, drawing._SPREAD):
        colours = matplotlib.colormaps[name](np.linspace(0, 1, 64))[:, :3]
        lightness = colours @ [0.2126, 0.7152, 0.0722]
        steps = [b - a for a, b in pairwise(lightness)]
        assert all(step > 0 for step in steps) or all(step < 0 for step in steps)
        assert abs(lightness[-1] - lightness[0]) > 0.6


def test_equal_maps_give_equal_bytes(one, tmp_path):
    for name in ("a", "b"):
        style.save(drawing.draw(one), tmp_path, name, ["svg", "png"])
    for ending in ("svg", "png"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
