"""What a block of runs leaves behind: yearly arrays, choices and events.

Axes: ``Y`` years, ``N`` countries, ``P`` partners, ``R`` replicates of the block. NaN means
undefined and becomes null in tables.
"""

from dataclasses import dataclass, field

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


@dataclass
class Record:
    """Result of `hedgerow.model.simulate.simulate`.

    `countries` maps a measure to (Y, N, R); `ties` maps a column to (Y, N, P, R).
    """

    countries: dict[str, Floats]
    ties: dict[str, Floats]
    choices: list[ChoiceRecord] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
