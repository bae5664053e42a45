"""Step 7 of a round, pipelines and stocks: `hedgerow.model.stocks` for one country."""

from .books import Opened
from .lanes import Lanes, any_of, fused, inlined, jit, minimum, where


@inlined
def stocked(w: Opened, stock: Lanes, delivery: Lanes, follow: Lanes) -> Lanes:
    """A stock after a round in which so much was delivered."""
    return fused(follow, delivery - stock, stock) if w.process_stocks else delivery


@jit
def settle(w: Opened, q: Opened, o: Opened, f: Opened, s: Opened) -> None:
    """Mirror `stocks.settle`."""
    for k in range(w.k):
        piped = q.lag[k] > 0.0
        pace, follow, step = f.pace[k], f.follow[k], w.step[k]
        delivery = o.others[k]
        if w.process_pipeline and any_of(piped):
            for p in range(w.p):
                at = k * w.p + p
                orders, before = s.counts[at] * step, s.deliveries[at]
                filled = orders * minimum(q.capacity[at], 1.0)
                s.deliveries[at] = where(piped, fused(pace, filled - before, before), orders)
            before = s.others_deliveries[k]
            delivery = where(piped, fused(pace, delivery - before, before), delivery)
        else:
            for p in range(w.p):
                s.deliveries[k * w.p + p] = s.counts[k * w.p + p] * step
        s.others_deliveries[k] = delivery
        s.others_stocks[k] = stocked(w, s.others_stocks[k], delivery, follow)
        for p in range(w.p):
            at = k * w.p + p
            s.stocks[at] = stocked(w, s.stocks[at], s.deliveries[at], follow)
