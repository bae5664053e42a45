"""Random small worlds for the tests of the model, with every term and process switched on."""

import numpy as np

from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import (
    INSTRUMENTS,
    PROCESSES,
    Choice,
    Embargo,
    Override,
    Rules,
    Shock,
    Structure,
    World,
)
from hedgerow.model.terms import TERMS

K = len(INSTRUMENTS)
PARTNERS = ("RUS", "CHN", "USA", "JPN", "VNM", "EU", "KOR", "AUS")
COUNTRIES = ("VNM", "LAO", "THA", "PHL")


def symmetric(rng, p, r, low, high, diagonal, density=1.0):
    """A symmetric (P, P, R) array with a fixed diagonal."""
    a = rng.uniform(low, high, (p, p, r)) * (rng.random((p, p, 1)) < density)
    a = np.triu(a.transpose(2, 0, 1), 1)
    a = (a + a.transpose(0, 2, 1)).transpose(1, 2, 0)
    for i in range(p):
        a[i, i] = diagonal
    return np.ascontiguousarray(a)


def correlation(rng, p, r):
    """Positive semi-definite (P, P, R) with a unit diagonal."""
    factors = rng.normal(size=(r, p, p + 1))
    cov = factors @ factors.transpose(0, 2, 1)
    sd = np.sqrt(np.einsum("rpp->rp", cov))
    return np.ascontiguousarray((cov / sd[:, :, None] / sd[:, None, :]).transpose(1, 2, 0))


