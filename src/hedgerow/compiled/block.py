"""A block of runs, round by round: `hedgerow.model.simulate.Block` for one tile of replicates."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import types

from .. import model
from ..model.parameters import ROUNDS_A_YEAR, VOICE, Floats
from . import (
    designations,
    foresight,
    frame,
    incidents,
    kept,
    payoff,
    powers,
    recorder,
    rules,
    scheduled,
    shocks,
    state,
    stocks,
    strategies,
    terms,
    tiers,
)
from .books import ROW, Opened, moved, rows_of
from .choice import choose
from .lanes import (
    Lanes,
    Mask,
    Precision,
    any_of,
    finite,
    jit,
    lane,
    maximum,
    splat,
    spliced,
    where,
    width,
)
from .layout import (
    open_country,
    open_form,
    open_frame,
    open_given,
    open_log,
    open_own,
    open_result,
    open_scratch,
    open_shared,
    open_state,
    open_world,
)
from .packing import Ints
from .portfolio import fill, hold, take
from .streams import CHOICE, DESIGNATION, INCIDENT, MOVE, VISIT, draw


@spliced
def assemble(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    t: Opened,
    states: Opened,
    closing: bool,
) -> None:
    """Bring the payoff up to date; `states` are those of all countries, of which voices count."""
    terms.assemble_payoff(w, c, q, o, f, s, b, t, closing)
    if w.term_peers:
        for j in range(w.n):
            terms.peer(w, o, b, j, moved(states, j * w.room_size).voices, closing)


@spliced
def visits(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    t: Opened,
    g: Opened,
    log: Opened,
    round_: int,
) -> None:
    """3a: draw visits and let labels follow substance."""
    if not w.process_visits:
        return
    for p in range(w.p):
        t.tiers[p] = s.tiers[p]
    for p in range(w.p):
        if p != c.own:
            u_visit, u_rung = draw(w, g, round_, c.partner_code[p], VISIT)
            visited = u_visit < tiers.visit_chance(w, q, o, s, p)
            if any_of(visited):
                s.visits_in_year[p] = s.visits_in_year[p] + where(visited, 1.0, 0.0)
                changed = tiers.visit_one(w, c, q, o, f, s, t, p, visited, u_rung)
                recorder.note(w, c, log, round_, recorder.TIER, p, changed, t.tiers[p])
    for p in range(w.p):
        s.tiers[p] = t.tiers[p]


@spliced
def scheduled_choices(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    m: Opened,
    t: Opened,
    g: Opened,
    r: Opened,
    round_: int,
    tile: int,
) -> None:
    """3b: votes, memberships, agreements of this round."""
    for number in range(w.choices):
        if w.choice_round[number] == round_ and c.asked[number]:
            u = draw(w, g, round_, c.question_code[number], CHOICE)[0]
            chosen = scheduled.decide(w, c, q, o, f, s, m, t, number, u)
            hold(w, q, f, s, u == u)
            if strategies.wants(c):  # what comes next is weighed against the ties as they are now
                strategies.assemble_want(w, c, q, o, f, s, m, t)
            r.chosen[(number * w.n + c.number) * w.tiles + tile] = chosen


@spliced
def menu(
    w: Opened, c: Opened, q: Opened, o: Opened, f: Opened, s: Opened, m: Opened, t: Opened
) -> None:
    """Mirror `simulate.menu`: ``t.menu`` (1 + 2KP,), −∞ where a move is not feasible."""
    payoff.price_moves(w, q, f, m, s, t, t.menu)
    if w.level == 2 and m.foresees[0] != 0.0:
        foresight.price_reactions(w, q, o, f, s, m, t, t.menu)
    if w.tilted:
        rules.bound_tilt(w, c, f, s, t.menu)


@jit
def move(w: Opened, q: Opened, f: Opened, s: Opened, chosen: Lanes) -> None:
    """Mirror `simulate.move`: apply the chosen moves, numbered as in the menu."""
    for j in range(width(chosen)):
        number = int(lane(chosen, j))
        if number > 0:
            rises = number <= w.kp
            at = number - 1 if rises else number - 1 - w.kp
            take(w, q, f, s, j, at, 1.0 if rises else -1.0)


@spliced
def moves(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    m: Opened,
    t: Opened,
    g: Opened,
    round_: int,
) -> None:
    """4: the country chooses a move on the state as it stands."""
    menu(w, c, q, o, f, s, m, t)
    u = draw(w, g, round_, c.code, MOVE)[0]
    move(w, q, f, s, choose(t.menu, t.mass, 1 + 2 * w.kp, m.precision[0], u))
    total = splat(0.0, w)
    for v in range(w.futures):
        total = total + b.beliefs[v] * maximum(b.hinge_base[v] - s.guard[v], 0.0)
    s.shortfall[0] = total


@spliced
def fall(
    w: Opened,
    c: Opened,
    q: Opened,
    f: Opened,
    s: Opened,
    t: Opened,
    g: Opened,
    log: Opened,
    round_: int,
) -> None:
    """6: sanctions fall, and cut ties."""
    if w.sanctions == 0:
        return
    fill(s.trade_cut, w.p, 0.0)
    cut = splat(0.0, w) != 0.0
    for pair in range(w.sanctions):
        u = draw(w, g, round_, c.sanction_code[pair], DESIGNATION)[0]
        hit = designations.strikes(w, q, f, s, pair, round_, u)
        if not w.process_designations:
            hit = hit & ~hit
        designations.designate(w, q, s, pair, round_, hit)
        recorder.note(w, c, log, round_, recorder.DESIGNATION, pair, hit, q.duration[pair])
        cut = cut | hit
    if any_of(cut):
        hold(w, q, f, s, cut)


@jit
def sound(w: Opened, s: Opened, b: Opened) -> Lanes:
    """Mirror `simulate._require_finite` for one country: 1.0 where all is finite."""
    good = finite(s.threat[0])
    for p in range(w.p):
        good = good & finite(s.inducement[p]) & finite(s.pressure[p])
    for at in range(w.kp):
        good = good & finite(s.stocks[at]) & finite(b.linear[at])
    for v in range(w.futures):
        good = good & finite(b.hinge_base[v])
    return where(good, 1.0, 0.0)


@spliced
def numbers(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    m: Opened,
    t: Opened,
    g: Opened,
    round_: int,
    turning: Mask,
) -> None:
    """1: put this round's numbers in force, and its embargoes; at the start also the state."""
    if any_of(turning):
        frame.build(w, c, q, o, g, f, t)
        terms.fixed_payoff(w, q, o, f, b)
        if strategies.wants(c):
            strategies.fixed_want(w, c, q, o, f, m)
        strategies.resolve(c, q, m)
    if round_ == 0:
        state.initial(w, c, o, f, s)
        recorder.begin(w, s)
    if any_of(turning):
        hold(w, q, f, s, turning)
    if round_ == 0 or rules.bans_turn(w, round_):
        rules.most_steps(w, c, s, round_)


