"""Named random streams: who draws what for which purpose, and nobody shifts anybody's numbers.

The counter is (replicate, round, code, purpose), the key the seed. A code is the hash of a
country, of a country and a partner, of a question, or of the path of a parameter. A scenario that
gains a partner, an instrument or a country therefore leaves the numbers of every other stream as
they were. Outcomes do change: a move is drawn from the whole menu by one number, and from a menu
that has grown, or stands in another order, the same number draws another move.
"""

import hashlib
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .philox import philox4x32, uniforms


class Purpose(IntEnum):
    """What a random number is for. Values are part of the format: never renumber."""

    PRIOR = 1
    SHOCK = 2
    INCIDENT = 3
    VISIT = 4
    CHOICE = 5
    MOVE = 6
    DESIGNATION = 7


@lru_cache(maxsize=2**14)
def code_of(text: str) -> int:
    """Return the 32-bit code of a country, question or path (first bytes of its SHA-256)."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")


def key_of(seed: int) -> tuple[int, int]:
    """Return the two key words of a seed, a whole number in [0, 2⁶⁴)."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= seed < 2**64:
        raise ValueError(f"a seed lies in [0, 2**64), not {seed}")
    seed = int(seed)
    return seed & 0xFFFFFFFF, seed >> 32


def draw(
    seed: int,
    replicates: NDArray[np.uint64],
    round_: NDArray | int,
    codes: NDArray | int,
    purpose: Purpose,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two independent uniforms in [0, 1) for every (round, code, replicate).

    `round_`, `codes` and `replicates` broadcast; the results have their common shape.
    """
    replicate = np.asarray(replicates, dtype=np.uint64)
    # The purpose shares a word with the high part of the replicate, so that 2⁵⁶ replicates fit.
    high = (replicate >> np.uint64(32)) | np.uint64(int(purpose) << 24)
    low = replicate & np.uint64(0xFFFFFFFF)
    code, stamp = np.array(codes, np.uint64, ndmin=1), np.array(round_, np.uint64, ndmin=1)
    return uniforms(philox4x32((low, high, code, stamp), key_of(seed)))
