"""Joining, cutting and checking the records of blocks of replicates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..model.record import ChoiceRecord, EventRecord, Events, Record

ALWAYS_DEFINED = frozenset(
    {
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
        "threat",
    }
)
"""Measures that have a value in every run that does not fail; others may be undefined (NaN)."""


def join(records: Sequence[Record]) -> Record:
    """Return one record of all replicates, in the order given.

    Blocks may hold different events. An event that a block lacks did not happen in its runs.
    """
    if len(records) == 1:
        return records[0]
    first = records[0]
    return Record(
        countries={
            name: np.concatenate([record.countries[name] for record in records], axis=-1)
            for name in first.countries
        },
        ties={
            name: np.concatenate([record.ties[name] for record in records], axis=-1)
            for name in first.ties
        },
        choices=[
            replace(choice, chosen=np.concatenate([r.choices[c].chosen for r in records]))
            for c, choice in enumerate(first.choices)
        ],
        events=_join_events(records),
    )


def _join_events(records: Sequence[Record]) -> Sequence[EventRecord]:
    sizes = [size(record) for record in records]
    blocks = [record.events for record in records if isinstance(record.events, Events)]
    if len(blocks) == len(records):
        return _join_columns(blocks)
    ends = np.cumsum(sizes)
    found: dict[tuple[str, int, int, int, int], EventRecord] = {}
    for record, width, end in zip(records, sizes, ends, strict=True):
        seen: dict[tuple[str, int, int, int], int] = {}
        for event in record.events:
            key = (event.event, event.year, event.country, event.partner)
            ordinal = seen[key] = seen.get(key, -1) + 1
            if (*key, ordinal) not in found:
                blank = np.full(int(ends[-1]), np.nan)
                found[(*key, ordinal)] = replace(event, value=blank)
            found[(*key, ordinal)].value[end - width : end] = event.value
    return list(found.values())


def _join_columns(blocks: list[Events]) -> Events:
    ends = np.cumsum([block.width for block in blocks])
    columns = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in ("order", "event", "year", "country", "partner", "value")
    }
    replicates = [
        block.replicate + end - block.width for block, end in zip(blocks, ends, strict=True)
    ]
    return Events(blocks[0].names, int(ends[-1]), replicate=np.concatenate(replicates), **columns)


def pick(record: Record, chosen: slice | NDArray[np.intp]) -> Record:
    """Return the record of some of its replicates, each at most once."""
    return Record(
        countries={name: array[..., chosen] for name, array in record.countries.items()},
        ties={name: array[..., chosen] for name, array in record.ties.items()},
        choices=[
            ChoiceRecord(c.year, c.country, c.question, c.options, c.chosen[chosen])
            for c in record.choices
        ],
        events=_pick_events(record.events, size(record), chosen),
    )


def _pick_events(
    events: Sequence[EventRecord], width: int, chosen: slice | NDArray[np.intp]
) -> Sequence[EventRecord]:
    if not isinstance(events, Events):
        return [replace(event, value=event.value[chosen]) for event in events]
    places = np.arange(width)[chosen]
    new = np.full(width, -1)
    new[places] = np.arange(places.size)
    kept = np.flatnonzero(new[events.replicate] >= 0)
    columns = {
        name: getattr(events, name)[kept]
        for name in ("order", "event", "year", "country", "partner", "value")
    }
    replicate = new[events.replicate][kept]
    return Events(events.names, places.size, replicate=replicate, **columns)


def cut(
    record: Record | None, numbers: NDArray[np.int64], firsts: Sequence[int]
) -> Iterator[Record | None]:
    """Yield the record of each leaf, None of those without runs.

    Args:
        record: the record of the runs `numbers`; None if there are none.
        numbers: numbers of these runs, ascending.
        firsts: the number of the first run of each leaf, and that after the last run.
    """
    for first, last in pairwise(np.searchsorted(numbers, firsts).tolist()):
        yield pick(record, slice(first, last)) if record is not None and last > first else None


def size(record: Record) -> int:
    """Return the number of replicates of a record."""
    return next(iter(record.countries.values())).shape[-1]


def faults(record: Record, self_partner: NDArray[np.int64]) -> dict[int, str]:
    """Return why runs failed, by position, for those with numbers that are not finite.

    NaN is allowed where a measure may be undefined; infinity never is. Ties of a country with
    itself do not exist and are ignored.
    """
    reasons: dict[int, str] = {}

    def look(name: str, array: NDArray[np.float64]) -> None:
        bad = ~np.isfinite(array)
        if name not in ALWAYS_DEFINED and not name.startswith("belief_"):
            bad &= ~np.isnan(array)
        for where in np.flatnonzero(bad.any(axis=tuple(range(array.ndim - 1)))):
            reasons.setdefault(int(where), f"{name} is not finite")

    for name, array in record.countries.items():
        look(name, array)
    own = [(i, int(p)) for i, p in enumerate(self_partner) if p >= 0]
    for name, array in record.ties.items():
        if own and not np.isfinite(array).all():
            array = array.copy()
            for country, partner in own:
                array[:, country, partner] = 0.0
        look(name, array)
    return reasons
