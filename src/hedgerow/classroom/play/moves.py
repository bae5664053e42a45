"""Moves by number, as the menu of a round numbers them: hold, deepenings, loosenings."""

from typing import NamedTuple

from ...model2.parameters import INSTRUMENTS

HOLD = 0


class Move(NamedTuple):
    """One move: `direction` +1 deepens, −1 loosens, 0 holds (then the places mean nothing)."""

    direction: int
    instrument: int
    partner: int


def unpacked(number: int, partners: int) -> Move:
    """Return the move of a number among `partners` partners."""
    if number == HOLD:
        return Move(0, 0, 0)
    side, place = divmod(number - 1, len(INSTRUMENTS) * partners)
    return Move(-1 if side else 1, *divmod(place, partners))


def packed(move: Move, partners: int) -> int:
    """Return the number of a move: the inverse of `unpacked`."""
    if not move.direction:
        return HOLD
    side = 0 if move.direction > 0 else len(INSTRUMENTS) * partners
    return 1 + side + move.instrument * partners + move.partner


def how_many(partners: int) -> int:
    """Return the number of moves of a menu, holding included."""
    return 1 + 2 * len(INSTRUMENTS) * partners
