"""A block of runs, quarter by quarter."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import answers, beliefs, desks, events, flows, frame, labels, programmes, terms, votes
from . import shocks as dated
from . import state as states
from .frame import Frame
from .measures import alignment_index
from .moment import Moment
from .parameters import DT, ROUNDS_A_YEAR, TOP_RUNG, Choice, Effect, Floats, Kind, Vote, World
from .part import Columns, part
from .payoff import Form, Point, at, shortfalls
from .record import Record
from .recorder import INSURED, Recorder
from .state import State
from .strategies import Mind, depend_on, minds
from .streams import Purpose, Streams, gumbel, normal


class NotFinite(ArithmeticError):
    """A run left the real numbers; the message names the year and the replicates."""


class Block:
    """A block of runs in progress. `step` plays one quarter; `record` holds what is recorded.

    Attributes:
        world: what the block was given.
        round: the quarter that `step` plays next.
        frame: the numbers in force. state: the state. form: the payoff of the current quarter.
        mind: what decisions are priced with. point: the portfolio at `mind.form`.
        override: where set, called before a desk's moves are applied with (block, instrument,
            options) to replace some countries' options in `options` (D,), -1 to hold.
        watch: where set, called with (block, kind, which, None) before a decision and, with what
            was chosen (D,) in place of None, once it is made: kind ``"desk"`` (which:
            instrument), ``"offer"`` (event), ``"vote"``, ``"choice"`` (place in the structure), and
            before labels rise ``"labels"`` (0). It must not change the block.
        watch_order: where set, called with the block, the instrument and what `programmes.order`
            tells of programmes before they are ordered.
        answer: where set, called with (block, choice, chosen) to replace some countries' options of
            a dated choice in `chosen` (D,), -1 for those that are not asked.
    """

    def __init__(self, world: World, insured: int = INSURED) -> None:
        structure = world.structure
        self.world = world
        self.round = 0
        self.streams = Streams(world.seed, world.replicates)
        self._codes = (
            desks.codes(structure),
            programmes.codes(structure),
            flows.codes(structure),
            labels.codes(structure),
            events.codes(structure),
        )
        self._offers = [e for e, one in enumerate(structure.events) if one.effect is Effect.OFFER]
        self._turning = dated.turning_points(world.shocks)
        self._values = dated.in_force(world.values, world.shocks, dated.active(world.shocks, 0))
        self.frame = frame.build(structure, self._values, world.overrides)
        self.state = states.initial(structure, self.frame, self.streams)
        self._recorder = Recorder(structure, self.frame, self.state, insured)
        self._lasting: Form | None = None
        self.rate, self.stake = np.zeros((2, len(structure.events), self.frame.columns.size))
        self.goodwill = np.zeros(self.state.tiers.shape)
        self.override: Override | None = None
        self.answer: Answer | None = None
        self.watch: Watch | None = None
        self.watch_order: WatchOrder | None = None
        self._settle_form()

    @property
    def record(self) -> Record:
        """What has been recorded so far, NaN in years to come."""
        return self._recorder.record

    @property
    def ties(self) -> Floats:
        """Ties in their units: (K, P, D)."""
        return states.ties(self.world.structure, self.frame, self.state, self.round)

    def _settle_form(self, columns: Columns | None = None) -> None:
        """Assemble the payoff, and the point at which the countries stand; or in some columns."""
        structure, q, s = self.world.structure, self.frame, self.state
        if self._lasting is None:
            self._lasting = terms.form_of(structure, q, s, structure.terms & terms.LASTING)
        if columns is None:
            foreseen = self.form.foreseen if hasattr(self, "form") else None
            self.form: Form = terms.form_of(structure, q, s, lasting=self._lasting)
            self.mind: Mind = minds(structure, q, s, self.form)
            if foreseen is not None:
                self.mind.form.foreseen[:] = foreseen * self.mind.foresees
                self.form.foreseen[:] = foreseen
            self.point: Point = at(self.mind.form, self.ties)
        elif columns.size:
            q, s = part(q, columns), part(s, columns)
            form = terms.form_of(structure, q, s, lasting=part(self._lasting, columns))
            self.form.put(columns, form)
            if self.mind.form is not self.form:
                self.mind.form.put(columns, minds(structure, q, s, form).form)
            self.point.put(
                columns, at(part(self.mind.form, columns), states.ties(structure, q, s, self.round))
            )

    def expected(self, coerces: bool) -> Floats:
        """How often a year each power is expected to coerce, or else to court: (P, D)."""
        return events.by_power(self.world.structure, self.rate, coerces)

    def _watched(self, kind: str, which: int, chosen: NDArray[np.int64] | None = None) -> None:
        if self.watch is not None:
            self.watch(self, kind, which, chosen)

    @property
    def now(self) -> Moment:
        """What whoever decides looks at."""
        world, weight = self.world.structure, self.mind.weight
        return Moment(world, self.frame, self.state, self.point, weight, self.stake, self.goodwill)

    def omega(self, kind: str) -> Floats:
        """ω of a kind of choice: (D,)."""
        return self.now.omega(kind)

    def step(self) -> None:
        """Play one quarter.

        1 dated changes · 2 powers act, threat and beliefs follow · 3 offers are answered, votes and
        dated choices taken · 4 visits and labels · 5 desks · 6 programmes · 7 deliveries, flows,
        positions, goodwill · 8 record.
        """
        if self.round % ROUNDS_A_YEAR == 0:
            self._recorder.open_year()
        self.shocks()
        visited = self.powers()
        self.offers()
        self.dated()
        self.labels(visited)
        self.desks()
        self.programmes()
        self.settle()
        self.record_quarter()
        self.round += 1

    def shocks(self) -> None:
        """1: put this quarter's numbers in force."""
        t = self.state.round = self.round
        if t in self._turning and t > 0:
            masks = dated.active(self.world.shocks, t)
            self._values = dated.in_force(self.world.values, self.world.shocks, masks)
            self.frame = frame.build(self.world.structure, self._values, self.world.overrides)
            self._lasting = None
        self.state.market = flows.market_now(self.world, self.frame.n, t)

    def powers(self) -> NDArray[np.bool_]:
        """2: powers act, and what they do is learned from; return the visits that they make."""
        structure, q, s, t = self.world.structure, self.frame, self.state, self.round
        s.fresh = s.fresh * np.exp(-DT / q["incident_memory"])
        beliefs.threaten(structure, q, s, t)
        self.point = at(self.mind.form, self.ties)
        now = self.now
        self.made = happened = events.happen(now, self.streams, self._codes[4])
        columns = {
            e: np.flatnonzero(happened[e]) for e in np.flatnonzero(happened.any(axis=1)).tolist()
        }
        self._causes = {e: events.cause(now.of(where), e) for e, where in columns.items()}
        incident, visited = events.apply(structure, q, s, happened, t)
        beliefs.learn(structure, q, s, incident)
        beliefs.relax(structure, q, s)
        beliefs.threaten(structure, q, s, t)
        for e, where in columns.items():
            event = structure.events[e]
            if event.effect is not Effect.OFFER:
                kind = "coercion" if event.coerces else "visit"
                size, until, cause = q["event_size"][e, where], s.until[e, where], self._causes[e]
                self._recorder.event(event.name, kind, t, event.power, where, size, until, *cause)
        self.form.foreseen[:] = 0.0
        self._settle_form()
        self._foresee()
        return visited

    def _foresee(self) -> None:
        """What a level-2 country foresees of the powers' answers."""
        structure, q, now = self.world.structure, self.frame, self.now
        self.rate = events.rates(now)
        self._recorder.aimed(self.expected(True), self.expected(False))
        worth = np.zeros(self.rate.shape)
        for e in self._offers:
            worth[e] = answers.expected(now, e)
        self.stake = events.stakes(now, worth)
        self.goodwill = np.zeros(self.state.tiers.shape)
        if structure.level == 2:
            a = self.point.a
            f, self.goodwill = events.foreseen(structure, q, self.rate, self.stake, a)
            self.goodwill = self.goodwill * self.mind.foresees
            self.form.foreseen[:] = f
            self.mind.form.foreseen[:] = f * self.mind.foresees

    def offers(self) -> None:
        """3a: what powers offered this quarter is accepted or declined."""
        structure, q, s, t = self.world.structure, self.frame, self.state, self.round
        place, column = np.nonzero(self.made[self._offers])
        codes = self._codes[4].ring[self._offers, :, 0][place, q.country[column]]
        runs = self.streams.replicates[column % q.r]
        luck = np.abs(normal(*self.streams(Purpose.WORTH, t, codes, runs)))
        g, g_hold = map(gumbel, self.streams(Purpose.ANSWER, t, codes, runs))
        for o in np.unique(place):
            e, asked = self._offers[o], place == o
            event, columns = structure.events[e], column[asked]
            self._watched("offer", e)
            here = self.now.of(columns)
            accepted, struck = answers.answer(here, e, luck[asked], g[asked], g_hold[asked])
            taken = columns[accepted]
            answers.take(structure, s, answers.of_event(structure, e), taken)
            chosen = np.zeros(q.columns.size, dtype=np.int64)
            chosen[taken] = 1
            self._watched("offer", e, chosen)
            self._recorder.decided(1.0, struck, columns)
            self._recorder.accepted(event.bundle, taken)
            until, cause = s.until[e, columns], self._causes[e]
            self._recorder.event(
                event.name, "offer", t, event.power, columns, accepted, until, *cause
            )
            if event.pledge or depend_on(structure, event.bundle):
                self._settle_form(taken)
            elif taken.size:
                x, after = here.point.x.copy(), part(s, columns)
                for k in np.flatnonzero(event.bundle.any(axis=1)).tolist():
                    x[k] = states.ties_of(structure, here.q, after, t, k)
                self.point.put(columns, Point(here.form, x))

    def dated(self) -> None:
        """3b: the votes and other dated choices of this quarter."""
        structure, s, t = self.world.structure, self.state, self.round
        for place, vote in enumerate(structure.votes):
            if vote.round == t:
                self._watched("vote", place)
                chosen = votes.cast(self.now, vote, self.streams)
                if self.answer is not None:
                    self.answer(self, vote, chosen)
                self._watched("vote", place, chosen)
                votes.note(structure, s, vote, chosen)
                self._recorder.choice(t, vote.question, vote.options, vote.countries, chosen)
        for place, choice in enumerate(structure.choices):
            if choice.round == t:
                self._watched("choice", place)
                instead = None if self.answer is None else partial(self.answer, self, choice)
                chosen, struck, provoked = answers.decide(self.now, choice, self.streams, instead)
                self._watched("choice", place, chosen)
                self._recorder.decided(chosen >= 0, struck)
                for o, bundle in enumerate(choice.bundles):
                    self._recorder.accepted(bundle, np.flatnonzero(chosen == o))
                self._recorder.choice(t, choice.question, choice.options, choice.countries, chosen)
                self.provoke(provoked, choice.question)
                self._settle_form()

    def provoke(self, provoked: NDArray[np.bool_], question: str) -> None:
        """Let events follow an answer to a dated choice."""
        structure, q, s, t = self.world.structure, self.frame, self.state, self.round
        if not provoked.any():
            return
        incident, _ = events.apply(structure, q, s, provoked, t)
        beliefs.learn(structure, q, s, incident)
        beliefs.threaten(structure, q, s, t)
        for e, event in enumerate(structure.events):
            columns = np.flatnonzero(provoked[e])
            size, until = q["event_size"][e, columns], s.until[e, columns]
            self._recorder.event(
                event.name, "coercion", t, event.power, columns, size, until, question=question
            )

    def labels(self, visited: NDArray[np.bool_]) -> None:
        """4: leaders come, and labels may rise."""
        structure, q, s, t = self.world.structure, self.frame, self.state, self.round
        known = self._codes[3]
        visited = visited | labels.visits(structure, q, s, self.streams, known, t)
        for p in range(len(structure.partners)):
            self._recorder.event("visit", "visit", t, p, np.flatnonzero(visited[p]), 1.0)
        if "labels" not in structure.processes:
            return
        self.visited = visited
        self._watched("labels", 0)
        rose, struck = labels.rise(self.now, visited, self.streams, known)
        rises = rose | struck
        self._recorder.decided(rises.sum(axis=0), struck.sum(axis=0))
        for p in range(len(structure.partners)):
            columns = np.flatnonzero(rose[p])
            self._recorder.event("tier", "tier", t, p, columns, s.tiers[p, columns].astype(float))
        # Of the terms `security` alone looks at labels, and at the top rung alone.
        self._settle_form(np.flatnonzero((rose & (s.tiers == TOP_RUNG)).any(axis=0)))

    def desks(self) -> None:
        """5: every desk is asked, one after the other."""
        structure, t = self.world.structure, self.round
        if "desks" not in structure.processes:
            return
        known = self._codes[0]
        for k in desks.order(structure, self.streams, known, t):
            self._watched("desk", k)
            chosen, struck = desks.act(self.now, k, self.streams, known)
            if self.override is not None:
                self.override(self, k, chosen)
            self._watched("desk", k, chosen)
            self._recorder.decided(1.0, struck)
            desks.apply(self.now, k, chosen)

    def programmes(self) -> None:
        """6: forces order."""
        structure = self.world.structure
        if "programmes" not in structure.processes:
            return
        for k in structure.of(Kind.PROGRAMMES):
            watch = None if self.watch_order is None else partial(self.watch_order, self, k)
            ordered, asked, struck = programmes.order(
                self.now, k, self.streams, self._codes[1], watch
            )
            self._recorder.decided(asked, struck)
            self._recorder.traded("orders", k, ordered)

    def settle(self) -> None:
        """7: what is left of the quarter: shortfall, deliveries, flows, positions, goodwill."""
        structure, q, s, t = self.world.structure, self.frame, self.state, self.round
        short = shortfalls(self.form, at(self.form, self.ties))
        s.shortfall = beliefs.expected_shortfall(s.beliefs, short)
        known = self._codes[2]
        if "programmes" in structure.processes:
            for k in structure.of(Kind.PROGRAMMES):
                self._recorder.traded("deliveries", k, programmes.settle(q, s, k))
        if "flows" in structure.processes:
            for k in structure.of(Kind.FLOW):
                flows.drift(self.world, q, s, k, self.streams, known, t)
        if "position" in structure.processes:
            flows.walk(q, s, self.streams, known, t)
        s.cover = s.cover * np.exp(-DT * q["cover_leak"])

    def record_quarter(self) -> None:
        """8: record, without touching the state."""
        structure, q, t = self.world.structure, self.frame, self.round
        x = states.ties(structure, q, self.state, t)
        self.point = at(self.mind.form, x)
        self._recorder.follow_band(t, alignment_index(structure, self.point.a))
        if (t + 1) % ROUNDS_A_YEAR == 0:
            form = replace(self.form, foreseen=np.zeros_like(self.form.foreseen))
            self._recorder.close_year(t, q, self.state, form, x)
            self._require_finite(x)

    def _require_finite(self, x: Floats) -> None:
        s, q = self.state, self.frame
        d = q.n * q.r
        sound = np.ones(d, dtype=bool)
        for array in (x, s.arsenal, s.backlog, s.threat, s.beliefs, s.cover, self.form.linear):
            sound &= np.isfinite(array).reshape(-1, d).all(axis=0)
        if not sound.all():
            bad = self.world.replicates[~sound.reshape(q.n, q.r).all(axis=0)]
            year = self.world.structure.start + self.round // ROUNDS_A_YEAR
            raise NotFinite(f"replicate {', '.join(map(str, bad[:5]))} is not finite in {year}")


Watch = Callable[[Block, str, int, NDArray[np.int64] | None], None]
WatchOrder = Callable[[Block, int, NDArray[np.intp], Floats, Floats, NDArray[np.int64]], None]
Override = Callable[[Block, int, NDArray[np.int64]], None]
Answer = Callable[[Block, Choice | Vote, NDArray[np.int64]], None]


def simulate(world: World, insured: int = INSURED) -> Record:
    """Run all replicates of a block from the first quarter to the last.

    Args:
        world: structure, numbers, replicates and seed. The result depends on nothing else, and
            that of a replicate not on its companions in the block.
        insured: years from one pricing of insurance to the next; the last year is always priced.

    Raises:
        NotFinite: a state left the real numbers.
    """
    block = Block(world, insured)
    for _ in range(world.structure.rounds):
        block.step()
    return block.record


__all__ = ["Answer", "Block", "Frame", "NotFinite", "Override", "State", "simulate"]
