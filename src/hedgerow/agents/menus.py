"""The menus of one country at one desk, for many runs at a time."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import NotInMenu
from ..model import state as states
from ..model.choice import in_order, probabilities
from ..model.parameters import Floats
from ..model.streams import Purpose, code_of
from .desk import Desk, unpacked

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Menus:
    """The moves of one country at one desk of R runs, for `CountryAgent.choose_many`.

    A desk moves one instrument, and all desks are asked every quarter, one after the other. Its M
    moves have the same numbers in all runs and quarters; number 0 is to hold still. The P powers
    are in the order of `partners`, the K instruments in that of `instruments`. A country that is a
    power itself has no tie with itself, and values there are meaningless. Arrays must not be
    changed. They are valid only while the desk is asked, so copy what you keep.

    Attributes:
        country: code of the country.
        instrument: name of the instrument that the desk moves.
        year, quarter: the date; quarters are 1 to 4.
        runs: number of runs, R.
        instruments, partners: names of all instruments, and codes of powers.
        labels: (M,) moves in words, for example ``"deepen energy with RUS"``.
        feasible: (M, R), False if rules or the range of a tie forbid the move.
        appeals: (M, R) log-odds of every move against holding still, feasible or not: habit, and
            politics as the country's strategy weighs it.
        memory: a dictionary for your own use, which is kept from the first quarter to the last.
    """

    def __init__(self, desk: Desk, place: int, memory: dict[str, Any]) -> None:
        structure = desk.structure
        self._desk, self._block, self._place = desk, desk.block, place
        self.runs = desk.streams.replicates.size
        self._columns = slice(place * self.runs, (place + 1) * self.runs)
        self.country = structure.countries[place]
        self.instrument, self.year, self.quarter = desk.instrument, desk.year, desk.quarter
        self.instruments = tuple(one.name for one in structure.instruments)
        self.partners = structure.partners
        self.appeals = desk.appeals[:, self._columns]
        self.feasible = desk.feasible[:, self._columns]
        self._drawn = desk.drawn[self._columns]
        self.memory = memory

    def __repr__(self) -> str:
        when = f"{self.year} Q{self.quarter}, {self.instrument}"
        return f"<Menus of {self.country}, {when}: {self.runs} runs, {len(self.labels)} moves>"

    # moves ---------------------------------------------------------------------------------------
    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(self._desk.label(number) for number in range(len(self.feasible)))

    def where(
        self,
        instrument: str | None = None,
        partner: str | None = None,
        direction: int | None = None,
    ) -> Mask:
        """Return which moves have this instrument, partner and direction: (M,) bool.

        None means any. The direction is +1 to deepen, −1 to loosen and 0 to hold still, which has
        neither instrument nor partner.

        Raises:
            KeyError: there is no such instrument or partner.
        """
        for what, name, known in (
            ("instrument", instrument, self.instruments),
            ("partner", partner, self.partners),
        ):
            if name is not None and name not in known:
                raise KeyError(f"no {what} {name!r}; there is {', '.join(known)}")
        mine = instrument in (None, self.instrument)
        p = -2 if partner is None else self.partners.index(partner)
        moves = [unpacked(number, len(self.partners)) for number in range(len(self.feasible))]
        return np.array(
            [
                (direction is None or sign == direction)
                and (instrument is None or (mine and sign != 0))
                and p in (-2, j)
                for sign, j in moves
            ]
        )

    @cached_property
    def payoffs(self) -> Floats:
        """(M, R) payoff of every move, feasible or not, relative to holding still, log-odds."""
        return self._desk.payoffs[:, self._columns]

    @cached_property
    def by_term(self) -> dict[str, Floats]:
        """The payoff by term, (M, R) each; the terms add up to `payoffs`."""
        return {name: array[:, self._columns] for name, array in self._desk.by_term.items()}

    @cached_property
    def probabilities(self) -> Floats:
        """(M, R) probability that the strategy chooses a move, 0 if it is not feasible."""
        return probabilities(self.appeals, self.feasible)

    # choosing ------------------------------------------------------------------------------------
    def best(self, values: ArrayLike | None = None, among: ArrayLike | None = None) -> Ints:
        """Return the number of the feasible move with the highest value in each run: (R,).

        Args:
            values: (M, R) or (M, 1), `payoffs` by default. The first of equal ones is returned.
            among: (M,) or (M, R) bool, the moves to choose from. A run without any holds still.
        """
        allowed = self._allowed(among)
        shape = self.feasible.shape
        worth = np.broadcast_to(self.payoffs if values is None else np.asarray(values), shape)
        found = np.where(allowed, worth, -np.inf).argmax(axis=0)
        return np.where(allowed.any(axis=0), found, 0)

    def sample(self, among: ArrayLike | None = None, purpose: str = "") -> Ints:
        """Draw a move for each run as the country's strategy would, with its random numbers: (R,).

        Without arguments, these are the moves that the strategy makes in the same runs.

        Args:
            among: (M,) or (M, R) bool, the moves to draw from, in proportion to their probability.
                A run without any holds still.
            purpose: any name, for another draw at the same desk.
        """
        if among is None and not purpose:
            return self._drawn.copy()
        allowed = self._allowed(among)
        if not purpose:
            return self._desk.drawn_among(allowed, self._columns)
        allowed[0] |= ~allowed.any(axis=0)
        odds = probabilities(self.appeals, allowed)
        return in_order(odds, self.uniform(f"{purpose}|{self.instrument}"))

    def uniform(self, purpose: str) -> Floats:
        """Return a random number in [0, 1) for each run, as `CountryAgent.uniform` does: (R,)."""
        streams = self._desk.streams
        code = np.array([code_of(f"{self.country}|own:{purpose}")], dtype=np.uint64)
        return streams(Purpose.MOVE, self._desk.round, code)[0]

    # the country and its world -------------------------------------------------------------------
    @property
    def ties(self) -> Floats:
        """(K, P, R) every tie: arms are what was ordered, in usual programmes remembered."""
        return self._block.ties[..., self._columns]

    @property
    def stocks(self) -> Floats:
        """(K, P, R) what was delivered and is in use, against what is usual; 0 but for arms."""
        return states.stocks(self._desk.structure, self._block.state)[..., self._columns]

    @property
    def tiers(self) -> Ints:
        """(P, R) rung of the partnership with each power, 0 to 4."""
        return self._block.state.tiers[:, self._columns]

    @property
    def alignment(self) -> Floats:
        """(P, R) weight of each power in the portfolio, Σ_k γ_k x_kp."""
        return self._block.point.a[:, self._columns]

    @property
    def exposure(self) -> Floats:
        """(P, R) loss if a power failed, for each power, Σ_k m_k x_kp."""
        return self._block.point.y[:, self._columns]

    @property
    def pressure(self) -> Floats:
        """(P, R) acts of coercion expected of each power a year."""
        return self._block.expected(coerces=True)[:, self._columns]

    @property
    def inducement(self) -> Floats:
        """(P, R) offers and visits expected of each power a year."""
        return self._block.expected(coerces=False)[:, self._columns]

    @property
    def beliefs(self) -> Floats:
        """(W, R) probability that the country gives to each of the W futures of the scenario."""
        return self._block.state.beliefs[:, self._columns]

    @property
    def threat(self) -> Floats:
        """(R,) level of threat that the country feels."""
        return self._block.state.threat[self._columns]

    @property
    def incidents(self) -> Floats:
        """(R,) number of recent incidents, which decays over time."""
        return self._block.state.fresh[self._columns]

    # ---------------------------------------------------------------------------------------------
    def checked(self, moves: object, said: str) -> Ints:
        """Return the moves that ``choose_many`` returned, after checking that all are feasible.

        Raises:
            NotInMenu: they are not. The message begins with `said`.
        """
        when = f"{self.country}, {self.year} Q{self.quarter}, {self.instrument}"
        wanted = f"expected {self.runs} numbers of feasible moves, as of menus.best() ({when})"
        if moves is None:
            raise NotInMenu(f"{said} None; did it forget to return? {wanted}")
        found = np.asarray(moves)
        if found.dtype.kind not in "iu" or found.shape != (self.runs,):
            raise NotInMenu(f"{said} an array {found.shape} of {found.dtype}; {wanted}")
        numbers = found.astype(np.int64)
        inside = (numbers >= 0) & (numbers < len(self.feasible))
        allowed = self.feasible[np.where(inside, numbers, 0), np.arange(self.runs)]
        wrong = np.flatnonzero(~inside | ~allowed)
        if wrong.size:
            number = int(numbers[wrong[0]])
            run = int(self._block.world.replicates[wrong[0]])
            what = f"{self.labels[number]!r}, " if inside[wrong[0]] else ""
            raise NotInMenu(f"{said} move {number}, {what}which run {run} may not make; {wanted}")
        return numbers

    def _allowed(self, among: ArrayLike | None) -> Mask:
        if among is None:
            return self.feasible.copy()
        mask = np.asarray(among)
        if mask.dtype != np.bool_:
            raise TypeError(f"among is an array of True and False, not of {mask.dtype}")
        return self.feasible & (mask[:, None] if mask.ndim == 1 else mask)
