"""Step 1 of a round: dated changes of parameters."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats, Shock, Values


def active(shocks: Iterable[Shock], round_: int) -> tuple[NDArray[np.bool_], ...]:
    """Tell for each shock in which replicates (R,) it is in force in a round."""
    return tuple(s.happens & (s.start <= round_) & (round_ < s.stop) for s in shocks)


def changed(old: Floats, op: str, value: Floats) -> Floats:
    """Return `old` after one operation: ``set``, ``add`` or ``multiply``."""
    if op == "set":
        return np.broadcast_to(value, old.shape)
    if op == "add":
        return old + value
    if op == "multiply":
        return old * value
    raise ValueError(f"unknown operation {op!r}")


def in_force(
    values: Values, shocks: tuple[Shock, ...], masks: tuple[NDArray[np.bool_], ...]
) -> Values:
    """Return the values of a round: shocks applied in their order, the rest shared."""
    current = dict(values)
    for shock, mask in zip(shocks, masks, strict=True):
        if not mask.any():
            continue
        array = current[shock.array]
        if array is values[shock.array]:
            array = current[shock.array] = array.copy()
        for index in (shock.index, shock.mirror):
            if index is not None:
                old = array[index]
                array[index] = np.where(mask, changed(old, shock.op, shock.value), old)
    return current
