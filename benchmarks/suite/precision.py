"""The section ``precision``: what single precision changes, and what it gains."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedgerow.compiled.kernels import simulate
from hedgerow.model.parameters import INSTRUMENTS, World
from hedgerow.model.record import Record
from hedgerow.results.digest import LEAF
from hedgerow.results.records import join

from .cases import Case, full
from .contestants import kernel
from .measure import load, race

SCENARIOS = ("vietnam", "asean")
RUNS = 1000
PRECISIONS = ("double", "single")

_TIES = ("arms_orders", *(name for name in INSTRUMENTS if name != "arms"))
_SAME = 1e-4  # far below a step of any tie, far above rounding


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Play the same runs in both precisions and compare what is recorded.

    Quick means two years and few runs. Without the compiled kernel there is nothing to compare.
    """
    if kernel("compiled") is None:
        return {"rows": []}
    rounds, runs = (8, 32) if quick else (None, RUNS)
    rows = [compare(full(name, rounds), runs, repeats) for name in SCENARIOS]
    return {"rows": rows}


def compare(case: Case, runs: int, repeats: int) -> dict[str, Any]:
    """Return what differs between double and single precision, and the seconds of both."""
    before = load()
    worlds = [_world(case, first, runs) for first in range(0, runs, LEAF)]
    for name in PRECISIONS:
        simulate(worlds[0], "compiled", name)  # compiles, or reads what was compiled
    laps = race({name: _start(worlds, name) for name in PRECISIONS}, repeats)
    exact, rough = (laps[name].result for name in PRECISIONS)
    seconds = {name: laps[name].best for name in PRECISIONS}
    decisions = case.rounds * len(case.scenario.countries) * runs
    return {
        "scenario": case.name,
        "runs": runs,
        "load": [before, load()],
        "seconds": seconds,
        "decisions_per_second": {name: decisions / seconds[name] for name in PRECISIONS},
        **choices(exact, rough),
        **summaries(exact, rough),
    }


def _world(case: Case, first: int, runs: int) -> World:
    from hedgerow.scenario.compile import world

    replicates = np.arange(first, min(first + LEAF, runs), dtype=np.uint64)
    return world(case.scenario, replicates, case.scenario.seed or 0)


def _start(worlds: list[World], precision: str) -> Callable[[], Callable[[], Record]]:
    return lambda: lambda: join([simulate(one, "compiled", precision) for one in worlds])


def choices(exact: Record, rough: Record) -> dict[str, Any]:
    """Compare what was chosen, as far as ties at the end of years tell.

    Returns:
        ``country_years``: share in which all ties and labels are the same. ``runs``: share of runs
        that are the same to their end. ``otherwise``: a first difference in a country's run, by the
        years of countries until then: later ones follow from it.
    """
    same = np.ones(exact.ties["tier"].shape[:2] + exact.ties["tier"].shape[3:], dtype=bool)
    for name in (*_TIES, "tier"):  # (Y, N, P, R)
        a, b = exact.ties[name], rough.ties[name]
        same &= (np.isclose(a, b, rtol=0.0, atol=_SAME, equal_nan=True)).all(axis=2)
    alike = np.logical_and.accumulate(same.all(axis=1), axis=0)  # (Y, R): so far
    years, _, runs = same.shape
    until = alike.sum(axis=0)  # (R,) years before the first difference
    broken = int((until < years).sum())
    lived = float((np.minimum(until + 1, years)).sum()) * same.shape[1]
    return {
        "country_years": float(same.mean()),
        "same_runs": float(alike[-1].sum() / runs),
        "otherwise": broken / (4.0 * lived),
    }


def summaries(exact: Record, rough: Record) -> dict[str, Any]:
    """Compare yearly means over runs: differences by their Monte Carlo error, sd/√runs.

    Returns:
        ``within``: the largest difference; ``where``: of which measure; ``median`` of all; each
        for years and countries in which the measure varies among runs.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for table in ("countries", "ties"):
        for name, a in getattr(exact, table).items():
            b = getattr(rough, table)[name]
            both = np.isfinite(a) & np.isfinite(b)
            count = both.sum(axis=-1)
            mean = [np.where(both, x, 0.0).sum(axis=-1) / np.maximum(count, 1) for x in (a, b)]
            spread = np.where(both, (a - mean[0][..., None]) ** 2, 0.0).sum(axis=-1)
            error = np.sqrt(spread / np.maximum(count - 1, 1) / np.maximum(count, 1))
            varies = (count > 1) & (error > 1e-6 * np.maximum(np.abs(mean[0]), 1.0))
            found[name] = (np.abs(mean[1] - mean[0]) / np.where(varies, error, 1.0))[varies]
    largest = {name: float(values.max(initial=0.0)) for name, values in found.items()}
    where = max(largest, key=lambda name: largest[name])
    return {
        "where": where,
        "within": largest[where],
        "median": float(np.median(np.concatenate(list(found.values())))),
    }


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    if not result["rows"]:
        return ["", "single precision: the compiled kernel is not installed"]
    lines = []
    for row in result["rows"]:
        speed = row["decisions_per_second"]
        before, after = row["load"]
        lines += [
            "",
            f"{row['scenario']}, {row['runs']:,} runs, single against double precision "
            f"(load {before} to {after})",
            f"  decisions/s       {speed['single']:,.0f} against {speed['double']:,.0f}: "
            f"{speed['single'] / speed['double']:.2f} ×, record included",
            f"  the same to their end           {row['same_runs']:.2%} of runs",
            f"  the same at the end of a year   {row['country_years']:.4%} of countries' years",
            f"  decided otherwise by rounding   {row['otherwise']:.2g} of all choices of a move",
            f"  yearly means differ by at most  {row['within']:.3f} Monte Carlo errors "
            f"({row['where']}); half of them by less than {row['median']:.1g}",
        ]
    return lines
