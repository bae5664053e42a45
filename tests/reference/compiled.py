"""The compiled kernel as the oracle looks at kernels: round by round, one country at a time."""

from typing import Any

import numpy as np
from compiled.played import Played

from hedgerow.model.parameters import INSTRUMENTS, ROUNDS_A_YEAR
from hedgerow.scenario import Scenario
from hedgerow.scenario.compile import world

from .plain import Round


class CompiledKernel:
    """Plays from the start to every round anew, since compiled code plays a block in one go.

    It does not tell moves, nor what they were chosen from; the ties tell what was chosen.
    """

    tells_moves = False

    def __init__(self, scenario: Scenario, replicates: int, seed: int) -> None:
        self.world = world(scenario, np.arange(replicates, dtype=np.uint64), seed)
        self.structure = self.world.structure
        self.before = self.now = Played(self.world, 0)

    def step(self) -> None:
        """Play one round more."""
        self.before, self.now = self.now, Played(self.world, self.now.rounds + 1)

    def round_of(self, country: str, replicate: int) -> Round:
        """Return the last round of one country and replicate, as the reference logs it."""
        structure = self.structure
        i = structure.countries.index(country)
        partners = [(p, code) for p, code in enumerate(structure.partners) if code != country]
        pairs = [(structure.partners[a], structure.partners[b]) for a, b in structure.sanctions]
        round_ = self.now.rounds - 1

        def of(name: str, played: Played = self.now) -> Any:
            return played.section("state", name, i)[..., replicate]

        def by_tie(array: Any) -> dict[str, dict[str, Any]]:
            return {
                name: {code: array[k, p].item() for p, code in partners}
                for k, name in enumerate(INSTRUMENTS)
            }

        def by_power(array: Any) -> dict[str, float]:
            return {code: array[p].item() for p, code in enumerate(structure.partners)}

        happened = self._in_round(i, replicate, round_)
        until = of("designated_until")
        options = {
            choice.question: choice.options[
                int(self.now.of_result("chosen")[c, i, replicate].item())
            ]
            for c, choice in enumerate(structure.choices)
            if choice.round == round_ and i in choice.countries
        }
        return Round(
            incident=bool(happened[0]),
            visits={code: bool(happened[1 + p]) for p, code in partners},
            rungs={code: int(of("tiers")[p]) for p, code in partners},
            options=options,
            designations={
                pair: bool(until[n] > round_ and until[n] != self._until(i, n, replicate))
                for n, pair in enumerate(pairs)
            },
            state={
                "steps": _whole(by_tie(of("counts"))),
                "stocks": by_tie(of("stocks")),
                "deliveries": by_tie(of("deliveries")),
                "others": {
                    name: {
                        "delivery": of("others_deliveries")[k].item(),
                        "stock": of("others_stocks")[k].item(),
                    }
                    for k, name in enumerate(INSTRUMENTS)
                },
                "beliefs": {w: of("beliefs")[n].item() for n, w in enumerate(structure.futures)},
                "inducement": by_power(of("inducement")),
                "pressure": by_power(of("pressure")),
                "trade_cut": by_power(of("trade_cut")),
                "designated_until": {pair: int(until[n]) for n, pair in enumerate(pairs)},
                "incidents": of("incidents").item(),
                "threat": of("threat").item(),
                "shortfall": of("shortfall").item(),
            },
        )

    def _in_round(self, i: int, replicate: int, round_: int) -> Any:
        """How many incidents, and visits of each partner, the last round saw: (1 + P,)."""
        known = self._in_year(self.before, i, replicate) if round_ % ROUNDS_A_YEAR else 0.0
        if (round_ + 1) % ROUNDS_A_YEAR:
            return self._in_year(self.now, i, replicate) - known
        year = round_ // ROUNDS_A_YEAR
        return np.nan_to_num(self.now.of_result("yearly")[year, :, i, replicate]) - known

    @staticmethod
    def _in_year(played: Played, i: int, replicate: int) -> Any:
        sums = ("incidents_in_year", "visits_in_year")
        return np.concatenate(
            [np.atleast_1d(played.section("state", name, i)[..., replicate]) for name in sums]
        )

    def _until(self, i: int, pair: int, replicate: int) -> float:
        if self.before.rounds == 0:
            return 0.0
        return float(self.before.section("state", "designated_until", i)[pair, replicate])


def _whole(tree: dict[str, dict[str, float]]) -> dict[str, dict[str, int]]:
    return {name: {code: int(n) for code, n in row.items()} for name, row in tree.items()}
