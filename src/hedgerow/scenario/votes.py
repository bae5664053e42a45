"""The votes among the scheduled choices of a scenario, with and without their coding."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import Scenario

VOTE = "vote"


def votes(scenario: Scenario) -> tuple[str, ...]:
    """Return the questions of a scenario that are votes, in the order of the scenario."""
    choices = scenario.resolved["choices"]
    return tuple(question for question, entry in choices.items() if entry["kind"] == VOTE)


def uncoded(scenario: Scenario) -> Scenario:
    """Return the scenario with the options of its first vote copied to all its votes.

    This removes the coding of the resolutions' demands (``docs/background/votes.md``), so that
    votes differ only in their dates.

    Raises:
        ScenarioError: the options of some votes do not change the same ties and rewards.
    """
    questions = votes(scenario)
    if not questions:
        return scenario
    choices = scenario.resolved["choices"]
    first = dict(_leaves(choices[questions[0]]["options"]))
    changes = {
        ".".join(("choices", f'"{question}"', "options", *keys)): value
        for question in questions[1:]
        for keys, value in first.items()
    }
    return scenario.replace(changes)


def _leaves(table: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and "value" not in value:
            yield from _leaves(value, (*keys, key))
        else:
            yield (*keys, key), value
