"""A game is the list of what was picked; everything else is worked out from it by replaying.

A player decides once a year, the desks of the model every quarter. A pick therefore says what the
desks do in the four quarters of its year, at most one step in each:

* a *course*: the same step of one tie in the first one to four quarters, while all other desks
  hold;
* holding all year;
* the year left to the model, whose desks draw each quarter's moves as in any run;
* the *test of a rule*: a step that a rule forbids. It is refused, since no payoff buys off the
  roots of bamboo, and the year passes holding.

Questions of the year (votes, memberships, agreements) are answered beside it; one that is left
open, or answered with what the rules forbid, is answered by the model. No desk decides what powers
offer in the year, labels and arms orders: the ministry does, which is the model.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ...errors import BadGame
from ...model.parameters import ROUNDS_A_YEAR, Choice, Vote
from ...scenario import Scenario, load
from ...scenario.compile import compiled_of
from .moves import HOLD, Moves

MOST_REPLICATES = 2**56
DIGEST = 8  # characters of the scenario's hash that a game remembers


@dataclass(frozen=True)
class Pick:
    """What a country does in one year.

    Attributes:
        moves: of the four quarters, numbered as in `Moves`; None where the model draws. A move
            that is not open when its quarter comes is not made.
        answers: options of the year's questions, in their order; None where the model draws.
        tested: the forbidden move that was tried, 0 for none; then all four moves hold.
    """

    moves: tuple[int | None, ...] = (None,) * ROUNDS_A_YEAR
    answers: tuple[int | None, ...] = ()
    tested: int = HOLD

    @staticmethod
    def model() -> "Pick":
        """The year as the model draws it."""
        return Pick()

    @staticmethod
    def hold() -> "Pick":
        """Four quarters without a move."""
        return Pick((HOLD,) * ROUNDS_A_YEAR)

    @staticmethod
    def course(move: int, steps: int = 1) -> "Pick":
        """The same move in the first quarters, then hold."""
        if not 1 <= steps <= ROUNDS_A_YEAR:
            raise BadGame(f"a course has 1 to {ROUNDS_A_YEAR} steps, not {steps}")
        return Pick((move,) * steps + (HOLD,) * (ROUNDS_A_YEAR - steps))

    @staticmethod
    def test(move: int) -> "Pick":
        """Try what is forbidden; the year passes holding."""
        return replace(Pick.hold(), tested=move)

    def answering(self, *answers: int | None) -> "Pick":
        """The same pick with the year's questions answered, None where the model does it."""
        return replace(self, answers=answers if any(a is not None for a in answers) else ())


@dataclass(frozen=True)
class Game:
    """A game so far.

    Attributes:
        scenario: name of a shipped scenario, or the path of a file.
        changes: what was changed in it, as JSON of path → value; empty for nothing.
        digest: first characters of the hash of the scenario with its changes.
        country: code of the country that is played.
        first, last: years that are played, inclusive. Before `first` the model plays the country.
        seed, replicate: which run: the noise is that of this replicate of ``hedgerow run``.
        picks: one a year from `first` on.
    """

    scenario: str
    changes: str
    digest: str
    country: str
    first: int
    last: int
    seed: int
    replicate: int
    picks: tuple[Pick, ...] = ()

    @property
    def year(self) -> int:
        """The year that waits for its pick; the one after `last` when all are made."""
        return self.first + len(self.picks)

    @property
    def over(self) -> bool:
        """Whether every year has its pick."""
        return self.year > self.last


def start(
    scenario: str | os.PathLike[str],
    country: str | None = None,
    first: int | None = None,
    last: int | None = None,
    seed: int | None = None,
    replicate: int = 0,
    overrides: Mapping[str, Any] | None = None,
) -> Game:
    """Return a game in which nothing has been picked yet.

    Args:
        scenario: name of a shipped scenario, or a file.
        country: code of a hedging country [default: the first].
        first, last: years to play [default: those of the scenario].
        seed: of all streams [default: the scenario's, or 0].
        replicate: which run of the ensemble.
        overrides: numbers and switches to change, by path.

    Raises:
        ScenarioError: the scenario is not right.
        BadGame: an unknown country, or a number out of range.
    """
    changes = json.dumps(dict(overrides), sort_keys=True) if overrides else ""
    loaded = _load(os.fspath(scenario), changes)
    game = Game(
        scenario=os.fspath(scenario),
        changes=changes,
        digest=loaded.sha256[:DIGEST],
        country=loaded.countries[0] if country is None else country,
        first=loaded.start if first is None else first,
        last=loaded.end if last is None else last,
        seed=(loaded.seed or 0) if seed is None else seed,
        replicate=replicate,
    )
    require_sound(game)
    return game


