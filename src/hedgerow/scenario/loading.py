"""Loads scenarios by name or path."""

import os
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..arguments import checked
from ..errors import ScenarioError
from .checks import check
from .document import is_there, locate, names
from .layers import Layer, parse
from .made import is_made, state_of
from .merge import merge
from .overrides import wanted
from .problems import Problem
from .reading import chain
from .scenario import Scenario, _ordered, finish


@checked
def load(
    name_or_path: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None, **changes: Any
) -> Scenario:
    """Read a scenario, merge it with the file that it extends, apply changes, and check it.

    Args:
        name_or_path: a TOML file, the name of a shipped scenario, or the code of a state of the
            panel (see `countries`), whose scenario is made of what is known of it by 2014. A file
            of that name, ``KAZ.toml``, goes before it.
        overrides: values by path, as in ``{"partners.RUS.trust": 0.5}``.
        **changes: the same for paths without quotes, with ``__`` for the dots
            (``partners__RUS__trust=0.5``), and ``runs``, ``seed`` and ``level``.

    Returns:
        The scenario, complete: every number that the file leaves out has its default.

    Raises:
        ScenarioError: the scenario is not right. The error lists all problems, each with its place
            and what would be right.

    >>> import hedgerow
    >>> scenario = hedgerow.load("vietnam", {"partners.RUS.trust": 0.5}, seed=3)
    >>> scenario["partners.RUS.trust"], scenario.seed
    (0.5, 3)
    """
    asked = wanted(overrides, changes)
    given = name_or_path if isinstance(name_or_path, str) else Path(name_or_path)
    path, label = locate(given)
    if isinstance(given, str) and state_of(given) and not is_made(path):
        warnings.warn(
            f"{path} is read, and not the state {given.upper()} of the panel", stacklevel=2
        )
    other = Path(f"{given}.toml")
    if isinstance(given, str) and given in names() and is_there(other) and not other.samefile(path):
        warnings.warn(
            f"the shipped scenario {given} is read, and not {other}; for that, name it in full",
            stacklevel=2,
        )
    return _merged(path.stem, *chain(path, label), asked)


def of_text(name: str, text: str) -> Scenario:
    """Return the scenario of the text of a file, which need not be there.

    Raises:
        ScenarioError: the scenario is not right.
    """
    return _merged(name, *chain(Path(name), name, parse(text, name, Path())), {})


def _merged(
    name: str,
    layers: list[Layer],
    problems: list[Problem],
    usable: bool,
    asked: Mapping[str, Any],
) -> Scenario:
    if problems and not usable:
        raise ScenarioError(_ordered(problems))
    merged, contradictions = merge(layers)
    problems += contradictions
    if problems:
        raise ScenarioError(_ordered([*problems, *check(merged).errors]))
    return finish(name, merged, asked)


def scenario_of(given: "Scenario | str | os.PathLike[str]") -> Scenario:
    """Return a scenario; load it if its file or the name of a shipped one is given.

    Raises:
        ScenarioError: the scenario is not right, or does not exist.
    """
    if isinstance(given, Scenario):
        return given
    return load(Path(given) if isinstance(given, os.PathLike) else given)


def scenarios() -> dict[str, str]:
    """Return the shipped scenarios: their titles by name, in the order of the names.

    `load` takes these names. ``load(name).to_toml()`` returns a scenario with all defaults written
    out, and ``hedgerow scenarios --copy NAME`` copies its file as it was written.

    >>> import hedgerow
    >>> hedgerow.scenarios()["vietnam"]
    'How did Vietnam hedge, and how long can it?'
    """
    titles = {}
    for name in names():
        path, _ = locate(name)
        titles[name] = str(tomllib.loads(path.read_text("utf-8")).get("title", name))
    return titles


shipped = scenarios
