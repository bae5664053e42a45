"""Converts records of runs into the tables of a result.

Rows are in the order of their keys (`KEYS`), countries and partners in alphabetical order. A value
that is undefined is null. The tie of a country with itself has no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..model.events import CAUSES
from ..model.parameters import ROUNDS_A_YEAR
from ..model.record import KINDS, Events, Record
from .arrow import coded, floats, integers, strings
from .columns import Instruments, notes
from .order import in_order
from .records import events_of

KEYS: dict[str, tuple[str, ...]] = {
    "runs": ("run",),
    "countries": ("run", "year", "country"),
    "ties": ("run", "year", "country", "partner"),
    "choices": ("run", "year", "country", "question"),
    "events": ("run", "year", "quarter", "country", "partner", "event"),
}
"""The tables and the columns that identify a row. The summary is not among them. The events of
version 0.1 have no quarter."""

KEPT: dict[str, tuple[str, ...]] = {
    "summary": ("runs", "choices", "events"),
    "countries": ("runs", "choices", "events", "countries"),
    "ties": ("runs", "choices", "events", "countries", "ties"),
}
"""The tables that are written for each value of ``keep``."""

DONE = "done"
FAILED = "failed"


@dataclass(frozen=True)
class Axes:
    """The years, countries and partners of the axes of a record.

    Attributes:
        start: the first year.
        years: number of years, the length of the axis Y.
        countries, partners: codes along the axes N and P.
        self_partner: for each country the index of the partner that it is itself, or -1.
        instruments: the kind of each instrument.
    """

    start: int
    years: int
    countries: tuple[str, ...]
    partners: tuple[str, ...]
    self_partner: tuple[int, ...]
    instruments: Instruments = field(default_factory=dict)

    def pairs(self) -> list[tuple[int, int]]:
        """Return (country, partner) of every tie that exists, in alphabetical order of codes."""
        return [
            (i, p)
            for i in np.argsort(self.countries)
            for p in np.argsort(self.partners)
            if self.self_partner[i] != p
        ]


def runs_table(
    runs: NDArray[np.int64],
    points: NDArray[np.int64] | int,
    replicates: NDArray[np.uint64],
    reasons: Mapping[int, str],
    parameters: Mapping[str, NDArray[Any]],
) -> "pa.Table":
    """Return the table with a row for each run.

    Args:
        runs, replicates: (R,) number of each run, and its number within its point.
        points: (R,) number of the point of each run, or one number for all.
        reasons: why runs failed, by position in `runs`.
        parameters: sampled and swept values, (R,) by path: numbers, switches (stored as 0 and 1)
            or, in an array of objects, texts.
    """
    status = np.array([int(i in reasons) for i in range(runs.size)], dtype=np.int32)
    columns: dict[str, Any] = {
        "run": integers(runs, 64),
        "point": integers(np.broadcast_to(points, runs.shape), 32),
        "replicate": integers(replicates.astype(np.int64), 64),
        "status": coded(status, (DONE, FAILED)),
        "reason": strings(reasons.get(i) for i in range(runs.size)),
    }
    for path, values in parameters.items():
        if values.dtype == object:
            columns[path] = strings(values)
        elif values.dtype == np.bool_:
            columns[path] = integers(values, 8)
        else:
            columns[path] = floats(np.broadcast_to(values, runs.shape))
    return pa.table(columns)


def countries_table(record: Record, axes: Axes, runs: NDArray[np.int64]) -> "pa.Table":
    """Return a row for each run, year and country; `runs` (R,) are the numbers of the runs."""
    order = np.argsort(axes.countries)
    n_runs, n_years, n = runs.size, axes.years, order.size
    columns: dict[str, Any] = {
        "run": integers(np.repeat(runs, n_years * n), 64),
        "year": integers(np.tile(np.repeat(_years(axes), n), n_runs), 16),
        "country": coded(np.tile(order, n_runs * n_years), axes.countries),
    }
    for name, array in record.countries.items():
        columns[name] = floats(array[:, order].transpose(2, 0, 1).reshape(-1))
    return pa.table(columns)


def ties_table(record: Record, axes: Axes, runs: NDArray[np.int64]) -> "pa.Table":
    """Return a row for each run, year, country and partner; `runs` (R,) are their numbers."""
    pairs = axes.pairs()
    n_runs, n_years, n = runs.size, axes.years, len(pairs)
    country = np.array([i for i, _ in pairs], dtype=np.int64)
    partner = np.array([p for _, p in pairs], dtype=np.int64)
    flat = country * len(axes.partners) + partner
    columns: dict[str, Any] = {
        "run": integers(np.repeat(runs, n_years * n), 64),
        "year": integers(np.tile(np.repeat(_years(axes), n), n_runs), 16),
        "country": coded(np.tile(country, n_runs * n_years), axes.countries),
        "partner": coded(np.tile(partner, n_runs * n_years), axes.partners),
    }
    for name, array in record.ties.items():
        rows = np.take(array.reshape(n_years, -1, n_runs), flat, axis=1)
        rows = rows.reshape(-1, n_runs).T.reshape(-1)
        columns[name] = _rungs(rows) if name == "tier" else floats(rows)
    table = pa.table(columns)
    # Only here it is known what kind an instrument of the scenario's own is.
    told = [one.with_metadata(notes("ties", one.name, axes.instruments)) for one in table.schema]
    return table.cast(pa.schema(told))


def choices_table(record: Record, axes: Axes, runs: NDArray[np.int64]) -> "pa.Table":
    """Return a row for each run and dated choice of a country."""
    made = [(c, np.flatnonzero(c.chosen >= 0)) for c in record.choices]
    lengths = [where.size for _, where in made]
    questions = sorted({c.question for c in record.choices})
    options = sorted({option for c in record.choices for option in c.options})
    chosen = [
        np.array([options.index(option) for option in c.options], dtype=np.int32)[c.chosen[where]]
        for c, where in made
    ]
    columns = {
        "run": integers(runs[_joined([where for _, where in made])], 64),
        "year": integers(_repeated([c.year for c, _ in made], lengths), 16),
        "country": coded(_repeated([c.country for c, _ in made], lengths), axes.countries),
        "question": coded(
            _repeated([questions.index(c.question) for c, _ in made], lengths), questions
        ),
        "option": coded(_joined(chosen), options),
    }
    return _sorted(pa.table(columns), "choices")


def events_table(record: Record, axes: Axes, runs: NDArray[np.int64]) -> "pa.Table":
    """Return a row for each event that happened in a run, where it began."""
    e = events_of(record)
    names = sorted({e.names[event] for event in np.unique(e.event).tolist()})
    event = np.array([names.index(name) if name in names else -1 for name in e.names])[e.event]
    countries, partners = _ranks(axes.countries), _ranks(axes.partners)
    # One number that orders rows by run, year, quarter, country, partner and event.
    key = runs[e.replicate]
    for rank, most in (
        (e.year - axes.start, axes.years),
        (e.quarter - 1, ROUNDS_A_YEAR),
        (countries[e.country], len(axes.countries)),
        (np.append(partners, -1)[e.partner] + 1, len(axes.partners) + 1),  # no partner: first
        (event, len(names)),
    ):
        key = key * most + rank
    order = _ordered(key, e.value)
    provoked, causes = _provoked(e, axes)
    return pa.table(
        {
            "run": integers(runs[e.replicate[order]], 64),
            "year": integers(e.year[order], 16),
            "country": coded(e.country[order], axes.countries),
            "partner": coded(e.partner[order], axes.partners),
            "event": coded(event[order], names),
            "value": floats(e.value[order]),
            "quarter": integers(e.quarter[order], 8),
            "kind": coded(e.kind[order], KINDS),
            "until": floats(e.until[order]),
            "provoked_by": coded(provoked[order], causes),
        }
    )


_TOWARDS = {"tilt": "tilt to {}", "lead": "lead of {}"}
"""Causes that name a rival."""


def _provoked(e: Events, axes: Axes) -> tuple[NDArray[np.int64], list[str]]:
    """Return what provoked each event, as places in a list of texts; -1 for nothing."""
    width = len(axes.partners) + 1  # the last is for no rival
    texts = [
        _TOWARDS.get(cause, cause if cause in CAUSES else f"answer to {cause}").format(rival)
        for cause in e.causes
        for rival in (*axes.partners, "nobody")
    ]
    which = np.where(e.cause >= 0, e.cause * width + np.where(e.rival >= 0, e.rival, width - 1), -1)
    used, place = np.unique(which, return_inverse=True)
    known = sorted({texts[u] for u in used.tolist() if u >= 0})
    rank = np.array([known.index(texts[u]) if u >= 0 else -1 for u in used.tolist()], dtype=int)
    return rank[place] if which.size else which, known


def tables(
    record: Record, axes: Axes, runs: NDArray[np.int64], names: Sequence[str]
) -> dict[str, "pa.Table"]:
    """Return those tables among `names` that are made from a record, which is all but ``runs``."""
    makers = {
        "countries": countries_table,
        "ties": ties_table,
        "choices": choices_table,
        "events": events_table,
    }
    return {name: makers[name](record, axes, runs) for name in names if name in makers}


def _years(axes: Axes) -> NDArray[np.int64]:
    return np.arange(axes.start, axes.start + axes.years)


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _repeated(values: list[int], lengths: list[int]) -> NDArray[np.int64]:
    return np.repeat(np.array(values, dtype=np.int64), np.array(lengths, dtype=np.int64))


def _rungs(values: NDArray[np.float64]) -> "pa.Array":
    missing = np.isnan(values)
    return integers(np.where(missing, 0.0, values), 8, missing)


def _ordered(key: NDArray[np.int64], value: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the permutation that sorts by key, then value; few keys are equal."""
    order = np.argsort(key)
    same = np.diff(key[order]) == 0
    where = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    some = order[where]
    order[where] = some[np.lexsort((value[some], key[some]))]
    return order


def _ranks(names: Sequence[str]) -> NDArray[np.int64]:
    """Return the rank of each name in alphabetical order."""
    return np.argsort(np.argsort(names))


def _sorted(table: "pa.Table", name: str) -> "pa.Table":
    return in_order(table, KEYS[name])
