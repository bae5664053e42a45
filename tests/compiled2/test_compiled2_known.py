"""What compiled code does not know is refused, and never left out in silence."""

import numpy as np
import pytest
from model2.worlds import world

from hedgerow.compiled2 import known
from hedgerow.compiled2.simulate import simulate
from hedgerow.model2 import measures, strategies, terms


def test_all_that_the_model_has_is_known():
    assert known.unknown() == ()
    for name in strategies.STRATEGIES:
        assert known.fits(world(2, years=1, strategies=(name,)))


def test_a_measure_of_ones_own_is_refused(monkeypatch):
    monkeypatch.setitem(measures.OWN, "luck", lambda world, q, s, form: np.zeros(q.n * q.r))
    w = world(2, years=1)
    assert not known.fits(w)
    with pytest.raises(ValueError, match="does not know the measure luck"):
        simulate(w)


def test_a_term_of_ones_own_is_refused(monkeypatch):
    monkeypatch.setitem(terms.ALL, "pride", lambda form, world, q, s: None)
    assert known.unknown() == ("the term pride",)


def test_a_strategy_of_ones_own_is_refused_where_it_is_played(monkeypatch):
    hawk = strategies.Strategy("hawk", "made up", strategies.balance)
    monkeypatch.setitem(strategies.STRATEGIES, "hawk", hawk)
    assert known.fits(world(2, years=1))
    assert known.unknown(world(2, years=1, strategies=("hawk",))) == ("the strategy hawk",)


def test_a_strategy_that_was_changed_is_refused(monkeypatch):
    milder = strategies.Strategy("balancer", "made up", strategies.balance, 1.0)
    monkeypatch.setitem(strategies.STRATEGIES, "balancer", milder)
    assert known.unknown(world(2, years=1, strategies=("balancer",))) == ("the strategy balancer",)
