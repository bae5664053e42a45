"""Quarters into years, and what happened when: `hedgerow.model.recorder` for one country."""

from typing import Any

from ..model.parameters import Structure
from ..model.recorder import _SLACK, WINDOW
from .books import Rows, put_where
from .elementary import exp
from .insurance import insure
from .lanes import WIDTH, Lanes, Mask, jit, lane, packed, splat, spliced, where
from .measures import NAMES, OWN, alignment_index, of_country
from .payoff import align, at, ratio
from .portfolio import copy, fill, row_sum
from .state import DT, PROGRAMMES, QUARTERS, shared_out, ties

INSURANCE = ("premium", "payout", "premium_held", "payout_held", "insured")


def measures(s: Structure) -> tuple[str, ...]:
    """Names of the measures of a country in their order."""
    return (
        *NAMES,
        *(f"concentration_{one.name}" for one in s.instruments),
        *(f"belief_{name}" for name in s.futures),
        "rules_bound",
        *INSURANCE,
    )


def columns(s: Structure) -> tuple[str, ...]:
    """Names of the columns of ties in their order."""
    names: list[str] = []
    for one in s.instruments:
        if one.kind == "programmes":
            names += [f"{one.name}_{what}" for what in ("stock", "deliveries", "orders")]
        else:
            names.append(one.name)
    return (*names, "tier", "alignment", "exposure", "pressure", "inducement")


def stages(s: Structure) -> list[tuple[str, str, int]]:
    """Name, kind and partner of each kind of event that is logged, in its order in a quarter."""
    acts = [(e.name, "coercion" if e.coerces else "visit", e.power) for e in s.events]
    offers = [(e.name, "offer", e.power) for e in s.events]
    provoked = [(e.name, "coercion", e.power) for e in s.events]
    partners = range(len(s.partners))
    return [
        *acts,
        *offers,
        *(provoked * len(s.choices)),
        *(("visit", "visit", p) for p in partners),
        *(("tier", "tier", p) for p in partners),
        ("hedging_entered", "hedging", -1),
        ("hedging_broken", "hedging", -1),
    ]


@jit
def note(
    h: Any,
    round_: int,
    stage: int,
    there: Mask,
    value: Lanes,
    until: Lanes,
    cause: Lanes,
    rival: Lanes,
) -> None:
    """Log an event of a quarter where it happened; `stage` as numbered by `stages`."""
    found = packed(there)
    log = h.log
    for j in range(WIDTH):
        if found >> j & 1:
            number = log.count[0]
            log.round[number] = round_
            log.stage[number] = stage
            log.country[number] = h.c.number
            log.lane[number] = j
            log.cause[number] = int(lane(cause, j))
            log.rival[number] = int(lane(rival, j))
            log.value[number] = lane(value, j)
            log.until[number] = lane(until, j)
            log.count[0] = number + 1


@spliced
def begin(h: Any) -> None:
    """Set all counts to zero; before the start everything was as usual."""
    w, q, o, s = h.w, h.q, h.o, h.s
    for rows in (s.in_band, s.outside, s.entered, s.broken):
        fill(rows, 1, 0.0)
    begin_year(h)
    for j in range(w.of_programmes):
        k = w.programmes[j]
        for year in range(WINDOW):
            place = (4 * k + year) * (w.p + 1)
            size = s.usual_arsenal[k] * q.turnover[k]
            shared_out(h, size, o.ties, o.others[k], k, s.orders + place)
            shared_out(h, size, o.ties, o.others[k], k, s.deliveries + place)


@jit
def begin_year(h: Any) -> None:
    """Set the sums of a year to zero."""
    w, s = h.w, h.s
    fill(s.pressure, w.p, 0.0)
    fill(s.inducement, w.p, 0.0)
    fill(s.decisions, 1, 0.0)
    fill(s.struck, 1, 0.0)


@spliced
def open_year(h: Any) -> None:
    """Begin a year: its orders and deliveries are not yet counted."""
    w, s = h.w, h.s
    some = w.p + 1
    for j in range(w.of_programmes):
        for rows in (s.orders, s.deliveries):
            window = rows + w.programmes[j] * WINDOW * some
            copy(window + some, window, (WINDOW - 1) * some)
            fill(window + (WINDOW - 1) * some, some, 0.0)


