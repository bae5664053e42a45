"""A block of runs, round by round."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import designations, foresight, frame, incidents, payoff, powers, rules, scheduled, tiers
from . import shocks as dated
from . import state as states
from .choice import choose
from .frame import Frame
from .parameters import ROUNDS_A_YEAR, VOICE, Choice, Floats, Structure, World
from .payoff import Form
from .portfolio import alignment, depth, summed
from .record import Record
from .recorder import Recorder
from .state import State
from .stocks import settle
from .strategies import Mind, minds
from .streams import Purpose, code_of, draw
from .terms import assemble, immunity_gap


class NotFinite(ArithmeticError):
    """A run left the real numbers; the message names the year and the replicates."""


_AT_ONCE = 1 << 14  # random numbers drawn at a time: they fit in the cache
_NONE = np.empty(0)
_KEEP = 31 << 20  # bytes; from 32 MB on, glibc does not learn from what is freed


class Streams:
    """The uniforms of one block: by country, by pair of country and partner, by question."""

    def __init__(self, world: World) -> None:
        s = world.structure
        self.seed, self.rounds = world.seed, s.rounds
        self.replicates = world.replicates[None, :]
        self.countries = np.array([[code_of(i)] for i in s.countries], dtype=np.uint64)
        self.partners = _codes([[f"{i}|{p}" for i in s.countries] for p in s.partners])
        self.pairs = _codes(
            [[f"{i}|{s.partners[a]}>{s.partners[b]}" for i in s.countries] for a, b in s.sanctions]
        )
        self.questions = {
            c.question: _codes([f"{i}|{c.question}" for i in s.countries]) for c in s.choices
        }
        self._ahead: dict[Purpose, tuple[NDArray, int, Floats, Floats]] = {}

    def __call__(self, round_: int, codes: NDArray, purpose: Purpose) -> tuple[Floats, Floats]:
        """Two uniforms per code and replicate, the country axis flattened with replicates.

        What is drawn every round is drawn some rounds ahead: an address says which number it is,
        not when it is drawn.
        """
        known, since, first, second = self._ahead.get(purpose, (None, 0, _NONE, _NONE))
        if known is not codes or not since <= round_ < since + len(first):
            rounds = 1
            if purpose is not Purpose.CHOICE:
                several = _AT_ONCE // (codes.size * self.replicates.size)
                rounds = max(min(several, self.rounds - round_), 1)
            stretch = np.arange(round_, round_ + rounds).reshape(-1, *(1,) * codes.ndim)
            drawn = draw(self.seed, self.replicates, stretch, codes, purpose)
            shape = (rounds, *codes.shape[:-2], -1)
            since, first, second = round_, drawn[0].reshape(shape), drawn[1].reshape(shape)
            self._ahead[purpose] = codes, since, first, second
        return first[round_ - since], second[round_ - since]


def _codes(names: list) -> NDArray[np.uint64]:
    flat = np.array([code_of(name) for name in np.ravel(names)], dtype=np.uint64)
    return flat.reshape(*np.shape(names), 1)


class Block:
    """A block of runs in progress. `step` plays one round; `record` holds what has been recorded.

    Attributes:
        world: what the block was given.
        round: the round that `step` plays next.
        frame: the numbers in force. state: the state. form: the payoff of the current round.
        most: largest allowed ties in steps, (K, P, D).
        override: where set, called in step 4 with (block, values, feasible, chosen) to replace
            some countries' choices in `chosen` (D,) by its own.
        answer: where set, called in step 3b with (block, choice, chosen) to replace some countries'
            options of a scheduled choice in `chosen` (D,), -1 for those that are not asked.
    """

    def __init__(self, world: World) -> None:
        # Once it has freed a large array, glibc keeps the memory of a round's many arrays for the
        # next round, rather than return it to the system and take fresh pages.
        np.empty(_KEEP, dtype=np.uint8)
        self.world = world
        self.round = 0
        self._uniforms = Streams(world)
        self._turning = dated.turning_points(world.shocks)
        self._values = dated.in_force(world.values, world.shocks, dated.active(world.shocks, 0))
        self.frame = frame.build(world.structure, self._values, world.overrides)
        self.state = states.initial(world.structure, self.frame)
        self.form = payoff.empty(world.structure, self.frame)
        self.most = rules.most_steps(world.structure, self.frame, 0)
        self._bend: Floats | None = None
        self._recorder = Recorder(world.structure, self.frame)
        self.override: Override | None = None
        self.answer: Answer | None = None

    @property
    def record(self) -> Record:
        """What has been recorded so far, NaN in years to come."""
        return self._recorder.record

    @property
    def ties(self) -> Floats:
        """Ties in their units: (K, P, D)."""
        return depth(self.state.counts, self.world.structure.step)

    def step(self, watch: Watch | None = None) -> None:
        """Play one round.

        1 shocks · 2 incidents, threat, beliefs · 3 visits and tiers, scheduled choices · 4 every
        hedger moves, all at once · 5 powers react · 6 designations · 7 pipelines and stocks ·
        8 record.
        """
        self.shocks()
        incident = self.incidents()
        visited = self.visits()
        self.scheduled_choices()
        self.moves()
        if watch is not None:
            watch(self.round, self.frame, self.state, self.form)
        self.powers()
        self.designations()
        self.stocks()
        self.record_quarter(incident, visited)
        self.round += 1

    def shocks(self) -> None:
        """1: put this round's numbers in force, and its embargoes."""
        structure, t = self.world.structure, self.round
        if t in self._turning and t > 0:
            known = self._values, self.frame
            masks = dated.active(self.world.shocks, t)
            self._values = dated.in_force(self.world.values, self.world.shocks, masks)
            self.frame = frame.build(structure, self._values, self.world.overrides, known)
            self.form, self._bend = payoff.empty(structure, self.frame), None
        if any(t in (ban.start, ban.stop) for ban in structure.embargoes):
            self.most = rules.most_steps(structure, self.frame, t)

    def incidents(self) -> Floats:
        """2: draw incidents, update threat and beliefs, and the payoff that rests on them."""
        structure, q, s = self.world.structure, self.frame, self.state
        u = self._uniforms(self.round, self._uniforms.countries, Purpose.INCIDENT)[0]
        happened = incidents.strike(structure, q, s, u)
        incidents.threaten(q, s)
        incidents.believe(structure, q, s, happened)
        assemble(self.form, structure, q, s)
        return happened

    def visits(self) -> NDArray[np.bool_]:
        """3a: draw visits and let labels follow substance."""
        if "visits" not in self.world.structure.processes:
            return np.zeros(self.state.tiers.shape, dtype=bool)
        u = self._uniforms(self.round, self._uniforms.partners, Purpose.VISIT)
        visited, changed = tiers.visit(self.world.structure, self.frame, self.state, *u)
        partners = range(len(changed))
        self._recorder.events("tier", self.round, partners, changed, self.state.tiers)
        return visited

    def scheduled_choices(self) -> None:
        """3b: votes, memberships, agreements of this round."""
        structure, t = self.world.structure, self.round
        for choice in structure.choices:
            if choice.round == t:
                u = self._uniforms(t, self._uniforms.questions[choice.question], Purpose.CHOICE)[0]
                mind = minds(structure, self.frame, self.state, self.form)
                instead = None if self.answer is None else partial(self.answer, self, choice)
                chosen = scheduled.decide(
                    structure, self.frame, self.state, mind, self.most, choice, u, instead
                )
                self._recorder.choice(t, choice, chosen)

    def menu(self) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Value and feasibility of every move (1 + 2KP, D), and precision (D,), this round."""
        structure, q, s = self.world.structure, self.frame, self.state
        mind = minds(structure, q, s, self.form)
        if mind.form is not self.form:
            bend = payoff.curvature(mind.form)
        else:
            if self._bend is None:
                self._bend = payoff.curvature(self.form)
            bend = self._bend
        return *menu(structure, q, s, mind, self.most, bend), mind.precision

    def moves(self) -> None:
        """4: every hedger chooses a move on the state as it stands, then all are applied."""
        values, feasible, precision = self.menu()
        u = self._uniforms(self.round, self._uniforms.countries, Purpose.MOVE)[0]
        chosen = choose(values, feasible, precision, u)
        if self.override is not None:
            self.override(self, values, feasible, chosen)
        move(self.world.structure, self.state, chosen)
        self.state.shortfall = expected_shortfall(self.form, self.ties)

    def powers(self) -> None:
        """5: powers court and press, and reward what was chosen."""
        structure, q, s = self.world.structure, self.frame, self.state
        a = alignment(q["salience"], self.ties)
        s.inducement = powers.courted(structure, q, s.inducement, a, s.reward_due)
        s.pressure = powers.pressed(structure, q, s.pressure, a, immunity_gap(q, s.threat))
        s.reward_due[:] = 0.0

    def designations(self) -> None:
        """6: sanctions fall."""
        structure, q = self.world.structure, self.frame
        if not structure.sanctions:
            return
        u = self._uniforms(self.round, self._uniforms.pairs, Purpose.DESIGNATION)[0]
        for pair, hit in designations.designate(structure, q, self.state, self.round, u):
            sanctioner = structure.sanctions[pair][0]
            self._recorder.event("designation", self.round, sanctioner, hit, q["duration"][pair])

    def stocks(self) -> None:
        """7: pipelines fill, stocks follow, voices are remembered."""
        settle(self.world.structure, self.frame, self.state)
        self.state.voices = self.state.counts[VOICE] * self.world.structure.step[VOICE]

    def record_quarter(self, incident: Floats, visited: NDArray[np.bool_]) -> None:
        """8: record, without touching the state."""
        t = self.round
        self._recorder.quarter(t, self.frame, self.state, self.form, incident, visited)
        if (t + 1) % ROUNDS_A_YEAR == 0:
            _require_finite(self.world, self.frame, self.state, self.form, t)


Watch = Callable[[int, Frame, State, Form], None]
Override = Callable[[Block, Floats, NDArray[np.bool_], NDArray[np.int64]], None]
Answer = Callable[[Block, Choice, NDArray[np.int64]], None]


def simulate(world: World, watch: Watch | None = None) -> Record:
    """Run all replicates of a block from the first quarter to the last.

    Args:
        world: structure, numbers, replicates and seed. The result depends on nothing else, and
            that of a replicate not on its companions in the block.
        watch: called after step 4 of every round with (round, frame, state, form); it must not
            change them.

    Raises:
        NotFinite: a state left the real numbers.
    """
    block = Block(world)
    for _ in range(world.structure.rounds):
        block.step(watch)
    return block.record


def menu(
    structure: Structure,
    q: Frame,
    s: State,
    mind: Mind,
    most: NDArray[np.int64],
    bend: Floats,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Value and feasibility of every move: two (1 + 2KP, D) — hold, deepenings, loosenings."""
    x = depth(s.counts, structure.step)
    values = np.empty((1 + 2 * x[..., 0].size, x.shape[-1]))
    feasible = np.empty(values.shape, dtype=bool)
    values[0], feasible[0] = 0.0, True
    moves = values[1:].reshape(2, *x.shape)
    payoff.price_moves(mind.form, x, structure.step, bend, out=moves)
    if structure.level == 2:
        foreseen = mind.foresees if not mind.foresees.all() else None
        for value, answer in zip(moves, foresight.price_reactions(structure, q, s, x), strict=True):
            value += answer if foreseen is None else foreseen * answer
    feasible[1:].reshape(2, *x.shape)[:] = rules.feasible_moves(structure, q, s.counts, x, most)
    return values, feasible


