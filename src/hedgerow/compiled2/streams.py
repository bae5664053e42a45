"""Named random streams, by the counters of `hedgerow.model2.streams`."""

from typing import Any

from ..compiled.philox import philox4x32, uniforms
from ..model2.streams import Purpose
from .elementary import normal
from .lanes import Lanes, Words, jit

RING = int(Purpose.RING)
ACTS = int(Purpose.ACTS)
VISIT = int(Purpose.VISIT)
LABEL = int(Purpose.LABEL)
ANSWER = int(Purpose.ANSWER)
WORTH = int(Purpose.WORTH)
EFFECT = int(Purpose.EFFECT)
MOVE = int(Purpose.MOVE)
OPTION = int(Purpose.OPTION)
ORDERS = int(Purpose.ORDERS)
SIZE = int(Purpose.SIZE)
SUPPLIER = int(Purpose.SUPPLIER)
FLOW = int(Purpose.FLOW)
POSITION = int(Purpose.POSITION)
PROVOKED = int(Purpose.PROVOKED)
_LOW = 0xFFFFFFFF


@jit
def draw(h: Any, purpose: int, round_: int, code: int) -> tuple[Lanes, Lanes]:
    """Two uniforms of each replicate: `streams.Streams` for one code."""
    replicate = h.g.replicate[0]
    zero = replicate ^ replicate
    return uniforms_of(h, purpose, round_, zero | (code & _LOW), replicate)


@jit
def uniforms_of(
    h: Any, purpose: int, round_: int, code: Words, replicate: Words
) -> tuple[Lanes, Lanes]:
    """Two uniforms of a code and a replicate in each lane."""
    low = replicate & _LOW
    high = (replicate >> 32) | (purpose << 24)
    zero = low ^ low
    return uniforms(*philox4x32(low, high, code, zero | (round_ & _LOW), h.w.key0, h.w.key1))


@jit
def draw_normal(h: Any, purpose: int, round_: int, code: int) -> Lanes:
    """A standard normal number of each replicate."""
    u, v = draw(h, purpose, round_, code)
    return normal(u, v)