@jit
def bought(h: Any, k: int, p: int, size: Lanes) -> None:
    """Count an order, p may be those outside politics."""
    at = (k * WINDOW + WINDOW - 1) * (h.w.p + 1) + p
    h.s.orders[at] = h.s.orders[at] + size


@jit
def often(rate: Lanes) -> Lanes:
    """Mirror `events.often`: how often a year an event happens, at most once a quarter."""
    return (1.0 - exp(-rate * DT)) / DT


@spliced
def aimed(h: Any) -> None:
    """Note how often powers coerce and court."""
    w, s = h.w, h.s
    for e in range(w.events):
        p, times = w.event_power[e], often(s.rate[e]) / QUARTERS
        if w.event_effect[e] < 6:
            s.pressure[p] = s.pressure[p] + times
        else:
            s.inducement[p] = s.inducement[p] + times


@spliced
def follow_band(h: Any, round_: int) -> None:
    """Mirror `Recorder.follow_band` at the point."""
    w, s = h.w, h.s
    ai = alignment_index(h)
    inside = (ai >= w.band[0] - _SLACK) & (ai <= w.band[1] + _SLACK)
    before = s.entered[0] > 0.0
    entering = inside & ~before
    put_where(s.entered, 0, inside, 1.0)
    counting = (inside | before) & ~(s.broken[0] > 0.0)
    outside = where(inside | ~counting, 0.0, s.outside[0] + 1.0)
    s.outside[0] = outside
    s.in_band[0] = s.in_band[0] + where(counting, 1.0, 0.0)
    breaking = counting & (outside == QUARTERS)
    put_where(s.broken, 0, breaking, 1.0)
    stage = 2 * w.events + w.choices * w.events + 2 * w.p
    never, none = splat(float("nan")), splat(-1.0)
    note(h, round_, stage, entering, splat(0.0), never, none, none)
    survived = (s.in_band[0] - QUARTERS) / QUARTERS
    note(h, round_, stage + 1, breaking, survived, never, none, none)


@jit
def share(h: Any, rows: Rows, years: int, result: Rows) -> None:
    """Mirror `state.share_of` of sums over some years: a row for each partner, tiles apart."""
    w, t = h.w, h.t
    for p in range(w.p + 1):
        total = rows[p]
        for year in range(1, years):
            total = total + rows[year * (w.p + 1) + p]
        t.base[p] = total
    whole = row_sum(t.base, w.p + 1)
    for p in range(w.p):
        result[p * w.tiles] = ratio(t.base[p], whole)


@jit
def close_year(h: Any, year: int, round_: int, tile: int) -> None:
    """Mirror `Recorder.close_year`; ``h.m`` is the payoff, the ties are those of the end."""
    w, c, s, r = h.w, h.c, h.s, h.r
    at(h, h.b, s.x)
    column = w.years * w.n * w.p * w.tiles
    into = r.ties + (year * w.n + c.number) * w.p * w.tiles + tile
    some = w.p + 1
    for k in range(w.k):
        if w.kind[k] == PROGRAMMES:
            share(h, s.arsenal + k * some, 1, into)
            share(h, s.deliveries + k * WINDOW * some, WINDOW, into + column)
            share(h, s.orders + k * WINDOW * some, WINDOW, into + 2 * column)
            into = into + 3 * column
        else:
            for p in range(w.p):
                into[p * w.tiles] = s.x[k * w.p + p]
            into = into + column
    for p in range(w.p):
        place = p * w.tiles
        into[place] = s.tiers[p]
        into[place + column] = s.a[p]
        into[place + 2 * column] = s.y[p]
        into[place + 3 * column] = s.pressure[p]
        into[place + 4 * column] = s.inducement[p]
    apart = w.years * w.n * w.tiles
    result = r.countries + (year * w.n + c.number) * w.tiles + tile
    of_country(h, result, apart)
    result = result + (OWN + w.k + w.futures) * apart
    result[0] = ratio(s.struck[0], s.decisions[0])
    if year == w.years - 1 or (year + 1) % w.every == 0:
        insure(h, result + apart, apart)
    else:
        for place in range(1, 6):
            result[place * apart] = float("nan")
    begin_year(h)


@spliced
def observe(h: Any, round_: int) -> None:
    """Bring ties and alignments to the end of a quarter, and follow the band."""
    ties(h, round_, h.s.x)
    align(h, h.s.x)
    follow_band(h, round_)
