"""Quantiles: exact up to 10,000 replicates, beyond that estimated from counts in fixed bins.

Both depend only on the set of values, not on their order. Until all values are there, those of each
leaf are kept in a scratch file of its own, so that workers can write at the same time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
EXACT_UP_TO = 10_000
"""Most replicates of a point for which quantiles are exact."""

_BUFFER = 1 << 25  # bytes of values sorted at a time
_TOGETHER = 16  # number of leaves counted at a time
_MISSING = np.uint16(65535)
_ONE = int(np.float64(1.0).view(np.int64))


@dataclass(frozen=True)
class Linear:
    """Fixed bins of equal width: bin `j` holds the values nearest to low + j · width."""

    bins: int
    width: float
    low: float = 0.0

    def index(self, values: Floats) -> NDArray[np.uint16]:
        """Return the bin of each value; NaN has none, values beyond the ends have the last ones."""
        nearest = np.clip(np.rint((values - self.low) / self.width), 0, self.bins - 1)
        return np.where(np.isnan(values), _MISSING, nearest).astype(np.uint16)

    def centres(self) -> Floats:
        """Return the value that stands for each bin (bins,)."""
        return np.arange(self.bins, dtype=np.float64) * self.width + self.low

    def error(self, value: float) -> float:
        """Return how far the centre of the bin of a value can be from it."""
        return self.width / 2

    @property
    def accuracy(self) -> str:
        """How far a quantile can be from the exact one, in words."""
        return f"at most {self.width / 2:g}"


@dataclass(frozen=True)
class Doubling:
    """Fixed bins for numbers without bounds: as wide as the numbers are large.

    With y = 1 + |x| / `small`, each doubling of y has 2^`fineness` bins of equal width. The leading
    bits of y give the bin, without a logarithm. If x is in bin `middle` + j, then −x is in bin
    `middle` − j.
    """

    small: float
    fineness: int
    middle: int

    @property
    def bins(self) -> int:
        """Number of bins."""
        return 2 * self.middle + 1

    @property
    def shift(self) -> int:
        """Number of low bits of y that do not count."""
        return 52 - self.fineness

    @property
    def most(self) -> float:
        """The y of the outermost bins."""
        return float(np.int64((self.middle << self.shift) + _ONE).view(np.float64))

    def index(self, values: Floats) -> NDArray[np.uint16]:
        """Return the bin of each value; NaN has none, values beyond the ends have the last ones."""
        y = np.minimum(np.abs(values) / self.small + 1.0, self.most)
        place = (y.view(np.int64) - _ONE + (1 << self.shift - 1)) >> self.shift
        signed = self.middle + np.where(values >= 0.0, place, -place)
        return np.where(np.isnan(values), _MISSING, signed).astype(np.uint16)

    def centres(self) -> Floats:
        """Return the value that stands for each bin (bins,)."""
        place = np.arange(1, self.middle + 1)
        above = (((place << self.shift) + _ONE).view(np.float64) - 1.0) * self.small
        return np.concatenate([-above[::-1], [0.0], above])

    def error(self, value: float) -> float:
        """Return how far the centre of the bin of a value can be from it."""
        return (abs(value) + self.small) * 2.0 ** -(self.fineness + 1)

    @property
    def accuracy(self) -> str:
        """How far a quantile can be from the exact one, in words."""
        return (
            f"at most {2.0 ** -(self.fineness + 1):.2g} of the values next to it, "
            f"{self.error(0.0):.1g} near 0"
        )


Scale = Linear | Doubling

_SHARE = Linear(bins=1001, width=0.001)
_OPEN = Doubling(small=1e-3, fineness=5, middle=30 * 2**5)  # up to a million
_SCALES = {
    "alignment_index": Linear(bins=1001, width=0.1),
    "kuik_score": Linear(bins=1001, width=0.002, low=-1.0),
    "tier": Linear(bins=5, width=1.0),
    "hedging_index": _SHARE,
    "autonomy": _SHARE,
    "insured": _SHARE,
    "rules_bound": _SHARE,
    "_stock": _SHARE,
    "_deliveries": _SHARE,
    "_orders": _SHARE,
    "concentration": _SHARE,
    "belief": _SHARE,
}


def scale_of(measure: str) -> Scale:
    """Return the bins of a measure (a column, or ``COLUMN:PARTNER``)."""
    column = measure.partition(":")[0]
    known = (column, f"_{column.rpartition('_')[2]}", column.partition("_")[0])
    return next((_SCALES[name] for name in known if name in _SCALES), _OPEN)


def quantiles_of(values: Floats) -> Floats:
    """Return the `LEVELS` quantiles of each row of `values` (C, R) as (levels, C), skipping NaN.

    Linear between order statistics (type 7 of Hyndman and Fan 1996). Rows of NaN give NaN.
    """
    return _of_ordered(np.sort(values, axis=-1))


def _of_ordered(ordered: Floats) -> Floats:
    """Return the quantiles of rows (C, R) in ascending order, NaN last."""
    cells, width = ordered.shape
    if width == 0:
        return np.full((len(LEVELS), cells), np.nan)
    count = np.full(cells, width)
    some = np.flatnonzero(np.isnan(ordered[:, -1]))
    count[some] = (~np.isnan(ordered[some])).sum(axis=-1)
    row = np.arange(cells)
    return _between(count, lambda place: ordered[row, place])


def _between(count: NDArray[np.int64], statistic: Callable[[NDArray[np.int64]], Floats]) -> Floats:
    """Interpolate order statistics; ``statistic(k)`` is the k-th smallest (from 0) of each cell."""
    last = np.maximum(count - 1, 0)
    rows = []
    for level in LEVELS:
        place = level * last
        below = np.floor(place).astype(np.int64)
        low, high = statistic(below), statistic(np.minimum(below + 1, last))
        rows.append(np.where(count > 0, low + (place - below) * (high - low), np.nan))
    return np.array(rows)


def keep(values: NDArray, folder: Path | None, name: str) -> "NDArray | Path":
    """Put values (C, R) into a scratch file of `folder`; without a folder, keep them in memory.

    Raises:
        OSError: the disk is full.
    """
    if folder is None:
        return values
    path = folder / name
    with path.open("wb") as file:
        file.write(np.ascontiguousarray(values).data)
    return path


class Exact:
    """All values of a point, and their exact quantiles."""

    def __init__(self, cells: int) -> None:
        self._cells = cells
        self._kept: list[tuple[NDArray | Path, int]] = []

    def add(self, values: NDArray | Path, width: int) -> None:
        """Add the values (C, `width`) of a leaf."""
        self._kept.append((values, width))

    def quantiles(self) -> Floats:
        """Return (levels, C)."""
        total = sum(width for _, width in self._kept)
        step = max(1, _BUFFER // (8 * max(total, 1)))
        blocks = []
        for first in range(0, self._cells, step):
            last = min(first + step, self._cells)
            parts = [_rows(values, width, first, last) for values, width in self._kept]
            block = np.concatenate(parts, axis=-1)
            block.sort(axis=-1)  # in place, since nothing else uses it
            blocks.append(_of_ordered(block))
        return np.concatenate(blocks, axis=-1)

    def discard(self) -> None:
        """Delete the scratch files."""
        for values, _ in self._kept:
            if isinstance(values, Path):
                values.unlink(missing_ok=True)


def _rows(values: NDArray | Path, width: int, first: int, last: int) -> Floats:
    if not isinstance(values, Path):
        return np.asarray(values[first:last])
    with values.open("rb") as file:
        file.seek(first * width * 8)
        data = file.read((last - first) * width * 8)
    return np.frombuffer(data, dtype=np.float64).reshape(last - first, width)


class Binned:
    """Counts in fixed bins; memory does not grow with the number of replicates.

    Args:
        measures: the measures whose values are counted.
        cells_each: number of cells of each measure.
        kernel: ``"numpy"`` or ``"compiled"``, what counts.
    """

    def __init__(self, measures: Sequence[str], cells_each: int, kernel: str = "numpy") -> None:
        self._scales = [scale_of(measure) for measure in measures]
        self._each = cells_each
        self._counts = [np.zeros((cells_each, s.bins), dtype=np.uint32) for s in self._scales]
        self._waiting: list[NDArray[np.uint16]] = []
        self._compiled = kernel == "compiled"

    def add(self, bins: NDArray | Path, width: int) -> None:
        """Add the bins (C, `width`) of a leaf, and delete its scratch file."""
        if isinstance(bins, Path):
            flat = np.frombuffer(bins.read_bytes(), dtype=np.uint16)
            bins.unlink()
        else:
            flat = bins
        self._waiting.append(flat.reshape(-1, width))
        if self._compiled or len(self._waiting) == _TOGETHER:
            self._count()

    def _count(self) -> None:
        """Count the waiting bins: for NumPy of several leaves at once, as it visits every bin."""
        if not self._waiting:
            return
        for m, counts in enumerate(self._counts):
            cells = slice(m * self._each, (m + 1) * self._each)
            bins = [waiting[cells] for waiting in self._waiting]
            if self._compiled:
                from ..compiled import reduction

                for some in bins:
                    reduction.compiled("counts")(some, counts)
            else:
                _add_counts(np.concatenate(bins, axis=1), counts)
        self._waiting.clear()

    def quantiles(self) -> Floats:
        """Return (levels, C)."""
        self._count()
        return np.concatenate(
            [_of_counts(c, s.centres()) for c, s in zip(self._counts, self._scales, strict=True)],
            axis=-1,
        )

    def discard(self) -> None:
        """Do nothing: no scratch files are left."""


def _add_counts(bins: NDArray[np.uint16], counts: NDArray[np.uint32]) -> None:
    """Count the bins (C, R) of values: add them to `counts` (C, number of bins)."""
    cells, size = counts.shape
    places = bins + np.arange(cells)[:, None] * (size + 1)  # the last: missing values
    missing = bins == _MISSING
    if missing.any():
        places[missing] -= int(_MISSING) - size
    found = np.bincount(places.reshape(-1), minlength=cells * (size + 1))
    counts += found.reshape(cells, -1)[:, :-1].astype(np.uint32)


def _of_counts(counts: NDArray[np.uint32], centres: Floats) -> Floats:
    cumulative = np.cumsum(counts, axis=-1, dtype=np.int64)

    def statistic(place: NDArray[np.int64]) -> Floats:
        return centres[np.minimum((cumulative <= place[:, None]).sum(axis=-1), centres.size - 1)]

    return _between(cumulative[:, -1], statistic)


def error_note(measures: Sequence[str], replicates: int) -> dict[str, str] | None:
    """Return in words how far the quantiles of each measure can be off; None if they are exact."""
    if replicates <= EXACT_UP_TO:
        return None
    return {measure: scale_of(measure).accuracy for measure in measures}
