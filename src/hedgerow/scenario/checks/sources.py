"""Sources of numbers: every fact that is cited must exist."""

from typing import Any

from ..positions import KeyPath
from .report import Report


def check(report: Report) -> None:
    """Check every ``source`` of a document."""
    from ...evidence import UnknownSource, classify
    from ..sources import shipped_evidence

    evidence = shipped_evidence()
    seen: set[tuple[str, str, int]] = set()
    known: dict[str, UnknownSource | None] = {}
    for path, source in _sources(report.document, ()):
        if source not in known:
            try:
                classify(source, evidence)
                known[source] = None
            except UnknownSource as error:
                known[source] = error
        fault = known[source]
        if fault is None:
            continue
        problem = report.merged.problem(path, str(fault))
        place = (problem.message, problem.file, problem.line)
        if place not in seen:  # a table's source reaches many numbers
            seen.add(place)
            report.problems.append(problem)


def _sources(node: Any, path: KeyPath) -> list[tuple[KeyPath, str]]:
    found: list[tuple[KeyPath, str]] = []
    if not isinstance(node, dict):
        return found
    threat = len(path) == 3 and path[0] == "countries" and path[2] == "threat"
    for key, value in node.items():
        if key in ("expect", "sweep") and not path:
            continue
        if key == "source" and isinstance(value, str) and not threat:
            found.append(((*path, "source"), value))
        elif isinstance(value, dict):
            found += _sources(value, (*path, key))
    return found
