"""What a player can do in a year: a few courses that differ in purpose, and the year's questions.

The desks of a quarter have some sixty steps. The cards are the step that the model is likeliest to
make, the best one towards each pole of the scenario, the best one that spreads the ties over more
partners or deepens them with the closest partner that is no pole, holding still, and, where a rule
forbids a step, the most tempting of these: to test the rule.

A card takes its step once to four times, as often as pays most by today's prices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

import numpy as np

from ...arguments import as_written
from ...errors import BadGame
from ...model.parameters import ROUNDS_A_YEAR, Vote
from ...model.votes import FOR, answer_cover
from .game import Game, Pick, questions, scenario_of
from .look import Look, look_at
from .messages import Message
from .moves import HOLD, Move
from .replay import rules_against

COURSES = 4
"""Cards that move, at most."""
LEAST = 5e-3
"""Answers of powers that are smaller, in acts a year, are not told."""


@dataclass(frozen=True)
class Reply:
    """How much oftener a year a power may be expected to coerce (pressure), and to court."""

    power: str
    pressure: float
    inducement: float


@dataclass(frozen=True)
class Card:
    """One thing to do with the year.

    Attributes:
        pick: what it does. title: in words. purposes: what it is for.
        chance: that the desk makes its first step in the first quarter, left to the model; of
            holding, that no desk moves.
        value: of the whole course as things stand, log-odds; `by_term` adds up to it.
        direction, steps, instrument, partner: of its step; 0 and empty for holding.
        tie: before and after. index: alignment index before and after.
        replies: of the powers to the course.
        forbidden: rules that refuse it; such a card tests them.
    """

    pick: Pick
    title: Message
    purposes: tuple[Message, ...]
    chance: float
    value: float
    by_term: dict[str, float]
    direction: int
    steps: int
    instrument: str
    partner: str
    tie: tuple[float, float]
    index: tuple[float, float]
    replies: tuple[Reply, ...]
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One answer to a question.

    Attributes:
        title: in words. chance: that the model gives it. value: of it, log-odds, by `by_term`.
        changes: (instrument, partner, whole steps or programmes) of ties.
        rewards: (power, how much of its goodwill) that it wins.
        closed: whether it cannot be given now, since a rule forbids it or a tie has no room.
    """

    name: str
    title: Message
    chance: float
    value: float
    by_term: dict[str, float]
    changes: tuple[tuple[str, str, float], ...]
    rewards: tuple[tuple[str, float], ...]
    closed: bool


@dataclass(frozen=True)
class Question:
    """A question of the year: its name in the scenario, its quarter (1–4) and its options."""

    name: str
    title: Message
    quarter: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Hand:
    """The cards and the questions of a year."""

    year: int
    cards: tuple[Card, ...]
    questions: tuple[Question, ...]


def cards(game: Game) -> Hand:
    """Return what can be done in the year that waits for its pick.

    Raises:
        BadGame: the game is over.
    """
    if game.over:
        raise BadGame(f"this game is over: it ended with {game.last}")
    look = look_at(game)
    dealer = _Dealer(look)
    return Hand(game.year, dealer.deal(), tuple(_questions(game, look)))


def any_card(game: Game, direction: int, instrument: str, partner: str) -> Card:
    """Return the card of one move of the menu, whether it was dealt or not.

    Raises:
        BadGame: the game is over, there is no such tie, or nothing to loosen.
    """
    if game.over:
        raise BadGame(f"this game is over: it ended with {game.last}")
    look = look_at(game)
    names, partners = look.moves.instruments, look.moves.partners
    known = [names[k] for k in look.moves.desks]
    if direction not in (1, -1) or instrument not in known or partner not in partners:
        raise BadGame(
            f"expected +1 or -1, one of {', '.join(known)}, and one of {', '.join(partners)}"
        )
    number = look.moves.packed(Move(direction, names.index(instrument), partners.index(partner)))
    if look.menu[1][number]:
        return _Dealer(look).card(number, ())
    reasons = rules_against(look.block, look.scenario, look.i, number)
    if not reasons:
        raise BadGame(f"{'+' if direction > 0 else '-'} {instrument} {partner} is not possible now")
    return _Dealer(look).forbidden(number, reasons)


