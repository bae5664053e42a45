"""The targets of a score, the hindsight of a scenario on them, and the score of one forecast."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...facts.targets import Target
from ...model.streams import code_of
from ...scenario import Scenario, posteriors
from ...scenario.knowledge import Hindsight, hindsight, refuse
from ...scenario.posteriors import TO_FORECAST, TO_SCORE
from ..calibration import targets_of
from .predictive import Predictive, Scored, score
from .shocks import HISTORY


def checked_targets(
    scenario: Scenario, file: Path | None = None
) -> tuple[tuple[Target, ...], tuple[Target, ...], int]:
    """Return the targets to score, those that were fitted, and the last year of all of them.

    What was fitted before the scenario starts is left out.

    Raises:
        CalibrationError: there are no targets, or the scenario lacks what they need.
        ValueError: there are no targets to score.
    """
    record = targets_of(scenario, TO_FORECAST, file, since=scenario.start)
    checked = tuple(t for t in record if t.use == "check")
    if not checked:
        raise ValueError(
            f"{scenario.name}: none of its targets is to be checked after {HISTORY}, so there is "
            "nothing to score"
        )
    fitted = tuple(t for t in record if t.use == "fit")
    return checked, fitted, max(target.years[1] for target in record)


def known_of(
    scenario: Scenario,
    file: str,
    checked: Sequence[Target],
    fitted: Sequence[Target],
    allow: bool,
) -> Hindsight:
    """Return what a scenario with its draws knows from after 2014, or from its targets.

    Raises:
        HindsightError: there is hindsight, and it is not allowed.
    """
    draws = posteriors.too_much(scenario, TO_SCORE, file)
    found = hindsight(scenario, (*checked, *fitted), TO_SCORE, draws, fitted)
    return refuse(found, allow)


def scored_by(target: Target, said: Predictive, forecaster: str, shocks: str, seed: int) -> Scored:
    """Score one forecast. The random part of its PIT depends on seed, target and forecaster."""
    rng = np.random.default_rng([seed, code_of(f"pit {target.id} {forecaster} {shocks}")])
    return score(target, said, forecaster, shocks, rng)