@spliced
def quarter(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    m: Opened,
    t: Opened,
    g: Opened,
    r: Opened,
    log: Opened,
    states: Opened,
    round_: int,
    tile: int,
) -> Lanes:
    """Play steps 2 to 8 of a round of one country; return 1.0 where its state is finite.

    Countries meet only in the voices of the last round, so that it does not matter who is first.
    """
    closing = (round_ + 1) % ROUNDS_A_YEAR == 0
    u = draw(w, g, round_, c.code, INCIDENT)[0]
    incident = incidents.strike(w, c, o, f, s, u)
    incidents.threaten(o, s)
    incidents.believe(w, q, o, f, s, incident)
    assemble(w, c, q, o, f, s, b, t, states, closing)
    visits(w, c, q, o, f, s, t, g, log, round_)
    if strategies.wants(c):
        strategies.assemble_want(w, c, q, o, f, s, m, t)
    scheduled_choices(w, c, q, o, f, s, m, t, g, r, round_, tile)
    moves(w, c, q, o, f, s, b, m, t, g, round_)
    powers.react(w, q, o, f, s, s.alignment)
    fall(w, c, q, f, s, t, g, log, round_)
    stocks.settle(w, q, o, f, s)
    recorder.add_quarter(w, o, s, t, incident)
    entering, breaking, survived = recorder.follow_band(w, s, t)
    recorder.note(w, c, log, round_, recorder.ENTERED, 0, entering, splat(0.0, w))
    recorder.note(w, c, log, round_, recorder.BROKEN, 0, breaking, survived)
    if not closing:
        return splat(1.0, w)
    recorder.close_year(w, c, q, o, f, s, b, t, r, round_ // ROUNDS_A_YEAR, tile)
    return sound(w, s, b)


@jit
def country(
    w: Opened, countries: Floats, values: Floats, rooms: Floats, offsets: Ints, i: int
) -> tuple[Opened, ...]:
    """Open the books of one country: what is said of it, its values, frame, payoff, want, state.

    The want is the payoff itself where the country has no other.
    """
    c = moved(open_country(countries, offsets), i * w.country_size)
    room = i * w.room_size
    b = moved(open_form(rooms, offsets), room + w.form_at)
    m = moved(open_form(rooms, offsets), room + w.want_at) if strategies.wants(c) else b
    return (
        c,
        moved(open_own(values, offsets), w.own_at + i * w.own_size),
        moved(open_frame(rooms, offsets), room),
        b,
        m,
        moved(open_state(rooms, offsets), room + w.state_at),
    )


def _play(source: int) -> Callable[..., int]:
    """Return the function that plays a tile, not yet compiled; `source` is a digest of all code.

    Numba looks at one file only to tell whether what it has cached is outdated, but at the
    numbers that a function closes over too.
    """

    def play(
        world: Floats,
        countries: Floats,
        given: Floats,
        values: Floats,
        rooms: Floats,
        scratch: Floats,
        result: Floats,
        log: Floats,
        offsets: Ints,
        tile: int,
    ) -> int:
        """Play all rounds of a tile, up to the first year in which a replicate leaves the reals.

        Args:
            world, countries: what `WORLD` and, for each country, `COUNTRY` hold.
            given: the values of the tile and what `GIVEN` holds besides.
            values: room for the values in force.
            rooms: room for the frame, the payoff, the want and the state of each country.
            scratch, log: room.
            result: what all tiles leave.
            offsets: of all books.
            tile: its number.
        """
        w = open_world(world, offsets)
        g = moved(open_given(given, offsets), w.given_at)
        q = open_shared(values, offsets)
        t, r = open_scratch(scratch, offsets), open_result(result, offsets)
        events = open_log(log, offsets)
        states = moved(open_state(rooms, offsets), w.state_at)
        events.count[0] = 0
        r.bad[tile] = -1.0
        fill(t.nothing, w.kp, 0.0)
        for round_ in range(w.rounds):
            turning = shocks.turning(w, g, round_)
            if any_of(turning):
                shocks.in_force(w, g, round_, rows_of(given), rows_of(values), w.given_at // ROW)
            for i in range(w.n):
                c, o, f, b, m, s = country(w, countries, values, rooms, offsets, i)
                numbers(w, c, q, o, f, s, b, m, t, g, round_, turning)
            good = splat(1.0, w)
            for i in range(w.n):
                c, o, f, b, m, s = country(w, countries, values, rooms, offsets, i)
                good = good * quarter(w, c, q, o, f, s, b, m, t, g, r, events, states, round_, tile)
            for i in range(w.n):
                s = moved(states, i * w.room_size)
                for p in range(w.p):
                    s.voices[p] = s.counts[VOICE * w.p + p] * w.step[VOICE]
            if any_of(good == 0.0):
                r.bad[tile] = where(good == 0.0, float(round_), -1.0)
                break
        return source

    return play


def _signature(precision: Precision) -> tuple[Any, ...]:
    return (types.Array(precision.number, 1, "C"),) * 8 + (types.int64[::1], types.int64)


@cache
def compiled(precision: Precision) -> Callable[..., int]:
    """Return `play` compiled, from the cache on disk where it holds just this source."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, Path(model.__file__).parent):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    play = _play(int.from_bytes(digest.digest()[:7]))
    return kept.compiled(play, _signature(precision))