def typed_card(game: Game, text: str) -> Card:
    """Return the card of a move as a player types it: ``+energy usa``, ``-defence rus``.

    Raises:
        BadGame: it is no move of one instrument with one partner, or as of `any_card`.
    """
    parts = text.lstrip("±+-").replace(":", " ").replace(".", " ").split()
    if len(parts) > 2:
        raise BadGame(f"{text[:40]}: one instrument and one partner, as in +energy usa")
    instrument, partner = (*parts, "", "")[:2]
    known = scenario_of(game).partners
    return any_card(game, -1 if text[:1] == "-" else 1, instrument, as_written(partner, known))


class _Dealer:
    """Chooses cards from the menu of a moment."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.partners = look.moves.partners
        self.values, self.feasible, self.chances = look.menu
        self.moves = [look.moves.unpacked(m) for m in range(look.moves.count)]

    def deal(self) -> tuple[Card, ...]:
        """The courses in the order of their chance, then holding, then the test of a rule."""
        poles = [self.partners[p] for p in self.look.structure.poles]
        wanted = [
            (self._likeliest(), Message("purpose.likely")),
            *((self._toward(p), Message("purpose.toward", _name(p))) for p in poles),
            *self._beyond(),
        ]
        purposes: dict[int, list[Message]] = {}
        for move, purpose in wanted:
            if move is not None and (move in purposes or len(purposes) < COURSES):
                purposes.setdefault(move, []).append(purpose)
        ranked = sorted(purposes, key=lambda move: -self.chances[move])
        dealt = [self.card(move, tuple(purposes[move])) for move in ranked]
        dealt.append(self.card(HOLD, (Message("purpose.hold"),)))
        tempting = self._tempting()
        return tuple(dealt if tempting is None else [*dealt, self.forbidden(*tempting)])

    def card(self, move: int, purposes: tuple[Message, ...]) -> Card:
        """The card of a move with as many steps as pay most."""
        if move == HOLD:
            return self._card(move, ROUNDS_A_YEAR, {}, Pick.hold(), purposes)
        most = self.look.open_steps(move, ROUNDS_A_YEAR)
        priced = [(n, self.look.by_term(self.look.course(move, n))) for n in range(1, most + 1)]
        steps, by_term = max(priced, key=lambda entry: sum(entry[1].values()))
        return self._card(move, steps, by_term, Pick.course(move, steps), purposes)

    def forbidden(self, move: int, reasons: tuple[str, ...]) -> Card:
        """The card that tests what forbids a move."""
        by_term = self.look.by_term(self.look.course(move, 1))
        purpose = Message("purpose.test")
        return self._card(move, 1, by_term, Pick.test(move), (purpose,), reasons)

    def _card(
        self,
        move: int,
        steps: int,
        by_term: dict[str, float],
        pick: Pick,
        purposes: tuple[Message, ...],
        forbidden: tuple[str, ...] = (),
    ) -> Card:
        look = self.look
        direction, k, p = self.moves[move]
        change = look.course(move, steps)
        now = float(look.mine[k, p])
        verb = {1: "deepen", -1: "loosen"}.get(direction)
        names = look.moves.instruments
        title = Message("move.hold")
        if verb:
            title = Message(
                f"move.{verb}",
                {"instrument": f"instrument.{names[k]}", **_name(self.partners[p])},
            )
        pressure, inducement = look.answers(change)
        return Card(
            pick=pick,
            title=title,
            purposes=purposes,
            chance=float(self.chances[move]),
            value=sum(by_term.values()),
            by_term=by_term,
            direction=direction,
            steps=steps if direction else 0,
            instrument=names[k] if direction else "",
            partner=self.partners[p] if direction else "",
            tie=(now, now + direction * steps * float(look.structure.step[k])),
            index=(look.index({}), look.index(change)),
            replies=tuple(
                Reply(code, float(pressure[q]), float(inducement[q]))
                for q, code in enumerate(self.partners)
                if abs(pressure[q]) >= LEAST or abs(inducement[q]) >= LEAST
            ),
            forbidden=forbidden,
        )

    def _best(self, fits: Callable[[Move], bool]) -> int | None:
        """The feasible move with the highest value among those that fit."""
        found = [
            m
            for m, move in enumerate(self.moves)
            if move.direction and self.feasible[m] and fits(move)
        ]
        return max(found, key=lambda m: float(self.values[m]), default=None)

    def _likeliest(self) -> int | None:
        chances = np.where(self.feasible, self.chances, -1.0)
        chances[HOLD] = -1.0
        best = int(chances.argmax())
        return best if chances[best] >= 0.0 else None

    def _toward(self, pole: str) -> int | None:
        """The best step towards a pole; where none is left, the best away from the other."""
        first, second = self.look.structure.poles
        here = self.partners.index(pole)
        other = second if here == first else first
        closer = self._best(lambda move: move.direction > 0 and move.partner == here)
        if closer is not None:
            return closer
        return self._best(lambda move: move.direction < 0 and move.partner == other)

    def _beyond(self) -> list[tuple[int | None, Message]]:
        """The best steps beyond the poles: with the closest other partner, and with the rest."""
        look = self.look
        poles = look.structure.poles
        rest = [p for p in range(len(self.partners)) if p not in poles and look.alignments[p] > 0.0]
        if not rest:
            return []
        closest = max(rest, key=lambda p: float(look.alignments[p]))
        friend = self._best(lambda move: move.direction > 0 and move.partner == closest)
        spread = self._best(
            lambda move: (
                move.direction > 0
                and move.partner not in (*poles, closest)
                and self._concentration(move) < self._concentration(None)
            )
        )
        found: list[tuple[int | None, Message]] = [
            (spread, Message("purpose.diversify")),
            (friend, Message("purpose.friend", _name(self.partners[closest]))),
        ]
        # Of the two the better comes first: there is not always room for both.
        return sorted(found, key=lambda e: -np.inf if e[0] is None else -float(self.values[e[0]]))

    def _concentration(self, move: Move | None) -> float:
        """Herfindahl index of the exposure to partners, after a step or as it is."""
        number = HOLD if move is None else self.look.moves.packed(move)
        y = self.look.exposures(self.look.course(number, 1))
        return float((y * y).sum() / max(float(y.sum()) ** 2, 1e-12))

    def _tempting(self) -> tuple[int, tuple[str, ...]] | None:
        """The forbidden move of the highest value, and the rules that forbid it."""
        look = self.look
        for m in np.argsort(-np.where(self.feasible, -np.inf, self.values)).tolist():
            if self.feasible[m]:
                return None
            if not look.moves.is_made(m):
                continue
            reasons = rules_against(look.block, look.scenario, look.i, m)
            if reasons:
                return m, reasons
        return None


def _questions(game: Game, look: Look) -> list[Question]:
    asked = []
    names, partners = look.moves.instruments, look.moves.partners
    for choice in questions(game, game.year):
        options = []
        told = zip(choice.options, look.question(choice), strict=True)
        for o, (name, (value, chance, by_term, steps, allowed)) in enumerate(told):
            if isinstance(choice, Vote):
                cover = answer_cover(look.structure, choice, FOR - o)
            else:
                cover = choice.cover[o]
            options.append(
                Option(
                    name=name,
                    title=Message(f"option.{choice.question}.{name}"),
                    chance=chance,
                    value=value,
                    by_term=by_term,
                    changes=tuple(
                        (names[k], partners[p], float(steps[k, p]))
                        for k, p in np.argwhere(steps).tolist()
                    ),
                    rewards=tuple(
                        (partners[p], float(cover[p])) for p in np.flatnonzero(cover).tolist()
                    ),
                    closed=not allowed,
                )
            )
        quarter = 1 + choice.round % ROUNDS_A_YEAR
        title = Message(f"question.{choice.question}")
        asked.append(Question(choice.question, title, quarter, tuple(options)))
    return asked


def _name(code: str) -> dict[str, str | int | float | list[str]]:
    return {"partner": f"name.{code}"}


def known(value: float) -> float | None:
    """Return a number, or None where it is not defined."""
    return None if isnan(value) else value
