"""A world's numbers and random draws for one replicate, as plain floats keyed by names."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from hedgerow.model.numbers import BY_ARRAY
from hedgerow.model.parameters import Structure, World
from hedgerow.model.streams import Purpose

from .philox import MASK, philox, unit

Table = dict[str, Any]
"""Name of a number → a float, or a dictionary by name, or by names."""

TINY = 2.0**-54


def draw(
    seed: int, replicate: int, round_: int, name: str, purpose: Purpose
) -> tuple[float, float]:
    """Two uniforms of a named stream."""
    code = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
    counter = (replicate & MASK, (replicate >> 32) | int(purpose) << 24, code, round_)
    words = philox(counter, (seed & MASK, seed >> 32))
    return unit(*words[:2]), unit(*words[2:])


def gumbel(u: float) -> float:
    """A standard Gumbel number."""
    return -math.log(-math.log(max(u, TINY)))


def normal(u: float, v: float) -> float:
    """A standard normal number."""
    return math.sqrt(-2.0 * math.log(max(u, TINY))) * math.cos(2.0 * math.pi * v)


def axes(structure: Structure) -> dict[str, list[Any]]:
    """Names along each axis of an array, by the letter of the axis."""
    p = structure.partners
    return {
        "k": [one.name for one in structure.instruments],
        "p": list(p),
        "n": list(structure.countries),
        "w": list(structure.futures),
        "s": [(p[a], p[b]) for a, b in structure.sanctions],
        "e": [event.name for event in structure.events],
        "c": list(structure.classes),
    }


def _named(structure: Structure, name: str, array: Any) -> Any:
    names = axes(structure)
    along = [names[letter] for letter in BY_ARRAY[name].shape]
    if not along:
        return float(array)
    result = {}
    for index in np.ndindex(*(len(axis) for axis in along)):
        key = tuple(axis[place] for axis, place in zip(along, index, strict=True))
        result[key if len(key) > 1 else key[0]] = float(array[index])
    return result


def _change(array: Any, index: Any, op: str, value: float) -> None:
    if op == "set":
        array[index] = value
    elif op == "add":
        array[index] += value
    else:
        array[index] *= value


def now(world: World, r: int, active: list[bool]) -> tuple[Table, dict[str, Table]]:
    """Return the numbers while some shocks are active, and by future those that it changes."""
    arrays = {name: np.array(array[..., r]) for name, array in world.values.items()}
    for shock, on in zip(world.shocks, active, strict=True):
        if on:
            for index in (shock.index, shock.mirror):
                if index is not None:
                    _change(arrays[shock.array], index, shock.op, float(shock.value[r]))
    futures = {}
    for place, future in enumerate(world.structure.futures):
        there = {name: arrays[name].copy() for name in ("capacity", "trust", "will")}
        there["threat_level"] = arrays["threat_level"].copy()
        for one in world.overrides:
            if one.future == place:
                _change(there[one.array], one.index, one.op, float(one.value[r]))
        futures[future] = {k: _named(world.structure, k, v) for k, v in there.items()}
    table = {name: _named(world.structure, name, array) for name, array in arrays.items()}
    table["rivalry"] = {pq: table["intensity"] * x for pq, x in table["rivalry"].items()}
    whole = sum(table["prior"].values())
    table["prior"] = {w: x / whole for w, x in table["prior"].items()}
    return table, futures
