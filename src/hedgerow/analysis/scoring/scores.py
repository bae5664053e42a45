"""Proper scoring rules, which compare a forecast with what happened. Lower is better.

A rule is proper if a forecaster who believes a distribution gets the best expected score by
forecasting exactly that (Gneiting and Raftery 2007).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

Floats = NDArray[np.float64]

IGNORANCE = 0.02
"""Share of every forecast of outcomes that is spread evenly over all outcomes.

It limits the log score: if an outcome called impossible happens, the score is log(K / 0.02) with K
outcomes. The record is assumed to be wrong as often (`calibration.likelihood.MISTAKE`).
"""


def crps(samples: Floats, observed: float) -> float:
    """Return the continuous ranked probability score, in units of the number.

    It is E|X − y| − ½ E|X − X′|. The second mean is over pairs of different members, so that the
    expected score of an ensemble does not depend on its size (it is "fair", Ferro 2014).

    Args:
        samples: (R,) members of the ensemble, R ≥ 2.
        observed: the observed number y.
    """
    _several(samples)
    ordered = np.sort(samples)
    n = ordered.size
    ranks = 2.0 * np.arange(n) - (n - 1.0)
    apart = float(ranks @ ordered) / (n * (n - 1.0))  # half the mean distance between members
    return float(np.abs(ordered - observed).mean()) - apart


def energy(samples: Floats, observed: Floats) -> float:
    """Return the energy score, the CRPS of vectors, in units of their numbers.

    It is E‖X − y‖ − ½ E‖X − X′‖, the second mean over pairs of different members.

    Args:
        samples: (R, M) members of the ensemble, R ≥ 2.
        observed: (M,) observed numbers y.
    """
    _several(samples)
    near = float(np.linalg.norm(samples - observed, axis=1).mean())
    return near - 0.5 * float(pdist(samples).mean())


def _several(samples: Floats) -> None:
    if len(samples) < 2:
        raise ValueError(f"an ensemble needs two members or more, not {len(samples)}")


def pit(samples: Floats, observed: float, uniform: float) -> float:
    """Return the probability integral transform in (0, 1): the rank of the record among members.

    It is uniformly distributed if the record is like another member of the ensemble.

    Args:
        samples: (R,) members.
        observed: the number on record.
        uniform: a random number in [0, 1), which decides between ranks of equal numbers.
    """
    below = int((samples < observed).sum())
    equal = int((samples == observed).sum())
    return (below + uniform * (equal + 1)) / (samples.size + 1)


def pit_of_kinds(shares: Floats, came: int, uniform: float) -> float:
    """Return the probability integral transform of ordered outcomes.

    It is the probability of the outcomes before that on record, and a random part of its own.

    Args:
        shares: (K,) probabilities of the outcomes.
        came: index of the outcome on record.
        uniform: a random number in [0, 1).
    """
    return float(shares[:came].sum() + uniform * shares[came])


def humble(shares: Floats, ignorance: float = IGNORANCE) -> Floats:
    """Return probabilities (K,), with a share `ignorance` spread evenly over all outcomes."""
    shares = np.asarray(shares, dtype=np.float64)
    if (shares < 0.0).any() or not np.isclose(shares.sum(), 1.0):
        raise ValueError("shares must be positive and add up to 1")
    return (1.0 - ignorance) * shares + ignorance / shares.size


def ranked_probability(shares: Floats, came: int) -> float:
    """Return the ranked probability score in [0, 1] of ordered outcomes (Epstein 1969).

    It is Σ (F_k − 1[came ≤ k])² / (K − 1). A forecast that is wrong by one outcome has a better
    score than one that is wrong by two. For two outcomes it is Brier's score.
    """
    outcome = (np.arange(shares.size) >= came).astype(np.float64)
    return float(np.square(np.cumsum(shares) - outcome)[:-1].sum() / (shares.size - 1))


def log_score(shares: Floats, came: int) -> float:
    """Return −log of the probability of what happened, in nats; infinite if that is 0."""
    with np.errstate(divide="ignore"):
        return float(-np.log(shares[came]))


def hazards(shares: Floats) -> Floats:
    """Return the hazard of each of Y dates, h_y = P(at y) / P(at y or later); 0 if that is 0 / 0.

    Args:
        shares: (Y + 1,) probabilities of the dates and, last, of none of them.
    """
    left = np.cumsum(shares[::-1])[::-1][:-1]
    return np.divide(shares[:-1], left, out=np.zeros(left.size), where=left > 0.0)


def survival_log(rates: Floats, came: int | None) -> float:
    """Return the survival log score of a dated event in discrete time, in nats.

    It is −[Σ_{y < t} log(1 − h_y) + log h_t]. If the event has not happened by the end it is
    censored, and the last term is left out.

    Args:
        rates: (Y,) hazards h.
        came: index t of the date; None if the event has not happened.
    """
    with np.errstate(divide="ignore"):
        alive = np.log1p(-rates[:came]).sum()
        last = 0.0 if came is None else np.log(rates[came])
    return float(-(alive + last))


def quantile_of_kinds(shares: Floats, level: float) -> int:
    """Return the index of the first outcome at which the cumulative probability reaches a level."""
    return int(np.searchsorted(np.cumsum(shares) + 1e-12, level))
