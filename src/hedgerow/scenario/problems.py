"""Problems of a scenario, with their places in its files, in the form of a compiler's messages."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ..files import is_control, plain

_WIDE = 200
"""Most characters of a line of a file that a message shows."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or suspicious, and where.

    Attributes:
        message: what is wrong.
        file: the file as the user named it, ``--set`` or ``change``; empty if there is none.
        line, column: position, from 1; 0 if unknown.
        source_line: the line of the file, for the caret.
        expected: what would be right.
        suggestion: what to do.
        severity: ``"error"``, ``"warning"`` or ``"note"``, which is no fault.
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
        label = "" if self.severity == "error" else f"{self.severity}: "
        lines = [f"{place}: {label}{self.message}" if place else f"{label}{self.message}"]
        if self.source_line.strip():
            first = max(0, self.column - _WIDE // 2)
            line = "".join("\ufffd" if is_control(c) else c for c in self.source_line.rstrip())
            shown = line[first : first + _WIDE]
            cut = ("…" if first else "") + shown + ("…" if len(line) > first + _WIDE else "")
            lines.append("    " + cut)
            if self.column:
                before = cut[: self.column - 1 - first + (1 if first else 0)]
                lines.append("    " + "".join("\t" if c == "\t" else " " for c in before) + "^")
        unlike = lookalikes(self.message)
        if not unlike and self.message.startswith("not TOML"):
            unlike = lookalikes(self.source_line)
        if unlike:
            lines.append(f"  note that {unlike}")
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.suggestion:
            lines.append(f"  {self.suggestion}")
        return plain("\n".join(lines))


def lookalikes(text: str) -> str:
    """Return the names of misleading characters in a text, which look like others or like nothing.

    These are unusual spaces, signs, quotes and widths, marks that stand by themselves instead of
    in a letter, and Greek and Cyrillic letters in a word that otherwise is, or looks, Latin. Empty
    if there are none.
    """
    found = dict.fromkeys(c for c in text if not c.isascii() and _misleads(c))
    for word in re.findall(r"\w+", text):
        foreign = [c for c in word if _script(c) in ("GREEK", "CYRILLIC")]
        if foreign and (any(c.isascii() and c.isalpha() for c in word) or set(word) <= _LATIN_LIKE):
            found |= dict.fromkeys(foreign)
    named = [f"'{c}' is {unicodedata.name(c, 'unnamed')} (U+{ord(c):04X})" for c in found]
    return ", ".join(named[:4])


_LATIN_LIKE = frozenset("АВЕЗІЈКМНОРЅСТУХаеіјорѕсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο0123456789_")
_SIGNS = frozenset("\u2212\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2044\u2024\u00b7")


def _misleads(character: str) -> bool:
    kind = unicodedata.category(character)
    odd = _script(character) in ("FULLWIDTH", "COMBINING")
    return kind in ("Zs", "Zl", "Zp", "Cf", "Pd") or character in _SIGNS or odd


def _script(character: str) -> str:
    return "" if character.isascii() else unicodedata.name(character, "").partition(" ")[0]


def closest(name: str, names: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest of `names`, or an empty string."""
    if len(name) > _WIDE:
        return ""
    lower = {known.lower(): known for known in sorted(names)}
    match = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    return f"did you mean '{lower[match[0]]}'?" if match else ""


def listed(names: Sequence[str], most: int = 24) -> str:
    """Return names as ``a, b or c``, of which at most `most` are listed."""
    names = list(names)
    if not names:
        return "nothing (none is defined)"
    if len(names) > most:
        return ", ".join(names[:most]) + ", …"
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " or " + names[-1]
