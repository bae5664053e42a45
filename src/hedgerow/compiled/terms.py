"""The terms of the payoff: `hedgerow.model.terms` for one country.

A term has up to three parts: ``fixed_NAME`` adds what only parameters determine, ``NAME`` what a
round determines, ``constant_NAME`` what no choice depends on, which only reports need.
`fixed_payoff` and `assemble_payoff` call them, each where its switch ``w.term_NAME`` is on. What a
round adds to every tie is a function of one tie, so that `assemble_payoff` goes over them once.
"""

from ..model.parameters import ARMS, ENERGY, SETTLEMENT, TRADE, VOICE
from .books import Opened, Rows
from .lanes import Lanes, any_of, fused, inlined, jit, maximum, splat
from .payoff import empty, sags
from .portfolio import row_squares


@jit
def fixed_returns(w: Opened, q: Opened, o: Opened, b: Opened) -> None:
    """Curvature, and returns times capacity."""
    for k in range(w.k):
        b.diagonal[k] = b.diagonal[k] + q.curvature[k]
    for at in range(w.kp):
        b.fixed_linear[at] = b.fixed_linear[at] + o.returns[at] * q.capacity[at]


@jit
def returns(
    w: Opened, q: Opened, o: Opened, f: Opened, s: Opened, b: Opened, beliefs: Rows
) -> None:
    """Mirror `terms.returns` under beliefs (W,), but for `favour`."""
    for number in range(f.deviations[0]):
        at = f.deviation_at[number]
        value = o.returns[at] * f.deviation[number]
        if TRADE * w.p <= at < (TRADE + 1) * w.p:
            value = value * (1.0 - s.trade_cut[at - TRADE * w.p])
        b.deviation[number] = value
        b.linear[at] = b.linear[at] + beliefs[f.deviation_future[number]] * value
    for p in range(w.p):
        at = TRADE * w.p + p
        b.linear[at] = b.linear[at] - o.returns[at] * q.capacity[at] * s.trade_cut[p]


@inlined
def favour(reciprocity: Lanes, inducement: Lanes, total: Lanes) -> Lanes:
    """A total and what a power's inducement adds to the value of a tie: w_k c_p."""
    return fused(reciprocity, inducement, total)


@jit
def fixed_loyalty(w: Opened, q: Opened, o: Opened, b: Opened) -> None:
    """Mirror `terms.loyalty`."""
    for k in range(w.k):
        for p in range(w.p):
            at = k * w.p + p
            b.fixed_linear[at] = b.fixed_linear[at] + q.memory[k] * o.loyalty[p]


@jit
def security(w: Opened, o: Opened, f: Opened, s: Opened, b: Opened) -> None:
    """Mirror `terms.security`."""
    b.security[0] = o.security[0]
    for v in range(w.futures):
        b.hinge_weight[v] = o.security[0] * s.beliefs[v]
        arsenal = splat(0.0, w)
        for p in range(w.p):
            arsenal = fused(f.stock_gain[v * w.p + p], s.stocks[ARMS * w.p + p], arsenal)
        b.hinge_base[v] = maximum(s.threat[0] + f.extra_threat[v], 0.0) - arsenal


@jit
def fixed_dependence(w: Opened, q: Opened, o: Opened, b: Opened) -> None:
    """Mirror `terms.dependence`."""
    for p in range(w.p):
        for r in range(w.p):
            pair = p * w.p + r
            weight = o.dependence[0] * q.correlation[pair] * q.volatility[p] * q.volatility[r]
            b.on_exposure[pair] = b.on_exposure[pair] + weight


@jit
def fixed_autonomy(w: Opened, o: Opened, f: Opened, b: Opened) -> None:
    """Mirror `terms.autonomy`."""
    for p in range(w.p):
        for at in range(f.rivals[p], f.rivals[p + 1]):
            r = f.rival[at]
            weight = o.autonomy[0] * f.rivalry[p * w.p + r]
            b.on_alignment[p * w.p + p] = b.on_alignment[p * w.p + p] + weight
            b.on_alignment[p * w.p + r] = b.on_alignment[p * w.p + r] - weight


