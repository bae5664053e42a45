"""Writes what was fitted as scenarios read it: a file of habits, and joint draws of its numbers."""

import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np

from ... import files
from ...scenario.keys import split
from ...scenario.quantity import Quantity, quantity
from .penalised import Fit, Floats
from .position import Position
from .sample import Sample
from .suppliers import OTHERS

BASE = "habits-prior"
"""The shipped file whose numbers stay where none was fitted: guesses that know no record."""

_APART = ("TUR", "ISR")
"""Suppliers that are fitted apart, and are among the others in the model."""

_JUMPS = ("habits.labels.jump_2", "habits.labels.jump_3")


def columns(fits: Mapping[str, Fit], number: int, seed: int) -> dict[str, Floats]:
    """Return joint draws (number,) of all numbers of habits, by path.

    Kinds are fitted apart, so that draws are joint within a kind and independent between kinds.
    """
    found: dict[str, Floats] = {}
    for kind, fitted in fits.items():
        rng = np.random.default_rng([seed, *kind.encode()])
        draws = fitted.draws(number, rng)
        model = fitted.likelihood
        for row in model.report():
            if not row.group and row.name.startswith(("habits.", "countries.", OTHERS)):
                value = draws @ row.weights
                found[row.name] = np.exp(value) if row.form == "exp" else value
        if kind == "labels":
            odds = np.exp(np.column_stack([np.zeros(number), draws[:, 1:]]))
            share = odds / odds.sum(axis=1, keepdims=True)
            found |= dict(zip(_JUMPS, share[:, 1:].T, strict=True))
    bases = [f"habits.arms.base.{code}" for code in _APART]
    if all(path in found for path in bases):
        alike = [OTHERS, *bases]
        found["habits.arms.base_other"] = np.log(sum(np.exp(found.pop(path)) for path in alike))
    for code in _APART:
        found.pop(f"habits.arms.size_of.{code}", None)
    if "habits.trade.drift" in found:
        found["habits.trade.drift"] = np.maximum(found["habits.trade.drift"], 0.0)
    return found


_LOGNORMAL = ("urn", "concentration", "size_sd", "noise", "hazard", "programmes")


def _prior(path: str, draws: Floats, source: str) -> dict[str, Any]:
    """Return the marginal of draws as a prior of a scenario."""
    parts = split(path)
    if path in _JUMPS:  # the beta of the same mean and variance
        mean, variance = float(draws.mean()), float(draws.var())
        total = mean * (1.0 - mean) / variance - 1.0
        table = {"dist": "beta", "a": _short(mean * total), "b": _short((1.0 - mean) * total)}
    elif parts[-1] in _LOGNORMAL or parts[0] == "countries":
        log = np.log(draws)
        table = {
            "dist": "lognormal",
            "value": _short(np.exp(log.mean())),
            "sigma": _short(log.std()),
        }
    else:
        table = {"dist": "normal", "value": _short(draws.mean()), "sd": _short(draws.std())}
        if parts[-1] == "drift":
            table["low"] = 0.0
    return table | {"source": source}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def document(
    fits: Mapping[str, Fit],
    sample: Sample,
    draws: Mapping[str, Floats],
    sources: Mapping[str, str],
    title: str,
    description: str,
) -> dict[str, Any]:
    """Return the file of habits as a document: what was fitted over what is guessed."""
    text = files.read_text(files.folder("seeds") / "habits" / f"{BASE}.toml")
    result = tomllib.loads(text)
    result |= {"title": title, "description": description}
    for kind, fitted in fits.items():
        source = sources[kind]
        for path in (row.name for row in fitted.likelihood.report() if not row.group):
            if path in draws:
                _put(result, path, _prior(path, draws[path], source))
        for row in fitted.likelihood.report():
            if row.group:
                _put(result, row.name, {"value": _short(fitted.sd[row.group]), "source": source})
        if kind == "suppliers":
            path = "habits.arms.base_other"
            _put(result, path, _prior(path, draws[path], source))
        if kind == "labels":
            for path in _JUMPS:
                _put(result, path, _prior(path, draws[path], source))
        if isinstance(fitted.likelihood, Position):
            for name, value in zip(("mean", "spread"), fitted.likelihood.moments, strict=True):
                _put(result, f"habits.position.{name}", {"value": _short(value), "source": source})
    return result


def _put(document_: dict[str, Any], path: str, value: Any) -> None:
    *table, name = split(path)
    for part in table:
        document_ = document_.setdefault(part, {})
    document_[name] = value


def quantities(document_: Mapping[str, Any], paths: Mapping[str, Floats]) -> dict[str, Quantity]:
    """Return the numbers of a file of habits by path."""
    found = {}
    for path in paths:
        node: Any = document_
        for part in split(path):
            node = node[part]
        found[path] = quantity(node)
    return found
