"""``figure.py`` draws a table and computes nothing; the experiments that are shipped."""

import re
from pathlib import Path

import pytest

from hedgerow.experiment import FULL, QUICK, ExperimentError, find, read, reference
from hedgerow.experiment.drawing import about, draw, forbidden
from hedgerow.experiment.inputs import FOLDER, differences, load, of_experiment
from hedgerow.experiment.table import Cell, Key

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
SHIPPED = find(EXPERIMENTS)

ABOUT = {"name": "toy", "size": "full", "runs": 12, "seed": 3, "version": "0"}


@pytest.mark.parametrize(
    "line",
    [
        "import hedgerow",
        "from hedgerow.runs.pairs import Sample",
        "from hedgerow.runs import pairs",
        "from hedgerow.figures import arms",
        "import os",
        "from scipy.stats import beta",
        "from . import other",
        "from ..figures import style",
        "def later():\n    import subprocess",
        "__import__('hedgerow')",
        "eval('1')",
    ],
)
def test_a_figure_that_imports_more_is_refused(toy, line):
    path = toy / "figure.py"
    path.write_text(f"{line}\n\ndef draw(table):\n    return None\n", encoding="utf-8")
    assert len(forbidden(path)) == 1
    with pytest.raises(ExperimentError, match=r"figure\.py:\d"):
        draw(read(toy), {}, ABOUT)


def test_what_a_figure_may_import(toy):
    path = toy / "figure.py"
    path.write_text(
        "import math\nimport numpy as np\nimport pandas\nimport matplotlib.pyplot\n"
        "from matplotlib.figure import Figure\nfrom hedgerow.figures import style\n"
        "from hedgerow.figures.style import paper\n",
        encoding="utf-8",
    )
    assert forbidden(path) == []


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("def paint(table):\n    pass\n", r"defines no function draw\(table\)"),
        ("def draw(table):\n    return 1 / 0\n", r"figure\.py:2: cannot draw: ZeroDivisionError"),
        ("1 / 0\n", r"figure\.py:1: cannot be run"),
        ("def draw(:\n", "cannot be read"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_told(toy, text, telling):
    (toy / "figure.py").write_text(text, encoding="utf-8")
    with pytest.raises(ExperimentError, match=telling):
        draw(read(toy), {Key("a"): Cell(1.0)}, ABOUT)


def test_there_are_thirteen():
    assert len(SHIPPED) >= 13


def test_a_figure_of_forecasts_tells_their_date():
    experiment = read(SHIPPED["after-2024"], QUICK)
    known = reference.load(experiment)
    assert known is not None
    (step,) = experiment.content.steps.values()
    assert known.manifest["date"] == step.date.isoformat() == "2026-11-30"
    figure = draw(experiment, known.rows, known.manifest)
    assert any("made 2026-11-30" in text.get_text() for text in figure.texts)


def shown(name):
    """An experiment and the reference that its figure shows: the full one, or else the quick."""
    for size in (FULL, QUICK):
        experiment = read(SHIPPED[name], size)
        if (known := reference.load(experiment)) is not None:
            return experiment, known
    raise AssertionError(f"{name} has no reference")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_experiment_is_whole(name):
    folder = SHIPPED[name]
    assert forbidden(folder / "figure.py") == []
    for size in (QUICK, FULL):
        experiment = read(folder, size)
        known = reference.load(experiment)
        assert known is not None or size == FULL  # which may wait for a machine that is free
        if known is None:
            continue
        assert known.manifest["size"] == size
        assert (
            list(differences(known.manifest["experiment"], of_experiment(experiment.document)))
            == []
        )
        for file in known.manifest["inputs"].values():
            load(EXPERIMENTS, file)
    for file in ("figure.svg", "figure.png", "figure.txt"):
        assert (folder / file).stat().st_size > 400
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert f"hedgerow reproduce {name}" in text
    for part in ("**Claim.**", "**What it shows.**", "**What would falsify it.**", "figure.png"):
        assert part in text
    quick = shown(name)[0].size == QUICK
    assert ("of the quick size" in text) is quick
    assert (", quick size ·" in (folder / "figure.svg").read_text(encoding="utf-8")) is quick


@pytest.mark.parametrize("name", SHIPPED)
def test_its_figure_is_drawn_from_its_reference(name):
    experiment, known = shown(name)
    figure = draw(experiment, known.rows, known.manifest)
    assert figure.get_figwidth() <= 160 / 25.4 + 0.01
    figure.draw_without_rendering()
    sizes = [
        text.get_fontsize()
        for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
        if text.get_text().strip() and text.get_visible()
    ]
    assert min(sizes) >= 8.0


@pytest.mark.parametrize(
    ("name", "full", "quick"),
    [
        ("bamboo-breaks", "1,000 runs (map 400, line 1)", "64 runs (map 32, line 1)"),
        ("sensitivity-ablations", "1,000 runs (sobol 16 a point)", "64 runs (sobol 4 a point)"),
        (
            "calibration-coverage",
            "4,000 parameter sets (score 1,024)",
            "400 parameter sets (score 64)",
        ),
        ("no-limits", "1,000 runs", "64 runs"),
    ],
)
def test_the_foot_of_a_figure_tells_which_panel_has_fewer_runs(name, full, quick):
    experiment, known = shown(name)
    telling = f"· {full if experiment.size == FULL else quick}, seed 1 ·"
    assert telling in about(known.manifest)
    assert telling in (experiment.folder / "figure.svg").read_text(encoding="utf-8")


def test_inputs_are_those_that_references_name():
    named = set()
    for folder in SHIPPED.values():
        for size in (QUICK, FULL):
            known = reference.load(read(folder, size))
            if known is not None:
                named |= set(known.manifest["inputs"].values())
    assert {path.name for path in (EXPERIMENTS / FOLDER).iterdir()} == named


def test_the_index_names_every_experiment():
    text = (EXPERIMENTS / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[`([\w-]+)`\]", text, re.MULTILINE)) == sorted(SHIPPED)
