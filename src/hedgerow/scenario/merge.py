"""Merges a scenario file with the files that it extends."""

from dataclasses import replace
from typing import Any, NamedTuple

from ..model.numbers import FIELDS, SYMMETRIC, Field
from .document import DATED, FACTS, OWN, Merged, Plain, copied, default_label
from .fields import TREE, Tree
from .layers import Layer
from .positions import KeyPath
from .problems import Problem, closest, listed
from .removal import remove
from .schema import RULE_NUMBERS


class _Source(NamedTuple):
    """The source of those numbers of a table that have none of their own, and its place."""

    text: str
    where: KeyPath


def _source_of(table: Plain, path: KeyPath, inherited: _Source | None) -> _Source | None:
    return _Source(table["source"], (*path, "source")) if "source" in table else inherited


def merge(layers: list[Layer]) -> tuple[Merged, list[Problem]]:
    """Return the merged document of some layers, and the contradictions within a layer.

    Of a file of habits, which lies under the others, what they do not know is left out.
    """
    merged = Merged()
    problems: list[Problem] = []
    for layer in layers:
        if layer.habits:
            known = [other.document for other in layers if not other.habits]
            layer = replace(layer, document=_known(layer.document, known))
        merged.document.pop("expect", None)
        overlay(merged, layer, problems)
    return merged, problems


_SECTIONS = {"k": "instruments", "p": "partners", "i": "countries", "j": "countries"}


def _known(habits: Plain, documents: list[Plain]) -> Plain:
    """Return a file of habits without instruments, partners and countries that are not known."""
    members = {
        axis: {name for document in documents for name in document.get(section, {})}
        for axis, section in _SECTIONS.items()
    }

    def pruned(node: Any, tree: "Tree | Field") -> Any:
        if not isinstance(node, dict) or isinstance(tree, Field):
            return node
        brace = next((name for name in tree if name.startswith("{")), "{}")
        axis = members.get(brace[1:-1])
        return {
            key: pruned(value, tree[key] if key in tree else tree.get(brace, {}))
            for key, value in node.items()
            if key in tree or axis is None or key in axis or key == "source"
        }

    return {
        key: pruned(value, TREE[key]) if key in TREE else value for key, value in habits.items()
    }


def overlay(merged: Merged, layer: Layer, problems: list[Problem]) -> None:
    """Merge one more layer into a document, in place. Its values replace those before."""
    merged.layers.append(layer)
    source = _source_of(layer.document, (), None)
    remove(merged, layer, problems)
    for section in DATED:
        merged.document.setdefault(section, {})
        _lay_dated(merged, layer, section, source, problems)
    for key, value in layer.document.items():
        if key in DATED or key in OWN:
            continue
        if key in TREE and isinstance(value, dict):
            tree = TREE[key]
            target = merged.document.setdefault(key, {})
            _lay_numbers(merged, layer, target, value, (key,), tree, source)
        elif (
            isinstance(value, dict)
            and key != "base"
            and (key != "sweep" or layer.positions is None)
        ):
            _lay_table(merged, layer, merged.document.setdefault(key, {}), value, (key,), source)
        else:
            merged.document[key] = copied(value)
            merged.origins[(key,)] = (layer, (key,))
    facts = merged.document.get(FACTS, [])
    facts = [*facts, *(each for each in layer.document.get(FACTS, []) if each not in facts)]
    if facts:
        merged.document[FACTS] = facts
    _fold_relations(merged, problems)
    expect = layer.document.get("expect")
    if expect is not None:
        entries = [expect] if isinstance(expect, dict) else expect
        merged.document["expect"] = [entry for entry in entries if entry is not None]
        merged.origins["expect",] = (layer, ("expect",))


def _lay_dated(
    merged: Merged, layer: Layer, section: str, source: _Source | None, problems: list[Problem]
) -> None:
    table = merged.document[section]
    own: set[str] = set()
    for number, entry in enumerate(layer.document.get(section, [])):
        if entry is None:  # it broke the format
            continue
        entry = copied(entry)
        label = entry.setdefault(DATED[section], default_label(section, entry))
        if label in own:
            problems.append(
                layer.problem(
                    (section, number),
                    f"two entries in {section} are called '{label}'",
                    suggestion=f"give each its own {DATED[section]}",
                )
            )
        own.add(label)
        merged.forget_source((section, label))
        if source is not None and "source" not in entry:
            entry["source"] = source.text
            merged.origins[section, label, "source"] = (layer, source.where)
        before = entry.pop("before", None)
        table[label] = entry
        if before in table and before != label:
            _move(table, label, before)
        elif before is not None:
            others = [other for other in table if other != label]
            text = f"no {DATED[section]} '{before}' to stand before"
            where = (section, number, "before")
            problems.append(layer.problem(where, text, listed(others), closest(before, others)))
        merged.origins[section, label] = (layer, (section, number))


def _move(table: Plain, label: str, before: str) -> None:
    """Move an entry of a table before another one."""
    entry = table.pop(label)
    rest = list(table.items())
    place = list(table).index(before)
    table.clear()
    table.update([*rest[:place], (label, entry), *rest[place:]])


