"""Statistics of the summary against NumPy, whatever the order of leaves."""

import csv
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results.synthetic import axes, event, record

from hedgerow.results import quantiles, records, reduction, summary
from hedgerow.results.moments import Moments, Tree
from hedgerow.results.quantiles import EXACT_UP_TO, LEVELS, Binned, scale_of

SHAPE = axes(years=2)
LEAF = 128


def collect(whole, order, scratch=None, replicates=None):
    """Reduce a record in leaves that arrive in `order`; return the table of the summary."""
    runs = records.size(whole)
    point = summary.PointSummary(SHAPE, 0, replicates or runs)
    for leaf in order:
        part = records.pick(whole, slice(leaf * LEAF, (leaf + 1) * LEAF))
        point.add(summary.reduce_leaf(part, SHAPE, 0, leaf, replicates or runs, scratch))
    return point.table()


def rows_of(table):
    return {(row["year"], row["country"], row["measure"]): row for row in table.to_pylist()}


def cell(whole, key):
    """Return all values of a measure in a year and country."""
    y, i = key[0] - SHAPE.start, SHAPE.countries.index(key[1])
    column, _, partner = key[2].partition(":")
    if not partner:
        return whole.countries[column][y, i]
    return whole.ties[column][y, i, SHAPE.partners.index(partner)]


def test_every_statistic_is_that_of_numpy(tmp_path):
    whole = record(SHAPE, 300, seed=1)
    table = collect(whole, [2, 0, 1], tmp_path)
    assert not list(tmp_path.iterdir())  # scratch files are gone
    rows = rows_of(table)
    for (year, country, measure), row in rows.items():
        if measure.startswith(("choice:", "event:")):
            continue
        values = cell(whole, (year, country, measure))
        values = values[~np.isnan(values)]
        assert row["n"] == values.size
        if not values.size:
            assert row["mean"] is row["sd"] is row["q50"] is None
            continue
        assert row["mean"] == pytest.approx(values.mean(), rel=1e-13, abs=1e-15)
        assert row["sd"] == pytest.approx(values.std(ddof=1), rel=1e-12)
        exact = np.quantile(values, LEVELS)
        for name, value in zip(("q05", "q25", "q50", "q75", "q95"), exact, strict=True):
            assert row[name] == pytest.approx(value, rel=1e-14, abs=1e-15)
    assert (1996, "IND", "trade:RUS") in rows
    assert (1996, "IND", "trade:IND") not in rows
    assert (1996, "VNM", "trade:IND") in rows


def test_shares_of_choices_and_events_are_counted():
    whole = record(SHAPE, 300, seed=2)
    rows = rows_of(collect(whole, [0, 1, 2]))
    chosen = whole.choices[0].chosen
    for number, option in enumerate(("for", "abstain", "against")):
        row = rows[1997, "VNM", f"choice:ES-11/1:{option}"]
        here = chosen == number
        assert row["mean"] == pytest.approx(here.mean(), rel=1e-14)
        assert row["sd"] == pytest.approx(here.std(ddof=1), rel=1e-12)
        assert row["q50"] is None
        assert row["n"] == 300
    visits = next(e for e in whole.events if e.event == "visit" and e.year == 1996)
    share = visits.replicate.size / 300
    assert rows[1996, "VNM", "event:visit:RUS"]["mean"] == pytest.approx(share, rel=1e-14)
    assert (1996, "VNM", "event:incident:CHN") in rows
    twice = event("visit", "visit", 1996, 1, 0, np.ones(300, dtype=bool), 1.0)
    whole.events += [twice, replace(twice, quarter=4)]
    rows = rows_of(collect(whole, [0, 1, 2]))
    assert rows[1996, "VNM", "event:visit:RUS"]["mean"] == 1.0  # a share of runs, not of visits


def test_a_summary_is_the_same_to_the_last_bit_in_any_order_and_place(tmp_path):
    whole = record(SHAPE, 9 * LEAF + 5, seed=3)
    first = collect(whole, range(10))
    rng = np.random.default_rng(0)
    for scratch in (None, tmp_path, None):
        assert collect(whole, rng.permutation(10), scratch).equals(first)


