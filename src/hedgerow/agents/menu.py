"""The menu of a desk, from which a country of the user's own chooses."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import NotInMenu
from ..model2 import desks
from ..model2.choice import pick, probabilities
from ..model2.decompose import by_term
from ..model2.frame import Frame
from ..model2.parameters import Floats, Structure
from ..model2.payoff import Form, Point, at, price_steps
from ..model2.rules import most_steps
from ..model2.simulate import Block
from ..model2.state import State
from ..model2.streams import Purpose, code_of, gumbel

if TYPE_CHECKING:
    from .country import CountryAgent

VERBS = {1: "deepen", -1: "loosen"}


@dataclass(frozen=True)
class Situation:
    """The state of the world when a desk is asked, from which its moves get values.

    Attributes:
        desk: index of the instrument.
        appeals: (M, D) log-weight of each move to the strategy against holding still, which is
            first and 0. feasible: (M, D).
        x: (K, P, D) ties. form: the payoff.
    """

    structure: Structure
    frame: Frame
    state: State
    desk: int
    appeals: Floats
    feasible: NDArray[np.bool_]
    x: Floats
    form: Form

    @staticmethod
    def of(block: Block, desk: int) -> "Situation":
        """Copy the situation of a block whose desk is asked."""
        world, q = block.world.structure, block.frame
        state = {each.name: copy(getattr(block.state, each.name)) for each in fields(State)}
        log_weight, _, allowed, _ = desks.options(
            world,
            q,
            block.state,
            block.mind.form,
            block.point,
            most_steps(world, q),
            desk,
            block.omega("steps"),
        )
        hold = np.zeros((1, log_weight.shape[1]))
        return Situation(
            structure=world,
            frame=q,
            state=State(**state),
            desk=desk,
            appeals=np.concatenate([hold, log_weight]),
            feasible=np.concatenate([hold == 0.0, allowed]),
            x=block.point.x.copy(),
            form=block.form,
        )

    def _prices(self, form: Form, point: Point) -> Floats:
        size = float(self.structure.step[self.desk])
        moves = np.concatenate(price_steps(form, point, self.desk, size))
        return np.concatenate([np.zeros((1, moves.shape[1])), moves])

    @cached_property
    def payoffs(self) -> Floats:
        """Payoff of every move for P partners and D countries: (1 + 2P, D)."""
        return self._prices(self.form, at(self.form, self.x))

    @cached_property
    def by_term(self) -> dict[str, Floats]:
        """Payoff of every move by term, (1 + 2P, D) each."""
        return by_term(
            self.structure, self.frame, self.state, self.x, self.form.foreseen, self._prices
        )


class Move:
    """One feasible move.

    Attributes:
        instrument: that of the desk, ``"energy"``, …
        partner: code of the power; None for holding still.
        direction: +1 to deepen the tie by one step, −1 to loosen it, 0 to hold still.
        label: the move in words, e.g. ``"deepen energy with RUS"``.
    """

    __slots__ = ("_menu", "_number", "direction", "instrument", "label", "partner")

    def __init__(self, menu: "Menu", number: int) -> None:
        self._menu = menu
        self._number = number
        self.instrument = menu.instrument
        self.direction, p = unpacked(number, len(menu.partners))
        self.partner: str | None = menu.partners[p] if self.direction else None
        self.label = label_of(number, menu.instrument, menu.partners)

    @property
    def payoff(self) -> float:
        """Political payoff against holding still, in log-odds."""
        return float(self._menu.payoffs[self._number])

    @property
    def by_term(self) -> dict[str, float]:
        """The payoff by term; the terms add up to `payoff`."""
        return self._menu.terms_of(self._number)

    @property
    def appeal(self) -> float:
        """Log-odds of the move against holding still, by habit and by what the strategy wants."""
        return float(self._menu.appeals[self._number])

    @property
    def probability(self) -> float:
        """Probability that the country's strategy chooses the move."""
        return float(self._menu.chances[self._number])

    def __repr__(self) -> str:
        return f"<Move {self.label}, payoff {self.payoff:+.2f}, probability {self.probability:.3f}>"


