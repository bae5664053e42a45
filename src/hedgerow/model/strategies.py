"""Strategies: what a country wants, as a payoff, and how much politics weighs.

A strategy fills the same `Form` that prices steps and options, so that a bandwagoner and a quantal
hedger choose from the same menus by the same rule, at the pace of the same habits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame import Frame, matrix
from .parameters import Floats, Kind, Role, Structure
from .payoff import Form
from .state import State, in_force
from .terms import form_of

RESOLVE = 40.0
"""Log-odds that a single-minded country puts on one unit of what it wants."""
CERTAIN = 1e6
"""ω of a best reply."""

Want = Callable[[Structure, Frame, State], Form]


@dataclass(frozen=True)
class Strategy:
    """A way of choosing.

    Attributes:
        name: as in a scenario file. source: where the literature describes it.
        want: builds the form that prices options, for the whole block; None for the payoff itself.
        weight: multiplies every ω.
        foresees: whether a level-2 country weighs the powers' answer.
        sees_ties: whether what is wanted depends on the ties as they are.
    """

    name: str
    source: str
    want: Want | None = None
    weight: float = 1.0
    foresees: bool = False
    sees_ties: bool = False


def _bare(world: Structure, q: Frame, s: State) -> Form:
    """A form in which step ties cost only their curvature."""
    form = form_of(world, q, s, frozenset())
    for k in world.of(Kind.STEPS):
        form.curvature[k] += q["curvature"][k]
    return form


def balance(world: Structure, q: Frame, s: State) -> Form:
    """Arms and presence with those who oppose the threat, nothing with the threat."""
    form = _bare(world, q, s)
    ally = q["will"] * (1.0 - q.threat_is)
    for k in {*world.having(Role.ARSENAL), *world.having(Role.PRESENCE)}:
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
    form = form_of(world, q, s, frozenset())
    form.on_alignment += matrix(
        np.full(q.columns.size, RESOLVE), (q["rivalry"] > 0.0).astype(float)
    )
    return form


def stand_still(world: Structure, q: Frame, s: State) -> Form:
    """Every change of a step tie costs, and none is made; forces order as they are used to."""
    form = form_of(world, q, s, frozenset())
    for k in world.of(Kind.STEPS):
        form.curvature[k] += CERTAIN
        form.linear[k] += CERTAIN * s.counts[k] * world.step[k]
    return form


def diversify(world: Structure, q: Frame, s: State) -> Form:
    """Mean and variance of today: blind to other futures, threat and rivalry (Markowitz 1952)."""
    return form_of(world, q, s, frozenset(world.terms & {"returns", "dependence"}))


def reciprocate(world: Structure, q: Frame, s: State) -> Form:
    """Kindness to who courts, coldness to who coerces, while the event is in force."""
    form = _bare(world, q, s)
    felt = np.zeros(s.tiers.shape)
    for e, event in enumerate(world.events):
        sign = -1.0 if event.coerces else 1.0
        felt[event.power] += sign * in_force(s, e, s.round)
    form.linear += RESOLVE * q["salience"][:, None] * felt
    return form


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy("quantal", "McKelvey and Palfrey 1995; Mattsson and Weibull 2002", foresees=True),
        Strategy("best_reply", "Cournot 1838; Fudenberg and Levine 1998", None, CERTAIN, True),
        Strategy("balancer", "Walt 1987; Waltz 1979", balance, CERTAIN),
        Strategy("bandwagoner", "Walt 1987; Schweller 1994", bandwagon, CERTAIN),
        Strategy("neutral", "Morgenthau 1948; Karsh 1988", equalise, CERTAIN),
        Strategy(
            "status_quo", "Samuelson and Zeckhauser 1988", stand_still, CERTAIN, sees_ties=True
        ),
        Strategy("random", "null model: habit alone", None, 0.0),
        Strategy("diversifier", "Markowitz 1952", diversify),
        Strategy("tit_for_tat", "Axelrod 1984", reciprocate, CERTAIN),
    )
}
"""The built-in strategies by name."""


@dataclass(frozen=True)
class Mind:
    """What every decision prices its options with.

    `form` prices, `weight` (D,) multiplies every ω, `foresees` (D,) is 1.0 where a level-2 country
    weighs the powers' answer and 0.0 elsewhere.
    """

    form: Form
    weight: Floats
    foresees: Floats


def depend_on(world: Structure, bundle: NDArray[np.int64]) -> bool:
    """Tell whether the forms of a quarter depend on the ties that a bundle (K, P) changes.

    Of the terms `sanctions` alone looks at ties: at settlement. One of a user's own may.
    """
    seen = bool(world.own) or any(STRATEGIES[name].sees_ties for name in world.strategies)
    return seen or bool(bundle[list(world.having(Role.SETTLES))].any())


def minds(world: Structure, q: Frame, s: State, form: Form) -> Mind:
    """Return the minds of a quarter.

    Where all are quantal this is the payoff itself; else a copy in which the columns of the
    countries with other strategies hold their own wants.
    """
    weight, foresees = np.ones((2, q.columns.size))
    if all(name == "quantal" for name in world.strategies):
        return Mind(form, weight, foresees)
    mind = Form(**{name: array.copy() for name, array in vars(form).items()})
    wanted: dict[str, Form] = {}
    for i, name in enumerate(world.strategies):
        strategy = STRATEGIES[name]
        mine = q.country == i
        weight[mine] *= strategy.weight
        foresees[mine] = float(strategy.foresees)
        if strategy.want is not None:
            if name not in wanted:
                wanted[name] = strategy.want(world, q, s)
            for column, array in vars(wanted[name]).items():
                getattr(mind, column)[..., mine] = array[..., mine]
    return Mind(mind, weight, foresees)
