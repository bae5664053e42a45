"""Sweeps: many points of one scenario, stored as they come, stopped and resumed without a loss."""

from .errors import NoSweep
from .plan import Plan, plan

__all__ = ["NoSweep", "Plan", "plan"]
