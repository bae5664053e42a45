"""``hedgerow plan``."""

import re

from sweep.small import write


def test_a_plan_counts_points_runs_and_rounds_and_writes_nothing(call, here):
    path = write(here)
    done = call("plan", path, "--workers", 1)
    assert (done.code, done.err) == (0, "")
    for line in (
        r"design +grid",
        r"points +12",
        r"runs +36 \(3 a point, seed 7, common random numbers\)",
        r"rounds +288 \(8 a run\)",
        r"time +about \d+:\d\d with 1 worker,",
        r"disk +about [\d.]+ [kM]B",
        r"behaviour\.autonomy +0 to 1, 3 values",
    ):
        assert re.search(line, done.out), line
    assert [p.name for p in here.iterdir()] == [path.name]


def test_options_of_a_plan_count(call, here):
    path = write(here)
    few = call("plan", path, "--runs", 200, "--until", 2000, "--set", "sweep.replicates=9")
    assert "2400 (200 a point" in few.out
    assert "9600 (4 a run)" in few.out
    assert "more while it runs" in few.out
    apart = call("plan", path, "--set", "ensemble.common_random_numbers=false")
    assert "numbers of its own at each point" in apart.out


def test_a_plan_of_nothing_is_an_error_with_a_place(refused, here):
    refused("plan", "vietnam", telling=["vietnam.toml:", "no [sweep]", "hedgerow run"])
    refused("plan", write(here, "[sweep]\n[sweep.over]"), telling=["no points", "toml:"])
