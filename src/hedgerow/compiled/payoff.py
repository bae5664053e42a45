"""The political payoff, and the exact price of any change: `hedgerow.model.payoff`.

The form that prices is ``h.m``; where a function takes a form, it is that of the country's payoff
or of its want. The point is in the state: `settle` writes it, `move` keeps it up to date.
"""

from typing import Any

from .books import Opened, Rows
from .lanes import Lanes, any_of, inlined, jit, maximum, splat, where
from .portfolio import fill, times_at, weighted_at


@jit
def protection(h: Any, form: Opened, x: Rows, v: int) -> Lanes:
    """G_ω·x in one future."""
    w = h.w
    total = splat(0.0)
    for p in range(w.p):
        by_partner = form.gain[v * w.kp + p] * x[p]
        for k in range(1, w.k):
            at = k * w.p + p
            by_partner = by_partner + form.gain[v * w.kp + at] * x[at]
        total = by_partner if p == 0 else total + by_partner
    return total


@jit
def at(h: Any, form: Opened, x: Rows) -> None:
    """Write the point of a portfolio into the state: `payoff.at`."""
    w, q, s = h.w, h.q, h.s
    safety_at(h, form, x)
    for p in range(w.p):
        s.y[p] = weighted_at(h, q.exposure, x, p)
    for p in range(w.p):
        s.pull[p] = times_at(h, form.on_alignment, s.a, p)
        s.risk[p] = times_at(h, form.on_exposure, s.y, p)


@jit
def align(h: Any, x: Rows) -> None:
    """Write the alignments of a portfolio, a part of its point."""
    for p in range(h.w.p):
        h.s.a[p] = weighted_at(h, h.q.salience, x, p)


@jit
def safety_at(h: Any, form: Opened, x: Rows) -> None:
    """Write alignments, tilt and safety of a portfolio, a part of its point."""
    w, s = h.w, h.s
    align(h, x)
    tilt = form.against[0] * s.a[0]
    for p in range(1, w.p):
        tilt = tilt + form.against[p] * s.a[p]
    s.tilt[0] = tilt
    for v in range(w.futures):
        s.safe[v] = form.base[v] - protection(h, form, x, v)


@jit
def short(h: Any, form: Opened, v: int, safe: Lanes, trap: Lanes) -> Lanes:
    """(h_ω)₊, the shortfall of protection, at a tilt (t)₊."""
    return maximum(safe + form.traps[v] * trap, 0.0)


@jit
def hinge_loss(h: Any, form: Opened) -> Lanes:
    """½ σ Σ_ω μ_ω (h_ω)₊² at the point."""
    w, s = h.w, h.s
    trap = maximum(s.tilt[0], 0.0)
    lack = short(h, form, 0, s.safe[0], trap)
    total = form.pressing[0] * lack * lack
    for v in range(1, w.futures):
        lack = short(h, form, v, s.safe[v], trap)
        total = total + form.pressing[v] * lack * lack
    return total


@jit
def smooth(h: Any, form: Opened, x: Rows) -> Lanes:
    """The quadratic part of U at a portfolio whose point is in the state."""
    w, s = h.w, h.s
    own = splat(0.0)
    for p in range(w.p):
        by_partner = (form.linear[p] - 0.5 * form.curvature[0] * x[p]) * x[p]
        for k in range(1, w.k):
            at = k * w.p + p
            by_partner = by_partner + (form.linear[at] - 0.5 * form.curvature[k] * x[at]) * x[at]
        own = by_partner if p == 0 else own + by_partner
    pulled, risked = s.a[0] * s.pull[0], s.y[0] * s.risk[0]
    for p in range(1, w.p):
        pulled = pulled + s.a[p] * s.pull[p]
        risked = risked + s.y[p] * s.risk[p]
    return own - 0.5 * pulled - 0.5 * risked


@jit
def utility(h: Any, form: Opened, x: Rows) -> Lanes:
    """U(x) of a portfolio whose point is in the state."""
    return smooth(h, form, x) - hinge_loss(h, form)


