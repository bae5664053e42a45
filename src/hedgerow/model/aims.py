"""What powers aim at in a country, by its alignment: tilt to their rivals, and the rivals' lead."""

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import Floats
from .portfolio import summed, times


def tilt(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq (a_q − a_p): how far a country leans to a power's rivals: (P, D)."""
    return times(q["rivalry"], a) - q.feud * a


def excess(q: Frame, a: Floats) -> Floats:
    """Tilt to rivals beyond what the power tolerates: (P, D). S4:42."""
    return np.maximum(tilt(q, a) - q["tolerance"], 0.0)


def lead(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq (a_q − a_p)₊: how far rivals lead in a country's alignment: (P, D). S3:59–61."""
    return summed(q["rivalry"] * np.maximum(a - a[:, None], 0.0), axis=1)


def foremost(q: Frame, a: Floats, power: int) -> NDArray[np.int64]:
    """The rival that a country leans to most, as a power sees it; −1 if to none: (D,)."""
    leads = q["rivalry"][power] * np.maximum(a - a[power], 0.0)
    return np.where(leads.max(axis=0) > 0.0, leads.argmax(axis=0), -1)
