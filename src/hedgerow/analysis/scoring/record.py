"""The record up to the end of 2014, which is all that baselines may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import files
from ...errors import EvidenceError
from ...facts.entries import check_keys, check_texts
from ...facts.facts import load_evidence, read
from ...facts.provenance import UnknownSource, classify
from ...facts.records import Evidence
from .shocks import HISTORY

FILE = "record-2014.toml"
_SERIES = ("country", "measure", "years", "values", "source")
_RUNGS = ("country", "partner", "years", "values", "source")


@dataclass(frozen=True)
class Series:
    """One measure of one country in some years.

    Attributes:
        years: years in ascending order.
        values: the values of these years.
    """

    years: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Past:
    """The record.

    Attributes:
        ideal_points: ideal points in the UN General Assembly by code; higher is closer to the
            United States.
        series: series by country and measure.
        rungs: years in which rungs were given, and the rungs, by country and partner.
    """

    ideal_points: Mapping[str, float]
    series: Mapping[tuple[str, str], Series]
    rungs: Mapping[tuple[str, str], Series]


def load_past(file: Path | None = None) -> Past:
    """Read and check the record, by default the shipped one.

    Raises:
        EvidenceError: the file is missing or not TOML; or an entry lacks a key, has an unknown key,
            is later than 2014, or names an unknown source.
    """
    path = files.folder("seeds") / FILE if file is None else file
    data = read(path, ("ideal_points", "series", "rungs"))
    evidence = load_evidence()
    points = dict(data["ideal_points"])
    source, year = points.pop("source", ""), points.pop("year", None)
    _source(path.name, "ideal_points", source, evidence)
    _years(path.name, "ideal_points", [year])
    series = {
        (entry["country"], entry["measure"]): found
        for entry, found in _entries(path.name, data["series"], _SERIES, evidence)
    }
    rungs = {
        (entry["country"], entry["partner"]): found
        for entry, found in _entries(path.name, data["rungs"], _RUNGS, evidence)
    }
    return Past(points, series, rungs)


def _entries(
    file: str, entries: list[dict[str, Any]], keys: tuple[str, ...], evidence: Evidence
) -> list[tuple[dict[str, Any], Series]]:
    result = []
    for number, entry in enumerate(entries, start=1):
        name = f"{keys[1]} {number}"
        check_keys(file, name, entry, keys)
        check_texts(file, name, entry, (*keys[:2], "source"))
        _source(file, name, entry["source"], evidence)
        _years(file, name, entry["years"])
        if len(entry["years"]) != len(entry["values"]):
            raise EvidenceError(file, name, "years and values must be as many")
        found = Series(tuple(entry["years"]), tuple(map(float, entry["values"])))
        result.append((entry, found))
    return result


def _source(file: str, name: str, source: str, evidence: Evidence) -> None:
    try:
        classify(source, evidence)
    except UnknownSource as error:
        raise EvidenceError(file, name, str(error)) from None


def _years(file: str, name: str, years: list[Any]) -> None:
    if not years or not all(isinstance(year, int) for year in years):
        raise EvidenceError(file, name, "years must be whole numbers")
    if years != sorted(set(years)) or years[-1] > HISTORY:
        raise EvidenceError(file, name, f"years must rise, and end by {HISTORY}")
