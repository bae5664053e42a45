"""The exponential function of a row of numbers, to the last bit or the one before.

eˣ = 2ⁿ eʳ with n = ⌊x/ln 2⌉ and a polynomial in r (Cody and Waite 1980). NumPy and the libraries of
C each have their own last bit; this one is the same on every machine.
"""

from typing import Any

from numba.extending import overload

from .lanes import DOUBLE, Lanes, bits, either, fused, jit, minimum, of_bits, where

_LOG2E = 1.4426950408889634
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
_Q0, _Q1 = 0.5000000000000001, 0.1666666666666667
_Q2, _Q3 = 0.04166666666662416, 0.008333333333326141
_Q4, _Q5 = 0.0013888888917198757, 0.00019841269874802374
_Q6, _Q7 = 2.4801521319615554e-05, 2.755725542362447e-06
_Q8, _Q9 = 2.7620077041765494e-07, 2.510520717094936e-08
_S0, _S1, _S2 = 0.5, 0.166665763, 0.0416664667
_S3, _S4 = 0.00836317521, 0.00139336439


def beyond_line(r: Lanes) -> Lanes:
    """(eʳ − 1 − r)/r² for |r| ≤ ln 2/2."""
    raise NotImplementedError  # it is compiled code only


def _in_double(r: Lanes) -> Lanes:
    square = r * r
    fourth = square * square
    low = fused(fused(_Q3, r, _Q2), square, fused(_Q1, r, _Q0))
    high = fused(fused(_Q7, r, _Q6), square, fused(_Q5, r, _Q4))
    return fused(fused(fused(_Q9, r, _Q8), fourth, high), fourth, low)


def _in_single(r: Lanes) -> Lanes:
    square = r * r
    return fused(fused(_S4, square, fused(_S3, r, _S2)), square, fused(_S1, r, _S0))


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
    # times 2ⁿ, in the exponent
    result = of_bits(bits(whole) + (bits(shifted) << either(x, _FRACTION, _FRACTION_SINGLE)))
    return where(x < either(x, _LEAST, _LEAST_SINGLE), 0.0, result)
