"""Step 7 of a round: the pipeline from orders to deliveries, and the trunk of slow stocks.

z ← z + Δt (cap·x − z)/L and s ← s + η Δt (z − s). Orders, deliveries and arsenal are three things
(S2:9, S3:63): what a supplier cannot make is not delivered.
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .state import State


def settle(world: Structure, q: Frame, s: State) -> None:
    """Move deliveries and stocks of all partners, and of suppliers outside politics, one round."""
    x = s.counts * world.step[:, None, None]
    pipeline = "pipeline" in world.processes
    slow = "stocks" in world.processes
    for k in range(x.shape[0]):
        lag = q["lag"][k] if pipeline else None
        turnover = q["turnover"][k] if slow else None
        _advance(s.deliveries[k], s.stocks[k], x[k], q["capacity"][k], lag, turnover)
        _advance(s.others_deliveries[k], s.others_stocks[k], q["others"][k], None, lag, turnover)


def _advance(
    deliveries: Floats,
    stock: Floats,
    orders: Floats,
    capacity: Floats | None,
    lag: Floats | None,
    turnover: Floats | None,
) -> None:
    """Move one instrument in place; a lag of 0 or None, and a turnover of None, mean at once."""
    if lag is None or not lag.any():
        deliveries[:] = orders
    else:
        filled = orders if capacity is None else orders * np.minimum(capacity, 1.0)
        piped = deliveries + (DT / np.maximum(lag, DT)) * (filled - deliveries)
        deliveries[:] = np.where(lag > 0.0, piped, orders)
    if turnover is None:
        stock[:] = deliveries
    else:
        stock += DT * turnover * (deliveries - stock)
