"""What a block of runs leaves behind: yearly arrays, choices and events.

Axes: ``Y`` years, ``N`` countries, ``P`` partners, ``R`` replicates of the block. NaN means
undefined and becomes null in tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats


@dataclass(frozen=True)
class ChoiceRecord:
    """One scheduled choice of one country: `chosen` (R,) indexes `options`."""

    year: int
    country: int
    question: str
    options: tuple[str, ...]
    chosen: NDArray[np.int64]


@dataclass(frozen=True)
class EventRecord:
    """One kind of event in one year: `value` (R,), NaN where it did not happen.

    Events: ``incident`` and ``visit`` (value: how many in the year), ``tier`` (value: the new
    rung), ``designation`` (value: years it lasts), ``hedging_entered`` (value: 0) and
    ``hedging_broken`` (value: years hedging survived). `partner` is -1 where none is meant.
    """

    event: str
    year: int
    country: int
    partner: int
    value: Floats


@dataclass(frozen=True, eq=False)
class Events(Sequence[EventRecord]):
    """Events of a block, each with each run that it happened in: (E,) columns.

    As a sequence, it holds an `EventRecord` for each distinct `order`, ascending: made when asked
    for.

    Attributes:
        names: of events.
        width: R, replicates of the block.
        order: whole numbers that are equal where the record is the same.
        event: place in `names`. year, country, partner: as in `EventRecord`.
        replicate: place in the block. value: as in `EventRecord`.
    """

    names: tuple[str, ...]
    width: int
    order: NDArray[np.int64]
    event: NDArray[np.int64]
    year: NDArray[np.int64]
    country: NDArray[np.int64]
    partner: NDArray[np.int64]
    replicate: NDArray[np.int64]
    value: Floats

    @staticmethod
    def of(records: Sequence[EventRecord], width: int) -> "Events":
        """Return the events of some records of a block of `width` replicates."""
        if isinstance(records, Events):
            return records
        names = tuple(sorted({record.event for record in records}))
        values = np.array([record.value for record in records]).reshape(-1, width)
        which, where = np.nonzero(~np.isnan(values))

        def of(numbers: list[int]) -> NDArray[np.int64]:
            return np.array(numbers, dtype=np.int64)[which]

        return Events(
            names=names,
            width=width,
            order=which,
            event=of([names.index(record.event) for record in records]),
            year=of([record.year for record in records]),
            country=of([record.country for record in records]),
            partner=of([record.partner for record in records]),
            replicate=where,
            value=values[which, where],
        )

    @cached_property
    def _records(self) -> list[EventRecord]:
        _, firsts, group = np.unique(self.order, return_index=True, return_inverse=True)
        values = np.full((firsts.size, self.width), np.nan)
        values[group, self.replicate] = self.value
        about = zip(
            self.event[firsts].tolist(),
            self.year[firsts].tolist(),
            self.country[firsts].tolist(),
            self.partner[firsts].tolist(),
            values,
            strict=True,
        )
        return [EventRecord(self.names[event], *rest) for event, *rest in about]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[EventRecord]:
        return iter(self._records)

    @overload
    def __getitem__(self, place: int) -> EventRecord: ...
    @overload
    def __getitem__(self, place: slice) -> list[EventRecord]: ...
    def __getitem__(self, place: int | slice) -> EventRecord | list[EventRecord]:
        return self._records[place]


@dataclass
class Record:
    """Result of `hedgerow.model.simulate.simulate`.

    `countries` maps a measure to (Y, N, R); `ties` maps a column to (Y, N, P, R).
    """

    countries: dict[str, Floats]
    ties: dict[str, Floats]
    choices: list[ChoiceRecord] = field(default_factory=list)
    events: Sequence[EventRecord] = field(default_factory=list)
