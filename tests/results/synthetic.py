"""Records with made-up but plausible numbers, for tests of what comes after the model."""

from pathlib import Path

import numpy as np

from hedgerow.model.record import ChoiceRecord, EventRecord, Record
from hedgerow.results.tables import Axes

SMALL = Path(__file__).parent / "small.toml"
"""A scenario that runs in a moment: two countries, four partners, five years."""

COUNTRY_COLUMNS = (
    "alignment_index",
    "kuik_score",
    "hedging_index",
    "autonomy",
    "premium",
    "payout",
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


def axes(countries=("VNM", "IND"), partners=("RUS", "CHN", "IND"), years=4) -> Axes:
    own = tuple(partners.index(i) if i in partners else -1 for i in countries)
    return Axes(1996, years, tuple(countries), tuple(partners), own)


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
        for name, partner in (("incident", -1), ("visit", 0), ("tier", 1)):
            value = np.where(rng.random(runs) < 0.4, rng.integers(1, 4, runs), np.nan)
            if not np.isnan(value).all():
                events.append(EventRecord(name, shape.start + year, 0, partner, value))
    return Record(countries, ties, choices, events)
