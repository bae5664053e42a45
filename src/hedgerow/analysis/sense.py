"""Whether a scenario makes sense: ten years of runs without its shocks, and what looks odd."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arguments import checked
from ..facts.panel import shipped_panel
from ..facts.pooling import rates, sizes, usual_memory
from ..facts.profile import AS_OF, profile
from ..runs.ensemble import run
from ..scenario import Scenario
from ..scenario.case import DRIFT
from ..scenario.loading import scenario_of
from ..scenario.quantity import Quantity
from ..scenario.resolve import within

if TYPE_CHECKING:
    import pandas as pd

YEARS = 10
RUNS = 64
MOVES = 1.5
"""By how many steps a tie may have moved after a year before that is told."""

MEASURES = ("alignment_index", "threat", "rules_bound", "concentration_arms", "concentration_trade")


@dataclass(frozen=True, repr=False)
class Sense:
    """What looks odd in a scenario, and what its priors say; `str` tells both.

    Attributes:
        name: of the scenario.
        odd: what looks odd, a sentence each.
        picture: bands of each country after a year and after ten, a row for each measure.
        calm: the scenario without its shocks, as it was run.
        runs: how often.
        summary: all measures of all years.
    """

    name: str
    odd: tuple[str, ...]
    picture: "pd.DataFrame"
    calm: Scenario
    runs: int
    summary: "pd.DataFrame"

    def __str__(self) -> str:
        lines = [
            f"{self.name} without its shocks; median and 90 % band",
            "",
        ]
        lines += [
            f"  {row.country} {row.measure:22} {row.year}  "
            f"{row.q50:8.3g} ({row.q05:.3g} to {row.q95:.3g})"
            for row in self.picture.itertuples()
        ]
        lines += ["", *(f"odd: {one}" for one in self.odd)] if self.odd else ["", "nothing is odd"]
        return "\n".join(lines)

    __repr__ = __str__


@checked
def sense(scenario: Scenario | str | os.PathLike[str], runs: int = RUNS) -> Sense:
    """Run a scenario for ten years without its shocks, and tell what looks odd.

    That is: ties that the first year leaves by more than a step and a half, or trade by more than
    its range; rules that never bind; measures that never change; and numbers of a country outside
    the span of the panel.

    Args:
        scenario: a scenario, its file, its name, or the code of a state.
        runs: how many.
    """
    loaded = scenario_of(scenario)
    first, last = loaded.start, min(loaded.end, loaded.start + YEARS)
    short = loaded.replace({"time.end": last})
    off = {
        f'shocks."{label}".probability': 0.0
        for label, shock in short.resolved["shocks"].items()
        if within(short.resolved, "shocks", shock)
    }
    calm = short.replace(off)
    frame = run(calm, runs=runs, seed=1, progress=False, keep="summary").summary()
    odd = [*_left(calm, frame, first), *_idle(calm, frame), *_outside(loaded)]
    shown = [
        *MEASURES,
        *(f"trade:{p}" for p in calm.poles),
        *(f"arms_stock:{p}" for p in calm.poles),
    ]
    picture = frame[frame["measure"].isin(shown) & frame["year"].isin([first, last])]
    picture = picture.dropna(subset=["q50"])
    return Sense(loaded.name, tuple(odd), picture, calm, runs, frame)


def _left(scenario: Scenario, frame: "pd.DataFrame", year: int) -> Iterator[str]:
    """Yield the ties that runs have left by the end of the first year."""
    found = frame[frame["year"] == year].set_index(["country", "measure"])["q50"]
    for code, table in scenario.resolved["countries"].items():
        for instrument, ties in table["ties"].items():
            about = scenario.resolved["instruments"][instrument]
            for partner in ties:
                at = (code, f"{instrument}:{partner}")
                if about["kind"] not in ("steps", "flow") or at not in found.index:
                    continue
                number = scenario.quantities[f"countries.{code}.ties.{instrument}.{partner}"]
                low, high = range_of(number)
                step = scenario.quantities[f"instruments.{instrument}.step"].value
                room = MOVES * step if about["kind"] == "steps" else 3 * DRIFT
                if not low - room <= found[at] <= high + room:
                    yield (
                        f"{code}: {instrument} with {partner} starts at {number.value:.2f} and is "
                        f"{found[at]:.2f} after a year"
                    )


def range_of(number: Quantity) -> tuple[float, float]:
    """Return the ends of what a number may be: of its prior or range, or itself."""
    if number.is_prior:
        return number.support()
    plain = number.plain()
    if isinstance(plain, dict):
        return float(plain.get("low", number.value)), float(plain.get("high", number.value))
    return number.value, number.value


def _idle(scenario: Scenario, frame: "pd.DataFrame") -> Iterator[str]:
    """Yield the rules that never bind, and the measures that never change."""
    for code, table in scenario.resolved["countries"].items():
        rows = frame[frame["country"] == code]
        threatened = table["threat"]["source"] != "none"
        bound = rows[rows["measure"] == "rules_bound"]
        if table["rules"] and not (bound["mean"] > 0).any():
            yield f"{code}: no rule ever forbids what would have been done"
        for measure in MEASURES:
            if measure == "rules_bound" or (measure == "threat" and not threatened):
                continue
            one = rows[rows["measure"] == measure].dropna(subset=["mean"])
            if len(one) and (one["sd"] == 0).all() and one["mean"].nunique() == 1:
                yield f"{code}: {measure} is {one['mean'].iloc[0]:g} in every run and year"


def _outside(scenario: Scenario) -> Iterator[str]:
    """Yield numbers of countries that no state of the panel comes near."""
    panel = shipped_panel()
    rate, size = rates(panel), sizes(panel)
    known = [profile(panel, code) for code in panel.states()]
    spans = {
        "position": [one.position.of[one.code] for one in known],
        "programmes.arms": [one.value for one in rate.values()],
        "own_size.arms": [one.value for one in size.values()],
        "experience.arms": [
            one.remembered / usual_memory(rate[one.code].value, size[one.code].value)
            for one in known
        ],
    }
    for code in scenario.countries:
        for name, values in spans.items():
            path = f"countries.{code}.{name}"
            if path not in scenario.quantities:
                continue
            value, low, high = scenario.quantities[path].value, min(values), max(values)
            beyond = 0.1 * (high - low)
            if not low - beyond <= value <= high + beyond:
                yield (
                    f"{code}: {name} is {value:.3g}, and of the states of the panel in {AS_OF} "
                    f"from {low:.3g} to {high:.3g}"
                )
