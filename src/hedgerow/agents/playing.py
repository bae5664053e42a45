"""Runs in which the user's own countries play, without a Mesa model if they have `choose_many`."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import World
from ..model.record import Record
from ..model.simulate import Block
from ..scenario import Scenario
from .desk import Desks
from .menus import Menus
from .model import HedgingModel, Player, chooses_many


def play(
    scenario: Scenario,
    countries: Mapping[str, Player],
    world: World,
    single: Callable[[int], World],
    played: Callable[[], object] = lambda: None,
) -> list[Record]:
    """Play a block of runs: together if all own countries have ``choose_many``, else one by one.

    Args:
        scenario: the scenario of the block.
        countries: what plays each own country, by code.
        world: the arrays of the block.
        single: a function that returns the arrays of one replicate, given its index.
        played: a function that is called after every run.

    Returns:
        The records in order: one of all runs, or one for each run.
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
    desks = Desks(world.structure)

    def ask(block: Block, instrument: int, chosen: NDArray[np.int64]) -> None:
        desk = desks.asked(block, instrument, chosen)
        for code, player in countries.items():
            menus = Menus(desk, places[code], memories[code])
            said = f"{player.__name__}.choose_many returned"
            at = slice(places[code] * menus.runs, (places[code] + 1) * menus.runs)
            chosen[at] = menus.checked(player.choose_many(menus), said) - 1

    block.override = ask
    for _ in range(world.structure.rounds):
        block.step()
    return block.record
