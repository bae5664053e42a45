"""Compiles a scenario into the arrays that the model runs on.

The structure of a scenario is computed once in each process. For each block of replicates, only
priors are sampled and their numbers put into the arrays, and returns and cross-pressure are those
of the scenario from which this one was changed (`Scenario.base`).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ..model import parameters as model
from ..model.numbers import FIELDS, SYMMETRIC, Field
from ..model.start import held, revealed
from ..model.streams import Purpose, Streams, code_of, codes_of
from .draws import KEY
from .fields import axes_of, find
from .keys import join, split
from .paths import markets
from .quantity import Quantity, sample_all
from .scenario import Scenario
from .structure import classes_of, rounds_of, sanction_pairs, structure_of

Index = tuple[int | slice, ...]
Words = NDArray[np.uint64]
_DRAWN = 64  # replicates to draw numbers for at a time, so that they stay in the cache
_ALL = slice(None)


@dataclass
class Compiled:
    """A compiled scenario, before numbers are sampled for replicates.

    Attributes:
        structure: all of `model.World` that is not a number.
        base: the arrays of numbers without the axis of replicates; priors at their middle.
        paths: (Q,) paths of the sampled numbers.
        quantities: (Q,) their priors.
        codes: (Q, 1) codes of their random streams.
        placed: for each sampled number, the arrays and indices that it fills, by path.
        rows: joint draws that replace some of the priors, (rows,) by path.
    """

    structure: model.Structure
    base: dict[str, model.Floats]
    paths: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    codes: Words
    placed: dict[str, list[tuple[str, Index]]]
    rows: dict[str, model.Floats]


def world(
    scenario: Scenario,
    replicates: Words,
    seed: int,
    given: Mapping[str, model.Floats] | None = None,
    drawn: Mapping[str, model.Floats] | None = None,
) -> model.World:
    """Return the input of the model for one block of replicates.

    Args:
        scenario: a checked scenario.
        replicates: (R,) numbers of the replicates, uint64.
        seed: seed of all random streams.
        given: numbers that replace those of the scenario, (R,) by path, so that a block can hold
            replicates of several points. `replaceable` must be true for each path.
        drawn: the result of `sampled` for these replicates, if it is known already.
    """
    replicates = np.asarray(replicates, dtype=np.uint64)
    given = given or {}
    made = _world(scenario, replicates, seed, given, drawn)
    base = scenario.base
    first = made
    if base is not None:
        first = _world(base, replicates, seed, {}, None)
    elif given and not scenario.recalibrates:
        first = _world(scenario, replicates, seed, {}, drawn)
    if first is not made:
        made.values.update(held(made, first))
    own, returns = made.values["returns"], revealed(first)
    for path in (*scenario.quantities, *given):
        if path.startswith("countries.") and ".returns." in path:
            index = path_target(scenario, path)[1]
            returns[index] = own[index]
    made.values["returns"] = returns
    return made


def _world(
    scenario: Scenario,
    replicates: Words,
    seed: int,
    given: Mapping[str, model.Floats],
    drawn: Mapping[str, model.Floats] | None,
) -> model.World:
    """Return a world in which returns are those that the scenario itself gives, else 0."""
    compiled = compiled_of(scenario)
    own = _draws(compiled, replicates, seed) if drawn is None else drawn
    draws = {**own, **given}
    width = replicates.size
    values: model.Values = {}
    for name, base in compiled.base.items():
        array = np.empty((*base.shape, width))
        array[...] = base[..., None]
        values[name] = array
    for path, places in _placed(scenario, compiled, given).items():
        for name, index in places:
            values[name][index] = draws[path]
    return model.World(
        structure=compiled.structure,
        values=values,
        replicates=replicates,
        seed=seed,
        market=markets(scenario.resolved, scenario.partners, Streams(seed, replicates)),
        overrides=_overrides(scenario, draws, width),
        shocks=_shocks(scenario, compiled, draws, replicates, seed),
    )


def sampled(scenario: Scenario, replicates: Words, seed: int) -> dict[str, model.Floats]:
    """Return the numbers that replicates draw from priors: (R,) by path."""
    return _draws(compiled_of(scenario), np.asarray(replicates, dtype=np.uint64), seed)


def replaceable(scenario: Scenario, path: str) -> bool:
    """Whether the number at a path may be `given` to `world`: it fills arrays and nothing else."""
    parts = split(path)
    if parts[0] == "shocks":
        return path in scenario.quantities and parts[-1] in ("value", "probability")
    if path in scenario.quantities:
        found = find(parts)
        return found is None or not found[0].fixed
    # Numbers that follow others unless they are set: stocks, returns and a country's behaviour.
    if parts[0] != "countries" or parts[2:3] not in (("stocks",), ("returns",), ("behaviour",)):
        return False
    tie = (*parts[:2], "ties", *parts[3:])
    followed = join(parts[2:] if parts[2] == "behaviour" else tie)
    return find(parts) is not None and followed in scenario.quantities


def path_target(scenario: Scenario, path: str) -> tuple[str, Index, Index | None]:
    """Return the array that a path of a number addresses, its index, and its mirror image.

    ``threat`` and ``behaviour.NAME`` address all countries.

    Raises:
        KeyError: the scenario has no such number.
    """
    parts = split(path)
    if parts == ("threat",):
        return "threat_level", (_ALL,), None
    found = find(parts)
    if found is None:
        raise KeyError(path)
    spec, members = found
    try:
        index = _index(scenario, spec, parts, members)
    except ValueError:
        raise KeyError(path) from None
    if spec.array in SYMMETRIC:
        return spec.array, index, index[::-1]
    return spec.array, index, None


def _members(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the members of each axis, in the order of the arrays."""
    partners, countries = scenario.partners, scenario.countries
    return {
        "k": scenario.instruments,
        "p": partners,
        "q": partners,
        "w": scenario.futures,
        "i": countries,
        "j": countries,
        "e": scenario.events,
        "c": classes_of(scenario),
    }


