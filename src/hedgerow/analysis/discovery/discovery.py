"""Searches a result for the region of the parameters in which something happens."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ... import figures
from ...results import Results
from ...results.columns import explained
from .. import saving
from . import text
from .boxes import Box, boxes
from .cases import Cases, cases
from .screening import screened
from .where import Condition, condition

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_SHARES = ["coverage", "density", "mass", "restricted"]


@dataclass(frozen=True, repr=False)
class Discovery(saving.ResultAnalysis):
    """Boxes that contain most of the cases of interest, and few others.

    Attributes:
        cases: the cases that were searched.
        searched: number of paths that were searched; paths without effect are left out.
        boxes: the boxes that were found, the largest first.
        density: the wanted density of boxes.
        folder: folder of the result; None if it is in memory only.
    """

    cases: Cases
    searched: int
    boxes: tuple[Box, ...]
    density: float
    folder: Path | None = None

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return "discover"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``boxes``, their ``limits`` and the ``trajectory`` that led to each."""
        return saving.frames(self._tables())

    def text(self, width: int = 100) -> str:
        """Return the boxes as lines of at most `width` columns, unless names are longer."""
        return text.text(self, width)

    def plot(self, box: int = 1) -> "Figure":
        """Return the figure of a box.

        Args:
            box: its number, from 1.
        """
        if not 1 <= box <= len(self.boxes):
            raise ValueError(f"there is no box {box}; there are 1 to {len(self.boxes)}")
        terms = explained(limit.path for limit in self.boxes[box - 1].limits)
        return figures.discovery.draw(self.cases, list(self.boxes), box - 1, terms)

    def write(self, folder: Path) -> None:
        """Write tables and figures into an existing folder."""
        saving.write_rows(folder, self._tables())
        for number in range(1, len(self.boxes) + 1):
            saving.write_figures(folder, {f"box-{number}": self.plot(number)})

    def _tables(self) -> dict[str, list[list[object]]]:
        table: list[list[object]] = [
            ["box", "where", "country", "cases_are", "cases", "hits", *_SHARES, "dropped"]
        ]
        ends: list[object] = ["low", "high", "labels", "least", "largest"]
        limits: list[list[object]] = [["box", "path", *ends, "quasi_p_low", "quasi_p_high"]]
        steps: list[list[object]] = [["box", "step", *_SHARES, "taken"]]
        for number, box in enumerate(self.boxes, 1):
            numbers = [getattr(box.final, name) for name in _SHARES]
            where: list[object] = [number, self.cases.question, self.cases.country, self.cases.kind]
            table.append([*where, box.cases, box.hits, *numbers, " ".join(box.dropped)])
            for limit in box.limits:
                ends = [limit.low, limit.high, "; ".join(limit.kept), limit.least, limit.largest]
                limits.append([number, limit.path, *ends, limit.p_low, limit.p_high])
            for place, step in enumerate(box.steps):
                numbers = [getattr(step, name) for name in _SHARES]
                steps.append([number, place, *numbers, int(place == box.taken)])
        return {"boxes": table, "limits": limits, "trajectory": steps}


def discover(
    result: Results | str | os.PathLike[str],
    where: Sequence[str | Condition],
    country: str | None = None,
    paths: Sequence[str] = (),
    kind: str | None = None,
    density: float = 0.8,
    most: int = 3,
) -> Discovery:
    """Find the region of parameters in which something happens.

    Args:
        result: a run or a finished sweep, or its folder.
        where: conditions that must all hold, such as ``"hedging_index@2035 < 0.2"``.
        country: code of the country; the first by default.
        paths: paths in which to describe the region; by default those swept or, for a plain run,
            drawn. If there are many, only those that clearly matter are used.
        kind: whether cases are ``"runs"`` or ``"points"``, as of `cases`.
        density: the wanted share of cases of interest in a box, above 0 and at most 1.
        most: most boxes to return.

    Raises:
        ResultError: the folder holds no result, or lacks what was asked for.
        NoBox: there are no such cases, or too few, or no region stands out.
    """
    place = result if isinstance(result, Results) else Path(result)
    asked = [condition(one) if isinstance(one, str) else one for one in where]
    found = cases(place, asked, country, paths, kind)
    inputs = found.inputs if paths else screened(found.inputs, found.interest)
    regions = boxes(inputs, found.interest, density, most)
    folder = place if isinstance(place, Path) else None if place.in_memory else place.path
    return Discovery(found, len(inputs), tuple(regions), density, folder)
