"""Means and standard deviations of a result, read from ``summary.csv`` a point at a time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from ..errors import Damaged, ResultError
from .arrow import numbers, texts
from .cells import GROUPS, Grid
from .layout import SUMMARY
from .naming import group_of
from .results import Results
from .summary import csv_file

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Means(NamedTuple):
    """Statistics of the cells of one point; all arrays are (measures, years, countries).

    Attributes:
        mean, sd: mean and standard deviation over replicates, NaN where undefined.
        n: number of replicates in which the cell is defined.
    """

    mean: Floats
    sd: Floats
    n: Floats


def measures(results: Results) -> dict[str, tuple[str, ...]]:
    """Return the measures of a summary by table, in the order in which they first appear.

    Raises:
        ResultError: the summary cannot be read.
    """
    found: dict[str, dict[str, None]] = {group: {} for group in GROUPS}
    for batch in _batches(results, ["measure"]):
        names, places = _coded(batch, "measure")
        for row in np.sort(np.unique(places, return_index=True)[1]):
            name = names[places[row]]
            found[group_of(name)].setdefault(name)
    return {group: tuple(names) for group, names in found.items()}


def by_point(results: Results, names: Sequence[str], grid: Grid) -> Iterator[Means]:
    """Yield the cells of every point in order.

    An event without a row happened in no run: its share is 0.

    Raises:
        ResultError: the summary cannot be read, or is not in order of points.
    """
    points = int(results.manifest.get("points", 1))
    known = {name: m for m, name in enumerate(names)}
    codes = {code: i for i, code in enumerate(grid.countries)}
    events = np.array([group_of(name) == "events" for name in names], dtype=bool)
    now, rows = 0, _Rows(events, grid)
    for batch in _batches(results, ["point", "year", "country", "measure", "mean", "sd", "n"]):
        point, year, n = (numbers(batch[key])[0].astype(np.int64) for key in ("point", "year", "n"))
        m, i = _looked_up(batch, "measure", known), _looked_up(batch, "country", codes)
        mean, sd = (_floats(batch, key) for key in ("mean", "sd"))
        for each in np.unique(point):
            if each < now:
                raise ResultError(f"{results.path / SUMMARY}: is not in the order of its points")
            while now < each:
                yield rows.means()
                now, rows = now + 1, _Rows(events, grid)
            here = point == each
            rows.add(m[here], year[here] - grid.start, i[here], mean[here], sd[here], n[here])
    while now < points:
        yield rows.means()
        now, rows = now + 1, _Rows(events, grid)


class _Rows:
    """Collects the rows of one point.

    Args:
        events: (measures,) which measures are events.
        grid: years and countries of the cells.
    """

    def __init__(self, events: NDArray[np.bool_], grid: Grid) -> None:
        shape = (events.size, grid.years, len(grid.countries))
        self._events = events
        self._means = Means(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape))
        self._done = np.zeros(shape[1:])  # most replicates of any row of a year and country

    def add(
        self, measures: Ints, years: Ints, countries: Ints, mean: Floats, sd: Floats, counts: Ints
    ) -> None:
        """Add rows, given as arrays (rows,).

        Args:
            measures, years, countries: indices of the cell of each row. Rows with a negative
                measure or country are skipped.
            mean, sd, counts: the statistics of each row.
        """
        there = (countries >= 0) & (years >= 0) & (years < self._done.shape[0])
        np.maximum.at(self._done, (years[there], countries[there]), counts[there])
        there &= measures >= 0
        where = (measures[there], years[there], countries[there])
        for array, values in zip(self._means, (mean, sd, counts), strict=True):
            array[where] = values[there]

    def means(self) -> Means:
        mean, sd, n = self._means
        never = self._events[:, None, None] & np.isnan(mean) & (self._done > 0)
        mean[never], sd[never] = 0.0, 0.0
        n[:] = np.where(never, self._done, n)
        return self._means


def _batches(results: Results, columns: list[str]) -> "Iterator[pa.RecordBatch]":
    """Yield some columns of the summary, some thousand rows at a time."""
    coded = pa.dictionary(pa.int32(), pa.string())
    kinds = {"point": pa.int64(), "year": pa.int64(), "n": pa.int64(), "mean": pa.float64()}
    kinds |= {"sd": pa.float64(), "country": coded, "measure": coded}
    if results.in_memory:
        rows = results.tables.summary_file().select(columns)
        yield from rows.cast(pa.schema([(name, kinds[name]) for name in columns])).to_batches()
        return
    path = results.path / SUMMARY
    try:
        with (
            csv_file(path) as file,
            pc.open_csv(
                file,
                read_options=pc.ReadOptions(block_size=1 << 22),
                parse_options=pc.ParseOptions(newlines_in_values=True),
                convert_options=pc.ConvertOptions(
                    column_types=kinds,
                    include_columns=columns,
                    null_values=[""],
                    strings_can_be_null=False,
                ),
            ) as reader,
        ):
            yield from reader
    except OSError as error:
        raise Damaged(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError) as error:
        why = str(error).splitlines()[0]
        raise Damaged(
            f"{path}: is damaged: {why}; a spreadsheet program may have saved it"
        ) from error


def _coded(batch: "pa.RecordBatch", column: str) -> tuple[list[str], Ints]:
    array = batch[column]
    names = [name or "" for name in texts(array.dictionary)]
    return names, numbers(array.indices)[0].astype(np.int64)


def _looked_up(batch: "pa.RecordBatch", column: str, wanted: dict[str, int]) -> Ints:
    names, places = _coded(batch, column)
    return np.array([wanted.get(name, -1) for name in names], dtype=np.int64)[places]


def _floats(batch: "pa.RecordBatch", column: str) -> Floats:
    values, missing = numbers(batch[column])
    return values if missing is None else np.where(missing, np.nan, values)
