"""The figures of an explanation and of a tournament: legible, and true to what they draw."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

import hedgerow
from hedgerow.analysis.tournaments import Estimate, Row, Tournament
from hedgerow.explanation.reasons import explain
from hedgerow.figures import explanation, style
from hedgerow.figures import tournaments as tournament

SVG = "{http://www.w3.org/2000/svg}"


@cache
def told():
    """A year with questions, a rule that binds, and a label asked for."""
    short = hedgerow.load("vietnam", overrides={"time.end": 2023})
    return explain(short, "VNM", 2022, 3, 1, ("USA",))


def texts(figure, folder):
    path, _ = style.save(figure, folder, "figure", ["svg"])
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


def test_it_says_what_was_open_and_what_was_taken(tmp_path):
    e = replace(told(), choices=told().choices[:3], orders=told().orders[:1])
    said = texts(explanation.draw(e), tmp_path)
    menus = [*e.moves, *e.choices, *e.orders, *e.tiers_to_tell()]
    for menu in menus:
        assert any(text.startswith(f"{menu.title}, Q{menu.quarter}") for text in said)
        taken = menu.chosen
        if taken is not None:
            assert any(text.startswith(f"▸ {taken.label}") for text in said)
    assert sum(text.startswith("▸") for text in said) == sum(m.chosen is not None for m in menus)
    assert any(f"run 3, seed {told().seed}" in text for text in said)
    barred = [menu.heading for menu in menus if "forbidden by rule no_" in menu.heading]
    assert barred and set(barred) <= set(said)
    assert any("log-odds" in text for text in said)


def test_bars_are_the_parts_and_diamonds_their_sum():
    figure = explanation.draw(told(), shown=6)
    panel, options = figure.axes[0], told().moves[0].top(6)
    assert len(panel.get_yticks()) == len(options)
    for row, option in enumerate(options):
        widths = [
            patch.get_width()
            for bars in panel.containers
            for patch in bars
            if abs(patch.get_y() + patch.get_height() / 2 - row) < 1e-9
        ]
        assert sum(widths) == pytest.approx(option.payoff, abs=1e-6)
        ends = [0.0, *(abs(width) for width in widths)]
        assert sum(ends) == pytest.approx(sum(map(abs, widths)))
    diamonds = [line.get_xdata()[0] for line in panel.lines if line.get_marker() == "D"]
    assert diamonds == pytest.approx([option.payoff for option in options])


def test_every_bar_is_explained_and_no_two_looks_are_alike():
    figure = explanation.draw(told())
    (legend,) = figure.legends
    looks = [(p.get_facecolor(), p.get_hatch() or "") for p in legend.get_patches()]
    assert len(set(looks)) == len(looks) == len(legend.get_texts())
    used = {
        (patch.get_facecolor(), patch.get_hatch() or "")
        for panel in figure.axes
        for bars in panel.containers
        for patch in bars
    }
    assert used == set(looks)


def test_looks_of_moves_differ_in_grey():
    """Two plain looks differ by lightness; the rest by their hatch."""

    def lightness(colour):
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.3 * red + 0.59 * green + 0.11 * blue

    for group in (
        (*explanation._LOOKS, explanation._REST_LOOK),
        tuple(explanation._PARTS.values()),
    ):
        by_hatch = {}
        for colour, hatch in group:
            by_hatch.setdefault(hatch, []).append(lightness(colour))
        for values in by_hatch.values():
            gaps = [b - a for a, b in pairwise(sorted(values))]
            assert all(gap > 40 for gap in gaps)


def test_nothing_lies_over_anything_and_it_fits_a_page():
    figure = explanation.draw(told())
    figure.draw_without_rendering()
    boxes = [panel.get_tightbbox() for panel in figure.axes]
    for above, below in pairwise(boxes):
        assert above.y0 >= below.y1 - 1
    legend = figure.legends[0].get_window_extent()
    assert min(box.y0 for box in boxes) >= legend.y1 - 1
    assert min(box.x0 for box in boxes) >= 0.0
    assert max(box.x1 for box in boxes) <= figure.bbox.x1 + 1
    width, height = figure.get_size_inches()
    assert width <= 10.0 and height <= 14.0
    assert "that politics moves least" in figure.caption  # for the year had too many menus
    quiet = explanation.draw(replace(told(), choices=(), orders=()))
    assert "that politics moves least" not in quiet.caption
    assert len(quiet.axes) == len(told().moves) + len(told().tiers_to_tell())


def test_equal_explanations_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        style.save(explanation.draw(told()), tmp_path, name, ["svg", "png"])
    for ending in ("svg", "png"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_the_last_bits_of_a_layout_are_not_in_a_file(tmp_path, monkeypatch):
    laid_out = Figure.draw_without_rendering

    def shaken(figure):
        laid_out(figure)
        for axes in figure.axes:
            left, low, width, high = axes.get_position(original=True).bounds
            axes.set_position((left + 1e-15, low - 1e-15, width, high), which="original")

    style.save(explanation.draw(told()), tmp_path, "a", ["svg"])
    monkeypatch.setattr(Figure, "draw_without_rendering", shaken)
    style.save(explanation.draw(told()), tmp_path, "b", ["svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def row(strategy, mean, half=3.0):
    gap = Estimate(mean, mean - half, mean + half)
    return Row(strategy, "", gap, gap, gap, gap, gap, gap, gap, gap, gap, gap)


def made(*rows, multiples=(0.0, 1.0, 2.0)):
    by_rivalry = {m: {r.strategy: r.against for r in rows} for m in multiples}
    return Tournament("s", "A title", "VNM", ("USA", "CHN"), 2035, 5, 1, rows, by_rivalry)


LOST = made(
    row("best_reply", 5.0),
    row("quantal", 0.0, 0.0),
    row("diversifier", -8.0),
    row("balancer", -90.0),
    row("tit_for_tat", -9000.0),
)


def test_one_that_fares_very_badly_does_not_squash_the_others():
    figure = tournament.draw(LOST)
    figure.draw_without_rendering()
    for axis in (0, 1):
        panel = figure.axes[axis]
        to_screen = panel.transData.transform
        points = [(gap, 0.5) if axis == 0 else (0.5, gap) for gap in (-9000.0, -90.0, 0.0)]
        worst, bad, hedger = (to_screen(point)[axis] for point in points)
        whole = panel.bbox.width if axis == 0 else panel.bbox.height
        assert hedger - bad > 0.08 * whole and bad - worst > 0.08 * whole
        low, high = panel.get_xlim() if axis == 0 else panel.get_ylim()
        assert low < -9003.0 and high > 8.0


def test_the_numbers_stand_beside_the_names(tmp_path):
    said = texts(tournament.draw(LOST), tmp_path)
    names = {"best reply  +5", "diversifier  −8", "balancer  −90", "tit for tat  −9000"}
    assert names <= set(said)
    assert not any("quantal" in text for text in said)


def test_without_a_course_there_is_one_panel():
    assert len(tournament.draw(made(row("random", -3.0), multiples=())).axes) == 1


def test_single_runs_have_no_interval():
    alone = row("random", -3.0)
    nan = Estimate(-3.0, float("nan"), float("nan"))
    tournament.draw(made(replace(alone, against=nan))).draw_without_rendering()


def test_a_strategy_looks_the_same_in_every_figure():
    def colours(result):
        panel = tournament.draw(result).axes[1]
        rows = [r.strategy for r in result.rows if r.strategy != "quantal"]
        return dict(zip(rows, (line.get_color() for line in panel.lines), strict=False))

    few = colours(made(row("balancer", -3.0), row("mine", -4.0)))
    many = colours(LOST)
    assert few["balancer"] == many["balancer"]
    assert len(set(many.values())) == len(many)
