"""Single precision: what it promises, what it does not change, and where it is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from compiled.test_compiled_runs import _in_order, same, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from model.worlds import random_world
from numba import njit
from results.synthetic import SMALL

import hedgerow
from hedgerow.cli.main import main
from hedgerow.compiled import kernels
from hedgerow.compiled.books import Book, Table, buffer, opener
from hedgerow.compiled.exponential import exp, weight
from hedgerow.compiled.lanes import DOUBLE, SINGLE
from hedgerow.compiled.philox import uniform
from hedgerow.compiled.simulate import simulate
from hedgerow.model.simulate import NotFinite
from hedgerow.results.records import join, pick

BOOK = Book("tried in both", {"x": "lanes 2", "y": "lanes 2", "words": "words 2", "n": "ints 3"})
open_tried = opener(BOOK, 0)
QUIET = {"progress": False, "until": 2001, "workers": 1}


class Tried:
    """A buffer of the book in some precision, with its sections as arrays."""

    def __init__(self, precision):
        self.precision, self.table = precision, Table(BOOK, {}, precision)
        self.words = buffer(self.table.size)
        self.words[:] = 0.0

    def __getitem__(self, name):
        return self.table.section(self.words, name)

    def run(self, function):
        function(self.words.view(self.precision.dtype), self.table.offsets)
        return self


@njit(error_model="numpy")
def both(buffer, offsets):
    b = open_tried(buffer, offsets)
    b.y[0] = exp(b.x[0])
    b.y[1] = uniform(b.words[0], b.words[1])


@njit(error_model="numpy")
def weights(buffer, offsets):
    b = open_tried(buffer, offsets)
    b.y[0] = weight(b.x[0])


# parts -----------------------------------------------------------------------------------------


def test_sections_are_as_wide_as_the_precision_says():
    for precision in (DOUBLE, SINGLE):
        tried = Tried(precision)
        assert tried["x"].shape == (2, precision.width)
        assert tried["x"].dtype == precision.dtype
        assert tried["words"].dtype == np.uint64
        assert all(start % 8 == 0 for start in tried.table.starts.values())  # cache lines
        tried["n"][:] = 1, 2, 3
        assert (tried["x"] == 0.0).all()
        assert (tried["words"] == 0).all()


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.floats(-87.0, 88.0, width=32), min_size=SINGLE.width, max_size=SINGLE.width))
def test_the_exponential_is_right_to_about_the_last_bit(x):
    tried = Tried(SINGLE)
    tried["x"][0] = x
    found = tried.run(both)["y"][0]
    wanted = np.exp(tried["x"][0].astype(np.float64))
    assert (np.abs(found - wanted) <= 1.1 * np.spacing(found)).all()


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.floats(-87.0, 0.0, width=32), min_size=SINGLE.width, max_size=SINGLE.width))
def test_weights_are_right_to_some_last_bits(x):
    tried = Tried(SINGLE)
    tried["x"][0] = x
    found = tried.run(weights)["y"][0]
    wanted = np.exp(tried["x"][0].astype(np.float64))
    assert (np.abs(found - wanted) <= (2e-7 + 4e-9 * np.abs(x)) * wanted).all()


def test_the_exponential_at_its_edges():
    tried = Tried(SINGLE)
    tried["x"][0, :7] = [0.0, -87.5, -1e30, -np.inf, np.inf, 100.0, np.nan]
    found = tried.run(both)["y"][0]
    assert found[:4].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert found[4] == found[5] == pytest.approx(np.exp(88.0), rel=1e-6)
    assert np.isnan(found[6])


word = st.one_of(st.sampled_from([0, 2**32 - 1, 255, 256]), st.integers(0, 2**32 - 1))


@settings(deadline=None)  # the first example compiles
@given(high=word, low=word)
def test_random_numbers_are_those_of_double_precision_rounded_down(high, low):
    exact, rounded = (Tried(precision) for precision in (DOUBLE, SINGLE))
    for tried in (exact, rounded):
        tried["words"][0], tried["words"][1] = high, low
        tried.run(both)
    u, v = float(exact["y"][1, 0]), float(rounded["y"][1, 0])
    assert v == np.floor(u * 2.0**24) / 2.0**24
    assert 0.0 <= v < 1.0


# whole runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_a_run_depends_on_nothing_but_itself(name):
    """To the last bit: block, place in the block, companions."""
    count, short = (150, {"time.end": 2002}) if name == "vietnam" else (40, {"time.end": 1999})
    whole = simulate(shipped(name, range(count), **short), "single")
    assert all(array.dtype == np.float64 for array in whole.ties.values())
    for width in (1, 7, 16, 128):
        starts = range(0, min(count, 3 * width), width)
        blocks = [
            simulate(shipped(name, range(s, min(s + width, count)), **short), "single")
            for s in starts
        ]
        known = pick(whole, slice(0, min(count, 3 * width)))
        known.events = [e for e in known.events if not np.isnan(e.value).all()]
        same(_in_order(join(blocks)), _in_order(known), bitwise=True)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), r=st.integers(1, 35), level=st.sampled_from([1, 2]))
def test_random_worlds_begin_alike(seed, r, level):
    """After a year of random worlds few ties differ, and those by steps."""
    given_ = random_world(seed=seed, n=2, p=5, r=r, years=1, level=level)
    exact, rough = simulate(given_), simulate(given_, "single")
    for name in ("trade", "defence", "voice"):
        far = np.abs(exact.ties[name] - rough.ties[name]) > 1e-5
        assert far.any(axis=(0, 1, 2)).sum() <= 1, name  # of the replicates


@pytest.mark.parametrize(("name", "runs"), [("vietnam", 300), ("asean", 64)])
def test_what_is_reported_differs_by_less_than_chance(name, runs):
    """Means of all years differ from double precision by less than their Monte Carlo error."""
    given_ = shipped(name, range(runs))
    exact, rough = simulate(given_), simulate(given_, "single")
    first = ("arms_orders", "trade", "energy", "diplomacy", "defence", "voice", "settlement")
    for column in first:  # the same choices in the first year
        np.testing.assert_allclose(rough.ties[column][0], exact.ties[column][0], atol=1e-5)
    for table in ("countries", "ties"):
        for measure, wanted in getattr(exact, table).items():
            found = getattr(rough, table)[measure]
            there = np.isfinite(wanted).all(axis=-1) & np.isfinite(found).all(axis=-1)
            error = wanted[there].std(axis=-1, ddof=1) / np.sqrt(runs)
            far = np.abs(found[there].mean(axis=-1) - wanted[there].mean(axis=-1))
            size = np.abs(wanted[there]).max(initial=1.0)
            assert (far <= error + 1e-5 * size).all(), measure


def test_a_run_that_leaves_the_numbers_of_single_precision_is_named():
    given_ = random_world(seed=5, n=2, p=5, r=20, years=2)
    given_.values["threat_level"][1, 7] = 1e39  # a double, but no single
    assert np.isfinite(simulate(given_).countries["threat"]).all()
    with pytest.raises(NotFinite, match="replicate 7 is not finite"):
        simulate(given_, "single")


# asked for, refused, kept ----------------------------------------------------------------------


def manifest(folder):
    return json.loads((Path(folder) / "manifest.json").read_text("utf-8"))


def test_double_precision_is_the_default_and_stays_as_it_was(tmp_path):
    default = hedgerow.run(SMALL, runs=9, out=tmp_path / "default", **QUIET)
    asked = hedgerow.run(SMALL, runs=9, out=tmp_path / "asked", precision="double", **QUIET)
    single = hedgerow.run(SMALL, runs=9, out=tmp_path / "single", precision="single", **QUIET)
    names = [result.manifest["precision"] for result in (default, asked, single)]
    assert names == ["double", "double", "single"]
    assert default.manifest["tables_digest"] == asked.manifest["tables_digest"]
    assert default.manifest["tables_digest"] != single.manifest["tables_digest"]
    assert single.manifest["kernel"] == "compiled"


def test_blocks_do_not_show(tmp_path):
    options = QUIET | {"until": 1997, "runs": 300, "keep": "summary", "precision": "single"}
    one = hedgerow.run("vietnam", out=tmp_path / "1", block=128, **options)
    two = hedgerow.run("vietnam", out=tmp_path / "2", block=37, **options)
    assert one.manifest["tables_digest"] == two.manifest["tables_digest"]


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_numpy_has_no_single_precision(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert main([command, "sweep-rivalry", "--kernel", "numpy", "--precision", "single"]) == 2
    said = capsys.readouterr()
    assert "--precision single: the numpy kernel calculates in double precision only" in said.err
    assert said.out == ""
    assert not list(tmp_path.iterdir())
    with pytest.raises(kernels.NotSoPrecise):
        hedgerow.run("vietnam", kernel="numpy", precision="single")


def test_unknown_precisions_are_refused():
    with pytest.raises(ValueError, match="no precision 'half'; there is double, single"):
        kernels.chosen(None, "half")


@pytest.mark.parametrize("command", ["run", "sweep", "calibrate"])
def test_single_precision_needs_the_compiled_kernel(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kernels, "_why_not", lambda: "numba is not installed")
    assert main([command, "vietnam", "--precision", "single"]) == 2
    said = capsys.readouterr()
    assert "--precision single: the compiled kernel is not installed" in said.err
    assert 'pip install ".[compiled]"' in said.err
    assert not list(tmp_path.iterdir())


SWEEP = """
schema = 1
title = "Enforcement"
extends = "vietnam"
[sweep.over]
"sanctions.USA.RUS.enforcement" = { low = 0.0, high = 3.0, points = 2 }
"""


def test_a_sweep_stays_with_its_precision(tmp_path, monkeypatch):
    from hedgerow.runs import prepare, resume
    from hedgerow.runs.inspection import status
    from hedgerow.runs.rerun import rerun

    (tmp_path / "swept.toml").write_text(SWEEP, encoding="utf-8")
    where = tmp_path / "out"
    options = {"runs": 5, "until": 1997, "keep": "ties", "precision": "single"}
    folder = prepare(tmp_path / "swept.toml", out=where, **options)
    with monkeypatch.context() as patched:
        patched.setattr(kernels, "_why_not", lambda: "numba is not installed")
        assert main(["resume", str(where)]) == 2
    result = resume(folder)
    assert result.manifest["precision"] == "single"
    assert status(folder).good
    again = rerun(folder, 7)
    stored = result.ties()
    stored = stored[(stored["run"] == 7) & (stored["year"] == 1997)].set_index("partner")
    np.testing.assert_array_equal(
        stored["alignment"].loc[list(again.scenario.partners)],
        again.record.ties["alignment"][-1, 0, :, 0],
    )
    about = manifest(folder) | {"precision": "double"}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    assert any("another precision" in problem for problem in status(folder).problems)
