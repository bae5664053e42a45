"""In which region of the parameters does something happen? A result, searched from end to end."""

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


@dataclass(frozen=True)
class Discovery(saving.Analysis):
    """Boxes that hold most of the cases as looked for, and few others.

    Attributes:
        cases: that were searched.
        searched: paths that were; those that look alike in all cases are left out.
        boxes: that were found, the first one the largest.
        density: that a box was to have.
        folder: of the result; None where it is in memory alone.
    """

    cases: Cases
    searched: int
    boxes: tuple[Box, ...]
    density: float
    folder: Path | None = None

    @property
    def stem(self) -> str:
        """Name of its folder where none is asked for."""
        return "discover"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``boxes``, their ``limits`` and the ``trajectory`` that led to each."""
        return saving.frames(self._tables())

    def text(self, width: int = 100) -> str:
        """Return what was found as lines of at most `width` columns where names allow."""
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

    def place(self, folder: str | os.PathLike[str] | None = None) -> saving.Place:
        """Return where `save` writes: by default ``analysis/discover`` of the result."""
        if self.folder is None:
            return super().place(folder)
        return saving.AnalysisPlace(self.folder, self.stem, folder)

    def write(self, folder: Path) -> None:
        """Write tables and figures into a folder that is there."""
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
        where: conditions, all of which are to hold, such as ``"hedging_index@2035 < 0.2"``.
        country: code; the first by default.
        paths: what the region is described in; by default what is swept, of a plain run what is
            drawn, and of many paths those alone that clearly matter.
        kind: whether a case is one of the "runs" or of the "points"; see `cases`.
        density: share of the cases of a box that are to be as looked for, above 0, at most 1.
        most: boxes.

    Raises:
        ResultError: the folder holds no result, or not what was asked of it.
        NoBox: there are no such cases, too few of them, or no region stands out.
    """
    place = result if isinstance(result, Results) else Path(result)
    asked = [condition(one) if isinstance(one, str) else one for one in where]
    found = cases(place, asked, country, paths, kind)
    inputs = found.inputs if paths else screened(found.inputs, found.interest)
    regions = boxes(inputs, found.interest, density, most)
    folder = place if isinstance(place, Path) else None if place.in_memory else place.path
    return Discovery(found, len(inputs), tuple(regions), density, folder)
