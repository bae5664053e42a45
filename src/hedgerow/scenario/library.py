"""Reads the parts that a scenario includes: of the shipped library, or files beside it.

A part holds what several scenarios share, such as powers or instruments. It lies under the file
that includes it, over what that file extends, and may include further parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from ..errors import ScenarioError
from ..files import folder
from ..model.numbers import SYMMETRIC
from .document import DATED, FACTS, default_label, is_there, names
from .fields import TREE
from .keys import join
from .layers import Layer, format_problems, read
from .positions import KeyPath
from .problems import Problem, closest, listed
from .quantity import is_quantity_table
from .schema import VERSION

_HEAD = ("schema", "title", "description", "source", "include", FACTS)
_KEYS = (*_HEAD, *TREE, *DATED, "labels", "rules", "paths")
"""Keys of a part."""

_INSTEAD = "a part gives partners, countries, events and the like; a scenario is extended"


@dataclass
class Included:
    """The parts that a file includes, in the order in which they are laid.

    Attributes:
        layers: the parts, each once, after those that it includes itself.
        problems: what is wrong with them.
        usable: whether enough is left to merge and check them.
        below: the labels of the parts that each part includes, at any depth, by its own label.
    """

    layers: list[Layer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    usable: bool = True
    below: dict[str, set[str]] = field(default_factory=dict)


_Leaves = dict[tuple[str, ...], tuple[Any, Layer, KeyPath]]
"""The values that some layers give, each with the layer that gives it and its place there."""


def included(layer: Layer, path: Path) -> Included:
    """Read the parts that a file includes.

    Args:
        layer: the file, without what breaks the format.
        path: where it stands.
    """
    found = Included()
    _include(layer, [(path.resolve(), layer.label)], found, {})
    return found


def part_names() -> list[str]:
    """Return the names of the parts of the shipped library, sorted."""
    return sorted(path.stem for path in (folder("scenarios") / "library").glob("*.toml"))


def _include(
    layer: Layer,
    trail: list[tuple[Path, str]],
    found: Included,
    known: dict[Path, tuple[str, _Leaves]],
) -> _Leaves:
    """Read what a layer includes; return all that the layer and its parts give.

    Args:
        layer: the layer.
        trail: the files that led to it, and their labels.
        found: what was found so far, which grows.
        known: by file, the label of each part read so far, and what it gives with its own parts.
    """
    named = layer.document.get("include", [])
    own = dict(_leaves(layer)) if named or layer.part else {}
    below = found.below.setdefault(layer.label, set())
    result: _Leaves = {}
    for number, name in enumerate(named):
        if name is None:  # it broke the format
            continue
        try:
            if name in named[:number]:
                raise _wrong(layer, number, f"'{name}' stands here twice")
            path, label = _locate(name, layer, number)
            place = path.resolve()
            if any(place == above for above, _ in trail):
                circle = " → ".join([*(each for _, each in trail), label])
                raise _wrong(layer, number, f"includes '{name}' in a circle: {circle}")
            if place not in known:
                part = _read(path, label, layer, number)
                problems, usable = format_problems(part)
                found.problems += problems
                found.usable = found.usable and usable
                known[place] = label, _include(part, [*trail, (place, label)], found, known)
                for key in ("title", "description"):
                    part.document.pop(key, None)
                found.layers.append(part)
        except ScenarioError as error:
            found.problems += error.problems
            found.usable = False
            continue
        label, leaves = known[place]
        below |= {label} | found.below[label]
        unlike = _combine(result, leaves, found.below)
        if unlike := [path for path in unlike if path not in own]:
            found.problems.append(_contradiction(layer, number, unlike, result, leaves))
    return result | own


def _combine(result: _Leaves, more: _Leaves, below: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Add what a part gives to what those before it give; return the paths that contradict.

    A part does not contradict one that it includes: it lies over it, whichever is named first.
    """
    unlike = []
    for path, (value, by, where) in more.items():
        known, first, _ = result.get(path, (value, by, where))
        if by.label in below[first.label]:
            continue
        if first.label not in below[by.label] and not _alike(known, value):
            unlike.append(path)
        else:
            result[path] = (value, by, where)
    return unlike


def _contradiction(
    layer: Layer, number: int, unlike: list[tuple[str, ...]], result: _Leaves, more: _Leaves
) -> Problem:
    places = [leaves[unlike[0]][1:] for leaves in (result, more)]
    lines = [f"{by.label}:{by.problem(where, '').line}" for by, where in places]
    text = f"two parts set {join(unlike[0])} differently: {' and '.join(lines)}"
    text += f"; and {len(unlike) - 1} more" if len(unlike) > 1 else ""
    hint = "include one of the two, or set it in this file"
    return layer.problem(("include", number), text, suggestion=hint)


def _alike(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _leaves(layer: Layer) -> Iterator[tuple[tuple[str, ...], tuple[Any, Layer, KeyPath]]]:
    """Yield the path of each value of a layer, with the value and its place."""
    for section, value in layer.document.items():
        if section in DATED:
            for number, entry in enumerate(value):
                if entry is not None:
                    label = entry.get(DATED[section]) or default_label(section, entry)
                    yield (section, label), (entry, layer, (section, number))
        elif section not in _HEAD and isinstance(value, dict):
            yield from _below(layer, value, (section,))


def _below(
    layer: Layer, table: dict[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Any, Layer, KeyPath]]]:
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, dict) and not is_quantity_table(value):
            yield from _below(layer, value, here)
        elif key != "source" or path[-1] == "threat":
            pair = path[:1] == ("relations",) and path[1:2] and path[1] in SYMMETRIC
            yield (*here[:2], *sorted(here[2:])) if pair else here, (value, layer, here)


def _locate(name: str, layer: Layer, number: int) -> tuple[Path, str]:
    """Return the file of a part and its name in messages."""
    if "/" not in name and not name.endswith(".toml"):
        path = folder("scenarios") / "library" / f"{name}.toml"
        if is_there(path):
            return path, f"library/{name}.toml"
        known = part_names()
        if name in names():
            text = f"'{name}' is a scenario, and no part of the library"
            raise _wrong(layer, number, text, listed(known, 40), f'write extends = "{name}"')
        text = f"no part of the library is called '{name}'"
        raise _wrong(layer, number, text, listed(known, 40), closest(name, known))
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        text = f"include '{name}' leads out of the folder of this file"
        raise _wrong(layer, number, text, "a file beside this one, or in a folder below")
    path = layer.folder / name
    if not is_there(path):
        raise _wrong(layer, number, f"includes '{name}', and there is no such file")
    return path, str(path)


def _read(path: Path, label: str, layer: Layer, number: int) -> Layer:
    try:
        part = read(path, label)
    except ScenarioError as error:
        first = error.problems[0]
        if first.line:
            raise
        text = f"includes '{path.name}', which cannot be used: {first.message}"
        raise _wrong(layer, number, text, "", first.suggestion) from None
    other = [key for key in part.document if key not in _KEYS]
    habits = part.document.get("habits")
    if isinstance(habits, str) or (isinstance(habits, dict) and "file" in habits):
        other.append("habits.file")
    if other:
        text = f"{label} is no part that can be included, since it has '{other[0]}'"
        raise _wrong(layer, number, text, _INSTEAD)
    part.document.setdefault("schema", VERSION)
    part.document.setdefault("title", path.stem)
    return replace(part, part=True)


def _wrong(
    layer: Layer, number: int, text: str, expected: str = "", suggestion: str = ""
) -> ScenarioError:
    return ScenarioError([layer.problem(("include", number), text, expected, suggestion)])
