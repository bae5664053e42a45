"""Why did a country do that? The menus of one moment of one run, option by option, term by term."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model.choice import probabilities
from .model.decompose import moves_by_term, options_by_term, rungs_by_part
from .model.parameters import INSTRUMENTS, ROUNDS_A_YEAR, Choice
from .model.rules import tilt_allowed, tilt_of
from .model.scheduled import option_changes, option_values
from .model.simulate import Block
from .model.strategies import minds
from .model.tiers import deserved_rung, rung_values
from .scenario import Scenario
from .scenario.compile import world as compile_world

RUNGS = ("none", "comprehensive", "strategic", "comprehensive strategic", "alliance")


@dataclass(frozen=True)
class Option:
    """One option of a menu.

    Attributes:
        label: in words, e.g. ``"deepen arms with RUS"``.
        value: payoff less that of holding still, log-odds at Λ = 1; nan where forbidden.
        probability: of choosing it, 0 where forbidden.
        parts: the value by term; they add up to `value` for a country that follows its payoff.
        forbidden_by: rules, embargoes or bounds that rule it out; empty where it is allowed.
        chosen: whether this run took it.
    """

    label: str
    value: float
    probability: float
    parts: dict[str, float]
    forbidden_by: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True)
class Menu:
    """A menu of one moment: `title`, `year`, `quarter`, its options (likeliest first), a `note`."""

    title: str
    year: int
    quarter: int
    options: tuple[Option, ...]
    note: str = ""

    @property
    def allowed(self) -> tuple[Option, ...]:
        """The options that nothing forbids, likeliest first."""
        return tuple(option for option in self.options if not option.forbidden_by)

    @property
    def chosen(self) -> Option | None:
        """What the run took; None where the moment did not come."""
        return next((option for option in self.options if option.chosen), None)


@dataclass(frozen=True)
class Explanation:
    """Why one country did what it did in one year of one run.

    Attributes:
        scenario: title of the scenario. country: code. year, quarter: of the move.
        replicate, seed: which run. strategy: how the country chooses.
        beliefs: probability of each future. threat: its level. incidents: recent ones, decayed.
        moves: the menu of the quarter. choices, tiers: those of the whole year.
    """

    scenario: str
    country: str
    year: int
    quarter: int
    replicate: int
    seed: int
    strategy: str
    beliefs: dict[str, float]
    threat: float
    incidents: float
    moves: Menu
    choices: tuple[Menu, ...]
    tiers: tuple[Menu, ...]


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
        country: code of a hedging country. year: within the scenario. quarter: 1–4, of the move.
        replicate: which run of the ensemble; it is the same run as in an ensemble of any size.
        tiers: partners whose label is explained even if no visit came in the year.
        seed: default the scenario's, or 0.

    Raises:
        ValueError: an unknown country or partner, or a moment outside the scenario.
    """
    _require(country in scenario.countries, f"country {country!r}", scenario.countries)
    for partner in tiers:
        _require(partner in scenario.partners, f"partner {partner!r}", scenario.partners)
    _require(
        scenario.start <= year <= scenario.end,
        f"year {year}",
        (f"{scenario.start} to {scenario.end}",),
    )
    _require(1 <= quarter <= ROUNDS_A_YEAR, f"quarter {quarter}", ("1 to 4",))
    if replicate < 0:
        raise ValueError(f"replicate {replicate}: expected 0 or more")
    seed = seed if seed is not None else (scenario.seed or 0)
    block = Block(compile_world(scenario, np.array([replicate], dtype=np.uint64), seed))
    for _ in range((year - scenario.start) * ROUNDS_A_YEAR):
        block.step()
    return _Teller(block, scenario, country).tell(year, quarter, replicate, seed, tuple(tiers))


def _require(holds: bool, what: str, expected: Sequence[str]) -> None:
    if not holds:
        raise ValueError(f"unknown {what}; expected one of {', '.join(expected)}")


