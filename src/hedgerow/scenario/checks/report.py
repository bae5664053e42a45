"""Collects the problems that checks find."""

from collections.abc import Iterable

from ..document import Merged, Plain
from ..keys import join
from ..positions import KeyPath
from ..problems import Problem, closest, listed


class Report:
    """Problems of one merged document.

    Attributes:
        problems: all problems found so far.
        failed: paths that later checks must leave out, because they name something unknown.
        usable: False if too little is left for the checks of numbers.
    """

    def __init__(self, merged: Merged) -> None:
        self.merged = merged
        self.document: Plain = merged.document
        self.problems: list[Problem] = []
        self.failed: list[KeyPath] = []
        self.usable = True

    def error(
        self,
        path: KeyPath,
        message: str,
        expected: str = "",
        suggestion: str = "",
        at_key: bool = False,
        drop: KeyPath | None = None,
    ) -> None:
        """Note an error at a key; `drop` is what to leave out of later checks."""
        for what, by in self.merged.dropped.items():
            if f"unknown {what}" in message:  # it was known once
                suggestion = by
        problem = self.merged.problem(path, message, expected, suggestion, at_key)
        self.problems.append(problem)
        if drop is not None:
            self.failed.append(drop)

    def warn(self, path: KeyPath, message: str, suggestion: str = "") -> None:
        """Note a warning."""
        problem = self.merged.problem(path, message, "", suggestion, severity="warning")
        self.problems.append(problem)

    def note(self, path: KeyPath, message: str) -> None:
        """Note a remark that is no fault."""
        self.problems.append(self.merged.problem(path, message, severity="note"))

    def known(
        self,
        path: KeyPath,
        noun: str,
        name: str,
        names: Iterable[str],
        drop: KeyPath,
        at_key: bool = False,
    ) -> bool:
        """Return whether `name` is among `names`; note an error if it is not."""
        names = list(names)
        if name in names:
            return True
        message = f"unknown {noun} '{name}'"
        self.error(path, message, listed(names), closest(name, names), at_key, drop)
        return False


def shown(path: KeyPath) -> str:
    """Return a path as a user writes it."""
    return join(path)
