"""What a block of runs leaves behind: yearly arrays, choices and events.

Axes: ``Y`` years, ``N`` countries, ``P`` partners, ``R`` replicates of the block. NaN means
undefined and becomes null in tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .events import CAUSES
from .parameters import Floats

KINDS = ("coercion", "offer", "visit", "tier", "hedging")
"""Kinds of events."""


@dataclass(frozen=True)
class ChoiceRecord:
    """One scheduled choice of one country: `chosen` (R,) indexes `options`."""

    year: int
    country: int
    question: str
    options: tuple[str, ...]
    chosen: NDArray[np.int64]


@dataclass
class EventRows:
    """Rows of one event in one quarter: (E,) arrays, a row each run that it happened in.

    Attributes:
        event: its name. kind: one of `KINDS`.
        year, quarter: when it began; the quarter from 1. partner: (P), -1 where none is meant.
        country, replicate: where. value: how large it is: its `size`, the new rung of a label, 1.0
            for an offer that was accepted and 0.0 for one that was not.
        until: year (with its quarter) at which it ends, NaN where it has no length.
        cause: place in `events.CAUSES`, -1 where none is known. rival: (P) whom the country leant
            to, or -1. question: the dated choice whose answer provoked it, or empty.
    """

    event: str
    kind: str
    year: int
    quarter: int
    partner: int
    country: NDArray[np.int64]
    replicate: NDArray[np.int64]
    value: Floats
    until: Floats
    cause: NDArray[np.int64]
    rival: NDArray[np.int64]
    question: str = ""


@dataclass(frozen=True)
class Events:
    """All events of a block as columns, a row each: (E,) arrays, as in `EventRows` where not told.

    Attributes:
        width: R, replicates of the block.
        names, causes: of what `event` and `cause` are places. After `CAUSES`, questions.
        kind: place in `KINDS`.
    """

    width: int
    names: tuple[str, ...]
    causes: tuple[str, ...]
    event: NDArray[np.int64]
    kind: NDArray[np.int64]
    year: NDArray[np.int64]
    quarter: NDArray[np.int64]
    country: NDArray[np.int64]
    partner: NDArray[np.int64]
    replicate: NDArray[np.int64]
    value: Floats
    until: Floats
    cause: NDArray[np.int64]
    rival: NDArray[np.int64]

    @staticmethod
    def of(rows: "Sequence[EventRows] | Events", width: int) -> "Events":
        """Return the events of a block of `width` replicates as columns."""
        if isinstance(rows, Events):
            return rows
        names = tuple(sorted({one.event for one in rows}))
        causes = (*CAUSES, *sorted({one.question for one in rows if one.question}))
        lengths = [one.replicate.size for one in rows]

        def repeated(values: list[int]) -> NDArray[np.int64]:
            return np.repeat(np.array(values, dtype=np.int64), lengths)

        def joined(arrays: list[NDArray]) -> NDArray:
            return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)

        asked = repeated([causes.index(one.question) if one.question else -1 for one in rows])
        cause = joined([one.cause for one in rows])
        return Events(
            width=width,
            names=names,
            causes=causes,
            event=repeated([names.index(one.event) for one in rows]),
            kind=repeated([KINDS.index(one.kind) for one in rows]),
            year=repeated([one.year for one in rows]),
            quarter=repeated([one.quarter for one in rows]),
            country=joined([one.country for one in rows]),
            partner=repeated([one.partner for one in rows]),
            replicate=joined([one.replicate for one in rows]),
            value=joined([one.value for one in rows]).astype(np.float64),
            until=joined([one.until for one in rows]).astype(np.float64),
            cause=np.where(asked >= 0, asked, cause),
            rival=joined([one.rival for one in rows]),
        )


@dataclass
class Record:
    """Result of `simulate`.

    `countries` maps a measure to (Y, N, R); `ties` maps a column to (Y, N, P, R).
    """

    countries: dict[str, Floats] = field(default_factory=dict)
    ties: dict[str, Floats] = field(default_factory=dict)
    choices: list[ChoiceRecord] = field(default_factory=list)
    events: list[EventRows] | Events = field(default_factory=list)
