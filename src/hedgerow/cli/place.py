"""Places where commands write analyses; the command notes when the files are complete."""

from pathlib import Path

from ..analysis import saving
from .state import is_complete


class Place(saving.Place):
    """As `saving.Place`. Once complete, it is noted, for errors of standard output after that."""

    def finish(self) -> Path:
        target = super().finish()
        is_complete(target)
        return target


class AnalysisPlace(saving.AnalysisPlace):
    """As `saving.AnalysisPlace`. Once complete, it is noted as by `Place`."""

    def finish(self) -> Path:
        target = super().finish()
        is_complete(target)
        return target
