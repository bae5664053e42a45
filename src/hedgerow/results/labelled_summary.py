"""The summary as labelled arrays: one variable for each measure, statistics as a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResultError
from .columns import USUAL, Instruments, noted
from .labelled_axes import BATCH, Axis, attributes, chosen_axes, dataset, require_memory
from .reading import no_column
from .summary import COLUMNS, KEYS
from .tables import FAILED

if TYPE_CHECKING:
    import xarray as xr

    from .results import Results

_STATISTICS = COLUMNS[len(KEYS) :]
_SHARES = {"choice": "choices", "event": "events"}
"""First words of measures that are shares of runs, and the variables that hold them."""


@dataclass(frozen=True)
class Place:
    """The place of a measure: a variable, and the label along its own dimension if it has one."""

    variable: str
    dimension: str | None = None
    label: str = ""


def place_of(measure: str) -> Place:
    """Return the place of a measure.

    ``arms_orders:RUS`` is `arms_orders` at partner RUS; ``choice:Q:O`` is `choices` at choice Q:O;
    ``event:visit:RUS`` is `events` at event visit:RUS.
    """
    name, _, rest = measure.partition(":")
    if name in _SHARES:
        return Place(_SHARES[name], name, rest)
    return Place(name, "partner", rest) if rest else Place(name)


def of_summary(
    results: "Results",
    columns: Sequence[str] | None,
    measures: Sequence[str] | None,
    limit: int | None,
    where: Mapping[str, Any],
) -> "xr.Dataset":
    """Return the summary: variables over statistic, point, year, country and one dimension more."""
    statistics = list(_STATISTICS if columns is None else columns)
    for name in statistics:
        if name not in _STATISTICS:
            raise ResultError(no_column(name, "summary", _STATISTICS))
    years, known = _there(results)
    wanted = _wanted(known, measures)
    places = {measure: place_of(measure) for measure in wanted}
    whole: dict[str, Any] = {
        "point": range(results.manifest["points"]),
        "year": years,
        "country": list(results.manifest["countries"]),
    }
    if any(place.dimension == "partner" for place in places.values()):
        whole["partner"] = list(results.manifest["partners"])
    axes = {axis.name: axis for axis in chosen_axes("summary", whole, where)}
    for kind in _SHARES:
        labels = [place.label for place in places.values() if place.dimension == kind]
        if labels:
            axes[kind] = Axis(kind, labels)
    axes = {"statistic": Axis("statistic", statistics)} | axes
    own = {place.variable: place.dimension for place in places.values()}
    dimensions = {
        name: ("statistic", "point", "year", "country", *([extra] if extra else []))
        for name, extra in own.items()
    }
    counts: dict[tuple[str, ...], int] = {}
    for dims in dimensions.values():
        counts[dims] = counts.get(dims, 0) + 1
    require_memory("summary", counts, list(axes.values()), limit)
    arrays = {
        name: np.full([len(axes[d]) for d in dims], np.nan) for name, dims in dimensions.items()
    }
    only: dict[str, Any] = {n: axes[n].values for n in ("point", "year", "country") if n in where}
    if measures is not None:
        only["measure"] = wanted
    summarised = _fill(results, arrays, places, axes, only)
    done, failed = _counts(results, axes["point"])
    if "events" in arrays:
        there = done > 0 if results.finished else summarised
        _never(arrays["events"], axes, np.where(there, done, 0))
    kinds = results.manifest.get("instruments", USUAL)
    mine = noted(results.manifest.get("own", ()))
    variables: dict[str, Any] = {
        name: (list(dims), arrays[name], _attributes(name, own[name], kinds, mine))
        for name, dims in dimensions.items()
    }
    variables["runs_done"] = ("point", done, {"long_name": "runs that did not fail"})
    variables["runs_failed"] = ("point", failed, {"long_name": "runs that failed"})
    return dataset(results, list(axes.values()), variables)


def _there(results: "Results") -> tuple[list[int], list[str]]:
    """Return the years and the measures of the summary, each in order."""
    years: set[int] = set()
    measures: dict[str, None] = {}
    for batch in results.tables.batches("summary", ["year", "measure"], {}, BATCH):
        years |= set(batch.column("year").unique().to_pylist())
        measures |= dict.fromkeys(batch.column("measure").unique().to_pylist())
    return sorted(years), list(measures)


def _wanted(known: list[str], measures: Sequence[str] | None) -> list[str]:
    """Return the measures with these names; a name without a partner means every partner."""
    if measures is None:
        return known
    heads = {measure.partition(":")[0] for measure in known}
    for name in measures:
        if name not in known and name not in heads:
            raise ResultError(
                no_column(name, "summary", sorted(heads) + known).replace("column", "measure")
            )
    return [m for m in known if m in measures or m.partition(":")[0] in measures]


def _fill(
    results: "Results",
    arrays: dict[str, NDArray[np.float64]],
    places: Mapping[str, Place],
    axes: Mapping[str, Axis],
    only: Mapping[str, Any],
) -> NDArray[np.bool_]:
    """Fill the arrays; return which points have a summary."""
    summarised = np.zeros(len(axes["point"]), dtype=bool)
    measures = Axis("measure", list(places))
    variables = Axis("variable", list(arrays))
    variable = variables.of_numbers(np.array([place.variable for place in places.values()]))
    along = np.array(
        [
            axes[p.dimension].of_numbers(np.array([p.label]))[0] if p.dimension else 0
            for p in places.values()
        ],
        dtype=np.int64,
    )
    names = axes["statistic"].values.tolist()
    for batch in results.tables.batches("summary", [*KEYS, *names], only, BATCH):
        at: list[Any] = [axes[n].places(batch.column(n)) for n in ("point", "year", "country")]
        measure = measures.places(batch.column("measure"))
        chosen = np.all([*(places >= 0 for places in at), measure >= 0], axis=0)
        chosen &= along[measure] >= 0
        summarised[at[0][chosen]] = True
        values = np.stack([batch.column(n).to_numpy(zero_copy_only=False) for n in names])
        for number, array in enumerate(arrays.values()):
            rows = np.flatnonzero(chosen & (variable[measure] == number))
            if rows.size:
                to = [places[rows] for places in at]
                if array.ndim > 1 + len(at):
                    to.append(along[measure[rows]])
                array[:, *to] = values[:, rows]
    return summarised


def _counts(results: "Results", point: Axis) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many runs of each point are done, and how many failed."""
    counts = np.zeros((2, len(point)), dtype=np.int64)
    for batch in results.tables.batches("runs", ["point", "status"], {}, BATCH):
        at = point.places(batch.column("point"))
        bad = Axis("status", [FAILED]).places(batch.column("status")) == 0
        for row, those in enumerate((~bad, bad)):
            counts[row] += np.bincount(at[those & (at >= 0)], minlength=len(point))
    return counts[0], counts[1]


