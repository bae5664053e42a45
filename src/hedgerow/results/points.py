"""The design points of a result: what each of them changes in the scenario."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..errors import Damaged
from ..scenario import load
from ..scenario.keys import split
from ..scenario.quantity import quantity
from ..scenario.write import value_text
from . import documents
from .arrow import floats, integers, strings
from .checksums import checksum
from .documents import FLAG, SEAL, TEXTS, Kind, list_of
from .layout import MANIFEST, SCENARIO, SWEEP
from .parts import write_csv

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario


def points(folder: Path, manifest: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a data frame with a row for each point: its number and the value of every swept path.

    Numbers are float64, switches are bool, all else is text. If a point does not change a path, the
    value is that of the scenario. If each run draws its own value, it is NaN.

    Raises:
        Damaged: the description of the sweep cannot be read, or was changed.
    """
    import pandas as pd

    frame = pd.DataFrame({"point": np.arange(int(manifest.get("points", 1)), dtype=np.int32)})
    if "swept" not in manifest:
        return frame
    found = described(folder, manifest)
    rows = found["rows"]
    scenario = load(folder / SCENARIO) if any(None in row for row in rows) else None
    return frame.assign(**_columns(found["paths"], rows, scenario))


def points_table(
    paths: Sequence[str], rows: Sequence[Sequence[Any]], scenario: "Scenario"
) -> pa.Table:
    """Return a table with a row for each point: its number and its value of every swept path.

    Numbers are float64, null if each run draws its own. Switches are 0 and 1. All else is text.

    Args:
        paths: the swept paths.
        rows: the values of each point in the order of `paths`; None if it does not change a path.
        scenario: the scenario that is swept.
    """
    columns: dict[str, Any] = {"point": integers(np.arange(len(rows)), 32)}
    for path, values in _columns(paths, rows, scenario).items():
        if isinstance(values, list):
            columns[path] = strings(values)
        else:
            columns[path] = integers(values, 8) if values.dtype == bool else floats(values)
    return pa.table(columns)


def write_points(table: pa.Table, rows: Sequence[Sequence[Any]], path: Path) -> None:
    """Write ``points.csv``: the table of `points_table`, and what a point changes as ``title``.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    write_csv(_Titled(table, rows), path)


class _Titled:
    """Points with their titles, in pieces; can be iterated several times."""

    _MOST = 1 << 16

    def __init__(self, table: pa.Table, rows: Sequence[Sequence[Any]]) -> None:
        self._table, self._rows = table, rows

    def __iter__(self) -> Iterator[pa.Table]:
        paths = self._table.column_names[1:]
        for first in range(0, len(self._rows), self._MOST):
            titles = [_title(paths, row) for row in self._rows[first : first + self._MOST]]
            some = self._table.slice(first, len(titles))
            yield some.append_column("title", strings(titles))


def _title(paths: Sequence[str], row: Sequence[Any]) -> str:
    """Return what a point changes, in one line: ``partners.USA.need = 0.3``."""
    changes = zip(paths, row, strict=True)
    values = [f"{path} = {_short(value)}" for path, value in changes if value is not None]
    return ", ".join(values)


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return quantity(value).text()
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else value_text(value)


def described(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return `paths`, `rows` and `common` of the description of a sweep, as of `runs.spec.Spec`.

    Raises:
        Damaged: it cannot be read, or was changed.
    """
    path = folder / SWEEP
    try:
        known = manifest.get("files", {}).get(SWEEP)
        right = known is None or checksum(path) == known
        body = documents.read(path)
    except OSError as error:
        raise Damaged(f"{path}: cannot be read: {error.strerror or error}") from error
    if not right or documents.seal(body) != body.get(SEAL):
        raise Damaged(f"{path}: is not as it was written")
    rows = list_of(Kind("a list", lambda row: isinstance(row, list)), "a list of points")
    fault = documents.fault(body, {"paths": TEXTS, "rows": rows, "common": FLAG})
    if not fault and any(len(row) != len(body["paths"]) for row in body["rows"]):
        fault = "a row of 'rows' has not a value for each of 'paths'"
    if not fault and len(body["rows"]) != manifest["points"]:
        fault = f"it has not as many points as {MANIFEST} says"
    if fault:
        raise Damaged(f"{path}: is damaged: {fault}")
    return body


def _columns(
    paths: Sequence[str], rows: Sequence[Sequence[Any]], scenario: "Scenario | None"
) -> dict[str, "np.ndarray | list[str]"]:
    """Return the values of every path at all points; that of the scenario if a point has none."""
    own = {path: _stands(scenario, path) for path in paths} if scenario is not None else {}
    return {
        path: _column([own.get(path) if row[i] is None else row[i] for row in rows])
        for i, path in enumerate(paths)
    }


def _stands(scenario: "Scenario", path: str) -> Any:
    """Return the value of a scenario at a path; None for a prior, or if there is no value."""
    number = scenario.quantities.get(path)
    if number is not None:
        return None if number.is_prior else number.value
    node: Any = scenario.resolved
    for part in split(path):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


def _column(values: list[Any]) -> "np.ndarray | list[str]":
    """Return the values of one path as an array of numbers or switches, or as texts."""
    settled = [_settled(value) for value in values]
    there = [value for value in settled if value is not None]
    if there and all(isinstance(value, bool) for value in there) and len(there) == len(settled):
        return np.array(settled, dtype=bool)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return np.array([np.nan if v is None else float(v) for v in settled])
    return [
        value if isinstance(value, str) else "" if value is None else value_text(value)
        for value in settled
    ]


def _settled(value: Any) -> Any:
    """Return the number of a quantity that is written as a table; None for a prior."""
    if isinstance(value, dict) and ("dist" in value or "value" in value):
        return None if "dist" in value else value["value"]
    return value
