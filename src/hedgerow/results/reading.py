"""Reads the tables of a result folder, and of each only the rows and columns asked for."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arguments import as_written
from ..errors import Damaged, NoMeasure, ResultError
from .columns import COLUMNS, expected
from .digest import table_digest
from .layout import SCENARIO, SUMMARY, SWEEP, TABLES
from .parts import parts_of
from .summary import read_summary
from .tables import KEPT, KEYS

if TYPE_CHECKING:
    import pandas as pd


_NO_ROWS = table_digest({})
_SHEET = "; a spreadsheet program may have saved it"


class Tables:
    """The tables of a result folder.

    Args:
        folder: the result folder.
        manifest: its manifest.
        parts: the files of tables that belong to it, relative to the folder; None for all.
    """

    def __init__(
        self, folder: Path, manifest: Mapping[str, Any], parts: Iterable[str] | None = None
    ) -> None:
        self.folder = folder
        self._keep: str = manifest.get("keep", "ties")
        self._replicates: int = manifest.get("replicates", 1)
        futures = tuple(manifest.get("futures", ()))
        # Version 0.1 wrote no kinds of instruments, and fewer columns.
        kinds: Mapping[str, str] | None = manifest.get("instruments")
        self._columns = {table: expected(table, futures, kinds) for table in COLUMNS}
        self._codes: Mapping[str, Mapping[str, str]] = {
            "country": manifest.get("countries", {}),
            "partner": manifest.get("partners", {}),
        }
        self._digests: Mapping[str, str] = manifest.get("digests", {})
        self._listed = [name for name in manifest.get("files", ()) if name.startswith(f"{TABLES}/")]
        self._parts = None if parts is None else sorted(parts)
        self.names = (*KEPT[self._keep], "summary")

    def dataset(self, table: str) -> Any:
        """Return the Arrow dataset of a table; it has no rows if no run has any.

        Raises:
            ResultError: there is no such table, it was not kept, or it cannot be read.
        """
        self._require(table)
        folder = self.folder / TABLES / table
        if self._parts is None:
            files = [path.absolute() for path in parts_of(folder)]
        else:
            start = f"{TABLES}/{table}/"
            own = [part for part in self._parts if part.startswith(start)]
            files = [(self.folder / part).absolute() for part in own]
        if files:
            try:  # absolute paths, since Arrow takes a relative one with a colon for an address
                dataset = dataset_of([str(file) for file in files], format="parquet")
            except (OSError, ValueError) as error:
                raise self._unreadable(folder, error) from error
            self._require_columns(table, dataset.schema, folder)
            return dataset
        if table == "summary" and self._parts is None:
            return self._summary
        if self._digests.get(table, _NO_ROWS) != _NO_ROWS:
            raise self._missing(folder)
        return self._empty(table)

    def require_whole(self) -> None:
        """Check that all tables, and all their files that the manifest lists, are there.

        Raises:
            Damaged: something is missing.
        """
        for name in self._listed:
            if not (self.folder / name).is_file():
                raise self._missing(self.folder / name)
        for table in self.names:
            self.dataset(table)

    def _missing(self, place: Path) -> Damaged:
        return Damaged(
            f"{place}: is missing; take it back from a copy, or {self._again()}\n"
            f"'hedgerow status {self.folder}' tells all that is missing or was changed"
        )

    def _again(self) -> str:
        folder = shlex.quote(str(self.folder))
        if (self.folder / SWEEP).exists():
            return f"compute it anew: hedgerow resume {folder}"
        scenario = shlex.quote(str(self.folder / SCENARIO))
        return f"run the scenario again: hedgerow run {scenario} --out NEW-DIR"

    def _require_columns(self, table: str, schema: "pa.Schema", place: Path) -> None:
        """Check that a table has all columns, with the right types.

        Raises:
            Damaged: a column is missing, or has another type.
        """
        known = self._columns[table]
        for name in known:
            if name not in schema.names:
                raise self._damaged(place, f"lacks the column {name!r}")
            if schema.names.count(name) > 1:
                raise self._damaged(place, f"has the column {name!r} more than once")
        for field in schema:
            kind = known[field.name].kind if field.name in known else "numbers or text"
            if not _is_of(field.type, kind):
                raise self._damaged(
                    place, f"the column {field.name!r} holds {field.type}, not {kind}"
                )

    @contextmanager
    def reading(self, table: str) -> Iterator[None]:
        """Turn errors of reading a table, within this ``with`` block, into clear ones.

        Raises:
            Damaged: the rows cannot be read.
        """
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(self.folder / TABLES / table, error) from error

    def require_cells(self, table: str, rows: "pa.Table | pa.RecordBatch") -> None:
        """Check that no cell is empty that must have a value.

        Raises:
            Damaged: such a cell is empty.
        """
        columns = self._columns[table]
        for name, values in zip(rows.column_names, rows.columns, strict=True):
            column = columns.get(name)
            if column is not None and not column.empty and values.null_count:
                place = self.folder / TABLES / table
                if table == "summary" and not place.is_dir():  # the summary of a plain run
                    place = self.folder / SUMMARY
                raise self._damaged(place, f"the column {name!r} has empty cells")

    def _damaged(self, place: Path, what: str) -> Damaged:
        return Damaged(
            f"{place}: is damaged: {what}\n"
            f"'hedgerow status {self.folder}' tells which files are not as they were written"
        )

    def _empty(self, table: str) -> Any:
        """Return the empty dataset of a table that has no files."""
        text = pa.string() if table == "summary" else pa.dictionary(pa.int32(), pa.string())
        fields = [
            (name, text if column.kind == "text" else pa.type_for_alias(column.kind))
            for name, column in self._columns[table].items()
        ]
        return dataset_of(pa.schema(fields).empty_table())

    @cached_property
    def _summary(self) -> Any:
        """The summary of a plain run, which is one file and is held as a whole."""
        return dataset_of(self.summary_file())

    def summary_file(self) -> "pa.Table":
        """Return ``summary.csv`` as a whole.

        Raises:
            Damaged: it cannot be read.
        """
        path = self.folder / SUMMARY
        try:
            rows = read_summary(path)
        except FileNotFoundError as error:
            raise self._missing(path) from error
        except OSError as error:
            raise Damaged(f"{path}: cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError) as error:
            why = str(error).splitlines()[0]
            raise Damaged(f"{path}: is damaged: {why}{_SHEET}; {self._again()}") from error
        return rows

    def _require(self, table: str) -> None:
        if table in self.names:
            return
        if table not in KEYS:
            known = ", ".join((*KEYS, "summary"))
            raise ResultError(f"{self.folder}: there is no table {table!r}; there are {known}")
        raise ResultError(
            f"{self.folder}: keeps no table {table!r}: it was run with keep={self._keep!r}; "
            f"run again with keep={'ties' if table == 'ties' else 'countries'!r}"
        )

    def _unreadable(self, place: Path, error: Exception) -> Damaged:
        return Damaged(
            f"{place}: cannot be read: {error}\n"
            f"'hedgerow status {self.folder}' tells which files are not as they were written"
        )

    # rows ----------------------------------------------------------------------------------------
    def frame(
        self, table: str, columns: Sequence[str] | None, where: Mapping[str, Any]
    ) -> "pd.DataFrame":
        """Return rows as one data frame."""
        dataset = self.dataset(table)
        chosen, condition = self._asked(table, dataset, columns, where)
        with self.reading(table):
            rows = dataset.to_table(columns=chosen, filter=condition)
        self.require_cells(table, rows)
        if not rows.num_rows and table == "summary" and "measure" in where:
            self._require_measures(dataset, where["measure"])
        return rows.unify_dictionaries().to_pandas()

    def batches(
        self, table: str, columns: Sequence[str] | None, where: Mapping[str, Any], rows: int
    ) -> "Iterator[pa.RecordBatch]":
        """Yield at most `rows` rows at a time, in order, with one row group in memory."""
        dataset = self.dataset(table)
        chosen, condition = self._asked(table, dataset, columns, where)
        with self.reading(table):
            for group in row_groups(dataset, chosen, condition):
                for batch in group.to_batches(max_chunksize=rows):
                    self.require_cells(table, batch)
                    yield batch

    def _asked(
        self, table: str, dataset: Any, columns: Sequence[str] | None, where: Mapping[str, Any]
    ) -> tuple[list[str] | None, Any]:
        """Return the columns to read and the condition on rows, both checked."""
        schema = dataset.schema
        by_point = "point" not in schema.names and "run" in schema.names
        for name in (*(columns or ()), *where):
            if name not in schema.names and not (name == "point" and by_point and name in where):
                raise ResultError(no_column(name, table, schema.names))
        condition = None
        for name, value in where.items():
            if name == "point" and by_point:
                term = self._of_points(value)
            else:
                if known := self._codes.get(name):
                    codes = [
                        _code(name, one, known) for one in (value if is_many(value) else [value])
                    ]
                    value = codes if is_many(value) else codes[0]
                term = _is(table, schema.field(name), value)
            condition = term if condition is None else condition & term
        return None if columns is None else list(columns), condition

    def _require_measures(self, dataset: Any, value: Any) -> None:
        """Check that a summary has the measures that were asked for."""
        known = pc.unique(dataset.to_table(columns=["measure"])["measure"]).to_pylist()
        for one in value if is_many(value) else [value]:
            if known and one is not None and one not in known:
                raise NoMeasure(no_column(str(one), "summary", known).replace("column", "measure"))

    def _of_points(self, value: Any) -> Any:
        """Return the condition that a run belongs to a point, or to one of several."""
        run, each = pc.field("run"), self._replicates
        points = np.unique(np.asarray(list(value) if is_many(value) else [value], dtype=np.int64))
        if not points.size:
            return pc.scalar(False)
        within = (run >= int(points[0]) * each) & (run < (int(points[-1]) + 1) * each)
        if points.size == points[-1] - points[0] + 1:
            return within
        return within & run.isin((points[:, None] * each + np.arange(each)).ravel())


def row_groups(
    dataset: Any, columns: Sequence[str] | None, condition: Any = None
) -> "Iterator[pa.Table]":
    """Yield the rows of a dataset by row group, in order, with one group in memory at a time.

    Arrow's own scanner reads ahead: with a slow reader, it would hold the whole table.

    Args:
        dataset: a dataset of Parquet files, or of a table in memory.
        columns: the columns to read; None for all.
        condition: an expression of Arrow that selects rows; None for all.
    """
    for fragment in dataset.get_fragments(filter=condition):
        groups = [fragment]
        if hasattr(fragment, "split_by_row_group"):  # from a file, not from memory
            groups = fragment.split_by_row_group(filter=condition, schema=dataset.schema)
        for group in groups:
            rows = group.to_table(
                schema=dataset.schema, columns=columns, filter=condition, use_threads=False
            )
            if rows.num_rows:
                yield rows


def dataset_of(source: Any, **how: Any) -> Any:
    """Return an Arrow dataset of files or of a table."""
    import pyarrow.dataset  # it loads pandas

    return pyarrow.dataset.dataset(source, **how)


def _is_of(found: "pa.DataType", kind: str) -> bool:
    """Whether a type of Arrow can hold a column of some kind, whatever program wrote it."""
    types = pa.types
    text = found.value_type if types.is_dictionary(found) else found
    is_text = bool(types.is_string(text) or types.is_large_string(text))
    if kind == "text":
        return is_text
    if kind == "double":
        return bool(types.is_floating(found))
    is_whole = bool(types.is_integer(found))
    return (
        is_whole if kind != "numbers or text" else is_whole or is_text or types.is_floating(found)
    )


def _is(table: str, field: Any, value: Any) -> Any:
    """Return the condition that a column equals a value, or one of several; None means null."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    values = list(value) if is_many(value) else [value]
    truth = any(isinstance(one, bool | np.bool_) for one in values)
    try:
        if truth and not pa.types.is_boolean(kind):
            raise TypeError
        there = [pa.scalar(one).cast(kind) for one in values if one is not None]
    except (pa.ArrowException, TypeError, ValueError):
        raise ResultError(
            f"column {field.name!r} of table {table!r} holds {kind}, "
            f"so it cannot be {_listed(value)}"
        ) from None
    column = pc.field(field.name)
    if len(there) == len(values) == 1:
        return column == there[0]
    condition = column.isin(pa.array([one.as_py() for one in there], type=kind))
    return condition | column.is_null() if len(there) < len(values) else condition


