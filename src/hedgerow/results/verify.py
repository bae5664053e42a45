"""Checks that the tables of a result hold all planned runs, with the digest of the manifest."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..errors import Damaged
from . import digest
from .digest import LEAF
from .reading import Tables
from .summary import KEYS as SUMMARY_KEYS
from .tables import FAILED, KEPT, KEYS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ROWS = 1 << 17
"""Number of rows read at a time."""


def problems(tables: Tables, manifest: Mapping[str, Any]) -> list[str]:
    """Compare what is stored with what was planned and recorded; return the problems."""
    found = []
    planned, stored, failed = (manifest.get(f"runs_{w}") for w in ("planned", "stored", "failed"))
    try:
        runs = tables.frame("runs", ["run", "point", "replicate", "status"], {})
    except Damaged as error:
        return [_first(error)]
    if planned != stored or len(runs) != planned:
        found.append(f"{planned} runs planned, {stored} stored, {len(runs)} found")
    numbers = np.sort(runs["run"].to_numpy(dtype=np.int64))
    if not np.array_equal(numbers, np.arange(numbers.size)):
        found.append("some runs are missing or there twice")
    done = runs[runs["status"] != FAILED]
    if len(runs) - len(done) != failed:
        found.append(f"{failed} runs recorded as failed, {len(runs) - len(done)} found")
    found += _miscounted(tables, manifest, done["run"].to_numpy(dtype=np.int64), len(runs))
    digests = {}
    for table in (*KEPT[manifest["keep"]], "summary"):
        try:
            digests[table] = digest.table_digest(_of_table(tables, table, runs))
        except Damaged as error:
            found.append(_first(error))
            digests[table] = ""
    for table, value in digests.items():
        if value != manifest.get("digests", {}).get(table):
            found.append(f"{table}: the values are not those that were written")
    if digest.tables_digest(digests) != manifest.get("tables_digest"):
        found.append("tables_digest does not match")
    return found


def _miscounted(
    tables: Tables, manifest: Mapping[str, Any], done: NDArray[np.int64], runs: int
) -> Iterator[str]:
    """Yield problems of tables in which rows of a run are missing, or a failed run has rows.

    Args:
        tables: the tables.
        manifest: the manifest.
        done: numbers of the runs that did not fail.
        runs: number of all runs.
    """
    years = manifest["end"] - manifest["start"] + 1
    countries, partners = manifest["countries"], manifest["partners"]
    pairs = sum(i != p for i in countries for p in partners)
    for table, each in (("countries", years * len(countries)), ("ties", years * pairs)):
        if table not in tables.names:
            continue
        counts = np.zeros(runs, dtype=np.int64)
        expected = counts.copy()
        inside = (done >= 0) & (done < runs)
        expected[done[inside]] = each
        strange = not inside.all()
        try:
            for batch in tables.batches(table, ["run"], {}, _ROWS):
                rows = batch.column("run").to_numpy()
                known = (rows >= 0) & (rows < counts.size)
                strange = strange or not known.all()
                counts += np.bincount(rows[known], minlength=counts.size)
        except Damaged:  # reported where its values are compared
            continue
        if strange or not np.array_equal(counts, expected):
            yield f"{table}: some rows are missing or there twice"


def _first(error: Damaged) -> str:
    return str(error).splitlines()[0]


def _of_table(tables: Tables, table: str, runs: "pd.DataFrame") -> Mapping[digest.LeafKey, bytes]:
    if table == "summary":
        return _of_points(tables.summary_file())
    return dict(_leaves(tables, table, runs))


def _leaves(
    tables: Tables, table: str, runs: "pd.DataFrame"
) -> Iterator[tuple[digest.LeafKey, bytes]]:
    dataset = tables.dataset(table)
    leaves = runs.assign(leaf=runs["replicate"] // LEAF).groupby(["point", "leaf"])["run"]
    ends = leaves.agg(["min", "max"]).reset_index()
    for point, leaf, first, last in ends.itertuples(index=False, name=None):
        condition = (pc.field("run") >= first) & (pc.field("run") <= last)
        with tables.reading(table):
            rows = dataset.to_table(filter=condition)
        tables.require_cells(table, rows)
        if rows.num_rows:
            yield (point, leaf), digest.leaf_digest(rows, KEYS[table])


def _of_points(summary: "pa.Table") -> dict[digest.LeafKey, bytes]:
    """Return the digest of the summary of each point, as the only leaf of the point."""
    leaves: dict[digest.LeafKey, bytes] = {}
    for point in pc.unique(summary["point"]).to_pylist():
        rows = summary.filter(pc.equal(summary["point"], point))
        leaves[point, 0] = digest.leaf_digest(rows, SUMMARY_KEYS)
    return leaves
