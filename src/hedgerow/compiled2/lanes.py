"""What compiled code calculates with: `hedgerow.compiled.lanes`, in double precision."""

from typing import Any

from ..compiled.lanes import (
    DOUBLE,
    Lanes,
    Mask,
    Words,
    absolute,
    any_of,
    bits,
    finite,
    inlined,
    jit,
    kept,
    lane,
    maximum,
    minimum,
    number_of,
    of_bits,
    packed,
    spliced,
    splat,
    where,
    width,
    with_lane,
)
from ..compiled.lanes import _function as function_of_llvm

__all__ = [
    "DOUBLE",
    "Lanes",
    "Mask",
    "Words",
    "absolute",
    "any_of",
    "bits",
    "constants",
    "finite",
    "function_of_llvm",
    "inlined",
    "jit",
    "lane",
    "maximum",
    "minimum",
    "number_of",
    "of_bits",
    "packed",
    "splat",
    "spliced",
    "where",
    "width",
    "with_lane",
]


def constants(name: str, values: tuple[float, ...]) -> Any:
    """Return the compiled function (like, place) → one of some constants, in every lane."""
    return kept(f"second.{name}", values, values)
