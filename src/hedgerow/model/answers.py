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
from .moment import Moment
from .parameters import Choice, Floats, Kind, Structure
from .part import Columns
from .payoff import Change, price_change, stiffness
from .rules import bundle_allowed, change_of
from .state import TIV_UNIT, State
from .streams import Purpose, Streams, codes_of, gumbel, normal

MEAN_HALF_NORMAL = 0.7978845608028654


def gained(change: Change, bundle: NDArray[np.int64]) -> Change:
    """Return the part of a change that deepens ties."""
    return {at: by for at, by in change.items() if bundle[at] > 0}


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


def own_worth(now: Moment, one: Offer, luck: Floats | float) -> Floats | float:
    """v_o of an offer: worth·|N|·½Δ₊ᵀQΔ₊ + ℓ_p Σ v_k Δ_k of the power that offers, 0 without one.

    luck: |N|, or its mean.
    """
    if one.offered < 0:
        return 0.0
    q = now.q
    change = gained(change_of(now.world, q, now.s, one.bundle), one.bundle)
    value = q["worth"] * luck * stiffness(now.form, change)
    if "loyalty" in now.world.terms:
        for (k, p), by in change.items():
            if p == one.offered:
                value = value + q["loyalty"][p] * q["memory"][k] * by
    return value


def values(now: Moment, one: Offer, luck: Floats | float) -> Floats:
    """V of an option against doing nothing, in log-odds: (D,)."""
    politics = price_change(now.form, now.point, change_of(now.world, now.q, now.s, one.bundle))
    for p in one.cover.nonzero()[0]:
        politics = politics + now.goodwill[p] * one.cover[p]
    if one.provokes >= 0:
        politics = politics + one.risk * now.stake[one.provokes]
    return now.omega("offers") * politics + own_worth(now, one, luck)


def open_to(now: Moment, one: Offer) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where an option could be had in full, and where the rules allow it besides: two (D,)."""
    return bundle_allowed(now.world, now.q, now.s, now.point, one.bundle, one.pledge >= 0)


def codes_for(world: Structure, name: str) -> NDArray[np.uint64]:
    """Random codes of all countries' answers to a question or an offer: (N, 1)."""
    return codes_of([f"{i}|{name}" for i in world.countries])


def luck_of(streams: Streams, known: NDArray[np.uint64], round_: int) -> Floats:
    """|N| of an offer's own worth: (D,)."""
    return np.abs(normal(*streams.by_country(Purpose.WORTH, round_, known)))


Replace = Callable[[NDArray[np.int64]], None]


def decide(
    now: Moment, choice: Choice, streams: Streams, instead: Replace | None = None
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Let the countries of a dated choice choose, and apply it.

    Countries that are not asked get -1 and change nothing. `instead`, where given, may replace
    options in the array before they are applied.

    Returns:
        options (D,), where a rule struck off what would have been taken (D,), events that follow
        (E, D).
    """
    world, q, t = now.world, now.q, now.s.round
    offers = [option(choice, o) for o in range(len(choice.options))]
    known = [codes_for(world, f"{choice.question}|{name}") for name in choice.options]
    luck = luck_of(streams, codes_for(world, choice.question), t)
    value = np.stack([values(now, one, luck) for one in offers])
    there, allowed = np.swapaxes([open_to(now, one) for one in offers], 0, 1)
    g = np.stack([gumbel(streams.by_country(Purpose.ANSWER, t, codes)[0]) for codes in known])
    chosen = pick(value, allowed, g)
    asked = np.isin(q.country, choice.countries)
    struck = asked & (pick(value, there, g) != chosen)
    chosen = np.where(asked, chosen, -1)
    if instead is not None:
        instead(chosen)
    provoked = np.zeros((len(world.events), chosen.size), dtype=bool)
    for o, one in enumerate(offers):
        taken = chosen == o
        take(world, now.s, one, np.flatnonzero(taken))
        if one.provokes >= 0:
            u = streams.by_country(Purpose.PROVOKED, t, known[o])[0]
            provoked[one.provokes] |= taken & (u < one.risk)
    return chosen, struck, provoked


def answer(
    now: Moment, event: int, luck: Floats, g: Floats, g_hold: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Answer an offer; return where it is accepted, and where a rule forbade that: two (D,).

    luck: |N| of the offer's own worth; g, g_hold: Gumbel numbers of the two answers, (D,) each.
    """
    one = of_event(now.world, event)
    there, allowed = open_to(now, one)
    value = values(now, one, luck)
    chosen, struck = hold_or_pick(value[None], there[None], allowed[None], g[None], g_hold)
    return chosen == 0, struck


def of_event(world: Structure, event: int) -> Offer:
    """Return what an event of courting offers."""
    one = world.events[event]
    pledge = one.power if one.pledge else -1
    return Offer(one.bundle, one.power, pledge, np.zeros(len(world.partners)), -1, 0.0)


def expected(now: Moment, event: int) -> Floats:
    """What an offer would be worth on average, 0 where it can't be had: (D,)."""
    one = of_event(now.world, event)
    return np.where(open_to(now, one)[1], values(now, one, MEAN_HALF_NORMAL), 0.0)


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
