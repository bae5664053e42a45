"""Draws the dates of shocks after 2014, as one might have expected them in 2014.

A backcast with listed shocks is conditional: it knows when wars and laws came, though not what
hedging states did. To measure what that knowledge is worth, the same shocks are also drawn:

* Shocks that begin in the same quarter are one event. The events after 2014 are a catalogue, and no
  other event can come.
* All events have the same probability of coming. It is chosen so that, on average, as many come in
  a year as in a year of the scenario up to 2014.
* An event that comes begins in any quarter from 2015 to the last year with equal probability, and
  lasts as long as in the scenario.
* If one shock replaced another (it sets the same path in the quarter in which the earlier ended),
  the earlier lasts until the later comes, if it comes.

Values of shocks are drawn as usual. Questions are put, and embargoes end, on their dates in the
scenario. The catalogue and the effects of its events remain known, which is hindsight that drawn
dates do not remove. The answers of states are not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...model.parameters import ROUNDS_A_YEAR, Shock, World
from ...model.streams import Purpose, Streams, codes_of
from ...scenario import Scenario
from ...scenario.fields import find
from ...scenario.keys import join, split
from ...scenario.quarters import quarters

LISTED, DRAWN = "listed", "drawn"
HISTORY = 2014
"""Last year whose shocks are known."""

_TIES = ("ties", "stocks", "tiers")


@dataclass(frozen=True)
class Calendar:
    """The dates of the shocks of a scenario.

    Attributes:
        before: number of events up to the end of `HISTORY`.
        years: number of years of the scenario up to then.
        after: labels of the shocks of each later event, by the round in which it begins.
        first, stop: the rounds to draw from, `first` to `stop` − 1.
        lasting: labels of shocks that last until another replaces them.
    """

    before: int
    years: int
    after: Mapping[int, tuple[str, ...]]
    first: int
    stop: int
    lasting: frozenset[str]

    @property
    def chance(self) -> float:
        """Probability that an event of the catalogue comes."""
        if not self.after:
            return 0.0
        expected = self.before / self.years * (self.stop - self.first) / ROUNDS_A_YEAR
        return min(1.0, expected / len(self.after))


def calendar(scenario: Scenario, last: int) -> Calendar:
    """Return the calendar of the shocks of a scenario up to the end of a year.

    Raises:
        ValueError: the scenario begins after `HISTORY`, or does not end after it.
    """
    if not scenario.start <= HISTORY < last <= scenario.end:
        raise ValueError(
            f"{scenario.name}: runs from {scenario.start} to {scenario.end}; shocks can be drawn "
            f"only where there are years up to {HISTORY}, which tell how often they come, and after"
        )
    first, stop = ((year - scenario.start) * ROUNDS_A_YEAR for year in (HISTORY + 1, last + 1))
    shocks = scenario.resolved["shocks"]
    starts = {label: _round(scenario, label, "at") for label in shocks}
    before = {at for at in starts.values() if 0 <= at < first}
    after: dict[int, tuple[str, ...]] = {}
    for label, at in sorted(starts.items(), key=lambda item: item[1]):
        if first <= at < stop:
            after[at] = (*after.get(at, ()), label)
    lasting = {
        label
        for label, entry in shocks.items()
        if "until" in entry
        and any(
            other["path"] == entry["path"]
            and other["op"] == "set"
            and starts[name] == _round(scenario, label, "until")
            and name != label
            for name, other in shocks.items()
        )
    }
    years = HISTORY + 1 - scenario.start
    return Calendar(len(before), years, after, first, stop, frozenset(lasting))


def _round(scenario: Scenario, label: str, key: str) -> int:
    """Return the round of a date, or of the middle of its prior; below 0 before the start."""
    date = scenario.quantities[join(("shocks", label, key))].value
    return int(quarters(date)) - scenario.start * ROUNDS_A_YEAR


def drawn(world: World, scenario: Scenario, when: Calendar) -> World:
    """Return a block of runs with drawn dates of its shocks after `HISTORY`.

    The dates of a replicate do not depend on the block that it is in.

    Args:
        world: the block, with listed shocks.
        scenario: its scenario.
        when: the calendar of the scenario.
    """
    dates = {
        label: _draw(world, when, labels[0]) for labels in when.after.values() for label in labels
    }
    end = np.full(world.replicates.size, world.structure.rounds, dtype=np.int64)
    shocks = []
    entries = scenario.resolved["shocks"].items()
    for (label, entry), shock in zip(entries, world.shocks, strict=True):
        ends = "until" in entry and label not in when.lasting
        lasts = shock.stop - shock.start
        if label in dates:
            comes, start = dates[label]
            shock = replace(shock, start=start, happens=shock.happens & comes)
        stop = np.minimum(shock.start + lasts, end) if ends else end
        shocks.append(replace(shock, stop=stop))
    return replace(world, shocks=tuple(shocks))


def _draw(world: World, when: Calendar, name: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return whether an event comes in each replicate, and the round in which it would: (R,)."""
    code = codes_of(["drawn event " + name])[0]
    chance, place = Streams(world.seed, world.replicates)(Purpose.SHOCK, 0, code)
    start = when.first + (place * (when.stop - when.first)).astype(np.int64)
    return chance < when.chance, start


def names_a_tie(path: str) -> bool:
    """Whether a path is a tie, stock or rung of a hedging country, which is to be forecast."""
    parts = split(path)
    return len(parts) > 2 and parts[0] == "countries" and parts[2] in _TIES


def worth_of_one_tie(path: str) -> bool:
    """Whether a path is a number of one country and one partner, but no tie, stock or rung.

    These are returns, loyalty, what agreements add to a flow (``access``), the attention that
    brings leaders of a partner on visits, and what the country knows of its foe. A shock of such a
    path does not say what the country did, but comes close to it.
    """
    found = find(split(path))
    return found is not None and {"i", "p"} <= {*found[0].axes} and not names_a_tie(path)


def without(world: World, scenario: Scenario, first: int) -> World:
    """Return a block of runs without the later shocks for which `worth_of_one_tie` is true.

    Args:
        world: the block.
        scenario: its scenario.
        first: the first round in which such shocks are left out.
    """

    def kept(shock: Shock, path: str) -> Shock:
        if worth_of_one_tie(path):
            return replace(shock, happens=shock.happens & (shock.start < first))
        return shock

    entries = scenario.resolved["shocks"].values()
    pairs = zip(world.shocks, entries, strict=True)
    return replace(world, shocks=tuple(kept(shock, entry["path"]) for shock, entry in pairs))
