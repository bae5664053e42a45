"""Experiments: the published figures, with all that is needed to compute them again.

An experiment is a folder. ``experiment.toml`` describes what is computed (module `experiment`).
Steps (`steps`) compute it, and put the numbers into one table (`table`). ``figure.py`` draws the
table (`drawing`). ``reference.csv`` holds the published numbers, with which new ones are compared
(`reference`).
"""

from ..errors import ExperimentError
from .experiment import FULL, QUICK, Experiment, find, read
from .running import Outcome, reproduce

__all__ = [
    "FULL",
    "QUICK",
    "Experiment",
    "ExperimentError",
    "Outcome",
    "find",
    "read",
    "reproduce",
]
