"""Checks that every cited fact exists and supports the number that cites it."""

from collections.abc import Mapping
from typing import Any

from ...facts import UnknownSource, classify
from ..document import FACTS, Plain
from ..positions import KeyPath
from ..problems import Problem
from ..quantity import Quantity
from ..sources import SOURCES, evidence_of, judged
from .report import Report


def check(report: Report) -> None:
    """Check that every source in a document has one of the forms, and that its facts exist."""
    evidence = evidence_of(report.document)
    known: dict[str, UnknownSource | None] = {}
    found = _Found(report)
    for path, source in _sources(report.document, ()):
        if source not in known:
            try:
                classify(source, evidence)
                known[source] = None
            except UnknownSource as error:
                known[source] = error
        fault = known[source]
        if fault is not None:
            found.add(report.merged.problem(path, str(fault)))


def check_numbers(report: Report, resolved: Plain, quantities: Mapping[str, Quantity]) -> None:
    """Check that facts speak of the states whose number cites them, and give its date or value.

    If they do not, it is a warning: the number may be meant so, and counts as an assumption. If a
    rule gives another number, it is an error, since the rule or the number must be wrong.
    """
    found = _Found(report)
    try:
        for row, verdict in judged(resolved, quantities):
            if not verdict.problem:
                continue
            places = [(*row.path, "source"), (*row.path[:2], SOURCES, *row.path[2:3])]
            places += [(*row.path[:2], "source"), (*row.path[:2], "value", "source"), row.path]
            place = next((each for each in places if report.merged.wrote(each)), row.path)
            problem, hint, severity = verdict.problem, verdict.hint, verdict.severity
            found.add(report.merged.problem(place, problem, "", hint, severity=severity))
    except UnknownSource:
        return  # `check` has reported it


class _Found:
    """Adds problems to a report, each only once, since many numbers can share a source."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.seen: set[tuple[str, str, int]] = set()

    def add(self, problem: Problem) -> None:
        place = (problem.message, problem.file, problem.line)
        if place not in self.seen:
            self.seen.add(place)
            self.report.problems.append(problem)


def _sources(node: Any, path: KeyPath) -> list[tuple[KeyPath, str]]:
    found: list[tuple[KeyPath, str]] = []
    if not isinstance(node, dict):
        return found
    threat = len(path) == 3 and path[0] == "countries" and path[2] == "threat"
    sources = len(path) == 3 and path[2] == "sources"
    for key, value in node.items():
        if key in ("expect", FACTS) and not path:
            continue
        if (sources or (key == "source" and not threat)) and isinstance(value, str):
            found.append(((*path, key), value))
        elif isinstance(value, dict):
            found += _sources(value, (*path, key))
    return found
