"""The model as a Mesa user would write it: one agent at a time, loops, dictionaries by names.

It reads the same `World` as the shipped model, one replicate of it, and shares nothing else with
it but the names of the random streams.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import mesa

from hedgerow.model.parameters import Choice, Effect, Event, Kind, Role, Vote, World
from hedgerow.model.streams import Purpose

from . import measures, payoff
from .numbers import draw, gumbel, normal, now
from .payoff import Prospect, Ties, after, alignments, daring, dealings
from .strategies import STRATEGIES

QUARTER = 0.25
YEAR = 4
OTHER = "other"
"""Suppliers outside politics."""
USUAL = 32.0
"""Size of a usual programme."""
MOST = 12
"""Most programmes in a quarter."""
MEAN_LUCK = math.sqrt(2.0 / math.pi)
"""Mean of |N|."""
CAUSES = ("rate", "tilt", "lead", "isolation", "need", "cover")
CUTS = (Effect.RESTRICTION, Effect.DESIGNATION)


# The rule of choice -----------------------------------------------------------------------------
def weight(habit: float, omega: float, worth: float) -> float:
    """ln h + ω ΔU, −∞ without habit."""
    return math.log(habit) + omega * worth if habit > 0.0 else -math.inf


def best(options: dict[Any, float]) -> Any:
    """The option of the largest value, the first of equals."""
    return max(options, key=lambda option: options[option])


def choose(options: dict[Any, float], allowed: set[Any], hold: float) -> tuple[Any, bool]:
    """Return what is chosen (None: nothing), and whether a rule struck off what would have been.

    options: ln h + ω ΔU and a Gumbel number of each. hold: the Gumbel number of doing nothing.
    """
    better = {o: w for o, w in options.items() if w > hold}
    left = {o: w for o, w in better.items() if o in allowed}
    struck = bool(better) and best(better) not in allowed
    return best(left) if left else None, struck


def one_of(odds: dict[Any, float], u: float) -> Any:
    """Choose in the order of the options, by how far a uniform reaches into the sum of the odds."""
    passed, target = 0.0, u * sum(odds.values())
    for option, o in odds.items():
        passed += o
        if target < passed:
            return option
    return option


def chance(rate: float) -> float:
    """Probability within a quarter, from a rate a year."""
    return 1.0 - math.exp(-QUARTER * rate)


def chance_rises(rate: float) -> float:
    """∂ of this probability by the logarithm of the rate."""
    return QUARTER * rate * math.exp(-QUARTER * rate)


def split(k: str, whole: float, parts: dict[str, float]) -> Ties:
    """Share a whole of an instrument in proportion to some parts, by supplier."""
    total = sum(parts.values())
    return {(k, s): whole * part / total if total else 0.0 for s, part in parts.items()}


@dataclass(frozen=True)
class Offer:
    """What may be taken: whole steps by tie, who offers and pledges, goodwill, what it provokes."""

    steps: dict[tuple[str, str], int]
    offered: str | None = None
    pledge: str | None = None
    cover: dict[str, float] = field(default_factory=dict)
    provokes: Event | None = None
    risk: float = 0.0


class Power(mesa.Agent):
    """A power: it coerces who leans to its rivals, and courts where they lead."""

    def __init__(self, model: Hedging, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.events = [e for e in model.structure.events if model.powers[e.power] == code]

    def aims(self, event: Event, me: Country, a: dict[str, float]) -> dict[str, float]:
        """The parts of V."""
        q, name, p = self.model.now, event.name, self.code
        sign = -1.0 if event.coerces else 1.0
        needed = q["need"][p] * me.rivalry(p, me.foe) * me.threat if me.foe else 0.0
        return {
            "tilt": q["event_tilt"][name] * max(me.tilt_against(p, a) - q["tolerance"][p], 0.0),
            "lead": q["event_lead"][name]
            * sum(me.rivalry(p, r) * max(a[r] - a[p], 0.0) for r in self.model.powers),
            "isolation": q["event_isolation"][name] * q["isolation"][p],
            "need": sign * q["event_need"][name] * needed,
            "cover": sign * q["event_cover"][name] * me.cover[p],
        }

    def rate(self, event: Event, me: Country) -> float:
        """λ a year."""
        if self.code == me.code or "events" not in self.model.processes:
            return 0.0
        q = self.model.now
        v = sum(self.aims(event, me, alignments(me, me.ties)).values())
        rate = q["event_rate"][event.name] * q["attention"][self.code, me.code]
        rate *= math.exp(min(q["politics_powers"] * v, 50.0))
        if event.effect in (Effect.INCIDENT, Effect.ENCIRCLEMENT) and self.code != me.foe:
            return 0.0
        if event.effect is Effect.DESIGNATION:
            pair = self.model.pairs[event.pair]
            settled = me.settlement_with(pair[1])
            dealt = dealings(me, pair, me.ties, settled)
            rate *= q["enforcement"][pair] * daring(me, self.code) * dealt
        return rate

    def act(self) -> None:
        """Do what rings first, as far as attention reaches."""
        m = self.model
        ringing = []
        for event in self.events:
            for me in m.countries.values():
                u, _ = m.draw(Purpose.RING, f"{me.code}|{event.name}")
                rate = self.rate(event, me)
                if rate > 0.0 and me.may_meet(event):
                    at = -math.log(1.0 - u) / (QUARTER * rate)
                    if at < 1.0:
                        ringing.append((at, event, me))
        ringing.sort(key=lambda ring: ring[0])
        luck = m.draw(Purpose.ACTS, f"acts|{self.code}")[0]
        for _, event, me in ringing[: math.floor(m.now["acts"][self.code] + luck)]:
            me.met.append(event)
            me.causes[event.name] = me.cause(event, self)


class Country(mesa.Agent):
    """A hedging state."""

    def __init__(self, model: Hedging, place: int) -> None:
        super().__init__(model)
        world = model.structure
        self.place, self.code = place, world.countries[place]
        source = int(world.threat_source[place])
        self.foe = model.powers[source] if source >= 0 else None
        self.partners = [p for p in model.powers if p != self.code]
        self.strategy = STRATEGIES[world.strategies[place]]
        rules = world.rules
        self.highest_rung = int(rules.tier_max[place])
        self.most_tilt = float(rules.tilt_max[place])
        self.force, self.may_pledge = bool(rules.force[place]), bool(rules.pledge[place])
        self.bound = {
            one.name: float(rules.tie_max[k, place]) for k, one in enumerate(world.instruments)
        }
        self._begin()
        self.seen: dict[tuple[Any, ...], float] = {}
        """What was weighed in this quarter, by what it was."""

    def _begin(self) -> None:
        q, m = self.model.now, self.model
        self.counts = {
            (k, p): round(q["ties"][k, p, self.code] / m.step_size[k])
            for k in m.of(Kind.STEPS)
            for p in self.partners
        }
        self.flows = {
            (k, p): q["ties"][k, p, self.code] for k in m.of(Kind.FLOW) for p in self.partners
        }
        self.flow_mean = dict(self.flows)
        self.memory, self.backlog, self.arsenal = {}, {}, {}
        self.usual_memory, self.usual_arsenal, self.own_size = {}, {}, {}
        usual: Ties = {}
        for k in m.of(Kind.PROGRAMMES):
            luck = normal(*m.draw(Purpose.EFFECT, f"size|{self.code}|{k}", 0))
            mean = q["size_mean"][k] + q["own_size"][k, self.code] + q["size_spread"][k] * luck
            rate, sd = q["programmes"][k, self.code], q["size_sd"][k]
            # E √(z/32) and E z of a lognormal z.
            root = math.exp((mean - math.log(USUAL)) / 2.0 + (sd / 2.0) ** 2 / 2.0)
            size = math.exp(mean + sd**2 / 2.0)
            self.own_size[k] = mean
            self.usual_memory[k] = rate * root / q["forgetting"][k]
            self.usual_arsenal[k] = rate * size / q["turnover"][k]
            remembered = q["experience"][k, self.code] * self.usual_memory[k]
            ordered = {p: q["ties"][k, p, self.code] for p in self.partners}
            ordered[OTHER] = q["others"][k, self.code]
            owned = {p: q["stocks"][k, p, self.code] for p in self.partners}
            owned[OTHER] = max(1.0 - sum(owned.values()), 0.0)
            self.memory |= split(k, remembered, ordered)
            self.backlog |= split(k, rate * size * q["lag"][k], ordered)
            self.arsenal |= split(k, self.usual_arsenal[k], owned)
            usual |= split(k, self.usual_arsenal[k] * q["turnover"][k], ordered)
        self.position = self.now("positions")
        self.tiers = {
            p: int(m.structure.tiers[m.powers.index(p), self.place]) for p in self.partners
        }
        self.pledged: set[str] = set()
        self.cover = dict.fromkeys(m.powers, 0.0)
        self.fresh, self.threat, self.shortfall = 0.0, self.now("threat_level"), 0.0
        self.beliefs = dict(q["prior"])
        self.until = {event.name: 0 for event in m.structure.events}
        self.votes: dict[str, float] = {}
        for issue, votes in m.structure.records.items():
            if not math.isnan(votes[self.place]):
                self.votes[issue] = float(votes[self.place])
        self.cast: list[tuple[int, int, float]] = []
        self.foreseen = dict.fromkeys(m.powers, 0.0)
        self.goodwill = dict.fromkeys(m.powers, 0.0)
        self.stake: dict[str, float] = {}
        self.met: list[Event] = []
        self.causes: dict[str, tuple[str, str | None]] = {}
        self.windows = {what: [dict(usual) for _ in range(5)] for what in ("orders", "deliveries")}
        self.totals = {"pressure": dict.fromkeys(m.powers, 0.0)}
        self.totals["inducement"] = dict.fromkeys(m.powers, 0.0)
        self.decisions = self.struck = 0
        self.in_band = self.outside = 0
        self.entered = self.broken = False

    # Looking up ---------------------------------------------------------------------------------
    def now(self, name: str) -> float:
        """A number of the country's own."""
        return self.model.now[name][self.code]

    def rivalry(self, p: str, r: str) -> float:
        """R_pq: nobody is a rival in its own portfolio."""
        return 0.0 if self.code in (p, r) else self.model.now["rivalry"][p, r]

    def omega(self, kind: str) -> float:
        """ω of a kind of choice."""
        return self.model.now[f"politics_{kind}"] * self.strategy.weight

    def draw(self, purpose: Purpose, name: str) -> tuple[float, float]:
        """Two uniforms of one's own in this quarter."""
        return self.model.draw(purpose, f"{self.code}|{name}")

    def in_force(self, event: Event) -> bool:
        """Whether an event is in force."""
        return self.until[event.name] > self.model.round

    def suffers(self, effect: Effect, p: str) -> bool:
        """Whether any event of an effect by a power is in force."""
        return any(
            event.effect is effect and self.model.powers[event.power] == p and self.in_force(event)
            for event in self.model.structure.events
        )

    def kept(self, p: str) -> float:
        """Share of its flows that cuts by a power leave: the largest cut counts."""
        cuts = [
            min(self.model.now["event_size"][event.name], 1.0)
            for event in self.model.structure.events
            if event.effect in CUTS and self.model.powers[event.power] == p and self.in_force(event)
        ]
        return 1.0 - max(cuts, default=0.0)

    def tie(self, k: str, p: str) -> float:
        """x of one instrument with one partner, in its unit."""
        match self.model.kind[k]:
            case Kind.STEPS:
                return self.counts[k, p] * self.model.step_size[k]
            case Kind.FLOW:
                open_ = self.flows[k, p] + self.model.now["access"][k, p, self.code]
                return min(max(open_, 0.0), self.model.cap[k]) * self.kept(p)
            case Kind.PROGRAMMES:
                return self.memory[k, p] / (self.usual_memory[k] or 1.0)
            case _:
                apart = abs(self.position - self.model.now["partner_position"][p])
                return max(1.0 - apart / self.model.now["reach"], 0.0)

    @property
    def ties(self) -> Ties:
        """All ties."""
        return {(k, p): self.tie(k, p) for k in self.model.instruments for p in self.partners}

    def settlement_with(self, p: str) -> float:
        """What is settled in national currencies with a partner."""
        if p == self.code:
            return 0.0
        return sum(self.tie(k, p) for k in self.model.having(Role.SETTLES))

    def look(self) -> None:
        """Take stock of what is held fixed until the country next looks."""
        self.armed = {
            (k, p): self.arsenal[k, p] / (self.usual_arsenal[k] or 1.0)
            for k in self.model.of(Kind.PROGRAMMES)
            for p in self.partners
        }
        self.settled = {p: self.settlement_with(p) for p in self.partners}
        steps = self.model.of(Kind.STEPS)
        self.stood = {(k, p): self.tie(k, p) for k in steps for p in self.partners}

    def prospect(self, ties: Ties | None = None, **changes: Any) -> Prospect:
        """Today's portfolio, or another, under what is believed."""
        given = {"beliefs": self.beliefs, "pledged": self.bound_powers} | changes
        return Prospect(self, self.ties if ties is None else ties, **given)

    @property
    def bound_powers(self) -> frozenset[str]:
        """Powers bound to the country's defence, by a pledge or the top rung."""
        return frozenset(p for p in self.partners if p in self.pledged or self.tiers[p] == 4)

    # What things are worth ----------------------------------------------------------------------
    def value(self, at: Prospect) -> float:
        """What the country wants."""
        want = self.strategy.want
        return payoff.utility(self, at) if want is None else want(self, at)

    def smooth(self, at: Prospect) -> float:
        """The quadratic part of it."""
        want = self.strategy.want
        return payoff.smooth(self, at) if want is None else want(self, at)

    def price(self, change: Ties) -> float:
        """What a change is worth: U after less U before, and what powers are foreseen to answer."""
        at = self.prospect()
        then = after(at, change)
        answer = sum(self.foreseen[p] * (then.a[p] - at.a[p]) for p in self.partners)
        return self.value(then) - self.value(at) + answer

    def tilt_against(self, p: str, a: dict[str, float]) -> float:
        """Σ_q R_pq (a_q − a_p): how far the country leans to a power's rivals."""
        return sum(self.rivalry(p, r) * (a[r] - a[p]) for r in self.model.powers)

    def cause(self, event: Event, power: Power) -> tuple[str, str | None]:
        """What provoked an event, and the rival if it was the tilt or the lead."""
        a = alignments(self, self.ties)
        parts = power.aims(event, self, a)
        cause = best(parts)
        if parts[cause] <= 0.0:
            return "rate", None
        if cause not in ("tilt", "lead"):
            return cause, None
        p = power.code
        leads = {r: self.rivalry(p, r) * max(a[r] - a[p], 0.0) for r in self.model.powers}
        rival = best(leads)
        return cause, rival if leads[rival] > 0.0 else None

    # 2 what powers do ---------------------------------------------------------------------------
    def calm_down(self) -> None:
        """Forget incidents a little."""
        self.fresh *= math.exp(-QUARTER / self.now("incident_memory"))
        self.fear()
        self.look()
        self.met, self.causes, self.seen = [], {}, {}

    def fear(self) -> None:
        """T: the level, recent incidents, and what encircles the country."""
        size = self.model.now["event_size"]
        self.threat = self.now("threat_level") + self.now("incident_weight") * self.fresh
        for event in self.model.structure.events:
            if event.effect is Effect.ENCIRCLEMENT and self.in_force(event):
                self.threat += size[event.name]

    def may_meet(self, event: Event) -> bool:
        """Whether an event could happen now."""
        if self.in_force(event):
            return False
        if event.effect is Effect.VISIT:
            return not self.suffers(Effect.SUSPENSION, self.model.powers[event.power])
        return event.effect is not Effect.OFFER or self.could_have(self.offer_of(event))

    def blow(self, event: Event) -> float:
        """How much an incident counts: for more where the country may answer with force."""
        answer = self.now("retaliation") if self.force else 0.0
        return self.model.now["event_size"][event.name] * (1.0 + answer)

    def undergo(self, events: list[Event]) -> tuple[bool, set[str]]:
        """Put events in force; return whether one was an incident, and who visits."""
        incident, visited = False, set()
        for event in events:
            lasts = round(self.model.now["event_duration"][event.name] * YEAR)
            self.until[event.name] = self.model.round + max(lasts, 1)
            if event.effect is Effect.INCIDENT:
                self.fresh += self.blow(event)
                incident = True
            elif event.effect is Effect.VISIT:
                visited.add(self.model.powers[event.power])
        return incident, visited

    def learn(self, incidents: dict[str, bool]) -> None:
        """Bayes: odds of futures times their likelihood of incidents, one's own and of peers."""
        if "futures" not in self.model.processes:
            return
        heard = sum(
            self.model.now["peer_weight"][self.code, j]
            for j, happened in incidents.items()
            if happened
        )
        seen = float(incidents[self.code]) + self.now("warning") * heard
        odds = {w: mu * self.model.now["likelihood"][w] ** seen for w, mu in self.beliefs.items()}
        total = sum(odds.values())
        self.beliefs = {w: o / total for w, o in odds.items()}

    def relax(self) -> None:
        """Let beliefs drift back; without uncertain futures today's is certain."""
        futures = self.model.structure.futures
        if "futures" not in self.model.processes:
            self.beliefs = {w: float(w == futures[0]) for w in futures}
            return
        drift, prior = QUARTER * self.now("belief_relaxation"), self.model.now["prior"]
        self.beliefs = {w: mu + drift * (prior[w] - mu) for w, mu in self.beliefs.items()}

    def foresee(self) -> None:
        """What acts of powers would cost or bring, and how one's conduct changes their rates."""
        self.look()
        m, q = self.model, self.model.now
        a = alignments(self, self.ties)
        self.foreseen = dict.fromkeys(m.powers, 0.0)
        goodwill = dict.fromkeys(m.powers, 0.0)
        foreseen = dict.fromkeys(m.powers, 0.0)
        for event in m.structure.events:
            power = m.power_agents[m.powers[event.power]]
            p, rate = power.code, power.rate(event, self)
            total = self.totals["pressure" if event.coerces else "inducement"]
            total[p] += chance(rate)
            self.stake[event.name] = self.stake_of(event)
            # ln λ moves by ω V; V with the tilt where it is beyond tolerance, the lead, the cover.
            force = q["politics_powers"] * YEAR * chance_rises(rate) * self.stake[event.name]
            goodwill[p] += force * q["event_cover"][event.name] * (-1 if event.coerces else 1)
            tilts = q["event_tilt"][event.name] * (self.tilt_against(p, a) > q["tolerance"][p])
            leads = q["event_lead"][event.name]
            for r in m.powers:
                pull = self.rivalry(p, r) * (tilts + leads * (a[r] > a[p]))
                foreseen[r] += force * pull
                foreseen[p] -= force * pull
        if m.structure.level == 2 and self.strategy.foresees:
            self.foreseen, self.goodwill = foreseen, goodwill
        else:
            self.goodwill = dict.fromkeys(m.powers, 0.0)

    def stake_of(self, event: Event) -> float:
        """Ū_e: what an event costs or brings a year, times how long it lasts."""
        q, p = self.model.now, self.model.powers[event.power]
        size, harm = q["event_size"][event.name], q["event_harm"][event.name]
        lasts = q["event_duration"][event.name]
        if event.effect is Effect.OFFER:
            offer = self.offer_of(event)
            open_ = self.could_have(offer) and self.may_have(offer)
            self.seen["open", event.name] = open_
            return max(self.worth_of(offer, MEAN_LUCK), 0.0) if open_ else 0.0
        if event.effect in (Effect.INCIDENT, Effect.ENCIRCLEMENT):
            incident = event.effect is Effect.INCIDENT
            more = self.now("incident_weight") * self.blow(event) if incident else size
            cost = self.value(self.prospect(threat=more)) - self.value(self.prospect())
            if incident and "audience" in self.model.terms and p != self.code:
                close = sum(self.tie(k, p) for k in self.model.of(Kind.STEPS))
                cost -= self.now("audience") * self.blow(event) * close
            return cost * (self.now("incident_memory") if incident else lasts)
        if p == self.code:
            return -harm * lasts if event.effect is Effect.SUSPENSION else 0.0
        if event.effect in CUTS:
            flow = sum(self.tie(k, p) for k in self.model.of(Kind.FLOW))
            return -harm * size * flow * lasts
        if event.effect is Effect.SUSPENSION:
            return -harm * lasts
        if event.effect is Effect.EMBARGO:
            return -harm * sum(self.tie(k, p) for k in self.model.of(Kind.PROGRAMMES)) * lasts
        return 0.0

    # 3 offers, votes, dated choices -------------------------------------------------------------
    def offer_of(self, event: Event) -> Offer:
        """What a power offers by an event."""
        power = self.model.powers[event.power]
        steps = self.model.steps_of(event.bundle)
        return Offer(steps, power, power if event.pledge else None)

    def change_of(self, offer: Offer) -> Ties:
        """What an offer adds to the ties, in their units."""
        change = {}
        for (k, p), by in offer.steps.items():
            match self.model.kind[k]:
                case Kind.PROGRAMMES:
                    change[k, p] = by / (self.usual_memory[k] or 1.0)
                case Kind.FLOW:
                    change[k, p] = by * self.model.step_size[k] * self.kept(p)
                case _:
                    change[k, p] = by * self.model.step_size[k]
        return change

    def could_have(self, offer: Offer) -> bool:
        """Whether it can be had in full: in range, of others, and from who takes orders."""
        return self._within(offer, self.model.cap)

    def may_have(self, offer: Offer) -> bool:
        """Whether the rules allow it."""
        if offer.pledge is not None and not self.may_pledge:
            return False
        first, second = self.model.poles
        change = self.change_of(offer)
        gained = alignments(self, change)
        ordered = all(
            self.tie(k, p) + by <= self.bound[k] + 1e-9
            for (k, p), by in change.items()
            if self.model.kind[k] is Kind.PROGRAMMES
        )
        tilted = self.tilt_allowed(gained[first] - gained[second])
        return ordered and tilted and self._within(offer, self.bound)

    def _within(self, offer: Offer, bound: dict[str, float]) -> bool:
        for (k, p), by in offer.steps.items():
            if p == self.code:
                return False
            size, kind = self.model.step_size[k], self.model.kind[k]
            if kind is Kind.STEPS:
                count = self.counts[k, p] + by
                most = math.floor(min(bound[k], self.model.cap[k]) / size + 1e-9)
                if count < 0 or (by > 0 and count > most):
                    return False
            elif kind is Kind.FLOW:
                open_ = self.flows[k, p] + self.model.now["access"][k, p, self.code]
                if not -1e-9 <= open_ + by * size <= self.model.cap[k] + 1e-9:
                    return False
            elif by < 0 or self.barred(k, p):
                return False
        return True

    def tilt_allowed(self, shift: float, ties: Ties | None = None) -> bool:
        """Whether the tilt between the poles stays in its bound, or does not grow."""
        first, second = self.model.poles
        a = alignments(self, self.ties if ties is None else ties)
        tilt = a[first] - a[second]
        return abs(tilt + shift) <= max(self.most_tilt, abs(tilt)) + 1e-9

    def worth_of(self, offer: Offer, luck: float) -> float:
        """V of an offer in log-odds: ω ΔU, and a worth of its own where somebody offers."""
        change = self.change_of(offer)
        worth = self.price(change) + sum(self.goodwill[p] * c for p, c in offer.cover.items())
        if offer.provokes is not None:
            worth += offer.risk * self.stake[offer.provokes.name]
        worth *= self.omega("offers")
        if offer.offered is not None:
            q = self.model.now
            gains = {tie: by for tie, by in change.items() if by > 0}
            worth += q["worth"] * luck * payoff.stiffness(self, self.prospect(), gains)
            if "loyalty" in self.model.terms:
                loyal = q["loyalty"][offer.offered, self.code]
                for (k, p), by in gains.items():
                    if p == offer.offered:
                        worth += loyal * q["memory"][k] * by
        return worth

    def answer_offers(self) -> None:
        """Accept or decline what was offered, one offer after the other."""
        for event in self.model.structure.events:
            if event.effect is not Effect.OFFER or event not in self.met:
                continue
            offer = self.offer_of(event)
            luck = abs(normal(*self.draw(Purpose.WORTH, event.name)))
            value = {True: self.worth_of(offer, luck)} if self.could_have(offer) else {}
            if value:
                self.seen["value", event.name] = value[True] / max(1.0, self.strategy.weight)
            allowed = {True} if self.may_have(offer) else set()
            g, hold = map(gumbel, self.draw(Purpose.ANSWER, event.name))
            value = {o: v + g for o, v in value.items()}
            accepted, struck = choose(value, allowed, hold)
            self.decisions += 1
            self.struck += struck
            self.note_event(event, "offer", 1.0 if accepted else 0.0)
            if accepted:
                self.take(offer)

    def take(self, offer: Offer) -> None:
        """Carry out what was taken."""
        for (k, p), by in offer.steps.items():
            match self.model.kind[k]:
                case Kind.STEPS:
                    self.counts[k, p] += by
                case Kind.FLOW:
                    moved = self.flows[k, p] + by * self.model.step_size[k]
                    self.flows[k, p] = min(max(moved, 0.0), self.model.cap[k])
                case Kind.PROGRAMMES:
                    self.memory[k, p] += by
                    self.backlog[k, p] += by * USUAL
                    self.windows["orders"][-1][k, p] += by * USUAL
        for p, more in offer.cover.items():
            self.cover[p] += more
        if offer.pledge is not None:
            self.pledged.add(offer.pledge)
        self.look()

    def decide(self, choice: Choice) -> list[Event]:
        """Answer a dated choice; return what that provokes."""
        m = self.model
        luck = abs(normal(*self.draw(Purpose.WORTH, choice.question)))
        values, open_ = {}, set()
        for o, name in enumerate(choice.options):
            offer = m.option(choice, o)
            g = gumbel(self.draw(Purpose.ANSWER, f"{choice.question}|{name}")[0])
            if self.could_have(offer):
                worth = self.worth_of(offer, luck)
                seen = worth / max(1.0, self.strategy.weight)
                self.seen["value", f"{choice.question}|{name}"] = seen
                values[o] = worth + g
                if self.may_have(offer):
                    open_.add(o)
        wanted = best(values)
        taken = best({o: v for o, v in values.items() if o in open_})
        self.decisions += 1
        self.struck += wanted != taken
        self.note_choice(choice, taken)
        offer = m.option(choice, taken)
        self.take(offer)
        if offer.provokes is None:
            return []
        name = f"{choice.question}|{choice.options[taken]}"
        return [offer.provokes] if self.draw(Purpose.PROVOKED, name)[0] < offer.risk else []

    # Votes --------------------------------------------------------------------------------------
    def vote(self, vote: Vote) -> str:
        """Draw a vote: against : abstain : for = exp(−η) : exp(a) : exp(η)."""
        q, m = self.model.now, self.model
        powers = {
            p: 0.0 if math.isnan(v) else float(v)
            for p, v in zip(m.powers, vote.powers, strict=True)
        }
        west = powers.get("USA", 0.0) + powers.get("EU", 0.0)
        east = powers.get("RUS", 0.0) + powers.get("CHN", 0.0)
        d = (west - east) / 4.0
        z = (self.position - q["position_mean"]) / q["position_spread"]
        subject = m.powers[vote.subject] if vote.subject >= 0 else None
        kind = m.structure.classes[vote.kind]
        arms = dict.fromkeys(m.powers, 0.0)
        for k in m.having(Role.ARSENAL):
            whole = sum(self.arsenal[k, s] for s in (*self.partners, OTHER))
            for p in self.partners:
                arms[p] += self.arsenal[k, p] / whole if whole else 0.0
        own = self.votes.get(vote.issue)
        eta = q["vote_constant"] + q["vote_class"][kind] + self.now("vote_state")
        eta += (q["vote_divided"] + q["vote_position_divided"] * z) * d + q["vote_position"] * z
        for p in self.partners:
            trade = sum(self.tie(k, p) ** 2 for k in m.of(Kind.FLOW))
            tie = q["vote_arms"] * arms[p] + q["vote_trade"] * trade
            eta += powers[p] * (tie + q["vote_pact"] * q["pact"][p, self.code])
        if subject is not None:
            eta += q["vote_arms_hit"] * arms[subject]
            eta += q["vote_self"] * (subject == self.code)
        eta += q["vote_own"] * (own or 0.0)
        if own is None:
            eta += q["vote_own_class"] * self.in_class(vote)
        eta += q["vote_peers"] * self.heard(vote.issue)
        a = (
            q["vote_abstain"]
            + q["vote_own_abstained"] * (own == 0.0)
            + self.now("vote_state_abstain")
        )

        def common(name: str) -> float:
            return normal(*m.draw(Purpose.EFFECT, name, 0))

        def mine(name: str) -> float:
            return common(f"vote|{self.code}|{name}")

        eta += q["issue_sd"] * common(f"issue|{vote.issue}")
        eta += q["roll_call_sd"] * common(f"roll call|{vote.question}")
        eta += q["state_sd"] * mine("state") + q["state_divided_sd"] * d * mine("divided")
        eta += q["state_subject_sd"] * mine(f"subject|{subject or 'none'}")
        eta += q["state_class_sd"] * mine(f"class|{kind}")
        a += q["issue_abstain_sd"] * common(f"abstain|issue|{vote.issue}")
        a += q["roll_call_abstain_sd"] * common(f"abstain|roll call|{vote.question}")
        a += q["class_abstain_sd"] * common(f"abstain|class|{kind}")
        a += q["state_abstain_sd"] * mine("abstain")
        if "votes" in m.structure.flat:
            eta = a = 0.0

        def worth(side: int) -> float:
            return sum(self.goodwill[p] * c for p, c in self.cover_of(vote, side).items())

        norm = 0.0
        if subject is not None:
            near = q["nearness"][subject, self.code]
            norm = self.now("norm") * q["violation"][subject] * near
        omega = self.omega("votes")
        logs = {
            "against": -eta + omega * (worth(-1) - norm),
            "abstain": a,
            "for": eta + omega * worth(1),
        }
        top = max(logs.values())
        odds = {option: math.exp(value - top) for option, value in logs.items()}
        self.seen |= {("vote", vote.question, option): o for option, o in odds.items()}
        return str(one_of(odds, self.draw(Purpose.ANSWER, vote.question)[0]))

    def in_class(self, vote: Vote) -> float:
        """Mean of the own votes in a class in the last three years, those before the start too."""
        since = vote.round - 3 * YEAR
        cast = [v for t, kind, v in self.cast if kind == vote.kind and since <= t < vote.round]
        if cast:
            return sum(cast) / len(cast)
        records = self.model.structure.class_records
        if since < 0 and records.size and not math.isnan(records[vote.kind, self.place]):
            return float(records[vote.kind, self.place])
        return 0.0

    def heard(self, issue: str) -> float:
        """Weighted mean of peers' last votes on an issue."""
        weights = self.model.now["peer_weight"]
        heard = [
            (weights[self.code, j], other.votes[issue])
            for j, other in self.model.countries.items()
            if issue in other.votes
        ]
        whole = sum(w for w, _ in heard)
        return sum(w * v for w, v in heard) / whole if whole > 0.0 else 0.0

    def cover_of(self, vote: Vote, side: int) -> dict[str, float]:
        """Goodwill won and lost by a vote: less of who is hit, more of the sponsors."""
        cover = dict.fromkeys(self.model.powers, 0.0)
        if vote.subject >= 0:
            cover[self.model.powers[vote.subject]] -= side
        for p in vote.sponsors:
            cover[self.model.powers[p]] += side
        return cover

    def remember(self, vote: Vote, voted: str) -> None:
        """Note one's vote."""
        side = {"against": -1, "abstain": 0, "for": 1}[voted]
        self.votes[vote.issue] = float(side)
        self.cast.append((vote.round, vote.kind, float(side)))
        for p, more in self.cover_of(vote, side).items():
            self.cover[p] += more
        self.note_choice(vote, vote.options.index(voted))

    # 4 visits and labels ------------------------------------------------------------------------
    def receive(self) -> None:
        """Receive leaders, and let labels rise."""
        q = self.model.now
        rises = {}
        for p in self.partners:
            suspended = self.suffers(Effect.SUSPENSION, p)
            likely = chance(q["attention"][p, self.code] * q["visits"][p])
            comes = "visits" in self.model.processes and self.draw(Purpose.VISIT, p)[0] < likely
            if comes and not suspended:
                self.visited.add(p)
            if p in self.visited:
                self.note("visit", "visit", p, 1.0)
            if "labels" in self.model.processes and not suspended:
                rises[p] = self.rise(p, (p in self.visited) - likely)
        for p, by in rises.items():
            if by:
                self.tiers[p] += by
                self.note("tier", "tier", p, float(self.tiers[p]))
        self.look()

    def rise(self, p: str, occasion: float) -> int:
        """By how many rungs a label rises this quarter."""
        q, a = self.model.now, alignments(self, self.ties)
        lead = sum(self.rivalry(p, r) * max(a[r] - a[p], 0.0) for r in self.model.powers)
        wooed = q["label_lead"] * lead + q["label_isolation"] * q["isolation"][p]
        sizes = {j: q[f"jump_{j}"] for j in (2, 3, 4)}
        sizes = {1: max(1.0 - sum(sizes.values()), 0.0)} | sizes
        rates = {}
        for j, share in sizes.items():
            habit = q["label_hazard"] * share * math.exp(q["label_visit"] * occasion)
            if "labels" in self.model.structure.flat:
                habit = 1.0
            if self.tiers[p] + j <= 4:
                tilt = min(self.omega("labels") * self.worth_of_rise(p, j), 50.0)
                rates[j] = habit * math.exp(min(q["politics_powers"] * wooed, 50.0) + tilt)
        self.seen |= {("label", p, j): rate for j, rate in rates.items()}
        u, v = self.draw(Purpose.LABEL, p)
        if not u < chance(sum(rates.values())):
            return 0
        by = one_of(rates, v)
        barred = self.tiers[p] + by > self.highest_rung
        self.decisions += 1
        self.struck += barred
        return 0 if barred else by

    def worth_of_rise(self, p: str, by: int) -> float:
        """Parity of labels among rivals, a shortfall of protection, the pledge of the top rung."""
        q, mine = self.model.now, self.tiers[p]
        unequal = sum(
            self.rivalry(p, r) * ((mine + by - self.tiers[r]) ** 2 - (mine - self.tiers[r]) ** 2)
            for r in self.partners
        )
        worth = -0.5 * self.now("parity") * unequal
        worth += self.now("shortfall") * q["will"][p] * self.shortfall * by
        if mine + by == 4:
            bound = self.prospect(pledged=self.bound_powers | {p})
            worth += self.value(bound) - self.value(self.prospect())
        return worth

    # 5 desks ------------------------------------------------------------------------------------
    def most(self, k: str) -> int:
        """The largest tie in whole steps that the rules allow."""
        bound = min(self.bound[k], self.model.cap[k])
        return math.floor(bound / self.model.step_size[k] + 1e-9)

    def step_allowed(self, k: str, p: str, by: int, ties: Ties | None = None) -> bool:
        """Whether the rules allow a step."""
        if by > 0 and self.counts[k, p] >= self.most(k):
            return False
        first, second = self.model.poles
        lean = by * self.model.step_size[k] * self.model.now["salience"][k]
        return self.tilt_allowed(lean * ((p == first) - (p == second)), ties)

    def move(self, k: str) -> None:
        """Let one desk move a tie by one step, or hold."""
        m = self.model
        size = m.step_size[k]
        habit = 0.5 * QUARTER * m.now["rate"][k]
        if "steps" in m.structure.flat:
            habit = 1.0
        most = math.floor(m.cap[k] / size + 1e-9)
        options, allowed = {}, set()
        for by in (1, -1):
            for p in self.partners:
                if not (self.counts[k, p] < most if by > 0 else self.counts[k, p] > 0):
                    continue
                price = self.price({(k, p): by * size})
                self.seen["step", k, p, by] = price
                g = gumbel(self.draw(Purpose.OPTION, f"{k}|{p}")[0 if by > 0 else 1])
                options[p, by] = weight(habit, self.omega("steps"), price) + g
                if self.step_allowed(k, p, by):
                    allowed.add((p, by))
        hold = gumbel(self.draw(Purpose.MOVE, k)[0])
        chosen, struck = choose(options, allowed, hold)
        self.decisions += 1
        self.struck += struck
        if chosen:
            self.counts[k, chosen[0]] += chosen[1]

    # 6 programmes -------------------------------------------------------------------------------
    def barred(self, k: str, p: str) -> bool:
        """Whether a supplier takes no orders."""
        m = self.model
        bans = any(
            (ban.country, m.instruments[ban.instrument], m.powers[ban.partner])
            == (self.place, k, p)
            and ban.start <= m.round < ban.stop
            for ban in m.structure.bans
        )
        return bans or self.suffers(Effect.EMBARGO, p)

    def order(self, k: str) -> None:
        """Order programmes: a Poisson count, lognormal sizes, a supplier each."""
        q = self.model.now
        fear = self.threat - self.now("threat_usual")
        mean = QUARTER * q["programmes"][k, self.code] * math.exp(q["threat_slope"][k] * fear)
        u, count, mass = self.draw(Purpose.ORDERS, k)[0], 0, math.exp(-mean)
        below = mass
        while u >= below and count < MOST:
            count += 1
            mass *= mean / count
            below += mass
        for j in range(count):
            luck = normal(*self.draw(Purpose.SIZE, f"{k}|{j}"))
            size = math.exp(self.own_size[k] + q["size_sd"][k] * luck)
            self.buy(k, j, size)

    def habit_of(self, k: str) -> dict[str, float]:
        """h(p) = cap (k m + n^δ s) exp(β·f) of the suppliers: a Pólya urn with forgetting."""
        q = self.model.now
        suppliers = (*self.partners, OTHER)
        start = {p: math.exp(q["base"][k, p]) for p in self.partners}
        start[OTHER] = math.exp(q["base_other"][k])
        whole = sum(self.memory[k, s] for s in suppliers)
        habit = {}
        for s in suppliers:
            share = self.memory[k, s] / whole if whole else 0.0
            habit[s] = q["urn"][k] * start[s] / sum(start.values())
            habit[s] += whole ** q["concentration"][k] * share
            if s == OTHER:
                habit[s] = max(habit[s], 1e-300)
            else:
                f = q["foe_weight"][k] * (s == self.foe)
                f += q["pact_weight"][k] * q["pact"][s, self.code]
                f += q["foe_share_weight"][k] * q["foe_arms"][s, self.code]
                habit[s] *= q["capacity"][k, s] * math.exp(f)
        return habit

    def buy(self, k: str, j: int, size: float) -> None:
        """Choose the supplier of one programme."""
        q = self.model.now
        habit = self.habit_of(k)
        if "arms" in self.model.structure.flat:
            habit = dict.fromkeys(habit, 1.0)
        sizes = {s: size * math.exp(q["size_of"][k, s]) for s in self.partners}
        sizes[OTHER] = size
        first, second = self.model.poles
        weights, allowed = {}, {OTHER}
        for s, h in habit.items():
            worth = 0.0
            if s != OTHER:
                if self.barred(k, s):
                    continue
                more = {(k, s): math.sqrt(sizes[s] / USUAL) / (self.usual_memory[k] or 1.0)}
                worth, gained = self.price(more), alignments(self, more)
                if self.tie(k, s) + more[k, s] <= self.bound[k] + 1e-9 and self.tilt_allowed(
                    gained[first] - gained[second]
                ):
                    allowed.add(s)
            g = gumbel(self.draw(Purpose.SUPPLIER, f"{k}|{s}|{j}")[0])
            weights[s] = weight(h, self.omega("arms"), worth) + g
            self.seen["supplier", k, j, s] = weights[s] - g
        wanted, s = best(weights), best({s: w for s, w in weights.items() if s in allowed})
        self.decisions += 1
        self.struck += wanted != s
        self.memory[k, s] += math.sqrt(sizes[s] / USUAL)
        self.backlog[k, s] += sizes[s]
        self.windows["orders"][-1][k, s] += sizes[s]

    # 7 what is left of the quarter --------------------------------------------------------------
    def settle(self) -> None:
        """Shortfall, deliveries, flows, position, goodwill."""
        q, m = self.model.now, self.model
        at = self.prospect()
        self.shortfall = 0.0
        if "security" in m.terms:
            self.shortfall = sum(
                mu * max(payoff.shortfall(self, at, w), 0.0) for w, mu in self.beliefs.items()
            )
        for k in m.of(Kind.PROGRAMMES) if "programmes" in m.processes else ():
            for s in (*self.partners, OTHER):
                self.memory[k, s] *= math.exp(-QUARTER * q["forgetting"][k])
                made = self.backlog[k, s] * (1.0 - math.exp(-QUARTER / q["lag"][k]))
                if s != OTHER:
                    made *= min(q["capacity"][k, s], 1.0)
                self.backlog[k, s] -= made
                self.arsenal[k, s] *= math.exp(-QUARTER * q["turnover"][k])
                self.arsenal[k, s] += made
                self.windows["deliveries"][-1][k, s] += made
        if "flows" in m.processes:
            for (k, p), x in self.flows.items():
                shock = normal(*self.draw(Purpose.FLOW, f"{k}|{p}"))
                grown = x * math.exp(0.5 * q["gravity"][k] * m.growth[p])
                back = (1.0 - math.exp(-QUARTER * q["drift"][k])) * (self.flow_mean[k, p] - x)
                moved = grown + back + q["flow_noise"][k] * math.sqrt(QUARTER) * shock
                self.flows[k, p] = min(max(moved, 0.0), m.cap[k])
        if "position" in m.processes:
            shock = normal(*self.draw(Purpose.POSITION, "position"))
            self.position += q["position_noise"] * math.sqrt(QUARTER) * shock
        for p in self.cover:
            self.cover[p] *= math.exp(-QUARTER * self.now("cover_leak"))

    # Notes --------------------------------------------------------------------------------------
    def note(self, name: str, kind: str, partner: str | None, value: float, *more: Any) -> None:
        """Note an event: until, cause and rival may follow."""
        until, cause, rival = (*more, *(None,) * (3 - len(more)))
        where = (name, kind, *self.model.date, partner, self.code)
        self.model.events[where] = (value, until, cause, rival)

    def note_event(self, event: Event, kind: str, value: float) -> None:
        """Note what a power did, with its end and what provoked it."""
        until = self.model.structure.start + self.until[event.name] / YEAR
        power = self.model.powers[event.power]
        causes = self.causes.get(event.name, (None, None))
        self.note(event.name, kind, power, value, until, *causes)

    def note_choice(self, choice: Choice | Vote, option: int) -> None:
        """Note an answer."""
        where = (self.model.date[0], self.code, choice.question)
        self.model.choices[where] = choice.options[option]


