"""Named sections of one buffer: how compiled code finds its arrays by name.

A `Book` says which sections there are and of what kind; a `Table` says how long they are in one
world and where they begin. In compiled code an opened book has an attribute for each section,
``q.salience[k]``. All books that a country sees are handed on together, as the address of the
addresses of their sections.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable
from numpy.typing import NDArray

from .lanes import LANES, WIDTH, WORDS, VectorType, widen

Opened = Any
"""What annotations of compiled functions call an opened book."""
Rows = Any
"""What they call one of its sections."""

_POINTER = ir.IntType(8).as_pointer()
ROW = 8
"""Words of eight bytes in a row of lanes."""
_ALONE = ("float", "int")
"""Kinds of which a section is one number."""


@dataclass(frozen=True)
class Element:
    """What sections of a kind are made of.

    Attributes:
        type: in compiled code.
        native: its form in the machine.
        dtype: of a number of it in NumPy.
        width: how many numbers it has.
    """

    type: Any
    native: ir.Type
    dtype: np.dtype[Any]
    width: int

    @property
    def size(self) -> int:
        """Bytes of one."""
        return self.width * self.dtype.itemsize


_NUMBER = Element(types.float64, ir.DoubleType(), np.dtype(np.float64), 1)
_WHOLE = Element(types.int64, ir.IntType(64), np.dtype(np.int64), 1)
_ELEMENTS = {
    "lanes": Element(LANES, LANES.native, np.dtype(np.float64), WIDTH),
    "words": Element(WORDS, WORDS.native, np.dtype(np.uint64), WIDTH),
    **dict.fromkeys(("floats", "float"), _NUMBER),
    **dict.fromkeys(("ints", "int"), _WHOLE),
}
"""By kind."""


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
            bytes_ = _ELEMENTS[kind].size * prod(self.shapes[name])
            self.size += ROW * -(-bytes_ // (8 * ROW))  # lanes begin cache lines

    def row(self, name: str) -> int:
        """Return where a section of lanes begins, in rows of lanes."""
        return self.starts[name] // ROW

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each section begins, in bytes, in the order of the book."""
        return 8 * np.array(list(self.starts.values()), dtype=np.int64)

    def section(self, buffer: NDArray[np.float64], name: str) -> NDArray[Any]:
        """Return a section of a buffer (…, words) as an array (…, elements[, width])."""
        element = _ELEMENTS[self.book.sections[name].partition(" ")[0]]
        size, start = prod(self.shapes[name]), self.starts[name]
        words = -(-size * element.size // 8)
        cut = buffer[..., start : start + words].view(element.dtype)
        if element.width == 1:
            return cut[..., :size]
        return cut.reshape(*buffer.shape[:-1], size, element.width)


def buffer(*shape: int) -> NDArray[np.float64]:
    """Return an uninitialised array whose first element begins a cache line."""
    size = prod(shape)
    raw = np.empty(size + ROW)
    skip = (-raw.ctypes.data // 8) % ROW
    return raw[skip : skip + size].reshape(shape)


class RowsType(types.Type):
    """The address of the first element of a section."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"Rows({kind})")

    @property
    def element(self) -> Element:
        """What they are rows of."""
        return _ELEMENTS[self.kind]


@register_model(RowsType)
class _RowsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: RowsType) -> None:
        super().__init__(manager, type_, _POINTER)


def _address(builder: Any, rows: Any, element: Element, index: Any) -> Any:
    offset = builder.mul(index, ir.IntType(64)(element.size))
    return builder.bitcast(builder.gep(rows, [offset]), element.native.as_pointer())


@type_callable(operator.getitem)
def _typing_getitem(context: Any) -> Any:
    def typer(rows: Any, index: Any) -> Any:
        if isinstance(rows, RowsType) and isinstance(index, types.Integer):
            return rows.element.type
        return None

    return typer


@lower_builtin(operator.getitem, RowsType, types.Integer)
def _lower_getitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    index = context.cast(builder, args[1], sig.args[1], types.int64)
    element = sig.args[0].element
    place = _address(builder, args[0], element, index)
    return builder.load(place, align=element.dtype.itemsize)


@type_callable(operator.setitem)
def _typing_setitem(context: Any) -> Any:
    def typer(rows: Any, index: Any, value: Any) -> Any:
        if isinstance(rows, RowsType) and isinstance(index, types.Integer):
            plain = isinstance(value, types.Number) and rows.kind != "words"
            return types.void if plain or value == rows.element.type else None
        return None

    return typer


def _lower_setitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    element = sig.args[0].element
    index = context.cast(builder, args[1], sig.args[1], types.int64)
    value = args[2]
    if sig.args[2] != element.type:
        if element.type == LANES:
            value = widen(context, builder, value, sig.args[2], element.type)
        else:
            value = context.cast(builder, value, sig.args[2], element.type)
    place = _address(builder, args[0], element, index)
    builder.store(value, place, align=element.dtype.itemsize)
    return context.get_dummy_value()


lower_builtin(operator.setitem, RowsType, types.Integer, VectorType)(_lower_setitem)
lower_builtin(operator.setitem, RowsType, types.Integer, types.Number)(_lower_setitem)


@intrinsic
def put_where(typing: Any, rows: Any, index: Any, mask: Any, value: Any) -> Any:
    """Write a row of lanes where a mask holds: ``rows[index] = where(mask, value, rows[index])``.

    Adding 0 to what stays keeps LLVM from making it a masked store, which some machines take long
    for; −0 becomes 0.
    """

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        element = sig.args[0].element
        lanes, align = element.type, element.dtype.itemsize
        place = _address(builder, args[0], element, args[1])
        value = widen(context, builder, args[3], sig.args[3], lanes)
        zero = ir.Constant(lanes.native, [0.0] * WIDTH)
        stays = builder.fadd(builder.load(place, align=align), zero)
        builder.store(builder.select(args[2], value, stays), place, align=align)
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
    size = sig.args[0].element.size
    return builder.gep(args[0], [builder.mul(count, ir.IntType(64)(size))])


@intrinsic
def rows_of(typing: Any, array: Any) -> Any:
    """The rows of lanes of a whole array, which must outlive them."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        holder = context.make_array(sig.args[0])(context, builder, args[0])
        return builder.bitcast(holder.data, _POINTER)

    return RowsType("lanes")(array), emit


def _taken_for(kind: str) -> Any:
    """The function that takes rows for rows of another kind, which lie one after the other."""

    @intrinsic
    def call(typing: Any, rows: Any) -> Any:
        return RowsType(kind)(rows), lambda context, builder, sig, args: args[0]

    return call


cells = _taken_for("floats")
"""The numbers of rows of lanes: lane j of row i is [width·i + j]."""
word_cells = _taken_for("ints")
"""The whole numbers of rows of words: lane j of row i is [width·i + j]."""


class BookType(types.Type):
    """An opened book: the address of the addresses of its sections."""

    def __init__(self, book: Book) -> None:
        self.names = tuple(book.sections)
        self.kinds = book.kinds
        super().__init__(f"Book({book.name})")


class ViewType(types.Type):
    """Books by name, the addresses of whose sections lie one after the other."""

    def __init__(self, books: Mapping[str, Book]) -> None:
        self.books = books
        sizes = [len(book.sections) for book in books.values()]
        self.first = dict(zip(books, accumulate(sizes, initial=0), strict=False))
        self.size = sum(sizes)
        super().__init__("View")


for _kind in (BookType, ViewType):

    @register_model(_kind)
    class _Addresses(models.PrimitiveModel):
        def __init__(self, manager: Any, type_: types.Type) -> None:
            super().__init__(manager, type_, _POINTER.as_pointer())


@infer_getattr
class _BookAttributes(AttributeTemplate):
    key = BookType

    def generic_resolve(self, book: BookType, name: str) -> Any:
        if name not in book.names:
            return None
        kind = book.kinds[book.names.index(name)]
        rows = RowsType(kind)
        return rows.element.type if kind in _ALONE else rows


@infer_getattr
class _ViewAttributes(AttributeTemplate):
    key = ViewType

    def generic_resolve(self, view: ViewType, name: str) -> Any:
        return BookType(view.books[name]) if name in view.books else None


@lower_getattr_generic(ViewType)
def _lower_book(context: Any, builder: Any, view: ViewType, value: Any, name: str) -> Any:
    return builder.gep(value, [ir.IntType(64)(view.first[name])])


@lower_getattr_generic(BookType)
def _lower_section(context: Any, builder: Any, book: BookType, value: Any, name: str) -> Any:
    place = book.names.index(name)
    start = _constant(builder, builder.gep(value, [ir.IntType(64)(place)]))
    kind = book.kinds[place]
    if kind in _ALONE:
        return _constant(builder, builder.bitcast(start, _ELEMENTS[kind].native.as_pointer()))
    return start


def _constant(builder: Any, address: Any) -> Any:
    """Load what nobody ever writes to while compiled code runs."""
    value = builder.load(address)
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def viewer(books: Mapping[str, Book]) -> Any:
    """Return the compiled function (addresses) → view of the first row of an array of addresses.

    The array, and what the addresses are of, must outlive the view.
    """
    kind = ViewType(books)

    @intrinsic
    def view(typing: Any, addresses: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            holder = context.make_array(sig.args[0])(context, builder, args[0])
            return builder.bitcast(holder.data, _POINTER.as_pointer())

        return kind(addresses), emit

    return view


@intrinsic
def further(typing: Any, view: Any, count: Any) -> Any:
    """The view of a row of addresses that lies some rows further on."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.gep(args[0], [builder.mul(args[1], ir.IntType(64)(sig.args[0].size))])

    return view(view, types.int64), emit
