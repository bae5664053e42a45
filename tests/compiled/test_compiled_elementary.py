"""Exponential, logarithm, cosine and what is drawn with them, against long doubles."""

import numpy as np
import pytest
from numba import njit

from hedgerow.compiled import choice, elementary
from hedgerow.compiled.books import rows_of
from hedgerow.compiled.lanes import splat, where

HOLD = 0.3
"""The Gumbel number of holding."""


@njit(error_model="numpy")
def _played(which, x, y, result):
    first, second, into = rows_of(x), rows_of(y), rows_of(result)
    for i in range(x.size // 8):
        if which == 0:
            into[i] = elementary.exp(first[i])
        elif which == 1:
            into[i] = elementary.log(first[i])
        elif which == 2:
            into[i] = elementary.cos_of_turn(first[i])
        elif which == 3:
            into[i] = elementary.normal(first[i], second[i])
        elif which == 4:
            into[i] = elementary.gumbel(first[i])
        elif which == 5:
            into[i] = elementary.power(first[i], second[i])
        else:
            near = choice.may_win(first[i], second[i], choice.threshold(splat(HOLD)))
            into[i] = where(near, 1.0, 0.0)


NAMES = ("exp", "log", "cos", "normal", "gumbel", "power", "may_win")


def played(name, x, y=None):
    """A function of numbers, filled up to whole rows."""
    x = np.asarray(x, dtype=float)
    y = np.zeros(x.size) if y is None else np.asarray(y, dtype=float)
    size = 8 * -(-x.size // 8)
    x_, y_, result = np.resize(x, size), np.resize(y, size), np.empty(size)
    _played(NAMES.index(name), x_, y_, result)
    return result[: x.size]


RNG = np.random.default_rng(5)
UNIFORMS = RNG.random(100_000)


def units(found, exact):
    """Largest error in units of the last place."""
    return float(np.max(np.abs(found - exact) / np.spacing(np.abs(exact).astype(float))))


def test_exp_errs_by_less_than_two_units():
    x = np.concatenate([RNG.uniform(-700, 700, 100_000), RNG.uniform(-1, 1, 100_000)])
    assert units(played("exp", x), np.exp(x.astype(np.longdouble))) < 2.0


def test_exp_at_its_ends():
    found = played("exp", [0.0, -0.0, 1.0, -709.0, -np.inf, 800.0, np.nan])
    assert found[:2].tolist() == [1.0, 1.0]
    assert found[2] == pytest.approx(2.718281828459045, abs=5e-16)
    assert found[3:5].tolist() == [0.0, 0.0]
    assert 8e307 < found[5] < np.inf
    assert np.isnan(found[6])


def test_no_option_that_wins_is_passed_over_and_few_others_are_looked_at():
    log_weight, u = np.concatenate([RNG.uniform(-40, 5, 50_000), np.full(50_000, -2.0)]), UNIFORMS
    looked_at = played("may_win", log_weight, u) > 0.0
    assert looked_at[log_weight - np.log(-np.log(u)) > HOLD].all()
    # ln(1 − u) is at most 6.2 % of a number off
    assert not looked_at[np.exp(log_weight - HOLD) * 1.0616 < 1.0 - u].any()
    sure = played("may_win", [1e9, 800.0, 0.0, -800.0, -1e9, -np.inf], np.full(6, 0.5))
    assert sure.tolist() == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]


def test_log_errs_by_no_more_than_a_unit():
    x = np.concatenate([np.exp(RNG.uniform(-600, 600, 100_000)), RNG.uniform(0.5, 1.5, 100_000)])
    assert units(played("log", x), np.log(x.astype(np.longdouble))) < 1.01


def test_log_at_its_ends():
    found = played("log", [1.0, 0.0, -3.0, 2.0**-54, 0.5, 2.0])
    assert found[0] == 0.0
    assert (found[1:3] == -np.inf).all()
    assert found[3] == pytest.approx(-37.42994775023705, rel=1e-15)
    assert found[4] == -found[5] == pytest.approx(-0.6931471805599453, rel=1e-15)


def test_cosine_of_turns():
    exact = np.cos(UNIFORMS.astype(np.longdouble) * (8 * np.arctan(np.longdouble(1.0))))
    assert np.max(np.abs(played("cos", UNIFORMS) - exact)) < 4e-16
    eighths = played("cos", np.arange(8) / 8)
    half = 0.7071067811865476
    assert eighths.tolist() == [1.0, half, 0.0, -half, -1.0, -half, 0.0, half]


def test_normal_and_gumbel_numbers():
    u, v = UNIFORMS[:50_000], UNIFORMS[50_000:]
    exact = np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)
    np.testing.assert_allclose(played("normal", u, v), exact, rtol=0.0, atol=1e-14)
    np.testing.assert_allclose(played("gumbel", u), -np.log(-np.log(u)), rtol=1e-13, atol=1e-14)
    assert np.isfinite(played("gumbel", [0.0, 1.0 - 2.0**-53])).all()


def test_powers():
    found = played("power", [0.0, 0.0, 9.0, 2.0], [0.0, 0.4, 0.5, 10.0])
    np.testing.assert_allclose(found, [1.0, 0.0, 3.0, 1024.0], rtol=1e-14, atol=0.0)
