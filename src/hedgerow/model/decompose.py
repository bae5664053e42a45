"""Why an option is worth what it is: its value term by term.

Prices are additive in the terms, so the value of a move or option is the sum of what each term
alone would give, plus what the powers' answer adds for a level-2 country (``foresight``).
"""

import numpy as np
from numpy.typing import NDArray

from . import payoff
from .foresight import price_reactions, reaction
from .frame import Frame
from .parameters import INSTRUMENTS, TOP_RUNG, Choice, Floats, Structure
from .portfolio import depth
from .scheduled import option_changes
from .state import State
from .terms import form_of
from .tiers import deserved_rung

FORESIGHT = "foresight"


def moves_by_term(world: Structure, q: Frame, s: State) -> dict[str, Floats]:
    """Value of every move by term, numbered as the menu: term → (1 + 2KP, D)."""
    x = depth(s.counts, world.step)
    d = x.shape[-1]
    hold = np.zeros((1, d))

    def stacked(up: Floats, down: Floats) -> Floats:
        return np.concatenate([hold, up.reshape(-1, d), down.reshape(-1, d)])

    split = {}
    for term in sorted(world.terms):
        form = form_of(world, q, s, frozenset({term}))
        split[term] = stacked(*payoff.price_moves(form, x, world.step, payoff.curvature(form)))
    if world.level == 2:
        split[FORESIGHT] = stacked(*price_reactions(world, q, s, x))
    return split


def options_by_term(
    world: Structure, q: Frame, s: State, most: NDArray[np.int64], choice: Choice
) -> dict[str, Floats]:
    """Value of every option of a scheduled choice by term: term → (O, D)."""
    step = world.step[:, None, None]
    x = s.counts * step
    moved = [change * step for change in option_changes(world, q, s, most, choice)]
    split = {}
    for term in sorted(world.terms - {"move_cost"}):
        form = form_of(world, q, s, frozenset({term}))
        g = payoff.gradient(form, x)
        split[term] = np.array([payoff.price_change(form, x, change, g) for change in moved])
    split["cost"] = np.repeat(-choice.costs[:, None], x.shape[-1], axis=1)
    if world.level == 2:
        none = np.zeros_like(s.inducement)
        today = reaction(world, q, s, x, none)
        split[FORESIGHT] = np.array(
            [
                reaction(world, q, s, x + change, none + reward[:, None]) - today
                for change, reward in zip(moved, choice.rewards, strict=True)
            ]
        )
    return split


def rungs_by_part(world: Structure, q: Frame, s: State, partner: int) -> dict[str, Floats]:
    """Value of every rung with a partner, were there a visit, by part: part → (5, D).

    Parts: ``substance`` (label off what it deserves), ``change``, ``downgrade``, ``parity``.
    """
    rungs = np.arange(TOP_RUNG + 1)[:, None]
    now = s.tiers[partner]
    gap = rungs - deserved_rung(q, s)[partner]
    parity = np.zeros(gap.shape)
    for other in range(s.tiers.shape[0]):
        apart = rungs - s.tiers[other]
        parity += q["rivalry"][partner, other] * apart * apart
    return {
        "substance": -0.5 * q["tier_weight"] * gap * gap,
        "change": -q["tier_cost"] * (rungs != now),
        "downgrade": -q["tier_downgrade_cost"] * (rungs < now),
        "parity": -0.5 * q["tier_parity"] * parity,
    }


def deserved_by_part(q: Frame, s: State, partner: int) -> dict[str, Floats]:
    """What adds up to the rung that substance deserves with a partner: part → (D,).

    Parts: ``base``, the stock of each instrument under its name, and ``shortfall`` of protection.
    """
    return {
        "base": q["tier_base"],
        **{name: q["substance"][k] * s.stocks[k, partner] for k, name in enumerate(INSTRUMENTS)},
        "shortfall": q["tier_shortfall"] * q["will"][partner] * s.shortfall,
    }
