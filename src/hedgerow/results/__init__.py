"""Result folders: tables, digest, summary, manifest, and `Results` to read them."""

from ..errors import OutputError, ResultError
from .results import Results, open_folder

__all__ = ["OutputError", "ResultError", "Results", "open_folder"]
