"""Measures run by run, read from the tables of a result some runs at a time.

A cell is one measure of one country in one year. Measures have the names of ``summary.csv``. A
choice is 1 in a run that chose the option and 0 in one that chose otherwise. An event is 1 in a run
in which it happened in the year, else 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .arrow import numbers, texts
from .reading import row_groups
from .results import Results
from .tables import FAILED, KEPT, KEYS

GROUPS = ("countries", "ties", "choices", "events")
"""Tables that hold measures."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Grid(NamedTuple):
    """Years and countries of cells, from the year `start` to the year `end`, inclusive."""

    start: int
    end: int
    countries: tuple[str, ...]

    @property
    def years(self) -> int:
        """Number of years."""
        return self.end - self.start + 1


class _Rows(NamedTuple):
    """The rows of a table to use.

    Attributes:
        table: some rows of the table.
        keep: (rows,) which of them to use.
        places: index of each used row in a flat array of cells.
    """

    table: "pa.Table"
    keep: NDArray[np.bool_]
    places: Ints


class Cells:
    """The tables of a result as arrays.

    Args:
        results: results of a run or a sweep; which tables they have depends on what was kept.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        about = results.manifest
        self.points = int(about.get("points", 1))
        self.replicates = int(about.get("replicates", about["runs_planned"]))
        self._open: dict[str, Any] = {}
        self._failed: Ints | None = None

    def kept(self, group: str) -> bool:
        """Whether the result keeps a table."""
        return group in KEPT[self.results.manifest.get("keep", "ties")]

    def measures(self, group: str) -> tuple[str, ...]:
        """Return the measures of a table, in order; of choices and events, those that occur.

        Raises:
            ResultError: the table cannot be read, or is not kept.
        """
        dataset = self._dataset(group)
        if group in ("choices", "events"):
            return self._occurring(group, dataset)
        columns = [name for name in dataset.schema.names if name not in KEYS[group]]
        if group == "countries":
            return tuple(columns)
        partners = list(self.results.manifest["partners"])
        return tuple(f"{column}:{partner}" for column in columns for partner in partners)

    def read(
        self, group: str, measures: Sequence[str], grid: Grid, points: range, replicates: range
    ) -> Floats:
        """Return (points, measures, years, countries, replicates), NaN where undefined.

        All cells of a run that failed are NaN.

        Raises:
            ResultError: the table cannot be read, or is not kept.
        """
        years, n, r = grid.years, len(grid.countries), len(replicates)
        found = np.full((len(points), len(measures), years, n, r), np.nan)
        if group == "events":
            found[:] = 0.0
            for run in self._failures():
                point, replicate = divmod(int(run), self.replicates)
                if point in points and replicate in replicates:
                    found[points.index(point), ..., replicates.index(replicate)] = np.nan
        fill = getattr(self, f"_{group}")
        fill(found.reshape(-1), years * n * r, measures, grid, points, replicates)
        return found

    # one table each: `flat` is the array, `stride` the distance of two measures -------------------
    def _countries(self, flat: Floats, stride: int, measures: Sequence[str], *where: Any) -> None:
        rows = self._rows("countries", measures, len(measures), *where)
        if rows is not None:
            for m, name in enumerate(measures):
                flat[rows.places + m * stride] = _values(rows.table[name])[rows.keep]

    def _ties(self, flat: Floats, stride: int, measures: Sequence[str], *where: Any) -> None:
        columns: dict[str, dict[str, int]] = {}
        for m, name in enumerate(measures):
            column, _, partner = name.partition(":")
            columns.setdefault(column, {})[partner] = m
        rows = self._rows("ties", ["partner", *columns], len(measures), *where)
        if rows is None:
            return
        codes, partners = _coded(rows.table["partner"])
        codes = codes[rows.keep]
        for column, wanted in columns.items():
            which = _looked_up(codes, partners, wanted)
            there = which >= 0
            values = _values(rows.table[column])[rows.keep]
            flat[rows.places[there] + which[there] * stride] = values[there]

    def _choices(self, flat: Floats, stride: int, measures: Sequence[str], *where: Any) -> None:
        questions: dict[str, dict[str, int]] = {}
        for m, name in enumerate(measures):
            question, _, option = name.partition(":")[2].rpartition(":")
            questions.setdefault(question, {})[option] = m
        rows = self._rows("choices", ["question", "option"], len(measures), *where)
        if rows is None:
            return
        asked, titles = _coded(rows.table["question"])
        chosen, options = _coded(rows.table["option"])
        asked, chosen = asked[rows.keep], chosen[rows.keep]
        for question, wanted in questions.items():
            mine = _looked_up(asked, titles, {question: 0}) == 0
            places = rows.places[mine]
            taken = _looked_up(chosen[mine], options, wanted)
            for m in wanted.values():
                flat[places + m * stride] = taken == m

    def _events(self, flat: Floats, stride: int, measures: Sequence[str], *where: Any) -> None:
        rows = self._rows("events", ["event", "partner"], len(measures), *where)
        if rows is None:
            return
        event, names = _coded(rows.table["event"])
        partner, codes = _coded(rows.table["partner"])
        known = {name: m for m, name in enumerate(measures)}
        pairs = [[known.get(_event(name, code), -1) for code in codes] for name in names]
        m = np.array(pairs, dtype=np.int64).reshape(len(names), len(codes))[event, partner]
        m = m[rows.keep]
        flat[rows.places[m >= 0] + m[m >= 0] * stride] = 1.0

    # rows ----------------------------------------------------------------------------------------
    def _rows(
        self,
        group: str,
        columns: Sequence[str],
        measures: int,
        grid: Grid,
        points: range,
        replicates: range,
    ) -> _Rows | None:
        dataset = self._dataset(group)
        if not set(columns) <= set(dataset.schema.names):  # no run left any rows
            return None
        first = points.start * self.replicates + replicates.start
        last = (points.stop - 1) * self.replicates + replicates.stop
        run, year = pc.field("run"), pc.field("year")
        with self.results.tables.reading(group):
            table = dataset.to_table(
                columns=["run", "year", "country", *columns],
                filter=(run >= first) & (run < last) & (year >= grid.start) & (year <= grid.end),
            )
        self.results.tables.require_cells(group, table)
        point, replicate = np.divmod(_whole(table["run"]), self.replicates)
        codes, names = _coded(table["country"])
        i = _looked_up(codes, names, {code: i for i, code in enumerate(grid.countries)})
        n, r = len(grid.countries), len(replicates)
        replicate -= replicates.start
        keep = (i >= 0) & (replicate >= 0) & (replicate < r)
        stride = grid.years * n * r
        places = (point - points.start) * (measures * stride)
        places += ((_whole(table["year"]) - grid.start) * n + i) * r + replicate
        return _Rows(table, keep, places[keep])

    def _dataset(self, group: str) -> Any:
        if group not in self._open:
            self._open[group] = self.results.dataset(group)
        return self._open[group]

    def _failures(self) -> Ints:
        if self._failed is None:
            self._failed = np.zeros(0, dtype=np.int64)
            if self.results.manifest.get("runs_failed"):
                rows = self.results.runs(columns=["run"], status=FAILED)
                self._failed = rows["run"].to_numpy(dtype=np.int64)
        return self._failed

    def _occurring(self, group: str, dataset: Any) -> tuple[str, ...]:
        """Return the measures of choices, by first year and name, or of events, by name."""
        first: dict[str, int] = {}
        two = ["question", "option"] if group == "choices" else ["event", "partner"]
        with self.results.tables.reading(group):
            for year, one, other in _combinations(dataset, two):
                if group == "choices":
                    name = f"choice:{one}:{other}"
                else:
                    name, year = _event(one, other), 0
                first[name] = min(year, first.get(name, year))
        return tuple(sorted(first, key=lambda name: (first[name], name)))


def _event(event: str | None, partner: str | None) -> str:
    return f"event:{event}:{partner}" if partner else f"event:{event}"


def _combinations(
    dataset: Any, columns: Sequence[str]
) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield (year, text, text) of all rows, each at least once, holding few rows at a time."""
    if not set(columns) <= set(dataset.schema.names):  # no run left any rows
        return
    for table in row_groups(dataset, ["year", *columns]):
        (one, names), (other, more) = (_coded(table[column]) for column in columns)
        for year, i, j in np.unique(
            np.stack([_whole(table["year"]), one, other], axis=1), axis=0
        ).tolist():
            yield year, names[i], more[j]


def _whole(column: "pa.ChunkedArray") -> Ints:
    return numbers(column)[0].astype(np.int64)


def _values(column: "pa.ChunkedArray") -> Floats:
    values, missing = numbers(column)
    found = values.astype(np.float64)
    if missing is not None:
        found[missing] = np.nan
    return found


def _coded(column: "pa.ChunkedArray") -> tuple[Ints, list[str | None]]:
    """Return a column of texts as indices into a list of texts, None for null among them."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if not column.num_chunks:
        return np.zeros(0, dtype=np.int64), [None]
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    names = texts(array.dictionary)
    codes, missing = numbers(array.indices)
    places = codes.astype(np.int64)
    if missing is not None:
        places[missing] = len(names)
    return places, [*names, None]


def _looked_up(codes: Ints, names: Sequence[str | None], wanted: Mapping[str, int]) -> Ints:
    """Return the number in `wanted` of the name of each code; −1 if it is not there."""
    table = np.array([-1 if name is None else wanted.get(name, -1) for name in names])
    return table[codes]
