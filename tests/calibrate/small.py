"""A small scenario, its targets, and targets made by hand."""

from pathlib import Path

from hedgerow.facts.targets import Target
from hedgerow.scenario.target_file import load_targets

HERE = Path(__file__).parent
SCENARIO, TARGETS = HERE / "small.toml", HERE / "small_targets.toml"


def small_targets():
    """Return the targets of the small scenario to 2004."""
    return load_targets(None, ("fit",), TARGETS)


def target(kind, measures, value, years=(2001, 2001), error=0.1, **more):
    """Return a target of Vietnam."""
    measures = (measures,) if isinstance(measures, str) else tuple(measures)
    given = {"id": "made-up", "scenarios": ("small",), "country": "VNM", "use": "fit"}
    given |= {"source": "external: a test, made up", "reason": "made up"}
    return Target(
        measures=measures, years=years, kind=kind, value=value, error=error, **(given | more)
    )
