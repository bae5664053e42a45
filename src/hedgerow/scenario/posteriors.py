"""Chooses the draws that replace the priors of a scenario: the user's own, or shipped ones if any.

``posterior/NAME-2014.parquet`` is fitted to the record up to 2014 and is for scores.
``NAME-2024.parquet`` is fitted to all of the record and is for forecasts. A calibration makes
both. A file that does not say what it knows counts as made with hindsight.
"""

import sys
from dataclasses import replace
from pathlib import Path

from ..facts.records import MARK
from ..files import folder
from . import Scenario
from .draws import Knowledge

TO_SCORE, TO_FORECAST = 2014, 2024
"""Last year of the record that posteriors for scores and for forecasts know."""


def shipped(scenario: Scenario, until: int) -> Path | None:
    """Return the file of shipped draws for a scenario, or for the one that it extends, if any.

    Args:
        scenario: the scenario.
        until: last year of the record that they know, 2014 or 2024.
    """
    for name in (scenario.name, *([Path(scenario.parent).stem] if scenario.parent else [])):
        path = folder("scenarios") / "posterior" / f"{name}-{until}.parquet"
        if path.is_file():
            return path
    return None


def with_draws(scenario: Scenario, parameters: Path | None, until: int) -> Scenario:
    """Return the scenario with the given draws, else with its own, else with those shipped for it.

    Raises:
        ScenarioError: the file holds no draws for it.
    """
    if parameters is None and scenario.draws is not None:
        return scenario
    path = shipped(scenario, until) if parameters is None else parameters
    return scenario if path is None else scenario.replace({"parameters": str(path.absolute())})


def without_draws(scenario: Scenario) -> Scenario:
    """Return the scenario without draws, so that all numbers come from their priors."""
    if scenario.draws is None:
        return scenario
    return replace(scenario, draws=None, sha256=f"{scenario.sha256} from its priors")


def named(scenario: Scenario, parameters: Path | None, until: int) -> str:
    """Return the name of the draws that `with_draws` uses; empty if it uses priors alone."""
    if parameters is not None:
        return parameters.name
    if scenario.draws is not None:
        return str(scenario.resolved.get("parameters", scenario.draws.name))
    path = shipped(scenario, until)
    return "" if path is None else f"posterior/{path.name}"


def hindsight(scenario: Scenario) -> str:
    """Return why the draws of a scenario count as made with hindsight; empty if they do not."""
    return too_much(scenario, sys.maxsize)


def marked(scenario: Scenario) -> dict[str, str]:
    """Return the entry ``hindsight`` of a manifest, with the reason; empty without hindsight."""
    why = hindsight(scenario)
    return {MARK: why} if why else {}


def too_much(scenario: Scenario, cut: int, name: str = "") -> str:
    """Return why the draws of a scenario know more than a cut allows; empty if they do not.

    Args:
        scenario: the scenario, with its draws if it has any.
        cut: last year that may be known.
        name: the name that the user gave for a file of draws that is not shipped.
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
