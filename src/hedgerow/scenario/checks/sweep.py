"""Checks the table ``[sweep]``: whether its paths can be swept, over these values.

Whether the scenario of each point is right as a whole is checked when a sweep is planned.
"""

from collections.abc import Iterator
from math import prod
from typing import Any, get_args

from ...model.parameters import PROCESSES, TERMS
from ...progress import counted
from ..document import Plain
from ..faults import LARGEST, Fault, faults, kind_of
from ..fields import find
from ..keys import split
from ..overrides import path_fault
from ..positions import KeyPath
from ..resolve import RUNS
from ..schema import HABITS, Design, Strategy
from .report import Report

DESIGNS: tuple[str, ...] = get_args(Design)
MOST_POINTS = 2**24
"""Most points of a sweep: the number of a random stream has this much room for a point."""

SAMPLED = tuple(design for design in DESIGNS if design not in ("grid", "list", "zip"))
"""Designs that sample points from ranges."""

FEW = {"saltelli": 64, "morris": 10}
"""Least base points (Saltelli) and trajectories (Morris) for useful intervals of indices; the
latter from Campolongo, Cariboni and Saltelli (2007)."""

FEW_A_PATH = 10
"""Least points for each path of a sample of a space (Loeppky, Sacks and Welch 2009)."""

FEW_IN_ALL = 60
"""Least points of such a sample that a sensitivity analysis (PAWN) takes."""

FEW_REPLICATES = 30
"""Least replicates of a point; with fewer, its 5 and 95 % quantiles rest on one run at most."""

_CLOSED = ("time", "ensemble", "sweep", "knowledge", "labels", "paths", "instruments", "events")
_OPEN = ("ensemble.level",)
_RANGE = ("low", "high", "points", "scale")
_FORMS = {
    "grid": "a list of values, or { low = …, high = …, points = … }",
    "zip": "a list of values, or { low = …, high = …, points = … }",
    **dict.fromkeys(SAMPLED, "{ low = …, high = … }, a prior, or a list of values"),
}


def check(report: Report, document: Plain) -> None:
    """Check everything in a sweep except its years and measures."""
    table = document.get("sweep")
    if not table:
        return
    before = len(report.problems)
    design = table.get("design", "grid")
    over = table.get("over")
    _keys(report, table, design)
    if not over:
        text = "this sweep has no points: it is over nothing"
        report.error(("sweep", "over"), text, 'paths with values, as in "partners.RUS.trust"')
    elif design == "list":
        _rows(report, document, over)
    elif isinstance(over, dict):
        _columns(report, document, over, design)
    else:
        text = f"found a list of tables, which is for the design 'list', not '{design}'"
        report.error(("sweep", "over"), text, "a table from paths to values")
    if len(report.problems) > before:
        return
    many = count(table)
    if not 0 < many <= MOST_POINTS:
        text = f"this sweep has {many} points" if many < LARGEST else "too many points"
        report.error(("sweep", "over"), text, f"1 to {MOST_POINTS} points", "", True)
        return
    _twice(report, table)
    replicates = table.get("replicates", document.get("ensemble", {}).get("runs", RUNS))
    for key, text, suggestion in small(table, replicates):
        report.warn(("sweep", key), text, suggestion)


def small(table: Plain, replicates: int) -> Iterator[tuple[str, str, str]]:
    """Yield the keys of a checked ``[sweep]`` that are too small for the analysis it is for.

    Args:
        table: its design, axes and points.
        replicates: number of runs of each point.

    Yields:
        The key of the table that is too small, what is wrong, and what would be right.
    """
    design, over = table.get("design", "grid"), table["over"]
    if design not in SAMPLED:
        if replicates < FEW_REPLICATES:
            text = f"replicates are few for bands from 5 to 95 %: {replicates} a point"
            yield "replicates", text, f"take {FEW_REPLICATES} or more, or read means alone"
        return
    points = int(table["points"])
    if design in ("sobol", "saltelli") and points & (points - 1):
        lower = 1 << (points.bit_length() - 1)
        text = f"{points} is no power of 2, without which a Sobol' sequence is out of balance"
        yield "points", text, f"take {lower} or {2 * lower}"
    few = FEW.get(design, max(FEW_IN_ALL, FEW_A_PATH * len(over)))
    if points < few:
        noun = {"saltelli": "base points", "morris": "trajectories"}.get(design, "points")
        paths = counted(len(over), "path")
        yield "points", f"{points} {noun} are few for {paths}", f"take {few} or more"


