"""Checks that shocks and futures do not contradict each other or move numbers out of range."""

from dataclasses import dataclass
from math import inf

from ...model.numbers import SYMMETRIC, Field
from ..document import Plain
from ..fields import find, is_behaviour
from ..keys import join, split
from ..positions import KeyPath
from ..quantity import Quantity
from ..quarters import opening
from .report import Report

Span = tuple[float, float]


@dataclass(frozen=True)
class Dated:
    """One shock with the ranges of its numbers.

    `first` is the range of dates at which it may start and `last` that at which it may end, as
    starts of quarters. `comes` is True if it is certain to come.
    """

    label: str
    path: str
    op: str
    value: Quantity
    first: Span
    last: Span
    comes: bool

    def overlaps(self, other: "Dated") -> bool:
        """Whether both may be in force at the same time."""
        return self.first[0] < other.last[1] and other.first[0] < self.last[1]

    def outlasts(self, other: "Dated") -> bool:
        """Whether it is certain to be in force whenever the other is."""
        return self.comes and self.first[1] <= other.first[0] and other.last[1] <= self.last[0]

    def apply(self, span: Span, surely: bool = True) -> Span:
        """Return the range of a number after the shock; unless `surely`, it may stay unchanged."""
        low, high = self.value.support()
        if self.op == "set":
            after = (low, high)
        elif self.op == "add":
            after = (span[0] + low, span[1] + high)
        else:
            products = [0.0 if a == 0 or b == 0 else a * b for a in span for b in (low, high)]
            after = (min(products), max(products))
        return after if surely else (min(span[0], after[0]), max(span[1], after[1]))


def dated(resolved: Plain, numbers: dict[str, Quantity]) -> list[Dated]:
    """Return the shocks in the order in which they are applied, which is that of the file.

    Shocks whose numbers have been removed from the document are left out.
    """
    stop = float(resolved["time"]["end"] + 1)
    result = []
    for label, entry in resolved["shocks"].items():
        if not all(has(numbers, target) for target in targets(resolved, entry["path"])):
            continue
        at = numbers[join(("shocks", label, "at"))]
        until = numbers.get(join(("shocks", label, "until")))
        chance = numbers[join(("shocks", label, "probability"))]
        result.append(
            Dated(
                label=label,
                path=entry["path"],
                op=entry["op"],
                value=numbers[join(("shocks", label, "value"))],
                first=_opening(at),
                last=(stop, stop) if until is None else _opening(until),
                comes=chance.support()[0] >= 1.0,
            )
        )
    return result


def _opening(date: Quantity) -> Span:
    """Return the starts of the first and last quarter into which a date may fall."""
    low, high = date.support()
    return opening(low), opening(high)


def targets(resolved: Plain, path: str) -> list[tuple[str, ...]]:
    """Return the paths of all single numbers that a path changes."""
    parts = split(path)
    countries = list(resolved["countries"])
    if parts == ("threat",):
        return [("countries", i, "threat", "level") for i in countries]
    if parts[0] == "behaviour":
        return [("countries", i, *parts) for i in countries]
    found = find(parts)
    if found is not None and found[0].array in SYMMETRIC:
        return [(*parts[:2], *sorted(parts[2:]))]
    return [parts]


def base(numbers: dict[str, Quantity], path: tuple[str, ...]) -> Quantity:
    """Return the quantity of a single number, as `targets` names it."""
    return numbers[_written(numbers, path)]


def has(numbers: dict[str, Quantity], path: tuple[str, ...]) -> bool:
    """Whether there is such a number, after entries with errors have been removed."""
    return _written(numbers, path) in numbers


def _written(numbers: dict[str, Quantity], path: tuple[str, ...]) -> str:
    """Return the path where a number is written: for the country itself, or for all countries."""
    found = find(path)
    if join(path) not in numbers and found is not None:
        if is_behaviour(found[0]) and path[0] == "countries":
            return join(path[2:])
        if found[0].array in SYMMETRIC:
            return join((*path[:2], path[3], path[2]))
    return join(path)


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check all shocks and futures."""
    by_target: dict[tuple[str, ...], list[Dated]] = {}
    for shock in dated(resolved, numbers):
        for target in targets(resolved, shock.path):
            by_target.setdefault(target, []).append(shock)
    reported: set[tuple[str, ...]] = set()
    for target, shocks in by_target.items():
        _contradictions(report, shocks, reported)
        _ranges(report, numbers, target, shocks, reported)
    _futures(report, resolved, numbers)


def _contradictions(report: Report, shocks: list[Dated], reported: set[tuple[str, ...]]) -> None:
    setting = [shock for shock in shocks if shock.op == "set"]
    setting.sort(key=lambda shock: shock.first)
    for number, later in enumerate(setting):
        for earlier in setting[:number]:
            if (earlier.label, later.label) in reported or not earlier.overlaps(later):
                continue
            same_start = earlier.first == later.first
            if not same_start and earlier.value.plain() == later.value.plain():
                continue
            reported.add((earlier.label, later.label))
            text = f"contradicts the shock '{earlier.label}', which sets {earlier.path}"
            text += " from the same moment" if same_start else " at the same time"
            hint = "keep one of the two"
            if not same_start:
                hint = f"end the other first: until = {later.first[0]:g}"
            report.error(("shocks", later.label, "path"), text, "", hint)


def _ranges(
    report: Report,
    numbers: dict[str, Quantity],
    target: tuple[str, ...],
    shocks: list[Dated],
    reported: set[tuple[str, ...]],
) -> None:
    found = find(target)
    if found is None:
        return
    spec = found[0]
    for number, shock in enumerate(shocks):
        if (shock.label,) in reported:
            return
        span = base(numbers, target).support()
        for earlier in shocks[:number]:
            if earlier.overlaps(shock):
                span = earlier.apply(span, earlier.outlasts(shock))
        low, high = shock.apply(span)
        if low >= spec.low and high <= spec.high:
            continue
        reported.add((shock.label,))
        path: KeyPath = ("shocks", shock.label, "value")
        if shock.op == "set":
            text = f"sets {shock.path} out of its range"
        else:
            worst = low if low < spec.low else high
            text = f"takes {shock.path} out of its range, to {_plain(worst)}"
        report.error(path, text, allowed(spec))
        return  # further shocks on top of it would be wrong for the same reason


def _plain(value: float) -> str:
    return "any height" if value == inf else "any depth" if value == -inf else f"{value:g}"


def allowed(spec: Field) -> str:
    """Return the range of a field in words."""
    if spec.high == inf:
        return f"a number of at least {spec.low:g}"
    return f"a number from {spec.low:g} to {spec.high:g}"


def _futures(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    for code, table in resolved["futures"].items():
        for operation in ("set", "multiply"):
            for path in table.get(operation, {}):
                where = ("futures", code, operation, path)
                change = numbers[join(where)].support()
                for target in targets(resolved, path):
                    spec = find(target)
                    if spec is None or not has(numbers, target):
                        continue
                    was = base(numbers, target).support()
                    high = change[1] if operation == "set" else _times(was[1], change[1])
                    if change[0] < spec[0].low or high > spec[0].high:
                        text = f"takes {path} out of its range"
                        report.error(where, text, allowed(spec[0]))
                        break


def _times(one: float, other: float) -> float:
    return 0.0 if one == 0 or other == 0 else one * other
