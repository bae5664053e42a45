"""A result folder, read."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import digest, manifest
from .errors import ResultError
from .folder import SCENARIO, SUMMARY, TABLES
from .plots import Plots
from .summary import KEYS as SUMMARY_KEYS
from .summary import read_summary
from .tables import FAILED, KEPT, KEYS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..scenario import Scenario

ATOM = 128
"""Replicates of a point that are reduced and hashed together."""


class Results:
    """What a run left: tables as data frames, summary, manifest, figures.

    Attributes:
        path: the folder.
        manifest: content of ``manifest.json``.
        plot: the figures, ``results.plot.alignment()`` and so on.

    Raises:
        ResultError: the folder is not a result.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.manifest: dict[str, Any] = manifest.read(self.path)

    def __repr__(self) -> str:
        runs = self.manifest.get("runs_stored")
        return f"<Results {self.path} · {self.manifest.get('name')} · {runs} runs>"

    @cached_property
    def plot(self) -> Plots:
        return Plots(self)

    def scenario(self) -> "Scenario":
        """Return the scenario as it was run, all numbers resolved."""
        from ..scenario import load

        return load(self.path / SCENARIO)

    def runs(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run: status, reason and every sampled parameter.

        Args:
            columns: only these.
            where: only rows with this value, or one of these values, in a column:
                ``status="failed"``, ``run=[0, 1]``.
        """
        return self._frame("runs", columns, where)

    def countries(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run, year and country. Arguments as in `runs`."""
        return self._frame("countries", columns, where)

    def ties(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run, year, country and partner. Arguments as in `runs`."""
        return self._frame("ties", columns, where)

    def choices(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run and scheduled choice. Arguments as in `runs`."""
        return self._frame("choices", columns, where)

    def events(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run and event. Arguments as in `runs`."""
        return self._frame("events", columns, where)

    def summary(self, **where: Any) -> "pd.DataFrame":
        """Return ``summary.csv``; `where` as in `runs`: ``measure="alignment_index"``."""
        frame = self._summary_frame
        for name, value in where.items():
            if name not in frame.columns:
                raise ResultError(_no_column(name, "summary", list(frame.columns)))
            many = isinstance(value, (list, tuple, set, frozenset, np.ndarray))
            frame = frame[frame[name].isin(list(value)) if many else frame[name] == value]
        return frame.reset_index(drop=True)

    @cached_property
    def _summary_frame(self) -> "pd.DataFrame":
        return self._summary_table().to_pandas()

    def _summary_table(self) -> "pa.Table":
        try:
            return read_summary(self.path / SUMMARY)
        except (OSError, ValueError) as error:
            raise ResultError(f"{self.path / SUMMARY}: cannot be read: {error}") from error

    def _dataset(self, table: str) -> Any:
        """Return the Arrow dataset of a table, None where no run left a part of it."""
        import pyarrow.dataset as ds

        keep = self.manifest.get("keep", "ties")
        if table not in KEPT[keep]:
            raise ResultError(
                f"{self.path}: keeps no table {table!r}: it was run with keep={keep!r}; "
                f"run again with keep={'ties' if table == 'ties' else 'countries'!r}"
            )
        folder = self.path / TABLES / table
        if not folder.is_dir():
            return None
        try:
            dataset = ds.dataset(folder, format="parquet")
        except (OSError, ValueError) as error:
            raise ResultError(f"{folder}: cannot be read: {error}") from error
        return dataset if dataset.files else None

    def _frame(
        self, table: str, columns: Sequence[str] | None, where: Mapping[str, Any]
    ) -> "pd.DataFrame":
        import pandas as pd
        import pyarrow.dataset as ds

        dataset = self._dataset(table)
        if dataset is None:
            return pd.DataFrame(columns=list(columns or KEYS[table]))
        condition = None
        for name in (*(columns or ()), *where):
            if name not in dataset.schema.names:
                raise ResultError(_no_column(name, table, dataset.schema.names))
        for name, value in where.items():
            field = ds.field(name)
            many = isinstance(value, (list, tuple, set, frozenset, np.ndarray))
            term = field.isin(list(value)) if many else field == value
            condition = term if condition is None else condition & term
        chosen = None if columns is None else list(columns)
        rows = dataset.to_table(columns=chosen, filter=condition)
        return rows.unify_dictionaries().to_pandas()

    def verify(self) -> list[str]:
        """Compare what is stored with what was planned and recorded; return what is wrong.

        Every planned run must have its row, every run that did not fail its rows in the other
        tables, and the tables must have the digest that the manifest gives.
        """
        problems = []
        planned, stored, failed = (
            self.manifest.get(f"runs_{what}") for what in ("planned", "stored", "failed")
        )
        runs = self.runs(columns=["run", "point", "replicate", "status"])
        if planned != stored or len(runs) != planned:
            problems.append(f"{planned} runs planned, {stored} stored, {len(runs)} found")
        if sorted(runs["run"]) != list(range(len(runs))):
            problems.append("some runs are missing or there twice")
        done = runs[runs["status"] != FAILED]
        if len(runs) - len(done) != failed:
            problems.append(f"{failed} runs recorded as failed, {len(runs) - len(done)} found")
        problems += self._miscounted(done["run"].to_numpy())
        found = {}
        for table in KEPT[self.manifest.get("keep", "ties")]:
            found[table] = digest.table_digest(dict(self._atoms(table, runs)))
        summary = self._summary_table()
        found["summary"] = digest.table_digest(summary_atoms(summary))
        for table, value in found.items():
            if value != self.manifest.get("digests", {}).get(table):
                problems.append(f"{table}: the values are not those that were written")
        if digest.tables_digest(found) != self.manifest.get("tables_digest"):
            problems.append("tables_digest does not match")
        return problems

    def _miscounted(self, done: np.ndarray) -> list[str]:
        years = self.manifest["end"] - self.manifest["start"] + 1
        countries, partners = self.manifest["countries"], self.manifest["partners"]
        pairs = sum(i != p for i in countries for p in partners)
        problems = []
        for table, each in (("countries", years * len(countries)), ("ties", years * pairs)):
            if table not in KEPT[self.manifest.get("keep", "ties")]:
                continue
            dataset = self._dataset(table)
            rows = np.zeros(0, dtype=np.int64)
            if dataset is not None:
                rows = dataset.to_table(columns=["run"])["run"].to_numpy()
            there, counts = np.unique(rows, return_counts=True)
            if not np.array_equal(there, np.sort(done)) or np.any(counts != each):
                problems.append(f"{table}: some rows are missing or there twice")
        return problems

    def _atoms(self, table: str, runs: "pd.DataFrame") -> Iterator[tuple[digest.AtomKey, bytes]]:
        import pyarrow.dataset as ds

        dataset = self._dataset(table)
        if dataset is None:
            return
        atoms = runs.assign(atom=runs["replicate"] // ATOM).groupby(["point", "atom"])["run"]
        ends = atoms.agg(["min", "max"]).reset_index()
        for point, atom, first, last in ends.itertuples(index=False, name=None):
            condition = (ds.field("run") >= first) & (ds.field("run") <= last)
            rows = dataset.to_table(filter=condition)
            if rows.num_rows:
                yield (point, atom), digest.atom_digest(rows, KEYS[table])


def summary_atoms(summary: "pa.Table") -> dict[digest.AtomKey, bytes]:
    """Return the digest of the summary of each point, as the only atom of the point."""
    import pyarrow.compute as pc

    atoms: dict[digest.AtomKey, bytes] = {}
    for point in pc.unique(summary["point"]).to_pylist():
        rows = summary.filter(pc.equal(summary["point"], point))
        atoms[point, 0] = digest.atom_digest(rows, SUMMARY_KEYS)
    return atoms


def _no_column(name: str, table: str, columns: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, columns, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(columns[:30])}"
    return f"table {table!r} has no column {name!r}; {hint}"


def open_folder(path: str | os.PathLike[str]) -> Results:
    """Open a result folder; ``hedgerow.open``.

    Raises:
        ResultError: the folder is not a result.
    """
    return Results(path)
