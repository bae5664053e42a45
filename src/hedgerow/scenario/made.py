"""Scenarios that are made from the panel, when the code of a state names them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NoState, ScenarioError, UnknownState
from ..facts.panel import shipped_panel
from ..facts.profile import require_state
from ..facts.states import find
from ..files import folder
from .case import text_of
from .layers import Layer, parse
from .problems import Problem

if TYPE_CHECKING:
    from .scenario import Scenario

_CODE = re.compile(r"[A-Za-z]{3}", re.ASCII)
_LABEL = "{code} (made from the panel)"


def state_of(text: str) -> str | None:
    """Return the code of the state that a text is the code of, in any case; None if of none."""
    if not _CODE.fullmatch(text):
        return None
    return text.upper() if text.upper() in shipped_panel().states() else None


def named(text: str) -> str:
    """Return a hint at the code of the state of the panel that a text is the name of, if any."""
    try:
        code = find(text).code
    except UnknownState:
        return ""
    return f"did you mean '{code}'?" if code in shipped_panel().states() else ""


def made(text: str) -> tuple[Path, str] | None:
    """Return the place and the name in messages of the scenario that a code stands for.

    There is no such file: `made_layer` makes its content. None if the text is no code.

    Raises:
        ScenarioError: it is the code of a power, or in capitals and of no state of the panel.
    """
    code = state_of(text)
    if code is not None:
        return _place(code), _LABEL.format(code=code)
    if _CODE.fullmatch(text) and text.isupper():
        try:
            require_state(shipped_panel(), text)
        except NoState as error:
            raise ScenarioError([Problem(f"no scenario is called '{text}': {error}")]) from None
    return None


def is_made(path: Path) -> bool:
    """Whether a path is that of a scenario that is made when it is read."""
    return path.parent == _place("").parent and path.stem in shipped_panel().states()


def made_layer(path: Path) -> Layer:
    """Return the content of a scenario that is made when it is read."""
    return parse(text_of(path.stem), _LABEL.format(code=path.stem), path.parent)


def is_from_panel(scenario: "Scenario") -> bool:
    """Whether a scenario, or one that it extends, was made from the panel."""
    return any(layer.label.endswith(_LABEL[6:]) for layer in scenario.merged.layers)


def _place(code: str) -> Path:
    return folder("seeds") / "panel" / f"{code}.toml"
