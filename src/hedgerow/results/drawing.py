"""`plot` draws the figures of a result."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import figures
from ..arguments import as_written, checked
from ..scenario.problems import closest, listed
from .layout import place_of
from .plots import draw_all
from .results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def plot(
    results: "Results | str | os.PathLike[str]",
    names: Sequence[str] = (),
    country: str | None = None,
    out: "str | os.PathLike[str] | None" = None,
    formats: Sequence[str] = (),
    width: "float | str | None" = None,
    bare: bool = False,
) -> "dict[str, Figure]":
    """Draw the figures of a result.

    Args:
        results: a result, or its folder.
        names: names of the figures, as methods of ``results.plot``; all by default.
        country: code of the country to draw; the first by default.
        out: a folder to write the figures into, created if it does not exist; by default nothing
            is written.
        formats: of the files in `out`: svg, png, pdf and eps; by default those of the page,
            svg and png.
        width: of each figure, as ``"85mm"``, ``"8.5cm"`` or in inches; its own by default. Letters
            have 6 points or more at any width.
        bare: without titles and the line on where a figure comes from; a caption lies in ``out``
            as ``NAME.txt``.

    Returns:
        matplotlib's figures by name; a notebook shows each.

    Raises:
        ResultError: the folder is no result, or lacks what a figure needs.
        ValueError: there is no such figure, country or format, or no figure can be so wide.
        OutputError: `out` cannot be written, or holds other files of the same names.

    >>> import hedgerow
    >>> results = hedgerow.run("vietnam", runs=4, seed=1, until=1998)
    >>> list(hedgerow.plot(results, names=["alignment"]))
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
    sheet = figures.page.current()
    with figures.page.page(width or sheet.width, bare or sheet.bare, formats or sheet.formats):
        if out is not None:
            draw_all(found, place_of(out), country=code, names=chosen)
        return {name: figures.all.FIGURES[name](found, code) for name in chosen}
