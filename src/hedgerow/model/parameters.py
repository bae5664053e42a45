"""What a run is given: the structure of the world, and its numbers for a block of replicates.

Axes: ``K`` instruments, ``P`` partners, ``N`` hedging countries, ``W`` futures, ``S`` sanction
pairs, ``R`` replicates of the block (always last).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INSTRUMENTS = ("arms", "trade", "energy", "diplomacy", "defence", "voice", "settlement")
ARMS, TRADE, ENERGY, DIPLOMACY, DEFENCE, VOICE, SETTLEMENT = range(7)
ROUNDS_A_YEAR = 4
DT = 1.0 / ROUNDS_A_YEAR
TOP_RUNG = 4

PROCESSES = (
    "futures",
    "incidents",
    "visits",
    "courting",
    "pressing",
    "designations",
    "pipeline",
    "stocks",
)

Floats = NDArray[np.float64]
Values = dict[str, Floats]
"""Arrays by the names in `hedgerow.model.numbers.FIELDS`, whose `shape` gives their axes; R last.

``rivalry, closeness, correlation`` (P, P, R) are symmetric, their diagonals 0, 0 and 1;
``peer_weight`` (N, N, R) has a row for each country and a column for each peer.
"""


@dataclass(frozen=True)
class Override:
    """One number that a future changes: ``array[index]`` becomes `value` or is multiplied by it.

    `array` is ``capacity``, ``trust``, ``will`` or ``threat_level``; `index` addresses all axes but
    the replicates, and may hold slices (``threat_level`` of all countries). `value` is (R,).
    """

    future: int
    array: str
    index: tuple[int | slice, ...]
    op: str  # "set" | "multiply"
    value: Floats


@dataclass(frozen=True)
class Shock:
    """A dated change of one number: from round `start` up to but not including round `stop`.

    `start`, `stop` (R,) are rounds, `happens` (R,) tells in which replicates it comes, `value` is
    (R,). `mirror` repeats the change at a second index (rivalry is symmetric).
    """

    array: str
    index: tuple[int | slice, ...]
    op: str  # "set" | "add" | "multiply"
    value: Floats
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    happens: NDArray[np.bool_]
    mirror: tuple[int | slice, ...] | None = None


@dataclass(frozen=True)
class Choice:
    """A scheduled choice: extra menu of `countries` in round `round`.

    `changes` (O, K, P) are tie changes in whole steps, `rewards` (O, P) multiples of the power's
    `reward` that an option earns, `costs` (O,) log-odds.
    """

    question: str
    round: int
    countries: tuple[int, ...]
    options: tuple[str, ...]
    changes: NDArray[np.int64]
    rewards: Floats
    costs: Floats


@dataclass(frozen=True)
class Embargo:
    """A supplier that sells nothing more to a country in rounds `start` ≤ t < `stop`."""

    country: int
    instrument: int
    partner: int
    start: int
    stop: int


@dataclass(frozen=True)
class Rules:
    """Hard rules of each country, as bounds (N, …). Nothing buys them off.

    `tier_max` (N,) highest rung; `tie_max` (K, N) highest tie; `tilt_max` (N,) largest
    |a_A − a_B| between the poles; `force` (N,) True where force is allowed.
    """

    tier_max: NDArray[np.int64]
    tie_max: Floats
    tilt_max: Floats
    force: NDArray[np.bool_]


@dataclass(frozen=True)
class Structure:
    """The world without its numbers: who there is, what is switched on, what is dated."""

    partners: tuple[str, ...]
    countries: tuple[str, ...]
    futures: tuple[str, ...]
    start: int  # first year
    years: int
    level: int  # 1 or 2
    poles: tuple[int, int]
    threat_source: NDArray[np.int64]  # (N,) partner, or -1
    self_partner: NDArray[np.int64]  # (N,) partner that is the country itself, or -1
    sanctions: tuple[tuple[int, int], ...]  # (sanctioner, target) of each pair
    step: Floats  # (K,)
    cap: Floats  # (K,)
    tiers: NDArray[np.int64]  # (P, N) rungs at the start
    rules: Rules
    strategies: tuple[str, ...]
    terms: frozenset[str]
    processes: frozenset[str] = frozenset(PROCESSES)
    choices: tuple[Choice, ...] = ()
    embargoes: tuple[Embargo, ...] = ()

    @property
    def rounds(self) -> int:
        """Number of quarters."""
        return self.years * ROUNDS_A_YEAR


@dataclass(frozen=True)
class World:
    """Everything that `simulate` needs for one block of replicates.

    `replicates` (R,) are their numbers, which with `seed` key all random streams.
    """

    structure: Structure
    values: Values
    replicates: NDArray[np.uint64]
    seed: int
    overrides: tuple[Override, ...] = ()
    shocks: tuple[Shock, ...] = ()
