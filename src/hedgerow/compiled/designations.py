"""Step 6 of a round, sanctions that fall: `hedgerow.model.designations` for one country."""

from ..model.designations import _SLACK
from ..model.parameters import ARMS, ENERGY, ROUNDS_A_YEAR, TRADE
from .books import Opened, put_where
from .incidents import chance
from .lanes import Lanes, Mask, any_of, either, floor, jit, maximum, rint, where
from .rules import COARSE
from .terms import immunity_gap, openness


@jit
def hazard(w: Opened, q: Opened, f: Opened, s: Opened, pair: int) -> Lanes:
    """Mirror `designations.hazard`."""
    target, partners = w.target[pair], w.p
    open_ = openness(q, s, pair, target, partners)
    arms = s.counts[ARMS * partners + target] * w.step[ARMS]
    trade = s.counts[TRADE * partners + target] * w.step[TRADE]
    energy = s.counts[ENERGY * partners + target] * w.step[ENERGY]
    dealings = arms + q.sanction_trade[pair] * open_ * trade
    dealings = dealings + q.sanction_energy[pair] * open_ * energy
    daring = immunity_gap(q, f, s, w.sanctioner[pair])
    return q.hazard[pair] * q.enforcement[pair] * daring * dealings


@jit
def strikes(w: Opened, q: Opened, f: Opened, s: Opened, pair: int, round_: int, u: Lanes) -> Mask:
    """Where a pair of sanctioner and target designates the country this round."""
    free = s.designated_until[pair] <= round_
    return free & (u < chance(hazard(w, q, f, s, pair)))


@jit
def designate(w: Opened, q: Opened, s: Opened, pair: int, round_: int, hit: Mask) -> None:
    """Let a designation cut ties, and those in force the returns of trade."""
    sanctioner = w.sanctioner[pair]
    if any_of(hit):
        at = TRADE * w.p + sanctioner
        kept = floor(s.counts[at] * (1.0 - q.cut[pair]) + either(w, _SLACK, COARSE))
        put_where(s.counts, at, hit, kept)
        until = round_ + rint(q.duration[pair] * ROUNDS_A_YEAR)
        put_where(s.designated_until, pair, hit, until)
    cut = where(s.designated_until[pair] > round_, q.cut[pair], 0.0)
    s.trade_cut[sanctioner] = maximum(s.trade_cut[sanctioner], cut)