def test_the_tree_joins_in_the_same_way_whatever_comes_first():
    rng = np.random.default_rng(4)
    leaves = [Moments.of(rng.normal(size=(5, 100)) * 10**k) for k in range(13)]
    totals = []
    for order in (range(13), range(12, -1, -1), rng.permutation(13)):
        tree = Tree()
        for leaf in order:
            tree.add(int(leaf), leaves[leaf])
        totals.append(tree.total())
    for total in totals[1:]:
        for name in ("count", "mean", "squares"):
            assert np.array_equal(getattr(total, name), getattr(totals[0], name))
    a = [leaves[k] for k in range(13)]
    by_hand = (((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]))) + (
        ((a[8] + a[9]) + (a[10] + a[11])) + a[12]
    )
    assert np.array_equal(by_hand.mean, totals[0].mean)
    assert np.array_equal(by_hand.squares, totals[0].squares)


def test_moments_of_nothing_and_of_one():
    moments = Moments.of(np.array([[np.nan, np.nan], [3.0, np.nan], [1.0, 2.0]]))
    assert list(moments.count) == [0, 1, 2]
    sd = moments.sd()
    assert np.isnan(sd[:2]).all()
    assert sd[2] == pytest.approx(math.sqrt(0.5))
    both = moments + Moments.of(np.array([[np.nan], [np.nan], [3.0]]))
    assert both.mean[1] == 3.0
    assert both.mean[2] == pytest.approx(2.0)


def test_one_run_has_values_but_no_spread():
    row = rows_of(collect(record(SHAPE, 1, gaps=False), [0]))[1996, "VNM", "threat"]
    assert row["sd"] is None
    assert row["q05"] == row["q95"] == row["mean"]


def test_failed_leaves_do_not_count():
    whole = record(SHAPE, 200)
    point = summary.PointSummary(SHAPE, 0, 328)
    point.add(summary.reduce_leaf(None, SHAPE, 0, 1, 328, None))
    for leaf in (0, 2):
        part = records.pick(whole, slice(0, 128) if leaf == 0 else slice(128, 200))
        point.add(summary.reduce_leaf(part, SHAPE, 0, leaf, 328, None))
    assert rows_of(point.table())[1996, "VNM", "threat"]["n"] == 200
    none = summary.PointSummary(SHAPE, 0, 5)
    none.add(summary.reduce_leaf(None, SHAPE, 0, 0, 5, None))
    assert none.table().num_rows == 0
    assert none.table().column_names == list(summary.COLUMNS)


# beyond the exact ------------------------------------------------------------------------------
def test_quantiles_in_bins_are_as_near_as_they_say(tmp_path):
    whole = record(SHAPE, 400, seed=5)
    exact = rows_of(collect(whole, range(4)))
    rough = rows_of(collect(whole, [3, 1, 0, 2], tmp_path, replicates=EXACT_UP_TO + 1))
    assert not list(tmp_path.iterdir())
    assert exact.keys() == rough.keys()
    apart, level = 0, {"q05": 0.05, "q50": 0.5, "q95": 0.95}
    for key, row in exact.items():
        assert rough[key]["mean"] == row["mean"]
        scale = scale_of(key[2])
        for name in ("q05", "q50", "q95"):
            if row[name] is None:
                assert rough[key][name] is None
                continue
            ends = [  # the order statistics on either side
                np.nanquantile(cell(whole, key), level[name], method=method)
                for method in ("lower", "higher")
            ]
            error = max(map(scale.error, ends))
            assert abs(rough[key][name] - row[name]) <= error * (1 + 1e-9)
            apart += rough[key][name] != row[name]
    assert apart > 100  # the bins were used
    assert quantiles.error_note(["tier:RUS"], EXACT_UP_TO) is None
    assert set(quantiles.error_note(["tier:RUS", "premium"], EXACT_UP_TO + 1)) == {
        "tier:RUS",
        "premium",
    }


def test_bins_hold_zero_and_the_ends_exactly():
    for measure in ("arms_stock:RUS", "alignment_index", "kuik_score", "premium", "tier:RUS"):
        scale = scale_of(measure)
        centres = scale.centres()
        assert 0.0 in np.round(centres, 12)
        assert np.array_equal(scale.index(centres), np.arange(scale.bins))
    assert list(scale_of("tier:RUS").centres()) == [0, 1, 2, 3, 4]
    trade = scale_of("trade:RUS")
    assert list(trade.index(np.array([-1e99, 1e99]))) == [0, trade.bins - 1]
    counts = Binned(["tier:RUS"], 1)
    counts.add(scale_of("tier").index(np.array([[np.nan, 1.0, 2.0, 4.0]])), 4)
    assert counts.quantiles()[2, 0] == 2.0


