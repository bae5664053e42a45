"""Moves by number: hold, then a step deeper of every tie, then a step back of every tie."""

from typing import NamedTuple

from ...model.parameters import Kind, Structure

HOLD = 0


class Move(NamedTuple):
    """One move: `direction` +1 deepens, −1 loosens, 0 holds (then the places mean nothing)."""

    direction: int
    instrument: int
    partner: int


class Moves:
    """The numbers of the moves of a scenario. Only desks move, so a number may have no move.

    Attributes:
        instruments, partners: their names, in the order of the arrays.
        desks: places of the instruments that a desk moves.
        count: how many numbers there are, holding included.
    """

    def __init__(self, structure: Structure) -> None:
        self.instruments = tuple(one.name for one in structure.instruments)
        self.partners = structure.partners
        self.desks = structure.of(Kind.STEPS)
        self.count = 1 + 2 * len(self.instruments) * len(self.partners)

    def unpacked(self, number: int) -> Move:
        """Return the move of a number."""
        if number == HOLD:
            return Move(0, 0, 0)
        side, place = divmod(number - 1, len(self.instruments) * len(self.partners))
        return Move(-1 if side else 1, *divmod(place, len(self.partners)))

    def packed(self, move: Move) -> int:
        """Return the number of a move: the inverse of `unpacked`."""
        if not move.direction:
            return HOLD
        side = 0 if move.direction > 0 else len(self.instruments) * len(self.partners)
        return 1 + side + move.instrument * len(self.partners) + move.partner

    def is_made(self, number: int) -> bool:
        """Whether a desk can make the move of a number, or hold."""
        return number == HOLD or (
            0 < number < self.count and self.unpacked(number).instrument in self.desks
        )

    def numbers(self, instrument: int) -> range | tuple[int, ...]:
        """Return the numbers of a desk's steps, as `desks.options` orders them: up, then down."""
        each = range(len(self.partners))
        return tuple(self.packed(Move(d, instrument, p)) for d in (1, -1) for p in each)
