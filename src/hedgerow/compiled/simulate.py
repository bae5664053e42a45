"""Run a block in compiled code: the twin of `hedgerow.model.simulate.simulate`."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR, World
from ..model.record import ChoiceRecord, EventRecord, Record
from ..model.simulate import NotFinite
from .block import compiled
from .books import Table, buffer
from .lanes import PRECISIONS
from .layout import BOOKS
from .measures import NAMES
from .packing import Floats, pack
from .recorder import COLUMNS, EVENTS

_YEARLY = len(EVENTS)
"""Where incidents and visits of a year stand among the events of its last round."""


def simulate(world: World, precision: str = "double") -> Record:
    """Run all replicates of a block, as `hedgerow.model.simulate.simulate` does.

    Numbers are calculated with in a precision of `PRECISIONS`; those of the record are doubles.

    Raises:
        NotFinite: a state left the real numbers.
    """
    exact = PRECISIONS[precision]
    packed = pack(world, exact)
    tables = packed.tables
    play = compiled(exact)
    offsets = np.concatenate([tables[book.name].offsets for book in BOOKS])
    values = buffer(packed.tiles.shape[1])
    countries = packed.countries.ravel()
    rooms = buffer(packed.countries.shape[0] * packed.room)
    scratch = buffer(tables["scratch"].size)
    result = buffer(tables["result"].size)
    tables["result"].section(result, "happened")[:] = 0
    log = buffer(tables["log"].size)
    views = {name: tables["log"].section(log, name) for name in tables["log"].book.sections}
    logged = []
    for tile, given in enumerate(packed.tiles):
        words = (packed.world, countries, given, values, rooms, scratch, result, log)
        play(*(array.view(exact.dtype) for array in words), offsets, tile)
        logged.append(_logged(views, tile, exact.width))
    results = Results(world, tables["result"], result)
    results.require_finite()
    return Record(results.countries(), results.ties(), results.choices(), results.events(logged))


Log = dict[str, NDArray]
"""Events of single rounds: ``key`` they are ordered by, ``replicate``, ``value``."""

_KEY = (("round", 1 << 24), ("kind", 1 << 3), ("which", 1 << 16), ("country", 1 << 16))
"""What a key is made of, in this order, and how many values each may have."""


def _logged(log: Log, tile: int, width: int) -> Log:
    """Copy what a tile has logged."""
    count = int(log["count"][0])
    key = np.zeros(count, dtype=np.int64)
    for name, most in _KEY:
        key = key * most + log[name][:count]
    return {
        "key": key,
        "replicate": tile * width + log["lane"][:count],
        "value": log["value"][:count].astype(np.float64),
    }


def _parts(keys: NDArray[np.int64]) -> list[list[int]]:
    """What each key was made of."""
    parts = []
    for _, most in reversed(_KEY):
        keys, part = np.divmod(keys, most)
        parts.append(part)
    return np.stack(parts[::-1], axis=-1).tolist()


class Results:
    """What the tiles of a block left, as a record wants it."""

    def __init__(self, world: World, table: Table, buffer: Floats) -> None:
        self.world = world
        self.table, self.buffer = table, buffer
        self.r = world.replicates.size

    def array(self, name: str) -> Floats:
        """Return a section of lanes as doubles with its axes, the last that of replicates."""
        *axes, tiles = self.table.shapes[name]
        section = self.table.section(self.buffer, name)
        with np.errstate(invalid="ignore"):  # rows that nobody has written hold anything
            section = section.astype(np.float64, copy=False)
        return section.reshape(*axes, tiles * self.table.precision.width)[..., : self.r]

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

    def events(self, logs: list[Log]) -> list[EventRecord]:
        """Events in the order in which they came."""
        found = [*self._of_rounds(logs), *self._of_years()]
        found.sort(key=lambda pair: pair[0])
        return [event for _, event in found]

    def _of_rounds(self, logs: list[Log]) -> Iterator[tuple[list[int], EventRecord]]:
        """Yield events of single rounds with what they are ordered by."""
        key, replicate, value = (
            np.concatenate([log[name] for log in logs]) for name in ("key", "replicate", "value")
        )
        distinct, group = np.unique(key, return_inverse=True)
        values = np.full((distinct.size, self.r), np.nan)
        real = replicate < self.r
        values[group[real], replicate[real]] = value[real]
        for parts, row in zip(_parts(distinct), values, strict=True):
            round_, kind, which, country = parts
            partner = -1
            if EVENTS[kind] == "tier":
                partner = which
            elif EVENTS[kind] == "designation":
                partner = self.world.structure.sanctions[which][0]
            yield parts, EventRecord(EVENTS[kind], self._year(round_), country, partner, row)

    def _of_years(self) -> Iterator[tuple[list[int], EventRecord]]:
        """Yield incidents and visits of years with what they are ordered by."""
        counts, happened = self.array("yearly"), self.table.section(self.buffer, "happened")
        happened = happened.reshape(counts.shape[:-1])
        for year, which, country in np.argwhere(happened).tolist():
            last = (year + 1) * ROUNDS_A_YEAR - 1
            name = "visit" if which else "incident"
            row = counts[year, which, country]
            event = EventRecord(name, self._year(last), country, which - 1, row)
            yield [last, _YEARLY, which, country], event
