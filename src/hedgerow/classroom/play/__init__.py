"""Play a country: a game of one pick a year against the powers of the model.

Everything here is a function of the game, which is the list of what was picked: `briefing`,
`cards` and `debrief` replay it and say the same every time.
"""

from ...errors import BadCode, BadGame
from .briefing import Briefing, briefing
from .cards import Card, Hand, any_card, cards, typed_card
from .code import decode, encode
from .debrief import Debrief, debrief
from .game import Game, Pick, start, step

__all__ = [
    "BadCode",
    "BadGame",
    "Briefing",
    "Card",
    "Debrief",
    "Game",
    "Hand",
    "Pick",
    "any_card",
    "briefing",
    "cards",
    "debrief",
    "decode",
    "encode",
    "start",
    "step",
    "typed_card",
]
