"""Answers to offers and demands: a bundle to accept or decline, or a list of bundles.

What an option is worth is V(o) = ω ΔU(bundle) + v_o. An offer has a worth of its own, v_o: a
half-normal multiple of ½Δ₊ᵀQΔ₊ of what is gained, more by loyalty, and only where somebody
offers. A demand has none; an answer to it may provoke an event. Renewing what exists changes
no tie.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .choice import hold_or_pick, pick
from .frame import Frame
from .parameters import Choice, Floats, Kind, Structure
from .part import Columns
from .payoff import Change, Form, Point, price_change, stiffness
from .rules import bundle_allowed, change_of
from .state import TIV_UNIT, State
from .streams import Purpose, Streams, codes_of, gumbel, normal

MEAN_HALF_NORMAL = 0.7978845608028654


def gained(change: Change, bundle: NDArray[np.int64]) -> Change:
    """Return the part of a change that deepens ties."""
    return {at: by for at, by in change.items() if bundle[at] > 0}


def own_worth(
    world: Structure,
    q: Frame,
    s: State,
    form: Form,
    bundle: NDArray[np.int64],
    offered: int,
    luck: Floats | float,
) -> Floats | float:
    """v_o of an offer: worth·|N|·½Δ₊ᵀQΔ₊ + ℓ_p Σ v_k Δ_k of the power that offers, 0 without one.

    luck: |N|, or its mean.
    """
    if offered < 0:
        return 0.0
    change = gained(change_of(world, q, s, bundle), bundle)
    value = q["worth"] * luck * stiffness(form, change)
    if "loyalty" in world.terms:
        for (k, p), by in change.items():
            if p == offered:
                value = value + q["loyalty"][p] * q["memory"][k] * by
    return value


@dataclass(frozen=True)
class Offer:
    """One option that may be taken: what it adds, who offers it, what it binds and provokes."""

    bundle: NDArray[np.int64]
    offered: int
    pledge: int
    cover: Floats
    provokes: int
    risk: float


def option(choice: Choice, o: int) -> Offer:
    """Return an option of a dated choice."""
    return Offer(
        choice.bundles[o],
        int(choice.offered[o]),
        int(choice.pledges[o]),
        choice.cover[o],
        int(choice.provokes[o]),
        float(choice.risk[o]),
    )


def values(
    world: Structure,
    q: Frame,
    s: State,
    form: Form,
    point: Point,
    one: Offer,
    omega: Floats,
    luck: Floats | float,
    stake: Floats,
    goodwill: Floats,
) -> Floats:
    """V of an option against doing nothing, in log-odds: (D,).

    stake: (E, D) what events cost or bring. goodwill: (P, D) worth of a unit of cover.
    """
    politics = price_change(form, point, change_of(world, q, s, one.bundle))
    for p in one.cover.nonzero()[0]:
        politics = politics + goodwill[p] * one.cover[p]
    if one.provokes >= 0:
        politics = politics + one.risk * stake[one.provokes]
    return omega * politics + own_worth(world, q, s, form, one.bundle, one.offered, luck)


def open_to(
    world: Structure, q: Frame, s: State, point: Point, one: Offer
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where an option could be had in full, and where the rules allow it besides: two (D,)."""
    return bundle_allowed(world, q, s, point, one.bundle, one.pledge >= 0)


def codes_for(world: Structure, name: str) -> NDArray[np.uint64]:
    """Random codes of all countries' answers to a question or an offer: (N, 1)."""
    return codes_of([f"{i}|{name}" for i in world.countries])


def luck_of(streams: Streams, known: NDArray[np.uint64], round_: int) -> Floats:
    """|N| of an offer's own worth: (D,)."""
    return np.abs(normal(*streams.by_country(Purpose.WORTH, round_, known)))


Replace = Callable[[NDArray[np.int64]], None]


