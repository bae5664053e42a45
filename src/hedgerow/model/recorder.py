"""Step 8 of a round: gather quarters into years. Recording never touches the state."""

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .measures import BAND, alignment_index, of_countries, ratio
from .parameters import ARMS, INSTRUMENTS, ROUNDS_A_YEAR, Choice, Floats, Structure
from .payoff import Form
from .portfolio import alignment, exposure, summed
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
        self.record = Record({}, {})
        p, d = len(world.partners), q.n * q.r
        self._means: dict[str, Floats] = {name: np.zeros((p, d)) for name in _MEANS}
        self._means |= {name: np.zeros(d) for name in _OTHERS}
        self._incidents = np.zeros(d)
        self._visits = np.zeros((p, d))
        self._rounds_in_band = np.zeros(d, dtype=np.int64)
        self._rounds_outside = np.zeros(d, dtype=np.int64)
        self._entered = np.zeros(d, dtype=bool)
        self._broken = np.zeros(d, dtype=bool)

    def choice(self, round_: int, choice: Choice, chosen: NDArray[np.int64]) -> None:
        """Note a scheduled choice; `chosen` (D,)."""
        by_country = chosen.reshape(self.n, self.r)
        for i in choice.countries:
            self.record.choices.append(
                ChoiceRecord(self._year(round_), i, choice.question, choice.options, by_country[i])
            )

    def event(self, name: str, round_: int, partner: int, happened: NDArray, value: Floats) -> None:
        """Note an event of the year where `happened` (D,)."""
        if happened.any():
            values = np.where(happened, value, np.nan).reshape(self.n, self.r)
            for i in np.nonzero(~np.isnan(values).all(axis=1))[0]:
                self.record.events.append(
                    EventRecord(name, self._year(round_), int(i), partner, values[i])
                )

    def quarter(
        self, round_: int, q: Frame, s: State, form: Form, incident: Floats, visited: NDArray
    ) -> None:
        """Note one round; close the year after its fourth."""
        x = s.counts * self.world.step[:, None, None]
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
        for name, column in columns.items():
            self._store(
                self.record.ties, name, year, column.reshape(-1, self.n, self.r).swapaxes(0, 1)
            )
        for name, column in of_countries(self.world, q, s, form).items():
            self._store(self.record.countries, name, year, column.reshape(self.n, self.r))
        self.event("incident", round_, -1, self._incidents > 0.0, self._incidents)
        for p in range(self._visits.shape[0]):
            self.event("visit", round_, p, self._visits[p] > 0.0, self._visits[p])
        for total in (*self._means.values(), self._incidents, self._visits):
            total[:] = 0.0

    def _store(self, table: dict[str, Floats], name: str, year: int, values: Floats) -> None:
        if name not in table:
            table[name] = np.full((self.world.years, *values.shape), np.nan)
        table[name][year] = values


def _shares(x: Floats, others: Floats) -> Floats:
    """Share of each partner, others included in the whole: (P, D), NaN for 0/0."""
    total = others + summed(x)
    return np.array([ratio(row, total) for row in x])
