"""One SHA-256 over the values of all tables, whatever files they are stored in.

Rows are cut into leaves of 128 replicates of a point. The rows of a leaf are sorted by their keys
and hashed column by column. The digest of a table is the hash of its leaves in order, and
``tables_digest`` is the hash of the digests of all tables. It does not depend on files, row
groups, dictionaries, workers, or the order of writing. Only one leaf is held in memory at a time.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .arrow import numbers
from .order import Column, canonical, order

if TYPE_CHECKING:
    import pyarrow as pa

LeafKey = tuple[int, int]
"""(point, number of the leaf within the point)."""

LEAF = 128
"""Number of replicates of a point that are reduced and hashed together."""


def leaf_digest(table: "pa.Table", keys: tuple[str, ...]) -> bytes:
    """Return the digest of the rows of one leaf, whatever their order."""
    return leaf_digests(table, keys, [0, table.num_rows])[0]


def leaf_digests(table: "pa.Table", keys: tuple[str, ...], ends: Sequence[int]) -> list[bytes]:
    """Return the digests of leaves that follow each other: rows ``ends[i]`` to ``ends[i + 1]`` − 1.

    The columns of many leaves are processed together, which is much faster for short leaves.
    """
    keys = tuple(key for key in keys if key in table.column_names)
    names = [*keys, *(name for name in sorted(table.column_names) if name not in keys)]
    wholes = [canonical(table[name]) for name in names]
    heads = [_head(name, whole) for name, whole in zip(names, wholes, strict=True)]
    digests = []
    for first, last in pairwise(ends):
        columns = [
            (_head(name, rows), rows.bits)
            if (rows := whole.rows(first, last)).words != whole.words
            else (head, rows.bits)
            for name, whole, head in zip(names, wholes, heads, strict=True)
        ]
        permutation = order([bits for _, bits in columns])
        digest = hashlib.sha256(f"{last - first} rows\n".encode())
        for head, bits in columns:
            digest.update(head)
            bits = bits if permutation is None else bits[permutation]
            digest.update(np.ascontiguousarray(bits, dtype="<i8"))
        digests.append(digest.digest())
    return digests


def digests_by_run(
    table: "pa.Table", keys: tuple[str, ...], firsts: Sequence[int]
) -> list[bytes | None]:
    """Return the digest of each leaf, None of those without rows; rows are in the order of runs.

    Args:
        firsts: the first run of each leaf, and the run after the last.
    """
    ends = np.searchsorted(numbers(table["run"])[0], firsts).tolist()
    digests = leaf_digests(table, keys, ends)
    return [
        digest if last > first else None
        for digest, (first, last) in zip(digests, pairwise(ends), strict=True)
    ]


def _head(name: str, column: Column) -> bytes:
    """Return what comes before the rows of a column."""
    head = (name, column.kind, *column.words)
    return "".join(f"{len(text.encode())}:{text}" for text in head).encode()


def table_digest(leaves: Mapping[LeafKey, bytes]) -> str:
    """Return the digest of a table from those of its leaves; leaves without rows are left out."""
    return ordered_digest(sorted(leaves.items()))


def ordered_digest(leaves: Iterable[tuple[LeafKey, bytes]]) -> str:
    """Return the digest of a table from those of its leaves, which come in order of their keys."""
    digest = hashlib.sha256()
    for (point, leaf), value in leaves:
        digest.update(f"{point}/{leaf}:".encode() + value)
    return digest.hexdigest()


def tables_digest(tables: Mapping[str, str]) -> str:
    """Return the digest of all tables from the digest of each, by name."""
    text = "".join(f"{name} {value}\n" for name, value in sorted(tables.items()))
    return hashlib.sha256(text.encode()).hexdigest()
