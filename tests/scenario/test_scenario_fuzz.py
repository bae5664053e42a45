"""Broken files: each has its problems told or makes a world, and none makes hedgerow fail."""

import io
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
from scenario.fuzz import mutants

import hedgerow
from hedgerow.cli.main import main
from hedgerow.scenario import load

EACH = 250
RUN = 5
"""One of so many good files is run."""


def checked(path):
    """Check a file as the command does; return its exit code and what it said."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["check", str(path)])
    return code, out.getvalue() + err.getvalue()


def assert_runs(path, out):
    """Run two replicates of two years: all is finite that is defined, or told as a fault."""
    scenario = load(path)
    until = min(scenario.end, scenario.start + 1)
    result = hedgerow.run(
        scenario, runs=2, until=until, kernel="numpy", workers=1, out=out, progress=False
    )
    frames = (result.countries(), result.ties(), result.summary())
    for frame in frames:
        assert not np.isinf(frame.select_dtypes("number").to_numpy(dtype=float)).any()
    ties = frames[1][["trade", "energy", "diplomacy", "defence", "voice", "settlement", "pressure"]]
    assert np.isfinite(ties.to_numpy()).all()
    reasons = result.runs()["reason"].dropna()
    assert all(not reason or "finite" in reason for reason in reasons), list(reasons)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("error")
def test_broken_files_are_told_or_run(tmp_path, seed):
    path = tmp_path / "mutant.toml"
    good = bad = 0
    for number, text in enumerate(mutants(seed, EACH)):
        path.write_text(text, encoding="utf-8", newline="")
        code, told = checked(path)
        place = f"seed {seed}, number {number}:\n{told}\n{text[:20_000]}"
        assert code in (0, 2), place
        assert "Traceback" not in told and "\x1b" not in told and "\x07" not in told, place
        if code == 2:
            bad += 1
            assert "problem" in told.splitlines()[-1], place
            continue
        if good % RUN == 0:
            assert_runs(path, tmp_path / str(number))
        good += 1
    assert good > EACH // 20 and bad > EACH // 2
