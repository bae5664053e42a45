"""Numbers of some replicates at once, as a type that compiled code calculates with.

A `Lanes` holds one number of each of eight replicates; it becomes vector instructions, and what is
written for it reads like what is written for one number. All lanes go through the same
instructions, whether or not there are replicates in them: what a replicate yields cannot depend on
its place in a block or on the size of the block. Nothing is reordered or fused.

A `Mask` is what comparing gives. A `Words` holds whole numbers of 64 bits without a sign, for
random numbers; a `Bits` what numbers look like in memory.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

Lanes = Any
Mask = Any
Words = Any
"""What annotations of compiled functions call the types below."""


@dataclass(frozen=True)
class Precision:
    """How exactly compiled code calculates.

    Attributes:
        name: as users know it.
        bits: of a number.
        width: replicates in a row of lanes, which fills a cache line of 64 bytes.
    """

    name: str
    bits: int
    width: int

    @property
    def number(self) -> Any:
        """The type of a number in compiled code."""
        return types.float64 if self.bits == 64 else types.float32

    @property
    def dtype(self) -> Any:
        """The type of a number in NumPy."""
        return np.dtype(f"f{self.bits // 8}")

    @property
    def native(self) -> ir.Type:
        """The form of a number in the machine."""
        return ir.DoubleType() if self.bits == 64 else ir.FloatType()

    def vector(self, element: ir.Type) -> ir.VectorType:
        """A vector of the machine with an element of each replicate."""
        return ir.VectorType(element, self.width)


DOUBLE = Precision("double", 64, 8)


class VectorType(types.Type):
    """A vector of the machine, of some precision."""

    kind: ClassVar[str]

    def __init__(self, precision: Precision) -> None:
        self.precision = precision
        super().__init__(f"{self.kind}({precision.name})")

    @property
    def scalar(self) -> Any:
        """The type of one element, and of plain numbers that meet it."""
        return self.precision.number

    @property
    def native(self) -> ir.VectorType:
        """Its form in the machine."""
        return self.precision.vector(self.precision.native)


class LanesType(VectorType):
    """Numbers of replicates."""

    kind = "Lanes"


class MaskType(VectorType):
    """Whether something holds, for each replicate."""

    kind = "Mask"
    scalar = types.boolean

    @property
    def native(self) -> ir.VectorType:
        """Its form in the machine."""
        return self.precision.vector(ir.IntType(1))


class WordsType(VectorType):
    """Whole numbers of replicates."""

    kind = "Words"
    scalar = types.uint64

    @property
    def native(self) -> ir.VectorType:
        """Its form in the machine."""
        return self.precision.vector(ir.IntType(64))


class BitsType(VectorType):
    """Numbers of replicates as they look in memory."""

    kind = "Bits"

    @property
    def scalar(self) -> Any:
        """The type of one element, and of plain numbers that meet it."""
        return types.uint64 if self.precision.bits == 64 else types.uint32

    @property
    def native(self) -> ir.VectorType:
        """Its form in the machine."""
        return self.precision.vector(ir.IntType(self.precision.bits))


class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: VectorType) -> None:
        super().__init__(manager, type_, type_.native)


for _kind in (LanesType, MaskType, WordsType, BitsType):
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


def _vector_of(given: tuple[Any, ...], kind: type[VectorType]) -> Any:
    """Return the one vector type of a kind among types that else are plain numbers, or nothing."""
    vectors = {one for one in given if isinstance(one, kind)}
    fit = all(isinstance(one, (kind, types.Number)) for one in given)
    return vectors.pop() if fit and len(vectors) == 1 else None


def _operation(symbol: Any, kind: Any, result: Any, emit: Callable[[Any, Any, Any], Any]) -> None:
    """Let a binary operator work on vectors, and on a vector and a number."""

    @type_callable(symbol)
    def typing(context: Any) -> Any:
        def typer(left: Any, right: Any) -> Any:
            vector = _vector_of((left, right), kind)
            return result(vector.precision) if vector else None

        return typer

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = _vector_of(sig.args, kind)
        left, right = (
            widen(context, builder, value, given, vector)
            for value, given in zip(args, sig.args, strict=True)
        )
        return emit(builder, left, right)

    lower_builtin(symbol, kind, kind)(lower)
    if kind is not MaskType:
        lower_builtin(symbol, kind, types.Number)(lower)
        lower_builtin(symbol, types.Number, kind)(lower)


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
    _operation(_symbol, LanesType, LanesType, _arithmetic(_name))
for _symbol, _name in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
):
    _operation(_symbol, LanesType, MaskType, _comparison(_name))
_operation(
    operator.ne, LanesType, MaskType, lambda builder, a, b: builder.fcmp_unordered("!=", a, b)
)
for _symbol, _name in ((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor")):
    _operation(_symbol, MaskType, MaskType, _arithmetic(_name))
    _operation(_symbol, WordsType, WordsType, _arithmetic(_name))
for _symbol, _name in (
    (operator.add, "add"),
    (operator.sub, "sub"),
    (operator.mul, "mul"),
    (operator.lshift, "shl"),
    (operator.rshift, "lshr"),
):
    _operation(_symbol, WordsType, WordsType, _arithmetic(_name))
    _operation(_symbol, BitsType, BitsType, _arithmetic(_name))


@type_callable(operator.neg)
def _typing_neg(context: Any) -> Any:
    return lambda value: value if isinstance(value, LanesType) else None


@lower_builtin(operator.neg, LanesType)
def _lower_neg(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


@type_callable(operator.invert)
def _typing_invert(context: Any) -> Any:
    return lambda value: value if isinstance(value, MaskType) else None


@lower_builtin(operator.invert, MaskType)
def _lower_invert(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.not_(args[0])


def _number(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    return widen(context, builder, args[place], sig.args[place], sig.return_type)


@intrinsic
def splat(typing: Any, value: Any, like: Any) -> Any:
    """A number in every lane, as exact as `like`."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _number(context, builder, sig, args, 0)

    return LanesType(like.precision)(value, like), emit


