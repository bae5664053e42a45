"""Live, read-only views of the arrays of a run, indexed by names."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


class Row(Mapping[str, Any]):
    """The current numbers of an array by name: ``country.pressure["CHN"]``.

    Args:
        what: the kind of names, for messages: ``"partner"``, …
        names: the names in order.
        read: a function that returns the current array (names,).
    """

    def __init__(self, what: str, names: tuple[str, ...], read: Callable[[], NDArray]) -> None:
        self._what = what
        self._names = names
        self._read = read

    def __getitem__(self, name: str) -> Any:
        return self._read()[_place(self._what, self._names, name)].item()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def array(self) -> NDArray:
        """A copy of the numbers, in the order of the names."""
        return self._read().copy()

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy, such as a DataCollector makes, is a plain dict that no longer follows the run.
        return dict, (dict(self),)


class Grid(Mapping[str, Row]):
    """The current numbers of an array by two names: ``country.ties["arms"]["RUS"]``.

    Args:
        whats: the kinds of outer and of inner names, for messages.
        outer, inner: the names in order.
        read: a function that returns the current array (outer, inner).
    """

    def __init__(
        self,
        whats: tuple[str, str],
        outer: tuple[str, ...],
        inner: tuple[str, ...],
        read: Callable[[], NDArray],
    ) -> None:
        self._whats = whats
        self._outer = outer
        self._inner = inner
        self._read = read

    def __getitem__(self, name: str) -> Row:
        place = _place(self._whats[0], self._outer, name)
        return Row(self._whats[1], self._inner, lambda: self._read()[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self._outer)

    def __len__(self) -> int:
        return len(self._outer)

    @property
    def array(self) -> NDArray:
        """A copy of the numbers, (outer, inner)."""
        return self._read().copy()

    def frame(self) -> "pd.DataFrame":
        """A data frame of the current numbers: outer names are rows, inner names columns."""
        import pandas as pd

        return pd.DataFrame(self.array, index=list(self._outer), columns=list(self._inner))

    def __repr__(self) -> str:
        return repr({name: dict(row) for name, row in self.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, ({name: dict(row) for name, row in self.items()},)


def _place(what: str, names: tuple[str, ...], name: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        raise KeyError(f"no {what} {name!r}; there is {', '.join(names)}") from None
