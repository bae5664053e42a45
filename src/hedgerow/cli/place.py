"""Where a command writes what is no result of runs: all or nothing, and noted when complete."""

from pathlib import Path

from ..analysis import saving
from .state import is_complete


class Place(saving.Place):
    """As `saving.Place`; once it has its name, errors of standard output say that it is whole."""

    def finish(self) -> Path:
        target = super().finish()
        is_complete(target)
        return target


class AnalysisPlace(saving.AnalysisPlace):
    """As `saving.AnalysisPlace`; once it has its name, it is noted as `Place` does."""

    def finish(self) -> Path:
        target = super().finish()
        is_complete(target)
        return target
