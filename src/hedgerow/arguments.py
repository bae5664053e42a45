"""Checks of arguments: their types, as annotations say, whole numbers, and codes of countries."""

import builtins
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from numbers import Integral, Real
from types import UnionType
from typing import Any, NamedTuple, TypeAliasType, Union, get_args, get_origin

from .errors import WrongType


def whole(name: str, value: Any) -> int:
    """Return an argument that must be a whole number, as an int; 3.0 counts as 3.

    Args:
        name: name of the argument, for the message.
        value: what was given.

    Raises:
        ValueError: it is no whole number; True, False and 2.5 are none.
    """
    if isinstance(value, Real) and not isinstance(value, Integral) and float(value).is_integer():
        return int(float(value))
    try:
        if not isinstance(value, bool):
            return operator.index(value)
    except TypeError:
        pass
    raise ValueError(f"{name} must be a whole number, not {value!r}")


def whole_number(name: str, value: Any, low: int, high: int) -> int:
    """Return an argument that must be a whole number from `low` to `high`, as an int.

    Raises:
        ValueError: it is no whole number, or lies outside this range.
    """
    try:
        number = whole(name, value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return number


def as_written(code: str, known: Iterable[str]) -> str:
    """Return a code as `known` writes it, whatever the case of its letters.

    No scenario has two codes that differ in case alone. An unknown code is returned as it is.
    """
    codes = list(known)
    if code in codes:
        return code
    alike = [one for one in codes if one.casefold() == code.casefold()]
    return alike[0] if len(alike) == 1 else code


def checked[F: Callable[..., Any]](function: F) -> F:
    """Decorate a public function so that every argument must have the type of its annotation.

    A list may be any iterable of the right elements but a text or a mapping: ``"VNM"`` is no list
    of codes. The function gets a list, a whole number as an int, and a truth value as a bool.

    Raises:
        WrongType: raised by the decorated function; the message names the argument.
    """
    code = function.__code__
    several = bool(code.co_flags & 0x04)  # it takes *arguments
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + several]
    kinds: dict[str, _Kind] = {}

    @wraps(function)
    def call(*values: Any, **named: Any) -> Any:
        if not kinds:
            kinds.update(_kinds(function, names))
        places = names[: code.co_argcount]
        first = [_taken(kinds, name, value) for name, value in zip(places, values, strict=False)]
        rest = values[len(first) :]
        more = [_taken(kinds, names[-1], value) for value in rest] if several else rest
        return function(*first, *more, **{n: _taken(kinds, n, v) for n, v in named.items()})

    return call  # type: ignore[return-value]


class _Kind(NamedTuple):
    """What an annotation allows.

    Attributes:
        take: returns a value as the function gets it; raises a TypeError for a wrong one.
        one, many: what is expected, in words.
        single: returns whether a value stands alone where a list of such values is expected.
    """

    take: Callable[[Any], Any]
    one: str
    many: str
    single: Callable[[Any], bool] = lambda value: False


_WORDS = {
    "NoneType": "None",
    "Executor": "an executor",
    "PathLike": "a path",
    "Path": "a path",
    "Results": "a result",
    "Scenario": "a scenario",
}


def _taken(kinds: Mapping[str, _Kind], name: str, value: Any) -> Any:
    if name not in kinds:
        return value
    kind = kinds[name]
    try:
        return kind.take(value)
    except TypeError:
        pass
    text = " ".join(repr(value).split())
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    hint = f"; write {name}=[{shown}]" if kind.single(value) else ""
    raise WrongType(f"{name} must be {kind.one}, not {shown}{hint}")


class _Scope(dict[str, Any]):
    """The names of a module; one that is imported for type checkers alone is an empty class."""

    def __missing__(self, name: str) -> Any:
        return vars(builtins).get(name) or type(name, (), {"__module__": ""})


def _kinds(function: Callable[..., Any], names: Iterable[str]) -> dict[str, _Kind]:
    hints = function.__annotations__
    scope = _Scope(function.__globals__)
    return {name: _kind(hints[name], scope) for name in names if name in hints}


def _kind(hint: Any, scope: _Scope) -> _Kind:
    """Return what an annotation allows; types inside of mappings and functions are not read."""
    if isinstance(hint, str):
        return _kind(eval(hint, {}, scope), scope)
    if isinstance(hint, TypeAliasType):
        return _kind(hint.__value__, scope)
    origin, args = get_origin(hint) or hint, get_args(hint)
    if origin in (Union, UnionType):
        return _any_of([_kind(each, scope) for each in args])
    if origin is Any:
        return _Kind(lambda value: value, "anything", "anything")
    if origin is bool:
        return _Kind(_truth, "True or False", "truth values")
    if origin is int:
        return _Kind(_whole, "a whole number", "whole numbers")
    if origin is float:
        return _Kind(_real, "a number", "numbers")
    if origin is Callable:
        return _Kind(_function, "a function", "functions")
    if issubclass(origin, Mapping):
        return _Kind(_mapping, "a dict whose keys are texts", "dicts")
    if issubclass(origin, Iterable) and origin is not str and args:
        return _list_of(_kind(args[0], scope))
    return _instance(origin)


def _any_of(kinds: list[_Kind]) -> _Kind:
    def take(value: Any) -> Any:
        for kind in kinds:
            try:
                return kind.take(value)
            except TypeError:
                pass
        raise TypeError

    def words(each: list[str]) -> str:
        *some, last = dict.fromkeys(each)
        return f"{', '.join(some)} or {last}" if some else last

    return _Kind(
        take,
        words([kind.one for kind in kinds]),
        words([kind.many for kind in kinds]),
        lambda value: any(kind.single(value) for kind in kinds),
    )


def _list_of(element: _Kind) -> _Kind:
    def take(value: Any) -> Any:
        if isinstance(value, str | bytes | Mapping):
            raise TypeError
        taken = [element.take(each) for each in value]
        return tuple(taken) if isinstance(value, tuple) else taken

    def single(value: Any) -> bool:
        try:
            element.take(value)
        except TypeError:
            return False
        return True

    return _Kind(take, f"a list of {element.many}", f"lists of {element.many}", single)


def _instance(kind: type) -> _Kind:
    def take(value: Any) -> Any:
        # A class that only type checkers import is known by its name.
        known = kind.__name__ in {each.__name__ for each in type(value).__mro__}
        if not (known if kind.__module__ == "" else isinstance(value, kind)):
            raise TypeError
        return value

    if kind is str:
        return _Kind(take, "a text", "texts")
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    one = _WORDS.get(kind.__name__, f"{article} {kind.__name__}")
    return _Kind(take, one, f"objects of class {kind.__name__}")


def _truth(value: Any) -> bool:
    if type(value).__name__ not in ("bool", "bool_"):  # those of Python and NumPy
        raise TypeError
    return bool(value)


def _whole(value: Any) -> int:
    try:
        return whole("", value)
    except ValueError:
        raise TypeError from None


def _real(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError
    return value


def _function(value: Any) -> Any:
    if not callable(value):
        raise TypeError
    return value


def _mapping(value: Any) -> Any:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError
    return value
