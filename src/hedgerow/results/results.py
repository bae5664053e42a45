"""A result folder, read."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenario import load
from ..scenario.notebook import html_facts
from . import manifest as manifests
from .labelled import labelled
from .layout import SCENARIO
from .plots import Plots
from .points import points
from .reading import Tables, as_frame
from .verify import problems

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from ..scenario import Scenario


class Results:
    """What a run or a sweep left: tables as data frames, summary, manifest, figures.

    Args:
        path: the folder.
        manifest: in place of its ``manifest.json``, of a sweep that is not finished.
        parts: files of its tables that may be read, of such a sweep; by default all.

    Attributes:
        path: the folder.
        manifest: content of ``manifest.json``.
        finished: whether all that was planned is there; False only where it was asked for by
            ``hedgerow.open(path, partial=True)``.
        tables: the tables, as Arrow gives them.
        plot: the figures, ``results.plot.alignment()`` and so on.
        in_memory: whether it was not written; such a result has ``save(folder)`` and no `path`.

    Raises:
        ResultError: the folder is not a result.

    >>> import hedgerow
    >>> results = hedgerow.open("my-run")
    >>> results.countries(columns=["run", "alignment_index"], year=1998, run=[0, 1]).shape
    (2, 2)
    """

    in_memory = False

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
        """What messages call it: its folder, or that it is in memory."""
        return str(self.path)

    def __repr__(self) -> str:
        runs = f"{self.manifest.get('runs_stored')}"
        if not self.finished:
            runs += f" of {self.manifest.get('runs_planned')}"
        return f"<Results {self.path} · {self.manifest.get('name')} · {runs} runs>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
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
        told = [row for row in rows if row[1] != ""]
        return html_facts(str(about.get("title", "")), told, f"results in {self.path}")

    @cached_property
    def plot(self) -> Plots:
        if self.finished:
            self.tables.require_whole()
        return Plots(self)

    def scenario(self) -> "Scenario":
        """Return the scenario as it was run, all numbers resolved."""
        return load(self.path / SCENARIO)

    def points(self) -> "pd.DataFrame":
        """Return one row a design point: its number and the value of every swept path.

        Numbers are float64, switches bool, all else text. Where a point leaves a path alone, the
        value is that of the scenario; where each run draws its own, it is NaN: see `runs`.
        """
        return points(self.path, self.manifest)

    # tables as data frames -----------------------------------------------------------------------
    def runs(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run: status, reason and every sampled or swept parameter.

        Args:
            columns: only these.
            where: only rows with this value, or one of these values, in a column:
                ``status="failed"``, ``run=[0, 1]``. `point` is known in tables of runs, too.
        """
        return self.tables.frame("runs", columns, where)

    def countries(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run, year and country. Arguments as in `runs`."""
        return self.tables.frame("countries", columns, where)

    def ties(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run, year, country and partner. Arguments as in `runs`."""
        return self.tables.frame("ties", columns, where)

    def choices(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run and scheduled choice. Arguments as in `runs`."""
        return self.tables.frame("choices", columns, where)

    def events(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Return one row a run and event. Arguments as in `runs`."""
        return self.tables.frame("events", columns, where)

    def summary(self, **where: Any) -> "pd.DataFrame":
        """Return ``summary.csv`` without swept values, which `points` has; `where` as in `runs`:
        ``measure="alignment_index"``.
        """
        return self.tables.frame("summary", None, where)

    # tables larger than memory -------------------------------------------------------------------
    def dataset(self, table: str) -> Any:
        """Return a table as a pyarrow.dataset.Dataset: nothing is read before it is asked for.

        Args:
            table: ``"runs"``, ``"countries"``, ``"ties"``, ``"choices"``, ``"events"`` or
                ``"summary"``. The summary of a run without a sweep is held as a whole.

        Raises:
            ResultError: there is no such table, it was not kept, or it cannot be read.
        """
        return self.tables.dataset(table)

    def batches(
        self, table: str, columns: Sequence[str] | None = None, rows: int = 100_000, **where: Any
    ) -> "Iterator[pd.DataFrame]":
        """Yield a table as data frames of at most `rows` rows, in order.

        Held at a time is hardly more than a row group of a part: 128 runs, or 65,536 rows and a
        point. All frames have the same types: country and partner are categories with all codes
        of the scenario, other texts are strings.

        Args:
            table: as in `dataset`.
            columns, where: as in `runs`.
            rows: at least 1.
        """
        if rows < 1:
            raise ValueError(f"rows must be at least 1, not {rows}")
        codes = {name: list(self.manifest[plural]) for name, plural in _PLURALS.items()}
        for batch in self.tables.batches(table, columns, where, rows):
            yield as_frame(batch, codes)

    def to_xarray(
        self,
        table: str = "summary",
        columns: Sequence[str] | None = None,
        measures: Sequence[str] | None = None,
        limit: int | None = None,
        **where: Any,
    ) -> "xr.Dataset":
        """Return a table as labelled arrays (needs xarray: the extra ``xarray``).

        ``"countries"`` and ``"ties"`` have a variable a column over point, replicate, year,
        country (and partner), NaN where a run failed, and a variable `status` that tells which did.
        ``"summary"`` has a variable a measure over statistic, point, year, country (and partner),
        the shares `choices` and `events`, and the counts `runs_done` and `runs_failed`. Points have
        the values of the swept paths as coordinates. Variables have a long name and units.

        Args:
            table: ``"summary"``, ``"countries"`` or ``"ties"``.
            columns: only these variables; of the summary, only these statistics.
            measures: of the summary, only these; a name without a partner means every partner.
            limit: bytes that the arrays may take; by default the memory that is free.
            where: only these values along a dimension: ``year=[2030, 2035]``, ``country="VNM"``.

        Raises:
            ResultError: xarray is missing, something is asked for that is not there, or the arrays
                would not fit into memory.
        """
        return labelled(self, table, columns, measures, limit, where)

    # ---------------------------------------------------------------------------------------------
    @property
    def digest(self) -> str:
        """``tables_digest`` of the manifest: equal where all values of all tables are."""
        return str(self.manifest["tables_digest"])

    def verify(self) -> list[str]:
        """Compare what is stored with what was planned and recorded; return what is wrong.

        Every planned run must have its row, every run that did not fail its rows in the other
        tables, and the tables must have the digest that the manifest gives.
        """
        if not self.finished:
            planned, stored = (self.manifest[f"runs_{what}"] for what in ("planned", "stored"))
            return [f"the sweep is not finished: {stored} of {planned} runs are stored"]
        return problems(self.tables, self.manifest)


_PLURALS = {"country": "countries", "partner": "partners"}
