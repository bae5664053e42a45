"""The levers and switches of the page: which numbers of a scenario they move, and how far.

A lever names no default: it starts from what the scenario says, whatever preset is chosen. Moving
it moves the whole prior, so that what nobody knows stays as unknown as it was.
"""

from dataclasses import dataclass, replace
from typing import Any

from ...scenario import Scenario
from ...scenario.fields import find
from ...scenario.keys import split
from ...scenario.quantity import Quantity

COUNTRY = "VNM"
"""The hedging country that the page is about."""


@dataclass(frozen=True)
class Lever:
    """One slider.

    Attributes:
        id: name in addresses and locales (``lever.ID``).
        paths: paths in a scenario; the first that the scenario has is moved.
        low, high, step: of the slider, in the unit of the number.
        unit: key of the unit in the locales (``unit.UNIT``).
    """

    id: str
    paths: tuple[str, ...]
    low: float
    high: float
    step: float
    unit: str

    @property
    def digits(self) -> int:
        """Decimal places of its values."""
        return len(f"{self.step:g}".partition(".")[2])

    def path_in(self, scenario: Scenario) -> str | None:
        """Return the path that it moves in a scenario, None where there is nothing to move."""
        return next((path for path in self.paths if path in scenario.quantities), None)

    def default_in(self, scenario: Scenario) -> float | None:
        """Return where it stands untouched: the middle of the scenario's number, on its grid."""
        path = self.path_in(scenario)
        return None if path is None else self.rounded(scenario.quantities[path].value)

    def rounded(self, value: float) -> float:
        """Return the nearest value that the slider can show."""
        return round(value, self.digits) + 0.0


LEVERS = (
    Lever("enforcement", ("shocks.caatsa.value",), 0.0, 12.0, 1.0, "log_odds"),
    Lever("need", ("shocks.not-needed.value", "partners.USA.need"), 0.0, 1.0, 0.05, "share"),
    Lever("capacity", ("shocks.war-supply.value",), 0.0, 1.2, 0.05, "capacity"),
    Lever(
        "closeness",
        ("shocks.no-limits.value", "relations.closeness.RUS.CHN"),
        0.0,
        1.0,
        0.05,
        "share",
    ),
    Lever("rivalry", ("shocks.rivalry-2022.value",), 0.0, 4.0, 0.1, "rivalry"),
    Lever("cross_pressure", ("behaviour.critical_rivalry",), 0.4, 6.0, 0.1, "rivalry"),
    Lever("threat", (f"countries.{COUNTRY}.threat.level",), 0.0, 2.0, 0.1, "threat"),
    Lever("retrenchment", ("futures.us_retrenches.prior",), 0.0, 0.5, 0.02, "probability"),
    Lever("autonomy", ("behaviour.autonomy",), 0.0, 9.0, 0.1, "log_odds"),
    Lever("loyalty", (f"countries.{COUNTRY}.loyalty.RUS",), 0.0, 18.0, 0.5, "log_odds"),
    Lever("market", (f"countries.{COUNTRY}.access.trade.USA",), 0.0, 0.2, 0.01, "market"),
)

LEVER = {lever.id: lever for lever in LEVERS}

RULES = ("no_alliance", "no_foreign_base", "no_siding", "no_force")
"""Switches of the Four Nos: names of rules of the scenario."""

SWITCHES = (*RULES, "war", "foresight")
"""All switches: the Four Nos, Russia's war of 2022, and countries that reckon with answers."""


def moved(number: Quantity, to: float, low: float, high: float) -> dict[str, Any]:
    """Return a number moved so that its middle is at `to`, as a scenario writes it.

    A prior is scaled, and cut off where it would leave the allowed range; one whose middle is 0, or
    that is squeezed into a point, becomes the number alone.

    Args:
        number: as the scenario has it.
        to: new middle. low, high: closed range of the number in the scenario format.
    """
    to = min(max(to, low), high)
    if not number.is_prior or number.value == 0.0 or to == 0.0:
        return {"value": to}
    factor = to / number.value

    def scaled(value: float | None) -> float | None:
        return None if value is None else float(f"{value * factor:.12g}")

    if number.dist == "lognormal":
        return replace(number, value=to, source=None, note=None).plain()
    if number.dist == "half_normal":
        return replace(number, sd=scaled(number.sd), source=None, note=None).plain()
    bottom, top = sorted(
        min(max(value, low), high)
        for value in (scaled(number.low), scaled(number.high))
        if value is not None
    )
    if not bottom < top:
        return {"value": to}
    shape = replace(number, value=min(max(to, bottom), top), low=bottom, high=top)
    return replace(shape, source=None, note=None).plain()


def allowed(scenario: Scenario, path: str) -> tuple[float, float]:
    """Return the closed range of the number at a path, or of what the shock at the path sets."""
    parts = split(path)
    if parts[0] == "shocks":
        entry = scenario.resolved["shocks"][parts[1]]
        if entry["op"] != "set":
            return 0.0, float("inf")
        parts = split(entry["path"])
    found = find(parts)
    return (found[0].low, found[0].high) if found else (0.0, float("inf"))


def when(scenario: Scenario, path: str) -> tuple[float, float | None]:
    """Return from when the number at a path counts, and until when (None: to the end)."""
    parts = split(path)
    if parts[0] != "shocks":
        return float(scenario.start), None
    entry = scenario.resolved["shocks"][parts[1]]
    at, until = entry["at"], entry.get("until")
    return float(_plain(at)), None if until is None else float(_plain(until))


def _plain(value: Any) -> float:
    """The middle of a number that may be written as a table."""
    return float(value.get("value", 0.0) if isinstance(value, dict) else value)