@jit
def by_future(h: Any, form: Opened, x: Rows, result: Rows) -> None:
    """U_ω(x), the payoff were each future certain, of a portfolio whose point is in the state."""
    w, s = h.w, h.s
    level = smooth(h, form, x)
    trap = maximum(s.tilt[0], 0.0)
    for v in range(w.futures):
        lack = short(h, form, v, s.safe[v], trap)
        result[v] = level - 0.5 * form.security[0] * lack * lack


@inlined
def slope(h: Any, k: int, p: int) -> Lanes:
    """∂ of the quadratic part by one tie, and the foreseen answer to it."""
    w, q, s, m = h.w, h.q, h.s, h.m
    at = k * w.p + p
    gamma = q.salience[k]
    g = m.linear[at] - m.curvature[k] * s.x[at] - gamma * s.pull[p]
    g = g + gamma * m.foreseen[p]
    return g - q.exposure[k] * s.risk[p]


@jit
def loss_of_step(h: Any, k: int, p: int, size: Lanes, lean: Lanes) -> Lanes:
    """The hinge loss after a tie changes by `size`, which leans the tilt by `lean`."""
    w, s, m = h.w, h.s, h.m
    trap = maximum(s.tilt[0] + lean, 0.0)
    at = k * w.p + p
    lack = maximum(s.safe[0] - size * m.gain[at] + m.traps[0] * trap, 0.0)
    total = m.pressing[0] * lack * lack
    for v in range(1, w.futures):
        lack = maximum(s.safe[v] - size * m.gain[v * w.kp + at] + m.traps[v] * trap, 0.0)
        total = total + m.pressing[v] * lack * lack
    return total


@jit
def price_up(h: Any, k: int, p: int, size: Lanes, now: Lanes) -> Lanes:
    """Price of more of one tie; `now` is the hinge loss at the point."""
    rise = size * slope(h, k, p)
    sag = 0.5 * size * size * h.m.bend[k * h.w.p + p]
    lean = size * h.q.salience[k] * h.m.against[p]
    return rise - sag + now - loss_of_step(h, k, p, size, lean)


@inlined
def prices(h: Any, k: int, p: int, now: Lanes) -> tuple[Lanes, Lanes]:
    """Price of a step up and of one down: `price_up` of both, in one pass over the futures."""
    w, s, m = h.w, h.s, h.m
    at, size = k * w.p + p, w.step[k]
    rise, sag, lean = size * slope(h, k, p), m.sag[at], m.lean[at]
    trap_up, trap_down = maximum(s.tilt[0] + lean, 0.0), maximum(s.tilt[0] - lean, 0.0)
    up, down = splat(0.0), splat(0.0)
    for v in range(w.futures):
        reach = size * m.gain[v * w.kp + at]
        lack_up, lack_down = s.safe[v] - reach, s.safe[v] + reach
        if m.entraps[v]:
            lack_up, lack_down = lack_up + m.traps[v] * trap_up, lack_down + m.traps[v] * trap_down
        lack_up, lack_down = maximum(lack_up, 0.0), maximum(lack_down, 0.0)
        up = up + m.pressing[v] * lack_up * lack_up
        down = down + m.pressing[v] * lack_down * lack_down
    return rise - sag + now - up, -rise - sag + now - down


@jit
def begin_change(h: Any) -> None:
    """Begin to gather a change of some ties, for `priced`."""
    w, t = h.w, h.t
    for p in range(w.p):
        t.touched[p] = 0
        t.da[p] = 0.0
        t.dy[p] = 0.0
    fill(t.safer, w.futures, 0.0)
    t.change[0] = 0.0


