"""Philox4x32-10 for a row of replicates: the numbers of `hedgerow.model.philox`."""

from ..model import philox as model
from .books import Rows
from .lanes import Lanes, Words, inlined, jit, numbers

Counter = tuple[Words, Words, Words, Words]

_M0, _M1 = int(model._M0), int(model._M1)
_LOW = 0xFFFFFFFF
_ROUNDS = model.ROUNDS


@inlined
def turned(c: Counter, keys: Rows, turn: int) -> Counter:
    """One round of Philox; of words only the lower 32 bits are ever looked at."""
    p0, p1 = (c[0] & _LOW) * _M0, (c[2] & _LOW) * _M1
    first, second = keys[2 * turn], keys[2 * turn + 1]
    return (p1 >> 32) ^ c[1] ^ first, p1, (p0 >> 32) ^ c[3] ^ second, p0


@jit
def philox4x32(c: Counter, keys: Rows) -> Counter:
    """Mirror `hedgerow.model.philox.philox4x32`; of the words the lower 32 bits count."""
    for turn in range(_ROUNDS):
        c = turned(c, keys, turn)
    return c


@inlined
def four(
    a: Counter, b: Counter, c: Counter, d: Counter, keys: Rows
) -> tuple[Counter, Counter, Counter, Counter]:
    """`philox4x32` of four at once: while the products of one are awaited, others go on."""
    for turn in range(_ROUNDS):
        a, b = turned(a, keys, turn), turned(b, keys, turn)
        c, d = turned(c, keys, turn), turned(d, keys, turn)
    return a, b, c, d


@jit
def uniform(high: Words, low: Words) -> Lanes:
    """A number in [0, 1): the first 53 bits of two words."""
    return numbers(((high << 32) | (low & _LOW)) >> 11) * 2.0**-53


@jit
def uniforms(c: Counter) -> tuple[Lanes, Lanes]:
    return uniform(c[0], c[1]), uniform(c[2], c[3])


def keys_of(seed: tuple[int, int]) -> list[int]:
    """The two keys of each round, one after the other."""
    weyl = (model._W0, model._W1)
    return [
        (k + turn * w) & _LOW for turn in range(_ROUNDS) for k, w in zip(seed, weyl, strict=True)
    ]
