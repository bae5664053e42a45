"""Problems of a scenario, told as a compiler tells them, all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or suspicious, and where.

    Attributes:
        message: what is wrong.
        file: file as the user named it, or ``--set``; empty where there is none.
        line, column: position, from 1; 0 where unknown.
        source_line: the line of the file, for the caret.
        expected: what would be right.
        suggestion: what to do.
        severity: ``"error"`` or ``"warning"``.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""
    expected: str = ""
    suggestion: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        label = "warning: " if self.severity == "warning" else ""
        lines = [f"{place}: {label}{self.message}" if place else f"{label}{self.message}"]
        if self.source_line.strip():
            lines.append("    " + self.source_line.rstrip())
            if self.column:
                before = self.source_line[: self.column - 1]
                lines.append("    " + "".join("\t" if c == "\t" else " " for c in before) + "^")
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.suggestion:
            lines.append(f"  {self.suggestion}")
        return "\n".join(lines)


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds every reason found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def closest(name: str, names: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest of `names`, or an empty string."""
    lower = {known.lower(): known for known in sorted(names)}
    match = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    return f"did you mean '{lower[match[0]]}'?" if match else ""


def listed(names: Sequence[str], most: int = 24) -> str:
    """Return the names as ``a, b or c``, cut after `most`."""
    names = list(names)
    if not names:
        return "nothing (none is defined)"
    if len(names) > most:
        return ", ".join(names[:most]) + ", …"
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " or " + names[-1]
