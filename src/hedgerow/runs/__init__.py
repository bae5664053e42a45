"""Sweeps: many points of one scenario, stored as they come, stopped and resumed without a loss."""

from ..errors import NoSweep, Stopped, SweepRefused
from .planning import Plan, plan
from .sweeping import Workers, prepare, resume, sweep

__all__ = [
    "NoSweep",
    "Plan",
    "Stopped",
    "SweepRefused",
    "Workers",
    "plan",
    "prepare",
    "resume",
    "sweep",
]
