"""A request, checked: which preset, which levers moved where, which switches turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ...errors import Refused
from ...scenario import Scenario
from ...scenario.quantity import quantity
from ...scenario.resolve import BASE as BASED
from ...scenario.scenario import finish
from .levers import COUNTRY, LEVER, LEVERS, RULES, SWITCHES, Lever, allowed, moved, when
from .presets import BASE, PEACE, PRESETS, merged

RUNS = (128, 1000)
"""Sizes of an answer: the quick one and the refined one."""

QUICK, REFINED = RUNS

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """What a scenario of the page is: everything else is as the preset has it.

    Attributes:
        preset: one of `PRESETS`.
        levers: (id, value) of the levers that are not where the preset has them, in order.
        switches: (id, on) of the switches that are not where the preset has them, in order.
    """

    preset: str = BASE
    levers: tuple[tuple[str, float], ...] = ()
    switches: tuple[tuple[str, bool], ...] = ()

    @property
    def war(self) -> bool:
        """Whether Russia goes to war in 2022."""
        return dict(self.switches).get("war", self.preset != PEACE)

    def query(self) -> dict[str, str]:
        """Return it as parameters of an address; reading them gives the same again."""
        shown = {} if self.preset == BASE else {"preset": self.preset}
        shown |= {name: f"{value:g}" for name, value in self.levers}
        return shown | {name: str(int(on)) for name, on in self.switches}


def read(
    pairs: Pairs, more: Mapping[str, Sequence[str]] | None = None
) -> tuple[Asked, dict[str, str]]:
    """Read the parameters of a request.

    Args:
        pairs: names and values as sent.
        more: further parameters that this request may have, with their allowed values.

    Returns:
        What was asked, and the further parameters that were given.

    Raises:
        Refused: an unknown name, one given twice, or a value out of range.
    """
    extra = more or {}
    known = ["preset", *LEVER, *SWITCHES, *extra]
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise Refused("unknown parameter", name[:40], f"one of {', '.join(known)}")
        if name in given:
            raise Refused("given twice", name, "once")
        given[name] = value
    for name, values in extra.items():
        if name in given and given[name] not in values:
            raise Refused(f"no such value: {given[name][:40]!r}", name, _one_of(values))
    preset = given.get("preset", BASE)
    if preset not in PRESETS:
        raise Refused(f"no preset {preset[:40]!r}", "preset", _one_of(PRESETS))
    untouched = defaults(preset)
    switches = tuple(
        (name, on)
        for name in SWITCHES
        if name in given and (on := _switch(name, given[name])) != untouched[name]
    )
    war = dict(switches).get("war", untouched["war"])
    base = base_of(preset, bool(war))
    levers: list[tuple[str, float]] = []
    for lever in LEVERS:
        if lever.id in given:
            to = _number(lever, given[lever.id])
            if lever.path_in(base) is not None and to != lever.default_in(base):
                levers.append((lever.id, to))
    asked = Asked(preset, tuple(levers), switches)
    return asked, {name: given[name] for name in extra if name in given}


def _one_of(values: Sequence[str]) -> str:
    if len(values) > 24:
        return f"{values[0]} to {values[-1]}"
    return f"one of {', '.join(values)}"


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise Refused(f"no such value: {text[:40]!r}", name, "0 (off) or 1 (on)")
    return text == "1"


def _number(lever: Lever, text: str) -> float:
    expected = f"a number from {lever.low:g} to {lever.high:g}"
    plain = text.removeprefix("-").replace(".", "", 1)
    if not (0 < len(text) <= 12 and plain.isascii() and plain.isdigit()):
        raise Refused(f"not a number: {text[:40]!r}", lever.id, expected)
    value = float(text)
    if not lever.low <= value <= lever.high:
        raise Refused(f"out of range: {text}", lever.id, expected)
    if value != lever.rounded(value):
        places = "1 decimal place" if lever.digits == 1 else f"{lever.digits} decimal places"
        what = f"{places} at most" if lever.digits else "a whole number"
        raise Refused(f"finer than the slider: {text}", lever.id, f"{expected}, {what}")
    return value + 0.0  # no -0.0


@lru_cache(maxsize=2 * len(PRESETS))
def base_of(preset: str, war: bool) -> Scenario:
    """Return a preset with no lever moved."""
    return finish(preset, merged(preset, war), {})


def defaults(preset: str) -> dict[str, bool]:
    """Return where the switches of a preset stand."""
    scenario = base_of(preset, preset != PEACE)
    rules = scenario.resolved["countries"][COUNTRY]["rules"]
    own = {name: name in rules for name in RULES}
    return own | {"war": preset != PEACE, "foresight": scenario.level == 2}


@lru_cache(maxsize=128)
def _switched(preset: str, switches: tuple[tuple[str, bool], ...]) -> Scenario:
    """Return a preset with its switches turned and no lever moved."""
    return scenario_of(Asked(preset, (), switches))


def played(asked: Asked) -> Scenario:
    """Return what plays the runs of `scenario_of`, without going through its whole check again.

    A lever puts another number in the place of one; all else has been checked, and returns follow
    from the numbers without it. Its file would be that of the untouched scenario, so only
    `scenario_of` is for people to take away.
    """
    base = _switched(asked.preset, asked.switches)
    if not asked.levers:
        return base
    numbers = dict(base.quantities)
    for name, value in asked.levers:
        path = LEVER[name].path_in(base)
        if path is not None:
            numbers[path] = quantity(moved(numbers[path], value, *allowed(base, path)))
    resolved = {**base.resolved, BASED: base.resolved.get(BASED) or {}}
    sha256 = f"{base.sha256} {asked.levers}"
    return replace(base, quantities=numbers, resolved=resolved, sha256=sha256)


def scenario_of(asked: Asked, runs: int | None = None) -> Scenario:
    """Return the scenario that was asked for.

    Args:
        runs: number of replicates that its file names; that of the preset by default.
    """
    base = base_of(asked.preset, asked.war)
    overrides: dict[str, Any] = {}
    for name, value in asked.levers:
        path = LEVER[name].path_in(base)
        if path is not None:
            overrides[path] = moved(base.quantities[path], value, *allowed(base, path))
    states = defaults(asked.preset) | dict(asked.switches)
    if any(name in RULES for name, _ in asked.switches):
        own = base.resolved["countries"][COUNTRY]["rules"]
        kept = [name for name in own if name not in RULES]
        on = [name for name in RULES if states[name]]
        overrides[f"countries.{COUNTRY}.rules"] = [*on, *kept]
    if any(name == "foresight" for name, _ in asked.switches):
        overrides["ensemble.level"] = 2 if states["foresight"] else 1
    if runs is not None:
        overrides["ensemble.runs"] = runs
    return base.replace(overrides) if overrides else base


def described(preset: str, war: bool) -> dict[str, Any]:
    """Return the levers and switches of a preset: ranges, where they stand, where that is from.

    `kind` is the label of a lever's number; a switch is no number, and its rule is said by a fact.
    """
    scenario = base_of(preset, war)
    kinds = {row.path: row.kind for row in scenario.provenance()}
    levers = []
    for lever in LEVERS:
        path = lever.path_in(scenario)
        entry: dict[str, Any] = {
            "id": lever.id,
            "low": lever.low,
            "high": lever.high,
            "step": lever.step,
            "unit": lever.unit,
            "default": lever.default_in(scenario),
            "path": path,
        }
        if path is not None:
            number = scenario.quantities[path]
            since, until = when(scenario, path)
            entry |= {"number": number.text(), "source": number.source or "", "prior": number.dist}
            entry |= {"since": since, "until": until, "kind": kinds[path]}
        levers.append(entry)
    states = defaults(preset)
    rules = scenario.resolved["rules"]
    switches = [
        {
            "id": name,
            "on": states[name],
            "source": rules.get(name, {}).get("source", ""),
            "kind": "fact",
        }
        for name in SWITCHES
    ]
    return {"preset": preset, "levers": levers, "switches": switches}
