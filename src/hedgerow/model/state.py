"""What changes in a run."""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import TOP_RUNG, Effect, Floats, Kind, Structure
from .portfolio import summed
from .streams import Purpose, Streams, codes_of, normal

TIV_UNIT = 32.0
"""Size of a usual programme in millions of SIPRI's trend indicator."""


@dataclass
class State:
    """State of a block. ``D = N × R``, country-major.

    Attributes:
        counts: (K, P, D) step ties in whole steps.
        memory: (K, P + 1, D) programmes remembered, Σ √(size/32)·exp(−age·forgetting); suppliers
            outside politics come last. backlog: (K, P + 1, D) ordered and not delivered; arsenal:
            (K, P + 1, D) delivered and in use, both in millions of trend indicator.
        usual_memory, usual_arsenal: (K, D) S* and what the arsenal tends to at the usual rate.
        own_size: (K, D) mean of ln size of a country's programmes.
        flows, flow_mean: (K, P, D) square roots of shares before cuts, and what they return to.
        position: (D,) ideal point.
        tiers: (P, D) rungs 0–4. pledged: (P, D) 1.0 where a power is bound by a pledge.
        market: (P, D) ln G less that at the start, G a partner's share of world trade.
        cover: (P, D) goodwill of a power by votes and other answers.
        fresh: (D,) recent incidents, decaying. threat: (D,). beliefs: (W, D), summing to 1.
        shortfall: (D,) expected shortfall of protection.
        until: (E, D) round at which an event ends. round: the quarter that is played.
        last_votes: last vote on an issue: issue → (D,) 1.0, 0.0, −1.0, NaN for none.
        cast: votes of the last three years: (round, class, (D,) votes).
    """

    counts: NDArray[np.int64]
    memory: Floats
    backlog: Floats
    arsenal: Floats
    usual_memory: Floats
    usual_arsenal: Floats
    own_size: Floats
    flows: Floats
    flow_mean: Floats
    position: Floats
    tiers: NDArray[np.int64]
    pledged: Floats
    market: Floats
    cover: Floats
    fresh: Floats
    threat: Floats
    beliefs: Floats
    shortfall: Floats
    until: NDArray[np.int64]
    round: int = 0
    last_votes: dict[str, Floats] = field(default_factory=dict)
    cast: list[tuple[int, int, Floats]] = field(default_factory=list)


def initial(structure: Structure, q: Frame, streams: Streams) -> State:
    """Return the state before the first round.

    Step ties are rounded to whole steps. Programmes start with the memory, the arsenal and the
    backlog that the usual rate of orders would have left, shared out as the scenario says; what no
    partner has of an arsenal is of suppliers outside politics.
    """
    p, d, k = len(structure.partners), q.n * q.r, len(structure.instruments)
    ties = q["ties"] * q.not_self
    counts = np.zeros((k, p, d), dtype=np.int64)
    memory, backlog, arsenal = (np.zeros((k, p + 1, d)) for _ in range(3))
    usual_memory, usual_arsenal = np.zeros((k, d)), np.zeros((k, d))
    own_size, flows = np.zeros((k, d)), np.zeros((k, p, d))
    for j in structure.of(Kind.STEPS):
        counts[j] = np.rint(ties[j] / structure.step[j])
    for j in structure.of(Kind.FLOW):
        flows[j] = ties[j]
    for j in structure.of(Kind.PROGRAMMES):
        name = structure.instruments[j].name
        codes = codes_of([f"size|{i}|{name}" for i in structure.countries])
        own = normal(*streams.by_country(Purpose.EFFECT, 0, codes))
        own_size[j] = q["size_mean"][j] + q["own_size"][j] + q["size_spread"][j] * own
        rate, sd = q["programmes"][j], q["size_sd"][j]
        root = np.exp(0.5 * (own_size[j] - log(TIV_UNIT)) + sd**2 / 8.0)  # E √(size/32)
        mean = np.exp(own_size[j] + 0.5 * sd**2)
        usual_memory[j] = rate * root / q["forgetting"][j]
        usual_arsenal[j] = rate * mean / q["turnover"][j]
        memory[j] = shared_out(q["experience"][j] * usual_memory[j], ties[j], q["others"][j])
        backlog[j] = shared_out(rate * mean * q["lag"][j], ties[j], q["others"][j])
        stocks = q["stocks"][j] * q.not_self
        arsenal[j] = shared_out(usual_arsenal[j], stocks, np.maximum(1.0 - summed(stocks), 0.0))
    spread = {name: np.repeat(votes, q.r) for name, votes in structure.records.items()}
    return State(
        counts=counts,
        memory=memory,
        backlog=backlog,
        arsenal=arsenal,
        usual_memory=usual_memory,
        usual_arsenal=usual_arsenal,
        own_size=own_size,
        flows=flows,
        flow_mean=flows.copy(),
        position=q["positions"].copy(),
        tiers=np.repeat(structure.tiers, q.r, axis=1),
        pledged=np.zeros((p, d)),
        market=np.zeros((p, d)),
        cover=np.zeros((p, d)),
        fresh=np.zeros(d),
        threat=q["threat_level"].copy(),
        beliefs=certainty(q.prior) if "futures" not in structure.processes else q.prior.copy(),
        shortfall=np.zeros(d),
        until=np.zeros((len(structure.events), d), dtype=np.int64),
        last_votes=spread,
    )


