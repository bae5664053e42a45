"""A small scenario, its targets, and targets made by hand."""

from pathlib import Path

from hedgerow.facts.targets import Target
from hedgerow.scenario.target_file import load_targets

HERE = Path(__file__).parent
SCENARIO, TARGETS = HERE / "small.toml", HERE / "small_targets.toml"


def small_targets():
    """Return the targets of the small scenario by id."""
    return {target.id: target for target in load_targets(None, file=TARGETS)}


def target(kind, measures, value, years=(2022, 2022), error=0.1, **more):
    """Return a target of Vietnam."""
    measures = (measures,) if isinstance(measures, str) else tuple(measures)
    given = {"id": "made-up", "scenarios": ("small",), "country": "VNM", "use": "check"}
    given |= {"source": "external: a test, made up", "reason": "made up"}
    value = tuple(value) if isinstance(value, list) else value
    return Target(
        measures=measures, years=years, kind=kind, value=value, error=error, **(given | more)
    )