def constants(name: str, given: tuple[float, ...]) -> Any:
    """Return the compiled function (like, place) → one of some constants, in every lane.

    They lie in memory under a name of their own, from where instructions take them as they are.
    Other constants are first spread over the lanes, each time anew where registers are short.
    """

    @intrinsic
    def constant(typing: Any, like: Any, place: Any) -> Any:
        precision = like.precision
        native = precision.vector(precision.native)

        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            module, called = builder.module, f"hedgerow.{name}.{precision.name}"
            if called not in module.globals:
                table = ir.GlobalVariable(module, ir.ArrayType(native, len(given)), called)
                rows = [ir.Constant(native, [value] * precision.width) for value in given]
                table.initializer = ir.Constant(table.value_type, rows)
                table.linkage = "weak"  # or LLVM would take the numbers for what they are
                table.align = 64
            zero = ir.IntType(64)(0)
            return builder.load(builder.gep(module.globals[called], [zero, args[1]]), align=64)

        return LanesType(precision)(like, types.int64), emit

    return constant


@intrinsic
def width(typing: Any, like: Any) -> Any:
    """How many replicates there are in a row of lanes as exact as `like`."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.IntType(64)(sig.args[0].precision.width)

    return types.int64(like), emit


@intrinsic
def where(typing: Any, condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the mask holds, else `no`."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        yes, no = (_number(context, builder, sig, args, place) for place in (1, 2))
        return builder.select(args[0], yes, no)

    return LanesType(condition.precision)(condition, yes, no), emit


@intrinsic
def maximum(typing: Any, a: Any, b: Any) -> Any:
    """The larger of two, NaN where `a` is NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_number(context, builder, sig, args, place) for place in (0, 1))
        return builder.select(builder.fcmp_ordered(">", b, a), b, a)

    return _vector_of((a, b), LanesType)(a, b), emit


@intrinsic
def minimum(typing: Any, a: Any, b: Any) -> Any:
    """The smaller of two, NaN where `a` is NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_number(context, builder, sig, args, place) for place in (0, 1))
        return builder.select(builder.fcmp_ordered("<", b, a), b, a)

    return _vector_of((a, b), LanesType)(a, b), emit


def _llvm(builder: Any, name: str, precision: Precision, arguments: int = 1) -> Any:
    """An intrinsic function of LLVM of vectors, such as ``llvm.floor``."""
    vector = precision.vector(precision.native)
    kind = ir.FunctionType(vector, [vector] * arguments)
    name = f"{name}.v{precision.width}f{precision.bits}"
    return cgutils.get_or_insert_function(builder.module, kind, name)


def function_of_llvm(name: str) -> Any:
    """An intrinsic of LLVM that works lane by lane."""

    @intrinsic
    def call(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.call(_llvm(builder, name, sig.args[0].precision), args)

        return value(value), emit

    return call


absolute = function_of_llvm("llvm.fabs")


def _packed(builder: Any, condition: Any) -> Any:
    return builder.bitcast(condition, ir.IntType(condition.type.count))


@intrinsic
def any_of(typing: Any, condition: Any) -> Any:
    """Tell whether a mask holds in any lane."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        packed = _packed(builder, args[0])
        return builder.icmp_unsigned("!=", packed, ir.Constant(packed.type, 0))

    return types.boolean(condition), emit


@intrinsic
def packed(typing: Any, condition: Any) -> Any:
    """A mask as a whole number: bit j is lane j."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(_packed(builder, args[0]), ir.IntType(64))

    return types.int64(condition), emit


@intrinsic
def finite(typing: Any, value: Any) -> Any:
    """Tell where a number is neither infinite nor NaN."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = sig.args[0]
        size = builder.call(_llvm(builder, "llvm.fabs", vector.precision), args)
        endless = ir.Constant(vector.native, [float("inf")] * vector.precision.width)
        return builder.fcmp_ordered("<", size, endless)

    return MaskType(value.precision)(value), emit


@intrinsic
def bits(typing: Any, value: Any) -> Any:
    """The bits of each number."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], sig.return_type.native)

    return BitsType(value.precision)(value), emit


def _spread(builder: Any, whole: Any, native: ir.VectorType) -> Any:
    """Whole numbers below 2⁵³ of 64 bits as doubles; few machines have an instruction for that.

    Each half is written behind the leading bit of 2⁸⁴ or 2⁵², which then is taken away.
    """

    def same(value: Any) -> Any:
        return ir.Constant(whole.type, [value] * whole.type.count)

    high = builder.or_(builder.lshr(whole, same(32)), same(0x4530000000000000))
    low = builder.or_(builder.and_(whole, same(0xFFFFFFFF)), same(0x4330000000000000))
    away = ir.Constant(native, [2.0**84 + 2.0**52] * native.count)
    high = builder.fsub(builder.bitcast(high, native), away)
    return builder.fadd(high, builder.bitcast(low, native))


@intrinsic
def number_of(typing: Any, value: Any) -> Any:
    """Small whole numbers, from their bits, as lanes."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _spread(builder, args[0], sig.return_type.native)

    return LanesType(value.precision)(value), emit


@intrinsic
def of_bits(typing: Any, value: Any) -> Any:
    """The numbers that have these bits."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], sig.return_type.native)

    return LanesType(value.precision)(value), emit


@intrinsic
def numbers(typing: Any, value: Any) -> Any:
    """Whole numbers below 2⁵³ as lanes."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _spread(builder, args[0], sig.return_type.native)

    return LanesType(value.precision)(value), emit


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
