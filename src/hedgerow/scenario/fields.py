"""Finds the field of the model's table of numbers that a path of a scenario addresses."""

from functools import lru_cache

from ..model.numbers import FIELDS, Field

Tree = dict[str, "Tree | Field"]


def _grow() -> Tree:
    root: Tree = {}
    for field in FIELDS:
        paths = [field.parts]
        if field.parts[:3] == ("countries", "{i}", "behaviour"):
            paths.append(field.parts[2:])
        for parts in paths:
            node = root
            for part in parts[:-1]:
                child = node.setdefault(part, {})
                assert isinstance(child, dict)
                node = child
            node[parts[-1]] = field
    return root


TREE: Tree = _grow()
"""The fields as nested tables; a key in braces stands for any member of that axis."""


@lru_cache(maxsize=2**15)
def find(parts: tuple[str, ...]) -> tuple[Field, tuple[str, ...]] | None:
    """Return the field that a path addresses, and the members of its axes; None if there is none.

    ``behaviour.NAME`` finds the field of ``countries.I.behaviour.NAME``, with no members.
    """
    node: Tree | Field = TREE
    members: list[str] = []
    for part in parts:
        if isinstance(node, Field):
            return None
        child = node.get(part)
        if child is None:
            brace = next((key for key in node if key.startswith("{")), None)
            if brace is None:
                return None
            members.append(part)
            child = node[brace]
        node = child
    return (node, tuple(members)) if isinstance(node, Field) else None
