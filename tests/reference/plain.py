"""The model as a Mesa user would write it: one agent at a time, loops, dicts keyed by names.

It starts from the resolved scenario and shares nothing with the shipped model but the random
numbers. It is the oracle of the shipped kernel and the baseline of its benchmarks.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

import mesa

from hedgerow.model.streams import Purpose

from .numbers import Tree, in_force, in_future, sample, uniforms
from .payoff import (
    PerPower,
    Prospect,
    Ties,
    daring,
    dealings,
    per_power,
    shortfall,
)
from .strategies import STRATEGIES

QUARTER = 0.25
RUNGS = range(5)
OTHERS = ("delivery", "stock")
"""What is kept of suppliers outside politics."""

Move = tuple[str, str, int] | None
"""Instrument, partner and +1 or −1; None is to hold."""


@dataclass
class Round:
    """What one country did and was in one round.

    `margins` tells how far each random draw was from another outcome, by what was drawn.
    """

    incident: bool = False
    visits: dict[str, bool] = field(default_factory=dict)
    rungs: dict[str, int] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    moves: dict[Move, float] = field(default_factory=dict)
    move: Move = None
    designations: dict[tuple[str, str], bool] = field(default_factory=dict)
    margins: dict[Any, float] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)


def quantal(values: dict[Any, float], precision: float) -> dict[Any, float]:
    """Return the probability of each option: P(m) ∝ exp(Λ v_m)."""
    best = max(values.values())
    weights = {option: math.exp(precision * (v - best)) for option, v in values.items()}
    total = sum(weights.values())
    return {option: weight / total for option, weight in weights.items()}


def pick(values: dict[Any, float], precision: float, u: float) -> tuple[Any, float]:
    """Choose by quantal response; also return how near `u` was to another choice."""
    chosen, nearest, passed = [], 1.0, 0.0
    for option, probability in quantal(values, precision).items():
        passed += probability
        nearest = min(nearest, abs(u - passed))
        if u < passed:
            chosen.append(option)
    return (chosen or [option])[0], nearest


def chance(rate: float) -> float:
    """Probability of an event in a quarter, from its rate a year."""
    return 1.0 - math.exp(-QUARTER * rate)


class Power(mesa.Agent):
    """A great power: it courts and presses countries, and punishes friends of its enemies."""

    def __init__(self, model: Hedging, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.look_up()

    def look_up(self) -> None:
        """Learn the power's numbers in force."""
        self.now = self.model.now["partners"][self.code]
        self.reactions = self.model.now["reactions"]

    def courts(self, country: Country, alignment: PerPower, reward: float) -> float:
        """Return the inducement that the country would feel after this round."""
        before = country.inducement[self.code]
        if "courting" not in self.model.processes:
            return before
        mine = alignment[self.code]
        lead = sum(
            rivalry * max(0.0, alignment[q] - mine)
            for q, rivalry in country.rivals[self.code].items()
        )
        effort = self.now["courting"] * lead + self.now["seeking"] * self.now["isolation"]
        leak = self.reactions["inducement_leak"] * before
        return (
            before
            + QUARTER * (country.attention(self.code) * effort - leak)
            + self.now["reward"] * reward
        )

    def presses(self, country: Country, alignment: PerPower) -> float:
        """Return the pressure that the country would feel after this round."""
        before = country.pressure[self.code]
        if "pressing" not in self.model.processes:
            return before
        mine = alignment[self.code]
        tilt = sum(
            rivalry * (alignment[q] - mine) for q, rivalry in country.rivals[self.code].items()
        )
        push = self.now["pressing"] * daring(country, self.code)
        push *= max(0.0, tilt - self.now["tolerance"]) * country.attention(self.code)
        leak = self.reactions["pressure_leak"] * before
        return before + QUARTER * (push - leak)

    def react(self) -> None:
        """5: court and press every country by what it did."""
        for country in self.model.countries.values():
            self.react_to(country)

    def react_to(self, country: Country) -> None:
        """Court and press a country by what it did."""
        a = per_power(country, "salience", country.ties)
        reward = country.earned.get(self.code, 0.0)
        country.inducement[self.code] = self.courts(country, a, reward)
        country.pressure[self.code] = self.presses(country, a)