@jit
def fixed_cross_pressure(w: Opened, f: Opened, b: Opened) -> None:
    """Mirror `terms.cross_pressure`."""
    for p in range(w.p):
        for at in range(f.rivals[p], f.rivals[p + 1]):
            pair = p * w.p + f.rival[at]
            b.on_alignment[pair] = b.on_alignment[pair] + f.cross_pressure[0] * f.rivalry[pair]


@jit
def burdens(w: Opened, f: Opened, s: Opened, t: Opened) -> None:
    """What all powers' pressure makes of alignment with each: ``t.burden`` (P,)."""
    for p in range(w.p):
        burden = splat(0.0, w)
        for at in range(f.rivals[p], f.rivals[p + 1]):  # rivalry is mutual
            r = f.rival[at]
            burden = fused(s.pressure[r], f.rivalry[r * w.p + p], burden)
        t.burden[p] = burden


@inlined
def pressed(salience: Lanes, burden: Lanes, total: Lanes) -> Lanes:
    """A total and what pressure takes from the value of a tie, as in `terms.pressure`."""
    return fused(-salience, burden, total)


@jit
def immunity_gap(q: Opened, f: Opened, s: Opened, p: int) -> Lanes:
    """Mirror `terms.immunity_gap` for one power."""
    return maximum(1.0 - q.leniency[p] - q.need[p] * f.threat_rivalry[p] * s.threat[0], 0.0)


@jit
def openness(q: Opened, s: Opened, pair: int, target: int, partners: int) -> Lanes:
    """(1 − ϖ s_settlement)₊, the share of trade and energy that sanctions see."""
    return maximum(1.0 - q.shield[pair] * s.stocks[SETTLEMENT * partners + target], 0.0)


@jit
def sanctions(w: Opened, q: Opened, f: Opened, s: Opened, b: Opened) -> None:
    """Mirror `terms.sanctions`."""
    for pair in range(w.sanctions):
        target = w.target[pair]
        bite = q.enforcement[pair] * immunity_gap(q, f, s, w.sanctioner[pair])
        open_ = openness(q, s, pair, target, w.p)
        arms, trade, energy = ARMS * w.p + target, TRADE * w.p + target, ENERGY * w.p + target
        b.linear[arms] = b.linear[arms] - bite
        b.linear[trade] = b.linear[trade] - bite * (q.sanction_trade[pair] * open_)
        b.linear[energy] = b.linear[energy] - bite * (q.sanction_energy[pair] * open_)


@jit
def fixed_interoperability(w: Opened, q: Opened, b: Opened) -> None:
    """Inertia on the diagonal."""
    for k in range(w.k):
        b.diagonal[k] = b.diagonal[k] + q.inertia[k]


@inlined
def interoperable(inertia: Lanes, stock: Lanes, total: Lanes) -> Lanes:
    """A total and what a stock adds to the value of a tie, as in `terms.interoperability`."""
    return fused(inertia, stock, total)


@jit
def constant_interoperability(w: Opened, q: Opened, s: Opened, b: Opened) -> None:
    """−½ Σ λ_k s_kp²."""
    total = q.inertia[0] * row_squares(w, s.stocks, 0)
    for k in range(1, w.k):
        total = total + q.inertia[k] * row_squares(w, s.stocks, k)
    b.constant[0] = b.constant[0] - 0.5 * total


@jit
def fixed_demand(w: Opened, q: Opened, b: Opened) -> None:
    """The weight of needs."""
    for k in range(w.k):
        b.demand[k] = b.demand[k] + q.demand[k]


@jit
def gap(o: Opened, threat: Lanes, k: int) -> Lanes:
    """Needs that suppliers outside politics leave open."""
    needs = o.needs[k] - o.others[k]
    if k == ARMS:
        needs = needs + o.need_slope[0] * threat
    return needs


@jit
def demanded(q: Opened, o: Opened, k: int, threat: Lanes) -> Lanes:
    """What needs add to the value of a tie, as in `terms.demand`."""
    return q.demand[k] * gap(o, threat, k)


@jit
def constant_demand(w: Opened, q: Opened, o: Opened, b: Opened, threat: Lanes) -> None:
    """−½ Σ B_k gap_k²."""
    total = q.demand[0] * gap(o, threat, 0) * gap(o, threat, 0)
    for k in range(1, w.k):
        total = total + q.demand[k] * gap(o, threat, k) * gap(o, threat, k)
    b.constant[0] = b.constant[0] - 0.5 * total


