"""The tables of a result that is held in memory."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from .reading import Tables, dataset_of

WHERE = "result in memory"
"""Its name in messages, in place of a folder."""


class TablesInMemory(Tables):
    """The tables of a result that is held in memory.

    Args:
        about: the entries ``keep``, ``replicates``, ``futures`` and ``instruments`` of the
            manifest.
        found: a function that returns the pieces of each table, by name, and the summary. It is
            called once, at first use.
    """

    def __init__(
        self,
        about: Mapping[str, Any],
        found: "Callable[[], tuple[Mapping[str, list[pa.Table]], pa.Table]]",
    ) -> None:
        super().__init__(Path(WHERE), about)
        self._make = found

    @cached_property
    def _found(self) -> "tuple[Mapping[str, list[pa.Table]], pa.Table]":
        return self._make()

    def dataset(self, table: str) -> Any:
        """Return the Arrow dataset of a table; it has no rows if no run has any.

        Raises:
            ResultError: there is no such table, or it was not kept.
        """
        self._require(table)
        if table == "summary":
            return self._summary
        pieces = self._found[0].get(table)
        if not pieces:
            return self._empty(table)
        return dataset_of(pa.concat_tables(pieces).unify_dictionaries())

    def summary_file(self) -> "pa.Table":
        """Return the summary as a whole."""
        return self._found[1]

    def require_whole(self) -> None:
        """Do nothing: in memory no part can be missing."""
