"""Imports Mesa without a warning about its progress bar in notebooks, which is not used here."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "IProgress not found")
    import mesa  # type: ignore[import-untyped]

__all__ = ["mesa"]
