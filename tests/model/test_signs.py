"""What more of something does, by paired runs: at least 0.1 sd, with an interval off zero.

And without politics nothing at all, but for what habit itself reads.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from math import inf

import numpy as np
import pytest

from hedgerow.model.frame import build
from hedgerow.model.parameters import POLITICS, Override
from hedgerow.model.simulate import simulate
from hedgerow.model.start import revealed
from model.worlds import (
    ARMS,
    CHN,
    DEFENCE,
    DIPLOMACY,
    ENERGY,
    RUS,
    USA,
    structure,
    with_numbers,
    world,
)

RUNS, YEARS = 500, 8
LEANING = {
    DEFENCE: (0.0, 0.25, 0.25, 0.25),
    DIPLOMACY: (0.25, 0.5, 0.5, 0.75),
    ENERGY: (0.0, 0.25, 0.5, 0.25),
}
"""Ties of a country that leans to the United States, with room for more."""


@cache
def tense(security=20.0, runs=RUNS, leaning=False, years=YEARS, countries=("VNM",), **numbers):
    """Protection falls short from the start, and where the United States retrenches more so."""
    threat = 1.2 if leaning else 1.0
    given = {"threat_level": threat, "threat_usual": threat, "security": security}
    if leaning:
        given["positions"] = 0.3
    w = world(
        runs, years=years, countries=countries, numbers=given | numbers, reveal=False, votes=()
    )
    for k, ties in (LEANING if leaning else {}).items():
        w.values["ties"][k] = np.array(ties)[:, None, None]
    w = replace(w, overrides=(Override(2, "will", (USA,), "set", np.zeros(1)),))
    return with_numbers(w, returns=revealed(w))


def habit_alone(w):
    """ω = 0, and offers without a worth of their own, which is half a ΔᵀQΔ of the payoff."""
    nothing = np.zeros(len(w.replicates))
    return with_numbers(w, worth=nothing, **{f"politics_{kind}": nothing for kind in POLITICS})


@cache
def played(**how):
    return simulate(tense(**how), insured=99)


def at(*index, by=1.0, to=None):
    """Change one place of an array."""

    def change(array):
        result = array.copy()
        result[index] = result[index] * by if to is None else to
        return result

    return change


def times(by):
    return lambda array: array * by


def plus(by):
    return lambda array: array + by


def wanted(by):
    """Returns of all ties with the United States but settlement, in whole steps that they add."""
    more = np.zeros((7, 4, 1, 1))
    more[[DEFENCE, DIPLOMACY, ENERGY], USA] = by * 0.25 * 40.0
    return plus(more)


# measures --------------------------------------------------------------------------------------
def last(column, p):
    return lambda record: record.ties[column][-1, 0, p]


def with_threat(record):
    names = ("defence", "diplomacy", "energy", "settlement")
    return sum(record.ties[name][-1, 0, CHN] for name in names)


def with_rivals(record):
    return record.ties["alignment"][-1, 0, [CHN, USA]].sum(axis=0)


def off_centre(record):
    """How far a run's tilt is from the mean of all runs: its mean is their spread."""
    tilt = record.ties["alignment"][-1, 0, USA] - record.ties["alignment"][-1, 0, CHN]
    return np.abs(tilt - tilt.mean())


def acts(kind, partner=None, name=None):
    """Number of acts in each run; of offers of one name those accepted."""

    def measure(record):
        total = np.zeros(next(iter(record.countries.values())).shape[-1])
        for rows in record.events:
            if rows.kind == kind and partner in (None, rows.partner) and name in (None, rows.event):
                mine = rows.country == 0
                by = rows.value[mine] if name else 1.0
                np.add.at(total, rows.replicate[mine], by)
        return total

    return measure


def allied(record):
    return (record.ties["tier"][-1, 0, USA] == 4.0).astype(float)


@dataclass(frozen=True)
class Case:
    """What is changed, what is measured, and where it should go."""

    change: dict
    measure: object
    sign: int
    start: dict = field(default_factory=dict)


HELD = {"critical_rivalry": 0.0, "cross_pressure": 18.0}
"""R* held would make up for θ by χ₀ = 2θ + …, and leave what tilts between two rivals alone."""

CASES = {
    "enforcement: Russian orders": Case({"enforcement": times(3)}, last("arms_orders", RUS), -1),
    "American need: Russian orders": Case({"need": at(USA, to=0.9)}, last("arms_orders", RUS), 1),
    "no autonomy cost: spread of tilt": Case({"autonomy": times(0)}, off_centre, 1, HELD),
    "threat: US defence": Case({"threat_level": plus(0.5)}, last("defence", USA), 1),
    "no security: US defence": Case({"security": times(0)}, last("defence", USA), -1),
    "Russia closer to China: US defence": Case(
        {"closeness": lambda a: np.where(a > 0, 0.95, a)}, last("defence", USA), 1
    ),
    "cross-pressure: ties with the two rivals": Case(
        {"cross_pressure": times(2)}, with_rivals, -1, HELD
    ),
    "tilt to the United States: Chinese coercion": Case(
        {"returns": wanted(1.0)}, acts("coercion", CHN), 1, {"leaning": True}
    ),
    "abandonment: ties with the threat": Case(
        {"prior": at(slice(None), to=np.array([0.3, 0.2, 0.5])[:, None])},
        with_threat,
        1,
        {"leaning": True, "security": 60.0},
    ),
    "entrapment: US defence": Case(
        {"entrapment": times(5)}, last("defence", USA), -1, {"leaning": True}
    ),
}


def compared(case):
    w = tense(**case.start)
    before = case.measure(played(**case.start))
    after = case.measure(simulate(with_numbers(w, **case.change), insured=99))
    return effect(before, after)


