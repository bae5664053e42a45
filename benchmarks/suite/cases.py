"""What is measured: shipped scenarios, their desks alone, and worlds of other sizes."""

from collections.abc import Container
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedgerow.model.numbers import BY_ARRAY
from hedgerow.model.parameters import Kind, World
from hedgerow.results.columns import instruments_of
from hedgerow.scenario import Scenario, load

Places = NDArray[np.intp]
"""Places along an axis."""


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
        kinds = instruments_of(self.scenario).values()
        steps = sum(kind == Kind.STEPS for kind in kinds)
        return (
            f"{self.name}, {self.variant}: {n} countr{'y' if n == 1 else 'ies'}, "
            f"{steps} desks each, {2 * p} options a desk, {self.rounds} quarters"
        )


def cut(scenario: Scenario, rounds: int | None) -> Scenario:
    """Return a scenario that ends with the year of a round; as it is for None."""
    if rounds is None:
        return scenario
    end = min(scenario.end, scenario.start + -(-rounds // 4) - 1)
    return scenario.replace({"time.end": end}) if end < scenario.end else scenario


def full(name: str, rounds: int | None = None) -> Case:
    """A shipped scenario as it is."""
    scenario = cut(load(name), rounds)
    return Case(name, "full", scenario, _rounds(scenario))


def desks(name: str, rounds: int | None = None) -> Case:
    """The desks of a shipped scenario alone: step 5 of a quarter with the payoff as it stands."""
    scenario = cut(load(name), rounds)
    return Case(name, "desks", scenario, _rounds(scenario))


def _rounds(scenario: Scenario) -> int:
    return 4 * (scenario.end - scenario.start + 1)


def resized(world: World, countries: int | None = None, partners: int | None = None) -> World:
    """Return a world of another size: some of its countries or partners, or copies of them.

    Copies have the numbers of their originals; peers stay among the copies of one generation, and
    a partner is no rival of its own copies and does nothing of its own. Where partners change,
    votes, choices, bans and shocks go; with fewer of them, poles and those under sanctions stay,
    and what those that are gone do, and what futures say of them, goes.
    """
    if countries is not None:
        world = _with_countries(world, countries)
    if partners is not None:
        world = _with_partners(world, partners)
    return world


def _take(world: World, axis: str, places: Places) -> dict[str, np.ndarray]:
    """Return the values with some places of an axis alone."""
    values = {}
    for name, array in world.values.items():
        for place, letter in enumerate(BY_ARRAY[name].shape):
            if letter == axis:
                array = array.take(places, axis=place)
        values[name] = np.ascontiguousarray(array)
    return values


def _names(names: tuple[str, ...], places: Places) -> tuple[str, ...]:
    seen: dict[int, int] = {}
    found = []
    for place in places.tolist():
        again = seen[place] = seen.get(place, -1) + 1
        found.append(names[place] + (f".{again}" if again else ""))
    return tuple(found)


def _with_countries(world: World, wanted: int) -> World:
    structure = world.structure
    n = len(structure.countries)
    places = np.arange(wanted) % n
    values = _take(world, "n", places)
    generation = np.arange(wanted) // n
    values["peer_weight"] *= (generation[:, None] == generation)[:, :, None]
    rules = structure.rules

    def asked(dated: Any) -> Any:
        """Votes or choices, put to all copies of who is asked."""
        put = (
            replace(one, countries=tuple(i for i in range(wanted) if i % n in one.countries))
            for one in dated
        )
        return tuple(one for one in put if one.countries)

    grown = replace(
        structure,
        countries=_names(structure.countries, places),
        threat_source=structure.threat_source[places],
        self_partner=structure.self_partner[places],
        tiers=structure.tiers[:, places],
        rules=replace(
            rules,
            tier_max=rules.tier_max[places],
            tie_max=rules.tie_max[:, places],
            tilt_max=rules.tilt_max[places],
            force=rules.force[places],
            pledge=rules.pledge[places],
        ),
        strategies=tuple(structure.strategies[i] for i in places),
        votes=asked(structure.votes),
        choices=asked(structure.choices),
        bans=tuple(
            replace(ban, country=i) for ban in structure.bans for i in range(ban.country, wanted, n)
        ),
        records={issue: votes[places] for issue, votes in structure.records.items()},
        class_records=structure.class_records[:, places],
    )
    fits = partial(_reaches, axis="n", kept=range(wanted))
    shocks = tuple(s for s in world.shocks if fits(s.array, s.index))
    overrides = tuple(o for o in world.overrides if fits(o.array, o.index))
    return replace(world, structure=grown, values=values, shocks=shocks, overrides=overrides)


def _with_partners(world: World, wanted: int) -> World:
    structure = world.structure
    p = len(structure.partners)
    needed = [*structure.poles, *(place for pair in structure.sanctions for place in pair)]
    first = sorted(list(dict.fromkeys([*needed, *range(p)]))[:wanted])
    places = np.array([*first, *(np.arange(p, wanted) % p)])
    moved = {old: new for new, old in enumerate(first)}
    kept = [e for e, event in enumerate(structure.events) if event.power in moved]
    values = _take(replace(world, values=_take(world, "p", places)), "e", np.array(kept, dtype=int))

    def bundle(old: NDArray[np.int64]) -> NDArray[np.int64]:
        new = np.zeros((len(structure.instruments), wanted), dtype=np.int64)
        new[:, : len(first)] = old[:, first] if old.size else 0
        return new

    sizes = replace(
        structure,
        partners=_names(structure.partners, places),
        poles=tuple(moved[pole] for pole in structure.poles),
        threat_source=np.array([moved.get(one, -1) for one in structure.threat_source.tolist()]),
        self_partner=np.array([moved.get(one, -1) for one in structure.self_partner.tolist()]),
        sanctions=tuple((moved[a], moved[b]) for a, b in structure.sanctions),
        tiers=structure.tiers[places],
        events=tuple(
            replace(event, power=moved[event.power], bundle=bundle(event.bundle))
            for event in (structure.events[e] for e in kept)
        ),
        votes=(),
        choices=(),
        bans=(),
    )
    overrides = tuple(
        replace(one, index=_moved(one.array, one.index, moved))
        for one in world.overrides
        if _reaches(one.array, one.index, "p", moved)
    )
    return replace(
        world,
        structure=sizes,
        values=values,
        shocks=(),
        overrides=overrides,
        market=world.market[:, places],
    )


Index = tuple[int | slice, ...]


def _reaches(array: str, index: Index, axis: str, kept: Container[int]) -> bool:
    """Tell whether an index into an array names only places of an axis that are kept."""
    axes = BY_ARRAY[array].shape
    return all(
        not isinstance(at, int) or letter != axis or at in kept
        for letter, at in zip(axes, index, strict=False)
    )


def _moved(array: str, index: Index, moved: dict[int, int]) -> Index:
    """Return an index with its partners where they are now."""
    axes = BY_ARRAY[array].shape
    pairs = zip(axes, index, strict=False)
    return tuple(moved[at] if letter == "p" and isinstance(at, int) else at for letter, at in pairs)
