"""A thousand bamboo paths: what the model does in the same country, over many worlds."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ...compiled import kernels
from ...model.parameters import Floats
from ...results.quantiles import LEVELS, quantiles_of
from ...scenario import Scenario
from ...scenario.compile import world
from .game import Game, scenario_of

RUNS = 1000
_BLOCK = 128
_KEPT = 16


@dataclass(frozen=True)
class Bamboo:
    """Quantiles over many runs in which the model plays the country.

    Attributes:
        runs: how many. years: (Y,) that are told. levels: of the quantiles.
        quantiles: measure → (levels, Y): ``alignment_index``, ``arms_stock:RUS`` …
        in_band: (runs,) years of the game with an index within the hedging band.
        last: alignment index in the last year, (runs,), NaN where undefined.
        answers: question → option → share of the runs.
    """

    runs: int
    years: tuple[int, ...]
    levels: tuple[float, ...]
    quantiles: dict[str, Floats]
    in_band: Floats
    last: Floats
    answers: dict[str, dict[str, float]]


MEASURES = ("alignment_index", "hedging_index", "autonomy", "premium", "payout")
TIES = ("arms_stock", "arms_orders")

_KNOWN: OrderedDict[tuple[object, ...], Bamboo] = OrderedDict()
_LOCK = Lock()


def bamboo(game: Game, runs: int = RUNS, kernel: str | None = None) -> Bamboo:
    """Return what the model does with the country of a game in replicates 0 to `runs` − 1.

    They are the runs of ``hedgerow run`` with the seed of the game and that many ``--runs``.

    Raises:
        KernelMissing, ValueError: the kernel does not work here; `runs` is less than 1.
        NotFinite: a run left the real numbers.
    """
    work = Paths(game, runs, kernel)
    if work.known is not None:
        return work.known
    return work.joined([work.block(number) for number in range(work.blocks)])


Block = tuple[dict[str, Floats], dict[str, dict[str, int]]]
"""Of some runs: measures by name, (years, runs), and how many gave each answer to each question."""


class Paths:
    """The work of `bamboo` in blocks, for who wants to do something else between two of them.

    Args:
        game, runs, kernel: as of `bamboo`.

    Attributes:
        known: the answer, where it has been worked out before.
        blocks: how many there are.

    Raises:
        KernelMissing, ValueError: as of `bamboo`.
    """

    def __init__(self, game: Game, runs: int = RUNS, kernel: str | None = None) -> None:
        if runs < 1:
            raise ValueError(f"runs must be at least 1, not {runs}")
        self.game, self.runs = game, runs
        self._kernel = kernels.chosen(kernel)
        self._key = (
            game.digest,
            game.scenario,
            game.country,
            game.first,
            game.last,
            game.seed,
            runs,
            self._kernel,
        )
        self.blocks = -(-runs // _BLOCK)

    @property
    def known(self) -> Bamboo | None:
        """The answer, where it is still kept."""
        with _LOCK:
            if self._key in _KNOWN:
                _KNOWN.move_to_end(self._key)
            return _KNOWN.get(self._key)

    def block(self, number: int) -> Block:
        """Play one block, numbered from 0.

        Raises:
            NotFinite: a run left the real numbers.
        """
        game = self.game
        scenario: Scenario = scenario_of(game)
        if game.last < scenario.end:
            scenario = scenario.replace({"time.end": game.last})
        i = scenario.countries.index(game.country)
        since = game.first - scenario.start
        low = number * _BLOCK
        replicates = np.arange(low, min(low + _BLOCK, self.runs), dtype=np.uint64)
        record = kernels.simulate(world(scenario, replicates, game.seed), self._kernel)
        values = {name: record.countries[name][since:, i].copy() for name in MEASURES}
        for name in record.ties.keys() & set(TIES):
            for p, code in enumerate(scenario.partners):
                if code != game.country:
                    values[f"{name}:{code}"] = record.ties[name][since:, i, p].copy()
        asked: dict[str, dict[str, int]] = {}
        for choice in record.choices:
            if choice.country == i and choice.year >= game.first:
                counts = asked.setdefault(choice.question, dict.fromkeys(choice.options, 0))
                for o, option in enumerate(choice.options):
                    counts[option] += int((choice.chosen == o).sum())
        return values, asked

    def joined(self, blocks: list[Block]) -> Bamboo:
        """Return the answer from all blocks, in their order, and keep it."""
        first, asked = blocks[0]
        values = {
            name: np.concatenate([block[name] for block, _ in blocks], axis=1) for name in first
        }
        index = values["alignment_index"]
        low, high = scenario_of(self.game).band
        found = Bamboo(
            runs=self.runs,
            years=tuple(range(self.game.first, self.game.last + 1)),
            levels=LEVELS,
            quantiles={name: quantiles_of(array) for name, array in values.items()},
            in_band=((index >= low) & (index <= high)).sum(axis=0).astype(np.float64),
            last=index[-1].copy(),
            answers={
                question: {
                    option: sum(counts[question][option] for _, counts in blocks) / self.runs
                    for option in options
                }
                for question, options in asked.items()
            },
        )
        with _LOCK:
            _KNOWN[self._key] = found
            while len(_KNOWN) > _KEPT:
                _KNOWN.popitem(last=False)
        return found
