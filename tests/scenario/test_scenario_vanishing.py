"""What the model divides by cannot vanish: priors of futures, instruments that give way."""

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.threshold import critical_rivalry
from hedgerow.model.simulate import simulate
from hedgerow.scenario import load
from hedgerow.scenario.compile import world

HEAD = """
schema = 2
title = "x"
time = { start = 2000, end = 2009 }
ensemble.poles = ["A", "B"]
partners = { A = {}, B = {} }
countries.H.name = "Home"
instruments.talks.kind = "steps"
"""
TWO = "futures = { calm = { prior = 1.0 }, storm = { prior = 0.5 } }\n"
ONE = "futures = { calm = { prior = 1.0 } }\n"
SUM = "brings the sum of all futures' priors to 0"


def shock(path, value, at="2005", op="set", **more):
    rest = "".join(f"{key} = {text}\n" for key, text in more.items())
    return f'[[shocks]]\nat = {at}\npath = "{path}"\nop = "{op}"\nvalue = {value}\n{rest}'


def prior(code, value=0.0, **more):
    return shock(f"futures.{code}.prior", value, **more)


BOTH = prior("calm") + prior("storm", at="2006")
ALL_ZERO = [
    (ONE + prior("calm"), "only future"),
    (ONE + prior("calm", op="multiply"), "multiplied"),
    (ONE + prior("calm", -1.0, op="add"), "taken away"),
    (ONE + prior("calm", probability=0.1), "perhaps"),
    (ONE + prior("calm", at="1990"), "from before the start"),
    (ONE + prior("calm", at="{ dist = 'uniform', low = 2001, high = 2008 }"), "some day"),
    (TWO + BOTH, "both, one after the other"),
    (TWO + prior("calm", until="2007") + prior("storm", at="2006"), "both for a while"),
    (TWO + BOTH.replace("2006", "2002"), "both, the other way round"),
    (TWO + prior("storm", 0.4, at="2002", op="add", probability=0.5) + BOTH, "whatever came"),
]
SOME_LEFT = [
    TWO + prior("calm"),
    TWO + prior("calm", until="2006") + prior("storm", at="2006"),
    TWO + prior("calm") + prior("storm", "{ dist = 'uniform', low = 0, high = 1 }"),
    ONE + prior("calm", 0.001),
    ONE + prior("calm", at="2004.8") + prior("calm", 0.3, at="2004.9", op="add"),
    "futures = { calm = { prior = 1.0 }, storm = { prior = 0.0 } }\n"
    + prior("storm", 0.5, at="{ dist = 'uniform', low = 2001, high = 2003 }")
    + prior("calm", at="2004"),
]


@pytest.mark.parametrize("text", [text for text, _ in ALL_ZERO], ids=[name for _, name in ALL_ZERO])
def test_a_shock_that_leaves_no_future_a_prior(only, write, text):
    path = write(HEAD + text)
    told = only(path)
    assert SUM in told and "one future at least" in told
    assert "    value = " in told and told.startswith(f"{path}:")


@pytest.mark.parametrize("text", SOME_LEFT)
def test_beliefs_that_remain(write, text):
    record = simulate(world(load(write(HEAD + text)), np.arange(2, dtype=np.uint64), 1))
    assert np.isfinite(record.countries["belief_calm"]).all()


def test_no_prior_from_the_first(only, write):
    zero = ONE.replace("1.0", "0.0")
    assert "no future has a prior above 0" in only(write(HEAD + zero))
    path = write(HEAD + ONE)
    assert "no future has a prior above 0" in only(path, {"futures.calm.prior": 0.0})
    late = ONE.replace("1.0", "0.0") + prior("calm", 0.5, at="2000")  # returns come before it
    assert "no future has a prior above 0" in only(write(HEAD + late))
    ends = TWO.replace("0.5", "0.0") + prior("storm", 0.3, at="2000", until="2004")
    assert SUM in only(write(HEAD + ends + prior("calm", at="2002")))


# critical rivalry ----------------------------------------------------------------------------

STIFF = "critical_rivalry needs an instrument of steps that gives way"
GIVES = "instruments.talks.salience = 1.0\ninstruments.talks.curvature = 2.0\n"
OWN = "countries.H.behaviour.critical_rivalry = 1.5\n"
ALL = "behaviour.critical_rivalry = { dist = 'uniform', low = 0.5, high = 2 }\n"


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        ALL,
        OWN + "instruments.talks.salience = 1.0\n",
        OWN + "instruments.talks.curvature = 1.0\n",
        OWN + "instruments.talks.curvature = 1.0\ninstruments.arms.kind = 'programmes'\n"
        "instruments.arms.salience = 1.0\n",
    ],
)
def test_a_critical_rivalry_without_an_instrument_that_gives_way(only, write, text):
    told = only(write(HEAD + text))
    assert STIFF in told and "none has both salience and curvature above 0" in told
    assert "    " + text.splitlines()[0] in told
    assert "set critical_rivalry = 0" in told
    assert load(write(HEAD + GIVES + text.splitlines()[0]))


@pytest.mark.parametrize(
    "text",
    [
        GIVES + OWN + shock("instruments.talks.salience", 0.0),
        GIVES + OWN + shock("instruments.talks.curvature", 0.0, probability=0.2),
        shock("behaviour.critical_rivalry", 1.0),
        GIVES
        + shock("instruments.talks.curvature", 0.0, at="2003")
        + shock("countries.H.behaviour.critical_rivalry", 1.0, until="2007"),
    ],
)
def test_a_shock_that_takes_the_last_one_away(only, write, text):
    told = only(write(HEAD + text))
    assert STIFF in told and "with this shock none has" in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "behaviour.critical_rivalry = 1.0\ncountries.H.behaviour.critical_rivalry = 0.0\n",
        GIVES
        + OWN
        + shock("countries.H.behaviour.critical_rivalry", 0.0, at="2003")
        + shock("instruments.talks.curvature", 0.0, at="2003"),
        GIVES
        + shock("instruments.talks.curvature", 0.0, until="2007")
        + shock("behaviour.critical_rivalry", 1.0, at="2007"),
    ],
)
def test_no_critical_rivalry_no_question(write, text):
    assert load(write(HEAD + text))


def test_its_threshold_is_asked_for_in_one_place(small):
    assert hedgerow.critical_rivalry is critical_rivalry
    assert critical_rivalry(small, runs=3, seed=1).shape == (2, 3)
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="a seed lies in"):
            critical_rivalry("threshold", runs=1, seed=seed)


def test_from_the_command_line(only):
    steps = ("diplomacy", "defence", "energy", "settlement")
    changes = {f"instruments.{k}.curvature": 0.0 for k in steps}
    assert load("vietnam").quantities["behaviour.critical_rivalry"].value > 0
    assert STIFF in only("vietnam", changes)