def random_world(
    seed=0,
    n=2,
    p=4,
    w=3,
    r=3,
    years=2,
    level=2,
    terms=TERMS,
    processes=PROCESSES,
    precision=None,
    tilt=True,
    dated=True,
) -> World:
    """A random world; the same arguments give the same world."""
    rng = np.random.default_rng(seed)
    partners, countries = PARTNERS[:p], COUNTRIES[:n]

    def u(low, high, *shape):
        return rng.uniform(low, high, (*shape, r))

    self_partner = np.array([partners.index(c) if c in partners else -1 for c in countries])
    threat = np.array([1 if self_partner[i] != 1 else -1 for i in range(n)])
    if n > 2:
        threat[2] = -1
    step = np.array([0.1, 0.1, 0.2, 0.1, 0.125, 1 / 3, 0.1])
    pairs = ((2, 0),) if p > 2 else ()
    s = len(pairs)
    values = {
        "precision": u(0.5, 2.0) if precision is None else np.full(r, precision),
        "intensity": np.ones(r),
        "inducement_leak": u(0.3, 1.0),
        "pressure_leak": u(0.3, 1.0),
        "salience": u(0.1, 1.0, K),
        "exposure": u(0.0, 1.0, K),
        "curvature": u(0.5, 3.0, K),
        "turnover": u(0.05, 1.0, K),
        "lag": np.concatenate([u(2.0, 6.0, 1), np.zeros((K - 1, r))]),
        "inertia": u(0.0, 2.0, K),
        "memory": u(0.0, 1.0, K),
        "reciprocity": u(0.0, 1.0, K),
        "move_cost": u(0.0, 0.5, K),
        "demand": u(0.0, 2.0, K),
        "substance": u(0.0, 1.0, K),
        "capacity": u(0.2, 1.2, K, p),
        "trust": u(0.2, 1.0, p),
        "will": u(0.0, 1.0, p),
        "moderation": u(0.0, 0.5, p) * (rng.random((p, 1)) < 0.5),
        "volatility": u(0.0, 1.0, p),
        "isolation": u(0.0, 1.0, p),
        "courting": u(0.0, 1.0, p),
        "seeking": u(0.0, 1.0, p),
        "pressing": u(0.0, 2.0, p),
        "tolerance": u(0.0, 0.5, p),
        "leniency": u(0.0, 0.5, p),
        "need": u(0.0, 0.5, p),
        "visits": u(0.3, 2.0, p),
        "reward": u(0.0, 1.0, p),
        "violation": u(0.0, 1.0, p),
        "rivalry": symmetric(rng, p, r, 0.0, 1.5, 0.0, 0.7),
        "closeness": symmetric(rng, p, r, 0.0, 1.0, 0.0),
        "correlation": correlation(rng, p, r),
        "enforcement": u(0.5, 3.0, s),
        "sanction_trade": u(0.0, 1.0, s),
        "sanction_energy": u(0.0, 1.0, s),
        "shield": u(0.0, 1.0, s),
        "hazard": u(0.5, 3.0, s),
        "cut": u(0.1, 0.9, s),
        "duration": u(0.5, 2.0, s),
        "prior": u(0.1, 1.0, w),
        "likelihood": u(0.5, 3.0, w),
        "autonomy": u(0.0, 1.0, n),
        "cross_pressure": u(0.0, 1.0, n),
        "critical_rivalry": np.zeros((n, r)),
        "security": u(0.5, 3.0, n),
        "dependence": u(0.0, 2.0, n),
        "norm": u(0.0, 2.0, n),
        "peers": u(0.1, 1.0, n),
        "audience": u(0.0, 1.0, n),
        "arms_protection": u(0.2, 1.0, n),
        "defence_protection": u(0.2, 1.0, n),
        "energy_protection": u(0.1, 0.5, n),
        "arms_horizon": u(1.0, 6.0, n),
        "need_slope": u(0.0, 1.0, n),
        "tier_weight": u(0.5, 3.0, n),
        "tier_cost": u(0.0, 2.0, n),
        "tier_downgrade_cost": u(0.0, 2.0, n),
        "tier_parity": u(0.0, 0.5, n),
        "tier_shortfall": u(0.0, 2.0, n),
        "tier_base": u(-0.5, 0.5, n),
        "visit_busyness": u(0.0, 1.0, n),
        "threat_level": u(0.2, 1.5, n),
        "incident_weight": u(0.1, 0.8, n),
        "incident_rate": u(0.3, 1.5, n),
        "excitation": u(0.0, 0.6, n),
        "incident_memory": u(0.5, 3.0, n),
        "retaliation": u(0.0, 1.0, n),
        "belief_relaxation": u(0.1, 1.0, n),
        "returns": u(-0.5, 3.0, K, p, n),
        "loyalty": u(0.0, 1.0, p, n),
        "attention": u(0.3, 1.5, p, n),
        "ties": np.repeat(rng.integers(0, 3, (K, p, n, 1)) * step[:, None, None, None], r, axis=-1),
        "stocks": u(0.0, 0.8, K, p, n),
        "needs": u(0.0, 1.5, K, n),
        "others": np.concatenate([u(0.0, 0.2, 1, n), np.zeros((K - 1, n, r))]),
        "peer_weight": np.where(np.eye(n)[:, :, None] > 0, 0.0, u(0.0, 1.0, n, n)),
    }
    for i, own in enumerate(self_partner):
        if own >= 0:
            values["stocks"][:, own, i] = 0.0  # nobody has ties with itself
    sizes = {"k": K, "p": p, "n": n, "w": w, "s": s}
    for field in FIELDS:  # a number that is not told above is as it is where a scenario is silent
        if not field.fixed and field.array not in values:
            shape = [sizes[axis] for axis in field.shape]
            values[field.array] = np.full((*shape, r), field.default)
    overrides = (
        Override(1, "threat_level", (slice(None),), "multiply", u(1.2, 2.0)),
        Override(w - 1, "trust", (0,), "set", np.zeros(r)),
        Override(w - 1, "capacity", (0, 0), "multiply", u(0.0, 0.5)),
    )
    start = rng.integers(1, 4, r)
    shocks = (
        Shock("capacity", (0, 0), "multiply", u(0.1, 0.7), start, start + 3, rng.random(r) < 0.8),
        Shock(
            "rivalry", (1, 2), "add", u(0.1, 0.5), start + 1, start + 90, np.ones(r, bool), (2, 1)
        ),
        Shock("threat_level", (0,), "set", u(0.5, 2.0), start, start + 2, np.ones(r, bool)),
    )
    changes = np.zeros((3, K, p), dtype=np.int64)
    changes[0, 5, 0], changes[0, 5, 2] = -1, 1
    changes[2, 5, 0], changes[2, 3, 2], changes[2, 1, 1] = 2, -1, 1
    rewards = np.zeros((3, p))
    rewards[1, 0] = 1.0
    choices = (
        Choice(
            "vote",
            3,
            tuple(range(n)),
            ("for", "abstain", "against"),
            changes,
            rewards,
            np.array([0.0, 0.1, 0.0]),
        ),
        Choice("club", 5, (0,), ("join", "stay"), changes[[2, 1]], rewards[:2], np.zeros(2)),
    )
    tie_max = np.full((K, n), np.inf)
    tie_max[4, 0] = 0.5
    tilt_max = np.full(n, np.inf)
    if tilt:
        tilt_max[0] = 0.3
    structure = Structure(
        partners=partners,
        countries=countries,
        futures=tuple(f"future{i}" for i in range(w)),
        start=2000,
        years=years,
        level=level,
        poles=(2, 1),
        threat_source=threat,
        self_partner=self_partner,
        sanctions=pairs,
        step=step,
        cap=np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
        tiers=rng.integers(0, 3, (p, n)),
        rules=Rules(np.array([3, 4, 4, 4])[:n], tie_max, tilt_max, np.arange(n) > 0),
        strategies=("quantal",) * n,
        terms=frozenset(terms),
        processes=frozenset(processes),
        choices=choices if dated else (),
        embargoes=(Embargo(0, 0, 2, 0, 4),) if dated else (),
    )
    return World(
        structure=structure,
        values={name: np.ascontiguousarray(a, dtype=float) for name, a in values.items()},
        replicates=np.arange(r, dtype=np.uint64),
        seed=7,
        overrides=overrides,
        shocks=shocks if dated else (),
    )
