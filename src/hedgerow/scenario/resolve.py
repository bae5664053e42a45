"""Makes the resolved document, in which every number is written out in a fixed order."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from ..model.numbers import FIELDS, Field
from ..model.parameters import PROCESSES
from ..model.terms import TERMS
from .document import DATED, FACTS, SHOCKED, Plain, copied
from .fields import TREE, Tree
from .keys import join
from .overrides import members_of, with_itself
from .quantity import Quantity, quantity
from .quarters import quarters

_MISSING: Any = object()
RUNS = 200
LEVEL = 1


def complete(document: Plain) -> Plain:
    """Return a keyed document with every default written out, and no entries outside its time.

    Resolving the result again changes nothing. Two kinds of numbers are not written out, because
    they follow from others: ``stocks`` that the scenario does not give, which follow from ties, and
    the ``behaviour`` of a country that follows that of all countries.
    """
    result: Plain = {"schema": 1}
    for key in ("title", "description", "question"):
        if document.get(key) is not None:
            result[key] = document[key]
    if document.get(FACTS):
        result[FACTS] = copied(document[FACTS])
    result["time"] = {key: document["time"][key] for key in ("start", "end")}
    result["ensemble"] = _ensemble(document)
    for section, names in (("terms", TERMS), ("processes", PROCESSES)):
        given = document.get(section, {})
        result[section] = {name: given.get(name, True) for name in names}
    document = {**document, "futures": document.get("futures") or {"status_quo": {"prior": 1.0}}}
    for section in ("instruments", "partners", "reactions", "relations", "sanctions", "futures"):
        result[section] = {}
    _numbers(document, result)
    result["rules"] = copied(document.get("rules", {}))
    for section in DATED:
        result[section] = {
            label: _entry(section, entry)
            for label, entry in document.get(section, {}).items()
            if within(document, section, entry)
        }
    start, end = result["time"]["start"], result["time"]["end"]
    if document.get("sweep"):
        result["sweep"] = sweep = copied(document["sweep"])
        sweep["years"] = [year for year in sweep.get("years", ()) if start <= year <= end]
        if not sweep["years"]:
            del sweep["years"]
    expected = [entry for entry in document.get("expect", []) if start <= entry["year"] <= end]
    if expected:
        result["expect"] = copied(expected)
    return result


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
    result["common_random_numbers"] = given.get("common_random_numbers", True)
    return result


def _numbers(document: Plain, result: Plain) -> None:
    for section in ("partners", "futures", "countries"):
        result[section] = {
            code: _words(section, table) for code, table in document.get(section, {}).items()
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
    given = document.get("behaviour", {})
    result["behaviour"] = {
        field.parts[3]: quantity(given.get(field.parts[3], field.default)).plain()
        for field in FIELDS
        if is_behaviour(field)
    }


def _words(section: str, table: Plain) -> Plain:
    result: Plain = {}
    if table.get("name") is not None:
        result["name"] = table["name"]
    if section == "countries":
        result["strategy"] = table.get("strategy", "quantal")
        result["rules"] = list(table.get("rules", []))
        result["threat"] = {"source": table.get("threat", {}).get("source", "none")}
    return result


def is_behaviour(field: Field) -> bool:
    """Whether the table ``behaviour`` at the top level sets a field for every country."""
    return field.parts[2:3] == ("behaviour",)


def _follows(field: Field) -> bool:
    return field.array == "stocks" or is_behaviour(field)


def _expansion(document: Plain, field: Field) -> Iterator[tuple[str, ...]]:
    """Yield the paths of a field in a document, except ties of a country with itself."""
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
    for members in product(*names):
        if with_itself(field, members):
            continue
        filled = iter(members)
        yield tuple(next(filled) if part[0] == "{" else part for part in field.parts)


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
    if section == "embargoes":
        result.setdefault("instrument", "arms")
    return {key: result[key] for key in _ORDER[section] if result.get(key) is not None}


_ORDER = {
    "shocks": ("label", "at", "until", "path", "op", "value", "probability", "source", "note"),
    "choices": ("at", "question", "kind", "countries", "source", "sources", "note", "options"),
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