def count(table: Plain) -> int:
    """Return the number of points of a checked ``[sweep]``, without computing the points."""
    design, over = table.get("design", "grid"), table["over"]
    if design == "list":
        return len(over)
    if design in SAMPLED:
        second = 2 * len(over) + 2 if table.get("second_order") else len(over) + 2
        each = {"saltelli": second, "morris": len(over) + 1}.get(design, 1)
        return int(table["points"]) * each
    lengths = [len(axis) if isinstance(axis, list) else axis["points"] for axis in over.values()]
    return prod(lengths) if design == "grid" else lengths[0]


def _twice(report: Report, table: Plain) -> None:
    """Warn of values of an axis, or points of a list, that occur twice."""
    over: Any = table["over"]
    axes: list[tuple[KeyPath, list[Any]]]
    if isinstance(over, list):
        axes = [(("sweep", "over"), over)]
    elif table.get("design") == "zip":
        rows = zip(
            *(a if isinstance(a, list) else range(a["points"]) for a in over.values()), strict=True
        )
        axes = [(("sweep", "over"), [list(row) for row in rows])]
    elif table.get("design", "grid") == "grid":
        axes = [(("sweep", "over", path), a) for path, a in over.items() if isinstance(a, list)]
    else:  # a list to sample from; a value that occurs twice is drawn twice as often
        return
    for where, values in axes:
        seen: dict[str, int] = {}
        for number, value in enumerate(values):
            first = seen.setdefault(repr(value), number)
            if first != number:
                text = f"the same as number {first + 1}, so that its runs are done twice"
                report.warn((*where, number), text, "leave one of the two out")


def _keys(report: Report, table: Plain, design: str) -> None:
    fitting = {
        "points": SAMPLED,
        "seed": SAMPLED,
        "levels": ("morris",),
        "second_order": ("saltelli",),
    }
    for key, designs in fitting.items():
        if key in table and design not in designs:
            text = f"'{key}' means nothing in the design '{design}'"
            report.error(("sweep", key), text, f"a design that has it: {', '.join(designs)}")
    if design == "morris" and table.get("levels", 4) % 2:
        report.error(("sweep", "levels"), "an odd number of levels", "an even number")
    if design in SAMPLED and "points" not in table:
        what = {"saltelli": "the size N of the base sample", "morris": "the number of trajectories"}
        report.error(
            ("sweep",), f"missing key 'points': {what.get(design, 'the number of points')}"
        )


def _rows(report: Report, document: Plain, over: Any) -> None:
    where: KeyPath = ("sweep", "over")
    if not isinstance(over, list) or not all(isinstance(row, dict) for row in over):
        text = f"found {kind_of(over)}"
        hint = 'write each point as a table: [[sweep.over]] with lines "path" = value'
        report.error(where, text, "a list of points", hint)
        return
    for number, row in enumerate(over):
        if not row:
            text = "this point changes nothing"
            report.error((*where, number), text, "a path with a value", "", True)
        for path, value in row.items():
            here = (*where, number, path)
            if _path(report, document, path, here):
                _value(report, document, path, value, here)


def _columns(report: Report, document: Plain, over: Plain, design: str) -> None:
    lengths: dict[str, int] = {}
    for path, axis in over.items():
        here: KeyPath = ("sweep", "over", path)
        if not _path(report, document, path, here):
            continue
        if isinstance(axis, list):
            if not axis:
                report.error(here, "this axis has no values", _FORMS[design])
            for number, value in enumerate(axis):
                _value(report, document, path, value, (*here, number))
            lengths[path] = len(axis)
        elif isinstance(axis, dict) and "dist" in axis:
            if design not in SAMPLED:
                text = f"a prior has no points for the design '{design}'"
                report.error(here, text, _FORMS[design])
            else:
                _value(report, document, path, axis, here)
        elif isinstance(axis, dict) and {"low", "high"} <= axis.keys():
            if _range(report, document, path, axis, design, here):
                lengths[path] = axis.get("points", 0)
        else:
            report.error(here, f"found {kind_of(axis)}", _FORMS[design])
    if design == "zip" and len(set(lengths.values())) > 1:
        lengths_in_words = ", ".join(f"{path} has {count}" for path, count in lengths.items())
        report.error(
            ("sweep", "over"), f"axes of different length: {lengths_in_words}", "one value a point"
        )


