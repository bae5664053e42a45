"""Access to the contents of a scenario by path, by search, and by attributes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ..errors import NoPath
from .document import Plain, copied
from .keys import join, split
from .notebook import html_table
from .problems import closest
from .quantity import is_quantity_table
from .write import value_text

if TYPE_CHECKING:
    from .scenario import Scenario

_WIDEST = 60
"""Most characters of a cell of a table that is shown."""


class Entry(NamedTuple):
    """A path of a scenario and its value.

    `value` is written as in a file, in one line. `label` says how a number is known (see
    `hedgerow.facts.LABELS`) and `source` where it comes from. Both are empty for paths that hold no
    number.
    """

    path: str
    value: str
    label: str = ""
    source: str = ""


class Entries(tuple[Entry, ...]):
    """Paths of a scenario and their values: a tuple of `Entry` that is shown as a table."""

    def __repr__(self) -> str:
        if not self:
            return "no path"
        rows = [[_cut(cell) for cell in row] for row in [Entry._fields, *self]]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def _repr_html_(self) -> str:
        return html_table(Entry._fields, self)

    def to_frame(self) -> Any:
        """Return the table as a pandas data frame with the columns path, value, label, source."""
        import pandas as pd

        return pd.DataFrame(list(self), columns=list(Entry._fields))


def _unchangeable(path: str) -> AttributeError:
    return AttributeError(
        f"{path}: a scenario cannot be changed; scenario.with_({{{path!r}: value}}) returns a "
        "changed one"
    )


class Section:
    """One part of a scenario: ``scenario.partners.RUS``, ``scenario.countries.VNM.ties``.

    Its values can be read as attributes (``scenario.partners.RUS.trust``) or by path
    (``scenario.countries.VNM["ties.arms.RUS"]``). They cannot be changed here; `Scenario.with_`
    returns a changed scenario.
    """

    def __init__(self, scenario: "Scenario", path: tuple[str, ...]) -> None:
        self._scenario, self._path = scenario, path

    def __getitem__(self, path: str) -> Any:
        """Return the value at a path below this section, as `Scenario.__getitem__` does."""
        return at(self._scenario, join(self._path) + "." + path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return _found(self._scenario, (*self._path, name))
        except NoPath as error:
            raise AttributeError(str(error)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise _unchangeable(join((*self._path, name)))
        super().__setattr__(name, value)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and join(self._path) + "." + path in self._scenario

    __iter__ = None
    """A section cannot be iterated; `keys` returns its keys."""

    def keys(self) -> tuple[str, ...]:
        """Return the keys of this section."""
        return tuple(_node(self._scenario, self._path))

    def find(self, text: str = "") -> Entries:
        """Return the paths below this section that contain a text, as `Scenario.find` does."""
        start = join(self._path) + "."
        return Entries(
            entry for entry in find(self._scenario, text) if entry.path.startswith(start)
        )

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.keys()})

    def __repr__(self) -> str:
        return f"<{join(self._path)} of {self._scenario.name}: {', '.join(self.keys())}>"


class Codes(tuple[str, ...]):
    """Codes of countries or partners; each is also an attribute: ``scenario.partners.RUS``."""

    _scenario: "Scenario"
    _section: str

    @classmethod
    def of(cls, scenario: "Scenario", section: str) -> Self:
        """Return the codes of ``"countries"`` or ``"partners"``."""
        codes = cls(scenario.resolved[section])
        codes._scenario, codes._section = scenario, section
        return codes

    def __getattr__(self, code: str) -> Section:
        if code in self:
            return Section(self._scenario, (self._section, code))
        hint = closest(code, self)
        raise AttributeError(
            f"no {code!r} here; there are {', '.join(self)}" + f"; {hint}" * bool(hint)
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise _unchangeable(join((self._section, name)))
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        return tuple, (tuple(self),)  # other processes get a plain tuple


def at(scenario: "Scenario", path: str) -> Any:
    """Return the value at a dotted path; see `Scenario.__getitem__`."""
    if not isinstance(path, str):
        raise NoPath(f"{path!r} is no path of a scenario; expected a text, as 'partners.RUS.trust'")
    try:
        parts = split(path)
    except ValueError as error:
        raise NoPath(f"{error}; expected one as 'partners.RUS.trust'") from None
    found = _found(scenario, parts)
    return _node(scenario, parts) if isinstance(found, Section) else found


def _found(scenario: "Scenario", parts: tuple[str, ...]) -> Any:
    """Return the value or prior at a path, or the section."""
    number = scenario.quantities.get(join(parts))
    if number is not None:
        return number if number.is_prior else number.value
    node = _node(scenario, parts)
    return Section(scenario, parts) if isinstance(node, dict) and node else node


def _node(scenario: "Scenario", parts: tuple[str, ...]) -> Any:
    """Return a copy of the value of the resolved document at a path."""
    node: Any = scenario.resolved
    for count, part in enumerate(parts):
        if not isinstance(node, dict) or part not in node or is_quantity_table(node):
            below = join(parts[:count])
            names = list(node) if isinstance(node, dict) and not is_quantity_table(node) else []
            raise NoPath(_missing(scenario, join(parts), below, names))
        node = node[part]
    return copied(node)


def _missing(scenario: "Scenario", path: str, below: str, names: list[str]) -> str:
    """Return the message that a path does not exist."""
    known = [entry.path for entry in find(scenario)]
    near = [f"{below}.{name}" if below else name for name in names]
    hint = closest(path, [*known, *near])
    if not hint:
        hint = f"{below or 'a scenario'} has {', '.join(names)}" if names else ""
    return f"{scenario.name} has no {path!r}" + (f"; {hint}" if hint else "")


def find(scenario: "Scenario", text: str = "") -> Entries:
    """Return the paths that contain a text; see `Scenario.find`."""
    numbers = {
        row.path: Entry(row.path, row.value, row.kind, row.source) for row in scenario.provenance()
    }
    others = (Entry(join(path), value_text(value)) for path, value in _leaves(scenario.resolved))
    rows = [*numbers.values(), *(row for row in others if not _within(row.path, numbers))]
    wanted = text.casefold()
    return Entries(row for row in rows if wanted in row.path.casefold())


def _within(path: str, known: Plain) -> bool:
    parts = split(path)
    return any(join(parts[:count]) in known for count in range(1, len(parts) + 1))


def _leaves(table: Plain, path: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], Any]]:
    """Yield the path and value of everything in a document that is no table of tables."""
    for key, value in table.items():
        if isinstance(value, dict) and not is_quantity_table(value):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
