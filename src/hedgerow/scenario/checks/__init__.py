"""Checks of a merged scenario that go beyond the format of its files.

First all names are checked. Entries with unknown names are then removed, so that the checks of
numbers that follow can rely on the rest.
"""

from typing import NamedTuple

from ..document import Merged, Plain, copied
from ..positions import KeyPath
from ..problems import Problem
from ..quantity import Quantity
from ..resolve import complete, quantities
from . import (
    codes,
    covariance,
    dates,
    habits,
    happening,
    knowledge,
    magnitude,
    offers,
    references,
    returns,
    shocks,
    sources,
    ties,
    vanishing,
)
from .report import Report


class Checked(NamedTuple):
    """All problems, and the resolved document without the entries that could not be used.

    If no problem is an error, `resolved` and `quantities` are those of the whole scenario. They are
    empty if too little could be used.
    """

    problems: list[Problem]
    resolved: Plain
    quantities: dict[str, Quantity]

    @property
    def errors(self) -> list[Problem]:
        """The problems that are errors, not warnings or notes."""
        return [problem for problem in self.problems if problem.severity == "error"]


def check(merged: Merged) -> Checked:
    """Check a merged document and resolve it."""
    report = Report(merged)
    report.problems += merged.notes
    references.check(report)
    sources.check(report)
    document = copied(merged.document)
    for path in report.failed:
        _remove(document, path)
    if not report.usable:
        return Checked(report.problems, {}, {})
    dates.check(report, document)
    for path in report.failed:
        _remove(document, path)
    resolved = complete(document)
    numbers = quantities(resolved)
    ties.check(report, resolved, numbers)
    shocks.check(report, resolved, numbers)
    vanishing.check(report, resolved, numbers)
    covariance.check(report, resolved, numbers)
    codes.check(report, resolved, numbers)
    sources.check_numbers(report, resolved, numbers)
    habits.check(report, resolved, numbers)
    offers.check(report, resolved, numbers)
    happening.check(report, resolved)
    returns.check(report, resolved, numbers)
    knowledge.check(report, resolved, numbers)
    magnitude.check(report, resolved, numbers)
    return Checked(report.problems, resolved, numbers)


def _remove(document: Plain, path: KeyPath) -> None:
    node = document
    for part in path[:-1]:
        if not isinstance(node, dict) or part not in node:
            return
        node = node[str(part)]
    if isinstance(node, dict) and path:
        node.pop(str(path[-1]), None)
