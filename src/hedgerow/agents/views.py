"""Live, read-only views on the arrays of a run, keyed by names."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


class Row(Mapping[str, Any]):
    """Numbers by name, as they are now: ``country.pressure["CHN"]``.

    Args:
        what: of what the names are, for messages.
        names: in order.
        read: returns the array (names,) of the moment.
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
        # A copy, as a DataCollector makes of it, is a plain dict: it no longer follows the run.
        return dict, (dict(self),)


class Grid(Mapping[str, Row]):
    """Numbers by two names, as they are now: ``country.ties["arms"]["RUS"]``.

    Args:
        whats: of what the outer and the inner names are. outer, inner: names, in order.
        read: returns the array (outer, inner) of the moment.
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
        """A data frame of the moment: outer names down, inner names across."""
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
