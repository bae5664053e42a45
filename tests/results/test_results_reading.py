"""Reading tables lazily: datasets, batches, points, and what cannot be read."""

import csv
import shutil
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results.sweeps import BROKEN, MIXED, swept
from results.synthetic import SMALL

import hedgerow
from hedgerow.results import ResultError, means
from hedgerow.results.columns import about, expected
from hedgerow.results.parts import write_part
from hedgerow.results.points import points_table, write_points
from hedgerow.results.reading import Tables
from hedgerow.results.tables import KEYS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reading")


@pytest.fixture(scope="module")
def mixed(folder):
    return swept(folder, MIXED, "mixed")


@pytest.fixture(scope="module")
def plain(folder):
    return hedgerow.run(SMALL, runs=3, until=2002, out=folder / "plain", progress=False)


@pytest.fixture(scope="module")
def broken(folder):
    return swept(folder, BROKEN, "broken")


def frame_of(results, table):
    return results.summary() if table == "summary" else getattr(results, table)()


TABLES = (*KEYS, "summary")


# datasets and batches --------------------------------------------------------------------------
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("which", ["mixed", "plain"])
def test_a_dataset_holds_what_the_frame_holds(which, table, request):
    results = request.getfixturevalue(which)
    dataset, frame = results.dataset(table), frame_of(results, table)
    assert dataset.count_rows() == len(frame) > 0
    assert dataset.schema.names == list(frame.columns)
    rows = dataset.to_table().unify_dictionaries().to_pandas()
    pd.testing.assert_frame_equal(rows, frame, check_exact=True)


def test_the_summary_in_parts_is_that_of_the_file_with_the_swept_values(mixed):
    file = pd.read_csv(mixed.path / "summary.csv")
    swept = mixed.points().set_index("point")
    assert list(file.columns[: 1 + len(swept.columns)]) == ["point", *swept.columns]
    for path in swept:
        right = swept[path].loc[file["point"]].to_numpy()
        pd.testing.assert_series_equal(
            file[path], pd.Series(right, name=path), check_dtype=False, check_exact=True
        )
    file = file.drop(columns=swept.columns)
    pd.testing.assert_frame_equal(mixed.summary(), file, check_dtype=False, check_exact=True)
    assert mixed.tables.summary_file().column_names == list(file.columns)


QUOTED = """
[rules.no_bases]
title = "No bases"
tie_max.arms = 0.95
[rules.no_arms]
title = "No arms"
tie_max.arms = 0.9

[[shocks]]
label = 'a "short", war'
at = 2001.25
path = "partners.RUS.capacity.arms"
op = "multiply"
value = 0.5

[sweep]
design = "zip"
replicates = 2
[sweep.over]
'shocks."a \\"short\\", war".value' = [0.1, 0.9]
"countries.VNM.rules" = [["no_bases"], ["no_arms", "no_bases"]]
"""


