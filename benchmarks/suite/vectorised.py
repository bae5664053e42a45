"""Mesa agents that price their whole menu with NumPy: what a skilled user of Mesa would write.

It plays worlds at level 1 with frozen powers (`suite.cases.frozen`). Each country holds its own
small arrays and evaluates its payoff for a stack of portfolios, one for every move.
"""

import math

import mesa
import numpy as np
from numpy.typing import NDArray

from hedgerow.model.parameters import ARMS, DT, ENERGY, SETTLEMENT, TRADE, VOICE
from hedgerow.model.simulate import Block
from hedgerow.model.streams import Purpose, code_of, draw
from hedgerow.scenario import Scenario
from hedgerow.scenario.compile import world

Floats = NDArray[np.float64]


class Country(mesa.Agent):
    """A hedging state. Arrays are over instruments K, partners P, futures W and moves M."""

    def __init__(self, model: "Hedging", number: int, block: Block) -> None:
        super().__init__(model)
        structure, q, s = block.world.structure, block.frame, block.state
        self.number = number
        self.structure = structure
        k, p = structure.step.size, len(structure.partners)
        values = {name: array for name, array in q.values.items() if name != "peer_weight"}
        self.own = own = {name: array[..., number] for name, array in values.items()}
        self.counts = s.counts[..., number].copy()
        self.stocks = s.stocks[..., number].copy()
        self.deliveries = s.deliveries[..., number].copy()
        self.others_stocks = s.others_stocks[..., number].copy()
        self.others_deliveries = s.others_deliveries[..., number].copy()
        self.inducement = s.inducement[..., number].copy()
        self.pressure = s.pressure[..., number].copy()
        self.incidents = 0.0
        self.threat = s.threat[number]
        self.shortfall = 0.0
        self.beliefs = s.beliefs[..., number].copy()
        self.prior = q.prior[..., number]
        self.most = block.most[..., number]
        self.tilt_max = structure.rules.tilt_max[number]
        self.severity = 1.0 + structure.rules.force[number] * own["retaliation"]
        self.is_threat = q.threat_is[..., number]
        self.threat_rivalry = q.threat_rivalry[..., number]
        self.extra_threat = q.extra_threat[..., number]
        self.gain = np.zeros((len(structure.futures), k * p))
        for m, (instrument, partner) in enumerate(q.gain_at):
            self.gain[:, instrument * p + partner] = q.gain[:, m, number]
        self.stock_gain = q.stock_gain[..., number]
        self.rivalry = own["rivalry"]
        self.heat = self.rivalry.sum(axis=1)
        volatility = own["volatility"]
        self.covariance = own["correlation"] * volatility[:, None] * volatility
        self.capacity = np.repeat(own["capacity"][None], len(structure.futures), axis=0)
        for d in q.deviations:
            self.capacity[d.future, d.instrument, d.partner] += d.value[number]
        self.peer_weights = own["peers"] * block.world.values["peer_weight"][number, :, 0]
        # The menu: hold, every deepening, every loosening, in steps.
        self.menu = np.concatenate([np.zeros((1, k * p)), np.eye(k * p), -np.eye(k * p)])
        self.menu = self.menu.reshape(-1, k, p) * structure.step[:, None]
        price = np.repeat(own["move_cost"], p)
        self.prices = np.concatenate([[0.0], price, price])
        self.move = 0

    @property
    def ties(self) -> Floats:
        """Ties in their units: (K, P)."""
        return self.counts * self.structure.step[:, None]

    def suffer(self, u: float) -> None:
        """2: an incident happens or not; threat and beliefs follow."""
        own = self.own
        self.incidents *= math.exp(-DT / own["incident_memory"])
        rate = own["incident_rate"] + own["excitation"] * self.incidents
        happened = u < 1.0 - math.exp(-DT * rate)
        if happened:
            self.incidents += self.severity
        self.threat = own["threat_level"] + own["incident_weight"] * self.incidents
        odds = self.beliefs * own["likelihood"] if happened else self.beliefs
        posterior = odds / odds.sum()
        self.beliefs = posterior + DT * own["belief_relaxation"] * (self.prior - posterior)

    def payoff(self, x: Floats) -> Floats:
        """Payoff of each portfolio of a stack: (M, K, P) → (M,)."""
        own = self.own
        flat = x.reshape(len(x), -1)
        a = np.tensordot(x, own["salience"], (1, 0))
        y = np.tensordot(x, own["exposure"], (1, 0))
        whole = x.sum(axis=2)
        voice = x[:, VOICE]
        # returns, loyalty, norm, audience, pressure and sanctions are linear
        linear = own["returns"] * np.tensordot(self.beliefs, self.capacity, 1)
        linear += own["reciprocity"][:, None] * self.inducement
        linear += own["memory"][:, None] * own["loyalty"]
        linear[VOICE] -= own["norm"] * own["violation"]
        linear -= own["audience"] * self.incidents * self.is_threat
        linear -= own["salience"][:, None] * (self.pressure @ self.rivalry)
        daring = 1.0 - own["leniency"] - own["need"] * self.threat_rivalry * self.threat
        for pair, (sanctioner, target) in enumerate(self.structure.sanctions):
            bite = own["enforcement"][pair] * max(0.0, daring[sanctioner])
            seen = max(0.0, 1.0 - own["shield"][pair] * self.stocks[SETTLEMENT, target])
            linear[ARMS, target] -= bite
            linear[TRADE, target] -= bite * own["sanction_trade"][pair] * seen
            linear[ENERGY, target] -= bite * own["sanction_energy"][pair] * seen
        value = flat @ linear.ravel()
        value -= 0.5 * (np.square(x).sum(axis=2) @ own["curvature"])
        value -= 0.5 * (np.square(x - self.stocks).sum(axis=2) @ own["inertia"])
        need = own["needs"] - own["others"]
        need[ARMS] += own["need_slope"] * self.threat
        value -= 0.5 * (np.square(whole - need) @ own["demand"])
        value -= 0.5 * own["dependence"] * ((y @ self.covariance) * y).sum(axis=1)
        straddling = ((a @ self.rivalry) * a).sum(axis=1)
        value -= 0.5 * own["autonomy"] * (np.square(a) @ self.heat - straddling)
        value -= 0.5 * own["cross_pressure"] * straddling
        heard = self.peer_weights @ self.model.voices
        value -= 0.5 * self.peer_weights.sum() * np.square(voice).sum(axis=1) - voice @ heard
        return value - 0.5 * own["security"] * (np.square(self.exposed(flat)) @ self.beliefs)

    def exposed(self, flat: Floats) -> Floats:
        """Shortfall of protection in each future: (M, KP) → (M, W)."""
        gap = np.maximum(self.threat + self.extra_threat, 0.0) - self.stock_gain @ self.stocks[ARMS]
        return np.maximum(gap - flat @ self.gain.T, 0.0)

    def feasible(self) -> NDArray[np.bool_]:
        """Tell which moves are allowed: (M,)."""
        up, down = self.counts < self.most, self.counts > 0
        if self.tilt_max < math.inf:
            first, second = self.structure.poles
            a = self.own["salience"] @ self.ties
            tilt = a[first] - a[second]
            shift = self.structure.step * self.own["salience"]
            bound = max(self.tilt_max, abs(tilt)) + 1e-9
            rises, falls = abs(tilt + shift) <= bound, abs(tilt - shift) <= bound
            up[:, first] &= rises
            down[:, first] &= falls
            up[:, second] &= falls
            down[:, second] &= rises
        return np.concatenate([[True], up.ravel(), down.ravel()])

    def decide(self, u: float) -> None:
        """4: weigh every move and choose one."""
        value = self.payoff(self.ties + self.menu) - self.prices
        value = np.where(self.feasible(), value, -np.inf)
        running = np.cumsum(np.exp(self.own["precision"] * (value - value.max())))
        self.move = int(np.searchsorted(running, u * running[-1], side="right"))

    def act(self) -> None:
        """4: make the move. 7: pipelines and stocks follow."""
        if self.move:
            number = self.move - 1
            at = number % self.counts.size
            self.counts.reshape(-1)[at] += 1 if number < self.counts.size else -1
        x, own = self.ties, self.own
        self.shortfall = float(self.exposed(x.reshape(1, -1))[0] @ self.beliefs)
        lag = own["lag"]
        late = np.where(lag > 0.0, DT / np.maximum(lag, DT), 0.0)
        made = x * np.minimum(own["capacity"], 1.0)
        piped = self.deliveries + late[:, None] * (made - self.deliveries)
        self.deliveries = np.where(lag[:, None] > 0.0, piped, x)
        self.stocks += DT * own["turnover"][:, None] * (self.deliveries - self.stocks)
        others = own["others"]
        piped = self.others_deliveries + late * (others - self.others_deliveries)
        self.others_deliveries = np.where(lag > 0.0, piped, others)
        self.others_stocks += DT * own["turnover"] * (self.others_deliveries - self.others_stocks)