class _Teller:
    """Plays one year round by round and looks at every menu before it is used."""

    def __init__(self, block: Block, scenario: Scenario, country: str) -> None:
        self.block = block
        self.scenario = scenario
        self.structure = block.world.structure
        self.i = self.structure.countries.index(country)
        self.country = country
        self.year = scenario.start + block.round // ROUNDS_A_YEAR

    def tell(
        self, year: int, quarter: int, replicate: int, seed: int, wanted: tuple[str, ...]
    ) -> Explanation:
        block = self.block
        choices: list[Menu] = []
        visits: list[Menu] = []
        for now in range(1, ROUNDS_A_YEAR + 1):
            block.shocks()
            incident = block.incidents()
            ladders = {p: self._ladder(p, now) for p in range(len(self.structure.partners))}
            visited = block.visits()
            for p, ladder in ladders.items():
                code = self.structure.partners[p]
                if visited[p, self.i]:
                    visits.append(_taken(ladder, RUNGS[block.state.tiers[p, self.i]]))
                elif now == ROUNDS_A_YEAR and code in wanted and not _told(visits, code):
                    visits.append(ladder)
            asked = [self._question(c, now) for c in self._due()]
            block.scheduled_choices()
            choices += [
                _taken(menu, label)
                for menu, label in zip(asked, self._answers(len(asked)), strict=True)
            ]
            if now == quarter:
                moves, beliefs = self._moves(now), block.state.beliefs[:, self.i].copy()
                threat, incidents = block.state.threat[self.i], block.state.incidents[self.i]
            before = block.state.counts[:, :, self.i].copy()
            block.moves()
            if now == quarter:
                moves = _taken(moves, self._move_made(before))
            block.powers()
            block.designations()
            block.stocks()
            block.record_quarter(incident, visited)
            block.round += 1
        return Explanation(
            scenario=self.scenario.title,
            country=self.country,
            year=year,
            quarter=quarter,
            replicate=replicate,
            seed=seed,
            strategy=self.structure.strategies[self.i],
            beliefs=dict(zip(self.structure.futures, map(float, beliefs), strict=True)),
            threat=float(threat),
            incidents=float(incidents),
            moves=moves,
            choices=tuple(choices),
            tiers=tuple(visits),
        )

    def _moves(self, quarter: int) -> Menu:
        block, i = self.block, self.i
        values, feasible, precision = block.menu()
        chance = probabilities(values, feasible, precision)[:, i]
        split = moves_by_term(self.structure, block.frame, block.state)
        labels = self._move_labels()
        options = [
            Option(
                label,
                float(values[m, i]) if feasible[m, i] else float("nan"),
                float(chance[m]),
                _parts({term: part[m, i] for term, part in split.items()}),
                () if feasible[m, i] else self._forbidden(m),
            )
            for m, label in enumerate(labels)
        ]
        note = ""
        if self.structure.strategies[i] != "quantal":
            note = f"chooses as a {self.structure.strategies[i]}; the parts are those of the payoff"
        return _menu(f"Move of {self.country}", self.year, quarter, options, note)

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

    def _forbidden(self, m: int) -> tuple[str, ...]:
        """Name what rules out move `m`."""
        structure, block, i = self.structure, self.block, self.i
        size = len(INSTRUMENTS) * len(structure.partners)
        up = m <= size
        k, p = divmod((m - 1) % size, len(structure.partners))
        count = block.state.counts[k, p, i]
        if not up and count == 0:
            return ("nothing to loosen",)
        if p == structure.self_partner[i]:
            return ("a country has no ties with itself",)
        reasons = []
        if up:
            for ban in structure.embargoes:
                if (ban.country, ban.instrument, ban.partner) == (i, k, p) and (
                    ban.start <= block.round < ban.stop
                ):
                    reasons.append(f"embargo by {structure.partners[p]}")
            tie = (count + 1) * structure.step[k]
            if tie > structure.cap[k] + 1e-9:
                reasons.append(f"cap of {INSTRUMENTS[k]}")
            reasons += self._rules_on("tie_max", INSTRUMENTS[k], tie)
        if p in structure.poles and not reasons:
            toward = 1.0 if (p == structure.poles[0]) == up else -1.0
            shift = toward * structure.step[k] * block.frame["salience"][k]
            tilt = tilt_of(structure, block.frame, block.ties)
            if not tilt_allowed(structure, block.frame, tilt, shift)[i]:
                reasons += self._rules_on("tilt_max", None, float("inf"))
        return tuple(reasons) or ("out of range",)

    def _rules_on(self, key: str, instrument: str | None, beyond: float) -> list[str]:
        """Names of the country's rules with a bound `key` that `beyond` breaches."""
        resolved = self.scenario.resolved
        names = []
        for name in resolved["countries"][self.country]["rules"]:
            bound = resolved["rules"][name].get(key)
            if instrument is not None and isinstance(bound, dict):
                bound = bound.get(instrument)
            if isinstance(bound, int | float) and beyond > bound + 1e-9:
                names.append(f"rule {name}")
        return names

    def _due(self) -> list[Choice]:
        return [
            c
            for c in self.structure.choices
            if c.round == self.block.round and self.i in c.countries
        ]

    def _question(self, choice: Choice, quarter: int) -> Menu:
        block, i, q, s = self.block, self.i, self.block.frame, self.block.state
        mind = minds(self.structure, q, s, block.form)
        changes = option_changes(self.structure, q, s, block.most, choice)
        values = option_values(self.structure, q, s, mind, choice, changes)
        chance = probabilities(values, np.ones(values.shape, dtype=bool), mind.precision)
        split = options_by_term(self.structure, q, s, block.most, choice)
        options = [
            Option(
                name,
                float(values[o, i]),
                float(chance[o, i]),
                _parts({term: part[o, i] for term, part in split.items()}),
            )
            for o, name in enumerate(choice.options)
        ]
        return _menu(choice.question, self.year, quarter, options)

    def _answers(self, count: int) -> list[str]:
        """Options that the country took in the last `count` questions put to it."""
        mine = [c for c in self.block.record.choices if c.country == self.i]
        return [c.options[c.chosen[0]] for c in mine[len(mine) - count :]]

    def _ladder(self, partner: int, quarter: int) -> Menu:
        i, q, s = self.i, self.block.frame, self.block.state
        deserved = deserved_rung(q, s)
        at = (np.array([partner]), np.array([i]))
        values, feasible = rung_values(self.structure, q, s, deserved, at)
        chance = probabilities(values, feasible, q["precision"][[i]])[:, 0]
        split = rungs_by_part(self.structure, q, s, partner)
        code, now = self.structure.partners[partner], s.tiers[partner, i]
        options = [
            Option(
                RUNGS[rung],
                float(values[rung, 0]) if feasible[rung, 0] else float("nan"),
                float(chance[rung]),
                _parts({part: value[rung, i] for part, value in split.items()}),
                ()
                if feasible[rung, 0]
                else tuple(self._rules_on("tier_max", None, rung)) or ("out of range",),
            )
            for rung in range(len(RUNGS))
        ]
        note = f"now {RUNGS[now]}; substance deserves rung {deserved[partner, i]:.1f}"
        return _menu(f"Tier of {code}", self.year, quarter, options, note)


def _parts(split: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in split.items() if value != 0.0}


def _menu(title: str, year: int, quarter: int, options: list[Option], note: str = "") -> Menu:
    ranked = sorted(options, key=lambda option: (-option.probability, bool(option.forbidden_by)))
    return Menu(title, year, quarter, tuple(ranked), note)


def _taken(menu: Menu, label: str) -> Menu:
    """The menu with the option that the run took marked."""
    options = tuple(
        Option(o.label, o.value, o.probability, o.parts, o.forbidden_by, o.label == label)
        for o in menu.options
    )
    return Menu(menu.title, menu.year, menu.quarter, options, menu.note)


def _told(menus: list[Menu], code: str) -> bool:
    return any(menu.title == f"Tier of {code}" for menu in menus)
