"""Step 1 of a round, dated changes of parameters: `hedgerow.model.shocks`."""

from .books import Opened, Rows, put_where
from .lanes import Lanes, Mask, any_of, jit, splat

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
def turning(w: Opened, g: Opened, round_: int) -> Mask:
    """Tell where numbers change in a round; in the first they do everywhere."""
    start = splat(float(round_)) == 0.0
    for h in range(w.shocks):
        turns = (g.shock_start[h] == round_) | (g.shock_stop[h] == round_)
        start = start | (turns & (g.shock_happens[h] > 0.0))
    return start


@jit
def in_force(w: Opened, g: Opened, round_: int, given: Rows, values: Rows, rows: int) -> None:
    """Mirror `shocks.in_force`: write the values of a round, as numbered by `packing.rows_of`.

    After the first round only those that some shock changes need it.
    """
    if round_ == 0:
        for row in range(rows):
            values[row] = given[row]
    for at in range(w.shocked_rows):
        values[w.shocked_row[at]] = given[w.shocked_row[at]]
    for h in range(w.shocks):
        active = g.shock_happens[h] > 0.0
        active = active & (g.shock_start[h] <= round_) & (g.shock_stop[h] > round_)
        if any_of(active):
            for at in range(w.shock_rows[h], w.shock_rows[h + 1]):
                row = w.shock_row[at]
                new = changed(values[row], w.shock_op[h], g.shock_value[h])
                put_where(values, row, active, new)
