"""The figure of a comparison: legible, and true to what it draws."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from hedgerow.analysis.comparison import Comparison, Course
from hedgerow.figures import style
from hedgerow.figures.comparison import draw

SVG = "{http://www.w3.org/2000/svg}"
YEARS = np.arange(2000, 2006)
NOTHING = np.full(6, np.nan)


def course(label="arms orders: Russia", mean=None, spread=0.3, measure="arms_orders:RUS"):
    line = np.linspace(0.0, -0.2, 6) if mean is None else np.asarray(mean, dtype=float)
    apart = NOTHING if spread is None else spread
    return Course(
        measure=measure,
        country="VNM",
        label=label,
        unit="share",
        years=YEARS,
        mean=line,
        low=line - 0.05,
        high=line + 0.04,
        spread_low=line - apart,
        spread_high=line + apart,
    )


def comparison(*courses, **changes):
    whole = Comparison(
        base="vietnam",
        other="sanctions-enforced",
        titles=("How did Vietnam hedge?", "What if sanctions were enforced?"),
        seeds=(7, 7),
        paired=True,
        runs=40,
        points=1,
        swept=({},),
        start=2000,
        end=2005,
        countries={"VNM": "Vietnam"},
        names={"RUS": "Russia"},
        years=(2005,),
        asked=(),
        table=pd.DataFrame(),
        each=None,
        courses=courses,
        failed=(0, 0),
        notes=(),
        version="0.1.0",
    )
    return replace(whole, **changes)


def texts(figure, folder):
    path, _ = style.save(figure, folder, "figure", ["svg"])
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


def extent(collection):
    """Lowest and highest y of a filled band at each year."""
    (path,) = collection.get_paths()
    return {
        year: (ys.min(), ys.max())
        for year in YEARS
        if (ys := path.vertices[path.vertices[:, 0] == year, 1]).size
    }


def test_it_says_what_is_compared_and_how(tmp_path):
    said = texts(draw(comparison(course(), course("label: Russia"))), tmp_path)
    for words in (
        "B: What if sanctions were enforced?",
        "A: How did Vietnam hedge?",
        "arms orders: Russia",
        "label: Russia",
        "B − A, share",
        "year",
        "mean difference",
        "its 95 % interval",
        "90 % of the pairs (5 % to 95 %)",
    ):
        assert words in said
    assert any("40 pairs of runs, seed 7" in line for line in said)


def test_bands_and_line_are_the_numbers():
    mine = course()
    (axes,) = draw(comparison(mine)).axes
    spread, interval = axes.collections
    for band, low, high in (
        (spread, mine.spread_low, mine.spread_high),
        (interval, mine.low, mine.high),
    ):
        for year, ends in extent(band).items():
            place = year - YEARS[0]
            assert ends == pytest.approx((low[place], high[place]))
        assert len(extent(band)) == 6
    assert spread.get_alpha() < interval.get_alpha()
    zero, line = axes.lines
    assert set(zero.get_ydata()) == {0.0}
    np.testing.assert_array_equal(line.get_ydata(), mine.mean)


def test_panels_stand_in_order_and_none_is_empty():
    names = [f"measure {i}" for i in range(5)]
    figure = draw(comparison(*(course(name) for name in names)))
    shown = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left") for axes in shown] == names
    assert all(axes.get_xlim() == (1999.5, 2005.5) for axes in shown)
    assert [bool(axes.get_xlabel()) for axes in shown] == [False, False, True, True, True]


def test_a_choice_is_a_point_with_its_interval(tmp_path):
    lone = [np.nan, np.nan, 0.4, np.nan, np.nan, np.nan]
    figure = draw(comparison(course("ES-11/1: abstain", lone, None, "choice:ES-11/1:abstain")))
    (axes,) = figure.axes
    ((line, _caps, bars),) = axes.containers
    assert (line.get_xdata()[0], line.get_ydata()[0]) == (2002, 0.4)
    (segment,) = bars[0].get_segments()
    assert segment[:, 1] == pytest.approx([0.35, 0.44])
    said = texts(figure, tmp_path)
    assert "mean difference in one year, with its 95 % interval" in said
    assert not any("pairs (5 %" in line for line in said)


def test_without_pairs_there_is_no_spread_of_pairs(tmp_path):
    whole = comparison(course(spread=None), paired=False, seeds=(7, 8), points=4)
    said = texts(draw(whole), tmp_path)
    assert not any("pairs" in line for line in said)
    assert any(
        "40 runs of each side at each of 4 points, taken as independent, seed 7 and 8" in line
        for line in said
    )


def test_equal_titles_are_told_apart_by_name(tmp_path):
    whole = comparison(course(), titles=("The same", "The same"), base="one/a", other="two/b")
    said = texts(draw(whole), tmp_path)
    assert {"B: The same (two/b)", "A: The same (one/a)"} <= set(said)


def test_nothing_that_differs_is_a_flat_line_on_a_plain_scale():
    flat = replace(course(mean=np.zeros(6), spread=0.0), low=np.zeros(6), high=np.zeros(6))
    (axes,) = draw(comparison(flat)).axes
    assert axes.get_ylim() == (-1.0, 1.0)


@pytest.mark.parametrize("count", [1, 2, 6])
def test_texts_neither_overlap_nor_leave_the_figure(count):
    long = "What if something with a very long title were to happen in the years to come? " * 2
    whole = comparison(
        *(course(f"India · change of label: United States {i}") for i in range(count)),
        titles=(long, long + "!"),
    )
    figure = draw(whole)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    low = legend.get_window_extent()
    assert low.y0 >= figure.texts[-1].get_window_extent().y1 - 1.0
    boxes = [axes.get_tightbbox() for axes in figure.axes if axes.axison]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0.0 and box.x1 <= figure.bbox.x1 + 1.0
        assert box.y0 >= low.y1 - 1.0
        for another in boxes[number + 1 :]:
            assert not box.overlaps(another)
        assert box.y1 <= figure._suptitle.get_window_extent().y0 + 1.0
    assert figure._suptitle.get_window_extent().x1 <= figure.bbox.x1


def test_equal_comparisons_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        style.save(draw(comparison(course())), tmp_path, name, ["svg", "png"])
    for ending in ("svg", "png"):
        one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
        assert one == two