def _never(events: NDArray[np.float64], axes: Mapping[str, Axis], done: NDArray[np.int64]) -> None:
    """Fill in the events that never happened, which have no rows: a share of 0 of the runs.

    Args:
        events: (statistics, points, years, countries, events), to be filled.
        axes: the axes by name.
        done: (points,) number of runs that are done; 0 if the point has no summary.
    """
    pairs = [
        [not event.endswith(f":{code}") for event in axes["event"].values.tolist()]
        for code in axes["country"].values.tolist()
    ]
    empty = np.isnan(events).all(axis=0) & (done > 0)[:, None, None, None] & np.array(pairs)
    runs = np.broadcast_to(done[:, None, None, None], empty.shape)
    values = {"mean": np.zeros(runs.shape), "sd": np.where(runs > 1, 0.0, np.nan), "n": runs}
    for row, statistic in enumerate(axes["statistic"].values.tolist()):
        if statistic in values:
            events[row][empty] = values[statistic][empty]


def _attributes(
    variable: str,
    dimension: str | None,
    kinds: Instruments,
    mine: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    if variable == "choices":
        return {"long_name": "share of the runs with the choice that chose so", "units": "share"}
    if variable == "events":
        return {"long_name": "share of the runs in which it happened", "units": "share"}
    return attributes("ties" if dimension else "countries", variable, kinds, mine)
