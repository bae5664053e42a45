"""Proper scoring rules: what a forecast costs, given what came. Lower is better.

Each is proper: who believes a distribution can do no better on average than to say so (Gneiting and
Raftery 2007). Written out here because the few that are needed are some lines each.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

Floats = NDArray[np.float64]

IGNORANCE = 0.02
"""Share of every forecast of kinds that is spread evenly over all outcomes, whoever makes it.

It is the floor of the log score: a thing called impossible costs at most log(K / 0.02), K outcomes.
The record itself is taken to be wrong as often (`calibration.likelihood.MISTAKE`).
"""


def crps(samples: Floats, observed: float) -> float:
    """Return the continuous ranked probability score, in units of the number.

    E|X − y| − ½ E|X − X′|, the second mean over pairs of different members, so that the score of an
    ensemble does not depend on its size in expectation ("fair", Ferro 2014).

    Args:
        samples: (R,) members, R ≥ 2.
        observed: y.
    """
    _several(samples)
    ordered = np.sort(samples)
    n = ordered.size
    ranks = 2.0 * np.arange(n) - (n - 1.0)
    apart = float(ranks @ ordered) / (n * (n - 1.0))  # half the mean distance of two members
    return float(np.abs(ordered - observed).mean()) - apart


def energy(samples: Floats, observed: Floats) -> float:
    """Return the energy score, the CRPS of vectors, in units of their numbers.

    E‖X − y‖ − ½ E‖X − X′‖, over pairs of different members.

    Args:
        samples: (R, M) members, R ≥ 2.
        observed: (M,) y.
    """
    _several(samples)
    near = float(np.linalg.norm(samples - observed, axis=1).mean())
    return near - 0.5 * float(pdist(samples).mean())


def _several(samples: Floats) -> None:
    if len(samples) < 2:
        raise ValueError(f"an ensemble needs two members or more, not {len(samples)}")


def pit(samples: Floats, observed: float, uniform: float) -> float:
    """Return the probability integral transform in (0, 1): where among members the record lies.

    The record's rank among R + 1 numbers, at random within its place and among equal members
    (`uniform`, in [0, 1)): uniformly distributed if the record is one more member.
    """
    below = int((samples < observed).sum())
    equal = int((samples == observed).sum())
    return (below + uniform * (equal + 1)) / (samples.size + 1)


def pit_of_kinds(shares: Floats, came: int, uniform: float) -> float:
    """Return the same for ordered outcomes, (K,) shares: those below it, and a part of its own."""
    return float(shares[:came].sum() + uniform * shares[came])


def humble(shares: Floats, ignorance: float = IGNORANCE) -> Floats:
    """Return shares (K,) that add up to 1, a part of them spread evenly over all outcomes."""
    shares = np.asarray(shares, dtype=np.float64)
    if (shares < 0.0).any() or not np.isclose(shares.sum(), 1.0):
        raise ValueError("shares must be positive and add up to 1")
    return (1.0 - ignorance) * shares + ignorance / shares.size


def ranked_probability(shares: Floats, came: int) -> float:
    """Return the ranked probability score in [0, 1] of ordered outcomes (Epstein 1969).

    Σ (F_k − 1[came ≤ k])² / (K − 1): a forecast that is off by one outcome costs less than one that
    is off by two. For two outcomes it is Brier's score.
    """
    outcome = (np.arange(shares.size) >= came).astype(np.float64)
    return float(np.square(np.cumsum(shares) - outcome)[:-1].sum() / (shares.size - 1))


def log_score(shares: Floats, came: int) -> float:
    """Return −log of the share of what came, in nats; infinite where that is nil."""
    with np.errstate(divide="ignore"):
        return float(-np.log(shares[came]))


def hazards(shares: Floats) -> Floats:
    """Return the hazard of each date: (Y,) from shares (Y + 1,), the last of which is "not yet".

    h_y = P(at y) / P(at y or later); nil once nothing is left.
    """
    left = np.cumsum(shares[::-1])[::-1][:-1]
    return np.divide(shares[:-1], left, out=np.zeros(left.size), where=left > 0.0)


def survival_log(rates: Floats, came: int | None) -> float:
    """Return the survival log score of a dated event in discrete time, in nats.

    −[Σ_{y < t} log(1 − h_y) + log h_t]; where the event has not come by the end it is censored, and
    the last term falls away.

    Args:
        rates: (Y,) hazards.
        came: number of the date, None if it has not come.
    """
    with np.errstate(divide="ignore"):
        alive = np.log1p(-rates[:came]).sum()
        last = 0.0 if came is None else np.log(rates[came])
    return float(-(alive + last))


def quantile_of_kinds(shares: Floats, level: float) -> int:
    """Return the number of the first outcome at which the sum of shares reaches a level."""
    return int(np.searchsorted(np.cumsum(shares) + 1e-12, level))
