"""Step 1 of a round, dated changes of parameters: `hedgerow.model.shocks`."""

from .books import Opened, Rows, put_where
from .lanes import Lanes, any_of, jit, packed

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
def turns(w: Opened, g: Opened, round_: int) -> bool:
    """Tell whether the numbers of any replicate of the tile change in a round."""
    bits = 0
    for h in range(w.shocks):
        turning = (g.shock_start[h] == round_) | (g.shock_stop[h] == round_)
        bits |= packed(turning & (g.shock_happens[h] > 0.0))
    return bits != 0


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
