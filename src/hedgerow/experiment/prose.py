"""What a README quotes of a reference: numbers that a new reference leaves behind."""

import re
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from ..files import read_text
from .table import Key, Rows

_CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.,/-])[0-9]+(?:\.[0-9]+)?(?![\w/-]|\.[0-9])")
_FACTORS = (1.0, 100.0)
"""A share is quoted as it is, or in per cent."""


def left_behind(readme: Path, then: Rows, now: Rows) -> Iterator[str]:
    """Tell which numbers that a README quotes may be old: a line each, with where it stands.

    A quoted number is held against all numbers of the old reference that are it when rounded, for
    a README does not say which it quotes; it is told if one of them has become another.

    Args:
        readme: in Markdown; nothing is told if it is not there.
        then, now: numbers of the old reference and of the new one.
    """
    if not readme.exists():
        return
    text = _CODE.sub(lambda code: "\n" * code.group().count("\n"), read_text(readme))
    rounded: dict[int, dict[str, list[Key]]] = {}
    for n, line in enumerate(text.splitlines(), start=1):
        for quoted in dict.fromkeys(_NUMBER.findall(line)):
            digits = len(quoted.partition(".")[2])
            if digits not in rounded:
                rounded[digits] = _by_text(then, digits)
            same = rounded[digits].get(quoted, [])
            moved = [key for key in same if quoted not in _texts(now, key, digits)]
            if moved:
                became = " or ".join(_texts(now, moved[0], digits)) or "gone"
                share = f"{len(moved)} of {len(same)} numbers that are so have moved"
                yield f"{readme.name}:{n}: {quoted}: {share}; {moved[0]} is {became}"


def _by_text(rows: Rows, digits: int) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for key in rows:
        for text in _texts(rows, key, digits):
            found.setdefault(text, []).append(key)
    return found


def _texts(rows: Rows, key: Key, digits: int) -> list[str]:
    """A number as a README may write it, without its sign; none if it is undefined."""
    value = abs(rows[key].value) if key in rows else float("nan")
    return [f"{factor * value:.{digits}f}" for factor in _FACTORS] if isfinite(value) else []
