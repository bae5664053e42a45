"""``hedgerow plan``."""

import re

import pytest
from sweep.small import write


def test_a_plan_counts_points_runs_and_rounds_and_writes_nothing(call, here):
    path = write(here)
    done = call("plan", path, "--workers", 1)
    assert done.code == 0 and done.err.startswith("warning: replicates are few for bands")
    assert len(done.err.splitlines()) == 1
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


AXIS = '"partners.USA.will" = { low = 0.0, high = 1.0 }'
AXES = f'[sweep.over]\n{AXIS}\n"behaviour.autonomy" = {{ low = 0.0, high = 1.0 }}\n'
LIST = '[sweep.over]\n"partners.USA.will" = [0.1, 0.2]\n'


@pytest.mark.parametrize(
    ("small", "large", "telling"),
    [
        (f"replicates = 29\n{LIST}", f"replicates = 30\n{LIST}", "replicates are few for bands"),
        (
            f'design = "latin"\npoints = 59\n{AXES}',
            f'design = "latin"\npoints = 60\n{AXES}',
            "59 points are few for 2 paths; take 60 or more",
        ),
        (
            f'design = "sobol"\npoints = 60\n{AXES}',
            f'design = "sobol"\npoints = 64\n{AXES}',
            "60 is no power of 2, without which a Sobol' sequence is out of balance; take 32 or 64",
        ),
        (
            f'design = "saltelli"\npoints = 32\n{AXES}',
            f'design = "saltelli"\npoints = 64\n{AXES}',
            "32 base points are few for 2 paths; take 64 or more",
        ),
        (
            f'design = "morris"\npoints = 9\n{AXES}',
            f'design = "morris"\npoints = 10\n{AXES}',
            "9 trajectories are few for 2 paths; take 10 or more",
        ),
    ],
)
def test_check_warns_of_a_design_that_is_too_small(call, here, small, large, telling):
    enough = call("check", write(here, f"[sweep]\n{large}")).err.splitlines()
    path = write(here, f"[sweep]\n{small}")
    done = call("check", path)
    told = [line for line in done.err.splitlines() if line not in enough]
    assert done.code == 0 and told[0].startswith(f"{path}:") and "warning: " in told[0]
    message, _, hint = telling.partition("; ")
    assert message in told[0] and hint in "".join(told)
    warnings = sum("warning: " in line for line in done.err.splitlines())
    strict = call("check", path, "--strict")
    assert strict.code == 2 and f"{warnings} warning" in strict.err


def test_a_plan_warns_of_the_size_that_it_is_asked_for(call, here):
    path = write(here, f"[sweep]\nreplicates = 40\n{LIST}", end=2000)
    assert call("plan", path).err == ""
    done = call("plan", path, "--runs", 4)
    assert done.code == 0 and done.err == (
        "warning: replicates are few for bands from 5 to 95 %: 4 a point; take 30 or more, or read "
        "means alone\n"
    )
    few = call("plan", write(here, f'[sweep]\ndesign = "morris"\npoints = 2\n{AXES}', end=2000))
    assert few.err == "warning: 2 trajectories are few for 2 paths; take 10 or more\n"


def test_a_plan_of_nothing_is_an_error_with_a_place(refused, here):
    refused("plan", "vietnam", telling=["vietnam.toml:", "no [sweep]", "hedgerow run"])
    refused("plan", write(here, "[sweep]\n[sweep.over]"), telling=["no points", "toml:"])
