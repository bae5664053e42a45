"""``hedgerow discover``, on real results of the real commands."""

import csv

from sweep.small import write

LATIN = """
[sweep]
design = "latin"
points = 80
replicates = 2
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"countries.VNM.strategy" = ["quantal", "bandwagoner"]
"behaviour.audience" = { low = 0.0, high = 0.1 }
"""
VNM = ("--country", "VNM")
PLAIN = ("--out", "r", "--quiet", "--no-figures")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_region_of_a_sweep_is_found_and_told(process, call, here, refused):
    """A bandwagoner goes with China, whatever else is swept."""
    write(here, LATIN, end=2003)
    done = call("sweep", "small-sweep.toml", "--workers", 1, "--quiet", "--out", "out")
    assert done.code == 0
    # A process of its own: what the library says on import must not reach the user.
    done = process("discover", "out", *VNM, "--where", "alignment_index@2003 < 25")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "out/analysis/discover"
    assert "Vietnam, alignment_index@2003 < 25: 40 of 80 points" in done.out
    assert "40 of its 40 points are as looked for (density 100%)" in done.out
    into = here / "out" / "analysis" / "discover"
    names = {"boxes.csv", "limits.csv", "trajectory.csv", "box-1.svg", "box-1.png"}
    names.add("box-1.txt")
    assert {path.name for path in into.iterdir()} == names
    (box,), (limit,) = rows(into / "boxes.csv"), rows(into / "limits.csv")
    assert (box["cases_are"], box["cases"], box["hits"], box["coverage"]) == (
        *("points", "40", "40"),
        "1.0",
    )
    assert (limit["path"], limit["labels"]) == ("countries.VNM.strategy", "bandwagoner")
    assert float(limit["quasi_p_low"]) < 1e-6 and limit["low"] == limit["quasi_p_high"] == ""
    steps = rows(into / "trajectory.csv")
    assert steps[0]["coverage"] == "1.0" and sum(row["taken"] == "1" for row in steps) == 1
    assert call("status", "out").code == 0
    where = (*VNM, "--where", "alignment_index < 25")
    refused("discover", "out", *where, "--out", "small-sweep.toml", telling="is a file")
    refused("discover", "out", telling="--where")
    refused("discover", "out", "--where", "trade:USA", telling="expected MEASURE@YEAR")
    refused(
        "discover", "out", *VNM, "--where", "trade:USA > 99", telling="no case is as looked for"
    )
    refused("discover", "out", *where[2:], "--country", "LAO", telling="the result has IND, VNM")
    refused("discover", "out", *where, "--cases", "runs", telling="keeps no table 'countries'")
    refused("discover", "out", *where, "--path", "x", telling="is not among what differs")
    refused("discover", "nowhere", *where, telling="not a result folder")
    refused("discover", "out", *where, "--density", 1.5, telling="--density")


def test_a_region_of_a_plain_run_is_told_in_what_is_drawn(call, here):
    """Ties with both rivals are a hedge only where there is rivalry."""
    path = write(here, "", end=2004)
    assert call("run", path, "--runs", 200, *PLAIN).code == 0
    asked = ("discover", "r", "--where", "hedging_index > 0.2", *VNM, "--density", 0.5)
    done = call(*asked, "--out", "d")
    assert (done.code, done.out.splitlines()[-1]) == (0, "d")
    assert "of 200 runs" in done.out and "of one point" not in done.out
    limit = rows(here / "d" / "limits.csv")[0]
    assert limit["path"] == "relations.rivalry.USA.CHN"
    assert float(limit["low"]) > 0.5  # of a half-normal with sd 1
    assert call(*asked, "--quiet").out == "r/analysis/discover\n"
    for name in ("boxes.csv", "limits.csv", "trajectory.csv"):
        one = (here / "d" / name).read_bytes()
        assert one == (here / "r" / "analysis" / "discover" / name).read_bytes()
