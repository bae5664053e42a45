"""Reads one measure of every run from the tables that a result keeps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...results import ResultError, Results
from ...results.tables import FAILED, KEPT

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

OF_RUNS = ("run", "point", "replicate", "status", "reason")
"""Columns of the table of runs that are no parameters."""


def kept(results: Results, measure: str) -> bool:
    """Whether a result keeps the table with a measure for every run."""
    return table_of(results, measure) in KEPT[results.manifest.get("keep", "ties")]


def table_of(results: Results, measure: str) -> str:
    """Return the name of the table with a measure."""
    kind, colon, _ = measure.partition(":")
    if kind in ("choice", "event"):
        return f"{kind}s"
    return "ties" if colon else "countries"


def per_run(results: Results, measure: str, country: str, years: Sequence[int]) -> Floats:
    """Return the values of a measure (R,); NaN if it is undefined or the run failed.

    For ``choice:QUESTION:OPTION`` and ``event:NAME:PARTNER`` the value is 1 or 0. For several
    years, it is the largest of their values.

    Raises:
        ResultError: the result does not keep the table, or has no such column.
    """
    runs = results.runs(columns=["run", "status"])
    values = np.full(len(runs), np.nan)
    rows = _rows(results, measure, {"country": country, "year": list(years)})
    if measure.startswith("event:"):
        values[runs["run"][runs["status"] != FAILED].to_numpy()] = 0.0
    np.fmax.at(values, rows["run"].to_numpy(), rows["value"].to_numpy(dtype=np.float64))
    return values


def _rows(results: Results, measure: str, where: dict[str, Any]) -> "pd.DataFrame":
    """Return run numbers and values; runs that are not among them have no value."""
    table = table_of(results, measure)
    kind, _, rest = measure.partition(":")
    if table == "choices":
        question, _, option = rest.rpartition(":")
        rows = results.choices(columns=["run", "option"], question=question, **where)
        return rows.assign(value=rows["option"] == option)
    name, _, partner = rest.partition(":") if table == "events" else ("", "", rest)
    known = results.manifest["partners"]
    if partner and partner not in known:
        raise ResultError(f"no partner {partner!r} in {measure!r}; there is {', '.join(known)}")
    if table == "events":
        rows = results.events(columns=["run", "partner"], event=name, **where)
        found = rows[rows["partner"] == partner] if partner else rows[rows["partner"].isna()]
        return found.assign(value=1.0)
    if table == "ties":
        rows = results.ties(columns=["run", kind], partner=partner, **where)
        return rows.rename(columns={kind: "value"})
    rows = results.countries(columns=["run", measure], **where)
    return rows.rename(columns={measure: "value"})