def _lay_numbers(
    merged: Merged,
    layer: Layer,
    target: Plain,
    table: Plain,
    path: KeyPath,
    tree: "Tree | Field | None",
    source: _Source | None,
) -> None:
    """Merge a table of numbers into `target`; numbers without a source take that of the table."""
    threat = len(path) == 3 and path[0] == "countries" and path[2] == "threat"
    if not threat:
        source = _source_of(table, path, source)
    merged.origins.setdefault(path, (layer, path))
    for key, value in table.items():
        if key == "source" and not threat:
            continue
        child = _below(tree, key, path)
        where = (*path, key)
        if path[:1] == ("politics",) and value is False:
            value = {"value": 0.0, "source": SWITCHED_OFF}
        if key == "records" and len(path) == 2:
            _lay_records(merged, layer, target.setdefault(key, {}), value, where, source)
        elif not isinstance(value, dict) or child is None or isinstance(child, Field):
            number = isinstance(child, Field) and not isinstance(value, str | bool | list)
            own = isinstance(value, dict) and "source" in value
            merged.forget_source(where)
            target[key] = copied(value)
            if number and source is not None and not own:
                table_of = value if isinstance(value, dict) else {"value": value}
                target[key] = {**table_of, "source": source.text}
                merged.origins[(*where, "source")] = (layer, source.where)
            merged.origins[where] = (layer, where)
        else:
            _lay_numbers(merged, layer, target.setdefault(key, {}), value, where, child, source)


def _lay_records(
    merged: Merged, layer: Layer, target: Plain, table: Plain, path: KeyPath, source: _Source | None
) -> None:
    """Merge the votes of a country before the start, which share a source."""
    merged.origins.setdefault(path, (layer, path))
    source = _source_of(table, path, source)
    if source is not None:
        target["source"] = source.text
        merged.origins[(*path, "source")] = (layer, source.where)
    for key, value in table.items():
        if key == "class":
            target["class"] = {**target.get("class", {}), **value}
            merged.origins |= {(*path, key, name): (layer, (*path, key, name)) for name in value}
        elif key != "source":
            target[key] = value
        merged.origins[(*path, key)] = (layer, (*path, key))


def _fold_relations(merged: Merged, problems: list[Problem]) -> None:
    """Keep one of ``relation.P.Q`` and ``relation.Q.P``, with the key that was written first."""
    relations = merged.document.get("relations", {})
    for name in sorted(SYMMETRIC & relations.keys()):
        table = relations[name]
        for p in list(table):
            for q in list(table[p]):
                twin = table.get(q, {}).get(p)
                if twin is None or p == q or q not in table[p]:
                    continue
                here, there = ("relations", name, p, q), ("relations", name, q, p)
                first, second = merged.origins[here][0], merged.origins[there][0]
                order = merged.layers
                if first is second and _bare(table[p][q]) != _bare(twin):
                    text = f"{name} of {p} and {q} is given both ways, and not the same"
                    problems.append(merged.problem(there, text, "one of the two"))
                if order.index(first) < order.index(second):  # the value of the later layer counts
                    table[p][q] = twin
                    merged.forget_source(here)
                    for end in ((), ("source",)):
                        if (*there, *end) in merged.origins:
                            merged.origins[(*here, *end)] = merged.origins[(*there, *end)]
                    del table[q][p]
                elif first is second:
                    del table[q][p]


def _bare(value: Any) -> Any:
    if not isinstance(value, dict):
        return float(value)
    return {key: part for key, part in value.items() if key not in ("source", "note")}


_ANY = FIELDS[0]
SWITCHED_OFF = "convention: switched off"


def _below(tree: "Tree | Field | None", key: str, path: KeyPath) -> "Tree | Field | None":
    """Return the subtree at a key; the changes of a future count as a table of numbers."""
    if len(path) == 2 and path[0] == "futures" and key in ("set", "multiply"):
        return {"{path}": _ANY}
    if not isinstance(tree, dict):
        return None
    if key in tree:
        return tree[key]
    return next((child for name, child in tree.items() if name.startswith("{")), None)


def _lay_table(
    merged: Merged, layer: Layer, target: Plain, table: Plain, path: KeyPath, source: _Source | None
) -> None:
    source = _source_of(table, path, source)
    merged.origins.setdefault(path, (layer, path))
    if len(path) == 2 and path[0] == "rules":
        _keep_sources(merged, target, table, path)
    for key, value in table.items():
        if path in (("rules",), ("paths",)) and key == "source":
            continue
        where = (*path, key)
        if isinstance(value, dict) and not (len(path) == 2 and path[0] == "paths"):
            _lay_table(merged, layer, target.setdefault(key, {}), value, where, source)
        else:
            target[key] = copied(value)
            merged.origins[where] = (layer, where)
    if len(path) == 2 and path[0] in ("rules", "paths") and source is not None:
        target["source"] = source.text
        merged.origins[(*path, "source")] = (layer, source.where)


def _keep_sources(merged: Merged, target: Plain, table: Plain, path: KeyPath) -> None:
    """Keep the sources of those numbers of a rule that the layer does not write."""
    written = [key for key in RULE_NUMBERS if key in table]
    if not written:
        return
    known = target.pop("source", None)
    merged.forget_source(path)
    sources = {key: known for key in RULE_NUMBERS if known and key in target}
    sources |= target.pop("sources", {})
    kept = {key: text for key, text in sources.items() if key not in written}
    if kept:
        target["sources"] = kept
