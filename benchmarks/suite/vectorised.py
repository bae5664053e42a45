"""Mesa agents that price a desk's whole menu with NumPy: what a skilled user of Mesa would write.

It plays the desks (`suite.desks`). Each country holds its own small arrays and evaluates its payoff
for a stack of portfolios, one for every step.
"""

import warnings

import mesa
import numpy as np
from numpy.typing import NDArray

from hedgerow.model import desks
from hedgerow.model.parameters import DT, Kind, World
from hedgerow.model.rules import most_steps, range_steps
from hedgerow.model.simulate import Block
from hedgerow.model.streams import Purpose, Streams, gumbel

from .desks import Counts, at_rest, order

Floats = NDArray[np.float64]


class Country(mesa.Agent):
    """A hedging state. Arrays are over instruments K, partners P, futures W and options M."""

    def __init__(self, model: "Hedging", number: int, replicate: int, block: Block) -> None:
        super().__init__(model)
        self.world = world = block.world.structure
        q, at = block.frame, number * block.frame.r + replicate  # the column of the block
        self.form = {name: array[..., at] for name, array in vars(block.mind.form).items()}
        self.x, self.counts = (a[..., at].copy() for a in (block.point.x, block.state.counts))
        self.most = most_steps(world, q)[..., at]
        self.reach = [range_steps(world, q, k)[:, at] for k in range(len(world.instruments))]
        self.rate, self.omega = q["rate"][:, at], block.omega("steps")[at]
        self.tilt_max = world.rules.tilt_max[number]
        p = len(world.partners)
        self.menu = np.concatenate([np.eye(p, dtype=int), -np.eye(p, dtype=int)])

    def alignments(self, x: Floats) -> Floats:
        """Weight of each partner in the portfolios of a stack: (M, K, P) → (M, P)."""
        return np.tensordot(x, self.form["salience"], (1, 0))

    def payoff(self, x: Floats) -> Floats:
        """Payoff of each portfolio of a stack: (M, K, P) → (M,)."""
        f = self.form
        a, y = self.alignments(x), np.tensordot(x, f["exposure"], (1, 0))
        value = np.tensordot(x, f["linear"], 2) + a @ f["foreseen"]
        value -= 0.5 * (np.square(x).sum(axis=2) @ f["curvature"])
        value -= 0.5 * ((a @ f["on_alignment"]) * a).sum(axis=1)
        value -= 0.5 * ((y @ f["on_exposure"]) * y).sum(axis=1)
        trapped = np.maximum(a @ f["against"], 0.0)[:, None] * f["traps"]
        lack = f["base"] + trapped - np.tensordot(x, f["gain"], ([1, 2], [1, 2]))
        return value - 0.5 * f["security"] * (np.square(np.maximum(lack, 0.0)) @ f["beliefs"])

    def allowed(self, k: int) -> NDArray[np.bool_]:
        """Tell which steps the rules let be: (M,)."""
        allowed = np.concatenate([self.counts[k] < self.most[k], self.counts[k] > 0])
        if np.isfinite(self.tilt_max):
            first, second = self.world.poles
            a = self.form["salience"] @ self.x
            tilt = a[first] - a[second]
            by = self.world.step[k] * self.form["salience"][k]
            then = tilt + by * (self.menu[:, first] - self.menu[:, second])
            allowed &= np.abs(then) <= max(self.tilt_max, abs(tilt)) + 1e-9
        return allowed

    def ask(self, k: int, hold: float, luck: Floats) -> None:
        """Ask a desk: weigh every step, and make the best or none."""
        stack = np.repeat(self.x[None], len(self.menu) + 1, axis=0)
        stack[1:, k] += self.menu * self.world.step[k]
        value = self.payoff(stack)
        possible = np.concatenate([self.counts[k] < self.reach[k], self.counts[k] > 0])
        weight = np.log(0.5 * DT * self.rate[k]) + self.omega * (value[1:] - value[0]) + luck
        weight[~possible | (weight <= hold)] = -np.inf
        if np.isfinite(weight[weight.argmax()]):
            weight[~self.allowed(k)] = -np.inf
            best = int(weight.argmax())
            if np.isfinite(weight[best]):
                self.counts[k] += self.menu[best]
                self.x[k] += self.menu[best] * self.world.step[k]


class Hedging(mesa.Model):
    """One replicate."""

    def __init__(self, block: Block, order: NDArray[np.uint64], replicate: int) -> None:
        super().__init__(rng=replicate)
        world = block.world
        self.streams = Streams(world.seed, world.replicates[replicate : replicate + 1])
        self.codes = desks.codes(world.structure)
        self.order, self.steps = order, world.structure.of(Kind.STEPS)
        self.countries = [Country(self, i, replicate, block) for i in range(block.frame.n)]

    def play(self, round_: int) -> None:
        """Play the desks of a quarter."""
        for place in self.order[round_].tolist():
            k = self.steps[place]
            hold = gumbel(self.streams.by_country(Purpose.MOVE, round_, self.codes.desk[k])[0])
            tie = self.codes.tie[k][..., None]
            luck = gumbel(self.streams.by_country(Purpose.OPTION, round_, tie))
            luck = luck.reshape(-1, len(self.countries))
            for i, country in enumerate(self.countries):
                country.ask(k, hold[i], luck[:, i])


class Agents:
    """Mesa models, one a replicate."""

    def __init__(self, world: World) -> None:
        block, turns = at_rest(world), order(world)
        self._steps = list(world.structure.of(Kind.STEPS))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._models = [Hedging(block, turns, r) for r in range(block.frame.r)]

    def play(self, first: int, last: int) -> None:
        """Play some quarters, one replicate after the other."""
        for model in self._models:
            for round_ in range(first, last):
                model.play(round_)

    def counts(self) -> Counts:
        """Return the ties that are left."""
        found = [[c.counts[self._steps] for c in model.countries] for model in self._models]
        return np.array(found).transpose(2, 3, 1, 0)
