"""Philox4x32-10: random numbers as a pure function of a key and a counter.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11.
"""

import numpy as np
from numpy.typing import NDArray

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = 0x9E3779B9
_W1 = 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
ROUNDS = 10

Words = NDArray[np.uint64]


def philox4x32(
    counter: tuple[Words, Words, Words, Words], key: tuple[int, int]
) -> tuple[Words, Words, Words, Words]:
    """Return the four 32-bit words of each counter, held in uint64 arrays.

    Args:
        counter: four arrays that broadcast together, values below 2³².
        key: two integers below 2³².
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        p0 = c0 * _M0
        p1 = c2 * _M1
        c0, c1, c2, c3 = (
            (p1 >> _32) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _32) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0 = (k0 + _W0) & 0xFFFFFFFF
        k1 = (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def uniforms(words: tuple[Words, Words, Words, Words]) -> tuple[NDArray, NDArray]:
    """Turn four words into two independent doubles in [0, 1) of 53 bits each."""
    c0, c1, c2, c3 = words
    scale = 2.0**-53
    first = ((c0 << np.uint64(21)) | (c1 >> np.uint64(11))) * scale
    second = ((c2 << np.uint64(21)) | (c3 >> np.uint64(11))) * scale
    return first, second
