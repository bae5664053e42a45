"""A tile of replicates, quarter by quarter: `hedgerow.model.simulate.Block`."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import types

from .. import model
from ..model.parameters import ROUNDS_A_YEAR
from . import (
    answers,
    beliefs,
    desks,
    events,
    flows,
    frame,
    kept,
    labels,
    programmes,
    recorder,
    shocks,
    state,
    strategies,
    terms,
    votes,
)
from .lanes import Lanes, Mask, any_of, finite, jit, maximum, splat, spliced, where
from .layout import country, plain, view
from .packing import Ints
from .payoff import align, at, safety_at, short
from .portfolio import fill
from .state import OFFER, ties


@jit
def settle_form(h: Any, round_: int) -> None:
    """Assemble the payoff, and the point at which the country stands."""
    terms.assemble_payoff(h)
    if h.c.want:
        strategies.assemble_want(h, round_)
    ties(h, round_, h.s.x)
    at(h, h.m, h.s.x)


@spliced
def numbers(h: Any, round_: int, turning: Mask) -> None:
    """1: put this quarter's numbers in force; at the start also the state."""
    if any_of(turning):
        frame.build(h)
        terms.fixed_payoff(h)
        if h.c.want:
            strategies.fixed_want(h)
    if round_ == 0:
        state.initial(h)
        recorder.begin(h)
    if round_ % ROUNDS_A_YEAR == 0:
        recorder.open_year(h)
    flows.market_now(h, round_)


@spliced
def ring(h: Any, round_: int) -> None:
    """2a: when powers would act."""
    h.s.fresh[0] = h.s.fresh[0] * h.f.fresh_decay[0]
    beliefs.threaten(h, round_)
    ties(h, round_, h.s.x)
    align(h, h.s.x)
    events.rates(h, True)
    events.ring(h, round_)


@spliced
def learn(h: Any, round_: int) -> None:
    """2c: what happened is learned from, and the powers' answers are foreseen."""
    beliefs.threaten(h, round_)
    fill(h.b.foreseen, h.w.p, 0.0)
    fill(h.m.foreseen, h.w.p, 0.0)
    settle_form(h, round_)
    events.rates(h, False)
    recorder.aimed(h)
    if h.w.level == 2 or h.w.choices:
        answers.expect(h, round_)
        events.stakes(h)
    if h.w.level == 2:
        events.foresee(h)


@spliced
def offers(h: Any, round_: int) -> None:
    """3a: what powers offered this quarter is accepted or declined."""
    for e in range(h.w.events):
        made = h.w.event_effect[e] == OFFER and any_of(h.s.happened[e] > 0.0)
        if made and answers.answer(h, e, round_):
            settle_form(h, round_)


@spliced
def rest(h: Any, round_: int) -> None:
    """4–7: labels, desks, programmes; deliveries, flows, positions, goodwill."""
    w, f, s, b = h.w, h.f, h.s, h.b
    labels.visits(h, round_)
    if w.process_labels and labels.rise(h, round_):
        settle_form(h, round_)
    if w.process_desks:
        desks.ask(h, round_)
    if w.process_programmes:
        for j in range(w.of_programmes):
            programmes.order(h, w.programmes[j], round_)
    ties(h, round_, s.x)
    safety_at(h, b, s.x)
    trap = maximum(s.tilt[0], 0.0)
    total = s.beliefs[0] * short(h, b, 0, s.safe[0], trap)
    for v in range(1, w.futures):
        total = total + s.beliefs[v] * short(h, b, v, s.safe[v], trap)
    s.shortfall[0] = total
    if w.process_programmes:
        for j in range(w.of_programmes):
            programmes.settle(h, w.programmes[j])
    if w.process_flows:
        for j in range(w.of_flow):
            flows.drift(h, w.flow[j], round_)
    if w.process_position:
        flows.walk(h, round_)
    for p in range(w.p):
        s.cover[p] = s.cover[p] * f.cover_decay[0]


