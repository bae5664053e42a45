"""The numbers in force, spread over the decision axis.

A decision belongs to one country in one replicate. All arrays of the hot loop end in the axis
``D = N × R`` (country-major, contiguous), so that one NumPy pass serves all countries and runs.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .numbers import PER_COUNTRY
from .parameters import ARMS, DEFENCE, ENERGY, Floats, Override, Structure, Values
from .portfolio import summed
from .shocks import changed

_DERIVED_FROM = frozenset(
    (
        "intensity",
        "rivalry",
        "closeness",
        "cross_pressure",
        "critical_rivalry",
        "autonomy",
        "curvature",
        "salience",
        "capacity",
        "trust",
        "will",
        "moderation",
        "threat_level",
        "turnover",
        "arms_horizon",
        "arms_protection",
        "defence_protection",
        "energy_protection",
        "prior",
    )
)
"""Numbers from which a frame works out others, and not only spreads them."""


@dataclass(frozen=True)
class Deviation:
    """How capacity in one future differs from today's: ``dev`` (D,) for instrument and partner."""

    future: int
    instrument: int
    partner: int
    value: Floats


@dataclass(frozen=True)
class Frame:
    """Parameters of a stretch of rounds without a new shock.

    Attributes:
        n, r: countries and replicates; D = n·r.
        values: every array of `Values`, ending in D (`peer_weight` stays (N, N, R)).
        prior: (W, D), summing to 1 over futures.
        deviations: where capacity differs in a future.
        gain: (W, M, D), protection per unit of tie, for the M coordinates that protect at all.
        gain_at: the (instrument, partner) of these coordinates.
        stock_gain: (W, P, D), protection per unit of arsenal.
        extra_threat: (W, D), threat level of each future minus today's.
        threat_is: (P, D), 1.0 where the partner is the country's threat.
        threat_rivalry: (P, D), rivalry of each power with the country's threat.
        rivals: pairs (p, q) of distinct powers that are rivals in any replicate.
    """

    n: int
    r: int
    values: Values
    prior: Floats
    deviations: tuple[Deviation, ...]
    gain: Floats
    gain_at: tuple[tuple[int, int], ...]
    stock_gain: Floats
    extra_threat: Floats
    threat_is: Floats
    threat_rivalry: Floats
    rivals: tuple[tuple[int, int], ...]

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    @cached_property
    def lagged(self) -> tuple[int, ...]:
        """Instruments with a pipeline in any replicate."""
        return tuple(int(k) for k in np.flatnonzero(self.values["lag"].any(axis=1)))

    @cached_property
    def feud(self) -> Floats:
        """Σ_q R_pq, how much rivalry a power is in: (P, D)."""
        return summed(self.values["rivalry"], axis=1)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """The pairs `rivals` as two indices (L,), in order of the first, and their R (L, D)."""
        pairs = np.array(self.rivals, dtype=np.intp).reshape(-1, 2)
        first, second = pairs[:, 0], pairs[:, 1]
        return first, second, self.values["rivalry"][first, second]


def _spread(name: str, array: Floats, n: int, r: int) -> Floats:
    if name == "peer_weight":
        return array
    if name in PER_COUNTRY:
        return np.ascontiguousarray(array.reshape(*array.shape[:-2], n * r))
    return _over_countries(array, n)


def _over_countries(array: Floats, n: int) -> Floats:
    """Give every country the same numbers: (…, R) → (…, D)."""
    return array if n == 1 else np.concatenate([array] * n, axis=-1)


def _spread_all(values: Values, n: int, r: int) -> Values:
    return {name: _spread(name, array, n, r) for name, array in values.items()}


def _future_values(
    values: Values, overrides: tuple[Override, ...], future: int
) -> dict[str, Floats]:
    """Return ``capacity, trust, will, threat_level`` as they are in one future."""
    result = {name: values[name] for name in ("capacity", "trust", "will", "threat_level")}
    for override in overrides:
        if override.future == future:
            array = result[override.array].copy()
            array[override.index] = changed(array[override.index], override.op, override.value)
            result[override.array] = array
    return result


def _threat_arrays(
    structure: Structure, values: Values, n: int, r: int
) -> tuple[Floats, Floats, Floats]:
    """Return who the threat is, its closeness to each power, its rivalry with each: (P, D)."""
    p = len(structure.partners)
    is_threat, close, rivalry = (np.zeros((p, n, r)) for _ in range(3))
    for i, source in enumerate(structure.threat_source):
        if source >= 0:
            is_threat[source, i] = 1.0
            close[:, i] = values["closeness"][:, source]
            rivalry[:, i] = values["rivalry"][:, source]
    d = n * r
    return is_threat.reshape(p, d), close.reshape(p, d), rivalry.reshape(p, d)


def _self_mask(structure: Structure, n: int, r: int) -> NDArray[np.float64]:
    mask = np.ones((len(structure.partners), n, r))
    for i, partner in enumerate(structure.self_partner):
        if partner >= 0:
            mask[partner, i] = 0.0
    return mask.reshape(len(structure.partners), n * r)


