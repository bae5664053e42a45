"""The plain model in the midst of a block of the shipped one: from its arrays to names."""

from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

from hedgerow.model import shocks
from hedgerow.model.numbers import BY_ARRAY, FIELDS, Field
from hedgerow.model.parameters import (
    INSTRUMENTS,
    PROCESSES,
    ROUNDS_A_YEAR,
    Structure,
    Values,
    World,
)
from hedgerow.model.state import State
from hedgerow.model.terms import TERMS

from .numbers import SECTIONS, Tree
from .oracle import state_of
from .plain import Country, Hedging


def countries(world: World, s: State, round_: int = 0) -> Iterator[tuple[int, Country]]:
    """Yield every decision of a block with its country in the plain model.

    Args:
        world: what the block was given.
        s: its state.
        round_: what it is to play or plays: its shocks and embargoes are in force, and what the
            country draws is of this round.
    """
    values = shocks.in_force(world.values, world.shocks, shocks.active(world.shocks, round_))
    runs = len(world.replicates)
    for r in range(runs):
        model = _model(world, values, s, r, round_)
        for i, country in enumerate(model.countries.values()):
            yield i * runs + r, country


def _model(world: World, values: Values, s: State, r: int, round_: int) -> Hedging:
    """Return a replicate of a block as the plain model, with these numbers in force."""
    scenario = SimpleNamespace(resolved=_document(world, values, r))
    model = Hedging(scenario, int(world.replicates[r]), world.seed)
    model.round = round_
    structure = world.structure
    for i, country in enumerate(model.countries.values()):
        d = i * len(world.replicates) + r
        country.become(state_of(structure, s, i, d))
        for p, code in enumerate(structure.partners):
            country.earned[code] = s.reward_due[p, d].item()
            if code != country.code:
                country.rungs[code] = s.tiers[p, d].item()
                country.voices_before[code] = s.voices[p, d].item()
    return model


def _document(world: World, values: Values, r: int) -> Tree:
    """Write a replicate of a world as a resolved scenario, with these numbers in force."""
    structure = world.structure
    partners, codes = structure.partners, structure.countries
    tree: Tree = {section: {} for section in (*SECTIONS, "rules", "choices", "embargoes")}
    for field in FIELDS:
        array = getattr(structure, field.array) if field.fixed else values[field.array][..., r]
        for index in np.ndindex(array.shape):
            *tables, key = _keys(structure, field, index)
            _table(tree, tables)[key] = array[index].item()
    rules = structure.rules
    for i, code in enumerate(codes):
        country, threat = tree["countries"][code], structure.threat_source[i]
        country["threat"]["source"] = "none" if threat < 0 else partners[threat]
        country |= {"strategy": structure.strategies[i], "rules": [code]}
        tree["rules"][code] = {
            "tier_max": rules.tier_max[i].item(),
            "tie_max": dict(zip(INSTRUMENTS, rules.tie_max[:, i].tolist(), strict=True)),
            "tilt_max": rules.tilt_max[i].item(),
            "force": bool(rules.force[i]),
        }
    for override in world.overrides:
        field, shape = BY_ARRAY[override.array], values[override.array].shape[:-1]
        changed = tree["futures"][structure.futures[override.future]].setdefault(override.op, {})
        cells = [np.arange(n)[at].ravel() for n, at in zip(shape, override.index, strict=True)]
        for index in product(*cells):
            changed[".".join(_keys(structure, field, index))] = override.value[r].item()
    for choice in structure.choices:
        tree["choices"][choice.question] = {
            "question": choice.question,
            "at": _date(structure, choice.round),
            "countries": [codes[i] for i in choice.countries],
            "options": {
                option: _in_units(structure, choice.changes[o])
                | {
                    "reward": dict(zip(partners, choice.rewards[o].tolist(), strict=True)),
                    "cost": choice.costs[o].item(),
                }
                for o, option in enumerate(choice.options)
            },
        }
    for n, ban in enumerate(structure.embargoes):
        tree["embargoes"][str(n)] = {
            "partner": partners[ban.partner],
            "instrument": INSTRUMENTS[ban.instrument],
            "countries": [codes[ban.country]],
            "from": _date(structure, ban.start),
            "until": _date(structure, ban.stop),
        }
    poles = [partners[pole] for pole in structure.poles]
    tree["ensemble"] |= {"seed": world.seed, "level": structure.level, "poles": poles}
    tree["time"] = {"start": structure.start, "end": structure.start + structure.years - 1}
    tree["terms"] = {name: name in structure.terms for name in TERMS}
    tree["processes"] = {name: name in structure.processes for name in PROCESSES}
    return tree


def _date(structure: Structure, round_: int) -> float:
    """Return the date at which a round begins."""
    return structure.start + round_ / ROUNDS_A_YEAR


def _keys(structure: Structure, field: Field, index: tuple[int, ...]) -> list[str]:
    """Return the keys at which a scenario has a number of an array."""
    if field.shape == "s":
        place = dict(zip("pq", structure.sanctions[index[0]], strict=True))
    else:
        place = dict(zip((field.axes[n] for n in field.order), index, strict=True))
    names = {"k": INSTRUMENTS, "w": structure.futures}
    names |= dict.fromkeys("pq", structure.partners) | dict.fromkeys("ij", structure.countries)
    return [
        names[part[1]][place[part[1]]] if part.startswith("{") else part for part in field.parts
    ]


def _in_units(structure: Structure, changes: Any) -> Tree:
    """Return what an option changes, (K, P) in steps, in units by name."""
    return {
        name: dict(zip(structure.partners, (row * step).tolist(), strict=True))
        for name, row, step in zip(INSTRUMENTS, changes, structure.step, strict=True)
    }


def _table(tree: Tree, tables: list[str]) -> Tree:
    for key in tables:
        tree = tree.setdefault(key, {})
    return tree
