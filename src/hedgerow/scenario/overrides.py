"""Changes of a scenario by ``--set path=value`` or by arguments in Python."""

import tomllib
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from ..errors import ScenarioError, argument
from ..files import shallow
from ..model.numbers import FIELDS, Field
from ..model.parameters import PROCESSES, TERMS
from .document import DATED, SHOCKED, Merged, Plain, copied
from .faults import LARGEST
from .fields import applies, axes_of, find, is_behaviour
from .keys import join, split
from .layers import Layer
from .positions import KeyPath
from .problems import Problem, closest, listed
from .schema import HABITS, VERSION, keys_at

SHORT = {"runs": "ensemble.runs", "seed": "ensemble.seed", "level": "ensemble.level"}
SOURCE = "assumption: set by hand"

_KEYS = {
    "time": ("start", "end"),
    "knowledge": ("until",),
    "ensemble": ("runs", "seed", "level", "poles", "band", "common_random_numbers"),
    "labels": ("names",),
    "habit": HABITS,
    "terms": TERMS,
    "processes": PROCESSES,
}
_SWEEP = ("replicates", "points", "seed", "levels", "second_order", "measures", "years")
_EXTRA = {
    "partners": ("name",),
    "countries": ("name", "strategy", "rules"),
    "futures": ("name",),
    "rules": ("title", "source", "tier_max", "tilt_max", "force", "pledge"),
    "instruments": ("kind", "roles"),
    "events": ("name", "power", "effect", "target", "pledge"),
    "paths": ("market",),
}


def _label() -> str:
    """Return the name of a change in messages, which is that of an option or of an argument."""
    return argument("change", "--set")


def parse_set(text: str) -> tuple[str, Any]:
    """Return path and value of ``path=value``. The value is read as TOML, a bare word as text.

    Raises:
        ScenarioError: there is no equals sign or no path.
    """
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not equals or not path or not value:
        message = "this is not path=value"
        example = "for example partners.RUS.trust=0.5"
        raise ScenarioError([Problem(message, f"--set {text}", expected=example)])
    try:
        return path, shallow(tomllib.loads(f"value = {value}")["value"])
    except tomllib.TOMLDecodeError:
        return path, value
    except (ValueError, RecursionError) as error:  # for example, more digits than Python reads
        deep = isinstance(error, RecursionError)
        message = "nested too deeply" if deep else "too large a number"
        raise ScenarioError([Problem(message, f"--set {path}")]) from None


