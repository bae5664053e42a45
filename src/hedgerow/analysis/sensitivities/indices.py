"""Indices of one response: from design points and responses to numbers for each path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import NoIndices
from ...scenario.checks import sweep
from .design import MORRIS, PAWN, SOBOL, Design, Floats
from .morris import morris
from .pawn import pawn, require_slices
from .sobol import Pair, sobol

FEWEST = {SOBOL: 16, MORRIS: 4}
"""Whole blocks that are needed."""

FEW = {SOBOL: sweep.FEW["saltelli"], MORRIS: sweep.FEW["morris"]}
"""Whole blocks below which intervals are rough."""

_SAME, _TINY = 1e-9, 1e-3


@dataclass(frozen=True)
class Indices:
    """Indices of one response.

    Attributes:
        method: of `hedgerow.analysis.sensitivities.design`.
        paths: (k,) what is swept.
        columns: (k,) numbers by name. Of Sobol' ``first``, ``total``; of Morris ``mu_star``,
            ``mu``, ``sigma``, in units of the response per whole range; of PAWN ``median``,
            ``min``, ``max`` and ``dummy``, what a path that does nothing stays below 19 times in
            20, and of a plain run the columns of `ranks`. ``NAME_low`` and ``NAME_high`` are ends
            of a 95 % interval.
        used: (P,) which points they rest on.
        pairs: of second order.
    """

    method: str
    paths: tuple[str, ...]
    columns: dict[str, Floats]
    used: NDArray[np.bool_]
    pairs: tuple[Pair, ...] = ()

    def order(self) -> list[int]:
        """Return the places of the paths, the weightiest first."""
        leading = next(iter(self.columns)) if self.method != SOBOL else "total"
        if "rank" in self.columns:
            leading = "rank"
        weight = np.nan_to_num(np.abs(self.columns[leading]), nan=-np.inf)
        return sorted(range(len(self.paths)), key=lambda i: -weight[i])


def indices(design: Design, values: Floats) -> Indices:
    """Return the indices that a design is made for.

    Args:
        design: its points.
        values: (P,) responses; NaN where there is none. A block of Saltelli's or Morris' design
            that lacks one is left out whole.

    Raises:
        NoIndices: too little is left, or the response is the same everywhere.
    """
    used = whole_blocks(values, design.block)
    require_enough(design, used)
    kept = values[used]
    if kept.size and np.ptp(kept) <= _SAME * max(_TINY, float(np.abs(kept).max())):
        raise NoIndices(f"it is {kept[0]:g} at every point: nothing depends on what is swept")
    if design.method == SOBOL:
        columns, pairs = sobol(design, kept)
        return Indices(SOBOL, design.paths, columns, used, pairs)
    if design.method == MORRIS:
        return Indices(MORRIS, design.paths, morris(design, kept, used), used)
    return Indices(design.method, design.paths, pawn(design, kept, used), used)


def whole_blocks(values: Floats, size: int) -> NDArray[np.bool_]:
    """Return (P,) which points belong to a block of `size` neighbours without a NaN."""
    whole = ~np.isnan(values).reshape(-1, size).any(axis=1)
    return np.repeat(whole, size)


def require_enough(design: Design, used: NDArray[np.bool_]) -> None:
    """Refuse a design that is too small.

    Args:
        used: (P,) which of its points have a value.

    Raises:
        NoIndices: it is.
    """
    if design.method == PAWN:
        require_slices(design, used)
        return
    needed = FEWEST[design.method]
    there, planned = int(used.sum()) // design.block, used.size // design.block
    if there >= needed:
        return
    what = "base points" if design.method == SOBOL else "trajectories"
    lost = "" if there == planned else f" of {planned} are whole"
    raise NoIndices(
        f"{there} {what}{lost}, and the indices of a {design.name} design need {needed}, better "
        f"{4 * FEW[design.method]}: sweep again with more 'points'"
    )
