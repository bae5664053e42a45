"""Step 3b of a round: scheduled choices — votes, memberships, agreements, exercises, aid.

An option is a vector of tie changes, clipped to range and rules, priced by the same payoff as a
move, and it does not use up the move. Options may bundle counter-signals (S2:11).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import payoff
from .choice import choose
from .foresight import reaction
from .frame import Frame
from .parameters import Choice, Floats, Structure
from .portfolio import depth
from .rules import clip_change
from .state import State
from .strategies import Mind


def option_changes(
    world: Structure, q: Frame, s: State, most: NDArray[np.int64], choice: Choice
) -> list[NDArray[np.int64]]:
    """Tie changes of each option after clipping, in steps: a list of (K, P, D)."""
    return [clip_change(world, q, s.counts, most, change) for change in choice.changes]


def option_values(
    world: Structure,
    q: Frame,
    s: State,
    mind: Mind,
    choice: Choice,
    changes: list[NDArray[np.int64]],
) -> Floats:
    """Payoff of each option less that of changing nothing: (O, D)."""
    x = depth(s.counts, world.step)
    g = payoff.gradient(mind.form, x)
    none = np.zeros_like(s.inducement)
    today = reaction(world, q, s, x, none) if world.level == 2 else None
    values = np.repeat(-choice.costs[:, None], x.shape[-1], axis=1)
    for o, change in enumerate(changes):
        if not (choice.changes[o].any() or choice.rewards[o].any()):
            continue  # nothing changes
        moved = depth(change, world.step)
        values[o] += payoff.price_change(mind.form, x, moved, g)
        if today is not None:
            reward = none + choice.rewards[o][:, None]
            values[o] += mind.foresees * (reaction(world, q, s, x + moved, reward) - today)
    return values


def decide(
    world: Structure,
    q: Frame,
    s: State,
    mind: Mind,
    most: NDArray[np.int64],
    choice: Choice,
    u: Floats,
    instead: Callable[[NDArray[np.int64]], None] | None = None,
) -> NDArray[np.int64]:
    """Let the countries of a choice choose from uniforms (D,); apply it; return options (D,).

    Countries that are not asked get -1 and change nothing. `instead`, where given, may replace
    options in the array before they are applied.
    """
    changes = option_changes(world, q, s, most, choice)
    values = option_values(world, q, s, mind, choice, changes)
    chosen = choose(values, np.ones(values.shape, dtype=bool), mind.precision, u)
    asked = np.repeat([i in choice.countries for i in range(q.n)], q.r)
    chosen = np.where(asked, chosen, -1)
    if instead is not None:
        instead(chosen)
    for o, change in enumerate(changes):
        picked = chosen == o
        s.counts += change * picked
        s.reward_due += choice.rewards[o][:, None] * picked
    return chosen