def certainty(beliefs: Floats) -> Floats:
    """Beliefs of a country for which today's future is certain: (W, D)."""
    sure = np.zeros_like(beliefs)
    sure[0] = 1.0
    return sure


def shared_out(whole: Floats, shares: Floats, others: Floats) -> Floats:
    """Share a whole (D,) in proportion to (P, D) and those outside politics (D,): (P + 1, D)."""
    all_ = np.concatenate([shares, others[None]])
    total = summed(all_)
    return whole * all_ / np.where(total > 0.0, total, 1.0)


def in_force(s: State, event: int, round_: int) -> NDArray[np.bool_]:
    """Where an event is in force: (D,)."""
    return s.until[event] > round_


def held_by(
    structure: Structure, s: State, effects: frozenset[Effect], round_: int
) -> NDArray[np.bool_]:
    """Where any event with one of some effects is in force, by power: (P, D)."""
    result = np.zeros(s.tiers.shape, dtype=bool)
    for e, event in enumerate(structure.events):
        if event.effect in effects:
            result[event.power] |= in_force(s, e, round_)
    return result


_CUTS = (Effect.RESTRICTION, Effect.DESIGNATION)


def cut(structure: Structure, q: Frame, s: State, round_: int, power: int) -> Floats:
    """Share of its flows with a power that a country loses to events in force: (D,)."""
    result = np.zeros(q.columns.size)
    for e, event in enumerate(structure.events):
        if event.power == power and event.effect in _CUTS:
            size = np.where(in_force(s, e, round_), q["event_size"][e], 0.0)
            result = np.maximum(np.minimum(size, 1.0), result)
    return result


def nearness(q: Frame, position: Floats) -> Floats:
    """How near the votes of two are: max(0, 1 − |θ_i − θ_p|/reach): (P, D)."""
    return np.maximum(1.0 - np.abs(position - q["partner_position"]) / q["reach"], 0.0)


def or_one(usual: Floats) -> Floats:
    """What is usual, 1 where nothing is: the unit of programmes and arsenals."""
    return np.where(usual > 0.0, usual, 1.0)


def ties_of(structure: Structure, q: Frame, s: State, round_: int, k: int) -> Floats:
    """Ties x of one instrument: (P, D), in the unit of its kind."""
    match structure.instruments[k].kind:
        case Kind.STEPS:
            return s.counts[k].astype(np.float64) * structure.step[k]
        case Kind.PROGRAMMES:
            return s.memory[k, :-1] / or_one(s.usual_memory[k])
        case Kind.FLOW:
            x = np.clip(s.flows[k] + q["access"][k], 0.0, structure.cap[k])
            for p in range(len(x)):
                x[p] *= 1.0 - cut(structure, q, s, round_, p)
            return x
        case Kind.POSITION:
            return nearness(q, s.position) * q.not_self


def ties(structure: Structure, q: Frame, s: State, round_: int) -> Floats:
    """All ties x: (K, P, D), in the units of each kind."""
    each = range(len(structure.instruments))
    return np.stack([ties_of(structure, q, s, round_, k) for k in each])


def stocks(structure: Structure, s: State) -> Floats:
    """Arsenals against what is usual, zero for other instruments: (K, P, D)."""
    result = np.zeros(s.counts.shape)
    for j in structure.of(Kind.PROGRAMMES):
        result[j] = s.arsenal[j, :-1] / or_one(s.usual_arsenal[j])
    return result


def pledges(s: State) -> Floats:
    """1.0 where a power is bound to a country's defence, by a pledge or the top rung: (P, D)."""
    return np.maximum(s.pledged, s.tiers == TOP_RUNG)


def share_of(part: Floats) -> Floats:
    """Shares (P, D) of partners in (P + 1, D), NaN where the whole is 0."""
    total = summed(part)
    return part[:-1] / np.where(total > 0.0, total, np.nan)
