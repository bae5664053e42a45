"""The numbers in force, spread over the decision axis ``D = N × R`` (country-major)."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .numbers import PER_COUNTRY
from .parameters import Floats, Kind, Override, Role, Structure, Values
from .portfolio import summed
from .shocks import changed


@dataclass(frozen=True)
class Frame:
    """Parameters of a stretch of rounds without a new shock.

    Attributes:
        n, r: countries and replicates; D = n·r.
        columns: (D,) place of each decision, country: (D,) whose it is.
        values: every array of `Values`, ending in D (`peer_weight` stays (N, N, R)).
        prior: (W, D), summing to 1 over futures.
        gain: (W, K, P, D) protection by a unit of tie that rests on capacity or on alignment.
        will_gain: (W, K, P, D) protection by a unit of tie were the will 1: times φ, or what a
            pledge makes of φ.
        will: (W, P, D) φ in each future.
        stock_gain: (W, K, P, D) protection per unit of arsenal.
        extra_threat: (W, D) threat level of each future less today's.
        threat_is: (P, D) 1.0 where the partner is the country's threat.
        threat_rivalry: (P, D) rivalry of each power with the country's threat.
        not_self: (P, D) 1.0 but for the country itself.
    """

    n: int
    r: int
    columns: NDArray[np.intp]
    country: NDArray[np.intp]
    values: Values
    prior: Floats
    gain: Floats
    will_gain: Floats
    will: Floats
    stock_gain: Floats
    extra_threat: Floats
    threat_is: Floats
    threat_rivalry: Floats
    not_self: Floats

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    @cached_property
    def feud(self) -> Floats:
        """Σ_q R_pq, how much rivalry a power is in: (P, D)."""
        return summed(self.values["rivalry"], axis=1)


def over_countries(array: Floats, n: int) -> Floats:
    """Give every country the same numbers: (…, R) → (…, D)."""
    return array if n == 1 else np.concatenate([array] * n, axis=-1)


def _spread(name: str, array: Floats, n: int, r: int) -> Floats:
    if name == "peer_weight":
        return array
    if name in PER_COUNTRY:
        return np.ascontiguousarray(array.reshape(*array.shape[:-2], n * r))
    return over_countries(array, n)


_BY_FUTURE = ("capacity", "trust", "will", "threat_level")
"""Numbers that a future may change."""


def _in_future(values: Values, overrides: tuple[Override, ...], future: int) -> dict[str, Floats]:
    result = {name: values[name] for name in _BY_FUTURE}
    for override in overrides:
        if override.future == future:
            array = result[override.array].copy()
            array[override.index] = changed(array[override.index], override.op, override.value)
            result[override.array] = array
    return result


def cross_pressure_of(structure: Structure, spread: Values) -> Floats:
    """χ₀ = 2θ + 1/(R* Σ_k γ_k²/κ_k) where R* is given, else χ₀ itself: (D,).

    So a scenario can put its prior on the rivalry R* at which balance between two symmetric rivals
    breaks. The sum is over instruments that desks move.
    """
    steps = list(structure.of(Kind.STEPS))
    kappa, gamma = spread["curvature"][steps], spread["salience"][steps]
    give = np.where(kappa > 0.0, gamma**2 / np.where(kappa > 0.0, kappa, 1.0), 0.0)
    critical = spread["critical_rivalry"]
    given = critical > 0.0
    net = 1.0 / np.maximum(np.where(given, critical, 1.0) * summed(give), 1e-12)
    return np.where(given, 2.0 * spread["autonomy"] + net, spread["cross_pressure"])


def _not_self(structure: Structure, n: int, r: int) -> Floats:
    mask = np.ones((len(structure.partners), n, r))
    for i, own in enumerate(structure.self_partner):
        if own >= 0:
            mask[own, i] = 0.0
    return mask.reshape(-1, n * r)


def build(structure: Structure, values: Values, overrides: tuple[Override, ...]) -> Frame:
    """Spread the values in force over decisions and work out what futures change."""
    n, r = len(structure.countries), values["autonomy"].shape[-1]
    p, k, w, d = (
        len(structure.partners),
        len(structure.instruments),
        len(structure.futures),
        n * r,
    )
    values = values | {"rivalry": values["intensity"] * values["rivalry"]}
    spread = {name: _spread(name, array, n, r) for name, array in values.items()}
    not_self = _not_self(structure, n, r)
    # Nobody is a rival in its own portfolio.
    spread["rivalry"] = spread["rivalry"] * not_self[:, None] * not_self[None]
    spread["cross_pressure"] = cross_pressure_of(structure, spread)

    threat_is, close, threat_rivalry = (np.zeros((p, d)) for _ in range(3))
    for i, source in enumerate(structure.threat_source):
        if source >= 0:
            mine = slice(i * r, (i + 1) * r)
            threat_is[source, mine] = 1.0
            close[:, mine] = values["closeness"][:, source]
            threat_rivalry[:, mine] = spread["rivalry"][:, source, mine]
    # A helper close to the threat is not trusted; the threat itself and oneself do not help.
    reliable = (1.0 - close) * (1.0 - threat_is) * not_self
    ahead = 1.0 - np.exp(-spread["turnover"] * spread["horizon"])  # (K, D)
    gain, will_gain, stock_gain = (np.zeros((w, k, p, d)) for _ in range(3))
    will, extra = np.empty((w, p, d)), np.empty((w, d))
    for future in range(w):
        there = _in_future(values, overrides, future)
        trust = over_countries(there["trust"], n) * reliable
        will[future] = over_countries(there["will"], n)
        calming = trust * spread["moderation"]
        calming = calming + spread["spares"][future] * spread["sparing"] * threat_is
        gain[future] = spread["salience"][:, None] * calming
        for j in structure.having(Role.ARSENAL):
            supplied = trust * over_countries(there["capacity"][j], n) * spread["protection"][j]
            gain[future, j] += ahead[j] * supplied
            stock_gain[future, j] = (1.0 - ahead[j]) * supplied
        for j in structure.having(Role.PRESENCE):
            will_gain[future, j] = trust * spread["protection"][j]
        extra[future] = (there["threat_level"] - values["threat_level"]).reshape(d)
    total = summed(spread["prior"])
    return Frame(
        n=n,
        r=r,
        columns=np.arange(d),
        country=np.repeat(np.arange(n), r),
        values=spread,
        prior=spread["prior"] / total,
        gain=gain,
        will_gain=will_gain,
        will=will,
        stock_gain=stock_gain,
        extra_threat=extra,
        threat_is=threat_is,
        threat_rivalry=threat_rivalry,
        not_self=not_self,
    )


def with_returns(frame: Frame, returns: Floats) -> Frame:
    """Return the frame with other returns (K, P, D)."""
    return replace(frame, values=frame.values | {"returns": returns})


def matrix(weight: Floats, rivalry: Floats) -> NDArray[np.float64]:
    """weight·(diag(Σ_q R) − R): what makes unequal alignment with rivals dear: (P, P, D)."""
    result = -weight * rivalry
    own = np.arange(len(rivalry))
    result[own, own] += weight * summed(rivalry, axis=1)
    return result
