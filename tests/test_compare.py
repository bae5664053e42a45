"""Comparisons: against the model in memory, against plain runs, against arithmetic by hand."""

import shlex
import shutil
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from results.synthetic import SMALL
from scipy import stats
from sweep.small import write

import hedgerow
from hedgerow.analysis.comparison import Side, compare, pairs
from hedgerow.analysis.comparison import comparison as module
from hedgerow.analysis.comparison.differences import Mean, adjusted, paired, welch
from hedgerow.results.moments import Moments
from hedgerow.runs import Workers, prepare, sweep
from hedgerow.runs.pairs import RUNS, Difference, Measure, Sample
from hedgerow.scenario import load

N = 131  # two leaves, the second of three runs
CHANGE = {
    "behaviour.autonomy": 3.0,
    "relations.intensity": 4.0,
    "countries.IND.attention.CHN": 1.0,  # none in the base
    "partners.RUS.visits": 0.0,
}
SERIAL = Workers(processes=1, progress=False)
STATISTICS = ["base_mean", "other_mean", "difference", "low", "high", "sd", "other_sd", "n", "p"]
SWEEP = """
[sweep]
design = "grid"
replicates = 5
[sweep.over]
"partners.USA.will" = [0.2, 0.9]
"events.incident.rate" = [0.1, 3.0]
"""


MORE = """
[[choices]]
at = 2003.25
question = "port:call"
kind = "offer"
countries = ["VNM"]
options.grant = { defence.USA = 1, offered = "USA" }
options.deny = {}
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The small scenario, with a second question that not all are asked."""
    path = tmp_path_factory.mktemp("scenario") / "small.toml"
    path.write_text(SMALL.read_text("utf-8") + MORE, "utf-8")
    return load(path, {"countries.IND.attention.CHN": 0.0})


@pytest.fixture(scope="module")
def samples(base, other):
    """The same in memory."""
    return Sample(base, N, 7), Sample(other, N, 7)


@pytest.fixture(scope="module")
def other(base):
    return base.replace(CHANGE)


