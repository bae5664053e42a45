"""Joining, cutting and checking the records of blocks of replicates."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.record import ChoiceRecord, Events, Record
from .columns import Instruments, about


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
        events=_join_events([events_of(record) for record in records]),
    )


def events_of(record: Record) -> Events:
    """Return the events of a record as columns."""
    return Events.of(record.events, size(record))


_PLACES = {"event": "names", "cause": "causes"}
"""Columns of `Events` that are places in a list of names of its own."""


def _join_events(blocks: Sequence[Events]) -> Events:
    ends = np.cumsum([block.width for block in blocks])
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in _columns_of(blocks[0])
    }
    joined["replicate"] = np.concatenate(
        [block.replicate + end - block.width for block, end in zip(blocks, ends, strict=True)]
    )
    for column, names in _PLACES.items():
        whole = tuple(dict.fromkeys(name for block in blocks for name in getattr(block, names)))
        joined[names] = whole
        joined[column] = np.concatenate(
            [
                # The last place is for -1, which is none.
                np.array([*map(whole.index, getattr(block, names)), -1])[getattr(block, column)]
                for block in blocks
            ]
        )
    return replace(blocks[0], width=int(ends[-1]), **joined)


def _columns_of(events: Events) -> list[str]:
    return [one.name for one in fields(events) if isinstance(getattr(events, one.name), np.ndarray)]


def pick(record: Record, chosen: slice | NDArray[np.intp]) -> Record:
    """Return the record of some of its replicates, each at most once."""
    return Record(
        countries={name: array[..., chosen] for name, array in record.countries.items()},
        ties={name: array[..., chosen] for name, array in record.ties.items()},
        choices=[
            ChoiceRecord(c.year, c.country, c.question, c.options, c.chosen[chosen])
            for c in record.choices
        ],
        events=_pick_events(events_of(record), chosen),
    )


def _pick_events(events: Events, chosen: slice | NDArray[np.intp]) -> Events:
    places = np.arange(events.width)[chosen]
    new = np.full(events.width, -1)
    new[places] = np.arange(places.size)
    kept = np.flatnonzero(new[events.replicate] >= 0)
    picked = {name: getattr(events, name)[kept] for name in _columns_of(events)}
    picked["replicate"] = new[picked["replicate"]]
    return replace(events, width=places.size, **picked)


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


def faults(
    record: Record, self_partner: NDArray[np.int64], instruments: Instruments
) -> dict[int, str]:
    """Return why runs failed, by position, for those with numbers that are not finite.

    NaN is allowed where a measure may be undefined, which is where its column may be empty, and in
    measures of one's own; infinity never is. Ties of a country with itself do not exist and are
    ignored.
    """
    reasons: dict[int, str] = {}

    def look(table: str, name: str, array: NDArray[np.float64]) -> None:
        bad = ~np.isfinite(array)
        known = about(table, name, instruments)
        if known is None or known.empty:
            bad &= ~np.isnan(array)
        for where in np.flatnonzero(bad.any(axis=tuple(range(array.ndim - 1)))):
            reasons.setdefault(int(where), f"{name} is not finite")

    for name, array in record.countries.items():
        look("countries", name, array)
    own = [(i, int(p)) for i, p in enumerate(self_partner) if p >= 0]
    for name, array in record.ties.items():
        if own and not np.isfinite(array).all():
            array = array.copy()
            for country, partner in own:
                array[:, country, partner] = 0.0
        look("ties", name, array)
    return reasons
