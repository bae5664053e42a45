"""What was aimed at, and how near the measured numbers come."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]
"""Results by section."""

PLAIN, NUMPY, COMPILED = "plain Mesa", "NumPy kernel", "compiled kernel"
NATIVE = "C++ by hand"


@dataclass(frozen=True)
class Goal:
    """One goal.

    Attributes:
        text: what is aimed at.
        section: whose result it needs.
        value: takes the number out of that result; None where it was not measured.
        bound: the number aimed at.
        at_least: whether more is better.
    """

    text: str
    section: str
    value: Callable[[Any], float | None]
    bound: float
    at_least: bool


def ratio(first: str, second: str, variant: str) -> Callable:
    """Return what takes the speed of one contestant over that of another, on asean."""

    def value(result: Any) -> float | None:
        for case in result["cases"]:
            if case["scenario"] == "asean" and case["variant"] == variant:
                speed = {row["contestant"]: row.get("decisions_per_second") for row in case["rows"]}
                if speed.get(first) and speed.get(second):
                    return speed[first] / speed[second]
        return None

    return value


def of(key: str, kernel: str, **where: Any) -> Callable:
    """Return what takes a number out of the row of a kernel, `where` telling which."""
    where = where | {"kernel": kernel}

    def value(result: Any) -> float | None:
        for row in result["rows"]:
            if all(row[name] == wanted for name, wanted in where.items()):
                return row[key]
        return None

    return value


def _plain(key: str) -> Callable:
    return lambda result: result[key]


def _interactive(kernel: str, runs: int) -> Callable:
    return of("seconds", kernel, runs=runs)


GOALS = (
    Goal(
        "asean: NumPy kernel ≥ 1,000 × plain Mesa",
        "kernels",
        ratio(NUMPY, PLAIN, "full"),
        1000.0,
        True,
    ),
    Goal(
        "asean, desks: C++ by hand ≤ 1.3 × compiled kernel",
        "kernels",
        ratio(NATIVE, COMPILED, "desks"),
        1.3,
        False,
    ),
    Goal("asean, NumPy: two workers ≥ 1.8 × one", "workers", of("speedup", "numpy"), 1.8, True),
    Goal(
        "asean, compiled: two workers ≥ 1.8 × one", "workers", of("speedup", "compiled"), 1.8, True
    ),
    Goal("first call of the compiled kernel < 1 s", "startup", _plain("first_call"), 1.0, False),
    Goal(
        "128 runs of vietnam, compiled < 0.1 s",
        "interactive",
        _interactive("compiled", 128),
        0.1,
        False,
    ),
    Goal(
        "1,000 runs of vietnam, compiled < 0.4 s",
        "interactive",
        _interactive("compiled", 1000),
        0.4,
        False,
    ),
    Goal(
        "128 runs of vietnam, NumPy < 0.3 s",
        "interactive",
        _interactive("numpy", 128),
        0.3,
        False,
    ),
    Goal(
        "1,000 runs of vietnam, NumPy < 1.2 s",
        "interactive",
        _interactive("numpy", 1000),
        1.2,
        False,
    ),
    Goal("first figure of 200 runs < 3 s", "startup", _plain("first_figure"), 3.0, False),
    Goal("hedgerow --help < 0.3 s", "startup", _plain("help"), 0.3, False),
    Goal(
        "vietnam, summary, NumPy: output ≤ 20 % of compute",
        "shares",
        of("output_of_compute", "numpy", scenario="vietnam", keep="summary"),
        0.2,
        False,
    ),
    Goal(
        "vietnam, summary, compiled: output ≤ 20 % of compute",
        "shares",
        of("output_of_compute", "compiled", scenario="vietnam", keep="summary"),
        0.2,
        False,
    ),
    Goal(
        "a million runs: output ≤ 20 % of compute",
        "million",
        _plain("output_of_compute"),
        0.2,
        False,
    ),
)


def judge(results: Results) -> list[dict[str, Any]]:
    """Return each goal whose section was measured: its number, and whether it is met.

    `factor` tells by how much: above 1 it is met with room, below 1 it is missed.
    """
    verdicts = []
    for goal in GOALS:
        if goal.section not in results:
            continue
        value = goal.value(results[goal.section])
        verdict: dict[str, Any] = {"goal": goal.text, "value": value}
        if value is not None:
            factor = value / goal.bound if goal.at_least else goal.bound / value
            verdict |= {"met": factor >= 1.0, "factor": factor}
        verdicts.append(verdict)
    return verdicts


def table(verdicts: list[dict[str, Any]]) -> list[str]:
    """Return a line for each goal."""
    lines = ["", "goals"] if verdicts else []
    for verdict in verdicts:
        if verdict["value"] is None:
            said = "not measured"
        elif verdict["met"]:
            said = f"met      {verdict['value']:>9,.4g}  (room for {verdict['factor']:.2g} ×)"
        else:
            said = f"missed   {verdict['value']:>9,.4g}  (by {1 / verdict['factor']:.2g} ×)"
        lines.append(f"  {verdict['goal']:62}{said}")
    return lines
