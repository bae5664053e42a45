"""Records with made-up but plausible numbers, for tests of what comes after the model."""

from pathlib import Path

import numpy as np

from hedgerow.model.events import CAUSES
from hedgerow.model.record import ChoiceRecord, EventRows, Record
from hedgerow.results.tables import Axes

SMALL = Path(__file__).parent / "small.toml"
"""A scenario that runs in a moment: two countries, four partners, five years."""

COUNTRY_COLUMNS = (
    "alignment_index",
    "kuik_score",
    "hedging_index",
    "autonomy",
    "payoff",
    "premium",
    "payout",
    "premium_held",
    "payout_held",
    "insured",
    "price_of_autonomy",
    "rules_bound",
    "tail_loss",
    "threat",
    "concentration_arms",
    "belief_status_quo",
)
TIE_COLUMNS = (
    "arms_stock",
    "arms_deliveries",
    "arms_orders",
    "trade",
    "energy",
    "diplomacy",
    "defence",
    "voice",
    "settlement",
    "tier",
    "alignment",
    "exposure",
    "pressure",
    "inducement",
)


INSTRUMENTS = {
    "arms": "programmes",
    "trade": "flow",
    "energy": "steps",
    "diplomacy": "steps",
    "defence": "steps",
    "voice": "position",
    "settlement": "steps",
}


def axes(countries=("VNM", "IND"), partners=("RUS", "CHN", "IND"), years=4) -> Axes:
    own = tuple(partners.index(i) if i in partners else -1 for i in countries)
    return Axes(1996, years, tuple(countries), tuple(partners), own, INSTRUMENTS)


def record(shape: Axes, runs: int, seed: int = 0, gaps: bool = True) -> Record:
    """Return a record of `runs` replicates, with undefined values if `gaps`."""
    rng = np.random.default_rng(seed)
    y, n, p = shape.years, len(shape.countries), len(shape.partners)
    countries = {name: rng.random((y, n, runs)) for name in COUNTRY_COLUMNS}
    countries["alignment_index"] *= 100.0
    countries["premium"] = rng.normal(size=(y, n, runs))
    ties = {name: rng.random((y, n, p, runs)) for name in TIE_COLUMNS}
    ties["tier"] = rng.integers(0, 5, (y, n, p, runs)).astype(float)
    if gaps:
        countries["kuik_score"][rng.random((y, n, runs)) < 0.3] = np.nan
        countries["premium"][0] = np.nan
        ties["arms_orders"][rng.random((y, n, p, runs)) < 0.1] = np.nan
    options = ("for", "abstain", "against")
    choices = [
        ChoiceRecord(shape.start + 1, i, "ES-11/1", options, rng.integers(0, 3, runs))
        for i in range(n)
    ]
    events = []
    for year in range(y):
        for name, kind, partner in EVENTS:
            happened = rng.random(runs) < 0.4
            quarter, values = int(rng.integers(1, 5)), rng.integers(1, 4, runs).astype(float)
            events.append(event(name, kind, shape.start + year, quarter, partner, happened, values))
    return Record(countries, ties, choices, events)


EVENTS = (("incident", "coercion", 1), ("visit", "visit", 0), ("tier", "tier", 1))
"""Events of `record`: name, kind and partner. All are Vietnam's."""


def event(name, kind, year, quarter, partner, happened, value, country=0, **more) -> EventRows:
    """Return the rows of an event of one country, in the runs in which it happened."""
    where = np.flatnonzero(happened)
    known = {
        "until": np.where(where % 2, year + 1.25, np.nan),
        "cause": np.full(where.size, CAUSES.index("rate")),
        "rival": np.full(where.size, -1),
    }
    return EventRows(
        event=name,
        kind=kind,
        year=year,
        quarter=quarter,
        partner=partner,
        country=np.full(where.size, country),
        replicate=where,
        value=np.broadcast_to(value, np.shape(happened))[where].astype(float),
        **{name: np.asarray(more.pop(name, array)) for name, array in known.items()},
        **more,
    )
