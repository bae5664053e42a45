"""Reading a result folder: frames, errors, and what `verify` notices."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from results.synthetic import SMALL

import hedgerow
from hedgerow.results import ResultError
from hedgerow.results.tables import KEYS


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    out = tmp_path_factory.mktemp("kept") / "result"
    return hedgerow.run(SMALL, runs=4, until=2002, out=out, progress=False)


@pytest.fixture
def result(kept, tmp_path):
    """A copy that a test may spoil."""
    return hedgerow.open(shutil.copytree(kept.path, tmp_path / "result"))


@pytest.mark.parametrize(
    ("table", "rows"), [("runs", 4), ("countries", 4 * 3 * 2), ("ties", 4 * 3 * 7), ("choices", 8)]
)
def test_frames_have_their_keys_and_all_rows(kept, table, rows):
    frame = getattr(kept, table)()
    assert len(frame) == rows
    assert list(frame.columns[: len(KEYS[table])]) == list(KEYS[table])
    assert not frame.duplicated(list(KEYS[table])).any()


def test_columns_are_those_of_the_contract(kept):
    instruments = ["arms", "trade", "diplomacy", "defence", "voice"]
    assert set(kept.countries().columns) >= {
        *("run", "year", "country", "alignment_index", "kuik_score", "hedging_index", "autonomy"),
        *("premium", "payout", "tail_loss", "threat", "belief_status_quo", "belief_coercion"),
        *("price_of_autonomy", "rules_bound"),
        *(f"concentration_{name}" for name in instruments),
    }
    assert set(kept.ties().columns) == {
        *("run", "year", "country", "partner", "arms_stock", "arms_deliveries", "arms_orders"),
        *instruments[1:],
        *("tier", "alignment", "exposure", "pressure", "inducement"),
    }
    assert set(kept.events().columns) == {
        *("run", "year", "country", "partner", "event", "value"),
        *("quarter", "kind", "until", "provoked_by"),
    }
    assert set(kept.choices().columns) == {"run", "year", "country", "question", "option"}


def test_frames_can_be_cut_when_read(kept):
    frame = kept.ties(columns=["run", "trade"], country="VNM", partner=["RUS", "USA"], year=2001)
    assert list(frame.columns) == ["run", "trade"]
    assert len(frame) == 4 * 2
    whole = kept.ties()
    rows = whole[
        (whole["country"] == "VNM")
        & whole["partner"].isin(["RUS", "USA"])
        & (whole["year"] == 2001)
    ]
    assert list(frame["trade"]) == list(rows["trade"])
    assert kept.summary(measure=["threat", "premium"], year=2000, country="VNM").shape[0] == 2


def test_a_wrong_column_is_told_with_the_right_one(kept):
    with pytest.raises(ResultError, match="did you mean 'arms_stock'"):
        kept.ties(columns=["arms_stok"])
    with pytest.raises(ResultError, match="did you mean 'country'"):
        kept.summary(contry="VNM")


def test_rows_are_found_by_codes_in_any_letters_and_by_names(kept):
    right = kept.ties(country="VNM", partner=["RUS", "USA"])
    assert len(right) > 0
    assert kept.ties(country="vietnam", partner=["rus", "United States"]).equals(right)
    assert kept.summary(country="vnm").equals(kept.summary(country="VNM"))
    with pytest.raises(ResultError, match=r"no partner 'RSU' in this result; there is .*RUS"):
        kept.ties(partner=["RUS", "RSU"])
    with pytest.raises(ResultError, match="no country 'RUS' in this result; there is "):
        kept.countries(country="RUS")
    with pytest.raises(ResultError, match="no measure 'treat'; did you mean 'threat'"):
        kept.summary(measure=["treat", "treath"])


def test_the_summary_agrees_with_the_tables(kept):
    summary, ties = kept.summary(measure="trade:CHN", country="VNM"), kept.ties()
    mean = (
        ties[(ties["country"] == "VNM") & (ties["partner"] == "CHN")]
        .groupby("year")["trade"]
        .mean()
    )
    assert list(summary["mean"]) == pytest.approx(list(mean))


def test_parts_can_be_read_by_anybody(kept):
    for table in KEYS:
        frame = pd.read_parquet(kept.path / "tables" / table)
        assert len(frame) == len(getattr(kept, table)())


@pytest.mark.parametrize("what", ["nothing", "file", "empty", "text", "list"])
def test_what_is_no_result_is_not_opened(tmp_path, what):
    path = tmp_path / "here"
    if what == "file":
        path.write_text("", encoding="utf-8")
    elif what != "nothing":
        path.mkdir()
    if what in ("text", "list"):
        (path / "manifest.json").write_text({"text": "{", "list": "[]"}[what], encoding="utf-8")
    with pytest.raises(ResultError, match="here"):
        hedgerow.open(path)


# verify ----------------------------------------------------------------------------------------
def part(result, table):
    (path,) = (result.path / "tables" / table).iterdir()
    return path


def rewrite(result, table, change):
    path = part(result, table)
    pq.write_table(change(pq.read_table(path)), path)


def test_an_untouched_result_is_verified_also_in_other_parts(result):
    assert result.verify() == []
    for table in KEYS:
        rows = pq.read_table(part(result, table))
        mixed = rows.take(np.random.default_rng(0).permutation(rows.num_rows))
        part(result, table).unlink()
        for number in range(3):
            third = mixed.slice(number * rows.num_rows // 3, rows.num_rows)
            last = (number + 1) * rows.num_rows // 3 - number * rows.num_rows // 3
            pq.write_table(
                third.slice(0, last), result.path / "tables" / table / f"part-{number:012d}.parquet"
            )
    assert result.verify() == []


def changed_cell(column):
    def change(rows):
        values = rows[column].to_pylist()
        values[5] = np.nextafter(values[5], 9.0)
        return rows.set_column(rows.column_names.index(column), column, [values])

    return change


@pytest.mark.parametrize(
    ("table", "change", "telling"),
    [
        ("countries", changed_cell("threat"), "countries: the values"),
        ("ties", changed_cell("alignment"), "ties: the values"),
        ("ties", lambda rows: rows.slice(1), "ties: some rows are missing"),
        ("runs", lambda rows: rows.slice(0, 3), "4 runs planned, 4 stored, 3 found"),
        ("choices", lambda rows: rows.slice(1), "choices: the values"),
        ("events", lambda rows: rows.slice(1), "events: the values"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_change_is_noticed(result, table, change, telling):
    rewrite(result, table, change)
    problems = result.verify()
    assert any(telling in problem for problem in problems), problems
    assert "tables_digest does not match" in problems


def test_a_missing_part_and_a_changed_summary_are_noticed(result):
    text = (result.path / "summary.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    (result.path / "summary.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    part(result, "events").unlink()
    problems = result.verify()
    assert "summary: the values are not those that were written" in problems
    assert "events: the values are not those that were written" in problems


def test_a_changed_manifest_is_noticed(result):
    path = result.path / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest |= {"runs_planned": 5, "runs_failed": 1}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    problems = hedgerow.open(result.path).verify()
    assert problems == [
        "5 runs planned, 4 stored, 4 found",
        "1 runs recorded as failed, 0 found",
    ]
