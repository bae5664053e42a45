"""Checks that a file of habits gives every habit that is read."""

from collections.abc import Set

from ...model.numbers import FIELDS
from ..document import Plain
from ..fields import applies
from ..overrides import members_of
from ..problems import listed
from ..quantity import Quantity
from .report import Report

_LEFT_OUT = ("size_of", "class")
"""Habits by partner or class that a file may leave out: they add nothing then."""
_EVERY = "a number for every habit that is read"


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check a named file of habits, and the jumps of labels."""
    dropped = report.merged.dropped
    files = [layer for layer in report.merged.layers if layer.habits]
    if files:
        gone = {part: by for what, by in dropped.items() for part in what.split("'")[1::2]}
        lacking = [path for path in _read(resolved) if not _given(report, path, gone.keys())]
        removed = [path for path in lacking if gone.keys() & set(path.split("."))]
        if removed:
            (name, by), *_ = (each for each in gone.items() if each[0] in removed[0].split("."))
            text = f"{name} is given anew without {listed(removed)}: {by}, and its habits with it"
            hint = (
                f"give them in the scenario as {files[0].label} has them, or do not remove {name}"
            )
            report.error(("habits", "file"), text, _EVERY, hint)
        if lacking := [path for path in lacking if path not in removed]:
            text = f"the file of habits lacks {listed(lacking)}"
            hint = f"give them in {files[0].label}, or in the scenario"
            report.error(("habits", "file"), text, _EVERY, hint)
    rises = [numbers[f"habits.labels.jump_{j}"].support()[0] for j in (2, 3, 4)]
    if sum(rises) > 1.0:
        text = "the shares of rises by two, three and four rungs add up to more than 1"
        report.error(("habits", "labels"), text, "at most 1 in all")


def _read(resolved: Plain) -> list[str]:
    """Return the paths of all habits that are read and have no natural 0."""
    paths = []
    for field in FIELDS:
        if field.parts[0] != "habits" or field.parts[-2] in _LEFT_OUT:
            continue
        names = [members_of(resolved, axis) for axis in field.axes] or [[]]
        for k in names[0] or [""]:
            if field.axes[:1] == ("k",) and not applies(field, {"k": k}, resolved["instruments"]):
                continue
            for p in names[1] if len(names) > 1 else [""]:
                paths.append(field.path.replace("{k}", k).replace("{p}", p))
    return paths


def _given(report: Report, path: str, gone: Set[str]) -> bool:
    """Whether a habit is given, or was written in a way that is not right, which has been told."""
    node, parts = report.document, tuple(path.split("."))
    for part in parts:
        if not isinstance(node, dict) or part not in node:
            return report.merged.tried(parts) and not gone & set(parts)
        node = node[part]
    return True
