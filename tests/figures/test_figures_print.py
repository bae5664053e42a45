"""Figures for print: at the width of a column nothing leaves them, overlaps, or is too small."""

import re
from pathlib import Path

import pytest
from figures.extents import COLUMN, faults, wrong_with
from results.synthetic import SMALL

import hedgerow
from hedgerow.cli.main import main
from hedgerow.experiment import QUICK, drawing, find, read, reference
from hedgerow.figures import style
from hedgerow.figures.all import FIGURES

EXPERIMENTS = find(Path(__file__).resolve().parents[2] / "experiments")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A small world of two, and a large one of eleven countries with eight partners."""
    place = tmp_path_factory.mktemp("print")
    small = hedgerow.run(SMALL, runs=12, out=place / "small", progress=False)
    large = hedgerow.run("asean", runs=2, until=2023, out=place / "large", progress=False)
    return {"small": small, "large": large}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("which", ["small", "large"])
def test_figures_of_results_hold_their_texts(results, which, name):
    assert wrong_with(lambda: FIGURES[name](results[which], None)) == []


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_figures_of_experiments_hold_their_texts(name):
    experiment = read(EXPERIMENTS[name], QUICK)
    known = reference.load(experiment)
    assert wrong_with(lambda: drawing.draw(experiment, known.rows, known.manifest)) == []


def test_long_names_are_broken_and_not_cut():
    """The kind of fault, without a model: long titles and labels in narrow panels."""
    long = "the ties of a federation of states with a very long name indeed"
    with style.page(COLUMN), style.looks():
        figure = style.canvas(7.0, 9.0, long, f"{long} · 1 run, seed 1 · hedgerow 0", caption=long)
        for axes in figure.subplots(2, 1):
            axes.plot([0, 1], [0, 1], label=long)
            axes.set_title(long, loc="left")
            axes.set_xlabel(long)
            axes.set_ylabel(long)
        style.legend(figure, *axes.get_legend_handles_labels())
    assert faults(figure) == []
    for text in figure.axes[0]._left_title, figure.axes[0].xaxis.label, figure._suptitle:
        assert text.get_text().replace("\n", " ") == long


def test_a_legend_over_data_is_a_fault():
    with style.looks():
        figure = style.canvas(4.0, 3.0, "title", "foot")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label="a line")
        axes.legend(loc="center")
        axes.text(0.9, 0.5, "a text that runs out of the figure on its right side", in_layout=False)
    assert {fault.partition(":")[0] for fault in faults(figure)} >= {
        "a legend lies over data",
        "leaves the figure",
    }


def test_formats_for_print_hold_their_fonts_and_are_the_same_every_time(results, tmp_path):
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        with style.page(COLUMN):
            figure = FIGURES["arms"](results["small"], None)
        style.save(figure, tmp_path / place, "arms", style.FORMATS)
    one, two = (
        {p.name: p.read_bytes() for p in (tmp_path / at).iterdir()} for at in ("one", "two")
    )
    assert one == two
    assert set(one) == {f"arms.{ending}" for ending in (*style.FORMATS, "txt")}
    assert b"/FontFile2" in one["arms.pdf"] and b"/Type3" not in one["arms.pdf"]
    assert b"/FontType 42" in one["arms.eps"] and b"/FontType 3" not in one["arms.eps"]
    left, low, right, high = map(
        float, re.search(rb"%%HiResBoundingBox: (\S+) (\S+) (\S+) (\S+)", one["arms.eps"]).groups()
    )
    assert right - left == pytest.approx(72 * COLUMN, abs=0.5) and high > low
    for path in (tmp_path / "one").iterdir():
        style.require_ours(path)


def test_bands_of_an_eps_are_pale(results, tmp_path):
    """EPS knows no transparency: drawn as they are, bands would hide each other."""
    with style.page(COLUMN):
        figure = FIGURES["arms"](results["small"], None)
    style.save(figure, tmp_path, "arms", ["eps"])
    eps = (tmp_path / "arms.eps").read_bytes()
    assert b"colorimage" in eps
    assert figure.axes[0].get_rasterization_zorder() is None


def test_a_bare_figure_has_its_title_in_its_caption(results, tmp_path):
    with style.page(bare=True):
        figure = FIGURES["alignment"](results["small"], None)
    assert figure.get_suptitle() == "" and not figure.texts
    *_, caption = style.save(figure, tmp_path, "alignment", ["svg"])
    told = caption.read_text(encoding="utf-8")
    assert told.startswith("India between China and United States, 2000–2004\n")
    assert "12 runs, seed 7" in told


def test_a_bare_figure_keeps_the_mark_of_hindsight():
    with style.page(bare=True), style.looks():
        figure = style.canvas(4.0, 3.0, "title", "a scenario · hedgerow 0 · hindsight")
    assert [text.get_text() for text in figure.texts] == ["hindsight"]


@pytest.fixture
def folder(results):
    return results["small"].path


def test_the_command_draws_for_print_and_seals_what_it_drew(folder, capsys):
    options = ["--figure", "arms", "--format", "pdf,eps", "--format", "svg"]
    assert main(["plot", str(folder), *options, "--width", "8.5cm", "--bare"]) == 0
    printed = [Path(line).name for line in capsys.readouterr().out.split()]
    assert printed == ["arms.pdf", "arms.eps", "arms.svg", "arms.txt"]
    svg = (folder / "figures" / "arms.svg").read_text(encoding="utf-8")
    assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) == pytest.approx(72 * COLUMN, abs=0.01)
    assert {f"figures/{name}" for name in printed} <= set(hedgerow.open(folder).manifest["files"])
    assert main(["status", str(folder)]) == 0


@pytest.mark.parametrize(
    ("options", "telling"),
    [
        (["--format", "gif"], "'gif' is none of svg, png, pdf, eps"),
        (["--width", "85"], "write it with its unit: 85mm"),
        (["--width", "20mm"], "ask for 60mm to 1000mm"),
        (["--width", "5m"], "is no width"),
    ],
)
def test_what_cannot_be_printed_is_refused(folder, capsys, options, telling):
    before = sorted(folder.rglob("*"))
    assert main(["plot", str(folder), *options]) == 2
    assert telling in " ".join(capsys.readouterr().err.split())
    assert sorted(folder.rglob("*")) == before
