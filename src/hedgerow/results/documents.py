"""Reads and checks the JSON files of a result folder.

A sealed document holds its own checksum under the key ``sha256``, which reveals any change.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Damaged
from ..files import DATA, read_json

SEAL = "sha256"


class Kind(NamedTuple):
    """A kind of values: its name in words, and a function that tells whether a value is of it."""

    words: str
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def whole(low: int, high: int = 2**63 - 1) -> Kind:
    """Return the kind of whole numbers from `low` to `high`."""
    return Kind(
        f"a whole number of at least {low}" + (f" and at most {high}" if high < 2**63 - 1 else ""),
        lambda value: _is_whole(value) and low <= value <= high,
    )


def one_of(*values: str) -> Kind:
    """Return the kind of values that are one of these texts."""
    return Kind(f"one of {', '.join(values)}", lambda value: value in values)


def list_of(kind: Kind, words: str) -> Kind:
    """Return the kind of lists whose values are all of one kind."""
    return Kind(words, lambda value: isinstance(value, list) and all(map(kind.fits, value)))


def table_of(kind: Kind, words: str) -> Kind:
    """Return the kind of tables (objects) whose values are all of one kind."""
    return Kind(
        words,
        lambda value: (
            isinstance(value, dict) and all(_is_text(k) and kind.fits(v) for k, v in value.items())
        ),
    )


TEXT = Kind("a text", _is_text)
HASH = Kind(
    "64 hexadecimal digits", lambda v: isinstance(v, str) and bool(re.fullmatch("[0-9a-f]{64}", v))
)
NUMBER = Kind(
    "a number of at least 0",
    lambda value: (_is_whole(value) or isinstance(value, float)) and isfinite(value) and value >= 0,
)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
TEXTS = list_of(TEXT, "a list of texts")
NAMED = table_of(TEXT, "a table of texts")
HASHES = table_of(HASH, "a table of checksums")


def read(path: Path, limit: int = DATA) -> dict[str, Any]:
    """Return the object of a JSON file.

    Raises:
        FileNotFoundError, NotADirectoryError: the file does not exist.
        Damaged: the file cannot be read, or holds no object.
    """
    try:
        body = read_json(path, limit)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise Damaged(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise Damaged(f"{path}: is damaged: cannot be read as JSON: {error}") from error
    if not isinstance(body, dict):
        raise Damaged(f"{path}: is damaged: holds no JSON object")
    return body


def fault(
    body: Mapping[str, Any], needed: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None
) -> str:
    """Return the first thing that is wrong with an object, in words; empty if nothing is.

    Args:
        body: an object of JSON.
        needed: keys that must be there, with their kinds.
        optional: keys that may be there, with their kinds. Other keys are ignored.
    """
    for key, kind in {**needed, **(optional or {})}.items():
        if key not in body:
            if key in needed:
                return f"lacks {key!r}"
        elif not kind.fits(body[key]):
            return f"{key!r} must be {kind.words}, not {_shortened(body[key])}"
    return ""


def _shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def seal(body: Mapping[str, Any]) -> str:
    """Return the checksum of all keys of a document except that of the seal."""
    rest = {key: value for key, value in body.items() if key != SEAL}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def sealed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with its seal as the last key."""
    rest = {key: value for key, value in body.items() if key != SEAL}
    return rest | {SEAL: seal(rest)}
