"""Numbers of eight replicates at once, as a type that compiled code calculates with.

A `Lanes` holds one number of each of `WIDTH` replicates and becomes vector instructions; what is
written for it reads like what is written for one number. All lanes go through the same
instructions, whether or not there are replicates in them: what a replicate yields cannot depend on
its place in a block or on the size of the block. Nothing is fused or reordered.

A `Mask` is what comparing gives. A `Words` holds whole numbers without a sign, for random numbers.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

WIDTH = 8

Lanes = Any
Mask = Any
Words = Any
"""What annotations of compiled functions call the types below."""

DOUBLES = ir.VectorType(ir.DoubleType(), WIDTH)
BITS = ir.VectorType(ir.IntType(1), WIDTH)
INTEGERS = ir.VectorType(ir.IntType(64), WIDTH)


def _vector(name: str, native: ir.Type) -> types.Type:
    """Return a new type of compiled code that is a vector of the machine."""
    kind = type(name, (types.Type,), {"__init__": lambda self: types.Type.__init__(self, name)})

    class Model(models.PrimitiveModel):
        def __init__(self, manager: Any, type_: Any) -> None:
            super().__init__(manager, type_, native)

    register_model(kind)(Model)
    return kind()


lanes = _vector("Lanes", DOUBLES)
mask = _vector("Mask", BITS)
words = _vector("Words", INTEGERS)


def _splat(builder: Any, value: Any, native: ir.VectorType) -> Any:
    """The same number in every lane."""
    one = builder.insert_element(ir.Constant(native, ir.Undefined), value, ir.IntType(32)(0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(native, ir.Undefined), order)


def widen(context: Any, builder: Any, value: Any, given: Any, vector: Any) -> Any:
    """A lane-wise operand as it is, a scalar one in every lane."""
    if given == vector:
        return value
    scalar, native = (types.float64, DOUBLES) if vector == lanes else (types.uint64, INTEGERS)
    return _splat(builder, context.cast(builder, value, given, scalar), native)


def _operation(symbol: Any, vector: Any, result: Any, emit: Callable[[Any, Any, Any], Any]) -> None:
    """Let a binary operator work on vectors, and on a vector and a number."""

    @type_callable(symbol)
    def typing(context: Any) -> Any:
        def typer(left: Any, right: Any) -> Any:
            pair = {left, right}
            if vector in pair and all(t == vector or isinstance(t, types.Number) for t in pair):
                return result
            return None

        return typer

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        left, right = (
            widen(context, builder, value, given, vector)
            for value, given in zip(args, sig.args, strict=True)
        )
        return emit(builder, left, right)

    lower_builtin(symbol, type(vector), type(vector))(lower)
    if vector != mask:
        lower_builtin(symbol, type(vector), types.Number)(lower)
        lower_builtin(symbol, types.Number, type(vector))(lower)


def _arithmetic(name: str) -> Callable[[Any, Any, Any], Any]:
    return lambda builder, left, right: getattr(builder, name)(left, right)


def _comparison(sign: str) -> Callable[[Any, Any, Any], Any]:
    return lambda builder, left, right: builder.fcmp_ordered(sign, left, right)


for _symbol, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _operation(_symbol, lanes, lanes, _arithmetic(_name))
for _symbol, _name in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
):
    _operation(_symbol, lanes, mask, _comparison(_name))
_operation(operator.ne, lanes, mask, lambda builder, a, b: builder.fcmp_unordered("!=", a, b))
for _symbol, _name in ((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor")):
    _operation(_symbol, mask, mask, _arithmetic(_name))
    _operation(_symbol, words, words, _arithmetic(_name))
for _symbol, _name in (
    (operator.add, "add"),
    (operator.sub, "sub"),
    (operator.mul, "mul"),
    (operator.lshift, "shl"),
    (operator.rshift, "lshr"),
):
    _operation(_symbol, words, words, _arithmetic(_name))


@type_callable(operator.neg)
def _typing_neg(context: Any) -> Any:
    return lambda value: lanes if value == lanes else None


@lower_builtin(operator.neg, type(lanes))
def _lower_neg(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


@type_callable(operator.invert)
def _typing_invert(context: Any) -> Any:
    return lambda value: mask if value == mask else None


@lower_builtin(operator.invert, type(mask))
def _lower_invert(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.not_(args[0])


def _number(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    return widen(context, builder, args[place], sig.args[place], lanes)


@intrinsic
def splat(typing: Any, value: Any) -> Any:
    """A number in every lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _number(context, builder, sig, args, 0)

    return lanes(value), emit


