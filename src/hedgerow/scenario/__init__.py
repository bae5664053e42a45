"""Scenarios: reads the files that users write, merges and checks them, and compiles them."""

from ..errors import ScenarioError
from .loading import load, scenario_of, scenarios, shipped
from .problems import Problem
from .scenario import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError", "load", "scenario_of", "scenarios", "shipped"]
