"""Mesa, imported without the word that its progress bar has in notebooks."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "IProgress not found")  # of a bar that is never shown here
    import mesa  # type: ignore[import-untyped]

__all__ = ["mesa"]
