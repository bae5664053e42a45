"""Compiled code on disk: used where it is whole, made anew where it is not, and said when made."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli.folders import compiled as environment
from results.synthetic import SMALL

import hedgerow
from hedgerow.compiled import block, kept, kernels, reduction

caching = pytest.importorskip("numba.core.caching")

COMPILING = "compiling the model: a minute or so, once on this machine\n"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A folder with all compiled code, for processes of tests to use; its path is returned."""
    kernels.prepare("compiled")
    functions = [block.compiled(), *map(reduction.compiled, reduction.FUNCTIONS)]
    place = caching.UserProvidedCacheLocator.get_suitable_cache_subpath(block.__file__)
    (tmp_path / "cache" / place).mkdir(parents=True)
    for folder in {Path(function.stats.cache_path) for function in functions}:
        for path in folder.glob("*.nb[ic]"):
            shutil.copy2(path, tmp_path / "cache" / place)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / place


def run(where, *options, **more):
    """Run a small scenario by the command."""
    command = ["run", SMALL, "--runs", "300", "--until", "2001", "--no-figures", "--out", "out"]
    shutil.rmtree(where / "out", ignore_errors=True)
    return subprocess.run(
        [sys.executable, "-m", "hedgerow", *command, *options],
        cwd=where,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )


def kernel(where):
    return json.loads((where / "out" / "manifest.json").read_text("utf-8"))["kernel"]


def halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [halve, empty])
@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_damaged_code_is_compiled_anew_and_that_alone_is_said(cache, tmp_path, ending, damage):
    for path in cache.glob(f"reduction._counts-*.{ending}"):
        damage(path)
    done = run(tmp_path, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(COMPILING) == 1
    assert "interrupted" not in done.stderr
    assert kernel(tmp_path) == "compiled"
    again = run(tmp_path, "--quiet")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_command_without_a_choice_of_kernels_says_it_too(cache, tmp_path, quiet):
    for path in cache.glob("reduction._counts-*.nbi"):
        empty(path)
    command = ["tournament", SMALL, "--runs", "2", "--strategy", "random", "--rivalry", "1", *quiet]
    done = subprocess.run(
        [sys.executable, "-m", "hedgerow", *command],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(COMPILING) == (0 if quiet else 1)


def test_nothing_is_said_of_what_is_kept():
    said = []
    kernels.prepare("compiled", said.append)
    kernels.prepare("numpy", said.append)
    assert said == []


ONCE = """
import os, subprocess, sys
from pathlib import Path
from hedgerow.compiled import kept, reduction
if len(sys.argv) > 1:
    print(sum(reduction.compiled("counts").stats.cache_hits.values()))
    sys.exit()
print(kept.ensure_folder())
assert reduction.compiled("counts").signatures
subprocess.run([sys.executable, __file__, "a worker"], check=True)
print(os.environ["NUMBA_CACHE_DIR"])
"""


def test_where_nothing_can_be_written_workers_have_what_the_parent_compiled(tmp_path):
    package = Path(hedgerow.__file__).parent
    shutil.copytree(package, tmp_path / "hedgerow", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "hedgerow" / "compiled" / "__pycache__").touch()  # where a folder should be
    (tmp_path / "once.py").write_text(ONCE, encoding="utf-8")
    env = environment(HOME="/dev/null", XDG_CACHE_HOME="/dev/null/none", PYTHONPATH=str(tmp_path))
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "once.py")],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lasts, hits, folder = done.stdout.split()
    assert (lasts, hits) == ("False", "1")
    assert Path(folder).parent == Path(os.environ.get("TMPDIR", "/tmp"))
    assert not Path(folder).exists()


def test_what_cannot_be_kept_is_compiled_once(tmp_path, monkeypatch):
    """As on a disk that fills up between the look at the folder and the end of the compiling."""
    from numba import int64

    def full(self, key, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    said = []
    with kept.compiling(lambda: said.append("compiling")):
        found = kept.compiled(lambda n: n + 1, (int64,))
    assert found(2) == 3
    assert said == ["compiling"]


def test_without_compiling_numpy_plays(tmp_path):
    off = {"NUMBA_DISABLE_JIT": "1"}
    done = run(tmp_path, "--quiet", **off)
    assert (done.returncode, done.stderr) == (0, "")
    assert kernel(tmp_path) == "numpy"
    refused = run(tmp_path, "--quiet", "--kernel", "compiled", **off)
    assert refused.returncode == 2
    assert "--kernel compiled: the compiled kernel is switched off by NUMBA_DISABLE_JIT" in (
        refused.stderr
    )
    assert not (tmp_path / "out").exists()
