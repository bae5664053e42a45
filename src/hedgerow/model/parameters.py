"""What a run is given: the structure of the world, and its numbers for a block of replicates.

Axes: ``K`` instruments, ``P`` partners, ``N`` hedging countries, ``W`` futures, ``S`` pairs of a
sanctioner and its target, ``E`` events, ``R`` replicates of the block (always last).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

ROUNDS_A_YEAR = 4
DT = 1.0 / ROUNDS_A_YEAR
TOP_RUNG = 4
SLACK = 1e-9
"""How far beyond a bound rounding may put what stands at it."""

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


class Kind(StrEnum):
    """What a tie is, and so what changes it."""

    PROGRAMMES = "programmes"
    """Orders remembered: x = S/S*, S the memory of what was ordered."""
    FLOW = "flow"
    """The square root of a share of the country's whole: drifts, and is cut or added to."""
    STEPS = "steps"
    """Whole steps of δ: a desk moves it up or down."""
    POSITION = "position"
    """Nearness of two ideal points: walks at random."""


class Role(StrEnum):
    """What an instrument is for, beside its weights."""

    ARSENAL = "arsenal"
    """Protects by what was delivered: capacity, not will."""
    PRESENCE = "presence"
    """Protects by the partner's will to oppose the threat."""
    SETTLES = "settles"
    """Shields other ties from sanctions."""
    BANDWAGONS = "bandwagons"
    """With the threat, limited bandwagoning in Kuik's spectrum (2008, 2016)."""
    BINDS = "binds"
    """With the threat, binding engagement."""
    TRADES = "trades"
    """With the threat, economic pragmatism."""
    DENIES = "denies"
    """With others, dominance denial."""
    BALANCES = "balances"
    """With others, indirect balancing."""


@dataclass(frozen=True)
class Instrument:
    """One instrument: its name, its kind, what it is for."""

    name: str
    kind: Kind
    roles: frozenset[Role] = frozenset()


class Effect(StrEnum):
    """What an event does while it lasts."""

    INCIDENT = "incident"
    """Threat rises, beliefs change, the public minds."""
    ENCIRCLEMENT = "encirclement"
    """Threat rises by `size` until it ends."""
    RESTRICTION = "restriction"
    """Flows with the power fall by the share `size` until it ends."""
    DESIGNATION = "designation"
    """A restriction that punishes dealings with the target of a pair of `sanctions`."""
    SUSPENSION = "suspension"
    """No visits and no rise of the label until it ends."""
    EMBARGO = "embargo"
    """The power supplies nothing until it ends."""
    VISIT = "visit"
    """A leader comes."""
    OFFER = "offer"
    """A bundle to accept or decline."""


COERCION = frozenset(
    {
        Effect.INCIDENT,
        Effect.ENCIRCLEMENT,
        Effect.RESTRICTION,
        Effect.DESIGNATION,
        Effect.SUSPENSION,
        Effect.EMBARGO,
    }
)
"""Effects that coerce; the others court."""


@dataclass(frozen=True)
class Event:
    """Something that one power may do to any country.

    Attributes:
        name: as in the table of events. power: (P) who does it.
        effect: what it does.
        pair: (S) of a designation, else -1.
        bundle: (K, P) whole steps that an offer adds, zero elsewhere.
        pledge: whether accepting an offer commits the power to the country's defence.
    """

    name: str
    power: int
    effect: Effect
    pair: int = -1
    bundle: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    pledge: bool = False

    @property
    def coerces(self) -> bool:
        """Whether it is coercion, and not courting."""
        return self.effect in COERCION


@dataclass(frozen=True)
class Vote:
    """A roll call at a date. "For" hits the subject.

    Attributes:
        question, round, countries: what, when, who is asked.
        issue: resolutions on one issue share a shock, and a state's last vote.
        kind: place in `Structure.classes`.
        subject: (P) who is hit, or -1. sponsors: (P) who drafted it.
        powers: (P,) their own votes: 1.0 for, 0.0 abstaining, -1.0 against, NaN none.
    """

    question: str
    round: int
    countries: tuple[int, ...]
    issue: str
    kind: int
    subject: int
    sponsors: tuple[int, ...]
    powers: Floats

    options = ("for", "abstain", "against")


@dataclass(frozen=True)
class Choice:
    """A dated choice other than a vote: an offer, or a demand.

    Attributes:
        question, round, countries: what, when, who is asked.
        options: their names.
        bundles: (O, K, P) whole steps by which an option changes ties.
        offered: (O,) power that offers the option and gives it a worth of its own, or -1.
        pledges: (O,) power that the option commits to the country's defence, or -1.
        cover: (O, P) how an option changes a power's goodwill.
        provokes: (O,) coercion (E) that an option may provoke, or -1; `risk` (O,) how likely.
    """

    question: str
    round: int
    countries: tuple[int, ...]
    options: tuple[str, ...]
    bundles: NDArray[np.int64]
    offered: NDArray[np.int64]
    pledges: NDArray[np.int64]
    cover: Floats
    provokes: NDArray[np.int64]
    risk: Floats


