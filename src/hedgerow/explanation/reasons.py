"""Replays one run up to a moment, and returns its menus: all options by term of the payoff."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from ..errors import as_written, whole
from ..model.choice import probabilities
from ..model.decompose import deserved_by_part, moves_by_term, options_by_term, rungs_by_part
from ..model.parameters import INSTRUMENTS, ROUNDS_A_YEAR, Choice
from ..model.scheduled import option_changes, option_values
from ..model.simulate import Block
from ..model.state import State
from ..model.strategies import STRATEGIES, minds
from ..model.tiers import deserved_rung, rung_values, visit_chance
from ..scenario import Scenario
from ..scenario.compile import world as compile_world
from .forbidden import ITSELF, NOTHING_THERE, forbids_move, forbids_rung
from .menus import RUNGS, Explanation, Menu, Option, TierMenu

__all__ = ["RUNGS", "Explanation", "Menu", "Option", "TierMenu", "explain"]

_MOST = 2**63 - 1


def explain(
    scenario: Scenario,
    country: str,
    year: int,
    replicate: int = 0,
    quarter: int = 1,
    tiers: Sequence[str] = (),
    seed: int | None = None,
) -> Explanation:
    """Replay one run up to a year and return its menus there.

    Args:
        scenario: the scenario.
        country: code of a hedging country.
        year: a year of the scenario.
        replicate: number of the run. It is the same run as in an ensemble of any size.
        quarter: quarter of the move, 1 to 4.
        tiers: partners whose label is explained even if no visit came in the year.
        seed: the seed; by default that of the scenario, or 0.

    Raises:
        ValueError: an unknown country or partner, or a moment outside the scenario.
    """
    country = as_written(country, scenario.countries)
    if country not in scenario.countries:
        raise ValueError(f"country {country!r}: expected {_one_of(scenario.countries)}")
    others = [partner for partner in scenario.partners if partner != country]
    tiers = [as_written(partner, others) for partner in tiers]
    for partner in tiers:
        if partner not in others:
            raise ValueError(f"partner {partner!r} of {country}: expected {_one_of(others)}")
    year, quarter = whole("year", year), whole("quarter", quarter)
    replicate = whole("replicate", replicate)
    if not scenario.start <= year <= scenario.end:
        raise ValueError(f"year {year}: expected {scenario.start} to {scenario.end}")
    if not 1 <= quarter <= ROUNDS_A_YEAR:
        raise ValueError(f"quarter {quarter}: expected 1 to {ROUNDS_A_YEAR}")
    if not 0 <= replicate <= _MOST:
        raise ValueError(f"replicate {replicate}: expected 0 to {_MOST}")
    seed = whole("seed", seed) if seed is not None else (scenario.seed or 0)
    block = Block(compile_world(scenario, np.array([replicate], dtype=np.uint64), seed))
    explainer = _Explainer(block, scenario, country)
    while block.round < (year - scenario.start) * ROUNDS_A_YEAR:
        before = explainer.rungs
        block.step()
        explainer.note_labels(before, block.round - 1)
    wanted = tuple(dict.fromkeys(tiers))
    return replace(
        explainer.explain(quarter, wanted), replicate=replicate, seed=seed, wanted=wanted
    )


def _one_of(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"one of {', '.join(codes)}"


class _Explainer:
    """Plays one year round by round, and records every menu before the choice is made."""

    def __init__(self, block: Block, scenario: Scenario, country: str) -> None:
        self.block = block
        self.scenario = scenario
        self.structure = block.world.structure
        self.i = self.structure.countries.index(country)
        self.country = country
        self.changed: dict[int, tuple[int, int, str]] = {}

    @property
    def rungs(self) -> NDArray[np.int64]:
        """Rung with every partner now: (P,)."""
        return self.block.state.tiers[:, self.i].copy()

    def note_labels(self, before: NDArray[np.int64], round_: int) -> None:
        """Record which labels the round changed."""
        for p in np.nonzero(self.rungs != before)[0]:
            self.changed[int(p)] = (*self._date(round_), RUNGS[before[p]])

    def explain(self, quarter: int, wanted: tuple[str, ...]) -> Explanation:
        """Play the year that begins now, and return its menus."""
        block, i = self.block, self.i
        year = self._date(block.round)[0]
        choices: list[Menu] = []
        labels: list[TierMenu] = []
        no_visit = np.ones(len(self.structure.partners))
        for now in range(1, ROUNDS_A_YEAR + 1):
            block.shocks()
            incident = block.incidents()
            no_visit *= 1.0 - self._visit_chance()
            ladders = [self._ladder(p) for p in range(len(self.structure.partners))]
            before = self.rungs
            visited = block.visits()
            for p, ladder in enumerate(ladders):
                explained = any(menu.partner == ladder.partner for menu in labels)
                if visited[p, i]:
                    labels.append(replace(_taken(ladder, RUNGS[self.rungs[p]]), came=True))
                elif now == ROUNDS_A_YEAR and ladder.partner in wanted and not explained:
                    labels.append(ladder)
            self.note_labels(before, block.round)
            choices += self._scheduled()
            if now == quarter:
                moves, threat = self._moves(), float(block.state.threat[i])
                beliefs = block.state.beliefs[:, i].tolist()
                incidents = float(block.state.incidents[i])
            counts = block.state.counts[:, :, i].copy()
            block.moves()
            if now == quarter:
                moves = _taken(moves, self._move_made(counts))
            block.powers()
            block.designations()
            block.stocks()
            block.record_quarter(incident, visited)
            block.round += 1
        chance = dict(zip(self.structure.partners, (1.0 - no_visit).tolist(), strict=True))
        return Explanation(
            scenario=self.scenario.title,
            country=self.country,
            year=year,
            quarter=quarter,
            replicate=0,
            seed=0,
            strategy=self.structure.strategies[i],
            beliefs=dict(zip(self.structure.futures, beliefs, strict=True)),
            threat=threat,
            incidents=incidents,
            moves=moves,
            choices=tuple(choices),
            tiers=tuple(replace(menu, visit_chance=chance[menu.partner]) for menu in labels),
        )

    def _date(self, round_: int) -> tuple[int, int]:
        """Year and quarter (1–4) of a round."""
        years, quarters = divmod(round_, ROUNDS_A_YEAR)
        return self.scenario.start + years, quarters + 1

    def _visit_chance(self) -> NDArray[np.float64]:
        if "visits" not in self.structure.processes:
            return np.zeros(len(self.structure.partners))
        return visit_chance(self.structure, self.block.frame, self.block.state)[:, self.i]

    def _moves(self) -> Menu:
        block, i = self.block, self.i
        values, feasible, precision = block.menu()
        chance = probabilities(values, feasible, precision)[:, i]
        split = moves_by_term(self.structure, block.frame, block.state)
        options = []
        for m, label in enumerate(self._move_labels()):
            reasons = () if feasible[m, i] else forbids_move(block, self.scenario, i, m)
            meaningless = NOTHING_THERE in reasons or ITSELF in reasons
            options.append(
                Option(
                    label,
                    -inf if meaningless else float(values[m, i]),
                    float(chance[m]),
                    {} if meaningless else _parts({t: part[m, i] for t, part in split.items()}),
                    reasons,
                )
            )
        return _menu(
            f"Move of {self.country}", self._date(block.round), options, self._note_on_values()
        )

    def _note_on_values(self) -> str:
        """A remark if the strategy uses other values than the payoff, else empty."""
        name = self.structure.strategies[self.i]
        if STRATEGIES[name].want is None:
            return ""
        return f"the value is what a {name.replace('_', ' ')} wants; the terms are of the payoff"

    def _move_labels(self) -> list[str]:
        pairs = [(k, p) for k in INSTRUMENTS for p in self.structure.partners]
        return [
            "hold",
            *(f"deepen {k} with {p}" for k, p in pairs),
            *(f"loosen {k} with {p}" for k, p in pairs),
        ]

    def _move_made(self, before: NDArray[np.int64]) -> str:
        change = self.block.state.counts[:, :, self.i] - before
        k, p = np.nonzero(change)
        if not k.size:
            return "hold"
        verb = "deepen" if change[k[0], p[0]] > 0 else "loosen"
        return f"{verb} {INSTRUMENTS[k[0]]} with {self.structure.partners[p[0]]}"

    def _scheduled(self) -> list[Menu]:
        """Play the scheduled choices of the round, and return the menus of this country's ones.

        A choice depends on the ties after the choices before it in the same round.
        """
        block, i = self.block, self.i
        state = replace(block.state, counts=block.state.counts.copy())
        known = len(block.record.choices)
        block.scheduled_choices()
        answers = iter([c for c in block.record.choices[known:] if c.country == i])
        menus = []
        for choice in self.structure.choices:
            if choice.round == block.round and i in choice.countries:
                answer = int(next(answers).chosen[0])
                menus.append(_taken(self._question(choice, state), choice.options[answer]))
                change = option_changes(self.structure, block.frame, state, block.most, choice)
                state.counts[:, :, i] += change[answer][:, :, i]
        return menus

    def _question(self, choice: Choice, state: State) -> Menu:
        block, i, q = self.block, self.i, self.block.frame
        mind = minds(self.structure, q, state, block.form)
        changes = option_changes(self.structure, q, state, block.most, choice)
        values = option_values(self.structure, q, state, mind, choice, changes)
        chance = probabilities(values, np.ones(values.shape, dtype=bool), mind.precision)
        split = options_by_term(self.structure, q, state, block.most, choice)
        options = [
            Option(
                name,
                float(values[o, i]),
                float(chance[o, i]),
                _parts({term: part[o, i] for term, part in split.items()}),
                clipped=bool((changes[o][:, :, i] != choice.changes[o]).any()),
            )
            for o, name in enumerate(choice.options)
        ]
        return _menu(choice.question, self._date(block.round), options, self._note_on_values())

    def _ladder(self, partner: int) -> TierMenu:
        i, q, s = self.i, self.block.frame, self.block.state
        deserved = deserved_rung(q, s)
        at = (np.array([partner]), np.array([i]))
        values, feasible = rung_values(self.structure, q, s, deserved, at)
        chance = probabilities(values, feasible, q["precision"][[i]])[:, 0]
        split = rungs_by_part(self.structure, q, s, partner)
        options = [
            Option(
                RUNGS[rung],
                float(values[rung, 0]),
                float(chance[rung]),
                _parts({part: value[rung, i] for part, value in split.items()}),
                () if feasible[rung, 0] else forbids_rung(self.scenario, i, rung),
            )
            for rung in range(len(RUNGS))
        ]
        code = self.structure.partners[partner]
        menu = _menu(f"Tier with {code}", self._date(self.block.round), options)
        return TierMenu(
            **vars(menu),
            partner=code,
            now=RUNGS[s.tiers[partner, i]],
            deserved=float(deserved[partner, i]),
            deserved_parts=_parts(
                {name: part[i] for name, part in deserved_by_part(q, s, partner).items()}
            ),
            changed=self.changed.get(partner),
        )


def _parts(split: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in split.items() if value != 0.0}


def _menu(title: str, date: tuple[int, int], options: list[Option], note: str = "") -> Menu:
    ranked = sorted(options, key=lambda option: (-option.probability, bool(option.forbidden_by)))
    return Menu(title, *date, tuple(ranked), note)


def _taken[M: Menu](menu: M, label: str) -> M:
    """Return the menu with the option of this label marked as chosen."""
    options = tuple(replace(option, chosen=option.label == label) for option in menu.options)
    return replace(menu, options=options)
