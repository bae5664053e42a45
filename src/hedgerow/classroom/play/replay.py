"""A game played again from its picks: the same run every time.

The powers and all other countries act by the model's rules and draw the noise of their replicate.
What has been replayed is kept for a while, so that the next year of a game costs one year.
"""

from collections import OrderedDict
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ...explanation.forbidden import forbids_move
from ...model.portfolio import depth
from ...model2 import payoff
from ...model2.frame import Frame
from ...model2.parameters import ROUNDS_A_YEAR, Choice, Floats
from ...model2.payoff import Form
from ...model2.simulate import Block
from ...model2.state import State
from ...model2.terms import form_of
from ...scenario import Scenario
from ...scenario.compile import world
from .game import Game, Pick, questions, scenario_of
from .moves import HOLD

_KEPT = 192  # countries of all replays: the last picks of a class


@dataclass(frozen=True)
class Event:
    """One event of a year, as in the table ``events``; `partner` is a code or empty."""

    event: str
    partner: str
    value: float


@dataclass(frozen=True)
class Year:
    """What one year left.

    Attributes:
        year: of the scenario. pick: None in years before the game.
        moves: that the country made in each quarter. answers: option by question.
        refused: what forbade the move that was tested; empty where none was.
        bound: rules and embargoes that struck a move off the menu, of the first quarter, that
            would have paid.
        by_term: the payoff of the country at the end of the year by term; it adds up to `payoff`.
        measures: the country's row of the table ``countries``.
        ties: its rows of the table ``ties``: column → by partner.
        events: of the year.
    """

    year: int
    pick: Pick | None
    moves: tuple[int, ...]
    answers: dict[str, str]
    refused: tuple[str, ...]
    bound: tuple[str, ...]
    by_term: dict[str, float]
    measures: dict[str, float]
    ties: dict[str, dict[str, float]]
    events: tuple[Event, ...]

    @property
    def payoff(self) -> float:
        """Payoff at the end of the year, log-odds at Λ = 1."""
        return self.measures["payoff"]


class Run:
    """One replicate, in which a player may choose for one country.

    Attributes:
        block: the arrays. scenario: of the run. i: place of the country. years: what was played.
    """

    def __init__(self, game: Game) -> None:
        self.scenario: Scenario = scenario_of(game)
        replicates = np.array([game.replicate], dtype=np.uint64)
        self.block = Block(world(self.scenario, replicates, game.seed))
        self.structure = self.block.world.structure
        self.country = game.country
        self.i = self.structure.countries.index(game.country)
        self.years: list[Year] = []
        self._pick = Pick.model()
        self._asked: tuple[Choice, ...] = ()
        self._begin(self._pick, ())
        self.block.override = self._move
        self.block.answer = self._answer

    @property
    def year(self) -> int:
        """The year that is played next."""
        return self.scenario.start + len(self.years)

    def copy(self) -> "Run":
        """Return a run that can go its own way. What never changes is shared with this one."""
        other = copy(self)
        block = self.block
        shared = (block.world, block.frame)
        memo: dict[int, object] = {id(part): part for part in shared}
        memo[id(self)] = other  # whose methods the copied block calls
        other.block = deepcopy(block, memo)
        other.years = list(self.years)
        return other

    def play(self, pick: Pick | None, asked: tuple[Choice, ...] = ()) -> None:
        """Play four quarters; None leaves them to the model without it being a pick."""
        self._begin(pick or Pick.model(), asked)
        year = self.year
        for _ in range(ROUNDS_A_YEAR):
            self.block.step(self._watch)
        self.years.append(self._told(year, pick))

    def _begin(self, pick: Pick, asked: tuple[Choice, ...]) -> None:
        self._pick, self._asked = pick, asked
        self._made: list[int] = []
        self._refused: tuple[str, ...] = ()
        self._bound: tuple[str, ...] = ()
        self._by_term: dict[str, float] = {}

    def _answer(self, block: Block, choice: Choice, chosen: NDArray[np.int64]) -> None:
        """Answer a question of the year as it was picked."""
        for asked, answer in zip(self._asked, self._pick.answers, strict=False):
            if asked.question == choice.question and answer is not None:
                chosen[self.i] = answer

    def _move(
        self, block: Block, values: Floats, feasible: NDArray[np.bool_], chosen: NDArray[np.int64]
    ) -> None:
        """Make the move that was picked for the quarter, or none where it is not open."""
        i, quarter = self.i, len(self._made)
        if quarter == 0:
            self._note_rules(values[:, i], feasible[:, i])
        wanted = self._pick.moves[quarter]
        if wanted is not None:
            chosen[i] = wanted if feasible[wanted, i] else HOLD
        self._made.append(int(chosen[i]))

    def _note_rules(self, values: Floats, feasible: NDArray[np.bool_]) -> None:
        tempting = np.flatnonzero(~feasible & (values > 0.0)).tolist()
        found = (rules_against(self.block, self.scenario, self.i, m) for m in tempting)
        self._bound = tuple(sorted({reason for reasons in found for reason in reasons}))
        if self._pick.tested:
            self._refused = rules_against(self.block, self.scenario, self.i, self._pick.tested)

    def _watch(self, round_: int, frame: Frame, state: State, form: Form) -> None:
        """Split the payoff of the year's end by term, as it stands when the recorder sees it."""
        if (round_ + 1) % ROUNDS_A_YEAR:
            return
        x = depth(state.counts, self.structure.step)
        for term in sorted(self.structure.terms):
            alone = form_of(self.structure, frame, state, frozenset({term}))
            value = float(payoff.utility(alone, x)[self.i])
            if value:
                self._by_term[term] = value

    def _told(self, year: int, pick: Pick | None) -> Year:
        record, i, y = self.block.record, self.i, year - self.scenario.start
        partners = self.scenario.partners
        others = [p for p, code in enumerate(partners) if code != self.country]
        return Year(
            year=year,
            pick=pick,
            moves=tuple(self._made),
            answers={
                c.question: c.options[int(c.chosen[0])]
                for c in record.choices
                if c.year == year and c.country == i
            },
            refused=self._refused,
            bound=self._bound,
            by_term=self._by_term,
            measures={name: float(array[y, i, 0]) for name, array in record.countries.items()},
            ties={
                name: {partners[p]: float(array[y, i, p, 0]) for p in others}
                for name, array in record.ties.items()
            },
            events=tuple(
                Event(e.event, partners[e.partner] if e.partner >= 0 else "", float(e.value[0]))
                for e in record.events
                if e.year == year and e.country == i
            ),
        )


