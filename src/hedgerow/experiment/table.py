"""The table of an experiment, with a row for each number.

Its columns are the keys ``part`` (the step), ``variant``, ``country``, ``measure``, ``year``, the
swept values ``x`` and ``y``, and ``statistic``; then the number, ``value``, and its standard error,
``se``. Keys that do not apply and numbers that are undefined are empty cells.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ExperimentError
from ..files import DATA, read_text

if TYPE_CHECKING:
    import pandas as pd


class Key(NamedTuple):
    """The key of a number.

    Attributes:
        part: name of the step that computed it.
        variant: name of the variant; empty for the scenario itself.
        country: code of the country.
        measure: name as in ``summary.csv``.
        year: the year; None for a mean over years, or if no year applies.
        x, y: values of the first and second swept path.
        statistic: statistic over runs: ``mean``, ``q50``, …
    """

    part: str
    variant: str = ""
    country: str = ""
    measure: str = ""
    year: int | None = None
    x: float | None = None
    y: float | None = None
    statistic: str = "mean"

    def __str__(self) -> str:
        place = [self.part, self.variant, self.country, self.measure]
        place += [] if self.year is None else [str(self.year)]
        swept = (("x", self.x), ("y", self.y))
        place += [f"{name} = {value:g}" for name, value in swept if value is not None]
        return " · ".join([part for part in place if part] + [self.statistic])


class Cell(NamedTuple):
    """A number and its standard error over runs; NaN if it is undefined or there is none."""

    value: float
    se: float = nan


Rows = dict[Key, Cell]

COLUMNS = (*Key._fields, *Cell._fields)


def merged(tables: Iterable[Rows]) -> Rows:
    """Return all rows of some tables, in order.

    Raises:
        ExperimentError: two rows have the same key.
    """
    result: Rows = {}
    for rows in tables:
        for key, cell in rows.items():
            if key in result:
                raise ExperimentError(f"two numbers are of the same: {key}")
            result[key] = cell
    return result


def to_csv(rows: Rows) -> str:
    """Return the table as CSV text, from which numbers are read back exactly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, cell in rows.items():
        writer.writerow([_text(value) for value in (*key, *cell)])
    return buffer.getvalue()


def to_rows(rows: Rows) -> list[tuple[object, ...]]:
    """Return the table as rows, head first."""
    return [COLUMNS, *((*key, *cell) for key, cell in rows.items())]


def _text(value: str | int | float | None) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    return value if isinstance(value, str) else repr(value)


def from_csv(path: Path) -> Rows:
    """Read a table from a CSV file.

    Raises:
        ExperimentError: the file cannot be read.
    """
    try:
        lines = list(csv.reader(io.StringIO(read_text(path, DATA))))
    except (OSError, ValueError, csv.Error) as error:
        raise ExperimentError(f"{path}: cannot be read: {error}") from error
    if not lines or tuple(lines[0]) != COLUMNS:
        raise ExperimentError(f"{path}: expected the columns {', '.join(COLUMNS)}")
    found: Rows = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            key, cell = _row(line)
        except ValueError as error:
            raise ExperimentError(f"{path}:{number}: is no row of an experiment: {error}") from None
        if key in found:
            raise ExperimentError(f"{path}:{number}: a second number of {key}")
        found[key] = cell
    return found


def _row(line: Sequence[str]) -> tuple[Key, Cell]:
    if len(line) != len(COLUMNS):
        raise ValueError(f"{len(line)} cells, not {len(COLUMNS)}")
    part, variant, country, measure, year, x, y, statistic, value, se = line
    at = int(year) if year else None
    first, second = (float(text) if text else None for text in (x, y))
    key = Key(part, variant, country, measure, at, first, second, statistic)
    return key, Cell(*(float(text) if text else nan for text in (value, se)))


def frame(rows: Rows) -> "pd.DataFrame":
    """Return the table as a data frame with texts as text and all else as float64."""
    import pandas as pd

    data = {
        name: [cell[i] if (cell := (*key, *numbers)) else None for key, numbers in rows.items()]
        for i, name in enumerate(COLUMNS)
    }
    table = pd.DataFrame(data)
    for name in ("year", "x", "y", "value", "se"):
        table[name] = table[name].astype(float)
    return table
