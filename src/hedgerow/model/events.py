"""What powers do: coercion where a country leans to their rivals, courting where rivals lead.

Each pair of a country and an event rings at E/λ, E exponential, within a quarter; of those that
ring, a power's earliest few happen. So attention is rationed without regard to any order, and
a hedger alone meets more than one among ten.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import aims
from .frame import Frame
from .moment import Moment
from .parameters import DT, ROUNDS_A_YEAR, Effect, Event, Floats, Kind, Structure
from .payoff import price_threat
from .portfolio import summed
from .rules import bundle_allowed
from .state import State, held_by, in_force
from .streams import Purpose, Streams, coded
from .terms import daring, dealings

CAUSES = ("rate", "tilt", "lead", "isolation", "need", "cover")
"""What an event may have been provoked by: the largest part of V, or its base rate."""


@dataclass(frozen=True)
class Codes:
    """Random codes: `ring` (E, N, 1), `acts` (P, 1)."""

    ring: NDArray[np.uint64]
    acts: NDArray[np.uint64]


def codes(world: Structure) -> Codes:
    """Return the codes of all events."""
    names = [event.name for event in world.events]
    return Codes(
        ring=coded("{i}|{e}", e=names, i=world.countries)[..., None],
        acts=coded("acts|{p}", p=world.partners)[:, None],
    )


@dataclass(frozen=True)
class Aims:
    """What all powers see in every country: (P, D) each, from one portfolio."""

    excess: Floats
    lead: Floats
    needed: Floats


def seen(q: Frame, s: State, a: Floats) -> Aims:
    """Return what powers see at alignments a (P, D)."""
    return Aims(aims.excess(q, a), aims.lead(q, a), q["need"] * q.threat_rivalry * s.threat)


def parts(q: Frame, s: State, e: int, event: Event, sight: Aims) -> tuple[Floats, ...]:
    """The parts of V, in the order of `CAUSES` after the first: five (D,).

    V = tilt·(t − tolerance)₊ + lead·ℓ + isolation·o ± need·n ± cover·c, the last two less for
    coercion and more for courting.
    """
    p = event.power
    sign = -1.0 if event.coerces else 1.0
    return (
        q["event_tilt"][e] * sight.excess[p],
        q["event_lead"][e] * sight.lead[p],
        q["event_isolation"][e] * q["isolation"][p],
        sign * q["event_need"][e] * sight.needed[p],
        sign * q["event_cover"][e] * s.cover[p],
    )


def rates(now: Moment) -> Floats:
    """λ = λ⁰·attention·exp(ω V) a year: (E, D).

    A designation is likelier the more a country deals with the target of sanctions and the harder
    they are enforced. S3:51–57. Where events are switched off all rates are 0, so that nobody
    foresees them either.
    """
    world, q, s, point = now.world, now.q, now.s, now.point
    sight = seen(q, s, point.a)
    rate = np.zeros((len(world.events), q.columns.size))
    if "events" not in world.processes:
        return rate
    omega = q["politics_powers"]
    for e, event in enumerate(world.events):
        v = np.minimum(omega * sum(parts(q, s, e, event, sight)), 50.0)
        rate[e] = q["event_rate"][e] * q["attention"][event.power] * q.not_self[event.power]
        rate[e] *= np.exp(v)
        if event.effect in (Effect.INCIDENT, Effect.ENCIRCLEMENT):
            rate[e] *= q.threat_is[event.power]
        if event.effect is Effect.DESIGNATION:
            target = world.sanctions[event.pair][1]
            dealt = summed(dealings(world, q, s, event.pair) * point.x[:, target])
            rate[e] *= q["enforcement"][event.pair] * daring(q, s.threat)[event.power] * dealt
    return rate


def often(rate: Floats) -> Floats:
    """(1 − exp(−λΔt))/Δt: how often a year an event happens, at most once a quarter."""
    return (1.0 - np.exp(-rate * DT)) / DT


def by_power(world: Structure, rate: Floats, coerces: bool) -> Floats:
    """How often a year each power is expected to coerce, or else to court: (E, D) → (P, D)."""
    total = np.zeros((len(world.partners), rate.shape[-1]))
    for e, event in enumerate(world.events):
        if event.coerces == coerces:
            total[event.power] += often(rate[e])
    return total


def possible(now: Moment, event: int) -> NDArray[np.bool_]:
    """Where an event could happen now: (D,).

    None does while it is in force, no visit while the power suspends them, no offer that can't be
    had.
    """
    world, s = now.world, now.s
    free = ~in_force(s, event, s.round)
    one = world.events[event]
    if one.effect is Effect.VISIT:
        free &= ~held_by(world, s, frozenset({Effect.SUSPENSION}), s.round)[one.power]
    if one.effect is Effect.OFFER:
        free &= bundle_allowed(world, now.q, s, now.point, one.bundle, one.pledge)[0]
    return free


def happen(now: Moment, streams: Streams, known: Codes) -> NDArray[np.bool_]:
    """Draw what powers do this quarter: (E, D)."""
    world, q, t = now.world, now.q, now.s.round
    happened = np.zeros((len(world.events), q.columns.size), dtype=bool)
    if "events" not in world.processes or not world.events:
        return happened
    rate = rates(now)
    u = streams.by_country(Purpose.RING, t, known.ring)[0]
    for e in range(len(world.events)):
        rate[e] *= possible(now, e) * DT
    # u ≤ −ln(1 − u), so that nobody else rings within the quarter but for rounding.
    event, column = np.nonzero(u < rate * (1.0 + 1e-9))
    rings = -np.log1p(-u[event, column]) / rate[event, column]  # in quarters
    soon = rings < 1.0
    event, column, rings = event[soon], column[soon], rings[soon]
    power = np.array([one.power for one in world.events])[event]
    luck = streams(Purpose.ACTS, t, known.acts)[0]  # (P, R)
    acts = np.floor(q["acts"][:, : q.r] + luck)  # a whole number, right on average
    group = power * q.r + column % q.r
    first_come = np.lexsort((rings, group))
    begins = np.searchsorted(group[first_come], group[first_come])
    served = first_come[np.arange(rings.size) - begins < acts.reshape(-1)[group[first_come]]]
    happened[event[served], column[served]] = True
    return happened


def blow(world: Structure, q: Frame, event: int) -> Floats:
    """How much an incident counts: for more where force is allowed, and it is answered: (D,)."""
    answer = world.rules.force[q.country] * q["retaliation"]
    return q["event_size"][event] * (1.0 + answer)


def apply(
    world: Structure, q: Frame, s: State, happened: NDArray[np.bool_], round_: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Put what happened in force; return incidents (D,) and visits (P, D) that it brought."""
    incident = np.zeros(q.n * q.r)
    visited = np.zeros(s.tiers.shape, dtype=bool)
    for e, event in enumerate(world.events):
        there = happened[e]
        if not there.any():
            continue
        rounds = np.rint(q["event_duration"][e] * ROUNDS_A_YEAR).astype(np.int64)
        s.until[e] = np.where(there, round_ + np.maximum(rounds, 1), s.until[e])
        if event.effect is Effect.INCIDENT:
            s.fresh += there * blow(world, q, e)
            incident = np.maximum(incident, there)
        elif event.effect is Effect.VISIT:
            visited[event.power] |= there
    return incident, visited


