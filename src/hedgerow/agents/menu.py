"""The menu of moves from which a country of the user's own chooses at a desk."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from ..errors import NotInMenu
from ..model.parameters import Floats
from .desk import unpacked
from .menus import Menus


class Move:
    """One feasible move.

    Attributes:
        instrument: ``"energy"``, …; None for holding still.
        partner: code of the power; None for holding still.
        direction: +1 to deepen the tie by one step, −1 to loosen it, 0 to hold still.
        label: the move in words, e.g. ``"deepen energy with RUS"``.
    """

    __slots__ = ("_menu", "_number", "direction", "instrument", "label", "partner")

    def __init__(self, menu: "Menu", number: int) -> None:
        self._menu = menu
        self._number = number
        self.instrument: str | None = None
        self.partner: str | None = None
        self.direction, p = unpacked(number, len(menu.partners))
        if self.direction:
            self.instrument, self.partner = menu.instrument, menu.partners[p]
        self.label = menu.labels[number]

    @property
    def payoff(self) -> float:
        """Political payoff against holding still, log-odds."""
        return float(self._menu.payoffs[self._number])

    @property
    def by_term(self) -> dict[str, float]:
        """The payoff by term; the terms add up to `payoff`."""
        return self._menu.terms_of(self._number)

    @property
    def appeal(self) -> float:
        """Log-odds against holding still: habit, and politics as the strategy weighs it."""
        return float(self._menu.appeals[self._number])

    @property
    def probability(self) -> float:
        """Probability that the country's strategy chooses the move."""
        return float(self._menu.chances[self._number])

    def __repr__(self) -> str:
        return f"<Move {self.label}, payoff {self.payoff:+.2f}, probability {self.probability:.3f}>"


class Menu(Sequence[Move]):
    """The feasible moves of one country at one desk; the first is to hold still.

    A desk moves one instrument, and all desks are asked every quarter, one after the other. Moves
    that rules, the range of a tie or the bound on tilt forbid are left out. The menu does not
    change after the country has chosen.

    Attributes:
        country: code of the country.
        instrument: name of the instrument that the desk moves.
        year, quarter: the date; quarters are 1 to 4.
        partners: codes of all powers.
        labels: all moves in words, feasible or not.
        appeals: log-odds of every move against holding still, feasible or not: (1 + 2P,) for P
            partners.
    """

    def __init__(self, menus: Menus) -> None:
        self._menus = menus
        self.country, self.instrument = menus.country, menus.instrument
        self.year, self.quarter = menus.year, menus.quarter
        self.partners, self.labels = menus.partners, menus.labels
        self.appeals = menus.appeals[:, 0]
        self._feasible = menus.feasible[:, 0]

    @cached_property
    def _when(self) -> str:
        return f"{self.country}, {self.year} Q{self.quarter}, {self.instrument}"

    @cached_property
    def _moves(self) -> dict[int, Move]:
        return {int(m): Move(self, int(m)) for m in np.nonzero(self._feasible)[0]}

    @cached_property
    def _listed(self) -> tuple[Move, ...]:
        return tuple(self._moves.values())

    @overload
    def __getitem__(self, at: int) -> Move: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Move, ...]: ...
    def __getitem__(self, at: int | slice) -> Move | tuple[Move, ...]:
        return self._listed[at]

    def __len__(self) -> int:
        return int(self._feasible.sum())

    def __iter__(self) -> Iterator[Move]:
        return iter(self._listed)

    def __contains__(self, move: object) -> bool:
        return isinstance(move, Move) and move._menu is self

    def __repr__(self) -> str:
        return f"<Menu of {self._when}: {len(self)} feasible moves>"

    @property
    def hold(self) -> Move:
        """The move that changes nothing."""
        return self._moves[0]

    def best(self, key: Callable[[Move], Any] | None = None) -> Move:
        """The move with the highest payoff, or the highest `key`; the first of equal ones."""
        if key is not None:
            return max(self, key=key)
        return self._moves[int(np.where(self._feasible, self.payoffs, -np.inf).argmax())]

    def where(
        self,
        instrument: str | None = None,
        partner: str | None = None,
        direction: int | None = None,
    ) -> tuple[Move, ...]:
        """The moves with this instrument, partner and direction; None means any."""
        return tuple(
            move
            for move in self
            if (instrument is None or move.instrument == instrument)
            and (partner is None or move.partner == partner)
            and (direction is None or move.direction == direction)
        )

    def find(self, instrument: str, partner: str, direction: int = 1) -> Move | None:
        """The move on one tie; None if it is not feasible."""
        found = self.where(instrument, partner, direction)
        return found[0] if found else None

    def sample(self, among: Iterable[Move] | None = None, purpose: str = "") -> Move:
        """Draw a move as the country's strategy would, from the run's own random numbers.

        Without arguments, this always is the move that the country would make in an ensemble.

        Args:
            among: the moves of the menu to draw from, in proportion to their probability.
            purpose: any name, for another draw at the same desk. The same name gives the same
                draw.

        Raises:
            NotInMenu: `among` holds a move that is not in this menu.
            ValueError: `among` is empty.
        """
        if among is None:
            return self._moves[int(self._menus.sample(purpose=purpose)[0])]
        moves = tuple(among)
        if not moves:
            raise ValueError("menu.sample: no moves to choose among")
        mask = np.zeros(len(self.labels), dtype=bool)
        for move in moves:
            mask[self.number_of(move, "menu.sample got")] = True
        return self._moves[int(self._menus.sample(mask, purpose)[0])]

    def number_of(self, move: object, said: str) -> int:
        """Return the number of a move in the arrays of the model.

        Raises:
            NotInMenu: it is no move of this menu. The message begins with `said`.
        """
        if isinstance(move, Move) and move._menu is self:
            return move._number
        what = repr(move)
        if isinstance(move, Move):
            other = move._menu
            what = f"a move of another menu ({other._when})"
        elif move is None:
            what = "None; did it forget to return a move?"
        raise NotInMenu(
            f"{said} {what} ({self._when}); expected a move of the menu it was given, such as "
            "menu.best(), menu.sample() or menu.hold"
        )

    @property
    def payoffs(self) -> Floats:
        """Political payoff of every move, feasible or not, against holding still: (1 + 2P,)."""
        return self._menus.payoffs[:, 0]

    @property
    def chances(self) -> Floats:
        """Probability that the strategy chooses each move: (1 + 2P,), 0 if it is not feasible."""
        return self._menus.probabilities[:, 0]

    def terms_of(self, number: int) -> dict[str, float]:
        """The payoff of a move by term."""
        return {term: float(values[number, 0]) for term, values in self._menus.by_term.items()}
