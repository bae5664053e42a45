"""From a name or a path to a scenario."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from .checks import check
from .document import chain, locate, names
from .merge import merge
from .overrides import wanted
from .scenario import Scenario, _ordered, finish


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
    asked = wanted(overrides, changes)
    path, label = locate(name_or_path)
    layers, problems, usable = chain(path, label)
    if problems and not usable:
        raise ScenarioError(_ordered(problems))
    merged, contradictions = merge(layers)
    problems += contradictions
    if problems:
        raise ScenarioError(_ordered([*problems, *check(merged).errors]))
    return finish(path.stem, merged, asked)


def shipped() -> dict[str, str]:
    """Return the titles of the shipped scenarios by name."""
    titles = {}
    for name in names():
        path, _ = locate(name)
        titles[name] = str(tomllib.loads(path.read_text("utf-8")).get("title", name))
    return titles
