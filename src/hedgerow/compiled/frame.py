"""The numbers in force, worked out: `hedgerow.model.frame.build` for one country."""

from typing import Any

from ..model.parameters import DT
from .elementary import exp, log
from .lanes import Lanes, jit, maximum, splat, spliced, where
from .shocks import changed


@spliced
def cross_pressure_of(h: Any) -> Lanes:
    w, q, o = h.w, h.q, h.o
    give = splat(0.0)
    for j in range(w.of_steps):
        k = w.steps[j]
        curved = q.curvature[k] > 0.0
        part = q.salience[k] * q.salience[k] / where(curved, q.curvature[k], 1.0)
        give = give + where(curved, part, 0.0)
    critical = o.critical_rivalry[0]
    given = critical > 0.0
    net = 1.0 / maximum(where(given, critical, 1.0) * give, 1e-12)
    return where(given, 2.0 * o.autonomy[0] + net, o.cross_pressure[0])


@spliced
def rivalries(h: Any) -> None:
    """Rivalry among powers and with the threat."""
    w, c, q, f = h.w, h.c, h.q, h.f
    for p in range(w.p):
        feud = splat(0.0)
        f.threat_rivalry[p] = 0.0
        for r in range(w.p):
            weight = q.intensity[0] * q.rivalry[p * w.p + r]
            if p == c.own or r == c.own:
                weight = splat(0.0)
            if r == c.threat:
                f.threat_rivalry[p] = weight
            f.rivalry[p * w.p + r] = weight
            feud = feud + weight
        f.feud[p] = feud


@spliced
def in_future(h: Any, v: int) -> None:
    """Mirror `frame._in_future`: capacity, trust, will and level of threat in future `v`."""
    w, c, q, o, t = h.w, h.c, h.q, h.o, h.t
    for at in range(w.kp):
        t.capacity[at] = q.capacity[at]
    for p in range(w.p):
        t.trust[p] = q.trust[p]
        t.will[p] = q.will[p]
    t.threat_level[c.number] = o.threat_level[0]
    for number in range(w.overrides):
        if w.override_future[number] == v:
            for at in range(w.override_rows[number], w.override_rows[number + 1]):
                row = w.override_row[at]
                new = changed(t.capacity[row], w.override_op[number], h.g.override_value[number])
                t.capacity[row] = new


@spliced
def futures(h: Any) -> None:
    """What protects and what threatens in each future."""
    w, c, q, o, f, t = h.w, h.c, h.q, h.o, h.f, h.t
    for v in range(w.futures):
        in_future(h, v)
        for p in range(w.p):
            # A helper close to the threat is not trusted; the threat and oneself do not help.
            close = q.closeness[p * w.p + c.threat] if c.threat >= 0 else splat(0.0)
            helps = 0.0 if p == c.threat or p == c.own else 1.0
            trust = t.trust[p] * ((1.0 - close) * helps)
            calming = trust * q.moderation[p]
            if p == c.threat:
                calming = calming + q.spares[v] * o.sparing[0]
            f.will[v * w.p + p] = t.will[p]
            for k in range(w.k):
                at = v * w.kp + k * w.p + p
                f.gain[at] = q.salience[k] * calming
                f.will_gain[at] = 0.0
                f.stock_gain[at] = 0.0
            for j in range(w.of_arsenal):
                k = w.arsenal[j]
                at = v * w.kp + k * w.p + p
                ahead = 1.0 - exp(-(q.turnover[k] * o.horizon[0]))
                supplied = trust * t.capacity[k * w.p + p] * o.protection[k]
                f.gain[at] = f.gain[at] + ahead * supplied
                f.stock_gain[at] = (1.0 - ahead) * supplied
            for j in range(w.of_presence):
                k = w.presence[j]
                f.will_gain[v * w.kp + k * w.p + p] = trust * o.protection[k]
        f.extra_threat[v] = t.threat_level[c.number] - o.threat_level[0]


@spliced
def suppliers(h: Any) -> None:
    """What only parameters determine of the urn: `programmes.urn`."""
    w, c, q, o, f = h.w, h.c, h.q, h.o, h.f
    for j in range(w.of_programmes):
        k = w.programmes[j]
        whole = splat(0.0)
        for p in range(w.p + 1):
            base = exp(q.base_other[k]) if p == w.p else exp(q.base[k * w.p + p])
            if p == c.own:
                base = splat(0.0)
            f.supplier_base[k * (w.p + 1) + p] = base
            whole = whole + base
        for p in range(w.p + 1):
            at = k * (w.p + 1) + p
            f.supplier_base[at] = q.urn[k] * f.supplier_base[at] / whole
        for p in range(w.p):
            foe = 1.0 if p == c.threat else 0.0
            feature = q.foe_weight[k] * foe + q.pact_weight[k] * o.pact[p]
            feature = feature + q.foe_share_weight[k] * o.foe_arms[p]
            mine = 0.0 if p == c.own else 1.0
            f.supplier_features[k * w.p + p] = q.capacity[k * w.p + p] * exp(feature) * mine


@spliced
def paces(h: Any) -> None:
    """Decays and chances of a quarter, and the log-odds of a move at rest."""
    w, c, q, o, f = h.w, h.c, h.q, h.o, h.f
    f.fresh_decay[0] = exp(-DT / o.incident_memory[0])
    f.cover_decay[0] = exp(-DT * o.cover_leak[0])
    for k in range(w.k):
        f.log_habit[k] = splat(0.0) if w.flat_steps else log(0.5 * DT * q.rate[k])
        f.remembers[k] = exp(-DT * q.forgetting[k])
        f.delivers[k] = 1.0 - exp(-DT / q.lag[k])
        f.keeps[k] = exp(-DT * q.turnover[k])
        f.returns_to[k] = 1.0 - exp(-DT * q.drift[k])
    for p in range(w.p):
        mine = 0.0 if p == c.own else 1.0
        f.visit_chance[p] = 1.0 - exp(-DT * o.attention[p] * q.visits[p] * mine)
    f.jumps[0] = maximum(1.0 - ((q.jump_2[0] + q.jump_3[0]) + q.jump_4[0]), 0.0)
    f.jumps[1], f.jumps[2], f.jumps[3] = q.jump_2[0], q.jump_3[0], q.jump_4[0]


@jit
def build(h: Any) -> None:
    """Write the frame of a country from the values in force."""
    w, q, f = h.w, h.q, h.f
    rivalries(h)
    f.cross_pressure[0] = cross_pressure_of(h)
    total = splat(0.0)
    for v in range(w.futures):
        total = total + q.prior[v]
    for v in range(w.futures):
        f.prior[v] = q.prior[v] / total
    futures(h)
    suppliers(h)
    paces(h)
