"""Step 7 of a round, pipelines and stocks: `hedgerow.model.stocks` for one country."""

from .books import Opened
from .lanes import jit, minimum, where


@jit
def settle(w: Opened, q: Opened, o: Opened, f: Opened, s: Opened) -> None:
    """Mirror `stocks.settle`."""
    for k in range(w.k):
        piped = q.lag[k] > 0.0
        pace, follow = f.pace[k], f.follow[k]
        for p in range(w.p):
            at = k * w.p + p
            delivery, orders = s.deliveries[at], s.counts[at] * w.step[k]
            if w.process_pipeline:
                filled = orders * minimum(q.capacity[at], 1.0)
                delivery = where(piped, delivery + pace * (filled - delivery), orders)
            else:
                delivery = orders
            s.deliveries[at] = delivery
            if w.process_stocks:
                s.stocks[at] = s.stocks[at] + follow * (delivery - s.stocks[at])
            else:
                s.stocks[at] = delivery
        delivery, orders = s.others_deliveries[k], o.others[k]
        if w.process_pipeline:
            delivery = where(piped, delivery + pace * (orders - delivery), orders)
        else:
            delivery = orders
        s.others_deliveries[k] = delivery
        if w.process_stocks:
            s.others_stocks[k] = s.others_stocks[k] + follow * (delivery - s.others_stocks[k])
        else:
            s.others_stocks[k] = delivery
