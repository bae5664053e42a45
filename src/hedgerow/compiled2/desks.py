"""Desks: `hedgerow.model2.desks` for one country."""

from typing import Any

from .choice import WORST, first_best, moves, taken
from .lanes import Lanes, Mask, any_of, jit, splat, spliced, where
from .payoff import hinge_loss, move, prices
from .rules import step_allowed
from .state import mine
from .streams import MOVE, OPTION, draw, gumbels


@spliced
def menu(h: Any, k: int, omega: Lanes, log_habit: Lanes) -> None:
    """Write the log-weights of a desk's steps, up then down, −∞ where there is none."""
    w, c, s, t = h.w, h.c, h.s, h.t
    now = hinge_loss(h, h.m)
    size = splat(w.step[k], w)
    for p in range(w.p):
        at = k * w.p + p
        up, down = prices(h, k, p, size, now)
        more = s.counts[at] < c.reach[k] * mine(h, p)
        t.menu[p] = where(more, log_habit + omega * up, WORST)
        t.menu[w.p + p] = where(s.counts[at] > 0.0, log_habit + omega * down, WORST)


@spliced
def rule(h: Any, k: int) -> None:
    """Write which of a desk's possible steps no rule forbids."""
    w, t = h.w, h.t
    for p in range(w.p):
        up, down = step_allowed(h, k, p, 1.0), step_allowed(h, k, p, -1.0)
        t.allowed[p] = where(up & (t.menu[p] > WORST), 1.0, 0.0)
        t.allowed[w.p + p] = where(down & (t.menu[w.p + p] > WORST), 1.0, 0.0)


@spliced
def chance(h: Any, k: int, round_: int, moving: Mask) -> None:
    """Add the options' Gumbel numbers where a desk moves: write ``t.tilted``."""
    w, t = h.w, h.t
    gumbels(h, OPTION, round_, h.c.tie_code + k * w.p, w.p, moving, True)
    for i in range(2 * w.p):
        t.tilted[i] = t.menu[i] + t.luck[i]


@spliced
def hold_or_pick(h: Any, options: int, moving: Mask, again: Lanes) -> tuple[Lanes, Mask]:
    """Mirror `choice.hold_or_pick` where something is done: the option, −1 to hold, and struck."""
    t = h.t
    wanted = first_best(t.tilted, options)
    barred = moving & (taken(t.allowed, options, wanted) == 0.0)
    chosen = where(moving, wanted, -1.0)
    if any_of(barred):
        for i in range(options):
            open_ = t.allowed[i] > 0.0
            t.menu[i] = where(open_, t.menu[i], WORST)
            t.tilted[i] = where(open_, t.tilted[i], WORST)
        second = where(moves(t.menu, t.mass, options, again), first_best(t.tilted, options), -1.0)
        chosen = where(barred, second, chosen)
    return chosen, barred


@spliced
def act(h: Any, k: int, round_: int) -> None:
    """Ask one desk, and apply what it decides."""
    w, c, q, f, s, t = h.w, h.c, h.q, h.f, h.s, h.t
    menu(h, k, q.politics_steps[0] * c.weight, f.log_habit[k])
    u, again = draw(h, MOVE, round_, c.desk_code[k])
    moving = moves(t.menu, t.mass, 2 * w.p, u)
    s.decisions[0] = s.decisions[0] + 1.0
    if any_of(moving):
        rule(h, k)
        chance(h, k, round_, moving)
        chosen, struck = hold_or_pick(h, 2 * w.p, moving, again)
        s.struck[0] = s.struck[0] + where(struck, 1.0, 0.0)
        for p in range(w.p):
            up, down = chosen == float(p), chosen == float(w.p + p)
            if any_of(up | down):
                sign = where(up, 1.0, where(down, -1.0, 0.0))
                s.counts[k * w.p + p] = s.counts[k * w.p + p] + sign
                move(h, k, p, sign * w.step[k])


@jit
def ask(h: Any, round_: int) -> None:
    """Ask every desk, in the order of the quarter."""
    w = h.w
    for place in range(w.of_steps):
        act(h, w.desk_order[round_ * w.k + place], round_)
