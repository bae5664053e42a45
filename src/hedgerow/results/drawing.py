"""`plot`: the figures of a result, by its folder or itself."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import figures
from ..arguments import as_written
from ..scenario.problems import closest, listed
from .layout import place_of
from .plots import draw_all
from .results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot(
    results: "Results | str | os.PathLike[str]",
    names: Sequence[str] = (),
    country: str | None = None,
    out: "str | os.PathLike[str] | None" = None,
    formats: Sequence[str] = (),
) -> "dict[str, Figure]":
    """Draw the figures of a result.

    Args:
        results: a result, or its folder.
        names: of the figures, as ``results.plot`` has them; all by default.
        country: code of the country to draw; the first by default.
        out: folder to write them into as well, made if it is not there; by default nothing is
            written.
        formats: of the files in `out`, of svg, png, pdf and eps; by default those of the page.

    Returns:
        matplotlib's figures by name; a notebook shows each.

    Raises:
        ResultError: the folder is no result, or lacks what a figure needs.
        ValueError: there is no such figure or country.
        OutputError: `out` cannot be written, or holds other files of the same names.

    >>> import hedgerow
    >>> list(hedgerow.plot("my-run", names=["alignment"]))
    ['alignment']
    """
    found = results if isinstance(results, Results) else Results(place_of(results))
    chosen = list(dict.fromkeys(names)) or figures.all.names_of(found)
    for name in chosen:
        if name not in figures.all.FIGURES:
            hint = (
                closest(name, figures.all.FIGURES)
                or f"expected {listed(list(figures.all.FIGURES))}"
            )
            raise ValueError(f"no figure {name!r}; {hint}")
    code = None if country is None else as_written(country, found.manifest["countries"])
    if code not in (None, *found.manifest["countries"]):
        there = listed(list(found.manifest["countries"]))
        raise ValueError(f"country {country!r}: the result has no such country; it has {there}")
    if out is not None:
        draw_all(found, place_of(out), formats, code, chosen)
    return {name: figures.all.FIGURES[name](found, code) for name in chosen}
