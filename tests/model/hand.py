"""Small worlds built by hand: every number is neutral but those a test names; cuts of worlds."""

from dataclasses import replace

import numpy as np

from hedgerow.model import frame
from hedgerow.model import state as states
from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import INSTRUMENTS, Rules, Structure, World
from hedgerow.model.terms import form_of

K = len(INSTRUMENTS)
PARTNERS = ("AAA", "BBB", "CCC", "DDD", "EEE")
COUNTRIES = ("XXX", "YYY", "ZZZ")

AXES_OF = {field.array: field.shape.upper() for field in FIELDS if not field.fixed}

NEUTRAL = {
    "precision": 1.0,
    "intensity": 1.0,
    "turnover": 1.0,
    "capacity": 1.0,
    "trust": 1.0,
    "likelihood": 1.0,
    "arms_horizon": 5.0,
    "incident_memory": 1.0,
    "duration": 1.0,
    "attention": 1.0,
}


def hand_world(
    n=1,
    p=3,
    w=1,
    r=1,
    years=1,
    *,
    terms=(),
    processes=(),
    seed=7,
    overrides=(),
    shocks=(),
    tier_max=4,
    tie_max=np.inf,
    tilt_max=np.inf,
    force=False,
    structure=None,
    **values,
) -> World:
    """A world in which nothing happens unless the test says so.

    `values` are given without the axis of replicates, or with it; numbers fill the array.
    `structure` replaces fields of the `Structure`.
    """
    fields = {
        "partners": PARTNERS[:p],
        "countries": COUNTRIES[:n],
        "futures": tuple(f"future{i}" for i in range(w)),
        "start": 2000,
        "years": years,
        "level": 1,
        "poles": (0, 1) if p > 1 else (0, 0),
        "threat_source": np.full(n, -1),
        "self_partner": np.full(n, -1),
        "sanctions": (),
        "step": np.full(K, 0.1),
        "cap": np.ones(K),
        "tiers": np.zeros((p, n), dtype=np.int64),
        "rules": Rules(
            np.full(n, tier_max),
            np.full((K, n), tie_max),
            np.full(n, tilt_max),
            np.full(n, force),
        ),
        "strategies": ("quantal",) * n,
        "terms": frozenset(terms),
        "processes": frozenset(processes),
    } | (structure or {})
    built = Structure(**fields)
    size = {"K": K, "P": p, "N": n, "W": w, "S": len(built.sanctions)}
    arrays = {}
    for name, axes in AXES_OF.items():
        shape = (*(size[axis] for axis in axes), r)
        given = values.pop(name, NEUTRAL.get(name))
        if given is None:
            given = 0.0
            if name == "correlation":
                given = np.eye(p)
            elif name == "prior":
                given = np.eye(w)[0]
        given = np.asarray(given, dtype=float)
        if given.ndim == len(axes):
            given = given[..., None]
        arrays[name] = np.broadcast_to(given, shape).copy()
    assert not values, f"no such numbers: {sorted(values)}"
    return World(built, arrays, np.arange(r, dtype=np.uint64), seed, overrides, shocks)


def pair(p, links):
    """A symmetric (P, P) array from {(p, q): value}."""
    a = np.zeros((p, p))
    for (i, j), value in links.items():
        a[i, j] = a[j, i] = value
    return a


def at(shape, entries):
    """An array of zeros but for {index: value}."""
    a = np.zeros(shape)
    for index, value in entries.items():
        a[index] = value
    return a


def start(world):
    """Frame, state and form before the first round."""
    q = frame.build(world.structure, world.values, world.overrides)
    s = states.initial(world.structure, q)
    return q, s, form_of(world.structure, q, s)


def pick(world, rows):
    """The same world with only these replicates, in this order."""
    rows = list(rows)
    return replace(
        world,
        values={name: np.ascontiguousarray(a[..., rows]) for name, a in world.values.items()},
        replicates=world.replicates[rows],
        overrides=tuple(replace(o, value=o.value[rows]) for o in world.overrides),
        shocks=tuple(
            replace(
                s,
                value=s.value[rows],
                start=s.start[rows],
                stop=s.stop[rows],
                happens=s.happens[rows],
            )
            for s in world.shocks
        ),
    )


def only_first_country(world):
    """The same world with its first country alone."""
    s = world.structure
    values = {}
    for name, a in world.values.items():
        cut = tuple(slice(0, 1) if axis == "N" else slice(None) for axis in AXES_OF[name])
        values[name] = np.ascontiguousarray(a[cut])
    rules = Rules(
        s.rules.tier_max[:1], s.rules.tie_max[:, :1], s.rules.tilt_max[:1], s.rules.force[:1]
    )
    structure = replace(
        s,
        countries=s.countries[:1],
        threat_source=s.threat_source[:1],
        self_partner=s.self_partner[:1],
        tiers=s.tiers[:, :1],
        strategies=s.strategies[:1],
        rules=rules,
        choices=tuple(
            replace(c, countries=(0,)) if 0 in c.countries else replace(c, countries=())
            for c in s.choices
        ),
        embargoes=tuple(e for e in s.embargoes if e.country == 0),
    )
    return replace(world, structure=structure, values=values)


def with_silent_partner(world, name):
    """The same world with one more partner whose numbers are all zero."""
    s = world.structure

    def padded(a, axes):
        return np.pad(a, [(0, 1) if axis == "P" else (0, 0) for axis in axes])

    values = {key: padded(a, f"{AXES_OF[key]}R") for key, a in world.values.items()}
    values["correlation"][-1, -1] = 1.0
    structure = replace(
        s,
        partners=(*s.partners, name),
        tiers=padded(s.tiers, "PN"),
        choices=tuple(
            replace(c, changes=padded(c.changes, "OKP"), rewards=padded(c.rewards, "OP"))
            for c in s.choices
        ),
    )
    return replace(world, structure=structure, values=values)
