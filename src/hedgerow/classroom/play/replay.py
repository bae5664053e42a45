"""A game played again from its picks: the same run every time.

The powers and all other countries act by the model's rules and draw the noise of their replicate.
What has been replayed is kept for a while, so that the next year of a game costs one year.
"""

from collections import OrderedDict
from collections.abc import Iterator
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ...explanation.forbidden import forbids_step
from ...model import answers, desks, payoff
from ...model.events import CAUSES
from ...model.parameters import ROUNDS_A_YEAR, Choice, Floats, Vote
from ...model.payoff import Form
from ...model.record import EventRows
from ...model.rules import steps_allowed
from ...model.simulate import Block
from ...model.terms import form_of
from ...scenario import Scenario
from ...scenario.compile import world
from .game import Game, Pick, questions, scenario_of
from .moves import HOLD, Moves

_KEPT = 192  # countries of all replays: the last picks of a class


@dataclass(frozen=True)
class Event:
    """One event of a year, as in the table ``events``.

    `partner` is a code or empty; `cause` the key of what provoked it, empty where none is known.
    """

    event: str
    kind: str
    partner: str
    value: float
    cause: str


@dataclass(frozen=True)
class Year:
    """What one year left.

    Attributes:
        year: of the scenario. pick: None in years before the game.
        moves: that the country's desks made, in order. answers: option by question.
        refused: what forbade the move that was tested; empty where none was.
        bound: rules that struck a move off the menu, of the first quarter, that would have paid.
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
        """Payoff at the end of the year, log-odds."""
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
        self.moves = Moves(self.structure)
        self.country = game.country
        self.i = self.structure.countries.index(game.country)
        self.years: list[Year] = []
        self._pick = Pick.model()
        self._asked: tuple[Choice | Vote, ...] = ()
        self._forms: dict[str, Form] = {}
        self._known, self._looked = 0, -1
        self._begin(self._pick, ())
        self.block.override = self._move
        self.block.answer = self._answer
        self.block.watch = self._watch

    @property
    def year(self) -> int:
        """The year that is played next."""
        return self.scenario.start + len(self.years)

    def copy(self) -> "Run":
        """Return a run that can go its own way. What never changes is shared with this one."""
        other = copy(self)
        block = self.block
        shared = (block.world, block.frame, *events_of(block))
        memo: dict[int, object] = {id(part): part for part in shared}
        memo[id(self)] = other  # whose methods the copied block calls
        other.block = deepcopy(block, memo)
        other.years = list(self.years)
        return other

    def play(self, pick: Pick | None, asked: tuple[Choice | Vote, ...] = ()) -> None:
        """Play four quarters; None leaves them to the model without it being a pick."""
        self._begin(pick or Pick.model(), asked)
        year = self.year
        for _ in range(ROUNDS_A_YEAR):
            self.block.step()
        self.years.append(self._told(year, pick))

    def _begin(self, pick: Pick, asked: tuple[Choice | Vote, ...]) -> None:
        self._pick, self._asked = pick, asked
        self._made: list[int] = []
        self._refused: tuple[str, ...] = ()
        self._bound: tuple[str, ...] = ()
        self._known = len(events_of(self.block))

    def _answer(self, block: Block, choice: Choice | Vote, chosen: NDArray[np.int64]) -> None:
        """Answer a question of the year as it was picked, unless the rules forbid that."""
        given = {a.question: o for a, o in zip(self._asked, self._pick.answers, strict=False)}
        answer = given.get(choice.question)
        if answer is None:
            return
        if isinstance(choice, Vote) or may_answer(block, self.i, choice, answer):
            chosen[self.i] = answer

    def _move(self, block: Block, instrument: int, chosen: NDArray[np.int64]) -> None:
        """Let a desk make the step that was picked for the quarter, or none if it is not open."""
        i, numbers = self.i, self.moves.numbers(instrument)
        wanted = self._pick.moves[block.round % ROUNDS_A_YEAR]
        if wanted is not None:
            chosen[i] = -1
            if wanted in numbers:
                at = numbers.index(wanted)
                chosen[i] = at if open_steps(block, instrument)[at, i] else -1
        if chosen[i] >= 0:
            self._made.append(numbers[int(chosen[i])])

    def _watch(self, block: Block, kind: str, which: int, chosen: NDArray[np.int64] | None) -> None:
        """Look at the menu of the year's first quarter, and at the terms of its last."""
        if kind != "desk" or block.round == self._looked:
            return
        self._looked = block.round  # before the first desk, when the payoff has been assembled
        if block.round % ROUNDS_A_YEAR == 0:
            self._note_rules()
        if (block.round + 1) % ROUNDS_A_YEAR == 0:
            self._forms = forms_of(block)

    def _note_rules(self) -> None:
        values, feasible, _ = menu(self.block, self.moves, self.i)
        tempting = np.flatnonzero(~feasible & (values > 0.0)).tolist()
        found = (rules_against(self.block, self.scenario, self.i, m) for m in tempting)
        self._bound = tuple(sorted({reason for reasons in found for reason in reasons}))
        if self._pick.tested:
            self._refused = rules_against(self.block, self.scenario, self.i, self._pick.tested)

    def _told(self, year: int, pick: Pick | None) -> Year:
        record, i, y = self.block.record, self.i, year - self.scenario.start
        partners = self.scenario.partners
        others = [p for p, code in enumerate(partners) if code != self.country]
        by_term = {
            term: float(payoff.utility(form, self.block.point.x)[i])
            for term, form in self._forms.items()
        }
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
            by_term={term: value for term, value in by_term.items() if value},
            measures={name: float(array[y, i, 0]) for name, array in record.countries.items()},
            ties={
                name: {partners[p]: float(array[y, i, p, 0]) for p in others}
                for name, array in record.ties.items()
            },
            events=tuple(self._events()),
        )

    def _events(self) -> Iterator[Event]:
        """What happened to the country since the year began."""
        for rows in events_of(self.block)[self._known :]:
            for at in np.flatnonzero(rows.country == self.i).tolist():
                cause = int(rows.cause[at])
                why = f"cause.{CAUSES[cause]}" if cause >= 0 else ""
                yield Event(
                    event=rows.event,
                    kind=rows.kind,
                    partner=self.structure.partners[rows.partner] if rows.partner >= 0 else "",
                    value=float(rows.value[at]),
                    cause=f"question.{rows.question}" if rows.question else why,
                )


