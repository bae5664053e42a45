"""Drops members and entries of a scenario that a file removes, with all that belongs to them.

To a partner belong its numbers, those of countries and other partners with it, what it may do, its
embargoes, its votes and its place among sponsors, and what shocks and futures change of its
numbers. What only names it, such as the option of a choice, stays, and is told as unknown.
"""

from collections.abc import Iterator

from .document import DATED, Merged, Plain
from .fields import TREE, Tree, axes_of, find
from .keys import join, split
from .layers import Layer
from .problems import Problem, closest, listed
from .schema import REMOVED, VOTE

_AXES = {"partners": "pq", "countries": "ij", "instruments": "k", "futures": "w", "events": "e"}


def remove(merged: Merged, layer: Layer, problems: list[Problem]) -> None:
    """Drop what a layer removes from the document of the layers below it, in place."""
    for section, names in layer.document.get("remove", {}).items():
        for number, name in enumerate(names or []):
            if name is None:  # it broke the format
                continue
            where, noun = ("remove", section, number), REMOVED[section]
            known = [key for key in merged.document.get(section, {}) if key != "source"]
            if name not in known:
                text = f"no {noun} '{name}' to remove"
                problem = layer.problem(where, text, listed(known), closest(name, known))
                problems.append(problem)
                continue
            gone = drop(merged.document, section, name)
            here = layer.problem(where, "")
            for path in gone:
                _forget(merged, path)
                if len(path) == 2 and path[0] in REMOVED:
                    what = f"{REMOVED[path[0]]} '{path[1]}'"
                    merged.dropped[what] = f"{here.file}:{here.line} removes it"
            if len(gone) > 1:
                text = f"with {name} go {', '.join(join(path) for path in gone[1:])}"
                merged.notes.append(layer.problem(where, text, severity="note"))


def drop(document: Plain, section: str, name: str) -> list[tuple[str, ...]]:
    """Drop a member or an entry of a keyed document, in place, with what belongs to it.

    Returns:
        The paths that are gone, that of the member first.
    """
    return list(_drop(document, section, name))


def left(numbers: Plain, layers: list[Layer]) -> Plain:
    """Return those of some numbers by path that belong to nothing that layers remove."""
    gone = [
        (_AXES.get(section, ""), name)
        for layer in layers
        for section, names in layer.document.get("remove", {}).items()
        for name in names or []
    ]
    return {
        path: value
        for path, value in numbers.items()
        if not any(_is_of(path, axes, name) for axes, name in gone)
    }


def _drop(document: Plain, section: str, name: str) -> Iterator[tuple[str, ...]]:
    del document[section][name]
    yield section, name
    axes = _AXES.get(section, "")
    if axes:
        yield from _members(document, TREE, axes, name, ())
    if section == "partners":
        yield from _of_partner(document, name)
    if section == "countries":
        yield from _of_country(document, name)
    if section == "instruments":
        for rule, table in document.get("rules", {}).items():
            if table.get("tie_max", {}).pop(name, None) is not None:
                yield "rules", rule, "tie_max", name
    for label, entry in list(document.get("shocks", {}).items()) if axes else ():
        if _is_of(entry["path"], axes, name):
            yield from _drop(document, "shocks", label)
    for future, table in document.get("futures", {}).items() if axes else ():
        for operation in ("set", "multiply"):
            for path in list(table.get(operation, {})):
                if _is_of(path, axes, name):
                    del table[operation][path]
                    yield "futures", future, operation, path


def _members(
    node: Plain, tree: Tree, axes: str, name: str, path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Drop the keys of a table that stand for a member of one of some axes."""
    brace = next((key for key in tree if key.startswith("{")), "{}")
    for key in [key for key in node if key in tree or path]:
        child = tree.get(key, tree.get(brace))
        if key not in tree and key == name and brace[1:-1] in (*axes,):
            del node[key]
            yield *path, key
        elif isinstance(child, dict) and isinstance(node[key], dict):
            yield from _members(node[key], child, axes, name, (*path, key))
            if not node[key] and key not in tree and path[:1] in (("relations",), ("sanctions",)):
                del node[key]  # of its pairs, none is left


def _of_partner(document: Plain, name: str) -> Iterator[tuple[str, ...]]:
    if name in document.get("paths", {}):
        del document["paths"][name]
        yield "paths", name
    for event, table in list(document.get("events", {}).items()):
        if isinstance(table, dict) and name in (table.get("power"), table.get("target")):
            yield from _drop(document, "events", event)
    for label, entry in list(document.get("embargoes", {}).items()):
        if entry["partner"] == name:
            yield from _drop(document, "embargoes", label)
    for question, entry in document.get("choices", {}).items():
        if entry.get("kind") == VOTE:
            if entry.get("votes", {}).pop(name, None) is not None:
                yield "choices", question, "votes", name
            if name in entry.get("sponsors", ()):
                entry["sponsors"].remove(name)
                yield "choices", question, "sponsors", name


def _of_country(document: Plain, name: str) -> Iterator[tuple[str, ...]]:
    """Drop a country from those that entries are about; an entry about it alone goes whole."""
    for section in DATED:
        for label, entry in list(document.get(section, {}).items()):
            if name in entry.get("countries", ()):
                entry["countries"].remove(name)
                yield section, label, "countries", name
                if not entry["countries"]:
                    yield from _drop(document, section, label)


def _is_of(path: str, axes: str, name: str) -> bool:
    """Whether a path is that of a number of a member of one of some axes."""
    try:
        parts = split(path)
    except ValueError:
        return False
    found = find(parts)
    if found is None:
        return False
    field, members = found
    return any(
        axis in axes and member == name
        for axis, member in zip(axes_of(field, parts), members, strict=True)
    )


def _forget(merged: Merged, path: tuple[str, ...]) -> None:
    for known in [known for known in merged.origins if known[: len(path)] == path]:
        del merged.origins[known]