@spliced
def sound(h: Any) -> Lanes:
    """Mirror `simulate._require_finite` for one country: 1.0 where all is finite."""
    w, s = h.w, h.s
    good = finite(s.threat[0])
    for p in range(w.p):
        good = good & finite(s.cover[p])
    for v in range(w.futures):
        good = good & finite(s.beliefs[v])
    for i in range(w.kp):
        good = good & finite(s.x[i]) & finite(h.b.linear[i])
    for i in range(w.k * (w.p + 1)):
        good = good & finite(s.arsenal[i]) & finite(s.backlog[i])
    return where(good, 1.0, 0.0)


@spliced
def record(h: Any, round_: int, tile: int) -> Lanes:
    """8: record a quarter; return 1.0 where the state is finite."""
    recorder.observe(h, round_)
    if (round_ + 1) % ROUNDS_A_YEAR:
        return splat(1.0)
    good = sound(h)
    fill(h.b.foreseen, h.w.p, 0.0)
    recorder.close_year(plain(h), round_ // ROUNDS_A_YEAR, round_, tile)
    return good


@spliced
def act(first: Any, round_: int, turning: Mask) -> None:
    """1–3a: numbers, powers, what is learned, offers."""
    countries = first.w.n
    for i in range(countries):
        h = country(first, i)
        numbers(h, round_, turning)
        ring(h, round_)
    events.ration(first, round_)
    for i in range(countries):
        events.apply(country(first, i), round_)
    for i in range(countries):
        h = country(first, i)
        beliefs.learn(h)
        beliefs.relax(h)
        learn(h, round_)
        offers(h, round_)


@spliced
def vote(first: Any, v: int, tile: int) -> None:
    """3b: one roll call; all vote before any vote is known."""
    w, r = first.w, first.r
    for i in range(w.n):
        h = country(first, i)
        votes.cast(h, v)
        r.votes[(v * w.n + i) * w.tiles + tile] = h.s.vote[0]
    for i in range(w.n):
        votes.remember(country(first, i), v)


@spliced
def choose(first: Any, d: int, round_: int, tile: int) -> None:
    """3b: one dated choice, and what it provokes."""
    w, r = first.w, first.r
    for i in range(w.n):
        r.chosen[(d * w.n + i) * w.tiles + tile] = answers.decide(country(first, i), d, round_)
    for i in range(w.n):
        h = country(first, i)
        beliefs.learn(h)
        beliefs.threaten(h, round_)
        settle_form(h, round_)


def _play(source: int) -> Callable[..., int]:
    """Return the function that plays a tile, not yet compiled; `source` is a digest of all code.

    Numba looks at one file only to tell whether what it has cached is outdated, but at the
    numbers that a function closes over too.
    """

    def play(addresses: Ints, tile: int) -> int:
        """Play all rounds of a tile, up to the first year in which a replicate leaves the reals.

        Args:
            addresses: of all that each country sees: `packing.Memory`.
            tile: its number.
        """
        first = view(addresses)
        w, r = first.w, first.r
        first.log.count[0] = 0
        r.bad[tile] = -1.0
        for round_ in range(w.rounds):
            turning = shocks.turning(first, round_)
            if any_of(turning):
                shocks.in_force(first, round_)
            act(first, round_, turning)
            for v in range(w.votes):
                if w.vote_round[v] == round_:
                    vote(first, v, tile)
            for d in range(w.choices):
                if w.choice_round[d] == round_:
                    choose(first, d, round_, tile)
            good = splat(1.0)
            for i in range(w.n):
                h = country(first, i)
                rest(h, round_)
                good = good * record(h, round_, tile)
            if any_of(good == 0.0):
                r.bad[tile] = where(good == 0.0, float(round_), -1.0)
                break
        return source

    return play


@cache
def compiled() -> Callable[..., int]:
    """Return `play` compiled, from the cache on disk where it holds just this source."""
    digest = hashlib.sha256()
    for package in (__file__, model.__file__):
        for path in sorted(Path(package).parent.glob("*.py")):
            digest.update(path.read_bytes())
    play = _play(int.from_bytes(digest.digest()[:7]))
    return kept.compiled(play, (types.int64[:, ::1], types.int64))
