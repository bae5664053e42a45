"""Where a command writes what is no result of runs: all or nothing."""

import os
from types import TracebackType
from typing import Self

from ..results.folder import Output
from ..results.layout import cannot_write
from .state import is_complete


class Place(Output):
    """A new or empty folder, filled only when all is done.

    As a context manager, it gives the folder its name at the end of the block, or removes it where
    the block is broken off.

    Args:
        out: the folder the user asked for; None for ``results/STEM``, ``results/STEM-2``, …
        stem: used where `out` is None.

    Raises:
        OutputError: the place is taken or cannot be written; nothing is left behind.
    """

    def __init__(self, out: str | os.PathLike[str] | None, stem: str = "") -> None:
        super().__init__(out, stem)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.finish()
                is_complete(self.target)
                return
        except BaseException:
            self.discard()
            raise
        self.discard()
        if isinstance(error, OSError):
            raise cannot_write(self.target, error) from error
