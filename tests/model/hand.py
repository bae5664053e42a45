"""A world at its start, and worlds and states drawn at random, for tests of single modules."""

from dataclasses import replace

import numpy as np

from hedgerow.model import frame
from hedgerow.model import state as states
from hedgerow.model.moment import Moment
from hedgerow.model.parameters import POLITICS, Rules
from hedgerow.model.payoff import at
from hedgerow.model.streams import Streams
from hedgerow.model.terms import form_of
from model.worlds import ARMS, CHN, STEPS, USA, world

OWN = set(POLITICS) - {"powers"}


def start(w):
    """Frame, state, streams, form and point of a world before its first quarter."""
    q = frame.build(w.structure, w.values, w.overrides)
    streams = Streams(w.seed, w.replicates)
    s = states.initial(w.structure, q, streams)
    form = form_of(w.structure, q, s)
    return q, s, streams, form, at(form, states.ties(w.structure, q, s, 0))


def moment(w, q, s, point, omega=None, stake=None, goodwill=None, round_=0):
    """A moment of a quarter, in which politics weigh `omega` in every choice of a country."""
    weighs = {} if omega is None else {f"politics_{kind}": omega + 0.0 * s.threat for kind in OWN}
    s.round = round_
    d = s.threat.size
    return Moment(
        w.structure,
        replace(q, values=q.values | weighs),
        s,
        point,
        np.ones(d),
        np.zeros((len(w.structure.events), d)) if stake is None else stake,
        np.zeros(s.tiers.shape) if goodwill is None else goodwill,
    )


def random_rules(rng, n, k, cap):
    """Hard rules of n countries, each with a bound of every kind, or without."""
    return Rules(
        tier_max=rng.integers(0, 5, n),
        tie_max=np.where(rng.random((k, n)) < 0.5, cap[:, None], rng.uniform(0.0, 1.0, (k, n))),
        tilt_max=np.where(rng.random(n) < 0.3, np.inf, rng.uniform(0.1, 1.0, n)),
        force=rng.random(n) < 0.5,
        pledge=rng.random(n) < 0.5,
    )


def random_world(seed, replicates=4, countries=("IDN", "VNM"), **changes):
    """A world with every number between 0.3 and 1.7 times that of `worlds.world`."""
    rng = np.random.default_rng(seed)
    w = world(replicates, seed=seed, countries=countries, **changes)
    values = {name: array * rng.uniform(0.3, 1.7, array.shape) for name, array in w.values.items()}
    for name in ("rivalry", "closeness", "correlation"):  # as before both ways
        once = np.triu(np.ones((4, 4)))[..., None]
        values[name] = np.where(once > 0, values[name], values[name].swapaxes(0, 1))
    values["correlation"][range(4), range(4)] = 1.0
    for name in ("will", "trust", "commitment", "entraps", "spares", "closeness"):
        values[name] = np.minimum(values[name], 1.0)
    values["loyalty"] = rng.uniform(0.0, 2.0, values["loyalty"].shape)
    values["elasticity"] = rng.uniform(0.0, 0.2, values["elasticity"].shape)
    return replace(w, values=values)


def random_start(seed, **changes):
    """As `start`, of a random world in a random state: any ties, labels, pledges and beliefs."""
    w = random_world(seed, **changes)
    rng = np.random.default_rng(1000 + seed)
    q, s, streams, *_ = start(w)
    structure, d = w.structure, q.n * q.r
    for k in STEPS:
        s.counts[k] = rng.integers(0, 5, s.counts[k].shape)
    s.memory[ARMS] = s.usual_memory[ARMS] * rng.dirichlet(np.ones(5), d).T * rng.uniform(0, 2, d)
    s.arsenal[ARMS] *= rng.uniform(0, 2, s.arsenal[ARMS].shape)
    # Half lean to the threat, half to its rival.
    near, far = np.where(rng.random(d) < 0.5, (CHN,), (USA,)), STEPS[0]
    s.counts[far, near, np.arange(d)] = 4
    s.tiers = rng.integers(0, 5, s.tiers.shape)
    s.pledged = (rng.random(s.pledged.shape) < 0.3).astype(float)
    s.threat = rng.uniform(0.0, 1.5, d)
    s.fresh = rng.uniform(0.0, 2.0, d)
    s.beliefs = rng.dirichlet(np.ones(len(structure.futures)), d).T
    s.market = rng.normal(0.0, 0.3, s.market.shape)
    s.cover = rng.normal(0.0, 1.0, s.cover.shape)
    s.shortfall = rng.uniform(0.0, 1.0, d)
    s.position = rng.normal(-0.5, 1.0, d)
    form = form_of(structure, q, s)
    form = replace(form, foreseen=rng.normal(0.0, 1.0, form.foreseen.shape))
    return w, q, s, streams, form, at(form, states.ties(structure, q, s, 0))


def assert_shares(found, expected, runs):
    """Shares of runs lie within four standard errors of their chances."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    error = np.sqrt(expected * (1.0 - expected) / runs)
    assert (np.abs(found - expected) <= 4.0 * error + 1e-12).all(), (found, expected, error)


def assert_mean(sample, expected, sd=None):
    """The mean of a sample (R,) lies within four standard errors of what is expected."""
    error = (np.std(sample, ddof=1) if sd is None else sd) / np.sqrt(len(sample))
    assert abs(np.mean(sample) - expected) <= 4.0 * error, (np.mean(sample), expected, error)