def test_what_must_be_quoted_reads_back(folder):
    results = swept(folder, QUOTED, "quoted")
    shock = 'shocks."a \\"short\\", war".value'
    for name in ("summary.csv", "points.csv"):
        with (results.path / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wanted = {0: ("0.1", '["no_bases"]'), 1: ("0.9", '["no_arms", "no_bases"]')}
        assert {int(r["point"]): (r[shock], r["countries.VNM.rules"]) for r in rows} == wanted
    assert results.verify() == [] and len(means.measures(results)["countries"]) > 1


def test_many_points_are_written_some_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("hedgerow.results.points._Titled._MOST", 3)
    paths, rows = ["partners.USA.will"], [(number / 8,) for number in range(8)]
    table = points_table(paths, rows, hedgerow.load(SMALL))
    write_points(table, rows, tmp_path / "points.csv")
    found = pd.read_csv(tmp_path / "points.csv")
    assert list(found) == ["point", *paths, "title"]
    assert found["point"].tolist() == list(range(8))
    assert found[paths[0]].tolist() == [number / 8 for number in range(8)]
    assert found["title"][7] == "partners.USA.will = 0.875"


def test_points_csv_tells_what_each_point_is(mixed):
    points = pd.read_csv(mixed.path / "points.csv")
    titles = points.pop("title")
    pd.testing.assert_frame_equal(
        points, mixed.points(), check_dtype=False, check_exact=True, check_like=False
    )
    assert titles[0] == "relations.rivalry.USA.CHN = 0.5, terms.security = true"
    assert titles[1].startswith("relations.rivalry.USA.CHN = uniform(low 0, high 2), terms.sec")
    assert titles[2] == "countries.VNM.threat.level = 1e+308"
    assert {"points.csv", "summary.csv"} <= mixed.manifest["files"].keys()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("which", ["mixed", "plain"])
def test_columns_carry_their_label_and_unit(which, table, request):
    results = request.getfixturevalue(which)
    parts = sorted((results.path / "tables" / table).glob("*.parquet"))
    assert parts or (which, table) == ("plain", "summary")
    for part in parts:
        for field in pq.read_schema(part):
            told = {key.decode(): text.decode() for key, text in field.metadata.items()}
            column = about(table, field.name, results.manifest["instruments"])
            assert told["unit"] == column.unit and told["label"] == column.meaning.replace("`", "")
    if table == "runs":
        turnover = results.dataset("runs").schema.field("instruments.arms.turnover")
        assert turnover.metadata == {b"label": b"decay of the arsenal", b"unit": b"per year"}


def test_a_folder_with_and_without_labels_is_one_dataset(mixed, tmp_path):
    place = shutil.copytree(mixed.path, tmp_path / "older")
    for table in TABLES:
        part = min((place / "tables" / table).glob("*.parquet"))
        bare = pq.read_table(part)
        fields = [field.remove_metadata() for field in bare.schema]
        pq.write_table(bare.cast(pa.schema(fields)), part)
    older = hedgerow.open(place)
    assert older.verify() == []  # labels are no values
    for table in TABLES:
        pd.testing.assert_frame_equal(frame_of(older, table), frame_of(mixed, table))


@pytest.mark.parametrize("table", TABLES)
def test_batches_have_one_type_and_together_all_rows(mixed, table):
    frames = list(mixed.batches(table, rows=7))
    assert all(0 < len(frame) <= 7 for frame in frames) and len(frames) > 1
    assert all((frame.dtypes == frames[0].dtypes).all() for frame in frames)
    whole, frame = pd.concat(frames, ignore_index=True), frame_of(mixed, table)
    assert (whole.dtypes == frames[0].dtypes).all()
    for name in frame:
        same = whole[name].astype(object).where(whole[name].notna(), None)
        assert list(same) == list(frame[name].astype(object).where(frame[name].notna(), None))


PARTNERS = ("RUS", "USA", "CHN", "IND")


@settings(max_examples=40, deadline=None)
@given(
    columns=st.none() | st.lists(st.sampled_from(["run", "partner", "trade", "tier"]), min_size=1),
    rows=st.integers(1, 200),
    year=st.integers(1999, 2003) | st.lists(st.integers(2000, 2002)),
    partner=st.sampled_from(PARTNERS) | st.sets(st.sampled_from(PARTNERS)),
    point=st.integers(0, 4) | st.lists(st.integers(0, 3)),
)
def test_frames_and_batches_are_cut_as_pandas_cuts(mixed, columns, rows, year, partner, point):
    columns = columns and list(dict.fromkeys(columns))
    whole = mixed.ties()
    keep = np.ones(len(whole), dtype=bool)
    point_of = whole["run"] // 3
    for column, wanted in ((whole["year"], year), (whole["partner"], partner), (point_of, point)):
        keep &= column.isin(wanted if isinstance(wanted, list | set) else [wanted])
    expected = whole.loc[keep, columns or whole.columns].reset_index(drop=True)
    where = {"year": year, "partner": partner, "point": point}
    found = mixed.ties(columns=columns, **where)
    pd.testing.assert_frame_equal(found, expected, check_categorical=False)
    parts = list(mixed.batches("ties", columns, rows=rows, **where))
    assert sum(map(len, parts)) == len(expected)
    for name in expected if parts else ():
        joined = pd.concat(parts, ignore_index=True)[name]
        assert joined.astype(str).tolist() == expected[name].astype(str).tolist()


def test_values_that_are_missing_can_be_asked_for(mixed):
    events = mixed.events()
    assert len(mixed.events(partner=None)) == events["partner"].isna().sum() > 0
    both = mixed.events(partner=[None, "USA"])
    assert len(both) == (events["partner"].isna() | (events["partner"] == "USA")).sum()


def test_dictionaries_that_differ_from_part_to_part_are_one(mixed, tmp_path):
    results = hedgerow.open(shutil.copytree(mixed.path, tmp_path / "copy"))
    expected = results.ties()
    for number, path in enumerate(sorted((results.path / "tables" / "ties").iterdir())):
        rows = pq.read_table(path)
        for name in ("country", "partner"):
            texts = rows[name].to_pylist()
            words = sorted(set(texts), reverse=bool(number % 2))
            coded = pa.DictionaryArray.from_arrays(
                pa.array([words.index(text) for text in texts], pa.int32()), words
            )
            rows = rows.set_column(rows.column_names.index(name), name, coded)
        pq.write_table(rows, path)
    found = results.ties()
    pd.testing.assert_frame_equal(found, expected, check_categorical=False)
    whole = pd.concat(results.batches("ties", rows=5), ignore_index=True)
    assert whole["partner"].astype(str).tolist() == expected["partner"].astype(str).tolist()
    assert len(results.ties(partner="IND")) == (expected["partner"] == "IND").sum()


def test_a_table_larger_than_what_is_held_is_gone_through(tmp_path):
    groups, each = 40, 2**14
    same = {
        name: np.full(each, {"text": "VNM", "int16": np.int16(2000)}.get(column.kind, 1.0))
        for name, column in expected("countries", (), None).items()
    }
    for part in range(groups // 2):
        tables = [pa.table(same | {"run": np.full(each, 2 * part + half)}) for half in range(2)]
        write_part(tables, tmp_path / "tables" / "countries" / f"part-{part:012d}.parquet")
    tables = Tables(tmp_path, {"keep": "countries"})
    whole = groups * each * len(same) * 8
    before, most, rows, runs = pa.total_allocated_bytes(), 0, 0, []
    for number, batch in enumerate(tables.batches("countries", None, {}, 10_000)):
        assert batch.num_rows <= 10_000
        if number == 2:
            time.sleep(1)  # what would be read ahead by now, is
        most = max(most, pa.total_allocated_bytes() - before)
        rows += batch.num_rows
        runs.append(batch.column("run")[0].as_py())
    assert rows == groups * each and runs == sorted(runs)
    assert most < whole / 10  # a row group is a fortieth, and is unpacked while it is read


# what is not there -----------------------------------------------------------------------------
@pytest.mark.parametrize("table", ["countries", "ties", "choices", "events"])
def test_a_table_of_which_no_run_left_a_row_is_empty(broken, mixed, table):
    assert list(broken.runs()["status"]) == ["failed", "failed"]
    dataset = broken.dataset(table)
    assert dataset.count_rows() == 0 and list(broken.batches(table)) == []
    assert dataset.schema.equals(mixed.dataset(table).schema)
    frame = getattr(broken, table)(columns=dataset.schema.names[-2:], year=2000)
    assert frame.empty and list(frame) == dataset.schema.names[-2:]
    assert broken.summary().empty and broken.verify() == []


def test_a_table_that_was_not_kept_or_does_not_exist_is_told(folder):
    results = hedgerow.run(
        SMALL, runs=2, until=2000, keep="summary", out=folder / "few", progress=False
    )
    with pytest.raises(ResultError, match="keep='summary'; run again with keep='ties'"):
        results.dataset("ties")
    with pytest.raises(ResultError, match=r"no table 'tie'; there are runs, .*, summary"):
        results.dataset("tie")
    with pytest.raises(ResultError, match="keep='countries'"):
        next(results.batches("countries"))


@pytest.mark.parametrize(
    ("where", "telling"),
    [
        ({"yaer": 2000}, "did you mean 'year'"),
        ({"points": 2}, "has no column 'points'"),
        ({"year": "soon"}, "column 'year' of table 'ties' holds int16, so it cannot be 'soon'"),
    ],
)
def test_what_cannot_be_asked_for_is_told(mixed, where, telling):
    for ask in (lambda: mixed.ties(**where), lambda: next(mixed.batches("ties", **where))):
        with pytest.raises(ResultError, match=telling):
            ask()


def test_rows_must_be_asked_for(mixed):
    with pytest.raises(ValueError, match="at least 1"):
        next(mixed.batches("ties", rows=0))


@pytest.mark.parametrize("how", ["cut", "text"])
def test_a_damaged_part_is_named_with_what_to_do(mixed, tmp_path, how):
    results = hedgerow.open(shutil.copytree(mixed.path, tmp_path / "copy"))
    path = sorted((results.path / "tables" / "ties").iterdir())[-1]
    path.write_bytes(path.read_bytes()[:-40] if how == "cut" else b"no parquet")
    for ask in (results.ties, lambda: list(results.batches("ties"))):
        with pytest.raises(ResultError, match=r"(?s)ties: cannot be read.*hedgerow status"):
            ask()


# points ----------------------------------------------------------------------------------------
def test_points_are_those_of_the_file(mixed):
    points = mixed.points()
    assert list(points["point"]) == [0, 1, 2, 3]
    own = mixed.scenario().quantities
    assert own["relations.rivalry.USA.CHN"].is_prior
    rivalry = points["relations.rivalry.USA.CHN"]
    assert rivalry[0] == 0.5 and rivalry[1:].isna().all()  # drawn by each run
    assert list(points["countries.VNM.strategy"]) == ["quantal", "balancer", "quantal", "quantal"]
    assert points["terms.security"].dtype == bool
    assert list(points["terms.security"]) == [True, False, True, True]
    assert list(points["partners.USA.will"]) == [0.8, 0.8, 0.8, 0.3]
    assert list(points["countries.VNM.threat.level"]) == [0.5, 0.5, 1e308, 0.5]


def test_points_agree_with_the_runs(mixed):
    points, runs = mixed.points(), mixed.runs()
    for path in points.columns[1:]:
        expected = points[path].to_numpy()[runs["point"]]
        known = ~pd.isna(expected)
        assert list(runs[path][known]) == list(expected[known])


def test_a_run_without_a_sweep_is_one_point(plain):
    pd.testing.assert_frame_equal(
        plain.points(), pd.DataFrame({"point": np.zeros(1, dtype=np.int32)})
    )
    assert len(plain.ties(point=0)) == len(plain.ties()) and plain.ties(point=1).empty


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_points_of_a_sweep_that_was_changed_are_refused(mixed, tmp_path, how):
    results = hedgerow.open(shutil.copytree(mixed.path, tmp_path / "copy"))
    file = results.path / "sweep.json"
    if how == "gone":
        file.unlink()
    else:
        file.write_text(file.read_text(encoding="utf-8").replace("0.5", "0.6"), encoding="utf-8")
    with pytest.raises(ResultError, match=r"sweep\.json"):
        results.points()
