"""Run a block in compiled code: the twin of `hedgerow.model.simulate.simulate`."""

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR, World
from ..model.record import ChoiceRecord, EventRecord, Record
from ..model.simulate import NotFinite
from .block import player
from .books import Table, buffer
from .lanes import WIDTH
from .layout import BOOKS
from .measures import NAMES
from .packing import Floats, Ints, pack
from .recorder import COLUMNS, EVENTS

_YEARLY = len(EVENTS)
"""Where incidents and visits of a year stand among the events of its last round."""


def simulate(world: World) -> Record:
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Raises:
        NotFinite: a state left the real numbers.
    """
    packed = pack(world)
    tables = packed.tables
    play = player()
    offsets = np.concatenate([tables[book.name].offsets for book in BOOKS])
    values = buffer(packed.tiles.shape[1])
    rooms = buffer(packed.countries.shape[0] * packed.room)
    scratch = buffer(tables["scratch"].size)
    result = buffer(tables["result"].size)
    tables["result"].section(result, "happened")[:] = 0
    log = buffer(tables["log"].size)
    logged = []
    for tile, given in enumerate(packed.tiles):
        countries = packed.countries.ravel()
        play(packed.world, countries, given, values, rooms, scratch, result, log, offsets, tile)
        logged.append(_logged(tables["log"], log, tile))
    results = Results(world, tables["result"], result)
    results.require_finite()
    return Record(
        results.countries(), results.ties(), results.choices(), results.events(_joined(logged))
    )


Log = dict[str, NDArray]
"""Events of single rounds: ``round, kind, which, country, replicate, value``."""


def _logged(table: Table, log: Floats, tile: int) -> Log:
    """Copy what a tile has logged."""
    count = int(table.section(log, "count")[0])
    names = ("round", "kind", "which", "country", "lane", "value")
    found = {name: table.section(log, name)[:count].copy() for name in names}
    found["replicate"] = tile * WIDTH + found.pop("lane")
    return found


def _joined(logs: list[Log]) -> Log:
    return {name: np.concatenate([log[name] for log in logs]) for name in logs[0]}


class Results:
    """What the tiles of a block left, as a record wants it."""

    def __init__(self, world: World, table: Table, buffer: Floats) -> None:
        self.world = world
        self.table, self.buffer = table, buffer
        self.r = world.replicates.size

    def array(self, name: str) -> Floats:
        """Return a section with its axes, the last that of replicates."""
        *axes, tiles = self.table.shape(name)
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
        futures = self.world.structure.futures
        names = (*NAMES, *(f"belief_{name}" for name in futures))
        return dict(zip(names, self.array("countries"), strict=True))

    def ties(self) -> dict[str, Floats]:
        """Columns by name: (Y, N, P, R)."""
        return dict(zip(COLUMNS, self.array("ties"), strict=True))

    def choices(self) -> list[ChoiceRecord]:
        """Scheduled choices in the order in which they came."""
        structure, chosen = self.world.structure, self.array("chosen")
        order = sorted(range(len(structure.choices)), key=lambda c: structure.choices[c].round)
        return [
            ChoiceRecord(
                self._year(choice.round),
                i,
                choice.question,
                choice.options,
                chosen[c, i].astype(np.int64),
            )
            for c in order
            if 0 <= (choice := structure.choices[c]).round < structure.rounds
            for i in choice.countries
        ]

    def _year(self, round_: int) -> int:
        return self.world.structure.start + round_ // ROUNDS_A_YEAR

    def events(self, log: Log) -> list[EventRecord]:
        """Events in the order in which they came."""
        found = [*self._of_rounds(log), *self._of_years()]
        found.sort(key=lambda pair: pair[0])
        return [event for _, event in found]

    def _of_rounds(self, log: Log) -> list[tuple[Ints, EventRecord]]:
        """Events of single rounds with what they are ordered by."""
        sanctions = self.world.structure.sanctions
        keys = np.stack([log[name] for name in ("round", "kind", "which", "country")])
        distinct, group = np.unique(keys, axis=1, return_inverse=True)
        values = np.full((distinct.shape[1], self.r), np.nan)
        inside = log["replicate"] < self.r
        values[group[inside], log["replicate"][inside]] = log["value"][inside]
        found = []
        for key, value in zip(distinct.T.tolist(), values, strict=True):
            round_, kind, which, country = key
            partner = -1
            if EVENTS[kind] == "tier":
                partner = which
            elif EVENTS[kind] == "designation":
                partner = sanctions[which][0]
            event = EventRecord(EVENTS[kind], self._year(round_), country, partner, value)
            found.append((tuple(key), event))
        return found

    def _of_years(self) -> list[tuple[Ints, EventRecord]]:
        """Incidents and visits of years with what they are ordered by."""
        counts, happened = self.array("yearly"), self.table.section(self.buffer, "happened")
        happened = happened.reshape(counts.shape[:-1])
        found = []
        for year, which, country in np.argwhere(happened).tolist():
            last = (year + 1) * ROUNDS_A_YEAR - 1
            event = EventRecord(
                "visit" if which else "incident",
                self._year(last),
                country,
                which - 1,
                counts[year, which, country],
            )
            found.append(((last, _YEARLY, which, country), event))
        return found
