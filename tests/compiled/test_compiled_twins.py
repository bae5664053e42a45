"""Every number of the compiled model against its twin: frame, payoff, menu, state, after any round.

Both play the same random worlds. What is compared is what each holds at the end of a round, so
that a fault shows where it arises; results as a whole are compared in `test_compiled_runs`.
"""

from dataclasses import replace

import numpy as np
import pytest
from compiled.played import Played
from hypothesis import given, settings
from hypothesis import strategies as st
from model.worlds import random_world

from hedgerow.model.parameters import DT, PROCESSES
from hedgerow.model.payoff import curvature
from hedgerow.model.simulate import Block
from hedgerow.model.strategies import STRATEGIES, minds
from hedgerow.model.terms import TERMS

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


class Watched(Block):
    """A block that keeps the menu and the minds of its last move."""

    def __init__(self, world):
        super().__init__(world)
        self.override = self._see

    def _see(self, block, values, feasible, chosen):
        self.values = np.where(feasible, values, -np.inf)
        self.mind = minds(self.world.structure, self.frame, self.state, self.form)
        self.mind = replace(self.mind, form=_copied(self.mind.form))


def _copied(form):
    return replace(form, linear=form.linear.copy())


@st.composite
def worlds(draw):
    """Random worlds of all sizes, with anything switched on or off."""
    return random_world(
        seed=draw(st.integers(0, 2**32 - 1)),
        n=draw(st.integers(1, 4)),
        p=draw(st.integers(3, 8)),
        w=draw(st.integers(2, 4)),
        r=draw(st.sampled_from([1, 3, 8, 9])),
        years=2,
        level=draw(st.sampled_from([1, 2, 2])),
        terms=TERMS if draw(st.booleans()) else draw(st.sets(st.sampled_from(TERMS))),
        processes=PROCESSES if draw(st.booleans()) else draw(st.sets(st.sampled_from(PROCESSES))),
        tilt=draw(st.booleans()),
    )


class Pair:
    """A world after some rounds, played by both."""

    def __init__(self, world, rounds):
        self.block, self.rounds = Watched(world), rounds
        for _ in range(rounds):
            self.block.step()
        self.played = Played(world, rounds)
        self.n, self.r = self.block.frame.n, self.block.frame.r

    def same(self, part, name, array):
        """Compare an array (…, D) with a section of every country."""
        whole = np.asarray(array, dtype=float)
        whole = whole.reshape(*whole.shape[:-1], self.n, self.r)
        for i in range(self.n):
            got = self.played.section(part, name, i)
            want = whole[..., i, :].reshape(got.shape)
            np.testing.assert_allclose(got, want, **CLOSE, err_msg=f"{part} {name} of {i}")

    def frame(self):
        q = self.block.frame
        for name in ("rivalry", "cross_pressure"):
            self.same("frame", name, q[name])
        self.same("frame", "threat_rivalry", q.threat_rivalry)
        self.same("frame", "prior", q.prior)
        self.same("frame", "stock_gain", q.stock_gain)
        self.same("frame", "extra_threat", q.extra_threat)
        self.same("frame", "decay", np.exp(-DT / q["incident_memory"]))
        dense = np.zeros((len(q.prior), *q["capacity"].shape))
        for m, (k, p) in enumerate(q.gain_at):
            dense[:, k, p] = q.gain[:, m]
        self.same("frame", "gain", dense)
        found = set()
        for i in range(self.n):
            shifts = self.played.section("frame", "deviation", i)
            futures = self.played.section("frame", "deviation_future", i)
            ties = self.played.section("frame", "deviation_at", i)
            for d in range(int(self.played.section("frame", "deviations", i)[()])):
                k, p = divmod(int(ties.ravel()[d]), q["capacity"].shape[1])
                found.add((i, int(futures.ravel()[d]), k, p))
                (want,) = (
                    dev.value
                    for dev in q.deviations
                    if (dev.future, dev.instrument, dev.partner) == (futures.ravel()[d], k, p)
                )
                got = shifts.reshape(-1, self.r)[d]
                np.testing.assert_allclose(got, want.reshape(self.n, self.r)[i], **CLOSE)
        assert len(found) == self.n * len(q.deviations)

    def form(self, part, form):
        for name in ("linear", "diagonal", "demand", "on_alignment", "on_exposure", "move_cost"):
            self.same(part, name, getattr(form, name))
        for name in ("security", "hinge_weight", "hinge_base"):
            self.same(part, name, getattr(form, name))
        step = self.block.world.structure.step[:, None, None]
        sag = 0.5 * step * step * curvature(form) + form.move_cost[:, None]
        self.same(part, "sag", sag)

    def payoff(self):
        self.form("form", self.block.form)
        if self.rounds % 4 == 0:
            self.same("form", "constant", self.block.form.constant)

    def wants(self):
        """The forms and precisions that countries choose by."""
        mind = self.block.mind
        strategies = [STRATEGIES[name] for name in self.block.world.structure.strategies]
        part = "want"
        if all(strategy.want is not None for strategy in strategies):
            self.form(part, mind.form)
            self.same(part, "precision", mind.precision)
        for i, strategy in enumerate(strategies):
            own = part if strategy.want is not None else "form"
            got = self.played.section(own, "precision", i)
            want = mind.precision.reshape(self.n, self.r)[i]
            np.testing.assert_allclose(got.ravel(), want, **CLOSE)

    def menu(self):
        """The menu of the last country in the last round: values, and −∞ where not feasible."""
        last = slice((self.n - 1) * self.r, self.n * self.r)
        want = self.block.values[:, last]
        got = self.played.menu()[: len(want)]
        np.testing.assert_array_equal(np.isneginf(got), np.isneginf(want))
        size = np.abs(want[np.isfinite(want)]).max(initial=1.0)
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9 * size)

    def state(self):
        s = self.block.state
        for name in ("counts", "deliveries", "stocks", "others_deliveries", "others_stocks"):
            self.same("state", name, getattr(s, name))
        for name in ("tiers", "inducement", "pressure", "incidents", "threat", "beliefs"):
            self.same("state", name, getattr(s, name))
        for name in ("voices", "shortfall", "trade_cut", "designated_until", "reward_due"):
            self.same("state", name, getattr(s, name))
        for i in range(self.n):
            most = self.played.section("state", "most", i)
            want = self.block.most[..., i * self.r]
            np.testing.assert_array_equal(most, want.reshape(most.shape))


@settings(max_examples=60, deadline=None)
@given(world=worlds(), rounds=st.integers(1, 8))
def test_all_that_a_round_leaves(world, rounds):
    pair = Pair(world, rounds)
    pair.frame()
    pair.payoff()
    pair.menu()
    pair.state()


@settings(max_examples=40, deadline=None)
@given(world=worlds(), rounds=st.integers(1, 6), data=st.data())
def test_every_strategy(world, rounds, data):
    names = data.draw(
        st.lists(st.sampled_from(list(STRATEGIES)), min_size=4, max_size=4), label="strategies"
    )
    structure = replace(world.structure, strategies=tuple(names[: len(world.structure.countries)]))
    pair = Pair(replace(world, structure=structure), rounds)
    pair.wants()
    pair.menu()
    pair.state()


@pytest.mark.parametrize("name", STRATEGIES)
def test_one_strategy_for_all(name):
    world = random_world(seed=11, n=3, p=5, r=9)
    structure = replace(world.structure, strategies=(name,) * 3)
    pair = Pair(replace(world, structure=structure), 5)
    pair.wants()
    pair.menu()
    pair.state()