def move(structure: Structure, s: State, chosen: NDArray[np.int64]) -> None:
    """Apply the chosen moves (D,), numbered as in `menu`."""
    k, p, d = s.counts.shape
    coordinate = (chosen - 1) % (k * p)
    sign = np.where(chosen == 0, 0, np.where(chosen <= k * p, 1, -1))
    s.counts.reshape(k * p, d)[coordinate, np.arange(d)] += sign


def expected_shortfall(form: Form, x: Floats) -> Floats:
    """Σ_ω μ_ω (T_ω − Π_ω)₊: (D,)."""
    return summed(form.beliefs * np.maximum(payoff.shortfalls(form, x), 0.0))


def _require_finite(world: World, q: Frame, s: State, form: Form, round_: int) -> None:
    sound = np.ones(q.n * q.r, dtype=bool)
    d = q.n * q.r
    stocks, linear = s.stocks.reshape(-1, d), form.linear.reshape(-1, d)
    for array in (s.inducement, s.pressure, stocks, s.threat[None], form.hinge_base, linear):
        sound &= np.isfinite(array).all(axis=0)
    if not sound.all():
        bad = world.replicates[~sound.reshape(q.n, q.r).all(axis=0)]
        year = world.structure.start + round_ // ROUNDS_A_YEAR
        raise NotFinite(f"replicate {', '.join(map(str, bad[:5]))} is not finite in {year}")
