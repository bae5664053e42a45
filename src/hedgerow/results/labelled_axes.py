"""Axes of labelled arrays, shared by tables of runs and by the summary."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..arguments import as_written
from ..errors import ResultError
from .columns import USUAL, Instruments, notes
from .memory import free, in_words
from .reading import is_many

if TYPE_CHECKING:
    import xarray as xr

    from .results import Results


BATCH = 1 << 17
"""Number of rows read at a time."""


ABSENT = "absent"
"""Status of a run that is not stored (yet)."""


class Axis:
    """One dimension.

    Attributes:
        name: name of the dimension, and of the column that it comes from.
        values: its coordinates, all of one type.
    """

    def __init__(self, name: str, values: Sequence[Any] | NDArray[Any]) -> None:
        self.name = name
        self.values = np.asarray(values)
        self._place = {value: i for i, value in enumerate(self.values.tolist())}

    def __len__(self) -> int:
        return len(self.values)

    def of_texts(self, column: "pa.Array") -> NDArray[np.int64]:
        """Return the index of every text of a column; -1 for texts that the axis lacks."""
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        places = [self._place.get(text, -1) for text in coded.dictionary.to_pylist()]
        codes = coded.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
        return np.array([*places, -1], dtype=np.int64)[codes]

    def of_numbers(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Return the index of every number; -1 for numbers that the axis lacks."""
        known, inverse = np.unique(numbers, return_inverse=True)
        places = [self._place.get(number, -1) for number in known.tolist()]
        return np.array(places, dtype=np.int64)[inverse]

    def places(self, column: "pa.Array") -> NDArray[np.int64]:
        """Return the index of every cell of a column; -1 for values that the axis lacks."""
        if pa.types.is_integer(column.type):
            return self.of_numbers(column.to_numpy())
        return self.of_texts(column)


def chosen_axes(
    table: str, whole: Mapping[str, Sequence[Any]], where: Mapping[str, Any]
) -> list[Axis]:
    """Return the axes of a table, with only the coordinates that were asked for.

    Raises:
        ResultError: a coordinate was asked for that is not there.
    """
    for name in where:
        if name not in whole:
            raise ResultError(
                f"to_xarray({table!r}) chooses by {', '.join(whole)}, not by {name!r}"
            )
    axes = []
    for name, values in whole.items():
        wanted = where.get(name, values)
        there = []
        for asked in wanted if is_many(wanted) else [wanted]:
            value = as_written(asked, values) if isinstance(asked, str) else asked
            if value not in values:
                some = ", ".join(map(str, values))
                known = some if len(values) < 20 else f"{values[0]} to {values[-1]}"
                raise ResultError(f"table {table!r} has no {name} {value!r}; there is {known}")
            there.append(values[values.index(value)])
        axes.append(Axis(name, list(dict.fromkeys(there))))
    return axes


def require_memory(
    table: str,
    variables: Mapping[tuple[str, ...], int],
    axes: Sequence[Axis],
    limit: int | None,
) -> None:
    """Refuse arrays that are larger than the free memory, or than a limit.

    Args:
        table: name of the table, for the message.
        variables: number of variables by their dimensions.
        axes: the axes of all dimensions.
        limit: most bytes of all arrays; the free memory by default.

    Raises:
        ResultError: they are too large; the message says how to choose fewer.
    """
    lengths = {axis.name: len(axis) for axis in axes}
    size = sum(8 * n * prod(lengths[d] for d in dims) for dims, n in variables.items())
    allowed = free() if limit is None else limit
    if size <= allowed:
        return
    over = " × ".join(f"{name} {length}" for name, length in lengths.items())
    few = "measures=[…]" if table == "summary" else "columns=[…]"
    there = f"{in_words(allowed)} are free" if limit is None else f"the limit is {in_words(limit)}"
    raise ResultError(
        f"to_xarray({table!r}) would take {in_words(size)}, for {sum(variables.values())} "
        f"variables over {over}; {there}.\nChoose fewer with {few}, year=[…], country=… or "
        f"point=[…], or go through the rows with batches({table!r})."
    )


def attributes(
    table: str,
    column: str,
    instruments: Instruments = USUAL,
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, str]:
    """Return the meaning and unit of a column, as attributes of a variable.

    Args:
        table, column: the column.
        instruments: those of the scenario.
        own: label and unit of columns of the user's own, as of `hedgerow.results.columns.noted`.
    """
    found = notes(table, column, instruments) or (own or {}).get(column, {})
    names = {"label": "long_name", "unit": "units"}
    return {names[key]: text for key, text in found.items() if text}


def dataset(results: "Results", axes: Sequence[Axis], variables: dict[str, Any]) -> "xr.Dataset":
    """Return the Dataset of some variables, with the coordinates of its axes.

    Points have the values of swept paths, countries and partners their names.
    """
    import xarray as xr

    coordinates: dict[str, Any] = {axis.name: axis.values for axis in axes}
    for axis in axes:
        if axis.name == "point":
            points = results.points().set_index("point").loc[axis.values]
            for path in points.columns:
                coordinates[path] = ("point", points[path].to_numpy(), attributes("runs", path))
        elif axis.name in ("country", "partner"):
            plural = {"country": "countries", "partner": "partners"}[axis.name]
            names = [results.manifest[plural][code] for code in axis.values.tolist()]
            coordinates[f"{axis.name}_name"] = (axis.name, np.array(names))
    noted = ("title", "name", "scenario_sha256", "seed", "version", "tables_digest")
    notes = {name: results.manifest[name] for name in noted if name in results.manifest}
    return xr.Dataset(variables, coordinates, notes)
