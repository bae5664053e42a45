"""Philox4x32-10 for a row of replicates: the numbers of `hedgerow.model.philox`."""

from ..model import philox as model
from .lanes import Lanes, Words, jit, numbers

_M0, _M1 = int(model._M0), int(model._M1)
_W0, _W1 = model._W0, model._W1
_LOW = 0xFFFFFFFF
_ROUNDS = model.ROUNDS


@jit
def philox4x32(
    c0: Words, c1: Words, c2: Words, c3: Words, k0: int, k1: int
) -> tuple[Words, Words, Words, Words]:
    """Mirror `hedgerow.model.philox.philox4x32`; of the words the lower 32 bits count."""
    k0, k1 = k0 & _LOW, k1 & _LOW  # for compilers to see: products of longer numbers take longer
    for _ in range(_ROUNDS):
        p0 = (c0 & _LOW) * _M0
        p1 = (c2 & _LOW) * _M1
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1, (p0 >> 32) ^ c3 ^ k1, p0
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@jit
def uniform(high: Words, low: Words) -> Lanes:
    """A number in [0, 1): the first 53 bits of two words."""
    return numbers(((high << 32) | (low & _LOW)) >> 11) * 2.0**-53


@jit
def uniforms(c0: Words, c1: Words, c2: Words, c3: Words) -> tuple[Lanes, Lanes]:
    """Mirror `hedgerow.model.philox.uniforms`."""
    return uniform(c0, c1), uniform(c2, c3)
