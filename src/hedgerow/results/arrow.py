"""Conversions between NumPy and Arrow that share memory.

Arrow's own conversions (`pyarrow.array`, `to_numpy`, `pyarrow.dataset`) import pandas, which takes
longer than a small run. No column is copied unless it must be.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def _bitmap(missing: NDArray[np.bool_]) -> tuple[Any, int]:
    nulls = int(np.count_nonzero(missing))
    return (pa.py_buffer(np.packbits(~missing, bitorder="little")) if nulls else None), nulls


def floats(values: NDArray[np.float64]) -> "pa.Array":
    """Return values as float64; NaN becomes null, -0.0 becomes 0.0."""
    clean = np.ascontiguousarray(values, dtype=np.float64) + 0.0
    valid, nulls = _bitmap(np.isnan(clean))
    return pa.Array.from_buffers(pa.float64(), clean.size, [valid, pa.py_buffer(clean)], nulls)


def integers(
    values: NDArray[Any] | Sequence[int], bits: int, missing: NDArray[np.bool_] | None = None
) -> "pa.Array":
    """Return values as signed integers of 8, 16, 32 or 64 `bits`, null where `missing`."""
    kind = {8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64()}[bits]
    whole = np.ascontiguousarray(values, dtype=f"int{bits}")
    valid, nulls = (None, 0) if missing is None else _bitmap(missing)
    return pa.Array.from_buffers(kind, whole.size, [valid, pa.py_buffer(whole)], nulls)


def strings(texts: Iterable[str | None]) -> "pa.Array":
    """Return texts as strings, None as null."""
    texts = list(texts)
    encoded = [b"" if text is None else text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    valid, nulls = _bitmap(np.array([text is None for text in texts], dtype=bool))
    buffers = [valid, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers, nulls)


def coded(codes: NDArray[Any], names: Sequence[str]) -> "pa.Array":
    """Return ``names[code]`` as a dictionary of strings; a negative code is null."""
    missing = codes < 0
    indices = integers(np.maximum(codes, 0), 32, missing)
    return pa.DictionaryArray.from_arrays(indices, strings(names))


def numbers(column: "pa.ChunkedArray | pa.Array") -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return the values of a column of integers or floats, and which are null (None if none is).

    The values of null cells are arbitrary.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    name = str(column.type)
    kind = np.dtype({"double": "float64", "float": "float32"}.get(name, name))
    valid, data = column.buffers()
    if data is None:
        values = np.zeros(len(column), dtype=kind)
    else:
        values = np.frombuffer(data, dtype=kind, count=column.offset + len(column))[column.offset :]
    if valid is None or not column.null_count:
        return values, None
    bits = np.unpackbits(
        np.frombuffer(valid, dtype=np.uint8), count=column.offset + len(column), bitorder="little"
    )
    return values, bits[column.offset :] == 0


def texts(column: "pa.Array") -> list[str | None]:
    """Return an array of strings as a list."""
    valid, ends, data = column.buffers()
    if not len(column):
        return []
    offsets = np.frombuffer(ends, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    body = b"" if data is None else data.to_pybytes()
    found: list[str | None] = [body[first:last].decode() for first, last in pairwise(offsets)]
    if valid is not None and column.null_count:
        bits = np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")
        bits = bits[column.offset : column.offset + len(column)]
        found = [text if bit else None for text, bit in zip(found, bits, strict=True)]
    return found
