"""What a sweep will cost, from a trial of its first runs."""

import io
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..ensemble import axes_of
from ..results.summary import PointSummary, reduce_atom
from ..results.tables import KEPT, runs_table, tables
from ..scenario import Scenario
from .design import Points
from .variants import Variants
from .work import wanted

if TYPE_CHECKING:
    import pyarrow as pa

_YEARS = 2
_RUNS = 64
BLOCK = 512
"""Runs that one call of the model holds unless said otherwise."""


@dataclass(frozen=True)
class Cost:
    """Estimates.

    Attributes:
        run: seconds of one core a run, in blocks of many.
        stored: bytes a run in the parts.
        point: bytes a point in the summary, as text and in its parts.
        waiting: bytes a run of values that wait for the quantiles of their point.
    """

    run: float
    stored: float
    point: float
    waiting: float


def trial(scenario: Scenario, points: Points, runs: int, replicates: int, keep: str) -> Cost:
    """Run a few runs of the first two years and return what that says of all.

    Args:
        scenario: settled.
        points: of the sweep.
        runs: of the whole sweep.
        replicates: of a point.
        keep: which tables are written.
    """
    from .. import kernels
    from ..scenario.compile import sampled, world

    base = Variants(scenario, points).scenario(0)
    years = min(_YEARS, scenario.end - scenario.start + 1)
    width = min(_RUNS, runs)
    axes = replace(axes_of(scenario), years=years)
    numbers = np.arange(width, dtype=np.uint64)
    whole = world(base, numbers, scenario.seed or 0)
    short = replace(whole, structure=replace(whole.structure, years=years))
    kernel = kernels.chosen()
    kernels.prepare(kernel)
    kernels.simulate(replace(short, structure=replace(short.structure, years=1)), kernel)  # warm
    clock = time.perf_counter()
    world(base, numbers, scenario.seed or 0)
    once = time.perf_counter() - clock  # what does not grow with the years
    clock = time.perf_counter()
    record = kernels.simulate(short, kernel)
    signed = numbers.astype(np.int64)
    small = tables(record, axes, signed, [name for name in KEPT[keep] if name != "runs"])
    summary = PointSummary(axes, 0, width)
    atom = reduce_atom(record, axes, 0, 0, width, None)
    summary.add(atom)
    grows = time.perf_counter() - clock
    scale = (scenario.end - scenario.start + 1) / years
    draws = sampled(base, numbers, scenario.seed or 0)
    about = _size(runs_table(signed, 0, numbers, {}, draws))
    stored = (about + scale * sum(_size(table) for table in small.values())) / width
    table = scenario.resolved["sweep"]
    rows = wanted(summary.table(), tuple(table.get("measures", ())), ())
    share = len(table["years"]) / years if table.get("years") else scale
    cells = 0 if atom.moments is None else atom.moments.count.size * scale
    return Cost(
        run=(once + scale * grows) / width * _discount(width, min(runs, BLOCK)),
        stored=stored,
        point=share * (_size(rows) + _text(rows)),
        waiting=cells * (8 if replicates <= 10_000 else 2),
    )


def _discount(small: int, large: int) -> float:
    """Return how much cheaper a run is in a large block: a block has a cost of its own too."""
    own = 150  # runs that cost as much as a block as such
    return (large + own) / large * small / (small + own)


def _size(table: "pa.Table") -> int:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", use_dictionary=False)
    return buffer.tell()


def _text(table: "pa.Table") -> int:
    import pyarrow.csv as pc

    buffer = io.BytesIO()
    pc.write_csv(table, buffer)
    return buffer.tell()
