"""Where an analysis of a result goes."""

from ...analysis.saving import marked, require_free, write_table
from ..place import AnalysisPlace

__all__ = ["AnalysisPlace", "marked", "require_free", "write_table"]
