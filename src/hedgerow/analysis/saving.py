"""What an analysis gives: tables, figures, and a folder with both, written whole or not at all.

An analysis of scenarios goes into a folder of its own. An analysis of a result may lie in the
result, under ``analysis``: it is no part of the result, but the manifest lists its files, so that
``hedgerow status`` can tell whether they are as they were written.
"""

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from .. import figures
from ..arguments import checked
from ..errors import OutputError, argument
from ..facts.records import MARK
from ..results.folder import Added, Output, left_behind, require_beside
from ..results.layout import ANALYSIS, cannot_write, place_of
from ..results.lock import LOCK, Lock
from ..results.manifest import record
from ..scenario.notebook import html_words
from .latex import to_latex

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..facts.targets import Target


class Place(Output):
    """A new or empty folder, filled only when all is done.

    Args:
        out: the folder that is asked for; None for ``results/STEM``, ``results/STEM-2``, …
        stem: used where `out` is None.

    Raises:
        OutputError: the place is taken or cannot be written; nothing is left behind.
    """

    def __init__(self, out: str | os.PathLike[str] | None, stem: str = "") -> None:
        super().__init__(out, stem)


class AnalysisPlace(Place):
    """The folder that is asked for, new or empty, or RESULT/analysis/NAME, NAME-2, …

    Args:
        result: folder of the result that is analysed.
        name: of the analysis.
        out: where it is to go; None for beside the result.

    Raises:
        OutputError: the place is taken or cannot be written; nothing is left behind.
    """

    def __init__(self, result: Path, name: str, out: str | os.PathLike[str] | None = None) -> None:
        self._result = result
        self._own = result / ANALYSIS / name
        self._shared = ExitStack()
        if require_beside(result, self._own if out is None else place_of(out)):
            try:
                self._shared.enter_context(Lock(result, shared=True))
            except OSError as error:
                raise cannot_write(result, error) from error
            left_behind(result)
        super().__init__(out, str(self._own.absolute()))  # where it fails, the lock is given back

    def finish(self) -> Path:
        """Give the folder its name, as the user would write it, and list its files."""
        target = super().finish()
        if self._numbered:
            self.target = self._own.with_name(target.name)
        return self.target

    def _named(self) -> None:
        files = [path for path in self.target.rglob("*") if path.is_file()]
        record(self._result, (path for path in files if path.name != LOCK))

    def _release(self) -> None:
        super()._release()
        self._shared.close()


class Analysis:
    """What an analysis found. Each defines `stem`, `tables`, `plot` and `write`; most `text`."""

    @property
    def stem(self) -> str:
        """Name of its folder where none is asked for."""
        raise NotImplementedError

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return its tables by the names of their files, without ``.csv``."""
        raise NotImplementedError

    def text(self, width: int = 100) -> str:
        """Return what it found in words and columns, for a terminal of `width` columns (80 on)."""
        return f"{self.stem}: tables {', '.join(self.tables())}"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.stem}: print, .plot() or .tables() to see it>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the words and the picture."""
        return html_words(self.text(), self.plot())

    def plot(self) -> "Figure":
        """Return its figure; of several the first."""
        raise NotImplementedError

    def write(self, folder: Path) -> None:
        """Write its files into a folder that is there.

        Raises:
            OSError: the folder cannot be written, or the disk is full.
        """
        raise NotImplementedError

    def place(self, folder: str | os.PathLike[str] | None = None) -> Place:
        """Return where `save` writes; see there."""
        return Place(folder, self.stem)

    @checked
    def save(self, folder: "str | os.PathLike[str] | Place | None" = None) -> Path:
        """Write its tables and figures into a folder, all of them or nothing.

        Args:
            folder: new or empty; None for one of its own, named by `stem`. A `Place` that was
                taken before the work is filled, and gets its name at the end of its own block.

        Returns:
            The folder.

        Raises:
            OutputError: the place is taken or cannot be written; nothing is left behind.
        """
        if isinstance(folder, Place):
            self.write(folder.folder)
            return folder.target
        with self.place(folder) as place:
            self.write(place.folder)
        return place.target


class ResultAnalysis(Analysis):
    """An analysis of a result; by default it is saved in the ``analysis`` folder of the result.

    Attributes:
        folder: folder of the result; None if it is in memory only.
    """

    folder: Path | None

    def place(self, folder: str | os.PathLike[str] | None = None) -> Place:
        """Return where `save` writes: by default ``analysis/STEM`` of the result, if it has one."""
        if self.folder is None:
            return super().place(folder)
        return AnalysisPlace(self.folder, self.stem, folder)