class Menu(Sequence[Move]):
    """The feasible moves of one desk of one country; the first is to hold still.

    Moves that rules, caps or the bound on tilt forbid are left out. The menu does not change after
    the country has chosen.

    Attributes:
        country: code of the country.
        year, quarter: the moment; quarters are 1 to 4.
        instrument: name of the instrument that the desk moves.
        partners: codes of all powers.
        appeals: log-odds of every move against holding still to the strategy, feasible or not,
            (1 + 2P,) for P partners.
    """

    def __init__(self, agent: "CountryAgent", situation: Situation, drawn: int) -> None:
        self.country = agent.code
        self.year, self.quarter = agent.model.year, agent.model.quarter
        self.partners = situation.structure.partners
        self.instrument = situation.structure.instruments[situation.desk].name
        self._i = agent.index
        self.appeals = situation.appeals[:, self._i]
        self._agent = agent
        self._situation = situation
        self._feasible = situation.feasible[:, self._i]
        self._drawn = drawn

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
        return f"<Menu of {self.country}, {when}, {self.instrument}: {len(self)} feasible moves>"

    @property
    def hold(self) -> Move:
        """The move that changes nothing."""
        return self._moves[0]

    def best(self, key: Callable[[Move], Any] | None = None) -> Move:
        """The move with the highest payoff, or the highest `key`; the first of equal ones."""
        if key is not None:
            return max(self, key=key)
        return self._moves[int(np.where(self._feasible, self.payoffs, -np.inf).argmax())]

    def where(self, partner: str | None = None, direction: int | None = None) -> tuple[Move, ...]:
        """The moves with this partner and direction; None means any."""
        return tuple(
            move
            for move in self
            if (partner is None or move.partner == partner)
            and (direction is None or move.direction == direction)
        )

    def find(self, partner: str, direction: int = 1) -> Move | None:
        """The move on one tie; None if it is not feasible."""
        found = self.where(partner, direction)
        return found[0] if found else None

    def sample(self, among: Iterable[Move] | None = None, purpose: str = "") -> Move:
        """Draw a move as the country's strategy would, from the run's own random numbers.

        Without arguments, this always is the move that the country would make in an ensemble.

        Args:
            among: the moves of the menu to draw from, in proportion to their probability.
            purpose: any name, for another draw of the same desk in the same quarter. The same name
                gives the same draw.

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
        numbers = np.array([move._number for move in moves])
        g = gumbels(self._agent.model.block, self._situation.desk, self.country, purpose)
        values = (self.appeals[:, None] + 0.0)[numbers]
        everything = np.ones(values.shape, dtype=bool)
        return moves[int(pick(values, everything, g[numbers])[0])]

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
        """Payoff of every move, feasible or not, relative to holding still: (1 + 2P,)."""
        return self._situation.payoffs[:, self._i]

    @cached_property
    def chances(self) -> Floats:
        """Probability that the strategy chooses each move: (1 + 2P,), 0 if it is not feasible."""
        return probabilities(self.appeals[:, None], self._feasible[:, None])[:, 0]

    def terms_of(self, number: int) -> dict[str, float]:
        """The payoff of a move by term."""
        split = self._situation.by_term
        return {term: float(values[number, self._i]) for term, values in split.items()}


def gumbels(block: Block, desk: int, country: str, purpose: str) -> Floats:
    """Gumbel numbers of a desk's moves for a draw of one's own: (1 + 2P, R)."""
    world = block.world.structure
    name = f"{country}|own:{purpose}|{world.instruments[desk].name}"
    codes = np.array(
        [[code_of(f"{name}|{place}")] for place in range(1 + 2 * len(world.partners))],
        dtype=np.uint64,
    )
    return gumbel(block.streams(Purpose.OPTION, block.round, codes)[0])


def unpacked(number: int, partners: int) -> tuple[int, int]:
    """Return direction and partner of a move, given its number in the menu of a desk."""
    if number == 0:
        return 0, -1
    above, p = divmod(number - 1, partners)
    return (-1 if above else 1), p


def label_of(number: int, instrument: str, partners: tuple[str, ...]) -> str:
    """Return a move in words."""
    direction, p = unpacked(number, len(partners))
    return f"{VERBS[direction]} {instrument} with {partners[p]}" if direction else "hold"
