"""Named sections of one buffer: how compiled code finds its arrays by name.

A `Book` says which sections there are and of what kind; a `Table` says how long they are in one
world and where they begin. In compiled code an opened book has an attribute for each section,
``q.salience[k]``, and costs no more to hand on than two addresses.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable
from numpy.typing import NDArray

from .lanes import DOUBLES, INTEGERS, WIDTH, lanes, widen, words

Opened = Any
"""What annotations of compiled functions call an opened book."""
Rows = Any
"""What they call one of its sections."""

_ELEMENT = {
    "lanes": (lanes, DOUBLES, WIDTH),
    "words": (words, INTEGERS, WIDTH),
    "floats": (types.float64, ir.DoubleType(), 1),
    "ints": (types.int64, ir.IntType(64), 1),
    "float": (types.float64, ir.DoubleType(), 1),
    "int": (types.int64, ir.IntType(64), 1),
}
"""Kind → type of an element, its form in the machine, and how many words of eight bytes it has."""
_ALONE = ("float", "int")
"""Kinds of which a section is one number."""


@dataclass(frozen=True)
class Book:
    """Sections by name, in their order, each described by its kind and its axes: ``lanes kp``."""

    name: str
    sections: Mapping[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each section."""
        return tuple(text.partition(" ")[0] for text in self.sections.values())


class Table:
    """Where the sections of a book lie for given lengths of axes, in words of eight bytes.

    Attributes:
        book: what is laid out.
        shapes: of each section, lanes apart.
        starts: where each section begins. size: of all together.
    """

    def __init__(self, book: Book, length: Mapping[str, int]) -> None:
        length = {str(n): n for n in range(10)} | dict(length)
        self.book = book
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.starts: dict[str, int] = {}
        self.size = 0
        for name, text in book.sections.items():
            kind, _, axes = text.partition(" ")
            self.shapes[name] = tuple([length[axis] for axis in axes])
            self.starts[name] = self.size
            self.size += _ELEMENT[kind][2] * prod(self.shapes[name])
            self.size += -self.size % WIDTH  # lanes begin cache lines

    def row(self, name: str) -> int:
        """Return where a section of lanes begins, in rows of lanes."""
        return self.starts[name] // WIDTH

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each section begins, in bytes, in the order of the book."""
        return 8 * np.array(list(self.starts.values()), dtype=np.int64)

    def section(self, buffer: NDArray[np.float64], name: str) -> NDArray[Any]:
        """Return a section of a buffer (…, words) as an array (…, elements[, WIDTH])."""
        kind = self.book.sections[name].partition(" ")[0]
        size, width = prod(self.shapes[name]), _ELEMENT[kind][2]
        start = self.starts[name]
        cut = buffer[..., start : start + size * width]
        if kind in ("int", "ints"):
            cut = cut.view(np.int64)
        elif kind == "words":
            cut = cut.view(np.uint64)
        return cut.reshape(*buffer.shape[:-1], size, WIDTH) if width > 1 else cut


def buffer(*shape: int) -> NDArray[np.float64]:
    """Return an uninitialised array whose first element begins a cache line."""
    size = prod(shape)
    raw = np.empty(size + WIDTH)
    skip = (-raw.ctypes.data // 8) % WIDTH
    return raw[skip : skip + size].reshape(shape)


class RowsType(types.Type):
    """The address of the first element of a section."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"Rows({kind})")


@register_model(RowsType)
class _RowsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: RowsType) -> None:
        super().__init__(manager, type_, ir.IntType(8).as_pointer())


def _address(builder: Any, rows: Any, kind: str, index: Any) -> Any:
    _, native, width = _ELEMENT[kind]
    offset = builder.mul(index, ir.IntType(64)(8 * width))
    return builder.bitcast(builder.gep(rows, [offset]), native.as_pointer())


@type_callable(operator.getitem)
def _typing_getitem(context: Any) -> Any:
    def typer(rows: Any, index: Any) -> Any:
        if isinstance(rows, RowsType) and isinstance(index, types.Integer):
            return _ELEMENT[rows.kind][0]
        return None

    return typer


@lower_builtin(operator.getitem, RowsType, types.Integer)
def _lower_getitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    index = context.cast(builder, args[1], sig.args[1], types.int64)
    return builder.load(_address(builder, args[0], sig.args[0].kind, index), align=8)


@type_callable(operator.setitem)
def _typing_setitem(context: Any) -> Any:
    def typer(rows: Any, index: Any, value: Any) -> Any:
        if isinstance(rows, RowsType) and isinstance(index, types.Integer):
            fits = value == _ELEMENT[rows.kind][0] or isinstance(value, types.Number)
            return types.void if fits and (rows.kind != "words" or value == words) else None
        return None

    return typer


def _lower_setitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    kind = sig.args[0].kind
    element = _ELEMENT[kind][0]
    index = context.cast(builder, args[1], sig.args[1], types.int64)
    value = args[2]
    if sig.args[2] != element:
        if element == lanes:
            value = widen(context, builder, value, sig.args[2], lanes)
        else:
            value = context.cast(builder, value, sig.args[2], element)
    builder.store(value, _address(builder, args[0], kind, index), align=8)
    return context.get_dummy_value()


