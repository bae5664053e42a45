"""From a checked request to what the page draws: statistics of runs, and what has changed."""

import json
from threading import Lock
from typing import Any

import numpy as np

from ...compiled.kernels import simulate
from ...results.digest import LEAF
from ...scenario import Scenario
from ...scenario.compile import world
from . import measures as m
from .asked import REFINED, Asked, base_of, played
from .cache import Kept
from .levers import COUNTRY
from .presets import BASE

SEED = 1
"""Of all runs of the page; that of the shipped scenarios."""

FIRSTS = 32_000_000
"""Bytes of first leaves that are kept, about 1.5 MB each."""

_BANDS = ("q05", "q25", "q50", "q75", "q95")
COMPILING = Lock()  # what compiles scenarios is not made for threads


def play(scenario: Scenario, first: int, count: int, kernel: str) -> m.Values:
    """Play replicates `first` to `first + count` − 1; they are those of ``hedgerow run``."""
    replicates = np.arange(first, first + count, dtype=np.uint64)
    with COMPILING:
        made = world(scenario, replicates, scenario.seed or SEED)
    return m.values_of(scenario, simulate(made, kernel))


class Engine:
    """What all answers share: the kernel, the baseline, and first leaves. Made for threads.

    Attributes:
        kernel: what plays the runs (see `hedgerow.compiled.kernels`).
    """

    def __init__(self, kernel: str = "numpy") -> None:
        self.kernel = kernel
        self._firsts: Kept[m.Values] = Kept(FIRSTS, lambda values: values.cells.nbytes)
        self._bases: dict[str, m.Floats] = {}
        self._basing = Lock()

    def first(self, asked: Asked, scenario: Scenario, kernel: str) -> m.Values:
        """Return the first leaf of an answer, which the quick and the refined one share."""
        known = self._firsts.get((asked, kernel))
        if known is None:
            known = play(scenario, 0, LEAF, kernel)
            self._firsts.put((asked, kernel), known)
        return known

    def base(self, kernel: str, runs: int) -> m.Floats:
        """Return the measures of the baseline: (measures, years, runs)."""
        with self._basing:
            known = self._bases.get(kernel)
            there = 0 if known is None else known.shape[-1]
            if there < runs:
                parts = [] if known is None else [known]
                scenario = base_of(BASE, True)
                for first in range(there, runs, LEAF):
                    count = min(LEAF, REFINED - first)
                    parts.append(play(scenario, first, count, kernel).cells)
                self._bases[kernel] = known = np.concatenate(parts, axis=-1)
            assert known is not None
            return known[..., :runs]


class Answer:
    """The work of one answer; a part is a leaf (see `pool.Work`)."""

    def __init__(self, engine: Engine, asked: Asked, runs: int) -> None:
        self.engine, self.asked, self.runs = engine, asked, runs
        self.cost = runs
        self.kernel = engine.kernel
        self.parts = -(-runs // LEAF)
        self._made: Scenario | None = None
        self._making = Lock()

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played, made once."""
        with self._making:
            if self._made is None:
                self._made = played(self.asked)
            return self._made

    def part(self, number: int) -> m.Values:
        """Play one leaf."""
        if number == 0:
            return self.engine.first(self.asked, self.scenario, self.kernel)
        first = number * LEAF
        return play(self.scenario, first, min(LEAF, self.runs - first), self.kernel)

    def finish(self, found: list[m.Values]) -> bytes:
        """Return the answer as JSON."""
        return json.dumps(self.told(found), allow_nan=False, separators=(",", ":")).encode()

    def told(self, parts: list[m.Values]) -> dict[str, Any]:
        """Return the answer from the measures of its leaves."""
        scenario = self.scenario
        partners = scenario.partners
        names = m.measures(partners)
        bands = len(m.banded(partners))
        found = m.statistics_of(parts, bands)
        series: dict[str, dict[str, list[float | None]]] = {}
        for number, name in enumerate(names):
            series[name] = {"mean": _plain(found.mean[number])}
            if number < bands:
                for level, values in zip(_BANDS, found.quantiles, strict=True):
                    series[name][level] = _plain(values[number])
        whole = m.joined(parts)
        return {
            "asked": self.asked.query(),
            "title": scenario.title,
            "runs": self.runs,
            "seed": scenario.seed or SEED,
            "kernel": self.kernel,
            "country": COUNTRY,
            "partners": list(partners),
            "start": scenario.start,
            "end": scenario.end,
            "series": series,
            "choices": _choices(scenario, whole),
            "effects": {} if self.asked == Asked() else self._effects(names, whole.cells),
        }

    def _effects(
        self, names: tuple[str, ...], cells: m.Floats
    ) -> dict[str, dict[str, list[float | None]]]:
        """Return what has changed against the baseline, by measure and year."""
        base = self.engine.base(self.kernel, self.runs)
        rows = [names.index(name) for name in m.TOLD]
        apart = m.differences(base[rows], cells[rows])
        return {
            name: {
                "mean": _plain(apart.mean[row]),
                "half": _plain(apart.half[row]),
                "sd": _plain(apart.sd[row]),
            }
            for row, name in enumerate(m.TOLD)
        }


def _choices(scenario: Scenario, whole: m.Values) -> list[dict[str, Any]]:
    """Return the share of runs that chose each option of each scheduled choice."""
    told = []
    for (question, year), counts in whole.chosen.items():
        asked = max(counts.total(), 1)
        entry = scenario.resolved["choices"][question]
        told.append(
            {
                "question": question,
                "year": year,
                "kind": entry.get("kind", "other"),
                "source": entry.get("source", ""),
                "shares": {name: round(count / asked, 7) for name, count in counts.items()},
            }
        )
    return sorted(told, key=lambda entry: (entry["year"], entry["question"]))


def _plain(values: m.Floats) -> list[float | None]:
    """Numbers with seven decimals, null where undefined."""
    numbers: list[float | None] = np.round(values, 7).tolist()
    if np.isnan(values).any():
        return [None if value != value else value for value in numbers]
    return numbers
