"""Computes the indices of one response, for each path, from the points and their responses."""

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
"""Least number of complete blocks."""

FEW = {SOBOL: sweep.FEW["saltelli"], MORRIS: sweep.FEW["morris"]}
"""Least number of complete blocks for reliable intervals."""

_SAME, _TINY = 1e-9, 1e-3


@dataclass(frozen=True)
class Indices:
    """Indices of one response.

    Attributes:
        method: the method, as of `hedgerow.analysis.sensitivities.design`.
        paths: (k,) the swept paths.
        columns: (k,) numbers by name. For Sobol' these are ``first`` and ``total``; for Morris
            ``mu_star``, ``mu`` and ``sigma``, in units of the response for the whole range; for
            PAWN ``median``, ``min``, ``max`` and ``dummy``, the value that a path without effect
            stays below 19 times in 20; for a plain run also the columns of `ranks`. ``NAME_low``
            and ``NAME_high`` are the ends of a 95 % interval.
        used: (P,) bool, which points were used.
        pairs: indices of second order.
    """

    method: str
    paths: tuple[str, ...]
    columns: dict[str, Floats]
    used: NDArray[np.bool_]
    pairs: tuple[Pair, ...] = ()

    def order(self) -> list[int]:
        """Return the indices of the paths, sorted by importance, the largest first."""
        leading = next(iter(self.columns)) if self.method != SOBOL else "total"
        if "rank" in self.columns:
            leading = "rank"
        weight = np.nan_to_num(np.abs(self.columns[leading]), nan=-np.inf)
        return sorted(range(len(self.paths)), key=lambda i: -weight[i])


def indices(design: Design, values: Floats) -> Indices:
    """Return the indices of the method that a design is made for.

    Args:
        design: the design.
        values: (P,) responses, NaN if there is none. Blocks of Saltelli's or Morris' design with a
            NaN are left out as a whole.

    Raises:
        NoIndices: too few points are left, or the response is the same everywhere.
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
    """Return (P,) bool, which points belong to a block of `size` neighbours without a NaN."""
    whole = ~np.isnan(values).reshape(-1, size).any(axis=1)
    return np.repeat(whole, size)


def require_enough(design: Design, used: NDArray[np.bool_]) -> None:
    """Check that a design is large enough.

    Args:
        design: the design.
        used: (P,) bool, which of its points have a value.

    Raises:
        NoIndices: it is too small.
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
