"""Whom a state buys from: the Pólya urn with forgetting, and what tilts it.

The habit is `hedgerow.model.programmes.urn` itself. A year stands for four quarters: what a state
remembers is that of the end of the year before, for orders within a year are in no known order.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from ...model import programmes
from ...model.choice import log_weights, pick
from ...model.state import TIV_UNIT
from .frames import frame, state
from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import DECAY, FIRST, START, SUPPLIERS, TURNOVER, Orders, Sample

RIVALS = (("USA", "RUS"), ("USA", "CHN"), ("EU", "RUS"))
"""Powers between which the politics that are tested see rivalry."""

OTHERS = "base of all others"
"""What is told of suppliers that are not told apart."""

PRIOR_SD = 3.0
"""Of ln k, ln δ and features: a prior so wide that it only bounds them."""


class Suppliers(Likelihood):
    """P(p) ∝ cap_p (k m_p + n^δ s_p) exp(β·f_p) exp(ω ΔU_p), a ~ N(0, spread²).

    A shift of all a changes nothing, so that they are told less their mean.

    Features: an embargo of the United Nations on all suppliers or of the European Union on its
    own (in cap, exp(embargo)); and where the panel has them, a foe, a defence pact, and a
    supplier's share in the foe's arsenal. Left out and tested: politics, ΔU_p being minus what a
    state remembers of the supplier's rivals (ω is its weight); a supplier's share of the world's
    exports in the year before; and its own share in what is remembered, which tells of
    diversification.
    """

    def __init__(self, sample: Sample) -> None:
        orders = sample.orders
        sample.require(len(orders.fitted), "suppliers")
        self.sample, self.orders = sample, orders
        self.states = sample.states
        at = orders.fitted
        self.cluster, self.year = orders.state[at], orders.year[at]
        year = self.year - FIRST
        embargo = _embargoes(sample)[year, :, self.cluster].T
        pact, foe, foe_arms = (f[year, :, self.cluster].T for f in _features(sample))
        exports = _exports(sample)[year].T
        self.embargo, self.pact, self.foe, self.foe_arms = embargo, pact, foe, foe_arms
        self.exports = exports
        codes = np.array(sample.states)
        self.not_self = (np.array(SUPPLIERS)[:, None] != codes[self.cluster][None]).astype(float)
        self.rival = np.zeros((len(SUPPLIERS), len(SUPPLIERS)))
        for one, other in RIVALS:
            a, b = SUPPLIERS.index(one), SUPPLIERS.index(other)
            self.rival[a, b] = self.rival[b, a] = 1.0
        seen = {"embargo": embargo, "foe": foe, "pact": pact, "foe_share": foe_arms}
        self.features = tuple(name for name, values in seen.items() if values.any())
        self._chosen(orders.supplier)

    def _chosen(self, supplier: Places) -> None:
        """Take suppliers of all orders, and remember them."""
        self.supplier = supplier[self.orders.fitted]
        self.memories = remembered(self.orders, supplier)
        self.memory = self.memories[self.year - FIRST, :, self.cluster].T
        self.share = self.memory / _or_one(self.memory.sum(axis=0))
        base = tuple(f"base {code}" for code in (*SUPPLIERS, "other"))
        tested = ("politics", "world exports", "own share")
        named = ("ln urn", "ln concentration", *self.features, *base, *tested)
        self._named(
            named,
            {"ln urn": 0.0, "ln concentration": -0.5},
            {"base spread": base},
            left_out=tested,
            prior_sd=dict.fromkeys((*named[:2], *self.features), PRIOR_SD),
        )
        self.tilt = self._tilts()

    def _tilts(self) -> Floats:
        """Return what the tested terms multiply: (3, P + 1, n), 0 for others."""
        bought = self.share[:-1]
        parts = np.stack([-self.rival @ bought, self.exports, bought])
        return np.concatenate([parts, np.zeros((3, 1, bought.shape[1]))], axis=1)

    def _split(self, theta: Floats) -> tuple[dict[str, float], Floats, Floats]:
        first = 2 + len(self.features)
        weight = dict(zip(self.features, theta[2:first].tolist(), strict=True))
        last = first + len(SUPPLIERS) + 1
        return weight, theta[first:last], theta[last:]

    def habit(self, theta: Floats) -> Floats:
        """h of every supplier, others last, by the model's own urn: (P + 1, n)."""
        weight, base, _ = self._split(theta)
        n = len(self.cluster)

        def one(value: float) -> Floats:
            return np.full((1, n), value)

        q = frame(
            n,
            threat_is=self.foe,
            not_self=self.not_self,
            base=np.repeat(base[None, :-1, None], n, axis=2),
            base_other=one(base[-1]),
            urn=one(np.exp(theta[0])),
            concentration=one(np.exp(theta[1])),
            foe_weight=one(weight.get("foe", 0.0)),
            pact_weight=one(weight.get("pact", 0.0)),
            foe_share_weight=one(weight.get("foe_share", 0.0)),
            pact=self.pact,
            foe_arms=self.foe_arms,
            capacity=np.exp(weight.get("embargo", 0.0) * self.embargo)[None],
        )
        return programmes.urn(q, state(memory=self.memory[None]), 0)

    def _log_odds(self, theta: Floats) -> Floats:
        _, _, tested = self._split(theta)
        gain = np.tensordot(tested, self.tilt, axes=1)
        return log_weights(self.habit(theta), np.ones(len(self.cluster)), gain)

    def probabilities(self, theta: Floats) -> Floats:
        """Return the chance of every supplier: (P + 1, n)."""
        odds = self._log_odds(theta)
        odds = np.exp(odds - odds.max(axis=0))
        return np.asarray(odds / odds.sum(axis=0))

    def rows(self, theta: Floats) -> Floats:
        n = np.arange(len(self.cluster))
        return np.asarray(np.log(self.probabilities(theta)[self.supplier, n]))

    def _slopes(self, theta: Floats) -> Floats:
        """Return the derivatives of log-odds: (p, P + 1, n)."""
        _, base, _ = self._split(theta)
        n, p = len(self.cluster), len(SUPPLIERS)
        drawn = np.exp(base)[:, None] * np.concatenate([self.not_self, np.ones((1, n))])
        drawn = drawn / drawn.sum(axis=0)  # m
        k, delta = np.exp(theta[:2])
        whole = self.memory.sum(axis=0)
        grown = whole**delta
        inside = k * drawn + grown * self.share
        inside = np.where(inside > 0.0, inside, 1.0)  # nobody sells to itself
        first = k * drawn / inside  # ∂ ln h / ∂ ln k
        with np.errstate(divide="ignore", invalid="ignore"):
            log_whole = np.where(whole > 0.0, np.log(whole), 0.0)
        second = grown * self.share / inside * delta * log_whole
        values = {"embargo": self.embargo, "foe": self.foe, "pact": self.pact}
        values["foe_share"] = self.foe_arms
        none = np.zeros((1, n))
        slopes = [first, second]
        slopes += [np.concatenate([values[name], none]) for name in self.features]
        for place in range(p + 1):
            # ∂ ln m_q / ∂ a_p = 1[q = p] − m_p
            own = -np.broadcast_to(drawn[place], (p + 1, n)).copy()
            own[place] += 1.0
            slopes.append(first * own)
        slopes += list(self.tilt)
        return np.stack(slopes)

    def scores(self, theta: Floats) -> Floats:
        slopes, chance = self._slopes(theta), self.probabilities(theta)
        chosen = slopes[:, self.supplier, np.arange(len(self.cluster))]
        return np.asarray((chosen - (chance * slopes).sum(axis=1)).T)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (p, p)."""
        rows = slice(None) if of is None else of
        slopes, chance = self._slopes(theta)[..., rows], self.probabilities(theta)[:, rows]
        mean = (chance * slopes).sum(axis=1)
        flat = (slopes * np.sqrt(chance)).reshape(len(slopes), -1)
        return np.asarray(flat @ flat.T - mean @ mean.T)

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        """Draw suppliers year by year, so that what is remembered follows from what is drawn."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        supplier = self.orders.supplier.copy()
        fitted = self.orders.fitted
        for year in range(self.orders.first, self.orders.last + 1):
            made._chosen(supplier)
            now = np.flatnonzero(self.year == year)
            odds = made._log_odds(theta)[:, now]
            taken = pick(odds, np.isfinite(odds), rng.gumbel(size=odds.shape))
            supplier[fitted[now]] = taken
        made._chosen(supplier)
        return made

    def permuted(self, order: Places) -> Self:
        """Return the same, but politics sees what the state at `order` (S,) remembers of rivals."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        memory = self.memories[self.year - FIRST, :, order[self.cluster]].T
        made.tilt = self.tilt.copy()
        made.tilt[0, :-1] = -self.rival @ (memory / _or_one(memory.sum(axis=0)))[:-1]
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        size = len(self.names)
        paths = {"ln urn": "habits.arms.urn", "ln concentration": "habits.arms.concentration"}
        rows = self.plain(paths, "exp")
        named = {name: f"habits.arms.{name}" for name in self.features if name != "embargo"}
        if "embargo" in self.features:
            named["embargo"] = "embargo (a mask in the model)"
        rows += self.plain(named)
        first, sellers = 2 + len(self.features), (*SUPPLIERS, "other")
        mean = dict.fromkeys(range(first, first + len(sellers)), -1.0 / len(sellers))
        for p, code in enumerate(sellers):
            name = OTHERS if code == "other" else f"habits.arms.base.{code}"
            rows.append(Row(name, linear(size, mean | {first + p: 1.0 + mean[first + p]})))
        return rows


def _or_one(whole: Floats) -> Floats:
    return np.where(whole > 0.0, whole, 1.0)


def remembered(orders: Orders, supplier: Places) -> Floats:
    """S at the end of the year before each of the years from `FIRST` on: (years, P + 1, S)."""
    grown = np.sqrt(np.exp(orders.ln_size) / TIV_UNIT)
    result = np.zeros((orders.last - FIRST + 2, len(SUPPLIERS) + 1, orders.states))
    for place, year in enumerate(range(FIRST, FIRST + len(result))):
        past = orders.year < year
        weight = grown[past] * np.exp(-DECAY * (year - 1 - orders.year[past]))
        np.add.at(result[place], (supplier[past], orders.state[past]), weight)
    return result


def arsenals(sample: Sample) -> Floats:
    """Shares in use at the end of the year before: (years from FIRST, P + 1, S); 0 for none.

    Deliveries decay by `TURNOVER` a year; one of an order stands at the year of its mean delivery.
    """
    orders = sample.orders
    came = orders.year + orders.lag
    result = np.zeros((sample.until - FIRST + 1, len(SUPPLIERS) + 1, orders.states))
    for place, year in enumerate(range(FIRST, FIRST + len(result))):
        past = came < year
        weight = np.exp(orders.ln_size[past] - TURNOVER * (year - 1 - came[past]))
        np.add.at(result[place], (orders.supplier[past], orders.state[past]), weight)
    whole = result.sum(axis=1, keepdims=True)
    return np.asarray(result / _or_one(whole))


def _embargoes(sample: Sample) -> Floats:
    """1 where an embargo holds all year: (years, P, S). That of the UN binds all, the EU's it."""
    data = sample.columns("embargoes")
    result = np.zeros((sample.until - FIRST + 1, len(SUPPLIERS), len(sample.states)))
    years = np.arange(FIRST, FIRST + len(result))
    last = np.nan_to_num(data["last_year"].astype(float), nan=np.inf)
    for place in range(len(data["by"])):
        held: NDArray[np.bool_] = (data["first_year"][place] <= years) & (years <= last[place])
        bound = {"UN": range(len(SUPPLIERS)), "EU": [SUPPLIERS.index("EU")]}
        for p in bound.get(str(data["by"][place]), ()):
            result[held, p, sample.states.index(str(data["country"][place]))] = 1.0
    return result


