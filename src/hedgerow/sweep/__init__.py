"""Sweeps: many points of one scenario, stored as they come, stopped and resumed without a loss."""

from .errors import NoSweep, Refused, Stopped
from .plan import Plan, plan
from .start import Crew, prepare, resume, sweep

__all__ = ["Crew", "NoSweep", "Plan", "Refused", "Stopped", "plan", "prepare", "resume", "sweep"]
