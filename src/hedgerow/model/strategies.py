"""Strategies: what a country wants, as a payoff and a precision.

A strategy fills the same `Form` that prices moves and options, so that a bandwagoner and a
quantal hedger choose from the same menus by the same code. Ties' own curvature stays in every
form but that of the neutral and the status quo, so that single-minded countries still have a
portfolio.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from .frame import Frame
from .parameters import ARMS, DEFENCE, ENERGY, Floats, Structure
from .payoff import Form
from .state import State
from .terms import form_of

RESOLVE = 40.0
"""Log-odds that a single-minded country puts on one unit of what it wants."""
CERTAIN = 1e6
"""Precision of a best reply."""

Want = Callable[[Structure, Frame, State], Form]


@dataclass(frozen=True)
class Strategy:
    """A way of choosing.

    Attributes:
        name: as in a scenario file.
        source: where the literature describes it.
        want: builds the form that prices options, for the whole block; None for the payoff itself.
        precision: multiplies Λ.
        foresees: whether a level-2 country weighs the powers' answer.
    """

    name: str
    source: str
    want: Want | None = None
    precision: float = 1.0
    foresees: bool = False


def _bare(world: Structure, q: Frame, s: State) -> Form:
    """A form in which ties cost only their curvature and the move."""
    form = form_of(world, q, s, frozenset())
    form.diagonal += q["curvature"]
    form.move_cost += q["move_cost"]
    return form


def balance(world: Structure, q: Frame, s: State) -> Form:
    """Arms and defence with those who oppose the threat, nothing with the threat."""
    form = _bare(world, q, s)
    ally = q["will"] * (1.0 - q.threat_is)
    for k in (ARMS, DEFENCE, ENERGY):
        form.linear[k] += RESOLVE * ally
    form.linear -= RESOLVE * q.threat_is
    return form


def bandwagon(world: Structure, q: Frame, s: State) -> Form:
    """Ties with the threat, and none with its rivals."""
    form = _bare(world, q, s)
    weight = q["salience"][:, None]
    form.linear += RESOLVE * weight * (q.threat_is - np.minimum(q.threat_rivalry, 1.0))
    return form


def equalise(world: Structure, q: Frame, s: State) -> Form:
    """−½ Σ_{p<q} (a_p − a_q)² among rivals: as near to one as to the other."""
    form = form_of(world, q, s, frozenset({"move_cost"}))
    for p, r in q.rivals:
        resolve = RESOLVE * (q["rivalry"][p, r] > 0.0)
        form.on_alignment[p, p] += resolve
        form.on_alignment[p, r] -= resolve
    return form


def stand_still(world: Structure, q: Frame, s: State) -> Form:
    """Every change costs; none is made."""
    form = form_of(world, q, s, frozenset())
    stride = world.step[:, None, None]
    form.diagonal += CERTAIN
    form.linear += CERTAIN * (s.counts * stride)
    return form


def diversify(world: Structure, q: Frame, s: State) -> Form:
    """Mean and variance of the status quo: blind to other futures, threat, rivalry and courting."""
    today = np.zeros_like(s.beliefs)
    today[0] = 1.0
    blind = replace(
        s,
        beliefs=today,
        threat=np.zeros_like(s.threat),
        inducement=np.zeros_like(s.inducement),
    )
    kept = world.terms & {"returns", "dependence", "interoperability", "demand", "move_cost"}
    return form_of(world, q, blind, frozenset(kept))


def reciprocate(world: Structure, q: Frame, s: State) -> Form:
    """Kindness for inducement, coldness for pressure."""
    form = form_of(world, q, s, frozenset(world.terms & {"move_cost", "interoperability"}))
    form.linear += RESOLVE * q["salience"][:, None] * (s.inducement - s.pressure)
    return form


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy("quantal", "McKelvey and Palfrey 1995", foresees=True),
        Strategy("best_reply", "Cournot 1838; Fudenberg and Levine 1998", None, CERTAIN, True),
        Strategy("balancer", "Walt 1987; Waltz 1979", balance),
        Strategy("bandwagoner", "Walt 1987; Schweller 1994", bandwagon),
        Strategy("neutral", "Morgenthau 1948; Karsh 1988", equalise),
        Strategy("status_quo", "Samuelson and Zeckhauser 1988", stand_still),
        Strategy("random", "null model", precision=0.0),
        Strategy("diversifier", "Markowitz 1952", diversify),
        Strategy("tit_for_tat", "Axelrod 1984", reciprocate),
    )
}
"""The built-in strategies by name."""


@dataclass(frozen=True)
class Mind:
    """What every decision prices its options with.

    `form` prices, `precision` (D,) is Λ by strategy, `foresees` (D,) is 1.0 where a level-2
    country weighs the powers' answer and 0.0 elsewhere.
    """

    form: Form
    precision: Floats
    foresees: Floats


def minds(world: Structure, q: Frame, s: State, form: Form) -> Mind:
    """Return the minds of a round.

    Where all are quantal this is the payoff itself; else a copy in which the columns of the
    countries with other strategies hold their own wants.
    """
    precision = q["precision"]
    foresees = np.ones(q.n * q.r)
    if all(name == "quantal" for name in world.strategies):
        return Mind(form, precision, foresees)
    mind = copy(form)
    for name, array in _arrays(form):
        setattr(mind, name, array.copy())
    precision = precision.copy()
    wanted: dict[str, Form] = {}
    for i, name in enumerate(world.strategies):
        strategy = STRATEGIES[name]
        mine = slice(i * q.r, (i + 1) * q.r)
        precision[mine] *= strategy.precision
        foresees[mine] = float(strategy.foresees)
        if strategy.want is not None:
            if name not in wanted:
                wanted[name] = strategy.want(world, q, s)
            for column, array in _arrays(wanted[name]):
                getattr(mind, column)[..., mine] = array[..., mine]
    return Mind(mind, precision, foresees)


def _arrays(form: Form) -> list[tuple[str, Floats]]:
    """The coefficient arrays of a form with their names."""
    return [(name, array) for name, array in vars(form).items() if isinstance(array, np.ndarray)]
