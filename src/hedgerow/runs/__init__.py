"""Sweeps: many points of one scenario, stored as they come, stopped and resumed without a loss."""

from ..errors import NoSweep, Stopped, SweepRefused
from .planning import Plan, plan
from .sweeping import Crew, prepare, resume, sweep

__all__ = [
    "Crew",
    "NoSweep",
    "Plan",
    "Stopped",
    "SweepRefused",
    "plan",
    "prepare",
    "resume",
    "sweep",
]
