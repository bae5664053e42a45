"""Runs in which countries of your own play, without a model of Mesa's where they can do without."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import Floats, World
from ..model.record import Record
from ..model.simulate import Block
from ..scenario import Scenario
from .menus import Menus
from .model import HedgingModel, Player, chooses_many


def play(
    scenario: Scenario,
    countries: Mapping[str, Player],
    world: World,
    single: Callable[[int], World],
    played: Callable[[], object] = lambda: None,
) -> list[Record]:
    """Play a block of runs, together where all countries have a ``choose_many``, else one by one.

    Args:
        scenario: of the block.
        countries: who plays them, by code.
        world: of the block.
        single: returns the world of one of its replicates alone, given its place.
        played: called after every run.

    Returns:
        Their records in order, of all runs or of one each.
    """
    if all(map(chooses_many, countries.values())):
        record = _together(countries, world)
        for _ in range(world.replicates.size):
            played()
        return [record]
    records = []
    for place, replicate in enumerate(world.replicates.tolist()):
        alone = single(place)
        model = HedgingModel(scenario, world.seed, replicate, countries, collect=False, world=alone)
        while model.running:
            model.step()
        records.append(model.record)
        played()
    return records


def _together(countries: Mapping[str, Any], world: World) -> Record:
    block = Block(world)
    memories: dict[str, dict[str, Any]] = {code: {} for code in countries}
    places = {code: world.structure.countries.index(code) for code in countries}

    def ask(
        block: Block, values: Floats, feasible: NDArray[np.bool_], chosen: NDArray[np.int64]
    ) -> None:
        drawn = chosen.copy()
        for code, player in countries.items():
            menus = Menus(block, places[code], values, feasible, drawn, memories[code])
            said = f"{player.__name__}.choose_many returned"
            at = slice(places[code] * menus.runs, (places[code] + 1) * menus.runs)
            chosen[at] = menus.checked(player.choose_many(menus), said)

    block.override = ask
    for _ in range(world.structure.rounds):
        block.step()
    return block.record
