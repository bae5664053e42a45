"""What ``hedgerow tournament --out`` writes, all or nothing."""

import csv
import io
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from ...figures import style
from ...figures.tournaments import draw

if TYPE_CHECKING:
    from ...analysis.tournaments import Tournament

_COLUMNS = (
    "payoff",
    "against",
    "premium",
    "payout",
    "autonomy",
    "tail_loss",
    "designations",
    "survival",
    "alignment_index",
    "votes_against",
)
"""Estimates of a row, as in tournament.csv."""


def write(result: "Tournament", folder: Path) -> None:
    """Write the tables and the figure into a folder."""
    parts = ("mean", "low", "high")
    table: list[list[object]] = [
        ["strategy", "source", *(f"{name}_{part}" for name in _COLUMNS for part in parts)]
    ]
    contrasts: list[list[object]] = [
        ["strategy", "measure", "year", "hedger", "value", *(f"gap_{part}" for part in parts)]
    ]
    for row in result.rows:
        numbers = [getattr(row, name) for name in _COLUMNS]
        table.append(
            [row.strategy, row.source, *(v for e in numbers for v in (e.mean, e.low, e.high))]
        )
        for c in row.contrasts:
            gap = (c.gap.mean, c.gap.low, c.gap.high)
            contrasts.append([row.strategy, c.measure, c.year, c.hedger, c.strategy, *gap])
    by_rivalry: list[list[object]] = [["rivalry", "strategy", *parts]]
    for multiple, estimates in result.by_rivalry.items():
        by_rivalry += [[multiple, name, e.mean, e.low, e.high] for name, e in estimates.items()]
    _save(folder / "tournament.csv", table)
    _save(folder / "contrasts.csv", contrasts)
    if result.by_rivalry:
        _save(folder / "by_rivalry.csv", by_rivalry)
    if len(result.rows) > 1:
        style.save(draw(result), folder, "tournament", ["svg", "png"])


def _save(path: Path, table: "list[list[object]]") -> None:
    """Write a table; a number that is undefined is an empty cell."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(
        ["" if isinstance(cell, float) and isnan(cell) else cell for cell in row] for row in table
    )
    path.write_text(buffer.getvalue(), encoding="utf-8")
