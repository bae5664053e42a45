"""How states hedge between great powers: a simulation of bamboo diplomacy.

>>> import hedgerow
>>> scenario = hedgerow.load("vietnam")            # doctest: +SKIP
>>> results = hedgerow.run(scenario, runs=200)     # doctest: +SKIP
>>> results.summary()                              # doctest: +SKIP

Names are imported on first use, so that ``import hedgerow`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agents import CountryAgent as CountryAgent
    from .agents import HedgingModel as HedgingModel
    from .agents import PowerAgent as PowerAgent
    from .analysis.threshold import critical_rivalry as critical_rivalry
    from .results import Results as Results
    from .runs.ensemble import run as run
    from .runs.opening import open_folder as open
    from .scenario import Scenario as Scenario
    from .scenario.loading import load as load

    __version__: str

_HOME = {
    "load": ("hedgerow.scenario", "load"),
    "run": ("hedgerow.runs.ensemble", "run"),
    "open": ("hedgerow.runs.opening", "open_folder"),
    "critical_rivalry": ("hedgerow.analysis.threshold", "critical_rivalry"),
    "Scenario": ("hedgerow.scenario", "Scenario"),
    "Results": ("hedgerow.results", "Results"),
    "HedgingModel": ("hedgerow.agents", "HedgingModel"),
    "CountryAgent": ("hedgerow.agents", "CountryAgent"),
    "PowerAgent": ("hedgerow.agents", "PowerAgent"),
}
"""Public name → (module, name there)."""

__all__ = [
    "CountryAgent",
    "HedgingModel",
    "PowerAgent",
    "Results",
    "Scenario",
    "__version__",
    "critical_rivalry",
    "load",
    "open",
    "run",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("hedgerow")
    elif name in _HOME:
        module, attribute = _HOME[name]
        value = getattr(import_module(module), attribute)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
