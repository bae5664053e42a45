"""Comparative statics of the shipped Vietnam: signs that theory and the articles demand.

Each row changes some numbers and says what must move where, in one year, by at least 0.1 standard
deviations (across runs of the base) and with a 95 % interval off zero, over paired runs with
common random numbers. Small worlds have theirs in ``model/test_signs.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

import hedgerow
from hedgerow.runs.pairs import Difference, Measure, Sample

RUNS = 256
LAST = 2032
LEAST = 0.1

Values = Callable[[Sample, int], Any]


def of(sample: Sample, year: int, name: str) -> Any:
    """A measure by its name in ``summary.csv``."""
    return sample.values(Measure(name, "VNM", year))


def arms_not_russian(sample: Sample, year: int) -> Any:
    """Share of orders that goes to the other partners."""
    others = [p for p in sample.scenario.partners if p != "RUS"]
    return sum(of(sample, year, f"arms_orders:{p}") for p in others)


def tilt(sample: Sample, year: int) -> Any:
    """How unequal alignment with the two poles is."""
    return np.abs(of(sample, year, "alignment:USA") - of(sample, year, "alignment:CHN"))


def allied(sample: Sample, year: int) -> Any:
    """1 in a run with an alliance, else 0."""
    tiers = [of(sample, year, f"tier:{p}") for p in sample.scenario.partners]
    return (np.max(tiers, axis=0) == 4).astype(float)


def value(sample: Sample, year: int, measure: "str | Values") -> Any:
    """A measure by its name or as a function: (runs,)."""
    return of(sample, year, measure) if isinstance(measure, str) else measure(sample, year)


@dataclass(frozen=True)
class Row:
    """One change and what it must do.

    Attributes:
        name: of the change.
        change: overrides.
        year: in which all is measured.
        signs: (measure by its name or as a function, direction).
    """

    name: str
    change: dict[str, Any]
    year: int
    signs: tuple[tuple[str | Values, str], ...]


ROWS = (
    Row(
        "CAATSA enforced",
        {"shocks.caatsa.value": 12.0},
        2030,
        (("arms_orders:RUS", "down"), ("energy:RUS", "down")),
    ),
    Row(
        "Russia can supply half",
        {"partners.RUS.capacity.arms": 0.5},
        2012,
        (("arms_orders:RUS", "down"), (arms_not_russian, "up")),
    ),
    Row(
        "the sanctioner needs Vietnam",
        {"partners.USA.need": 1.0},
        2024,
        (("arms_orders:RUS", "up"), ("energy:RUS", "up")),
    ),
    Row(
        "Russia close to China",
        {"shocks.no-limits.value": 1.0},
        2030,
        (("defence:RUS", "down"), ("defence:USA", "up")),
    ),
    Row("no loyalty", {"terms.loyalty": False}, 2020, (("diplomacy:RUS", "down"),)),
    Row("more autonomy cost", {"behaviour.autonomy": 9.0}, 2024, ((tilt, "down"),)),
    Row(
        "more threat",
        {"countries.VNM.threat.level": 1.5},
        2020,
        (("defence:USA", "up"), ("defence:JPN", "up")),
    ),
    Row("no security", {"terms.security": False}, 2028, (("energy:RUS", "down"),)),
    Row(
        "market-economy status",
        {"countries.VNM.access.trade.USA": 0.1},
        2028,
        (("trade:USA", "up"),),
    ),
    Row("Four Nos dropped", {"countries.VNM.rules": []}, 2028, ((allied, "up"),)),
    Row(
        "more cross-pressure",
        {"shocks.rivalry-2022.value": 3.0},
        2032,
        (("alignment:USA", "down"),),
    ),
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
    other = Sample(base.scenario.replace(row.change), base.runs, until=row.year)
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