@pytest.fixture(scope="module")
def found(base, other):
    """Two scenarios, compared."""
    return compare(base, other, runs=N, workers=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def folders(base, other, folder):
    """The same two as result folders; one has more runs, from two processes in other pieces."""
    hedgerow.run(base, runs=N, workers=1, out=folder / "base", progress=False)
    hedgerow.run(other, runs=N + 130, workers=2, block=256, out=folder / "other", progress=False)
    return folder / "base", folder / "other"


@pytest.fixture(scope="module")
def sweeps(folder):
    """Two sweeps over the same points, with all runs kept."""
    first = write(folder, SWEEP, "first.toml")
    text = first.read_text("utf-8").replace("autonomy = 0.5", "autonomy = 3.0")
    second = folder / "second.toml"
    second.write_text(text, "utf-8")
    return tuple(
        sweep(path, keep="ties", out=folder / path.stem, team=SERIAL).path
        for path in (first, second)
    )


def same(one, two):
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def rows(table):
    return {(row["measure"], row["country"], row["year"]): row for row in table.to_dict("records")}


# --- what is compared is what the model does


def test_every_difference_is_that_of_samples_in_memory(samples, found):
    """The oracle: the model itself, without tables, leaves or trees."""
    kinds = set()
    for row in found.table.to_dict("records"):
        measure = Measure(row["measure"], row["country"], row["year"])
        values = [sample.values(measure) for sample in samples]
        told = Difference.of(*values)
        assert row["difference"] == pytest.approx(told.mean, rel=1e-9, abs=1e-12)
        assert row["low"] == pytest.approx(told.low, rel=1e-9, abs=1e-12)
        assert row["high"] == pytest.approx(told.high, rel=1e-9, abs=1e-12)
        assert row["sd"] == pytest.approx(told.sd, rel=1e-9, abs=1e-12)
        assert row["n"] == told.n
        assert row["clear"] == (told.clear("up") or told.clear("down"))
        if told.sd > 1e-12:
            assert row["effect"] == pytest.approx(told.effect, rel=1e-9)
        else:  # the base does not vary
            assert row["sd"] == 0.0
            assert np.isnan(row["effect"]) if told.mean == 0 else np.isinf(row["effect"])
        there = ~np.isnan(values[0] + values[1])
        means = values[0][there].mean(), values[1][there].mean()
        assert (row["base_mean"], row["other_mean"]) == pytest.approx(means, rel=1e-9, abs=1e-12)
        kinds.add(row["measure"].partition(":")[0])
    assert {"alignment_index", "arms_orders", "tier", "pressure", "choice", "event"} <= kinds


def test_nothing_that_runs_recorded_is_left_out(samples, found, folders):
    """All of summary.csv that has a value on both sides is there, and events of either side."""
    shown = set(rows(found.table))
    one, two = (hedgerow.open(path).summary().dropna(subset="mean") for path in folders)
    keys = ["measure", "country", "year"]
    both = one.merge(two, on=keys)
    both = both[~both["measure"].str.startswith(("event:", "choice:")) | (both["mean_x"] > 0)]
    assert set(map(tuple, both[keys].to_numpy())) <= shown
    assert {"choice:port:call:grant", "choice:port:call:deny"} <= {name for name, *_ in shown}
    events = {name for name, *_ in shown if name.startswith("event:")}
    once = set()
    for name, country, year in product(events, ("VNM", "IND"), range(2000, 2005)):
        told = [sample.values(Measure(name, country, year)).any() for sample in samples]
        assert ((name, country, year) in shown) == any(told)
        once.add(tuple(told))
    assert once == {(False, False), (False, True), (True, False), (True, True)}
    assert found.notes == ()


def test_the_same_scenario_differs_in_nothing(base):
    equal = compare(base, base, runs=3, until=2001, workers=1)
    assert not equal.table["difference"].any() and equal.differing == 0
    assert not equal.table["clear"].any() and (equal.table["p"].dropna() == 1.0).all()
    assert not len(equal.largest(2001)) and not len(equal.largest())


# --- scenarios and folders


def test_folders_give_what_scenarios_give_to_the_bit(found, folders):
    from_disk = compare(*folders)
    same(from_disk.table, found.table)
    assert [c.measure for c in from_disk.courses] == [c.measure for c in found.courses]
    for one, two in zip(from_disk.courses, found.courses, strict=True):
        for name in ("years", "mean", "low", "high", "spread_low", "spread_high"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    (note,) = from_disk.notes
    assert "261 runs" in note and "first 131 are paired" in note


def test_a_scenario_beside_a_folder_gets_its_seed_runs_and_years(found, folders, other):
    same(compare(folders[0], other.replace({"ensemble.seed": 99}), workers=1).table, found.table)


def test_how_much_is_read_at_once_cannot_be_seen(found, folders, sweeps, monkeypatch):
    whole = compare(*sweeps)
    monkeypatch.setattr(pairs, "_VALUES", 1)
    same(compare(*folders).table, found.table)
    piecemeal = compare(*sweeps)
    same(piecemeal.table, whole.table)
    same(piecemeal.each, whole.each)


def test_fewer_runs_years_measures_and_countries(found, folders):
    less = compare(*folders, ["arms_orders", "choice:ES-11/1", "event:visit:RUS"], ["IND"])
    table = found.table[found.table["country"] == "IND"]
    names = table["measure"]
    asked = names.str.startswith(("arms_orders:", "choice:ES-11/1:")) | (names == "event:visit:RUS")
    same(less.table[STATISTICS], table[asked].reset_index(drop=True)[STATISTICS])
    assert less.countries == {"IND": "India"} and less.asked[0] == "arms_orders"
    short = compare(*folders, runs=20, until=2001)
    assert (short.runs, short.end, short.years) == (20, 2001, (2001,))
    assert set(short.table["year"]) == {2000, 2001} and short.table["n"].max() == 20
    assert "20 runs are few" in short.notes[0]


def test_what_only_one_has_is_left_out_and_told(found, folders, base, tmp_path):
    text = SMALL.read_text("utf-8").replace("start = 2000", "start = 2001")
    text = text.replace("[futures.coercion]", "[futures.harm]").replace("2002.25", "2003.25")
    text = text.replace('"ES-11/1"', '"ES-11/2"').replace('"VNM", "IND"]', '"VNM"]')
    text = text[: text.index("[countries.IND]")] + text[text.index("[[choices]]") :]
    text = text[: text.index("[partners.IND]")] + text[text.index("[relations]") :]
    text = text.replace(", IND = -3.8", "")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    result = compare(folders[0], tmp_path / "mine.toml", runs=9, workers=1)
    assert set(result.table["country"]) == {"VNM"} and set(result.table["year"]) == {
        *range(2001, 2005)
    }
    assert not result.table["measure"].str.contains("IND|belief_coercion|choice:").any()
    told = "\n".join(result.notes)
    for words in ("start in different years", "2001 to 2004", "countries", "partners", "IND"):
        assert words in told
    for name in ("belief_coercion", "belief_harm", "choice:ES-11/1", "choice:ES-11/2"):
        assert name in told
    with pytest.raises(ValueError, match="mine: no 'choice:ES-11/1' there"):
        compare(folders[0], tmp_path / "mine.toml", ["choice:ES-11/1"], runs=2, workers=1)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_runs_that_fail_are_pairs_of_none(base, tmp_path):
    """A threat beyond all numbers in some runs: neither they nor their partners count."""
    prior = {"dist": "beta", "a": 5e-4, "b": 5e-4, "low": 0.5, "high": 1e308}
    result = compare(
        base.replace({"countries.VNM.threat.level": 0.5}),
        base.replace({"countries.VNM.threat.level": prior}),
        runs=24,
        until=2002,
        workers=1,
    )
    lost = result.failed[1]
    assert result.failed[0] == 0 and 0 < lost < 24
    for name in ("trade:USA", "event:visit:USA", "choice:ES-11/1:for"):
        assert set(result.table[result.table["measure"] == name]["n"]) == {24 - lost}
    assert f"{lost} of 24 runs" in result.notes[0]
    ruined = {"countries.VNM.threat.level": 1e308}
    with pytest.raises(ValueError, match="nothing is defined in runs of both"):
        compare(base, base.replace(ruined), runs=2, until=2000, workers=1)


def test_a_result_of_nothing_but_summaries_cannot_be_paired(base, other, folders, folder):
    sparse = folder / "sparse"
    hedgerow.run(other, runs=N, workers=1, keep="summary", out=sparse, progress=False)
    with pytest.raises(ValueError, match="no single runs") as error:
        compare(folders[0], sparse)
    (again,) = [line for line in str(error.value).splitlines() if line.startswith("  hedgerow ")]
    assert "unpaired=True" in str(error.value)
    assert shlex.split(again)[1:3] == ["run", str(sparse / "scenario.toml")]
    # Choices and events are kept all the same.
    votes = compare(folders[0], sparse, ["choice", "event"])
    full = compare(*folders, ["choice", "event"])
    same(votes.table, full.table)
    with pytest.raises(ValueError, match="keeps no table of ties"):
        compare(folders[0], sparse, ["choice", "trade:RUS"])
    light = folder / "light"
    hedgerow.run(other, runs=N, workers=1, keep="countries", out=light, progress=False)
    without = compare(folders[0], light)
    assert any("ties were left out" in note and "--keep ties" in note for note in without.notes)
    assert {"threat", "choice:ES-11/1:for"} <= set(without.table["measure"])
    assert not without.table["measure"].str.startswith("trade").any()


# --- sweeps


def test_every_point_is_the_comparison_of_its_scenarios(sweeps, folder):
    whole = compare(*sweeps)
    assert whole.points == 4 and whole.runs == 5 and len(whole.swept) == 4
    plain = [load(folder / f"{name}.toml") for name in ("first", "second")]
    for point, swept in enumerate(whole.swept):
        alone = compare(*(one.replace(swept) for one in plain), runs=5, workers=1)
        here = whole.each[whole.each["point"] == point].reset_index(drop=True)
        same(
            here[["measure", "country", "year", *STATISTICS]],
            alone.table[["measure", "country", "year", *STATISTICS]],
        )


def test_fewer_replicates_are_the_first_of_every_point(sweeps, folder):
    few = compare(*sweeps, ["trade", "choice", "event"], runs=3)
    plain = [load(folder / f"{name}.toml").replace(few.swept[2]) for name in ("first", "second")]
    alone = compare(*plain, ["trade", "choice", "event"], runs=3, workers=1)
    here = few.each[few.each["point"] == 2].reset_index(drop=True)
    same(here[["measure", "year", *STATISTICS]], alone.table[["measure", "year", *STATISTICS]])


def test_points_of_many_replicates_are_one_sample(folder):
    """More than a leaf each; all runs of all points give the standard deviations."""
    text = '[sweep]\n[sweep.over]\n"countries.VNM.threat.level" = [0.2, 2.0]\n'
    path = write(folder, text, "many.toml", end=2000)
    many = sweep(path, runs=N, keep="ties", out=folder / "many", team=SERIAL)
    row = rows(compare(many, many, ["threat"]).table)["threat", "VNM", 2000]
    values = many.countries(country="VNM")["threat"]
    assert row["sd"] == pytest.approx(values.std()) and row["n"] == N
    assert row["base_mean"] == pytest.approx(values.mean())


def test_over_all_points_a_replicate_is_one_witness(sweeps):
    """By hand from the data frames: the mean over points of each replicate, then Student."""
    whole = compare(*sweeps)
    found = rows(whole.table)
    assert whole.table["point"].isna().all() and set(whole.table["n"]) <= set(range(1, 6))
    results = [hedgerow.open(path) for path in sweeps]
    names = ("alignment_index", "threat", "hedging_index")
    for name, country, year in product(names, ("VNM", "IND"), (2000, 2001)):
        frames = [r.countries(country=country, year=year).set_index("run") for r in results]
        values = [frame[name].reindex(range(20)).to_numpy().reshape(4, 5) for frame in frames]
        there = ~np.isnan(values[0] + values[1])
        sides = [np.where(there, side, np.nan) for side in values]
        each = [pd.DataFrame(side).mean().to_numpy() for side in sides]
        told = Difference.of(*each)
        row = found[name, country, year]
        expected = [told.mean, told.low, told.high, told.n, np.nanstd(sides[0], ddof=1)]
        here = [row[key] for key in ("difference", "low", "high", "n", "sd")]
        assert here == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)
    course = next(c for c in whole.courses if not np.isnan(c.spread_low).all())
    table = "ties" if ":" in course.measure else "countries"
    column, _, partner = course.measure.partition(":")
    where = {"country": course.country} | ({"partner": partner} if partner else {})
    frames = [getattr(r, table)(**where).set_index(["run", "year"])[column] for r in results]
    gaps = (frames[1] - frames[0]).unstack()
    for ends, level in ((course.spread_low, 0.05), (course.spread_high, 0.95)):
        np.testing.assert_allclose(ends, gaps.quantile(level)[list(course.years)], atol=1e-12)


def test_many_points_are_told_of_together_only(sweeps, monkeypatch):
    whole = compare(*sweeps)
    monkeypatch.setattr(module, "BY_POINT", 3)
    together = compare(*sweeps)
    assert together.each is None and "4 points are told of together" in together.notes[-1]
    same(together.table, whole.table)


def test_points_must_be_the_same(sweeps, folders, folder):
    with pytest.raises(ValueError, match=r"first has 4 points and .*base has 1 point;"):
        compare(sweeps[0], folders[0])
    with pytest.raises(ValueError, match="4 points and small has 1 point"):
        compare(sweeps[0], SMALL)
    path = write(folder, SWEEP.replace("0.2, 0.9", "0.2, 0.8"), "third.toml")
    third = sweep(path, runs=1, keep="ties", out=folder / "third", team=SERIAL).path
    with pytest.raises(ValueError, match="their points are not the same"):
        compare(sweeps[0], third)
    alone = "common_random_numbers = false"
    path = write(folder, SWEEP, "fourth.toml")
    path.write_text(path.read_text("utf-8").replace("seed = 7", f"seed = 7\n{alone}"), "utf-8")
    fourth = sweep(path, runs=5, keep="ties", out=folder / "fourth", team=SERIAL).path
    with pytest.raises(ValueError, match=f"fourth: has {alone} and the other has not"):
        compare(sweeps[0], fourth)
    assert len(compare(fourth, fourth, ["threat"]).table)
    assert len(compare(sweeps[0], fourth, ["threat"], unpaired=True).table)


def test_a_sweep_that_is_not_finished_is_not_compared(folder, sweeps):
    place = prepare(folder / "first.toml", out=folder / "begun")
    for begun in (place, hedgerow.open(place, partial=True)):
        with pytest.raises(ValueError, match=r"not finished; .*hedgerow resume .*begun"):
            compare(sweeps[0], begun)


def test_the_sweep_of_a_scenario_does_not_count(base, folder, sweeps):
    result = compare(base, folder / "first.toml", ["threat"], runs=1, until=2000, workers=1)
    assert result.points == 1 and any("[sweep] of first" in note for note in result.notes)


# --- without pairs


def test_independent_runs_have_the_interval_of_welch(folders, base, other):
    result = compare(*folders, unpaired=True)
    assert not result.paired and result.runs == N
    samples = Sample(base, N, 7), Sample(other, N + 130, 7)
    found = rows(result.table)
    for name, country in product(
        ("alignment_index", "trade:USA", "choice:ES-11/1:abstain", "event:incident:CHN"),
        ("VNM", "IND"),
    ):
        year = 2002
        values = [s.values(Measure(name, country, year)) for s in samples]
        first, second = (v[~np.isnan(v)] for v in values)
        row = found.get((name, country, year))
        if row is None:
            assert not first.any() and not second.any()
            continue
        told = stats.ttest_ind(second, first, equal_var=False)
        low, high = told.confidence_interval(0.95)
        expected = [
            first.mean(),
            second.mean(),
            low,
            high,
            told.pvalue,
            min(map(len, (first, second))),
        ]
        here = [row[key] for key in ("base_mean", "other_mean", "low", "high", "p", "n")]
        assert here == pytest.approx(expected, rel=1e-7, abs=1e-12)
    assert all(np.isnan(course.spread_low).all() for course in result.courses)
    pairs_found = set(rows(compare(*folders, ["event"]).table))
    assert pairs_found <= set(found)  # what never happened on one side has no row there


def test_other_seeds_are_compared_only_as_independent(folders, folder, base):
    path = folder / "seed"
    hedgerow.run(base, runs=4, seed=8, until=2001, workers=1, out=path, progress=False)
    with pytest.raises(ValueError, match=r"seed 7 and .* has seed 8") as error:
        compare(folders[0], path)
    assert "unpaired=True" in str(error.value) and "--seed 7" in str(error.value)
    result = compare(folders[0], path, unpaired=True)
    assert result.seeds == (7, 8) and not result.paired


def test_over_points_the_error_without_pairs_is_an_upper_bound(sweeps):
    """The mean of the errors of the points, by hand from summary.csv."""
    result = compare(*sweeps, unpaired=True)
    row = rows(result.table)["threat", "VNM", 2001]
    errors, means, pooled = [], [], []
    for path in sweeps:
        summary = hedgerow.open(path).summary(measure="threat", country="VNM", year=2001)
        errors.append((summary["sd"] / np.sqrt(summary["n"])).mean())
        means.append(summary["mean"].mean())
        pooled.append(np.sqrt((summary["sd"] ** 2).mean() + summary["mean"].var(ddof=0)))
    gap, error = means[1] - means[0], np.hypot(*errors)
    freedom = error**4 / sum(e**4 / 4 for e in errors)
    half = stats.t.ppf(0.975, freedom) * error
    expected = [means[0], gap, gap - half, gap + half, pooled[0], 5]
    here = [row[key] for key in ("base_mean", "difference", "low", "high", "sd", "n")]
    assert here == pytest.approx(expected)
    assert len(result.each) and set(result.each["point"]) == {0, 1, 2, 3}


def test_a_summary_of_few_years_says_nothing_of_events_in_others(folder):
    text = SWEEP.replace(
        "replicates = 5", 'replicates = 5\nmeasures = ["event:incident:CHN"]\nyears = [2001]'
    )
    path = write(folder, text, "few.toml")
    few = sweep(path, out=folder / "few", team=SERIAL).path
    result = compare(few, few, unpaired=True)
    assert set(result.table["year"]) == {2001}
    assert set(result.table["n"]) == {5} and not result.table["difference"].any()


# --- the arithmetic

NUMBERS = st.one_of(st.floats(-100, 100), st.just(float("nan")), st.sampled_from([0.0, 1.0]))
SAMPLES = arrays(np.float64, (2, 3, 12), elements=NUMBERS)


@settings(max_examples=60, deadline=None)
@given(SAMPLES)
def test_many_cells_are_many_single_differences(values):
    base, other = values
    gap = other - base
    sides = [np.where(np.isnan(gap), np.nan, side) for side in values]
    moments = [Moments.of(array) for array in (gap, *sides)]
    found = paired(*moments, *moments[1:])
    for cell in range(len(gap)):
        told = Difference.of(base[cell], other[cell])
        here = [found.mean[cell], found.low[cell], found.high[cell], found.n[cell]]
        expected = [told.mean, told.low, told.high, told.n]
        assert here == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True)
        there = gap[cell][~np.isnan(gap[cell])]
        if told.n > 1 and there.std() > 1e-3:
            p = stats.ttest_1samp(there, 0.0).pvalue
            assert found.p[cell] == pytest.approx(p, rel=1e-5, abs=1e-12)


