"""What part of the panel is fitted: which states, to which year."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import EstimationError
from ...facts.panel import Panel
from .penalised import Floats, Places

START = 1995
"""First year of the panel."""

FIRST = 1997
"""First year of orders that are fitted; those before are remembered."""

UNSEEN = 2
"""Last years before the cut of which orders are seen too rarely, since few were delivered yet."""

DECAY = 0.1
"""Forgetting of programmes a year, with which what is remembered is made."""

TURNOVER = 0.08
"""Decay of arsenals a year."""

SUPPLIERS = ("RUS", "CHN", "USA", "EU", "KOR", "TUR", "ISR", "AUS", "IND", "JPN")
"""Suppliers that are told apart; all others are one."""


@dataclass(frozen=True)
class Sample:
    """The states and years that are fitted.

    Attributes:
        panel: the panel. It may hold two more tables than the shipped one: ``alliances`` (country,
            partner, year, defense) and ``relations`` (country, other, relation, first_year,
            last_year) with the relation ``foe``.
        states: codes (S,).
        until: last year that is known. Of orders, those delivered by then are.
    """

    panel: Panel
    states: tuple[str, ...]
    until: int

    def columns(self, table: str, key: str = "country") -> dict[str, NDArray[Any]]:
        """Return the rows of a table that are of these states."""
        data = self.panel.columns(table)
        mine = np.isin(data[key], self.states)
        return {name: values[mine] for name, values in data.items()}

    def place(self, codes: NDArray[Any]) -> Places:
        """Return the places of states (S) that are among these."""
        at = {code: place for place, code in enumerate(self.states)}
        return np.array([at[code] for code in codes.tolist()], dtype=np.intp)

    def has(self, table: str) -> bool:
        """Whether the panel has a table."""
        return table in self.panel.data

    def require(self, rows: int, kind: str) -> None:
        """Refuse to fit a kind to nothing.

        Raises:
            EstimationError: there are no rows.
        """
        if not rows:
            raise EstimationError(
                f"{kind}: nothing is left of the panel with {len(self.states)} states and years "
                f"to {self.until}; leave this kind out, or ask for more states or a later year"
            )

    @cached_property
    def orders(self) -> "Orders":
        """All orders that were delivered by the last year, the oldest first."""
        data = self.columns("arms_programmes")
        known = data["order_year"] + data["lag_years"] <= self.until
        order = np.argsort(data["order_year"][known], kind="stable")
        at = {code: place for place, code in enumerate(SUPPLIERS)}
        rows = {name: values[known][order] for name, values in data.items()}
        supplier = [at.get(code, len(SUPPLIERS)) for code in rows["partner"].tolist()]
        return Orders(
            state=self.place(rows["country"]),
            supplier=np.array(supplier, dtype=np.intp),
            year=rows["order_year"].astype(np.int64),
            ln_size=rows["ln_size"],
            lag=rows["lag_years"].astype(np.int64),
            states=len(self.states),
            first=FIRST,
            last=self.until - UNSEEN,
        )

    def pacts(self, partners: Sequence[str]) -> Floats:
        """Return 1 where there is a defence pact: (years from `START`, partners, S); else 0."""
        result = np.zeros((self.until - START + 1, len(partners), len(self.states)))
        if self.has("alliances"):
            data = self.columns("alliances")
            rows = zip(data["country"], data["partner"], data["year"], data["defense"], strict=True)
            for state, partner, year, held in rows:
                if held > 0 and partner in partners and START <= year <= self.until:
                    place = partners.index(str(partner)), self.states.index(str(state))
                    result[int(year) - START, *place] = 1.0
        return result

    @cached_property
    def foes(self) -> tuple[tuple[str, str, int, float], ...]:
        """Foes on record: state, other, first and last year (infinite while it lasts)."""
        if not self.has("relations"):
            return ()
        data = self.columns("relations")
        foe = data["relation"] == "foe"
        first = np.nan_to_num(data["first_year"][foe].astype(float), nan=0.0)
        last = np.nan_to_num(data["last_year"][foe].astype(float), nan=np.inf)
        pairs = zip(data["country"][foe], data["other"][foe], first, last, strict=True)
        return tuple((str(a), str(b), int(one), float(end)) for a, b, one, end in pairs)


@dataclass(frozen=True)
class Orders:
    """Orders in their order: (n,) each. `supplier` is a place in `SUPPLIERS`, or past it."""

    state: Places
    supplier: Places
    year: NDArray[np.int64]
    ln_size: Floats
    lag: NDArray[np.int64]
    states: int
    first: int
    last: int

    @property
    def fitted(self) -> Places:
        """Which orders are of the years that are fitted."""
        return np.flatnonzero((self.first <= self.year) & (self.year <= self.last))

    @property
    def years(self) -> int:
        """How many years are fitted."""
        return self.last - self.first + 1


def sample_of(
    panel: Panel, until: int | None, states: Sequence[str], leave_out: Sequence[str]
) -> Sample:
    """Return the states and years that are asked for.

    Args:
        panel: the panel.
        until: last year; that of the panel by default.
        states: codes or groups of states; all that hedge by default.
        leave_out: codes or groups of states.

    Raises:
        EstimationError: a state or group is unknown, nobody is left, or the year is none of the
            panel.
    """
    known = panel.states("hedger")
    table = panel.columns("states")
    groups: dict[str, set[str]] = {}
    for code, group in zip(table["iso3"].tolist(), table["group"].tolist(), strict=True):
        if group and code in known:
            groups.setdefault(group, set()).add(code)

    def members(names: Sequence[str], option: str) -> set[str]:
        found: set[str] = set()
        for name in names:
            if name not in known and name not in groups:
                raise EstimationError(
                    f"{option}: {name!r} is no state and no group of the panel; expected a code "
                    f"such as {known[0]}, or one of {', '.join(sorted(groups))}"
                )
            found |= groups.get(name, {name})
        return found

    wanted = members(states, "states") if states else set(known)
    left = wanted - members(leave_out, "leave_out")
    if len(left) < 2:
        raise EstimationError(
            f"states: {len(left)} left; errors are clustered by state, so that two or more are "
            "needed"
        )
    first, last = panel.tables["un_votes"].years
    cut = last if until is None else until
    if not first < cut <= last:
        raise EstimationError(f"until: {cut}; the panel can be cut after {first + 1} to {last}")
    return Sample(panel, tuple(code for code in known if code in left), cut)
