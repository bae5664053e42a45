"""Finds the field of the model's table of numbers that a path of a scenario addresses."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..model.numbers import FIELDS, Field
from ..model.parameters import Kind

Tree = dict[str, "Tree | Field"]


def is_behaviour(field: Field) -> bool:
    """Whether the table ``behaviour`` at the top level sets a field for every country."""
    return field.parts[2:3] == ("behaviour",)


def _grow() -> Tree:
    root: Tree = {}
    for field in FIELDS:
        for parts in (field.parts, field.parts[2:])[: 1 + is_behaviour(field)]:
            node = root
            for part in parts[:-1]:
                child = node.setdefault(part, {})
                assert isinstance(child, dict)
                node = child
            node[parts[-1]] = field
    return root


TREE: Tree = _grow()
"""The fields as nested tables; a key in braces stands for any member of that axis."""

_OF_KIND = {
    **dict.fromkeys(("turnover", "lag", "programmes", "own_size"), (Kind.PROGRAMMES,)),
    **dict.fromkeys(("stocks", "others", "experience", "capacity"), (Kind.PROGRAMMES,)),
    **dict.fromkeys(("curvature", "rate", "elasticity", "returns"), (Kind.STEPS,)),
    "access": (Kind.FLOW,),
    "memory": (Kind.PROGRAMMES, Kind.FLOW, Kind.STEPS),
    "ties": (Kind.PROGRAMMES, Kind.FLOW, Kind.STEPS),
}
_HABITS = {"programmes": (Kind.PROGRAMMES,), "flows": (Kind.FLOW,)}


def kinds_of(field: Field) -> tuple[Kind, ...]:
    """Return the kinds of instruments for which a number of an instrument is read."""
    if field.parts[:2] == ("habits", "{k}"):
        return _HABITS[field.used[0]]
    return _OF_KIND.get(field.array, tuple(Kind))


def applies(field: Field, members: Mapping[str, str], instruments: Mapping[str, Any]) -> bool:
    """Whether a number is read, given the kind of its instrument.

    Args:
        members: the members of its axes, by their letters.
        instruments: the section of a scenario.
    """
    if "k" not in members:
        return True
    kind = instruments[members["k"]].get("kind")
    return kind is None or kind in kinds_of(field)


@lru_cache(maxsize=2**15)
def find(parts: tuple[str, ...]) -> tuple[Field, tuple[str, ...]] | None:
    """Return the field that a path addresses, and the members of its axes; None if there is none.

    ``behaviour.NAME`` finds the field of ``countries.I.behaviour.NAME``, without the country.
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


def axes_of(field: Field, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the letters of the axes whose members a path of a field names, in their order."""
    return field.axes[1:] if parts[0] == "behaviour" else field.axes
