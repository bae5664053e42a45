"""Why: the payoff of the portfolio term by term in one year, on average over runs.

The terms add up to ``payoff`` of ``summary.csv``, the payoff of the ties as they stand at the end
of the year. Plain NumPy plays the runs, round by round, so there are fewer of them.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model import payoff
from ...model.parameters import ROUNDS_A_YEAR
from ...model.simulate import Block
from ...scenario import Scenario
from ...scenario.compile import world
from ..play.replay import forms_of
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
    forms: dict[str, payoff.Form] = {}
    looked = -1

    def look(block: Block, kind: str, which: int, chosen: NDArray[np.int64] | None) -> None:
        """Take the payoff apart before the year's last desks act, as the recorder sees it."""
        nonlocal forms, looked
        last = (block.round + 1) % ROUNDS_A_YEAR == 0
        if kind == "desk" and last and block.round != looked:
            looked, forms = block.round, forms_of(block)

    block.watch = look
    told: dict[int, Terms] = {}
    for year in range(scenario.start, scenario.end + 1):
        for _ in range(ROUNDS_A_YEAR):
            block.step()
        told[year] = {}
        for term, form in forms.items():
            values = payoff.utility(form, block.point.x)[mine]
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
