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
        lagged = q["lag"][k] > 0.0
        piped = pipeline and bool(lagged.any())
        filled = x[k] * np.minimum(q["capacity"][k], 1.0) if piped else x[k]
        pace = np.where(lagged, DT / np.maximum(q["lag"][k], DT), 1.0) if piped else None
        _advance(
            s.deliveries[k], s.stocks[k], filled, pace, DT * q["turnover"][k] if slow else None
        )
        _advance(
            s.others_deliveries[k],
            s.others_stocks[k],
            q["others"][k],
            pace,
            DT * q["turnover"][k] if slow else None,
        )


def _advance(
    deliveries: Floats, stock: Floats, orders: Floats, pace: Floats | None, turnover: Floats | None
) -> None:
    """Move one instrument in place; None stands for at once."""
    if pace is None:
        deliveries[:] = orders
    else:
        deliveries += pace * (orders - deliveries)
    if turnover is None:
        stock[:] = deliveries
    else:
        stock += turnover * (deliveries - stock)
