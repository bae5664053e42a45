"""Named random streams: who draws what for which purpose, and nobody shifts anybody's numbers.

The counter is (replicate, round, code, purpose), the key the seed. A code is the hash of what is
chosen or of who is concerned, never its place in a file; so a scenario that gains a partner, an
instrument or a country leaves the numbers of all others as they were.
"""

import hashlib
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats
from .philox import philox4x32, uniforms


class Purpose(IntEnum):
    """What a random number is for. Values are part of the format: never renumber."""

    PRIOR = 1
    SHOCK = 2
    RING = 3
    ACTS = 4
    VISIT = 5
    LABEL = 6
    ANSWER = 7
    WORTH = 8
    EFFECT = 9
    ORDER_OF_DESKS = 10
    MOVE = 11
    OPTION = 12
    ORDERS = 13
    SIZE = 14
    SUPPLIER = 15
    FLOW = 16
    POSITION = 17
    START = 18
    PROVOKED = 19
    PATH = 20


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


def codes_of(names: list) -> NDArray[np.uint64]:
    """Return the codes of texts in nested lists, with a last axis of 1 for replicates."""
    flat = np.array([code_of(name) for name in np.ravel(names)], dtype=np.uint64)
    return flat.reshape(*np.shape(names), 1)


def coded(text: str, **axes: Sequence[str] | range) -> NDArray[np.uint64]:
    """Return the codes of a text for all that may stand in its places, an axis for each of them.

    ``coded("{i}|{k}", k=("arms", "energy"), i=("VNM",))`` has codes of ``VNM|arms`` and
    ``VNM|energy``, and the shape (2, 1).
    """
    each = (dict(zip(axes, one, strict=True)) for one in product(*axes.values()))
    flat = np.array([code_of(text.format(**one)) for one in each], dtype=np.uint64)
    return flat.reshape([len(axis) for axis in axes.values()])


class Streams:
    """The uniforms of one block of replicates."""

    def __init__(self, seed: int, replicates: NDArray[np.uint64]) -> None:
        self.key = key_of(seed)
        self.replicates = np.asarray(replicates, dtype=np.uint64)

    def __call__(
        self,
        purpose: Purpose,
        round_: int,
        codes: NDArray[np.uint64],
        replicates: NDArray[np.uint64] | None = None,
    ) -> tuple[Floats, Floats]:
        """Two independent uniforms in [0, 1) for every code and replicate, broadcast together.

        Args:
            codes: (…, 1), or (…, C) where `replicates` (C,) are given for each column.
        """
        mine = self.replicates if replicates is None else replicates
        high = (mine >> np.uint64(32)) | np.uint64(int(purpose) << 24)
        low = mine & np.uint64(0xFFFFFFFF)
        stamp = np.array(round_, np.uint64, ndmin=1)
        return uniforms(philox4x32((low, high, codes, stamp), self.key))

    def by_country(
        self, purpose: Purpose, round_: int, codes: NDArray[np.uint64]
    ) -> tuple[Floats, Floats]:
        """Uniforms for codes (…, N, 1), countries flattened with replicates: two (…, D)."""
        first, second = self(purpose, round_, codes)
        shape = (*codes.shape[:-2], -1)
        return first.reshape(shape), second.reshape(shape)

    def of_columns(
        self, purpose: Purpose, round_: int, codes: NDArray[np.uint64], columns: NDArray[np.intp]
    ) -> tuple[Floats, Floats]:
        """As `by_country`, codes (…, N), in some columns (C,) of it alone: two (…, C)."""
        country, which = np.divmod(columns, self.replicates.size)
        return self(purpose, round_, codes[..., country], self.replicates[which])


_TINY = 2.0**-54
"""Used in place of a uniform of exactly 0, so that no logarithm is infinite."""


def gumbel(u: Floats) -> Floats:
    """Standard Gumbel numbers of uniforms: the largest of V + G is a logit choice from V."""
    return -np.log(-np.log(np.maximum(u, _TINY)))


def normal(u: Floats, v: Floats) -> Floats:
    """Standard normal numbers of two uniforms (Box and Muller 1958)."""
    return np.sqrt(-2.0 * np.log(np.maximum(u, _TINY))) * np.cos(2.0 * np.pi * v)
