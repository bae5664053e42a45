"""The country at the moment of a pick: what it sees, and what each thing it could do is worth.

The moment is the first quarter of the year, after its shocks and incidents and before its visits,
questions and moves. It is looked at in a copy, so that looking changes nothing.
"""

from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ...model.portfolio import alignment, depth, exposure
from ...model2 import payoff
from ...model2.choice import probabilities
from ...model2.decompose import FORESIGHT, options_by_term
from ...model2.foresight import reaction
from ...model2.measures import alignment_index
from ...model2.parameters import Choice, Floats
from ...model2.payoff import Form
from ...model2.powers import courted, pressed
from ...model2.rules import feasible_moves
from ...model2.scheduled import option_changes, option_values
from ...model2.strategies import minds
from ...model2.terms import form_of, immunity_gap
from .game import Game
from .moves import unpacked
from .replay import Run, replay


class Look:
    """What a country sees at the moment of a pick; `look_at` keeps the latest.

    Attributes:
        run: the run so far. block: a copy of its block in the moment. i: place of the country.
        incident: whether there was an incident in this quarter.
    """

    def __init__(self, game: Game) -> None:
        self.run: Run = replay(game)
        self.block = self.run.copy().block
        self.block.override = self.block.answer = None
        self.i = self.run.i
        self.structure = self.run.structure
        self.scenario = self.run.scenario
        self.block.shocks()
        self.incident = bool(self.block.incidents()[self.i])

    @cached_property
    def ties(self) -> Floats:
        """Ties of all countries in their units: (K, P, D)."""
        return self.block.ties

    @cached_property
    def mine(self) -> Floats:
        """Ties of the country: (K, P)."""
        return self.ties[:, :, self.i]

    @cached_property
    def menu(self) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Value, feasibility and chance of every move of this quarter: three (1 + 2KP,)."""
        values, feasible, precision = self.block.menu()
        chance = probabilities(values, feasible, precision)
        return values[:, self.i], feasible[:, self.i], chance[:, self.i]

    @cached_property
    def _forms(self) -> dict[str, tuple[Form, Floats]]:
        """The payoff of each term alone, with its gradient."""
        found = {}
        for term in sorted(self.structure.terms - {"move_cost"}):
            form = form_of(self.structure, self.block.frame, self.block.state, frozenset({term}))
            found[term] = form, payoff.gradient(form, self.ties)
        return found

    def course(self, move: int, steps: int) -> NDArray[np.int64]:
        """Tie changes (K, P, D), in steps, of making a move `steps` times over."""
        change = np.zeros(self.ties.shape, dtype=np.int64)
        direction, k, p = unpacked(move, len(self.structure.partners))
        change[k, p, self.i] = direction * steps
        return change

    def open_steps(self, move: int, most: int) -> int:
        """How often in a row the move could be made as things stand, up to `most`."""
        if not move:
            return most
        counts = self.block.state.counts.copy()
        for done in range(most):
            x = depth(counts, self.structure.step)
            up, down = feasible_moves(self.structure, self.block.frame, counts, x, self.block.most)
            direction, k, p = unpacked(move, len(self.structure.partners))
            if not (up if direction > 0 else down)[k, p, self.i]:
                return done
            counts[k, p, self.i] += direction
        return most

    def by_term(self, move: int, steps: int) -> dict[str, float]:
        """What a course adds to the payoff as things stand, by term, and the powers' answer to it.

        The terms are priced exactly for the change as a whole; every step costs a move.
        """
        if not move:
            return {}
        moved = depth(self.course(move, steps), self.structure.step)
        split = {
            term: float(payoff.price_change(form, self.ties, moved, g)[self.i])
            for term, (form, g) in self._forms.items()
        }
        if "move_cost" in self.structure.terms:
            k = unpacked(move, len(self.structure.partners)).instrument
            split["move_cost"] = -steps * float(self.block.frame["move_cost"][k, self.i])
        if self.structure.level == 2:
            split[FORESIGHT] = self._foresight(moved)
        return {term: value for term, value in split.items() if value}

    def _foresight(self, moved: Floats) -> float:
        q, s = self.block.frame, self.block.state
        none = np.zeros_like(s.inducement)
        then = reaction(self.structure, q, s, self.ties + moved, none)
        now = reaction(self.structure, q, s, self.ties, none)
        return float((then - now)[self.i])

    def index(self, change: NDArray[np.int64]) -> float:
        """Alignment index with some tie changes made; nan without ties to the poles."""
        x = self.ties + depth(change, self.structure.step)
        a = alignment(self.block.frame["salience"], x)
        return float(alignment_index(self.structure, a)[self.i])

    def exposures(self, change: NDArray[np.int64]) -> Floats:
        """Exposure to each partner with some tie changes made: (P,)."""
        x = self.ties + depth(change, self.structure.step)
        return exposure(self.block.frame["exposure"], x)[:, self.i]

    @cached_property
    def alignments(self) -> Floats:
        """Alignment with each partner: (P,)."""
        return alignment(self.block.frame["salience"], self.ties)[:, self.i]

    def answers(self, change: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Pressure and inducement of each power after the quarter's answer to a change: two (P,).

        What they would be without the change is taken off.
        """
        q, s = self.block.frame, self.block.state
        daring, none = immunity_gap(q, s.threat), np.zeros_like(s.inducement)

        def after(x: Floats) -> tuple[Floats, Floats]:
            a = alignment(q["salience"], x)
            return (
                pressed(self.structure, q, s.pressure, a, daring)[:, self.i],
                courted(self.structure, q, s.inducement, a, none)[:, self.i],
            )

        then = after(self.ties + depth(change, self.structure.step))
        now = after(self.ties)
        return then[0] - now[0], then[1] - now[1]

    def question(
        self, choice: Choice
    ) -> list[tuple[float, float, dict[str, float], NDArray[np.int64]]]:
        """Value, chance, value by term and tie changes (K, P) of each option, as things stand."""
        q, s, i = self.block.frame, self.block.state, self.i
        mind = minds(self.structure, q, s, self.block.form)
        changes = option_changes(self.structure, q, s, self.block.most, choice)
        values = option_values(self.structure, q, s, mind, choice, changes)
        chance = probabilities(values, np.ones(values.shape, dtype=bool), mind.precision)
        split = options_by_term(self.structure, q, s, self.block.most, choice)
        return [
            (
                float(values[o, i]),
                float(chance[o, i]),
                {t: float(part[o, i]) for t, part in split.items() if part[o, i]},
                changes[o][:, :, i],
            )
            for o in range(len(choice.options))
        ]


@lru_cache(maxsize=64)
def look_at(game: Game) -> Look:
    """Return what the country of a game sees. It is shared: nobody may change it.

    Raises:
        ScenarioError, BadGame, NotFinite: as of `replay`.
    """
    return Look(game)