def test_the_same_difference_in_every_run_is_judged_by_the_sign_test():
    values = [np.full((1, 8), 0.1), np.zeros((1, 8)), np.full((1, 8), 0.1)]
    moments = [Moments.of(array) for array in values]
    found = paired(*moments, *moments[1:])
    assert found.p[0] == pytest.approx(2.0**-7)
    assert found.low[0] == pytest.approx(0.1) and found.high[0] == pytest.approx(0.1)


def test_false_discoveries_by_hand():
    # Sorted 0.01, 0.02, 0.03, 0.5 of four: ×4, ×2, ×4/3, ×1, and no larger than what follows.
    p = np.array([0.03, np.nan, 0.01, 0.5, 0.02])
    assert adjusted(p) == pytest.approx([0.04, np.nan, 0.04, 0.5, 0.04], nan_ok=True)
    assert np.isnan(adjusted(np.array([np.nan]))).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_what_survives_is_what_benjamini_and_hochberg_reject(values, level):
    p = np.array(values)
    ordered = np.sort(p)
    places = [k for k, each in enumerate(ordered, start=1) if each <= level * k / p.size]
    bar = ordered[max(places) - 1] if places else -1.0
    near = np.isclose(p, bar) | np.isclose(adjusted(p), level)
    assert ((adjusted(p) <= level) == (p <= bar))[~near].all()


