"""What an import is asked for, and what it yields: tidy tables with their provenance."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...errors import DataError, UnknownState
from ...progress import counted
from .. import states

if TYPE_CHECKING:
    import pandas as pd

EU, OTHER = "EU", "other"
PARTNERS = ("RUS", "CHN", "USA", "JPN", "IND", "KOR", "AUS", "TUR", "ISR", EU)
"""The partners of the panel, in its order."""

Cell = str | int | float | None
"""A cell of a tidy table; None where the number is not known, which is never 0."""

_SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """What an import is asked for.

    Attributes:
        countries: codes of the states to keep; empty for all.
        partners: codes of the partners to keep, with ``EU`` for the 28 members.
        columns: for kind ``own``, which column of the file is what.
        until: the last year that tables may know of; None for no limit.
    """

    countries: frozenset[str] = frozenset()
    partners: tuple[str, ...] = PARTNERS
    columns: Mapping[str, str] = field(default_factory=dict)
    until: int | None = None

    def knows(self, year: int) -> bool:
        """Whether tables may know of a year."""
        return self.until is None or year <= self.until

    def wants(self, code: str) -> bool:
        """Whether rows of a state are asked for."""
        return not self.countries or code in self.countries

    def sides(self, partner: str, country: str) -> Collection[str]:
        """Return the codes of the states that a partner stands for, seen from a country."""
        return states.eu28() - {country} if partner == EU else {partner}

    def holding(self, code: str, country: str) -> list[str]:
        """Return the partners of a country that a state belongs to; none for any other state."""
        return [p for p in self.partners if p != country and code in self.sides(p, country)]

    def require_apart(self) -> None:
        """Refuse partners of which one is part of another, since shares would count it twice.

        Raises:
            DataError: ``EU`` is there with a member; the message names the members.
        """
        members = [code for code in self.partners if code in states.eu28()]
        if EU in self.partners and members:
            which, count = ", ".join(members), "counts" if len(members) == 1 else "count"
            raise DataError(f"partner: {which} {count} as part of EU; name EU or its members")

    def require(self, found: Collection[str], file: str) -> None:
        """Refuse an import that found nothing of a state that was asked for.

        Raises:
            DataError: there is nothing; the message names the states.
        """
        if lost := sorted(self.countries - set(found)):
            names = ", ".join(f"{states.find(code).name} ({code})" for code in lost)
            raise DataError(f"{file}: nothing of {names} in it")
        if not found:
            raise DataError(f"{file}: nothing of any state in it")


@dataclass(frozen=True)
class Tidy:
    """A tidy table: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    def frame(self) -> "pd.DataFrame":
        """Return the table as a data frame; what is not known is NaN."""
        import pandas as pd

        rows = [[math.nan if cell is None else cell for cell in row] for row in self.rows]
        return pd.DataFrame(rows, columns=list(self.columns))


@dataclass
class Found:
    """What an importer found in the files.

    Attributes:
        layout: the layout of the files, in words.
        tables: tidy tables by name.
        notes: what was left out or assumed, a sentence each.
    """

    layout: str
    tables: dict[str, Tidy]
    notes: list[str] = field(default_factory=list)


class LeftOut:
    """Counts what is left out, by reason and name, to tell it in a sentence each."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def add(self, reason: str, name: str = "") -> None:
        """Count a row that is left out."""
        self._counts.setdefault(reason, Counter())[name] += 1

    def notes(self) -> Iterator[str]:
        """Yield a sentence for each reason."""
        for reason, names in self._counts.items():
            rows = sum(names.values())
            shown = [name for name, _ in names.most_common(_SHOWN) if name]
            more = len([name for name in names if name]) - len(shown)
            which = (
                f" ({', '.join(shown)}{f' and {more} more' if more > 0 else ''})" if shown else ""
            )
            yield f"{counted(rows, 'row')} left out: {reason}{which}"


def code_in(name: str | int, year: int, left: LeftOut, by: states.Scheme = "name") -> str | None:
    """Return the code of a state in a year; None, and counted, if there was none then.

    A year at the edge of a period, in which registers still use the old name, is one of it. A
    number may be written as ``816.0``.
    """
    if by != "name":
        name = str(name).strip().removesuffix(".0")
    try:
        state = states.nearest(name, year, by)
    except UnknownState:
        left.add("not a state", str(name))
        return None
    if state.distance(year) > 1:
        left.add("years before the state was there, or after its end", state.name)
        return None
    return state.code


def first_year(code: str) -> int:
    """Return the first year of a state; 1800 if it has none."""
    periods = [state for state in states.all_states() if state.code == code]
    return min((state.first_year or 1800 for state in periods), default=1800)
