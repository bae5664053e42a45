"""Programmes: `hedgerow.model.programmes` for one country."""

from typing import Any

from ..model.programmes import LEAST, MOST
from ..model.state import TIV_UNIT
from .choice import WORST, first_best
from .elementary import exp, log, power, sqrt
from .lanes import Lanes, Mask, any_of, finite, jit, maximum, minimum, splat, spliced, where
from .payoff import hinge_loss, move, price_up
from .portfolio import row_sum
from .recorder import bought
from .rules import banned, order_allowed
from .state import DT, or_one
from .streams import ORDERS, SIZE, SUPPLIER, draw, draw_normal, gumbels


@spliced
def counted(h: Any, mean: Lanes, u: Lanes) -> Lanes:
    """Mirror `programmes.counted`: Poisson counts by inverse CDF."""
    chance = exp(-mean)
    below, count = chance, splat(0.0)
    for number in range(1, MOST + 1):
        more = u >= below
        if not any_of(more):
            break
        count = count + where(more, 1.0, 0.0)
        chance = chance * mean / float(number)
        below = below + chance
    return count


@spliced
def weigh(h: Any, k: int, omega: Lanes, size: Lanes, round_: int) -> None:
    """Mirror `programmes.log_weights_of`: write log-weights of suppliers into ``t.menu``.

    Whom the rules allow is written into ``t.allowed``.
    """
    w, q, f, s, t = h.w, h.q, h.f, h.s, h.t
    first = k * (w.p + 1)
    whole = row_sum(s.memory + first, w.p + 1)
    divisor = where(whole > 0.0, whole, 1.0)
    grown = power(whole, q.concentration[k])
    usual = or_one(s.usual_memory[k])
    now = hinge_loss(h, h.m)
    for p in range(w.p + 1):
        habit = f.supplier_base[first + p] + grown * (s.memory[first + p] / divisor)
        habit = habit * f.supplier_features[k * w.p + p] if p < w.p else maximum(habit, LEAST)
        if w.flat_arms:
            habit = splat(1.0)
        if p == w.p:
            t.menu[p] = log(habit) + omega * splat(0.0)
            t.allowed[p] = 1.0
        else:
            habit = where(banned(h, k, p, round_), 0.0, habit)
            step = sqrt(size * exp(q.size_of[k * w.p + p]) / TIV_UNIT) / usual
            t.menu[p] = log(habit) + omega * price_up(h, k, p, step, now)
            t.allowed[p] = where(order_allowed(h, k, p, step), 1.0, 0.0)


@spliced
def add(h: Any, k: int, ordering: Mask, supplier: Lanes, size: Lanes) -> None:
    """Note a programme: `programmes.add`, and in the windows of the record."""
    w, q, s = h.w, h.q, h.s
    usual = or_one(s.usual_memory[k])
    for p in range(w.p + 1):
        here = ordering & (supplier == float(p))
        if any_of(here):
            z = size * exp(q.size_of[k * w.p + p]) if p < w.p else size
            grown = sqrt(z / TIV_UNIT)
            at = k * (w.p + 1) + p
            s.memory[at] = s.memory[at] + where(here, grown, 0.0)
            s.backlog[at] = s.backlog[at] + where(here, z, 0.0)
            bought(h, k, p, where(here, z, 0.0))
            if p < w.p:
                move(h, k, p, where(here, grown / usual, 0.0))


@jit
def order(h: Any, k: int, round_: int) -> None:
    """Let the country order for a quarter."""
    w, c, q, o, s, t = h.w, h.c, h.q, h.o, h.s, h.t
    u, _ = draw(h, ORDERS, round_, c.count_code[k])
    rate = o.programmes[k] * exp(q.threat_slope[k] * (s.threat[0] - o.threat_usual[0]))
    count = counted(h, rate * DT, u)
    for j in range(MOST):
        ordering = count > float(j)
        if not any_of(ordering):
            break
        place = k * MOST + j
        luck = draw_normal(h, SIZE, round_, c.size_code[place])
        size = exp(s.own_size[k] + q.size_sd[k] * luck)
        weigh(h, k, q.politics_arms[0] * c.weight, size, round_)
        codes = c.supplier_code + place * (w.p + 1)
        gumbels(h, SUPPLIER, round_, codes, w.p + 1, ordering)
        for p in range(w.p + 1):
            t.menu[p] = where(finite(t.menu[p]), t.menu[p] + t.luck[p], WORST)
        _, wanted = first_best(t.menu, w.p + 1)
        for p in range(w.p + 1):
            t.menu[p] = where(t.allowed[p] > 0.0, t.menu[p], WORST)
        _, supplier = first_best(t.menu, w.p + 1)
        s.decisions[0] = s.decisions[0] + where(ordering, 1.0, 0.0)
        s.struck[0] = s.struck[0] + where(ordering & (wanted != supplier), 1.0, 0.0)
        add(h, k, ordering, supplier, size)


@jit
def settle(h: Any, k: int) -> None:
    """Forget, deliver and scrap for a quarter: `programmes.settle`."""
    w, q, f, s = h.w, h.q, h.f, h.s
    for p in range(w.p + 1):
        at = k * (w.p + 1) + p
        s.memory[at] = s.memory[at] * f.remembers[k]
        delivered = s.backlog[at] * f.delivers[k]
        if p < w.p:
            delivered = delivered * minimum(q.capacity[k * w.p + p], 1.0)
        s.backlog[at] = s.backlog[at] - delivered
        s.arsenal[at] = s.arsenal[at] * f.keeps[k] + delivered
        at = (k * 5 + 4) * (w.p + 1) + p
        s.deliveries[at] = s.deliveries[at] + delivered
