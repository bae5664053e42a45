"""Result folders: tables, digest, summary, manifest, and `Results` to read them."""

from typing import TYPE_CHECKING, Any

from ..errors import OutputError, ResultError

if TYPE_CHECKING:
    from .results import Results

__all__ = ["OutputError", "ResultError", "Results"]


def __getattr__(name: str) -> Any:
    if name != "Results":  # slow to import, so only on first use
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import results

    return results.Results