lower_builtin(operator.setitem, RowsType, types.Integer, type(lanes))(_lower_setitem)
lower_builtin(operator.setitem, RowsType, types.Integer, type(words))(_lower_setitem)
lower_builtin(operator.setitem, RowsType, types.Integer, types.Number)(_lower_setitem)


@intrinsic
def put_where(typing: Any, rows: Any, index: Any, mask: Any, value: Any) -> Any:
    """Write a row of lanes where a mask holds: ``rows[index] = where(mask, value, rows[index])``.

    Adding 0 to what stays keeps LLVM from making it a masked store, which some machines take long
    for; −0 becomes 0.
    """

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = _address(builder, args[0], sig.args[0].kind, args[1])
        value = widen(context, builder, args[3], sig.args[3], lanes)
        zero = ir.Constant(DOUBLES, [0.0] * WIDTH)
        stays = builder.fadd(builder.load(place, align=8), zero)
        builder.store(builder.select(args[2], value, stays), place, align=8)
        return context.get_dummy_value()

    return types.void(rows, types.int64, mask, value), emit


@type_callable(operator.add)
def _typing_add(context: Any) -> Any:
    def typer(rows: Any, count: Any) -> Any:
        if isinstance(rows, RowsType) and isinstance(count, types.Integer):
            return rows
        return None

    return typer


@lower_builtin(operator.add, RowsType, types.Integer)
def _lower_add(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    count = context.cast(builder, args[1], sig.args[1], types.int64)
    width = _ELEMENT[sig.args[0].kind][2]
    return builder.gep(args[0], [builder.mul(count, ir.IntType(64)(8 * width))])


@intrinsic
def rows_of(typing: Any, array: Any) -> Any:
    """The rows of lanes of a whole array, which must outlive them."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        holder = context.make_array(sig.args[0])(context, builder, args[0])
        return builder.bitcast(holder.data, ir.IntType(8).as_pointer())

    return RowsType("lanes")(array), emit


@intrinsic
def cells(typing: Any, rows: Any) -> Any:
    """The numbers of rows of lanes, one after the other: lane j of row i is [WIDTH·i + j]."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return args[0]

    return RowsType("floats")(rows), emit


class BookType(types.Type):
    """An opened book: where its buffer and its offsets are."""

    def __init__(self, book: Book) -> None:
        self.names = tuple(book.sections)
        self.kinds = book.kinds
        super().__init__(f"Book({book.name})")


@register_model(BookType)
class _BookModel(models.StructModel):
    def __init__(self, manager: Any, type_: BookType) -> None:
        members = [("base", types.voidptr), ("offsets", types.CPointer(types.int64))]
        super().__init__(manager, type_, members)


@infer_getattr
class _BookAttributes(AttributeTemplate):
    key = BookType

    def generic_resolve(self, book: BookType, name: str) -> Any:
        if name not in book.names:
            return None
        kind = book.kinds[book.names.index(name)]
        return _ELEMENT[kind][0] if kind in _ALONE else RowsType(kind)


@lower_getattr_generic(BookType)
def _lower_section(context: Any, builder: Any, book: BookType, value: Any, name: str) -> Any:
    place = book.names.index(name)
    base = builder.extract_value(value, 0)
    offsets = builder.extract_value(value, 1)
    offset = _constant(builder, builder.gep(offsets, [ir.IntType(64)(place)]))
    start = builder.gep(base, [offset])
    kind = book.kinds[place]
    if kind in _ALONE:
        return _constant(builder, builder.bitcast(start, _ELEMENT[kind][1].as_pointer()))
    return start


def _constant(builder: Any, address: Any) -> Any:
    """Load what nobody ever writes to while compiled code runs."""
    value = builder.load(address)
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def opener(book: Book, first: int) -> Any:
    """Return the compiled function that opens a book: (buffer, offsets) → opened book.

    Its offsets are those from `first` on. Both arrays must outlive what is opened.
    """
    kind = BookType(book)

    @intrinsic
    def opened(typing: Any, buffer: Any, offsets: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            holder = context.make_array(sig.args[0])(context, builder, args[0])
            places = context.make_array(sig.args[1])(context, builder, args[1])
            result = context.make_helper(builder, kind)
            result.base = builder.bitcast(holder.data, ir.IntType(8).as_pointer())
            result.offsets = builder.gep(places.data, [ir.IntType(64)(first)])
            return result._getvalue()

        return kind(buffer, offsets), emit

    return opened


@intrinsic
def moved(typing: Any, book: Any, count: Any) -> Any:
    """The same sections of a buffer that begins `count` words of eight bytes further on."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        result = context.make_helper(builder, sig.args[0], value=args[0])
        result.base = builder.gep(result.base, [builder.mul(args[1], ir.IntType(64)(8))])
        return result._getvalue()

    return book(book, types.int64), emit
