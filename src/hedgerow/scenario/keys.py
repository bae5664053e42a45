"""Dotted key paths, written as TOML writes them: ``shocks."war in Ukraine".value``."""

import re
from functools import lru_cache

Path = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^."'\s]+))\s*(\.|\Z)""")


@lru_cache(maxsize=2**15)
def join(parts: tuple[str | int, ...]) -> str:
    """Return the dotted path of `parts`; a part that is no bare key is quoted."""
    return ".".join(part if _BARE.match(part) else _quoted(part) for part in map(str, parts))


@lru_cache(maxsize=2**15)
def split(text: str) -> Path:
    """Return the parts of a dotted path.

    Raises:
        ValueError: the text is no dotted path (an empty part, an open quote).
    """
    parts: list[str] = []
    place = 0
    while True:
        match = _PART.match(text, place)
        if match is None:
            raise ValueError(f"{text!r} is not a dotted path")
        basic, literal, bare, dot = match.groups()
        if basic is not None:
            parts.append(re.sub(r"\\(.)", r"\1", basic))
        else:
            parts.append(literal if literal is not None else bare)
        place = match.end()
        if dot != ".":
            return tuple(parts)


def _quoted(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'
