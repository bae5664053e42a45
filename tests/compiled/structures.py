"""Worlds that between them have all that a structure can have, by name."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from model.worlds import (
    ARMS,
    CHN,
    EVENT_NUMBERS,
    EVENTS,
    RUS,
    USA,
    bundle,
    structure,
    vote,
    world,
)

from hedgerow.model.parameters import (
    POLITICS,
    PROCESSES,
    TERMS,
    Ban,
    Choice,
    Effect,
    Event,
    Override,
    Rules,
    Shock,
    World,
)

THREE = ("PHL", "THA", "VNM")
PEERS = np.array([[0.0, 0.5, 0.5], [0.3, 0.0, 0.7], [0.6, 0.4, 0.0]])
VOTES = tuple(
    vote(question, round_, issue=issue, kind=kind, subject=subject, countries=countries)
    for question, round_, issue, kind, subject, countries in (
        ("a", 2, "ukraine", 1, RUS, (0, 1, 2)),
        ("b", 2, "ukraine", 1, RUS, (0, 2)),
        ("c", 6, "china", 0, CHN, (0, 1, 2)),
        ("d", 14, "ukraine", 1, RUS, (2, 1)),
        ("e", 15, "new", 1, -1, (0, 1, 2)),
        ("f", 18, "china", 1, CHN, (0, 1, 2)),
    )
)
MORE = (
    *EVENTS,
    Event("corridor", CHN, Effect.OFFER, bundle=bundle(trade_CHN=2, arms_CHN=1, diplomacy_CHN=1)),
    Event("drill", CHN, Effect.ENCIRCLEMENT),
    Event("embargo_RUS", RUS, Effect.EMBARGO),
)
MORE_NUMBERS = {
    name: (*values, *more)
    for (name, values), more in zip(
        EVENT_NUMBERS.items(),
        (
            (0.3, 0.3, 0.3),
            (0.0, 1.0, 1.0),
            (0.5, 0.0, 0.0),
            (0.5, 0.0, 0.0),
            (0.1, 0.1, 0.1),
            (0.3, 0.3, 0.3),
            (1.0, 0.2, 1.0),
            (0.25, 1.0, 1.5),
            (0.0, 0.0, 3.0),
        ),
        strict=True,
    )
}
CHOICE = Choice(
    question="drill?",
    round=5,
    countries=(0,),
    options=("no", "with Russia", "with the United States"),
    bundles=np.stack(
        [bundle(), bundle(energy_RUS=1, arms_RUS=1), bundle(defence_USA=1, diplomacy_CHN=-1)]
    ),
    offered=np.array([-1, RUS, USA]),
    pledges=np.array([-1, -1, USA]),
    cover=np.array([[0.0] * 4, [0.0, 0.0, 0.5, 0.0], [-0.5, 0.0, 0.0, 0.5]]),
    provokes=np.array([-1, 0, 9]),
    risk=np.array([0.0, 0.5, 0.6]),
)


BOUND = structure().rules.tie_max.copy()
BOUND[ARMS] = 0.6
"""Bounds of ties, of which that of arms is below what Russia has."""


def rules(countries: tuple[str, ...] = ("VNM",), **bounds: list) -> Rules:
    """Return the usual rules with some bounds of all countries replaced."""
    usual = structure(countries).rules
    return replace(usual, **{name: np.array(values) for name, values in bounds.items()})


def changing() -> World:
    """Shocks that begin and end at different dates in different replicates."""
    r = 11
    happens = np.arange(r) % 3 > 0
    first, last = np.arange(r) % 2 * 5, np.arange(r) + 6
    return replace(
        world(r, years=5),
        shocks=(
            Shock("rivalry", (USA, CHN), "multiply", np.full(r, 2.0), first, last, happens, (0, 3)),
            Shock("event_rate", (0,), "add", np.full(r, 1.0), first, first + 3, happens),
            Shock("threat_level", (0,), "set", np.full(r, 0.9), last, last + 4, happens),
        ),
    )


def foreseen_otherwise() -> World:
    """Futures that change what powers supply and want."""
    r = 9
    return replace(
        world(r, years=3),
        overrides=(
            Override(1, "will", (USA,), "multiply", np.full(r, 0.3)),
            Override(2, "capacity", (slice(None), RUS), "multiply", np.full(r, 0.5)),
            Override(1, "threat_level", (0,), "add", np.full(r, 0.4)),
        ),
    )


def unlike() -> World:
    """Replicates with other numbers each."""
    w = world(13, years=5, countries=THREE, votes=VOTES, numbers={"peer_weight": PEERS})
    rng = np.random.default_rng(7)
    varied = {
        name: array * rng.uniform(0.8, 1.2, array.shape[-1])
        for name, array in w.values.items()
        if name not in {"prior", "closeness", "will", "trust"}
    }
    market = np.cumsum(rng.normal(0.0, 0.1, w.market.shape), axis=0)
    return replace(w, values={**w.values, **varied}, market=market)


STRUCTURES: dict[str, Callable[[], World]] = {
    "as it is": lambda: world(128, years=40),
    "level 1": lambda: world(9, years=3, level=1),
    **{
        name: lambda name=name: world(9, years=3, strategies=(name,))
        for name in (
            *("best_reply", "balancer", "bandwagoner", "neutral", "status_quo", "random"),
            *("diversifier", "tit_for_tat"),
        )
    },
    "three with peers": lambda: world(
        11, years=6, countries=THREE, votes=VOTES, numbers={"peer_weight": PEERS}
    ),
    "three of different minds": lambda: world(
        9,
        years=5,
        countries=THREE,
        votes=VOTES,
        numbers={"peer_weight": PEERS},
        strategies=("quantal", "tit_for_tat", "balancer"),
    ),
    "a partner that hedges": lambda: world(
        9,
        years=5,
        countries=("JPN", "VNM"),
        votes=tuple(replace(one, countries=(0, 1)) for one in VOTES),
        numbers={"peer_weight": PEERS[:2, :2]},
    ),
    "no threat": lambda: world(9, years=3, threat_source=np.array([-1])),
    "no sanctions": lambda: world(
        9, years=3, sanctions=(), events=tuple(e for e in EVENTS if e.name != "designation")
    ),
    "no votes": lambda: world(9, years=3, votes=()),
    "no events": lambda: world(9, years=3, events=()),
    "records": lambda: world(
        9,
        years=3,
        records={"ukraine": np.array([0.0])},
        class_records=np.array([[0.3], [-0.6]]),
        votes=(vote(), vote("new", 9, issue="new")),
    ),
    "all effects, and choices": lambda: world(
        16,
        years=5,
        events=MORE,
        numbers=MORE_NUMBERS,
        choices=(CHOICE, replace(CHOICE, question="again", round=9)),
    ),
    "choices of some of three": lambda: world(
        9,
        years=5,
        countries=THREE,
        votes=VOTES,
        events=MORE,
        numbers=MORE_NUMBERS | {"peer_weight": PEERS},
        choices=(replace(CHOICE, countries=(2, 0)),),
        rules=rules(
            THREE,
            pledge=[True, False, True],
            force=[True, False, False],
            tilt_max=[0.3, np.inf, 0.8],
            tier_max=[4, 4, 2],
        ),
    ),
    "pledges, force and alliances": lambda: world(
        16, years=6, rules=rules(pledge=[True], force=[True], tier_max=[4]), numbers={"jump_4": 0.3}
    ),
    "a narrow band": lambda: world(16, years=5, rules=rules(tilt_max=[0.1])),
    "bound arms": lambda: world(
        16,
        years=5,
        rules=rules(tie_max=BOUND),
        events=MORE,
        numbers=MORE_NUMBERS | {"programmes": [8.0] + [0.0] * 6},
        choices=(CHOICE,),
    ),
    "bans": lambda: world(9, years=4, bans=(Ban(0, ARMS, RUS, 3, 9), Ban(0, ARMS, USA, 0, 30))),
    "shocks": changing,
    "overrides": foreseen_otherwise,
    "replicates unlike": unlike,
    **{
        f"flat {name}": lambda name=name: world(9, years=3, flat=frozenset({name}))
        for name in POLITICS
    },
    **{
        f"no politics in {name}": lambda name=name: world(
            9, years=3, numbers={f"politics_{name}": 0.0}
        )
        for name in POLITICS
    },
    **{
        f"without {name}": lambda name=name: world(
            9, years=3, processes=frozenset(PROCESSES) - {name}
        )
        for name in PROCESSES
    },
    **{
        f"without the term {name}": lambda name=name: world(
            9, years=3, terms=frozenset(TERMS) - {name}
        )
        for name in TERMS
    },
}
