"""The designs of a sweep: grid, list, zip, Latin hypercube, Sobol', Saltelli and Morris.

The points are a function of the table ``[sweep]`` and its seed alone.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NoSweep, how
from ..scenario.checks.sweep import MOST_POINTS, count
from .axes import listed, taken

Table = dict[str, Any]
Floats = NDArray[np.float64]

LEVELS = 4
"""Number of levels of Morris' trajectories by default."""


@dataclass(frozen=True)
class Points:
    """The points of a sweep, in order.

    Attributes:
        paths: the swept paths.
        rows: for each point its values in the order of `paths`; None leaves a path as the
            scenario has it.
    """

    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def values(self, point: int) -> dict[str, Any]:
        """Return the values that a point changes, by path."""
        row = zip(self.paths, self.rows[point], strict=True)
        return {path: value for path, value in row if value is not None}


def points_of(table: Table, seed: int) -> Points:
    """Return the points of a checked ``[sweep]``.

    Args:
        table: the table ``[sweep]``: its design, axes and options.
        seed: seed of the design if the table names none.

    Raises:
        NoSweep: there would be too many points, or a library is missing.
    """
    design = table.get("design", "grid")
    if design == "list":
        return _list(table["over"])
    over: dict[str, Any] = table["over"]
    paths = tuple(over)
    if design in ("grid", "zip"):
        _within(count(table))
        axes = [listed(path, axis) for path, axis in over.items()]
        rows = tuple(product(*axes) if design == "grid" else zip(*axes, strict=True))
        return Points(paths, rows)
    if design in ("saltelli", "morris") and len(paths) < 2:
        raise NoSweep(f"the design {design!r} compares paths: give [sweep.over] two or more")
    size, seed = int(table["points"]), int(table.get("seed", seed))
    _within(count(table))
    unit = _UNIT[design](len(paths), size, seed, table)
    columns = [taken(path, axis, unit[:, i]) for i, (path, axis) in enumerate(over.items())]
    return Points(paths, tuple(zip(*columns, strict=True)))


def _within(many: int) -> None:
    if not 0 < many <= MOST_POINTS:
        what = "no points" if many == 0 else f"{many} points"
        raise NoSweep(f"this sweep has {what}; a sweep has 1 to {MOST_POINTS}")


def _list(over: list[Table]) -> Points:
    paths = tuple(dict.fromkeys(path for row in over for path in row))
    return Points(paths, tuple(tuple(row.get(path) for path in paths) for row in over))


def _latin(paths: int, size: int, seed: int, table: Table) -> Floats:
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(paths, rng=np.random.default_rng(seed)).random(size))


def _sobol(paths: int, size: int, seed: int, table: Table) -> Floats:
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # SciPy warns of sizes that are no power of 2
        engine = qmc.Sobol(paths, scramble=True, rng=np.random.default_rng(seed))
        return np.asarray(engine.random(size))


def _saltelli(paths: int, size: int, seed: int, table: Table) -> Floats:
    try:
        from SALib.sample import sobol
    except ImportError:
        raise _missing("saltelli") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        second = bool(table.get("second_order", False))
        unit = sobol.sample(problem(paths), size, calc_second_order=second, seed=seed % 2**32)
    return np.asarray(unit)


def _morris(paths: int, size: int, seed: int, table: Table) -> Floats:
    try:
        from SALib.sample import morris
    except ImportError:
        raise _missing("morris") from None
    levels = int(table.get("levels", LEVELS))
    if levels % 2:
        raise NoSweep(f"levels must be an even number, not {levels}")
    unit = morris.sample(problem(paths), size, num_levels=levels, seed=seed % 2**32)
    return np.asarray(unit)


def problem(paths: int) -> dict[str, Any]:
    """Return SALib's description of a problem of so many paths, each from 0 to 1."""
    names = [f"x{i}" for i in range(paths)]
    return {"num_vars": paths, "names": names, "bounds": [[0.0, 1.0]] * paths}


def _missing(design: str) -> NoSweep:
    return NoSweep(f"the design {design!r} needs the library SALib; {how('analysis')}")


_UNIT: dict[str, Callable[[int, int, int, Table], Floats]] = {
    "latin": _latin,
    "sobol": _sobol,
    "saltelli": _saltelli,
    "morris": _morris,
}
