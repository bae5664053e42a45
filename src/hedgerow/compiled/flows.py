"""Flows and the position: `hedgerow.model.flows` for one country."""

from typing import Any

from ..model.parameters import ROUNDS_A_YEAR
from .elementary import exp
from .lanes import maximum, minimum, splat, spliced
from .state import DT, mine
from .streams import FLOW, POSITION, draw_normal

ROOT = DT**0.5


@spliced
def market_now(h: Any, round_: int) -> None:
    w, g, s = h.w, h.g, h.s
    year = round_ // ROUNDS_A_YEAR
    quarter = float(round_ - year * ROUNDS_A_YEAR)
    for p in range(w.p):
        now, then = g.market[year * w.p + p], g.market[(year + 1) * w.p + p]
        s.market[p] = now + quarter * DT * (then - now)


@spliced
def drift(h: Any, k: int, round_: int) -> None:
    w, c, q, f, s = h.w, h.c, h.q, h.f, h.s
    year = round_ // ROUNDS_A_YEAR
    for p in range(w.p):
        at = k * w.p + p
        growth = (h.g.market[(year + 1) * w.p + p] - h.g.market[year * w.p + p]) * DT
        shock = draw_normal(h, FLOW, round_, c.flow_code[at])
        x = s.flows[at]
        grown = x * exp(0.5 * q.gravity[k] * growth)
        back = f.returns_to[k] * (s.flow_mean[at] - x)
        moved = grown + back + ROOT * q.flow_noise[k] * shock
        s.flows[at] = minimum(maximum(moved, 0.0), splat(w.cap[k])) * mine(h, p)


@spliced
def walk(h: Any, round_: int) -> None:
    shock = draw_normal(h, POSITION, round_, h.c.position_code)
    h.s.position[0] = h.s.position[0] + ROOT * h.q.position_noise[0] * shock
