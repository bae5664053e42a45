"""Run a block in compiled code: the twin of `hedgerow.model.simulate.simulate`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ROUNDS_A_YEAR, World
from ..model.record import ChoiceRecord, Events, Record
from ..model.simulate import NotFinite
from .block import compiled
from .books import Table, buffer
from .known import MEASURES
from .lanes import PRECISIONS
from .layout import BOOKS
from .packing import Floats, pack
from .recorder import COLUMNS, DESIGNATION, EVENTS, TIER

_INCIDENT, _VISIT = len(EVENTS), len(EVENTS) + 1
"""Kinds of what is counted over a year; they stand after the events of its last round."""


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
"""Columns of events: what `_KEY` names, ``replicate``, ``value``."""

_KEY = (("round", 1 << 24), ("kind", 1 << 3), ("which", 1 << 16), ("country", 1 << 16))
"""What events are ordered by, and how many values each may have."""


def _logged(log: Log, tile: int, width: int) -> Log:
    """Copy what a tile has logged."""
    count = int(log["count"][0])
    found = {name: log[name][:count].astype(np.int64) for name, _ in _KEY}
    return found | {
        "replicate": tile * width + log["lane"][:count],
        "value": log["value"][:count].astype(np.float64),
    }


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
        names = (*MEASURES, *(f"belief_{name}" for name in futures))
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

    def _year(self, round_: Any) -> Any:
        return self.world.structure.start + round_ // ROUNDS_A_YEAR

    def events(self, logs: list[Log]) -> Events:
        """Events of single rounds and of years."""
        found = {
            name: np.concatenate([column, *(log[name] for log in logs)])
            for name, column in self._of_years().items()
        }
        if self.r % self.table.precision.width:
            real = found["replicate"] < self.r
            found = {name: column[real] for name, column in found.items()}
        order = np.zeros(found["round"].size, dtype=np.int64)
        for name, most in _KEY:
            order = order * most + found[name]
        kind, which = found["kind"], found["which"]
        powers = np.array([pair[0] for pair in self.world.structure.sanctions], dtype=np.int64)
        partner = np.where(kind == TIER, which, -1)
        partner[kind == DESIGNATION] = powers[which[kind == DESIGNATION]]
        partner[kind == _VISIT] = which[kind == _VISIT] - 1
        return Events(
            names=(*EVENTS, "incident", "visit"),
            width=self.r,
            order=order,
            event=kind,
            year=self._year(found["round"]),
            country=found["country"],
            partner=partner,
            replicate=found["replicate"],
            value=found["value"],
        )

    def _of_years(self) -> Log:
        """Incidents and visits of years, as if logged in the last round of the year."""
        counts = self.array("yearly")
        _, kinds, countries, runs = counts.shape
        flat = np.ascontiguousarray(counts).reshape(-1)
        place = np.flatnonzero(~np.isnan(flat))
        rest, replicate = np.divmod(place, runs)
        rest, country = np.divmod(rest, countries)
        year, which = np.divmod(rest, kinds)
        return {
            "round": (year + 1) * ROUNDS_A_YEAR - 1,
            "kind": np.where(which > 0, _VISIT, _INCIDENT),
            "which": which,
            "country": country,
            "replicate": replicate,
            "value": flat[place],
        }
