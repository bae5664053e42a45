"""A scenario of the page as a file, and its runs as ``summary.csv``: what leaves the classroom.

The file run on the command line gives the table, byte for byte, on the same machine.
"""

import tempfile
from pathlib import Path
from threading import Lock

import numpy as np

from ...compiled.kernels import simulate
from ...results.digest import LEAF
from ...results.summary import Leaf, PointSummary, reduce_leaf, write_summary
from ...runs.ensemble import axes_of
from ...scenario import Scenario
from ...scenario.compile import world
from .answers import COMPILING, SEED, Engine
from .asked import REFINED, Asked, scenario_of


def scenario_text(asked: Asked, runs: int = REFINED) -> str:
    """Return the scenario as TOML, with the runs of the refined answer and its seed."""
    words = ", ".join(f"{name} = {value}" for name, value in asked.query().items())
    head = "# From the classroom page of hedgerow" + (f": {words}" if words else "")
    return f"{head}\n{scenario_of(asked, runs).to_toml()}"


class Text:
    """The work of `scenario_text` (see `pool.Work`)."""

    parts = 1
    cost = 128  # its check takes as long as so many runs

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def part(self, number: int) -> str:
        """Write the scenario."""
        with COMPILING:
            return scenario_text(self._asked)

    def finish(self, found: list[str]) -> bytes:
        """Return it as bytes."""
        return found[0].encode()


class Table:
    """The work of ``summary.csv`` (see `pool.Work`); a part is a leaf."""

    def __init__(self, engine: Engine, asked: Asked, runs: int = REFINED) -> None:
        self.kernel, self.asked, self.runs = engine.kernel, asked, runs
        self.parts, self.cost = -(-runs // LEAF), runs
        self._made: Scenario | None = None
        self._making = Lock()

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played, made once."""
        with self._making:
            if self._made is None:
                self._made = scenario_of(self.asked)
            return self._made

    def part(self, number: int) -> Leaf:
        """Play and reduce one leaf."""
        first = number * LEAF
        replicates = np.arange(first, min(first + LEAF, self.runs), dtype=np.uint64)
        with COMPILING:
            made = world(self.scenario, replicates, self.scenario.seed or SEED)
        axes = axes_of(self.scenario)
        record = simulate(made, self.kernel)
        return reduce_leaf(record, axes, 0, number, self.runs, None, self.kernel)

    def finish(self, found: list[Leaf]) -> bytes:
        """Return the table as the command line writes it."""
        summary = PointSummary(axes_of(self.scenario), 0, self.runs)
        for leaf in found:
            summary.add(leaf)
        with tempfile.TemporaryDirectory(prefix="hedgerow-") as folder:
            path = Path(folder) / "summary.csv"
            write_summary([summary.table()], path)
            return path.read_bytes()
