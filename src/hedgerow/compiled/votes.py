"""Votes: `hedgerow.model.votes` for one country."""

from typing import Any

from ..model.votes import RECENT
from .choice import in_order
from .elementary import exp
from .lanes import Lanes, jit, maximum, splat, spliced, where
from .layout import country
from .payoff import ratio
from .portfolio import row_sum
from .streams import ANSWER, EFFECT, draw, draw_normal


@jit
def known(x: Lanes) -> Any:
    """Where a number is not NaN."""
    return x == x


@jit
def effect(h: Any, code: int) -> Lanes:
    """A standard normal random effect."""
    return draw_normal(h, EFFECT, 0, code)


@spliced
def effects(h: Any, v: int) -> tuple[Lanes, Lanes]:
    """Mirror `votes.effects`: random effects in η and in a."""
    w, c, q, o = h.w, h.c, h.q, h.o
    eta = q.issue_sd[0] * effect(h, w.issue_code[v]) + q.roll_call_sd[0] * effect(h, w.roll_code[v])
    eta = eta + q.state_sd[0] * effect(h, c.state_code)
    eta = eta + q.state_divided_sd[0] * w.vote_divides[v] * effect(h, c.divided_code)
    eta = eta + q.state_subject_sd[0] * effect(h, c.subject_code[v])
    eta = eta + q.state_class_sd[0] * effect(h, c.class_code[v]) + o.vote_state[0]
    a = q.issue_abstain_sd[0] * effect(h, w.abstain_issue_code[v])
    a = a + q.roll_call_abstain_sd[0] * effect(h, w.abstain_roll_code[v])
    a = a + q.class_abstain_sd[0] * effect(h, w.abstain_class_code[v])
    a = a + q.state_abstain_sd[0] * effect(h, c.abstain_code) + o.vote_state_abstain[0]
    return eta, a


@spliced
def recent(h: Any, v: int) -> Lanes:
    """Mean of the country's recent votes in the class, NaN if none."""
    w, c, s = h.w, h.c, h.s
    count, total = splat(0.0), splat(0.0)
    for u in range(w.votes):
        if w.vote_recent[v * w.votes + u]:
            there = known(s.cast[u])
            count = count + where(there, 1.0, 0.0)
            total = total + where(there, s.cast[u], 0.0)
    before = splat(c.class_record[w.vote_kind[v]])
    if w.vote_round[v] >= RECENT:
        before = splat(float("nan"))
    return where(count > 0.0, total / maximum(count, 1.0), before)


@spliced
def of_peers(h: Any, v: int) -> Lanes:
    """Peers' last votes on the issue, by their weights, 0 if none."""
    w, o = h.w, h.o
    weight, total = splat(0.0), splat(0.0)
    for j in range(w.n):
        last = country(h, j).s.last_votes[w.vote_issue[v]]
        weight = weight + o.peer_weight[j] * where(known(last), 1.0, 0.0)
        total = total + o.peer_weight[j] * where(known(last), last, 0.0)
    return where(weight > 0.0, total / maximum(weight, 1e-12), 0.0)


@spliced
def shares(h: Any) -> None:
    """Write each power's share in the arsenal and in flows."""
    w, s, t = h.w, h.s, h.t
    for p in range(w.p):
        t.arms[p] = 0.0
        t.trade[p] = 0.0
    for j in range(w.of_arsenal):
        first = w.arsenal[j] * (w.p + 1)
        whole = row_sum(s.arsenal + first, w.p + 1)
        for p in range(w.p):
            share = ratio(s.arsenal[first + p], whole)
            t.arms[p] = t.arms[p] + where(known(share), share, 0.0)
    for j in range(w.of_flow):
        for p in range(w.p):
            x = s.x[w.flow[j] * w.p + p]
            t.trade[p] = t.trade[p] + x * x


@spliced
def habit(h: Any, v: int) -> tuple[Lanes, Lanes]:
    """Mirror `votes.habit`: η and a but for random effects."""
    w, c, q, o, s, t = h.w, h.c, h.q, h.o, h.s, h.t
    last = s.last_votes[w.vote_issue[v]]
    voted = known(last)
    own = where(voted, last, 0.0)
    mean = recent(h, v)
    alike = where(voted | ~known(mean), 0.0, mean)
    z = (s.position[0] - q.position_mean[0]) / q.position_spread[0]
    shares(h)
    bloc = splat(0.0)
    for p in range(w.p):
        tie = q.vote_arms[0] * t.arms[p] + q.vote_trade[0] * t.trade[p]
        bloc = bloc + w.vote_powers[v * w.p + p] * (tie + q.vote_pact[0] * o.pact[p])
    eta = q.vote_constant[0] + q.vote_class[w.vote_kind[v]]
    eta = eta + (q.vote_divided[0] + q.vote_position_divided[0] * z) * w.vote_divides[v]
    eta = eta + q.vote_position[0] * z + bloc + q.vote_own[0] * own
    eta = eta + q.vote_own_class[0] * alike + q.vote_peers[0] * of_peers(h, v)
    subject = w.vote_subject[v]
    if subject >= 0:
        eta = eta + q.vote_arms_hit[0] * t.arms[subject]
        if subject == c.own:
            eta = eta + q.vote_self[0]
    return eta, q.vote_abstain[0] + where(last == 0.0, q.vote_own_abstained[0], 0.0)


@jit
def cast(h: Any, v: int) -> None:
    """Let the country vote: its place in `Vote.options` into ``vote``, −1 if it is not asked."""
    w, c, q, o, s, t = h.w, h.c, h.q, h.o, h.s, h.t
    if not c.vote_asked[v]:
        s.vote[0] = -1.0
        return
    eta, a = habit(h, v)
    more, abstain = effects(h, v)
    eta, a = eta + more, a + abstain
    against, favour = splat(0.0), splat(0.0)
    for p in range(w.p):
        cover = w.vote_cover[v * w.p + p]
        if cover != 0.0:
            against = against + s.goodwill[p] * -cover
            favour = favour + s.goodwill[p] * cover
    subject = w.vote_subject[v]
    if subject >= 0:
        against = against - o.norm[0] * q.violation[subject] * o.nearness[subject]
    if w.flat_votes:
        eta, a = splat(0.0), splat(0.0)
    omega = q.politics_votes[0] * c.weight
    against, abstained, favour = -eta + omega * against, a, eta + omega * favour
    top = maximum(maximum(against, abstained), favour)
    t.mass[0], t.mass[1], t.mass[2] = exp(against - top), exp(abstained - top), exp(favour - top)
    u, _ = draw(h, ANSWER, w.vote_round[v], c.vote_code[v])
    s.vote[0] = 2.0 - in_order(t.mass, 3, u)


@jit
def remember(h: Any, v: int) -> None:
    w, c, s = h.w, h.c, h.s
    if not c.vote_asked[v]:
        return
    voted = 1.0 - s.vote[0]
    s.last_votes[w.vote_issue[v]] = voted
    s.cast[v] = voted
    for p in range(w.p):
        cover = w.vote_cover[v * w.p + p]
        if cover != 0.0:
            s.cover[p] = s.cover[p] + cover * voted