def wanted(overrides: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by path from a mapping and from keywords, as `hedgerow.load` has both.

    Raises:
        ScenarioError: a path is given twice.
    """
    found = dict(overrides or {})
    for key, value in changes.items():
        text = SHORT.get(key, key.replace("__", "."))
        if text in found:
            raise ScenarioError([Problem(f"{text} is given twice", _label())])
        found[text] = value
    return found


def plain_value(value: Any) -> Any:
    """Return a value of Python as a file could hold it, with NumPy's numbers and arrays converted.

    Values that no file could hold stay as they are, and are reported by the checks.
    """
    try:
        return _plain(shallow(value))
    except RecursionError:
        return value


def _plain(value: Any) -> Any:
    if isinstance(value, np.floating):  # `tolist` of a longdouble would return a longdouble
        return float(value)
    if isinstance(value, np.generic | np.ndarray):
        plain = value.tolist()
        return plain if isinstance(plain, np.generic) else _plain(plain)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def override_layer(merged: Merged, overrides: Mapping[str, Any]) -> tuple[Layer, list[Problem]]:
    """Return changes as a layer for a merged document, and the problems of their paths."""
    document: Plain = {"schema": VERSION, "title": merged.document.get("title", "-")}
    lines: dict[KeyPath, str] = {}
    problems: list[Problem] = []
    entries: dict[tuple[str, str], int] = {}
    for text, value in overrides.items():
        try:
            shallow(value)
        except RecursionError:
            problems.append(Problem("nested too deeply", f"{_label()} {text}"))
            continue
        shown = f"{text}={_shown(value)}"
        try:
            parts = split(text)
        except ValueError:
            problems.append(Problem("this is not a path", f"{_label()} {shown}"))
            continue
        fault = path_fault(merged.document, parts)
        if value is None:  # TOML has no null
            fault = ("None is no value of a scenario", "a value, or no change of this path", "")
        if fault is not None:
            message, expected, hint = fault
            problems.append(Problem(message, f"{_label()} {shown}", 0, 0, "", expected, hint))
            continue
        if parts[0] in DATED:
            place = _entry(merged, document, entries, parts)
            where: KeyPath = (parts[0], place, *parts[2:])
            target = document[parts[0]][place]
            rest = parts[2:]
        else:
            where, target, rest = parts, document, parts
        for part in rest[:-1]:
            target = target.setdefault(part, {})
        target[rest[-1]] = _with_source(parts, value)
        _by_hand(document, parts, where)
        lines[where] = shown
    return Layer(_label(), document, None, lines=lines), problems


def _entry(
    merged: Merged, document: Plain, entries: dict[tuple[str, str], int], parts: tuple[str, ...]
) -> int:
    """Return the number of a dated entry in the layer; copy it there if it is not yet there."""
    section, label = parts[:2]
    if (section, label) not in entries:
        table = document.setdefault(section, [])
        entries[section, label] = len(table)
        table.append(copied(merged.document[section][label]))
    return entries[section, label]


def _by_hand(document: Plain, parts: tuple[str, ...], where: KeyPath) -> None:
    """Set the source of a bare number of a rule, choice or embargo: it was set by hand."""
    if parts[0] not in ("rules", "choices", "embargoes") or len(parts) < 3:
        return
    key = parts[2]
    if key in ("tier_max", "tilt_max", "tie_max", "at", "options", "votes", "from", "until"):
        entry = document[parts[0]][where[1]]
        entry["sources"] = {**entry.get("sources", {}), key: SOURCE}


def _with_source(parts: tuple[str, ...], value: Any) -> Any:
    is_number = find(parts) is not None or (parts[0] == "futures" and len(parts) == 4)
    is_number = is_number or (parts[0] == "shocks" and len(parts) == 3 and parts[2] in SHOCKED)
    if not is_number or isinstance(value, bool | str | list):
        return value
    if isinstance(value, dict):
        return {**value, "source": value.get("source", SOURCE)}
    return {"value": value, "source": SOURCE}


def path_fault(document: Plain, parts: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Return the message, what is expected, and a suggestion if a path is wrong, else None."""
    section = parts[0]
    if section in DATED:
        return _dated_fault(document, parts)
    if parts in (("parameters",), ("recalibrate",)):
        return None
    found = find(parts)
    if found is not None:
        return _member_fault(document, parts, *found)
    if section in _KEYS and len(parts) == 2 and parts[1] in _KEYS[section]:
        return None
    if section == "sweep" and len(parts) == 2 and parts[1] in _SWEEP and document.get("sweep"):
        return None
    if section == "rules" and len(parts) == 4 and parts[2] == "tie_max":
        return (
            None
            if parts[3] in document.get("instruments", {}) and parts[1] in document.get("rules", {})
            else _none(document, parts)
        )
    if section in _EXTRA and len(parts) == 3 and parts[2] in _EXTRA[section]:
        return None if parts[1] in document.get(section, {}) else _none(document, parts)
    if section == "countries" and (
        parts[2:] == ("threat", "source") or (parts[2:3] == ("records",) and len(parts) in (4, 5))
    ):
        return None if parts[1] in document.get("countries", {}) else _none(document, parts)
    if section == "events" and len(parts) == 5 and parts[2] == "offers":
        return None if parts[1] in document.get("events", {}) else _none(document, parts)
    if section == "futures" and len(parts) == 4 and parts[2] in ("set", "multiply"):
        changes = document.get("futures", {}).get(parts[1], {}).get(parts[2], {})
        return None if parts[3] in changes else _none(document, parts)
    return _none(document, parts)


def _dated_fault(document: Plain, parts: tuple[str, ...]) -> tuple[str, str, str] | None:
    """As `path_fault`, for a path of a dated entry; deeper keys are checked with the format."""
    section = parts[0]
    table = document.get(section, {})
    label = parts[1] if len(parts) > 1 else ""
    if label not in table:
        message = f"no entry of {section} is called '{label}'"
        return message, listed(list(table)), closest(label, table)
    vote = section == "choices" and table[label].get("kind") == "vote"
    keys = [
        key
        for key in keys_at((section, 0))
        if key != DATED[section] and not (vote and key == "options")
    ]
    key = parts[2] if len(parts) > 2 else ""
    if key not in keys:
        return f"{join(parts[:2])} has no key '{key}'", listed(keys), closest(key, keys)
    if key == "options":
        options = table[label]["options"]
        option = parts[3] if len(parts) > 3 else ""
        if option not in options:
            return f"no option '{option}'", listed(list(options)), closest(option, options)
        if len(parts) < 5:
            return "this is a table, not a number", f"{join(parts)}.INSTRUMENT.PARTNER", ""
    elif key == "votes" and vote and len(parts) == 4:
        return None
    elif len(parts) > 3:
        return "this path does not exist", join(parts[:3]), ""
    return None


def _member_fault(
    document: Plain, parts: tuple[str, ...], field: Field, members: tuple[str, ...]
) -> tuple[str, str, str] | None:
    axes = axes_of(field, parts)
    if field.parts[0] == "sanctions":
        pairs = document.get("sanctions", {})
        if members[1] in pairs.get(members[0], {}):
            return None
        known = [f"sanctions.{p}.{q}" for p, table in pairs.items() for q in table]
        return "no such sanctions in this scenario", listed(known), closest(join(parts[:3]), known)
    for axis, member in zip(axes, members, strict=True):
        names = members_of(document, axis)
        if member not in names:
            message = f"unknown {NOUNS[axis]} '{member}'"
            return message, listed(names), closest(member, names)
    if axes and with_itself(field, members):
        return f"a number of {members[0]} with itself", f"another {NOUNS[axes[-1]]}", ""
    named = dict(zip(axes, members, strict=True))
    if "k" in named and not applies(field, named, document["instruments"]):
        kind = document["instruments"][named["k"]]["kind"]
        return f"{named['k']} is of kind '{kind}', which has no such number", "", ""
    return None


def with_itself(field: Field, members: tuple[str, ...]) -> bool:
    """Whether a number is one of a country or partner with itself, which does not exist."""
    between = {"i", "p", "q", "j"}.intersection(field.axes)
    return len(between) == 2 and members[0] == members[-1]


NOUNS = {
    "k": "instrument",
    "p": "partner",
    "q": "partner",
    "i": "country",
    "j": "country",
    "w": "future",
    "e": "event",
    "c": "class of resolutions",
}
_SECTION = {
    "k": "instruments",
    "p": "partners",
    "q": "partners",
    "i": "countries",
    "j": "countries",
    "w": "futures",
    "e": "events",
}


def members_of(document: Plain, axis: str) -> list[str]:
    """Return the members of an axis of a document: sorted, but for the future of today, its first.

    Classes of resolutions are those whose habits the document gives.
    """
    if axis == "c":
        votes = document.get("habits", {}).get("votes", {})
        return sorted(name for name in votes.get("class", {}) if name != "source")
    names = [name for name in document.get(_SECTION[axis], {}) if name != "source"]
    return [*names[:1], *sorted(names[1:])] if axis == "w" else sorted(names)


def _none(document: Plain, parts: tuple[str, ...]) -> tuple[str, str, str]:
    known = known_paths(document)
    return "this path does not exist", "a path of a number or a switch", closest(join(parts), known)


def known_paths(document: Plain) -> list[str]:
    """Return all paths of numbers and switches, for suggestions (stocks and ties included)."""
    paths = [f"{section}.{key}" for section, keys in _KEYS.items() for key in keys]
    for field in FIELDS:
        if field.parts[0] == "sanctions":
            continue
        for members in product(*(members_of(document, axis) for axis in field.axes)):
            if not with_itself(field, members):
                paths.append(fill(field, members))
        if is_behaviour(field):
            axes = axes_of(field, ("behaviour",))
            for members in product(*(members_of(document, axis) for axis in axes)):
                paths.append(fill(field, ("", *members)).split(".", 2)[2])
    return paths


def fill(field: Field, members: tuple[str, ...]) -> str:
    """Return the path of a field for members of its axes."""
    names = iter(members)
    return join(tuple(next(names) if part[0] == "{" else part for part in field.parts))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > LARGEST:  # may have more digits than Python prints
        return "…"
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
