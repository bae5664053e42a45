"""The exponential function of eight numbers at once, to the last bit or the one before.

eˣ = 2ⁿ eʳ with n = ⌊x/ln 2⌉ and a polynomial in r (Cody and Waite 1980). NumPy and the libraries of
C each have their own last bit; this one is the same on every machine.
"""

from .lanes import Lanes, bits, doubles, fused, jit, minimum, where

_LOG2E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238  # the upper 33 bits: n · _LN2_HIGH is exact
_LN2_LOW = 1.9082149292705877e-10
_SHIFT = 6755399441055744.0  # 1.5 · 2⁵²: adding it rounds to a whole number in the low bits
_LEAST, _MOST = -708.0, 709.0

# (eʳ − 1 − r)/r² on |r| ≤ ln 2/2, its power series economised by Chebyshev polynomials to an error
# of 1.3e-17 of eʳ.
_Q0, _Q1 = 0.5000000000000001, 0.1666666666666667
_Q2, _Q3 = 0.04166666666662416, 0.008333333333326141
_Q4, _Q5 = 0.0013888888917198757, 0.00019841269874802374
_Q6, _Q7 = 2.4801521319615554e-05, 2.755725542362447e-06
_Q8, _Q9 = 2.7620077041765494e-07, 2.510520717094936e-08


@jit
def exp(x: Lanes) -> Lanes:
    """eˣ: 0 below −708, where it would lose bits, no more than e⁷⁰⁹ above; NaN of NaN."""
    x = minimum(x, _MOST)
    shifted = fused(x, _LOG2E, _SHIFT)
    n = shifted - _SHIFT
    r = fused(n, -_LN2_LOW, fused(n, -_LN2_HIGH, x))
    square = r * r
    fourth = square * square
    low = fused(fused(_Q3, r, _Q2), square, fused(_Q1, r, _Q0))
    high = fused(fused(_Q7, r, _Q6), square, fused(_Q5, r, _Q4))
    q = fused(fused(fused(_Q9, r, _Q8), fourth, high), fourth, low)
    whole = 1.0 + fused(square, q, r)
    result = doubles(bits(whole) + (bits(shifted) << 52))  # times 2ⁿ, in the exponent
    return where(x < _LEAST, 0.0, result)
