"""Desks: `hedgerow.model.desks` for one country."""

from typing import Any

from .choice import WORST, first_best, tempting
from .elementary import TINY, log
from .lanes import Lanes, Mask, any_of, jit, maximum, splat, spliced, where
from .payoff import hinge_loss, move, prices
from .rules import step_allowed
from .state import mine
from .streams import MOVE, OPTION, draw, draw_often


@spliced
def tempt(h: Any, k: int, round_: int, patience: Lanes) -> tuple[Lanes, Lanes]:
    """Write what each of a desk's steps has for it, up then down, −∞ where there is nothing.

    Returns the most that there is, and the number of its step.
    """
    w, c, q, f, s, t = h.w, h.c, h.q, h.f, h.s, h.t
    now, size = hinge_loss(h, h.m), splat(w.step[k])
    omega, habit = q.politics_steps[0] * c.weight, f.log_habit[k]
    most, wanted = splat(WORST), splat(0.0)
    for p in range(w.p):
        at = k * w.p + p
        up, down = prices(h, k, p, size, now)
        u, v = draw_often(h, OPTION, round_, c.tie_code[at])
        more, less = s.counts[at] < c.reach[k] * mine(h, p), s.counts[at] > 0.0
        up = tempting(where(more, habit + omega * up, WORST), u, patience)
        down = tempting(where(less, habit + omega * down, WORST), v, patience)
        t.menu[p], t.menu[w.p + p] = up, down
        better = up > most
        most, wanted = where(better, up, most), where(better, float(p), wanted)
        better = down > most
        most, wanted = where(better, down, most), where(better, float(w.p + p), wanted)
    return most, wanted


@jit
def allowed(h: Any, k: int, option: int) -> Mask:
    """Where a rule lets one of a desk's steps be, numbered as in `tempt`."""
    if option < h.w.p:
        return step_allowed(h, k, option, 1.0)
    return step_allowed(h, k, option - h.w.p, -1.0)


@jit
def step(h: Any, k: int, option: int, here: Mask) -> None:
    """Make one of a desk's steps where a replicate takes it."""
    w, s = h.w, h.s
    p, sign = (option, 1.0) if option < w.p else (option - w.p, -1.0)
    by = where(here, sign, 0.0)
    s.counts[k * w.p + p] = s.counts[k * w.p + p] + by
    move(h, k, p, by * w.step[k])


@spliced
def act(h: Any, k: int, round_: int) -> None:
    """Ask one desk, and apply what it decides: `choice.hold_or_pick`."""
    w, c, s, t = h.w, h.c, h.s, h.t
    u, _ = draw(h, MOVE, round_, c.desk_code[k])
    patience = -log(maximum(u, TINY))
    most, wanted = tempt(h, k, round_, patience)
    s.decisions[0] = s.decisions[0] + 1.0
    if any_of(most > WORST):
        hold, struck = -log(patience), splat(0.0)
        acts = most > hold
        for i in range(2 * w.p):
            here = acts & (wanted == float(i))
            if any_of(here):
                free = allowed(h, k, i)
                struck = where(here & ~free, 1.0, struck)
                step(h, k, i, here & free)
        if any_of(struck > 0.0):
            s.struck[0] = s.struck[0] + struck
            for i in range(2 * w.p):
                t.menu[i] = where(allowed(h, k, i), t.menu[i], WORST)
            best, second = first_best(t.menu, 2 * w.p)
            acts = (struck > 0.0) & (best > hold)
            for i in range(2 * w.p):
                here = acts & (second == float(i))
                if any_of(here):
                    step(h, k, i, here)


@jit
def ask(h: Any, round_: int) -> None:
    """Ask every desk, in the order of the quarter."""
    w = h.w
    for place in range(w.of_steps):
        act(h, w.desk_order[round_ * w.k + place], round_)
