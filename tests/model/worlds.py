"""Small worlds with numbers of the size of those of the shipped scenarios."""

from dataclasses import replace
from math import inf

import numpy as np

from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import (
    Effect,
    Event,
    Instrument,
    Kind,
    Role,
    Rules,
    Structure,
    Vote,
    World,
)
from hedgerow.model.start import revealed

PARTNERS = ("CHN", "JPN", "RUS", "USA")
INSTRUMENTS = (
    Instrument("arms", Kind.PROGRAMMES, frozenset({Role.ARSENAL, Role.BANDWAGONS, Role.BALANCES})),
    Instrument("defence", Kind.STEPS, frozenset({Role.PRESENCE, Role.BALANCES})),
    Instrument("diplomacy", Kind.STEPS, frozenset({Role.BINDS, Role.DENIES})),
    Instrument("energy", Kind.STEPS, frozenset({Role.PRESENCE, Role.DENIES})),
    Instrument("settlement", Kind.STEPS, frozenset({Role.SETTLES})),
    Instrument("trade", Kind.FLOW, frozenset({Role.TRADES})),
    Instrument("voice", Kind.POSITION, frozenset({Role.BANDWAGONS})),
)
ARMS, DEFENCE, DIPLOMACY, ENERGY, SETTLEMENT, TRADE, VOICE = range(7)
CHN, JPN, RUS, USA = range(4)
STEPS = (DEFENCE, DIPLOMACY, ENERGY, SETTLEMENT)
FUTURES = ("a_status_quo", "china_coerces", "us_retrenches")
CLASSES = ("human_rights", "territorial")

NUMBERS = {
    "step": (0.1, 0.25, 0.25, 0.25, 0.25, 0.05, 0.25),
    "cap": (5.0, 1.0, 1.0, 1.0, 1.0, 0.9, 1.0),
    "salience": (0.5, 1.0, 0.8, 0.4, 0.2, 0.05, 0.6),
    "exposure": (1.0, 0.5, 0.2, 0.5, 0.3, 1.0, 0.1),
    "curvature": (0.0, 45.0, 40.0, 40.0, 40.0, 0.0, 0.0),
    "rate": (0.0, 0.3, 0.3, 0.3, 0.3, 0.0, 0.0),
    "sanctioned": (1.0, 0.0, 0.0, 1.0, 0.0, 0.3, 0.0),
    "shielded": (0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0),
    "memory": (0.6, 0.5, 0.8, 0.5, 0.3, 0.3, 1.0),
    "gravity": (0.0, 0.0, 0.0, 0.0, 0.0, 0.76, 0.0),
    "drift": (0.0, 0.0, 0.0, 0.0, 0.0, 0.018, 0.0),
    "flow_noise": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0216, 0.0),
}
"""Numbers by instrument."""

BASE = {"CHN": -0.52, "JPN": -5.5, "RUS": 0.32, "USA": 0.15}
SIZE = {"CHN": 0.8, "JPN": 0.0, "RUS": 1.4, "USA": 0.85}
BY_PARTNER = {
    "trust": (0.3, 0.6, 0.8, 0.55),
    "will": (0.0, 0.7, 0.4, 0.9),
    "moderation": (0.0, 0.0, 0.15, 0.0),
    "volatility": (0.35, 0.15, 0.25, 0.3),
    "isolation": (0.0, 0.0, 0.3, 0.0),
    "tolerance": (0.2, 0.0, 0.8, 0.6),
    "leniency": (0.1, 0.0, 0.4, 0.25),
    "need": (0.0, 0.0, 0.0, 0.3),
    "visits": (0.8, 0.5, 1.0, 0.35),
    "violation": (0.0, 0.0, 0.5, 0.0),
    "partner_position": (-0.8, 1.2, -0.5, 2.5),
    "acts": (2.0, 1.0, 2.0, 2.0),
}
SCALARS = {
    "autonomy": 2.0,
    "critical_rivalry": 1.6,
    "security": 20.0,
    "entrapment": 0.3,
    "sparing": 0.2,
    "dependence": 6.0,
    "norm": 1.0,
    "audience": 0.75,
    "parity": 0.1,
    "shortfall": 0.5,
    "warning": 0.5,
    "threat_level": 0.6,
    "threat_usual": 0.6,
    "incident_weight": 0.25,
    "incident_memory": 1.5,
    "retaliation": 0.5,
    "belief_relaxation": 0.3,
    "cover_leak": 0.5,
    "positions": -0.55,
    "label_visit": 1.0,
    "label_lead": 0.3,
    "label_isolation": 0.3,
    "jump_2": 0.3,
    "jump_3": 0.05,
    "position_noise": 0.05,
}
PRIORS = (0.7, 0.2, 0.1)
LIKELIHOOD = (1.0, 1.4, 1.0)
TIES = {
    ARMS: (0.0, 0.0, 0.97, 0.0),
    DEFENCE: (0.0, 0.25, 0.25, 0.25),
    DIPLOMACY: (0.5, 0.25, 0.5, 0.25),
    ENERGY: (0.0, 0.25, 0.5, 0.0),
    SETTLEMENT: (0.25, 0.0, 0.25, 0.0),
    TRADE: (0.4, 0.35, 0.15, 0.4),
}