class Country(mesa.Agent):
    """A hedging state."""

    def __init__(self, model: Hedging, code: str, table: Tree) -> None:
        super().__init__(model)
        self.code = code
        if table["strategy"] not in STRATEGIES:
            raise NotImplementedError(f"the reference knows no strategy {table['strategy']!r}")
        self.strategy = STRATEGIES[table["strategy"]]
        self.foe = None if table["threat"]["source"] == "none" else table["threat"]["source"]
        self.partners = [p for p in model.powers if p != code]
        rules = [model.document["rules"][name] for name in table["rules"]]
        self.highest_rung = min([4, *(rule.get("tier_max", 4) for rule in rules)])
        self.most_tilt = min([math.inf, *(rule.get("tilt_max", math.inf) for rule in rules)])
        self.force = all(rule.get("force", True) for rule in rules)
        self.bounds = {
            k: min([cap, *(rule.get("tie_max", {}).get(k, cap) for rule in rules)])
            for k, cap in model.caps.items()
        }

        self.look_up()
        mine = self.now
        self.steps = {
            k: {p: round(mine["ties"][k][p] / step) for p in self.partners}
            for k, step in model.step_sizes.items()
        }
        self.stocks = {k: dict(mine["stocks"][k]) for k in self.steps}
        self.deliveries = self.ties
        self.others = {k: (amount, amount) for k, amount in mine["others"].items()}
        self.rungs = {p: round(mine["tiers"].get(p, 0)) for p in self.partners}
        self.inducement = dict.fromkeys(model.powers, 0.0)
        self.pressure = dict.fromkeys(model.powers, 0.0)
        self.trade_cut = dict.fromkeys(model.powers, 0.0)
        self.earned: PerPower = {}
        self.incidents = 0.0
        self.threat = mine["threat"]["level"]
        self.beliefs = dict(model.prior)
        self.expected_capacity: Ties = {}
        self.shortfall = 0.0
        self.designated_until = dict.fromkeys(model.sanctions, 0)
        self.voices_before = self.ties["voice"]
        self.log = Round()

    def look_up(self) -> None:
        """Learn the country's numbers in force, and who are rivals among the other powers."""
        self.now = self.model.now["countries"][self.code]
        self.behaviour = self.now["behaviour"]
        self.rivals = {
            p: {q: r for q, r in row.items() if r and self.code not in (p, q)}
            for p, row in self.model.now["relations"]["rivalry"].items()
        }

    @property
    def ties(self) -> Ties:
        """Its ties, in their units."""
        return self.in_units(self.steps)

    def in_units(self, steps: dict[str, dict[str, int]]) -> Ties:
        """Return ties that are given in steps in their units."""
        return {
            k: {p: count * self.model.step_sizes[k] for p, count in row.items()}
            for k, row in steps.items()
        }

    @property
    def precision(self) -> float:
        """Λ of its moves and scheduled choices."""
        return self.strategy.precision * self.model.now["ensemble"]["precision"]

    def attention(self, power: str) -> float:
        """How much a power minds the country."""
        return self.now["attention"].get(power, 1.0)

    def draw(self, purpose: Purpose, names: list[str]) -> list[tuple[float, float]]:
        """Return two uniforms for each name."""
        return uniforms(self.model.seed, self.model.replicate, self.model.round, names, purpose)

    # 2 incidents, threat, beliefs -----------------------------------------------------------

    def suffer(self) -> None:
        """Let an incident happen or not; fear and believe accordingly."""
        threat = self.now["threat"]
        self.incidents *= math.exp(-QUARTER / threat["memory"])
        happened = False
        if "incidents" in self.model.processes:
            likely = chance(threat["incident_rate"] + threat["excitation"] * self.incidents)
            u = self.draw(Purpose.INCIDENT, [self.code])[0][0]
            happened = u < likely
            self.log.margins["incident"] = abs(u - likely)
        if happened:
            self.incidents += 1.0 + (threat["retaliation"] if self.force else 0.0)
        self.log.incident = happened
        self.threat = threat["level"] + threat["incident_weight"] * self.incidents
        self.believe(happened)

    def believe(self, happened: bool) -> None:
        """Weigh futures by what happened; drift back to the prior."""
        futures = self.model.now["futures"]
        if "futures" in self.model.processes:
            odds = {
                w: belief * (futures[w]["likelihood"] if happened else 1.0)
                for w, belief in self.beliefs.items()
            }
            total = sum(odds.values())
            drift = QUARTER * self.now["belief_relaxation"]
            for w in odds:
                belief = odds[w] / total
                self.beliefs[w] = belief + drift * (self.model.prior[w] - belief)
        else:
            self.beliefs = dict.fromkeys(futures, 0.0)
            self.beliefs[next(iter(futures))] = 1.0
        self.expect()

    def expect(self) -> None:
        """Work out what suppliers can be expected to make, from the beliefs."""
        self.expected_capacity = {
            k: {
                p: sum(
                    belief * self.model.futures[w]["partners"][p]["capacity"][k]
                    for w, belief in self.beliefs.items()
                )
                for p in self.partners
            }
            for k in self.steps
        }

    # 3 visits and scheduled choices ---------------------------------------------------------

    def receive_visits(self) -> None:
        """Receive leaders, and let labels follow substance: all on the labels before the visits."""
        labels = dict(self.rungs)
        draws = self.draw(Purpose.VISIT, [f"{self.code}|{p}" for p in self.partners])
        for p, (u, u_rung) in zip(self.partners, draws, strict=True):
            power = self.model.now["partners"][p]
            busy = 1.0 + self.behaviour["visit_busyness"] * self.ties["diplomacy"][p]
            likely = chance(self.attention(p) * power["visits"] * busy)
            self.log.visits[p] = "visits" in self.model.processes and u < likely
            self.log.margins["visit", p] = abs(u - likely)
            if self.log.visits[p]:
                values = {
                    rung: self.worth_of_label(p, rung, labels)
                    for rung in RUNGS
                    if rung <= self.highest_rung or rung == labels[p]
                }
                self.rungs[p], self.log.margins["rung", p] = pick(
                    values, self.model.now["ensemble"]["precision"], u_rung
                )
        self.log.rungs = dict(self.rungs)

    def worth_of_label(self, p: str, rung: int, labels: dict[str, int]) -> float:
        """−½ μ_τ (τ − q)² − F [τ changes] − parity with the labels of p's rivals."""
        b = self.behaviour
        power = self.model.now["partners"][p]
        deserved = b["tier_base"] + b["tier_shortfall"] * power["will"] * self.shortfall
        for k, stock in self.stocks.items():
            deserved += self.model.now["instruments"][k]["substance"] * stock[p]
        unequal = sum(rivalry * (rung - labels[q]) ** 2 for q, rivalry in self.rivals[p].items())
        value = -0.5 * b["tier_weight"] * (rung - deserved) ** 2 - 0.5 * b["tier_parity"] * unequal
        if rung != labels[p]:
            value -= b["tier_cost"]
        if rung < labels[p]:
            value -= b["tier_downgrade_cost"]
        return value

    def answer(self, question: Tree) -> None:
        """Choose an option of a scheduled choice, and carry it out."""
        before = self.worth(self.steps)
        values, outcomes = {}, {}
        for name, option in question["options"].items():
            outcomes[name] = self.clipped(option)
            after = self.worth(outcomes[name], option.get("reward", {}))
            values[name] = after - before - option.get("cost", 0.0)
        label = question["question"]
        u = self.draw(Purpose.CHOICE, [f"{self.code}|{label}"])[0][0]
        chosen, self.log.margins["option", label] = pick(values, self.precision, u)
        self.log.options[label] = chosen
        self.steps = outcomes[chosen]
        for p, reward in question["options"][chosen].get("reward", {}).items():
            self.earned[p] = self.earned.get(p, 0.0) + reward

    def clipped(self, option: Tree) -> dict[str, dict[str, int]]:
        """Return the ties in steps after an option, kept in range and within the rules."""
        after = {k: dict(row) for k, row in self.steps.items()}
        for k, size in self.model.step_sizes.items():
            for p, change in option.get(k, {}).items():
                if p != self.code:
                    wanted = self.steps[k][p] + round(change / size)
                    highest = max(self.most(k, p), self.steps[k][p])
                    after[k][p] = min(max(wanted, 0), highest)
        if not self.tilt_allowed(after):
            for k, row in after.items():
                for pole in self.model.poles:
                    if pole != self.code:
                        row[pole] = self.steps[k][pole]
        return after

    # 4 moves --------------------------------------------------------------------------------

    def most(self, k: str, p: str) -> int:
        """Largest allowed tie in steps."""
        if self.model.embargoed(self.code, k, p):
            return 0
        return math.floor(self.bounds[k] / self.model.step_sizes[k] + 1e-9)

    def tilt_allowed(self, after: dict[str, dict[str, int]]) -> bool:
        """Tell whether the tilt between the poles stays within its bound, or does not grow."""
        if self.most_tilt == math.inf:
            return True
        first, second = self.model.poles
        tilts = []
        for steps in (self.steps, after):
            a = per_power(self, "salience", self.in_units(steps))
            tilts.append(abs(a[first] - a[second]))
        return tilts[1] <= max(self.most_tilt, tilts[0]) + 1e-9

    def after(self, move: Move) -> dict[str, dict[str, int]]:
        """Return the ties in steps after a move."""
        if move is None:
            return self.steps
        k, p, direction = move
        return {**self.steps, k: {**self.steps[k], p: self.steps[k][p] + direction}}

    def feasible_moves(self) -> list[Move]:
        """List holding, then every deepening and every loosening that the rules allow."""
        moves: list[Move] = [None]
        for direction in (1, -1):
            for k, row in self.steps.items():
                for p, count in row.items():
                    in_range = count < self.most(k, p) if direction > 0 else count > 0
                    move = (k, p, direction)
                    if in_range and (
                        p not in self.model.poles or self.tilt_allowed(self.after(move))
                    ):
                        moves.append(move)
        return moves

    def worth(self, steps: dict[str, dict[str, int]], reward: PerPower | None = None) -> float:
        """Return what ties are worth; at level 2 under the powers' answer, if it looks ahead."""
        at = self.prospect(self.in_units(steps))
        if self.model.level == 2 and self.strategy.foresees:
            powers = self.model.power_agents
            earned = reward or {}
            at.inducement = {
                p: powers[p].courts(self, at.alignment, earned.get(p, 0.0)) for p in powers
            }
            at.pressure = {p: powers[p].presses(self, at.alignment) for p in powers}
        return self.strategy.wants(self, at)

    def prospect(self, ties: Ties) -> Prospect:
        """Return ties, under the inducement and pressure of today."""
        return Prospect(ties, per_power(self, "salience", ties), self.inducement, self.pressure)

    def decide(self) -> None:
        """Weigh every move against holding, and choose one."""
        before = self.worth(self.steps)
        for move in self.feasible_moves():
            gain = 0.0
            if move is not None:
                gain = self.worth(self.after(move)) - before - self.strategy.cost(self, move[0])
            self.log.moves[move] = gain
        u = self.draw(Purpose.MOVE, [self.code])[0][0]
        self.log.move, self.log.margins["move"] = pick(self.log.moves, self.precision, u)

    def act(self) -> None:
        """Make the chosen move, and see what protection still lacks."""
        self.steps = self.after(self.log.move)
        self.shortfall = 0.0
        if "security" in self.model.terms:
            at = self.prospect(self.ties)
            for future, belief in self.beliefs.items():
                self.shortfall += belief * max(0.0, shortfall(self, at, future))

    # 6 designations, 7 stocks ---------------------------------------------------------------

    def face_sanctions(self) -> None:
        """Be designated or not for dealing with a power under sanctions."""
        self.trade_cut = dict.fromkeys(self.model.powers, 0.0)
        for s, q in self.model.sanctions:
            law = self.model.now["sanctions"][s][q]
            likely = chance(self.hazard(s, q))
            u = self.draw(Purpose.DESIGNATION, [f"{self.code}|{s}>{q}"])[0][0]
            free = self.designated_until[s, q] <= self.model.round
            hit = "designations" in self.model.processes and free and u < likely
            self.log.margins["designation", s, q] = abs(u - likely)
            self.log.designations[s, q] = hit
            if hit:
                self.designated_until[s, q] = self.model.round + round(4 * law["duration"])
                if s != self.code:
                    kept = math.floor(self.steps["trade"][s] * (1.0 - law["cut"]) + 1e-9)
                    self.steps["trade"] = {**self.steps["trade"], s: kept}
            if self.designated_until[s, q] > self.model.round:
                self.trade_cut[s] = max(self.trade_cut[s], law["cut"])

    def hazard(self, s: str, q: str) -> float:
        """Designations a year by `s` for dealing with `q`: hazard·ψ·φ·E."""
        law = self.model.now["sanctions"][s][q]
        risk = law["hazard"] * law["enforcement"] * daring(self, s)
        return risk * dealings(self, self.ties, q, law)

    def settle(self) -> None:
        """Let deliveries follow orders, and stocks follow deliveries."""
        for k, row in self.ties.items():
            others = self.now["others"][k]
            self.others[k] = self.advanced(k, self.others[k], others, others)
            for p, ordered in row.items():
                made = ordered * min(self.model.now["partners"][p]["capacity"][k], 1.0)
                held = (self.deliveries[k][p], self.stocks[k][p])
                self.deliveries[k][p], self.stocks[k][p] = self.advanced(k, held, ordered, made)
        self.voices_before = self.ties["voice"]
        self.earned = {}

    def advanced(
        self, k: str, held: tuple[float, float], ordered: float, made: float
    ) -> tuple[float, float]:
        """Return delivery and stock after a round; a pipeline brings what can be made, late."""
        delivery, stock = held
        instrument = self.model.now["instruments"][k]
        if "pipeline" in self.model.processes and instrument["lag"] > 0.0:
            delivery += QUARTER / max(instrument["lag"], QUARTER) * (made - delivery)
        else:
            delivery = ordered
        if "stocks" in self.model.processes:
            stock += QUARTER * instrument["turnover"] * (delivery - stock)
        else:
            stock = delivery
        return delivery, stock

    # 8 record -------------------------------------------------------------------------------

    def note(self) -> Round:
        """Close the log of the round, and return it."""
        self.log.state = self.state()
        closed, self.log = self.log, Round()
        return closed

    def state(self) -> dict[str, Any]:
        """Return a copy of what changes in a run, labels apart."""
        return {
            "steps": {k: dict(row) for k, row in self.steps.items()},
            "stocks": {k: dict(row) for k, row in self.stocks.items()},
            "deliveries": {k: dict(row) for k, row in self.deliveries.items()},
            "others": {k: dict(zip(OTHERS, held, strict=True)) for k, held in self.others.items()},
            "beliefs": dict(self.beliefs),
            "inducement": dict(self.inducement),
            "pressure": dict(self.pressure),
            "trade_cut": dict(self.trade_cut),
            "designated_until": dict(self.designated_until),
            "incidents": self.incidents,
            "threat": self.threat,
            "shortfall": self.shortfall,
        }

    def become(self, state: dict[str, Any]) -> None:
        """Take over what `state` tells, of this country or of the same one in the shipped model."""
        for name, value in state.items():
            if name == "others":
                value = {k: tuple(held[what] for what in OTHERS) for k, held in value.items()}
            setattr(self, name, value)
        self.expect()


