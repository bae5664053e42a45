"""What is measured: shipped scenarios, the same with frozen powers, and worlds of other sizes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hedgerow.model.parameters import PROCESSES, World
from hedgerow.scenario import Scenario
from hedgerow.scenario import load
from hedgerow.scenario.fields import BY_ARRAY

from .native import LIVE

AXES = "kpqijw"
"""Axes of the arrays of a world, in their order (replicates come last)."""


@dataclass(frozen=True)
class Case:
    """A scenario, its variant, and how many quarters of it are played."""

    name: str
    variant: str
    scenario: Scenario
    rounds: int

    @property
    def title(self) -> str:
        """One line for a table."""
        n, p = len(self.scenario.countries), len(self.scenario.partners)
        return (
            f"{self.name}, {self.variant}: {n} countr{'y' if n == 1 else 'ies'}, {p} partners, "
            f"{moves(self.scenario)} moves, {self.rounds} rounds"
        )


def moves(scenario: Scenario) -> int:
    """Number of moves in a menu."""
    return 1 + 2 * 7 * len(scenario.partners)


def cut(scenario: Scenario, rounds: int | None) -> Scenario:
    """Return a scenario that ends with the year of a round; as it is for None."""
    if rounds is None:
        return scenario
    end = min(scenario.end, scenario.start + -(-rounds // 4) - 1)
    return scenario.replace({"time.end": end}) if end < scenario.end else scenario


def full(name: str, rounds: int | None = None) -> Case:
    """A shipped scenario as it is: level 2, powers that react, everything dated."""
    scenario = cut(load(name), rounds)
    return Case(name, "full", scenario, _rounds(scenario))


def frozen(name: str, folder: Path, rounds: int | None = None) -> Case:
    """A shipped scenario at level 1 whose powers do nothing, and in which nothing is dated.

    All fourteen terms, incidents, threat, beliefs, the move, pipelines and stocks are left; shocks,
    embargoes, scheduled choices, visits, courting, pressing and designations are gone.
    """
    parent = load(name)
    gone = {
        "remove_shocks": list(parent.resolved["shocks"]),
        "remove_choices": list(parent.resolved["choices"]),
        "remove_embargoes": list(parent.resolved["embargoes"]),
    }
    lines = ["schema = 1", f'title = "{name}, level 1, powers frozen"', f'extends = "{name}"']
    lines += [f"{key} = {_listed(labels)}" for key, labels in gone.items() if labels]
    lines += ["ensemble.level = 1"]
    lines += [f"processes.{name} = false" for name in PROCESSES if name not in LIVE]
    path = folder / f"{name}-frozen.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    scenario = cut(load(path), rounds)
    return Case(name, "level 1, powers frozen", scenario, _rounds(scenario))


def _rounds(scenario: Scenario) -> int:
    return 4 * (scenario.end - scenario.start + 1)


def _listed(labels: list[str]) -> str:
    return f"[{', '.join(json.dumps(label, ensure_ascii=False) for label in labels)}]"


def resized(world: World, countries: int | None = None, partners: int | None = None) -> World:
    """Return a world of another size: some of its countries or partners, or copies of them.

    Copies have the numbers of their originals; peers stay among the copies of one generation, and
    a partner is no rival of its own copies. Where partners change, shocks, choices and embargoes
    go, and with fewer partners what futures and sanctions say of those that are gone.
    """
    if countries is not None:
        world = _with_countries(world, countries)
    if partners is not None:
        world = _with_partners(world, partners)
    return world


def _take(world: World, axis_places: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    values = {}
    for name, array in world.values.items():
        field = BY_ARRAY[name]
        axes = ["s"] if field.parts[0] == "sanctions" else sorted(field.axes, key=AXES.index)
        for place, axis in enumerate(axes):
            if axis in axis_places:
                array = array.take(axis_places[axis], axis=place)
        values[name] = np.ascontiguousarray(array)
    return values


def _names(names: tuple[str, ...], wanted: int) -> tuple[str, ...]:
    n = len(names)
    return tuple(names[i % n] + (f".{i // n}" if i >= n else "") for i in range(wanted))


def _with_countries(world: World, wanted: int) -> World:
    structure = world.structure
    n = len(structure.countries)
    places = np.arange(wanted) % n
    values = _take(world, {"i": places, "j": places})
    generation = np.arange(wanted) // n
    values["peer_weight"] *= (generation[:, None] == generation)[:, :, None]
    rules = structure.rules
    choices = tuple(
        replace(choice, countries=tuple(i for i in range(wanted) if i % n in choice.countries))
        for choice in structure.choices
    )
    grown = replace(
        structure,
        countries=_names(structure.countries, wanted),
        threat_source=structure.threat_source[places],
        self_partner=structure.self_partner[places],
        tiers=structure.tiers[:, places],
        rules=replace(
            rules,
            tier_max=rules.tier_max[places],
            tie_max=rules.tie_max[:, places],
            tilt_max=rules.tilt_max[places],
            force=rules.force[places],
        ),
        strategies=tuple(structure.strategies[i % n] for i in range(wanted)),
        choices=tuple(choice for choice in choices if choice.countries),
        embargoes=tuple(
            replace(ban, country=i)
            for ban in structure.embargoes
            for i in range(ban.country, wanted, n)
        ),
    )
    shocks = tuple(s for s in world.shocks if _reaches(s.array, s.index, "i", wanted))
    overrides = tuple(o for o in world.overrides if _reaches(o.array, o.index, "i", wanted))
    return replace(world, structure=grown, values=values, shocks=shocks, overrides=overrides)


def _with_partners(world: World, wanted: int) -> World:
    structure = world.structure
    p = len(structure.partners)
    places = np.arange(wanted) % p
    kept = [n for n, pair in enumerate(structure.sanctions) if max(pair) < wanted]
    values = _take(world, {"p": places, "q": places, "s": np.array(kept, dtype=np.intp)})
    sizes = replace(
        structure,
        partners=_names(structure.partners, wanted),
        threat_source=np.where(structure.threat_source < wanted, structure.threat_source, -1),
        self_partner=np.where(structure.self_partner < wanted, structure.self_partner, -1),
        sanctions=tuple(structure.sanctions[n] for n in kept),
        tiers=structure.tiers[places],
        choices=(),
        embargoes=(),
    )
    overrides = tuple(o for o in world.overrides if _reaches(o.array, o.index, "p", wanted))
    return replace(world, structure=sizes, values=values, shocks=(), overrides=overrides)


def _reaches(array: str, index: tuple[int | slice, ...], axis: str, size: int) -> bool:
    """Tell whether an index into an array still lies within an axis of another size."""
    axes = sorted(BY_ARRAY[array].axes, key=AXES.index)
    return all(
        not isinstance(at, int) or name != axis or at < size
        for name, at in zip(axes, index, strict=False)
    )
