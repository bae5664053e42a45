"""Numbers of some replicates at once, as a type that compiled code calculates with.

A `Lanes` holds one number of each of eight replicates; it becomes vector instructions, and what is
written for it reads like what is written for one number. All lanes go through the same
instructions, whether or not there are replicates in them: what a replicate yields cannot depend on
its place in a block or on the size of the block. Nothing is reordered or fused.

A `Mask` is what comparing gives. A `Words` holds whole numbers of 64 bits without a sign: random
numbers, or what numbers look like in memory.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

Lanes = Any
Mask = Any
Words = Any
"""What annotations of compiled functions call the types below."""


WIDTH = 8
"""Replicates in a row of lanes, which fills a cache line of 64 bytes."""


def vector(element: ir.Type) -> ir.VectorType:
    """A vector of the machine with an element of each replicate."""
    return ir.VectorType(element, WIDTH)


class VectorType(types.Type):
    """A vector of the machine: `scalar` is the type of one element and of numbers that meet it."""

    def __init__(self, kind: str, scalar: Any, native: ir.Type) -> None:
        self.scalar, self.native = scalar, vector(native)
        super().__init__(kind)


class LanesType(VectorType):
    """Numbers of replicates."""


class MaskType(VectorType):
    """Whether something holds, for each replicate."""


class WordsType(VectorType):
    """Whole numbers of replicates, or numbers as they look in memory."""


LANES = LanesType("Lanes", types.float64, ir.DoubleType())
MASK = MaskType("Mask", types.boolean, ir.IntType(1))
WORDS = WordsType("Words", types.uint64, ir.IntType(64))


class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: VectorType) -> None:
        super().__init__(manager, type_, type_.native)


for _kind in (LanesType, MaskType, WordsType):
    register_model(_kind)(_Model)


def _splat(builder: Any, value: Any, native: ir.VectorType) -> Any:
    """The same number in every lane."""
    one = builder.insert_element(ir.Constant(native, ir.Undefined), value, ir.IntType(32)(0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), native.count), [0] * native.count)
    return builder.shuffle_vector(one, ir.Constant(native, ir.Undefined), order)


def widen(context: Any, builder: Any, value: Any, given: Any, vector: VectorType) -> Any:
    """A lane-wise operand as it is, a scalar one in every lane."""
    if given == vector:
        return value
    return _splat(builder, context.cast(builder, value, given, vector.scalar), vector.native)


def _fit(given: tuple[Any, ...], kind: VectorType) -> bool:
    """Tell whether one of some types is a vector, and the others it or plain numbers."""
    return kind in given and all(one == kind or isinstance(one, types.Number) for one in given)


def _operation(
    symbol: Any, kind: VectorType, result: VectorType, emit: Callable[[Any, Any, Any], Any]
) -> None:
    """Let a binary operator work on vectors, and on a vector and a number."""

    @type_callable(symbol)
    def typing(context: Any) -> Any:
        return lambda left, right: result if _fit((left, right), kind) else None

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        left, right = (
            widen(context, builder, value, given, kind)
            for value, given in zip(args, sig.args, strict=True)
        )
        return emit(builder, left, right)

    own = type(kind)
    lower_builtin(symbol, own, own)(lower)
    if kind is not MASK:
        lower_builtin(symbol, own, types.Number)(lower)
        lower_builtin(symbol, types.Number, own)(lower)


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
    _operation(_symbol, LANES, LANES, _arithmetic(_name))
for _symbol, _name in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
):
    _operation(_symbol, LANES, MASK, _comparison(_name))
_operation(operator.ne, LANES, MASK, lambda builder, a, b: builder.fcmp_unordered("!=", a, b))
for _symbol, _name in ((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor")):
    _operation(_symbol, MASK, MASK, _arithmetic(_name))
    _operation(_symbol, WORDS, WORDS, _arithmetic(_name))
for _symbol, _name in (
    (operator.add, "add"),
    (operator.sub, "sub"),
    (operator.mul, "mul"),
    (operator.lshift, "shl"),
    (operator.rshift, "lshr"),
):
    _operation(_symbol, WORDS, WORDS, _arithmetic(_name))


def _of_one(symbol: Any, kind: VectorType, name: str) -> None:
    """Let an operator of one operand work on vectors of a kind."""

    @type_callable(symbol)
    def typing(context: Any) -> Any:
        return lambda value: value if value == kind else None

    @lower_builtin(symbol, type(kind))
    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, name)(args[0])


_of_one(operator.neg, LANES, "fneg")
_of_one(operator.invert, MASK, "not_")


def _number(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    return widen(context, builder, args[place], sig.args[place], LANES)


@intrinsic
def splat(typing: Any, value: Any) -> Any:
    """A number in every lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _number(context, builder, sig, args, 0)

    return LANES(value), emit


