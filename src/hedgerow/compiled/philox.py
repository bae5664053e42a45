"""Philox4x32-10 for eight replicates at once: the numbers of `hedgerow.model.philox`."""

from ..model import philox as model
from .lanes import Lanes, Words, jit, numbers

_M0, _M1 = int(model._M0), int(model._M1)
_W0, _W1 = model._W0, model._W1
_LOW = 0xFFFFFFFF
_ROUNDS = model.ROUNDS
_SCALE = 2.0**-53


@jit
def philox4x32(
    c0: Words, c1: Words, c2: Words, c3: Words, k0: int, k1: int
) -> tuple[Words, Words, Words, Words]:
    """Mirror `hedgerow.model.philox.philox4x32`; the words are below 2³²."""
    for _ in range(_ROUNDS):
        p0 = c0 * _M0
        p1 = c2 * _M1
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _LOW, (p0 >> 32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@jit
def uniforms(c0: Words, c1: Words, c2: Words, c3: Words) -> tuple[Lanes, Lanes]:
    """Mirror `hedgerow.model.philox.uniforms`."""
    first = numbers((c0 << 21) | (c1 >> 11)) * _SCALE
    second = numbers((c2 << 21) | (c3 >> 11)) * _SCALE
    return first, second
