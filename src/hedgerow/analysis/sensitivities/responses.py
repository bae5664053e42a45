"""Responses: one number for each point, read from the summary of a sweep piece by piece."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from numpy.typing import NDArray

from ...results import ResultError, Results
from ...results.layout import SUMMARY
from ...results.summary import COLUMNS, csv_file
from .design import Floats

if TYPE_CHECKING:
    import pandas as pd

_BLOCK = 1 << 24  # bytes read at a time

Key = tuple[str, int, str]
"""Country, year, measure."""


@dataclass(frozen=True)
class Response:
    """One measure of one country and year.

    Attributes:
        measure, country, year: the measure, the code of the country, and the year.
        columns: (P,) statistics over replicates by name, NaN if there is none; ``n`` is the number
            of replicates with a value.
    """

    measure: str
    country: str
    year: int
    columns: dict[str, Floats]

    @property
    def title(self) -> str:
        """The response in a few words."""
        return f"{self.measure} of {self.country} in {self.year}"


def named(measure: str, wanted: Sequence[str]) -> bool:
    """Whether a measure is one of those named; a name without its partner means every partner."""
    return measure in wanted or measure.partition(":")[0] in wanted


def read(
    results: Results | Path,
    countries: Sequence[str],
    years: Sequence[int],
    wanted: Callable[[str], bool],
    done: NDArray[np.int64],
) -> tuple[list[Response], list[str]]:
    """Return the responses of a sweep, by country and year, and the names of all its measures.

    Args:
        results: a sweep or a run, or its folder.
        countries, years: the countries and years to read.
        wanted: a function that says whether to read a measure.
        done: (P,) number of runs of each point that did not fail. An event that happened in none of
            them has no line in the summary, and its share is 0.

    Raises:
        ResultError: the summary cannot be read.
    """
    import pandas as pd

    measures: dict[str, None] = {}
    kept: list[pd.DataFrame] = []
    for table in _lines(results, countries, years):
        names = list(map(str, table["measure"].unique()))
        measures |= dict.fromkeys(names)
        right = [name for name in names if wanted(name)]
        if right:
            kept.append(table[table["measure"].isin(right)])
    found: dict[Key, Response] = {}
    rows = pd.concat(kept) if kept else pd.DataFrame(columns=list(COLUMNS))
    for key, group in rows.groupby(["country", "year", "measure"], sort=False):
        country, year, measure = str(key[0]), int(str(key[1])), str(key[2])
        columns = _columns(group, measure, done)
        found[country, year, measure] = Response(measure, country, year, columns)
    order = [(c, y, m) for c in countries for y in years for m in measures]
    return [found[key] for key in order if key in found], list(measures)


def _columns(rows: "pd.DataFrame", measure: str, done: NDArray[np.int64]) -> dict[str, Floats]:
    place = rows["point"].to_numpy()
    columns = {}
    for name in COLUMNS[4:]:
        column = np.full(done.size, np.nan)
        column[place] = rows[name].to_numpy(dtype=np.float64)
        columns[name] = column
    if measure.startswith("event:"):
        absent = np.isnan(columns["n"]) & (done > 0)
        for name in ("mean", "sd"):
            columns[name][absent] = 0.0
        columns["n"][absent] = done[absent]
    return columns


def _lines(
    results: Results | Path, countries: Sequence[str], years: Sequence[int]
) -> "Iterator[pd.DataFrame]":
    """Yield the lines of these countries and years, a piece of the file at a time."""
    if isinstance(results, Results) and results.in_memory:
        yield results.summary(country=list(countries), year=list(years))
        return
    path = (results.path if isinstance(results, Results) else results) / SUMMARY
    kinds: dict[str, Any] = {name: pa.float64() for name in COLUMNS}
    kinds |= {"point": pa.int64(), "year": pa.int64()}
    kinds |= {"country": pa.string(), "measure": pa.string()}
    try:
        with (
            csv_file(path) as file,
            csv.open_csv(
                file,
                read_options=csv.ReadOptions(block_size=_BLOCK),
                parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    column_types=kinds,
                    include_columns=list(COLUMNS),
                    null_values=[""],
                    strings_can_be_null=False,
                ),
            ) as reader,
        ):
            for batch in reader:
                there = pc.and_(
                    pc.is_in(batch["country"], value_set=pa.array(list(countries))),
                    pc.is_in(batch["year"], value_set=pa.array(list(years), pa.int64())),
                )
                table = batch.filter(there)
                if table.num_rows:
                    yield table.to_pandas()
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: cannot be read: {error}") from error
