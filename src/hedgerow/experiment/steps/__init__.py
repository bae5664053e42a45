"""The kinds of steps. Each calls a function of the package and puts its numbers into a table."""

from collections.abc import Callable
from typing import Any

from ..setting import Setting
from ..table import Rows
from . import (
    calibrate,
    compare,
    facts,
    forecast,
    runs,
    score,
    sensitivity,
    sweep,
    threshold,
    tournament,
)

COMPUTE: dict[str, Callable[[str, Any, Setting], Rows]] = {
    "runs": runs.compute,
    "compare": compare.compute,
    "sweep": sweep.compute,
    "threshold": threshold.compute,
    "tournament": tournament.compute,
    "sensitivity": sensitivity.compute,
    "forecast": forecast.compute,
    "calibrate": calibrate.compute,
    "score": score.compute,
    "facts": facts.compute,
}
"""Functions that compute a step of each kind, given its name, its content and the setting."""

PLANNED: dict[str, Callable[[Any, Setting], int]] = {
    "runs": runs.planned,
    "compare": compare.planned,
    "sweep": sweep.planned,
    "threshold": threshold.planned,
    "tournament": tournament.planned,
    "sensitivity": sweep.planned,
    "forecast": forecast.planned,
    "calibrate": calibrate.planned,
    "score": score.planned,
    "facts": facts.planned,
}
"""Functions that return the number of runs of a step of each kind."""
