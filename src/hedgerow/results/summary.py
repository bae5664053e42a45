"""``summary.csv``: mean, spread and quantiles over replicates of every measure and year.

Measures are the columns of ``countries``, ``COLUMN:PARTNER`` of ``ties``,
``choice:QUESTION:OPTION`` (the share of the runs with this choice that chose so) and
``event:NAME:PARTNER`` (the share of runs in which it began in the year; ``event:NAME`` without
a partner). Statistics are over values that are not null. `n` is their number; cells without any
are empty. Shares have a mean and a standard deviation, but no quantiles. For a sweep, the file
also has the swept values of the point, in columns after `point` that are named by their paths.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from ..files import opened, plain
from ..model.record import Record
from . import quantiles
from .arrow import coded, floats, integers
from .moments import Moments, Tree
from .parts import write_csv
from .records import events_of
from .reduction import cells_of, compiled_moments, compiled_moments_and_bins, moments_and_bins
from .tables import Axes

KEYS = ("point", "year", "country", "measure")
COLUMNS = (*KEYS, "mean", "sd", "q05", "q25", "q50", "q75", "q95", "n")

_HEADER = 1 << 20
"""Most bytes of the first line, which names the paths of a sweep."""


@dataclass(frozen=True)
class Leaf:
    """A leaf (128 replicates) of a point, reduced for the summary.

    Attributes:
        point, number: the design point, and the number of the leaf within it, from 0.
        done: number of replicates that did not fail.
        measures: measures of countries and ties, in order; empty if all replicates failed.
        moments: moments of each cell, (C,) with C = measures × years × countries in this order.
        values: (C, done) values or bins, or the scratch file that holds them.
        chosen: number of replicates that chose an option, by (year, country, question, option).
        asked: number of replicates that had the choice, by (year, country, question).
        happened: number of replicates with an event, by (year, country, event, partner).
    """

    point: int
    number: int
    done: int
    measures: tuple[str, ...]
    moments: Moments | None
    values: "NDArray[Any] | Path | None"
    chosen: Counter[tuple[int, int, str, str]]
    asked: Counter[tuple[int, int, str]]
    happened: Counter[tuple[int, int, str, int]]


def measures_of(record: Record, axes: Axes) -> tuple[str, ...]:
    """Return the measures of countries and ties, in the order of cells."""
    ties = (f"{column}:{partner}" for column in record.ties for partner in axes.partners)
    return (*record.countries, *ties)


def _columns(record: Record) -> dict[str, NDArray[np.float64]]:
    """Return countries and ties by column: (measures, years, countries, R), as `measures_of`."""
    countries = {name: array[None] for name, array in record.countries.items()}
    # (Y, N, P, R) → (P, Y, N, R)
    return countries | {name: np.moveaxis(array, 2, 0) for name, array in record.ties.items()}


def reduce_leaf(
    record: Record | None,
    axes: Axes,
    point: int,
    leaf: int,
    replicates: int,
    scratch: Path | None,
    kernel: str = "numpy",
) -> Leaf:
    """Reduce a leaf for the summary.

    Args:
        record: record of its replicates that did not fail; None if all failed.
        axes: countries, partners and years of the record.
        point, leaf: numbers of the design point, and of the leaf within it.
        replicates: planned number of replicates of the point; it decides whether values are kept
            or counted in bins.
        scratch: folder for the values; None keeps them in memory.
        kernel: ``"numpy"`` or ``"compiled"``, with the same result up to rounding.
    """
    if record is None:
        return Leaf(point, leaf, 0, (), None, None, Counter(), Counter(), Counter())
    columns = _columns(record)
    fast = kernel == "compiled"
    kept: NDArray[Any]
    if replicates <= quantiles.EXACT_UP_TO:
        kept = cells_of(columns)
        moments = compiled_moments(kept) if fast else Moments.of(kept)
    else:
        moments, kept = (compiled_moments_and_bins if fast else moments_and_bins)(columns)
    width = kept.shape[-1]
    chosen, asked = _choices(record)
    return Leaf(
        point=point,
        number=leaf,
        done=width,
        measures=measures_of(record, axes),
        moments=moments,
        values=quantiles.keep(kept, scratch, f"values-{point}-{leaf}"),
        chosen=chosen,
        asked=asked,
        happened=_events(record, width),
    )


def _choices(record: Record) -> tuple[Counter, Counter]:
    chosen: Counter[tuple[int, int, str, str]] = Counter()
    asked: Counter[tuple[int, int, str]] = Counter()
    for choice in record.choices:
        counts = np.bincount(choice.chosen[choice.chosen >= 0], minlength=len(choice.options))
        asked[choice.year, choice.country, choice.question] += int(counts.sum())
        for option, count in zip(choice.options, counts, strict=True):
            chosen[choice.year, choice.country, choice.question, option] += int(count)
    return chosen, asked


def _events(record: Record, width: int) -> Counter[tuple[int, int, str, int]]:
    """Count the replicates in which each event happened at least once in a year."""
    e = events_of(record)
    if not e.event.size:
        return Counter()
    columns = (e.year, e.country, e.event, e.partner)
    lowest = [int(column.min()) for column in columns]
    shape = [int(column.max()) - low + 1 for column, low in zip(columns, lowest, strict=True)]
    place = np.zeros_like(e.year)
    for column, low, size in zip(columns, lowest, shape, strict=True):
        place = place * size + (column - low)
    seen = np.zeros((prod(shape), width), dtype=bool)
    seen.reshape(-1)[place * width + e.replicate] = True
    counts = np.count_nonzero(seen, axis=1)
    found = np.flatnonzero(counts)
    keys = np.stack(np.unravel_index(found, shape), axis=-1) + lowest
    return Counter(
        {
            (year, country, e.names[event], partner): count
            for (year, country, event, partner), count in zip(
                keys.tolist(), counts[found].tolist(), strict=True
            )
        }
    )


class PointSummary:
    """Collects the leaves of one point, in any order."""

    def __init__(self, axes: Axes, point: int, replicates: int, kernel: str = "numpy") -> None:
        self._kernel = kernel
        self._axes, self._point, self._replicates = axes, point, replicates
        self._tree = Tree()
        self._store: quantiles.Exact | quantiles.Binned | None = None
        self._done = 0
        self._chosen: Counter[tuple[int, int, str, str]] = Counter()
        self._asked: Counter[tuple[int, int, str]] = Counter()
        self._happened: Counter[tuple[int, int, str, int]] = Counter()
        self.measures: tuple[str, ...] = ()

    def add(self, leaf: Leaf) -> None:
        """Add a leaf. Its scratch file is deleted when it is no longer needed."""
        if leaf.moments is None or leaf.values is None:
            return
        if self._store is None:
            self.measures = leaf.measures
            each = self._axes.years * len(self._axes.countries)
            self._store = (
                quantiles.Exact(each * len(self.measures))
                if self._replicates <= quantiles.EXACT_UP_TO
                else quantiles.Binned(self.measures, each, self._kernel)
            )
        self._tree.add(leaf.number, leaf.moments)
        self._store.add(leaf.values, leaf.done)
        self._done += leaf.done
        self._chosen.update(leaf.chosen)
        self._asked.update(leaf.asked)
        self._happened.update(leaf.happened)

    def table(self, measures: Sequence[str] = (), years: Sequence[int] = ()) -> "pa.Table":
        """Return the rows of the point by year, country and measure, and delete scratch files.

        Args:
            measures, years: the measures and years to return; all if none are named.
                ``arms_stock`` stands for this measure of all partners, ``event`` for all events.
        """
        moments = self._tree.total()
        if moments is None or self._store is None:
            return _table(np.zeros((0, 3), dtype=np.int64), [], {}, self._axes, self._point)
        levels = self._store.quantiles()
        self._store.discard()
        keys, cells = self._cells()
        statistics = {
            "mean": np.where(moments.count > 0, moments.mean, np.nan)[cells],
            "sd": moments.sd()[cells],
            **{name: level[cells] for name, level in zip(COLUMNS[6:11], levels, strict=True)},
            "n": moments.count[cells],
        }
        share_keys, names, shares = self._shares()
        for name, values in statistics.items():
            extra = shares.get(name, np.full(len(share_keys), np.nan))
            statistics[name] = np.concatenate([values, extra])
        keys = np.concatenate([keys, share_keys])
        names = [*self.measures, *names]
        keep = np.ones(len(keys), dtype=bool)
        if years:
            keep &= np.isin(keys[:, 0] + self._axes.start, years)
        if measures:
            right = [name in measures or name.partition(":")[0] in measures for name in names]
            keep &= np.array(right)[keys[:, 2]]
        if not keep.all():
            keys = keys[keep]
            statistics = {name: values[keep] for name, values in statistics.items()}
        return _table(keys, names, statistics, self._axes, self._point)

    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the indices (year, country, measure) of every cell that exists, and its place."""
        axes = self._axes
        m, y, i = np.indices((len(self.measures), axes.years, len(axes.countries)))
        own = {axes.partners[p]: i for i, p in enumerate(axes.self_partner) if p >= 0}
        itself = np.array([own.get(measure.partition(":")[2], -1) for measure in self.measures])
        cells = np.flatnonzero((itself[:, None, None] != i).ravel())
        keys = np.stack([y.ravel(), i.ravel(), m.ravel()], axis=1)
        return keys[cells], cells

    def _shares(self) -> tuple[NDArray[np.int64], list[str], dict[str, NDArray[np.float64]]]:
        """Return the shares: indices as in `_cells` (measures count on), measures and values."""
        numbers: dict[str, int] = {}
        rows: list[tuple[int, int, int, int, int]] = []

        def add(year: int, country: int, measure: str, count: int, total: int) -> None:
            number = numbers.setdefault(measure, len(self.measures) + len(numbers))
            rows.append((year - self._axes.start, country, number, count, total))

        for (year, country, question, option), count in self._chosen.items():
            total = self._asked[year, country, question]
            add(year, country, f"choice:{question}:{option}", count, total)
        for (year, country, event, partner), count in sorted(self._happened.items()):
            whom = f":{self._axes.partners[partner]}" if partner >= 0 else ""
            add(year, country, f"event:{event}{whom}", count, self._done)
        table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        hits, n = table[:, 3].astype(np.float64), table[:, 4].astype(np.float64)
        share = hits / np.maximum(n, 1.0)
        variance = share * (1.0 - share) * n / np.maximum(n - 1.0, 1.0)
        statistics = {
            "mean": np.where(n > 0, share, np.nan),
            "sd": np.where(n > 1, np.sqrt(variance), np.nan),
            "n": n,
        }
        return table[:, :3], list(numbers), statistics


