"""Exponential, logarithm, cosine: of our own, the same to the last bit on every machine.

NumPy and the libraries of C each have their own last bit. These are sums, products and quotients
alone, each rounded once as IEEE 754 says, in an order that no compiler changes; there is no fused
multiply-add in them, for not every machine (and no browser) has one.
"""

from .lanes import (
    Lanes,
    bits,
    constants,
    function_of_llvm,
    inlined,
    jit,
    maximum,
    minimum,
    numbers,
    of_bits,
    where,
)

sqrt = function_of_llvm("llvm.sqrt")
"""√x, which IEEE 754 rounds correctly."""

_SHIFT = 6755399441055744.0
"""1.5 · 2⁵²: adding it rounds to a whole number, in the low bits."""
_LOG2E = 1.4426950408889634
# ln 2 in two parts: n times the first is exact
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10

# (eʳ − 1 − r)/r² on |r| ≤ ln 2/2, its power series economised by Chebyshev polynomials to an error
# of 1.3e-17 of eʳ.
_exp = constants(
    "exp",
    (
        *(0.5000000000000001, 0.1666666666666667, 0.04166666666662416, 0.008333333333326141),
        *(0.0013888888917198757, 0.00019841269874802374, 2.4801521319615554e-05),
        *(2.755725542362447e-06, 2.7620077041765494e-07, 2.510520717094936e-08),
    ),
)


@jit
def exp(x: Lanes) -> Lanes:
    """eˣ within 2 units of the last place: 0 below −708, no more than e⁷⁰⁹; NaN of NaN.

    eˣ = 2ⁿ eʳ with n = ⌊x/ln 2⌉ and a polynomial in r (Cody and Waite 1980).
    """
    x = minimum(x, 709.0)
    shifted = x * _LOG2E + _SHIFT
    n = shifted - _SHIFT
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    square = r * r
    fourth = square * square
    low = (_exp(3) * r + _exp(2)) * square + (_exp(1) * r + _exp(0))
    high = (_exp(7) * r + _exp(6)) * square + (_exp(5) * r + _exp(4))
    tail = ((_exp(9) * r + _exp(8)) * fourth + high) * fourth + low
    whole = 1.0 + (square * tail + r)
    return where(x < -708.0, 0.0, of_bits(bits(whole) + (bits(shifted) << 52)))


# (ln((1 + s)/(1 − s)) − 2s)/s³ in s² on |s| ≤ .1716, error below 2⁻⁵⁸ (Sun's fdlibm, 1993).
_log = constants(
    "log",
    (
        *(0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784),
        *(0.1818357216161805, 0.15313837699209373, 0.14798198605116586),
    ),
)
_ROOT_HALF = 0x3FE6A09E00000000
_ONE = 0x3FF0000000000000


@jit
def log(x: Lanes) -> Lanes:
    """ln x within 1 unit of the last place, for normal numbers; −∞ of 0 and below."""
    there = x > 0.0
    raw = bits(where(there, x, 1.0))
    above = (raw + (_ONE - _ROOT_HALF)) >> 52
    n = numbers(above) - 1023.0
    f = of_bits(raw - ((above - 1023) << 52)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    fourth = z * z
    even = fourth * (_log(1) + fourth * (_log(3) + fourth * _log(5)))
    odd = z * (_log(0) + fourth * (_log(2) + fourth * (_log(4) + fourth * _log(6))))
    half = 0.5 * f * f
    rest = s * (half + (even + odd)) + n * _LN2_LOW
    return where(there, n * _LN2_HIGH - ((half - rest) - f), -float("inf"))


_sin = constants(
    "sin",
    (
        *(-0.16666666666666632, 0.00833333333332249, -0.0001984126982985795),
        *(2.7557313707070068e-06, -2.5050760253406863e-08, 1.58969099521155e-10),
    ),
)
_cos = constants(
    "cos",
    (
        *(0.0416666666666666, -0.001388888888887411, 2.480158728947673e-05),
        *(-2.7557314351390663e-07, 2.087572321298175e-09, -1.1359647557788195e-11),
    ),
)
_TURN = 6.283185307179586


@jit
def cos_of_turn(v: Lanes) -> Lanes:
    """cos 2πv for v in [0, 1), within 4e-16: polynomials on an eighth of a turn (fdlibm)."""
    n = (4.0 * v + _SHIFT) - _SHIFT
    r = (v - 0.25 * n) * _TURN
    z = r * r
    s = _sin(5)
    c = _cos(5)
    for at in range(4, -1, -1):
        s = s * z + _sin(at)
        c = c * z + _cos(at)
    sine = r + r * z * s
    cosine = 1.0 - (0.5 * z - z * z * c)
    odd = (n == 1.0) | (n == 3.0)
    size = where(odd, sine, cosine)
    return where((n == 1.0) | (n == 2.0), -size, size)


TINY = 2.0**-54
"""Used in place of a uniform of exactly 0, as in `model.streams`."""


@jit
def gumbel(u: Lanes) -> Lanes:
    return -log(-log(maximum(u, TINY)))


@jit
def normal(u: Lanes, v: Lanes) -> Lanes:
    return sqrt(-2.0 * log(maximum(u, TINY))) * cos_of_turn(v)


@inlined
def power(base: Lanes, exponent: Lanes) -> Lanes:
    """base^exponent for base ≥ 0 and exponent ≥ 0, 0⁰ = 1."""
    return where(exponent == 0.0, 1.0, exp(exponent * log(base)))
