"""Why: the payoff of the portfolio term by term in one year, on average over runs.

The terms add up to ``payoff`` of ``summary.csv``, the payoff of the ties as they stand at the end
of the year. Plain NumPy plays the runs, round by round, so there are fewer of them.
"""

import json
from typing import Any

import numpy as np

from ...model2 import payoff
from ...model2.frame import Frame
from ...model2.parameters import ROUNDS_A_YEAR
from ...model2.simulate import Block
from ...model2.state import State
from ...model2.terms import form_of
from ...scenario import Scenario
from ...scenario.compile import world
from .answers import COMPILING, SEED
from .asked import Asked, scenario_of
from .cache import Kept
from .levers import COUNTRY

RUNS = 32
"""The first runs of the answer, of which the mean is told."""

Terms = dict[str, tuple[float, float]]
"""Mean of each term and half of its 95 % interval."""


def by_term(scenario: Scenario, runs: int = RUNS) -> dict[int, Terms]:
    """Return the payoff of the portfolio by term, for every year of a scenario."""
    with COMPILING:
        made = world(scenario, np.arange(runs, dtype=np.uint64), scenario.seed or SEED)
    block = Block(made)
    i = scenario.countries.index(COUNTRY)
    mine = slice(i * runs, (i + 1) * runs)
    terms = sorted(made.structure.terms - {"move_cost"})
    forms: dict[str, payoff.Form] = {}

    def look(round_: int, frame: Frame, state: State, form: payoff.Form) -> None:
        """Take the payoff apart as it is when the country moves, which is how it is recorded."""
        for term in terms:
            forms[term] = form_of(made.structure, frame, state, frozenset({term}))

    told: dict[int, Terms] = {}
    for year in range(scenario.start, scenario.end + 1):
        for quarter in range(1, ROUNDS_A_YEAR + 1):
            block.step(look if quarter == ROUNDS_A_YEAR else None)
        told[year] = {}
        for term, form in forms.items():
            values = payoff.utility(form, block.ties)[mine]
            half = 1.96 * float(values.std(ddof=1)) / runs**0.5
            told[year][term] = (float(values.mean()), half)
    return told


class Why:
    """The work of explaining a scenario (see `pool.Work`): of all years, told for one."""

    parts = 1
    cost = 2048  # plain NumPy is slow: it takes as long as so many runs
    _kept: Kept[dict[int, Terms]] = Kept(16)

    def __init__(self, asked: Asked, year: int) -> None:
        self.asked, self.year = asked, year

    def part(self, number: int) -> list[dict[int, Terms]]:
        """Return the terms of the scenario and of the baseline."""
        return [self._terms(self.asked), self._terms(Asked())]

    def _terms(self, asked: Asked) -> dict[int, Terms]:
        known = self._kept.get(asked)
        if known is None:
            known = by_term(scenario_of(asked))
            self._kept.put(asked, known)
        return known

    def finish(self, found: list[Any]) -> bytes:
        """Return the terms of the year as JSON."""
        own, base = found[0]
        terms = {
            term: {
                "mean": round(value, 4),
                "half": round(half, 4),
                "base": round(base[self.year].get(term, (0.0, 0.0))[0], 4),
            }
            for term, (value, half) in own[self.year].items()
        }
        told = {"year": self.year, "runs": RUNS, "asked": self.asked.query(), "terms": terms}
        return json.dumps(told, separators=(",", ":")).encode()