def write_table(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows, head first, as CSV; an undefined number is an empty cell, a truth value a word.

    Where ``tex`` is among the formats of the `hedgerow.figures.page`, LaTeX is written beside it.

    Raises:
        OSError: the disk is full.
    """
    rows = list(rows)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(map(_cell, row) for row in rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    write_latex(path, rows)


def _cell(cell: object) -> object:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if isinstance(cell, float) and isnan(cell) else cell


def write_latex(path: Path, rows: "Sequence[Sequence[object]] | pd.DataFrame") -> None:
    """Write a table as ``NAME.tex`` beside the file NAME of it, where the page has ``tex``.

    Args:
        path: of the file of the table.
        rows: head first, or a data frame.

    Raises:
        OSError: the disk is full.
    """
    if "tex" not in figures.page.current().formats:
        return
    about = f"{path.stem} · hedgerow {version('hedgerow')}"
    table = rows if isinstance(rows, Sequence) else _rows(rows)
    path.with_suffix(".tex").write_text(to_latex(table, about), encoding="utf-8")


def _rows(frame: "pd.DataFrame") -> list[list[object]]:
    """Return the rows of a data frame, head first, with whole numbers as such."""
    columns = [frame[name].tolist() for name in frame]
    return [list(frame), *map(list, zip(*columns, strict=True))]


def write_tables(folder: Path, tables: "Mapping[str, pd.DataFrame]") -> None:
    """Write data frames, without their index, as ``NAME.csv`` into a folder.

    Raises:
        OSError: the disk is full.
    """
    for name, table in tables.items():
        write_table(folder / f"{name}.csv", _rows(table))


def marked(rows: Sequence[Sequence[object]], hindsight: bool) -> list[list[object]]:
    """Return the rows of a table with a last column ``hindsight``: 1 where there is any, else 0.

    Args:
        rows: head first.
        hindsight: whether they were made with hindsight.
    """
    return [[*rows[0], MARK], *([*row, int(hindsight)] for row in rows[1:])]


def require_free(result: Path, out: Path | None) -> None:
    """Refuse a place that is taken, or among the files that a result vouches for, before any work.

    Args:
        result: folder of the result that is to be analysed.
        out: as of `AnalysisPlace`.

    Raises:
        OutputError: `out` is such a place, or nothing can be written into `result`.
    """
    if out is None:
        if result.is_dir() and not os.access(result, os.W_OK):
            place = argument("folder=", "--out")
            raise OutputError(f"{result}: cannot be written; choose another folder with {place}")
        return
    require_beside(result, out)
    Place(out).discard()


def require_drawable(path: Path) -> None:
    """Refuse a place where `save_figure` cannot write, before any work.

    Raises:
        OutputError: the name is no figure's, there is no such folder, or a file of another kind is
            there, or in the place of its caption.
    """
    *known, last = (f".{name}" for name in figures.style.FORMATS)
    if path.suffix.lower() not in (*known, last):
        raise OutputError(f"{path}: expected a name ending in {', '.join(known)} or {last}")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}; make it first")
    for written in (path, path.with_suffix(".txt")):
        figures.style.require_ours(written)


def save_figure(figure: "Figure", path: str | os.PathLike[str]) -> Path:
    """Write a figure under a name that tells its format, whole or not at all; return its path.

    A figure that hedgerow drew before is replaced, and nothing else; its caption lies beside it.

    Raises:
        OutputError: as of `require_drawable`, or it cannot be written.
    """
    place = place_of(path)
    require_drawable(place)
    with Added(place.parent) as stage:
        drawn = figures.style.save(figure, stage, "figure", [place.suffix[1:].lower()])
        for path, suffix in zip(drawn, (place.suffix, ".txt"), strict=False):
            named = place.with_suffix(suffix)
            figures.style.require_ours(named)
            path.rename(stage / named.name)
    return place


def frames(tables: "Mapping[str, Sequence[Sequence[object]]]") -> "dict[str, pd.DataFrame]":
    """Return tables, rows with their heads first, as data frames by name."""
    import pandas as pd

    return {name: pd.DataFrame(rows[1:], columns=list(rows[0])) for name, rows in tables.items()}


def write_rows(folder: Path, tables: "Mapping[str, Sequence[Sequence[object]]]") -> None:
    """Write tables, rows with their heads first, as ``NAME.csv`` into a folder.

    Raises:
        OSError: the disk is full.
    """
    for name, rows in tables.items():
        write_table(folder / f"{name}.csv", rows)


def named(drawn: "Mapping[str, Figure]", name: str) -> "Figure":
    """Return one of several figures.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in drawn:
        raise ValueError(f"there is no figure {name!r}; there is {', '.join(drawn)}")
    return drawn[name]


def write_figures(folder: Path, drawn: "Mapping[str, Figure]") -> None:
    """Write figures by name into a folder, in the formats of the `hedgerow.figures.style.page`.

    Raises:
        OSError: the disk is full.
    """
    for name, figure in drawn.items():
        figures.style.save(figure, folder, name)


def source_of(targets: "Iterable[Target]") -> str:
    """Return the sentence of a caption on where numbers on record come from."""
    known = dict.fromkeys(target.source for target in targets)
    return f"Record: {'; '.join(known)}. “hedgerow evidence” has each in full."


def write_manifest(path: Path, fields: Mapping[str, object]) -> None:
    """Write how something came about, as JSON.

    Raises:
        OSError: the disk is full.
    """
    text = json.dumps(fields, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
