"""``hedgerow map``, and the page on sweeps that shows it."""

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
from cli.folders import listing

import hedgerow
from hedgerow.cli.main import root
from hedgerow.cli.state import State
from hedgerow.runs import Workers, prepare, sweep

SWEEP = """
schema = 2
title = "A small map"
extends = "threshold"
[time]
end = 2002
[sweep]
replicates = 4
measures = ["alignment_index", "diplomacy:USA"]
years = [2001, 2002]
[sweep.over]
"relations.intensity" = [1.0, 2.0, 4.0]
"behaviour.autonomy" = [0.0, 5.0, 10.0]
"behaviour.cross_pressure" = [30.0, 40.0]
"""
PLANE = ("--x", "intensity", "--y", "autonomy")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "small.toml").write_text(SWEEP, encoding="utf-8")
    team = Workers(processes=1, progress=False)
    return sweep(folder / "small.toml", out=folder / "out", team=team).path


@pytest.fixture
def swept(made, here):
    """The folder of a sweep, ``out`` in the current folder."""
    shutil.copytree(made, here / "out")
    return here / "out"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_map_is_a_table_and_two_pictures_beside_the_sweep(swept, call):
    before = listing(swept)
    done = call("map", "out", *PLANE, "--measure", "diplomacy:USA")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "out/analysis/map-diplomacy-USA-2002"
    assert "18 points, 4 runs each" in done.out
    folder = swept / "analysis" / "map-diplomacy-USA-2002"
    ends = (".csv", ".svg", ".png", ".txt", "-critical.csv")
    names = {f"map-diplomacy-USA-2002{end}" for end in ends}
    assert {path.name for path in folder.iterdir()} == names
    after = listing(swept)
    changed = {name for name, size in before.items() if after[name] != size}
    assert changed == {"manifest.json"}  # which lists what was added
    status = call("status", "out")
    assert status.code == 0 and "complete and as it was written" in status.out
    again = call("map", "out", *PLANE, "--measure", "diplomacy:USA")
    assert again.out.splitlines()[-1] == "out/analysis/map-diplomacy-USA-2002-2"


def test_the_table_is_that_of_the_summary(swept, call):
    call("map", "out", *PLANE, "--measure", "diplomacy:USA", "--year", 2001, "--out", "m")
    table = rows(Path("m/map-diplomacy-USA-2001.csv"))
    summary = hedgerow.open("out").summary(measure="diplomacy:USA", year=2001)
    assert len(table) == 18
    for row, known in zip(table, summary.to_dict("records"), strict=True):
        assert int(row["point"]) == known["point"]
        for name in ("mean", "sd", "n"):
            assert float(row[name]) == known[name]
    head = ["point", "relations.intensity", "behaviour.autonomy", "behaviour.cross_pressure"]
    band = ["in_band", "in_band_low", "in_band_high"]
    assert list(table[0]) == [*head, "mean", "sd", "n", "low", "high", *band]


def test_the_curve_is_a_table_too(swept, call):
    """60/(χ₀ − 2θ)."""
    done = call("map", "out", *PLANE, "--measure", "alignment_index", "--out", "m")
    table = rows(Path("m/map-alignment_index-2002-critical.csv"))
    head = ["behaviour.cross_pressure", "behaviour.autonomy", "q05", "q50", "q95", "never"]
    assert list(table[0]) == head
    assert {row["behaviour.cross_pressure"] for row in table} == {"30.0", "40.0"}
    for row in table:
        chi, theta = (float(row[name]) for name in head[:2])
        for name in ("q05", "q50", "q95"):
            assert float(row[name]) == pytest.approx(60.0 / (chi - 2.0 * theta))
        assert float(row["never"]) == 0.0
    told = "1.5 where behaviour.autonomy = 0, 3 where behaviour.autonomy = 10"
    assert f"{told} (behaviour.cross_pressure = 40)" in done.out


def test_a_slice_and_a_change(swept, call):
    at = ("--at", "cross_pressure=40", "--measure", "diplomacy:USA")
    done = call("map", "out", *PLANE, *at, "--against", 1, "--out", "m")
    assert done.code == 0
    table = rows(Path("m/map-diplomacy-USA-2002-change.csv"))
    assert len(table) == 9 and {row["behaviour.cross_pressure"] for row in table} == {"40.0"}
    signs = [
        (float(row["change_low"]) > 0) - (float(row["change_high"]) < 0)
        for row in table
        if row["relations.intensity"] != "1.0"
    ]
    told = f"rose at {signs.count(1)} points, fell at {signs.count(-1)}, open at {signs.count(0)}"
    assert told in done.out
    assert signs.count(-1) > 0
    assert all(float(row["change"]) == 0 for row in table if row["relations.intensity"] == "1.0")


def test_wrong_use_is_refused(swept, refused, here):
    plane = (*PLANE, "--measure", "diplomacy:USA")
    refused("map", "out", *PLANE, telling="--measure")
    refused("map", "out", *PLANE, "--measure", "diplomacy:US", telling="no measure 'diplomacy:US'")
    refused("map", "out", "--x", "trust", *plane[2:], telling=["--x trust", "behaviour.autonomy"])
    refused("map", "out", *plane, "--year", 1999, telling=["of 1999", "2001, 2002"])
    refused("map", "out", *plane, "--country", "xyz", telling=["no country 'xyz'", "VNM"])
    refused("map", "out", *plane, "--at", "cross_pressure=3", telling=["is not 3", "30, 40"])
    refused("map", "out", *plane, "--at", "cross_pressure", telling=["--at", "path=value"])
    refused("map", "out", *plane, "--against", "much", telling="expected a number")
    refused("map", "out", *plane, "--against", 3, telling=["is not 3", "1, 2, 4"])
    refused("map", "nowhere", *plane, telling="not a result folder")
    refused("map", "out", *plane, "--out", "out/tables/mine", telling="choose another folder")
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("keep", encoding="utf-8")
    refused("map", "out", *plane, "--out", "full", telling="not empty")
    prepare(here / "out" / "scenario.toml", out="half")
    refused("map", "half", *plane, telling="hedgerow resume half")


# the page --------------------------------------------------------------------------------------
PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "sweeps.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^hedgerow .*$", "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.S)), re.M)


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_of_the_page_have_the_options_shown(line):
    words = shlex.split(line, comments=True)[1:]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        if words[0] != "map":
            return
        folder, x, y = (context.params[name] for name in ("folder", "x", "y"))
        measure, at = context.params["measure"], context.params["slices"]
    if folder.name.startswith("my-"):  # of the reader
        return
    table = hedgerow.load(f"sweep-{folder.name}").resolved["sweep"]
    for end in (x, y, *(pair.partition("=")[0] for pair in at)):
        assert sum(path == end or path.endswith(f".{end}") for path in table["over"]) == 1
    assert measure in table["measures"]


def test_the_sweep_of_the_page_is_one(here, call):
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    Path("my-sweep.toml").write_text(example, encoding="utf-8")
    assert call("check", "my-sweep.toml").code == 0
    plan = call("plan", "my-sweep.toml", "--workers", 1)
    assert plan.code == 0 and re.search(r"points +20\b", plan.out)
