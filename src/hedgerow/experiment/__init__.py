"""Experiments: a claim, what to compute for it, the numbers that came out, and a figure of them.

An experiment is a folder: ``experiment.toml`` says what is computed, as data (`experiment`); steps
(`steps`) turn that into one long table (`table`); ``figure.py`` draws it (`drawing`); and
``reference.csv`` holds the numbers once drawn, against which new ones are held (`reference`).
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