def _listed(value: Any) -> str:
    if not is_many(value):
        return repr(value)
    some = [repr(one) for one in list(value)[:4]]
    return ", ".join(some) + (", …" if len(some) == 4 else "")


def is_many(value: Any) -> bool:
    """Whether a value of a filter holds several values, as a list, array, series or range does."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def as_frame(batch: "pa.RecordBatch", codes: Mapping[str, Sequence[str]]) -> "pd.DataFrame":
    """Return a batch as a data frame that has the same types as all other batches.

    Args:
        codes: categories of columns by name; other texts become strings.
    """
    import pandas as pd

    plain = {
        name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if name not in codes
    }
    frame = pa.table(plain).to_pandas() if plain else pd.DataFrame(index=range(batch.num_rows))
    for place, name in enumerate(batch.schema.names):
        if name in codes:
            column = batch.column(name).to_pandas()
            frame.insert(place, name, column.astype(pd.CategoricalDtype(list(codes[name]))))
    return frame


def _code(column: str, value: Any, known: Mapping[str, str]) -> Any:
    """Return a code as results write it, for a code in any letters, or the name of its state.

    What is no text is returned as it is.

    Raises:
        ResultError: there is no such code or name.
    """
    if not isinstance(value, str):
        return value
    names = {name.casefold(): code for code, name in known.items()}
    code = as_written(value, known)
    code = code if code in known else names.get(value.casefold(), "")
    if not code:
        raise ResultError(f"no {column} {value!r} in this result; there is {', '.join(known)}")
    return code


def no_column(name: str, table: str, columns: Sequence[str]) -> str:
    """Return the message that a table has no such column, with the closest one."""
    close = get_close_matches(name, columns, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(columns[:30])}"
    return f"table {table!r} has no column {name!r}; {hint}"
