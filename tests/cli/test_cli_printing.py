"""``--format``, ``--width`` and ``--bare``: the files of every command that draws, for print."""

import csv
import re
import shutil

import calibrate.small
import pytest
import score.made
from cli.folders import listing

import hedgerow
from hedgerow.cli.main import COMMANDS, root
from hedgerow.runs import Workers, sweep

SWEEP = """
schema = 2
title = "A small sweep"
extends = "threshold"
[time]
end = 2001
[sweep]
design = "saltelli"
points = 16
replicates = 4
measures = ["alignment_index", "diplomacy:USA"]
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"behaviour.autonomy" = { low = 0.0, high = 10.0 }
"""
DRAWING = (
    *("compare", "map", "sensitivity", "discover", "estimate", "calibrate", "score", "forecast"),
)
OTHERS = ("explain", "tournament", "plot", "reproduce")
PRINT = ("--format", "pdf,tex", "--width", "85mm", "--bare")
CALIBRATED = (calibrate.small.SCENARIO, "--targets", calibrate.small.TARGETS, "--until", "2004")
ONE = ("--rivalry", "1", "--strategy", "bandwagoner")
CALLS = {
    "compare": ("vietnam", "sanctions-enforced", "--runs", "4", "--until", "1997"),
    "map": ("out", "--x", "intensity", "--y", "autonomy", "--measure", "diplomacy:USA"),
    "sensitivity": ("out", "--quiet"),
    "discover": ("out", "--where", "alignment_index > 50", "--density", "0.6"),
    "estimate": ("trade", "--draws", "5"),
    "calibrate": (*CALIBRATED, "--sets", "100", "--ess", "10", "--draws", "20", "--workers", "1"),
    "score": (score.made.SCENARIO, "--targets", score.made.TARGETS, "--runs", "8"),
    "forecast": ("vietnam", "--runs", "4", "--until", "2026", "--allow-hindsight"),
    "explain": ("vietnam", "--year", "1997", "--out", "new"),
    "tournament": ("vietnam", "--runs", "2", "--set", "time.end=1997", *ONE, "--out", "new"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "small.toml").write_text(SWEEP, encoding="utf-8")
    return sweep(
        folder / "small.toml", out=folder / "out", team=Workers(processes=1, progress=False)
    )


@pytest.fixture
def swept(made, here):
    """The folder of a sweep, ``out`` in the current folder."""
    shutil.copytree(made.path, here / "out")
    return here / "out"


def test_every_command_that_draws_takes_the_same_options():
    for name in COMMANDS:
        known = {option for p in root.get_command(None, name).params for option in p.opts}
        asked = {"--format", "--width", "--bare"} & known
        assert len(asked) == (3 if name in DRAWING + OTHERS else asked == {"--format"})


@pytest.mark.parametrize("name", CALLS)
def test_files_are_as_they_are_asked_for(name, call, here, swept):
    done = call(name, *CALLS[name], *PRINT)
    assert done.code == 0, done.err
    folder = here / ("new" if name in ("explain", "tournament") else done.out.splitlines()[-1])
    files = {path.name: path for path in folder.iterdir()}
    endings = {path.rpartition(".")[2] for path in files}
    assert not endings & {"svg", "png", "eps"}
    pictures = [path for path in files.values() if path.suffix == ".pdf"]
    assert pictures
    for path in pictures:
        box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) [\d.]+ \]", path.read_bytes())
        assert float(box[1]) == pytest.approx(85 / 25.4 * 72, abs=0.01)
        caption = path.with_suffix(".txt").read_text(encoding="utf-8")
        assert caption.endswith("The caption of a figure that hedgerow drew.\n")
        assert len(caption.split("\n\n")) >= 4  # a title, what is shown, its source, and that line
    tables = [path for path in files.values() if path.suffix == ".csv"]
    assert tables
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file))
        assert path.with_suffix(".tex").read_text(encoding="utf-8").count(r" \\") == rows
    if "analysis" in folder.parts:
        assert call("status", "out").code == 0


def test_tables_of_latex_alone_come_without_pictures_and_captions(call, here, swept):
    assert call("sensitivity", "out", "--format", "tex", "--out", "new").code == 0
    names = {path.name for path in (here / "new").iterdir()}
    assert names == {f"{x}.{y}" for x in ("sensitivity", "responses") for y in ("csv", "tex")}


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        (("plot", "out", "--format", "tex"), "the command writes no tables"),
        (("map", "out", *CALLS["map"][1:], "--format", "gif"), "'gif' is none of svg, png, pdf"),
        (("explain", "vietnam", "--year", "1997", "--bare"), "say with --out or --figure where"),
        (
            ("explain", "vietnam", "--year", "1997", "--figure", "x.pdf", "--format", "svg"),
            "the name of --figure tells its format",
        ),
        (("tournament", "vietnam", "--width", "85mm"), "say with --out where they go"),
        (("compare", "vietnam", "nato-like", "--width", "20mm"), "ask for 60mm to 1000mm"),
    ],
)
def test_what_would_come_to_nothing_is_refused(call, here, swept, words, telling):
    before = listing(here)
    done = call(*words)
    assert done.code == 2
    assert telling in " ".join(done.err.split())
    assert listing(here) == before


def test_a_figure_of_an_explanation_has_the_width_that_is_asked_for(call, here):
    words = ("explain", "vietnam", "--year", "1997", "--figure", "why.svg", "--width", "85mm")
    assert call(*words).code == 0
    svg = (here / "why.svg").read_text(encoding="utf-8")
    assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) == pytest.approx(
        85 / 25.4 * 72, abs=0.01
    )


def test_python_draws_for_the_same_page(made, tmp_path):
    with hedgerow.figures.page.page(85 / 25.4, bare=True, formats=["eps", "tex"]):
        folder = hedgerow.sensitivity(made).save(tmp_path / "new")
    assert {path.suffix for path in folder.iterdir()} == {".csv", ".tex", ".eps", ".txt"}
