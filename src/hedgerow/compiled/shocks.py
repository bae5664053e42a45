"""Step 1 of a round, dated changes of parameters: `hedgerow.model.shocks`."""

from typing import Any

from .books import put_where
from .lanes import Lanes, Mask, any_of, jit, splat
from .portfolio import copy

SET, ADD = 0, 1


@jit
def changed(old: Lanes, op: int, value: Lanes) -> Lanes:
    """Mirror `shocks.changed`; `op` as numbered in `packing.OPERATIONS`."""
    if op == SET:
        return value
    if op == ADD:
        return old + value
    return old * value


@jit
def turning(h: Any, round_: int) -> Mask:
    """Tell where numbers change in a round; in the first they do everywhere."""
    g = h.g
    start = splat(float(round_)) == 0.0
    for i in range(h.w.shocks):
        turns = (g.shock_start[i] == round_) | (g.shock_stop[i] == round_)
        start = start | (turns & (g.shock_happens[i] > 0.0))
    return start


@jit
def in_force(h: Any, round_: int) -> None:
    """Mirror `shocks.in_force`: write the values of a round, as numbered by `packing.rows_of`.

    After the first round only those that some shock changes need it.
    """
    w, g, values = h.w, h.g, h.v.rows
    if round_ == 0:
        copy(g.rows, values, w.value_rows)
    for at in range(w.shocked_rows):
        values[w.shocked_row[at]] = g.rows[w.shocked_row[at]]
    for i in range(w.shocks):
        active = g.shock_happens[i] > 0.0
        active = active & (g.shock_start[i] <= round_) & (g.shock_stop[i] > round_)
        if any_of(active):
            for at in range(w.shock_rows[i], w.shock_rows[i + 1]):
                row = w.shock_row[at]
                new = changed(values[row], w.shock_op[i], g.shock_value[i])
                put_where(values, row, active, new)
