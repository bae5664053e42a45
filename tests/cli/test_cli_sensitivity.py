"""``hedgerow sensitivity``, after a real sweep by the real command."""

import csv

import pytest
from cli.folders import listing
from sweep.small import write

AXES = """
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"behaviour.autonomy" = { dist = "half_normal", sd = 2.0 }
"""
SALTELLI = f'[sweep]\ndesign = "saltelli"\npoints = 16\nreplicates = 2\nsecond_order = true\n{AXES}'
MORRIS = f'[sweep]\ndesign = "morris"\npoints = 6\nreplicates = 2\n{AXES}'
TINY = f'[sweep]\ndesign = "latin"\npoints = 4\nreplicates = 1\n{AXES}'
LATIN = TINY.replace("points = 4", "points = 64") + '"terms.security" = [true, false]\n'


@pytest.fixture
def swept(call, here):
    """Sweep; return the folder."""

    def maker(text, name="out"):
        done = call("sweep", write(here, text), "--workers", 1, "--quiet", "--out", name)
        assert done.code == 0
        return name

    return maker


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_saltelli_sweep_from_end_to_end(call, here, swept, refused):
    folder = swept(SALTELLI)
    done = call("sensitivity", folder, "--country", "VNM")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "out/analysis/sensitivity"
    assert "Sobol' indices of a saltelli design: 96 points of 2 runs each" in " ".join(
        done.out.split()
    )
    assert "alignment_index · VNM · 2001" in done.out
    assert (
        "chance may be all of the variance" in done.out or "of the variance is chance" in done.out
    )
    assert "warning: 16 base points are few" in done.err
    into = here / folder / "analysis" / "sensitivity"
    names = {"sensitivity.csv", "responses.csv", "pairs.csv"}
    names |= {f"sensitivity-VNM-2001.{ending}" for ending in ("svg", "png", "txt")}
    assert {path.name for path in into.iterdir()} == names
    table = rows(into / "sensitivity.csv")
    assert list(table[0])[:4] == ["measure", "country", "year", "path"]
    index = [row for row in table if row["measure"] == "alignment_index"]
    assert [row["path"] for row in index] == [
        "relations.intensity",
        "behaviour.autonomy",
    ]
    for row in index:
        for name in ("first", "total"):
            low, value, high = (float(row[f"{name}{end}"]) for end in ("_low", "", "_high"))
            assert low <= value <= high
        assert f"{float(row['total']):.2f} ±" in done.out
    assert rows(into / "responses.csv")[0]["points"] == "96"
    status = call("status", folder)
    assert (status.code, status.err) == (0, "")
    again = call("sensitivity", folder, "--measure", "alignment_index", "--quiet")
    assert again.out == "out/analysis/sensitivity-2\n"
    assert call("resume", folder, "--quiet").code == 0
    before = listing(here / folder)
    assert (
        call("sensitivity", folder, "--measure", "autonomy", "--out", "mine", "--quiet").code == 0
    )
    assert listing(here / folder) == before
    refused("sensitivity", folder, "--out", "mine", telling="exists and is not empty")
    refused("sensitivity", folder, "--out", "out/tables/mine", telling="what the result is made of")
    refused("sensitivity", folder, "--out", "small-sweep.toml", telling="is a file")
    refused("sensitivity", folder, "--measure", "nothing", telling="has no 'nothing'")
    refused("sensitivity", folder, "--year", 1990, telling="has no year 1990; it has 2000 to 2001")
    refused("sensitivity", folder, "--country", "USA", telling="the sweep has IND, VNM")
    refused("sensitivity", folder, "--statistic", "median", telling="'mean'")


def test_a_morris_sweep_and_a_latin_one(call, here, swept):
    folder = swept(MORRIS, "morris")
    done = call("sensitivity", folder, "--country", "VNM", "--measure", "alignment_index")
    assert done.code == 0 and "μ*" in done.out
    into = here / "morris" / "analysis" / "sensitivity"
    assert "mu_star_low" in rows(into / "sensitivity.csv")[0] and not (into / "pairs.csv").exists()
    folder = swept(LATIN, "latin")
    done = call("sensitivity", folder, "--country", "VNM", "--measure", "alignment_index")
    assert done.code == 0 and "dummy" in done.out
    assert "how much of the variance is chance cannot be told from one run a point" in done.out
    paths = [row["path"] for row in rows(here / "latin/analysis/sensitivity/sensitivity.csv")]
    assert paths[-1] == "terms.security"


def test_what_is_no_finished_sweep_of_use_is_refused(call, here, swept, refused):
    refused("sensitivity", "nowhere", telling="not a result folder")
    refused("sensitivity", telling="DIR")
    done = call("run", write(here, ""), "--runs", 2, "--out", "r", "--quiet", "--no-figures")
    assert done.code == 0
    refused("sensitivity", "r", telling=["2 runs are too few", "takes 60", "more --runs"])
    folder = swept(TINY)
    refused(
        "sensitivity",
        folder,
        telling=["4 points of a latin design are too few", "takes 60 points", "128 (512 points)"],
    )


def test_a_plain_run_is_analysed_by_what_its_runs_drew(call, here, refused):
    """Who stands between greater rivals hedges more; how fast arms wear out matters less."""
    done = call(
        "run", write(here, "", end=2004), "--runs", 150, "--quiet", "--no-figures", "--out", "r"
    )
    assert done.code == 0
    asked = ("sensitivity", "r", "--measure", "hedging_index", "--country", "VNM")
    done = call(*asked)
    assert done.code == 0
    assert "numbers that a plain run draws: 150 runs" in " ".join(done.out.split())
    assert "cannot be told from one run a point" in done.out
    assert done.out.splitlines()[-1] == "r/analysis/sensitivity"
    table = {
        row["path"]: row
        for row in rows(here / "r" / "analysis" / "sensitivity" / "sensitivity.csv")
    }
    rivalry = table["relations.rivalry.USA.CHN"]
    assert float(rivalry["rank_low"]) > 0.0 and float(rivalry["rank_chance"]) < 0.01
    other = table["instruments.arms.turnover"]
    assert abs(float(other["rank"])) < abs(float(rivalry["rank"]))
    assert call("status", "r").code == 0
    refused(*asked, "--statistic", "sd", telling="one run, which has no sd; take the mean")
    done = call(
        "run", "small-sweep.toml", "--runs", 60, "--keep", "summary", "--quiet", "--out", "s"
    )
    assert done.code == 0
    refused(
        "sensitivity", "s", "--measure", "trade:USA", telling=["keeps no trade:USA", "--keep ties"]
    )