def _range(
    report: Report, document: Plain, path: str, axis: Plain, design: str, here: KeyPath
) -> bool:
    before = len(report.problems)
    for key in axis:
        if key not in (*_RANGE, "source", "note"):
            expected = ", ".join(_RANGE)
            report.error((*here, key), f"unknown key '{key}' in a range", expected, "", True)
            return False
    points, scale = axis.get("points"), axis.get("scale", "linear")
    if design in SAMPLED and points is not None:
        text = f"the design '{design}' takes its points out of the whole range"
        report.error((*here, "points"), text, "points = … once, in [sweep]", "", True)
    if design not in SAMPLED and (type(points) is not int or not 2 <= points <= MOST_POINTS):
        text = "missing key 'points'" if points is None else f"found {kind_of(points)}"
        where = here if points is None else (*here, "points")
        report.error(where, text, f"a whole number from 2 to {MOST_POINTS}")
    if scale not in ("linear", "log"):
        report.error((*here, "scale"), f"found {kind_of(scale)}", '"linear" or "log"')
    for key in ("low", "high"):
        if isinstance(axis[key], int | float):
            _value(report, document, path, axis[key], (*here, key))
        else:
            report.error((*here, key), f"found {kind_of(axis[key])}", "a number")
    if len(report.problems) == before:
        if not axis["low"] < axis["high"]:
            report.error(here, "low must be below high")
        elif scale == "log" and axis["low"] <= 0:
            report.error((*here, "low"), "a logarithmic range starts above 0")
    return len(report.problems) == before


def _path(report: Report, document: Plain, path: str, here: KeyPath) -> bool:
    """Return whether a path can be swept; note an error if it cannot."""
    try:
        parts = split(path)
    except ValueError:
        report.error(here, f"'{path}' is not a path", "", "", True)
        return False
    fault = path_fault(document, parts)
    closed = parts[0] in _CLOSED and path not in _OPEN and find(parts) is None
    if fault is None and (closed or parts[-1] == "name"):
        fault = (f"'{path}' cannot be swept", "a number, switch, rule, strategy or shock", "")
    elif fault is not None:
        fault = (f"{fault[0]}: '{path}'", *fault[1:])
    if fault is None:
        return True
    report.error(here, *fault, True)
    return False


def _value(report: Report, document: Plain, path: str, value: Any, here: KeyPath) -> None:
    for fault in _faults(document, split(path), value):
        report.error((*here, *fault.where), fault.message, fault.expected, fault.suggestion)


def _faults(document: Plain, parts: tuple[str, ...], value: Any) -> list[Fault]:
    found = find(parts)
    if found is not None:
        spec = found[0]
        return faults(value, spec.low, spec.high, spec.fixed, spec.whole)
    if parts[0] in ("terms", "processes") and parts[1] in (*TERMS, *PROCESSES):
        return _unless(isinstance(value, bool), value, "true or false")
    if parts[0] == "habit" and parts[1] in HABITS:
        return _unless(value in ("estimated", "flat"), value, "'estimated' or 'flat'")
    if parts[0] == "shocks" and parts[-1] in ("value", "probability"):
        low, high = (0.0, 1.0) if parts[-1] == "probability" else (float("-inf"), float("inf"))
        return faults(value, low, high)
    if parts[0] == "countries" and parts[-1] == "strategy":
        known = get_args(Strategy)
        return _unless(value in known, value, ", ".join(known))
    if parts[0] == "countries" and parts[-1] == "rules":
        rules = list(document.get("rules", {}))
        right = isinstance(value, list) and all(name in rules for name in value)
        return _unless(right, value, f"a list of rules out of {', '.join(rules) or 'none'}")
    return []


def _unless(right: bool, value: Any, expected: str) -> list[Fault]:
    return [] if right else [Fault((), f"found {kind_of(value)}", expected)]
