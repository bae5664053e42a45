"""Named random streams, by the counters of `hedgerow.model.streams`."""

from typing import Any

from ..model.streams import Purpose
from .books import Rows, cells, word_cells
from .elementary import gumbel, normal
from .lanes import WIDTH, Lanes, Mask, Words, inlined, jit, lane, packed
from .philox import Counter, four, philox4x32, uniforms

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


@inlined
def counter(purpose: int, round_: int, code: Words, replicate: Words) -> Counter:
    """The counter of a code and a replicate in each lane."""
    zero = code ^ code
    return replicate, (replicate >> 32) | (purpose << 24), code, zero | round_


@jit
def uniforms_of(
    h: Any, purpose: int, round_: int, code: Words, replicate: Words
) -> tuple[Lanes, Lanes]:
    """Two uniforms of a code and a replicate in each lane."""
    return uniforms(philox4x32(counter(purpose, round_, code, replicate), h.w.keys))


@jit
def draw(h: Any, purpose: int, round_: int, code: int) -> tuple[Lanes, Lanes]:
    """Two uniforms of each replicate: `streams.Streams` for one code."""
    replicate = h.g.replicate[0]
    return uniforms_of(h, purpose, round_, (replicate ^ replicate) | code, replicate)


@jit
def draw_all(
    h: Any, purpose: int, round_: int, codes: Rows, count: int, into: Rows, apart: int
) -> None:
    """Write two uniforms of each of some codes, the second `apart` rows after the first: `draw`."""
    replicate, last = h.g.replicate[0], count - 1
    zero = replicate ^ replicate
    for i in range(0, count, 4):
        j, k, m = min(i + 1, last), min(i + 2, last), min(i + 3, last)
        drawn = four(
            counter(purpose, round_, zero | codes[i], replicate),
            counter(purpose, round_, zero | codes[j], replicate),
            counter(purpose, round_, zero | codes[k], replicate),
            counter(purpose, round_, zero | codes[m], replicate),
            h.w.keys,
        )
        into[i], into[i + apart] = uniforms(drawn[0])
        into[j], into[j + apart] = uniforms(drawn[1])
        into[k], into[k + apart] = uniforms(drawn[2])
        into[m], into[m + apart] = uniforms(drawn[3])


@jit
def draw_normal(h: Any, purpose: int, round_: int, code: int) -> Lanes:
    """A standard normal number of each replicate."""
    u, v = draw(h, purpose, round_, code)
    return normal(u, v)


@jit
def gumbels(h: Any, purpose: int, round_: int, codes: Rows, options: int, asking: Mask) -> None:
    """Write a Gumbel number of each code into ``t.luck`` where a replicate asks.

    Few replicates ask at once, so that a row of draws is filled with the codes of each. What others
    find there is not meant for them.
    """
    t = h.t
    found, filled = packed(asking), 0
    replicates, drawn = word_cells(t.draw_replicate), word_cells(t.draw_code)
    given = word_cells(h.g.replicate)
    for j in range(WIDTH):
        if found >> j & 1:
            for i in range(options):
                replicates[filled] = given[j]
                drawn[filled] = codes[i]
                t.draw_cell[filled] = WIDTH * i + j
                filled += 1
                if filled == WIDTH:
                    _scatter(h, purpose, round_, filled)
                    filled = 0
    if filled:
        _scatter(h, purpose, round_, filled)


@jit
def _scatter(h: Any, purpose: int, round_: int, filled: int) -> None:
    """Draw a row of Gumbel numbers and write each to its option and replicate."""
    t = h.t
    u, _ = uniforms_of(h, purpose, round_, t.draw_code[0], t.draw_replicate[0])
    into, first = cells(t.luck), gumbel(u)
    for i in range(filled):
        into[t.draw_cell[i]] = lane(first, i)
