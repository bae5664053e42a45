"""Run a block in compiled code: the twin of `hedgerow.model.simulate.simulate`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR, World
from ..model.record import ChoiceRecord, EventRows, Record
from ..model.recorder import INSURED
from ..model.simulate import NotFinite
from .block import compiled
from .books import Table
from .lanes import WIDTH
from .layout import LOG
from .packing import Floats, Memory, pack
from .recorder import columns, measures, stages


def simulate(world: World, insured: int = INSURED) -> Record:
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
    """
    packed = pack(world, insured)
    memory, play = Memory(packed), compiled()
    tables, arrays = packed.tables, memory.arrays
    log = {name: tables["log"].section(arrays["log"][0], name) for name in LOG.sections}
    logged = []
    for tile, given in enumerate(packed.tiles):
        arrays["g"][0] = given
        play(memory.addresses, tile)
        logged.append(_logged(log, tile))
    results = Results(world, tables["result"], arrays["r"][0])
    results.require_finite()
    return Record(results.countries(), results.ties(), results.choices(), results.events(logged))


Log = dict[str, NDArray[Any]]
"""Columns of logged events; ``replicate`` in place of the lane."""


def _logged(log: Log, tile: int) -> Log:
    """Copy what a tile has logged."""
    count = int(log["count"][0])
    found = {name: column[:count].copy() for name, column in log.items() if name != "count"}
    found["replicate"] = tile * WIDTH + found.pop("lane")
    return found


class Results:
    """What the tiles of a block left, as a record wants it."""

    def __init__(self, world: World, table: Table, buffer: Floats) -> None:
        self.world = world
        self.table, self.buffer = table, buffer
        self.r = world.replicates.size

    def array(self, name: str) -> Floats:
        """Return a section of lanes with its axes, the last that of replicates."""
        *axes, tiles = self.table.shapes[name]
        section = self.table.section(self.buffer, name)
        return section.reshape(*axes, tiles * WIDTH)[..., : self.r]

    def require_finite(self) -> None:
        """Raise as `model.simulate` does: in the first year in which any replicate is at fault."""
        bad = self.array("bad")
        if (bad >= 0.0).any():
            first = bad[bad >= 0.0].min()
            numbers = ", ".join(map(str, self.world.replicates[bad == first][:5]))
            year = self.world.structure.start + int(first) // ROUNDS_A_YEAR
            raise NotFinite(f"replicate {numbers} is not finite in {year}")

    def countries(self) -> dict[str, Floats]:
        """Measures by name: (Y, N, R)."""
        return dict(zip(measures(self.world.structure), self.array("countries"), strict=True))

    def ties(self) -> dict[str, Floats]:
        """Columns by name: (Y, N, P, R)."""
        return dict(zip(columns(self.world.structure), self.array("ties"), strict=True))

    def choices(self) -> list[ChoiceRecord]:
        """Votes and other dated choices in the order in which they came."""
        s = self.world.structure
        found = [(vote, "votes", number) for number, vote in enumerate(s.votes)]
        found += [(choice, "chosen", number) for number, choice in enumerate(s.choices)]  # type: ignore[misc]
        arrays = {name: self.array(name) for name in ("votes", "chosen")}
        return [
            ChoiceRecord(
                s.start + one.round // ROUNDS_A_YEAR,
                i,
                one.question,
                one.options,
                arrays[name][number, i].astype(np.int64),
            )
            for one, name, number in sorted(found, key=lambda each: each[0].round)
            if 0 <= one.round < s.rounds
            for i in one.countries
        ]

    def events(self, logs: list[Log]) -> list[EventRows]:
        """Events in the order in which NumPy notes them."""
        found = {name: np.concatenate([log[name] for log in logs]) for name in logs[0]}
        most = WIDTH * len(logs)
        kinds, s = stages(self.world.structure), self.world.structure
        key = found["round"] * len(kinds) + found["stage"]
        place = (key * len(s.countries) + found["country"]) * most
        order = (place + found["replicate"]).argsort(kind="stable")
        order = order[found["replicate"][order] < self.r]
        found = {name: column[order] for name, column in found.items()}
        key = key[order]
        e = len(s.events)
        provoked = {
            (2 + d) * e + i: choice.question for d, choice in enumerate(s.choices) for i in range(e)
        }
        ends = [*(np.flatnonzero(np.diff(key)) + 1), key.size]
        rows, first = [], 0
        for end in ends if key.size else ():
            stage = int(found["stage"][first])
            name, kind, partner = kinds[stage]
            year, quarter = divmod(int(found["round"][first]), ROUNDS_A_YEAR)
            here = slice(first, end)
            rows.append(
                EventRows(
                    event=name,
                    kind=kind,
                    year=s.start + year,
                    quarter=1 + quarter,
                    partner=partner,
                    country=found["country"][here],
                    replicate=found["replicate"][here],
                    value=found["value"][here],
                    until=s.start + found["until"][here] / ROUNDS_A_YEAR,
                    cause=found["cause"][here],
                    rival=found["rival"][here],
                    question=provoked.get(stage, ""),
                )
            )
            first = end
        return rows
