"""Codes of countries and partners, as users give them and as scenarios write them."""

from collections.abc import Iterable


def as_written(code: str, known: Iterable[str]) -> str:
    """Return the code among `known` that is meant: just this, or the only one but for its case.

    No scenario has two codes that differ in case alone. An unknown code is returned as it is.
    """
    codes = list(known)
    if code in codes:
        return code
    alike = [one for one in codes if one.casefold() == code.casefold()]
    return alike[0] if len(alike) == 1 else code
