"""Finds the line and column of each key of a TOML text, for messages.

The parser of the standard library gives no positions, and no maintained library does. It has
accepted the text before, so this scanner needs no checks of its own.
"""

import re
from dataclasses import dataclass
from tomllib import loads

Part = str | int
KeyPath = tuple[Part, ...]

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n\r]+")


@dataclass(frozen=True)
class Position:
    """Offsets of a key and of its value in the text; for a header of a table both are its key."""

    key: int
    value: int


class Positions:
    """The positions of all keys of one text, by path.

    Elements of arrays have their number, from 0, as part of the path.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._found: dict[KeyPath, Position] = {}
        self._arrays: dict[KeyPath, int] = {}

    @property
    def paths(self) -> dict[KeyPath, Position]:
        """The positions by path. The text is scanned when they are first asked for."""
        if not self._found:
            self._scan(self._text)
        return self._found

    def find(self, path: KeyPath, key: bool = False) -> tuple[int, int, str]:
        """Return the line and column (from 1) of `path`, or of its nearest ancestor, and the line.

        Args:
            path: parts of the path.
            key: whether to return the position of the key instead of that of the value.
        """
        names = tuple(part for part in path if isinstance(part, str))
        if path not in self.paths and names in self.paths:  # one table in place of a list of one
            path = names
        for length in range(len(path), 0, -1):
            place = self.paths.get(path[:length])
            if place is not None:
                exact = length == len(path)
                return self._line_of(place.key if key or not exact else place.value)
        return 1, 1, self._lines[0].rstrip("\r")

    def _line_of(self, offset: int) -> tuple[int, int, str]:
        low, high = 0, len(self._lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low + 1, offset - self._starts[low] + 1, self._lines[low].rstrip("\r")

    def _note(self, path: KeyPath, key: int, value: int) -> None:
        self._found.setdefault(path, Position(key, value))

    def _scan(self, text: str) -> None:
        base: KeyPath = ()
        place = _skip(_GAP, text, 0)
        while place < len(text):
            if text[place] == "[":
                base, place = self._header(text, place)
            else:
                place = self._pair(text, place, base)
            place = _skip(_GAP, text, place)

    def _header(self, text: str, place: int) -> tuple[KeyPath, int]:
        array = text.startswith("[[", place)
        keys, after = _dotted(text, place + (2 if array else 1))
        path: KeyPath = ()
        for number, (part, offset) in enumerate(keys):
            path = (*path, part)
            self._note(path, offset, offset)
            last = number == len(keys) - 1
            if last and array:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
                self._note(path, offset, offset)
        return path, after + (2 if array else 1)

    def _pair(self, text: str, place: int, base: KeyPath) -> int:
        keys, place = _dotted(text, place)
        place = _skip(_SPACE, text, place + 1)  # after the equals sign
        path = base
        for part, offset in keys[:-1]:
            path = (*path, part)
            self._note(path, offset, offset)
        part, offset = keys[-1]
        path = (*path, part)
        self._note(path, offset, place)
        return self._value(text, place, path)

    def _value(self, text: str, place: int, path: KeyPath) -> int:
        first = text[place]
        if first in "\"'":
            return _skip(_STRING, text, place)
        if first == "[":
            return self._array(text, place, path)
        if first == "{":
            place = _skip(_GAP, text, place + 1)
            while text[place] != "}":
                place = _skip(_GAP, text, self._pair(text, place, path))
                if text[place] == ",":
                    place = _skip(_GAP, text, place + 1)
            return place + 1
        return _skip(_BARE, text, place)

    def _array(self, text: str, place: int, path: KeyPath) -> int:
        place = _skip(_GAP, text, place + 1)
        number = 0
        while text[place] != "]":
            self._note((*path, number), place, place)
            place = _skip(_GAP, text, self._value(text, place, (*path, number)))
            if text[place] == ",":
                place = _skip(_GAP, text, place + 1)
            number += 1
        return place + 1


def _skip(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _dotted(text: str, place: int) -> tuple[list[tuple[str, int]], int]:
    """Read a dotted key; return its parts with their offsets, and the offset behind it."""
    keys = []
    while True:
        place = _skip(_SPACE, text, place)
        match = _KEY.match(text, place)
        if match is None:  # the parser has accepted the text, so this cannot be
            raise ValueError(f"no key at offset {place}")
        raw = match.group()
        part = next(iter(loads(f"{raw} = 0"))) if raw[0] in "\"'" else raw
        keys.append((part, place))
        place = _skip(_SPACE, text, match.end())
        if text[place] != ".":
            return keys, place
        place += 1