@intrinsic
def where(typing: Any, condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the mask holds, else `no`."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        yes, no = (_number(context, builder, sig, args, place) for place in (1, 2))
        return builder.select(args[0], yes, no)

    return lanes(condition, yes, no), emit


@intrinsic
def maximum(typing: Any, a: Any, b: Any) -> Any:
    """The larger of two, NaN where `a` is NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_number(context, builder, sig, args, place) for place in (0, 1))
        return builder.select(builder.fcmp_ordered(">", b, a), b, a)

    return lanes(a, b), emit


@intrinsic
def minimum(typing: Any, a: Any, b: Any) -> Any:
    """The smaller of two, NaN where `a` is NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_number(context, builder, sig, args, place) for place in (0, 1))
        return builder.select(builder.fcmp_ordered("<", b, a), b, a)

    return lanes(a, b), emit


def _llvm(builder: Any, name: str) -> Any:
    """An intrinsic function of LLVM of one vector, such as ``llvm.floor``."""
    kind = ir.FunctionType(DOUBLES, [DOUBLES])
    return cgutils.get_or_insert_function(builder.module, kind, f"{name}.v{WIDTH}f64")


def _function(name: str) -> Any:
    """An intrinsic of LLVM that works lane by lane."""

    @intrinsic
    def call(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.call(_llvm(builder, name), args)

        return lanes(value), emit

    return call


floor = _function("llvm.floor")
rint = _function("llvm.rint")  # to even, as NumPy
absolute = _function("llvm.fabs")


@intrinsic
def fused(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c, rounded once."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(DOUBLES, [DOUBLES] * 3)
        call = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{WIDTH}f64")
        return builder.call(call, [_number(context, builder, sig, args, at) for at in range(3)])

    return lanes(a, b, c), emit


@intrinsic
def any_of(typing: Any, condition: Any) -> Any:
    """Tell whether a mask holds in any lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        packed = builder.bitcast(args[0], ir.IntType(WIDTH))
        return builder.icmp_unsigned("!=", packed, ir.Constant(packed.type, 0))

    return types.boolean(condition), emit


@intrinsic
def packed(typing: Any, condition: Any) -> Any:
    """A mask as a whole number: bit j is lane j."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], ir.IntType(WIDTH))
        return builder.zext(bits, ir.IntType(64))

    return types.int64(condition), emit


@intrinsic
def finite(typing: Any, value: Any) -> Any:
    """Tell where a number is neither infinite nor NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        size = builder.call(_llvm(builder, "llvm.fabs"), args)
        return builder.fcmp_ordered("<", size, ir.Constant(DOUBLES, [float("inf")] * WIDTH))

    return mask(value), emit


@intrinsic
def bits(typing: Any, value: Any) -> Any:
    """The bits of each double."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], INTEGERS)

    return words(value), emit


@intrinsic
def doubles(typing: Any, value: Any) -> Any:
    """The doubles that have these bits."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], DOUBLES)

    return lanes(value), emit


@intrinsic
def numbers(typing: Any, value: Any) -> Any:
    """Whole numbers below 2⁵³ as doubles."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.uitofp(args[0], DOUBLES)

    return lanes(value), emit


@intrinsic
def lane(typing: Any, value: Any, place: Any) -> Any:
    """The number in one lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], args[1])

    return types.float64(value, types.int64), emit


@intrinsic
def with_lane(typing: Any, value: Any, place: Any, number: Any) -> Any:
    """The same numbers but for one lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.insert_element(args[0], args[2], args[1])

    return lanes(value, types.int64, types.float64), emit


def jit(function: Callable[..., Any]) -> Any:
    """Compile a function that other compiled functions call. Division follows IEEE 754."""
    return njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function that is called so often that the calls themselves would cost."""
    return njit(
        error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True
    )(function)


def spliced(function: Callable[..., Any]) -> Any:
    """Compile a function as a part of the one that calls it: for those called from one place.

    LLVM works on a function anew for each that calls it, directly or not; this keeps that short.
    """
    return njit(error_model="numpy", inline="always")(function)
