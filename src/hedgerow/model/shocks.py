"""Step 1 of a round: dated changes of parameters."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats, Shock, Values


def active(shocks: Iterable[Shock], round_: int) -> tuple[NDArray[np.bool_], ...]:
    """Tell for each shock in which replicates (R,) it is in force in a round."""
    return tuple(s.happens & (s.start <= round_) & (round_ < s.stop) for s in shocks)


def turning_points(shocks: Iterable[Shock]) -> frozenset[int]:
    """Return the rounds in which any shock begins or ends in any replicate."""
    dates = [date[s.happens & (s.start < s.stop)] for s in shocks for date in (s.start, s.stop)]
    return frozenset(np.unique(np.concatenate(dates)).tolist() if dates else ())


def changed(old: Floats, op: str, value: Floats) -> Floats:
    """Return `old` after one operation, up to broadcasting: ``set``, ``add`` or ``multiply``."""
    if op == "set":
        return value
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
        everywhere = mask.all()
        array = current[shock.array]
        if array is values[shock.array]:
            array = current[shock.array] = array.copy()
        for index in (shock.index, shock.mirror):
            if index is not None:
                old = array[index]
                new = changed(old, shock.op, shock.value)
                array[index] = new if everywhere else np.where(mask, new, old)
    return current
