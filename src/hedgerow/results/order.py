"""The canonical order of rows and form of columns of which digests are made."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .arrow import integers, numbers, texts

_NULL = np.int64(np.iinfo(np.int64).min)
_NAN_BITS = np.array(np.nan).view(np.int64)


@dataclass(frozen=True)
class Column:
    """A column as 64-bit integers that are equal exactly where the values are.

    Attributes:
        kind: ``"int"``, ``"float"`` or ``"string"``.
        bits: (rows,) integers. For floats, their bits, with a single NaN (also for null) and no
            -0.0. For strings, their rank among `words`, null being the lowest. For integers, the
            integers, null being the lowest integer.
        words: the strings that occur, sorted.
    """

    kind: str
    bits: NDArray[np.int64]
    words: tuple[str, ...] = ()

    def rows(self, first: int, last: int) -> "Column":
        """Return the canonical form of some of its rows."""
        bits = self.bits[first:last]
        if not self.words:
            return Column(self.kind, bits)
        used = np.zeros(len(self.words) + 1, dtype=bool)  # the last place is for null
        used[bits] = True
        if used[:-1].all():
            return Column(self.kind, bits, self.words)
        rank = np.append(np.cumsum(used[:-1]) - 1, -1)
        words = tuple(word for word, seen in zip(self.words, used[:-1], strict=True) if seen)
        return Column(self.kind, rank[bits], words)


def canonical(column: "pa.ChunkedArray | pa.Array") -> Column:
    """Return the canonical form of an Arrow column of integers, floats or strings."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    kind = column.type
    if pa.types.is_floating(kind):
        values, missing = numbers(column)
        bits = (values.astype(np.float64, copy=False) + 0.0).view(np.int64)
        missing = np.isnan(values) if missing is None else missing | np.isnan(values)
        return Column("float", np.where(missing, _NAN_BITS, bits) if missing.any() else bits)
    if pa.types.is_integer(kind):
        return Column("int", _integers(column))
    if not pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    return _strings(column)


def _integers(column: "pa.Array") -> NDArray[np.int64]:
    values, missing = numbers(column)
    wide = values.astype(np.int64, copy=False)
    return wide if missing is None else np.where(missing, _NULL, wide)


def _strings(column: Any) -> Column:
    codes = _integers(column.indices)
    names = texts(column.dictionary)
    codes = np.where(codes == _NULL, len(names), codes)
    used = np.zeros(len(names) + 1, dtype=bool)
    used[codes] = True
    there = {name for name, seen in zip(names, used[:-1], strict=True) if seen}
    words = tuple(sorted(word for word in there if word is not None))
    rank = {word: i for i, word in enumerate(words)}
    ranks = np.array([*(-1 if name is None else rank.get(name, -1) for name in names), -1])
    return Column("string", ranks.astype(np.int64)[codes], words)


def order(columns: list[NDArray[np.int64]]) -> NDArray[np.intp] | None:
    """Return the permutation that sorts rows by `columns`, the first above all; None if sorted."""
    if not columns or columns[0].size < 2 or _is_sorted(columns):
        return None
    return np.lexsort(columns[::-1])


def _is_sorted(columns: list[NDArray[np.int64]]) -> bool:
    tied = np.ones(columns[0].size - 1, dtype=bool)
    for column in columns:
        earlier, later = column[:-1], column[1:]
        if np.any((earlier > later) & tied):
            return False
        tied &= earlier == later
        if not tied.any():
            return True
    return True


def in_order(table: "pa.Table", keys: tuple[str, ...]) -> "pa.Table":
    """Return the table with its rows in the order of `keys`, then of all other columns."""
    names = [*keys, *(name for name in sorted(table.column_names) if name not in keys)]
    permutation = order([canonical(table[name]).bits for name in names])
    return table if permutation is None else table.take(integers(permutation, 64))
