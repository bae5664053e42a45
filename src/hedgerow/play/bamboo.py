"""A thousand bamboo paths: what the model does in the same country, over many worlds."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from .. import kernels
from ..model.parameters import Floats
from ..results.quantiles import LEVELS, quantiles_of
from ..scenario import Scenario
from ..scenario.compile import world
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
        in_band: (runs,) years of the game with an index within the hedger's band.
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
    if runs < 1:
        raise ValueError(f"runs must be at least 1, not {runs}")
    name = kernels.chosen(kernel)
    key = (game.digest, game.scenario, game.country, game.first, game.last, game.seed, runs, name)
    with _LOCK:
        if key in _KNOWN:
            _KNOWN.move_to_end(key)
            return _KNOWN[key]
    found = _simulated(game, runs, name)
    with _LOCK:
        _KNOWN[key] = found
        while len(_KNOWN) > _KEPT:
            _KNOWN.popitem(last=False)
    return found


def _simulated(game: Game, runs: int, kernel: str) -> Bamboo:
    from ..model.measures import BAND

    scenario: Scenario = scenario_of(game)
    if game.last < scenario.end:
        scenario = scenario.replace({"time.end": game.last})
    i = scenario.countries.index(game.country)
    since = game.first - scenario.start
    parts: dict[str, list[Floats]] = {}
    asked: dict[str, dict[str, int]] = {}
    for low in range(0, runs, _BLOCK):
        replicates = np.arange(low, min(low + _BLOCK, runs), dtype=np.uint64)
        record = kernels.simulate(world(scenario, replicates, game.seed), kernel)
        for name in MEASURES:
            parts.setdefault(name, []).append(record.countries[name][since:, i].copy())
        for name in TIES:
            for p, code in enumerate(scenario.partners):
                if code != game.country:
                    column = record.ties[name][since:, i, p].copy()
                    parts.setdefault(f"{name}:{code}", []).append(column)
        for choice in record.choices:
            if choice.country == i and choice.year >= game.first:
                counts = asked.setdefault(choice.question, dict.fromkeys(choice.options, 0))
                for o, option in enumerate(choice.options):
                    counts[option] += int((choice.chosen == o).sum())
    values = {name: np.concatenate(columns, axis=1) for name, columns in parts.items()}
    index = values["alignment_index"]
    return Bamboo(
        runs=runs,
        years=tuple(range(game.first, game.last + 1)),
        levels=LEVELS,
        quantiles={name: quantiles_of(array) for name, array in values.items()},
        in_band=((index >= BAND[0]) & (index <= BAND[1])).sum(axis=0).astype(np.float64),
        last=index[-1],
        answers={
            question: {option: count / runs for option, count in counts.items()}
            for question, counts in asked.items()
        },
    )