@dataclass(frozen=True)
class Ban:
    """A supplier that takes no order of a country in rounds `start` ≤ t < `stop`."""

    country: int
    instrument: int
    partner: int
    start: int
    stop: int


@dataclass(frozen=True)
class Rules:
    """Hard rules of each country, as bounds. Nothing buys them off.

    `tier_max` (N,) highest rung; `tie_max` (K, N) highest tie; `tilt_max` (N,) largest
    |a_A − a_B| between the poles; `force` (N,) whether force is allowed; `pledge` (N,) whether a
    power's pledge of defence may be accepted.
    """

    tier_max: NDArray[np.int64]
    tie_max: Floats
    tilt_max: Floats
    force: NDArray[np.bool_]
    pledge: NDArray[np.bool_]


TERMS = (
    "returns",
    "loyalty",
    "security",
    "dependence",
    "autonomy",
    "cross_pressure",
    "sanctions",
    "audience",
)
"""Terms of the payoff, each of which a scenario can switch off."""

PROCESSES = (
    "futures",
    "events",
    "visits",
    "labels",
    "programmes",
    "flows",
    "position",
    "desks",
)
"""Processes of a round, each of which a scenario can switch off."""

POLITICS = ("steps", "arms", "labels", "votes", "offers", "powers")
"""Kinds of choice, each with its ω."""


@dataclass(frozen=True)
class Structure:
    """The world without its numbers: who there is, what is switched on, what is dated.

    Partners, countries, instruments, futures and events stand in the order of their names, so that
    a run does not depend on the order of a file.

    Attributes:
        flat: kinds of choice whose habit is switched off (`POLITICS`).
        band: alignment indices, in points of 100, between which a country hedges.
        records: last vote of a country on an issue before the start: issue → (N,) 1.0, 0.0, -1.0,
            NaN where there is none.
        class_records: (C, N) mean of its last three years' votes in a class, NaN if none.
        own: terms of a user's own (`terms.Term`) by name, beside `terms.ALL`; played if in `terms`.
    """

    partners: tuple[str, ...]
    countries: tuple[str, ...]
    instruments: tuple[Instrument, ...]
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
    terms: frozenset[str] = frozenset(TERMS)
    processes: frozenset[str] = frozenset(PROCESSES)
    flat: frozenset[str] = frozenset()
    events: tuple[Event, ...] = ()
    classes: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    choices: tuple[Choice, ...] = ()
    bans: tuple[Ban, ...] = ()
    band: tuple[float, float] = (45.0, 55.0)
    records: dict[str, Floats] = field(default_factory=dict)
    class_records: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    own: Mapping[str, Callable[..., None]] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """Number of quarters."""
        return self.years * ROUNDS_A_YEAR

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the instruments."""
        return tuple(one.name for one in self.instruments)

    @cached_property
    def range_steps(self) -> NDArray[np.int64]:
        """Largest tie in whole steps but for the rules: (K, N)."""
        each = np.floor(self.cap / self.step + SLACK).astype(np.int64)
        return np.repeat(each[:, None], len(self.countries), axis=1)

    @cached_property
    def most_steps(self) -> NDArray[np.int64]:
        """Largest tie in whole steps that the rules allow: (K, N)."""
        bound = np.minimum(self.cap[:, None], self.rules.tie_max)
        return np.floor(bound / self.step[:, None] + SLACK).astype(np.int64)

    def of(self, kind: Kind) -> tuple[int, ...]:
        """Instruments of a kind."""
        return tuple(k for k, one in enumerate(self.instruments) if one.kind is kind)

    def having(self, role: Role) -> tuple[int, ...]:
        """Instruments that have a role."""
        return tuple(k for k, one in enumerate(self.instruments) if role in one.roles)


@dataclass(frozen=True)
class World:
    """Everything that `simulate` needs for one block of replicates.

    `replicates` (R,) are their numbers, which with `seed` key all random streams. `market`
    (Y + 1, P, R) is the logarithm of each partner's share of world trade at the beginning of each
    year, less that at the start. `returns` (K, P, N, R) are b of the step ties: `start.revealed`
    of the scenario from which this one was changed.
    """

    structure: Structure
    values: Values
    replicates: NDArray[np.uint64]
    seed: int
    market: Floats
    overrides: tuple[Override, ...] = ()
    shocks: tuple[Shock, ...] = ()
