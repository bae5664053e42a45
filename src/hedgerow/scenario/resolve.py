"""Makes the resolved document, in which every number is written out in a fixed order."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from ..model.numbers import FIELDS, Field
from ..model.parameters import PROCESSES, TERMS
from .document import DATED, FACTS, SHOCKED, Plain, copied
from .fields import TREE, Tree, applies, is_behaviour
from .keys import join
from .overrides import members_of, with_itself
from .paths import known_path
from .quantity import Quantity, quantity
from .quarters import quarters
from .schema import ALWAYS, BAND, HABITS, OPTION, RUNGS, VERSION, VOTE

_MISSING: Any = object()
RUNS = 200
LEVEL = 1


def complete(document: Plain) -> Plain:
    """Return a keyed document with every default written out, and no entries outside its time.

    Resolving the result again changes nothing. Partners, countries, instruments and events stand in
    the order of their names, and so do futures after the first. Three kinds of numbers are not
    written out, because they follow from others: ``stocks`` that the scenario does not give, which
    follow from ties, the ``behaviour`` of a country that follows that of all countries, and
    ``returns``, which follow from the ties at the start.
    """
    result: Plain = {"schema": VERSION}
    for key in ("title", "description", "question"):
        if document.get(key) is not None:
            result[key] = document[key]
    if document.get(FACTS):
        result[FACTS] = copied(document[FACTS])
    if document.get("recalibrate") == ALWAYS:
        result["recalibrate"] = ALWAYS
    result["time"] = {key: document["time"][key] for key in ("start", "end")}
    if document.get("knowledge", {}).get("until") is not None:
        result["knowledge"] = {"until": document["knowledge"]["until"]}
    result["ensemble"] = _ensemble(document)
    result["labels"] = {"names": list(document.get("labels", {}).get("names", RUNGS))}
    given = document.get("habit", {})
    result["habit"] = {kind: given.get(kind, "estimated") for kind in HABITS}
    for section, names in (("terms", TERMS), ("processes", PROCESSES)):
        given = document.get(section, {})
        result[section] = {name: given.get(name, True) for name in names}
    document = {**document, "futures": document.get("futures") or {"status_quo": {"prior": 1.0}}}
    for section in _SECTIONS:
        result[section] = {}
    _numbers(document, result)
    result["rules"] = copied(document.get("rules", {}))
    result["paths"] = {
        partner: path
        for partner in members_of(document, "p")
        if (path := known_path(document, partner)) is not None
    }
    for section in DATED:
        result[section] = {
            label: _entry(section, entry)
            for label, entry in document.get(section, {}).items()
            if within(document, section, entry)
        }
    _drop_records(result)
    start, end = result["time"]["start"], result["time"]["end"]
    if document.get("sweep"):
        result["sweep"] = sweep = copied(document["sweep"])
        sweep["years"] = [year for year in sweep.get("years", ()) if start <= year <= end]
        if not sweep["years"]:
            del sweep["years"]
    expected = [entry for entry in document.get("expect", []) if start <= entry["year"] <= end]
    if expected:
        result["expect"] = copied(expected)
    if document.get(BASE):
        result[BASE] = copied(document[BASE])
    return result


BASE = "base"
"""Key of the numbers from which returns follow, where they differ from those of the scenario."""

_SECTIONS = (
    *("politics", "instruments", "habits", "partners", "relations", "sanctions", "futures"),
    "events",
)


def _drop_records(result: Plain) -> None:
    """Drop votes before the start on issues of which no vote is put in the time of the scenario."""
    put = {entry.get("issue") for entry in result["choices"].values()}
    for table in result["countries"].values():
        kept = {k: v for k, v in table.pop("records", {}).items() if k in (*put, "class", "source")}
        if kept:
            table["records"] = kept


def within(document: Plain, section: str, entry: Plain) -> bool:
    """Whether a dated entry can be in force in some quarter of a scenario.

    An entry that starts before the scenario and does not end before it is in force.
    """
    start, stop = document["time"]["start"], document["time"]["end"] + 1
    if section == "choices":
        return bool(start <= entry["at"] < stop)
    first = entry.get("from", start) if section == "embargoes" else entry["at"]
    last = entry.get("until", stop)
    earliest, latest = quantity(first).support()[0], quantity(last).support()[1]
    return bool(earliest < stop and quarters(latest) > quarters(start))


def _ensemble(document: Plain) -> Plain:
    given = document.get("ensemble", {})
    result: Plain = {"runs": given.get("runs", RUNS)}
    if given.get("seed") is not None:
        result["seed"] = given["seed"]
    result["level"] = given.get("level", LEVEL)
    result["poles"] = list(given.get("poles") or ("USA", "CHN"))
    result["band"] = [float(edge) for edge in given.get("band", BAND)]
    result["common_random_numbers"] = given.get("common_random_numbers", True)
    return result


_AXIS_OF = {"instruments": "k", "partners": "p", "futures": "w", "events": "e", "countries": "i"}


def _numbers(document: Plain, result: Plain) -> None:
    for section, axis in _AXIS_OF.items():
        table = document.get(section, {})
        result[section] = {
            code: _words(section, table[code]) for code in members_of(document, axis)
        }
    for field in FIELDS:
        for parts in _expansion(document, field):
            given = _get(document, parts)
            if given is not _MISSING:
                _put(result, parts, quantity(given).plain())
            elif not _follows(field):
                _put(result, parts, field.default)
    for code, table in document.get("futures", {}).items():
        for operation in ("set", "multiply"):
            for path, value in table.get(operation, {}).items():
                _put(result, ("futures", code, operation, path), quantity(value).plain())
    result["behaviour"] = {}
    for field in FIELDS:
        if is_behaviour(field):
            for parts in _expansion(document, field, shared=True):
                given = _get(document, parts)
                value = field.default if given is _MISSING else given
                _put(result, parts, quantity(value).plain())


def _words(section: str, table: Plain) -> Plain:
    result: Plain = {}
    if table.get("name") is not None:
        result["name"] = table["name"]
    if section == "instruments":
        result["kind"] = table["kind"]
        result["roles"] = sorted(table.get("roles", []))
    if section == "events":
        result |= {key: table[key] for key in ("power", "effect", "target") if table.get(key)}
        if table.get("offers"):
            result["offers"] = _bundle(table["offers"])
            result["pledge"] = table.get("pledge", False)
    if section == "countries":
        result["strategy"] = table.get("strategy", "quantal")
        result["rules"] = list(table.get("rules", []))
        if table.get("records"):
            result["records"] = copied(table["records"])
        result["threat"] = {"source": table.get("threat", {}).get("source", "none")}
    return result


def _bundle(table: Plain) -> Plain:
    """Return whole steps by instrument and partner, without those of 0 steps."""
    return {
        k: {p: int(by) for p, by in sorted(row.items()) if by}
        for k, row in sorted(table.items())
        if any(row.values())
    }


def _follows(field: Field) -> bool:
    return field.array in ("stocks", "returns") or is_behaviour(field)


def _expansion(document: Plain, field: Field, shared: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield the paths of a field in a document, but for ties of a country with itself and numbers
    that are not read for instruments of a kind.

    If `shared`, the paths are those of the table ``behaviour`` at the top level.
    """
    if field.parts[0] == "sanctions":
        for p, targets in document.get("sanctions", {}).items():
            for q in targets:
                yield "sanctions", p, q, field.parts[-1]
        return
    names = [members_of(document, axis) for axis in field.axes]
    if field.parts[0] == "relations" and field.axes:
        given = document.get("relations", {}).get(field.parts[1], {})
        for number, p in enumerate(names[0]):
            for q in names[0][number + 1 :]:
                first, second = (q, p) if p in given.get(q, {}) else (p, q)
                yield "relations", field.parts[1], first, second
        return
    if shared:
        names[0] = [""]
    for members in product(*names):
        of = dict(zip(field.axes, members, strict=True))
        if with_itself(field, members) or not applies(field, of, document.get("instruments", {})):
            continue
        filled = iter(members)
        parts = tuple(next(filled) if part[0] == "{" else part for part in field.parts)
        yield parts[2:] if shared else parts


