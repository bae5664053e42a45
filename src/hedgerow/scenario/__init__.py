"""The scenario format: files a person writes, checked, merged and compiled for the model."""

from .load import load, shipped
from .problems import Problem, ScenarioError
from .scenario import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError", "load", "shipped"]
