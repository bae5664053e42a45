"""Names of paths of a scenario in plain words, for the labels of axes."""

import re
from typing import Any

from .fields import find
from .keys import split
from .scenario import Scenario
from .write import value_text

_CHANGES = {"set": "", "add": " added", "multiply": " multiple"}


def words(scenario: Scenario, path: str) -> str:
    """Return a path of a number, switch, rule, strategy or shock in words, with its unit.

    A path for which there are no words is returned as it is.
    """
    parts = split(path)
    if parts[0] == "shocks" and parts[-1] in ("value", "probability"):
        return _shock(scenario, parts[1], parts[-1])
    if parts[0] in ("terms", "processes"):
        return f"{parts[1].replace('_', ' ')} switched on"
    if parts[0] == "countries" and parts[-1] in ("rules", "strategy"):
        return f"{parts[-1]} of {scenario.title_of(parts[1])}"
    if parts == ("threat",):
        parts = ("countries", scenario.countries[0], "threat", "level")
    found = find(parts)
    if found is None:
        return path
    field, members = found
    names = [scenario.title_of(member) for member in members]
    meaning = re.sub(r"^[^:\s]+: ", "", field.meaning).replace("ψ of p", "enforcement by p")
    if field.parts[0] == "sanctions" and re.search(r"\bp\b.*\bq\b", meaning):
        meaning = re.sub(r"\bp\b", names[0], meaning)
        meaning = re.sub(r"\bq\b", names[1], meaning)
        names = []
    of = f" ({', '.join(names)})" if names else ""
    return meaning + of + (f", {field.unit}" if field.unit else "")


def _shock(scenario: Scenario, label: str, what: str) -> str:
    entry = scenario.resolved["shocks"].get(label)
    if entry is None:
        return f"shock {label}"
    if what == "probability":
        return f"probability that the shock {label} comes"
    dates = []
    for key, before in (("at", "from"), ("until", "to")):
        date = scenario.quantities.get(f"shocks.{label}.{key}")
        if date is not None and not date.is_prior:
            dates.append(f"{before} {date.value:g}")
    return f"{words(scenario, entry['path'])},{_CHANGES[entry['op']]} {' '.join(dates)}".rstrip(
        ", "
    )


def event_words(event: str, power: str) -> str:
    """Return the name of an event in words, without the code of the power that acts.

    Visits that no event of the scenario brings are the usual ones.
    """
    return "usual visit" if event == "visit" else event.removesuffix(f"_{power}").replace("_", " ")


def shown(value: Any) -> str:
    """Return a value of a sweep as a short text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}".replace("-", "\N{MINUS SIGN}")
    return value if isinstance(value, str) else value_text(value)