def rules_against(block: Block, scenario: Scenario, i: int, move: int) -> tuple[str, ...]:
    """Return the rules and embargoes that forbid a move; caps and ranges are none of them."""
    reasons = forbids_move(block, scenario, i, move)
    return tuple(reason for reason in reasons if reason.startswith(("rule ", "embargo ")))


_RUNS: OrderedDict[Game, Run] = OrderedDict()
_LOCK = Lock()


def replay(game: Game) -> Run:
    """Return the run of a game after its last pick. It is shared: change a copy of it only.

    Raises:
        ScenarioError, BadGame: the scenario is not that of the game (any more).
        NotFinite: the run left the real numbers.
    """
    known = _known(game)
    if known is not None:
        return known
    if game.picks:
        run = replay_before(game).copy()
        year = game.first + len(game.picks) - 1
        run.play(game.picks[-1], questions(game, year))
    else:
        run = Run(game)
        while run.year < game.first:
            run.play(None)
    with _LOCK:
        _RUNS[game] = run
        while len(_RUNS) > 1 and sum(len(one.scenario.countries) for one in _RUNS.values()) > _KEPT:
            _RUNS.popitem(last=False)
    return run


def replay_before(game: Game) -> Run:
    """Return the run of a game before its last pick, played forward from what is still kept."""
    start = len(game.picks) - 1
    while start > 0 and _known(replace(game, picks=game.picks[:start])) is None:
        start -= 1
    run = replay(replace(game, picks=game.picks[:start]))
    if start < len(game.picks) - 1:
        run = run.copy()
        for place in range(start, len(game.picks) - 1):
            run.play(game.picks[place], questions(game, game.first + place))
    return run


def is_near(game: Game) -> bool:
    """Tell whether a game is at most one pick from what is still kept, and so quickly replayed."""
    before = replace(game, picks=game.picks[:-1])
    return _known(game) is not None or (bool(game.picks) and _known(before) is not None)


def _known(game: Game) -> Run | None:
    with _LOCK:
        run = _RUNS.get(game)
        if run is not None:
            _RUNS.move_to_end(game)
        return run


def by_the_model(game: Game) -> Run:
    """Return the run in which the model plays the same country in the same world, to the end."""
    years = game.last - game.first + 1
    return replay(replace(game, picks=(Pick.model(),) * years))