def step(game: Game, pick: Pick) -> Game:
    """Return the game with one year more.

    Raises:
        BadGame: the game is over, or the pick is not one that this year has.
    """
    if game.over:
        raise BadGame(f"this game is over: it ended with {game.last}")
    _require_pick(game, pick, game.year)
    return replace(game, picks=(*game.picks, pick))


def scenario_of(game: Game) -> Scenario:
    """Return the scenario of a game.

    Raises:
        ScenarioError: the scenario is not right (any more).
        BadGame: it is not the one that the game was started with.
    """
    scenario = _load(game.scenario, game.changes)
    if scenario.sha256[:DIGEST] != game.digest:
        raise BadGame(
            f"this game was played in another version of {scenario.name} "
            f"({game.digest}, not {scenario.sha256[:DIGEST]}); start a new one"
        )
    return scenario


def moves_of(game: Game) -> Moves:
    """Return the numbers of the moves of a game."""
    return Moves(compiled_of(scenario_of(game)).structure)


def questions(game: Game, year: int) -> tuple[Choice | Vote, ...]:
    """Return what a year asks the country, in the order in which it is asked."""
    scenario = scenario_of(game)
    structure = compiled_of(scenario).structure
    country = structure.countries.index(game.country)
    first = (year - scenario.start) * ROUNDS_A_YEAR
    every: list[Choice | Vote] = [*structure.votes, *structure.choices]
    asked = [
        c for c in every if country in c.countries and first <= c.round < first + ROUNDS_A_YEAR
    ]
    return tuple(sorted(asked, key=lambda c: c.round))


def require_sound(game: Game) -> None:
    """Check a game against its scenario.

    Raises:
        BadGame: a country, year, number or pick that does not belong to the scenario.
    """
    scenario = scenario_of(game)
    if game.country not in scenario.countries:
        raise BadGame(
            f"country {game.country!r}: {scenario.name} has {', '.join(scenario.countries)}"
        )
    if not scenario.start <= game.first <= scenario.end:
        raise BadGame(
            f"a game starts in a year of the scenario, {scenario.start} to {scenario.end}, "
            f"not in {game.first}"
        )
    if not game.first <= game.last <= scenario.end:
        raise BadGame(f"a game lasts until {game.first} to {scenario.end}, not until {game.last}")
    if not 0 <= game.seed < 2**64:
        raise BadGame(f"a seed lies in [0, 2**64), not {game.seed}")
    if not 0 <= game.replicate < MOST_REPLICATES:
        raise BadGame(f"replicate is a number of a run in [0, 2**56), not {game.replicate}")
    if len(game.picks) > game.last - game.first + 1:
        raise BadGame(f"there are {len(game.picks)} picks for {game.last - game.first + 1} years")
    for place, pick in enumerate(game.picks):
        _require_pick(game, pick, game.first + place)


def _require_pick(game: Game, pick: Pick, year: int) -> None:
    known = moves_of(game)
    moves = (*(m for m in pick.moves if m is not None), pick.tested)
    if len(pick.moves) != ROUNDS_A_YEAR or not all(map(known.is_made, moves)):
        raise BadGame(
            f"the pick of {year}: expected {ROUNDS_A_YEAR} moves of desks, numbered 0 to "
            f"{known.count - 1}"
        )
    if pick.tested and any(m != HOLD for m in pick.moves):
        raise BadGame(f"the pick of {year}: a year in which a rule is tested passes holding")
    asked = questions(game, year)
    if pick.answers and len(pick.answers) != len(asked):
        raise BadGame(f"the pick of {year}: {len(pick.answers)} answers to {len(asked)} questions")
    for question, answer in zip(asked, pick.answers, strict=False):
        if answer is not None and not 0 <= answer < len(question.options):
            raise BadGame(
                f"the pick of {year}: {question.question} has {len(question.options)} options, "
                f"numbered from 0, and no {answer}"
            )


@lru_cache(maxsize=64)
def _load(scenario: str, changes: str) -> Scenario:
    return load(scenario, json.loads(changes) if changes else None)