def cross_pressure_of(spread: Values) -> Floats:
    """χ₀ = 2θ + 1/(R* Σ_k γ_k²/κ_k) where R* is given, else χ₀ itself: (D,).

    So a scenario can put its prior on the rivalry R* at which balance between two symmetric rivals
    breaks, rather than on a weight of which nobody has an idea (see `threshold`).
    """
    curved = spread["curvature"] > 0.0
    give = np.where(curved, spread["salience"] ** 2 / np.where(curved, spread["curvature"], 1.0), 0)
    critical = spread["critical_rivalry"]
    given = critical > 0.0
    net = 1.0 / np.maximum(np.where(given, critical, 1.0) * summed(give), 1e-12)
    return np.where(given, 2.0 * spread["autonomy"] + net, spread["cross_pressure"])


def build(
    structure: Structure,
    values: Values,
    overrides: tuple[Override, ...],
    before: tuple[Values, Frame] | None = None,
) -> Frame:
    """Spread the values in force over decisions and work out what futures change.

    `before` are the values of another stretch of the same run and its frame, with which numbers
    that are the same in both are shared.
    """
    n, r = len(structure.countries), values["precision"].shape[-1]
    if before is None:
        return _derive(structure, values, overrides, _spread_all(values, n, r))
    known, frame = before
    new = {name: array for name, array in values.items() if not _same(array, known[name])}
    spread = frame.values | _spread_all(new, n, r)
    if new.keys() & _DERIVED_FROM:
        made = {name: values[name] for name in ("rivalry", "cross_pressure")}
        return _derive(structure, values, overrides, spread | _spread_all(made, n, r))
    return replace(frame, values=spread)


def _same(one: Floats, other: Floats) -> bool:
    return one is other or np.array_equal(one, other)


def _derive(
    structure: Structure, values: Values, overrides: tuple[Override, ...], spread: Values
) -> Frame:
    """Work out what follows from the numbers; `spread` are `values`, ending in D."""
    n, r = len(structure.countries), values["precision"].shape[-1]
    values = values | {"rivalry": values["intensity"] * values["rivalry"]}
    spread["rivalry"] = _rivalry(structure, values["rivalry"], n, r)
    spread["cross_pressure"] = cross_pressure_of(spread)
    is_threat, close, threat_rivalry = _threat_arrays(structure, values, n, r)
    # A helper close to the threat is not trusted; the threat itself and oneself do not help.
    reliable = (1.0 - close) * (1.0 - is_threat) * _self_mask(structure, n, r)

    n_futures, n_partners = len(structure.futures), len(structure.partners)
    n_instruments = structure.step.size
    horizon_share = 1.0 - np.exp(-spread["turnover"][ARMS] * spread["arms_horizon"])
    gain = np.empty((n_futures, n_instruments, n_partners, n * r))
    stock_gain = np.empty((n_futures, n_partners, n * r))
    extra_threat = np.empty((n_futures, n * r))
    deviations = []
    for w in range(n_futures):
        there = _future_values(values, overrides, w)
        trust = _over_countries(there["trust"], n) * reliable
        will = trust * _over_countries(there["will"], n)
        arms = trust * _over_countries(there["capacity"][ARMS], n)
        np.multiply(spread["salience"][:, None], trust * spread["moderation"], out=gain[w])
        gain[w, ARMS] += arms * horizon_share * spread["arms_protection"]
        stock_gain[w] = arms * (1.0 - horizon_share) * spread["arms_protection"]
        gain[w, DEFENCE] += will * spread["defence_protection"]
        gain[w, ENERGY] += will * spread["energy_protection"]
        extra_threat[w] = (there["threat_level"] - values["threat_level"]).reshape(n * r)
        if there["capacity"] is not values["capacity"]:
            shift = there["capacity"] - values["capacity"]
            for k, p in np.argwhere(shift.any(axis=-1)).tolist():
                deviations.append(Deviation(w, k, p, _over_countries(shift[k, p], n)))

    protects = gain.any(axis=(0, 3))
    gain_at = tuple((k, p) for k, p in np.argwhere(protects).tolist())
    feuds = values["rivalry"].any(axis=-1)
    rivals = tuple((p, q) for p, q in np.argwhere(feuds).tolist() if p != q)
    total = np.zeros(n * r)
    for prior in spread["prior"]:
        total = total + prior
    return Frame(
        n=n,
        r=r,
        values=spread,
        prior=spread["prior"] / total,
        deviations=tuple(deviations),
        gain=np.ascontiguousarray(gain[:, protects]),
        gain_at=gain_at,
        stock_gain=stock_gain,
        extra_threat=extra_threat,
        threat_is=is_threat,
        threat_rivalry=threat_rivalry,
        rivals=rivals,
    )


def _rivalry(structure: Structure, rivalry: Floats, n: int, r: int) -> Floats:
    """Spread rivalry; nobody is a rival in its own portfolio: (P, P, D)."""
    spread = _over_countries(rivalry, n).copy()
    for i, own in enumerate(structure.self_partner):
        if own >= 0:
            spread[own, :, i * r : (i + 1) * r] = 0.0
            spread[:, own, i * r : (i + 1) * r] = 0.0
    return spread
