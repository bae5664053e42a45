"""One SHA-256 over the logical values of all tables.

Rows are cut into atoms (128 replicates of a point). An atom is put in the order of its keys and
hashed column by column; a table is the hash of its atoms in order; ``tables_digest`` is the hash of
its tables. Files, parts, row groups, dictionaries, workers and the order in which anything was
written do not enter. Memory stays that of one atom.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .order import canonical, order

if TYPE_CHECKING:
    import pyarrow as pa

AtomKey = tuple[int, int]
"""(point, number of the atom within the point)."""

ATOM = 128
"""Replicates of a point that are reduced and hashed together."""


def atom_digest(table: "pa.Table", keys: tuple[str, ...]) -> bytes:
    """Return the digest of the rows of one atom, whatever their order."""
    names = [*keys, *(name for name in sorted(table.column_names) if name not in keys)]
    columns = [canonical(table[name]) for name in names]
    permutation = order([column.bits for column in columns])
    digest = hashlib.sha256(f"{table.num_rows} rows\n".encode())
    for name, column in zip(names, columns, strict=True):
        head = (name, column.kind, *column.words)
        digest.update("".join(f"{len(text.encode())}:{text}" for text in head).encode())
        bits = column.bits if permutation is None else column.bits[permutation]
        digest.update(np.ascontiguousarray(bits, dtype="<i8"))
    return digest.digest()


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
