"""The scenario format: files a person writes, checked, merged and compiled for the model."""

from ..errors import ScenarioError
from .loading import load, scenario_of, scenarios, shipped
from .problems import Problem
from .scenario import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError", "load", "scenario_of", "scenarios", "shipped"]
