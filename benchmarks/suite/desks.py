"""The desks alone: step 5 of a quarter, the hot loop, as each way to write it plays it.

A world is played for a year, so that ties, labels and beliefs are those of a run. Then the payoff
is assembled, without foreseen answers, and held: from there on desks are asked quarter after
quarter, each on the portfolio that those before it have left. What is timed is the asking: random
numbers, the exact price of every option, the choice, hard rules, the move.
"""

import importlib
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hedgerow.model import desks
from hedgerow.model.parameters import ROUNDS_A_YEAR, Kind, World
from hedgerow.model.payoff import at
from hedgerow.model.simulate import Block
from hedgerow.model.strategies import minds
from hedgerow.model.terms import form_of

FIRST = ROUNDS_A_YEAR
"""The quarter with which they begin."""

Counts = NDArray[np.integer]
"""Step ties in whole steps: (K, P, N, R), K the step instruments alone."""


class Desks(Protocol):
    """Somebody who plays desks: quarters from `play`, and the ties after them."""

    def play(self, first: int, last: int) -> None:
        """Ask all desks in quarters `first` to `last` − 1, which follow on the last ones."""

    def counts(self) -> Counts:
        """Return the ties that are left."""


def at_rest(world: World) -> Block:
    """Return a block after its first year, with the payoff that its desks are to price with.

    Raises:
        ValueError: countries have strategies of which only the kernels know.
    """
    if set(world.structure.strategies) != {"quantal"}:
        raise ValueError("the desks are played with quantal countries only")
    block = Block(world)
    for _ in range(FIRST):
        block.step()
    structure, q, s = world.structure, block.frame, block.state
    block.form = form_of(structure, q, s)
    block.mind = minds(structure, q, s, block.form)
    block.point = at(block.mind.form, block.ties)
    return block


class Numpy:
    """`hedgerow.model.simulate.Block.desks`."""

    def __init__(self, world: World) -> None:
        self.block = at_rest(world)

    def play(self, first: int, last: int) -> None:
        """Play some quarters."""
        for round_ in range(first, last):
            self.block.round = self.block.state.round = round_
            self.block.desks()

    def counts(self) -> Counts:
        """Return the ties that are left."""
        structure, q = self.block.world.structure, self.block.frame
        found = self.block.state.counts[list(structure.of(Kind.STEPS))]
        return found.reshape(*found.shape[:2], q.n, q.r)


class Compiled:
    """`hedgerow.compiled.desks.ask`, on the books of the compiled kernel after its first year."""

    def __init__(self, world: World) -> None:
        packing = importlib.import_module("hedgerow.compiled.packing")
        year = importlib.import_module("hedgerow.compiled.block").compiled()
        settle, self._ask = _functions()
        packed = packing.pack(world, ROUNDS_A_YEAR)
        self._shape = len(world.structure.partners), world.replicates.size
        self._steps = list(world.structure.of(Kind.STEPS))
        self._state = packed.tables["state"]
        rounds = packed.tables["world"].section(packed.world, "rounds")
        self._tiles = []
        for number, given in enumerate(packed.tiles):
            tile = packing.Memory(packed)
            tile.arrays["g"][0] = given
            rounds[0], all_rounds = FIRST, rounds[0]
            year(tile.addresses, number)
            rounds[0] = all_rounds
            settle(tile.addresses, FIRST)
            self._tiles.append(tile)
        self.play(FIRST, FIRST)  # compiles

    def play(self, first: int, last: int) -> None:
        """Play some quarters, tile by tile."""
        for tile in self._tiles:
            self._ask(tile.addresses, first, last)

    def counts(self) -> Counts:
        """Return the ties that are left."""
        p, r = self._shape
        found = []
        for tile in self._tiles:
            rows = self._state.section(tile.arrays["s"], "counts")  # (N, KP, lanes)
            found.append(rows.reshape(len(rows), -1, p, rows.shape[-1])[:, self._steps])
        return np.concatenate(found, axis=-1)[..., :r].transpose(1, 2, 0, 3).astype(np.int64)


@cache
def _functions() -> tuple[Any, Any]:
    """Return what settles the payoff of all countries of a tile, and what asks their desks."""
    import numba

    block: Any = importlib.import_module("hedgerow.compiled.block")
    country, view = block.country, block.view
    settle_form, ask_all = block.settle_form, block.desks.ask

    @numba.njit(error_model="numpy")
    def settle(addresses, round_):
        h = view(addresses)
        for i in range(h.w.n):
            settle_form(country(h, i), round_)

    @numba.njit(error_model="numpy")
    def ask(addresses, first, last):
        h = view(addresses)
        for round_ in range(first, last):
            for i in range(h.w.n):
                ask_all(country(h, i), round_)

    return settle, ask


def order(world: World) -> NDArray[np.uint64]:
    """Return the desks in the order in which they act, as places among them: (T, K)."""
    from hedgerow.model.streams import Streams

    structure = world.structure
    steps = structure.of(Kind.STEPS)
    streams, codes = Streams(world.seed, world.replicates), desks.codes(structure)
    found = [desks.order(structure, streams, codes, t) for t in range(structure.rounds)]
    return np.array([[steps.index(k) for k in row] for row in found], dtype=np.uint64)
