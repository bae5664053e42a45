"""Step 5 of a round: how powers court and press (S3:59–61, S3:81, S4:10, S4:40–42).

Inducement and pressure are leaky sums. A power courts a country that leans to its rival, and the
more the lonelier it is itself; it presses a country that leans to its rival beyond tolerance,
the less the more it needs that country.
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .portfolio import summed, times


def rivals_alignment(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq a_q: how close a country is to a power's rivals: (P, D)."""
    return times(q["rivalry"], a)


def rival_lead(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq (a_q − a_p)₊: how far rivals lead in a country's alignment: (P, D)."""
    leads = np.maximum(a - a[:, None], 0.0)
    leads *= q["rivalry"]
    return summed(leads, axis=1)


def rival_tilt(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq (a_q − a_p): how far a country leans to a power's rivals: (P, D)."""
    return rivals_alignment(q, a) - q.feud * a


def courted(world: Structure, q: Frame, c: Floats, a: Floats, reward: Floats) -> Floats:
    """Inducement after one round: c + Δt (courting·lead + seeking·isolation − leak·c) + reward."""
    if "courting" not in world.processes:
        return c
    effort = q["attention"] * (q["courting"] * rival_lead(q, a) + q["seeking"] * q["isolation"])
    return c + DT * (effort - q["inducement_leak"] * c) + q["reward"] * reward


def pressed(world: Structure, q: Frame, pressure: Floats, a: Floats, daring: Floats) -> Floats:
    """Pressure after one round: χ + Δt (pressing·φ·(tilt − tolerance)₊ − leak·χ)."""
    if "pressing" not in world.processes:
        return pressure
    push = (
        q["attention"] * q["pressing"] * daring * np.maximum(rival_tilt(q, a) - q["tolerance"], 0.0)
    )
    return pressure + DT * (push - q["pressure_leak"] * pressure)
