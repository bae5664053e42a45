"""One SHA-256 over the logical values of all tables.

Rows are cut into atoms (128 replicates of a point). An atom is put in the order of its keys and
hashed column by column; a table is the hash of its atoms in order; ``tables_digest`` is the hash of
its tables. Files, parts, row groups, dictionaries, workers and the order in which anything was
written do not enter. Memory stays that of one atom.
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

AtomKey = tuple[int, int]
"""(point, number of the atom within the point)."""

ATOM = 128
"""Replicates of a point that are reduced and hashed together."""


def atom_digest(table: "pa.Table", keys: tuple[str, ...]) -> bytes:
    """Return the digest of the rows of one atom, whatever their order."""
    return atom_digests(table, keys, [0, table.num_rows])[0]


def atom_digests(table: "pa.Table", keys: tuple[str, ...], ends: Sequence[int]) -> list[bytes]:
    """Return the digests of atoms that follow each other: rows ``ends[i]`` to ``ends[i + 1]`` − 1.

    The columns of many atoms are looked at together, which for short atoms is much faster.
    """
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
    """Return the digest of each atom, None of those without rows; rows are in the order of runs.

    Args:
        firsts: the first run of each atom, and the run after the last.
    """
    ends = np.searchsorted(numbers(table["run"])[0], firsts).tolist()
    digests = atom_digests(table, keys, ends)
    return [
        digest if last > first else None
        for digest, (first, last) in zip(digests, pairwise(ends), strict=True)
    ]


def _head(name: str, column: Column) -> bytes:
    """Return what comes before the rows of a column."""
    head = (name, column.kind, *column.words)
    return "".join(f"{len(text.encode())}:{text}" for text in head).encode()


def table_digest(atoms: Mapping[AtomKey, bytes]) -> str:
    """Return the digest of a table from those of its atoms; atoms without rows are left out."""
    return ordered_digest(sorted(atoms.items()))


def ordered_digest(atoms: Iterable[tuple[AtomKey, bytes]]) -> str:
    """Return the digest of a table from those of its atoms, which come in order of their keys."""
    digest = hashlib.sha256()
    for (point, atom), value in atoms:
        digest.update(f"{point}/{atom}:".encode() + value)
    return digest.hexdigest()


def tables_digest(tables: Mapping[str, str]) -> str:
    """Return the digest of all tables from the digest of each, by name."""
    text = "".join(f"{name} {value}\n" for name, value in sorted(tables.items()))
    return hashlib.sha256(text.encode()).hexdigest()
