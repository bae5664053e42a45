"""The numbers from which returns follow: those of the file that extends no other.

A what-if must not be absorbed: were returns solved again from what it changed, its ties at the
start would again be the best. So they follow from the file at the root, before what extends it and
before any change, and are held. Where a file says ``recalibrate = true``, they follow from what it
makes of that, and are held for what extends it.
"""

from typing import Any

from ..model.numbers import Field
from .document import DATED, Merged, Plain, copied
from .fields import TREE, Tree
from .keys import join, split
from .merge import merge
from .quantity import NOTES, is_quantity_table
from .removal import drop, left
from .resolve import BASE, complete

SECTIONS = (
    *("instruments", "habits", "partners", "relations", "sanctions", "futures"),
    *("behaviour", "countries", "terms", "rules"),
)
"""Sections from which returns follow."""

ABSENT = "absent"
"""Key of the paths that the base does not have."""

_ADDED = {"k": "instruments", "p": "partners", "q": "partners", "i": "countries", "j": "countries"}
_IDLE = ("name", "title", "source", "sources", "strategy", "records")
"""Keys of which returns do not depend."""


def base_table(merged: Merged, resolved: Plain) -> Plain | None:
    """Return what differs in the base of a scenario, by path; None if nothing does.

    The base is the first file, or the last file or change that says ``recalibrate = true``, with
    all before it. Members that were added since stand in it as they are in the whole.

    Args:
        merged: the merged document.
        resolved: the complete document of it.
    """
    layers = merged.layers
    first = next(n for n, layer in enumerate(layers) if not (layer.habits or layer.part))
    written = merged.layer_of(("recalibrate",))
    anew = bool(merged.document.get("recalibrate")) and written is not None
    last = layers.index(written) if anew and written is not None else first
    own = None if anew else layers[first].document.get(BASE)
    if last == len(layers) - 1:
        return own
    root, _ = merge(layers[: last + 1])  # which leaves out habits of members added since
    for layer in layers[last + 1 :]:
        for section, names in layer.document.get("remove", {}).items():
            for name in names:
                if name in root.document.get(section, {}):
                    drop(root.document, section, name)
    known = {axis: set(root.document.get(name, {})) for axis, name in _ADDED.items()}
    base = copied(merged.document)
    for section in SECTIONS:
        before, now = root.document.get(section, {}), merged.document.get(section, {})
        if section in TREE:
            base[section] = _carried(before, now, TREE[section], known)
        else:
            base[section] = {**now, **before} if section == "rules" else before
    complete_base = complete(_with(base, left(own or {}, layers[last + 1 :])))
    changed: Plain = {}
    absent: list[str] = []
    for section in SECTIONS:
        _compare(complete_base[section], resolved[section], (section,), changed, absent)
    if absent:
        changed[ABSENT] = absent
    return changed or None


def _carried(before: Any, now: Any, tree: "Tree | Field", known: dict[str, set[str]]) -> Any:
    """Return a table as it was before, with the members that were added since."""
    if isinstance(tree, Field) or not tree or not isinstance(before, dict):
        return before
    result = dict(before)
    brace = next((name for name in tree if name.startswith("{")), "{}")
    axis = brace[1:-1]
    for key, value in now.items():
        if key in tree or axis not in known or key in known[axis]:
            child = tree.get(key, tree.get(brace, {}))
            if isinstance(child, dict) and isinstance(value, dict):
                below = _carried(before.get(key, {}), value, child, known)
                if below or key in before:
                    result[key] = below
        elif key not in before:
            result[key] = value
    return result


def _compare(
    base: Plain, now: Plain, path: tuple[str, ...], changed: Plain, absent: list[str]
) -> None:
    for key, value in base.items():
        if key in _IDLE:
            continue
        other = now.get(key)
        if _is_table(value):
            _compare(value, other or {}, (*path, key), changed, absent)
        elif _bare(value) != _bare(other):
            changed[join((*path, key))] = _bare(value)
    absent += [join((*path, key)) for key in now if key not in base and key not in _IDLE]


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and not is_quantity_table(value)


def _bare(value: Any) -> Any:
    """Return a value without its source and note, which do not matter here."""
    if not isinstance(value, dict):
        return value
    bare = {key: part for key, part in value.items() if key not in NOTES}
    return bare["value"] if set(bare) == {"value"} else bare


def based(resolved: Plain) -> Plain:
    """Return the resolved document from which returns follow, without what comes later."""
    result = _with({key: value for key, value in resolved.items() if key != BASE}, resolved[BASE])
    return {**result, **{section: {} for section in (*DATED, "events", "paths")}}


def _with(document: Plain, changes: Plain | None) -> Plain:
    """Return a document with the changes of a table `base`."""
    result = copied(document)
    for path in (changes or {}).get(ABSENT, ()):
        *above, last = split(path)
        _table(result, above).pop(last, None)
    for path, value in (changes or {}).items():
        if path != ABSENT:
            *above, last = split(path)
            _table(result, above)[last] = copied(value)
    return result


def _table(document: Plain, path: list[str]) -> Plain:
    for part in path:
        document = document.setdefault(part, {})
    return document
