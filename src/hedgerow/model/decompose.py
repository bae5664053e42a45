"""Why an option is worth what it is: its price term by term.

Prices are additive in the terms, so the price of a change is the sum of what each term alone would
give, plus what the powers' answer adds for a level-2 country.
"""

from collections.abc import Callable

from .frame import Frame
from .parameters import Floats, Structure
from .payoff import Form, Point, at
from .state import State
from .terms import form_of

FORESEEN = "foreseen"
"""Name of what the powers' answer adds."""


def by_term(
    world: Structure,
    q: Frame,
    s: State,
    x: Floats,
    foreseen: Floats,
    price: Callable[[Form, Point], Floats],
) -> dict[str, Floats]:
    """Return what each term adds to a price: term → what `price` returns.

    Args:
        x: ties (K, P, D). foreseen: (P, D) worth of a unit of alignment, 0 without foresight.
        price: prices anything of a form at a point, such as `payoff.price_change`.
    """
    split = {}
    for name in sorted(world.terms):
        form = form_of(world, q, s, frozenset({name}))
        split[name] = price(form, at(form, x))
    empty = form_of(world, q, s, frozenset())
    empty.foreseen += foreseen
    split[FORESEEN] = price(empty, at(empty, x))
    return split