class Hedging(mesa.Model):
    """One replicate of a scenario. Its priors are drawn at the start."""

    def __init__(self, scenario: Any, replicate: int, seed: int | None = None) -> None:
        super().__init__(rng=replicate)
        self.document: Tree = scenario.resolved
        document = self.document
        self.seed = document["ensemble"].get("seed", 0) if seed is None else seed
        self.replicate = replicate
        self.round = 0
        self.level = document["ensemble"]["level"]
        self.poles = document["ensemble"]["poles"]
        self.powers = list(document["partners"])
        self.terms = {name for name, on in document["terms"].items() if on}
        self.processes = {name for name, on in document["processes"].items() if on}
        self.sanctions = [(s, q) for s, targets in document["sanctions"].items() for q in targets]
        self.numbers = sample(document, self.seed, replicate)
        instruments = self.numbers["instruments"]
        self.step_sizes = {k: table["step"] for k, table in instruments.items()}
        self.caps = {k: table["cap"] for k, table in instruments.items()}
        self.questions = sorted(document["choices"].values(), key=lambda entry: entry["at"])
        self.events = self.draw_shocks()
        self.active: list[bool] | None = None
        self.put_in_force()
        self.power_agents = {code: Power(self, code) for code in self.powers}
        self.countries = {
            code: Country(self, code, table) for code, table in document["countries"].items()
        }
        self.history: History = []

    def round_of(self, date: float) -> int:
        """Return the round whose quarter holds a date in years."""
        first, last = self.document["time"]["start"], self.document["time"]["end"] + 1
        return math.floor(4 * (min(max(date, first), last) - first))

    def draw_shocks(self) -> list[tuple[int, float, tuple[str, str, float]]]:
        """Return the shocks that come in this replicate, with their first and last rounds.

        They stand in the order of the document, which is the order in which they apply.
        """
        events = []
        for label in self.document["shocks"]:
            drawn = self.numbers["shocks"][label]
            names = ["shocks." + label]
            u = uniforms(self.seed, self.replicate, 0, names, Purpose.SHOCK)[0][0]
            if u < drawn["probability"]:
                until = self.round_of(drawn["until"]) if "until" in drawn else math.inf
                effect = (drawn["path"], drawn["op"], drawn["value"])
                events.append((self.round_of(drawn["at"]), until, effect))
        return events

    def put_in_force(self) -> None:
        """1: apply the shocks of this round, and work out what futures would change."""
        active = [first <= self.round < until for first, until, _ in self.events]
        if active == self.active:
            return
        self.active = active
        effects = [event[2] for event, on in zip(self.events, active, strict=True) if on]
        self.now = in_force(self.numbers, effects)
        self.futures = {future: in_future(self.now, future) for future in self.now["futures"]}
        total = sum(table["prior"] for table in self.now["futures"].values())
        self.prior = {w: table["prior"] / total for w, table in self.now["futures"].items()}
        self.agents.do("look_up")

    def embargoed(self, country: str, instrument: str, partner: str) -> bool:
        """Tell whether a partner sells a country nothing more of something this round."""
        for ban in self.document["embargoes"].values():
            if ban["partner"] == partner and ban["instrument"] == instrument:
                first = self.round_of(ban["from"]) if "from" in ban else 0
                until = self.round_of(ban["until"]) if "until" in ban else math.inf
                if country in ban["countries"] and first <= self.round < until:
                    return True
        return False

    def step(self) -> None:
        """Play a quarter."""
        countries = self.agents_by_type[Country]
        self.put_in_force()
        countries.do("suffer")
        countries.do("receive_visits")
        for question in self.questions:
            if self.round_of(question["at"]) == self.round:
                for code in question["countries"]:
                    self.countries[code].answer(question)
        countries.do("decide")
        countries.do("act")
        self.agents_by_type[Power].do("react")
        countries.do("face_sanctions")
        countries.do("settle")
        self.history.append({country.code: country.note() for country in countries})
        self.round += 1


History = list[dict[str, Round]]
"""What each country did, by round and code."""


def run_reference(scenario: Any, replicate: int, rounds: int, seed: int | None = None) -> History:
    """Play the first rounds of one replicate, by default with the seed of the scenario."""
    model = Hedging(scenario, replicate, seed)
    for _ in range(rounds):
        model.step()
    return model.history


def decisions_per_second(scenario: Any, rounds: int = 8, replicate: int = 0) -> float:
    """Return how many moves the reference chooses in a second, its set-up included."""
    started = time.process_time()
    run_reference(scenario, replicate, rounds)
    return rounds * len(scenario.countries) / (time.process_time() - started)
