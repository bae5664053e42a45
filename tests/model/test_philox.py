"""Philox4x32-10 against its published vectors and a second implementation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.philox import philox, unit

from hedgerow.model.philox import philox4x32, uniforms

WORD = st.integers(0, 2**32 - 1)
ONES = 0xFFFFFFFF

# kat_vectors of Random123, "philox4x32 10".
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def words_of(counters, key):
    """The shipped words of a list of counters, as tuples of Python integers."""
    columns = tuple(np.array(column, dtype=np.uint64) for column in zip(*counters, strict=True))
    return [tuple(map(int, row)) for row in zip(*philox4x32(columns, key), strict=True)]


@pytest.mark.parametrize(("counter", "key", "expected"), PUBLISHED)
def test_published_vectors(counter, key, expected):
    assert words_of([counter], key) == [expected]
    assert philox(counter, key) == expected  # the reference of the other tests is right as well


@settings(max_examples=40, deadline=None)
@given(
    counters=st.lists(st.tuples(WORD, WORD, WORD, WORD), min_size=1, max_size=6),
    key=st.tuples(WORD, WORD),
)
def test_equals_plain_integers(counters, key):
    assert words_of(counters, key) == [philox(counter, key) for counter in counters]


def test_words_stay_below_two_to_the_32():
    rng = np.random.default_rng(1)
    counter = tuple(rng.integers(0, 2**32, 1000, dtype=np.uint64) for _ in range(4))
    for word in philox4x32(counter, (ONES, ONES)):
        assert word.dtype == np.uint64
        assert int(word.max()) < 2**32


def test_counters_broadcast():
    column = np.arange(3, dtype=np.uint64)[:, None]
    row = np.arange(4, dtype=np.uint64)[None, :]
    zero = np.zeros((1, 1), dtype=np.uint64)
    words = philox4x32((row, zero, column, zero), (5, 6))
    for i in range(3):
        for j in range(4):
            assert tuple(int(w[i, j]) for w in words) == philox((j, 0, i, 0), (5, 6))


@settings(max_examples=40, deadline=None)
@given(words=st.tuples(WORD, WORD, WORD, WORD))
def test_uniforms_take_the_top_53_bits(words):
    first, second = uniforms(tuple(np.array([w], dtype=np.uint64) for w in words))
    assert first[0] == unit(words[0], words[1])
    assert second[0] == unit(words[2], words[3])


def test_extreme_words():
    def of(*words):
        return [float(u[0]) for u in uniforms(tuple(np.array([w], np.uint64) for w in words))]

    assert of(0, 0, 0, 0) == [0.0, 0.0]
    assert of(ONES, ONES, ONES, ONES) == [1.0 - 2.0**-53, 1.0 - 2.0**-53]
    assert of(0, 1 << 11, 0, (1 << 11) - 1) == [2.0**-53, 0.0]  # last bit kept, next one dropped
    assert of(1 << 31, 0, 0, 0) == [0.5, 0.0]


def test_uniforms_look_uniform():
    size = 200_000
    zero = np.zeros(size, dtype=np.uint64)
    counter = (np.arange(size, dtype=np.uint64), zero, zero, zero)
    first, second = uniforms(philox4x32(counter, (1, 2)))
    for u in (first, second):
        assert u.min() >= 0.0
        assert u.max() < 1.0
        assert abs(u.mean() - 0.5) < 5 * np.sqrt(1 / 12 / size)
        assert abs(u.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / size)
        heard = np.bincount((u * 64).astype(int), minlength=64)
        chi_square = ((heard - size / 64) ** 2 / (size / 64)).sum()
        assert chi_square < 120.0  # 63 degrees of freedom: beyond once in 50 000
        odd = (u * 2.0**53).astype(np.uint64) & np.uint64(1)
        assert abs(float(odd.mean()) - 0.5) < 5 * 0.5 / np.sqrt(size)
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(size)
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 5 / np.sqrt(size)