def _features(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Pact, foe and share in the foe's arsenal: (years, P, S) each, 0 where the panel lacks it."""
    shape = (sample.until - FIRST + 1, len(SUPPLIERS), len(sample.states))
    pact = sample.pacts(SUPPLIERS)[FIRST - START :]
    foe, share = np.zeros(shape), np.zeros(shape)
    arsenal = arsenals(sample)
    years = np.arange(FIRST, FIRST + shape[0])
    for whose, other, first, last in sample.foes:
        if whose not in sample.states:
            continue
        i, held = sample.states.index(whose), (first <= years) & (years <= last)
        if other in SUPPLIERS:
            foe[held, SUPPLIERS.index(other), i] = 1.0
        if other in sample.states:
            share[held, :, i] = arsenal[held, :-1, sample.states.index(other)]
    return pact, foe, share


def _exports(sample: Sample) -> Floats:
    """Share of the world's arms exports in the year before: (years, P), 0 where not known."""
    data = sample.panel.columns("partners")
    result = np.zeros((sample.until - FIRST + 1, len(SUPPLIERS)))
    at = zip(data["partner"], data["year"], data["arms_exports_share_world"], strict=True)
    for partner, year, share in at:
        place = int(year) + 1 - FIRST
        if partner in SUPPLIERS and 0 <= place < len(result):
            result[place, SUPPLIERS.index(str(partner))] = share
    return result
