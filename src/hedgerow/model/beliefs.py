"""Threat and beliefs: what incidents teach (S0:13, S0:25, S3:69, S4:42)."""

import numpy as np

from .frame import Frame
from .parameters import DT, Effect, Floats, Structure
from .portfolio import summed
from .state import State, certainty, in_force


def threaten(world: Structure, q: Frame, s: State, round_: int) -> None:
    """T = level + weight × recent incidents + what encircles the country now."""
    s.threat = q["threat_level"] + q["incident_weight"] * s.fresh
    for e, event in enumerate(world.events):
        if event.effect is Effect.ENCIRCLEMENT:
            s.threat = s.threat + np.where(in_force(s, e, round_), q["event_size"][e], 0.0)


def learn(world: Structure, q: Frame, s: State, incident: Floats) -> None:
    """Multiply the odds of futures by their likelihood of an incident.

    An incident of a peer counts by its weight and `peers` of the behaviour (the Philippines as a
    warning).

    Args:
        incident: (D,) 1.0 where the threat caused an incident.
    """
    if "futures" in world.processes:
        seen = incident + q["warning"] * of_peers(q, incident)
        odds = s.beliefs * q["likelihood"] ** seen
        # To norm what nothing has changed would change last bits.
        s.beliefs = np.where(seen > 0.0, odds / summed(odds), s.beliefs)


def relax(world: Structure, q: Frame, s: State) -> None:
    """Let beliefs drift to the prior; without uncertain futures the first, today's, is certain."""
    if "futures" in world.processes:
        s.beliefs = s.beliefs + DT * q["belief_relaxation"] * (q.prior - s.beliefs)
    else:
        s.beliefs = certainty(s.beliefs)


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
