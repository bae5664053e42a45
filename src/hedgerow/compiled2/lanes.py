"""What compiled code calculates with: `hedgerow.compiled.lanes`, in double precision."""

from typing import Any

from numba.extending import intrinsic

from ..compiled.books import RowsType
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
    splat,
    spliced,
    where,
    width,
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
    "word_cells",
]


def constants(name: str, values: tuple[float, ...]) -> Any:
    """Return the compiled function (like, place) → one of some constants, in every lane."""
    return kept(f"second.{name}", values, values)


@intrinsic
def word_cells(typing: Any, rows: Any) -> Any:
    """The whole numbers of rows of words, one after the other: lane j of row i is [width·i + j]."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return args[0]

    return RowsType("ints", rows.precision)(rows), emit
