"""The state before the first round: `hedgerow.model.state.initial` for one country."""

from ..model.parameters import VOICE
from .books import Opened
from .lanes import jit, rint, splat
from .portfolio import fill


@jit
def initial(w: Opened, c: Opened, o: Opened, f: Opened, s: Opened) -> None:
    """Write the state at the start; the frame of the first round is in force."""
    for k in range(w.k):
        for p in range(w.p):
            at = k * w.p + p
            count = rint(o.ties[at] / w.step[k])
            if p == c.own:
                count = splat(0.0, w)
            s.counts[at] = count
            s.deliveries[at] = count * w.step[k]
            s.stocks[at] = o.stocks[at]
        s.others_deliveries[k] = o.others[k]
        s.others_stocks[k] = o.others[k]
    for p in range(w.p):
        s.tiers[p] = c.tiers[p]
        s.voices[p] = s.deliveries[VOICE * w.p + p]
    for v in range(w.futures):
        s.beliefs[v] = f.prior[v]
    s.threat[0] = o.threat_level[0]
    fill(s.incidents, 1, 0.0)
    fill(s.shortfall, 1, 0.0)
    fill(s.inducement, w.p, 0.0)
    fill(s.pressure, w.p, 0.0)
    fill(s.trade_cut, w.p, 0.0)
    fill(s.reward_due, w.p, 0.0)
    fill(s.designated_until, w.sanctions, 0.0)