def cause(now: Moment, event: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What provoked an event: place in `CAUSES`, and the rival (P) of tilt or lead: (D,) each.

    The state has to be as it was when the event happened.
    """
    q, s, a, one = now.q, now.s, now.point.a, now.world.events[event]
    part = np.stack(parts(q, s, event, one, seen(q, s, a)))
    which = np.where(part.max(axis=0) > 0.0, part.argmax(axis=0) + 1, 0)
    rival = aims.foremost(q, a, one.power)
    return which, np.where((which == 1) | (which == 2), rival, -1)


def stakes(now: Moment, offers: Floats) -> Floats:
    """Ū_e = U(event on) − U(off) a year that it lasts, times how long it does: (E, D).

    An incident costs the security that more threat costs, and protest over ties with the threat; a
    restriction or designation `harm` by the flow that it cuts, a suspension by the label, an
    embargo by the supplier's share in memory; an offer is worth what accepting it adds.

    Args:
        offers: (E, D) worth of accepting each offer.
    """
    world, q, form, point = now.world, now.q, now.form, now.point
    result = np.zeros((len(world.events), q.columns.size))
    for e, event in enumerate(world.events):
        size, p = q["event_size"][e], event.power
        match event.effect:
            case Effect.INCIDENT:
                size = blow(world, q, e)
                cost = price_threat(form, point, q["incident_weight"] * size)
                if "audience" in world.terms:
                    ties = summed(point.x[list(world.of(Kind.STEPS)), p])
                    cost = cost - q["audience"] * size * ties
                result[e] = cost * q["incident_memory"]
            case Effect.ENCIRCLEMENT:
                result[e] = price_threat(form, point, size) * q["event_duration"][e]
            case Effect.RESTRICTION | Effect.DESIGNATION:
                flow = summed(point.x[list(world.of(Kind.FLOW)), p])
                result[e] = -q["event_harm"][e] * size * flow * q["event_duration"][e]
            case Effect.SUSPENSION:
                result[e] = -q["event_harm"][e] * q["event_duration"][e]
            case Effect.EMBARGO:
                bought = summed(point.x[list(world.of(Kind.PROGRAMMES)), p])
                result[e] = -q["event_harm"][e] * bought * q["event_duration"][e]
            case Effect.OFFER:
                result[e] = np.maximum(offers[e], 0.0)
    return result


def foreseen(
    world: Structure, q: Frame, rate: Floats, stake: Floats, a: Floats
) -> tuple[Floats, Floats]:
    """What powers' answers are worth per unit of alignment, and per unit of goodwill: (P, D) each.

    f_p = Σ_e Ū_e ∂(how `often` e happens)/∂a_p = Σ_e Ū_e λ_e exp(−λ_e Δt) ω ∂V_e/∂a_p: a level-2
    country foresees how a change of alignment changes what powers do, before their attention is
    rationed.
    """
    by_tilt, by_lead, by_cover = (np.zeros(a.shape) for _ in range(3))
    omega = q["politics_powers"]
    beyond = aims.tilt(q, a) > q["tolerance"]
    for e, event in enumerate(world.events):
        p = event.power
        weight = omega * rate[e] * np.exp(-rate[e] * DT) * stake[e]
        by_tilt[p] += weight * q["event_tilt"][e] * beyond[p]
        by_lead[p] += weight * q["event_lead"][e]
        by_cover[p] += weight * q["event_cover"][e] * (-1.0 if event.coerces else 1.0)
    ahead = (a > a[:, None]) * q["rivalry"]  # [p, q]: q leads p
    f = summed(by_tilt[:, None] * q["rivalry"]) - q.feud * by_tilt
    f = f + summed(by_lead[:, None] * ahead) - by_lead * summed(ahead, axis=1)
    return f, by_cover