class Hedging(mesa.Model):
    """One replicate of a world."""

    def __init__(self, world: World, r: int, insured: int = 5) -> None:
        super().__init__(rng=int(world.replicates[r]))
        self.world, self.r, self.structure = world, r, world.structure
        s = self.structure
        self.insured = insured
        self.round = 0
        self.powers = list(s.partners)
        self.poles = tuple(self.powers[pole] for pole in s.poles)
        self.pairs = [(self.powers[a], self.powers[b]) for a, b in s.sanctions]
        self.terms, self.processes = s.terms, s.processes
        self.instruments = [one.name for one in s.instruments]
        self.kind = {one.name: one.kind for one in s.instruments}
        self.step_size = dict(zip(self.instruments, s.step.tolist(), strict=True))
        self.cap = dict(zip(self.instruments, s.cap.tolist(), strict=True))
        self.events: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.choices: dict[tuple[Any, ...], str] = {}
        self.years: list[dict[str, Any]] = []
        self.active: list[bool] | None = None
        self.put_in_force()
        self.power_agents = {code: Power(self, code) for code in self.powers}
        self.countries = {code: Country(self, place) for place, code in enumerate(s.countries)}

    def of(self, kind: Kind) -> list[str]:
        """Instruments of a kind."""
        return [one.name for one in self.structure.instruments if one.kind is kind]

    def having(self, role: Role) -> list[str]:
        """Instruments that have a role."""
        return [one.name for one in self.structure.instruments if role in one.roles]

    def steps_of(self, bundle: Any) -> dict[tuple[str, str], int]:
        """Whole steps of a bundle, by tie."""
        return {
            (k, p): int(bundle[i, j])
            for i, k in enumerate(self.instruments)
            for j, p in enumerate(self.powers)
            if bundle[i, j]
        }

    def option(self, choice: Choice, o: int) -> Offer:
        """An option of a dated choice."""

        def power(place: int) -> str | None:
            return self.powers[place] if place >= 0 else None

        provokes = int(choice.provokes[o])
        return Offer(
            self.steps_of(choice.bundles[o]),
            power(int(choice.offered[o])),
            power(int(choice.pledges[o])),
            {p: float(c) for p, c in zip(self.powers, choice.cover[o], strict=True) if c},
            self.structure.events[provokes] if provokes >= 0 else None,
            float(choice.risk[o]),
        )

    @property
    def date(self) -> tuple[int, int]:
        """Year and quarter."""
        return self.structure.start + self.round // YEAR, 1 + self.round % YEAR

    def draw(
        self, purpose: Purpose, name: str, round_: int | None = None, replicate: int | None = None
    ) -> tuple[float, float]:
        """Two uniforms of a stream, by default in this quarter and replicate."""
        mine = int(self.world.replicates[self.r]) if replicate is None else replicate
        when = self.round if round_ is None else round_
        return draw(self.world.seed, mine, when, name, purpose)

    def put_in_force(self) -> None:
        """1: the numbers of the quarter; between years the market grows evenly."""
        active = [
            s.happens[self.r] and s.start[self.r] <= self.round < s.stop[self.r]
            for s in self.world.shocks
        ]
        if active != self.active:
            self.active = active
            self.now, self.futures = now(self.world, self.r, active)
        year, quarter = divmod(self.round, YEAR)
        self.market, self.growth = {}, {}
        for j, p in enumerate(self.powers):
            first, last = (float(self.world.market[y, j, self.r]) for y in (year, year + 1))
            self.market[p] = first + QUARTER * quarter * (last - first)
            self.growth[p] = QUARTER * (last - first)

    def happen(self, events: dict[str, list[Event]], relax: bool) -> dict[str, set[str]]:
        """Let events happen to countries, which learn from them; return who visits whom."""
        all_ = self.agents_by_type[Country]
        met = {me.code: me.undergo(events[me.code]) for me in all_}
        for me in all_:
            me.learn({code: incident for code, (incident, _) in met.items()})
        for me in all_:
            if relax:
                me.relax()
            me.fear()
        return {code: visited for code, (_, visited) in met.items()}

    def step(self) -> None:
        """Play a quarter."""
        everyone = self.agents_by_type[Country]
        if self.round % YEAR == 0:
            for me in everyone:
                for window in me.windows.values():
                    window[:] = [*window[1:], dict.fromkeys(window[-1], 0.0)]
        self.put_in_force()
        everyone.do("calm_down")
        self.agents_by_type[Power].do("act")
        visits = self.happen({me.code: me.met for me in everyone}, relax=True)
        for me in everyone:
            me.visited = visits[me.code]
            for event in me.met:
                if event.effect is not Effect.OFFER:
                    kind = "coercion" if event.coerces else "visit"
                    me.note_event(event, kind, self.now["event_size"][event.name])
        everyone.do("foresee")
        everyone.do("answer_offers")
        self.put_questions()
        everyone.do("receive")
        if "desks" in self.processes:
            desks = self.of(Kind.STEPS)
            desks.sort(key=lambda k: self.draw(Purpose.ORDER_OF_DESKS, f"desk|{k}", None, 0)[0])
            for k in desks:
                everyone.do("move", k)
        if "programmes" in self.processes:
            for k in self.of(Kind.PROGRAMMES):
                everyone.do("order", k)
        everyone.do("settle")
        for me in everyone:
            measures.follow_band(me)
        if self.round % YEAR == YEAR - 1:
            self.years.append({me.code: measures.of_year(me) for me in everyone})
        self.round += 1

    def put_questions(self) -> None:
        """3: votes, which all cast at once, and other dated choices."""
        countries = list(self.countries.values())
        for vote in self.structure.votes:
            if vote.round == self.round:
                asked = [countries[i] for i in vote.countries]
                voted = [me.vote(vote) for me in asked]
                for me, option in zip(asked, voted, strict=True):
                    me.remember(vote, option)
        for choice in self.structure.choices:
            if choice.round == self.round:
                provoked: dict[str, list[Event]] = {me.code: [] for me in countries}
                for i in choice.countries:
                    provoked[countries[i].code] = countries[i].decide(choice)
                if any(provoked.values()):
                    self.happen(provoked, relax=False)
                    for me in countries:
                        for event in provoked[me.code]:
                            me.causes.pop(event.name, None)
                            size = self.now["event_size"][event.name]
                            me.note_event(event, "coercion", size)
                            me.look()
