"""Which kernel runs: asked for, by default, where numba is missing, and in a sweep that goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli.folders import compiled as environment
from cli.folders import listing
from results.synthetic import SMALL

import hedgerow
from hedgerow.compiled import kernels, layout
from hedgerow.model.numbers import FIELDS

QUIET = {"progress": False, "until": 2001, "runs": 12, "workers": 1}
SWEEP = """
schema = 2
title = "Enforcement"
extends = "vietnam"
[sweep.over]
"sanctions.USA.RUS.enforcement" = { low = 0.0, high = 3.0, points = 3 }
"""


@pytest.fixture
def without_numba(tmp_path_factory):
    """An environment in which importing numba fails, as an old one does with a new NumPy."""
    place = tmp_path_factory.mktemp("broken")
    text = "raise ImportError('Numba needs NumPy 1.0 or less')\n"
    (place / "numba.py").write_text(text, encoding="utf-8")
    paths = os.pathsep.join(filter(None, [str(place), os.environ.get("PYTHONPATH")]))
    return environment(PYTHONPATH=paths)


def call(where, env, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "hedgerow", *arguments],
        cwd=where,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def manifest(folder):
    return json.loads((Path(folder) / "manifest.json").read_text("utf-8"))


def test_the_compiled_model_knows_every_number_of_a_scenario():
    known = set(layout.SHARED.sections) | set(layout.OWN.sections)
    assert known == {spec.array for spec in FIELDS if not spec.fixed}


def test_the_manifest_names_the_kernel(tmp_path):
    default = hedgerow.run(SMALL, out=tmp_path / "default", **QUIET)
    asked = hedgerow.run(SMALL, out=tmp_path / "asked", kernel="compiled", **QUIET)
    other = hedgerow.run(SMALL, out=tmp_path / "other", kernel="numpy", **QUIET)
    names = [result.manifest["kernel"] for result in (default, asked, other)]
    assert names == ["compiled", "compiled", "numpy"]
    assert default.manifest["tables_digest"] == asked.manifest["tables_digest"]
    for table in ("countries", "ties", "events", "choices"):
        ours, theirs = getattr(asked, table)(), getattr(other, table)()
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-9)


def test_workers_and_blocks_do_not_show(tmp_path):
    options = {"progress": False, "until": 1997, "runs": 300, "keep": "summary"}
    one = hedgerow.run("vietnam", out=tmp_path / "1", workers=1, block=128, **options)
    two = hedgerow.run("vietnam", out=tmp_path / "2", workers=2, block=37, **options)
    assert one.manifest["kernel"] == two.manifest["kernel"] == "compiled"
    assert one.manifest["tables_digest"] == two.manifest["tables_digest"]


def test_without_numba_the_default_is_numpy(tmp_path, without_numba):
    arguments = ("run", "vietnam", "--runs", "3", "--until", "1996", "--no-figures", "--quiet")
    done = call(tmp_path, without_numba, *arguments, "--out", "out")
    assert done.returncode == 0, done.stderr
    assert manifest(tmp_path / "out")["kernel"] == "numpy"


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_without_numba_the_compiled_kernel_is_refused(tmp_path, without_numba, command):
    (tmp_path / "swept.toml").write_text(SWEEP, encoding="utf-8")
    before = listing(tmp_path)
    done = call(tmp_path, without_numba, command, "swept.toml", "--kernel", "compiled")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--kernel compiled: the compiled kernel is not installed" in done.stderr
    assert "Numba needs NumPy 1.0 or less" in done.stderr
    assert 'pip install ".[compiled]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert listing(tmp_path) == before


def test_a_sweep_stays_with_its_kernel(tmp_path, without_numba):
    from hedgerow.runs import prepare

    (tmp_path / "swept.toml").write_text(SWEEP, encoding="utf-8")
    folder = prepare(tmp_path / "swept.toml", runs=4, until=1996, out=tmp_path / "out")
    refused = call(tmp_path, without_numba, "resume", "out", "--workers", "1")
    assert refused.returncode == 2
    assert "the compiled kernel is not installed" in refused.stderr
    assert "Traceback" not in refused.stderr
    done = call(tmp_path, environment(), "resume", "out", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert manifest(folder)["kernel"] == "compiled"


def test_unknown_kernels_are_refused():
    with pytest.raises(ValueError, match="no kernel 'abacus'; there is numpy, compiled"):
        kernels.chosen("abacus")


def test_kernels_take_a_world():
    from model.worlds import world as small

    world = small(3)
    for name in ("numpy", "compiled", None):
        record = kernels.simulate(world, name)
        assert np.isfinite(record.ties["alignment"]).all()


CACHED = """
import sys
from numba import njit

def of(stamp):
    def function():
        return stamp
    return njit(cache=True)(function)

found = of(int(sys.argv[1]))
print(found(), sum(found.stats.cache_hits.values()))
"""


def test_what_a_function_closes_over_tells_its_code_on_disk_apart(tmp_path):
    """On that rests that code of another version is never taken for that of this one."""
    script = tmp_path / "cached.py"
    script.write_text(CACHED, encoding="utf-8")

    def run(stamp):
        command = [sys.executable, str(script), str(stamp)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert [run(1), run(1), run(2), run(1)] == [["1", "0"], ["1", "1"], ["2", "0"], ["1", "1"]]
