"""Step 2 of a round: incidents that excite themselves, the threat they raise, and beliefs.

S0:13, S0:25, S3:69, S4:42. Self-excitation after Hawkes (1971), in rounds.
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .state import State


def strike(world: Structure, q: Frame, s: State, u: Floats) -> Floats:
    """Draw this round's incidents from uniforms (D,); return 1.0 where one happened.

    The rate is base + excitation × recent incidents, which decay in `threat.memory` years. Where
    force is allowed the country answers, and an incident counts for more.
    """
    s.incidents *= np.exp(-DT / q["incident_memory"])
    if "incidents" not in world.processes:
        return np.zeros_like(s.incidents)
    rate = q["incident_rate"] + q["excitation"] * s.incidents
    happened = (u < 1.0 - np.exp(-DT * rate)).astype(float)
    answer = np.repeat(world.rules.force, q.r) * q["retaliation"]
    s.incidents += happened * (1.0 + answer)
    return happened


def threaten(q: Frame, s: State) -> None:
    """T = level + weight × recent incidents."""
    s.threat = q["threat_level"] + q["incident_weight"] * s.incidents


def believe(world: Structure, q: Frame, s: State, happened: Floats) -> None:
    """Multiply the odds of futures by their likelihood of an incident; relax to the prior.

    Without uncertain futures the first one, the status quo, is certain.
    """
    if "futures" not in world.processes:
        s.beliefs = np.zeros_like(s.beliefs)
        s.beliefs[0] = 1.0
        return
    odds = s.beliefs * np.where(happened > 0.0, q["likelihood"], 1.0)
    total = odds[0].copy()
    for row in odds[1:]:
        total += row
    posterior = odds / total
    s.beliefs = posterior + DT * q["belief_relaxation"] * (q.prior - posterior)
