"""Returns are revealed by the ties with which a run starts.

A state that holds a portfolio is taken to want no other: b is what makes the marginal payoff zero
there, give or take half a step, for a tie is known to a step. So b is a fixed effect, and the model
explains changes from an observed start, not why a state hedges at all.
"""

import numpy as np

from . import frame
from .parameters import Floats, Kind, Values, World
from .payoff import at, bend, marginal
from .rules import most_steps
from .state import initial, ties
from .streams import Purpose, Streams, coded, normal
from .terms import form_of


def held(world: World, first: World) -> Values:
    """Return R* and χ₀ of a world that was changed from a first one, by their arrays' names.

    Where R* is what it was, χ₀ is held and R* follows: were χ₀ solved again, dearer autonomy would
    bring as much cross-pressure with it. Where R* itself is changed, or is to change in the run, χ₀
    follows from it.
    """
    own = {name: world.values[name] for name in ("critical_rivalry", "cross_pressure")}
    if any(shock.array == "critical_rivalry" for shock in world.shocks):
        return own
    rivalry = first.values["critical_rivalry"]
    pressure = frame.build(first.structure, first.values, first.overrides)["cross_pressure"]
    same = (rivalry > 0.0) & (rivalry == own["critical_rivalry"])
    return {
        "critical_rivalry": np.where(same, 0.0, own["critical_rivalry"]),
        "cross_pressure": np.where(same, pressure.reshape(rivalry.shape), own["cross_pressure"]),
    }


def revealed(world: World) -> Floats:
    """Return b of the step ties, 0 for others: (K, P, N, R).

    b = −∂(U − b·x)/∂x at x̄, plus ε times how fast the payoff bends in this tie: with all others as
    they are, x̄ + ε is best. ε is uniform in ± half a step. A tie at 0 (at the largest that the
    rules allow) may be wanted less (more): there ε is below (above) by a half-normal number of that
    size.
    """
    structure = world.structure
    q = frame.build(structure, world.values, world.overrides)
    streams = Streams(world.seed, world.replicates)
    s = initial(structure, q, streams)
    without = frame.with_returns(q, np.zeros_like(q["returns"]))
    form = form_of(structure, without, s)
    x = ties(structure, q, s, 0)
    most = most_steps(structure, q)
    slope = marginal(form, at(form, x))
    b = np.zeros((*x.shape[:2], q.n, q.r))
    steps = structure.of(Kind.STEPS)
    names = {"k": structure.names, "p": structure.partners, "i": structure.countries}
    codes = coded("{i}|{k}|{p}", **names)[..., None]
    for k in steps:
        u, v = streams.by_country(Purpose.START, 0, codes[k])
        half = 0.5 * structure.step[k]
        inside = (2.0 * u - 1.0) * half
        beyond = np.abs(normal(u, v)) * half
        count = s.counts[k]
        e = np.where(count <= 0, -beyond, np.where(count >= most[k], beyond, inside))
        b[k] = ((bend(form, k) * e - slope[k]) * q.not_self).reshape(b[k].shape)
    return b
