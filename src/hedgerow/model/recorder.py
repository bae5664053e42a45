"""Step 8 of a round: gather quarters into years. Recording never touches the state."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .measures import BAND, alignment_index, of_countries, ratio
from .parameters import ARMS, INSTRUMENTS, ROUNDS_A_YEAR, Choice, Floats, Structure
from .payoff import Form
from .portfolio import alignment, depth, exposure, summed
from .record import ChoiceRecord, EventRecord, Record
from .state import State

_MEANS = ("orders", "deliveries", "pressure", "inducement")
_OTHERS = ("others_orders", "others_deliveries")
_SLACK = 1e-9  # of the index: rounding must not push a tie of 11 : 9 out of the band


class Recorder:
    """Collects a `Record`: fourth-quarter states, annual means, events as they come."""

    def __init__(self, world: Structure, q: Frame) -> None:
        self.world = world
        self.n, self.r = q.n, q.r
        self._events: list[EventRecord] = []
        self.record = Record({}, {}, events=self._events)
        self._tables: dict[str, Floats] = {}  # of which the columns of `record` are views
        p, d = len(world.partners), q.n * q.r
        self._means: dict[str, Floats] = {name: np.zeros((p, d)) for name in _MEANS}
        self._means |= {name: np.zeros(d) for name in _OTHERS}
        self._incidents = np.zeros(d)
        self._visits = np.zeros((p, d))
        self._rounds_in_band = np.zeros(d, dtype=np.int64)
        self._rounds_outside = np.zeros(d, dtype=np.int64)
        self._entered = np.zeros(d, dtype=bool)
        self._broken = np.zeros(d, dtype=bool)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a copied state: its columns are views of its tables again."""
        vars(self).update(state)
        for name, table in self._tables.items():
            columns = getattr(self.record, name)
            columns.update(zip(columns, table, strict=True))

    def choice(self, round_: int, choice: Choice, chosen: NDArray[np.int64]) -> None:
        """Note a scheduled choice; `chosen` (D,)."""
        by_country = chosen.reshape(self.n, self.r)
        for i in choice.countries:
            self.record.choices.append(
                ChoiceRecord(self._year(round_), i, choice.question, choice.options, by_country[i])
            )

    def event(self, name: str, round_: int, partner: int, happened: NDArray, value: Floats) -> None:
        """Note an event of the year where `happened` (D,)."""
        self.events(name, round_, (partner,), happened[None], value)

    def events(
        self, name: str, round_: int, partners: Iterable[int], happened: NDArray, value: NDArray
    ) -> None:
        """Note an event with each of some partners where `happened` (P, D)."""
        if not happened.any():
            return
        split = (len(happened), self.n, self.r)
        values = np.where(happened, value, np.nan).reshape(split)
        somewhere = happened.reshape(split).any(axis=2).tolist()
        for p, theirs, countries in zip(partners, values, somewhere, strict=True):
            for i, there in enumerate(countries):
                if there:
                    event = EventRecord(name, self._year(round_), i, p, theirs[i])
                    self._events.append(event)

    def quarter(
        self, round_: int, q: Frame, s: State, form: Form, incident: Floats, visited: NDArray
    ) -> None:
        """Note one round; close the year after its fourth."""
        x = depth(s.counts, self.world.step)
        self._means["orders"] += x[ARMS]
        self._means["deliveries"] += s.deliveries[ARMS]
        self._means["others_orders"] += q["others"][ARMS]
        self._means["others_deliveries"] += s.others_deliveries[ARMS]
        self._means["pressure"] += s.pressure
        self._means["inducement"] += s.inducement
        self._incidents += incident
        self._visits += visited
        self._follow_band(round_, alignment_index(self.world, alignment(q["salience"], x)))
        if (round_ + 1) % ROUNDS_A_YEAR == 0:
            self._close_year(round_, q, s, form, x)

    def _year(self, round_: int) -> int:
        return self.world.start + round_ // ROUNDS_A_YEAR

    def _follow_band(self, round_: int, ai: Floats) -> None:
        """Hedging survives from the first quarter in the band to the first four outside it."""
        inside = (ai >= BAND[0] - _SLACK) & (ai <= BAND[1] + _SLACK)
        entering = inside & ~self._entered
        self._entered |= inside
        self.event("hedging_entered", round_, -1, entering, np.zeros(inside.size))
        counting = self._entered & ~self._broken
        self._rounds_outside = np.where(inside | ~counting, 0, self._rounds_outside + 1)
        self._rounds_in_band += counting
        breaking = counting & (self._rounds_outside == ROUNDS_A_YEAR)
        survived = (self._rounds_in_band - ROUNDS_A_YEAR) / ROUNDS_A_YEAR
        self.event("hedging_broken", round_, -1, breaking, survived)
        self._broken |= breaking

    def _close_year(self, round_: int, q: Frame, s: State, form: Form, x: Floats) -> None:
        year = round_ // ROUNDS_A_YEAR
        mean = {name: total / ROUNDS_A_YEAR for name, total in self._means.items()}
        columns = {
            "arms_stock": _shares(s.stocks[ARMS], s.others_stocks[ARMS]),
            "arms_deliveries": _shares(mean["deliveries"], mean["others_deliveries"]),
            "arms_orders": _shares(mean["orders"], mean["others_orders"]),
            **{name: x[k] for k, name in enumerate(INSTRUMENTS) if k != ARMS},
            "tier": s.tiers.astype(float),
            "alignment": alignment(q["salience"], x),
            "exposure": exposure(q["exposure"], x),
            "pressure": mean["pressure"],
            "inducement": mean["inducement"],
        }
        measures = of_countries(self.world, q, s, form)
        self._store("ties", year, columns)
        self._store("countries", year, measures)
        self.event("incident", round_, -1, self._incidents > 0.0, self._incidents)
        partners = range(len(self._visits))
        self.events("visit", round_, partners, self._visits > 0.0, self._visits)
        for total in (*self._means.values(), self._incidents, self._visits):
            total[:] = 0.0

    def _store(self, table: str, year: int, columns: dict[str, Floats]) -> None:
        """Store the columns of a year, (D,) or (P, D), as (N, R) or (N, P, R)."""
        rows = np.array(list(columns.values()))
        rows = np.moveaxis(rows.reshape(*rows.shape[:-1], self.n, self.r), -2, 1)
        if table not in self._tables:
            shape = (len(columns), self.world.years, *rows.shape[1:])
            self._tables[table] = np.full(shape, np.nan)
            getattr(self.record, table).update(zip(columns, self._tables[table], strict=True))
        self._tables[table][:, year] = rows


def _shares(x: Floats, others: Floats) -> Floats:
    """Share of each partner, others included in the whole: (P, D), NaN for 0/0."""
    total = others + summed(x)
    return ratio(x, total)
