"""What a README quotes of a reference: numbers that a new reference leaves behind."""

import re
from collections.abc import Iterator
from math import isfinite, nan
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
    rounded: dict[int, dict[str, list[tuple[Key, float]]]] = {}
    for n, line in enumerate(text.splitlines(), start=1):
        for quoted in dict.fromkeys(_NUMBER.findall(line)):
            digits = len(quoted.partition(".")[2])
            if digits not in rounded:
                rounded[digits] = _by_text(then, digits)
            same = rounded[digits].get(quoted, [])
            moved = [
                (key, text) for key, x in same if (text := _text(now, key, x, digits)) != quoted
            ]
            if moved:
                share = f"{len(moved)} of {len(same)} numbers that are so have moved"
                yield f"{readme.name}:{n}: {quoted}: {share}; {moved[0][0]} is {moved[0][1]}"


def _by_text(rows: Rows, digits: int) -> dict[str, list[tuple[Key, float]]]:
    found: dict[str, list[tuple[Key, float]]] = {}
    for key in rows:
        for factor in _FACTORS:
            found.setdefault(_text(rows, key, factor, digits), []).append((key, factor))
    return found


def _text(rows: Rows, key: Key, factor: float, digits: int) -> str:
    """A number, times a factor, as a README writes it: without its sign."""
    value = abs(rows[key].value) if key in rows else nan
    return f"{factor * value:.{digits}f}" if isfinite(value) else "gone"
