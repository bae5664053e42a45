"""What changes in a run: ties, stocks, labels, what powers do, fear and belief."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import VOICE, Floats, Structure


@dataclass
class State:
    """State of a block. ``D = N × R``, country-major.

    Attributes:
        counts: (K, P, D) ties in whole steps, so that three thirds add up.
        deliveries: (K, P, D) arms and whatever else has a pipeline, as delivered per year.
        stocks: (K, P, D).
        others_deliveries, others_stocks: (K, D), the same for suppliers outside politics.
        tiers: (P, D) rungs 0–4.
        inducement, pressure: (P, D) of each power towards each country.
        incidents: (D,) recent incidents, decaying.
        threat: (D,).
        beliefs: (W, D), summing to 1 over futures.
        voices: (P, D) voice ties at the end of the last round.
        shortfall: (D,) expected shortfall of protection in the last round.
        trade_cut: (P, D) share of trade returns lost to a designation.
        designated_until: (S, D) round at which a designation ends.
        reward_due: (P, D) what this round's choices earned from powers.
    """

    counts: NDArray[np.int64]
    deliveries: Floats
    stocks: Floats
    others_deliveries: Floats
    others_stocks: Floats
    tiers: NDArray[np.int64]
    inducement: Floats
    pressure: Floats
    incidents: Floats
    threat: Floats
    beliefs: Floats
    voices: Floats
    shortfall: Floats
    trade_cut: Floats
    designated_until: NDArray[np.int64]
    reward_due: Floats


def initial(structure: Structure, q: Frame) -> State:
    """Return the state before the first round.

    Ties are rounded to whole steps; stocks keep the values of the scenario; the pipeline starts
    full of the orders of the day.
    """
    p, d, s = len(structure.partners), q.n * q.r, len(structure.sanctions)
    step = structure.step[:, None, None]
    counts = np.rint(q["ties"] / step).astype(np.int64)
    for i, own in enumerate(structure.self_partner):
        if own >= 0:
            counts[:, own, i * q.r : (i + 1) * q.r] = 0
    ties = counts * step
    tiers = np.repeat(structure.tiers, q.r, axis=1)
    return State(
        counts=counts,
        deliveries=ties.copy(),
        stocks=q["stocks"].copy(),
        others_deliveries=q["others"].copy(),
        others_stocks=q["others"].copy(),
        tiers=tiers.copy(),
        inducement=np.zeros((p, d)),
        pressure=np.zeros((p, d)),
        incidents=np.zeros(d),
        threat=q["threat_level"].copy(),
        beliefs=q.prior.copy(),
        voices=ties[VOICE].copy(),
        shortfall=np.zeros(d),
        trade_cut=np.zeros((p, d)),
        designated_until=np.zeros((s, d), dtype=np.int64),
        reward_due=np.zeros((p, d)),
    )
