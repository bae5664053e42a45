"""Step 7 of a round: the pipeline from orders to deliveries, and the trunk of slow stocks.

z ← z + Δt (cap·x − z)/L and s ← s + η Δt (z − s). Orders, deliveries and arsenal are three things
(S2:9, S3:63): what a supplier cannot make is not delivered.
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .portfolio import depth
from .state import State


def settle(world: Structure, q: Frame, s: State) -> None:
    """Move deliveries and stocks of all partners, and of suppliers outside politics, one round."""
    orders, others = depth(s.counts, world.step), q["others"]
    delivered: dict[int, tuple[Floats, Floats]] = {}
    if "pipeline" in world.processes:
        for k in q.lagged:
            lag = q["lag"][k]
            filled = orders[k] * np.minimum(q["capacity"][k], 1.0)
            delivered[k] = (
                _piped(s.deliveries[k], filled, orders[k], lag),
                _piped(s.others_deliveries[k], others[k], others[k], lag),
            )
    s.deliveries[:], s.others_deliveries[:] = orders, others
    for k, (partners, outsiders) in delivered.items():
        s.deliveries[k], s.others_deliveries[k] = partners, outsiders
    if "stocks" in world.processes:
        pace = DT * q["turnover"]
        s.stocks += pace[:, None] * (s.deliveries - s.stocks)
        s.others_stocks += pace * (s.others_deliveries - s.others_stocks)
    else:
        s.stocks[:], s.others_stocks[:] = s.deliveries, s.others_deliveries


def _piped(deliveries: Floats, filled: Floats, orders: Floats, lag: Floats) -> Floats:
    """Deliveries of one instrument after a round; where the lag is 0, orders come at once."""
    piped = deliveries + (DT / np.maximum(lag, DT)) * (filled - deliveries)
    return np.where(lag > 0.0, piped, orders)