class Hedging(mesa.Model):
    """One replicate of a scenario with frozen powers; `moves` holds the choices of each round."""

    def __init__(self, scenario: Scenario, replicate: int) -> None:
        super().__init__(rng=replicate)
        self.seed_of_draws = scenario.seed or 0
        self.replicate = np.array([replicate], dtype=np.uint64)
        block = Block(world(scenario, self.replicate, self.seed_of_draws))
        self.countries = [Country(self, i, block) for i in range(len(scenario.countries))]
        self.codes = np.array([code_of(code) for code in scenario.countries], dtype=np.uint64)
        self.voices = self._voices()
        self.round = 0
        self.moves: list[list[int]] = []

    def _voices(self) -> Floats:
        return np.array([country.ties[VOICE] for country in self.countries])

    def _uniforms(self, purpose: Purpose) -> list[float]:
        replicate, round_ = self.replicate, self.round
        return draw(self.seed_of_draws, replicate, round_, self.codes, purpose)[0].tolist()

    def step(self) -> None:
        """Play a quarter."""
        for country, u in zip(self.countries, self._uniforms(Purpose.INCIDENT), strict=True):
            country.suffer(u)
        for country, u in zip(self.countries, self._uniforms(Purpose.MOVE), strict=True):
            country.decide(u)
        self.agents.do("act")
        self.voices = self._voices()
        self.moves.append([country.move for country in self.countries])
        self.round += 1
