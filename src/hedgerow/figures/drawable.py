"""What a figure needs of a result: nothing of how it is stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Drawable(Protocol):
    """A result as figures see it; `hedgerow.results.Results` is one."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def manifest(self) -> dict[str, Any]:
        """What was run: title, countries and partners with their names, years, runs, seed."""

    def summary(self, **where: Any) -> "pd.DataFrame":
        """Rows of the summary that fit, e.g. ``measure="alignment_index"``."""

    def ties(self, columns: Sequence[str] | None = None, **where: Any) -> "pd.DataFrame":
        """Rows of the table of ties that fit."""
