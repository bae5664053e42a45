"""What the data collector of a model takes down after every round."""

from functools import partial
from math import fsum, isnan, nan
from typing import TYPE_CHECKING, Any

from .library import mesa

if TYPE_CHECKING:
    from .model import HedgingModel

MEASURES = ("alignment_index", "kuik_score", "hedging_index", "payoff", "threat")
"""Measures of a country that are collected; nan for a power."""
MEANS = ("alignment_index", "hedging_index", "payoff", "threat")
"""Measures whose mean over countries is collected for the model."""
TOTALS = ("alignment", "pressure", "inducement")
"""Sums over partners for a country, over countries for a power."""


def collector() -> mesa.DataCollector:
    """Return the data collector of a model: a row a round, and a row a round and agent.

    Model: ``year``, ``quarter`` and ``mean_…`` of `MEANS` over countries. Agents: ``code``,
    ``kind``, ``strategy``, ``move``, `MEASURES` and `TOTALS`.
    """
    return mesa.DataCollector(
        model_reporters={
            "year": "year",
            "quarter": "quarter",
            **{f"mean_{name}": partial(mean, name=name) for name in MEANS},
        },
        agent_reporters={
            **{name: partial(text, name=name) for name in ("code", "kind", "strategy", "move")},
            **{name: partial(measure, name=name) for name in MEASURES},
            **{name: partial(total, name=name) for name in TOTALS},
        },
    )


def mean(model: "HedgingModel", name: str) -> float:
    """Mean of a measure over the countries where it is defined; nan where it is nowhere."""
    values = [float(value) for value in model.measures()[name] if not isnan(value)]
    return fsum(values) / len(values) if values else nan


def text(agent: Any, name: str) -> str:
    """A word of an agent; empty for a power that has none."""
    return str(getattr(agent, name, None) or "")


def measure(agent: Any, name: str) -> float:
    """A measure of a country; nan for a power."""
    if agent.kind != "country":
        return nan
    return float(agent.model.measures()[name][agent.index])


def total(agent: Any, name: str) -> float:
    """Sum of what an agent feels or exerts."""
    return float(fsum(getattr(agent, name).values()))
