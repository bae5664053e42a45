"""A toy experiment in a folder of its own, and the command line on it."""

from dataclasses import dataclass

import pytest

from hedgerow.cli.main import main

SCENARIO = """
schema = 2
title = "Two equal powers, for three years"
extends = "threshold"
[time]
end = 2002
"""

EXPERIMENT = """
schema = 1
title = "A toy"
seed = 3

[runs]
quick = 6
full = 12

[steps.paths]
kind = "runs"
scenario = "toy.toml"
country = "VNM"
measures = ["alignment_index", "alignment:USA"]
years = [2001, 2002]
statistics = ["mean", "q50"]

[steps.price]
kind = "compare"
scenario = "toy.toml"
country = "VNM"
measures = ["payoff"]
years = [2002]
over = { "behaviour.cross_pressure" = [40.0, 60.0] }
at = { "behaviour.cross_pressure" = 40.0 }
quick.runs = 5
"""

FIGURE = """
from matplotlib.figure import Figure
from hedgerow.figures import style


def draw(table) -> Figure:
    figure = style.paper("A toy", table.attrs["about"], 3.0)
    figure.subplots().plot(table.value)
    return figure
"""


@dataclass
class Done:
    """What a call of the command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A folder with the experiment ``toy``, in a new current folder; return that of the toy."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "experiments" / "toy"
    folder.mkdir(parents=True)
    for name, text in (
        ("toy.toml", SCENARIO),
        ("experiment.toml", EXPERIMENT),
        ("figure.py", FIGURE),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def change(toy):
    """Replace a text in a file of the toy."""

    def changer(name, old, new):
        path = toy / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return changer


@pytest.fixture
def call(toy, capfd):
    """Call ``hedgerow reproduce`` with the NumPy kernel, unless told otherwise."""

    def caller(*arguments, kernel="numpy"):
        capfd.readouterr()
        words = ["reproduce", *(str(argument) for argument in arguments), "--kernel", kernel]
        code = main(words)
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return caller
