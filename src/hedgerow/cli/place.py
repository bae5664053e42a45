"""Where a command writes what is no result of runs: all or nothing."""

import os

from ..results.folder import Output


class Place(Output):
    """A new or empty folder, filled only when all is done.

    Args:
        out: the folder the user asked for; None for ``results/STEM``, ``results/STEM-2``, …
        stem: used where `out` is None.
    """

    def __init__(self, out: str | os.PathLike[str] | None, stem: str = "") -> None:
        super().__init__(out, stem)

    def _move_in(self) -> None:
        for path in sorted(self.folder.iterdir()):
            path.rename(self.target / path.name)
        self.folder.rmdir()
