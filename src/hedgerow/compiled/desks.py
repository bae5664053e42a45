"""Desks: `hedgerow.model.desks` for one country."""

from typing import Any

from .choice import WORST, may_win, threshold
from .elementary import gumbel
from .lanes import Lanes, Mask, any_of, first, inlined, jit, lane, splat, spliced, where
from .payoff import hinge_loss, move, prices
from .rules import step_allowed
from .streams import MOVE, OPTION, draw_all


@inlined
def consider(h: Any, i: int, found: int, log_weight: Lanes, open_: Mask, least: Lanes) -> int:
    """Write a step's ln h + ω·ΔU to ``t.menu``, −∞ where it cannot win; note it if it may."""
    t = h.t
    near = open_ & may_win(log_weight, t.drawn[i], least)
    t.menu[i] = where(near, log_weight, WORST)
    t.near[found] = i
    return found + int(any_of(near))


@spliced
def tempt(h: Any, k: int, hold: Lanes) -> int:
    """Price all steps of a desk, up then down, and tell how many may win: `consider`.

    Nothing here depends on a choice, so that processors need not guess any.
    """
    w, c, q, f, s = h.w, h.c, h.q, h.f, h.s
    now, omega, habit = hinge_loss(h, h.m), q.politics_steps[0] * c.weight, f.log_habit[k]
    found, least, reach = 0, threshold(hold), splat(c.reach[k])
    for p in range(w.p):
        if p == c.own:
            continue
        at = k * w.p + p
        up, down = prices(h, k, p, now)
        more, less = s.counts[at] < reach, s.counts[at] > 0.0
        found = consider(h, p, found, habit + omega * up, more, least)
        found = consider(h, w.p + p, found, habit + omega * down, less, least)
    return found


@jit
def allowed(h: Any, k: int, option: int) -> Mask:
    """Where a rule lets one of a desk's steps be, numbered as in `tempt`."""
    if option < h.w.p:
        return step_allowed(h, k, option, 1.0)
    return step_allowed(h, k, option - h.w.p, -1.0)


@inlined
def step(h: Any, k: int, option: int, here: Mask) -> None:
    """Make one of a desk's steps where a replicate takes it."""
    w, s = h.w, h.s
    p, sign = (option, 1.0) if option < w.p else (option - w.p, -1.0)
    by = where(here, sign, 0.0)
    s.counts[k * w.p + p] = s.counts[k * w.p + p] + by
    move(h, k, p, by * w.step[k])


@inlined
def best_of(h: Any, found: int, hold: Lanes) -> tuple[Mask, Lanes]:
    """Where any of some steps in ``t.near`` is better than to hold, and the best of them."""
    t = h.t
    best, which = hold, splat(-1.0)
    for n in range(found):
        i = t.near[n]
        better = t.menu[i] > best
        best, which = where(better, t.menu[i], best), where(better, float(i), which)
    return which >= 0.0, which


@jit
def settle_for(h: Any, k: int, found: int, struck: Mask, hold: Lanes) -> None:
    """Where a rule struck off what a desk wants: take the next best, if better than to hold."""
    s, t = h.s, h.t
    s.struck[0] = s.struck[0] + where(struck, 1.0, 0.0)
    for n in range(found):
        i = t.near[n]
        t.menu[i] = where(allowed(h, k, i), t.menu[i], WORST)
    acts, second = best_of(h, found, hold)
    acts = acts & struck
    while any_of(acts):
        i = int(lane(second, first(acts)))
        here = acts & (second == float(i))
        step(h, k, i, here)
        acts = acts & ~here


@spliced
def act(h: Any, k: int, round_: int) -> None:
    """Ask one desk, and apply what it decides: `choice.hold_or_pick`."""
    w, t = h.w, h.t
    draw_all(h, OPTION, round_, h.c.tie_code + k * w.p, w.p, t.drawn, w.p)
    found = tempt(h, k, t.hold[k])
    if found:
        for n in range(found):
            i = t.near[n]
            t.menu[i] = t.menu[i] + gumbel(t.drawn[i])
        acts, wanted = best_of(h, found, t.hold[k])
        struck = acts & ~acts
        while any_of(acts):
            i = int(lane(wanted, first(acts)))
            here, free = acts & (wanted == float(i)), allowed(h, k, i)
            struck = struck | (here & ~free)
            step(h, k, i, here & free)
            acts = acts & ~here
        if any_of(struck):
            settle_for(h, k, found, struck, t.hold[k])


@jit
def ask(h: Any, round_: int) -> None:
    """Ask every desk, in the order of the quarter."""
    w, s, t = h.w, h.s, h.t
    desks = w.of_steps
    s.decisions[0] = s.decisions[0] + float(desks)
    draw_all(h, MOVE, round_, h.c.desk_code, desks, t.drawn, desks)
    for j in range(desks):
        t.hold[w.steps[j]] = gumbel(t.drawn[j])
    for place in range(desks):
        act(h, w.desk_order[round_ * w.k + place], round_)
