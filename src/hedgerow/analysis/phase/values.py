"""The values of a map at each point: mean, interval, share of runs in the hedger's band, change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import NoMap
from ...figures.series import band_of, rows_of
from ...results import Results
from ...results.naming import unknown
from ...results.tables import FAILED

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

INDEX = "alignment_index"
NORMAL = 1.959964
"""Half-width of a 95 % interval in standard errors."""

_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def measured(
    results: Results, points: "pd.DataFrame", measure: str, year: int | None, country: str
) -> "tuple[int, pd.DataFrame]":
    """Return the year, and points with mean, sd, n and the 95 % interval low to high of the mean.

    Args:
        results: results of a sweep.
        points: the data frame of its points.
        measure: name as in ``summary.csv``.
        year: the year; None for the last that has the measure.
        country: code of the country.

    Raises:
        NoMap: the sweep keeps no such measure or year.
    """
    rows = rows_of(results, measure=measure, country=country)
    if rows.empty:
        there = list(dict.fromkeys(results.summary(country=country)["measure"]))
        what = unknown(measure, there) if there else "nothing: all runs failed"
        raise NoMap(f"{results.path}: the summary has {what}")
    years = sorted(set(rows["year"].tolist()))
    year = years[-1] if year is None else year
    if year not in years:
        there = years if len(years) <= 6 else [years[0], "…", years[-1]]
        raise NoMap(
            f"the summary has no {measure} of {year}; there is {', '.join(map(str, there))}"
        )
    rows = rows[rows["year"] == year][["point", "mean", "sd", "n"]]
    table = points.merge(rows, on="point", how="left")
    if measure.startswith("event:"):  # points at which it never happened have no row
        runs = results.runs(columns=["point", "status"])
        done = runs["point"][runs["status"] != FAILED].value_counts()
        never = table["mean"].isna() & table["point"].isin(done.index)
        table.loc[never, ["mean", "sd"]] = 0.0
        table.loc[never, "n"] = table["point"].map(done)
    table["n"] = table["n"].fillna(0).astype(np.int64)
    half = NORMAL * _error(table)
    return year, table.assign(low=table["mean"] - half, high=table["mean"] + half)


def _error(table: "pd.DataFrame") -> "pd.Series[Any]":
    return table["sd"] / np.sqrt(table["n"].clip(lower=1))


def banded(
    results: Results, table: "pd.DataFrame", year: int, country: str
) -> "tuple[pd.DataFrame, str]":
    """Add the share of runs in the hedger's band with its 95 % interval.

    Returns:
        The table with ``in_band``, ``in_band_low`` and ``in_band_high``; and ``"runs"`` if the
        share is that of single runs, ``"quantiles"`` if it is estimated from quantiles of the
        summary, ``""`` if the sweep kept no alignment index.
    """
    share, n, known = np.full(len(table), np.nan), np.zeros(len(table)), ""
    band = band_of(results.manifest)
    if results.manifest["keep"] != "summary":
        runs = results.countries(columns=["run", INDEX], year=year, country=country).dropna()
        point = runs["run"] // results.manifest["replicates"]
        inside = runs[INDEX].between(*band).groupby(point).agg(["mean", "count"])
        inside = inside.reindex(table["point"])
        share, n, known = inside["mean"].to_numpy(), inside["count"].to_numpy(), "runs"
    else:
        rows = rows_of(results, measure=INDEX, country=country, year=year)
        if not rows.empty:
            rows = rows.set_index("point").reindex(table["point"])
            share = np.array([between(row, *band) for row in rows[list(_QUANTILES)].to_numpy()])
            n, known = rows["n"].to_numpy(), "quantiles"
    low, high = wilson(share, n)
    return table.assign(in_band=share, in_band_low=low, in_band_high=high), known


def between(quantiles: Floats, low: float, high: float) -> float:
    """Return the share between two values of a distribution of which five quantiles are known.

    Args:
        quantiles: the quantiles at 5, 25, 50, 75 and 95 %. The distribution is assumed to be
            uniform between them and empty beyond, so that the share may be off by 0.05 at each end.
        low, high: the values.
    """
    if np.isnan(quantiles).any():
        return float("nan")
    below, upto = np.interp([low, high], quantiles, list(_QUANTILES.values()), left=0.0, right=1.0)
    return float(upto - below)


def wilson(share: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % interval of shares of `counts` runs (Wilson 1927); NaN if there are none."""
    counts = np.where(counts > 0, counts, np.nan)
    z = NORMAL**2 / counts
    middle = (share + 0.5 * z) / (1.0 + z)
    half = NORMAL * np.sqrt(share * (1.0 - share) / counts + 0.25 * z / counts) / (1.0 + z)
    return middle - half, middle + half


def changed(
    table: "pd.DataFrame", pairs: Sequence[tuple[NDArray[np.int64], int]]
) -> "pd.DataFrame":
    """Add the change of the mean from other points, with its 95 % interval.

    The interval treats points as independent. Points with common random numbers are not, so that
    the interval tends to be too wide.

    Args:
        table: the points, as of `measured`.
        pairs: some rows, and the row that they are compared with.
    """
    mean, variance = table["mean"].to_numpy(), _error(table).to_numpy() ** 2
    change, half = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for rows, base in pairs:
        change[rows] = mean[rows] - mean[base]
        half[rows] = NORMAL * np.sqrt(variance[rows] + variance[base])
        change[base] = half[base] = 0.0
    return table.assign(change=change, change_low=change - half, change_high=change + half)
