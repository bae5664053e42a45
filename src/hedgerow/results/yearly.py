"""The yearly arrays of some runs by name, from which users compute measures of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model.record import Record
from .naming import unknown
from .records import events_of

if TYPE_CHECKING:
    from ..scenario import Scenario

Floats = NDArray[np.float64]


class Yearly(Mapping[str, Floats]):
    """Yearly arrays of R runs over Y years, N countries and P partners, by name.

    * ``yearly["alignment_index"]``, a column of the table ``countries``: (R, Y, N)
    * ``yearly["arms_orders"]``, a column of ``ties``: (R, Y, N, P); a country that is a partner
      itself has no tie with itself, and values there are meaningless
    * ``yearly["arms_orders:RUS"]``, that of one partner: (R, Y, N), NaN for the partner itself
    * ``yearly["choice:QUESTION:OPTION"]``: (R, Y, N), 1 in the year in which a country chose the
      option, 0 where it chose otherwise, NaN where it had no such choice
    * ``yearly["event:NAME:PARTNER"]`` (``event:NAME`` with any partner, or none): (R, Y, N), 1 in a
      year in which it began, else 0

    NaN means undefined. Arrays may be views of the record and must not be changed. Iterating gives
    the names of the columns.

    Attributes:
        years: (Y,) calendar years.
        countries, partners: N and P codes, in the order of the axes.
        runs: the number of runs, R.
    """

    def __init__(self, record: Record, scenario: "Scenario") -> None:
        self._record = record
        years, _, self.runs = next(iter(record.countries.values())).shape
        self.years = np.arange(scenario.start, scenario.start + years)
        self.countries: tuple[str, ...] = scenario.countries
        self.partners: tuple[str, ...] = scenario.partners
        self._events = event_names(scenario)

    def __iter__(self) -> Iterator[str]:
        yield from self._record.countries
        yield from self._record.ties

    def __len__(self) -> int:
        return len(self._record.countries) + len(self._record.ties)

    def __getitem__(self, name: str) -> Floats:
        head, colon, rest = name.partition(":")
        if not colon and head in self._record.countries:
            return np.moveaxis(self._record.countries[head], -1, 0)
        if head in self._record.ties and not colon:
            return np.moveaxis(self._record.ties[head], -1, 0)
        if head in self._record.ties:
            return self._tie(head, rest, name)
        if head == "choice" and colon:
            return self._choice(name)
        if head == "event" and colon:
            return self._event(rest, name)
        raise KeyError(unknown(name, [*self, "choice:…", "event:…"]))

    def _tie(self, column: str, partner: str, name: str) -> Floats:
        p = self._partner(partner, name)
        found = np.moveaxis(self._record.ties[column][:, :, p], -1, 0)
        if partner in self.countries:
            found = found.copy()
            found[..., self.countries.index(partner)] = np.nan
        return found

    def _choice(self, name: str) -> Floats:
        question, _, option = name.partition(":")[2].rpartition(":")
        found = np.full((self.runs, self.years.size, len(self.countries)), np.nan)
        options: dict[str, None] = {}
        questions = dict.fromkeys(choice.question for choice in self._record.choices)
        for choice in self._record.choices:
            if choice.question == question:
                options |= dict.fromkeys(choice.options)
                place = choice.options.index(option) if option in choice.options else -2
                chosen = np.where(choice.chosen >= 0, choice.chosen == place, np.nan)
                found[:, choice.year - int(self.years[0]), choice.country] = chosen
        if question not in questions:
            raise KeyError(f"no choice {question!r} in {name!r}; there is {_listed(questions)}")
        if option not in options:
            raise KeyError(f"no option {option!r} in {name!r}; there is {_listed(options)}")
        return found

    def _event(self, rest: str, name: str) -> Floats:
        event, _, partner = rest.partition(":")
        if event not in self._events:
            raise KeyError(f"no event {event!r} in {name!r}; there is {', '.join(self._events)}")
        where = happened(self._record, event, self._partner(partner, name) if partner else None)
        found = np.zeros((self.runs, self.years.size, len(self.countries)))
        found[where.replicate, where.year - self.years[0], where.country] = 1.0
        return found

    def _partner(self, code: str, name: str) -> int:
        if code not in self.partners:
            raise KeyError(f"no partner {code!r} in {name!r}; there is {', '.join(self.partners)}")
        return self.partners.index(code)


ALWAYS = ("visit", "tier", "hedging_entered", "hedging_broken")
"""Events of every scenario, beside those that it names."""


def event_names(scenario: "Scenario") -> tuple[str, ...]:
    """Return the names of all events that may happen in runs of a scenario."""
    return (*scenario.events, *ALWAYS)


def designations(scenario: "Scenario") -> tuple[str, ...]:
    """Return the names of the events of a scenario by which a power designates a country."""
    events = scenario.resolved["events"]
    return tuple(name for name, entry in events.items() if entry["effect"] == "designation")


class Happened(NamedTuple):
    """Where an event happened: (E,) year, country, partner (-1 for none), replicate and value."""

    year: NDArray[np.int64]
    country: NDArray[np.int64]
    partner: NDArray[np.int64]
    replicate: NDArray[np.int64]
    value: Floats


def happened(record: Record, events: str | Collection[str], partner: int | None) -> Happened:
    """Return where an event, or one of some, began, with one partner or, None, any or none."""
    e = events_of(record)
    wanted = {events} if isinstance(events, str) else set(events)
    there = np.array([name in wanted for name in e.names], dtype=bool)[e.event]
    if partner is not None:
        there &= e.partner == partner
    columns = (e.year, e.country, e.partner, e.replicate, e.value)
    return Happened(*(column[there] for column in columns))


def _listed(names: "Sequence[str] | Mapping[str, object]") -> str:
    return ", ".join(names) or "none"
