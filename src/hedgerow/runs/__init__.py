"""Ensembles and sweeps: many runs of a scenario, in this process, on workers or on a cluster.

A sweep runs many points of one scenario. It stores what is done as it goes, so that it can be
stopped at any time and resumed without loss.
"""

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