def constants(name: str, given: tuple[float, ...]) -> Any:
    """Return the compiled function (place) → one of some constants, in every lane.

    They lie in memory under a name of their own, from where instructions take them as they are.
    Other constants are first spread over the lanes, each time anew where registers are short.
    """

    @intrinsic
    def constant(typing: Any, place: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            module, called = builder.module, f"hedgerow.{name}"
            if called not in module.globals:
                table = ir.GlobalVariable(module, ir.ArrayType(LANES.native, len(given)), called)
                rows = [ir.Constant(LANES.native, [value] * WIDTH) for value in given]
                table.initializer = ir.Constant(table.value_type, rows)
                table.linkage = "weak"  # or LLVM would take the numbers for what they are
                table.align = 64
            zero = ir.IntType(64)(0)
            return builder.load(builder.gep(module.globals[called], [zero, args[0]]), align=64)

        return LANES(types.int64), emit

    return constant


@intrinsic
def where(typing: Any, condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the mask holds, else `no`."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        yes, no = (_number(context, builder, sig, args, place) for place in (1, 2))
        return builder.select(args[0], yes, no)

    return LANES(condition, yes, no), emit


def _extreme(sign: str) -> Any:
    @intrinsic
    def extreme(typing: Any, a: Any, b: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            a, b = (_number(context, builder, sig, args, place) for place in (0, 1))
            return builder.select(builder.fcmp_ordered(sign, b, a), b, a)

        return LANES(a, b), emit

    return extreme


maximum = _extreme(">")
"""The larger of two, NaN where the first is NaN."""
minimum = _extreme("<")
"""The smaller of two, NaN where the first is NaN."""


def function_of_llvm(name: str) -> Any:
    """An intrinsic of LLVM that works lane by lane, such as ``llvm.floor``."""

    @intrinsic
    def call(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            kind = ir.FunctionType(LANES.native, [LANES.native])
            called = f"{name}.v{WIDTH}f64"
            return builder.call(cgutils.get_or_insert_function(builder.module, kind, called), args)

        return value(value), emit

    return call


absolute = function_of_llvm("llvm.fabs")


def _of_bits_of(work: Callable[[Any, Any], Any], doc: str) -> Any:
    """The function of a mask as a whole number: bit j is lane j."""

    @intrinsic
    def call(typing: Any, condition: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.zext(
                work(builder, builder.bitcast(args[0], ir.IntType(WIDTH))), ir.IntType(64)
            )

        return types.int64(condition), emit

    call.__doc__ = doc
    return call


packed = _of_bits_of(lambda builder, found: found, "A mask as a whole number: bit j is lane j.")
first = _of_bits_of(
    lambda builder, found: builder.cttz(found, ir.IntType(1)(1)),
    "The number of the first lane in which a mask holds; it does in one.",
)


def _in_memory(result: VectorType, doc: str) -> Any:
    """The function that takes what a vector looks like in memory for another vector."""

    @intrinsic
    def call(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.bitcast(args[0], result.native)

        return result(value), emit

    call.__doc__ = doc
    return call


bits = _in_memory(WORDS, "The bits of each number.")
of_bits = _in_memory(LANES, "The numbers that have these bits.")


@intrinsic
def numbers(typing: Any, value: Any) -> Any:
    """Whole numbers below 2⁵³ as lanes."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.uitofp(args[0], LANES.native)

    return LANES(value), emit


@intrinsic
def lane(typing: Any, value: Any, place: Any) -> Any:
    """The number in one lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], args[1])

    return value.scalar(value, types.int64), emit


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


@inlined
def any_of(condition: Mask) -> bool:
    """Tell whether a mask holds in any lane."""
    return packed(condition) != 0


@inlined
def finite(value: Lanes) -> Mask:
    """Tell where a number is neither infinite nor NaN."""
    return absolute(value) < float("inf")