def _get(document: Plain, parts: tuple[str, ...]) -> Any:
    node: Any = document
    for part in parts:
        if not isinstance(node, dict) or part not in node:
            return _MISSING
        node = node[part]
    return node


def _put(document: Plain, parts: tuple[str, ...], value: Any) -> None:
    for part in parts[:-1]:
        document = document.setdefault(part, {})
    document[parts[-1]] = value


def _entry(section: str, entry: Plain) -> Plain:
    """Return a dated entry with its keys in order and its numbers with their sources."""
    result = copied(entry)
    if section == "shocks":
        result.setdefault("probability", 1.0)
        for key in SHOCKED:
            if key in result:
                result[key] = quantity(result[key]).plain()
    if section == "choices":
        result.setdefault("kind", "other")
        if result["kind"] == VOTE:
            result.pop("options", None)
            result.setdefault("subject", "none")
            result["sponsors"] = sorted(result.get("sponsors", []))
        else:
            result["options"] = {
                name: _option(option) for name, option in result.get("options", {}).items()
            }
    if section == "embargoes":
        result.setdefault("instrument", "arms")
    return {key: result[key] for key in _ORDER[section] if result.get(key) is not None}


def _option(table: Plain) -> Plain:
    other = {key: table[key] for key in OPTION if table.get(key) not in (None, {})}
    return {**_bundle({k: row for k, row in table.items() if k not in OPTION}), **other}


_ORDER = {
    "shocks": ("label", "at", "until", "path", "op", "value", "probability", "source", "note"),
    "choices": (
        *("at", "question", "kind", "countries", "issue", "class", "subject", "sponsors"),
        *("source", "sources", "note", "votes", "options"),
    ),
    "embargoes": (
        *("label", "partner", "countries", "instrument"),
        *("from", "until", "source", "sources", "note"),
    ),
}


def quantities(resolved: Plain) -> dict[str, Quantity]:
    """Return every number of a resolved document that may be uncertain, by path."""
    result: dict[str, Quantity] = {}
    for section, tree in TREE.items():
        _collect(resolved.get(section, {}), tree, (section,), result)
    for code, table in resolved["futures"].items():
        for operation in ("set", "multiply"):
            for path, value in table.get(operation, {}).items():
                result[join(("futures", code, operation, path))] = quantity(value)
    for label, entry in resolved["shocks"].items():
        source = entry.get("source")
        if source is None and isinstance(entry["value"], dict):
            source = entry["value"].get("source")  # which its dates share
        for key in SHOCKED:
            if key in entry:
                sure = key == "probability" and entry[key] == 1.0  # the default: left out
                known = None if sure else source
                result[join(("shocks", label, key))] = quantity(entry[key], known)
    return result


def _collect(
    node: Any, tree: "Tree | Field", path: tuple[str, ...], result: dict[str, Quantity]
) -> None:
    if isinstance(tree, Field):
        result[join(path)] = quantity(node)
        return
    for key, value in node.items():
        child = tree.get(key)
        if child is None:
            brace = next((name for name in tree if name.startswith("{")), None)
            if brace is None:
                continue
            child = tree[brace]
        _collect(value, child, (*path, key), result)
