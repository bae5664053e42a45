"""The data collector of a model, which records values after every round."""

from functools import partial
from math import fsum, isnan, nan
from typing import TYPE_CHECKING, Any

from .library import mesa

if TYPE_CHECKING:
    from .model import HedgingModel

MEASURES = ("alignment_index", "kuik_score", "hedging_index", "payoff", "threat")
"""Measures of a country that are collected; NaN for a power."""
MEANS = ("alignment_index", "hedging_index", "payoff", "threat")
"""Measures whose mean over countries is collected for the model."""
TOTALS = ("alignment", "pressure", "inducement")
"""Sums over partners for a country, over countries for a power."""


def collector() -> mesa.DataCollector:
    """Return the data collector of a model.

    Its table of the model has a row for each round: ``year``, ``quarter`` and ``mean_…`` of `MEANS`
    over countries. Its table of agents has a row for each round and agent: ``code``, ``kind``,
    ``strategy``, ``move``, `MEASURES` and `TOTALS`.
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
    """Return the mean of a measure over the countries that define it; NaN if none does."""
    values = [float(value) for value in model.measures()[name] if not isnan(value)]
    return fsum(values) / len(values) if values else nan


def text(agent: Any, name: str) -> str:
    """Return a text attribute of an agent; empty for a power."""
    return str(getattr(agent, name, None) or "")


def measure(agent: Any, name: str) -> float:
    """Return a measure of a country; NaN for a power."""
    if agent.kind != "country":
        return nan
    return float(agent.model.measures()[name][agent.index])


def total(agent: Any, name: str) -> float:
    """Return the sum over partners of a country, or over countries of a power."""
    return float(fsum(getattr(agent, name).values()))
