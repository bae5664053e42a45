"""The parts that compiled code is made of: lanes, books, random numbers, the exponential."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from hedgerow.compiled import lanes
from hedgerow.compiled.books import Book, Table, buffer, cells, moved, opener, put_where
from hedgerow.compiled.choice import choose
from hedgerow.compiled.exponential import exp, weight
from hedgerow.compiled.lanes import DOUBLE
from hedgerow.compiled.philox import philox4x32, uniforms
from hedgerow.model import choice, philox

WIDTH = DOUBLE.width

BOOK = Book(
    "tried",
    {
        "count": "int",
        "scale": "float",
        "step": "floats k",
        "order": "ints k",
        "x": "lanes kp",
        "y": "lanes kp",
        "words": "words 4",
        "result": "lanes r",
        "found": "ints r",
    },
)
LENGTH = {"k": 3, "p": 2, "r": 40}
TABLE = Table(BOOK, LENGTH)
open_tried = opener(BOOK, 0)
exact = {"error_model": "numpy"}


class Tried:
    """A buffer of the book, with its sections as arrays."""

    def __init__(self, **fields):
        self.buffer = buffer(TABLE.size)
        self.buffer[:] = 0.0
        for name, values in fields.items():
            self[name][:] = values

    def __getitem__(self, name):
        return TABLE.section(self.buffer, name)

    def run(self, function):
        function(self.buffer, TABLE.offsets)
        return self


@njit(**exact)
def elementwise(buffer, offsets):
    b = open_tried(buffer, offsets)
    x, y, r = b.x[0], b.y[0], b.result
    r[0], r[1], r[2], r[3] = x + y, x - y, x * y, x / y
    r[4], r[5], r[6], r[7] = x + b.scale, b.scale - x, 3 * x, 1.0 / y
    r[8], r[9] = lanes.maximum(x, y), lanes.minimum(x, y)
    r[10], r[11] = lanes.maximum(x, 0.0), lanes.minimum(x, 0.0)
    r[12], r[13], r[14] = -x, lanes.absolute(x), lanes.floor(x)
    r[15] = lanes.rint(x)
    r[16], r[17] = lanes.where(x < y, x, y), lanes.where(x <= y, 1.0, 0.0)
    r[18], r[19] = lanes.where(x > y, 1.0, 0.0), lanes.where(x >= y, 1.0, 0.0)
    r[20], r[21] = lanes.where(x == y, 1.0, 0.0), lanes.where(x != y, 1.0, 0.0)
    r[22] = lanes.where((x < y) & (x > 0.0), 1.0, 0.0)
    r[23] = lanes.where((x < y) | (x > 0.0), 1.0, 0.0)
    r[24] = lanes.where((x < y) ^ (x > 0.0), 1.0, 0.0)
    r[25] = lanes.where(~(x < y), 1.0, 0.0)
    r[26] = lanes.where(lanes.finite(x), 1.0, 0.0)
    r[27] = lanes.splat(b.scale, b)
    r[28] = lanes.with_lane(x, 2, 7.0)
    r[29] = 5.0
    r[30] = x
    put_where(r, 30, x < y, y)
    b.found[0] = lanes.packed(x < y)
    b.found[1] = 1 if lanes.any_of(x < y) else 0
    b.found[2] = 1 if lanes.lane(x, 3) == cells(b.x)[3] else 0


numbers = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 0.5, 1.5, 2.5, math.inf, -math.inf, math.nan]),
    st.floats(-1e6, 1e6),
)
eight = st.lists(numbers, min_size=WIDTH, max_size=WIDTH).map(np.array)


@settings(deadline=None)  # the first example compiles
@given(x=eight, y=eight, scale=st.floats(-10.0, 10.0))
def test_lanes_calculate_as_numpy_does(x, y, scale):
    tried = Tried(scale=scale)
    tried["x"][0], tried["y"][0] = x, y
    tried.run(elementwise)
    with np.errstate(all="ignore"):
        expected = [
            *(x + y, x - y, x * y, x / y, x + scale, scale - x, 3 * x, 1.0 / y),
            *(np.where(y > x, y, x), np.where(y < x, y, x)),
            *(np.where(x < 0, 0, x), np.where(x > 0, 0, x)),
            *(-x, np.abs(x), np.floor(x), np.rint(x), np.where(x < y, x, y)),
            *(x <= y, x > y, x >= y, x == y, x != y),
            *((x < y) & (x > 0), (x < y) | (x > 0), (x < y) ^ (x > 0), ~(x < y), np.isfinite(x)),
            *(np.full(WIDTH, scale), np.where(np.arange(WIDTH) == 2, 7.0, x), np.full(WIDTH, 5.0)),
            np.where(x < y, y, x),
        ]
    for row, want in enumerate(expected):
        np.testing.assert_array_equal(tried["result"][row], want, err_msg=str(row))
    mask = sum(1 << j for j in range(WIDTH) if x[j] < y[j])
    assert tried["found"][:3].tolist() == [mask, int(mask > 0), int(x[3] == x[3])]


@njit(**exact)
def through_a_book(buffer, offsets):
    b = open_tried(buffer, offsets)
    for k in range(b.count):
        row = b.x + b.order[k] * 2
        for p in range(2):
            b.y[k * 2 + p] = row[p] * b.step[k]
    after = moved(b, 3 * 8)  # everything three rows of lanes further on
    b.found[0] = 1 if lanes.lane(after.x[0], 0) == lanes.lane(b.x[3], 0) else 0


def test_a_book_finds_its_sections():
    x = np.arange(6.0 * WIDTH).reshape(6, WIDTH)
    tried = Tried(count=3, step=[1.0, 10.0, 100.0], order=[2, 0, 1], x=x).run(through_a_book)
    by_partner = x.reshape(3, 2, WIDTH)
    want = by_partner[[2, 0, 1]] * np.array([1.0, 10.0, 100.0])[:, None, None]
    np.testing.assert_array_equal(tried["y"], want.reshape(6, WIDTH))
    assert tried["found"][0] == 1
    assert all(start % WIDTH == 0 for start in TABLE.starts.values())
    assert tried.buffer.ctypes.data % 64 == 0


@njit(**exact)
def random_words(buffer, offsets):
    b = open_tried(buffer, offsets)
    words = b.words
    found = philox4x32(words[0], words[1], words[2], words[3], b.order[0], b.order[1])
    b.result[0], b.result[1] = uniforms(*found)


@settings(deadline=None)  # the first example compiles
@given(
    counter=st.lists(st.integers(0, 2**32 - 1), min_size=4 * WIDTH, max_size=4 * WIDTH),
    key=st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
)
def test_random_numbers_are_those_of_the_model(counter, key):
    counter = np.array(counter, dtype=np.uint64).reshape(4, WIDTH)
    tried = Tried(words=counter, order=[*key, 0]).run(random_words)
    first, second = philox.uniforms(philox.philox4x32(tuple(counter), key))
    np.testing.assert_array_equal(tried["result"][0], first)
    np.testing.assert_array_equal(tried["result"][1], second)


@njit(**exact)
def powers_of_e(buffer, offsets):
    b = open_tried(buffer, offsets)
    for row in range(6):
        b.y[row] = exp(b.x[row])


def exponentials(x):
    x = np.resize(np.asarray(x, dtype=float), (6, WIDTH))
    return x, Tried(x=x).run(powers_of_e)["y"]


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.floats(-708.0, 709.0), min_size=1, max_size=6 * WIDTH))
def test_the_exponential_is_right_to_about_the_last_bit(x):
    x, found = exponentials(x)
    with localcontext(prec=40):
        for value, got in zip(x.ravel().tolist(), found.ravel().tolist(), strict=True):
            error = abs(Decimal(got) - Decimal(value).exp())
            assert error <= Decimal("1.1") * Decimal(math.ulp(got))


def test_the_exponential_at_its_edges():
    _, found = exponentials([0.0, -0.0, -708.1, -1e300, -math.inf, math.nan, 800.0, 1e-320])
    assert found[0].tolist()[:5] == [1.0, 1.0, 0.0, 0.0, 0.0]
    assert math.isnan(found[0][5])
    assert found[0][6] == pytest.approx(math.exp(709.0))
    assert found[0][7] == 1.0


@njit(**exact)
def weights(buffer, offsets):
    b = open_tried(buffer, offsets)
    for row in range(6):
        b.y[row] = weight(b.x[row])


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.floats(-708.0, 0.0), min_size=1, max_size=6 * WIDTH))
def test_weights_are_right_to_what_they_promise(x):
    x = np.resize(np.asarray(x, dtype=float), (6, WIDTH))
    found = Tried(x=x).run(weights)["y"]
    with localcontext(prec=40):
        for value, got in zip(x.ravel().tolist(), found.ravel().tolist(), strict=True):
            wanted = Decimal(value).exp()
            assert abs(Decimal(got) - wanted) <= Decimal(2e-14 - 1e-16 * value) * wanted


def test_weights_at_their_edges():
    x = np.resize([0.0, -0.0, -708.1, -1e300, -math.inf, math.nan, -1e-320, 0.0], (6, WIDTH))
    found = Tried(x=x).run(weights)["y"]
    assert found[0].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_a_menu_that_left_the_reals_chooses_to_hold():
    tried = Tried()
    tried["x"][:5] = math.inf
    tried["x"][1:5, 4:] = math.nan
    tried["result"][1], tried["result"][2] = 1.0, 0.5
    assert (tried.run(chosen)["result"][0] == 0.0).all()


@njit(**exact)
def chosen(buffer, offsets):
    b = open_tried(buffer, offsets)
    b.result[0] = choose(b.x, b.y, 5, b.result[1], b.result[2])


@settings(deadline=None)  # the first example compiles
@given(
    values=st.lists(st.floats(-50.0, 50.0), min_size=5 * WIDTH, max_size=5 * WIDTH),
    feasible=st.lists(st.booleans(), min_size=5 * WIDTH, max_size=5 * WIDTH),
    sure=st.integers(0, 4),
    precision=st.sampled_from([0.0, 0.3, 1.0, 20.0, 1e6]),
    u=st.lists(
        st.one_of(st.sampled_from([0.0, 1 - 2.0**-53]), st.floats(0.0, 1.0, exclude_max=True)),
        min_size=WIDTH,
        max_size=WIDTH,
    ),
)
def test_choices_are_those_of_the_model(values, feasible, sure, precision, u):
    values = np.array(values).reshape(5, WIDTH)
    feasible = np.array(feasible).reshape(5, WIDTH)
    feasible[sure] = True
    u, precision = np.array(u), np.full(WIDTH, precision)
    shares = np.cumsum(choice.probabilities(values, feasible, precision), axis=0)
    edge = (np.abs(shares - u) < 1e-12).any(axis=0)  # there rounding may decide
    tried = Tried()
    tried["x"][:5] = np.where(feasible, values, -np.inf)
    tried["result"][1], tried["result"][2] = precision, u
    got = tried.run(chosen)["result"][0]
    want = choice.choose(values, feasible, precision, u)
    np.testing.assert_array_equal(got[~edge], want[~edge])
    assert feasible[got.astype(int), np.arange(WIDTH)].all()
