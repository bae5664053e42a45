"""The columns of a run that are compared with targets: one for each number and each yes or no."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import CalibrationError
from ...facts.targets import ALLIANCE, Target
from ...model.record import Record
from ...results.yearly import event_names, happened
from ...scenario import Problem, Scenario
from ...scenario.checks.references import country_measures, tie_measures
from ...scenario.votes import options_of

Floats = NDArray[np.float64]

NUMBER, BOUND, SURE = "number", "bound", "sure"
"""Kinds of columns: a number with a normal error; a number of which the record says only that it
passes a bound; something that happens or not."""

ALLIED = 4.0
"""The rung of an alliance."""

_FAR = 3.0  # least distance of a rung that is never reached from its date, in errors
_RATIO = 10.0  # the ratio of two measures if the second is 0


@dataclass(frozen=True)
class Column:
    """One number of a run, and its value on record.

    Attributes:
        target: the target that it belongs to.
        measure: a measure of the target.
        kind: `NUMBER`, `BOUND` or `SURE`.
        observed: the number on record; the bound for `BOUND`; 1 for `SURE`.
        error: standard deviation of the measurement; 0 for `SURE`.
    """

    target: Target
    measure: str
    kind: str
    observed: float
    error: float


class Years(NamedTuple):
    """The years of a target within a record.

    Attributes:
        window: their slice of the axis of years.
        start, last: first and last simulated year.
    """

    window: slice
    start: int
    last: int


def columns_of(targets: Sequence[Target]) -> tuple[Column, ...]:
    """Return the columns of some targets, in their order."""
    found = []
    for target in targets:
        if target.kind in ("never", "choice"):
            found.append(Column(target, target.measures[0], SURE, 1.0, 0.0))
        elif target.kind == "portfolio":
            pairs = zip(target.measures, target.values, strict=True)
            found += [Column(target, m, NUMBER, value, target.error) for m, value in pairs]
        else:
            kind = BOUND if target.kind == "at_least" else NUMBER
            value = float(target.years[0]) if target.kind == "tier" else target.values[0]
            measure = "/".join(target.measures)
            found.append(Column(target, measure, kind, value, target.error))
    return tuple(found)


def check(scenario: Scenario, targets: Sequence[Target]) -> None:
    """Check that a scenario yields everything that some targets need.

    Raises:
        CalibrationError: it lacks a country, partner, measure, event, question, option or year of
            some targets; the message names each target, and its line where it is from a file.
    """
    problems = []
    for target in targets:
        lacking = _lacking(scenario, target)
        if lacking:
            message = f"target {target.id}: {scenario.name} has no {lacking}"
            problems.append(replace(target.origin or Problem(""), message=message))
    if problems:
        raise CalibrationError("\n".join(map(str, problems)), problems)


def _lacking(scenario: Scenario, target: Target) -> str:
    if target.country not in scenario.countries:
        return f"country {target.country}; there are {', '.join(scenario.countries)}"
    first, last = target.years
    if first < scenario.start or last > scenario.end:
        return f"years {first} to {last}, but {scenario.start} to {scenario.end}"
    return next(filter(None, (_no_measure(scenario, target, m) for m in target.measures)), "")


def _no_measure(scenario: Scenario, target: Target, measure: str) -> str:
    column, colon, rest = measure.partition(":")
    if column == "choice":
        return _no_choice(scenario, target, rest)
    if measure == ALLIANCE:
        return ""
    if column == "event":
        column, colon, rest = rest.partition(":")
        known = event_names(scenario)
        if column not in known:
            return f"event {column}; there are {', '.join(known)}"
    else:
        bound, columns = tie_measures(scenario.resolved), country_measures(scenario.resolved)
        if (column if colon else measure) not in (bound if colon else columns):
            there = [*columns, *(f"{tie}:PARTNER" for tie in bound)]
            return f"measure {measure!r}; there are {', '.join(there)}"
    if colon and rest not in scenario.partners:
        return f"partner {rest!r}; there are {', '.join(scenario.partners)}"
    return ""


def _no_choice(scenario: Scenario, target: Target, question: str) -> str:
    entry = scenario.resolved["choices"].get(question)
    if entry is None or target.country not in entry["countries"]:
        return f"question {question} for {target.country}"
    if target.value not in options_of(entry):
        return f"option {target.value} of {question}; there are {', '.join(options_of(entry))}"
    first, last = target.years
    if not first <= int(entry["at"]) <= last:
        return f"question {question} in {first} to {last}; it is put in {int(entry['at'])}"
    return ""


def statistics(record: Record, scenario: Scenario, targets: Sequence[Target]) -> Floats:
    """Return the value of every column in each run: (R, T).

    A share of a total of 0 is 0. A rung that is never reached counts as reached in the year after
    the last, or three errors after its date, whichever is later. The targets must have passed
    `check`.
    """
    years = next(iter(record.countries.values())).shape[0]
    last = scenario.start + years - 1
    found: list[Floats] = []
    for target in targets:
        first, stop = (year - scenario.start for year in target.years)
        where = Years(slice(first, stop + 1), scenario.start, last)
        found += _READ[target.kind](record, scenario, target, where)
    return np.stack(found, axis=-1)


def _means(record: Record, scenario: Scenario, target: Target, where: Years) -> list[Floats]:
    return [
        np.nan_to_num(_yearly(record, scenario, target, measure)[where.window].mean(axis=0))
        for measure in target.measures
    ]


def _ratio(record: Record, scenario: Scenario, target: Target, where: Years) -> list[Floats]:
    above, below = _means(record, scenario, target, where)
    return [np.divide(above, below, out=np.full(above.shape, _RATIO), where=below > 0.0)]


def _dated(record: Record, scenario: Scenario, target: Target, where: Years) -> list[Floats]:
    """Return the first of all simulated years in which a rung is reached."""
    reached = _yearly(record, scenario, target, target.measures[0]) >= target.values[0]
    never = max(where.last + 1.0, target.years[0] + _FAR * target.error)
    return [np.where(reached.any(axis=0), where.start + reached.argmax(axis=0), never)]


def _never(record: Record, scenario: Scenario, target: Target, where: Years) -> list[Floats]:
    i = scenario.countries.index(target.country)
    if target.measures[0] == ALLIANCE:
        allied = (record.ties["tier"][where.window, i] >= ALLIED).any(axis=(0, 1))
        return [(~allied).astype(np.float64)]
    _, name, partner = target.measures[0].split(":")
    p = scenario.partners.index(partner)
    first, last = target.years
    found = happened(record, name, p)
    there = (found.country == i) & (first <= found.year) & (found.year <= last)
    never = np.ones(next(iter(record.countries.values())).shape[-1])
    never[found.replicate[there]] = 0.0
    return [never]


def _choice(record: Record, scenario: Scenario, target: Target, where: Years) -> list[Floats]:
    i = scenario.countries.index(target.country)
    question = target.measures[0].partition(":")[2]
    first, last = target.years
    for choice in record.choices:
        if choice.question == question and choice.country == i and first <= choice.year <= last:
            return [(choice.chosen == choice.options.index(str(target.value))).astype(float)]
    raise AssertionError(f"{question} is not in the record")  # `check` has found it


_Read = Callable[[Record, Scenario, Target, Years], list[Floats]]
_READ: dict[str, _Read] = {
    "value": _means,
    "at_least": _means,
    "rung": _means,
    "portfolio": _means,
    "ratio": _ratio,
    "tier": _dated,
    "never": _never,
    "choice": _choice,
}


def _yearly(record: Record, scenario: Scenario, target: Target, measure: str) -> Floats:
    """Return a measure by year: (Y, R)."""
    i = scenario.countries.index(target.country)
    column, _, partner = measure.partition(":")
    if partner:
        return record.ties[column][:, i, scenario.partners.index(partner)]
    return record.countries[column][:, i]
