"""The numbers in force, worked out: `hedgerow.model.frame.build` for one country.

Rivals, gains and deviations are listed where they are not zero in all replicates of the tile; to
add a zero changes nothing, so that lists of other tiles may differ.
"""

import math

from ..model.parameters import ARMS, DEFENCE, DT, ENERGY
from .books import Opened
from .lanes import Lanes, any_of, jit, lane, maximum, packed, splat, where, width, with_lane
from .shocks import changed


@jit
def exact_exp(x: Lanes) -> Lanes:
    """eˣ as the library of C has it, for numbers that enter the state of a run."""
    for j in range(width(x)):
        x = with_lane(x, j, math.exp(lane(x, j)))
    return x


@jit
def cross_pressure_of(w: Opened, q: Opened, o: Opened) -> Lanes:
    """Mirror `frame.cross_pressure_of`."""
    give = splat(0.0, w)
    for k in range(w.k):
        curved = q.curvature[k] > 0.0
        part = q.salience[k] * q.salience[k] / where(curved, q.curvature[k], 1.0)
        give = give + where(curved, part, 0.0)
    critical = o.critical_rivalry[0]
    given = critical > 0.0
    net = 1.0 / maximum(where(given, critical, 1.0) * give, 1e-12)
    return where(given, 2.0 * o.autonomy[0] + net, o.cross_pressure[0])


@jit
def build(w: Opened, c: Opened, q: Opened, o: Opened, g: Opened, f: Opened, t: Opened) -> None:
    """Write the frame of a country from the values in force."""
    rivalries(w, c, q, f)
    f.cross_pressure[0] = cross_pressure_of(w, q, o)
    f.decay[0] = exact_exp(-DT / o.incident_memory[0])
    total = splat(0.0, w)
    for v in range(w.futures):
        total = total + q.prior[v]
    for v in range(w.futures):
        f.prior[v] = q.prior[v] / total
    for k in range(w.k):
        f.reach[k] = w.step[k] * q.salience[k]
        f.earning[k] = w.step[k] * q.reciprocity[k]
        f.pace[k] = DT / maximum(q.lag[k], DT)
        f.follow[k] = DT * q.turnover[k]
    for p in range(w.p):
        f.court[p] = DT * o.attention[p] * q.courting[p]
        f.press[p] = DT * o.attention[p] * q.pressing[p]
    futures(w, c, q, o, g, f, t)
    protecting(w, f)


@jit
def rivalries(w: Opened, c: Opened, q: Opened, f: Opened) -> None:
    """Rivalry among powers and with the threat, and who has which rivals."""
    found, linked = 0, 0
    for p in range(w.p):
        f.rivals[p], f.links[p] = found, linked
        for r in range(w.p):
            weight = q.intensity[0] * q.rivalry[p * w.p + r]
            if r == c.threat:
                f.threat_rivalry[p] = weight
            if p == c.own or r == c.own:
                weight = splat(0.0, w)
            f.rivalry[p * w.p + r] = weight
            hostile = p != r and any_of(weight != 0.0)
            if hostile:
                f.rival[found] = r
                found += 1
            if hostile or p == r:
                f.link[linked] = r
                linked += 1
        if c.threat < 0:
            f.threat_rivalry[p] = 0.0
    f.rivals[w.p], f.links[w.p] = found, linked


@jit
def in_future(w: Opened, c: Opened, q: Opened, o: Opened, g: Opened, t: Opened, v: int) -> None:
    """Mirror `frame._future_values`: capacity, trust, will and level of threat in future `v`."""
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
                new = changed(t.capacity[row], w.override_op[number], g.override_value[number])
                t.capacity[row] = new


@jit
def futures(w: Opened, c: Opened, q: Opened, o: Opened, g: Opened, f: Opened, t: Opened) -> None:
    """What protects, what threatens and what returns change in each future."""
    share = 1.0 - exact_exp(-q.turnover[ARMS] * o.arms_horizon[0])
    found = 0
    for v in range(w.futures):
        in_future(w, c, q, o, g, t, v)
        gain = f.gain + v * w.kp
        for p in range(w.p):
            # A helper close to the threat is not trusted; the threat and oneself do not help.
            close = q.closeness[p * w.p + c.threat] if c.threat >= 0 else splat(0.0, w)
            helps = 0.0 if p == c.threat or p == c.own else 1.0
            trust = t.trust[p] * ((1.0 - close) * helps)
            will = trust * t.will[p]
            arms = trust * t.capacity[ARMS * w.p + p]
            moderation = trust * q.moderation[p]
            for k in range(w.k):
                gain[k * w.p + p] = moderation * q.salience[k]
            at = ARMS * w.p + p
            gain[at] = arms * share * o.arms_protection[0] + gain[at]
            at = DEFENCE * w.p + p
            gain[at] = will * o.defence_protection[0] + gain[at]
            at = ENERGY * w.p + p
            gain[at] = will * o.energy_protection[0] + gain[at]
            f.stock_gain[v * w.p + p] = arms * (1.0 - share) * o.arms_protection[0]
        f.extra_threat[v] = t.threat_level[c.number] - o.threat_level[0]
        for at in range(w.kp):
            shift = t.capacity[at] - q.capacity[at]
            if any_of(shift != 0.0):
                f.deviation_future[found] = v
                f.deviation_at[found] = at
                f.deviation[found] = shift
                found += 1
    f.deviations[0] = found


@jit
def protecting(w: Opened, f: Opened) -> None:
    """List the ties that protect in any future, and what a step of each gives."""
    found = 0
    for k in range(w.k):
        for p in range(w.p):
            at = k * w.p + p
            f.protects[at], f.apart[at] = 0, 0
            protects = 0
            for v in range(w.futures):
                gain = f.gain[v * w.kp + at]
                f.stride[v * w.kp + at] = w.step[k] * gain
                protects |= packed(gain != 0.0)
                if any_of(gain != f.gain[at]):
                    f.apart[at] = w.kp
            if protects:
                f.protects[at] = 1
                f.gain_at[found] = at
                found += 1
    f.gains[0] = found
