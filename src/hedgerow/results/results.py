"""The results of a run or a sweep, read from their folder."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import checked
from ..progress import counted
from ..scenario import load
from ..scenario.notebook import html_facts
from . import manifest as manifests
from .folder import Output
from .labelled import labelled
from .layout import LOCK, SCENARIO
from .plots import Plots
from .points import points
from .reading import Tables, as_frame
from .verify import problems

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from ..scenario import Scenario


class Results:
    """The results of a run or a sweep: tables as data frames, summary, manifest, figures.

    Args:
        path: the folder.
        manifest: used in place of ``manifest.json`` for a sweep that is not finished.
        parts: for such a sweep, the files of its tables that may be read; by default all.

    Attributes:
        path: the folder.
        manifest: content of ``manifest.json``.
        finished: whether all planned runs are there. It can be False only for results from
            ``hedgerow.open(path, partial=True)``.
        tables: the tables as Arrow datasets, see `dataset`.
        plot: the figures: ``results.plot.alignment()`` and so on.
        in_memory: whether it was not written; such a result has ``save(folder)`` and no `path`.

    Raises:
        ResultError: the folder is not a result.

    >>> import hedgerow
    >>> results = hedgerow.run("vietnam", runs=4, seed=1, until=1998)
    >>> results.countries(columns=["run", "alignment_index"], year=1998, run=[0, 1]).shape
    (2, 2)
    """

    in_memory = False

    @checked
    def __init__(
        self,
        path: str | os.PathLike[str],
        manifest: Mapping[str, Any] | None = None,
        parts: Iterable[str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.finished = manifest is None
        self.manifest: dict[str, Any] = (
            manifests.read(self.path) if manifest is None else dict(manifest)
        )
        self.tables = Tables(self.path, self.manifest, parts)

    @property
    def name(self) -> str:
        """Name of the result in messages: its folder, or that it is in memory."""
        return str(self.path)

    def __repr__(self) -> str:
        stored, planned = (self.manifest.get(f"runs_{what}", 0) for what in ("stored", "planned"))
        runs = counted(stored, "run") if self.finished else f"{stored} of {planned} runs"
        return f"<Results {self.path} · {self.manifest.get('name')} · {runs}>"

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows."""
        about = self.manifest
        of = {key: about.get(key) or {} for key in ("countries", "partners")}
        swept = about.get("swept") or ()
        rows = [
            ("runs", f"{about.get('runs_stored')} of {about.get('runs_planned')} stored"),
            ("failed", about.get("runs_failed") or ""),
            ("points", f"{about.get('points')} over {', '.join(swept)}" if swept else ""),
            ("years", f"{about.get('start')} to {about.get('end')}"),
            *((key, ", ".join(f"{name} ({code})" for code, name in of[key].items())) for key in of),
            ("seed", about.get("seed", "")),
            ("kept", about.get("keep", "")),
            ("digest", about.get("tables_digest", "")),
        ]
        facts = [row for row in rows if row[1] != ""]
        return html_facts(
            str(about.get("title", "")),
            facts,
            self.name if self.in_memory else f"results in {self.name}",
        )

    @cached_property
    def plot(self) -> Plots:
        if self.finished:
            self.tables.require_whole()
        return Plots(self)

    def scenario(self) -> "Scenario":
        """Return the scenario as it was run, all numbers resolved."""
        return load(self.path / SCENARIO)

    def points(self) -> "pd.DataFrame":
        """Return a row for each design point: its number and the value of every swept path.

        Numbers are float64, switches are bool, all else is text. If a point does not change a
        path, the value is that of the scenario. If each run draws its own value, it is NaN here
        and stands in `runs`.
        """
        return points(self.path, self.manifest)

    # tables as data frames -----------------------------------------------------------------------
    @checked
    def runs(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return a row for each run: status, reason and every sampled or swept parameter.

        Args:
            columns: names of the columns to return; all by default.
            where: names of columns, each with a value or a list of values that rows must have:
                ``status="failed"``, ``run=[0, 1]``. `point` can be used for all tables. A country
                or partner is its code, in small letters or large, or its name; one that is not in
                the result is an error, as is a measure that its summary lacks.
        """
        return self.tables.frame("runs", columns, where)

    @checked
    def countries(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return a row for each run, year and country. Arguments as in `runs`."""
        return self.tables.frame("countries", columns, where)

    @checked
    def ties(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return a row for each run, year, country and partner. Arguments as in `runs`."""
        return self.tables.frame("ties", columns, where)

    @checked
    def choices(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return a row for each run and dated choice. Arguments as in `runs`."""
        return self.tables.frame("choices", columns, where)

    @checked
    def events(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return a row for each run and event. Arguments as in `runs`."""
        return self.tables.frame("events", columns, where)

    def summary(self, **where: Any) -> "pd.DataFrame":
        """Return ``summary.csv`` without the swept values, which `points` has.

        Args:
            where: as in `runs`, for example ``measure="alignment_index"``.
        """
        return self.tables.frame("summary", None, where)

    # tables larger than memory -------------------------------------------------------------------
    @checked
    def dataset(self, table: str) -> Any:
        """Return a table as a pyarrow.dataset.Dataset, which reads only what is asked for.

        Args:
            table: ``"runs"``, ``"countries"``, ``"ties"``, ``"choices"``, ``"events"`` or
                ``"summary"``. The summary of a run without a sweep is read as a whole.

        Raises:
            ResultError: there is no such table, it was not kept, or it cannot be read.
        """
        return self.tables.dataset(table)

    @checked
    def batches(
        self, table: str, columns: Sequence[str] | None = None, rows: int = 100_000, **where: Any
    ) -> "Iterator[pd.DataFrame]":
        """Yield a table as data frames of at most `rows` rows, in order.

        Not much more than a row group of a file is in memory at a time: 128 runs, or 65,536 rows
        and a point. All frames have the same types: country and partner are categories with all
        codes of the scenario, other texts are strings.

        Args:
            table: as in `dataset`.
            columns, where: as in `runs`.
            rows: most rows of a frame, at least 1.
        """
        if rows < 1:
            raise ValueError(f"rows must be at least 1, not {rows}")
        codes = {name: list(self.manifest[plural]) for name, plural in _PLURALS.items()}
        for batch in self.tables.batches(table, columns, where, rows):
            yield as_frame(batch, codes)

    @checked
    def to_xarray(
        self,
        table: str = "summary",
        columns: Sequence[str] | None = None,
        measures: Sequence[str] | None = None,
        limit: int | None = None,
        **where: Any,
    ) -> "xr.Dataset":
        """Return a table as labelled arrays (needs xarray: the extra ``xarray``).

        ``"countries"`` and ``"ties"`` have a variable for each column, over point, replicate, year,
        country (and partner), NaN if the run failed, and a variable `status` of runs.
        ``"summary"`` has a variable for each measure, over statistic, point, year, country (and
        partner), the shares `choices` and `events`, and the counts `runs_done` and `runs_failed`.
        Points have the values of the swept paths as coordinates. Variables have a long name and
        units.

        Args:
            table: ``"summary"``, ``"countries"`` or ``"ties"``.
            columns: the variables to return, or for the summary the statistics; all by default.
            measures: for the summary, the measures to return; all by default. A name without a
                partner means every partner.
            limit: most bytes that the arrays may take; by default the memory that is free.
            where: names of dimensions, each with a value or a list of values to return:
                ``year=[2030, 2035]``, ``country="VNM"``.

        Raises:
            ResultError: xarray is missing, a name or value is not there, or the arrays would not
                fit into memory.
        """
        return labelled(self, table, columns, measures, limit, where)

    # ---------------------------------------------------------------------------------------------
    @property
    def digest(self) -> str:
        """``tables_digest`` of the manifest. It is equal if all values of all tables are equal."""
        return str(self.manifest["tables_digest"])

    @checked
    def save(self, folder: str | os.PathLike[str], force: bool = False) -> "Results":
        """Copy the result into another folder, whole or not at all, and open it.

        Args:
            folder: must be new or empty.
            force: replace a result that it holds already.

        Raises:
            OutputError: it cannot be written; nothing is left behind.
        """
        with Output(folder, self.path.name, force) as output:
            skip = shutil.ignore_patterns(LOCK)
            shutil.copytree(self.path, output.folder, dirs_exist_ok=True, ignore=skip)
        return Results(output.target)

    def verify(self) -> list[str]:
        """Compare what is stored with what was planned and recorded; return the problems.

        Every planned run must have its row, every run that did not fail its rows in the other
        tables, and the tables must have the digest that the manifest gives.
        """
        if not self.finished:
            planned, stored = (self.manifest[f"runs_{what}"] for what in ("planned", "stored"))
            return [f"the sweep is not finished: {stored} of {planned} runs are stored"]
        return problems(self.tables, self.manifest)


_PLURALS = {"country": "countries", "partner": "partners"}
