"""Rows of the tables against the arrays they come from, one by one."""

from dataclasses import replace

import numpy as np
import pytest
from results.synthetic import COUNTRY_COLUMNS, TIE_COLUMNS, axes, record

from hedgerow.model.record import ChoiceRecord, EventRecord, Events, Record
from hedgerow.results import records, tables
from hedgerow.results.order import canonical, order
from hedgerow.results.tables import KEYS

RUNS = np.array([10, 11, 12, 13, 14])


@pytest.fixture
def shape():
    return axes()


def test_every_row_of_countries_is_the_cell_it_names(shape):
    made = record(shape, RUNS.size)
    table = tables.countries_table(made, shape, RUNS).to_pylist()
    assert len(table) == RUNS.size * shape.years * len(shape.countries)
    for row in table:
        cell = (
            row["year"] - shape.start,
            shape.countries.index(row["country"]),
            list(RUNS).index(row["run"]),
        )
        for name in COUNTRY_COLUMNS:
            value = made.countries[name][cell]
            assert row[name] is None if np.isnan(value) else row[name] == value


def test_every_row_of_ties_is_the_cell_it_names_and_nobody_is_tied_to_itself(shape):
    made = record(shape, RUNS.size)
    table = tables.ties_table(made, shape, RUNS).to_pylist()
    assert len(table) == RUNS.size * shape.years * 5  # of 6 pairs one is India with itself
    assert not any(row["country"] == row["partner"] for row in table)
    for row in table:
        cell = (
            row["year"] - shape.start,
            shape.countries.index(row["country"]),
            shape.partners.index(row["partner"]),
            list(RUNS).index(row["run"]),
        )
        for name in TIE_COLUMNS:
            value = made.ties[name][cell]
            assert row[name] is None if np.isnan(value) else row[name] == value
    assert {type(row["tier"]) for row in table} == {int}


@pytest.mark.parametrize("name", ["countries", "ties", "choices", "events"])
def test_rows_stand_in_the_order_of_their_keys(shape, name):
    table = tables.tables(record(shape, 9), shape, np.arange(9), [name])[name]
    keys = [tuple(str(row[key] or "") for key in KEYS[name]) for row in table.to_pylist()]
    assert len(keys) > 9
    assert keys == sorted(keys)


def test_choices_name_the_option_and_skip_those_not_asked():
    shape = axes(years=1)
    made = Record(
        {"threat": np.zeros((1, 2, 3))},
        {},
        [ChoiceRecord(1996, 1, "BRICS", ("join", "stay out"), np.array([1, -1, 0]))],
    )
    assert tables.choices_table(made, shape, np.arange(3)).to_pylist() == [
        {"run": 0, "year": 1996, "country": "IND", "question": "BRICS", "option": "stay out"},
        {"run": 2, "year": 1996, "country": "IND", "question": "BRICS", "option": "join"},
    ]


def test_events_are_rows_only_where_they_happened():
    shape = axes(years=1)
    made = Record(
        {"threat": np.zeros((1, 2, 2))},
        {},
        [],
        [
            EventRecord("visit", 1996, 0, 0, np.array([np.nan, 2.0])),
            EventRecord("incident", 1996, 0, -1, np.array([1.0, np.nan])),
        ],
    )
    common = {"year": 1996, "country": "VNM"}
    assert tables.events_table(made, shape, np.arange(2)).to_pylist() == [
        {"run": 0, **common, "partner": None, "event": "incident", "value": 1.0},
        {"run": 1, **common, "partner": "RUS", "event": "visit", "value": 2.0},
    ]


def test_a_record_without_choices_and_events_makes_empty_tables_of_the_same_columns(shape):
    full, empty = record(shape, 3), record(shape, 3)
    empty.choices, empty.events = [], []
    for name in ("choices", "events"):
        have, none = (tables.tables(r, shape, np.arange(3), [name])[name] for r in (full, empty))
        assert none.num_rows == 0
        assert none.schema == have.schema


def test_negative_zero_is_zero_and_infinity_stays(shape):
    made = record(shape, 1, gaps=False)
    made.countries["threat"][:] = -0.0
    made.countries["premium"][:] = -np.inf
    table = tables.countries_table(made, shape, np.arange(1))
    assert not np.signbit(table["threat"].to_numpy()).any()
    assert set(table["premium"].to_pylist()) == {-np.inf}


def test_runs_tell_who_failed_and_why(shape):
    parameters = {"partners.RUS.trust": np.array([0.1, np.nan, 0.3])}
    table = tables.runs_table(
        np.arange(6, 9), 2, np.arange(3, dtype=np.uint64), {1: "threat is not finite"}, parameters
    )
    assert table.to_pylist()[1] == {
        "run": 7,
        "point": 2,
        "replicate": 1,
        "status": "failed",
        "reason": "threat is not finite",
        "partners.RUS.trust": None,
    }
    assert table["status"].to_pylist() == ["done", "failed", "done"]


