"""The oracle: the shipped kernel and the plain model, side by side, round by round.

Discrete outcomes must be the same. Where one differs, its random number must lie within `EDGE` of
the boundary between the two outcomes; the replicate is then followed no further, and its name is
returned. Everything else must agree to rounding.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from hedgerow.model.parameters import INSTRUMENTS, Structure
from hedgerow.model.simulate import Block
from hedgerow.model.state import State
from hedgerow.scenario import Scenario
from hedgerow.scenario.compile import world

from .plain import History, Round, run_reference

EDGE = 1e-9
CLOSE = 1e-9


class Mismatch(AssertionError):
    """The kernel and the reference do not agree; the message tells where and about what."""


class Kernel(Block):
    """The shipped kernel on some replicates; it notes what happens in a round."""

    tells_moves = True

    def __init__(self, scenario: Scenario, replicates: int, seed: int) -> None:
        super().__init__(world(scenario, np.arange(replicates, dtype=np.uint64), seed))
        self.structure = self.world.structure
        self.width = replicates
        self.override = self._see_move

    def incidents(self) -> Any:
        self.incident = super().incidents()
        return self.incident

    def visits(self) -> Any:
        self.visited = super().visits()
        return self.visited

    def scheduled_choices(self) -> None:
        self.rungs = self.state.tiers.copy()
        known = len(self.record.choices)
        super().scheduled_choices()
        self.choices = self.record.choices[known:]

    def _see_move(self, block: Block, values: Any, feasible: Any, chosen: Any) -> None:
        self.values, self.feasible, self.chosen = values, feasible, chosen.copy()

    def designations(self) -> None:
        free = self.state.designated_until <= self.round
        super().designations()
        self.hit = free & (self.state.designated_until > self.round)

    def rows(self) -> list[Any]:
        """Name the rows of the menu."""
        partners = self.structure.partners
        rows = [(k, p, sign) for sign in (1, -1) for k in INSTRUMENTS for p in partners]
        return [None, *rows]

    def round_of(self, country: str, replicate: int) -> Round:
        """Return the last round of one country and replicate, as the reference logs it."""
        structure, s = self.structure, self.state
        i = structure.countries.index(country)
        d = i * self.width + replicate
        partners = [(p, code) for p, code in enumerate(structure.partners) if code != country]
        pairs = [(structure.partners[a], structure.partners[b]) for a, b in structure.sanctions]
        rows = self.rows()

        return Round(
            incident=bool(self.incident[d]),
            visits={code: bool(self.visited[p, d]) for p, code in partners},
            rungs={code: int(self.rungs[p, d]) for p, code in partners},
            options={
                choice.question: choice.options[choice.chosen[replicate]]
                for choice in self.choices
                if choice.country == i
            },
            moves={
                row: float(value)
                for row, value, ok in zip(rows, self.values[:, d], self.feasible[:, d], strict=True)
                if ok
            },
            move=rows[self.chosen[d]],
            designations={pair: bool(self.hit[n, d]) for n, pair in enumerate(pairs)},
            state=state_of(structure, s, i, d),
        )


def state_of(structure: Structure, s: State, i: int, d: int) -> dict[str, Any]:
    """Return the state of decision `d`, of country `i`, as the reference tells its own."""
    own = structure.countries[i]
    partners = [(p, code) for p, code in enumerate(structure.partners) if code != own]
    pairs = [(structure.partners[a], structure.partners[b]) for a, b in structure.sanctions]

    def by_tie(array: Any) -> dict[str, dict[str, Any]]:
        return {
            name: {code: array[k, p, d].item() for p, code in partners}
            for k, name in enumerate(INSTRUMENTS)
        }

    def by_power(array: Any) -> dict[str, float]:
        return {code: array[p, d].item() for p, code in enumerate(structure.partners)}

    return {
        "steps": by_tie(s.counts),
        "stocks": by_tie(s.stocks),
        "deliveries": by_tie(s.deliveries),
        "others": {
            name: {
                "delivery": s.others_deliveries[k, d].item(),
                "stock": s.others_stocks[k, d].item(),
            }
            for k, name in enumerate(INSTRUMENTS)
        },
        "beliefs": {w: s.beliefs[n, d].item() for n, w in enumerate(structure.futures)},
        "inducement": by_power(s.inducement),
        "pressure": by_power(s.pressure),
        "trade_cut": by_power(s.trade_cut),
        "designated_until": {pair: int(s.designated_until[n, d]) for n, pair in enumerate(pairs)},
        "incidents": s.incidents[d].item(),
        "threat": s.threat[d].item(),
        "shortfall": s.shortfall[d].item(),
    }


def events(log: Round) -> Iterator[tuple[Any, Any]]:
    """Yield what was drawn in a round, in the order in which one thing leads to another."""
    yield "incident", log.incident
    for p, visited in log.visits.items():
        yield ("visit", p), visited
    for p, rung in log.rungs.items():
        yield ("rung", p), rung
    for question, option in log.options.items():
        yield ("option", question), option
    yield "move", log.move
    for pair, hit in log.designations.items():
        yield ("designation", *pair), hit


def compare(
    scenario: Scenario,
    replicates: int,
    rounds: int,
    menus: bool = True,
    histories: list[History] | None = None,
    kernel: Any = Kernel,
) -> list[str]:
    """Run both; return where a draw on an edge fell to two sides (mostly nowhere).

    Args:
        scenario: what to run, with its seed.
        replicates: their number, in one block of the kernel.
        rounds: how many to follow.
        menus: compare also the value of every move and the state, not only outcomes and ties.
        histories: of the reference, by replicate, where they are known already.
        kernel: class of the kernel.

    Raises:
        Mismatch: the two do not agree.
    """
    if histories is None:
        histories = [run_reference(scenario, r, rounds) for r in range(replicates)]
    shipped = kernel(scenario, replicates, scenario.seed or 0)
    followed = dict(enumerate(histories))
    edges = []
    for number in range(rounds):
        shipped.step()
        for r, history in list(followed.items()):
            where = f"round {number}, replicate {r}"
            edge = _compare_round(shipped, history[number], r, where, menus)
            if edge:
                edges.append(f"{where}: {edge}")
                del followed[r]
    return edges


def _compare_round(kernel: Any, logs: dict[str, Round], r: int, where: str, menus: bool) -> str:
    """Compare a round of one replicate; return the draw on an edge that went two ways, if any."""
    pairs = {code: (kernel.round_of(code, r), log) for code, log in logs.items()}
    for code, (shipped, plain) in pairs.items():
        for (name, ours), (same, theirs) in zip(events(shipped), events(plain), strict=True):
            if name != same:
                raise Mismatch(f"{where}, {code}: {name} in the one, {same} in the other")
            if name == "move" and not kernel.tells_moves:
                continue
            if name == "move" and menus:  # what it was chosen from, before what was chosen
                _equal(f"{where}, {code}: value of", shipped.moves, plain.moves)
            if ours != theirs:
                margin = plain.margins.get(name, 1.0)
                if margin <= EDGE:
                    return f"{code}: {name}"
                raise Mismatch(
                    f"{where}, {code}: {name} is {ours} in the kernel and {theirs} in the "
                    f"reference, and the draw was {margin:g} from the edge"
                )
    for code, (shipped, plain) in pairs.items():
        if menus:
            _equal(f"{where}, {code}:", shipped.state, plain.state)
        elif shipped.state["steps"] != plain.state["steps"]:
            raise Mismatch(f"{where}, {code}: ties differ")
    return ""


def _equal(where: str, ours: Any, theirs: Any) -> None:
    """Raise unless two trees agree: whole numbers exactly, others to rounding."""
    if isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            raise Mismatch(f"{where} {set(ours) ^ set(theirs)}: in one of the two only")
        for key in theirs:
            _equal(f"{where} {key}", ours[key], theirs[key])
    elif isinstance(theirs, int) and isinstance(ours, int):
        if ours != theirs:
            raise Mismatch(f"{where} is {ours} in the kernel, {theirs} in the reference")
    elif not abs(ours - theirs) <= CLOSE * max(1.0, abs(theirs)):
        raise Mismatch(f"{where} is {ours!r} in the kernel, {theirs!r} in the reference")
