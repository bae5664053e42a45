"""The section ``kernels``: all contestants against each other, and whether they choose alike."""

from statistics import median
from typing import Any

import numpy as np

from hedgerow.model.parameters import Kind

from .cases import Case, desks, full
from .contestants import Contestant, contestants, require_alike, rounds_of, world_of
from .desks import FIRST
from .measure import Lap, load, race

SCENARIOS = ("asean", "vietnam")


class Differ(AssertionError):
    """Two contestants did not choose alike; the message tells who, and where first."""


def measure(quick: bool, repeats: int, scenarios: tuple[str, ...] = SCENARIOS) -> dict[str, Any]:
    """Race all contestants on each scenario, whole and its desks alone.

    Quick means two years and few replicates; else all years are played.
    """
    rounds = 8 if quick else None
    cases = [case for name in scenarios for case in (full(name, rounds), desks(name, rounds))]
    return {"cases": [play(case, contestants(case, quick), repeats) for case in cases]}


def play(case: Case, who: list[Contestant], repeats: int) -> dict[str, Any]:
    """Race some contestants on a case; return its rows.

    Raises:
        Differ, reference.oracle.Mismatch: two did not choose alike.
    """
    missing = {one.name: one.missing() for one in who}
    there = [one for one in who if not missing[one.name]]
    before = load()
    laps = race({one.name: _start(one, case) for one in there}, repeats)
    alike = (_compare_desks if case.variant == "desks" else _compare)(case, there, laps)
    structure = world_of(case, 1).structure
    steps, options = len(structure.of(Kind.STEPS)), 2 * len(structure.partners)
    rows = []
    for one in who:
        row: dict[str, Any] = {"contestant": one.name, "runs": one.runs}
        if missing[one.name]:
            row["missing"] = missing[one.name]
        else:
            seconds = laps[one.name].seconds
            decisions = len(rounds_of(case)) * len(structure.countries) * steps * one.runs
            row |= {
                "decisions": decisions,
                "seconds": [round(s, 4) for s in seconds],
                "spread": max(seconds) / min(seconds) - 1.0,
                "decisions_per_second": decisions / median(seconds),
                "options_per_second": decisions * options / median(seconds),
                "alike": alike[one.name],
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
        "rounds": len(rounds_of(case)),
        "desks": steps,
        "options": options,
        "load": [before, load()],
        "rows": rows,
    }


def _start(one: Contestant, case: Case) -> Any:
    given = world_of(case, one.runs)
    if case.variant == "full":
        return lambda: one.start(given)
    there = one.start(given)  # once: its ties go on from where the last lap left them

    def play() -> Any:
        there.play(FIRST, case.rounds)
        return there

    return lambda: play


def _compare(case: Case, there: list[Contestant], laps: dict[str, Lap]) -> dict[str, str]:
    """Compare whole scenarios with the NumPy kernel; return in words what is the same."""
    words = {}
    for one in there:
        result, given = laps[one.name].result, world_of(case, one.runs)
        wanted = laps["NumPy kernel"].result
        if isinstance(result, list):
            require_alike(given, result, wanted)
            words[one.name] = f"all of {one.runs} run{'s' * (one.runs > 1)}"
            continue
        pairs = list(zip(result.choices, wanted.choices, strict=True))
        arrays = {f"{c.question}, country {c.country}": (c.chosen, d.chosen) for c, d in pairs}
        arrays |= {name: (found, wanted.ties[name]) for name, found in result.ties.items()}
        for name, (a, b) in arrays.items():
            runs = min(a.shape[-1], b.shape[-1])
            same = np.isclose(a[..., :runs], b[..., :runs], rtol=1e-9, atol=1e-9, equal_nan=True)
            if not same.all():
                raise Differ(f"{case.title}: {one.name} and the NumPy kernel differ in {name}")
        words[one.name] = f"all of {one.runs} runs"
    return words


def _compare_desks(case: Case, there: list[Contestant], laps: dict[str, Lap]) -> dict[str, str]:
    """Play anew, quarter by quarter; ties after each are to be those of the NumPy kernel."""
    standard = next(one for one in there if one.name == "NumPy kernel")
    playing = {one.name: one.start(world_of(case, one.runs)) for one in there}
    for round_ in rounds_of(case):
        for one in playing.values():
            one.play(round_, round_ + 1)
        wanted = playing[standard.name].counts()
        for name, one in playing.items():
            found = one.counts()
            runs = min(found.shape[-1], wanted.shape[-1])
            differ = np.argwhere(found[..., :runs] != wanted[..., :runs])
            if differ.size:
                where = ", ".join(map(str, differ[0].tolist()))
                raise Differ(
                    f"{case.title}: {name} and the NumPy kernel choose differently in quarter "
                    f"{round_}: desk, partner, country, replicate {where}"
                )
    return {one.name: f"all of {one.runs} run{'s' * (one.runs > 1)}" for one in there}


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    lines = []
    for case in result["cases"]:
        lines += ["", f"{case['title']} (load {case['load'][0]} to {case['load'][1]})"]
        lines.append(
            f"  {'contestant':26}{'runs':>6}{'decisions/s':>14}{'options/s':>15}{'spread':>8}"
            f"{'× first':>11}  same choices"
        )
        for row in case["rows"]:
            if "missing" in row:
                lines.append(f"  {row['contestant']:26}  {row['missing']}")
                continue
            lines.append(
                f"  {row['contestant']:26}{row['runs']:>6}{row['decisions_per_second']:>14,.0f}"
                f"{row['options_per_second']:>15,.0f}{row['spread']:>8.0%}"
                f"{row['ratio']:>11,.1f}  {row['alike']}"
            )
    return lines