def _index(
    scenario: Scenario, spec: Field, parts: tuple[str, ...], members: tuple[str, ...]
) -> Index:
    """Return the index of a number; one of all countries holds a slice in their place."""
    if spec.parts[0] == "sanctions":
        return (sanction_pairs(scenario).index((members[0], members[1])),)
    known = _members(scenario)
    of = dict(zip(axes_of(spec, parts), members, strict=True))
    axes = (spec.axes[place] for place in spec.order)
    return tuple(known[axis].index(of[axis]) if axis in of else _ALL for axis in axes)


_CACHE: OrderedDict[str, Compiled] = OrderedDict()
_CACHED = 32
_COMPILING = Lock()


def compiled_of(scenario: Scenario) -> Compiled:
    """Return the compiled scenario, which is kept for the next block and shared by threads."""
    with _COMPILING:
        known = _CACHE.get(scenario.sha256)
        if known is None:
            known = _CACHE[scenario.sha256] = _compile(scenario)
            while len(_CACHE) > _CACHED:
                _CACHE.popitem(last=False)
        else:
            _CACHE.move_to_end(scenario.sha256)
        return known


def _compile(scenario: Scenario) -> Compiled:
    base = {
        spec.array: np.full(_shape(scenario, spec), spec.default)
        for spec in FIELDS
        if not spec.fixed
    }
    for p in range(len(scenario.partners)):
        base["correlation"][p, p] = 1.0
        base["rivalry"][p, p] = base["closeness"][p, p] = 0.0
    np.fill_diagonal(base["peer_weight"], 0.0)
    placed: dict[str, list[tuple[str, Index]]] = {}
    values = scenario.quantities
    own = {path for path in values if path.startswith("countries.")}
    for path, number in values.items():
        places = _places(scenario, path, own)
        for name, index in places:
            base[name][index] = number.value
        if number.is_prior:
            placed[path] = places
    for i, country in enumerate(scenario.countries):
        if country in scenario.partners:
            own_partner = scenario.partners.index(country)
            for name in ("returns", "ties", "stocks"):
                base[name][:, own_partner, i] = 0.0
    drawn = scenario.sampled_paths
    codes = np.array([code_of(path) for path in drawn], dtype=np.uint64)[:, None]
    return Compiled(
        structure=structure_of(scenario),
        base=base,
        paths=drawn,
        quantities=tuple(values[path] for path in drawn),
        codes=codes,
        placed=placed,
        rows=_rows(scenario),
    )


def _rows(scenario: Scenario) -> dict[str, model.Floats]:
    if scenario.draws is None:
        return {}
    held = scenario.draws.holding(scenario.quantities)
    return {path: scenario.draws.columns[path] for path in held}


