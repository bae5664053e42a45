"""The compiled model with its books open: what its buffers hold after some rounds."""

import numpy as np

from hedgerow.compiled import layout
from hedgerow.compiled.block import compiled
from hedgerow.compiled.books import buffer
from hedgerow.compiled.lanes import DOUBLE
from hedgerow.compiled.packing import pack

PLACES = {"frame": None, "form": "form_at", "want": "want_at", "state": "state_at"}


class Played:
    """A world played for so many rounds in compiled code.

    `section` is an array (…, R) of a country's frame, form (the payoff), want or state; `menu` that
    of the last country, in the last round.
    """

    def __init__(self, world, rounds):
        self.rounds = rounds
        packed = pack(world)
        tables = self._tables = packed.tables
        self.world, self.r = world, world.replicates.size
        self._numbers = {
            name: int(tables["world"].section(packed.world, name)[0])
            for name in ("form_at", "want_at", "state_at", "room_size")
        }
        tables["world"].section(packed.world, "rounds")[:] = rounds
        offsets = np.concatenate([tables[book.name].offsets for book in layout.BOOKS])
        values, scratch, log, self.result = (
            buffer(size)
            for size in (
                packed.tiles.shape[1],
                *(tables[name].size for name in ("scratch", "log", "result")),
            )
        )
        self._rooms, self._menus = [], []
        n = len(packed.countries)
        for tile, given in enumerate(packed.tiles):
            rooms = buffer(n * packed.room)
            compiled(DOUBLE)(
                packed.world,
                packed.countries.ravel(),
                given,
                values,
                rooms,
                scratch,
                self.result,
                log,
                offsets,
                tile,
            )
            self._rooms.append(rooms.reshape(n, -1))
            self._menus.append(tables["scratch"].section(scratch, "menu").copy())

    def section(self, part, name, country):
        table = self._tables["form" if part == "want" else part]
        place = PLACES[part]
        start = self._numbers[place] if place else 0
        found = [table.section(room[country, start:], name) for room in self._rooms]
        if found[0].ndim == 1:  # the same for all lanes
            return found[0].reshape(table.shapes[name])
        whole = np.stack(found, axis=-2)  # (rows, T, width)
        return whole.reshape(*table.shapes[name], len(found) * DOUBLE.width)[..., : self.r]

    def menu(self):
        whole = np.stack(self._menus, axis=-2)
        return whole.reshape(len(whole), -1)[:, : self.r]

    def of_result(self, name):
        table = self._tables["result"]
        *axes, tiles = table.shapes[name]
        found = table.section(self.result, name)
        return found.reshape(*axes, tiles * DOUBLE.width)[..., : self.r]
