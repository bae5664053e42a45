"""The section ``kernels``: all contestants against each other, and whether they choose alike."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from hedgerow.model.record import Record
from hedgerow.model.simulate import simulate

from .cases import Case, frozen, full
from .contestants import Contestant, contestants, world_of
from .measure import Lap, load, race

SCENARIOS = ("asean", "vietnam")


class Differ(AssertionError):
    """Two contestants did not choose alike; the message tells who, and where first."""


def measure(quick: bool, repeats: int, scenarios: tuple[str, ...] = SCENARIOS) -> dict[str, Any]:
    """Race all contestants on each scenario, with frozen powers and as it is.

    Quick means two years and few replicates; else all years are played.
    """
    rounds = 8 if quick else None
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            case
            for name in scenarios
            for case in (frozen(name, Path(folder), rounds), full(name, rounds))
        ]
        return {"cases": [play(case, contestants(case, quick), repeats) for case in cases]}


def play(case: Case, who: list[Contestant], repeats: int) -> dict[str, Any]:
    """Race some contestants on a case; return its rows.

    Raises:
        Differ: two did not choose alike.
    """
    missing = {one.name: one.missing() for one in who}
    there = [one for one in who if not missing[one.name]]
    before = load()
    laps = race({one.name: _start(one, case) for one in there}, repeats)
    alike = _compare(case, there, laps)
    n = len(case.scenario.countries)
    rows = []
    for one in who:
        row: dict[str, Any] = {"contestant": one.name, "runs": one.runs}
        if missing[one.name]:
            row["missing"] = missing[one.name]
        else:
            decisions = case.rounds * n * one.runs
            seconds = laps[one.name].best
            row |= {
                "decisions": decisions,
                "seconds": [round(s, 4) for s in laps[one.name].seconds],
                "decisions_per_second": decisions / seconds,
                "same_moves": alike[one.name],
            }
        rows.append(row)
    slowest = next(row for row in rows if "missing" not in row)
    for row in rows:
        if "missing" not in row:
            row["ratio"] = row["decisions_per_second"] / slowest["decisions_per_second"]
    return {
        "scenario": case.name,
        "variant": case.variant,
        "title": case.title,
        "rounds": case.rounds,
        "load": [before, load()],
        "rows": rows,
    }


def _start(one: Contestant, case: Case) -> Any:
    return lambda: one.start(case, one.runs)


def _compare(case: Case, there: list[Contestant], laps: dict[str, Lap]) -> dict[str, str]:
    """Return in words how the choices of each compare with those of the widest exact one."""
    moved = {one.name: laps[one.name].result for one in there}
    exact = [one for one in there if one.exact and isinstance(moved[one.name], np.ndarray)]
    standard = max(exact, key=lambda one: one.runs)
    chosen = moved[standard.name]
    words = {}
    for one in there:
        result = moved[one.name]
        if result is None:
            words[one.name] = "as shipped, but records nothing"
            continue
        if isinstance(result, Record):
            words[one.name] = _same_record(case, one, result)
            continue
        runs = min(one.runs, standard.runs)
        same = result[..., :runs] == chosen[..., :runs]
        if one.exact and not same.all():
            where = ", ".join(str(int(at)) for at in np.argwhere(~same)[0])
            raise Differ(
                f"{case.title}: {one.name} and {standard.name} choose differently, "
                f"first at round, country, replicate {where}"
            )
        share = f"{same.mean():.4%}" if not one.exact else "all"
        words[one.name] = f"{share} of {same.size:,}"
    return words


def _same_record(case: Case, one: Contestant, record: Record) -> str:
    """Compare the ties of a record, year by year, with those of the NumPy kernel."""
    given = world_of(case, one.runs)
    own = [(i, p) for i, p in enumerate(given.structure.self_partner) if p >= 0]
    close = 1e-9 if one.exact else 1e-4
    shares = []
    for name, wanted in simulate(given).ties.items():
        found = record.ties[name].copy()
        for i, p in own:  # a country has no ties with itself, whatever stands there
            found[:, i, p] = wanted[:, i, p]
        same = np.isclose(found, wanted, rtol=close, atol=close, equal_nan=True)
        if one.exact and not same.all():
            raise Differ(f"{case.title}: {one.name} and the NumPy kernel differ in {name}")
        shares.append(same.mean())
    share = "all" if one.exact else f"{np.mean(shares):.4%} of"
    return f"{share} ties of {one.runs:,} runs"


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    lines = []
    for case in result["cases"]:
        lines += ["", f"{case['title']} (load {case['load'][0]} to {case['load'][1]})"]
        lines.append(
            f"  {'contestant':30}{'runs':>6}{'decisions/s':>14}{'× first':>11}  same choices"
        )
        for row in case["rows"]:
            if "missing" in row:
                lines.append(f"  {row['contestant']:30}  {row['missing']}")
                continue
            lines.append(
                f"  {row['contestant']:30}{row['runs']:>6}{row['decisions_per_second']:>14,.0f}"
                f"{row['ratio']:>11,.1f}  {row['same_moves']}"
            )
    return lines
