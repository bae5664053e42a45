"""The country at the moment of a pick: what it sees, and what each thing it could do is worth.

The moment is the first quarter of the year, after its shocks and what powers do, and before offers,
questions, visits and moves. It is looked at in a copy, so that looking changes nothing.
"""

from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ...model import answers, desks, events, payoff, votes
from ...model.choice import probabilities
from ...model.decompose import by_term
from ...model.measures import alignment_index
from ...model.parameters import Choice, Floats, Vote
from ...model.rules import change_of, steps_allowed
from .game import Game
from .replay import Run, menu, replay

OWN_WORTH = "worth"
"""Name of what an offer is worth by itself, beside the terms of the payoff."""
ANSWER = "answer"
"""Name of what goodwill and provoked events are worth."""
_NORM = "norm"


class Look:
    """What a country sees at the moment of a pick; `look_at` keeps the latest.

    Attributes:
        run: the run so far. block: a copy of its block in the moment. i: place of the country.
        point: where the countries stand. made: places of the events that the country meets in this
            quarter, in the order of the structure.
    """

    def __init__(self, game: Game) -> None:
        self.run: Run = replay(game)
        self.block = self.run.copy().block
        self.block.override = self.block.answer = self.block.watch = None
        self.i, self.moves = self.run.i, self.run.moves
        self.structure = self.run.structure
        self.scenario = self.run.scenario
        self.block.shocks()
        self.block.powers()
        self.point = self.block.point
        self.made = np.flatnonzero(self.block.made[:, self.i]).tolist()

    @cached_property
    def mine(self) -> Floats:
        """Ties of the country: (K, P)."""
        return self.point.x[:, :, self.i]

    @cached_property
    def menu(self) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Value, feasibility and chance of every move of this quarter: three (M,)."""
        return menu(self.block, self.moves, self.i)

    def course(self, move: int, steps: int) -> payoff.Change:
        """Change of ties by making a move `steps` times over; none by holding."""
        direction, k, p = self.moves.unpacked(move)
        if not direction:
            return {}
        return {(k, p): direction * steps * float(self.structure.step[k])}

    def open_steps(self, move: int, most: int) -> int:
        """How often in a row the move could be made as things stand, up to `most`."""
        direction, k, p = self.moves.unpacked(move)
        if not direction:
            return most
        s = replace(self.block.state, counts=self.block.state.counts.copy())
        now = replace(self.block.now, s=s, point=payoff.at(self.block.mind.form, self.point.x))
        option = np.full(now.q.columns.size, -1)
        option[self.i] = p if direction > 0 else p + len(self.moves.partners)
        for done in range(most):
            up, down = steps_allowed(now.world, now.q, s, now.point, k)
            if not (up if direction > 0 else down)[p, self.i]:
                return done
            desks.apply(now, k, option)
        return most

    def by_term(self, change: payoff.Change, kind: str = "steps") -> dict[str, float]:
        """What a change adds to the payoff as things stand, by term, and the powers' answer to it.

        In log-odds of a kind of choice, exactly for the change as a whole.
        """
        if not change:
            return {}
        split = by_term(
            self.structure,
            self.block.frame,
            self.block.state,
            self.point.x,
            self.block.mind.form.foreseen,
            lambda form, point: payoff.price_change(form, point, change),
        )
        omega = float(self.block.omega(kind)[self.i])
        found = {term: omega * float(value[self.i]) for term, value in split.items()}
        return {term: value for term, value in found.items() if value}

    def _after(self, change: payoff.Change) -> payoff.Point:
        x = self.point.x.copy()
        for (k, p), by in change.items():
            x[k, p, self.i] += by
        return payoff.at(self.block.mind.form, x)

    def index(self, change: payoff.Change) -> float:
        """Alignment index with some tie changes made; nan without ties to the poles."""
        return float(alignment_index(self.structure, self._after(change).a)[self.i])

    def exposures(self, change: payoff.Change) -> Floats:
        """Exposure to each partner with some tie changes made: (P,)."""
        return self._after(change).y[:, self.i]

    @cached_property
    def alignments(self) -> Floats:
        """Alignment with each partner: (P,)."""
        return self.point.a[:, self.i]

    def answers(self, change: payoff.Change) -> tuple[Floats, Floats]:
        """How much oftener a year each power may coerce, and court, after a change: two (P,)."""
        then, now = self._expected(self._after(change)), self._expected(self.point)
        return then[0] - now[0], then[1] - now[1]

    @cached_property
    def pressure(self) -> Floats:
        """How often a year each power may be expected to coerce the country: (P,)."""
        return self._expected(self.point)[0]

    @cached_property
    def inducement(self) -> Floats:
        """How often a year each power may be expected to court the country: (P,)."""
        return self._expected(self.point)[1]

    def _expected(self, point: payoff.Point) -> tuple[Floats, Floats]:
        rate = events.rates(replace(self.block.now, point=point))
        coerce, court = (events.by_power(self.structure, rate, c)[:, self.i] for c in (True, False))
        return coerce, court

    def question(
        self, choice: Choice | Vote
    ) -> list[tuple[float, float, dict[str, float], NDArray[np.int64], bool]]:
        """Value, chance, value by term, whole steps (K, P) and whether allowed, of each option.

        As things stand. What an offer is worth by itself is the mean of its draws; what else moves
        a vote is habit, and the chance has it.
        """
        return self._vote(choice) if isinstance(choice, Vote) else self._offers(choice)

    def _vote(
        self, vote: Vote
    ) -> list[tuple[float, float, dict[str, float], NDArray[np.int64], bool]]:
        block, i, omega = self.block, self.i, self.block.omega("votes")
        worth = votes.politics(self.structure, block.frame, vote, block.goodwill)
        now = replace(block.now, point=self.point)
        odds = votes.chances(now, vote, block.streams)[::-1, i]
        none = np.zeros(self.mine.shape, dtype=np.int64)
        told = []
        for place, chance in enumerate((odds / odds.sum()).tolist()):
            at = votes.FOR - place
            value = float(omega[i] * worth[at, i])
            cover = votes.answer_cover(self.structure, vote, at)
            answer = float(omega[i] * (block.goodwill[:, i] @ cover))
            split = {ANSWER: answer, _NORM: value - answer}
            told.append((value, chance, {t: v for t, v in split.items() if v}, none, True))
        return told

    def _offers(
        self, choice: Choice
    ) -> list[tuple[float, float, dict[str, float], NDArray[np.int64], bool]]:
        now, i, omega = (
            replace(self.block.now, point=self.point),
            self.i,
            self.block.omega("offers"),
        )
        luck = answers.MEAN_HALF_NORMAL
        found = []
        for o in range(len(choice.options)):
            one = answers.option(choice, o)
            value = answers.values(now, one, luck)
            split = self.by_term(change_of(now.world, now.q, now.s, one.bundle), "offers")
            own = answers.own_worth(now, one, luck)
            split[OWN_WORTH] = float(np.broadcast_to(own, omega.shape)[i])
            split[ANSWER] = float(value[i]) - sum(split.values())
            allowed = bool(answers.open_to(now, one)[1][i])
            found.append((float(value[i]), split, one.bundle, allowed))
        weight = np.array([[value if allowed else -np.inf] for value, _, _, allowed in found])
        chance = probabilities(weight, weight > -np.inf)[:, 0].tolist()
        return [
            (value, chance[o], {t: v for t, v in split.items() if abs(v) > 1e-12}, bundle, allowed)
            for o, (value, split, bundle, allowed) in enumerate(found)
        ]


@lru_cache(maxsize=64)
def look_at(game: Game) -> Look:
    """Return what the country of a game sees. It is shared: nobody may change it.

    Raises:
        ScenarioError, BadGame, NotFinite: as of `replay`.
    """
    return Look(game)
