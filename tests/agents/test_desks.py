"""Desks at which countries of one's own choose, against the model itself."""

import numpy as np
import pytest
from model.worlds import world

import hedgerow
from hedgerow.agents.playing import _together
from hedgerow.model.payoff import utility
from hedgerow.model.simulate import simulate


class Same(hedgerow.CountryAgent):
    """Does as its strategy would, by each of the ways to say so."""

    @classmethod
    def choose_many(cls, menus):
        everything = np.ones(len(menus.labels), dtype=bool)
        drawn = menus.sample()
        assert np.array_equal(menus.sample(among=everything), drawn)
        np.testing.assert_allclose(menus.probabilities.sum(axis=0), 1.0)
        np.testing.assert_allclose(sum(menus.by_term.values()), menus.payoffs, atol=1e-9)
        return drawn


@pytest.mark.parametrize("strategy", ["quantal", "bandwagoner", "random"])
def test_to_do_as_the_strategy_does_changes_nothing(strategy):
    played = world(6, years=3, countries=("VNM", "JPN"), strategies=(strategy, "quantal"))
    mine, plain = _together({"VNM": Same, "JPN": Same}, played), simulate(played)
    for table in ("countries", "ties"):
        for name, array in getattr(plain, table).items():
            assert np.array_equal(getattr(mine, table)[name], array, equal_nan=True), name


def test_each_desk_is_asked_in_turn_on_what_the_others_left():
    asked = []

    class Watches(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            ties, k = menus.ties, menus.instruments.index(menus.instrument)
            asked.append((menus.year, menus.quarter, menus.instrument, ties[k].copy()))
            to_hold = np.zeros(menus.runs, dtype=int)
            up = menus.where(partner="USA", direction=1)
            return np.where(menus.feasible[up.argmax()], up.argmax(), to_hold)

    played = world(2, years=1)
    _together({"VNM": Watches}, played)
    steps = {"defence", "diplomacy", "energy", "settlement"}
    for quarter in range(4):
        here = asked[4 * quarter : 4 * quarter + 4]
        assert {one[2] for one in here} == steps
        assert {one[:2] for one in here} == {(1996, quarter + 1)}
    energy = np.array([one[3][3] for one in asked if one[2] == "energy"])
    for tie in energy.T:  # with the USA: deeper by a step each quarter until it is whole
        assert list(tie) == [0.0, 0.25, 0.5, 0.75]


def test_a_payoff_is_what_the_move_brings():
    class Checks(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            desk = menus._desk
            block, k = desk.block, desk.k
            before = utility(block.form, block.ties)
            for number in range(1, len(menus.labels)):
                sign, p = (1, number - 1) if number <= 4 else (-1, number - 5)
                after = block.ties
                after[k, p] += sign * 0.25
                gain = utility(block.form, after) - before
                np.testing.assert_allclose(menus.payoffs[number], gain, atol=1e-9)
            return menus.best()

    _together({"VNM": Checks}, world(3, years=1, level=1))


def test_draws_among_some_moves_have_their_probabilities():
    counts = np.zeros(9)

    class Tallies(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            among = np.zeros(9, dtype=bool)
            among[[1, 2, 3, 7]] = True
            drawn = menus.sample(among)
            assert among[drawn].all() and menus.feasible[drawn, np.arange(menus.runs)].all()
            held = menus.sample(among & False)
            assert not held.any()
            if (menus.quarter, menus.instrument) == (1, "diplomacy"):
                counts[:] = np.bincount(drawn, minlength=9)
                open_ = np.exp(menus.appeals) * (menus.feasible & among[:, None])
                expected = (open_ / open_.sum(axis=0)).sum(axis=1)
                apart = (counts - expected)[among] ** 2 / expected[among]
                assert expected[among].min() > 5.0 and apart.sum() < 16.3  # χ², 3 df, .001
            other = menus.sample(purpose="another")
            assert not np.array_equal(other, menus.sample(purpose="yet another"))
            return np.zeros(menus.runs, dtype=int)

    # Politics at a tenth, so that no move is all but certain.
    _together({"VNM": Tallies}, world(2000, years=1, numbers={"politics_steps": 0.1}))
    assert counts.sum() == 2000