@given(st.floats(-1e6, 1e6))
def test_a_bin_is_as_near_as_it_says_and_that_of_the_opposite_mirrors_it(value):
    scale = scale_of("premium")
    place, mirrored = scale.index(np.array([value, -value])).tolist()
    assert place + mirrored == scale.bins - 1
    apart = np.abs(scale.centres() - value)
    assert apart[place] <= scale.error(value) * (1 + 1e-12)
    assert apart[place] <= apart.min() + 1e-12 * (abs(value) + scale.small)


@pytest.mark.parametrize("kernel", ["numpy", "compiled"])
def test_bins_are_counted_one_by_one(kernel):
    rng = np.random.default_rng(8)
    measures, each = ["tier:RUS", "premium", "autonomy"], 3
    counts, known = Binned(measures, each, kernel), {}
    for _ in range(20):
        bins = np.concatenate(
            [scale_of(m).index(rng.choice([0.0, 1.0, 0.5, np.nan], (each, 7))) for m in measures]
        )
        counts.add(bins, 7)
        for row, places in enumerate(bins.tolist()):
            for place in places:
                known[row, place] = known.get((row, place), 0) + 1
    levels = counts.quantiles()
    for row in range(len(bins)):
        centres = scale_of(measures[row // each]).centres()
        values = [
            centres[place]
            for (at, place), number in sorted(known.items())
            if at == row and place < centres.size
            for _ in range(number)
        ]
        assert np.allclose(levels[:, row], np.quantile(values, LEVELS), rtol=1e-14, atol=0)


# compiled --------------------------------------------------------------------------------------
@settings(deadline=None, max_examples=60)
@given(
    runs=st.integers(1, LEAF),
    seed=st.integers(0, 2**32 - 1),
    missing=st.sampled_from([0.0, 0.1, 1.0]),
    size=st.sampled_from([1e-9, 1e-3, 1.0, 1e3, 1e9]),
)
def test_what_is_compiled_reduces_to_the_same(runs, seed, missing, size):
    rng = np.random.default_rng(seed)

    def column(measures):
        values = size * rng.normal(size=(2, 3, measures, runs + 5))
        values[rng.random(values.shape) < missing] = np.nan
        values[rng.random(values.shape) < 0.1] = -0.0
        return np.moveaxis(values, 2, 0)[..., 2 : 2 + runs]  # rows that do not lie side by side

    columns = {"premium": column(1), "kuik_score": column(1), "trade": column(4), "tier": column(4)}
    moments, bins = reduction.moments_and_bins(columns)
    other, others = reduction.compiled_moments_and_bins(columns)
    alone = reduction.compiled_moments(reduction.cells_of(columns))
    assert np.array_equal(bins, others)
    for found in (other, alone):
        assert np.array_equal(found.count, moments.count)
        assert np.allclose(found.mean, moments.mean, rtol=1e-12, atol=1e-12 * size)
        assert np.allclose(found.squares, moments.squares, rtol=1e-9, atol=0)


# file ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("question", ["ES-11/1", 'a "quoted", question\nof two lines'])
def test_the_file_reads_back_to_the_same_values(tmp_path, question):
    whole = record(SHAPE, 30, seed=6)
    for number, choice in enumerate(whole.choices):
        object.__setattr__(whole.choices[number], "question", question)
        assert choice.question == question
    table = collect(whole, [0])
    path = tmp_path / "summary.csv"
    summary.write_summary([table], path)
    assert summary.read_summary(path).equals(table)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = "point,year,country,measure,mean,sd,q05,q25,q50,q75,q95,n"
    assert ",".join(rows[0]) == header
    assert len(rows) == table.num_rows
    empty = next(row for row in rows if row["measure"] == "premium" and row["year"] == "1996")
    assert empty["mean"] == empty["q50"] == ""
    assert empty["n"] == "0"
    assert f"choice:{question}:for" in {row["measure"] for row in rows}


def test_quantiles_leave_what_they_are_taken_of_as_it_is():
    values = np.array([[3.0, 1.0, np.nan, 2.0], [4.0, 3.0, 2.0, 1.0]])
    before = values.copy()
    levels = quantiles.quantiles_of(values)
    np.testing.assert_array_equal(levels[LEVELS.index(0.5)], [2.0, 2.5])
    np.testing.assert_array_equal(values, before)


def test_arrow_reads_the_summary_without_python(tmp_path):
    """Or a thread of Arrow's that still runs when Python ends brings the process down."""
    path = tmp_path / "summary.csv"
    table = collect(record(SHAPE, 4), [0])
    summary.write_summary([table], path)
    with summary.csv_file(path) as file:
        assert isinstance(file, pa.OSFile) and file.read() == path.read_bytes()
    assert summary.read_summary(path).num_rows == table.num_rows
