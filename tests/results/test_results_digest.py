"""The digest sees every value and nothing else."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results.synthetic import axes, record

from hedgerow.results import tables
from hedgerow.results.digest import leaf_digest, leaf_digests, table_digest, tables_digest
from hedgerow.results.tables import KEYS

NAMES = ("countries", "ties", "choices", "events")
SHAPE = axes(years=3)
TABLES = tables.tables(record(SHAPE, 6), SHAPE, np.arange(6), NAMES)
DIGESTS = {name: leaf_digest(table, KEYS[name]) for name, table in TABLES.items()}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_leaves_looked_at_together_have_the_digests_they_have_alone(name, data):
    table = TABLES[name]
    rows = table.num_rows
    ends = sorted({0, rows, *data.draw(st.lists(st.integers(0, rows), max_size=4))})
    alone = [
        leaf_digest(table.slice(first, last - first), KEYS[name]) for first, last in pairwise(ends)
    ]
    assert leaf_digests(table, KEYS[name], ends) == alone


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_order_of_rows_and_columns_and_cuts_do_not_count(name, data):
    table = TABLES[name]
    rows = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1))).permutation(table.num_rows)
    mixed = table.take(pa.array(rows)).select(data.draw(st.permutations(table.column_names)))
    cut = data.draw(st.integers(0, table.num_rows))
    parts = pa.concat_tables([mixed.slice(cut), mixed.slice(0, cut)])
    assert leaf_digest(parts, KEYS[name]) == DIGESTS[name]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_changed_cell_changes_the_digest(name, data):
    rows = TABLES[name].to_pylist()
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(TABLES[name].column_names))
    value = rows[row][column]
    if isinstance(value, float):
        changed = np.nextafter(value, 1e9) if data.draw(st.booleans()) else None
    elif isinstance(value, int):
        changed = value + 1
    elif value is None:
        kind = TABLES[name].schema.field(column).type
        changed = 0.0 if pa.types.is_floating(kind) else "RUS"
    else:
        changed = value + "x"
    rows[row][column] = changed
    assert leaf_digest(pa.Table.from_pylist(rows), KEYS[name]) != DIGESTS[name]


def test_a_row_more_or_less_or_twice_changes_the_digest():
    table = TABLES["events"]
    for other in (table.slice(1), pa.concat_tables([table, table.slice(0, 1)])):
        assert leaf_digest(other, KEYS["events"]) != DIGESTS["events"]


def test_a_column_more_or_less_or_renamed_changes_the_digest():
    table = TABLES["countries"]
    for other in (
        table.drop_columns(["threat"]),
        table.append_column("more", table["threat"]),
        table.rename_columns({"threat": "menace"}),
    ):
        assert leaf_digest(other, KEYS["countries"]) != DIGESTS["countries"]


def test_dictionaries_widths_and_signs_of_zero_do_not_count():
    table = TABLES["choices"]
    plain = table.cast(
        pa.schema(
            [
                (f.name, pa.string() if pa.types.is_dictionary(f.type) else pa.int64())
                for f in table.schema
            ]
        )
    )
    assert leaf_digest(plain, KEYS["choices"]) == DIGESTS["choices"]
    zeros = [pa.table({"run": pa.array([0]), "x": pa.array([zero])}) for zero in (0.0, -0.0)]
    nulls = [pa.table({"run": [0], "x": pa.array([x], pa.float64())}) for x in (None, float("nan"))]
    for one, other in (zeros, nulls):
        assert leaf_digest(one, ("run",)) == leaf_digest(other, ("run",))


def test_words_cannot_be_moved_across_a_border():
    a, b = (pa.table({"run": [0, 1], "x": words}) for words in (["ab", "c"], ["a", "bc"]))
    assert leaf_digest(a, ("run",)) != leaf_digest(b, ("run",))


def test_the_digest_of_tables_does_not_know_their_order_but_their_names_and_places():
    one, two = b"1" * 32, b"2" * 32
    assert table_digest({(0, 0): one, (0, 1): two}) == table_digest({(0, 1): two, (0, 0): one})
    assert table_digest({(0, 0): one, (0, 1): two}) != table_digest({(0, 0): two, (0, 1): one})
    assert table_digest({(0, 1): one}) != table_digest({(1, 0): one})
    assert table_digest({(0, 1): one}) != table_digest({(0, 0): one})
    assert tables_digest({"a": "1", "b": "2"}) == tables_digest({"b": "2", "a": "1"})
    assert tables_digest({"a": "1", "b": "2"}) != tables_digest({"a": "2", "b": "1"})
