"""Dated changes of parameters: `hedgerow.model.shocks`."""

from ..compiled.shocks import changed, in_force, turning

__all__ = ["changed", "in_force", "turning"]
