"""Reads the files in ``seeds/``, and checks their entries before they become records."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import EvidenceError
from ..files import read_toml
from .records import CODINGS, DOMAINS, External, Fact

_FACT_ID = re.compile(r"[A-Z][A-Za-z0-9]*(-[a-z0-9]+)+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_CODE = re.compile(r"[A-Z]{3}|EU|ASEAN|EAEU|BRICS|QUAD")
_TEXTS = ("id", "domain", "actor", "partner", "date", "unit", "coded", "note")
_REQUIRED = (*_TEXTS, "value", "line", "mechanisms")
_OPTIONAL = ("low", "high", "doubt", "speaks_for")
EXTERNAL_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
"""An id of an external source, in kebab case."""

_EXTERNAL_TEXTS = ("id", "name", "table", "vintage", "read", "derivation")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def read(file: Path, tables: Collection[str]) -> dict[str, Any]:
    """Read a file of evidence, which must hold exactly these tables at its top level."""
    try:
        data = read_toml(file)
    except FileNotFoundError:
        raise EvidenceError(file.name, "", "no such file") from None
    except OSError as error:
        raise EvidenceError(file.name, "", f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise EvidenceError(file.name, "", f"not TOML: {error}") from error
    check_keys(file.name, "", data, tables)
    return data


def entries(file: str, data: Mapping[str, Any], table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the entries of an array of tables, each with its place for error messages."""
    entries = data[table]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise EvidenceError(file, table, f"must be tables, [[{table}]]")
    seen: set[Any] = set()
    for number, entry in enumerate(entries, start=1):
        place = f"{table} {number}"
        name = label(entry, place)
        if name in seen:
            raise EvidenceError(file, name, "this id is used twice")
        seen.add(name)
        yield place, entry


def label(entry: Mapping[str, Any], otherwise: str) -> str:
    """Return the name of an entry in error messages: its id or, without one, its place."""
    name = entry.get("id")
    return name if isinstance(name, str) and name else otherwise


def check_keys(
    file: str,
    name: str,
    entry: Mapping[str, Any],
    required: Collection[str],
    optional: Collection[str] = (),
) -> None:
    """Raise `EvidenceError` for a missing or an unknown key."""
    for key in required:
        if key not in entry:
            raise EvidenceError(file, name, f"missing key {key!r}")
    for key in entry:
        if key not in required and key not in optional:
            raise EvidenceError(file, name, f"unknown key {key!r}")


def check_texts(file: str, name: str, entry: Mapping[str, Any], keys: Collection[str]) -> None:
    """Raise `EvidenceError` unless each of these keys, if there, holds a non-empty string."""
    for key in keys:
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            raise EvidenceError(file, name, f"{key} must be a non-empty string")


def check_names(file: str, name: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the list of names under a key; it must hold strings and at least one."""
    names = entry[key]
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise EvidenceError(file, name, f"{key} must be a non-empty list of names")
    return tuple(names)


def read_fact(
    file: str,
    place: str,
    article: str,
    entry: Mapping[str, Any],
    mechanisms: Collection[str],
    own: bool = False,
) -> Fact:
    """Turn one ``[[facts]]`` table into a `Fact`, or raise `EvidenceError`.

    With `own`, a fact of the user's own file, the fact need not name a mechanism.
    """
    if own:
        entry = {"mechanisms": [], **entry}
    name = label(entry, place)
    check_keys(file, name, entry, _REQUIRED, _OPTIONAL)
    check_texts(file, name, entry, (*_TEXTS, "doubt"))
    problem = _problem(article, entry)
    if problem:
        raise EvidenceError(file, name, problem)
    named = (
        () if entry["mechanisms"] == [] and own else check_names(file, name, entry, "mechanisms")
    )
    for mechanism in named:
        if mechanism not in mechanisms:
            raise EvidenceError(file, name, f"unknown mechanism {mechanism!r}")
    further = check_names(file, name, entry, "speaks_for") if "speaks_for" in entry else ()
    for code in further:
        if not _CODE.fullmatch(code):
            raise EvidenceError(file, name, f"speaks_for {code!r} is no code of a state or bloc")
    texts = {"article": article, "mechanisms": named, "speaks_for": further}
    return Fact(**{**entry, **texts})


def read_external(file: str, place: str, entry: Mapping[str, Any]) -> External:
    """Turn one ``[[external]]`` table into an `External`, or raise `EvidenceError`."""
    name = label(entry, place)
    check_keys(file, name, entry, (*_EXTERNAL_TEXTS, "as_of"), ("doi",))
    check_texts(file, name, entry, (*_EXTERNAL_TEXTS, "doi"))
    problem = None
    if not EXTERNAL_ID.fullmatch(entry["id"]):
        problem = "id must be in kebab case, of two words at least"
    elif entry["read"] != "not recorded" and not is_point(entry["read"]):
        problem = f"read {entry['read']!r} is neither a year, month or day, nor 'not recorded'"
    elif not isinstance(entry["as_of"], int) or isinstance(entry["as_of"], bool):
        problem = "as_of must be a year, a whole number"
    elif not 1000 <= entry["as_of"] <= 9999:
        problem = f"as_of {entry['as_of']} is not a year of four digits"
    elif "doi" in entry and not _DOI.fullmatch(entry["doi"]):
        problem = f"doi {entry['doi']!r} is not of the form 10.1234/…"
    if problem:
        raise EvidenceError(file, name, problem)
    return External(**entry)


def _problem(article: str, entry: Mapping[str, Any]) -> str | None:
    if not (_FACT_ID.fullmatch(entry["id"]) and entry["id"].startswith(f"{article}-")):
        return f"id must be in kebab case and start with '{article}-'"
    if entry["domain"] not in DOMAINS:
        return f"unknown domain {entry['domain']!r}"
    if entry["coded"] not in CODINGS:
        return f"unknown coding {entry['coded']!r}; one of {', '.join(CODINGS)}"
    for side in ("actor", "partner"):
        if not _CODE.fullmatch(entry[side]):
            return f"{side} {entry[side]!r} is neither an alpha-3 code nor a known bloc"
    if not _is_date(entry["date"]):
        return f"date {entry['date']!r} is neither a year, month or day, nor a span, nor 'undated'"
    line = entry["line"]
    if not isinstance(line, int) or isinstance(line, bool) or line < 1:
        return "line must be a whole number from 1"
    return _value_problem(entry)


def _value_problem(entry: Mapping[str, Any]) -> str | None:
    value = entry["value"]
    if isinstance(value, str):
        if not value.strip():
            return "value must not be empty"
        if "low" in entry or "high" in entry:
            return "low and high need a number as value"
        return None
    low, high = entry.get("low", -math.inf), entry.get("high", math.inf)
    if not all(_is_number(x) for x in (value, low, high)) or not math.isfinite(value):
        return "value, low and high must be numbers, or value a short string"
    if not low <= value <= high:
        return f"value {value} lies outside {low} to {high}"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(text: str) -> bool:
    if text == "undated":
        return True
    parts = text.split("/")
    return (
        len(parts) <= 2
        and all(is_point(part) for part in parts)
        and int(parts[0][:4]) <= int(parts[-1][:4])
    )


def is_point(text: str) -> bool:
    """Whether a text is a year, a month or a day: ``2014``, ``2014-03`` or ``2014-03-27``."""
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = match.groups("01")
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
