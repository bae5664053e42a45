"""What a block of runs leaves behind: yearly arrays, choices and events.

Axes: ``Y`` years, ``N`` countries, ``P`` partners, ``R`` replicates of the block. NaN means
undefined and becomes null in tables.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..model.record import ChoiceRecord
from .parameters import Floats

__all__ = ["ChoiceRecord", "EventRows", "Record"]


@dataclass
class EventRows:
    """Rows of one event in one quarter: (E,) arrays, a row each run that it happened in.

    Attributes:
        event: its name. kind: ``coercion``, ``offer``, ``visit``, ``tier`` or ``hedging``.
        year, quarter: when it began; the quarter from 1. partner: (P), -1 where none is meant.
        country, replicate: where. value: how large it is: its `size`, the new rung of a label, 1.0
            for an offer that was accepted and 0.0 for one that was not.
        until: year (with its quarter) at which it ends, NaN where it has no length.
        cause: place in `events.CAUSES`, -1 where none is known. rival: (P) whom the country leant
            to, or -1.
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


@dataclass
class Record:
    """Result of `simulate`.

    `countries` maps a measure to (Y, N, R); `ties` maps a column to (Y, N, P, R).
    """

    countries: dict[str, Floats] = field(default_factory=dict)
    ties: dict[str, Floats] = field(default_factory=dict)
    choices: list[ChoiceRecord] = field(default_factory=list)
    events: list[EventRows] = field(default_factory=list)
