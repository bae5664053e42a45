"""Comparative statics of the shipped Vietnam: signs that theory and the articles demand.

Each row changes some numbers and says what must move where, in one year, by at least 0.2 standard
deviations (across runs of the base) and with a 95 % interval off zero, over paired runs with
common random numbers. Changes are large on purpose, but no term is driven beyond about three
log-odds of a move.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest

import hedgerow
from hedgerow.runs.pairs import Difference, Measure, Sample

RUNS = 256
LAST = 2032
LEAST = 0.2
CHINAS_RIVALS = ("USA", "JPN", "IND", "AUS")

Values = Callable[[Sample, int], Any]


def of(sample: Sample, year: int, name: str) -> Any:
    """A measure by its name in ``summary.csv``."""
    return sample.values(Measure(name, "VNM", year))


def total(sample: Sample, year: int, column: str, partners: tuple[str, ...]) -> Any:
    """The sum of a column of ties over some partners."""
    return sum(of(sample, year, f"{column}:{p}") for p in partners)


def arms_not_russian(sample: Sample, year: int) -> Any:
    """Share of orders that goes to the other partners."""
    others = tuple(p for p in sample.scenario.partners if p != "RUS")
    return total(sample, year, "arms_orders", others)


def ties_with_chinas_rivals(sample: Sample, year: int) -> Any:
    """Alignment with the powers that are rivals of China."""
    return total(sample, year, "alignment", CHINAS_RIVALS)


def tilt(sample: Sample, year: int) -> Any:
    """How unequal alignment with the two poles is."""
    return np.abs(of(sample, year, "alignment:USA") - of(sample, year, "alignment:CHN"))


def spread(sample: Sample, year: int) -> Any:
    """Squared distance of the alignment index from its mean over runs."""
    index = of(sample, year, "alignment_index")
    return (index - np.nanmean(index)) ** 2


def allied(sample: Sample, year: int) -> Any:
    """1 in a run with an alliance, else 0."""
    tiers = [of(sample, year, f"tier:{p}") for p in sample.scenario.partners]
    return (np.max(tiers, axis=0) == 4).astype(float)


def contradictory_ties(sample: Sample, year: int) -> Any:
    """Business with the threat, times defence ties with those who oppose it."""
    insured = total(sample, year, "defence", CHINAS_RIVALS)
    return insured * (of(sample, year, "trade:CHN") + of(sample, year, "diplomacy:CHN"))


def value(sample: Sample, year: int, measure: "str | Values") -> Any:
    """A measure by its name or as a function: (runs,)."""
    return of(sample, year, measure) if isinstance(measure, str) else measure(sample, year)


@dataclass(frozen=True)
class Row:
    """One change and what it must do.

    Attributes:
        name: of the change.
        change: overrides of the other scenario, on top of those of the base.
        year: in which all is measured.
        signs: (measure by its name or as a function, direction).
        base: overrides of both.
    """

    name: str
    change: dict[str, Any]
    year: int
    signs: tuple[tuple[str | Values, str], ...]
    base: dict[str, Any] = field(default_factory=dict)


# Two beliefs with the same mean of the threat: certain, or calm with a one-in-five storm.
# Nothing else may read the threat, and no incident may move the beliefs.
CERTAIN = {
    "processes.incidents": False,
    "terms.sanctions": False,
    "behaviour.need_slope": 0.0,
    "shocks.sea-militarised.value": 0.0,
    "shocks.encirclement.value": 0.0,
    "futures.status_quo.prior": 0.6,
    "futures.china_coerces.prior": 0.2,
    "futures.us_retrenches.prior": 0.1,
    "futures.russia_sides_with_china.prior": 0.1,
    "futures.china_coerces.multiply.threat": 1.0,
    "countries.VNM.threat.level": 0.9,
}
SPREAD = {"futures.china_coerces.multiply.threat": 41.0, "countries.VNM.threat.level": 0.1}

ROWS = (
    Row(
        "CAATSA enforced",
        {"shocks.caatsa.value": 30.0},
        2032,
        (("arms_orders:RUS", "down"),),
    ),
    Row(
        "Russia can supply half",
        {"partners.RUS.capacity.arms": 0.5},
        2028,
        (
            ("arms_orders:RUS", "down"),
            ("arms_orders:KOR", "up"),
            ("arms_orders:IND", "up"),
            ("arms_orders:EU", "up"),
            (arms_not_russian, "up"),
        ),
    ),
    Row(
        "the sanctioner needs Vietnam",
        {"partners.USA.need": 1.5},
        2032,
        (("arms_orders:RUS", "up"),),
    ),
    Row(
        "Russia close to China",
        {
            "relations.closeness.RUS.CHN": 1.0,
            "shocks.closeness-2014.value": 1.0,
            "relations.correlation.RUS.CHN": 0.9,
        },
        2021,
        (("arms_orders:RUS", "down"), ("defence:USA", "up")),
        base={
            "relations.closeness.RUS.CHN": 0.0,
            "shocks.closeness-2014.value": 0.0,
            "relations.correlation.RUS.CHN": 0.0,
        },
    ),
    Row("no loyalty", {"terms.loyalty": False}, 2020, (("voice:RUS", "down"),)),
    Row("no autonomy cost", {"terms.autonomy": False}, 2032, ((tilt, "up"),)),
    Row(
        "more threat",
        {"countries.VNM.threat.level": 1.2},
        2020,
        ((arms_not_russian, "up"), ("defence:USA", "up")),
    ),
    Row("no security", {"terms.security": False}, 2028, (("defence:USA", "down"),)),
    Row(
        "market-economy status",
        {"countries.VNM.returns.trade.USA": 90.0},
        2028,
        (("trade:USA", "up"),),
    ),
    Row("Four Nos dropped", {"countries.VNM.rules": []}, 2028, ((allied, "up"),)),
    Row(
        "China presses",
        {
            "partners.CHN.pressing": 3.0,
            "partners.CHN.tolerance": 0.0,
            "reactions.pressure_leak": 0.2,
        },
        2028,
        ((ties_with_chinas_rivals, "down"), ("alignment:USA", "down")),
    ),
    Row(
        "more cross-pressure",
        {"behaviour.critical_rivalry": {"dist": "lognormal", "value": 0.8, "sigma": 0.4}},
        2028,
        (
            ("alignment:USA", "down"),
            ("alignment:CHN", "down"),
            (spread, "up"),
        ),
    ),
    Row("beliefs spread", SPREAD, 2016, ((contradictory_ties, "up"),), base=CERTAIN),
)


@cache
def vietnam() -> hedgerow.Scenario:
    return hedgerow.load("vietnam")


@pytest.fixture(scope="module")
def base():
    """A sample of Vietnam as it is shipped."""
    return Sample(vietnam(), RUNS, until=LAST)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "-"))
def test_sign(row, base):
    scenario = base.scenario
    if row.base:
        base = Sample(scenario.replace(row.base), base.runs, until=row.year)
    other = Sample(scenario.replace(row.base | row.change), base.runs, until=row.year)
    wrong = []
    for measure, direction in row.signs:
        d = Difference.of(value(base, row.year, measure), value(other, row.year, measure))
        if not d.clear(direction) or abs(d.effect) < LEAST:
            name = measure if isinstance(measure, str) else measure.__name__
            wrong.append(
                f"{name} in {row.year} should go {direction}, but {d.mean:+.4f} "
                f"({d.low:+.4f} to {d.high:+.4f}), {d.effect:+.2f} sd"
            )
    assert not wrong, "; ".join(wrong)


def test_the_two_beliefs_have_the_same_mean():
    other = CERTAIN | SPREAD
    storm = CERTAIN["futures.china_coerces.prior"]

    def mean(numbers):
        factor = numbers["futures.china_coerces.multiply.threat"]
        return numbers["countries.VNM.threat.level"] * (1.0 - storm + storm * factor)

    assert mean(other) == pytest.approx(mean(CERTAIN))


def test_without_rivalry_nobody_hedges(base):
    rivalries = {
        path: 0.0 for path in vietnam().quantities if path.startswith("relations.rivalry.")
    }
    rivalries |= {
        f"shocks.{label}.value": 0.0
        for label, shock in vietnam().resolved["shocks"].items()
        if shock["path"].startswith("relations.rivalry.")
    }
    calm = Sample(base.scenario.replace(rivalries), 16, until=2024)
    for year in (2000, 2012, 2024):
        index = of(calm, year, "hedging_index")
        assert not index.any()
        d = Difference.of(of(base, year, "hedging_index")[: calm.runs], index)
        assert d.clear("down") and d.effect <= -LEAST
