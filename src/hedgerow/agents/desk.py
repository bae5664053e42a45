"""A desk at the moment when its countries choose: its moves, and what they are worth."""

from copy import deepcopy
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..model import desks
from ..model.choice import pick
from ..model.decompose import by_term
from ..model.parameters import ROUNDS_A_YEAR, Floats, Structure
from ..model.payoff import Form, at, price_steps
from ..model.simulate import Block
from ..model.streams import Purpose, gumbel

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

VERBS = {1: "deepen", -1: "loosen"}


class Desk:
    """One desk of a block in one quarter, asked by ``Block.override``.

    Its M = 1 + 2P moves are to hold, to deepen the tie with each of P partners by a step, and to
    loosen it. Arrays are (M, D) over all D decisions of the block.

    Args:
        block: the block. k: the instrument. drawn: what countries would choose, as options (D,).
        known: the random codes of all desks.
        begun: step ties (K, P, D) when the first desk of the quarter was asked. The payoff of a
            quarter is settled before desks act, and what settlement shields with it.
        kept: whether to copy what prices rest on, so that they can be asked for in later quarters.

    Attributes:
        instrument, year, quarter: what is asked, and when.
        appeals: ln h + ω ΔU of every move, as the country's strategy sees it; 0 for holding.
        feasible: what rules and the range of a tie leave.
        drawn: (D,) number of the move that is made unless another is chosen.
    """

    def __init__(
        self,
        block: Block,
        k: int,
        drawn: Ints,
        known: desks.Codes,
        begun: Ints,
        kept: bool = False,
    ) -> None:
        world, q = block.world.structure, block.frame
        self.block, self.k, self.structure = block, k, world
        self.instrument, self.partners = world.instruments[k].name, world.partners
        self.round, self.streams = block.round, block.streams
        self.year, quarter = divmod(block.round, ROUNDS_A_YEAR)
        self.year, self.quarter = self.year + world.start, quarter + 1
        log_weight, _, allowed, payoff = desks.options(block.now, k)
        self.appeals = _with_hold(log_weight, 0.0)
        self.feasible = _with_hold(allowed, True)
        self.drawn = drawn + 1
        self._frame, self._known = q, known
        priced = replace(block.state, counts=begun), block.form, block.point.x
        self._state, self._form, self._x = deepcopy(priced) if kept else priced
        if block.mind.form is block.form:
            self.payoffs = _with_hold(payoff, 0.0)

    @cached_property
    def payoffs(self) -> Floats:
        """Political payoff of every move against holding, log-odds."""
        return self._priced(self._form)

    @cached_property
    def by_term(self) -> dict[str, Floats]:
        """The payoff by term; ``foreseen`` is what powers are expected to answer, at level 2."""
        numbers = self.structure, self._frame, self._state, self._x
        return by_term(*numbers, self._form.foreseen, lambda form, _: self._priced(form))

    def _priced(self, form: Form) -> Floats:
        size = float(self.structure.step[self.k])
        return _with_hold(np.concatenate(price_steps(form, at(form, self._x), self.k, size)), 0.0)

    def drawn_among(self, allowed: Mask, columns: slice) -> Ints:
        """Draw a move among those `allowed` (M, C) with the numbers of the run: (C,).

        It is what is made anyway where that is among them. A decision without any holds still.
        """
        known, streams, k = self._known, self.streams, self.k
        hold = streams.by_country(Purpose.MOVE, self.round, known.desk[k])[:1]
        steps = streams.by_country(Purpose.OPTION, self.round, known.tie[k][..., None])
        g = gumbel(np.concatenate([hold, *steps]))
        return pick(self.appeals[:, columns], allowed, g[:, columns])

    def label(self, number: int) -> str:
        """Return a move in words."""
        return label_of(number - 1, self.instrument, self.partners)


class Desks:
    """Makes the desks of a block as they are asked."""

    def __init__(self, world: Structure) -> None:
        self._known = desks.codes(world)
        self._begun: tuple[int, Ints] | None = None

    def asked(self, block: Block, k: int, drawn: Ints, kept: bool = False) -> Desk:
        """Return the desk of an instrument; arguments are as of `Desk`."""
        if self._begun is None or self._begun[0] != block.round:
            self._begun = block.round, block.state.counts.copy()
        return Desk(block, k, drawn, self._known, self._begun[1], kept)


def unpacked(number: int, partners: int) -> tuple[int, int]:
    """Return the direction and the partner of a move, given its number; (0, −1) to hold."""
    if number == 0:
        return 0, -1
    sign, p = divmod(number - 1, partners)
    return (1, -1)[sign], p


def label_of(option: int, instrument: str, partners: tuple[str, ...]) -> str:
    """Return an option of a desk in words, −1 to hold."""
    direction, p = unpacked(option + 1, len(partners))
    return f"{VERBS[direction]} {instrument} with {partners[p]}" if direction else "hold"


def _with_hold[T: np.generic](steps: NDArray[T], hold: float | bool) -> NDArray[T]:
    return np.concatenate([np.full((1, steps.shape[1]), hold, dtype=steps.dtype), steps])
