"""Rows of the tables against the arrays they come from, one by one."""

from dataclasses import replace

import numpy as np
import pytest
from model.worlds import world
from results.synthetic import COUNTRY_COLUMNS, INSTRUMENTS, TIE_COLUMNS, axes, event, record

from hedgerow.model.events import CAUSES
from hedgerow.model.record import ChoiceRecord, Events, Record
from hedgerow.model.simulate import simulate
from hedgerow.results import columns, records, tables
from hedgerow.results.order import canonical, order
from hedgerow.results.tables import KEYS, Axes

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


def test_an_event_is_a_row_where_and_when_it_began():
    shape = axes(years=1)
    tilt, rate = CAUSES.index("tilt"), CAUSES.index("rate")
    made = Record(
        {"threat": np.zeros((1, 2, 2))},
        {},
        [],
        [
            event("visit", "visit", 1996, 3, 0, [False, True], 1.0, until=[np.nan], cause=[-1]),
            event(
                "restriction",
                "coercion",
                1996,
                2,
                1,
                [True, True],
                0.2,
                until=[1998.25, 1997.0],
                cause=[tilt, rate],
                rival=[0, -1],
            ),
            event("base", "offer", 1996, 3, 2, [True, False], 0.0, country=1, question="bases"),
            event("hedging_entered", "hedging", 1996, 1, -1, [True, False], 0.0, cause=[-1]),
        ],
    )
    rows = tables.events_table(made, shape, np.arange(2)).to_pylist()
    names = ("run", "quarter", "country", "partner", "event", "kind", "value", "until")
    assert [tuple(row[name] for name in (*names, "provoked_by")) for row in rows] == [
        (0, 1, "VNM", None, "hedging_entered", "hedging", 0.0, None, None),
        (0, 2, "VNM", "CHN", "restriction", "coercion", 0.2, 1998.25, "tilt to RUS"),
        (0, 3, "IND", "IND", "base", "offer", 0.0, None, "answer to bases"),
        (1, 2, "VNM", "CHN", "restriction", "coercion", 0.2, 1997.0, "rate"),
        (1, 3, "VNM", "RUS", "visit", "visit", 1.0, None, None),
    ]
    assert {row["year"] for row in rows} == {1996}


def test_what_a_run_leaves_behind_is_what_its_columns_say():
    played = world(4, years=6, countries=("VNM", "JPN"))
    s = played.structure
    kinds = {one.name: str(one.kind) for one in s.instruments}
    shape = Axes(s.start, s.years, s.countries, s.partners, tuple(s.self_partner), kinds)
    made = simulate(played)
    assert records.faults(made, s.self_partner, kinds) == {}
    found = tables.tables(made, shape, np.arange(4), ("countries", "ties", "choices", "events"))
    for name, table in found.items():
        known = columns.expected(name, s.futures, kinds)
        assert set(table.column_names) == set(known)
        for column, about in known.items():
            cells = [cell for cell in table[column].to_pylist() if cell is not None]
            assert len(cells) == table.num_rows or about.empty, column
            if about.kind != "text":
                assert min(cells) >= about.low and max(cells) <= about.high, column
    priced = {row["year"] for row in found["countries"].to_pylist() if row["premium"] is not None}
    assert priced == {2000, 2001}  # the fifth year and the last
    told = {row["kind"]: row for row in found["events"].to_pylist()}
    assert told["coercion"]["until"] >= told["coercion"]["year"]
    causes = {row["provoked_by"] for row in found["events"].to_pylist()}
    assert causes <= {None, "isolation", "need", "cover", "rate"} | {
        f"{cause} {partner}" for cause in ("tilt to", "lead of") for partner in s.partners
    }


def test_an_instrument_of_the_scenarios_own_has_columns_with_meaning_and_unit():
    kinds = INSTRUMENTS | {"chips": "programmes", "technology": "steps"}
    known = columns.expected("ties", (), kinds)
    own = ["chips_stock", "chips_deliveries", "chips_orders", "technology"]
    assert [name for name in known if "chips" in name or "tech" in name] == own
    assert columns.notes("ties", "technology", kinds)["unit"] == "depth"
    assert "arsenal" in columns.notes("ties", "chips_stock", kinds)["label"]
    assert columns.notes("ties", "technology", INSTRUMENTS) == {}
    shape = replace(axes(), instruments=kinds)
    made = record(shape, 2)
    made.ties["technology"] = made.ties["energy"]
    told = tables.ties_table(made, shape, np.arange(2)).schema.field("technology").metadata
    assert told[b"unit"] == b"depth"


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
    joined = records.join(pieces)
    runs = np.arange(20)
    for name in ("countries", "ties", "choices", "events"):
        a, b = (tables.tables(r, shape, runs, [name])[name] for r in (whole, joined))
        assert a.to_pylist() == b.to_pylist()


def test_events_in_columns_are_the_events(shape):
    plain = record(shape, 20)
    whole = replace(plain, events=Events.of(plain.events, 20))
    runs, swapped = np.arange(20), np.array([7, 3, 11])
    for some in (slice(0, 20), slice(3, 9), swapped):
        ours, theirs = records.pick(whole, some), records.pick(plain, some)
        table = tables.events_table(ours, shape, runs[some])
        assert table.num_rows > 4
        assert table.to_pylist() == tables.events_table(theirs, shape, runs[some]).to_pylist()
    rows = tables.events_table(whole, shape, runs).to_pylist()
    expected = sum(one.replicate.size for one in plain.events)
    assert len(rows) == expected


def test_blocks_with_other_events_and_questions_are_joined_by_name():
    shape = axes(years=1)
    blank = {"threat": np.zeros((1, 2, 2))}
    first = event("visit", "visit", 1996, 1, 0, [True, False], 1.0)
    second = event("base", "offer", 1996, 1, 0, [True, True], 1.0, question="bases")
    joined = records.join([Record(blank, {}, [], [first]), Record(blank, {}, [], [second])])
    rows = tables.events_table(joined, shape, np.arange(4)).to_pylist()
    assert [(row["run"], row["event"], row["provoked_by"]) for row in rows] == [
        (0, "visit", "rate"),
        (2, "base", "answer to bases"),
        (3, "base", "answer to bases"),
    ]


def test_two_events_of_a_quarter_stay_two():
    shape = axes(years=1)
    blank = {"threat": np.zeros((1, 2, 2))}
    twice = [event("tier", "tier", 1996, 2, 0, [True, True], rung) for rung in (1.0, 2.0)]
    once = [event("tier", "tier", 1996, 2, 0, [True, False], 3.0)]
    joined = records.join([Record(blank, {}, [], twice), Record(blank, {}, [], once)])
    table = tables.events_table(joined, shape, np.arange(4))
    assert table["run"].to_pylist() == [0, 0, 1, 1, 2]
    assert table["value"].to_pylist() == [1.0, 2.0, 1.0, 2.0, 3.0]


def test_faults_are_found_where_they_are_and_only_there(shape):
    made = record(shape, 6)  # with undefined shares and scores, which are no faults
    own = np.array(shape.self_partner)
    assert records.faults(made, own, INSTRUMENTS) == {}
    made.ties["trade"][0, 1, 2] = np.nan  # India with itself: no tie at all
    assert records.faults(made, own, INSTRUMENTS) == {}
    made.ties["trade"][1, 0, 0, 2] = np.nan
    made.countries["alignment_index"][0, 0, 4] = np.inf
    made.countries["belief_status_quo"][0, 0, 5] = np.nan
    made.countries["insured"][:] = np.nan  # not priced: no fault
    assert records.faults(made, own, INSTRUMENTS) == {
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
