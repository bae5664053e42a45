"""Desks: `hedgerow.model.desks` for one country."""

from typing import Any

from .choice import WORST, first_best, taken, tempting
from .elementary import TINY, log
from .lanes import Lanes, any_of, jit, maximum, splat, spliced, where
from .payoff import hinge_loss, move, prices
from .rules import step_allowed
from .state import mine
from .streams import MOVE, OPTION, draw


@spliced
def tempt(h: Any, k: int, round_: int, patience: Lanes) -> None:
    """Write what each of a desk's steps has for it, up then down, −∞ where there is nothing."""
    w, c, q, f, s, t = h.w, h.c, h.q, h.f, h.s, h.t
    now, size = hinge_loss(h, h.m), splat(w.step[k])
    omega, habit = q.politics_steps[0] * c.weight, f.log_habit[k]
    for p in range(w.p):
        at = k * w.p + p
        up, down = prices(h, k, p, size, now)
        u, v = draw(h, OPTION, round_, c.tie_code[at])
        more, less = s.counts[at] < c.reach[k] * mine(h, p), s.counts[at] > 0.0
        t.menu[p] = tempting(where(more, habit + omega * up, WORST), u, patience)
        t.menu[w.p + p] = tempting(where(less, habit + omega * down, WORST), v, patience)


@spliced
def hold_or_pick(h: Any, k: int, hold: Lanes) -> tuple[Lanes, Lanes]:
    """Mirror `choice.hold_or_pick`: the option, −1 to hold, and 1.0 where a rule struck one off."""
    w, t = h.w, h.t
    options = 2 * w.p
    best, wanted = first_best(t.menu, options)
    acts = best > hold
    chosen, struck = where(acts, wanted, -1.0), splat(0.0)
    if any_of(acts):
        for p in range(w.p):
            t.allowed[p] = where(step_allowed(h, k, p, 1.0), 1.0, 0.0)
            t.allowed[w.p + p] = where(step_allowed(h, k, p, -1.0), 1.0, 0.0)
        barred = acts & (taken(t.allowed, options, wanted) == 0.0)
        if any_of(barred):
            for i in range(options):
                t.menu[i] = where(t.allowed[i] > 0.0, t.menu[i], WORST)
            best, second = first_best(t.menu, options)
            chosen = where(barred, where(best > hold, second, -1.0), chosen)
            struck = where(barred, 1.0, 0.0)
    return chosen, struck


@spliced
def act(h: Any, k: int, round_: int) -> None:
    """Ask one desk, and apply what it decides."""
    w, c, s = h.w, h.c, h.s
    u, _ = draw(h, MOVE, round_, c.desk_code[k])
    patience = -log(maximum(u, TINY))
    tempt(h, k, round_, patience)
    chosen, struck = hold_or_pick(h, k, -log(patience))
    s.decisions[0] = s.decisions[0] + 1.0
    s.struck[0] = s.struck[0] + struck
    if any_of(chosen >= 0.0):
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