@jit
def add_change(h: Any, form: Opened, k: int, p: int, by: Lanes) -> None:
    """Gather a change of one tie."""
    w, q, s, t = h.w, h.q, h.s, h.t
    at = k * w.p + p
    own = form.linear[at] - form.curvature[k] * (s.x[at] + 0.5 * by)
    t.change[0] = t.change[0] + own * by
    for v in range(w.futures):
        t.safer[v] = t.safer[v] + form.gain[v * w.kp + at] * by
    t.touched[p] = 1
    t.da[p] = t.da[p] + q.salience[k] * by
    t.dy[p] = t.dy[p] + q.exposure[k] * by


@jit
def priced(h: Any, form: Opened) -> Lanes:
    """Mirror `payoff.price_change` for the change that was gathered."""
    w, s, t = h.w, h.s, h.t
    value, lean = t.change[0], splat(0.0)
    for p in range(w.p):
        if t.touched[p]:
            pull, risk = s.pull[p], s.risk[p]
            for r in range(w.p):
                if t.touched[r]:
                    pull = pull + 0.5 * form.on_alignment[p * w.p + r] * t.da[r]
                    risk = risk + 0.5 * form.on_exposure[p * w.p + r] * t.dy[r]
            value = value + t.da[p] * (form.foreseen[p] - pull) - t.dy[p] * risk
            lean = lean + form.against[p] * t.da[p]
    trap = maximum(s.tilt[0] + lean, 0.0)
    loss = splat(0.0)
    for v in range(w.futures):
        lack = maximum(s.safe[v] - t.safer[v] + form.traps[v] * trap, 0.0)
        loss = loss + form.pressing[v] * lack * lack
    return value + hinge_loss(h, form) - loss


@jit
def price_threat(h: Any, form: Opened, more: Lanes) -> Lanes:
    """What more threat in every future does to the payoff."""
    w, s = h.w, h.s
    trap = maximum(s.tilt[0], 0.0)
    loss = splat(0.0)
    for v in range(w.futures):
        lack = maximum(s.safe[v] + more + form.traps[v] * trap, 0.0)
        loss = loss + form.pressing[v] * lack * lack
    return hinge_loss(h, form) - loss


@jit
def move(h: Any, k: int, p: int, by: Lanes) -> None:
    """Change one tie by so much, 0 where a replicate leaves it, and keep the point up to date."""
    w, q, s, m = h.w, h.q, h.s, h.m
    at = k * w.p + p
    s.x[at] = s.x[at] + by
    da, dy = q.salience[k] * by, q.exposure[k] * by
    s.a[p] = s.a[p] + da
    s.y[p] = s.y[p] + dy
    for r in range(w.p):
        s.pull[r] = s.pull[r] + m.on_alignment[r * w.p + p] * da
        s.risk[r] = s.risk[r] + m.on_exposure[r * w.p + p] * dy
    for v in range(w.futures):
        s.safe[v] = s.safe[v] - m.gain[v * w.kp + at] * by
    s.tilt[0] = s.tilt[0] + m.against[p] * da


@jit
def bend(h: Any, form: Opened) -> None:
    """Write the diagonal of Q of every instrument, and what a step makes of it and of the tilt."""
    w, q = h.w, h.q
    for k in range(w.k):
        size = w.step[k]
        for p in range(w.p):
            own, at = p * w.p + p, k * w.p + p
            form.bend[at] = (
                form.curvature[k]
                + q.salience[k] * q.salience[k] * form.on_alignment[own]
                + q.exposure[k] * q.exposure[k] * form.on_exposure[own]
            )
            form.sag[at] = 0.5 * size * size * form.bend[at]
            form.lean[at] = size * q.salience[k] * form.against[p]
    for v in range(w.futures):
        form.entraps[v] = int(any_of(form.traps[v] != 0.0))


@jit
def press(h: Any, form: Opened) -> None:
    """Write ½ σ μ_ω."""
    for v in range(h.w.futures):
        form.pressing[v] = 0.5 * form.security[0] * form.beliefs[v]


@jit
def ratio(above: Lanes, below: Lanes) -> Lanes:
    """above / below, NaN where below is 0."""
    return where(below > 0.0, above / below, float("nan"))
