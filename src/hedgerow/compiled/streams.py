"""Named random streams, by the counters of `hedgerow.model.streams`."""

from ..model.streams import Purpose
from .books import Opened
from .lanes import Lanes, jit
from .philox import philox4x32, uniforms

INCIDENT = int(Purpose.INCIDENT)
VISIT = int(Purpose.VISIT)
CHOICE = int(Purpose.CHOICE)
MOVE = int(Purpose.MOVE)
DESIGNATION = int(Purpose.DESIGNATION)
_LOW = 0xFFFFFFFF


@jit
def draw(w: Opened, g: Opened, round_: int, code: int, purpose: int) -> tuple[Lanes, Lanes]:
    """Two uniforms of each replicate: `hedgerow.model.streams.draw` for one code."""
    low = g.replicate[0] & _LOW
    high = (g.replicate[0] >> 32) | (purpose << 24)
    zero = low ^ low
    return uniforms(
        *philox4x32(low, high, zero | (code & _LOW), zero | (round_ & _LOW), w.key0, w.key1)
    )
