"""Quantities: quantiles against SciPy's distributions, and what may be written."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from hedgerow.scenario.faults import faults
from hedgerow.scenario.quantity import quantity, sample_all

U = np.linspace(0.001, 0.999, 41)
PRIORS = [
    ({"dist": "uniform", "low": -1, "high": 3}, stats.uniform(-1, 4)),
    ({"dist": "triangular", "low": 1, "value": 1.5, "high": 3}, stats.triang(0.25, 1, 2)),
    ({"dist": "triangular", "low": 0, "value": 0, "high": 1}, stats.triang(0, 0, 1)),
    ({"dist": "triangular", "low": 0, "value": 1, "high": 1}, stats.triang(1, 0, 1)),
    ({"dist": "normal", "value": 2, "sd": 0.5}, stats.norm(2, 0.5)),
    (
        {"dist": "normal", "value": 0.5, "sd": 0.5, "low": 0, "high": 1},
        stats.truncnorm(-1, 1, 0.5, 0.5),
    ),
    ({"dist": "normal", "value": 1, "sd": 2, "low": 0}, stats.truncnorm(-0.5, inf, 1, 2)),
    ({"dist": "half_normal", "sd": 2}, stats.halfnorm(0, 2)),
    ({"dist": "lognormal", "value": 3, "sigma": 0.4}, stats.lognorm(0.4, 0, 3)),
    ({"dist": "beta", "a": 2, "b": 5}, stats.beta(2, 5)),
    ({"dist": "beta", "a": 2, "b": 5, "low": 1, "high": 3}, stats.beta(2, 5, 1, 2)),
]


@pytest.mark.parametrize(("written", "expected"), PRIORS)
def test_quantiles_and_support(written, expected):
    assert faults(written) == []
    prior = quantity(written)
    assert prior.is_prior
    np.testing.assert_allclose(prior.sample(U), expected.ppf(U), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(prior.support(), expected.support())
    ends = prior.sample(np.array([0.0, 1.0 - 2.0**-53]))
    assert np.isfinite(ends).all()
    low, high = prior.support()
    assert (low <= ends).all() and (ends <= high).all()


@pytest.mark.parametrize(("written", "expected"), PRIORS)
def test_the_value_of_a_prior_is_its_middle(written, expected):
    """The mean or the median where it is not written, as the mode is and a lognormal's median."""
    middle = {"uniform": "mean", "beta": "mean", "half_normal": "median"}.get(written["dist"])
    value = getattr(expected, middle)() if middle else written["value"]
    assert quantity(written).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("written", "_"), PRIORS)
def test_a_prior_is_written_as_it_was_read(written, _):
    again = quantity(quantity({**written, "source": "assumption"}).plain())
    assert again == quantity({**written, "source": "assumption"})


def test_many_at_once_are_what_each_is_alone():
    numbers = [quantity(written) for written, _ in PRIORS] + [quantity(3.0)]
    u = np.random.default_rng(1).random((len(numbers), 50))
    u[:, 0] = 0.0
    alone = np.array([number.sample(row) for number, row in zip(numbers, u, strict=True)])
    assert sample_all(numbers, u).tobytes() == alone.tobytes()


def test_fixed_numbers():
    assert quantity(3).plain() == 3.0
    full = {"value": 1.0, "low": 0.5, "high": 2.0, "source": "assumption", "note": "n"}
    assert quantity(full).plain() == full
    assert quantity(full).support() == (1.0, 1.0)
    assert not quantity(full).is_prior
    assert (quantity(2).sample(U) == 2.0).all()
    assert quantity({"value": 2}, "convention").source == "convention"
    assert quantity({"value": 2, "source": "assumption"}, "convention").source == "assumption"


def test_texts():
    assert quantity({"value": 1, "low": 0.5, "high": 2}).text() == "1 (0.5 to 2)"
    assert quantity({"dist": "half_normal", "sd": 2}).text() == "half_normal(sd 2)"


WRONG = [
    (True, "found true where a number belongs"),
    ("1", 'found the text "1" where a number belongs'),
    ([1], "found a list where a number belongs"),
    (float("nan"), "nan is not a finite number"),
    (float("inf"), "inf is not a finite number"),
    (-1, "-1 is out of range"),
    (2, "2 is out of range"),
    ({"value": 2}, "2 is out of range"),
    ({"value": 0.5, "low": 0.6}, "outside its own low and high"),
    ({"value": 0.5, "high": 1.5}, "1.5 is out of range"),
    ({"low": 0.1, "high": 0.2}, "a range without a value or a prior"),
    ({}, "needs a value or a dist"),
    ({"value": 0.5, "vlaue": 0.4}, "unknown key 'vlaue'"),
    ({"value": 0.5, "source": 3}, "found the number 3 where text belongs"),
    ({"dist": "gauss", "value": 1}, "unknown prior 'gauss'"),
    ({"dist": 3}, "found the number 3"),
    ({"dist": "uniform", "low": 0.1}, "prior uniform without high"),
    ({"dist": "normal", "low": 0, "high": 1}, "prior normal without value and sd"),
    ({"dist": "triangular", "low": 0, "high": 1}, "prior triangular without value"),
    ({"dist": "half_normal"}, "prior half_normal without sd"),
    ({"dist": "lognormal", "value": 1}, "prior lognormal without sigma"),
    ({"dist": "beta", "a": 1}, "prior beta without b"),
    ({"dist": "uniform", "low": 0.5, "high": 0.5}, "low must be below high"),
    ({"dist": "uniform", "low": 0, "high": 2}, "the prior reaches above 1"),
    ({"dist": "uniform", "low": -1, "high": 1}, "the prior reaches below 0"),
    ({"dist": "uniform", "low": 0, "high": float("inf")}, "inf is not a finite number"),
    ({"dist": "uniform", "low": 0, "high": 1, "sd": 1}, "unknown key 'sd'"),
    ({"dist": "half_normal", "sd": 1}, "the prior reaches above 1"),
    ({"dist": "normal", "value": 0.5, "sd": 0, "low": 0, "high": 1}, "sd must be positive"),
    ({"dist": "normal", "value": 2, "sd": 1, "low": 0, "high": 1}, "outside low and high"),
    ({"dist": "lognormal", "value": 0, "sigma": 1}, "median of a lognormal must be positive"),
    ({"dist": "beta", "a": -1, "b": 1}, "a must be positive"),
]


@pytest.mark.parametrize(("written", "told"), WRONG)
def test_faults(written, told):
    assert any(told in fault.message for fault in faults(written, 0.0, 1.0)), faults(written, 0, 1)


def test_all_faults_of_a_quantity_at_once():
    found = faults({"dist": "normal", "value": "a", "sd": True, "hgih": 1})
    assert [fault.where for fault in found] == [("hgih",), ("value",), ("sd",)]


def test_fixed_and_whole():
    assert "cannot have a prior" in faults({"dist": "half_normal", "sd": 1}, fixed=True)[0].message
    assert "not a whole number" in faults(1.5, whole=True)[0].message
    assert faults(3.0, 0, 4, whole=True) == []