# records ---------------------------------------------------------------------------------------
def test_joining_the_pieces_of_a_record_gives_the_record(shape):
    whole = record(shape, 20)
    pieces = [records.pick(whole, slice(a, b)) for a, b in ((0, 3), (3, 4), (4, 20))]
    for piece in pieces:  # a block does not report events that it never saw
        piece.events = [e for e in piece.events if not np.isnan(e.value).all()]
    joined = records.join(pieces)
    runs = np.arange(20)
    for name in ("countries", "ties", "choices", "events"):
        a, b = (tables.tables(r, shape, runs, [name])[name] for r in (whole, joined))
        assert a.to_pylist() == b.to_pylist()


def test_events_in_columns_are_the_events(shape):
    plain = record(shape, 20)
    known = [e for e in plain.events if not np.isnan(e.value).all()]
    whole = replace(plain, events=Events.of(plain.events, 20))
    assert_same_events(list(whole.events), known)
    assert_same_events(whole.events[1:3], known[1:3])
    assert len(whole.events) == len(known)
    runs, swapped = np.arange(20), np.array([7, 3, 11])
    for some in (slice(3, 9), swapped):
        ours, theirs = records.pick(whole, some), records.pick(plain, some)
        table = tables.events_table(ours, shape, runs[some])
        assert table.to_pylist() == tables.events_table(theirs, shape, runs[some]).to_pylist()
    pieces = [records.pick(whole, slice(a, b)) for a, b in ((0, 3), (3, 4), (4, 20))]
    assert_same_events(list(records.join(pieces).events), known)


def assert_same_events(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert replace(one, value=None) == replace(other, value=None)
        assert np.array_equal(one.value, other.value, equal_nan=True)


def test_two_events_of_a_year_stay_two():
    shape = axes(years=1)
    blank = {"threat": np.zeros((1, 2, 2))}
    twice = [EventRecord("tier", 1996, 0, 0, np.array([rung, rung])) for rung in (1.0, 2.0)]
    once = [EventRecord("tier", 1996, 0, 0, np.array([3.0, np.nan]))]
    joined = records.join([Record(blank, {}, [], twice), Record(blank, {}, [], once)])
    table = tables.events_table(joined, shape, np.arange(4))
    assert table["run"].to_pylist() == [0, 0, 1, 1, 2]
    assert table["value"].to_pylist() == [1.0, 2.0, 1.0, 2.0, 3.0]


def test_faults_are_found_where_they_are_and_only_there(shape):
    made = record(shape, 6)  # with undefined shares and scores, which are no faults
    own = np.array(shape.self_partner)
    assert records.faults(made, own) == {}
    made.ties["trade"][0, 1, 2] = np.nan  # India with itself: no tie at all
    assert records.faults(made, own) == {}
    made.ties["trade"][1, 0, 0, 2] = np.nan
    made.countries["alignment_index"][0, 0, 4] = np.inf
    made.countries["belief_status_quo"][0, 0, 5] = np.nan
    assert records.faults(made, own) == {
        2: "trade is not finite",
        4: "alignment_index is not finite",
        5: "belief_status_quo is not finite",
    }


# order -----------------------------------------------------------------------------------------
def test_order_sorts_by_the_first_column_then_by_the_next():
    first, second = np.array([2, 1, 1, 2]), np.array([0, 5, 4, 1])
    assert list(order([first, second])) == [2, 1, 0, 3]
    assert order([np.array([1, 1, 2]), np.array([3, 4, 0])]) is None


def test_canonical_columns_do_not_know_dictionaries_chunks_or_offsets():
    import pyarrow as pa

    texts = ["b", None, "a", "b", "c"]
    plain = pa.array(texts)
    coded = pa.DictionaryArray.from_arrays(
        pa.array([2, None, 0, 2, 1]), pa.array(["a", "c", "b", "unused"])
    )
    chunks = pa.chunked_array([plain[:2].dictionary_encode(), plain[2:].dictionary_encode()])
    padded = pa.array(["x", *texts, "y"])[1:-1]
    columns = [canonical(column) for column in (plain, coded, chunks, padded)]
    for column in columns:
        assert column.words == ("a", "b", "c")
        assert list(column.bits) == [1, -1, 0, 1, 2]
    numbers = pa.array([7, 1, None, 3], pa.int16())
    assert list(canonical(numbers[1:]).bits) == list(canonical(pa.array([1, None, 3])).bits)
    floats = pa.array([9.0, -0.0, None, float("nan"), 1.5])[1:]
    zero, null, nan, _ = canonical(floats).bits
    assert zero == 0
    assert null == nan != zero
