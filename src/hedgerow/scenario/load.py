"""From a name or a path to a scenario."""

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

from . import draws
from .checks import check
from .document import Merged, chain, copied, listed_form, locate, names
from .layers import format_problems
from .merge import merge, overlay
from .overrides import LABEL, override_layer, plain_value
from .problems import Problem, ScenarioError
from .scenario import Scenario, digest

SHORT = {"runs": "ensemble.runs", "seed": "ensemble.seed", "level": "ensemble.level"}


def load(
    name_or_path: str | Path, overrides: Mapping[str, Any] | None = None, **changes: Any
) -> Scenario:
    """Read a scenario, merge it with what it extends, change and check it.

    Args:
        name_or_path: a TOML file, or the name of a shipped scenario.
        overrides: values by path, as in ``{"partners.RUS.trust": 0.5}``.
        **changes: the same for paths without quotes, with ``__`` for the dots
            (``partners__RUS__trust=0.5``), and ``runs``, ``seed`` and ``level``.

    Raises:
        ScenarioError: with all problems found.
    """
    wanted = dict(overrides or {})
    for key, value in changes.items():
        text = SHORT.get(key, key.replace("__", "."))
        if text in wanted:
            raise ScenarioError([Problem(f"{text} is given twice", LABEL)])
        wanted[text] = value
    path, label = locate(name_or_path)
    layers, problems, usable = chain(path, label)
    if problems and not usable:
        raise ScenarioError(_ordered(problems))
    merged, contradictions = merge(layers)
    problems += contradictions
    if problems:
        raise ScenarioError(_ordered([*problems, *check(merged).errors]))
    return finish(path.stem, merged, wanted)


def finish(name: str, base: Merged, overrides: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a merged document with overrides laid over it.

    Raises:
        ScenarioError: with all problems found.
    """
    merged = copy(base)
    if overrides:
        merged = Merged(copied(base.document), dict(base.origins), list(base.layers))
        told = {path: plain_value(value) for path, value in overrides.items()}
        layer, problems = override_layer(merged, told)
        found, _ = format_problems(layer)
        problems += found
        if problems:
            raise ScenarioError(problems)
        overlay(merged, layer, problems)
        if problems:
            raise ScenarioError(problems)
    checked = check(merged)
    if checked.errors:
        raise ScenarioError(_ordered(checked.errors))
    drawn, notes = draws.read(merged, checked.quantities)
    if drawn is not None:
        checked.resolved[draws.KEY] = drawn.name
    return Scenario(
        name=name,
        document={"schema": 1} | listed_form(merged.document),
        resolved=checked.resolved,
        quantities=checked.quantities,
        warnings=tuple(_ordered([*checked.problems, *notes])),
        merged=merged,
        sha256=digest(checked.resolved),
        draws=drawn,
    )


def _ordered(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def shipped() -> dict[str, str]:
    """Return the titles of the shipped scenarios by name."""
    import tomllib

    titles = {}
    for name in names():
        path, _ = locate(name)
        titles[name] = str(tomllib.loads(path.read_text("utf-8")).get("title", name))
    return titles