def events_of(block: Block) -> list[EventRows]:
    """Return what has happened in a run so far."""
    return cast("list[EventRows]", block.record.events)


def forms_of(block: Block) -> dict[str, Form]:
    """Return the payoff of each term alone, as `Block.form` is when it has just been assembled."""
    structure = block.world.structure
    return {
        term: form_of(structure, block.frame, block.state, frozenset({term}))
        for term in sorted(structure.terms)
    }


def open_steps(block: Block, instrument: int) -> NDArray[np.bool_]:
    """Return which steps of a desk are open now, up, then down: (2P, D)."""
    structure = block.world.structure
    return np.concatenate(
        steps_allowed(structure, block.frame, block.state, block.point, instrument)
    )


def menu(block: Block, moves: Moves, i: int) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Return value, feasibility and chance of every move of a country this quarter: three (M,).

    Values are log-odds against holding. The chance is that the desk makes the move, were it asked
    first; that of holding is that no desk moves.
    """
    omega = block.omega("steps")
    values, chance = np.zeros((2, moves.count))
    feasible = np.zeros(moves.count, dtype=bool)
    feasible[HOLD], chance[HOLD] = True, 1.0
    for k in moves.desks:
        log_weight, _, allowed, worth = desks.options(block.now, k)
        odds = np.where(allowed[:, i], np.exp(np.minimum(log_weight[:, i], 700.0)), 0.0)
        at = list(moves.numbers(k))
        values[at], feasible[at] = omega[i] * worth[:, i], allowed[:, i]
        chance[at] = odds / (1.0 + odds.sum())
        chance[HOLD] /= 1.0 + odds.sum()
    return values, feasible, chance


def may_answer(block: Block, i: int, choice: Choice, option: int) -> bool:
    """Whether a country may give an answer: it changes ties in full, and no rule forbids it."""
    one = answers.option(choice, option)
    return bool(answers.open_to(block.now, one)[1][i])


def rules_against(block: Block, scenario: Scenario, i: int, move: int) -> tuple[str, ...]:
    """Return the rules that forbid a move; caps and ranges are none of them."""
    direction, k, p = Moves(block.world.structure).unpacked(move)
    reasons = forbids_step(block, scenario, i, k, p, direction)
    return tuple(reason for reason in reasons if reason.startswith("rule "))


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