def test_the_table_is_judged_as_a_whole(found):
    expected = stats.false_discovery_control(found.table["p"])
    np.testing.assert_array_equal(found.table["p_adjusted"], expected)
    assert found.table["survives"].equals(found.table["p_adjusted"] <= 0.05)
    assert 0 < found.table["survives"].sum() < found.table["clear"].sum() < len(found.table)
    assert found.table["clear"].sum() <= found.differing < len(found.table)


def test_the_largest_changes_come_first(found):
    changes = found.largest(2004)
    assert set(changes["year"]) == {2004} and changes["clear"].all() and len(changes) > 3
    assert (np.diff(changes["size"].abs()) <= 0).all()
    for row in changes.to_dict("records"):
        assert row["size"] == row["difference"] / max(row["sd"], row["other_sd"])
        assert row["measure"].partition(":")[0] in module.HEADLINES
    choices = found.largest()
    assert choices["measure"].str.startswith("choice:").all()
    assert not choices.duplicated(["country", "year"]).any()  # a question comes once
    kinds = [course.measure.partition(":")[0] for course in found.courses]
    assert len(kinds) == module.PANELS and max(map(kinds.count, kinds)) <= module.ALIKE


# --- what cannot be compared


def test_what_is_asked_for_must_be_there(base, other, folders):
    for arguments, words in (
        ({"measures": ["aligment_index"]}, "did you mean 'alignment_index'"),
        ({"measures": ["trade:XXX"]}, "no measure 'trade:XXX'"),
        ({"countries": ["LAO"]}, "no country 'LAO' in both; there is IND, VNM"),
        ({"until": 1999}, "2000 to 2004, not 1999"),
        ({"years": [2005]}, "year 2005 is not in 2000 to 2004"),
        ({"runs": 0}, "runs must be at least 1"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"seed": -1}, "a seed lies in"),
    ):
        with pytest.raises(ValueError, match=words):
            compare(base, other, **arguments)
    with pytest.raises(ValueError, match="has 131 runs, so 132 cannot be paired"):
        compare(*folders, runs=132)
    with pytest.raises(ValueError, match="was run with seed 7, so it cannot be 8"):
        compare(folders[0], other, seed=8)
    with pytest.raises(ValueError, match="was not compared"):
        compare(*folders, ["threat"]).of(Measure("trade:USA", "VNM", 2004))


