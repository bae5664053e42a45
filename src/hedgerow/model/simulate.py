"""A block of runs, round by round."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import designations, foresight, frame, incidents, payoff, powers, rules, scheduled, tiers
from . import shocks as dated
from . import state as states
from .choice import choose
from .frame import Frame
from .parameters import ROUNDS_A_YEAR, VOICE, Floats, Structure, World
from .payoff import Form
from .portfolio import alignment, summed
from .record import Record
from .recorder import Recorder
from .state import State
from .stocks import settle
from .streams import Purpose, code_of, draw
from .terms import assemble, immunity_gap


class NotFinite(ArithmeticError):
    """A run left the real numbers; the message names the round and the replicates."""


class Streams:
    """The uniforms of one block: by country, by pair of country and partner, by question."""

    def __init__(self, world: World) -> None:
        s = world.structure
        self.seed = world.seed
        self.replicates = world.replicates[None, :]
        self.countries = np.array([[code_of(i)] for i in s.countries], dtype=np.uint64)
        self.partners = _codes([[f"{i}|{p}" for i in s.countries] for p in s.partners])
        self.pairs = _codes(
            [[f"{i}|{s.partners[a]}>{s.partners[b]}" for i in s.countries] for a, b in s.sanctions]
        )
        self.questions = {
            c.question: _codes([f"{i}|{c.question}" for i in s.countries]) for c in s.choices
        }

    def __call__(self, round_: int, codes: NDArray, purpose: Purpose) -> tuple[Floats, Floats]:
        """Two uniforms per code and replicate, the country axis flattened with replicates."""
        first, second = draw(self.seed, self.replicates, round_, codes, purpose)
        shape = (*codes.shape[:-2], -1) if codes.ndim > 2 else (-1,)
        return first.reshape(shape), second.reshape(shape)


def _codes(names: list) -> NDArray[np.uint64]:
    flat = np.array([code_of(name) for name in np.ravel(names)], dtype=np.uint64)
    return flat.reshape(*np.shape(names), 1)


def simulate(
    world: World, watch: Callable[[int, Frame, State, Form], None] | None = None
) -> Record:
    """Run all replicates of a block from the first quarter to the last.

    A round, in order: 1 shocks · 2 incidents, threat, beliefs · 3 visits and tiers, scheduled
    choices · 4 every hedger moves, all at once · 5 powers react · 6 designations · 7 pipelines and
    stocks · 8 record.

    Args:
        world: structure, numbers, replicates and seed. The result depends on nothing else, and
            that of a replicate not on its companions in the block.
        watch: called after step 4 of every round with (round, frame, state, form); it must not
            change them.

    Raises:
        NotFinite: a state left the real numbers.
    """
    structure = world.structure
    uniforms = Streams(world)
    masks = dated.active(world.shocks, 0)
    q = frame.build(structure, dated.in_force(world.values, world.shocks, masks), world.overrides)
    s = states.initial(structure, q)
    form = payoff.empty(structure, q)
    most = rules.most_steps(structure, q, 0)
    bend: Floats | None = None
    recorder = Recorder(structure, q)

    for t in range(structure.rounds):
        # 1 shocks
        now = dated.active(world.shocks, t)
        if any((a != b).any() for a, b in zip(now, masks, strict=True)):
            masks = now
            values = dated.in_force(world.values, world.shocks, masks)
            q = frame.build(structure, values, world.overrides)
            form, bend = payoff.empty(structure, q), None
        if any(t in (ban.start, ban.stop) for ban in structure.embargoes):
            most = rules.most_steps(structure, q, t)

        # 2 incidents, threat, beliefs
        happened = incidents.strike(
            structure, q, s, uniforms(t, uniforms.countries, Purpose.INCIDENT)[0]
        )
        incidents.threaten(q, s)
        incidents.believe(structure, q, s, happened)
        assemble(form, structure, q, s)

        # 3 visits and tiers, scheduled choices
        visited, changed = tiers.visit(
            structure, q, s, *uniforms(t, uniforms.partners, Purpose.VISIT)
        )
        for p in np.nonzero(changed.any(axis=1))[0]:
            recorder.event("tier", t, int(p), changed[p], s.tiers[p].astype(float))
        for choice in structure.choices:
            if choice.round == t:
                u = uniforms(t, uniforms.questions[choice.question], Purpose.CHOICE)[0]
                chosen = scheduled.decide(structure, q, s, form, most, choice, u)
                recorder.choice(t, choice, chosen)

        # 4 every hedger moves
        if bend is None:
            bend = payoff.curvature(form)
        values_of_moves, feasible = menu(structure, q, s, form, most, bend)
        u = uniforms(t, uniforms.countries, Purpose.MOVE)[0]
        move(structure, s, choose(values_of_moves, feasible, q["precision"], u))
        s.shortfall = expected_shortfall(form, s.counts * structure.step[:, None, None])
        if watch is not None:
            watch(t, q, s, form)

        # 5 powers react
        a = alignment(q["salience"], s.counts * structure.step[:, None, None])
        s.inducement = powers.courted(structure, q, s.inducement, a, s.reward_due)
        s.pressure = powers.pressed(structure, q, s.pressure, a, immunity_gap(q, s.threat))
        s.reward_due[:] = 0.0

        # 6 designations
        if structure.sanctions:
            u = uniforms(t, uniforms.pairs, Purpose.DESIGNATION)[0]
            for pair, hit in designations.designate(structure, q, s, t, u):
                sanctioner = structure.sanctions[pair][0]
                recorder.event("designation", t, sanctioner, hit, q["duration"][pair])

        # 7 pipelines and stocks
        settle(structure, q, s)
        s.voices = s.counts[VOICE] * structure.step[VOICE]

        # 8 record
        recorder.quarter(t, q, s, form, happened, visited)
        if (t + 1) % ROUNDS_A_YEAR == 0:
            _require_finite(world, q, s, t)
    return recorder.record


def menu(
    structure: Structure,
    q: Frame,
    s: State,
    form: Form,
    most: NDArray[np.int64],
    bend: Floats,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Value and feasibility of every move: two (1 + 2KP, D) — hold, deepenings, loosenings."""
    x = s.counts * structure.step[:, None, None]
    up, down = payoff.price_moves(form, x, structure.step, bend)
    if structure.level == 2:
        answer_up, answer_down = foresight.price_reactions(structure, q, s, x)
        up += answer_up
        down += answer_down
    can_up, can_down = rules.feasible_moves(structure, q, s.counts, x, most)
    d = x.shape[-1]
    values = np.concatenate([np.zeros((1, d)), up.reshape(-1, d), down.reshape(-1, d)])
    feasible = np.concatenate(
        [np.ones((1, d), dtype=bool), can_up.reshape(-1, d), can_down.reshape(-1, d)]
    )
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


def _require_finite(world: World, q: Frame, s: State, round_: int) -> None:
    sound = np.ones(q.n * q.r, dtype=bool)
    for array in (s.inducement, s.pressure, s.stocks.reshape(-1, q.n * q.r), s.threat[None]):
        sound &= np.isfinite(array).all(axis=0)
    if not sound.all():
        bad = world.replicates[~sound.reshape(q.n, q.r).all(axis=0)]
        year = world.structure.start + round_ // ROUNDS_A_YEAR
        raise NotFinite(f"replicate {', '.join(map(str, bad[:5]))} is not finite in {year}")
