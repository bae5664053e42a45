"""The numbers of one replicate: a tree of dicts, keyed like the resolved scenario.

Every quantity of the document becomes the number that the replicate draws; shocks and futures are
copies of the tree with some leaves changed.
"""

import json
import math
import re
from copy import deepcopy
from statistics import NormalDist
from typing import Any

from scipy.special import betaincinv

from hedgerow.model.streams import Purpose, code_of, draw

Tree = dict[str, Any]
SECTIONS = (
    "ensemble",
    "instruments",
    "partners",
    "reactions",
    "relations",
    "sanctions",
    "futures",
    "behaviour",
    "countries",
    "shocks",
)
"""Sections of the document with numbers that may have a prior."""
FIXED = {"value", "low", "high", "source", "note"}
"""Keys of a number that is known, with its honest range."""


def dotted(path: tuple[str, ...]) -> str:
    """Return a path as TOML writes it: bare keys, others in quotes."""
    return ".".join(
        key if re.fullmatch("[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
        for key in path
    )


def keys_of(path: str) -> list[str]:
    """Return the keys of a dotted path none of whose keys holds a dot."""
    return [key.strip('"') for key in path.split(".")]


def sample(document: Tree, seed: int, replicate: int) -> Tree:
    """Draw every prior of a resolved document; the path of a number names its stream."""
    priors: dict[str, Tree] = {}

    def gather(node: Any, path: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            if "dist" in node:
                priors[dotted(path)] = node
            else:
                for key, child in node.items():
                    gather(child, (*path, key))

    for section in SECTIONS:
        gather(document[section], (section,))
    draws = uniforms(seed, replicate, 0, list(priors), Purpose.PRIOR)
    drawn = {
        path: quantile(prior, u)
        for (path, prior), (u, _) in zip(priors.items(), draws, strict=True)
    }

    def number(node: Any, path: tuple[str, ...]) -> Any:
        if not isinstance(node, dict):
            return node
        if "dist" in node:
            return drawn[dotted(path)]
        if "value" in node and set(node) <= FIXED:
            return node["value"]
        return {key: number(child, (*path, key)) for key, child in node.items()}

    tree = {section: number(document[section], (section,)) for section in SECTIONS}
    _fill_in(tree)
    return tree


def uniforms(
    seed: int, replicate: int, round_: int, names: list[str], purpose: Purpose
) -> list[tuple[float, float]]:
    """Return two uniforms of each named stream in a round."""
    first, second = draw(seed, replicate, round_, [code_of(name) for name in names], purpose)
    return list(zip(first.tolist(), second.tolist(), strict=True))


def quantile(prior: Tree, u: float) -> float:
    """Return the value of a prior at a uniform."""
    u = max(u, 2.0**-54)
    low, high = prior.get("low"), prior.get("high")
    match prior["dist"]:
        case "uniform":
            return low + (high - low) * u
        case "triangular":
            mode = prior["value"]
            if u < (mode - low) / (high - low):
                return low + math.sqrt(u * (high - low) * (mode - low))
            return high - math.sqrt((1 - u) * (high - low) * (high - mode))
        case "normal":
            curve = NormalDist(prior["value"], prior["sd"])
            bottom = 0.0 if low is None else curve.cdf(low)
            top = 1.0 if high is None else curve.cdf(high)
            value = curve.inv_cdf(bottom + u * (top - bottom))
            value = value if low is None else max(value, low)
            return value if high is None else min(value, high)
        case "half_normal":
            return NormalDist(0.0, prior["sd"]).inv_cdf(0.5 + 0.5 * u)
        case "lognormal":
            return prior["value"] * math.exp(prior["sigma"] * NormalDist().inv_cdf(u))
        case "beta":
            low, high = low or 0.0, 1.0 if high is None else high
            return low + (high - low) * float(betaincinv(prior["a"], prior["b"], u))
    raise ValueError(f"unknown prior {prior['dist']}")


def _fill_in(tree: Tree) -> None:
    """Write out what the document leaves to follow from something else."""
    powers = list(tree["partners"])
    for name, itself in (("rivalry", 0.0), ("closeness", 0.0), ("correlation", 1.0)):
        table = tree["relations"].get(name, {})
        tree["relations"][name] = {
            p: {
                q: itself if p == q else table.get(p, {}).get(q, table.get(q, {}).get(p, 0.0))
                for q in powers
            }
            for p in powers
        }
    for country in tree["countries"].values():
        country["behaviour"] = tree["behaviour"] | country.get("behaviour", {})
        given = country.get("stocks", {})
        country["stocks"] = {k: ties | given.get(k, {}) for k, ties in country["ties"].items()}


def places(tree: Tree, path: str) -> list[tuple[Tree, str]]:
    """Return the leaves, as table and key, that the path of a shock or a future changes."""
    keys = keys_of(path)
    if path == "threat":
        return [(country["threat"], "level") for country in tree["countries"].values()]
    if keys[0] == "behaviour":
        return [(country["behaviour"], keys[1]) for country in tree["countries"].values()]
    if keys[0] == "relations" and len(keys) == 4:
        _, name, p, q = keys
        table = tree["relations"][name]
        return [(table[p], q), (table[q], p)]
    for key in keys[:-1]:
        tree = tree[key]
    return [(tree, keys[-1])]


def change(tree: Tree, path: str, operation: str, value: float) -> None:
    """Change a tree in place: ``set``, ``add`` or ``multiply``."""
    for table, key in places(tree, path):
        if operation == "set":
            table[key] = value
        elif operation == "add":
            table[key] += value
        else:
            table[key] *= value


def in_force(tree: Tree, shocks: list[tuple[str, str, float]]) -> Tree:
    """Return the numbers with some shocks (path, operation, value) applied in order.

    Rivalry is then multiplied by the intensity of all rivalry.
    """
    now = deepcopy(tree)
    for shock in shocks:
        change(now, *shock)
    for row in now["relations"]["rivalry"].values():
        for q in row:
            row[q] *= now["relations"]["intensity"]
    return now


def in_future(now: Tree, future: str) -> Tree:
    """Return the numbers in force as they would be in a future."""
    there = deepcopy(now)
    for operation in ("set", "multiply"):
        for path, value in now["futures"][future].get(operation, {}).items():
            change(there, path, operation, value)
    return there
