"""``hedgerow plot``."""

import shutil
from pathlib import Path

import pytest
from cli.folders import listing

from hedgerow.cli.commands.plot import FIGURES
from hedgerow.cli.main import main


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A result without figures."""
    path = tmp_path_factory.mktemp("plot") / "result"
    options = ["--runs", "4", "--until", "1998", "--no-figures", "--quiet"]
    assert main(["run", "vietnam", *options, "--out", str(path)]) == 0
    return path


@pytest.fixture
def result(stored, here):
    """A copy of that result in the current folder."""
    return shutil.copytree(stored, here / "result")


def test_the_names_of_the_figures_are_those_that_there_are():
    from hedgerow.figures.all import FIGURES as drawings

    assert set(FIGURES) == set(drawings)


def test_all_figures_are_drawn_into_the_result_and_their_paths_printed(call, result):
    assert not (result / "figures").exists()
    done = call("plot", "result")
    assert (done.code, done.err) == (0, "")
    printed = done.out.split()
    assert printed == [f"result/figures/{Path(path).name}" for path in printed]
    expected = {f"{name}.{form}" for name in FIGURES for form in ("svg", "png", "txt")}
    expected -= {
        f"alignment_overview.{form}" for form in ("svg", "png", "txt")
    }  # of several countries only
    assert {Path(path).name for path in printed} == expected
    assert {path.name for path in (result / "figures").iterdir()} == expected
    assert all(path.stat().st_size > 200 for path in (result / "figures").iterdir())


def test_some_figures_of_a_country_elsewhere(call, result, here):
    before = listing(result)
    options = ["--figure", "arms", "--figure", "votes", "--country", "vnm", "--out", "a/b"]
    done = call("plot", "result", *options)
    assert done.code == 0
    assert done.out.split() == [
        f"a/b/{name}.{form}" for name in ("arms", "votes") for form in ("svg", "png", "txt")
    ]
    assert listing(result) == before


def test_a_named_country_gets_a_folder_of_its_own(call, result):
    done = call("plot", "result", "--country", "VNM", "--figure", "arms")
    assert done.out.split() == [f"result/figures/VNM/arms.{form}" for form in ("svg", "png", "txt")]


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (["nowhere"], "nowhere: not a result folder"),
        (["empty"], "empty: not a result folder"),
        (["file"], "file: is a file"),
        (["result", "--country", "XYZ"], ["--country XYZ", "VNM"]),
        (["result", "--figure", "arm"], ["--figure", "arms"]),
        (["result", "--figure", "arms", "--out", "file"], "file"),
        (["result", "--out", "file/below"], "file/below"),
        ([], "DIR"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_drawn_is_refused(refused, result, here, arguments, telling):
    (here / "empty").mkdir()
    (here / "file").write_text("mine", encoding="utf-8")
    refused("plot", *arguments, telling=telling)


def test_a_damaged_result_is_refused(refused, result):
    (result / "manifest.json").write_text("{", encoding="utf-8")
    refused("plot", "result", telling="manifest.json")


def test_a_result_that_lost_its_summary_is_refused(refused, result):
    (result / "summary.csv").unlink()
    refused("plot", "result", telling="summary.csv")
