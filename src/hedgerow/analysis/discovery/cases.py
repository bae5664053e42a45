"""The cases of a result: their inputs, and whether they are of interest.

A case is a run, or a point of a sweep. A run is of interest if the conditions hold in it, a point
if they hold in half of its runs or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arguments import as_written
from ...errors import NoBox, argument
from ...figures.series import band_of
from ...results import ResultError, Results
from ...results.layout import SWEEP
from ...results.tables import FAILED
from ..sensitivities import responses
from ..sensitivities.analyse import Sweep, open_sweep
from ..sensitivities.design import Axis, Floats
from ..sensitivities.runs import OF_RUNS, kept, per_run, table_of
from .where import Condition

Flags = NDArray[np.bool_]

POINTS, RUNS = "points", "runs"

_LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


@dataclass(frozen=True)
class Cases:
    """N cases with their inputs.

    Attributes:
        kind: ``"points"`` or ``"runs"``.
        country: code of the country whose measures are used.
        conditions: the conditions, which must all hold.
        inputs: the paths that differ between cases, each with N values.
        interest: (N,) bool, which cases are of interest.
        undefined: number of cases for which a measure is undefined; they are not of interest.
        left_out: number of runs that failed, or of points whose runs all failed.
        manifest: manifest of the result.
    """

    kind: str
    country: str
    conditions: tuple[Condition, ...]
    inputs: tuple[Axis, ...]
    interest: Flags
    undefined: int
    left_out: int
    manifest: dict[str, Any]

    @property
    def question(self) -> str:
        """The conditions in words."""
        return " and ".join(condition.text for condition in self.conditions)


def cases(
    result: Results | Path,
    conditions: Sequence[Condition],
    country: str | None = None,
    paths: Sequence[str] = (),
    kind: str | None = None,
) -> Cases:
    """Return the cases of a result.

    Args:
        result: a run or a finished sweep, or its folder.
        conditions: the conditions, which must all hold.
        country: code of the country; the first by default.
        paths: the paths to use as inputs; by default those swept or, for a plain run, drawn.
        kind: ``"points"`` or ``"runs"``; by default runs if the result keeps the measures of the
            conditions run by run, else points.

    Raises:
        ResultError: the folder holds no result, or lacks what was asked for.
        NoBox: there are no such cases.
    """
    if isinstance(result, Results) and not result.in_memory:
        result = result.path
    sweep = open_sweep(result) if isinstance(result, Path) and (result / SWEEP).exists() else None
    results = sweep.results if sweep else result if isinstance(result, Results) else Results(result)
    conditions = [one.of_band(band_of(results.manifest)) for one in conditions]
    known = results.manifest["countries"]
    code = next(iter(known)) if country is None else as_written(country, known)
    if code not in known:
        raise ResultError(f"no country {country!r}; the result has {', '.join(known)}")
    for one in conditions:
        _check_years(results, one)
    if kind is None:
        kind = RUNS if sweep is None or results.manifest["keep"] != "summary" else POINTS
        if sweep is not None and not all(kept(results, c.measure) for c in conditions):
            kind = POINTS
    if kind == POINTS:
        if sweep is None:
            raise NoBox(f"{results.name}: a plain run is one point; its cases are runs")
        return _points(sweep, conditions, code, paths)
    return _runs(results, sweep, conditions, code, paths)


def _runs(
    results: Results,
    sweep: Sweep | None,
    conditions: Sequence[Condition],
    country: str,
    paths: Sequence[str],
) -> Cases:
    table = results.runs().sort_values("run", ignore_index=True)
    there = (table["status"] != FAILED).to_numpy()
    interest, undefined = there.copy(), np.zeros(len(table), dtype=bool)
    for condition in conditions:
        values = _of_runs(results, condition, country)
        interest &= condition.holds(values)
        undefined |= np.isnan(values) & there
    drawn = [path for path in table.columns if path not in OF_RUNS]
    swept = () if sweep is None else sweep.design.paths
    inputs = []
    for path in _chosen(paths, drawn, swept or drawn):
        if sweep is not None and path in swept:
            axis = sweep.design.axes[swept.index(path)]
            values = axis.values[table["point"].to_numpy()]
            inputs.append(Axis(path, values[there], axis.labels))
        else:
            inputs.append(Axis(path, table[path].to_numpy(dtype=np.float64)[there]))
    return Cases(
        kind=RUNS,
        country=country,
        conditions=tuple(conditions),
        inputs=_moving(inputs),
        interest=interest[there],
        undefined=int(undefined.sum()),
        left_out=int((~there).sum()),
        manifest=results.manifest,
    )


def _points(
    sweep: Sweep, conditions: Sequence[Condition], country: str, paths: Sequence[str]
) -> Cases:
    there = sweep.done > 0
    single = [c for c in conditions if kept(sweep.results, c.measure)]
    interest, undefined = there.copy(), np.zeros(there.size, dtype=bool)
    if single:
        # Conditions on single runs must all hold in the same half of the runs.
        each = np.ones(there.size * sweep.replicates, dtype=bool)
        for condition in single:
            values = _of_runs(sweep.results, condition, country)
            each &= condition.holds(values)
            undefined |= np.isnan(values).reshape(there.size, -1).all(axis=1) & there
        hits = each.reshape(there.size, -1).sum(axis=1)
        interest &= hits >= 0.5 * sweep.done
    for condition in conditions:
        if condition in single:
            continue
        columns = _summary(sweep, condition, country)
        interest &= half(condition, columns)
        undefined |= np.isnan(columns["q50"]) & there
    axes = {axis.path: axis for axis in sweep.design.axes}
    inputs = [
        Axis(path, axes[path].values[there], axes[path].labels)
        for path in _chosen(paths, list(axes), list(axes))
    ]
    return Cases(
        kind=POINTS,
        country=country,
        conditions=tuple(conditions),
        inputs=_moving(inputs),
        interest=interest[there],
        undefined=int(undefined.sum()),
        left_out=int((~there).sum()),
        manifest=sweep.results.manifest,
    )


def half(condition: Condition, columns: dict[str, Floats]) -> Flags:
    """Return at which points a condition on a number holds in half of the runs or more.

    For a comparison this follows from the median. For a range it is estimated from the five
    quantiles, linearly between them.
    """
    median = columns["q50"]
    if condition.op not in ("inside", "outside"):
        return condition.holds(median)
    quantiles = np.stack([columns[name] for name in _LEVELS], axis=1)
    inside = np.array([_within(row, condition.low, condition.high) for row in quantiles])
    outside = (condition.op == "outside") ^ condition.negated
    share = 1.0 - inside if outside else inside
    return np.asarray((share >= 0.5) & ~np.isnan(median))


def _within(quantiles: Floats, low: float, high: float) -> float:
    """Return the estimated share of runs from `low` to `high`, given five quantiles."""
    levels = np.array(list(_LEVELS.values()))
    below = levels[quantiles < low]
    above = levels[quantiles > high]

    def place(value: float, side: str) -> float:
        if side == "low" and below.size == 0:
            return 0.0
        if side == "high" and above.size == 0:
            return 1.0
        return float(np.interp(value, quantiles, levels))

    return max(0.0, place(high, "high") - place(low, "low"))


def _of_runs(results: Results, condition: Condition, country: str) -> Floats:
    """Return (R,) the value of each run; for an event, 1 if it happened in any of the years."""
    about = results.manifest
    if condition.happens:
        _check_known(results, condition)
        first, last = condition.years or (about["start"], about["end"])
    else:
        first = last = condition.years[0] if condition.years else about["end"]
    return per_run(results, condition.measure, country, range(first, last + 1))


def _check_known(results: Results, condition: Condition) -> None:
    """Refuse an event or choice that occurs in no run, since its name may be misspelt."""
    table = table_of(results, condition.measure)
    if table == "choices":
        rows = results.choices(columns=["question", "option"]).drop_duplicates()
        known = [f"choice:{q}:{o}" for q, o in rows.itertuples(index=False)]
    else:
        rows = results.events(columns=["event", "partner"]).drop_duplicates()
        known = [
            f"event:{event}" + ("" if partner is None or partner != partner else f":{partner}")
            for event, partner in rows.itertuples(index=False)
        ]
    if condition.measure not in known:
        close = get_close_matches(condition.measure, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known))}"
        raise ResultError(f"{condition.measure!r} came up in no run; {hint}")


def _summary(sweep: Sweep, condition: Condition, country: str) -> dict[str, Floats]:
    last = max(sweep.years) if sweep.years else sweep.results.manifest["end"]
    year = condition.years[0] if condition.years else last
    found, known = responses.read(
        sweep.results, [country], [year], lambda name: name == condition.measure, sweep.done
    )
    if not found:
        close = get_close_matches(condition.measure, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known[:30])}"
        raise ResultError(
            f"{sweep.results.name}: the summary has no {condition.measure!r} of {country} in "
            f"{year}" + (f"; {hint}" if known else "")
        )
    return found[0].columns


def _check_years(results: Results, condition: Condition) -> None:
    about = results.manifest
    for year in condition.years or ():
        if not about["start"] <= year <= about["end"]:
            raise ResultError(
                f"{condition.text!r}: the result has no year {year}; it has {about['start']} to "
                f"{about['end']}"
            )


def _chosen(paths: Sequence[str], known: Sequence[str], usual: Sequence[str]) -> Sequence[str]:
    for path in paths:
        if path not in known:
            close = get_close_matches(path, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known[:40])}"
            raise NoBox(
                f"{argument('path')} {path!r} is not among what differs between cases; {hint}"
            )
    return list(dict.fromkeys(paths)) or list(usual)


def _moving(inputs: Sequence[Axis]) -> tuple[Axis, ...]:
    """Return the paths that differ between cases."""
    found = tuple(axis for axis in inputs if axis.values.size and np.ptp(axis.values) > 0.0)
    if not found:
        raise NoBox("nothing differs between the cases, so there is no region to be found")
    return found
