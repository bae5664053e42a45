"""Kinds of steps: each a thin call of what the package can do anyway, and a table of it."""

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
"""What a step of each kind computes, given its name, its content and the setting."""

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
"""How many runs a step takes."""
