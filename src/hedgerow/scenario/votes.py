"""The votes among the dated choices of a scenario, with and without their coding."""

from collections.abc import Mapping
from typing import Any

from ..model.parameters import Vote
from . import Scenario

VOTE = "vote"


def votes(scenario: Scenario) -> tuple[str, ...]:
    """Return the questions of a scenario that are votes, in the order of the scenario."""
    choices = scenario.resolved["choices"]
    return tuple(question for question, entry in choices.items() if entry["kind"] == VOTE)


def options_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of a dated choice of a resolved scenario."""
    return Vote.options if entry["kind"] == VOTE else tuple(entry["options"])


_CODING = ("class", "subject", "sponsors", "votes", "issue")


def uncoded(scenario: Scenario) -> Scenario:
    """Return the scenario with the coding of its first vote copied to all its votes.

    This removes the coding of the resolutions (``docs/background/votes.md``: class, subject,
    sponsors, issue, powers' own votes), so that votes differ only in their dates.

    Raises:
        ScenarioError: there can be no such scenario.
    """
    questions = votes(scenario)
    if not questions:
        return scenario
    choices = scenario.resolved["choices"]
    first = choices[questions[0]]
    changes = {
        ".".join(("choices", f'"{question}"', key)): first[key]
        for question in questions[1:]
        for key in _CODING
        if key in first
    }
    return scenario.replace(changes)
