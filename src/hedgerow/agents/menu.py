"""The menu of moves from which a country of the user's own chooses in a round."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import NotInMenu
from ..model import payoff
from ..model.choice import choose, probabilities
from ..model.decompose import moves_by_term
from ..model.frame import Frame
from ..model.parameters import INSTRUMENTS, Floats, Structure
from ..model.simulate import Block, menu
from ..model.state import State
from ..model.strategies import STRATEGIES, Mind
from ..model.streams import Purpose, code_of, draw
from ..model.terms import form_of

if TYPE_CHECKING:
    from .country import CountryAgent

VERBS = {1: "deepen", -1: "loosen"}


@dataclass(frozen=True)
class Situation:
    """The state of the world when the countries of a round choose, from which moves get values."""

    structure: Structure
    frame: Frame
    state: State
    most: NDArray[np.int64]

    @staticmethod
    def of(block: Block) -> "Situation":
        """Copy the situation of a block in step 4 of a round."""
        state = {name.name: getattr(block.state, name.name).copy() for name in fields(State)}
        return Situation(block.world.structure, block.frame, State(**state), block.most)

    @cached_property
    def payoffs(self) -> Floats:
        """Payoff of every move for K instruments, P partners and D countries: (1 + 2KP, D)."""
        form = form_of(self.structure, self.frame, self.state)
        precision = self.frame["precision"]
        mind = Mind(form, precision, np.ones(precision.size))
        bend = payoff.curvature(form)
        return menu(self.structure, self.frame, self.state, mind, self.most, bend)[0]

    @cached_property
    def by_term(self) -> dict[str, Floats]:
        """Payoff of every move by term, (1 + 2KP, D) each."""
        return moves_by_term(self.structure, self.frame, self.state)


class Move:
    """One feasible move.

    Attributes:
        instrument: ``"arms"``, …; None for holding still.
        partner: code of the power; None for holding still.
        direction: +1 to deepen the tie by one step, −1 to loosen it, 0 to hold still.
        label: the move in words, e.g. ``"deepen arms with RUS"``.
    """

    __slots__ = ("_menu", "_number", "direction", "instrument", "label", "partner")

    def __init__(self, menu: "Menu", number: int) -> None:
        self._menu = menu
        self._number = number
        self.instrument: str | None = None
        self.partner: str | None = None
        self.direction, k, p = unpacked(number, len(menu.partners))
        if self.direction:
            self.instrument, self.partner = INSTRUMENTS[k], menu.partners[p]
        self.label = label_of(number, menu.partners)

    @property
    def payoff(self) -> float:
        """Payoff relative to holding still, log-odds at Λ = 1."""
        return float(self._menu.payoffs[self._number])

    @property
    def by_term(self) -> dict[str, float]:
        """The payoff by term; the terms add up to `payoff`."""
        return self._menu.terms_of(self._number)

    @property
    def appeal(self) -> float:
        """Value of the move to the country's strategy; that of the quantal one is the payoff."""
        return float(self._menu.appeals[self._number])

    @property
    def probability(self) -> float:
        """Probability that the country's strategy chooses the move."""
        return float(self._menu.chances[self._number])

    def __repr__(self) -> str:
        return f"<Move {self.label}, payoff {self.payoff:+.2f}, probability {self.probability:.3f}>"


class Menu(Sequence[Move]):
    """The feasible moves of one country in one round; the first is to hold still.

    Moves that rules, embargoes, caps or the bound on tilt forbid are left out. The menu does not
    change after the country has chosen.

    Attributes:
        country: code of the country.
        year, quarter: the round; quarters are 1 to 4.
        partners: codes of all powers.
        appeals: value of every move to the strategy, feasible or not, (1 + 2KP,) for K instruments
            and P partners.
    """

    def __init__(
        self,
        agent: "CountryAgent",
        situation: Situation,
        appeals: Floats,
        feasible: NDArray[np.bool_],
        drawn: int,
    ) -> None:
        self.country = agent.code
        self.year, self.quarter = agent.model.year, agent.model.quarter
        self.partners = situation.structure.partners
        self.appeals = appeals
        self._agent = agent
        self._i = agent.index
        self._situation = situation
        self._feasible = feasible
        self._drawn = drawn
        self._round = agent.model.block.round
        strategy = STRATEGIES[situation.structure.strategies[self._i]]
        self._precision = situation.frame["precision"][[self._i]] * strategy.precision
        self._follows_payoff = strategy.want is None and strategy.foresees

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
        when = f"{self.year} Q{self.quarter}"
        return f"<Menu of {self.country}, {when}: {len(self)} feasible moves>"

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
            purpose: any name, for another draw in the same round. The same name gives the same
                draw.

        Raises:
            NotInMenu: `among` holds a move that is not in this menu.
            ValueError: `among` is empty.
        """
        if among is None and not purpose:
            return self._moves[self._drawn]
        if among is None:
            moves: tuple[Move, ...] = self._listed
        else:
            moves = tuple(among)
            if not moves:
                raise ValueError("menu.sample: no moves to choose among")
            for move in moves:
                self.number_of(move, "menu.sample got")
        u = self._agent.uniform(purpose) if purpose else self._uniform()
        values = self.appeals[[move._number for move in moves]][:, None]
        everything = np.ones(values.shape, dtype=bool)
        return moves[int(choose(values, everything, self._precision, np.array([u]))[0])]

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
            what = f"a move of another menu ({other.country}, {other.year} Q{other.quarter})"
        elif move is None:
            what = "None; did it forget to return a move?"
        when = f"{self.country}, {self.year} Q{self.quarter}"
        raise NotInMenu(
            f"{said} {what} ({when}); expected a move of the menu it was given, such as "
            "menu.best(), menu.sample() or menu.hold"
        )

    @cached_property
    def payoffs(self) -> Floats:
        """Payoff of every move, feasible or not, relative to holding still: (1 + 2KP,)."""
        if self._follows_payoff:
            return self.appeals
        return self._situation.payoffs[:, self._i]

    @cached_property
    def chances(self) -> Floats:
        """Probability that the strategy chooses each move: (1 + 2KP,), 0 if it is not feasible."""
        column = self.appeals[:, None]
        return probabilities(column, self._feasible[:, None], self._precision)[:, 0]

    def terms_of(self, number: int) -> dict[str, float]:
        """The payoff of a move by term."""
        split = self._situation.by_term
        return {term: float(values[number, self._i]) for term, values in split.items()}

    def _uniform(self) -> float:
        """The uniform random number from which the move of the round is drawn."""
        model = self._agent.model
        replicates = model.block.world.replicates
        drawn = draw(model.seed, replicates, self._round, code_of(self.country), Purpose.MOVE)
        return float(drawn[0][0])


def unpacked(number: int, partners: int) -> tuple[int, int, int]:
    """Return direction, instrument and partner of a move, given its number in the model's menu."""
    if number == 0:
        return 0, -1, -1
    size = len(INSTRUMENTS) * partners
    k, p = divmod((number - 1) % size, partners)
    return (1 if number <= size else -1), k, p


def label_of(number: int, partners: tuple[str, ...]) -> str:
    """Return a move in words."""
    direction, k, p = unpacked(number, len(partners))
    return f"{VERBS[direction]} {INSTRUMENTS[k]} with {partners[p]}" if direction else "hold"