@jit
def fixed_norm(w: Opened, q: Opened, o: Opened, b: Opened) -> None:
    """Mirror `terms.norm`."""
    for p in range(w.p):
        at = VOICE * w.p + p
        b.fixed_linear[at] = b.fixed_linear[at] - o.norm[0] * q.violation[p]


@jit
def fixed_peers(w: Opened, o: Opened, b: Opened) -> None:
    """Weights of all peers on the diagonal."""
    for j in range(w.n):
        b.diagonal[VOICE] = b.diagonal[VOICE] + o.peers[0] * o.peer_weight[j]


@jit
def peer(w: Opened, o: Opened, b: Opened, j: int, voices: Rows, closing: bool) -> None:
    """What one peer's voices (P,) of the last round add, as in `terms.peers`."""
    weight = o.peers[0] * o.peer_weight[j]
    if any_of(weight != 0.0):
        for p in range(w.p):
            at = VOICE * w.p + p
            b.linear[at] = fused(weight, voices[p], b.linear[at])
        if closing:
            squares = splat(0.0, w)
            for p in range(w.p):
                squares = squares + voices[p] * voices[p]
            b.constant[0] = b.constant[0] - 0.5 * weight * squares


@jit
def audience(w: Opened, c: Opened, o: Opened, s: Opened, b: Opened) -> None:
    """Mirror `terms.audience`."""
    if c.threat >= 0:
        protest = o.audience[0] * s.incidents[0]
        for k in range(w.k):
            at = k * w.p + c.threat
            b.linear[at] = b.linear[at] - protest


@jit
def fixed_move_cost(w: Opened, q: Opened, b: Opened) -> None:
    """Mirror `terms.move_cost`."""
    for k in range(w.k):
        b.move_cost[k] = b.move_cost[k] + q.move_cost[k]


@jit
def fixed_payoff(w: Opened, q: Opened, o: Opened, f: Opened, b: Opened) -> None:
    """Write all terms' fixed parts, in their order."""
    empty(w, b)
    if w.term_returns:
        fixed_returns(w, q, o, b)
    if w.term_loyalty:
        fixed_loyalty(w, q, o, b)
    if w.term_dependence:
        fixed_dependence(w, q, o, b)
    if w.term_autonomy:
        fixed_autonomy(w, o, f, b)
    if w.term_cross_pressure:
        fixed_cross_pressure(w, f, b)
    if w.term_interoperability:
        fixed_interoperability(w, q, b)
    if w.term_demand:
        fixed_demand(w, q, b)
    if w.term_norm:
        fixed_norm(w, q, o, b)
    if w.term_peers:
        fixed_peers(w, o, b)
    if w.term_move_cost:
        fixed_move_cost(w, q, b)
    sags(w, q, b)


@jit
def assemble_payoff(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    t: Opened,
    closing: bool,
) -> None:
    """Mirror `terms.assemble`, peers apart; with what no choice depends on at the end of a year."""
    nothing = splat(0.0, w)
    for v in range(w.futures):
        b.beliefs[v] = s.beliefs[v]
    burdens(w, f, s, t)
    for k in range(w.k):
        level = demanded(q, o, k, s.threat[0]) if w.term_demand else nothing
        reciprocity = q.reciprocity[k] if w.term_returns else nothing
        salience = q.salience[k] if w.term_pressure else nothing
        inertia = q.inertia[k] if w.term_interoperability else nothing
        for p in range(w.p):
            at = k * w.p + p
            total = b.fixed_linear[at] + level
            total = favour(reciprocity, s.inducement[p], total)
            total = pressed(salience, t.burden[p], total)
            b.linear[at] = interoperable(inertia, s.stocks[at], total)
    if w.term_returns:
        returns(w, q, o, f, s, b, s.beliefs)
    if w.term_security:
        security(w, o, f, s, b)
    if w.term_sanctions:
        sanctions(w, q, f, s, b)
    if w.term_audience:
        audience(w, c, o, s, b)
    b.constant[0] = nothing
    if closing and w.term_interoperability:
        constant_interoperability(w, q, s, b)
    if closing and w.term_demand:
        constant_demand(w, q, o, b, s.threat[0])
