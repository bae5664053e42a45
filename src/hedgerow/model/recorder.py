"""Gathers quarters into years. Recording never touches the state."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .insurance import insurance, is_insurance
from .measures import of_countries, ratio
from .parameters import ROUNDS_A_YEAR, Floats, Kind, Structure
from .part import Columns
from .payoff import Form, at
from .record import ChoiceRecord, EventRows, Record
from .state import TIV_UNIT, State, share_of, shared_out

WINDOW = 5
"""Years over which orders and deliveries are counted, as arms registers are read."""

INSURED = 5
"""Years from one pricing of insurance to the next; the last year is priced too."""

_SLACK = 1e-9  # of the index: rounding must not push a tie of 11 : 9 out of the band


class Recorder:
    """Collects a `Record`: fourth-quarter states, windows of five years, events as they come."""

    def __init__(self, world: Structure, q: Frame, s: State, every: int = INSURED) -> None:
        self.world, self.n, self.r, self.every = world, q.n, q.r, every
        self._events: list[EventRows] = []
        self.record = Record(events=self._events)
        p, d = len(world.partners), q.n * q.r
        self._programmes = world.of(Kind.PROGRAMMES)
        self._windows: dict[tuple[str, int], Floats] = {}
        for k in self._programmes:
            # Before the start everything was as usual.
            size = s.usual_arsenal[k] * q["turnover"][k]
            usual = shared_out(size, q["ties"][k] * q.not_self, q["others"][k])
            for name in ("orders", "deliveries"):
                self._windows[name, k] = np.repeat(usual[None], WINDOW, axis=0)
        self._pressure, self._inducement = np.zeros((2, p, d))
        self._decisions, self._struck = np.zeros((2, d))
        self._rounds_in_band = np.zeros(d, dtype=np.int64)
        self._rounds_outside = np.zeros(d, dtype=np.int64)
        self._entered, self._broken = np.zeros((2, d), dtype=bool)

    def open_year(self) -> None:
        """Begin a year: its orders and deliveries are not yet counted."""
        for key, window in self._windows.items():
            self._windows[key] = np.concatenate([window[1:], np.zeros((1, *window.shape[1:]))])

    def traded(self, name: str, k: int, amount: Floats) -> None:
        """Count orders or deliveries (P + 1, D) of a quarter."""
        self._windows[name, k][-1] += amount

    def accepted(self, bundle: NDArray[np.int64], taken: Columns) -> None:
        """Count the programmes of a bundle (K, P) as orders in the columns that took it."""
        for k in self._programmes:
            self._windows["orders", k][-1][:-1, taken] += TIV_UNIT * bundle[k][:, None]

    def decided(
        self, asked: NDArray | float, struck: NDArray, columns: Columns | slice = slice(None)
    ) -> None:
        """Count decisions, and those in which a rule struck off what would have been taken."""
        self._decisions[columns] += asked
        self._struck[columns] += struck

    def aimed(self, pressure: Floats, inducement: Floats) -> None:
        """Note how often powers are expected to coerce and to court, a year: (P, D) each."""
        self._pressure += pressure / ROUNDS_A_YEAR
        self._inducement += inducement / ROUNDS_A_YEAR

    def choice(
        self,
        round_: int,
        question: str,
        options: tuple[str, ...],
        asked: tuple[int, ...],
        chosen: NDArray[np.int64],
    ) -> None:
        """Note a dated choice; `chosen` (D,)."""
        by_country = chosen.reshape(self.n, self.r)
        for i in asked:
            self.record.choices.append(
                ChoiceRecord(self._year(round_), i, question, options, by_country[i])
            )

    def event(
        self,
        name: str,
        kind: str,
        round_: int,
        partner: int,
        columns: Columns,
        value: NDArray | float,
        until: NDArray[np.int64] | None = None,
        cause: NDArray[np.int64] | None = None,
        rival: NDArray[np.int64] | None = None,
        question: str = "",
    ) -> None:
        """Note an event in the columns in which it happened; all else (C,)."""
        if not columns.size:
            return
        country, replicate = np.divmod(columns, self.r)
        none = np.full(columns.size, -1)
        self._events.append(
            EventRows(
                event=name,
                kind=kind,
                year=self._year(round_),
                quarter=1 + round_ % ROUNDS_A_YEAR,
                partner=partner,
                country=country,
                replicate=replicate,
                value=np.full(columns.size, value, dtype=np.float64),
                until=np.full(columns.size, np.nan)
                if until is None
                else self.world.start + until / ROUNDS_A_YEAR,
                cause=none if cause is None else cause,
                rival=none if rival is None else rival,
                question=question,
            )
        )

    def follow_band(self, round_: int, ai: Floats) -> None:
        """Hedging survives from the first quarter in the band to the first four outside it."""
        low, high = self.world.band
        inside = (ai >= low - _SLACK) & (ai <= high + _SLACK)
        entering = inside & ~self._entered
        self._entered |= inside
        self.event("hedging_entered", "hedging", round_, -1, np.flatnonzero(entering), 0.0)
        counting = self._entered & ~self._broken
        self._rounds_outside = np.where(inside | ~counting, 0, self._rounds_outside + 1)
        self._rounds_in_band += counting
        breaking = np.flatnonzero(counting & (self._rounds_outside == ROUNDS_A_YEAR))
        survived = (self._rounds_in_band[breaking] - ROUNDS_A_YEAR) / ROUNDS_A_YEAR
        self.event("hedging_broken", "hedging", round_, -1, breaking, survived)
        self._broken[breaking] = True

    def close_year(self, round_: int, q: Frame, s: State, form: Form, x: Floats) -> None:
        """Note the fourth quarter's state, and what the year added up to."""
        year = round_ // ROUNDS_A_YEAR
        point = at(form, x)
        columns: dict[str, Floats] = {}
        for k, one in enumerate(self.world.instruments):
            if one.kind is Kind.PROGRAMMES:
                columns[f"{one.name}_stock"] = share_of(s.arsenal[k])
                for name in ("deliveries", "orders"):
                    columns[f"{one.name}_{name}"] = share_of(self._windows[name, k].sum(axis=0))
            else:
                columns[one.name] = x[k]
        columns |= {
            "tier": s.tiers.astype(np.float64),
            "alignment": point.a,
            "exposure": point.y,
            "pressure": self._pressure,
            "inducement": self._inducement,
        }
        measures = of_countries(self.world, q, s, form, x)
        measures["rules_bound"] = ratio(self._struck, self._decisions)
        measures |= self._insurance(year, q, s, form, x)
        self._store(self.record.ties, year, columns)
        self._store(self.record.countries, year, measures)
        for total in (self._pressure, self._inducement, self._decisions, self._struck):
            total[:] = 0.0

    def _insurance(self, year: int, q: Frame, s: State, form: Form, x: Floats) -> dict[str, Floats]:
        names = ("premium", "payout", "premium_held", "payout_held")
        last = year == self.world.years - 1
        if not last and (year + 1) % self.every:
            return dict.fromkeys((*names, "insured"), np.full(x.shape[-1], np.nan))
        found = insurance(self.world, q, s, form, x)
        return {
            **{name: getattr(found, name) for name in names},
            "insured": is_insurance(found, s.beliefs),
        }

    def _year(self, round_: int) -> int:
        return self.world.start + round_ // ROUNDS_A_YEAR

    def _store(self, table: dict[str, Floats], year: int, columns: Mapping[str, Floats]) -> None:
        """Store the columns of a year, (D,) or (P, D), as (N, R) or (N, P, R)."""
        for name, values in columns.items():
            split = np.moveaxis(values.reshape(*values.shape[:-1], self.n, self.r), -2, 0)
            if name not in table:
                table[name] = np.full((self.world.years, *split.shape), np.nan)
            table[name][year] = split
