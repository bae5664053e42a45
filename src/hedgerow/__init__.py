"""How states hedge between great powers: a simulation of bamboo diplomacy.

>>> import hedgerow
>>> scenario = hedgerow.load("vietnam")
>>> results = hedgerow.run(scenario, runs=4, until=1998, progress=False)
>>> sorted(results.summary(measure="alignment_index")["year"])
[1996, 1997, 1998]

Every command of ``hedgerow`` but ``play`` and ``serve`` has a function of its name here; that of
``import`` is `import_data`. Names are imported on first use, so that ``import hedgerow`` costs
nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agents import CountryAgent as CountryAgent
    from .agents import HedgingModel as HedgingModel
    from .agents import PowerAgent as PowerAgent
    from .agents import register as register
    from .analysis.calls import calibrate as calibrate
    from .analysis.calls import discover as discover
    from .analysis.calls import estimate as estimate
    from .analysis.calls import explain as explain
    from .analysis.calls import forecast as forecast
    from .analysis.calls import map as map
    from .analysis.calls import score as score
    from .analysis.calls import sensitivity as sensitivity
    from .analysis.calls import tournament as tournament
    from .analysis.comparison import compare as compare
    from .analysis.threshold import critical_rivalry as critical_rivalry
    from .experiment import reproduce as reproduce
    from .facts.countries import countries as countries
    from .results import Results as Results
    from .results.drawing import plot as plot
    from .results.importing import import_data as import_data
    from .runs.calls import resume as resume
    from .runs.calls import sweep as sweep
    from .runs.ensemble import run as run
    from .runs.inspection import status as status
    from .runs.opening import open as open
    from .runs.planning import plan as plan
    from .scenario import Scenario as Scenario
    from .scenario import load as load
    from .scenario import scenarios as scenarios
    from .scenario.checking import check as check
    from .scenario.evidence import evidence as evidence
    from .scenario.new import new as new

    __version__: str

_HOME = {
    "CountryAgent": "agents",
    "HedgingModel": "agents",
    "PowerAgent": "agents",
    "Results": "results",
    "Scenario": "scenario",
    "calibrate": "analysis.calls",
    "check": "scenario.checking",
    "compare": "analysis.comparison",
    "countries": "facts.countries",
    "critical_rivalry": "analysis.threshold",
    "discover": "analysis.calls",
    "estimate": "analysis.calls",
    "evidence": "scenario.evidence",
    "explain": "analysis.calls",
    "forecast": "analysis.calls",
    "import_data": "results.importing",
    "load": "scenario",
    "map": "analysis.calls",
    "new": "scenario.new",
    "open": "runs.opening",
    "plan": "runs.planning",
    "plot": "results.drawing",
    "register": "agents",
    "reproduce": "experiment",
    "resume": "runs.calls",
    "run": "runs.ensemble",
    "scenarios": "scenario",
    "score": "analysis.calls",
    "sensitivity": "analysis.calls",
    "status": "runs.inspection",
    "sweep": "runs.calls",
    "tournament": "analysis.calls",
}
"""Public name → module that has it under the same name."""

__all__ = [
    "CountryAgent",
    "HedgingModel",
    "PowerAgent",
    "Results",
    "Scenario",
    "__version__",
    "calibrate",
    "check",
    "compare",
    "countries",
    "critical_rivalry",
    "discover",
    "estimate",
    "evidence",
    "explain",
    "forecast",
    "import_data",
    "load",
    "map",
    "new",
    "open",
    "plan",
    "plot",
    "register",
    "reproduce",
    "resume",
    "run",
    "scenarios",
    "score",
    "sensitivity",
    "status",
    "sweep",
    "tournament",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("hedgerow")
    elif name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