def test_scenarios_without_a_common_year_or_country(base, tmp_path):
    text = SMALL.read_text("utf-8")
    late = text.replace("start = 2000", "start = 2010").replace("end = 2004", "end = 2011")
    (tmp_path / "late.toml").write_text(late.replace("2002.25", "2011.25"), "utf-8")
    with pytest.raises(ValueError, match="no year in common: 2000 to 2004 and 2010 to 2011"):
        compare(base, tmp_path / "late.toml")
    (tmp_path / "lao.toml").write_text(
        text.replace("countries.VNM", "countries.LAO").replace('"VNM", "IND"', '"LAO"')[
            : text.index("[countries.IND]")
        ],
        "utf-8",
    )
    with pytest.raises(ValueError, match="no hedging country in common: IND, VNM and LAO"):
        compare(base, tmp_path / "lao.toml")


def test_a_changed_side_says_what_was_changed(folders):
    side = Side.of("vietnam", {"terms.loyalty": False, "partners.RUS.trust": 0.5})
    assert side.name == "vietnam"
    assert side.title.endswith(" with terms.loyalty=false, partners.RUS.trust=0.5")
    with pytest.raises(ValueError, match="nothing of it can be set"):
        Side.of(folders[0], {"terms.loyalty": False})


def test_a_folder_called_like_a_shipped_scenario_is_meant_by_its_path(
    folders, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folders[0], "vietnam")
    assert Side.of("vietnam").manifest is None
    assert Side.of("./vietnam").manifest["seed"] == 7


def test_scenarios_get_the_usual_number_of_pairs(base, other):
    assert compare(base, other, ["event"], until=2000, workers=1).runs == RUNS


def test_differences_of_rounding_are_none():
    rng = np.random.default_rng(1)
    base = rng.normal(3.0, 1.0, (1, 50))
    other = base * (1.0 + rng.uniform(1e-16, 1e-15, base.shape))
    moments = [Moments.of(one) for one in (other - base, base, other)]
    found = paired(*moments, *moments[1:])
    assert found.mean == found.low == found.high == 0.0 and found.p == 1.0
    same, n = np.zeros(1), np.full(1, 50.0)
    sides = [Mean(np.array([mean]), same, same, n) for mean in (5.0, 5.0 + 1e-12)]
    assert welch(*sides).mean == 0.0 and welch(*sides).p == 1.0


def test_a_small_difference_that_is_more_than_rounding_is_clear():
    base = np.random.default_rng(1).normal(3.0, 1.0, (1, 50))
    moments = [Moments.of(one) for one in (np.full_like(base, 1e-6), base, base + 1e-6)]
    assert paired(*moments, *moments[1:]).low > 0.0
