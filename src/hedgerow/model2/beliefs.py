"""Threat and beliefs: what incidents teach (S0:13, S0:25, S3:69, S4:42)."""

import numpy as np

from ..model.portfolio import summed
from .frame import Frame
from .parameters import DT, Effect, Floats, Structure
from .state import State, in_force


def threaten(world: Structure, q: Frame, s: State, round_: int) -> None:
    """T = level + weight × recent incidents + what encircles the country now."""
    s.threat = q["threat_level"] + q["incident_weight"] * s.fresh
    for e, event in enumerate(world.events):
        if event.effect is Effect.ENCIRCLEMENT:
            s.threat = s.threat + np.where(in_force(s, e, round_), q["event_size"][e], 0.0)


def believe(world: Structure, q: Frame, s: State, incident: Floats, relax: bool = True) -> None:
    """Multiply the odds of futures by their likelihood of an incident; relax to the prior.

    An incident of a peer counts by its weight and `peers` of the behaviour (the Philippines as a
    warning). Without uncertain futures the first one, today's, is certain.

    Args:
        incident: (D,) 1.0 where the threat caused an incident this quarter.
        relax: whether beliefs relax, once a quarter; without, they stay as they are but where an
            incident is met.
    """
    if "futures" not in world.processes:
        s.beliefs = np.zeros_like(s.beliefs)
        s.beliefs[0] = 1.0
        return
    seen = incident + q["warning"] * of_peers(q, incident)
    odds = s.beliefs * q["likelihood"] ** seen
    posterior = odds / summed(odds)
    if not relax:
        s.beliefs = np.where(seen > 0.0, posterior, s.beliefs)
        return
    s.beliefs = posterior + DT * q["belief_relaxation"] * (q.prior - posterior)


def of_peers(q: Frame, values: Floats) -> Floats:
    """Σ_j W_ij value_j over a country's peers: (D,)."""
    by_country = values.reshape(q.n, q.r)
    total = np.zeros((q.n, q.r))
    for j in range(q.n):
        total += q["peer_weight"][:, j] * by_country[j]
    return total.reshape(-1)


def expected_shortfall(beliefs: Floats, short: Floats) -> Floats:
    """Σ_ω μ_ω (T_ω − Π_ω)₊: (D,)."""
    return summed(beliefs * short)
