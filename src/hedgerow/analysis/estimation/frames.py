"""Frames and states with a few numbers alone, to call the model's own functions of habits."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from ...model.frame import Frame
from ...model.state import State
from .penalised import Floats

_NONE = np.zeros(0)


def frame(
    number: int,
    threat_is: Floats = _NONE,
    not_self: Floats = _NONE,
    **values: Floats,
) -> Frame:
    """Return a frame of some columns (D) that holds the arrays that are given, and no more."""
    return Frame(
        n=number,
        r=1,
        columns=np.arange(number),
        country=np.arange(number),
        values=values,
        prior=_NONE,
        gain=_NONE,
        will_gain=_NONE,
        will=_NONE,
        stock_gain=_NONE,
        extra_threat=_NONE,
        threat_is=threat_is,
        threat_rivalry=_NONE,
        not_self=not_self,
    )


def state(**values: Any) -> State:
    """Return a state that holds what is given, and no more."""
    return cast(State, SimpleNamespace(**values))