def decide(
    world: Structure,
    q: Frame,
    s: State,
    form: Form,
    point: Point,
    choice: Choice,
    omega: Floats,
    stake: Floats,
    goodwill: Floats,
    streams: Streams,
    round_: int,
    instead: Replace | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Let the countries of a dated choice choose, and apply it.

    Countries that are not asked get -1 and change nothing. `instead`, where given, may replace
    options in the array before they are applied.

    Returns:
        options (D,), where a rule struck off what would have been taken (D,), events that follow
        (E, D).
    """
    d = q.n * q.r
    offers = [option(choice, o) for o in range(len(choice.options))]
    luck = luck_of(streams, codes_for(world, choice.question), round_)
    value, g = np.empty((2, len(offers), d))
    there, allowed = np.empty((2, len(offers), d), dtype=bool)
    for o, (one, name) in enumerate(zip(offers, choice.options, strict=True)):
        value[o] = values(world, q, s, form, point, one, omega, luck, stake, goodwill)
        there[o], allowed[o] = open_to(world, q, s, point, one)
        codes = codes_for(world, f"{choice.question}|{name}")
        g[o] = gumbel(streams.by_country(Purpose.ANSWER, round_, codes)[0])
    chosen = pick(value, allowed, g)
    asked = np.isin(q.country, choice.countries)
    struck = asked & (pick(value, there, g) != chosen)
    chosen = np.where(asked, chosen, -1)
    if instead is not None:
        instead(chosen)
    provoked = np.zeros((len(world.events), d), dtype=bool)
    for o, one in enumerate(offers):
        taken = chosen == o
        take(world, s, one, np.flatnonzero(taken))
        if one.provokes >= 0:
            codes = codes_for(world, f"{choice.question}|{choice.options[o]}")
            u = streams.by_country(Purpose.PROVOKED, round_, codes)[0]
            provoked[one.provokes] |= taken & (u < one.risk)
    return chosen, struck, provoked


def answer(
    world: Structure,
    q: Frame,
    s: State,
    form: Form,
    point: Point,
    event: int,
    omega: Floats,
    stake: Floats,
    goodwill: Floats,
    luck: Floats,
    g: Floats,
    g_hold: Floats,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Answer an offer; return where it is accepted, and where a rule forbade that: two (D,).

    luck: |N| of the offer's own worth; g, g_hold: Gumbel numbers of the two answers, (D,) each.
    """
    one = of_event(world, event)
    value = values(world, q, s, form, point, one, omega, luck, stake, goodwill)
    there, allowed = open_to(world, q, s, point, one)
    chosen, struck = hold_or_pick(value[None], there[None], allowed[None], g[None], g_hold)
    return chosen == 0, struck


def of_event(world: Structure, event: int) -> Offer:
    """Return what an event of courting offers."""
    one = world.events[event]
    pledge = one.power if one.pledge else -1
    return Offer(one.bundle, one.power, pledge, np.zeros(len(world.partners)), -1, 0.0)


def expected(
    world: Structure, q: Frame, s: State, form: Form, point: Point, event: int, omega: Floats
) -> Floats:
    """What an offer would be worth on average, 0 where it can't be had: (D,)."""
    one = of_event(world, event)
    change = change_of(world, q, s, one.bundle)
    value = omega * price_change(form, point, change)
    value = value + own_worth(world, q, s, form, one.bundle, one.offered, MEAN_HALF_NORMAL)
    return np.where(open_to(world, q, s, point, one)[1], value, 0.0)


def take(world: Structure, s: State, one: Offer, taken: Columns) -> None:
    """Apply an option in the columns in which it was taken."""
    for k, p in zip(*one.bundle.nonzero(), strict=True):
        by = int(one.bundle[k, p])
        match world.instruments[k].kind:
            case Kind.STEPS:
                s.counts[k, p, taken] += by
            case Kind.FLOW:
                added = s.flows[k, p, taken] + by * world.step[k]
                s.flows[k, p, taken] = np.clip(added, 0.0, world.cap[k])
            case Kind.PROGRAMMES:
                s.memory[k, p, taken] += by
                s.backlog[k, p, taken] += by * TIV_UNIT
            case Kind.POSITION:
                raise ValueError("no option moves a position")
    s.cover[:, taken] += one.cover[:, None]
    if one.pledge >= 0:
        s.pledged[one.pledge, taken] = 1.0