def effect(before, after):
    """Effect in standard deviations of a run, and half its paired 95 % interval."""
    difference = after - before
    known = ~np.isnan(difference)  # no share of orders where nothing was ordered
    difference, sd = difference[known], np.nanstd(before)
    half = 1.96 * difference.std(ddof=1) / np.sqrt(difference.size)
    return difference.mean() / sd, half / sd


@pytest.mark.parametrize("name", CASES)
def test_sign(name):
    case = CASES[name]
    size, half = compared(case)
    assert case.sign * size >= 0.1, (size, half)
    assert abs(size) > half, (size, half)


@pytest.mark.parametrize("name", CASES)
def test_nothing_without_politics(name):
    case = CASES[name]
    w = habit_alone(tense(**{**case.start, "runs": 12, "years": 5}))
    before, after = (simulate(one, insured=99) for one in (w, with_numbers(w, **case.change)))
    np.testing.assert_array_equal(case.measure(after), case.measure(before))


def test_less_capacity_fewer_orders():
    """Also without politics, for habit reads what a supplier can supply."""
    w = tense()
    less = {"capacity": at(ARMS, RUS, by=0.5)}
    orders = last("arms_orders", RUS)
    size, half = effect(orders(played()), orders(simulate(with_numbers(w, **less), insured=99)))
    assert size < -0.1
    assert abs(size) > half


def test_more_hedgers_fewer_acts_each():
    """Attention is rationed, with politics or without."""
    others = ("AAA", "BBB", "CCC", "DDD", "EEE", "VNM")
    alone = simulate(tense(runs=120, years=6), insured=99)
    crowd = simulate(tense(runs=120, years=6, countries=tuple(reversed(others))), insured=99)
    for kind in ("coercion", "offer"):
        size, half = effect(acts(kind)(alone), acts(kind)(crowd))
        assert size < -0.1
        assert abs(size) > half


def unbound(w, force=True):
    """The Four Nos dropped, or all but that on force: any rung, tie and tilt, and pledges."""
    free = replace(
        structure().rules,
        tier_max=np.array([4]),
        tie_max=w.structure.cap[:, None],
        tilt_max=np.array([inf]),
        force=np.array([force]),
        pledge=np.array([True]),
    )
    return replace(w, structure=replace(w.structure, rules=free))


def test_four_nos_dropped():
    """Some alliances and bases, of which there were none, and more US defence than was allowed."""
    how = {"leaning": True, "security": 60.0}
    bound, free = played(**how), simulate(unbound(tense(**how)), insured=99)
    for measure in (allied, acts("offer", USA, "base")):
        assert not measure(bound).any()
        assert measure(free).mean() > 1.96 * measure(free).std() / np.sqrt(RUNS)
    assert (bound.ties["defence"] <= 0.5).all()
    assert (free.ties["defence"][-1, 0, USA] > 0.5).any()


def test_four_nos_dropped_where_they_bind():
    """A country that wants two steps of US defence more than it may have is coerced more often.

    Where it may answer with force as well, incidents cost it more, so that it leans less, and all
    four dropped bring less coercion to who foresees that, and more to who does not.
    """
    more = np.zeros((7, 4, 1, 1))
    more[DEFENCE, USA] = 2 * 0.25 * 45.0
    w = with_numbers(tense(leaning=True), returns=plus(more))
    blind = replace(w, structure=replace(w.structure, level=1))
    coercion = acts("coercion", CHN)
    for world_, dropped, sign in (
        (w, unbound(w, force=False), 1),
        (w, unbound(w), -1),
        (blind, unbound(blind), 1),
    ):
        size, half = effect(*(coercion(simulate(one, insured=99)) for one in (world_, dropped)))
        assert sign * size > 0.1
        assert sign * size > half


def test_commitment_makes_allies_where_allowed():
    """From a comprehensive strategic partnership, with protection short."""
    w = unbound(tense(leaning=True, security=60.0))
    w = replace(w, structure=replace(w.structure, tiers=np.array([[0], [0], [0], [3]])))
    none, whole = (with_numbers(w, commitment=np.full((1, RUNS), share)) for share in (0.0, 1.0))
    size, half = effect(*(allied(simulate(one, insured=99)) for one in (none, whole)))
    assert size > 0.1
    assert size > half


def test_a_critical_rivalry_that_is_held_makes_up_for_autonomy():
    """χ₀ = 2θ + 1/(R* Σγ²/κ): χ₀ − 2θ, on which the tilt between two rivals hangs, stays."""
    w = tense(runs=2)
    without = with_numbers(w, autonomy=times(0))
    net = [
        build(one.structure, one.values, ())["cross_pressure"] - 2 * one.values["autonomy"][0]
        for one in (w, without)
    ]
    np.testing.assert_allclose(net[0], net[1])


def test_without_rivalry_there_is_no_hedging():
    record = simulate(with_numbers(tense(runs=20, years=3), rivalry=times(0)), insured=99)
    assert not record.countries["hedging_index"].any()


def test_peers_warn():
    """The coercion of a peer changes beliefs, as far as a peer counts."""
    w = tense(runs=100, years=4, countries=("PHL", "VNM"))
    w.values["peer_weight"][1, 0] = 1.0
    mild, stern = (with_numbers(w, warning=np.full((2, 100), weight)) for weight in (0.0, 1.0))
    before, after = (
        simulate(one, insured=99).countries["belief_china_coerces"][-1] for one in (mild, stern)
    )
    np.testing.assert_array_equal(before[0], after[0])
    size, half = effect(before[1], after[1])
    assert size > 0.1
    assert size > half
