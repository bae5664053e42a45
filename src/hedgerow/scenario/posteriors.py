"""The shipped posteriors: which draws stand in place of a scenario's priors.

``posterior/NAME-2014.parquet`` knows the record to 2014 and is for scores; ``NAME-2024`` knows all
of it and is for forecasts (a calibration makes both). The shipped ones do not say what they
know, and were made with hindsight; any other file that does not say counts as made with hindsight.
"""

import sys
from dataclasses import replace
from pathlib import Path

from ..facts.records import MARK
from ..files import folder
from . import Scenario
from .draws import Knowledge

TO_SCORE, TO_FORECAST = 2014, 2024
"""Last year of the record that a posterior knows."""


def shipped(scenario: Scenario, until: int) -> Path | None:
    """Return the shipped draws for a scenario, or for the one that it extends, if there are any.

    Args:
        scenario: which.
        until: last year of the record, 2014 or 2024.
    """
    for name in (scenario.name, *([Path(scenario.parent).stem] if scenario.parent else [])):
        path = folder("scenarios") / "posterior" / f"{name}-{until}.parquet"
        if path.is_file():
            return path
    return None


def with_draws(scenario: Scenario, parameters: Path | None, until: int) -> Scenario:
    """Return the scenario with its draws: those given, else its own, else those shipped for it.

    Raises:
        ScenarioError: the file holds no draws for it.
    """
    if parameters is None and scenario.draws is not None:
        return scenario
    path = shipped(scenario, until) if parameters is None else parameters
    return scenario if path is None else scenario.replace({"parameters": str(path.absolute())})


def without_draws(scenario: Scenario) -> Scenario:
    """Return the scenario with all its numbers from their priors."""
    if scenario.draws is None:
        return scenario
    return replace(scenario, draws=None, sha256=f"{scenario.sha256} from its priors")


def named(scenario: Scenario, parameters: Path | None, until: int) -> str:
    """Name the draws that `with_draws` takes as a user would; empty for priors alone."""
    if parameters is not None:
        return parameters.name
    if scenario.draws is not None:
        return str(scenario.resolved.get("parameters", scenario.draws.name))
    path = shipped(scenario, until)
    return "" if path is None else f"posterior/{path.name}"


def hindsight(scenario: Scenario) -> str:
    """Say why a scenario's draws count as made with hindsight; empty where they do not."""
    return too_much(scenario, sys.maxsize)


def marked(scenario: Scenario) -> dict[str, str]:
    """Return what a manifest says of `hindsight`: why; nothing where there is none."""
    why = hindsight(scenario)
    return {MARK: why} if why else {}


def too_much(scenario: Scenario, cut: int, name: str = "") -> str:
    """Say why a scenario's draws know more than a cut allows; empty where they do not.

    Args:
        scenario: with its draws, if it has any.
        cut: last year that may be known.
        name: what the user calls a file of draws that is not shipped.
    """
    draws = scenario.draws
    if draws is None:
        return ""
    name, known = name or draws.name, draws.knowledge
    for until in (TO_SCORE, TO_FORECAST):
        for path in (folder("scenarios") / "posterior").glob(f"*-{until}.parquet"):
            if known is None and path.read_bytes() == draws.content:
                name, known = f"posterior/{path.name}", Knowledge(until, hindsight=True)
    if known is None:
        return f"{name} does not say what it knows, and so counts as made with hindsight"
    if known.until > cut:
        return f"{name} are draws of the record to {known.until}, which is later than {cut}"
    return f"{name} was made with hindsight" if known.hindsight else ""
