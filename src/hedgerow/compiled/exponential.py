"""The exponential function of a row of numbers, to the last bit or the one before.

eˣ = 2ⁿ eʳ with n = ⌊x/ln 2⌉ and a polynomial in r (Cody and Waite 1980). NumPy and the libraries of
C each have their own last bit; this one is the same on every machine.
"""

from typing import Any

from numba.extending import overload

from .lanes import DOUBLE, Lanes, bits, either, fused, inlined, jit, kept, minimum, of_bits, where

_LOG2E, _LN2 = 1.4426950408889634, 0.6931471805599453
# ln 2 in two parts: in double precision n times the first is exact
_LN2_HIGH, _LN2_HIGH_SINGLE = 0.6931471803691238, 0.6931471824645996
_LN2_LOW, _LN2_LOW_SINGLE = 1.9082149292705877e-10, -1.904654299957768e-09
# 1.5 · 2⁵² or 1.5 · 2²³: adding it rounds to a whole number in the low bits
_SHIFT, _SHIFT_SINGLE = 6755399441055744.0, 12582912.0
_FRACTION, _FRACTION_SINGLE = 52, 23  # bits below the exponent of a number
_LEAST, _LEAST_SINGLE = -708.0, -87.0
_MOST, _MOST_SINGLE = 709.0, 88.0

# (eʳ − 1 − r)/r² on |r| ≤ ln 2/2, its power series economised by Chebyshev polynomials to an error
# of 1.3e-17 of eʳ, in single precision of 1.1e-8.
_Q = (
    *(0.5000000000000001, 0.1666666666666667, 0.04166666666662416, 0.008333333333326141),
    *(0.0013888888917198757, 0.00019841269874802374, 2.4801521319615554e-05),
    *(2.755725542362447e-06, 2.7620077041765494e-07, 2.510520717094936e-08),
)
_S = (0.5, 0.166665763, 0.0416664667, 0.00836317521, 0.00139336439)
q = kept("exponential", _Q, _S)

# The same with fewer terms, which least of all leave an error in eʳ: 1.6e-14, in single precision
# as above. (Remez 1934)
_W = (
    *(0.4999999999966457, 0.16666666667264712, 0.04166666696207096, 0.008333333095240468),
    *(0.001388881117490698, 0.00019841538973775082, 2.4880794389478063e-05, 2.74930810748644e-06),
)
w = kept("weight", _W, _S)


def beyond_line(r: Lanes) -> Lanes:
    """(eʳ − 1 − r)/r² for |r| ≤ ln 2/2."""
    raise NotImplementedError  # it is compiled code only


def _in_double(r: Lanes) -> Lanes:
    square = r * r
    fourth = square * square
    low = fused(fused(q(r, 3), r, q(r, 2)), square, fused(q(r, 1), r, q(r, 0)))
    high = fused(fused(q(r, 7), r, q(r, 6)), square, fused(q(r, 5), r, q(r, 4)))
    return fused(fused(fused(q(r, 9), r, q(r, 8)), fourth, high), fourth, low)


def _in_single(r: Lanes) -> Lanes:
    square = r * r
    return fused(
        fused(q(r, 4), square, fused(q(r, 3), r, q(r, 2))), square, fused(q(r, 1), r, q(r, 0))
    )


@overload(beyond_line, jit_options={"error_model": "numpy", "forceinline": True})
def _beyond_line(r: Any) -> Any:
    return _in_double if r.precision == DOUBLE else _in_single


@jit
def exp(x: Lanes) -> Lanes:
    """eˣ: 0 below −708 (−87), where it would lose bits, no more than e⁷⁰⁹ (e⁸⁸); NaN of NaN."""
    x = minimum(x, either(x, _MOST, _MOST_SINGLE))
    shift = either(x, _SHIFT, _SHIFT_SINGLE)
    shifted = fused(x, _LOG2E, shift)
    n = shifted - shift
    r = fused(n, -either(x, _LN2_HIGH, _LN2_HIGH_SINGLE), x)
    r = fused(n, -either(x, _LN2_LOW, _LN2_LOW_SINGLE), r)
    whole = 1.0 + fused(r * r, beyond_line(r), r)
    return where(x < either(x, _LEAST, _LEAST_SINGLE), 0.0, scaled(whole, shifted))


@inlined
def scaled(whole: Lanes, shifted: Lanes) -> Lanes:
    """2ⁿ times a number, in its exponent; n lies in the low bits of `shifted`."""
    return of_bits(bits(whole) + (bits(shifted) << either(whole, _FRACTION, _FRACTION_SINGLE)))


def weight(x: Lanes) -> Lanes:
    """eˣ of what is not positive, to 2 + |x|/100 units of 10⁻¹⁴ of itself; 0 of −∞ and of NaN.

    In half the time of `exp`: weights of options come by the hundred, one waiting for the other.
    """
    raise NotImplementedError  # it is compiled code only


def _weight_in_double(x: Lanes) -> Lanes:
    shifted = fused(x, _LOG2E, _SHIFT)
    r = fused(shifted - _SHIFT, -_LN2, x)
    square = r * r
    low = fused(fused(w(r, 3), r, w(r, 2)), square, fused(w(r, 1), r, w(r, 0)))
    high = fused(fused(w(r, 7), r, w(r, 6)), square, fused(w(r, 5), r, w(r, 4)))
    whole = fused(square, fused(high, square * square, low), 1.0 + r)
    return where(x >= _LEAST, scaled(whole, shifted), 0.0)


def _weight_in_single(x: Lanes) -> Lanes:
    shifted = fused(x, _LOG2E, _SHIFT_SINGLE)
    r = fused(shifted - _SHIFT_SINGLE, -_LN2, x)
    square = r * r
    high = fused(w(r, 4), square, fused(w(r, 3), r, w(r, 2)))
    low = fused(w(r, 1), r, w(r, 0))
    whole = fused(square, fused(high, square, low), 1.0 + r)
    return where(x >= _LEAST_SINGLE, scaled(whole, shifted), 0.0)


@overload(weight, jit_options={"error_model": "numpy", "forceinline": True})
def _weight(x: Any) -> Any:
    return _weight_in_double if x.precision == DOUBLE else _weight_in_single