def _table(
    keys: NDArray[np.int64],
    measures: Sequence[str],
    statistics: dict[str, NDArray[np.float64]],
    axes: Axes,
    point: int,
) -> "pa.Table":
    # By year and country; measures of one of these keep the order in which they are given.
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    year, country, measure = keys[order].T
    columns: dict[str, Any] = {
        "point": integers(np.full(order.size, point), 32),
        "year": integers(axes.start + year, 16),
        "country": coded(country, axes.countries).dictionary_decode(),
        "measure": coded(measure, measures).dictionary_decode(),
    }
    for name in COLUMNS[4:]:
        values = statistics[name][order] if statistics else np.zeros(0)
        columns[name] = integers(values, 64) if name == "n" else floats(values)
    return pa.table(columns)


def write_summary(
    tables: "Iterable[pa.Table]", path: Path, points: "pa.Table | None" = None
) -> None:
    """Write the summaries of all points as one CSV file, from which floats are read back exactly.

    Args:
        tables: the summaries in order. They are iterated twice, and held one at a time.
        path: path of the file.
        points: for a sweep, the table of `hedgerow.results.points.points_table`; the value of
            every swept path is written after the number of the point.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    if points is None:
        write_csv(tables, path)
    else:
        write_csv(_WithSwept(tables, points), path)


class _WithSwept:
    """The summaries of all points with swept values; can be iterated several times."""

    def __init__(self, tables: "Iterable[pa.Table]", points: "pa.Table") -> None:
        self._tables = tables
        self._swept = points.drop_columns(["point"])

    def __iter__(self) -> "Iterator[pa.Table]":
        for table in self._tables:
            own = self._swept.take(table["point"])
            named = {"point": table["point"]} | dict(
                zip(own.column_names, own.columns, strict=True)
            )
            yield pa.table(named | {name: table[name] for name in COLUMNS[1:]})


def read_summary(path: Path) -> "pa.Table":
    """Return ``summary.csv`` as it was written, without swept values.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: the file is damaged.
    """
    kinds: dict[str, Any] = {name: pa.float64() for name in COLUMNS}
    kinds |= {"point": pa.int32(), "year": pa.int16(), "n": pa.int64()}
    kinds |= {"country": pa.string(), "measure": pa.string()}
    with csv_file(path) as file:
        return pc.read_csv(
            file,
            parse_options=pc.ParseOptions(newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=kinds,
                include_columns=list(COLUMNS),
                null_values=[""],
                strings_can_be_null=False,
            ),
        )


def csv_file(path: Path) -> "pa.NativeFile":
    """Open ``summary.csv`` as a file of Arrow's own, which is read without Python.

    With a file of Python's, a thread of Arrow that is still reading when Python ends would crash
    the process.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: its first line is not that of a summary.
    """
    with opened(path) as file:
        _require_header(file)
    return pa.OSFile(str(path.absolute()))


def _require_header(file: BinaryIO) -> None:
    """Check that the first line of a file is that of ``summary.csv``.

    Raises:
        ValueError: its first line has other columns, other separators or a byte order mark.
    """
    text = file.read(_HEADER).decode("utf-8", errors="replace")
    try:
        found = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:  # a quoted cell that is not closed
        found = []
    swept = found[1 : 1 - len(COLUMNS)]
    paths = len({*swept}) == len(swept) and all("." in name for name in swept)
    if not paths or [*found[:1], *found[1 + len(swept) :]] != list(COLUMNS):
        head = plain(text.partition("\n")[0].rstrip("\r")[:60])
        raise ValueError(f"its first line is {head!r} and not {','.join(COLUMNS[:4])!r} and so on")