def bundle(**changes: int) -> np.ndarray:
    """Return a bundle from names such as ``energy_RUS=1``."""
    names = [one.name for one in INSTRUMENTS]
    result = np.zeros((len(names), len(PARTNERS)), dtype=np.int64)
    for name, by in changes.items():
        instrument, partner = name.split("_")
        result[names.index(instrument), PARTNERS.index(partner)] = by
    return result


EVENTS = (
    Event("incident", CHN, Effect.INCIDENT),
    Event("restriction_CHN", CHN, Effect.RESTRICTION),
    Event("suspension_CHN", CHN, Effect.SUSPENSION),
    Event("designation", USA, Effect.DESIGNATION, pair=0),
    Event("exploration", RUS, Effect.OFFER, bundle=bundle(energy_RUS=1)),
    Event("exercise", USA, Effect.OFFER, bundle=bundle(defence_USA=1)),
    Event("base", USA, Effect.OFFER, bundle=bundle(defence_USA=2), pledge=True),
    Event("visit_USA", USA, Effect.VISIT),
)
EVENT_NUMBERS = {
    "event_rate": (0.5, 0.1, 0.1, 0.02, 0.2, 0.2, 0.05, 0.2),
    "event_tilt": (1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "event_lead": (0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5),
    "event_isolation": (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    "event_need": (0.0, 0.5, 0.5, 0.5, 0.0, 0.5, 0.0, 0.0),
    "event_cover": (0.3,) * 8,
    "event_size": (1.0, 0.1, 1.0, 0.3, 1.0, 1.0, 1.0, 1.0),
    "event_duration": (0.25, 1.0, 1.0, 2.0, 0.25, 0.25, 0.25, 0.25),
    "event_harm": (0.0, 5.0, 0.5, 5.0, 0.0, 0.0, 0.0, 0.0),
}


def vote(question: str = "ES-11/1", round_: int = 8, **changes: object) -> Vote:
    """Return a resolution that hits Russia."""
    numbers = {
        "countries": (0,),
        "issue": "ukraine",
        "kind": 1,
        "subject": RUS,
        "sponsors": (USA,),
        "powers": np.array([0.0, 1.0, -1.0, 1.0]),
    }
    return Vote(question=question, round=round_, **{**numbers, **changes})


def structure(
    countries: tuple[str, ...] = ("VNM",), years: int = 10, **changes: object
) -> Structure:
    """Return a structure of some countries between four powers."""
    n, k = len(countries), len(INSTRUMENTS)
    cap = np.array(NUMBERS["cap"])
    tie_max = np.repeat(cap[:, None], n, axis=1)
    tie_max[DEFENCE] = 0.5
    given: dict[str, object] = {
        "partners": PARTNERS,
        "countries": countries,
        "instruments": INSTRUMENTS,
        "futures": FUTURES,
        "start": 1996,
        "years": years,
        "level": 2,
        "poles": (USA, CHN),
        "threat_source": np.full(n, CHN),
        "self_partner": np.array([PARTNERS.index(c) if c in PARTNERS else -1 for c in countries]),
        "sanctions": ((USA, RUS),),
        "step": np.array(NUMBERS["step"]),
        "cap": cap,
        "tiers": np.zeros((len(PARTNERS), n), dtype=np.int64),
        "rules": Rules(
            tier_max=np.full(n, 3),
            tie_max=tie_max,
            tilt_max=np.full(n, inf),
            force=np.zeros(n, dtype=bool),
            pledge=np.zeros(n, dtype=bool),
        ),
        "strategies": ("quantal",) * n,
        "events": EVENTS,
        "classes": CLASSES,
        "votes": (vote(),),
    }
    assert k == 7
    return Structure(**{**given, **changes})


def world(
    replicates: int = 8,
    seed: int = 1,
    numbers: dict | None = None,
    reveal: bool = True,
    first: int = 0,
    **changes: object,
) -> World:
    """Return a world of some replicates; `numbers` replace arrays by name, without replicates."""
    s = structure(**changes)
    sizes = {
        "k": len(s.instruments),
        "p": len(s.partners),
        "n": len(s.countries),
        "w": len(s.futures),
        "s": len(s.sanctions),
        "e": len(s.events),
        "c": len(s.classes),
    }
    values = {}
    for field in FIELDS:
        if not field.fixed:
            shape = tuple(sizes[axis] for axis in field.shape)
            values[field.array] = np.full((*shape, replicates), field.default)

    def put(name: str, value: object) -> None:
        array = np.asarray(value, dtype=float)
        target = values[name]
        target[...] = array.reshape(*array.shape, *(1,) * (target.ndim - array.ndim))

    for name, value in NUMBERS.items():
        if name in values:
            put(name, value)
    for name, value in BY_PARTNER.items():
        put(name, value)
    for name, value in SCALARS.items():
        put(name, value)
    for name, value in EVENT_NUMBERS.items():
        if len(s.events) == len(value):
            put(name, value)
    put("prior", PRIORS)
    put("likelihood", LIKELIHOOD)
    put("entraps", (0.0, 1.0, 0.0))
    put("spares", (0.0, 0.0, 1.0))
    values["base"][ARMS] = np.array([BASE[p] for p in s.partners])[:, None]
    values["size_of"][ARMS] = np.array([SIZE[p] for p in s.partners])[:, None]
    values["programmes"][ARMS] = 2.1
    values["foe_weight"][ARMS] = -3.4
    values["protection"][[ARMS, DEFENCE, ENERGY]] = np.array([0.3, 0.7, 0.6])[:, None, None]
    values["vote_class"][:] = np.array([-1.27, -1.0])[:, None]
    values["loyalty"][RUS] = 2.0
    for k, ties in TIES.items():
        values["ties"][k] = np.array(ties)[:, None, None]
    values["stocks"][ARMS] = values["ties"][ARMS]
    values["others"][ARMS] = 0.03
    values["enforcement"][:] = 3.0
    values["shield"][:] = 0.5
    rivalry = np.zeros((4, 4))
    for (p, q), r in {(USA, CHN): 0.8, (USA, RUS): 0.4, (CHN, JPN): 0.5}.items():
        rivalry[p, q] = rivalry[q, p] = r
    put("rivalry", rivalry)
    closeness = np.zeros((4, 4))
    closeness[RUS, CHN] = closeness[CHN, RUS] = 0.3
    put("closeness", closeness)
    put("correlation", np.eye(4) + 0.3 * (closeness > 0))
    for name, value in (numbers or {}).items():
        put(name, value)
    w = World(
        structure=s,
        values=values,
        replicates=np.arange(first, first + replicates, dtype=np.uint64),
        seed=seed,
        market=np.zeros((s.years + 1, len(s.partners), replicates)),
    )
    if reveal:
        w.values["returns"] = revealed(w)
    return w


def with_numbers(base: World, **numbers: object) -> World:
    """Return a world with some arrays replaced or changed by a function, returns held."""
    values = dict(base.values)
    for name, value in numbers.items():
        values[name] = value(values[name]) if callable(value) else np.asarray(value)
    return replace(base, values=values)
