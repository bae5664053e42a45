"""Step 6 of a round: sanctions that fall, and what they cut (S3:51–57)."""

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import DT, ROUNDS_A_YEAR, TRADE, Floats, Structure
from .state import State
from .terms import SANCTIONED, immunity_gap, sanctions_exposure

_SLACK = 1e-9  # of a step: 5 · (1 − 0.8) leaves one


def hazard(world: Structure, q: Frame, s: State, pair: int) -> Floats:
    """Designations a year by a sanctioner for dealing with its target: hazard·ψ·φ·E: (D,)."""
    sanctioner, target = world.sanctions[pair]
    dealings = np.zeros_like(s.threat)
    for k, weight in zip(SANCTIONED, sanctions_exposure(q, s, pair, target), strict=True):
        dealings += weight * (s.counts[k, target] * world.step[k])
    daring = immunity_gap(q, s.threat)[sanctioner]
    return q["hazard"][pair] * q["enforcement"][pair] * daring * dealings


def designate(
    world: Structure, q: Frame, s: State, round_: int, u: Floats
) -> list[tuple[int, NDArray[np.bool_]]]:
    """Draw designations from uniforms (S, D); return each pair's sanctioner and where it struck.

    A designation cuts the trade tie with the sanctioner at once and its returns for a while.
    """
    struck = []
    s.trade_cut[:] = 0.0
    for pair, (sanctioner, _) in enumerate(world.sanctions):
        free = s.designated_until[pair] <= round_
        hit = free & (u[pair] < 1.0 - np.exp(-DT * hazard(world, q, s, pair)))
        if "designations" not in world.processes:
            hit[:] = False
        if hit.any():
            kept = np.floor(s.counts[TRADE, sanctioner] * (1.0 - q["cut"][pair]) + _SLACK)
            s.counts[TRADE, sanctioner] = np.where(hit, kept, s.counts[TRADE, sanctioner])
            rounds = np.rint(q["duration"][pair] * ROUNDS_A_YEAR).astype(np.int64)
            s.designated_until[pair] = np.where(hit, round_ + rounds, s.designated_until[pair])
            struck.append((pair, hit))
        under = s.designated_until[pair] > round_
        cut = np.where(under, q["cut"][pair], 0.0)
        s.trade_cut[sanctioner] = np.maximum(s.trade_cut[sanctioner], cut)
    return struck
