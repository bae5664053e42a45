"""The payoff of one country in one run, written out sum by sum from the raw numbers.

It shares nothing with the shipped kernel but the arrays of the world and of the state. It is the
oracle of exact pricing: the value of a move is the utility after it less the utility before it.
"""

import math

ARMS, TRADE, ENERGY, DIPLOMACY, DEFENCE, VOICE, SETTLEMENT = range(7)
DT = 0.25


class Country:
    """Country `i` in replicate `r`: numbers `v`, state `s` of a block (decision d = i·R + r)."""

    def __init__(self, world, v, s, i, r):
        self.world, self.structure, self.v, self.s, self.i, self.r = (
            world,
            world.structure,
            v,
            s,
            i,
            r,
        )
        self.n = len(self.structure.countries)
        self.d = i * len(world.replicates) + r
        self.K = range(len(self.structure.step))
        self.P = range(len(self.structure.partners))
        self.W = range(len(self.structure.futures))
        self.threat = int(self.structure.threat_source[i])
        self.own = int(self.structure.self_partner[i])

    # raw numbers ------------------------------------------------------------------------------
    def k(self, name, k):
        return self.v[name][k, self.r]

    def p(self, name, p):
        return self.v[name][p, self.r]

    def me(self, name):
        return self.v[name][self.i, self.r]

    def R(self, p, q):
        if self.own in (p, q):
            return 0.0
        return self.v["rivalry"][p, q, self.r]

    def in_future(self, array, index, w):
        """A number of a future: today's with the future's overrides."""
        value = self.v[array][(*index, self.r)]
        for o in self.world.overrides:
            if o.future != w or o.array != array:
                continue
            if all(isinstance(a, slice) or a == b for a, b in zip(o.index, index, strict=True)):
                value = o.value[self.r] if o.op == "set" else value * o.value[self.r]
        return value

    def beliefs(self):
        return [self.s.beliefs[w, self.d] for w in self.W]

    # sums over a portfolio --------------------------------------------------------------------
    def a(self, x):
        return [sum(self.k("salience", k) * x[k][p] for k in self.K) for p in self.P]

    def y(self, x):
        return [sum(self.k("exposure", k) * x[k][p] for k in self.K) for p in self.P]

    # terms ------------------------------------------------------------------------------------
    def returns(self, x, c):
        total = 0.0
        for k in self.K:
            for p in self.P:
                cap = sum(
                    mu * self.in_future("capacity", (k, p), w)
                    for w, mu in zip(self.W, self.beliefs(), strict=True)
                )
                b = self.v["returns"][k, p, self.i, self.r]
                worth = b * cap + c[p] * self.k("reciprocity", k)
                if k == TRADE:
                    worth -= b * cap * self.s.trade_cut[p, self.d]
                total += worth * x[k][p] - 0.5 * self.k("curvature", k) * x[k][p] ** 2
        return total

    def loyalty(self, x):
        return sum(
            self.v["loyalty"][p, self.i, self.r] * self.k("memory", k) * x[k][p]
            for k in self.K
            for p in self.P
        )

    def shortfall(self, x, w):
        """h_ω = T_ω − Π_ω."""
        level = self.in_future("threat_level", (self.i,), w) - self.me("threat_level")
        h = max(self.s.threat[self.d] + level, 0.0)
        share = 1.0 - math.exp(-self.k("turnover", ARMS) * self.me("arms_horizon"))
        a = self.a(x)
        for p in self.P:
            if p in (self.threat, self.own):
                continue
            close = self.v["closeness"][p, self.threat, self.r] if self.threat >= 0 else 0.0
            trust = self.in_future("trust", (p,), w) * (1.0 - close)
            cap = self.in_future("capacity", (ARMS, p), w)
            will = self.in_future("will", (p,), w)
            arms = share * x[ARMS][p] + (1.0 - share) * self.s.stocks[ARMS, p, self.d]
            h -= trust * cap * arms * self.me("arms_protection")
            h -= trust * will * self.me("defence_protection") * x[DEFENCE][p]
            h -= trust * will * self.me("energy_protection") * x[ENERGY][p]
            h -= trust * self.p("moderation", p) * a[p]
        return h

    def security(self, x):
        return (
            -0.5
            * self.me("security")
            * sum(
                mu * max(self.shortfall(x, w), 0.0) ** 2
                for w, mu in zip(self.W, self.beliefs(), strict=True)
            )
        )

    def dependence(self, x):
        y = self.y(x)
        return (
            -0.5
            * self.me("dependence")
            * sum(
                y[p]
                * y[q]
                * self.p("volatility", p)
                * self.p("volatility", q)
                * self.v["correlation"][p, q, self.r]
                for p in self.P
                for q in self.P
            )
        )

    def autonomy(self, x):
        a = self.a(x)
        return (
            -0.5
            * self.me("autonomy")
            * sum(self.R(p, q) * (a[p] - a[q]) ** 2 for p in self.P for q in self.P if p < q)
        )

    def cross_pressure(self, x):
        a = self.a(x)
        return -self.me("cross_pressure") * sum(
            self.R(p, q) * a[p] * a[q] for p in self.P for q in self.P if p < q
        )

    def pressure(self, x, chi):
        a = self.a(x)
        return -sum(chi[p] * self.R(p, q) * a[q] for p in self.P for q in self.P)

    def daring(self, p):
        feud = self.R(p, self.threat) if self.threat >= 0 else 0.0
        return max(
            0.0, 1.0 - self.p("leniency", p) - self.p("need", p) * feud * self.s.threat[self.d]
        )

    def sanctions(self, x):
        total = 0.0
        for pair, (s, q) in enumerate(self.structure.sanctions):
            open_ = max(0.0, 1.0 - self.p("shield", pair) * self.s.stocks[SETTLEMENT, q, self.d])
            dealings = x[ARMS][q] + open_ * (
                self.p("sanction_trade", pair) * x[TRADE][q]
                + self.p("sanction_energy", pair) * x[ENERGY][q]
            )
            total -= self.p("enforcement", pair) * dealings * self.daring(s)
        return total

    def interoperability(self, x):
        return -0.5 * sum(
            self.k("inertia", k) * (x[k][p] - self.s.stocks[k, p, self.d]) ** 2
            for k in self.K
            for p in self.P
        )

    def demand(self, x):
        total = 0.0
        for k in self.K:
            need = self.v["needs"][k, self.i, self.r]
            if k == ARMS:
                need += self.me("need_slope") * self.s.threat[self.d]
            bought = sum(x[k]) + self.v["others"][k, self.i, self.r]
            total -= 0.5 * self.k("demand", k) * (bought - need) ** 2
        return total

    def norm(self, x):
        return -self.me("norm") * sum(self.p("violation", q) * x[VOICE][q] for q in self.P)

    def peers(self, x):
        runs = len(self.world.replicates)
        return (
            -0.5
            * self.me("peers")
            * sum(
                self.v["peer_weight"][self.i, j, self.r]
                * (x[VOICE][p] - self.s.voices[p, j * runs + self.r]) ** 2
                for j in range(self.n)
                for p in self.P
            )
        )

    def audience(self, x):
        if self.threat < 0:
            return 0.0
        return (
            -self.me("audience") * self.s.incidents[self.d] * sum(x[k][self.threat] for k in self.K)
        )

    def terms(self, x, c=None, chi=None):
        """Terms of U(x), moves' costs apart; `c`, `chi` replace inducement and pressure."""
        c = [self.s.inducement[p, self.d] for p in self.P] if c is None else c
        chi = [self.s.pressure[p, self.d] for p in self.P] if chi is None else chi
        split = {
            "returns": self.returns(x, c),
            "loyalty": self.loyalty(x),
            "security": self.security(x),
            "dependence": self.dependence(x),
            "autonomy": self.autonomy(x),
            "cross_pressure": self.cross_pressure(x),
            "pressure": self.pressure(x, chi),
            "sanctions": self.sanctions(x),
            "interoperability": self.interoperability(x),
            "demand": self.demand(x),
            "norm": self.norm(x),
            "peers": self.peers(x),
            "audience": self.audience(x),
        }
        return {name: value for name, value in split.items() if name in self.structure.terms}

    def utility(self, x, c=None, chi=None):
        return sum(self.terms(x, c, chi).values())

    # powers -----------------------------------------------------------------------------------
    def answer(self, x, reward):
        """Inducement and pressure after the powers' answer to x."""
        a = self.a(x)
        c, chi = [], []
        for p in self.P:
            attention = self.v["attention"][p, self.i, self.r]
            lead = sum(self.R(p, q) * max(a[q] - a[p], 0.0) for q in self.P)
            effort = attention * (
                self.p("courting", p) * lead + self.p("seeking", p) * self.p("isolation", p)
            )
            today = self.s.inducement[p, self.d]
            if "courting" in self.structure.processes:
                leak = self.v["inducement_leak"][self.r]
                c.append(today + DT * (effort - leak * today) + self.p("reward", p) * reward[p])
            else:
                c.append(today)
            tilt = sum(self.R(p, q) * (a[q] - a[p]) for q in self.P)
            push = (
                attention
                * self.p("pressing", p)
                * self.daring(p)
                * max(tilt - self.p("tolerance", p), 0.0)
            )
            today = self.s.pressure[p, self.d]
            if "pressing" in self.structure.processes:
                chi.append(today + DT * (push - self.v["pressure_leak"][self.r] * today))
            else:
                chi.append(today)
        return c, chi

    def foresees(self, x, reward):
        """U(x; reaction to x) − U(x; today) for a level-2 country."""
        if self.structure.level == 1:
            return 0.0
        return self.utility(x, *self.answer(x, reward)) - self.utility(x)

    def value(self, before, after, reward=None):
        """Payoff of going from `before` to `after`, by evaluating the utility twice."""
        none = [0.0 for _ in self.P]
        reward = none if reward is None else reward
        return (self.utility(after) + self.foresees(after, reward)) - (
            self.utility(before) + self.foresees(before, none)
        )