def _places(scenario: Scenario, path: str, own: set[str]) -> list[tuple[str, Index]]:
    """Return all places of the arrays that a number fills."""
    parts = split(path)
    found = find(parts)
    if found is None or found[0].fixed:
        return []
    spec = found[0]
    name, index, mirror = path_target(scenario, path)
    if parts[0] == "behaviour":
        country = spec.order.index(0)  # where the axis of countries stands
        return [
            (name, (*index[:country], i, *index[country + 1 :]))
            for i, code in enumerate(scenario.countries)
            if join(("countries", code, *parts)) not in own
        ]
    places = [(name, index)] if mirror is None else [(name, index), (name, mirror)]
    if name == "ties" and join((*parts[:2], "stocks", *parts[3:])) not in own:
        places.append(("stocks", index))
    return places


def _placed(
    scenario: Scenario, compiled: Compiled, given: Mapping[str, model.Floats]
) -> dict[str, list[tuple[str, Index]]]:
    """Return the places of all numbers that are not the same in all replicates."""
    if not given:
        return compiled.placed
    own = {path for path in (*scenario.quantities, *given) if path.startswith("countries.")}
    paths = [path for path in compiled.placed if path not in given]
    # Numbers of all countries come first, so that those of single countries replace them.
    paths += sorted(given, key=lambda path: path.startswith("countries."))
    return {path: _places(scenario, path, own) for path in paths}


def _shape(scenario: Scenario, spec: Field) -> tuple[int, ...]:
    known = _members(scenario)
    sizes = {axis: len(known[axis]) for axis in "kpwec"}
    sizes |= {"n": len(scenario.countries), "s": len(sanction_pairs(scenario))}
    return tuple(sizes[axis] for axis in spec.shape)


def _draws(compiled: Compiled, replicates: Words, seed: int) -> dict[str, model.Floats]:
    if not compiled.paths:
        return {}
    uniforms = np.empty((len(compiled.paths), replicates.size))
    for first in range(0, replicates.size, _DRAWN):
        some = slice(first, first + _DRAWN)
        few = Streams(seed, replicates[some])
        uniforms[:, some] = few(Purpose.PRIOR, 0, compiled.codes)[0]
    drawn = dict(zip(compiled.paths, sample_all(compiled.quantities, uniforms), strict=True))
    if compiled.rows:
        count = next(iter(compiled.rows.values())).size
        u = Streams(seed, replicates)(Purpose.PRIOR, 0, codes_of([KEY]))[0][0]
        taken = np.minimum((u * count).astype(np.intp), count - 1)
        drawn |= {path: rows[taken] for path, rows in compiled.rows.items()}
    return drawn


def _number(
    scenario: Scenario, draws: dict[str, model.Floats], path: tuple[str, ...], width: int
) -> model.Floats:
    name = join(path)
    if name in draws:
        return draws[name]
    return np.full(width, scenario.quantities[name].value)


def _overrides(
    scenario: Scenario, draws: dict[str, model.Floats], width: int
) -> tuple[model.Override, ...]:
    result = []
    for number, (code, table) in enumerate(scenario.resolved["futures"].items()):
        for operation in ("set", "multiply"):
            for path in table.get(operation, {}):
                array, index, _ = path_target(scenario, path)
                value = _number(scenario, draws, ("futures", code, operation, path), width)
                result.append(model.Override(number, array, index, operation, value))
    return tuple(result)


def _shocks(
    scenario: Scenario,
    compiled: Compiled,
    draws: dict[str, model.Floats],
    replicates: Words,
    seed: int,
) -> tuple[model.Shock, ...]:
    """Return the shocks in the order of the file, which is the order in which they apply."""
    width = replicates.size
    rounds = compiled.structure.rounds
    result = []
    shocks = scenario.resolved["shocks"]
    codes = codes_of([f"shocks.{label}" for label in shocks])
    uniforms = Streams(seed, replicates)(Purpose.SHOCK, 0, codes)[0] if shocks else ()
    for (label, entry), u in zip(shocks.items(), uniforms, strict=True):
        array, index, mirror = path_target(scenario, entry["path"])
        start = rounds_of(scenario, _number(scenario, draws, ("shocks", label, "at"), width))
        stop = np.full(width, rounds, dtype=np.int64)
        if "until" in entry:
            stop = rounds_of(scenario, _number(scenario, draws, ("shocks", label, "until"), width))
        chance = _number(scenario, draws, ("shocks", label, "probability"), width)
        result.append(
            model.Shock(
                array=array,
                index=index,
                op=entry["op"],
                value=_number(scenario, draws, ("shocks", label, "value"), width),
                start=start,
                stop=stop,
                happens=u < chance,
                mirror=mirror,
            )
        )
    return tuple(result)
